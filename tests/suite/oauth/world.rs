//! A tenant with applications and people, and the use cases of the protocol around it.

use crate::support::ambient::{NOON, Seeded, TestClock};
use crate::support::database::{Engine, TestDatabase, database, some_tenant};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use vestibule::accounts::model::{Belonging, Users};
use vestibule::app::LISTENERS;
use vestibule::events::model::{Actor, Context, Name};
use vestibule::kernel::failure::{Failure, No};
use vestibule::kernel::ids::{SessionId, UserId};
use vestibule::kernel::secret::{Hash, Secret};
use vestibule::kernel::time::{Lifetime, Timestamp};
use vestibule::keys::model::Algorithm;
use vestibule::keys::ring::KeyRing;
use vestibule::oauth::authorize::model::{Approval, Decided};
use vestibule::oauth::authorize::{self, Endpoint, Refusal};
use vestibule::oauth::behind::Askers;
use vestibule::oauth::belief::Verifier;
use vestibule::oauth::clients;
use vestibule::oauth::clients::model::{Client, Kind, Method, RedirectUri, Registration};
use vestibule::oauth::clients::throttle::{Allowed, Failures};
use vestibule::oauth::credential::CredentialKeys;
use vestibule::oauth::error::{Code, OAuthError};
use vestibule::oauth::ground::{Ground, People, Person, Standing};
use vestibule::oauth::model::{GrantType, Scope};
use vestibule::oauth::parameters::Parameters;
use vestibule::oauth::realm::{Lifetimes, Realm, SignUp};
use vestibule::oauth::refused::Pace;
use vestibule::oauth::resources::model::Known;
use vestibule::oauth::subject::Subjects;
use vestibule::oauth::token;
use vestibule::oauth::token::issue::Minter;
use vestibule::oauth::token::model::Authentication;
use vestibule::platform::outbound::{self, Documents, OutboundSettings, SystemLookup};
use vestibule::platform::sealing::{MasterKey, Sealer};
use vestibule::platform::storage::{At, Work};
use vestibule::rows;

pub const ISSUER: &str = "https://id.example.com";
pub const REDIRECT: &str = "https://rp.example/cb";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const BROWSERS: [&str; 2] = ["the browser of alice", "the browser of eve"];
const BROWSER: &str = BROWSERS[0];
const EVENTS: &str = "SELECT count(*) FROM events WHERE tenant_id = $1 AND kind = $2";

pub struct World {
    _test: TestDatabase,
    pub clock: TestClock,
    pub ground: Ground<Plain, Crowd>,
    /// The APIs of the tenant; none at first.
    pub resources: Arc<Known>,
}

/// Signs nothing: a test reads the claims that would have been signed.
pub struct Plain;

impl Minter for Plain {
    async fn mint(
        &self,
        _: &Realm,
        algorithm: Algorithm,
        typ: &str,
        claims: &Map<String, Value>,
    ) -> Result<String, Failure> {
        let claims = BASE64URL_NOPAD.encode(serde_json::to_string(claims).unwrap().as_bytes());
        Ok(format!("{typ}.{claims}.{algorithm}"))
    }
}

impl Verifier for Plain {
    fn access_token(&self, realm: &Realm, token: &str) -> Option<Map<String, Value>> {
        let claims = token.strip_prefix("at+jwt.")?.split('.').next()?;
        let bytes = BASE64URL_NOPAD.decode(claims.as_bytes()).ok()?;
        let claims: Map<String, Value> = serde_json::from_slice(&bytes).ok()?;
        let ends_at = Timestamp::from_seconds(claims["exp"].as_i64()?);
        (realm.now() < ends_at.plus(realm.lifetimes.clock_skew)).then_some(claims)
    }
}

/// Everybody is in order, but for those who are not.
#[derive(Default)]
pub struct Crowd(pub Mutex<HashSet<UserId>>);

impl People for Crowd {
    async fn standing(&self, _: &mut Work, user: &UserId) -> Result<Standing, Failure> {
        let gone = self.0.lock().unwrap().contains(user);
        Ok(if gone { Standing::Gone } else { Standing::Active { not_before: None } })
    }

