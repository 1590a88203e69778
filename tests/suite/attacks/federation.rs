//! Whoever comes by another provider, and what they or the provider may try (security.md, area FED).

use crate::support::application::{came_back, web};
use crate::support::database::Engine;
use crate::support::provider::{Manner, Signature, StandIn, object, settings};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use serde_json::{Value, json};
use vestibule::federation::manage::{Change, change, get};
use vestibule::federation::model::Rule;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{Party, Registration};
use vestibule::platform::storage::Work;
use vestibule::tenants::model::Slug;

const ADA: &str = "ada@example.test";

async fn is_signed_in(visitor: &mut Visitor) -> bool {
    visitor.get("/account").await.status == 200
}

/// They come back from there, and are not signed in.
async fn is_refused(server: &TestServer, stand_in: &StandIn, status: u16, words: &str) {
    let mut visitor = server.visitor();
    let page = visitor.go_via("elsewhere", stand_in).await;
    assert_eq!(page.status, status, "{}", page.text());
    assert!(page.body.contains(words), "{words}: {}", page.body);
    assert!(page.body.contains("Sign in another way"), "a way on");
    assert!(!is_signed_in(&mut visitor).await);
}

const USERS: &str = "SELECT COUNT(*) FROM users WHERE tenant_id = $1";
const LINKS: &str = "SELECT COUNT(*) FROM identities WHERE tenant_id = $1 AND unlinked_at IS NULL";
const TRIPS: &str = "SELECT COUNT(*) FROM provider_trips WHERE tenant_id = $1";
const SUSPEND: &str = "UPDATE users SET suspended_at = 1 WHERE tenant_id = $1";
const METHODS: &str = "SELECT COUNT(*) FROM sessions WHERE tenant_id = $1 AND methods = 'provider'";
const FAILED: &str = "SELECT COUNT(*) FROM events WHERE tenant_id = $1 AND kind = 'login.failed'";

async fn count(server: &TestServer, sql: &'static str) -> i64 {
    let at = server.at(&server.default_tenant());
    let read = server.house().database.read(at, async |work: &mut Work| {
        let tenant = work.tenant();
        vestibule::rows!(work, |c| sqlx::query_scalar(sql).bind(tenant.as_str()).fetch_one(c))
    });
    read.await.unwrap()
}

// A-163, INV-22: an address that is not verified finds nobody, and the answer is the same where nobody has it
#[tokio::test]
async fn an_address_that_is_not_verified_is_nobodys() {
    let stand_in = StandIn::start().await;
    for rule in [Rule::Never, Rule::Ask, Rule::Authoritative] {
        let server = TestServer::with_provider(&stand_in, |settings| {
            settings.rule = rule;
            settings.domains = vec!["example.test".into()];
        });
        let server = server.await;
        server.person(&server.default_tenant(), ADA, PASSWORD).await;
        for verified in [json!(false), Value::Null, json!("true"), json!(1)] {
            for email in [ADA, "nobody@example.test"] {
                let claims = object(json!({"email": email, "email_verified": verified}));
                stand_in.script().claims = claims;
                // Where it is no boolean, the whole token makes no sense.
                let words = match verified {
                    Value::Bool(_) | Value::Null => "has not verified your e-mail address",
                    _ => "could not be used",
                };
                let mut visitor = server.visitor();
                let page = visitor.go_via("elsewhere", &stand_in).await;
                assert!(page.body.contains(words), "{verified} {email}: {}", page.body);
                assert!(!is_signed_in(&mut visitor).await);
            }
        }
        assert_eq!((count(&server, USERS).await, count(&server, LINKS).await), (1, 0));
    }
}

