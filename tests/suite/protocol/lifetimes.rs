//! How long what is issued may be used: the tenant sets it, a client may have less.

use crate::support::application::{Application, came_back, web};
use crate::support::database::engines;
use crate::support::server::TestServer;
use crate::support::visitor::Visitor;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{Party, Registration};

async fn code(application: &Application, visitor: &mut Visitor) -> String {
    let back = visitor.open(&application.request(&[])).await;
    came_back(&back)["code"].clone()
}

// RFC 6749 §4.1.2, RFC 9700 §4.14.2, T-05
#[tokio::test]
async fn codes_and_refresh_tokens_live_as_long_as_is_set() {
    for engine in engines() {
        let server = TestServer::wanted(engine)
            .set("jwt.auth_code_ttl", "10s")
            .set("jwt.refresh_token_ttl", "1h")
            .start()
            .await;
        let ours = Registration { party: Party::First, ..web() };
        let short = Registration { refresh_token_seconds: Some(900), ..ours.clone() };
        let tenant = server.default_tenant();
        let (long, short) =
            (server.application(&tenant, ours).await, server.application(&tenant, short).await);
        let mut ada = server.ada().await;
        long.sign_in(&mut ada, &[]).await;
        let late = code(&long, &mut ada).await;
        server.clock.advance(Lifetime::seconds(10));
        assert_eq!(long.redeem(&server, &late, &[]).await.status, 400, "{engine:?}");
        let mut tokens = Vec::new();
        for application in [&long, &short] {
            let code = code(application, &mut ada).await;
            let answer = application.redeem(&server, &code, &[]).await.json();
            tokens.push(answer["refresh_token"].as_str().unwrap().to_owned());
        }
        server.clock.advance(Lifetime::minutes(16));
        assert_eq!(short.refresh(&server, &tokens[1]).await.status, 400, "{engine:?}: its own");
        assert_eq!(long.refresh(&server, &tokens[0]).await.status, 200, "{engine:?}");
        server.clock.advance(Lifetime::minutes(45));
        assert_eq!(long.refresh(&server, &tokens[0]).await.status, 400, "{engine:?}");
        server.end().await;
    }
}
