//! Authorization codes in the wrong hands, too late or twice.

use crate::support::application::{VERIFIER, came_back, spa, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::Visitor;
use vestibule::kernel::secret::Hash;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{Challenge, Registration};

// P-017, P-018, A-030, D-04, INV-01: a second use is refused, and ends what the first one brought
#[tokio::test]
async fn a_code_that_is_used_again_ends_what_it_brought() {
    for engine in engines() {
        for registration in [web(), spa()] {
            let server = TestServer::start(engine).await;
            let photos = server.application(&server.default_tenant(), registration).await;
            let mut ada = server.ada().await;
            let code = photos.code(&mut ada, &[("scope", "openid offline_access")]).await;
            let tokens = photos.redeem(&server, &code, &[]).await.json();
            let token = tokens["refresh_token"].as_str().unwrap();
            server.clock.advance(Lifetime::seconds(1));
            let again = photos.redeem(&server, &code, &[]).await;
            assert_eq!((again.status, &again.json()["error"]), (400, &"invalid_grant".into()));
            let refreshed = photos.refresh(&server, token).await;
            assert_eq!(
                (refreshed.status, &refreshed.json()["error"]),
                (400, &"invalid_grant".into())
            );
            server.end().await;
        }
    }
}

#[track_caller]
fn is_refused(answer: &Answer, error: &str, what: &str) {
    assert_eq!((answer.status, &answer.json()["error"]), (400, &error.into()), "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
}

// P-019, D-05: without its verifier a code is nothing, and guessing burns it
#[tokio::test]
async fn a_code_without_its_verifier_is_nothing() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let challenge = Hash::of(VERIFIER.as_bytes()).base64url();
    let wrong = ["", &VERIFIER[..42], &"a".repeat(129), &challenge, &VERIFIER.replace('d', "e")];
    let confidential = server.application(&tenant, web()).await;
    let public = server.application(&tenant, spa()).await;
    let mut ada = server.ada().await;
    let first = confidential.code(&mut ada, &[]).await;
    let page = ada.open(&public.request(&[])).await;
    let second = came_back(&ada.decide(&page, "allow").await)["code"].clone();
    for (photos, mut code) in [(&confidential, first), (&public, second)] {
        for (number, verifier) in wrong.iter().enumerate() {
            let answer = photos.redeem(&server, &code, &[("code_verifier", verifier)]).await;
            is_refused(&answer, "invalid_grant", verifier);
            let is_public = photos.client.registration.kind.is_public();
            if is_public && number + 1 < wrong.len() {
                continue;
            }
            is_refused(&photos.redeem(&server, &code, &[]).await, "invalid_grant", "burnt");
            code = came_back(&ada.get(&photos.request(&[])).await)["code"].clone();
        }
        if photos.client.registration.kind.is_public() {
            for verifier in &wrong[..4] {
                photos.redeem(&server, &code, &[("code_verifier", verifier)]).await;
            }
            assert_eq!(photos.redeem(&server, &code, &[]).await.status, 200, "the fifth is right");
        }
    }
    server.end().await;
}

// a verifier where there was no challenge is a downgrade
#[tokio::test]
async fn a_verifier_out_of_nowhere_is_refused() {
    let server = TestServer::start(Engine::Sqlite).await;
    let legacy = Registration { challenge: Challenge::Excused, ..web() };
    let photos = server.application(&server.default_tenant(), legacy).await;
    let mut ada = server.ada().await;
    let plain = [("code_challenge", ""), ("code_challenge_method", "")];
    let code = photos.code(&mut ada, &plain).await;
    is_refused(&photos.redeem(&server, &code, &[]).await, "invalid_request", "with a verifier");
    let code = came_back(&ada.get(&photos.request(&plain)).await)["code"].clone();
    let bare = [("code_verifier", ""), ("redirect_uri", "")];
    is_refused(&photos.redeem(&server, &code, &bare).await, "invalid_grant", "A-032");
    let code = came_back(&ada.get(&photos.request(&plain)).await)["code"].clone();
    assert_eq!(photos.redeem(&server, &code, &[("code_verifier", "")]).await.status, 200);
    server.end().await;
}

// INV-02
#[tokio::test]
async fn a_code_is_good_for_its_own_client_in_its_own_time_as_what_it_is() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let (tenant, acme) = (server.default_tenant(), server.tenant("acme", &[]).await);
        let photos = server.application(&tenant, web()).await;
        let evil = server.application(&tenant, web()).await;
        let elsewhere = server.application(&acme, web()).await;
        let mut ada = server.ada().await;
        let first = photos.code(&mut ada, &[("scope", "openid offline_access")]).await;
        is_refused(&evil.redeem(&server, &first, &[]).await, "invalid_grant", "A-033");
        is_refused(&elsewhere.redeem(&server, &first, &[]).await, "invalid_grant", "A-035");
        is_refused(&photos.refresh(&server, &first).await, "invalid_grant", "A-036");
        for (at, letter) in first.char_indices().step_by(7) {
            let swapped = if letter.is_ascii_lowercase() { "Q" } else { "q" };
            for changed in ["", swapped, &format!("{letter}{letter}")] {
                let text = format!("{}{changed}{}", &first[..at], &first[at + 1..]);
                is_refused(&photos.redeem(&server, &text, &[]).await, "invalid_grant", &text);
            }
        }
        server.clock.advance(Lifetime::seconds(59));
        let tokens = photos.redeem(&server, &first, &[]).await;
        assert_eq!(tokens.status, 200, "A-033, A-034: {}", tokens.text());
        let refresh = tokens.json()["refresh_token"].as_str().unwrap().to_owned();
        is_refused(&photos.redeem(&server, &refresh, &[]).await, "invalid_grant", "A-036");
        let next = async |ada: &mut Visitor| {
            let answer = ada.get(&photos.request(&[("scope", "openid")])).await;
            came_back(&answer)["code"].clone()
        };
        let late = next(&mut ada).await;
        server.clock.advance(Lifetime::seconds(61));
        is_refused(&photos.redeem(&server, &late, &[]).await, "invalid_grant", "A-034");
        let other = [("redirect_uri", "https://photos.example.test/other")];
        let code = next(&mut ada).await;
        is_refused(&photos.redeem(&server, &code, &other).await, "invalid_grant", "A-032");
        let code = next(&mut ada).await;
        let without = photos.redeem(&server, &code, &[("redirect_uri", "")]).await;
        assert_eq!(without.status, 200, "A-032, beside PKCE: {}", without.text());
        server.end().await;
    }
}

