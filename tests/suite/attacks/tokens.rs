//! Tokens where they do not belong, and tokens after their end.

use crate::support::application::{Application, came_back, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use serde_json::Value;
use vestibule::accounts::model::Turn;
use vestibule::accounts::turn::turn;
use vestibule::kernel::failure::Done;
use vestibule::kernel::ids::UserId;
use vestibule::oauth::clients::model::{Clients, Party, Registration};
use vestibule::platform::storage::Work;

const USERINFO: &str = "/oauth/userinfo";
const API: &str = "https://api.example.com";

fn ours() -> Registration {
    Registration { party: Party::First, resources: vec![API.into()], ..web() }
}

async fn redeemed(server: &TestServer, more: &[(&str, &str)]) -> (Application, Value) {
    let application = server.application(&server.default_tenant(), ours()).await;
    let mut visitor = server.ada().await;
    let back = application.sign_in(&mut visitor, more).await;
    let code = came_back(&back)["code"].clone();
    let answer = application.redeem(server, &code, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    (application, answer.json())
}

async fn ask(server: &TestServer, path: &str, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    server.browser().ask("GET", path, &[("authorization", &bearer)]).await
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name}: {tokens}"))
}

// A-068, A-088, RFC 8725 §3.11: no other token passes for an access token
#[tokio::test]
async fn no_other_token_opens_userinfo() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let (_, tokens) = redeemed(&server, &[]).await;
        for wrong in ["id_token", "refresh_token"] {
            let answer = ask(&server, USERINFO, text(&tokens, wrong)).await;
            assert_eq!(answer.status, 401, "{wrong}");
            assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
        }
        server.end().await;
    }
}

// P-225, A-069, P-025, RFC 6750 §2.3: not in the query, and not twice
#[tokio::test]
async fn an_access_token_comes_once_and_not_in_the_query() {
    let server = TestServer::start(Engine::Sqlite).await;
    let (_, tokens) = redeemed(&server, &[]).await;
    let token = text(&tokens, "access_token");
    let query = server.browser().get(&format!("{USERINFO}?access_token={token}")).await;
    assert_eq!(query.status, 401);
    let bearer = format!("Bearer {token}");
    let header = [("authorization", bearer.as_str())];
    let both = server.browser().post(USERINFO, &header, &format!("access_token={token}")).await;
    assert_eq!((both.status, &both.json()["error"]), (400, &"invalid_request".into()));
    let twice = format!("access_token={token}&access_token={token}");
    assert_eq!(server.browser().post(USERINFO, &[], &twice).await.status, 400);
    server.end().await;
}

// A-072, A-075: a token for an API is not for us, and one without openid says nobody's name
#[tokio::test]
async fn a_token_for_another_audience_opens_nothing() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let (_, tokens) = redeemed(&server, &[("scope", "email"), ("resource", API)]).await;
        let answer = ask(&server, USERINFO, text(&tokens, "access_token")).await;
        assert_eq!(answer.status, 401, "{engine:?}: A-072");
        server.end().await;

        let server = TestServer::start(engine).await;
        let (_, tokens) = redeemed(&server, &[("scope", "email")]).await;
        let answer = ask(&server, USERINFO, text(&tokens, "access_token")).await;
        assert_eq!((answer.status, &answer.json()["error"]), (403, &"insufficient_scope".into()));
        let challenge = answer.header("www-authenticate");
        assert!(challenge.contains("scope=\"openid\""), "A-075: {challenge}");
        server.end().await;
    }
}

// A-065, A-074, A-076, INV-09: what is over is over at once, here and at introspection, in the same words
#[tokio::test]
async fn a_token_ends_with_what_it_hangs_on() {
    for engine in engines() {
        for way in ["revoked", "suspended", "client disabled"] {
            let server = TestServer::start(engine).await;
            let tenant = server.default_tenant();
            let (application, tokens) = redeemed(&server, &[]).await;
            let token = text(&tokens, "access_token");
            assert_eq!(ask(&server, USERINFO, token).await.status, 200);
            match way {
                "revoked" => {
                    let pairs = [("token", text(&tokens, "refresh_token"))];
                    application.post(&server, "/oauth/revoke", &pairs).await;
                }
                "suspended" => {
                    let told = ask(&server, USERINFO, token).await.json();
                    let user = UserId::parse(text(&told, "sub")).unwrap();
                    let (database, at) = (&server.house().database, server.at(&tenant));
                    turn(database, at, (&user, Turn::Suspend), &server.context()).await.unwrap();
                }
                _ => {
                    let (database, at) = (&server.house().database, server.at(&tenant));
                    let id = &application.client.id;
                    let disable = async |work: &mut Work| Ok(work.disable_client(id).await?);
                    let done: Done<bool> = database.write(at, disable).await;
                    assert!(done.unwrap());
                }
            }
            let answer = ask(&server, USERINFO, token).await;
            assert_eq!(answer.status, 401, "{engine:?} {way}");
            let wrong = ask(&server, USERINFO, "x").await;
            assert_eq!(answer.body, wrong.body, "{way}");
            if way != "client disabled" {
                let told =
                    application.post(&server, "/oauth/introspect", &[("token", token)]).await;
                assert_eq!(told.body, r#"{"active":false}"#, "{way}");
            }
            server.end().await;
        }
    }
}

// A-078, INV-24: another tenant's token is nothing here
#[tokio::test]
async fn a_token_of_one_tenant_is_nothing_in_another() {
    let server = TestServer::start(Engine::Sqlite).await;
    server.tenant("acme", &[]).await;
    let (_, tokens) = redeemed(&server, &[]).await;
    let token = text(&tokens, "access_token");
    assert_eq!(ask(&server, USERINFO, token).await.status, 200);
    assert_eq!(ask(&server, "/t/acme/oauth/userinfo", token).await.status, 401);
    server.end().await;
}

// A-071, P-204, RFC 7009 §2.2.1: where nothing can be written, nobody is told that a token is dead
#[tokio::test]
async fn a_token_that_cannot_be_ended_is_not_called_ended() {
    let mut server = TestServer::start(Engine::Sqlite).await;
    let (application, tokens) = redeemed(&server, &[]).await;
    server.expect_failures();
    server.house().database.close().await;
    for name in ["refresh_token", "access_token"] {
        let sent = [("token", text(&tokens, name))];
        let answer = application.post(&server, "/oauth/revoke", &sent).await;
        assert_eq!(answer.status, 503, "{name}: {}", answer.text());
        assert!(!answer.header("retry-after").is_empty(), "{name}");
    }
    let hint = format!("/oauth/logout?id_token_hint={}", text(&tokens, "id_token"));
    assert_eq!(server.browser().get(&hint).await.status, 503);
}
