//! Pretending to be a client: guessing, mixing, weakening, repeating.

use crate::support::assertion::{ASSERTION_TYPE, KeyPair, SigningMachine};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::machine::Machine;
use crate::support::server::TestServer;
use data_encoding::BASE64;
use serde_json::{Value, json};
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{Kind, Method, Registration};
use vestibule::oauth::model::GrantType;

const GRANT: &str = "grant_type=client_credentials";

async fn token(server: &TestServer, authorization: &[&str], body: &str) -> Answer {
    let headers: Vec<_> = authorization.iter().map(|value| ("authorization", *value)).collect();
    server.browser().post("/oauth/token", &headers, body).await
}

fn said(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

fn refused(answer: &Answer) -> bool {
    said(answer) == (401, "invalid_client".into())
        && answer.header("www-authenticate").starts_with("Basic realm=")
}

// A-045, security.md §0.2: guesses end at the limit, of one client from one address; the busy pay nothing
#[tokio::test]
async fn guesses_at_a_client_come_to_an_end() {
    for engine in engines() {
        let server = TestServer::wanted(engine).set("rate_limit.token", "5/1m").start().await;
        let tenant = server.default_tenant();
        let machine = Machine::register(&server, &tenant, Kind::Machine).await;
        let other = Machine::register(&server, &tenant, Kind::Machine).await;
        for _ in 0..20 {
            assert_eq!(token(&server, &[&machine.basic], GRANT).await.status, 200, "{engine:?}");
        }
        let wrong = Machine::with(&machine.id, "wrong").basic;
        let mut bodies = Vec::new();
        for _ in 0..5 {
            let answer = token(&server, &[&wrong], GRANT).await;
            assert!(refused(&answer), "{}", answer.text());
            bodies.push(answer.body);
        }
        assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
        for basic in [&wrong, &machine.basic] {
            let answer = token(&server, &[basic], GRANT).await;
            assert_eq!(said(&answer), (429, "too_many_requests".into()), "{engine:?}");
            let pause: i64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&pause), "{pause}");
        }
        assert_eq!(token(&server, &[&other.basic], GRANT).await.status, 200, "another client");
        // All that are unknown share one count.
        let nobody = |n: usize| Machine::with(&format!("cli_0000000000000000000000000{n}"), "x");
        for n in 0..5 {
            assert!(refused(&token(&server, &[&nobody(n).basic], GRANT).await));
        }
        assert_eq!(token(&server, &[&nobody(6).basic], GRANT).await.status, 429);
        server.clock.advance(Lifetime::minutes(1));
        assert_eq!(token(&server, &[&machine.basic], GRANT).await.status, 200, "{engine:?}");
        server.end().await;
    }
}

// A-045: at the same time no more are answered than may be
#[tokio::test]
async fn two_hundred_guesses_at_once_are_counted_each() {
    let server = TestServer::start(Engine::Sqlite).await;
    let machine = Machine::register(&server, &server.default_tenant(), Kind::Machine).await;
    let mut guesses = Vec::new();
    for _ in 0..200 {
        let (browser, wrong) = (server.browser(), Machine::with(&machine.id, "wrong").basic);
        guesses.push(tokio::spawn(async move {
            browser.post("/oauth/token", &[("authorization", &wrong)], GRANT).await.status
        }));
    }
    let mut looked_at = 0;
    for guess in guesses {
        match guess.await.unwrap() {
            401 => looked_at += 1,
            status => assert_eq!(status, 429),
        }
    }
    assert_eq!(looked_at, 60);
    server.end().await;
}

// A-046
#[tokio::test]
async fn two_proofs_are_none() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let machine = Machine::register(&server, &tenant, Kind::Machine).await;
    let signer = SigningMachine::register(&server, &tenant).await;
    let assertion = signer.assertion(&server, "one");
    let (id, secret, basic) = (&machine.id, &machine.secret, machine.basic.as_str());
    let asserted = format!("client_assertion_type={ASSERTION_TYPE}&client_assertion={assertion}");
    let both = format!("{GRANT}&client_id={id}&client_secret={secret}");
    let invalid = (400, "invalid_request".to_owned());
    for (headers, body) in [
        (&[basic][..], both),
        (&[basic], format!("{GRANT}&{asserted}")),
        (&[basic, basic], GRANT.to_owned()),
        (&[], format!("{GRANT}&{asserted}&client_assertion={assertion}")),
        (&[], format!("{GRANT}&{asserted}&client_secret={secret}")),
        (&[basic], format!("{GRANT}&client_id={}", signer.id)),
    ] {
        assert_eq!(said(&token(&server, headers, &body).await), invalid, "{body}");
    }
    let named = format!("{GRANT}&client_id={id}");
    assert_eq!(token(&server, &[basic], &named).await.status, 200);
    server.end().await;
}

