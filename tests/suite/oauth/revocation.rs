//! Introspection and revocation: who sees what, and what ends.

use super::world::{App, ISSUER, World, alice, claims, code, machine, parameters, spa, text, web};
use crate::support::database::engines;
use data_encoding::BASE64;
use serde_json::Value;
use vestibule::oauth::clients::model::{Kind, Registration};
use vestibule::oauth::error::Code;
use vestibule::oauth::introspection::{INACTIVE, introspect};
use vestibule::oauth::revocation::revoke;

const API: &str = "https://api.example";
const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn basic(app: &App) -> String {
    let secret = app.secret.as_ref().map(|s| s.reveal().to_owned()).unwrap_or_default();
    format!("Basic {}", BASE64.encode(format!("{}:{secret}", app.client.id).as_bytes()))
}

async fn asked(world: &World, caller: &App, token: &str) -> Result<String, Code> {
    let form = parameters(&[("token", token)]);
    introspect(&world.ground, &world.realm(), &[&basic(caller)], &form).await.map_err(code)
}

async fn revoked(world: &World, caller: &App, token: &str) -> Result<(), Code> {
    let form = parameters(&[("token", token)]);
    revoke(&world.ground, &world.realm(), &[&basic(caller)], &form).await.map_err(code)
}

// P-203, P-226, A-073, A-074: the same bytes for all who are not meant
#[tokio::test]
async fn a_token_is_told_about_to_its_audience_and_its_client_alone() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(machine()).await;
        let server = Registration {
            kind: Kind::ResourceServer,
            grants: vec![],
            resources: vec![API.into()],
            ..machine()
        };
        let api = world.app(server.clone()).await;
        let other = Registration { resources: vec!["https://other.example".into()], ..server };
        let other = world.app(other).await;
        let answer = world.ask(&app, &[GRANT, ("resource", API)]).await.unwrap();
        let token = text(&answer, "access_token");
        for caller in [&app, &api] {
            let told: Value =
                serde_json::from_str(&asked(&world, caller, token).await.unwrap()).unwrap();
            assert_eq!((&told["active"], &told["aud"]), (&Value::Bool(true), &Value::from(API)));
            assert_eq!((text(&told, "iss"), text(&told, "token_type")), (ISSUER, "Bearer"));
            for member in ["sub", "client_id", "scope", "exp", "iat", "jti"] {
                assert!(told.get(member).is_some(), "{member}");
            }
        }
        assert_eq!(asked(&world, &other, token).await.as_deref(), Ok(INACTIVE));
        for garbage in ["x", "a.b.c", "vrt1.x"] {
            assert_eq!(asked(&world, &app, garbage).await.as_deref(), Ok(INACTIVE));
        }
        world.later(900 + 10);
        assert_eq!(asked(&world, &app, token).await.as_deref(), Ok(INACTIVE), "{engine:?}");
        let public = world.app(spa()).await;
        let form = parameters(&[("token", token), ("client_id", public.client.id.as_str())]);
        let by_name = introspect(&world.ground, &world.realm(), &[], &form).await.map_err(code);
        assert_eq!(by_name, Err(Code::InvalidClient));
    }
}

// P-204, A-070, A-076: a refresh token takes its access tokens along; a stranger's word ends nothing
#[tokio::test]
async fn revoking_a_refresh_token_ends_its_whole_grant() {
    for engine in engines() {
        let world = World::new(engine).await;
        let (app, evil) = (world.app(web()).await, world.app(web()).await);
        let code = world.code(&app, &[]).await;
        let answer = world.redeem(&app, &code).await.unwrap();
        let (access, refresh) = (text(&answer, "access_token"), text(&answer, "refresh_token"));
        assert_ne!(asked(&world, &app, access).await.as_deref(), Ok(INACTIVE));
        assert_ne!(asked(&world, &app, refresh).await.as_deref(), Ok(INACTIVE));
        assert_eq!(asked(&world, &evil, refresh).await.as_deref(), Ok(INACTIVE));
        for token in [access, refresh] {
            assert_eq!(revoked(&world, &evil, token).await, Err(Code::InvalidGrant));
        }
        for unknown in ["x", "a.b.c"] {
            assert_eq!(revoked(&world, &app, unknown).await, Ok(()));
        }
        assert_ne!(asked(&world, &app, access).await.as_deref(), Ok(INACTIVE), "alive");
        assert_eq!(revoked(&world, &app, refresh).await, Ok(()));
        assert_eq!(revoked(&world, &app, refresh).await, Ok(()));
        for token in [access, refresh] {
            assert_eq!(asked(&world, &app, token).await.as_deref(), Ok(INACTIVE), "{engine:?}");
        }
        assert_eq!(world.recorded("token.revoked").await, 1);
    }
}

// PRO-05, D-08: the deny list by jti takes one access token, and the grant goes on
#[tokio::test]
async fn revoking_an_access_token_ends_it_alone() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        let code = world.code(&app, &[]).await;
        let answer = world.redeem(&app, &code).await.unwrap();
        let access = text(&answer, "access_token");
        assert_eq!(revoked(&world, &app, access).await, Ok(()));
        assert_eq!(asked(&world, &app, access).await.as_deref(), Ok(INACTIVE));
        let next = world.refresh(&app, text(&answer, "refresh_token"), &[]).await.unwrap();
        let access = text(&next, "access_token");
        assert_ne!(asked(&world, &app, access).await.as_deref(), Ok(INACTIVE), "{engine:?}");
        world.ground.people.0.lock().unwrap().insert(alice());
        assert_eq!(asked(&world, &app, access).await.as_deref(), Ok(INACTIVE), "A-065, A-074");
    }
}

// INV-03, D-02: reuse ends access tokens too, and a token that was seen ends the retry
#[tokio::test]
async fn a_dead_family_has_no_living_access_token() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world
            .app(Registration {
                rotation: vestibule::oauth::clients::model::Rotation::EachUse,
                ..web()
            })
            .await;
        let code = world.code(&app, &[]).await;
        let first = world.redeem(&app, &code).await.unwrap();
        let second = world.refresh(&app, text(&first, "refresh_token"), &[]).await.unwrap();
        let access = text(&second, "access_token");
        assert!(claims(&second["access_token"])["jti"].as_str().unwrap().starts_with("gnt_"));
        assert_ne!(asked(&world, &app, access).await.as_deref(), Ok(INACTIVE));
        let replayed = world.refresh(&app, text(&first, "refresh_token"), &[]).await;
        assert_eq!(replayed, Err(Code::InvalidGrant));
        for answer in [&first, &second] {
            let token = text(answer, "access_token");
            assert_eq!(asked(&world, &app, token).await.as_deref(), Ok(INACTIVE), "{engine:?}");
        }
    }
}
