//! Refresh families: one live leaf, one answer for one request, death by reuse.

use super::world::{App, World, alice, claims, scope, spa, text, web};
use crate::support::database::{Engine, engines};
use serde_json::Value;
use std::sync::Arc;
use vestibule::kernel::failure::No;
use vestibule::kernel::ids::GrantId;
use vestibule::oauth::clients::model::{Clients, Registration, Rotation};
use vestibule::oauth::error::{Code, OAuthError};
use vestibule::oauth::token::model::Grants;
use vestibule::platform::storage::Work;

async fn signed_in(engine: Engine, registration: Registration) -> (World, App, String) {
    let world = World::new(engine).await;
    let app = world.app(registration).await;
    let code = world.code(&app, &[("scope", "openid profile read offline_access")]).await;
    let answer = world.redeem(&app, &code).await.unwrap();
    let token = text(&answer, "refresh_token").to_owned();
    (world, app, token)
}

fn next(answer: &Value) -> String {
    text(answer, "refresh_token").to_owned()
}

// D-03, P-054: a public client's token rotates; the new ID token says what the first one said
#[tokio::test]
async fn a_public_clients_token_rotates_at_each_use() {
    for engine in engines() {
        let (world, app, first) = signed_in(engine, spa()).await;
        world.later(100);
        let answer = world.refresh(&app, &first, &[]).await.unwrap();
        assert_ne!(next(&answer), first);
        let id = claims(&answer["id_token"]);
        assert_eq!(id["sub"], alice().as_str());
        assert!(id.get("nonce").is_none() && id.get("sid").is_some());
        assert_eq!(id["iat"].as_i64().unwrap() - id["auth_time"].as_i64().unwrap(), 100);
        assert!(world.refresh(&app, &next(&answer), &[]).await.is_ok());
        assert_eq!(world.recorded("token.refreshed").await, 2, "{engine:?}");
    }
}

// D-03: a confidential client keeps its token, unless it registered otherwise
#[tokio::test]
async fn a_confidential_client_keeps_its_token() {
    for engine in engines() {
        let (world, app, token) = signed_in(engine, web()).await;
        for _ in 0..3 {
            let answer = world.refresh(&app, &token, &[]).await.unwrap();
            assert_eq!(next(&answer), token);
        }
        assert_eq!(world.recorded("token.refreshed").await, 3);
        let rotating = Registration { rotation: Rotation::EachUse, ..web() };
        let (world, app, token) = signed_in(engine, rotating).await;
        assert_ne!(next(&world.refresh(&app, &token, &[]).await.unwrap()), token);
    }
}

// D-02, INV-04, PT-22: a lost answer is given again, byte for byte
#[tokio::test]
async fn the_same_request_gets_the_same_answer_for_thirty_seconds() {
    for engine in engines() {
        let (world, app, first) = signed_in(engine, spa()).await;
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", first.as_str())];
        let answer = world.ask_raw(&app, &pairs).await.unwrap();
        world.later(29);
        assert_eq!(world.ask_raw(&app, &pairs).await.unwrap(), answer, "{engine:?}");
        let second = next(&serde_json::from_str(&answer).unwrap());
        assert!(world.refresh(&app, &second, &[]).await.is_ok());
        assert_eq!(world.recorded("token.refreshed").await, 2);
    }
}

// D-02, INV-03, A-060: every other second use ends the family
#[tokio::test]
async fn a_replayed_refresh_token_revokes_its_family() {
    for engine in engines() {
        let (world, app, first) = signed_in(engine, spa()).await;
        let second = next(&world.refresh(&app, &first, &[]).await.unwrap());
        let third = next(&world.refresh(&app, &second, &[]).await.unwrap());
        assert_eq!(world.refresh(&app, &first, &[]).await, Err(Code::InvalidGrant));
        assert_eq!(world.refresh(&app, &third, &[]).await, Err(Code::InvalidGrant));
        assert_eq!(world.refresh(&app, &second, &[]).await, Err(Code::InvalidGrant));
        assert_eq!(world.recorded("token.reuse_detected").await, 1, "{engine:?}");
    }
}

// D-02: too late, or another request: that is no retry
#[tokio::test]
async fn a_retry_that_is_late_or_different_revokes_the_family() {
    for engine in engines() {
        for (seconds, more) in [(30, &[][..]), (1, &[("scope", "read")])] {
            let (world, app, first) = signed_in(engine, spa()).await;
            let second = next(&world.refresh(&app, &first, &[]).await.unwrap());
            world.later(seconds);
            assert_eq!(world.refresh(&app, &first, more).await, Err(Code::InvalidGrant));
            assert_eq!(world.refresh(&app, &second, &[]).await, Err(Code::InvalidGrant));
        }
    }
}

// D-02: once the access token of the answer was seen, nobody lacks the answer
#[tokio::test]
async fn there_is_no_retry_once_the_answer_was_used() {
    for engine in engines() {
        let (world, app, first) = signed_in(engine, spa()).await;
        let answer = world.refresh(&app, &first, &[]).await.unwrap();
        let jti = text(&claims(&answer["access_token"]), "jti").to_owned();
        let grant = GrantId::parse(jti.split('.').next().unwrap()).unwrap();
        let (jti, grant) = (&jti, &grant);
        let seen: Result<(), No<OAuthError>> = world
            .ground
            .database
            .write(world.realm().at, async |work: &mut Work| Ok(work.end_retry(grant, jti).await?))
            .await;
        seen.unwrap();
        assert_eq!(world.refresh(&app, &first, &[]).await, Err(Code::InvalidGrant));
        assert_eq!(world.refresh(&app, &next(&answer), &[]).await, Err(Code::InvalidGrant));
    }
}