// A-031, INV-01, INV-03: eight at once, over two nodes where there are two: one answer at most, and since there
// was more than one who asked, nothing of it lives
#[tokio::test]
async fn of_eight_that_redeem_one_code_at_once_one_is_answered() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let second = match engine {
            Engine::Postgres => Some(server.second_node().await),
            Engine::Sqlite => None,
        };
        let photos = server.application(&server.default_tenant(), web()).await;
        let mut ada = server.ada().await;
        let scope = [("scope", "openid offline_access")];
        let mut code = photos.code(&mut ada, &scope).await;
        for round in 0..4 {
            let one = || photos.redeem(&server, &code, &[]);
            let other = || photos.redeem(second.as_ref().unwrap_or(&server), &code, &[]);
            let asked =
                tokio::join!(one(), other(), one(), other(), one(), other(), one(), other());
            let answers: [Answer; 8] = asked.into();
            let good: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
            assert!(good.len() <= 1, "{engine:?} round {round}");
            let others = answers.iter().filter(|answer| answer.status != 200);
            others.for_each(|answer| is_refused(answer, "invalid_grant", "the others"));
            for answer in good {
                let token = answer.json()["refresh_token"].as_str().unwrap().to_owned();
                is_refused(&photos.refresh(&server, &token).await, "invalid_grant", "its family");
            }
            code = came_back(&ada.get(&photos.request(&scope)).await)["code"].clone();
        }
        if let Some(second) = second {
            second.end().await;
        }
        server.end().await;
    }
}
