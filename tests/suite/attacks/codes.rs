//! Authorization codes in the wrong hands, too late or twice.

use crate::support::application::{spa, web};
use crate::support::database::engines;
use crate::support::server::TestServer;
use vestibule::kernel::time::Lifetime;

// A-030, D-04, INV-01: a second use is refused, and ends what the first one brought
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
