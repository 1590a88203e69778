//! Who is asking: secrets, assertions, and one answer for every cause.

use super::world::{App, ISSUER, World, machine, parameters, spa};
use crate::support::database::{engines, some_tenant};
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};
use vestibule::events::model::{Actor, Context, Name};
use vestibule::kernel::failure::No;
use vestibule::kernel::ids::TenantId;
use vestibule::kernel::secret::Secret;
use vestibule::kernel::time::Lifetime;
use vestibule::keys::generate::generate;
use vestibule::keys::model::{Algorithm, JwkSet};
use vestibule::oauth::clients::change_secret;
use vestibule::oauth::clients::model::{Method, Registration};
use vestibule::oauth::error::{Code, OAuthError};
use vestibule::oauth::realm::Realm;
use vestibule::oauth::token;
use vestibule::platform::storage::{At, Work};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");
const TYPE: (&str, &str) =
    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

async fn posted(world: &World, realm: &Realm, pairs: &[(&str, &str)]) -> Result<(), OAuthError> {
    match token::answer(&world.ground, realm, &[], &parameters(pairs)).await {
        Ok(_) => Ok(()),
        Err(No::Refused(error)) => Err(error),
        Err(No::Failed(failure)) => panic!("{failure}"),
    }
}

// INV-24: one answer, whatever the cause
#[tokio::test]
async fn every_cause_has_one_answer() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(machine()).await;
        let (id, secret) = (app.client.id.as_str(), app.secret.clone().unwrap());
        let ours = world.realm();
        let theirs = Realm {
            at: At { tenant: TenantId::parse("ten_00000002").unwrap(), ..ours.at },
            ..ours.clone()
        };
        assert_ne!(theirs.at.tenant, some_tenant());
        let right = [GRANT, ("client_id", id), ("client_secret", secret.reveal())];
        assert_eq!(posted(&world, &ours, &right).await, Ok(()));
        let elsewhere = posted(&world, &theirs, &right).await.unwrap_err();
        let wrong = [GRANT, ("client_id", id), ("client_secret", "wrong")];
        let wrong = posted(&world, &ours, &wrong).await.unwrap_err();
        let unknown = "cli_00000000000000000000000000";
        let unknown = [GRANT, ("client_id", unknown), ("client_secret", secret.reveal())];
        let unknown = posted(&world, &ours, &unknown).await.unwrap_err();
        assert_eq!(wrong.code, Code::InvalidClient);
        assert_eq!((&elsewhere, &unknown), (&wrong, &wrong), "{engine:?}");
    }
}

// P-016: only by the method that was registered
#[tokio::test]
async fn a_client_authenticates_as_it_registered() {
    for engine in engines() {
        let world = World::new(engine).await;
        let pinned =
            world.app(Registration { method: Method::ClientSecretBasic, ..machine() }).await;
        assert!(world.ask(&pinned, &[GRANT]).await.is_ok());
        let secret = pinned.secret.clone().unwrap();
        let post =
            [GRANT, ("client_id", pinned.client.id.as_str()), ("client_secret", secret.reveal())];
        assert_eq!(
            posted(&world, &world.realm(), &post).await.unwrap_err().code,
            Code::InvalidClient
        );
        let public = App { secret: Some(Secret::new("x")), ..world.app(spa()).await };
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", "x")];
        assert_eq!(world.ask(&public, &refresh).await, Err(Code::InvalidClient), "{engine:?}");
    }
}

// RFC 6749 §2.3.1: a secret is changed without a gap
#[tokio::test]
async fn two_secrets_are_good_while_one_is_changed() {
    for engine in engines() {
        let world = World::new(engine).await;
        let old = world.app(machine()).await;
        let context = &Context::of(Actor::Cli { user: Name::new("root") });
        let (client, sealer) = (&old.client, &world.ground.sealer);
        let overlap = Lifetime::hours(1);
        let changed = world.ground.database.write(world.realm().at, async |work: &mut Work| {
            change_secret(work, sealer, client, (overlap, context)).await
        });
        let new = App { secret: changed.await.unwrap(), ..old.clone() };
        assert!(world.ask(&old, &[GRANT]).await.is_ok() && world.ask(&new, &[GRANT]).await.is_ok());
        world.later(3_600);
        assert_eq!(world.ask(&old, &[GRANT]).await, Err(Code::InvalidClient));
        assert!(world.ask(&new, &[GRANT]).await.is_ok());
        assert_eq!(world.recorded("client.secret_rotated").await, 1, "{engine:?}");
    }
}

fn assertion(world: &World, app: &App, jti: &str) -> Value {
    let (id, now) = (app.client.id.as_str(), world.clock.now().seconds());
    json!({ "iss": id, "sub": id, "aud": ISSUER, "exp": now + 60, "iat": now, "jti": jti })
}

// P-046, A-051, INV-02: private_key_jwt, once
#[tokio::test]
async fn an_assertion_by_a_private_key_is_good_once() {
    for engine in engines() {
        let world = World::new(engine).await;
        let made = generate(Algorithm::Es256, 2048, &*world.ground.chance).unwrap();
        let jwks = serde_json::to_string(&JwkSet { keys: vec![made.jwk] }).unwrap();
        let keyed = Registration { method: Method::PrivateKeyJwt, jwks: Some(jwks), ..machine() };
        let app = world.app(keyed).await;
        assert!(app.secret.is_none(), "P-039");
        let key = EncodingKey::from_ec_der(&made.private);
        let sign = |claims: &Value| {
            encode(&Header::new(jsonwebtoken::Algorithm::ES256), claims, &key).unwrap()
        };
        let token = sign(&assertion(&world, &app, "one"));
        let pairs = [GRANT, TYPE, ("client_assertion", &token)];
        assert_eq!(posted(&world, &world.realm(), &pairs).await, Ok(()));
        world.later(1);
        let again = posted(&world, &world.realm(), &pairs).await.unwrap_err();
        assert_eq!(again.code, Code::InvalidClient, "{engine:?}");
        let mut foreign = assertion(&world, &app, "two");
        foreign["aud"] = json!([ISSUER, "https://rs.example"]);
        let token = sign(&foreign);
        let pairs = [GRANT, TYPE, ("client_assertion", &token)];
        let refused = posted(&world, &world.realm(), &pairs).await.unwrap_err();
        assert_eq!(refused, again);
    }
}

// P-056, P-227, P-046, A-081: client_secret_jwt, whose secret is sealed; the secret itself opens nothing
#[tokio::test]
async fn an_assertion_by_a_secret_is_good_once() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(Registration { method: Method::ClientSecretJwt, ..machine() }).await;
        let secret = app.secret.clone().unwrap();
        assert!(secret.reveal().len() >= 43);
        let key = EncodingKey::from_secret(secret.reveal().as_bytes());
        let token = encode(&Header::default(), &assertion(&world, &app, "one"), &key).unwrap();
        let pairs = [GRANT, TYPE, ("client_assertion", &token)];
        assert_eq!(posted(&world, &world.realm(), &pairs).await, Ok(()));
        assert!(posted(&world, &world.realm(), &pairs).await.is_err());
        assert_eq!(world.ask(&app, &[GRANT]).await, Err(Code::InvalidClient), "A-047 {engine:?}");
    }
}
