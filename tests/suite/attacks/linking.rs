//! Identities of others: what must not come of linking them (A-169, INV-22).

use crate::support::browser::Answer;
use crate::support::provider::StandIn;
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use serde_json::json;
use vestibule::federation::model::Rule;
use vestibule::kernel::time::Lifetime;

const ADA: &str = "ada@example.test";

/// The stand-in, and Ada who has an account with a password.
async fn house(rule: Rule) -> (StandIn, TestServer) {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |settings| {
        settings.rule = rule;
        settings.domains = vec!["example.test".into()];
    });
    let server = server.await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    (stand_in, server)
}

fn form_to(page: &Answer, action: &str) -> Form {
    let at = page
        .body
        .find(&format!("action=\"{action}\""))
        .unwrap_or_else(|| panic!("{action}: {}", page.body));
    let start = page.body[..at].rfind("<form ").unwrap();
    let rest = Answer {
        status: page.status,
        headers: page.headers.clone(),
        body: page.body[start..].to_owned(),
    };
    Form::of(&rest)
}

async fn is_signed_in(visitor: &mut Visitor) -> bool {
    visitor.get("/account").await.status == 200
}

/// From the page that asks for the proof to the account, by its password.
async fn prove(ada: &mut Visitor) -> Answer {
    ada.sign_in("/login?return_to=%2Flogin%2Flink", ADA, PASSWORD).await
}

// FED-03, INV-22: an account with a password is linked only once its owner has signed in to it, even where the
// provider is the authority for its address
#[tokio::test]
async fn an_account_is_linked_once_its_owner_has_proven_it() {
    for rule in [Rule::Ask, Rule::Authoritative] {
        let (stand_in, server) = house(rule).await;
        let mut ada = server.visitor();
        let asked = ada.go_via("elsewhere", &stand_in).await;
        assert!(asked.body.contains("already"), "{}", asked.body);
        assert!(!is_signed_in(&mut ada).await);
        let offered = prove(&mut ada).await;
        assert!(offered.body.contains("From now on you can sign in"), "{}", offered.body);
        let home = ada.submit(&offered, &[]).await;
        assert!(home.body.contains("Ada Okafor"), "{}", home.body);
        let linked = ada.visit("/account/linked").await;
        assert!(linked.body.contains("Elsewhere") && linked.body.contains("Unlink"));
        // From now on it is a way in by itself.
        let home = server.visitor().go_via("elsewhere", &stand_in).await;
        assert!(home.body.contains(ADA), "{}", home.body);
    }
}

// FED-03: by the rule `never` an address finds nobody
#[tokio::test]
async fn by_the_rule_never_nobody_is_asked() {
    let (stand_in, server) = house(Rule::Never).await;
    let mut eve = server.visitor();
    let page = eve.go_via("elsewhere", &stand_in).await;
    assert!(page.body.contains("not linked to an account here"), "{}", page.body);
    assert_eq!(eve.visit("/login/link").await.status, 400);
    assert!(!is_signed_in(&mut eve).await);
}

// INV-22: the authority for an address links at once only what nobody else could open
#[tokio::test]
async fn an_authority_links_an_account_without_another_way_in() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |settings| {
        settings.rule = Rule::Authoritative;
        settings.domains = vec!["example.test".into()];
    });
    let server = server.await;
    assert!(server.visitor().go_via("elsewhere", &stand_in).await.body.contains(ADA));
    stand_in.script().person.insert("sub".into(), json!("another-there"));
    let home = server.visitor().go_via("elsewhere", &stand_in).await;
    assert!(home.body.contains(ADA), "{}", home.body);
}