// A-164, V-038: a callback counts once, in the browser that left, with the state it left with
#[tokio::test]
async fn a_callback_counts_once_in_the_browser_that_left() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    let mut eve = server.visitor();
    let place = eve.leave("elsewhere").await;
    let back = stand_in.sign_in(&place).await;
    let (path, query) = back.split_once('?').unwrap();
    let code = query.split('&').find(|pair| pair.starts_with("code=")).unwrap();
    let state = query.split('&').find(|pair| pair.starts_with("state=")).unwrap();
    for wrong in [
        String::new(),
        code.to_owned(),
        state.to_owned(),
        format!("{code}&state=other"),
        format!("{query}&error=access_denied"),
        format!("{query}&{state}"),
        format!("{query}&{code}"),
    ] {
        let page = eve.get(&format!("{path}?{wrong}")).await;
        assert_eq!(page.status, 400, "{wrong}");
        assert!(!is_signed_in(&mut eve).await, "{wrong}");
    }
    assert_eq!(stand_in.asked("token"), 0);
    // in no other browser, with cookies of its own or without any.
    let mut alice = server.visitor();
    assert_eq!(alice.get(&back).await.status, 400);
    alice.leave("elsewhere").await;
    assert_eq!(alice.get(&back).await.status, 400);
    assert!(!is_signed_in(&mut alice).await);
    assert_eq!(stand_in.asked("token"), 0);
    // Where it left it is good, and after that no more.
    assert_eq!(eve.get(&back).await.status, 303);
    assert!(is_signed_in(&mut eve).await);
    assert_eq!(eve.get(&back).await.status, 400);
    assert_eq!(stand_in.asked("token"), 1);
}

// and not after its time
#[tokio::test]
async fn whoever_comes_back_late_begins_anew() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    let mut ada = server.visitor();
    let place = ada.leave("elsewhere").await;
    let back = stand_in.sign_in(&place).await;
    server.clock.advance(Lifetime::minutes(10));
    assert_eq!(ada.get(&back).await.status, 400);
    server.turn("housekeeping").await;
    assert_eq!(count(&server, TRIPS).await, 0);
}

// whatever is wrong with an ID token, nobody is signed in, and it is recorded
#[tokio::test]
async fn an_id_token_that_lies_is_not_believed() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    let now = stand_in.script().now;
    let lies = [
        json!({"nonce": "other"}),
        json!({"nonce": null}),
        json!({"aud": "another-client"}),
        json!({"aud": ["vestibule-here", "another-client"]}),
        json!({"azp": "another-client"}),
        json!({"iss": "https://evil.test"}),
        json!({"iss": null}),
        json!({"exp": now}),
        json!({"exp": now - 3600}),
        json!({"exp": null}),
        json!({"iat": now + 120}),
        json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"sub": "x".repeat(256)}),
    ];
    let tries = lies.len() + 4;
    for lie in lies {
        stand_in.script().claims = object(lie);
        is_refused(&server, &stand_in, 400, "could not be used").await;
    }
    stand_in.script().claims.clear();
    for forged in [Signature::OtherKey, Signature::None, Signature::Hmac, Signature::Broken] {
        stand_in.script().signed_with = forged;
        is_refused(&server, &stand_in, 400, "could not be used").await;
    }
    assert_eq!(count(&server, USERS).await, 0);
    assert_eq!(count(&server, FAILED).await, i64::try_from(tries).unwrap());
    stand_in.script().signed_with = Signature::Right;
    let page = server.visitor().go_via("elsewhere", &stand_in).await;
    assert!(page.body.contains(ADA), "{}", page.body);
}

// A-166, R-BCP-12, RFC 9207 §2.4: an answer is its own provider's, and its code goes to no other
#[tokio::test]
async fn answers_are_not_mixed_up() {
    let (honest, evil) = (StandIn::start().await, StandIn::start().await);
    let allow = format!("{}, {}", honest.allowed(), evil.allowed()).replace("], [", ", ");
    let wanted = TestServer::wanted(Engine::Sqlite);
    let server = wanted.set("outbound.allow", &allow).start().await;
    for (slug, stand_in) in [("honest", &honest), ("evil", &evil)] {
        server.provider(&server.default_tenant(), slug, &settings(stand_in)).await;
        stand_in.script().now = server.now().micros() / 1_000_000;
    }
    let mut ada = server.visitor();
    let place = ada.leave("honest").await;
    let back = honest.sign_in(&place).await.replace("/via/honest/", "/via/evil/");
    assert_eq!(ada.get(&back).await.status, 400, "to the address of another");
    honest.script().iss = Some(evil.issuer.clone());
    let page = ada.go_via("honest", &honest).await;
    assert_eq!(page.status, 400, "in the name of another");
    honest.script().iss = None;
    honest.script().metadata =
        object(json!({"authorization_response_iss_parameter_supported": true}));
    server.clock.advance(Lifetime::hours(2));
    let page = ada.go_via("honest", &honest).await;
    assert_eq!(page.status, 400, "it always names itself, but not here");
    assert_eq!((honest.asked("token"), evil.asked("token")), (0, 0));
    assert!(!is_signed_in(&mut ada).await);
    let now = server.now().micros() / 1_000_000;
    (honest.script().iss, honest.script().now) = (Some(honest.issuer.clone()), now);
    assert!(ada.go_via("honest", &honest).await.body.contains(ADA));
}

