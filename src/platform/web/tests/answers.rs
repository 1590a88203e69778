//! What every answer looks like, whoever gave it.

use super::*;
use crate::kernel::failure::Failure;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::assets;
use crate::platform::web::health::{Health, public_routes};
use crate::platform::web::problem::Problem;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use std::time::Duration;

fn routes() -> Router {
    let (stop, stopping) = stop();
    std::mem::forget(stop);
    let health = Health { ready: Arc::new([]), started: Arc::new([]), stopping };
    Router::new()
        .route("/page", get(async || Html("<p>hello")))
        .route("/json", get(async || ([("content-type", "application/json")], "{}")))
        .route("/take", post(async |body: Bytes| body.len().to_string()))
        .route("/fail", get(async || Problem::from(Failure::broken("the secret cause"))))
        .route("/teapot", get(async || (StatusCode::IM_A_TEAPOT, "a plain sentence")))
        .route("/long", get(async || std::future::pending::<()>().await))
        .route("/panic", get(falls_over))
        .route("/who", get(async |arrival: Arrival| arrival.caller.ip.to_string()))
        .merge(assets::routes())
        .merge(public_routes(&health))
}

async fn falls_over() {
    panic!("the route's own words");
}

const BROWSER: &str = "accept: text/html,*/*;q=0.8\r\n";

fn assert_dressed(answer: &Answer, told: &str) {
    let has = |name: &str, value: &str| {
        assert_eq!(answer.header(name), Some(value), "{told}: {name}\n{}", answer.0);
    };
    let kind = answer.header("content-type").unwrap_or("");
    let is_page = kind.starts_with("text/html");
    has("x-content-type-options", "nosniff");
    has("x-frame-options", "DENY");
    has("referrer-policy", "no-referrer");
    has("cross-origin-resource-policy", "same-origin");
    has("strict-transport-security", "max-age=63072000; includeSubDomains");
    let csp = answer.header("content-security-policy").unwrap();
    assert!(
        csp.starts_with("default-src 'none'; ") && csp.contains("frame-ancestors 'none'"),
        "{told}"
    );
    assert_eq!(csp.contains("form-action 'self'"), is_page, "{told}");
    assert_eq!(
        answer.header("cross-origin-opener-policy"),
        is_page.then_some("same-origin"),
        "{told}"
    );
    assert!(answer.header("x-request-id").unwrap().starts_with("req_"), "{told}");
    assert_eq!((answer.header("server"), answer.header("x-powered-by")), (None, None), "{told}");
    assert!(answer.header("cache-control").is_some(), "{told}");
}

// R-WEB-01
#[tokio::test]
async fn every_kind_of_answer_carries_its_headers() {
    let mut plan = Plan::new(routes());
    plan.web.request_timeout = Duration::from_millis(50);
    let server = plan.start().await;
    let sheet = format!("GET {}", assets::href("vestibule.css"));
    let long = format!("GET /{}", "x".repeat(9000));
    let cases = [
        ("GET /page", 200),
        ("HEAD /page", 200),
        ("GET /json", 200),
        ("GET /healthz", 200),
        (&sheet, 200),
        ("GET /nowhere", 404),
        ("GET /static/x/../../Cargo.toml", 404),
        ("POST /page", 405),
        ("OPTIONS /page", 405),
        ("TRACE /page", 405),
        ("PROPFIND /page", 405),
        ("HEAD /take", 405),
        ("GET /fail", 500),
        ("GET /panic", 500),
        ("GET /teapot", 418),
        ("GET /long", 503),
        (&long, 414),
        ("OPTIONS *", 404),
    ];
    for (line, status) in cases {
        for accept in ["", BROWSER] {
            let answer = server.ask(line, accept).await;
            assert_eq!(answer.status(), status, "{line}\n{}", answer.0);
            assert_dressed(&answer, line);
            let is_head = line.starts_with("HEAD");
            assert_eq!(answer.body().is_empty(), is_head, "{line}");
            if status == 405 {
                assert!(answer.header("allow").is_some(), "{line}");
            }
        }
    }
}

