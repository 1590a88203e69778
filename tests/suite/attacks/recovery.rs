//! What must not come of letters and links: a second use, another's account, a way around the mailbox.

use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use std::collections::BTreeMap;
use vestibule::accounts::invite::invite;
use vestibule::accounts::model::{Applicant, Role, Roles, Users};
use vestibule::kernel::email::Email;
use vestibule::kernel::time::Lifetime;
use vestibule::platform::mail::Captured;
use vestibule::platform::storage::Work;

const ALICE: &str = "alice@example.test";
const EVE: &str = "eve@example.test";
const NEW: &str = "quite-another-walk-through";
const CHOOSE: &str = "Choose a new password";
const CONFIRM: &str = "Confirm your e-mail address";

async fn house(engine: Engine) -> TestServer {
    let server =
        TestServer::wanted(engine).with_mail().set("rate_limit.register", "1000/1h").start().await;
    for email in [ALICE, EVE] {
        server.person(&server.default_tenant(), email, PASSWORD).await;
    }
    server
}

async fn ask(visitor: &mut Visitor, email: &str) -> Answer {
    let page = visitor.visit("/forgot").await;
    visitor.submit(&page, &[("username", email)]).await
}

/// A form with a new password, filled in and not yet sent.
async fn filled_in(visitor: &mut Visitor, link: &str, password: &str) -> Form {
    let page = visitor.visit(link).await;
    Form::of(&page).with(&[("password", password)])
}

async fn can_sign_in(server: &TestServer, email: &str, password: &str) -> bool {
    server.visitor().sign_in("/login", email, password).await.status == 200
}

const HASHES: &str = "SELECT hash FROM links WHERE tenant_id = $1";

/// What eight who hold the same link are told.
async fn used_at_once(server: &TestServer, link: &str) -> Vec<u16> {
    let mut ready = Vec::new();
    for number in 0..8 {
        let mut one = server.visitor();
        let form = filled_in(&mut one, link, &format!("walk-through-number-{number}")).await;
        ready.push((one, form));
    }
    let post =
        |(mut one, form): (Visitor, _)| tokio::spawn(async move { one.post(&form).await.status });
    let sent: Vec<_> = ready.into_iter().map(post).collect();
    let mut statuses = Vec::new();
    for form in sent {
        statuses.push(form.await.unwrap());
    }
    statuses
}

/// What is stored of the links, which opens nothing.
async fn stored(server: &TestServer) -> Vec<Vec<u8>> {
    let at = server.at(&server.default_tenant());
    let read = server.house().database.read(at, async |work: &mut Work| {
        let tenant = work.tenant();
        vestibule::rows!(work, |c| sqlx::query_scalar(HASHES).bind(tenant.as_str()).fetch_all(c))
    });
    read.await.unwrap()
}

// A-159, INV-02: used twice, at once, too late, after a newer one; only a hash is stored
#[tokio::test]
async fn a_reset_link_works_once_and_for_half_an_hour() {
    for engine in engines() {
        let server = house(engine).await;
        let mut alice = server.visitor();
        ask(&mut alice, ALICE).await;
        let first = server.link(ALICE, CHOOSE).await;
        server.clock.advance(Lifetime::seconds(61));
        ask(&mut alice, ALICE).await;
        let second = server.link(ALICE, CHOOSE).await;
        assert_eq!(alice.get(&first).await.status, 410, "{engine:?}: a newer one voids it");
        let statuses = used_at_once(&server, &second).await;
        let changes = statuses.iter().filter(|status| **status == 303).count();
        assert_eq!(changes, 1, "{engine:?}: {statuses:?}");
        assert!(statuses.iter().all(|status| [303, 410].contains(status)), "{statuses:?}");
        server.clock.advance(Lifetime::seconds(61));
        ask(&mut alice, ALICE).await;
        let third = server.link(ALICE, CHOOSE).await;
        let late = filled_in(&mut alice, &third, NEW).await;
        server.clock.advance(Lifetime::minutes(30));
        assert_eq!(alice.post(&late).await.status, 410, "{engine:?}: over");
        let hashes = stored(&server).await;
        assert_eq!(hashes.len(), 3);
        for hash in hashes {
            let token = data_encoding::BASE64URL_NOPAD.encode(&hash);
            assert!(!third.ends_with(&token));
            assert_eq!(alice.get(&format!("/reset/{token}")).await.status, 410, "{engine:?}");
        }
        server.end().await;
    }
}