// metadata that is not the issuer's own, or leads to where nothing may be asked, is not used
#[tokio::test]
async fn metadata_that_lies_is_not_used() {
    let lies = [
        json!({"issuer": "https://evil.test"}),
        json!({"token_endpoint": "http://evil.test/token"}),
        json!({"token_endpoint": "https://10.0.0.1/token"}),
        json!({"token_endpoint": null}),
        json!({"authorization_endpoint": "javascript:alert(1)"}),
        json!({"authorization_endpoint": "http://evil.test/authorize"}),
        json!({"userinfo_endpoint": "https://169.254.169.254/"}),
        json!({"more": "x".repeat(1 << 20)}),
    ];
    for lie in lies {
        let stand_in = StandIn::start().await;
        let server = TestServer::with_provider(&stand_in, |_| ()).await;
        let shown: String = lie.to_string().chars().take(80).collect();
        stand_in.script().metadata = object(lie);
        let mut visitor = server.visitor();
        let page = visitor.visit("/login/via/elsewhere").await;
        let page = visitor.post(&Form::of(&page)).await;
        assert!([400, 503].contains(&page.status), "{shown}: {}", page.text());
        assert!(page.header("location").is_empty(), "{shown}");
    }
}

// A-168, F-25: new keys are asked for once, however many tokens name a key that nobody knows
#[tokio::test]
async fn new_keys_are_found_and_asked_for_once_a_minute() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    assert!(server.visitor().go_via("elsewhere", &stand_in).await.body.contains(ADA));
    assert_eq!(stand_in.asked("jwks"), 1);
    stand_in.rotate("second");
    is_refused(&server, &stand_in, 400, "could not be used").await;
    assert_eq!(stand_in.asked("jwks"), 1, "asked a moment ago");
    server.clock.advance(Lifetime::minutes(2));
    stand_in.script().now = server.now().micros() / 1_000_000;
    assert!(server.visitor().go_via("elsewhere", &stand_in).await.body.contains(ADA));
    assert_eq!(stand_in.asked("jwks"), 2);
    stand_in.script().header = object(json!({"kid": "nobody's"}));
    stand_in.script().signed_with = Signature::OtherKey;
    for _ in 0..3 {
        is_refused(&server, &stand_in, 400, "could not be used").await;
    }
    assert_eq!(stand_in.asked("jwks"), 2);
}

// A-170, V-069: a provider that is disabled, deleted or another one meanwhile signs nobody in
#[tokio::test]
async fn a_provider_that_is_closed_meanwhile_signs_nobody_in() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    let (federation, tenant) = (server.house().federation(), server.default_tenant());
    let slug = Slug::parse("elsewhere").unwrap();
    for closing in [Change::Disable, Change::Delete] {
        let mut ada = server.visitor();
        let place = ada.leave("elsewhere").await;
        let back = stand_in.sign_in(&place).await;
        let context = server.context();
        change(&federation, server.at(&tenant), (&slug, closing), &context).await.unwrap();
        let page = ada.get(&back).await;
        assert_eq!(page.status, 400);
        assert!(page.body.contains("not offered any more"), "{}", page.body);
        assert_eq!(ada.get("/login/via/elsewhere").await.header("location"), "/login");
        assert!(!ada.visit("/login").await.body.contains("Elsewhere"));
        let enable = (&slug, Change::Enable);
        change(&federation, server.at(&tenant), enable, &context).await.ok();
    }
    // The same name, but somebody else: the code is not sent there.
    let mut first = settings(&stand_in);
    server.provider(&tenant, "elsewhere", &first).await;
    let mut ada = server.visitor();
    let back = stand_in.sign_in(&ada.leave("elsewhere").await).await;
    let context = server.context();
    change(&federation, server.at(&tenant), (&slug, Change::Delete), &context).await.unwrap();
    first.issuer = "https://evil.test".into();
    server.provider(&tenant, "elsewhere", &first).await;
    assert_eq!(ada.get(&back).await.status, 400);
    assert_eq!((stand_in.asked("token"), count(&server, USERS).await), (0, 0));
}

