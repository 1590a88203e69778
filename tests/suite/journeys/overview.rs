//! The first room of an account: what would make it safer, and what happened lately.

use crate::support::database::engines;
use crate::support::server::TestServer;
use crate::support::visitor::PASSWORD;

const ADA: &str = "ada@example.test";

// experience §4.4, ACC-05: an address that nobody has confirmed is confirmed by a letter, and nothing else moves
#[tokio::test]
async fn what_is_to_do_is_listed_until_it_is_done() {
    for engine in engines() {
        let server = TestServer::wanted(engine).with_mail().start().await;
        let id = server.unproven(ADA, PASSWORD).await;
        let mut ada = server.visitor();
        let page = ada.sign_in("/account", ADA, PASSWORD).await;
        for words in ["3 to do", "Add a passkey", "Two-step sign-in is off", "Your address is not"]
        {
            assert!(page.body.contains(words), "{engine:?} {words}: {}", page.body);
        }
        assert!(page.body.contains("<h2 id=\"lately\""), "{}", page.body);
        assert!(page.body.contains("<strong>Signed in</strong>"), "{}", page.body);
        let page = ada.visit("/account/email").await;
        assert!(page.body.contains(&format!("value=\"{ADA}\"")), "{}", page.body);
        ada.submit(&page, &[("present", PASSWORD)]).await;
        let page = ada.visit(&server.link(ADA, "Confirm your e-mail address").await).await;
        let done = ada.submit(&page, &[]).await;
        assert!(done.body.contains("2 to do"), "{engine:?}: {}", done.body);
        assert!(!done.body.contains("Your address is not"), "{}", done.body);
        let user = server.user(&id).await;
        assert!(user.email_verified_at.is_some() && user.email.as_str() == ADA);
        assert_eq!(server.letters().await.len(), 1, "nobody is told that something moved");
        server.end().await;
    }
}
