//! Authorization requests that lead astray: A-001 to A-022, seen in a browser's place on the wire.

use crate::support::application::{Application, CALLBACK, came_back, spa, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, Visitor};
use url::form_urlencoded::{Serializer, byte_serialize};
use vestibule::admin::clients;
use vestibule::kernel::failure::{Done, unrefused};
use vestibule::oauth::clients::model::{Clients, Kind, Method, Origin, RedirectUri, Registration};
use vestibule::oauth::model::GrantType;
use vestibule::platform::storage::Work;

async fn photos(registration: Registration) -> (TestServer, Application, Visitor) {
    let server = TestServer::start(Engine::Sqlite).await;
    let photos = server.application(&server.default_tenant(), registration).await;
    let ada = server.ada().await;
    (server, photos, ada)
}

/// A page of ours: nobody is sent anywhere.
#[track_caller]
fn is_page(answer: &Answer, what: &str) {
    assert_eq!((answer.status, answer.header("location")), (400, ""), "{what}: {}", answer.text());
    assert!(answer.body.contains("<h1>This request cannot be accepted</h1>"), "{what}");
    assert!(!answer.body.contains("<script"), "{what}: {}", answer.body);
}

#[track_caller]
fn is_error(answer: &Answer, error: &str, issuer: &str, what: &str) {
    let back = came_back(answer);
    assert_eq!(back["error"], error, "{what}");
    assert_eq!(back["iss"], issuer, "A-016 {what}");
    assert!(!back.contains_key("code"), "{what}");
    let plain = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(back["error_description"].bytes().all(plain), "A-018 {what}: {back:?}");
}

// A-001, A-002, A-003, P-009, P-010, INV-11: only the very address that was registered
#[tokio::test]
async fn another_address_is_a_page_and_never_a_redirect() {
    let (server, photos, mut eve) = photos(web()).await;
    for uri in [
        "https://photos.example.test/cb/",
        "https://photos.example.test/CB",
        "HTTPS://photos.example.test/cb",
        "https://photos.example.test:443/cb",
        "https://photos.example.test/cb?x=1",
        "https://photos.example.test/cb#f",
        "https://photos.example.test//cb",
        "https://photos.example.test/./cb",
        "https://photos.example.test/a/../cb",
        "https://photos.example.test/cb;x",
        "http://photos.example.test/cb",
        "https://photosxexample.test/cb",
        "https://photos.example.test@evil.test/cb",
        "https://photos.example.test:x@evil.test/cb",
        "https://photos.example.test.evil.test/cb",
        "https://evil.test/cb?https://photos.example.test/cb",
        "https://evil.test#https://photos.example.test/cb",
        "",
    ] {
        let answer = eve.get(&photos.request(&[("redirect_uri", uri)])).await;
        is_page(&answer, uri);
    }
    server.end().await;
}

// A-004, A-018, INV-24: unknown, of another tenant, disabled, with markup: one page, and nothing of it comes back
#[tokio::test]
async fn an_application_that_is_not_there_is_one_page() {
    let (server, photos, mut eve) = photos(web()).await;
    let acme = server.tenant("acme", &[]).await;
    let theirs = server.application(&acme, web()).await;
    let off = server.application(&server.default_tenant(), web()).await;
    let disable: Done<bool> = server
        .house()
        .database
        .write(server.at(&server.default_tenant()), async |work: &mut Work| {
            Ok(work.disable_client(&off.client.id).await?)
        })
        .await;
    assert!(unrefused(disable).unwrap());
    let mut pages = Vec::new();
    for id in
        ["cli_00000000000000000000000000", theirs.id(), off.id(), "<script>alert(1)</script>", ""]
    {
        let answer = eve.get(&photos.request(&[("client_id", id)])).await;
        is_page(&answer, id);
        let (before, after) = answer.body.split_once("Reference</dt>").unwrap();
        let (_, after) = after.split_once("</dd>").unwrap();
        // Behind it stand the languages, each with the address of this very page.
        pages.push((before.to_owned(), after.split_once("</main>").unwrap().0.to_owned()));
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]), "{pages:?}");
    server.end().await;
}