// V-064, V-065: of another kind, of another tenant, of nothing; whoever names another account sets their own
#[tokio::test]
async fn nothing_but_the_link_sets_a_password() {
    for engine in engines() {
        let server = house(engine).await;
        let acme = server.tenant("acme", &[]).await;
        server.person(&acme, ALICE, PASSWORD).await;
        let mut eve = server.visitor();
        ask(&mut eve, EVE).await;
        let link = server.link(EVE, CHOOSE).await;
        let token = link.rsplit('/').next().unwrap().to_owned();
        for path in [
            format!("/t/acme/reset/{token}"),
            format!("/verify/{token}"),
            "/reset/".to_owned(),
            "/reset/%00".to_owned(),
            format!("/reset/{token}x"),
            format!("/reset/{}", "x".repeat(4000)),
        ] {
            let answer = eve.get(&path).await;
            assert!([404, 410].contains(&answer.status), "{path}: {}", answer.text());
        }
        let form = filled_in(&mut eve, &link, NEW).await;
        for action in ["/reset/x", "/reset/%20", "/t/acme/reset/x"] {
            let answer = eve.post(&Form { action: action.into(), ..form.clone() }).await;
            assert!([200, 410].contains(&answer.status), "{action}: {}", answer.text());
        }
        // A form of another browser, and from another site.
        let mut stranger = server.visitor();
        stranger.visit("/forgot").await;
        assert!(stranger.post(&form).await.body.contains("Please try once more."));
        assert_eq!(eve.post_with(&form, &[("sec-fetch-site", "cross-site")]).await.status, 403);
        assert!(can_sign_in(&server, EVE, PASSWORD).await, "{engine:?}: nothing has happened yet");
        let named = form.with(&[("username", ALICE), ("email", ALICE), ("user", ALICE)]);
        assert_eq!(eve.post(&named).await.status, 303);
        assert!(
            can_sign_in(&server, EVE, NEW).await && can_sign_in(&server, ALICE, PASSWORD).await
        );
        server.end().await;
    }
}

// A-159, security §0.2: ten requests are three letters, and the same answer each time
#[tokio::test]
async fn a_mailbox_is_not_flooded() {
    for engine in engines() {
        let server = house(engine).await;
        let mut bodies = BTreeMap::new();
        for number in 0..10 {
            let spelled = if number % 2 == 0 { ALICE } else { " Alice@EXAMPLE.test" };
            let mut eve = server.visitor();
            let sent = ask(&mut eve, spelled).await;
            *bodies.entry((sent.status, sent.body)).or_insert(0) += 1;
            server.letters().await;
            server.clock.advance(Lifetime::seconds(90));
        }
        assert_eq!(bodies.len(), 1, "{engine:?}");
        assert_eq!(server.letters().await.len(), 3, "{engine:?}");
        server.end().await;
    }
}

// INV-32: one network asks only so often, whatever it asks for
#[tokio::test]
async fn a_network_asks_only_so_often() {
    for engine in engines() {
        let wanted = TestServer::wanted(engine).with_mail().set("rate_limit.register", "3/1h");
        let server = wanted.start().await;
        for number in 0..5 {
            let answer = ask(&mut server.visitor(), &format!("nobody{number}@example.test")).await;
            assert_eq!(answer.status, if number < 3 { 200 } else { 429 }, "{engine:?}");
        }
        server.clock.advance(Lifetime::hours(1));
        assert_eq!(ask(&mut server.visitor(), ALICE).await.status, 200);
        server.end().await;
    }
}

