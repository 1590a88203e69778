//! Forms that no browser of ours would send: too long, malformed, doubled, empty. Each gets a page with a message, or
//! is refused; none is a failure of ours.

use crate::support::browser::Answer;
use crate::support::database::engines;
use crate::support::server::TestServer;
use crate::support::urls;
use crate::support::visitor::{Form, PASSWORD, Visitor};

const BOB: &str = "bob@example.test";

/// What the forms of this server ask for.
const FIELDS: [&str; 16] = [
    "username",
    "password",
    "present",
    "code",
    "email",
    "name",
    "given_name",
    "phone_number",
    "session",
    "passkey",
    "ceremony",
    "credential",
    "accepted",
    "trust",
    "decision",
    "client",
];

/// A name and a body made of a token that is good.
fn bodies(token: &str) -> Vec<(&'static str, String)> {
    let with = |value: &str| {
        let fields = FIELDS.iter().map(|name| format!("&{name}={value}"));
        format!("token={token}{}", fields.collect::<String>())
    };
    vec![
        ("nothing", String::new()),
        ("the token alone", format!("token={token}")),
        ("empty fields", with("")),
        ("malformed UTF-8", with("%ff%fe%c3%28")),
        ("overlong UTF-8", with("%c0%af")),
        ("a surrogate", with("%ed%a0%80")),
        ("NUL", with("a%00b")),
        ("line ends", with("a%0d%0aBcc:%20eve%40example.test")),
        ("broken escapes", with("%zz%")),
        ("long fields", with(&"a".repeat(500))),
        ("one field too long", format!("token={token}&username={}", "a".repeat(9_000))),
        ("doubled fields", format!("{0}&{0}", with("a"))),
        ("too many fields", format!("token={token}{}", "&x=1".repeat(70))),
        ("no pairs at all", "&&&===&&".repeat(20)),
        ("another form", "{\"token\":\"x\"}".to_owned()),
    ]
}

async fn signed_in(server: &TestServer) -> Visitor {
    let mut visitor = server.visitor();
    let inside = visitor.sign_in("/account/security", BOB, PASSWORD).await;
    assert!(inside.body.contains("<h1>Security</h1>"), "{}", inside.text());
    visitor
}

/// Of the form on some page that this visitor sees.
async fn token(visitor: &mut Visitor) -> String {
    let page = visitor.visit("/login?account=other").await;
    let fields = Form::of(&page).fields;
    fields.into_iter().find(|(name, _)| name == "token").unwrap().1
}

#[track_caller]
fn is_in_order(answer: &Answer, what: &str) {
    let known = [200, 303, 400, 401, 403, 404, 410, 413, 415, 422, 429];
    assert!(known.contains(&answer.status), "{what}: {}", answer.text());
    assert!(!answer.body.contains("panicked") && !answer.body.contains("sqlx"), "{what}");
}

// The forms of issue 4 and all others: experience §4.1, R-ASVS-2.2.1, INV-30; every POST that the table of URLs lists
#[tokio::test]
async fn no_form_is_a_failure_of_ours() {
    for engine in engines() {
        let wanted = TestServer::wanted(engine).with_mail().set("rate_limit.register", "1000/1h");
        let server = wanted.start().await;
        server.person(&server.default_tenant(), BOB, PASSWORD).await;
        let posts = urls::all()
            .into_iter()
            .filter(|url| url.is_public && url.methods.iter().any(|method| method == "POST"));
        let mut asked = 0;
        for url in posts {
            let path = url.example();
            let (mut nobody, mut bob) = (server.visitor(), signed_in(&server).await);
            let tokens = [token(&mut nobody).await, token(&mut bob).await];
            for (visitor, token) in [&nobody, &bob].into_iter().zip(&tokens) {
                for (name, body) in bodies(token) {
                    let mut visitor = visitor.clone();
                    let answer = visitor.post_raw(&path, &body).await;
                    is_in_order(&answer, &format!("{engine:?} {path} with {name}"));
                    asked += 1;
                }
            }
        }
        assert!(asked > 600, "{asked}");
        server.end().await;
    }
}

// experience §4.1: what was typed stays, except passwords
#[tokio::test]
async fn what_was_typed_stays_but_no_password() {
    let server = TestServer::wanted(engines()[0]).with_mail().start().await;
    let mut visitor = server.visitor();
    let page = visitor.visit("/register").await;
    let fields = [("name", "Ada <b>"), ("email", "no address"), ("password", "short-secret")];
    let again = visitor.submit(&page, &fields).await;
    assert_eq!(again.status, 422, "{}", again.text());
    assert!(again.body.contains("value=\"Ada &#60;b&#62;\""), "{}", again.body);
    assert!(again.body.contains("value=\"no address\""), "{}", again.body);
    assert!(!again.body.contains("short-secret"), "{}", again.body);
    let page = visitor.visit("/login").await;
    let page = visitor.submit(&page, &[("username", "a\u{202e}c")]).await;
    let again = visitor.submit(&page, &[("password", "another-secret")]).await;
    assert_eq!(again.status, 422, "{}", again.text());
    assert!(!again.body.contains("another-secret"), "{}", again.body);
    server.end().await;
}
