//! What clients ask for with a form, and the page people see first.

use super::process::{Asked, Server, command, load};
use super::report::{Report, Wanted};
use super::{Limit, RUNS, SECONDS, compare, row};
use data_encoding::BASE64;
use std::path::Path;

const API: &str = "https://orders.example";

pub fn measure(report: &mut Report, (server, folder): (&Server, &Path), openssl: f64) {
    let machine = client(folder, &["--scope", "orders:read", "--resource", API]);
    let form = ("grant_type=client_credentials".to_owned(), machine);
    tokens(report, server, &form, openssl);
    let answer = server.post("/oauth/token", &form);
    let token = answer.split("\"access_token\":\"").nth(1).and_then(|rest| rest.split('"').next());
    let api = client(folder, &["--resource", API, "--resource-server"]);
    let form = (format!("token={}", token.expect(&answer)), api);
    let answer = server.post("/oauth/introspect", &form);
    let size = answer.split_once("\r\n\r\n").unwrap().1.len();
    let (path, answer) = ("/oauth/introspect".into(), "\"active\":true".into());
    let limit = Limit { words: "introspection of a JWT".into(), size, goal: 0.20 };
    compare(report, server, (&Asked { path, answer, form: Some(form) }, limit));
    let asked = Asked { path: "/login".into(), answer: "name=\"username\"".into(), form: None };
    let limit = Limit { words: "sign-in page".into(), size: server.body("/login"), goal: 0.15 };
    compare(report, server, (&asked, limit));
}

/// Each with its record in the audit log, durable before the answer.
fn tokens(report: &mut Report, server: &Server, form: &(String, String), openssl: f64) {
    let (path, answer) = ("/oauth/token".into(), "\"access_token\":\"".into());
    let asked = Asked { path, answer, form: Some(form.clone()) };
    load(server, &asked, 1);
    let windows: Vec<_> = (0..RUNS).map(|_| load(server, &asked, SECONDS)).collect();
    let row = row("client_credentials RS256 with its audit record, per CPU-s", &windows);
    let against = Some(("openssl rsa2048", openssl));
    report.add(row.against(against).wanted(Some(Wanted::AtLeast(0.85))));
}

/// Registers one, and writes its `Authorization` header.
pub fn client(folder: &Path, more: &[&str]) -> String {
    let made = command(folder, &[&["client", "create", "--name", "Bench"], more].concat());
    let text = |name: &str| made[name].as_str().expect(name).to_owned();
    let pair = format!("{}:{}", text("client_id"), text("client_secret"));
    format!("Basic {}", BASE64.encode(pair.as_bytes()))
}
