//! What must not come of the second step: a way around it, guesses without end, a code used twice.

use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use vestibule::kernel::time::Lifetime;

const BOB: &str = "bob@example.test";

async fn house(engine: Engine) -> TestServer {
    let server = TestServer::start(engine).await;
    let tenant = server.default_tenant();
    let bob = server.person(&tenant, BOB, PASSWORD).await;
    server.second_factor(&tenant, &bob).await;
    server
}

async fn is_signed_in(visitor: &mut Visitor) -> bool {
    visitor.get("/account").await.status == 200
}

/// The form for the code, in a browser of its own.
async fn at_the_code(server: &TestServer) -> (Visitor, Form) {
    let mut visitor = server.visitor();
    let page = visitor.sign_in("/login", BOB, PASSWORD).await;
    assert!(page.body.contains("<h1>Enter your code</h1>"), "{}", page.text());
    let form = Form::of(&page);
    (visitor, form)
}

// with the password alone nothing opens, and no step is left but by its own proof
#[tokio::test]
async fn the_password_alone_opens_nothing() {
    let server = house(Engine::Sqlite).await;
    let (mut eve, form) = at_the_code(&server).await;
    for path in ["/account", "/login", "/login/password", "/logout"] {
        eve.get(path).await;
        assert!(!is_signed_in(&mut eve).await, "{path}");
    }
    for fields in [&[][..], &[("code", "")], &[("code", "000000")], &[("step", "done")]] {
        let answer = eve.post(&form.clone().with(fields)).await;
        assert_eq!(answer.status, 422, "{fields:?}: {}", answer.text());
        assert!(!is_signed_in(&mut eve).await, "{fields:?}");
    }
    server.clock.advance(Lifetime::minutes(1));
    let right = form.clone().with(&[("code", &server.code())]);
    assert_eq!(eve.post(&right).await.status, 303);
    assert!(is_signed_in(&mut eve).await);
    // A finished step is not taken again, and the way of one browser is nothing in another.
    assert_eq!(eve.post(&right).await.header("location"), "/account");
    let (other, form) = at_the_code(&server).await;
    let mut elsewhere = server.visitor();
    elsewhere.visit("/login").await;
    server.clock.advance(Lifetime::minutes(1));
    let answer = elsewhere.post(&form.with(&[("code", &server.code())])).await;
    assert_eq!(answer.header("location"), "/login");
    assert!(!is_signed_in(&mut elsewhere).await && !is_signed_in(&mut other.clone()).await);
    server.end().await;
}

// A-126, INV-12: each proof gives the browser a name that nobody knew
#[tokio::test]
async fn each_proof_renames_the_browser() {
    let server = house(Engine::Sqlite).await;
    let mut bob = server.visitor();
    let page = bob.visit("/login").await;
    let page = bob.submit(&page, &[("username", BOB)]).await;
    let mut names = vec![bob.cookies.clone()];
    let page = bob.submit(&page, &[("password", PASSWORD)]).await;
    names.push(bob.cookies.clone());
    bob.submit(&page, &[("code", &server.code())]).await;
    assert!(is_signed_in(&mut bob).await);
    assert!(names[0] != names[1] && names[1] != bob.cookies && names[0] != bob.cookies);
    for old in names {
        let mut eve = server.visitor();
        eve.cookies = old;
        assert!(!is_signed_in(&mut eve).await);
    }
    server.end().await;
}

// a code is taken once, also when it comes twice at once
#[tokio::test]
async fn a_code_is_taken_once() {
    for engine in engines() {
        let server = house(engine).await;
        let code = server.code();
        let mut ways = Vec::new();
        for _ in 0..3 {
            ways.push(at_the_code(&server).await);
        }
        let posts = ways.into_iter().map(|(mut bob, form)| {
            let form = form.with(&[("code", &code)]);
            tokio::spawn(async move { bob.post(&form).await.status })
        });
        let mut statuses = Vec::new();
        for post in posts.collect::<Vec<_>>() {
            statuses.push(post.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422, 422], "{engine:?}");
        server.end().await;
    }
}

// one half minute either way
#[tokio::test]
async fn a_code_of_another_time_is_refused() {
    let server = house(Engine::Sqlite).await;
    for (steps, expected) in [(-2, 422), (2, 422), (-1, 303), (0, 303), (1, 303)] {
        server.clock.advance(Lifetime::minutes(40));
        let (mut bob, form) = at_the_code(&server).await;
        let then = server.now().plus(Lifetime::seconds(30 * steps));
        let code = crate::support::visitor::seed().code(then);
        assert_eq!(bob.post(&form.with(&[("code", &code)])).await.status, expected, "{steps}");
    }
    server.end().await;
}

// A-151, INV-18: five guesses in all, over ways, browsers and kinds of code; then the way is closed
#[tokio::test]
async fn codes_are_guessed_five_times_and_no_more() {
    for engine in engines() {
        let server = house(engine).await;
        let mut ways = Vec::new();
        for _ in 0..3 {
            ways.push(at_the_code(&server).await);
        }
        let mut statuses = Vec::new();
        for number in 0..7_usize {
            let (eve, form) = &mut ways[number % 3];
            let mut form = form.clone().with(&[("code", &format!("{number:06}"))]);
            if number % 2 == 1 {
                form.action = form.action.replace("/login/totp", "/login/recovery");
            }
            let answer = eve.post(&form).await;
            statuses.push(answer.status);
            server.clock.advance(Lifetime::seconds(5));
        }
        // The fifth closes its own way; whoever is on another one waits.
        assert_eq!(statuses, [422, 422, 422, 422, 429, 429, 429], "{engine:?}");
        let (eve, form) = &mut ways[1];
        let right = form.clone().with(&[("code", &server.code())]);
        assert_eq!(eve.post(&right).await.header("location"), "/login", "closed");
        let (eve, form) = &mut ways[2];
        let right = form.clone().with(&[("code", &server.code())]);
        assert_eq!(eve.post(&right).await.status, 429);
        assert!(!is_signed_in(eve).await);
        server.clock.advance(Lifetime::minutes(31));
        let (mut bob, form) = at_the_code(&server).await;
        assert_eq!(bob.post(&form.with(&[("code", &server.code())])).await.status, 303);
        server.end().await;
    }
}

// whose code it is does not come from the form
#[tokio::test]
async fn a_way_belongs_to_whom_it_was_begun_for() {
    let server = house(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let eve = server.person(&tenant, "eve@example.test", PASSWORD).await;
    server.second_factor(&tenant, &eve).await;
    let (_, bobs) = at_the_code(&server).await;
    let mut eve = server.visitor();
    let page = eve.sign_in("/login", "eve@example.test", PASSWORD).await;
    let mut form = Form::of(&page).with(&[("code", &server.code()), ("username", BOB)]);
    let own = std::mem::replace(&mut form.action, bobs.action);
    assert_eq!(eve.post(&form).await.header("location"), "/login");
    assert!(!is_signed_in(&mut eve).await);
    form.action = own;
    let account = eve.post(&form).await;
    let account = eve.follow(account).await;
    assert!(account.body.contains("eve@example.test") && !account.body.contains(BOB));
    server.end().await;
}
