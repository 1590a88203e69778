//! What a request may ask for beside a sign-in: an account, access while nobody is there, roles.

use crate::support::application::{ADA, Application, came_back, claims, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::mailbox::path;
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vestibule::accounts::model::{Role, Roles};
use vestibule::kernel::failure::Done;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{IdTokenClaims, Party, Registration};
use vestibule::oauth::model::{GrantType, Scope, TokenFormat};
use vestibule::platform::storage::Work;

fn ours() -> Registration {
    Registration { party: Party::First, ..web() }
}

// Initiating User Registration 1.0 §4 (P-222): where sign-up is open, the journey begins with an account and ends at the
// application; elsewhere the word is unknown
#[tokio::test]
async fn an_application_asks_for_an_account_to_be_made() {
    let server = TestServer::wanted(Engine::Sqlite).with_mail().start().await;
    let app = server.application(&server.default_tenant(), ours()).await;
    let metadata = server.browser().get("/.well-known/openid-configuration").await.json();
    let prompts = json!(["none", "login", "consent", "select_account", "create"]);
    assert_eq!(metadata["prompt_values_supported"], prompts);
    let mut ada = server.visitor();
    let page = ada.open(&app.request(&[("prompt", "create")])).await;
    assert!(page.body.contains("name=\"email\""), "a form for an account: {}", page.text());
    let fields = [("name", "Ada Okafor"), ("email", ADA), ("password", PASSWORD)];
    ada.submit(&page, &fields).await;
    let letters = server.letters().await;
    let letter = letters.iter().find(|letter| letter.to == ADA).unwrap();
    let page = ada.open(&path(letter)).await;
    let login = ada.submit(&page, &[]).await;
    let page = ada.submit(&login, &[]).await;
    let back = ada.post(&Form::of(&page).with(&[("password", PASSWORD)])).await;
    let back = came_back(&ada.follow_here(back).await);
    assert!(back.contains_key("code"), "{back:?}");
    let both = came_back(&ada.get(&app.request(&[("prompt", "none create")])).await);
    assert_eq!(both["error"], "invalid_request");
    server.end().await;

    let server = TestServer::start(Engine::Sqlite).await;
    let app = server.application(&server.default_tenant(), ours()).await;
    let metadata = server.browser().get("/.well-known/openid-configuration").await.json();
    assert!(!metadata["prompt_values_supported"].as_array().unwrap().contains(&json!("create")));
    let refused = server.visitor().get(&app.request(&[("prompt", "create")])).await;
    assert_eq!(came_back(&refused)["error"], "invalid_request");
    server.end().await;
}

async fn introspected(server: &TestServer, app: &Application, token: &Value) -> Answer {
    app.post(server, "/oauth/introspect", &[("token", token.as_str().unwrap())]).await
}

// OIDC Core §11 (P-053): with consent it lasts beyond the session, without the grant it is left out, never an error
#[tokio::test]
async fn offline_access_outlives_the_session_where_it_was_agreed_to() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        let metadata = server.browser().get("/.well-known/openid-configuration").await.json();
        assert!(
            metadata["grant_types_supported"].as_array().unwrap().contains(&json!("refresh_token"))
        );
        let photos = server.application(&tenant, web()).await;
        let none = Registration { grants: vec![GrantType::AuthorizationCode], ..ours() };
        let none = server.application(&tenant, none).await;
        let mut ada = server.ada().await;
        let asked = [("scope", "openid offline_access"), ("prompt", "consent")];
        let page = photos.sign_in(&mut ada, &asked).await;
        assert!(page.body.contains("<h1>Photos wants to use your account</h1>"), "{}", page.text());
        let code = came_back(&ada.decide(&page, "allow").await)["code"].clone();
        let lasting = photos.redeem(&server, &code, &[]).await.json();
        assert_eq!(lasting["scope"], "openid offline_access");
        let code =
            came_back(&ada.get(&photos.request(&[("scope", "openid")])).await)["code"].clone();
        let passing = photos.redeem(&server, &code, &[]).await.json();
        let code = came_back(&ada.get(&none.request(&[asked[0]])).await)["code"].clone();
        let without = none.redeem(&server, &code, &[]).await.json();
        assert_eq!((&without["scope"], without.get("refresh_token")), (&json!("openid"), None));
        let page = ada.open("/logout").await;
        ada.submit(&page, &[]).await;
        let alive = photos.refresh(&server, lasting["refresh_token"].as_str().unwrap()).await;
        assert_eq!(alive.status, 200, "{}", alive.text());
        let over = photos.refresh(&server, passing["refresh_token"].as_str().unwrap()).await;
        assert_eq!(over.json()["error"], "invalid_grant", "{engine:?}");
        let told = introspected(&server, &photos, &passing["access_token"]).await;
        assert_eq!(told.body, r#"{"active":false}"#);
        server.end().await;
    }
}