    async fn people(&self, work: &mut Work, users: &[UserId]) -> Result<Vec<Person>, Failure> {
        let mut people = Vec::new();
        for id in users {
            let (standing, user) = (self.standing(work, id).await?, work.user(id).await?);
            people.push(Person { id: id.clone(), standing, user });
        }
        Ok(people)
    }

    async fn belonging(&self, _: &mut Work, _: &UserId) -> Result<Belonging, Failure> {
        Ok(Belonging::default())
    }
}

/// An application, as a test holds it.
#[derive(Clone)]
pub struct App {
    pub client: Client,
    pub secret: Option<Secret>,
}

pub type Answered = Result<Value, Code>;

pub fn alice() -> UserId {
    UserId::parse("usr_000000000000000000000000a0").unwrap()
}

pub fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

/// A web application with a secret.
pub fn web() -> Registration {
    Registration {
        name: "Web".into(),
        redirect_uris: vec![RedirectUri::parse(REDIRECT, Kind::Confidential).unwrap()],
        grants: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        scope: scope("openid profile offline_access read"),
        default_scope: scope("read"),
        ..Registration::default()
    }
}

/// An application in the browser.
pub fn spa() -> Registration {
    Registration { kind: Kind::Public, method: Method::None, name: "Spa".into(), ..web() }
}

pub fn machine() -> Registration {
    Registration {
        kind: Kind::Machine,
        grants: vec![GrantType::ClientCredentials],
        scope: scope("openid offline_access read write"),
        default_scope: scope("read"),
        resources: vec!["https://api.example".into()],
        ..Registration::default()
    }
}

impl World {
    pub async fn new(engine: Engine) -> Self {
        // Whoever signs first in a process chooses its crypto engine: let it be ours.
        drop(KeyRing::new());
        let clock = TestClock::at(NOON);
        let test = database(engine).await;
        let ground = Ground {
            database: test.database.clone().with_listeners(LISTENERS),
            sealer: Sealer::new(MasterKey::parse(&"ab".repeat(32)).unwrap()),
            // Not the one of the database: ids must not repeat.
            chance: Arc::new(Seeded::new(2)),
            credentials: CredentialKeys::new(),
            subjects: Subjects::default(),
            clients: Arc::default(),
            failures: Failures::new(|| Allowed { most: 60, per: Lifetime::minutes(1) }),
            refusals: Pace::default(),
            documents: documents(),
            minter: Plain,
            people: Crowd::default(),
            askers: Askers::default(),
        };
        Self { _test: test, clock, ground, resources: Arc::default() }
    }

    pub fn realm(&self) -> Realm {
        Realm {
            at: At { tenant: some_tenant(), now: self.clock.now() },
            issuer: ISSUER.into(),
            token_endpoint: format!("{ISSUER}/oauth/token"),
            endpoint: format!("{ISSUER}/oauth/token"),
            request: None,
            from: None,
            lifetimes: Lifetimes::default(),
            sign_up: SignUp::Closed,
            resources: Arc::clone(&self.resources),
        }
    }

    pub fn later(&self, seconds: i64) {
        self.clock.advance(Lifetime::seconds(seconds));
    }

    pub async fn app(&self, registration: Registration) -> App {
        let context = &Context::of(Actor::Cli { user: Name::new("root") });
        let (registration, sealer) = (&registration, &self.ground.sealer);
        let made = self.ground.database.write(self.realm().at, async |work: &mut Work| {
            clients::register(work, sealer, registration.clone(), context).await
        });
        let (client, secret) = made.await.unwrap();
        App { client, secret }
    }

    pub async fn check(&self, pairs: &[(&str, &str)]) -> Result<(), No<Refusal>> {
        let (ground, realm, sent) = (&self.ground, self.realm(), parameters(pairs));
        authorize::check(ground, &realm, &sent, Endpoint::Authorize).await.map(drop)
    }

