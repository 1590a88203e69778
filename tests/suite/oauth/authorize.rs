//! The authorization request: page or redirect, and what the redirect says.

use super::world::{App, BROWSERS, ISSUER, REDIRECT, VERIFIER, World, parameters, spa, web};
use crate::support::database::engines;
use vestibule::kernel::failure::No;
use vestibule::kernel::ids::TransactionId;
use vestibule::kernel::secret::{Hash, Secret};
use vestibule::oauth::authorize::respond::Delivery;
use vestibule::oauth::authorize::{self, CHECKS, Endpoint, Gone, Refusal};
use vestibule::oauth::error::{Code, OAuthError};
use vestibule::platform::storage::Work;

type Pairs<'a> = Vec<(&'a str, String)>;

fn good(app: &App) -> Pairs<'static> {
    vec![
        ("response_type", "code".into()),
        ("client_id", app.client.id.to_string()),
        ("redirect_uri", REDIRECT.into()),
        ("scope", "openid profile".into()),
        ("state", "xyz".into()),
        ("code_challenge", Hash::of(VERIFIER.as_bytes()).base64url()),
        ("code_challenge_method", "S256".into()),
    ]
}

fn with<'a>(app: &App, name: &'a str, value: &str) -> Pairs<'a> {
    let mut pairs: Pairs<'a> = good(app);
    pairs.retain(|(known, _)| *known != name);
    pairs.push((name, value.to_owned()));
    pairs
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Good,
    Page,
    Redirect(Code),
}

async fn outcome(world: &World, pairs: &Pairs<'_>) -> Outcome {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    match world.check(&pairs).await {
        Ok(()) => Outcome::Good,
        Err(No::Refused(Refusal::Page(_))) => Outcome::Page,
        Err(No::Refused(Refusal::Redirect(response, error))) => {
            assert_eq!(response.get("iss"), Some(ISSUER), "P-205, A-016");
            assert_eq!(response.get("error"), Some(error.code.wire()));
            Outcome::Redirect(error.code)
        }
        Err(No::Failed(failure)) => panic!("{failure}"),
    }
}

// P-009, A-001, A-002, A-003, A-004, A-012, INV-11
#[tokio::test]
async fn without_a_client_and_its_redirect_uri_there_is_only_a_page() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        assert_eq!(outcome(&world, &good(&app)).await, Outcome::Good);
        for (name, value) in [
            ("client_id", ""),
            ("client_id", "cli_00000000000000000000000000"),
            ("client_id", "<script>"),
            ("redirect_uri", ""),
            ("redirect_uri", "https://rp.example/cb/"),
            ("redirect_uri", "https://rp.example@evil.test/cb"),
            ("redirect_uri", "https://rp.example/cb#"),
        ] {
            assert_eq!(
                outcome(&world, &with(&app, name, value)).await,
                Outcome::Page,
                "{name} {value}"
            );
        }
        for name in ["client_id", "redirect_uri"] {
            let mut twice = good(&app);
            let pair = twice.iter().find(|(known, _)| *known == name).unwrap().clone();
            twice.push(pair);
            assert_eq!(outcome(&world, &twice).await, Outcome::Page, "{name} twice {engine:?}");
        }
    }
}

// P-008, P-011, P-222, A-011, A-012, A-014, A-019, A-020, A-021, A-022, A-077, P-049, P-052
#[tokio::test]
async fn everything_else_is_told_to_the_client() {
    for engine in engines() {
        let world = World::new(engine).await;
        for app in [world.app(web()).await, world.app(spa()).await] {
            let (state, nonce, challenge) = ("s".repeat(4097), "n".repeat(513), "c".repeat(42));
            for (name, value, expected) in [
                ("response_type", "", Code::InvalidRequest),
                ("response_type", "token", Code::UnsupportedResponseType),
                ("response_type", "CODE", Code::UnsupportedResponseType),
                ("response_type", "code code", Code::UnsupportedResponseType),
                ("response_type", "code id_token", Code::UnsupportedResponseType),
                ("response_mode", "jwt", Code::InvalidRequest),
                ("state", &state, Code::InvalidRequest),
                ("state", "a\nb", Code::InvalidRequest),
                ("nonce", &nonce, Code::InvalidRequest),
                ("scope", "a\"b", Code::InvalidScope),
                ("code_challenge", "", Code::InvalidRequest),
                ("code_challenge", &challenge, Code::InvalidRequest),
                ("code_challenge_method", "", Code::InvalidRequest),
                ("code_challenge_method", "plain", Code::InvalidRequest),
                ("code_challenge_method", "s256", Code::InvalidRequest),
                ("prompt", "none login", Code::InvalidRequest),
                ("prompt", "sudo", Code::InvalidRequest),
                ("max_age", "-1", Code::InvalidRequest),
                ("max_age", "x", Code::InvalidRequest),
                ("claims", "[]", Code::InvalidRequest),
                ("resource", "https://unknown.example", Code::InvalidTarget),
                ("request", "a.b.c", Code::RequestNotSupported),
                ("request_uri", "https://rp.example/r", Code::RequestUriNotSupported),
                ("registration", "{}", Code::RegistrationNotSupported),
            ] {
                let told = outcome(&world, &with(&app, name, value)).await;
                assert_eq!(told, Outcome::Redirect(expected), "{name}={value} {engine:?}");
            }
            for name in ["scope", "state", "code_challenge", "unknown"] {
                let mut twice = with(&app, name, "openid");
                twice.push((name, "openid".into()));
                assert_eq!(outcome(&world, &twice).await, Outcome::Redirect(Code::InvalidRequest));
            }
        }
    }
}