// INV-14, experience §4.6: private by default, files for ever
#[tokio::test]
async fn nothing_is_kept_unless_it_says_so() {
    let server = Plan::new(routes()).start().await;
    for line in ["GET /page", "GET /json", "GET /nowhere", "GET /healthz"] {
        assert_eq!(server.ask(line, "").await.header("cache-control"), Some("no-store"), "{line}");
    }
    let file = server.ask(&format!("GET {}", assets::href("vestibule.css")), "").await;
    assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(file.header("content-type"), Some("text/css; charset=utf-8"));
    let known = format!("if-none-match: {}\r\n", file.header("etag").unwrap());
    let again = server.ask(&format!("GET {}", assets::href("vestibule.css")), &known).await;
    assert_eq!((again.status(), again.body()), (304, ""));
    let other = server.ask("GET /static/0123456789abcdef/vestibule.css", "").await;
    assert_eq!((other.status(), other.header("cache-control")), (200, Some("no-cache")));
}

//
#[tokio::test]
async fn only_listed_files_are_files() {
    let server = Plan::new(routes()).start().await;
    for name in [
        "..%2fCargo.toml",
        "%2e%2e/Cargo.toml",
        ".git",
        "vestibule.css.map",
        "mark.svg~",
        "%00",
        "",
    ] {
        let answer = server.ask(&format!("GET /static/x/{name}"), "").await;
        assert_eq!(answer.status(), 404, "{name}");
    }
}

// RFC 9457 §3, experience §4.1: the reference is the request's id
#[tokio::test]
async fn programs_get_problem_details_and_browsers_a_page() {
    let server = Plan::new(routes()).start().await;
    let json = server.ask("GET /nowhere?a=b", "accept: application/json\r\n").await;
    assert_eq!(json.header("content-type"), Some("application/problem+json"));
    let body: serde_json::Value = serde_json::from_str(json.body()).unwrap();
    assert_eq!(body["type"], "https://id.example.com/docs/errors/not-found");
    assert_eq!((&body["status"], &body["code"]), (&404.into(), &"not_found".into()));
    assert_eq!(body["instance"], "/nowhere");
    assert_eq!(body["request_id"], json.header("x-request-id").unwrap());
    let page = server.ask("GET /nowhere", BROWSER).await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.body().contains(page.header("x-request-id").unwrap()));
    assert!(page.body().contains("There is nothing here") && page.body().contains("Acme"));
}

// A-139, house §6.1: the cause is for the log; in development also for the page
#[tokio::test]
async fn a_failure_tells_its_cause_in_development_only() {
    let server = Plan::new(routes()).start().await;
    for (line, accept) in [("GET /fail", ""), ("GET /fail", BROWSER), ("GET /panic", BROWSER)] {
        let answer = server.ask(line, accept).await;
        assert!(
            !answer.0.contains("secret cause") && !answer.0.contains("own words"),
            "{}",
            answer.0
        );
    }
    let dev = Plan { candour: Candour::Causes, ..Plan::new(routes()) }.start().await;
    assert!(dev.ask("GET /fail", BROWSER).await.body().contains("the secret cause"));
    assert!(!dev.ask("GET /teapot", "").await.body().contains("a plain sentence"));
}

