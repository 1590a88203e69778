//! Clients that nobody here wrote, unmodified, against the real program: what they sign in with, renew, ask and leave.
//! The programs that use them are in `tests/interop`; `scripts/interop` installs what they need.

mod apache;
mod applications;
mod guard;

use crate::support::ambient::Seeded;
use crate::support::chromium::{Chromium, Look, Scheme, Scripts};
use crate::support::program::{Ground, PATIENCE, Running};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use thirtyfour::prelude::ElementQueryable;
use thirtyfour::{By, Key, WebDriver, WebElement};
use vestibule::keys::own::OwnKey;

const SCOPE: &str = "openid profile email offline_access";

/// What stands on the page of an application after all it did.
const TOLD: &str = "told";

/// A server in development mode, with Ada, and a port for one application.
struct Stage {
    ground: Ground,
    running: Running,
    issuer: String,
    password: String,
}

/// The Python that `scripts/interop` set up. Nothing, and a word about it, where it has not.
fn python() -> Option<PathBuf> {
    let named = variable("VESTIBULE_TEST_INTEROP");
    if named.is_none() {
        use std::io::Write;
        let line = "skipped: clients of others, because VESTIBULE_TEST_INTEROP is not set (scripts/interop sets it)\n";
        drop(std::io::stderr().write_all(line.as_bytes()));
    }
    named.map(PathBuf::from)
}

#[allow(clippy::disallowed_methods, reason = "the tests' own switch")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A program of `tests/interop`.
fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop").join(name)
}

impl Stage {
    async fn set() -> Self {
        let ground = Ground::new();
        let mut running = ground.start(&["dev", "--port", &ground.port.to_string(), "--json"]);
        let line = running.hears("vestibule.dev/1").await;
        let line: Value = serde_json::from_str(&line).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (issuer, password) = (text(&line["issuer"]), text(&line["people"][0]["password"]));
        Self { ground, running, issuer, password }
    }

    /// Behind the ports of the demo.
    fn port(&self) -> u16 {
        self.ground.port + 4
    }

    fn home(&self) -> String {
        format!("http://localhost:{}", self.port())
    }

    async fn vestibule(&self, arguments: &[&str]) -> Value {
        let config = [".vestibule-dev/vestibule.toml", "--json"];
        let all = [arguments, &["--config"], &config].concat();
        self.ground.run(&all).await.data()
    }

    /// An application at that port, whose answers go to `path`.
    async fn client(&self, path: &str, more: &[&str]) -> Value {
        let (back, left) = (format!("{}{path}", self.home()), format!("{}/left", self.home()));
        let named = ["client", "create", "--name", "By others", "--redirect-uri", &back];
        let leaving = ["--post-logout-redirect-uri", &left, "--scope", SCOPE];
        self.vestibule(&[&named[..], &leaving, more].concat()).await
    }

    /// One for each way in which a client proves who it is.
    async fn clients(&self) -> Value {
        let key = OwnKey::fresh(&Seeded::new(7)).unwrap();
        self.ground.write("keys.json", &key.public_set());
        let web = ["--template", "web"];
        let basic = self.client("/callback", &web).await;
        let post = self.client("/callback", &web).await;
        let public = self.client("/callback", &["--template", "spa"]).await;
        let keys = self.ground.path("keys.json");
        let signed = [&web[..], &["--jwks", keys.to_str().unwrap()]].concat();
        let mut signed = self.client("/callback", &signed).await;
        signed["private_jwk"] = key.private_jwk();
        json!({ "basic": basic, "post": post, "public": public, "signed": signed })
    }

    fn start(&self, program: &mut Command) -> Running {
        self.ground.launch(program)
    }

    async fn end(self) {
        assert_eq!(self.running.stop().await.code, Some(0));
    }
}

/// Somebody before Chromium.
async fn look<F>(seeing: impl FnOnce(WebDriver) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let chromium = Chromium::start().unwrap();
    let look = Look { width: 1280, scheme: Scheme::Light, scripts: Scripts::On };
    chromium.look(look, seeing).await;
}

async fn wait_for(driver: &WebDriver, by: By) -> WebElement {
    let found = driver.query(by).wait(PATIENCE, Duration::from_millis(100)).first().await;
    match found {
        Ok(element) => element,
        Err(error) => panic!("{error}: {}", driver.source().await.unwrap()),
    }
}

async fn press(driver: &WebDriver, words: &str) {
    let xpath = format!("//*[self::a or self::button][normalize-space()='{words}']");
    wait_for(driver, By::XPath(xpath)).await.click().await.unwrap();
}

async fn enter(driver: &WebDriver, id: &str, text: &str) {
    wait_for(driver, By::Id(id)).await.send_keys(text.to_owned() + Key::Enter).await.unwrap();
}

/// Ada proves who she is.
async fn sign_in(driver: &WebDriver, password: &str) {
    enter(driver, "username", "ada@example.test").await;
    enter(driver, "password", password).await;
}

/// What the application tells of itself, as JSON.
async fn told(driver: &WebDriver) -> Value {
    let text = wait_for(driver, By::Id(TOLD)).await.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"))
}

async fn heading(driver: &WebDriver, words: &str) {
    wait_for(driver, By::XPath(format!("//h1[normalize-space()='{words}']"))).await;
}