    /// A code for alice, who agrees to whatever was asked; `more` replaces or adds parameters.
    pub async fn code(&self, app: &App, more: &[(&str, &str)]) -> String {
        let challenge = Hash::of(VERIFIER.as_bytes()).base64url();
        let standard = [
            ("response_type", "code"),
            ("client_id", app.client.id.as_str()),
            ("redirect_uri", REDIRECT),
            ("scope", "openid profile"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let kept = standard.into_iter().filter(|(name, _)| more.iter().all(|(new, _)| new != name));
        let pairs: Vec<_> = kept.chain(more.iter().copied()).collect();
        let (realm, browser) = (self.realm(), Secret::new(BROWSER));
        let database = &self.ground.database;
        let checked =
            authorize::check(&self.ground, &realm, &parameters(&pairs), Endpoint::Authorize).await;
        let request = &checked.unwrap();
        let begun: Result<_, No<OAuthError>> = database
            .write(realm.at, async |work: &mut Work| {
                Ok(authorize::begin(work, request.clone(), &Secret::new(BROWSER)).await?)
            })
            .await;
        let approval = self.approval();
        let id = begun.unwrap();
        let response =
            authorize::approve(&self.ground, &realm, (&id, &browser), (request, &approval))
                .await
                .unwrap();
        assert_eq!(response.get("iss"), Some(ISSUER));
        response.get("code").unwrap().to_owned()
    }

    pub fn approval(&self) -> Approval {
        Approval {
            user: alice(),
            session: SessionId::parse("ses_00000000000000000000000000"),
            authentication: Authentication {
                at: self.clock.now(),
                acr: Some("urn:pwd".into()),
                amr: vec!["pwd".into()],
            },
            scope: scope("openid profile offline_access read write admin"),
            decided: Decided::Nothing,
        }
    }

    /// The token endpoint, asked as this application would.
    pub async fn ask(&self, app: &App, pairs: &[(&str, &str)]) -> Answered {
        self.ask_raw(app, pairs).await.map(|body| serde_json::from_str(&body).unwrap())
    }

    pub async fn ask_raw(&self, app: &App, pairs: &[(&str, &str)]) -> Result<String, Code> {
        let basic = app.secret.as_ref().map(|secret| {
            let text = format!("{}:{}", app.client.id, secret.reveal());
            format!("Basic {}", BASE64.encode(text.as_bytes()))
        });
        let named = [("client_id", app.client.id.as_str())];
        let pairs: Vec<_> = named.into_iter().chain(pairs.iter().copied()).collect();
        let header: Vec<&str> = basic.as_deref().into_iter().collect();
        let (realm, form) = (self.realm(), parameters(&pairs));
        let answer = token::answer(&self.ground, &realm, &header, &form).await;
        answer.map(|answer| answer.body().to_owned()).map_err(code)
    }

    pub async fn redeem(&self, app: &App, code: &str) -> Answered {
        self.redeem_with(app, code, &[("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)])
            .await
    }

    pub async fn redeem_with(&self, app: &App, code: &str, more: &[(&str, &str)]) -> Answered {
        let grant = [("grant_type", "authorization_code"), ("code", code)];
        let pairs: Vec<_> = grant.into_iter().chain(more.iter().copied()).collect();
        self.ask(app, &pairs).await
    }

    pub async fn refresh(&self, app: &App, token: &str, more: &[(&str, &str)]) -> Answered {
        let grant = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let pairs: Vec<_> = grant.into_iter().chain(more.iter().copied()).collect();
        self.ask(app, &pairs).await
    }

    /// How often this was recorded.
    pub async fn recorded(&self, kind: &str) -> i64 {
        let counted = self.ground.database.read(self.realm().at, async |work: &mut Work| {
            let tenant = work.tenant();
            rows!(work, |c| sqlx::query_scalar(EVENTS)
                .bind(tenant.as_str())
                .bind(kind)
                .fetch_one(c))
        });
        counted.await.unwrap()
    }
}

fn documents() -> Documents {
    let client = outbound::Client::new(&OutboundSettings::default(), Arc::new(SystemLookup));
    Documents::new(Arc::new(client.unwrap()))
}

pub fn parameters(pairs: &[(&str, &str)]) -> Parameters {
    let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Parameters::new(pairs.collect()).unwrap()
}

pub fn code(no: No<OAuthError>) -> Code {
    match no {
        No::Refused(error) => error.code,
        No::Failed(failure) => panic!("{failure}"),
    }
}

/// The claims of a token that was minted by `Plain`.
pub fn claims(token: &Value) -> Value {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
}

pub fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"))
}
