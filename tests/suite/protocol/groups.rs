//! What applications are told of the groups that somebody is in (OIDC Core §5.1.2, RFC 9068 §2.2.3.1).

use crate::support::application::{ADA, Application, came_back, claims, web};
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::PASSWORD;
use serde_json::{Value, json};
use vestibule::accounts::groups;
use vestibule::accounts::model::{GroupName, User};
use vestibule::kernel::failure::No;
use vestibule::oauth::clients::model::{IdTokenClaims, Party, Registration};
use vestibule::oauth::model::{Scope, TokenFormat};
use vestibule::platform::storage::Work;

struct Hall {
    server: TestServer,
    ada: User,
}

/// Access token, ID token and user info: what each says under `groups`.
type Told = [Option<Value>; 3];

const NOWHERE: Told = [None, None, None];

fn name(text: &str) -> GroupName {
    GroupName::parse(text).unwrap()
}

fn asking(scope: &str) -> Registration {
    Registration { party: Party::First, scope: Scope::parse(scope).unwrap(), ..web() }
}

fn in_id_token(registration: Registration) -> Registration {
    Registration { id_token_claims: IdTokenClaims::OfTheScope, ..registration }
}

impl Hall {
    async fn open(engine: Engine) -> Self {
        let server = TestServer::start(engine).await;
        let ada = server.person(&server.default_tenant(), ADA, PASSWORD).await;
        Self { server, ada }
    }

    async fn comes_into(&self, text: &str) {
        let (name, context, ada) = (name(text), self.server.context(), &self.ada.id);
        self.write(async |work: &mut Work| {
            groups::create(work, &name, &context).await?;
            groups::add(work, (&name, ada), &context).await.map(drop)
        })
        .await;
    }

    async fn write(
        &self,
        job: impl AsyncFnOnce(&mut Work) -> Result<(), No<groups::Refusal>> + Clone,
    ) {
        let at = self.server.at(&self.server.default_tenant());
        assert!(self.server.house().database.write(at, job).await.is_ok());
    }

    async fn application(&self, registration: Registration) -> Application {
        self.server.application(&self.server.default_tenant(), registration).await
    }

    async fn tokens(&self, app: &Application, more: &[(&str, &str)]) -> Value {
        let back = came_back(&app.sign_in(&mut self.server.visitor(), more).await);
        app.redeem(&self.server, &back["code"], &[]).await.json()
    }

    async fn told(&self, tokens: &Value) -> Told {
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let with = [("authorization", bearer.as_str())];
        let info = self.server.browser().ask("GET", "/oauth/userinfo", &with).await.json();
        [claims(&tokens["access_token"]), claims(&tokens["id_token"]), info]
            .map(|claims| claims.get("groups").cloned())
    }
}

// P-220, P-201, OIDC Core §5.1.2, RFC 9068 §2.2.3.1: groups by their scope: user info and access token, and in the ID
// token by the client's setting; whoever is in none has no such claim, and nobody is told who did not ask
#[tokio::test]
async fn groups_are_told_by_their_scope() {
    for engine in engines() {
        let hall = Hall::open(engine).await;
        let plain = hall.application(asking("openid roles groups")).await;
        let rich = hall.application(in_id_token(asking("openid roles groups"))).await;
        let scope = [("scope", "openid groups")];
        let tokens = hall.tokens(&rich, &scope).await;
        assert_eq!(hall.told(&tokens).await, NOWHERE, "{engine:?}: in no group");
        hall.comes_into("keepers").await;
        hall.comes_into("Büro/2").await;
        let groups = || Some(json!(["Büro/2", "keepers"]));
        for (app, id_token) in [(&plain, None), (&rich, groups())] {
            let tokens = hall.tokens(app, &scope).await;
            assert_eq!(hall.told(&tokens).await, [groups(), id_token, groups()], "{engine:?}");
            assert!(claims(&tokens["access_token"]).get("roles").is_none(), "not asked for");
            for less in ["openid", "openid roles"] {
                let tokens = hall.tokens(app, &[("scope", less)]).await;
                assert_eq!(hall.told(&tokens).await, NOWHERE, "{engine:?}: {less}");
            }
        }
        let both =
            claims(&hall.tokens(&plain, &[("scope", "openid roles groups")]).await["access_token"]);
        assert_eq!((&both["roles"], &both["groups"]), (&json!(["user"]), &groups().unwrap()));
        let other = hall.application(in_id_token(asking("openid roles"))).await;
        let tokens = hall.tokens(&other, &scope).await;
        assert_eq!(hall.told(&tokens).await, NOWHERE, "{engine:?}: beyond its registration");
        hall.server.end().await;
    }
}

// P-220, P-052, OIDC Core §5.5: by name, at the place that was named, and within what the client registered
#[tokio::test]
async fn groups_are_asked_for_by_name() {
    for engine in engines() {
        let hall = Hall::open(engine).await;
        hall.comes_into("keepers").await;
        let app = hall.application(asking("openid groups")).await;
        let other = hall.application(asking("openid roles")).await;
        let groups = || Some(json!(["keepers"]));
        for (place, told) in
            [("id_token", [None, groups(), None]), ("userinfo", [None, None, groups()])]
        {
            let wanted = json!({ place: { "groups": null } }).to_string();
            let more = [("scope", "openid"), ("claims", wanted.as_str())];
            let tokens = hall.tokens(&app, &more).await;
            assert_eq!(hall.told(&tokens).await, told, "{engine:?}: {place}");
            let tokens = hall.tokens(&other, &more).await;
            assert_eq!(hall.told(&tokens).await, NOWHERE, "{engine:?}: {place}");
        }
        hall.server.end().await;
    }
}

// P-220, P-201: a refreshed token says how it is now, and an opaque one leads to the same user info
#[tokio::test]
async fn groups_follow_at_the_next_token() {
    for engine in engines() {
        let hall = Hall::open(engine).await;
        hall.comes_into("keepers").await;
        hall.comes_into("desk").await;
        let app = hall.application(in_id_token(asking("openid groups"))).await;
        let tokens = hall.tokens(&app, &[("scope", "openid groups")]).await;
        let (context, ada) = (hall.server.context(), &hall.ada.id);
        let (keepers, desk, hall_name) = (name("keepers"), name("desk"), name("hall"));
        hall.write(async |work: &mut Work| {
            groups::rename(work, (&keepers, &hall_name), &context).await?;
            groups::remove(work, (&desk, ada), &context).await.map(drop)
        })
        .await;
        let now = || Some(json!(["hall"]));
        let old = Some(json!(["desk", "keepers"]));
        let told = hall.told(&tokens).await;
        assert_eq!(told, [old.clone(), old, now()], "{engine:?}: a token stays as it is");
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let fresh = app.refresh(&hall.server, refresh).await.json();
        assert_eq!(hall.told(&fresh).await, [now(), now(), now()], "{engine:?}");
        let opaque =
            Registration { access_token_format: TokenFormat::Opaque, ..asking("openid groups") };
        let opaque = hall.application(opaque).await;
        let tokens = hall.tokens(&opaque, &[("scope", "openid groups")]).await;
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let with = [("authorization", bearer.as_str())];
        let info = hall.server.browser().ask("GET", "/oauth/userinfo", &with).await.json();
        assert_eq!(info.get("groups"), now().as_ref(), "{engine:?}");
        hall.server.end().await;
    }
}
