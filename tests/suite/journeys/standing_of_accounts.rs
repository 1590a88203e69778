//! An account is suspended, deactivated or deleted: whoever was in is out, and nobody comes in.

use crate::support::database::engines;
use crate::support::server::TestServer;
use crate::support::visitor::PASSWORD;
use vestibule::accounts::model::Turn;
use vestibule::accounts::turn::turn;

const ADA: &str = "ada@example.test";
const WRONG: &str = "That e-mail and password do not match.";

// ACC-01, A-065, INV-09, INV-20: out at once; and at the door the same answer as for a wrong password
#[tokio::test]
async fn a_closed_account_is_signed_out_and_answers_like_a_wrong_password() {
    for engine in engines() {
        for wanted in [Turn::Suspend, Turn::Deactivate, Turn::Delete, Turn::Lock] {
            let server = TestServer::start(engine).await;
            let tenant = server.default_tenant();
            let user = server.person(&tenant, ADA, PASSWORD).await;
            let mut inside = server.visitor();
            inside.sign_in("/account", ADA, PASSWORD).await;
            let (database, at) = (&server.house().database, server.at(&tenant));
            turn(database, at, (&user.id, wanted), &server.context()).await.unwrap();
            let page = inside.visit("/account").await;
            let stays = wanted == Turn::Lock;
            assert_eq!(page.body.contains("<h1>Your account</h1>"), stays, "{wanted:?}");
            let refused = server.visitor().sign_in("/login", ADA, PASSWORD).await;
            assert_eq!(refused.status, 422, "{engine:?} {wanted:?}");
            assert!(refused.body.contains(WRONG), "{}", refused.body);
            let again = turn(database, at, (&user.id, Turn::Activate), &server.context()).await;
            assert_eq!(again.is_ok(), wanted != Turn::Delete);
            server.end().await;
        }
    }
}
