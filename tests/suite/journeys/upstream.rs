//! A second Vestibule signs people in for the first, and out again. Nothing between them but the wire.

use crate::support::application::{ADA, CALLBACK, VERIFIER, web};
use crate::support::browser::Answer;
use crate::support::database::Engine;
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use std::collections::BTreeMap;
use url::form_urlencoded::Serializer;
use vestibule::federation::manage::{add, complete};
use vestibule::federation::model::provider::SignOut;
use vestibule::federation::model::{Kind, Rule};
use vestibule::federation::presets::Wanted;
use vestibule::kernel::secret::Secret;
use vestibule::oauth::clients::model::{Kind as Client, Logout, Party, RedirectUri, Registration};
use vestibule::tenants::model::Slug;

const AFTER: &str = "https://photos.example.test/bye";

struct Both {
    here: TestServer,
    there: TestServer,
}

/// One browser, before both.
struct Traveller<'a> {
    both: &'a Both,
    here: Visitor,
    there: Visitor,
    is_there: bool,
}

fn uri(text: &str) -> RedirectUri {
    RedirectUri::parse(text, Client::Confidential).unwrap()
}

fn url(server: &TestServer) -> String {
    server.issuer(&server.default_tenant())
}

impl Both {
    /// As `vestibule client create` there and `vestibule provider add` here would make it.
    async fn start(sign_out: SignOut) -> Self {
        let there = TestServer::start(Engine::Sqlite).await;
        let place = url(&there).trim_start_matches("http://").to_owned();
        let here = TestServer::wanted(Engine::Sqlite)
            .set("outbound.allow", &format!("[{place:?}]"))
            .start()
            .await;
        let both = Self { here, there };
        let (home, logout) = (url(&both.here), url(&both.here) + "/logout/done");
        let registration = Registration {
            name: "The other hall".into(),
            party: Party::First,
            redirect_uris: vec![uri(&format!("{home}/login/via/upstream/callback"))],
            logout: Logout { post_logout_redirect_uris: vec![uri(&logout)], ..Logout::default() },
            ..web()
        };
        let application = both.there.application(&both.there.default_tenant(), registration).await;
        both.there.person(&both.there.default_tenant(), ADA, PASSWORD).await;
        both.add((application.id(), application.secret()), sign_out).await;
        both
    }

    async fn add(&self, (client_id, secret): (&str, &str), sign_out: SignOut) {
        let ground = self.here.house().federation();
        let wanted = Wanted {
            kind: Kind::Oidc,
            client_id: client_id.into(),
            label: Some("The company".into()),
            issuer: Some(url(&self.there)),
            directory: None,
            hosted_domain: None,
            rule: Rule::Ask,
            domains: Vec::new(),
            routes: Vec::new(),
            makes_accounts: true,
            clients: Vec::new(),
            sign_out,
        };
        let settings = complete(&ground, wanted.settings().unwrap()).await.unwrap();
        let (tenant, slug) = (self.here.default_tenant(), Slug::parse("upstream").unwrap());
        let all = (&slug, &settings, &Secret::new(secret));
        add(&ground, self.here.at(&tenant), all, &self.here.context()).await.unwrap();
    }

    fn traveller(&self) -> Traveller<'_> {
        let (here, there) = (self.here.visitor(), self.there.visitor());
        Traveller { both: self, here, there, is_there: false }
    }
}