// A-140, V-070, experience §1.7
#[tokio::test]
async fn a_wrong_host_gets_nothing_of_itself_back() {
    let plan = Plan { said_in: Some("/etc/v/<b>.toml:3"), ..Plan::new(routes()) };
    let server = plan.trusting_loopback().start().await;
    let evil = |from: &str| {
        format!(
            "GET /page?secret-path HTTP/1.1\r\nhost: evil.test\r\nconnection: close\r\n{BROWSER}\
             x-forwarded-host: evil.test\r\nforwarded: host=evil.test\r\nx-forwarded-for: {from}\r\n\r\n"
        )
    };
    let outside = server.send(evil("203.0.113.9").as_bytes()).await;
    assert_eq!(outside.status(), 421);
    assert_dressed(&outside, "wrong host");
    for word in ["evil.test", "secret-path", "id.example.com", "toml"] {
        assert!(!outside.body().contains(word), "{word}");
    }
    let inside = server.send(evil("10.0.0.7").as_bytes()).await;
    assert!(inside.body().contains("https://id.example.com") && inside.body().contains(".toml:3"));
    assert!(!inside.body().contains("<b>") && !inside.body().contains("evil.test"));
    let program =
        server.send(b"GET / HTTP/1.1\r\nhost: evil.test\r\nconnection: close\r\n\r\n").await;
    assert_eq!(program.header("content-type"), Some("application/problem+json"));
    assert!(!program.body().contains("evil.test"));
    let probe = b"GET /readyz HTTP/1.1\r\nhost: 10.0.0.9\r\nconnection: close\r\n\r\n";
    assert_eq!(server.send(probe).await.status(), 200);
}

// A-140, RFC 9112 §3.2
#[tokio::test]
async fn a_request_names_one_host() {
    let server = Plan::new(routes()).start().await;
    for head in [
        "GET /page HTTP/1.1\r\nconnection: close\r\n\r\n",
        "GET /page HTTP/1.1\r\nhost: id.example.com\r\nhost: id.example.com\r\nconnection: close\r\n\r\n",
        "GET https://evil.test/page HTTP/1.1\r\nhost: id.example.com\r\nconnection: close\r\n\r\n",
    ] {
        assert_eq!(server.send(head.as_bytes()).await.status(), 400, "{head}");
    }
    let absolute = "GET https://id.example.com/page HTTP/1.1\r\nhost: id.example.com\r\nconnection: close\r\n\r\n";
    assert_eq!(server.send(absolute.as_bytes()).await.status(), 200);
}

// experience §1.7: before any cookie is set
#[tokio::test]
async fn in_development_another_spelling_of_this_computer_leads_home() {
    let plan =
        Plan { public: "http://localhost:8080", place: Place::Development, ..Plan::new(routes()) };
    let server = plan.start().await;
    let head = b"GET /page?a=b HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: close\r\n\r\n";
    let answer = server.send(head).await;
    assert_eq!(answer.status(), 307);
    assert_eq!(answer.header("location"), Some("http://localhost:8080/page?a=b"));
    assert_eq!(answer.header("set-cookie"), None);
}

// only a trusted proxy names the request and the caller
#[tokio::test]
async fn a_proxy_is_believed_only_when_it_is_trusted() {
    let lines = "x-request-id: from-proxy-1\r\nx-forwarded-for: 198.51.100.7\r\n";
    let strict = Plan::new(routes()).start().await.ask("GET /who", lines).await;
    assert_eq!(strict.body(), "127.0.0.1");
    assert!(strict.header("x-request-id").unwrap().starts_with("req_"));
    let trusting =
        Plan::new(routes()).trusting_loopback().start().await.ask("GET /who", lines).await;
    assert_eq!(trusting.body(), "198.51.100.7");
    assert_eq!(trusting.header("x-request-id"), Some("from-proxy-1"));
}

// a route is its plain spelling and nothing else
#[tokio::test]
async fn other_spellings_of_a_path_are_other_paths() {
    let server = Plan::new(routes()).start().await;
    for path in [
        "//page",
        "/./page",
        "/%2e%2e/page",
        "/page;x",
        "/page/",
        "/PAGE",
        "/%2Fpage",
        "/page%00",
        "/pag%65",
    ] {
        assert_eq!(server.ask(&format!("GET {path}"), "").await.status(), 404, "{path}");
    }
}