// P-233, A-006, P-010, RFC 8252 §7: of a loopback address the port alone may differ; a private scheme is exact
#[tokio::test]
async fn an_application_on_a_device_is_sent_to_itself_alone() {
    let uris = ["http://127.0.0.1/cb", "http://[::1]/cb", "com.example.app:/cb"];
    let registration = Registration {
        kind: Kind::Native,
        method: Method::None,
        redirect_uris: uris.map(|uri| RedirectUri::parse(uri, Kind::Native).unwrap()).into(),
        ..web()
    };
    let (server, app, mut ada) = photos(registration).await;
    for uri in ["http://127.0.0.1:51004/cb", "http://[::1]:8000/cb", "com.example.app:/cb"] {
        let answer = ada.get(&app.request(&[("redirect_uri", uri)])).await;
        assert!(answer.header("location").starts_with("/login?"), "{uri}: {}", answer.text());
        let page = ada.follow_here(answer).await;
        let named = match uri.split_once("://") {
            Some(("http", rest)) if rest.starts_with("127") => "http://127.0.0.1:51004",
            Some(_) => "http:",
            None => "com.example.app:",
        };
        let policy = page.header("content-security-policy").to_owned();
        assert!(policy.contains(&format!("form-action 'self' {named};")), "P-005 {policy}");
        assert_eq!(page.header("cross-origin-opener-policy"), "unsafe-none", "P-233");
    }
    for uri in [
        "http://127.0.0.1.evil.test/cb",
        "http://127.0.0.1:80@evil.test/cb",
        "http://127.0.0.1/other",
        "http://localhost/cb",
        "https://127.0.0.1/cb",
        "com.example.app2:/cb",
        "com.example.app:/cb2",
    ] {
        is_page(&ada.get(&app.request(&[("redirect_uri", uri)])).await, uri);
    }
    server.end().await;
}

