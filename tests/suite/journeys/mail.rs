//! Letters leave: as what causes them commits, again until they are taken, and each under one name.

use crate::support::database::{Engine, engines};
use crate::support::server::{TestServer, Wanted};
use crate::support::smtp::MailServer;
use crate::support::visitor::PASSWORD;
use std::collections::BTreeSet;
use vestibule::kernel::time::Lifetime;

const ADA: &str = "ada@example.test";

fn by_smtp(wanted: Wanted, port: u16) -> Wanted {
    wanted
        .set("mail.transport", "smtp")
        .set("mail.smtp_host", "127.0.0.1")
        .set("mail.smtp_port", &port.to_string())
        .set("mail.smtp_security", "danger_plain")
        .set("mail.from", "Acme Ltd <no-reply@example.com>")
        .set("mail.reply_to", "help@example.com")
}

fn header<'m>(message: &'m str, name: &str) -> &'m str {
    let head = message.split("\r\n\r\n").next().unwrap();
    let mut lines = head.lines().filter_map(|line| line.strip_prefix(name));
    lines.next().unwrap_or_else(|| panic!("no {name} in {message}")).trim()
}

// OPS-07: by SMTP in two parts; refused for now, it goes again under the same Message-ID, with the same link
#[tokio::test]
async fn a_letter_goes_until_it_is_taken() {
    for engine in engines() {
        let mut mail = MailServer::start(2).await;
        let server = by_smtp(TestServer::wanted(engine), mail.address.port()).start().await;
        server.person(&server.default_tenant(), ADA, PASSWORD).await;
        let mut ada = server.visitor();
        let page = ada.visit("/forgot").await;
        ada.submit(&page, &[("username", ADA)]).await;
        assert!(mail.take().is_none(), "{engine:?}: nothing is sent while somebody waits");
        let mut names = BTreeSet::new();
        let mut links = BTreeSet::new();
        for number in 0..3 {
            server.turn("jobs").await;
            let letter = mail.take().unwrap_or_else(|| panic!("{engine:?}: try {number}"));
            assert_eq!(letter.from.split_whitespace().next(), Some("MAIL"));
            assert!(letter.from.contains("<no-reply@example.com>"), "{letter:?}");
            assert_eq!(letter.to.len(), 1);
            assert!(letter.to[0].contains("<ada@example.test>"), "{letter:?}");
            assert_eq!(header(&letter.message, "Subject:"), "Choose a new password");
            assert_eq!(header(&letter.message, "Reply-To:"), "help@example.com");
            assert!(header(&letter.message, "From:").contains("Acme Ltd"), "{letter:?}");
            assert!(letter.message.contains("multipart/alternative"), "{letter:?}");
            assert!(letter.message.contains("text/plain") && letter.message.contains("text/html"));
            names.insert(header(&letter.message, "Message-ID:").to_owned());
            let text = letter.message.replace("=\r\n", "");
            let link = text.lines().find(|line| line.starts_with("    http")).map(str::to_owned);
            links.insert(link.unwrap_or_else(|| panic!("{text}")));
            server.clock.advance(Lifetime::seconds(60));
        }
        assert_eq!((names.len(), links.len()), (1, 1), "{engine:?}: {names:?} {links:?}");
        server.turn("jobs").await;
        assert!(mail.take().is_none(), "{engine:?}: taken is taken");
        server.end().await;
    }
}

// OPS-07: without mail, what needs it is off and says so
#[tokio::test]
async fn without_mail_the_pages_say_so() {
    let server = TestServer::start(Engine::Sqlite).await;
    let mut ada = server.visitor();
    let page = ada.visit("/forgot").await;
    assert!(page.body.contains("This service sends no mail.") && !page.body.contains("<form"));
    assert_eq!(ada.visit("/register").await.status, 404);
    assert!(!ada.visit("/login").await.body.contains("/register"));
    server.end().await;
}

// experience §1.4: in development, everything that was sent is in the inbox
#[tokio::test]
async fn the_inbox_shows_what_was_caught() {
    let server = TestServer::wanted(Engine::Sqlite).in_development().with_mail().start().await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    let mut ada = server.visitor();
    assert!(ada.visit("/dev/inbox").await.body.contains("Nothing has been sent yet."));
    let page = ada.visit("/forgot").await;
    ada.submit(&page, &[("username", ADA)]).await;
    let link = server.link(ADA, "Choose a new password").await;
    let inbox = ada.visit("/dev/inbox").await;
    assert!(inbox.body.contains(&link) && inbox.body.contains(ADA), "{}", inbox.body);
    server.clock.advance(Lifetime::days(8));
    server.turn("housekeeping").await;
    assert!(ada.visit("/dev/inbox").await.body.contains("Nothing has been sent yet."));
    server.end().await;
}
