//! What must not come of a passkey: another's question, another's key, another place, a copy.

use crate::support::authenticator::{Authenticator, Said, VERIFIED};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use serde_json::Value;
use vestibule::kernel::time::Lifetime;

const CAROL: &str = "carol@example.test";
const EVE: &str = "eve@example.test";
const CREATE: &str = "webauthn.create";
const GET: &str = "webauthn.get";

fn origin(server: &TestServer) -> String {
    server.house().directory.public_url().to_string()
}

fn token(page: &Answer) -> String {
    let fields = Form::of(page).fields;
    fields.into_iter().find(|(name, _)| name == "token").unwrap().1
}

fn form(action: &str, fields: &[(&str, &str)]) -> Form {
    Form { action: action.to_owned(), fields: Vec::new() }.with(fields)
}

/// Whatever page the token is of.
async fn question(visitor: &mut Visitor, path: &str, token: &str) -> (String, Value) {
    let asked = visitor.post(&form(path, &[("token", token)])).await;
    let asked = asked.json();
    (asked["ceremony"].as_str().unwrap().to_owned(), asked["options"].clone())
}

/// What came of a new passkey, changed before it was made.
async fn add(
    server: &TestServer,
    visitor: &mut Visitor,
    key: &mut Authenticator,
    change: impl FnOnce(&mut Said),
) -> Answer {
    let page = visitor.visit("/account/security/passkeys/add").await;
    let token = token(&page);
    let (ceremony, options) = question(visitor, "/account/security/passkeys/options", &token).await;
    let mut said = key.honest(&options, &origin(server), CREATE);
    change(&mut said);
    let credential = key.create(&said, &options, -7);
    let fields =
        [("token", &*token), ("ceremony", &ceremony), ("credential", &credential), ("name", "Key")];
    visitor.post(&form("/account/security/passkeys", &fields)).await
}

async fn owner(server: &TestServer, email: &str, id: &[u8]) -> Authenticator {
    let mut visitor = server.visitor();
    visitor.sign_in("/account", email, PASSWORD).await;
    let mut key = Authenticator::new(id);
    let added = add(server, &mut visitor, &mut key, |_| {}).await;
    assert!(added.body.contains("<h1>Your recovery codes</h1>"), "{}", added.text());
    key
}

/// A browser before the page to sign in, and the question that it was given.
async fn asked(server: &TestServer) -> (Visitor, String, String, Value) {
    let mut visitor = server.visitor();
    let page = visitor.visit("/login").await;
    let token = token(&page);
    let (ceremony, options) = question(&mut visitor, "/login/passkey/options", &token).await;
    (visitor, token, ceremony, options)
}

async fn answer(
    visitor: &mut Visitor,
    (token, ceremony, credential): (&str, &str, &str),
) -> Answer {
    let fields = [("token", token), ("ceremony", ceremony), ("credential", credential)];
    visitor.post(&form("/login/passkey", &fields)).await
}

type Change = fn(&mut Said);

/// Each wrong in one part, and right in every other.
fn wrong_in_one_part() -> Vec<(&'static str, Change)> {
    vec![
        ("another challenge", |said| said.challenge = "AAAAAAAAAAAAAAAAAAAAAA".into()),
        ("a look-alike origin", |said| said.origin = "https://badlocalhost".into()),
        ("a sub-domain", |said| {
            said.origin = said.origin.replace("//localhost", "//evil.localhost");
        }),
        ("another scheme", |said| said.origin = said.origin.replace("http:", "https:")),
        ("another port", |said| said.origin = "http://localhost:1".into()),
        ("another place", |said| said.rp_id = "evil.test".into()),
        ("nobody looked", |said| said.flags &= !VERIFIED),
        ("nobody there", |said| said.flags = VERIFIED),
        ("the answer to another question", |said| said.kind = CREATE),
        ("a key that nobody knows", |said| said.id = b"unknown".to_vec()),
        ("no handle", |said| said.handle = String::new()),
        ("a changed signature", |said| said.altered = true),
    ]
}

// A-154, R-NIST-14, V-162: each part of an answer is looked at
#[tokio::test]
async fn an_answer_of_a_passkey_is_right_in_every_part() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        for email in [CAROL, EVE] {
            server.person(&tenant, email, PASSWORD).await;
        }
        let mut carol = owner(&server, CAROL, b"the passkey of carol").await;
        let eve = owner(&server, EVE, b"the passkey of eve").await;
        for (what, change) in wrong_in_one_part() {
            let (mut visitor, token, ceremony, options) = asked(&server).await;
            let mut said = carol.honest(&options, &origin(&server), GET);
            change(&mut said);
            let credential = carol.answer(&said);
            let done = answer(&mut visitor, (&token, &ceremony, &credential)).await;
            assert_eq!(done.status, 422, "{engine:?} {what}: {}", done.text());
            assert_eq!(visitor.get("/account").await.status, 303, "{engine:?} {what}");
        }
        // Eve's key under carol's handle, and carol's key under eve's.
        let crossed =
            [(eve.id.clone(), carol.handle.clone()), (carol.id.clone(), eve.handle.clone())];
        for (id, handle) in crossed {
            let (mut visitor, token, ceremony, options) = asked(&server).await;
            let honest = carol.honest(&options, &origin(&server), GET);
            let said = Said { handle, id, ..honest };
            let credential = carol.answer(&said);
            let done = answer(&mut visitor, (&token, &ceremony, &credential)).await;
            assert_eq!(done.status, 422, "{engine:?}: {}", done.text());
        }
        right_once(&server, &mut carol).await;
        server.end().await;
    }
}

