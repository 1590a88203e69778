//! A real browser, driven: Chromium behind a chromedriver of its own.

use hyper::Method;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;
use tempfile::TempDir;
use thirtyfour::common::command::{Command, ExtensionCommand};
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::{BrowserLogEntry, ChromeCapabilities, ChromiumLikeCapabilities, WebDriver};

/// The driver; it and its browsers end with it.
pub struct Chromium {
    driver: Child,
    port: u16,
    program: String,
    profile: TempDir,
}

/// How pages are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub width: u32,
    pub scheme: Scheme,
    pub scripts: Scripts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    On,
    Off,
}

const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

impl Chromium {
    /// Nothing, and a word about it, where none was named.
    pub fn start() -> Option<Self> {
        let named =
            variable("VESTIBULE_TEST_CHROMEDRIVER").zip(variable("VESTIBULE_TEST_CHROMIUM"));
        let Some((driver, program)) = named else {
            use std::io::Write;
            let line = "skipped: pages in a browser, because VESTIBULE_TEST_CHROMEDRIVER and VESTIBULE_TEST_CHROMIUM are not set\n";
            drop(std::io::stderr().write_all(line.as_bytes()));
            return None;
        };
        let mut command = std::process::Command::new(driver);
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut driver = command.spawn().unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map(Result::unwrap);
        let said = lines.find(|line| line.contains("started successfully")).unwrap();
        let port = said.trim_end_matches('.').rsplit(' ').next().unwrap().parse().unwrap();
        // A pipe that nobody reads would stop it one day.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { driver, port, program, profile: tempfile::tempdir().unwrap() })
    }

    /// Looks so at something. The browser is gone afterwards, also when what was seen fails the test.
    pub async fn look<F>(&self, look: Look, seeing: impl FnOnce(WebDriver) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let driver = self.open(look).await;
        let seen = tokio::spawn(seeing(driver.clone())).await;
        driver.quit().await.unwrap();
        if let Err(failed) = seen {
            std::panic::resume_unwind(failed.into_panic());
        }
    }

    async fn open(&self, look: Look) -> WebDriver {
        let mut wanted = ChromeCapabilities::new();
        wanted.set_binary(&self.program).unwrap();
        for flag in FLAGS {
            wanted.add_arg(flag).unwrap();
        }
        let profile = self
            .profile
            .path()
            .join(format!("{look:?}").replace(|c: char| !c.is_alphanumeric(), ""));
        wanted.add_arg(&format!("--user-data-dir={}", profile.display())).unwrap();
        let (scheme, scripts) =
            (u8::from(look.scheme == Scheme::Light), look.scripts == Scripts::On);
        let blink =
            format!("--blink-settings=preferredColorScheme={scheme},scriptEnabled={scripts}");
        wanted.add_arg(&blink).unwrap();
        let metrics = serde_json::json!({ "width": look.width, "height": 800, "pixelRatio": 1, "touch": false });
        let emulated = serde_json::json!({ "deviceMetrics": metrics });
        wanted.add_experimental_option("mobileEmulation", emulated).unwrap();
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        WebDriver::new(format!("http://127.0.0.1:{}", self.port), wanted).await.unwrap()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

/// A command of the Chrome DevTools protocol.
#[derive(Debug)]
struct Told(Value);

impl ExtensionCommand for Told {
    fn parameters_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }

    fn method(&self) -> Method {
        Method::POST
    }

    fn endpoint(&self) -> Arc<str> {
        "/goog/cdp/execute".into()
    }
}

/// What no page and no test could ask otherwise.
pub async fn tell(driver: &WebDriver, command: &str, parameters: Value) -> Value {
    let told = Told(json!({ "cmd": command, "params": parameters }));
    let told = Command::ExtensionCommand(Box::new(told));
    driver.handle().cmd(told).await.unwrap().value_json().unwrap()
}

/// What the browser complained about, the status of the page itself aside; that it did as it was told is no complaint.
pub async fn complaints(driver: &WebDriver) -> Vec<BrowserLogEntry> {
    let mut entries = driver.browser_log().await.unwrap();
    entries.retain(|entry| !entry.message.contains("the server responded with a status of"));
    entries.retain(|entry| !entry.message.contains("Clear-Site-Data header on"));
    entries
}

#[allow(clippy::disallowed_methods, reason = "the tests' own switch")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
