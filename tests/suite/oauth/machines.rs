//! Machines on their own behalf.

use super::world::{App, ISSUER, World, claims, machine, spa, text, web};
use crate::support::database::engines;
use vestibule::oauth::clients::model::Registration;
use vestibule::oauth::error::Code;
use vestibule::oauth::model::GrantType;

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

// P-207, P-201, P-202, INV-10
#[tokio::test]
async fn a_machine_gets_a_token_and_nothing_else() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(machine()).await;
        let asked = [GRANT, ("scope", "openid write admin"), ("resource", "https://api.example")];
        let answer = world.ask(&app, &asked).await.unwrap();
        assert!(answer.get("refresh_token").is_none() && answer.get("id_token").is_none());
        assert_eq!(answer["scope"], "write");
        let access = claims(&answer["access_token"]);
        assert_eq!(
            (text(&access, "sub"), text(&access, "aud")),
            (app.client.id.as_str(), "https://api.example")
        );
        assert!(access.get("auth_time").is_none());
        let default = world.ask(&app, &[GRANT]).await.unwrap();
        assert_eq!(default["scope"], "read");
        assert_eq!(claims(&default["access_token"])["aud"], ISSUER);
        assert_eq!(world.recorded("token.issued").await, 2, "{engine:?}");
    }
}

// P-219, A-077, A-063
#[tokio::test]
async fn what_a_machine_may_not_have_is_refused() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(machine()).await;
        let many = (0..65).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        for (pair, expected) in [
            (("scope", "admin"), Code::InvalidScope),
            (("scope", "openid"), Code::InvalidScope),
            (("scope", "a\\b"), Code::InvalidScope),
            (("scope", many.as_str()), Code::InvalidScope),
            (("resource", "https://other.example"), Code::InvalidTarget),
            (("resource", "/api"), Code::InvalidTarget),
        ] {
            assert_eq!(world.ask(&app, &[GRANT, pair]).await, Err(expected), "{pair:?}");
        }
    }
}

// D-12
#[tokio::test]
async fn a_grant_type_is_known_registered_and_named_once() {
    for engine in engines() {
        let world = World::new(engine).await;
        let (app, public, web) =
            (world.app(machine()).await, world.app(spa()).await, world.app(web()).await);
        let ask =
            async |app: &App, pairs: &[(&str, &str)]| world.ask(app, pairs).await.unwrap_err();
        for unknown in ["password", "implicit", "Client_Credentials", "urn:x"] {
            assert_eq!(ask(&app, &[("grant_type", unknown)]).await, Code::UnsupportedGrantType);
        }
        assert_eq!(ask(&app, &[]).await, Code::InvalidRequest);
        assert_eq!(ask(&app, &[GRANT, GRANT]).await, Code::InvalidRequest);
        assert_eq!(ask(&public, &[GRANT]).await, Code::UnauthorizedClient);
        assert_eq!(ask(&web, &[GRANT]).await, Code::UnauthorizedClient);
        let code = [("grant_type", "authorization_code"), ("code", "x")];
        assert_eq!(ask(&app, &code).await, Code::UnauthorizedClient);
        for grant in GrantType::ALL {
            let bare = App { secret: None, ..web.clone() };
            let pairs = [("grant_type", grant.as_str()), ("code", "x"), ("refresh_token", "x")];
            assert_eq!(ask(&bare, &pairs).await, Code::InvalidClient, "{grant:?}");
        }
        assert_eq!(ask(&web, &[("grant_type", "authorization_code")]).await, Code::InvalidRequest);
    }
}

// RFC 6749 §5.1: a client's own lifetime
#[tokio::test]
async fn a_client_may_have_shorter_tokens() {
    for engine in engines() {
        let world = World::new(engine).await;
        let short = Registration { access_token_seconds: Some(60), ..machine() };
        let app = world.app(short).await;
        assert_eq!(world.ask(&app, &[GRANT]).await.unwrap()["expires_in"], 60, "{engine:?}");
    }
}