// A-047, A-048, A-049
#[tokio::test]
async fn nobody_gets_by_with_less_than_was_registered() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let signer = SigningMachine::register(&server, &tenant).await;
    let machine = Machine::register(&server, &tenant, Kind::Machine).await;
    let public = Registration {
        kind: Kind::Public,
        method: Method::None,
        grants: vec![GrantType::RefreshToken],
        ..Registration::default()
    };
    let public = Machine::registered(&server, &tenant, &public).await;
    let weak = Machine::with(&signer.id, "a secret of long ago").basic;
    assert!(refused(&token(&server, &[&weak], GRANT).await));
    let id = &signer.id;
    for body in [
        format!("{GRANT}&client_id={id}&client_secret=x"),
        format!("{GRANT}&client_id={id}"),
        format!("{GRANT}&client_id={}", machine.id),
        format!("grant_type=refresh_token&refresh_token=x&client_id={}", machine.id),
        format!("grant_type=authorization_code&code=x&client_id={}", machine.id),
        format!("grant_type=refresh_token&refresh_token=x&client_id={}&client_secret=x", public.id),
    ] {
        let answer = token(&server, &[], &body).await;
        assert!(refused(&answer), "{body}: {}", answer.text());
    }
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        let body = format!("token=x&client_id={}", machine.id);
        assert!(refused(&server.browser().post(path, &[], &body).await), "{path}");
    }
    let own = format!("{GRANT}&client_id={}", public.id);
    assert_eq!(said(&token(&server, &[], &own).await), (400, "unauthorized_client".into()));
    for unknown in ["password", "implicit", "urn:ietf:params:oauth:grant-type:device_code"] {
        let answer = token(&server, &[&machine.basic], &format!("grant_type={unknown}")).await;
        assert_eq!(said(&answer), (400, "unsupported_grant_type".into()));
    }
    server.end().await;
}

// A-050
#[tokio::test]
async fn a_header_is_not_repaired() {
    let server = TestServer::wanted(Engine::Sqlite).set("rate_limit.token", "100/1m").start().await;
    let machine = Machine::register(&server, &server.default_tenant(), Kind::Machine).await;
    let right = machine.basic.strip_prefix("Basic ").unwrap();
    let of = |text: &[u8]| format!("Basic {}", BASE64.encode(text));
    let (id, secret) = (&machine.id, &machine.secret);
    for wrong in [
        format!("Basic {right}="),
        format!("Basic {}!", &right[..right.len() - 1]),
        format!("Basic {} ", right.trim_end_matches('=')),
        of(format!("{id}{secret}").as_bytes()),
        of(format!("{id}%3A{secret}").as_bytes()),
        of(format!("{id}:{secret}\0").as_bytes()),
        of(&[id.as_bytes(), b":\xff\xfe"].concat()),
        of(format!("{id}:{secret}%").as_bytes()),
        of(&vec![b'a'; 3000]),
    ] {
        let answer = token(&server, &[&wrong], GRANT).await;
        assert!(refused(&answer), "{wrong}: {}", answer.text());
    }
    assert_eq!(token(&server, &[&machine.basic], GRANT).await.status, 200);
    server.end().await;
}

// A-051, A-092, INV-02, P-046
#[tokio::test]
async fn an_assertion_is_made_by_the_client_for_us_now_and_once() {
    let server = TestServer::wanted(Engine::Sqlite).set("rate_limit.token", "100/1m").start().await;
    let tenant = server.default_tenant();
    let signer = SigningMachine::register(&server, &tenant).await;
    let acme = server.tenant("acme", &[]).await;
    let now = server.now().seconds();
    let (issuer, other) = (signer.issuer.clone(), server.issuer(&acme));
    let wrong: Vec<(&str, Value)> = vec![
        ("exp", Value::Null),
        ("exp", json!(now - 11)),
        ("exp", json!(now + 3661)),
        ("exp", json!((now + 60).to_string())),
        ("nbf", json!(now + 61)),
        ("iat", json!(now + 61)),
        ("iss", json!("cli_00000000000000000000000000")),
        ("sub", json!([signer.id])),
        ("jti", Value::Null),
        ("aud", json!([issuer, "https://api.example.com"])),
        ("aud", json!(other)),
        ("aud", json!(format!("{issuer}/"))),
    ];
    for (name, value) in wrong {
        let mut claims = signer.claims(&server, "bad");
        claims[name] = value.clone();
        let bad = signer.key.sign(&signer.header().to_string(), &claims.to_string());
        let answer = SigningMachine::present(&server, &bad).await;
        assert!(refused(&answer), "{name} {value}: {}", answer.text());
    }
    server.end().await;
}

// A-051, A-092, INV-02: by the right key, for us under each of our names, once and nowhere else again
#[tokio::test]
async fn an_assertion_is_good_once() {
    let server = TestServer::wanted(Engine::Sqlite).set("rate_limit.token", "100/1m").start().await;
    let signer = SigningMachine::register(&server, &server.default_tenant()).await;
    let (issuer, now) = (signer.issuer.clone(), server.now().seconds());
    let claims = signer.claims(&server, "x").to_string();
    let foreign = KeyPair::new(8).sign(r#"{"alg":"ES256"}"#, &claims);
    assert!(refused(&SigningMachine::present(&server, &foreign).await), "a foreign key");
    for aud in [json!(issuer), json!(format!("{issuer}/oauth/token")), json!([issuer])] {
        let mut claims = signer.claims(&server, &aud.to_string());
        claims["aud"] = aud;
        claims["iat"] = json!(now + 8);
        let good = signer.key.sign(&signer.header().to_string(), &claims.to_string());
        assert_eq!(SigningMachine::present(&server, &good).await.status, 200);
        assert!(refused(&SigningMachine::present(&server, &good).await), "used before");
    }
    let once = signer.assertion(&server, "once");
    assert_eq!(SigningMachine::present(&server, &once).await.status, 200);
    server.clock.advance(Lifetime::seconds(1));
    assert!(refused(&SigningMachine::present(&server, &once).await));
    let body = format!("token=x&client_assertion_type={ASSERTION_TYPE}&client_assertion={once}");
    let elsewhere = server.browser().post("/oauth/introspect", &[], &body).await;
    assert!(refused(&elsewhere), "A-051: at another endpoint");
    server.end().await;
}
