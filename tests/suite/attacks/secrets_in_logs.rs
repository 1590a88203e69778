//! who reads the log learns nothing that opens a door.

use crate::support::database::engines;
use crate::support::server::TestServer;

// A-200, INV-26: neither a query nor a header of a request is written down, whatever becomes of it
#[tokio::test]
async fn what_a_client_sends_in_confidence_is_in_no_log() {
    for engine in engines() {
        let mut server = TestServer::wanted(engine).in_development().start().await;
        server.plant("canary-of-a-client");
        let headers = [
            ("authorization", "Bearer canary-of-a-client"),
            ("cookie", "session=canary-of-a-client"),
            ("referer", "https://app.example/?code=canary-of-a-client"),
            ("user-agent", "canary-of-a-client"),
        ];
        for host in [server.browser(), server.browser_at("other.example")] {
            for path in ["/jwks", "/", "/nowhere", "/t/nobody/jwks", "/static/0/none"] {
                let path = format!("{path}?code=canary-of-a-client&state=canary-of-a-client");
                for method in ["GET", "POST"] {
                    host.ask(method, &path, &headers).await;
                }
            }
        }
        let told = server.logs.lines_with(&["/jwks"]);
        assert!(!told.is_empty(), "requests are logged, so the canary had its chance");
        server.end().await;
    }
}