impl Traveller<'_> {
    fn visitor(&mut self) -> &mut Visitor {
        if self.is_there { &mut self.there } else { &mut self.here }
    }

    /// Until it rests, or leads to neither.
    async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..20 {
            if answer.status != 303 {
                return answer;
            }
            let place = answer.header("location").to_owned();
            let (here, there) = (url(&self.both.here), url(&self.both.there));
            let path = if let Some(path) = place.strip_prefix(&here) {
                self.is_there = false;
                path
            } else if let Some(path) = place.strip_prefix(&there) {
                self.is_there = true;
                path
            } else if place.starts_with('/') {
                &place
            } else {
                return answer;
            };
            answer = self.visitor().get(path).await;
        }
        panic!("it leads around in circles: {}", answer.text());
    }

    async fn send(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let answer = self.visitor().post(&Form::of(page).with(fields)).await;
        self.follow(answer).await
    }

    /// From a page of ours that asks, to what is behind it.
    async fn arrive(&mut self, page: &Answer) -> Answer {
        let asked = self.send(page, &[]).await;
        assert!(self.is_there, "{}", asked.text());
        let asked = self.send(&asked, &[("username", ADA)]).await;
        let home = self.send(&asked, &[("password", PASSWORD)]).await;
        assert!(!self.is_there, "{}", home.text());
        home
    }

    async fn are_in(&mut self) -> (bool, bool) {
        let (here, there) = (self.here.get("/account").await, self.there.get("/account").await);
        (here.status == 200, there.status == 200)
    }
}

// FED-02, FED-05, RP-Initiated Logout §2: in through the other, out here, and out there by a button of ours
#[tokio::test]
async fn a_second_vestibule_signs_people_in_and_out() {
    let both = Both::start(SignOut::Offer).await;
    let mut ada = both.traveller();
    let page = ada.here.visit("/login/via/upstream").await;
    let home = ada.arrive(&page).await;
    assert!(home.body.contains("Ada Okafor") && home.body.contains(ADA), "{}", home.body);
    assert_eq!(ada.are_in().await, (true, true));
    let page = ada.here.visit("/logout").await;
    let policy = page.header("content-security-policy").to_owned();
    assert!(policy.contains(&format!("form-action 'self' {}", url(&both.there))), "{policy}");
    let offer = ada.send(&page, &[]).await;
    assert!(offer.body.contains("You may still be signed in at The company"), "{}", offer.body);
    assert_eq!(ada.are_in().await, (false, true));
    let over = ada.send(&offer, &[]).await;
    assert!(!ada.is_there && over.body.contains("You are signed out"), "{}", over.body);
    assert!(!over.body.contains("may still be signed in"), "{}", over.body);
    assert_eq!(ada.are_in().await, (false, false));
    // The same person comes back as the same person.
    let page = ada.here.visit("/login/via/upstream").await;
    let home = ada.arrive(&page).await;
    assert!(home.body.contains(ADA), "{}", home.body);
    both.here.end().await;
    both.there.end().await;
}

// FED-05, RP-Initiated Logout §2: an application signs out, the provider is told on the way, and the browser
// ends where the application wants it
#[tokio::test]
async fn signing_out_follows_to_the_provider_and_back_to_the_application() {
    let both = Both::start(SignOut::Follow).await;
    let logout = Logout { post_logout_redirect_uris: vec![uri(AFTER)], ..Logout::default() };
    let photos = Registration { party: Party::First, logout, ..web() };
    let photos = both.here.application(&both.here.default_tenant(), photos).await;
    let mut ada = both.traveller();
    // The application names the provider, so nobody is asked here who they are.
    let asked = ada.here.get(&photos.request(&[("idp_hint", "upstream")])).await;
    let asked = ada.follow(asked).await;
    assert!(ada.is_there, "{}", asked.text());
    let asked = ada.send(&asked, &[("username", ADA)]).await;
    let back = ada.send(&asked, &[("password", PASSWORD)]).await;
    let code = crate::support::application::came_back(&back)["code"].clone();
    let more = [("code_verifier", VERIFIER), ("redirect_uri", CALLBACK)];
    let tokens = photos.redeem(&both.here, &code, &more).await.json();
    let pairs = BTreeMap::from([
        ("id_token_hint", tokens["id_token"].as_str().unwrap()),
        ("post_logout_redirect_uri", AFTER),
        ("state", "from-photos"),
    ]);
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    let out = ada.here.get(&format!("/oauth/logout?{query}")).await;
    let out = ada.follow(out).await;
    assert_eq!(out.header("location"), format!("{AFTER}?state=from-photos"));
    assert_eq!(ada.are_in().await, (false, false));
}