// A-169, V-068: the proof is this browser's, of this identity, made after it came, and good once
#[tokio::test]
async fn a_proof_is_good_in_its_own_browser_and_once() {
    let (stand_in, server) = house(Rule::Ask).await;
    // Eve, signed in to her own account, cannot link what waits for Ada's.
    server.person(&server.default_tenant(), "eve@example.test", PASSWORD).await;
    let mut eve = server.visitor();
    eve.go_via("elsewhere", &stand_in).await;
    let page = eve.sign_in("/login", "eve@example.test", PASSWORD).await;
    assert!(page.body.contains("eve@example.test"));
    let token = Form::of(&eve.visit("/logout").await).fields;
    let link = Form { action: "/login/link".into(), fields: token };
    let refused = eve.post(&link).await;
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert_eq!(eve.post(&link).await.status, 400, "and it is used up");
    // Ada, signed in elsewhere, has nothing waiting.
    let mut ada = server.visitor();
    ada.sign_in("/login", ADA, PASSWORD).await;
    assert_eq!(ada.visit("/login/link").await.status, 400);
    // Whoever was signed in to it before has to prove it anew.
    let asked = ada.go_via("elsewhere", &stand_in).await;
    assert!(asked.body.contains("sign in to it as you did so far"), "{}", asked.body);
    assert!(!is_signed_in(&mut ada).await);
    let offered = prove(&mut ada).await;
    let form = Form::of(&offered);
    assert_eq!(ada.post(&form).await.status, 303);
    assert_eq!(ada.post(&form).await.status, 400, "once");
    // It waits ten minutes and no longer.
    stand_in.script().person.insert("sub".into(), json!("a-third"));
    let mut late = server.visitor();
    late.go_via("elsewhere", &stand_in).await;
    let offered = prove(&mut late).await;
    server.clock.advance(Lifetime::minutes(10));
    assert_eq!(late.post(&Form::of(&offered)).await.status, 400);
}

// from one's own account: only with a fresh proof, only from our page, only what is nobody's yet
#[tokio::test]
async fn linking_from_an_account_needs_a_fresh_proof() {
    let (stand_in, server) = house(Rule::Ask).await;
    let mut ada = server.visitor();
    ada.sign_in("/login", ADA, PASSWORD).await;
    let page = ada.visit("/account/linked").await;
    let form = form_to(&page, "/account/linked/link");
    let cross = ada.post_with(&form, &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(cross.status, 403);
    let forged = form.clone().with(&[("token", "another")]);
    assert_eq!(ada.post(&forged).await.header("location"), "/account/linked");
    server.clock.advance(Lifetime::minutes(11));
    let late = ada.post(&form).await;
    assert_eq!(late.header("location"), "/login/confirm?return_to=%2Faccount%2Flinked");
    ada.cookies.clear();
    ada.sign_in("/login", ADA, PASSWORD).await;
    stand_in.script().now = server.now().micros() / 1_000_000;
    // What she has there has another address: the identity counts, not the address.
    stand_in.script().person.insert("email".into(), json!("a.okafor@mail.test"));
    stand_in.script().person.insert("email_verified".into(), json!(false));
    let form = form_to(&ada.visit("/account/linked").await, "/account/linked/link");
    let away = ada.post(&form).await;
    let back = stand_in.sign_in(away.header("location")).await;
    let linked = ada.visit(&back).await;
    assert!(linked.body.contains("a.okafor@mail.test"), "{}", linked.body);
    // The same identity is no second account's.
    server.person(&server.default_tenant(), "eve@example.test", PASSWORD).await;
    let mut eve = server.visitor();
    eve.sign_in("/login", "eve@example.test", PASSWORD).await;
    let form = form_to(&eve.visit("/account/linked").await, "/account/linked/link");
    let away = eve.post(&form).await;
    let back = stand_in.sign_in(away.header("location")).await;
    let refused = eve.visit(&back).await;
    assert!(refused.body.contains("linked to another account here"), "{}", refused.body);
}

// the last way in stays; what was unlinked is linked again only by its owner
#[tokio::test]
async fn the_last_way_in_stays_and_what_was_unlinked_stays_so() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |settings| {
        settings.rule = Rule::Authoritative;
        settings.domains = vec!["example.test".into()];
    });
    let server = server.await;
    let mut ada = server.visitor();
    ada.go_via("elsewhere", &stand_in).await;
    let page = ada.visit("/account/linked").await;
    let refused = ada.post(&form_to(&page, "/account/linked/unlink")).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.body.contains("your only way to sign in"));
    // With a second one the first can go; it does not come back by its address alone.
    stand_in.script().person.insert("sub".into(), json!("second"));
    let mut second = server.visitor();
    assert!(second.go_via("elsewhere", &stand_in).await.body.contains(ADA));
    let page = second.visit("/account/linked").await;
    let gone = second.submit_to(&form_to(&page, "/account/linked/unlink")).await;
    assert_eq!(gone.body.matches("Unlink<").count(), 1, "{}", gone.body);
    stand_in.script().person.insert("sub".into(), json!("ada-there"));
    let asked = server.visitor().go_via("elsewhere", &stand_in).await;
    assert!(asked.body.contains("sign in to it as you did so far"), "{}", asked.body);
}