// P-007, P-033, P-037, A-014, A-019
#[tokio::test]
async fn what_is_unknown_or_only_a_wish_is_no_error() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        let (hint, state) = ("h".repeat(321), "s".repeat(4096));
        let printable: String = (' '..='~').collect();
        for (name, value) in [
            ("unknown", "x"),
            ("display", "wap"),
            ("ui_locales", "xx-yy zz"),
            ("claims_locales", "xx"),
            ("login_hint", hint.as_str()),
            ("nonce", ""),
            ("prompt", ""),
            ("state", &state),
            ("state", &printable),
            ("acr_values", "a b"),
            ("max_age", "0"),
            ("prompt", "login consent"),
            ("response_mode", "form_post"),
            ("response_mode", "fragment"),
        ] {
            let told = outcome(&world, &with(&app, name, value)).await;
            assert_eq!(told, Outcome::Good, "{name}={value} {engine:?}");
        }
    }
}

// P-012: an error travels as the answer would have
#[tokio::test]
async fn an_error_uses_the_mode_that_was_asked_for() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        for (mode, start) in [
            ("query", "https://rp.example/cb?error="),
            ("fragment", "https://rp.example/cb#error="),
        ] {
            let mut pairs = with(&app, "response_mode", mode);
            pairs.push(("prompt", "sudo".into()));
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let Err(No::Refused(Refusal::Redirect(response, _))) = world.check(&pairs).await else {
                panic!("{mode}")
            };
            let Delivery::Redirect { location } = response.delivery() else { panic!("{mode}") };
            assert!(
                location.starts_with(start) && location.contains("&state=xyz&iss="),
                "{location}"
            );
        }
    }
}

// RFC 9126 §2.1, §5: the table is one; what may be pushed, and what must be, is a line of its own
#[test]
fn all_endpoints_share_their_checks_but_one() {
    let at = |endpoint| CHECKS.iter().filter(move |check| check.at.contains(&endpoint)).count();
    assert_eq!(at(Endpoint::Par), at(Endpoint::Pushed) + 1);
    assert_eq!(at(Endpoint::Authorize), at(Endpoint::Pushed) + 1);
}

// D-06, A-041, INV-02: a transaction belongs to its browser and is answered once
#[tokio::test]
async fn a_transaction_is_answered_once_and_in_its_own_browser() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        let (realm, pairs) = (world.realm(), good(&app));
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let database = &world.ground.database;
        let sent = parameters(&pairs);
        let checked = authorize::check(&world.ground, &realm, &sent, Endpoint::Authorize).await;
        let request = &checked.unwrap();
        let begun: Result<TransactionId, No<OAuthError>> = database
            .write(realm.at, async |work: &mut Work| {
                Ok(authorize::begin(work, request.clone(), &Secret::new(BROWSERS[0])).await?)
            })
            .await;
        let id = &begun.unwrap();
        let found = async |browser: &str| {
            let browser = Secret::new(browser);
            let resumed = database.read(world.realm().at, async |work: &mut Work| {
                authorize::resume(work, id, &browser).await
            });
            resumed.await.unwrap().is_some()
        };
        assert!(found(BROWSERS[0]).await && !found(BROWSERS[1]).await);
        let approve = async |browser: &str| {
            let browser = Secret::new(browser);
            let (ground, realm, approval) = (&world.ground, world.realm(), world.approval());
            authorize::approve(ground, &realm, (id, &browser), (request, &approval)).await
        };
        assert!(matches!(approve(BROWSERS[1]).await, Err(No::Refused(Gone))));
        let response = approve(BROWSERS[0]).await.unwrap();
        assert_eq!(response.get("state"), Some("xyz"));
        assert!(matches!(approve(BROWSERS[0]).await, Err(No::Refused(Gone))), "{engine:?}");
        assert!(!found(BROWSERS[0]).await);
        assert_eq!(world.recorded("code.issued").await, 1);
    }
}
