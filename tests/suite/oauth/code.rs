//! The authorization code: once, for one client, with its proof.

use super::world::{ISSUER, REDIRECT, VERIFIER, World, alice, claims, spa, text, web};
use crate::support::database::engines;
use serde_json::json;
use std::sync::Arc;
use vestibule::kernel::failure::No;
use vestibule::oauth::clients::model::{Challenge, Clients, Registration};
use vestibule::oauth::error::{Code, OAuthError};
use vestibule::oauth::model::GrantType;
use vestibule::oauth::token::issue::half_hash;
use vestibule::platform::storage::Work;

const URI: (&str, &str) = ("redirect_uri", REDIRECT);
const PROOF: (&str, &str) = ("code_verifier", VERIFIER);

// P-015, P-020, P-201, P-202, INV-06, INV-08, INV-10
#[tokio::test]
async fn a_code_becomes_tokens_that_say_what_they_are() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        let code = world.code(&app, &[("nonce", "n-0S6_WzA2Mj")]).await;
        world.later(5);
        let answer = world.redeem(&app, &code).await.unwrap();
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(
            (&answer["expires_in"], &answer["scope"]),
            (&json!(900), &json!("openid profile"))
        );
        let access = claims(&answer["access_token"]);
        assert!(text(&answer, "access_token").starts_with("at+jwt."));
        assert_eq!((&access["iss"], &access["aud"]), (&json!(ISSUER), &json!(ISSUER)));
        assert_eq!(access["sub"], json!(alice().as_str()));
        assert_eq!(access["client_id"], json!(app.client.id.as_str()));
        assert_eq!(access["scope"], "openid profile");
        assert_eq!(access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap(), 900);
        let id = claims(&answer["id_token"]);
        assert_eq!(text(&answer, "id_token").rsplit('.').next(), Some("RS256"));
        assert_eq!(id["aud"], json!(app.client.id.as_str()), "one text, and no azp");
        assert_eq!((&id["nonce"], &id["acr"]), (&json!("n-0S6_WzA2Mj"), &json!("urn:pwd")));
        assert_eq!(id["iat"].as_i64().unwrap() - id["auth_time"].as_i64().unwrap(), 5);
        assert_eq!(id["at_hash"], half_hash(text(&answer, "access_token")));
        assert!(id.get("azp").is_none() && id.get("sid").is_some());
        assert_eq!(world.recorded("token.issued").await, 1, "{engine:?}");
    }
}

// P-017, A-030, D-04
#[tokio::test]
async fn a_second_use_ends_what_the_first_one_got() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        let code = world.code(&app, &[]).await;
        let answer = world.redeem(&app, &code).await.unwrap();
        let refresh_token = text(&answer, "refresh_token");
        assert!(world.refresh(&app, refresh_token, &[]).await.is_ok());
        world.later(30);
        assert_eq!(world.redeem(&app, &code).await, Err(Code::InvalidGrant));
        assert_eq!(world.refresh(&app, refresh_token, &[]).await, Err(Code::InvalidGrant));
        assert_eq!(world.recorded("token.reuse_detected").await, 1, "{engine:?}");
    }
}

// a second use that proves nothing ends nothing
#[tokio::test]
async fn a_second_use_without_the_proof_ends_nothing() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        let code = world.code(&app, &[]).await;
        let answer = world.redeem(&app, &code).await.unwrap();
        let wrong = [URI, ("code_verifier", &"x".repeat(43))];
        assert_eq!(world.redeem_with(&app, &code, &wrong).await, Err(Code::InvalidGrant));
        assert!(world.refresh(&app, text(&answer, "refresh_token"), &[]).await.is_ok());
    }
}

// INV-01, A-031, house §7: of eight at once, one
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_simultaneous_redemptions_one_succeeds_and_the_others_end_it() {
    for engine in engines() {
        let world = Arc::new(World::new(engine).await);
        let app = world.app(web()).await;
        for _ in 0..5 {
            let code = world.code(&app, &[]).await;
            let tries = (0..8).map(|_| {
                let (world, app, code) = (Arc::clone(&world), app.clone(), code.clone());
                tokio::spawn(async move { world.redeem(&app, &code).await })
            });
            let mut good = Vec::new();
            for tried in tries.collect::<Vec<_>>() {
                match tried.await.unwrap() {
                    Ok(answer) => good.push(answer),
                    Err(code) => assert_eq!(code, Code::InvalidGrant),
                }
            }
            assert_eq!(good.len(), 1, "{engine:?}");
            let token = text(&good[0], "refresh_token");
            assert_eq!(world.refresh(&app, token, &[]).await, Err(Code::InvalidGrant));
        }
    }
}

// D-05: a confidential client has one try
#[tokio::test]
async fn a_wrong_proof_of_the_right_client_burns_the_code() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        let (short, long, foreign) = ("a".repeat(42), "a".repeat(129), "ä".repeat(43));
        let wrong: [&[(&str, &str)]; 7] = [
            &[URI],
            &[URI, ("code_verifier", "")],
            &[URI, ("code_verifier", &short)],
            &[URI, ("code_verifier", &long)],
            &[URI, ("code_verifier", &foreign)],
            &[PROOF, ("redirect_uri", "https://rp.example/cb/")],
            &[PROOF, ("redirect_uri", "https://rp.example/other")],
        ];
        for pairs in wrong {
            let code = world.code(&app, &[]).await;
            assert_eq!(world.redeem_with(&app, &code, pairs).await, Err(Code::InvalidGrant));
            assert_eq!(world.redeem(&app, &code).await, Err(Code::InvalidGrant), "{engine:?}");
        }
        assert_eq!(world.recorded("code.burned").await, 7);
    }
}

