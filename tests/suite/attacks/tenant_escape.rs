//! INV-24: nothing in tenant A reads, changes, times or counts anything of tenant B.

use crate::support::browser::{Answer, Browser};
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::urls;
use serde_json::json;
use std::sync::Arc;
use vestibule::admin;
use vestibule::events::Context;
use vestibule::kernel::time::Lifetime;
use vestibule::keys::jwt::{Age, Disbelief, Expected};
use vestibule::keys::model::Algorithm;
use vestibule::platform::storage::{At, Work};
use vestibule::tenants::model::{Tenant, TenantSettings};

/// One tenant as the world meets it, and everything by which an answer could give it away.
struct Side {
    tenant: Arc<Tenant>,
    browser: Browser,
    /// What stands before its paths.
    base: &'static str,
    marks: Vec<String>,
}

impl Side {
    async fn new(
        server: &TestServer,
        tenant: &Arc<Tenant>,
        (host, base): (&str, &'static str),
    ) -> Self {
        let at = server.at(tenant);
        let keys = server.house().making.keys(at).await.unwrap();
        let mut marks: Vec<String> = keys.iter().map(|key| key.jwk.kid.to_string()).collect();
        marks.extend([tenant.id.to_string(), tenant.name.clone(), tenant.slug.to_string()]);
        marks.extend(tenant.hosts.iter().map(|host| host.as_str().to_owned()));
        Self { tenant: Arc::clone(tenant), browser: server.browser_at(host), base, marks }
    }

    #[track_caller]
    fn assert_absent(&self, answer: &Answer, what: &str) {
        let text = answer.text();
        let found: Vec<&String> = self.marks.iter().filter(|mark| text.contains(*mark)).collect();
        assert!(found.is_empty(), "{what} shows {found:?} of {}:\n{text}", self.tenant.slug);
    }
}

/// The default tenant, one with a path and one with a host: each with keys of its own and a distinct lifetime
/// of its key set.
async fn sides(server: &TestServer) -> [Side; 3] {
    let house = server.house();
    let host = house.directory.public_url().host().as_str().to_owned();
    let default = server.default_tenant();
    let path = server.tenant("pathcanary", &[]).await;
    let own = server.tenant("hostcanary", &["login.canary.example"]).await;
    for (tenant, age) in [(&path, "111s"), (&own, "222s")] {
        set(server, server.at(tenant), age, &server.context()).await;
    }
    server.turn("refresh").await;
    let mut sides = [
        Side::new(server, &default, (&host, "")).await,
        Side::new(server, &path, (&host, "/t/pathcanary")).await,
        Side::new(server, &own, ("login.canary.example", "")).await,
    ];
    // Its name and slug are words that stand everywhere.
    sides[0].marks.retain(|mark| !mark.eq_ignore_ascii_case("default"));
    sides
}

async fn set(server: &TestServer, at: At, age: &str, context: &Context) {
    let (database, settings) = (&server.house().database, server.house().settings.load());
    let wanted = ("jwt.jwks_max_age", Some(age));
    admin::settings::set(database, at, &settings, wanted, context).await.unwrap();
}

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

// INV-24, C12: every address, every method, as every tenant
#[tokio::test]
async fn no_answer_to_one_tenant_shows_anything_of_another() {
    for engine in engines() {
        let server = TestServer::wanted(engine).in_development().start().await;
        let sides = sides(&server).await;
        for side in &sides {
            for url in urls::all().iter().filter(|url| url.is_public) {
                for method in METHODS {
                    let path = format!("{}{}", side.base, url.example());
                    let answer = side.browser.ask(method, &path, &[("accept", "text/html")]).await;
                    assert!(answer.status < 500, "{method} {path}: {}", answer.text());
                    let is_listed = url.methods.iter().any(|listed| listed == method)
                        || (method == "HEAD" && url.methods.contains(&"GET".to_owned()));
                    // A page may lead on, a form that no page of ours sent is refused, one is missing, a link is
                    // over, and what has to be switched on first is not there.
                    let is_served = match answer.status {
                        404 => url.is_off() && is_listed,
                        status => matches!(status, 200 | 303 | 400 | 401 | 403 | 410),
                    };
                    assert_eq!(is_served, is_listed, "{method} {path}: {}", answer.status);
                    assert_eq!(answer.status == 405, !is_listed, "{method} {path}");
                    for other in sides.iter().filter(|other| other.tenant.id != side.tenant.id) {
                        other.assert_absent(&answer, &format!("{method} {path}"));
                    }
                }
            }
        }
        server.end().await;
    }
}

// INV-24: each tenant's addresses tell its own, so the walk above has not compared nothings
#[tokio::test]
async fn an_answer_is_of_the_tenant_it_was_asked_of() {
    let server = TestServer::wanted(Engine::Sqlite).in_development().start().await;
    let sides = sides(&server).await;
    for side in &sides {
        let issuer = server.issuer(&side.tenant);
        let told =
            |url: &&urls::Url| url.is_public && url.is_of_tenant && url.is_read() && !url.is_off();
        for url in urls::all().iter().filter(told) {
            let answer = side.browser.get(&format!("{}{}", side.base, url.example())).await;
            let name = if side.tenant.is_default() { "Vestibule" } else { &side.tenant.name };
            let its_own = match url.path.as_str() {
                "/jwks" => &side.marks[0],
                "/" => &issuer,
                // These lead on, to its own pages.
                _ if answer.status == 303 => side.base,
                _ if answer.header("content-type").starts_with("text/html") => name,
                _ => &issuer,
            };
            assert!(
                answer.body.contains(its_own)
                    || answer.header("location").starts_with(its_own)
                    || answer.header("www-authenticate").contains(its_own),
                "{} of {}: {}",
                url.path,
                side.tenant.slug,
                answer.text()
            );
        }
    }
    server.end().await;
}

// INV-24: what one tenant's cache knows says nothing about another's; settings hold where they were set
#[tokio::test]
async fn caches_and_settings_are_each_tenants_own() {
    let server = TestServer::start(Engine::Sqlite).await;
    let sides = sides(&server).await;
    let documents =
        ["/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];
    for document in documents {
        for side in &sides {
            let tag = side.browser.get(&format!("{}{document}", side.base)).await;
            let tag = tag.header("etag").to_owned();
            for other in sides.iter().filter(|other| other.tenant.id != side.tenant.id) {
                let path = format!("{}{document}", other.base);
                let answer = other.browser.ask("GET", &path, &[("if-none-match", &tag)]).await;
                assert_eq!(answer.status, 200, "{path} by a tag of {}", side.tenant.slug);
            }
        }
    }
    for (side, age) in sides.iter().zip([3600, 111, 222]) {
        let answer = side.browser.get(&format!("{}/jwks", side.base)).await;
        assert_eq!(answer.max_age(), age, "{}", side.tenant.slug);
    }
    server.end().await;
}

/// Each means the keys of another tenant to somebody who decodes, joins or folds case.
const CROOKED: [&str; 18] = [
    "/t/second/t/pathcanary/jwks",
    "/t/second/../pathcanary/jwks",
    "/t/second/..%2fpathcanary/jwks",
    "/t/second%2f..%2fpathcanary/jwks",
    "/t/second/%2e%2e/pathcanary/jwks",
    "/t/second/.well-known/openid-configuration/t/pathcanary",
    "/.well-known/openid-configuration/t/second/../pathcanary",
    "/.well-known/openid-configuration/t/second/t/pathcanary",
    "/t/second;/../t/pathcanary/jwks",
    "/t/second\\..\\pathcanary/jwks",
    "//t/pathcanary/jwks",
    "/T/pathcanary/jwks",
    "/t//pathcanary/jwks",
    "/t/PathCanary/jwks",
    "/t/pathcanary%00/jwks",
    "/t/pathcanary./jwks",
    "/t/hostcanary/jwks",
    "/jwks/t/pathcanary",
];

// INV-24: paths that mean one tenant on the way and another at the end
#[tokio::test]
async fn no_spelling_of_a_path_leads_from_one_tenant_to_another() {
    let server = TestServer::wanted(Engine::Sqlite).in_development().start().await;
    server.tenant("second", &[]).await;
    let sides = sides(&server).await;
    let [home, path, own] = &sides;
    for spelled in CROOKED {
        let answer = home.browser.get(spelled).await;
        assert_ne!(answer.status, 200, "{spelled}");
        assert!(!answer.body.contains(&path.marks[0]) && !answer.body.contains(&own.marks[0]));
    }
    for spelled in [
        "/t/pathcanary/jwks",
        "/.well-known/openid-configuration/t/pathcanary",
        "/t/hostcanary/jwks",
    ] {
        let answer = own.browser.get(spelled).await;
        assert_eq!(answer.status, 404, "{spelled} at the host of another");
        path.assert_absent_but_path(&answer, spelled);
    }
    // A name in a header that nobody trusts is no name.
    let forwarded =
        [("x-forwarded-host", "login.canary.example"), ("forwarded", "host=login.canary.example")];
    let answer = home.browser.ask("GET", "/jwks", &forwarded).await;
    assert!(answer.body.contains(&home.marks[0]), "{}", answer.text());
    own.assert_absent(&answer, "a forwarded host");
    server.end().await;
}

impl Side {
    /// Problem details repeat the path that was asked for.
    #[track_caller]
    fn assert_absent_but_path(&self, answer: &Answer, path: &str) {
        let body = answer.body.replace(path, "");
        let found: Vec<&String> = self.marks.iter().filter(|mark| body.contains(*mark)).collect();
        assert!(found.is_empty(), "{path} shows {found:?}:\n{body}");
    }
}

// INV-24, D-13: a signature by one tenant's key means nothing to another, whatever the token claims
#[tokio::test]
async fn a_token_of_one_tenant_is_not_believed_by_another() {
    let server = TestServer::start(Engine::Sqlite).await;
    let sides = sides(&server).await;
    for signing in &sides {
        for asked in &sides {
            let issuer = server.issuer(&asked.tenant);
            let claims = json!({
                "iss": issuer, "sub": "usr_x", "aud": "api",
                "iat": server.now().seconds(), "exp": server.now().seconds() + 60,
            });
            let token = server.token(&signing.tenant, Algorithm::Es256, &claims);
            let expected = Expected {
                tenant: asked.tenant.id,
                typ: "at+jwt",
                issuer: &issuer,
                audience: Some("api"),
                age: Age::Live,
                clock_skew: Lifetime::ZERO,
            };
            let verdict = server.house().ring.verify(&token, &expected, server.now());
            let own = signing.tenant.id == asked.tenant.id;
            assert_eq!(verdict.map(drop), if own { Ok(()) } else { Err(Disbelief::UnknownKey) });
            let seen = server.relying_party(&asked.tenant).verify(&token, server.now()).await;
            assert_eq!(seen.is_ok(), own, "{seen:?}");
        }
    }
    server.end().await;
}

// INV-24, INV-39: what happened in one tenant is in its log alone, its settings in its rows alone
#[tokio::test]
async fn records_and_rows_are_each_tenants_own() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let sides = sides(&server).await;
        let database = &server.house().database;
        for (side, expected) in sides.iter().zip([None, Some("111s"), Some("222s")]) {
            let at = server.at(&side.tenant);
            let settings =
                database.read(at, async |work: &mut Work| work.settings().await).await.unwrap();
            assert_eq!(settings.get("jwt.jwks_max_age").map(String::as_str), expected);
            let bodies = bodies(&server, at).await;
            assert!(bodies.contains(&side.marks[0]), "its own key is in its log: {bodies}");
            for other in sides.iter().filter(|other| other.tenant.id != side.tenant.id) {
                for mark in &other.marks {
                    assert!(!bodies.contains(mark), "{mark} is in the log of {}", side.tenant.slug);
                }
            }
        }
        server.end().await;
    }
}

const BODIES: &str = "SELECT body FROM events WHERE tenant_id = $1";

/// Of all events of a tenant, one after the other.
async fn bodies(server: &TestServer, at: At) -> String {
    let read = server.house().database.read(at, async |work: &mut Work| {
        let tenant = work.tenant();
        vestibule::rows!(work, |c| sqlx::query_scalar::<_, String>(BODIES)
            .bind(tenant.as_str())
            .fetch_all(c))
    });
    read.await.unwrap().join("\n")
}