// no session comes of it, and the owner is told
#[tokio::test]
async fn a_reset_signs_nobody_in() {
    for engine in engines() {
        let server = house(engine).await;
        let mut alice = server.visitor();
        ask(&mut alice, ALICE).await;
        let form = filled_in(&mut alice, &server.link(ALICE, CHOOSE).await, NEW).await;
        let answer = alice.post(&form).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/login"));
        assert_eq!(alice.get("/account").await.status, 303, "{engine:?}");
        let told = server.letters().await;
        let is_notice = |letter: &&Captured| letter.subject == "Your password was changed";
        assert_eq!(told.iter().find(is_notice).map(|letter| &*letter.to), Some(ALICE));
        server.end().await;
    }
}

// A-129, INV-21: what eve had of the account is dead afterwards
#[tokio::test]
async fn a_reset_ends_what_others_had() {
    for engine in engines() {
        let server = house(engine).await;
        let mut session = server.visitor();
        session.sign_in("/login", ALICE, PASSWORD).await;
        let mut running = server.visitor();
        let page = running.visit("/login").await;
        let page = running.submit(&page, &[("username", ALICE)]).await;
        let running_form = Form::of(&page).with(&[("password", PASSWORD)]);
        let mut eve = server.visitor();
        ask(&mut eve, ALICE).await;
        let link = server.link(ALICE, CHOOSE).await;
        let form = filled_in(&mut eve, &link, NEW).await;
        assert_eq!(eve.post(&form).await.status, 303);
        assert_eq!(session.get("/account").await.status, 303, "{engine:?}: the session");
        assert_eq!(running.post(&running_form).await.status, 422, "{engine:?}: the sign-in");
        assert_eq!(eve.get(&link).await.status, 410, "{engine:?}: the link");
        server.end().await;
    }
}

// INV-21, A-129: what was proven with the old password, and trust that was given with it, ends with it
#[tokio::test]
async fn a_new_password_ends_what_was_begun_with_the_old_one() {
    for engine in engines() {
        let server = house(engine).await;
        let tenant = server.default_tenant();
        let at = server.at(&tenant);
        let email = Email::parse(ALICE).unwrap();
        let find = async |work: &mut Work| work.user_of_email(&email).await;
        let alice = server.house().database.read(at, find).await.unwrap().unwrap();
        server.second_factor(&tenant, &alice).await;
        let mut trusted = server.visitor();
        let page = trusted.sign_in("/login", ALICE, PASSWORD).await;
        trusted.submit(&page, &[("code", &server.code()), ("trust", "yes")]).await;
        let mut eve = server.visitor();
        let begun = Form::of(&eve.sign_in("/login", ALICE, PASSWORD).await);
        let mut owner = server.visitor();
        ask(&mut owner, ALICE).await;
        let form = filled_in(&mut owner, &server.link(ALICE, CHOOSE).await, NEW).await;
        assert_eq!(owner.post(&form).await.status, 303);
        server.clock.advance(Lifetime::minutes(1));
        let answer = eve.post(&begun.with(&[("code", &server.code())])).await;
        assert_eq!(answer.header("location"), "/login", "{engine:?}: {}", answer.text());
        let page = trusted.sign_in("/login", ALICE, NEW).await;
        assert!(page.body.contains("<h1>Enter your code</h1>"), "{engine:?}: {}", page.text());
        server.end().await;
    }
}

// A-162, V-066: a stranger's registration of an address gives them nothing, however the owner comes
#[tokio::test]
async fn a_prepared_account_is_worth_nothing() {
    for engine in engines() {
        let server = house(engine).await;
        let victim = "victim@example.test";
        let mut eve = server.visitor();
        let page = eve.visit("/register").await;
        let fields = [("name", "Eve"), ("email", victim), ("password", "eves-walk-through-hall")];
        eve.submit(&page, &fields).await;
        let link = server.link(victim, CONFIRM).await;
        // The victim opens the letter: without the password nothing comes of it.
        let mut owner = server.visitor();
        let page = owner.visit(&link).await;
        assert!(page.body.contains("You registered in another browser."), "{}", page.body);
        for guess in ["", PASSWORD] {
            assert_eq!(owner.submit(&page, &[("password", guess)]).await.status, 422);
        }
        assert!(!can_sign_in(&server, victim, "eves-walk-through-hall").await, "{engine:?}");
        // She registers herself, and eve's link is void.
        server.clock.advance(Lifetime::seconds(61));
        let page = owner.visit("/register").await;
        let fields = [("name", "Victoria"), ("email", victim), ("password", PASSWORD)];
        owner.submit(&page, &fields).await;
        let page = owner.visit(&server.link(victim, CONFIRM).await).await;
        owner.submit(&page, &[]).await;
        assert_eq!(owner.get(&link).await.status, 410, "{engine:?}");
        assert!(can_sign_in(&server, victim, PASSWORD).await, "{engine:?}");
        assert!(!can_sign_in(&server, victim, "eves-walk-through-hall").await, "{engine:?}");
        server.end().await;
    }
}