// A-171, V-092, INV-17: whoever may not sign in may not by another way either
#[tokio::test]
async fn a_suspended_account_opens_to_nobody() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    let mut before = server.visitor();
    assert!(before.go_via("elsewhere", &stand_in).await.body.contains(ADA));
    let photos = Registration { party: Party::First, ..web() };
    let photos = server.application(&server.default_tenant(), photos).await;
    let none = [("prompt", "none")];
    let silent = came_back(&before.open(&photos.request(&none)).await);
    assert!(silent.contains_key("code"), "{silent:?}");
    let at = server.at(&server.default_tenant());
    let suspend = async |work: &mut Work| {
        let tenant = work.tenant();
        vestibule::touch!(work, |c| sqlx::query(SUSPEND).bind(tenant.as_str()).execute(c))?;
        Ok::<_, vestibule::kernel::failure::No<()>>(())
    };
    server.house().database.write(at, suspend).await.unwrap();
    is_refused(&server, &stand_in, 403, "cannot be signed in to").await;
    // Nor does a session from before open anything, without a page either.
    let silent = came_back(&before.open(&photos.request(&none)).await);
    assert_eq!(silent.get("error").map(String::as_str), Some("access_denied"), "{silent:?}");
}

// what else a provider says gives nobody anything; names are escaped, and nothing is without bounds
#[tokio::test]
async fn claims_give_nobody_anything() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    stand_in.script().claims = object(json!({
        "name": "<script>alert(1)</script>", "roles": ["owner"], "groups": ["admins"],
        "tenant": "acme", "user_id": "usr_1", "amr": ["mfa", "hwk"], "acr": "high",
    }));
    let home = server.visitor().go_via("elsewhere", &stand_in).await;
    assert!(home.body.contains("&#60;script&#62;alert(1)"), "{}", home.body);
    assert_eq!(count(&server, METHODS).await, 1);
    stand_in.script().claims = object(json!({"name": "x".repeat(1_000_000), "sub": "other"}));
    is_refused(&server, &stand_in, 503, "does not answer").await;
}

// F-25: whatever becomes of a provider, there is a page within its deadline, and no effect
#[tokio::test]
async fn a_provider_that_fails_costs_a_page() {
    let all = [
        Manner::Hang,
        Manner::Drip,
        Manner::Reset,
        Manner::Failing,
        Manner::Huge,
        Manner::Nonsense,
        Manner::Redirect,
    ];
    for manner in all {
        let stand_in = StandIn::start().await;
        let server = TestServer::with_provider(&stand_in, |_| ()).await;
        stand_in.script().manners.insert("token", manner);
        let (status, words) = match manner {
            Manner::Nonsense => (400, "could not be used"),
            _ => (503, "does not answer"),
        };
        is_refused(&server, &stand_in, status, words).await;
        stand_in.script().manners.clear();
        stand_in.script().manners.insert("metadata", manner);
        server.clock.advance(Lifetime::hours(2));
        stand_in.script().now = server.now().micros() / 1_000_000;
        // What it said before holds while it says nothing now.
        assert!(server.visitor().go_via("elsewhere", &stand_in).await.body.contains(ADA));
        let tenant = server.default_tenant();
        let slug = Slug::parse("elsewhere").unwrap();
        let federation = server.house().federation();
        let (_, health) = get(&federation, server.at(&tenant), &slug).await.unwrap();
        assert!(health.failure.is_some() && health.succeeded_at > health.failed_at, "{health:?}");
        let lines = server.logs.lines_with(&["a provider signed nobody in"]);
        assert_eq!(lines.len(), 1, "{manner:?}: {lines:?}");
    }
}

// F-25: after a few failures it is left alone, and asked again by itself later
#[tokio::test]
async fn a_provider_that_fails_is_left_alone_for_a_while() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    stand_in.script().manners.insert("token", Manner::Failing);
    for _ in 0..7 {
        let mut visitor = server.visitor();
        let page = visitor.visit("/login/via/elsewhere").await;
        let away = visitor.post(&Form::of(&page)).await;
        if away.status == 303 {
            let back = stand_in.sign_in(away.header("location")).await;
            assert_eq!(visitor.get(&back).await.status, 503);
        } else {
            assert_eq!(away.status, 503);
        }
    }
    assert!((1..=6).contains(&stand_in.asked("token")), "{}", stand_in.asked("token"));
    stand_in.script().manners.clear();
    server.clock.advance(Lifetime::seconds(11));
    assert!(server.visitor().go_via("elsewhere", &stand_in).await.body.contains(ADA));
}