// A-025, D-05: for a public client anybody may ask, so five may be wrong
#[tokio::test]
async fn a_public_clients_code_survives_four_wrong_verifiers() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(spa()).await;
        for (misses, expected) in [(4, true), (5, false)] {
            let code = world.code(&app, &[]).await;
            for _ in 0..misses {
                let wrong = [URI, ("code_verifier", &"x".repeat(43))];
                assert_eq!(world.redeem_with(&app, &code, &wrong).await, Err(Code::InvalidGrant));
            }
            assert_eq!(world.redeem(&app, &code).await.is_ok(), expected, "{misses} {engine:?}");
        }
    }
}

// A-024, RFC 9700 §4.8.2: a verifier for a code that was made without a challenge
#[tokio::test]
async fn a_verifier_that_nobody_asked_for_is_refused() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(Registration { challenge: Challenge::Excused, ..web() }).await;
        let bare = [("code_challenge", ""), ("code_challenge_method", "")];
        let code = world.code(&app, &bare).await;
        assert_eq!(world.redeem(&app, &code).await, Err(Code::InvalidRequest));
        assert!(world.redeem_with(&app, &code, &[URI]).await.is_ok(), "it was not burnt");
        let code = world.code(&app, &bare).await;
        assert_eq!(world.redeem_with(&app, &code, &[]).await, Err(Code::InvalidGrant), "A-032");
        let code = world.code(&world.app(web()).await, &[]).await;
        assert!(!code.is_empty());
    }
}

// A-032, P-019
#[tokio::test]
async fn beside_pkce_the_redirect_uri_may_be_missing() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        let code = world.code(&app, &[]).await;
        assert!(world.redeem_with(&app, &code, &[PROOF]).await.is_ok(), "{engine:?}");
    }
}

// A-033, D-05: a stranger with a leaked code neither burns it nor ends anything
#[tokio::test]
async fn a_code_of_another_client_stays_good_for_its_own() {
    for engine in engines() {
        let world = World::new(engine).await;
        let (app, evil) = (world.app(web()).await, world.app(web()).await);
        let code = world.code(&app, &[]).await;
        assert_eq!(world.redeem(&evil, &code).await, Err(Code::InvalidGrant));
        assert!(world.redeem(&app, &code).await.is_ok());
        assert_eq!(world.recorded("token.misused").await, 1, "{engine:?}");
    }
}

//
#[tokio::test]
async fn a_code_lives_for_sixty_seconds() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        for (seconds, expected) in [(59, true), (60, false), (61, false)] {
            let code = world.code(&app, &[]).await;
            world.later(seconds);
            assert_eq!(world.redeem(&app, &code).await.is_ok(), expected, "{seconds} {engine:?}");
        }
    }
}

// D-17, INV-02: any single edit, and the wrong kind
#[tokio::test]
async fn a_changed_code_is_no_code() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        let code = world.code(&app, &[]).await;
        for place in (0..code.len()).step_by(7) {
            let mut changed = code.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(world.redeem(&app, &changed).await, Err(Code::InvalidGrant), "{place}");
        }
        for wrong in [format!("{code}A"), code[1..].to_owned(), code.to_uppercase(), "x".into()] {
            assert_eq!(world.redeem(&app, &wrong).await, Err(Code::InvalidGrant), "{wrong}");
        }
        assert_eq!(world.refresh(&app, &code, &[]).await, Err(Code::InvalidGrant));
        let answer = world.redeem(&app, &code).await.unwrap();
        let refresh_token = text(&answer, "refresh_token");
        assert_eq!(world.redeem(&app, refresh_token).await, Err(Code::InvalidGrant));
    }
}

// A-038, D-12, INV-09
#[tokio::test]
async fn nothing_is_issued_for_who_is_disabled() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(web()).await;
        let code = world.code(&app, &[]).await;
        world.ground.people.0.lock().unwrap().insert(alice());
        assert_eq!(world.redeem(&app, &code).await, Err(Code::InvalidGrant));
        world.ground.people.0.lock().unwrap().clear();
        let code = world.code(&app, &[]).await;
        let answer = world.redeem(&app, &code).await.unwrap();
        let id = &app.client.id;
        let disabled: Result<bool, No<OAuthError>> = world
            .ground
            .database
            .write(world.realm().at, async |work: &mut Work| Ok(work.disable_client(id).await?))
            .await;
        assert!(disabled.unwrap());
        let token = text(&answer, "refresh_token");
        assert_eq!(world.refresh(&app, token, &[]).await, Err(Code::InvalidClient), "{engine:?}");
    }
}

// A-042, INV-05, P-219: consent and registration bound what is granted
#[tokio::test]
async fn no_more_is_granted_than_was_asked_and_may_be_had() {
    for engine in engines() {
        let world = World::new(engine).await;
        let code_only = vec![GrantType::AuthorizationCode];
        let app = world.app(Registration { grants: code_only, ..web() }).await;
        let code = world.code(&app, &[("scope", "openid admin offline_access read")]).await;
        let answer = world.redeem(&app, &code).await.unwrap();
        assert_eq!(answer["scope"], "openid read", "{engine:?}");
        assert!(answer.get("refresh_token").is_none());
    }
}