/// In the browser that was asked, once.
async fn right_once(server: &TestServer, carol: &mut Authenticator) {
    let (mut visitor, token, ceremony, options) = asked(server).await;
    let (mut other, their_token, _, _) = asked(server).await;
    let credential = carol.answer(&carol.honest(&options, &origin(server), GET));
    let stolen = answer(&mut other, (&their_token, &ceremony, &credential)).await;
    assert_eq!(stolen.status, 422, "another browser: {}", stolen.text());
    let done = answer(&mut visitor, (&token, &ceremony, &credential)).await;
    assert_eq!((done.status, done.header("location")), (303, "/account"), "{}", done.text());
    let (mut again, token, _, _) = asked(server).await;
    let replayed = answer(&mut again, (&token, &ceremony, &credential)).await;
    assert_eq!(replayed.status, 422, "the same question twice");
}

// a counter that went back speaks of a copy; then the passkey opens nothing, and its owner sees why
#[tokio::test]
async fn a_copied_passkey_opens_nothing() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        server.person(&server.default_tenant(), CAROL, PASSWORD).await;
        let mut carol = owner(&server, CAROL, b"the passkey of carol").await;
        carol.counter = 10;
        for (counter, expected) in [(10, 303), (3, 422), (20, 422)] {
            let (mut visitor, token, ceremony, options) = asked(&server).await;
            carol.counter = counter;
            let credential = carol.answer(&carol.honest(&options, &origin(&server), GET));
            let done = answer(&mut visitor, (&token, &ceremony, &credential)).await;
            assert_eq!(done.status, expected, "{engine:?} {counter}: {}", done.text());
        }
        let mut owner = server.visitor();
        owner.sign_in("/account", CAROL, PASSWORD).await;
        let page = owner.visit("/account/security").await;
        assert!(page.body.contains("There may be a copy of it"), "{}", page.body);
        server.end().await;
    }
}

// A-155, INV-23: a passkey is added by its owner, who has just proven themselves, for a question of theirs
#[tokio::test]
async fn no_foreign_passkey_is_added() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    for email in [CAROL, EVE] {
        server.person(&tenant, email, PASSWORD).await;
    }
    let carol = owner(&server, CAROL, b"the passkey of carol").await;
    let mut eve = server.visitor();
    eve.sign_in("/account", EVE, PASSWORD).await;
    let changes: Vec<(&str, Change)> = vec![
        ("another challenge", |said| said.challenge = "AAAAAAAAAAAAAAAAAAAAAA".into()),
        ("another place", |said| said.origin = "https://evil.test".into()),
        ("another party", |said| said.rp_id = "evil.test".into()),
        ("nobody looked", |said| said.flags &= !VERIFIED),
        ("an answer and no key", |said| said.kind = GET),
    ];
    for (what, change) in changes {
        let mut key = Authenticator::new(what.as_bytes());
        let done = add(&server, &mut eve, &mut key, change).await;
        assert_eq!(done.status, 422, "{what}: {}", done.text());
    }
    // Under the id of a passkey that is somebody's already.
    let mut twice = Authenticator::new(&carol.id);
    assert_eq!(add(&server, &mut eve, &mut twice, |_| {}).await.status, 422);
    // An algorithm that was not offered.
    let page = eve.visit("/account/security/passkeys/add").await;
    let token = token(&page);
    let (ceremony, options) =
        question(&mut eve, "/account/security/passkeys/options", &token).await;
    let mut weak = Authenticator::new(b"weak");
    let said = weak.honest(&options, &origin(&server), CREATE);
    let credential = weak.create(&said, &options, -8);
    let fields = [("token", &*token), ("ceremony", &ceremony), ("credential", &credential)];
    let done = eve.post(&form("/account/security/passkeys", &fields)).await;
    assert_eq!(done.status, 422, "{}", done.text());
    // Without a fresh proof nothing is asked.
    server.clock.advance(Lifetime::minutes(6));
    let late = eve.post(&form("/account/security/passkeys/options", &[("token", &token)])).await;
    assert!(late.header("location").starts_with("/login/confirm"), "{}", late.text());
    server.end().await;
}
