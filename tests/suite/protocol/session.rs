//! OpenID Connect Session Management: a state with every answer, and the frame that compares it.

use crate::support::application::{ADA, Application, came_back, web};
use crate::support::browser::Answer;
use crate::support::chromium::{Chromium, Look, Scheme, Scripts};
use crate::support::database::Engine;
use crate::support::server::TestServer;
use crate::support::site::Site;
use crate::support::visitor::{PASSWORD, Visitor};
use thirtyfour::prelude::ElementQueryable;
use thirtyfour::{By, WebDriver};
use vestibule::kernel::secret::Hash;
use vestibule::oauth::clients::model::{Kind, Party, RedirectUri, Registration};

const FRAME: &str = "/oauth/session";

async fn with_frames() -> (TestServer, Application, Visitor) {
    let wanted = TestServer::wanted(Engine::Sqlite).set("clients.session_management", "true");
    let server = wanted.start().await;
    let ours = Registration { party: Party::First, ..web() };
    let app = server.application(&server.default_tenant(), ours).await;
    let ada = server.ada().await;
    (server, app, ada)
}

/// What scripts can read of this browser.
fn state(visitor: &Visitor) -> Option<String> {
    let found = visitor.cookies.iter().find(|(name, _)| name.contains("state-"));
    found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
}

/// Session Management §3.2, as an application would.
fn expected(app: &Application, state: &str, told: &str) -> String {
    let salt = told.rsplit_once('.').unwrap().1;
    let text = format!("{} https://photos.example.test {state} {salt}", app.id());
    format!("{}.{salt}", Hash::of(text.as_bytes()).base64url())
}

// Session Management §2, §3.2 (P-064): each answer carries the state; another sign-in is another state, and none is
// left after signing out
#[tokio::test]
async fn an_answer_carries_the_state_of_the_browser() {
    let (server, app, mut ada) = with_frames().await;
    let first = came_back(&app.sign_in(&mut ada, &[]).await);
    let known = state(&ada).unwrap();
    assert_eq!(first["session_state"], expected(&app, &known, &first["session_state"]));
    let second = came_back(&ada.get(&app.request(&[])).await);
    assert_eq!(state(&ada).as_deref(), Some(&*known), "the same session");
    assert_ne!(first["session_state"], second["session_state"], "salted");
    assert_eq!(second["session_state"], expected(&app, &known, &second["session_state"]));
    let page = ada.open("/logout").await;
    ada.submit(&page, &[]).await;
    assert_eq!(state(&ada), None);
    app.sign_in(&mut ada, &[]).await;
    assert_ne!(state(&ada).unwrap(), known, "another session");
    server.end().await;
}

fn ancestors(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    policy.split("; ").find(|part| part.starts_with("frame-ancestors")).unwrap().to_owned()
}

// Session Management §3.3 (P-064, A-126): the frame alone may stand in the pages of others; without the switch there is
// none, and no word of it
#[tokio::test]
async fn the_frame_alone_may_be_embedded() {
    let (server, app, mut ada) = with_frames().await;
    let metadata = server.browser().get("/.well-known/openid-configuration").await.json();
    let named = format!("{}{FRAME}", server.issuer(&server.default_tenant()));
    assert_eq!(metadata["check_session_iframe"], named);
    let frame = ada.get(FRAME).await;
    assert_eq!((frame.status, frame.header("x-frame-options")), (200, ""));
    assert_eq!(ancestors(&frame), "frame-ancestors *");
    assert!(frame.header("content-security-policy").contains("script-src 'nonce-"));
    assert!(frame.body.contains("data-cookie=\"state-"), "{}", frame.body);
    let login = ada.get("/login").await;
    assert_eq!(
        (ancestors(&login).as_str(), login.header("x-frame-options")),
        ("frame-ancestors 'none'", "DENY")
    );
    let refused = ada.get(&app.request(&[("prompt", "none")])).await;
    assert_eq!(came_back(&refused)["error"], "login_required");
    server.end().await;

    let server = TestServer::start(Engine::Sqlite).await;
    let metadata = server.browser().get("/.well-known/openid-configuration").await.json();
    assert!(metadata.get("check_session_iframe").is_none());
    let mut ada = server.ada().await;
    assert_eq!(ada.get(FRAME).await.status, 404);
    let ours = Registration { party: Party::First, ..web() };
    let app = server.application(&server.default_tenant(), ours).await;
    let back = came_back(&app.sign_in(&mut ada, &[]).await);
    assert!(!back.contains_key("session_state"));
    assert_eq!(state(&ada), None);
    server.end().await;
}

/// Through the pages of signing in, and what the application is told of the state.
async fn signed_in(driver: &WebDriver, start: &str) -> String {
    driver.goto(start).await.unwrap();
    for (id, text) in [("username", ADA), ("password", PASSWORD)] {
        driver.query(By::Id(id)).first().await.unwrap().send_keys(text).await.unwrap();
        driver.find(By::Css("button.primary")).await.unwrap().click().await.unwrap();
    }
    for _ in 0..500 {
        let here = driver.current_url().await.unwrap();
        let mut told = here.query_pairs();
        if let Some((_, state)) = told.find(|(name, _)| name == "session_state") {
            return state.into_owned();
        }
    }
    panic!("nobody came back: {}", driver.source().await.unwrap());
}

/// A page of the application: asks the frame, and shows what it says.
fn asking(frame: &str, text: &str) -> String {
    format!(
        "<!doctype html><html><body><p id=said>nothing</p><iframe id=op src=\"{frame}\"></iframe><script>\
        addEventListener('message', (e) => {{ document.getElementById('said').textContent = e.data; }});\
        document.getElementById('op').addEventListener('load', () => {{\
        document.getElementById('op').contentWindow.postMessage('{text}', new URL('{frame}').origin); }});\
        </script></body></html>"
    )
}

// Session Management §3.2, §3.3 (P-064): in a real browser, another site learns that nothing or something changed
#[tokio::test]
async fn a_frame_tells_whether_something_changed() {
    let Some(chromium) = Chromium::start() else { return };
    let wanted = TestServer::wanted(Engine::Sqlite).set("clients.session_management", "true");
    let server = wanted.start().await;
    let site = Site::open().await;
    // One site with the server, and another origin: browsers keep the cookies of other sites from frames.
    let here = site.url("").replace("127.0.0.1", "localhost");
    let back = format!("{here}/cb");
    let ours = Registration {
        party: Party::First,
        redirect_uris: vec![RedirectUri::parse(&back, Kind::Confidential).unwrap()],
        ..web()
    };
    let app = server.application(&server.default_tenant(), ours).await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    let home = format!("http://localhost:{}", server.address.port());
    let look = Look { width: 1280, scheme: Scheme::Light, scripts: Scripts::On };
    let seeing = move |driver: WebDriver| async move {
        let start = format!("{home}{}", app.request(&[("redirect_uri", &back)]));
        let state = signed_in(&driver, &start).await;
        let other = format!("{state}x");
        let frame = format!("{home}{FRAME}");
        for (text, said) in [
            (format!("{} {state}", app.id()), "unchanged"),
            (format!("{} {other}", app.id()), "changed"),
            ("nonsense".to_owned(), "error"),
        ] {
            site.put("/ask", &asking(&frame, &text));
            driver.goto(format!("{here}/ask")).await.unwrap();
            let found = driver
                .query(By::XPath(format!("//p[@id='said' and text()='{said}']")))
                .first()
                .await;
            assert!(found.is_ok(), "{text}: {}", driver.source().await.unwrap());
        }
    };
    chromium.look(look, seeing).await;
    server.end().await;
}