// A-061, INV-03: eight at once get one answer
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_simultaneous_refreshes_get_the_identical_answer() {
    for engine in engines() {
        let (world, app, first) = signed_in(engine, spa()).await;
        let world = Arc::new(world);
        let mut token = first.clone();
        for _ in 0..5 {
            let tries = (0..8).map(|_| {
                let (world, app, token) = (Arc::clone(&world), app.clone(), token.clone());
                tokio::spawn(async move {
                    let pairs = [("grant_type", "refresh_token"), ("refresh_token", &*token)];
                    world.ask_raw(&app, &pairs).await.unwrap()
                })
            });
            let mut answers = Vec::new();
            for tried in tries.collect::<Vec<_>>() {
                answers.push(tried.await.unwrap());
            }
            answers.dedup();
            assert_eq!(answers.len(), 1, "{engine:?}");
            token = next(&serde_json::from_str(&answers[0]).unwrap());
        }
        assert_eq!(world.recorded("token.refreshed").await, 5);
        assert_eq!(world.refresh(&app, &first, &[]).await, Err(Code::InvalidGrant));
        assert_eq!(world.refresh(&app, &token, &[]).await, Err(Code::InvalidGrant));
    }
}

// a stranger is refused, and ends nothing
#[tokio::test]
async fn another_clients_token_stays_alive() {
    for engine in engines() {
        let (world, app, token) = signed_in(engine, web()).await;
        for evil in [world.app(web()).await, world.app(spa()).await] {
            assert_eq!(world.refresh(&evil, &token, &[]).await, Err(Code::InvalidGrant));
        }
        let nobody = App { secret: None, ..app.clone() };
        assert_eq!(world.refresh(&nobody, &token, &[]).await, Err(Code::InvalidClient));
        assert!(world.refresh(&app, &token, &[]).await.is_ok());
        assert_eq!(world.recorded("token.misused").await, 2, "{engine:?}");
    }
}

// A-063, INV-05: narrower for once, never wider
#[tokio::test]
async fn the_scope_is_narrowed_but_never_grows() {
    for engine in engines() {
        let (world, app, token) = signed_in(engine, web()).await;
        let asked = async |scope: &str| world.refresh(&app, &token, &[("scope", scope)]).await;
        let many = (0..65).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        for wrong in ["openid profile admin", "a\"b", &many] {
            assert_eq!(asked(wrong).await, Err(Code::InvalidScope), "{wrong}");
        }
        let narrowed = asked("profile").await.unwrap();
        assert_eq!(narrowed["scope"], "profile");
        assert!(narrowed.get("id_token").is_none());
        let again = world.refresh(&app, &token, &[]).await.unwrap();
        assert_eq!(again["scope"], "openid profile read offline_access", "{engine:?}");
    }
}

// what a client may have today bounds what it gets
#[tokio::test]
async fn a_scope_taken_from_the_client_is_gone_at_the_next_refresh() {
    for engine in engines() {
        let (world, app, token) = signed_in(engine, web()).await;
        let (id, less) = (&app.client.id, &Registration { scope: scope("openid"), ..web() });
        let changed: Result<bool, No<OAuthError>> = world
            .ground
            .database
            .write(world.realm().at, async |work: &mut Work| {
                Ok(work.register_anew(id, less).await?)
            })
            .await;
        assert!(changed.unwrap());
        let answer = world.refresh(&app, &token, &[]).await.unwrap();
        assert_eq!(answer["scope"], "openid", "{engine:?}");
    }
}

// the end does not slide
#[tokio::test]
async fn a_family_ends_however_often_it_is_used() {
    for engine in engines() {
        let (world, app, mut token) = signed_in(engine, spa()).await;
        for _ in 0..29 {
            world.later(86_400);
            token = next(&world.refresh(&app, &token, &[]).await.unwrap());
        }
        world.later(86_400);
        assert_eq!(world.refresh(&app, &token, &[]).await, Err(Code::InvalidGrant), "{engine:?}");
    }
}

// A-065, INV-09: a person who is gone, and a session that ended
#[tokio::test]
async fn a_family_ends_with_its_person_and_all_at_once() {
    for engine in engines() {
        let (world, app, token) = signed_in(engine, web()).await;
        world.ground.people.0.lock().unwrap().insert(alice());
        assert_eq!(world.refresh(&app, &token, &[]).await, Err(Code::InvalidGrant));
        world.ground.people.0.lock().unwrap().clear();
        let revoked: Result<u64, No<OAuthError>> = world
            .ground
            .database
            .write(world.realm().at, async |work: &mut Work| {
                Ok(work.revoke_grants_of(&alice(), None).await?)
            })
            .await;
        assert_eq!(revoked.unwrap(), 1);
        assert_eq!(world.refresh(&app, &token, &[]).await, Err(Code::InvalidGrant), "{engine:?}");
    }
}
