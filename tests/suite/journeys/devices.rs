//! A device that is known: its owner comes in while others are locked out, and is asked less where they wish it.

use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{PASSWORD, Visitor};
use vestibule::accounts::model::Role;
use vestibule::accounts::roles::give;
use vestibule::kernel::failure::Done;
use vestibule::kernel::time::Lifetime;
use vestibule::platform::storage::Work;

const BOB: &str = "bob@example.test";

#[track_caller]
fn is_account(answer: &Answer) {
    assert!(answer.body.contains("<h1>Your account</h1>"), "{}", answer.text());
}

#[track_caller]
fn asks_for_code(answer: &Answer) {
    assert!(answer.body.contains("<h1>Enter your code</h1>"), "{}", answer.text());
}

async fn sign_out(visitor: &mut Visitor) {
    let page = visitor.visit("/logout").await;
    visitor.submit(&page, &[]).await;
}

// A-124, INV-19, T-08: who locks an account by its name does not lock out its owner
#[tokio::test]
async fn a_lock_does_not_keep_the_owner_out() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        server.person(&server.default_tenant(), BOB, PASSWORD).await;
        let (mut known, mut here) = (server.visitor(), server.visitor());
        is_account(&known.sign_in("/login", BOB, PASSWORD).await);
        sign_out(&mut known).await;
        is_account(&here.sign_in("/login", BOB, PASSWORD).await);
        for number in 0..5 {
            server.visitor().sign_in("/login", BOB, &format!("guess {number}")).await;
            server.clock.advance(Lifetime::seconds(5));
        }
        let mut unknown = server.visitor();
        assert_eq!(unknown.sign_in("/login", BOB, PASSWORD).await.status, 429, "{engine:?}");
        is_account(&here.visit("/account").await);
        is_account(&known.sign_in("/login", BOB, PASSWORD).await);
        // On a known device guesses are counted as well, apart.
        let mut stolen = known.clone();
        sign_out(&mut stolen).await;
        for (number, expected) in [422, 422, 422, 422, 429, 429].into_iter().enumerate() {
            let answer = stolen.sign_in("/login", BOB, &format!("guess {number}")).await;
            assert_eq!(answer.status, expected, "{number}");
            server.clock.advance(Lifetime::seconds(5));
        }
        server.end().await;
    }
}

// ACC-11: not asked again on this device, until the time is over
#[tokio::test]
async fn a_trusted_device_is_not_asked_for_a_code() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        let bob = server.person(&tenant, BOB, PASSWORD).await;
        server.second_factor(&tenant, &bob).await;
        let mut device = server.visitor();
        let page = device.sign_in("/login", BOB, PASSWORD).await;
        asks_for_code(&page);
        assert!(page.body.contains("Do not ask on this device for 30 days"), "{}", page.body);
        is_account(&device.submit(&page, &[("code", &server.code()), ("trust", "yes")]).await);
        sign_out(&mut device).await;
        is_account(&device.sign_in("/login", BOB, PASSWORD).await);
        sign_out(&mut device).await;
        asks_for_code(&server.visitor().sign_in("/login", BOB, PASSWORD).await);
        // Never for a change of what they prove themselves with (INV-23).
        is_account(&device.sign_in("/login", BOB, PASSWORD).await);
        let asked = device.visit("/account/security/passkeys/add").await;
        assert!(asked.body.contains("<h1>Confirm it is you</h1>"), "{}", asked.text());
        asks_for_code(&device.submit(&asked, &[("password", PASSWORD)]).await);
        let mut device = device.clone();
        server.clock.advance(Lifetime::days(30));
        asks_for_code(&device.sign_in("/login", BOB, PASSWORD).await);
        server.end().await;
    }
}

// the cookie of a device is nothing for anybody else, and nothing by itself
#[tokio::test]
async fn the_cookie_of_a_device_is_nobody() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    for email in [BOB, "alice@example.test"] {
        let user = server.person(&tenant, email, PASSWORD).await;
        server.second_factor(&tenant, &user).await;
    }
    let mut device = server.visitor();
    let page = device.sign_in("/login", BOB, PASSWORD).await;
    is_account(&device.submit(&page, &[("code", &server.code()), ("trust", "yes")]).await);
    let session = device.cookies.keys().find(|name| name.starts_with("session-")).unwrap().clone();
    let mut eve = device.clone();
    let value = eve.cookies.values().find(|value| value.len() == 43).unwrap().clone();
    eve.cookies.remove(&session);
    assert_eq!(eve.get("/account").await.status, 303);
    eve.cookies.insert(session, value);
    assert_eq!(eve.get("/account").await.status, 303, "as a session");
    asks_for_code(&eve.sign_in("/login", "alice@example.test", PASSWORD).await);
    // A change of factors forgets every device (INV-21).
    server.clock.advance(Lifetime::minutes(1));
    let page = device.visit("/account/security").await;
    assert!(page.body.contains("<h1>Security</h1>"), "{}", page.text());
    let forms = page.body.split("<form ").skip(1).map(str::to_owned);
    let form = forms.into_iter().find(|form| form.contains("authenticator/remove")).unwrap();
    let form = Answer { status: 200, headers: page.headers.clone(), body: format!("<form {form}") };
    device.submit(&form, &[]).await;
    let mut spared = device.clone();
    sign_out(&mut spared).await;
    for number in 0..5 {
        server.visitor().sign_in("/login", BOB, &format!("guess {number}")).await;
        server.clock.advance(Lifetime::seconds(5));
    }
    assert_eq!(spared.sign_in("/login", BOB, PASSWORD).await.status, 429);
    server.end().await;
}

// ACC-08, INV-17: whoever may administer sets up a second factor on the way in
#[tokio::test]
async fn an_administrator_sets_up_a_second_factor() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        let bob = server.person(&tenant, BOB, PASSWORD).await;
        let mut before = server.visitor();
        is_account(&before.sign_in("/login", BOB, PASSWORD).await);
        let (at, context) = (server.at(&tenant), server.context());
        let role = async |work: &mut Work| Ok(give(work, (&bob.id, Role::Admin), &context).await?);
        let done: Done<bool> = server.house().database.write(at, role).await;
        assert!(done.unwrap());

        let mut admin = server.visitor();
        let page = admin.sign_in("/login?return_to=%2Faccount%3Fx%3D1", BOB, PASSWORD).await;
        assert!(page.body.contains("<h1>Set up two-step sign-in</h1>"), "{}", page.text());
        assert_eq!(admin.get("/account").await.status, 303);
        let page = admin.submit(&page, &[]).await;
        let spelled = page.body.split("<pre tabindex=\"0\">").nth(1).unwrap();
        let spelled = spelled.split('<').next().unwrap().replace(' ', "");
        let bytes = data_encoding::BASE32_NOPAD.decode(spelled.as_bytes()).unwrap();
        let seed = vestibule::accounts::factors::totp::Seed::new(bytes);
        let wrong = admin.submit(&page, &[("code", "123456")]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text());
        let done = admin.submit(&wrong, &[("code", &seed.code(server.now()))]).await;
        assert!(done.body.contains("<h1>Your recovery codes</h1>"), "{}", done.text());
        assert!(done.body.contains("href=\"/account?x=1\""), "{}", done.body);
        is_account(&admin.visit("/account").await);
        server.end().await;
    }
}