// A-120 in part, INV-20: whoever is asked for, the same answer to the byte, and the same work before it
#[tokio::test]
async fn every_address_gets_the_same_answer() {
    for engine in engines() {
        let server = house(engine).await;
        let mut answers = Vec::new();
        for email in [ALICE, "nobody@example.test", "no address"] {
            let mut visitor = server.visitor();
            let page = visitor.visit("/forgot").await;
            let form = Form::of(&page).with(&[("username", email)]);
            let answer = visitor.post(&form).await;
            let names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            answers.push((answer.status, names, answer.body));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{engine:?}: {answers:?}");
        let letters = server.letters().await;
        assert_eq!(letters.len(), 1, "{engine:?}: {letters:?}");
        server.end().await;
    }
}

// A-162, ADM-05: an invitation is for one address, one role and one tenant, whatever the form says, and once
#[tokio::test]
async fn an_invitation_is_for_whom_it_was_made() {
    for engine in engines() {
        let server = house(engine).await;
        server.tenant("acme", &[]).await;
        let desk = vestibule::app::desk(server.house());
        let email = Email::parse("guest@example.test").unwrap();
        let invited = Applicant {
            email: email.to_string(),
            name: "Guest".into(),
            role: Some("admin".into()),
            ..Applicant::default()
        };
        let at = server.at(&server.default_tenant());
        invite(&desk, at, (&email, &invited)).await.unwrap();
        let link = server.link("guest@example.test", "You are invited to Vestibule").await;
        let mut guest = server.visitor();
        assert_eq!(guest.get(&format!("/t/acme{link}")).await.status, 410, "{engine:?}");
        assert_eq!(guest.get(&link.replace("/invitation/", "/reset/")).await.status, 410);
        let page = guest.visit(&link).await;
        let form = [
            ("name", "Guest"),
            ("password", NEW),
            ("email", EVE),
            ("username", EVE),
            ("role", "owner"),
        ];
        let form = Form::of(&page).with(&form);
        assert_eq!(guest.post(&form).await.status, 303);
        assert_eq!(guest.post(&form).await.status, 410, "{engine:?}: once");
        assert!(can_sign_in(&server, "guest@example.test", NEW).await, "{engine:?}");
        assert!(can_sign_in(&server, EVE, PASSWORD).await, "{engine:?}");
        let read = server.house().database.read(at, async |work: &mut Work| {
            let user = work.user_of_email(&email).await?.unwrap();
            work.roles_of(&user.id).await
        });
        assert_eq!(read.await.unwrap(), [Role::User, Role::Admin], "{engine:?}");
        server.end().await;
    }
}

// A-124 in part, INV-19: whoever locks somebody out by name does not keep them from a new password
#[tokio::test]
async fn a_lock_does_not_outlast_a_reset() {
    for engine in engines() {
        let server = house(engine).await;
        for _ in 0..4 {
            server.visitor().sign_in("/login", ALICE, "wrong").await;
        }
        assert_eq!(server.visitor().sign_in("/login", ALICE, PASSWORD).await.status, 429);
        let mut alice = server.visitor();
        ask(&mut alice, ALICE).await;
        let form = filled_in(&mut alice, &server.link(ALICE, CHOOSE).await, NEW).await;
        assert_eq!(alice.post(&form).await.status, 303);
        assert!(can_sign_in(&server, ALICE, NEW).await, "{engine:?}");
        server.end().await;
    }
}