// RFC 9068 §2.2.3.1, OIDC Core §5.1.2 (P-201, P-220): roles by their scope: user info and access token, and in the ID
// token by the client's setting; nobody is told who did not ask
#[tokio::test]
async fn roles_are_told_by_their_scope() {
    for engine in engines() {
        let wanted = TestServer::wanted(engine).set("login.second_factor", "nobody");
        let server = wanted.start().await;
        let tenant = server.default_tenant();
        let scope = Scope::parse("openid roles").unwrap();
        let asking = Registration { scope, ..ours() };
        let in_both = Registration { id_token_claims: IdTokenClaims::OfTheScope, ..asking.clone() };
        let user = server.person(&tenant, ADA, PASSWORD).await;
        let make = async |work: &mut Work| Ok(work.give_role(&user.id, Role::Admin).await?);
        let done: Done<bool> = server.house().database.write(server.at(&tenant), make).await;
        assert!(done.unwrap());
        for (registration, is_in_id_token) in [(asking, false), (in_both, true)] {
            let app = server.application(&tenant, registration).await;
            let back =
                came_back(&app.sign_in(&mut server.visitor(), &[("scope", "openid roles")]).await);
            let tokens = app.redeem(&server, &back["code"], &[]).await.json();
            let roles = json!(["user", "admin"]);
            assert_eq!(claims(&tokens["access_token"])["roles"], roles);
            assert_eq!(claims(&tokens["id_token"]).get("roles") == Some(&roles), is_in_id_token);
            let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
            let info =
                server.browser().ask("GET", "/oauth/userinfo", &[("authorization", &bearer)]).await;
            assert_eq!(info.json()["roles"], roles);
            let back = came_back(&app.sign_in(&mut server.visitor(), &[("scope", "openid")]).await);
            let tokens = app.redeem(&server, &back["code"], &[]).await.json();
            assert!(claims(&tokens["access_token"]).get("roles").is_none(), "not asked for");
        }
        server.end().await;
    }
}

// OIDC Core §12.2, RFC 6749 §6 (P-054): the same person, the same sign-in, a later token, and no nonce
#[tokio::test]
async fn a_refreshed_id_token_tells_of_the_same_sign_in() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let app = server.application(&server.default_tenant(), ours()).await;
        let other = server.application(&server.default_tenant(), ours()).await;
        let mut ada = server.ada().await;
        let code = came_back(&app.sign_in(&mut ada, &[]).await)["code"].clone();
        let first = app.redeem(&server, &code, &[]).await.json();
        let refresh = first["refresh_token"].as_str().unwrap();
        server.clock.advance(Lifetime::minutes(5));
        let second = app.refresh(&server, refresh).await.json();
        let (old, new) = (claims(&first["id_token"]), claims(&second["id_token"]));
        for same in ["iss", "sub", "aud", "auth_time", "sid", "acr", "amr"] {
            assert_eq!(old[same], new[same], "{same}");
        }
        assert_eq!(new["iat"].as_i64(), old["iat"].as_i64().map(|then| then + 300));
        assert!(old["nonce"].is_string() && new.get("nonce").is_none() && new.get("azp").is_none());
        let less =
            [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", "email")];
        let without = app.post(&server, "/oauth/token", &less).await.json();
        assert!(without.get("id_token").is_none(), "no openid: {without}");
        let stolen = other.refresh(&server, refresh).await;
        assert_eq!((stolen.status, &stolen.json()["error"]), (400, &json!("invalid_grant")));
        server.end().await;
    }
}

// RFC 6749 §10.10, RFC 9126 §7.1, D-17 (P-014): 256 random bits in each, and none like another
#[tokio::test]
async fn what_is_handed_out_cannot_be_guessed() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let opaque = Registration { access_token_format: TokenFormat::Opaque, ..ours() };
    let app = server.application(&tenant, opaque).await;
    let mut ada = server.ada().await;
    app.sign_in(&mut ada, &[]).await;
    let mut seen = BTreeSet::new();
    for _ in 0..8 {
        let code = came_back(&ada.get(&app.request(&[])).await)["code"].clone();
        let tokens = app.redeem(&server, &code, &[]).await.json();
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        let query = app.query(&[]);
        let pushed: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let pushed: Vec<_> = pushed.iter().map(|(name, value)| (&**name, &**value)).collect();
        let pushed = app.post(&server, "/oauth/par", &pushed).await.json();
        let pushed = pushed["request_uri"].as_str().unwrap().to_owned();
        for handed in [code, text("access_token"), text("refresh_token"), pushed] {
            let is_safe = |b: u8| b.is_ascii_alphanumeric() || b"-_.:".contains(&b);
            assert!(handed.bytes().all(is_safe), "{handed}");
            let random = handed.split(['.', ':']).filter(|part| part.len() >= 43).count();
            assert!(random >= 1, "256 bits are 43 characters: {handed}");
            for part in handed.split(['.', ':']).filter(|part| part.len() >= 43) {
                assert!(seen.insert(part.to_owned()), "{part} came twice");
            }
        }
    }
    server.end().await;
}
