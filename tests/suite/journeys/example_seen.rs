//! Arriving from another provider, as a newcomer tries it with `vestibule dev` and its Example accounts.

use super::pages::is_seen;
use super::tour::{heading, press, wait_for};
use crate::support::chromium::{Chromium, Look, Scheme, Scripts};
use crate::support::program::Ground;
use serde_json::Value;
use thirtyfour::{By, Key, WebDriver};

const LINK: &str = "Link your Example accounts account";
const WITH: &str = "Continue with Example accounts";

/// One browser with what it sees; the measures need a script.
struct Sight {
    driver: WebDriver,
    look: Look,
    home: String,
}

impl Sight {
    async fn open(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.home)).await.unwrap();
    }

    async fn looks_right(&self, page: &str, words: &str) {
        heading(&self.driver, words).await;
        if self.look.scripts == Scripts::On {
            is_seen(&self.driver, self.look, (page, words)).await;
        }
    }

    async fn type_into(&self, id: &str, text: &str) {
        let field = wait_for(&self.driver, By::Id(id)).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    async fn says(&self, words: &str) {
        let xpath = format!("//main//*[contains(normalize-space(), '{words}')]");
        wait_for(&self.driver, By::XPath(xpath)).await;
    }

    /// As whoever has this address there.
    async fn arrive(&self, email: &str) {
        self.open("/login").await;
        press(&self.driver, WITH).await;
        heading(&self.driver, "Example accounts").await;
        self.type_into("email", email).await;
    }

    async fn leave(&self) {
        self.open("/logout").await;
        press(&self.driver, "Sign out").await;
        self.says("You may still be signed in at Example accounts").await;
    }
}

// FED-02, FED-03, experience §1.5: an account by arriving, linking by proof alone, unlinking but never the last way,
// and out at both; by day on a desk, by night on a phone, and without scripts
#[tokio::test]
async fn example_accounts_show_how_people_arrive() {
    let Some(chromium) = Chromium::start() else { return };
    let ground = Ground::new();
    let mut running = ground.start(&["dev", "--port", &ground.port.to_string(), "--json"]);
    let line: Value = serde_json::from_str(&running.hears("vestibule.dev/1").await).unwrap();
    let home = line["issuer"].as_str().unwrap().to_owned();
    let password = line["people"][0]["password"].as_str().unwrap().to_owned();
    for (width, scheme, scripts) in [
        (1280, Scheme::Light, Scripts::On),
        (360, Scheme::Dark, Scripts::On),
        (1280, Scheme::Light, Scripts::Off),
    ] {
        let (look, home, password) =
            (Look { width, scheme, scripts }, home.clone(), password.clone());
        let seeing = |driver| async move {
            let sight = Sight { driver, look, home };
            newcomer(&sight).await;
            owner(&sight, &password).await;
        };
        chromium.look(look, seeing).await;
    }
    assert_eq!(running.stop().await.code, Some(0));
}

async fn newcomer(sight: &Sight) {
    let driver = &sight.driver;
    sight.arrive("edith@example.test").await;
    sight.looks_right("example-accounts", "Example accounts").await;
    press(driver, "Sign in").await;
    heading(driver, "Your account").await;
    sight.open("/account/linked").await;
    sight.looks_right("linked", "Linked accounts").await;
    press(driver, "Unlink Example accounts edith@example.test").await;
    sight.says("It is your only way to sign in").await;
    sight.looks_right("linked-last", "Linked accounts").await;
    sight.leave().await;
    sight.looks_right("signed-out-offer", "You are signed out").await;
    press(driver, "Sign out of Example accounts too").await;
    sight.says("Nobody else can use your account on this device").await;
    heading(driver, "You are signed out").await;
}

async fn owner(sight: &Sight, password: &str) {
    let driver = &sight.driver;
    // The address alone links nothing, whether or not it is verified there.
    sight.arrive("ada@example.test").await;
    wait_for(driver, By::Name("verified")).await.click().await.unwrap();
    press(driver, "Sign in").await;
    sight.says("Example accounts has not verified your e-mail address").await;
    sight.looks_right("via-failed", "You are not signed in").await;
    sight.arrive("ada@example.test").await;
    press(driver, "Sign in").await;
    sight.looks_right("link-asked", LINK).await;
    press(driver, "Sign in to your account").await;
    press(driver, "Continue").await;
    let field = wait_for(driver, By::Id("password")).await;
    field.send_keys(password.to_owned() + Key::Enter).await.unwrap();
    sight.says("From now on you can sign in").await;
    sight.looks_right("link-offered", LINK).await;
    press(driver, "Link Example accounts").await;
    heading(driver, "Your account").await;
    sight.open("/account/linked").await;
    press(driver, "Unlink Example accounts ada@example.test").await;
    sight.says("None is linked").await;
    sight.open("/logout").await;
    press(driver, "Sign out").await;
    heading(driver, "You are signed out").await;
}
