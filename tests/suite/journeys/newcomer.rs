//! Somebody new, before a real browser, from the form to make an account to the end of a session; with scripts and without.

use super::pages::is_sound;
use crate::support::chromium::{Chromium, Look, Scheme, Scripts, complaints};
use crate::support::database::Engine;
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD};
use data_encoding::BASE32_NOPAD;
use std::sync::Arc;
use thirtyfour::prelude::{ElementQueryable, ElementWaitable};
use thirtyfour::{By, WebDriver, WebElement};
use vestibule::accounts::factors::totp::Seed;
use vestibule::kernel::time::Lifetime;

const ADA: &str = "ada@example.test";
const OTHER: &str = "a quiet walk through the other hall";

struct Newcomer {
    driver: WebDriver,
    look: Look,
    server: Arc<TestServer>,
}

impl Newcomer {
    async fn goto(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.server.home())).await.unwrap();
    }

    /// The one to be pressed for these words: read aloud they may go on.
    async fn press(&self, words: &str) {
        let button =
            format!("//*[self::button or self::a][starts-with(normalize-space(), '{words}')]");
        let button = self.driver.query(By::XPath(button)).and_displayed().first().await.unwrap();
        button.wait_until().clickable().await.unwrap();
        button.click().await.unwrap();
    }

    async fn fill(&self, id: &str, text: &str) {
        let field = self.driver.query(By::Id(id)).first().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// What is measured is measured by a script.
    async fn sees(&self, heading: &str) {
        let found = By::XPath(format!("//h1[normalize-space()='{heading}']"));
        self.driver.query(found).first().await.unwrap();
        if self.look.scripts == Scripts::On {
            is_sound(&self.driver, self.look, heading).await;
        }
        assert!(complaints(&self.driver).await.is_empty(), "{heading}");
    }

    async fn find(&self, css: &str) -> WebElement {
        self.driver.query(By::Css(css)).first().await.unwrap()
    }

    async fn opens_letter(&self, subject: &str) {
        self.server.turn("jobs").await;
        self.goto("/dev/inbox").await;
        self.sees("Inbox").await;
        let link = format!("//section[h2='{subject}'][1]//a[starts-with(., 'Open the link')]");
        self.driver.query(By::XPath(link)).first().await.unwrap().click().await.unwrap();
    }

    /// Where she is not remembered.
    async fn names_herself(&self) {
        if self.find("#username").await.value().await.unwrap().unwrap_or_default().is_empty() {
            self.fill("username", ADA).await;
        }
    }

    async fn is_named(&self) {
        self.sees("Sign in").await;
        self.names_herself().await;
        self.press("Continue").await;
        self.sees("Enter your password").await;
    }

    async fn signs_in(&self, password: &str) {
        self.is_named().await;
        self.fill("password", password).await;
        self.press("Sign in").await;
    }

    async fn registers(&self) {
        self.goto("/login").await;
        self.press("Create account").await;
        self.sees("Create your account").await;
        self.fill("name", "Ada Okafor").await;
        self.fill("email", ADA).await;
        self.fill("password", PASSWORD).await;
        self.press("Create account").await;
        self.sees("Check your mail").await;
        self.opens_letter("Confirm your e-mail address").await;
        self.sees("Confirm your e-mail address").await;
        self.press("Confirm address").await;
        self.signs_in(PASSWORD).await;
        self.sees("Your account").await;
    }

    /// The app reads the key from the page.
    async fn adds_an_app(&self) -> Seed {
        self.press("Security").await;
        self.sees("Security").await;
        self.press("Set up").await;
        self.sees("Set up an authenticator app").await;
        let spelled = self.find("pre").await.text().await.unwrap().replace(' ', "");
        let seed = Seed::new(BASE32_NOPAD.decode(spelled.as_bytes()).unwrap());
        self.fill("code", &seed.code(self.server.now())).await;
        self.press("Turn on").await;
        self.sees("Your recovery codes").await;
        self.press("I have saved them").await;
        self.sees("Security").await;
        seed
    }

    /// Back shows nothing of who was here.
    async fn signs_out(&self) {
        self.press("Sign out").await;
        self.sees("Sign out of Vestibule?").await;
        self.press("Sign out").await;
        self.sees("You are signed out").await;
        self.driver.back().await.unwrap();
        self.driver.back().await.unwrap();
        self.sees("Sign in").await;
        assert!(!self.driver.source().await.unwrap().contains("Ada Okafor"));
    }

    async fn recovers(&self, seed: &Seed) {
        self.goto("/login").await;
        self.is_named().await;
        self.press("Forgot your password?").await;
        self.sees("Forgot your password?").await;
        self.names_herself().await;
        self.press("Send link").await;
        self.sees("Check your mail").await;
        self.opens_letter("Choose a new password").await;
        self.sees("Choose a new password").await;
        self.fill("password", OTHER).await;
        self.press("Save password").await;
        self.signs_in(OTHER).await;
        self.sees("Enter your code").await;
        self.fill("code", &seed.code(self.server.now())).await;
        self.press("Verify").await;
        self.sees("Your account").await;
    }

    async fn ends_a_session(&self) {
        self.press("Devices").await;
        self.sees("Where you are signed in").await;
        self.press("Sign out Firefox on Windows").await;
        let gone = By::XPath("//p[.='You are signed in only here.']");
        self.driver.query(gone).first().await.unwrap();
    }
}

/// Somebody with her password, elsewhere: past the first step with it, past the second with a code.
async fn elsewhere(server: &TestServer, seed: &Seed) {
    let mut other = server.visitor_as("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0");
    let page = other.sign_in("/login", ADA, OTHER).await;
    server.clock.advance(Lifetime::seconds(60));
    let done = other.post(&Form::of(&page).with(&[("code", &seed.code(server.now()))])).await;
    assert_eq!(done.header("location"), "/account", "{}", done.text());
}

async fn walk(newcomer: Newcomer) {
    newcomer.registers().await;
    let seed = newcomer.adds_an_app().await;
    newcomer.signs_out().await;
    newcomer.server.clock.advance(Lifetime::seconds(60));
    newcomer.recovers(&seed).await;
    elsewhere(&newcomer.server, &seed).await;
    newcomer.ends_a_session().await;
}

async fn with(scripts: Scripts, width: u32) {
    let Some(chromium) = Chromium::start() else { return };
    let server = TestServer::wanted(Engine::Sqlite).with_mail().in_development().start().await;
    let (server, look) = (Arc::new(server), Look { width, scheme: Scheme::Light, scripts });
    let walking = Arc::clone(&server);
    chromium.look(look, |driver| walk(Newcomer { driver, look, server: walking })).await;
    Arc::into_inner(server).unwrap().end().await;
}

// ACC-02, ACC-03, ACC-04, ACC-08, ACC-11, A-136, experience §4: on a desk
#[tokio::test]
async fn somebody_new_comes_in_and_finds_the_way_back() {
    with(Scripts::On, 1280).await;
}

// P-004, experience §4.1: and on a phone whose browser runs no scripts
#[tokio::test]
async fn somebody_new_needs_no_script() {
    with(Scripts::Off, 360).await;
}