/// What is wrong with a request by itself, and how it is called.
fn wrong() -> Vec<(&'static str, String, &'static str)> {
    let rows: [(&'static str, &str, &'static str); 27] = [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "id_token", "unsupported_response_type"),
        ("response_type", "code token", "unsupported_response_type"),
        ("response_type", "code id_token", "unsupported_response_type"),
        ("response_type", "none", "unsupported_response_type"),
        ("response_type", "CODE", "unsupported_response_type"),
        ("response_type", "code code", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("response_mode", "web_message", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", &"c".repeat(42), "invalid_request"),
        ("code_challenge", &"c".repeat(129), "invalid_request"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+c0", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "s256", "invalid_request"),
        ("code_challenge_method", "S512", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("nonce", &"n".repeat(513), "invalid_request"),
        ("prompt", "none login", "invalid_request"),
        ("prompt", "\"\\\r\né", "invalid_request"),
        ("scope", "openid \"x\"", "invalid_scope"),
        ("max_age", "-1", "invalid_request"),
        ("claims", "[]", "invalid_request"),
        ("resource", "https://evil.test", "invalid_target"),
        ("request", "e30.e30.", "invalid_request_object"),
        ("request_uri", "https://evil.test/r", "request_uri_not_supported"),
        ("id_token_hint", "e30.e30.e30", "invalid_request"),
    ];
    rows.map(|(name, value, error)| (name, value.to_owned(), error)).into()
}

// P-013, P-035, A-011, A-012, A-014, A-019, A-020, A-021, A-022, P-008, P-011, P-216, P-222, P-234
#[tokio::test]
async fn what_else_is_wrong_is_told_to_the_application() {
    for registration in [web(), spa()] {
        let (server, photos, mut eve) = photos(registration).await;
        let issuer = server.issuer(&server.default_tenant());
        for (name, value, error) in wrong() {
            let answer = eve.get(&photos.request(&[(name, &value)])).await;
            is_error(&answer, error, &issuer, &format!("{name}={value}"));
        }
        // P-008: of no use to anybody, and too long to give back
        let state = "s".repeat(4097);
        let answer = eve.get(&photos.request(&[("state", &state)])).await;
        assert!(!came_back(&answer).contains_key("state"));
        is_error(&answer, "invalid_request", &issuer, "state");
        server.end().await;
    }
}

// A-012, A-013, A-014, P-007: what stands twice counts for neither, and nothing that was sent is sent on
#[tokio::test]
async fn a_parameter_stands_once_and_none_is_sent_on() {
    let uri = "https://photos.example.test/cb?a=b";
    let redirect_uris = vec![RedirectUri::parse(uri, Kind::Confidential).unwrap()];
    let (server, photos, mut eve) = photos(Registration { redirect_uris, ..web() }).await;
    let uri = ("redirect_uri", uri);
    let query = photos.query(&[uri]);
    for (twice, is_told) in [
        ("client_id=x", false),
        ("redirect_uri=https%3A%2F%2Fevil.test", false),
        ("scope=openid", true),
        ("state=x", true),
        ("code_challenge=x", true),
    ] {
        let answer = eve.get(&format!("/authorize?{query}&{twice}")).await;
        let form = Form { action: format!("/authorize?{twice}"), fields: fields(&query) };
        let posted = eve.post_with(&form, &[("sec-fetch-site", "cross-site")]).await;
        let posted = eve.follow_here(posted).await;
        for answer in [answer, posted] {
            let place = answer.header("location");
            match is_told {
                true => assert!(place.contains("?a=b&error=invalid_request&"), "{twice}: {place}"),
                false => is_page(&answer, twice),
            }
        }
    }
    let more = [("code", "x"), ("state2", "x"), ("iss", "x"), ("error", "x"), ("nonce", "")];
    let answer = eve.get(&photos.request(&[&[uri, ("prompt", "none")][..], &more].concat())).await;
    let place = answer.header("location");
    assert!(place.starts_with(&format!("{}&error=login_required&", uri.1)), "{place}");
    assert_eq!((place.matches("iss=").count(), place.matches("error=").count()), (1, 1), "{place}");
    assert!(!place.contains("state2") && place.ends_with('#'), "A-015 {place}");
    let many = "&x=1".repeat(60);
    is_page(&eve.get(&format!("/authorize?{query}{many}")).await, "65 parameters");
    is_page(&eve.get(&format!("/authorize?{query}&x=%ff")).await, "no UTF-8");
    server.end().await;
}

fn fields(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

// P-065, A-008, V-010, P-012: the form goes where it was registered to go, and what it carries is no markup
#[tokio::test]
async fn an_answer_in_a_form_is_escaped_and_runs_nothing() {
    let (server, photos, mut ada) = photos(web()).await;
    let state = format!("\"><script>x</script>{}", "~ !#$%&'()*+,-./:;<=>?@[\\]^_`{|}".repeat(60));
    let more = [("response_mode", "form_post"), ("state", &*state), ("prompt", "none")];
    let answer = ada.get(&photos.request(&more)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = photos.sign_in(&mut ada, &more[..2]).await;
    let answer = ada.decide(&page, "allow").await;
    assert_eq!(answer.status, 200);
    let form = Form::of(&answer);
    assert_eq!(form.action, CALLBACK);
    assert!(answer.body.contains("<button class=\"primary\">Continue</button>"));
    assert!(!answer.body.contains("<script>x"), "{}", answer.body);
    let names: Vec<_> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["code", "state", "iss"]);
    let escaped = |text: &str| text.replace("&#34;", "\"").replace("&#39;", "'");
    assert_eq!(escaped(&form.fields[1].1), state);
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https://photos.example.test;"), "{policy}");
    assert!(policy.contains("script-src 'nonce-") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("cache-control"), "no-store");
    server.end().await;
}

// A-017, P-006: after a POST nothing is posted again; a form of another site comes in as our own GET
#[tokio::test]
async fn a_request_may_be_posted_and_every_redirect_is_303() {
    let (server, photos, mut ada) = photos(web()).await;
    let before = ada.cookies.clone();
    let form = Form { action: "/authorize".into(), fields: fields(&photos.query(&[])) };
    let cross = [("sec-fetch-site", "cross-site"), ("origin", "https://photos.example.test")];
    let answer = ada.post_with(&form, &cross).await;
    assert_eq!((answer.status, &ada.cookies), (303, &before), "{}", answer.text());
    assert_eq!(answer.header("location"), photos.request(&[]));
    // What is too long for an address waits for its browser, and belongs to that one alone.
    let state = "s".repeat(4000);
    let hint = "h".repeat(4000);
    let long = [("state", state.as_str()), ("display", &hint)];
    let form = Form { action: "/authorize".into(), fields: fields(&photos.query(&long)) };
    let answer = ada.post_with(&form, &cross).await;
    let place = answer.header("location").to_owned();
    assert!(place.starts_with("/authorize/txn_"), "{}", answer.text());
    let page = ada.open(&place).await;
    assert!(page.body.contains("to continue to <strong>Photos</strong>"), "{}", page.text());
    let mut eve = server.visitor();
    let elsewhere = eve.open(&place).await;
    assert_eq!(elsewhere.status, 400, "{}", elsewhere.text());
    let wrong = Form {
        action: "/authorize".into(),
        fields: fields(&photos.query(&[("state", &state), ("display", &hint), ("prompt", "x")])),
    };
    came_back(&ada.post_with(&wrong, &cross).await);
    let empty = Form { action: "/authorize".into(), fields: Vec::new() };
    let answer = ada.post_with(&empty, &cross).await;
    is_page(&ada.follow_here(answer).await, "an empty form");
    server.end().await;
}

// A-007, V-013: no page of ours takes an address to lead to
#[tokio::test]
async fn no_page_is_led_astray_by_a_parameter() {
    let (server, _, mut eve) = photos(web()).await;
    let evil: String = byte_serialize(b"https://evil.test/").collect();
    for path in [
        "/login",
        "/login/password",
        "/logout",
        "/logout/done",
        "/account",
        "/authorize",
        "/nowhere",
    ] {
        for name in ["next", "return_to", "redirect", "continue", "url", "back", "rd", "target"] {
            let answer = eve.get(&format!("{path}?{name}={evil}")).await;
            assert!(!answer.header("location").contains("//evil"), "{path} {name}");
            assert!(!answer.body.contains("href=\"https://evil"), "{path} {name}");
        }
    }
    server.end().await;
}

// A-005, V-009: what cannot be an address of an application is not registered
#[tokio::test]
async fn a_dangerous_address_is_never_stored() {
    let long = format!("https://rp.example/{}", "a".repeat(3000));
    for uri in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///x",
        "blob:https://rp.example/x",
        " https://rp.example",
        "http://rp.example",
        "https://rp.example/#",
        "https://u@rp.example",
        "https://*.rp.example",
        "/relative",
        &long,
    ] {
        for kind in [Kind::Confidential, Kind::Public, Kind::Native] {
            assert!(RedirectUri::parse(uri, kind).is_err(), "{uri}");
        }
    }
    let server = TestServer::start(Engine::Sqlite).await;
    let house = server.house();
    let none = Registration {
        redirect_uris: Vec::new(),
        grants: vec![GrantType::AuthorizationCode],
        ..web()
    };
    let (parts, at) = ((&house.database, &house.sealer), server.at(&server.default_tenant()));
    assert!(clients::create(parts, at, &none, &server.context()).await.is_err());
    server.end().await;
}

// INV-33: nothing that a browser may send is a failure of ours
#[tokio::test]
async fn no_parameter_is_a_failure_of_ours() {
    let (server, photos, mut eve) = photos(web()).await;
    for name in [
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
        "max_age",
        "acr_values",
        "id_token_hint",
        "login_hint",
        "ui_locales",
        "claims_locales",
        "display",
        "claims",
        "request",
        "request_uri",
        "registration",
        "resource",
        "response_mode",
    ] {
        let long = "x".repeat(5000);
        for value in
            ["\u{0}", "\u{fffd}", "%", "\u{202e}", "{\"a\":", "9".repeat(40).as_str(), &long]
        {
            let answer = eve.get(&photos.request(&[(name, value)])).await;
            assert!(answer.status < 500, "{name}={value}: {}", answer.text());
        }
        let twice = Serializer::new(photos.query(&[]))
            .append_pair(name, "x")
            .append_pair(name, "y")
            .finish();
        assert!(eve.get(&format!("/authorize?{twice}")).await.status < 500, "{name} twice");
    }
    server.end().await;
}

// A-009, RFC 9700 §4.11.2: where nobody is signed in, an application that registered itself gets nobody sent on by a
// mistake it makes on purpose; one that an administrator registered does
#[tokio::test]
async fn a_stranger_cannot_borrow_our_address_to_send_people_on() {
    let itself = Registration { origin: Origin::Itself, ..web() };
    let (server, evil, mut ada) = photos(itself).await;
    for more in
        [("scope", "a\"b"), ("response_type", "x"), ("prompt", "x"), ("nonce", &*"n".repeat(600))]
    {
        let answer = ada.get(&evil.request(&[more])).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (400, ""),
            "{more:?}: {}",
            answer.text()
        );
        assert!(answer.body.contains("registered itself here"), "{}", answer.text());
        assert!(answer.body.contains(&format!("href=\"{CALLBACK}?error=")), "{}", answer.body);
        assert!(
            !answer.body.contains("<script") && !answer.body.contains("http-equiv"),
            "by hand alone"
        );
    }
    let posted = ada.get(&evil.request(&[("scope", "a\"b"), ("response_mode", "form_post")])).await;
    assert_eq!((posted.status, &*Form::of(&posted).action), (400, CALLBACK));
    assert!(!posted.body.contains("<script"), "{}", posted.body);
    let none = ada.get(&evil.request(&[("prompt", "none")])).await;
    assert_eq!(came_back(&none)["error"], "login_required");
    let known = server.application(&server.default_tenant(), web()).await;
    let answer = ada.get(&known.request(&[("scope", "a\"b")])).await;
    assert_eq!(came_back(&answer)["error"], "invalid_scope");
    server.end().await;
}

// A-016, P-205, RFC 9207 §2: good answers and bad ones say who they are from, and the metadata says that they do
#[tokio::test]
async fn every_answer_says_who_it_is_from() {
    let (server, photos, mut ada) = photos(web()).await;
    let issuer = server.issuer(&server.default_tenant());
    let metadata = server.browser().get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    let page = photos.sign_in(&mut ada, &[]).await;
    let denied = came_back(&ada.decide(&page, "deny").await);
    assert_eq!((&*denied["error"], &*denied["iss"]), ("access_denied", &*issuer));
    let page = ada.open(&photos.request(&[])).await;
    assert_eq!(came_back(&ada.decide(&page, "allow").await)["iss"], issuer);
    for mode in ["query", "fragment"] {
        for (more, is_good) in [(("state", "x"), true), (("prompt", "x"), false)] {
            let back = came_back(&ada.get(&photos.request(&[("response_mode", mode), more])).await);
            assert_eq!((&*back["iss"], back.contains_key("code")), (&*issuer, is_good), "{mode}");
        }
    }
    let form = ada.get(&photos.request(&[("response_mode", "form_post")])).await;
    assert!(Form::of(&form).fields.contains(&("iss".into(), issuer)), "{}", form.body);
    server.end().await;
}

// A-003, ADR 29: where answers may go is kept in memory; what is taken away leads nowhere any more, on every node, from
// its next look on
#[tokio::test]
async fn a_redirect_uri_that_was_taken_away_leads_nowhere() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let second = match engine {
            Engine::Postgres => Some(server.second_node().await),
            Engine::Sqlite => None,
        };
        let photos = server.application(&server.default_tenant(), web()).await;
        let nodes: Vec<&TestServer> = [&server].into_iter().chain(second.as_ref()).collect();
        for node in &nodes {
            node.turn("refresh").await;
            let answer = node.visitor().get(&photos.request(&[])).await;
            assert_eq!(answer.status, 303, "{engine:?}: {}", answer.text());
        }
        let elsewhere = "https://photos.example.test/elsewhere";
        let elsewhere = RedirectUri::parse(elsewhere, Kind::Confidential).unwrap();
        let moved =
            Registration { redirect_uris: vec![elsewhere], ..photos.client.registration.clone() };
        let (at, context) = (server.at(&server.default_tenant()), server.context());
        let changed =
            clients::update(&server.house().database, at, (&photos.client, &moved), &context);
        changed.await.unwrap();
        for node in &nodes {
            node.turn("refresh").await;
            let answer = node.visitor().get(&photos.request(&[])).await;
            assert_eq!(answer.status, 400, "{engine:?}: {}", answer.text());
        }
        if let Some(second) = second {
            second.end().await;
        }
        server.end().await;
    }
}
