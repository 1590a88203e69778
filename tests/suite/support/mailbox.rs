//! The letters of a server whose mail is caught, and what is in them.

use super::server::{TestServer, Wanted};
use vestibule::platform::mail::{Captured, captured};
use vestibule::tenants::model::Tenant;

impl Wanted {
    /// Mail is caught, and people may register.
    pub fn with_mail(self) -> Self {
        self.set("mail.transport", "capture").set("registration.enabled", "true")
    }
}

impl TestServer {
    /// What waits is sent; every letter so far, the newest first.
    pub async fn letters_of(&self, tenant: &Tenant) -> Vec<Captured> {
        self.turn("jobs").await;
        captured(&self.house().database, self.at(tenant)).await.unwrap()
    }

    pub async fn letters(&self) -> Vec<Captured> {
        self.letters_of(&self.default_tenant()).await
    }

    /// The path of the link in the newest letter with this subject to somebody.
    pub async fn link(&self, to: &str, subject: &str) -> String {
        let letters = self.letters().await;
        let fits = |letter: &&Captured| letter.to == to && letter.subject == subject;
        let found = letters.iter().find(fits);
        path(found.unwrap_or_else(|| panic!("no {subject:?} to {to}: {letters:?}")))
    }
}

/// Of the one link in a letter, without the host.
#[track_caller]
pub fn path(letter: &Captured) -> String {
    let mut lines = letter.text.lines().filter_map(|line| line.strip_prefix("    http://"));
    let link = lines.next().unwrap_or_else(|| panic!("no link: {}", letter.text));
    link[link.find('/').unwrap()..].to_owned()
}
