//! The form of "Example accounts", and its endpoints (OIDC Core §3.1, OIDC Discovery §4, RP-Initiated Logout §2).

use super::NAME;
use super::model::{Arrival, Asked, CLIENT, Few, Person, SECRET};
use crate::kernel::failure::Failure;
use crate::kernel::moment::Ambient;
use crate::kernel::secret::Secret;
use crate::kernel::time::Lifetime;
use crate::keys::own::OwnKey;
use crate::platform::web::headers::Policy;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use askama::Template;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use url::{Url, form_urlencoded};

/// The provider, as one process.
pub struct Example {
    home: String,
    /// The server for which it vouches; it sends browsers nowhere else.
    server: String,
    key: Arc<OwnKey>,
    ambient: Ambient,
    people: Mutex<Few<Person>>,
    codes: Mutex<Few<Arrival>>,
}

#[derive(Template)]
#[template(path = "dev/example.html")]
struct AskPage {
    shell: Shell,
    action: String,
    /// Who is signed in there already.
    known: Option<Person>,
    email: String,
}

#[derive(Template)]
#[template(path = "dev/example_home.html")]
struct HomePage {
    shell: Shell,
    known: Option<Person>,
    server: String,
}

type Fields = BTreeMap<String, String>;

/// What stands behind its port.
pub fn routes(example: Example) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/.well-known/openid-configuration", get(metadata))
        .route("/jwks", get(keys))
        .route("/authorize", get(ask).post(admit))
        .route("/token", post(token))
        .route("/end-session", get(end_session).post(end_session))
        .with_state(Arc::new(example))
}

const COOKIE_NAME: &str = "example-accounts";

impl Example {
    pub fn new(home: &str, server: &str, key: Arc<OwnKey>, ambient: Ambient) -> Self {
        let (people, codes) = (Mutex::default(), Mutex::default());
        Self { home: home.into(), server: server.into(), key, ambient, people, codes }
    }

    fn secret(&self) -> Secret {
        Secret::new(BASE64URL_NOPAD.encode(&self.ambient.random::<32>()))
    }

    fn is_ours(&self, place: &str) -> bool {
        place.strip_prefix(&self.server).is_some_and(|rest| rest.starts_with('/'))
    }

    /// `None` where the browser is not to be sent back.
    fn asked(&self, query: &Fields) -> Option<Asked> {
        let field = |name: &str| query.get(name).cloned().unwrap_or_default();
        let now = self.ambient.now();
        let ago =
            field("max_age").parse().ok().map(|seconds| now.minus(Lifetime::seconds(seconds)));
        let again = field("prompt").split(' ').any(|prompt| prompt == "login").then_some(now);
        let asked = Asked {
            state: field("state"),
            nonce: field("nonce"),
            challenge: field("code_challenge"),
            redirect_uri: field("redirect_uri"),
            login_hint: field("login_hint"),
            fresh_since: again.or(ago),
        };
        (field("client_id") == CLIENT && self.is_ours(&asked.redirect_uri)).then_some(asked)
    }

    fn known(&self, headers: &HeaderMap) -> Option<Person> {
        held(&self.people).get(&cookie(headers)?).cloned()
    }

    /// Once, for whoever has the secret and the verifier.
    fn redeem(&self, form: &Fields) -> Option<Arrival> {
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        let taken = held(&self.codes).take(&Secret::new(field("code")))?;
        let is_known = (field("client_id"), field("client_secret")) == (CLIENT, SECRET);
        let fits = taken.is_of(field("redirect_uri"), field("code_verifier"));
        (is_known && fits).then_some(taken)
    }

    fn id_token(&self, arrival: &Arrival) -> Result<String, Failure> {
        let (person, now) = (&arrival.person, self.ambient.now().micros() / 1_000_000);
        let claims = json!({
            "iss": self.home, "aud": CLIENT, "iat": now, "exp": now + 300, "sub": person.subject(),
            "nonce": arrival.asked.nonce, "auth_time": person.since.micros() / 1_000_000,
            "name": person.name, "email": person.email, "email_verified": person.is_verified,
            "groups": person.groups,
        });
        self.key.sign("JWT", &claims)
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn fields(text: &[u8]) -> Fields {
    form_urlencoded::parse(text).into_owned().collect()
}

fn cookie(headers: &HeaderMap) -> Option<Secret> {
    let all = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split("; ")).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| Secret::new(value))
}

fn said(status: StatusCode, document: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}

fn not_ours() -> Response {
    Problem::of_status(StatusCode::BAD_REQUEST).into_response()
}

async fn home(State(example): State<Arc<Example>>, headers: HeaderMap) -> Response {
    let (known, server) = (example.known(&headers), example.server.clone());
    Page::new(HomePage { shell: Shell::new(NAME), known, server }).into_response()
}

async fn metadata(State(example): State<Arc<Example>>) -> Response {
    let home = &example.home;
    let document = json!({
        "issuer": home,
        "authorization_endpoint": format!("{home}/authorize"),
        "token_endpoint": format!("{home}/token"),
        "jwks_uri": format!("{home}/jwks"),
        "end_session_endpoint": format!("{home}/end-session"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    });
    said(StatusCode::OK, &document)
}

async fn keys(State(example): State<Arc<Example>>) -> Response {
    ([(CONTENT_TYPE, "application/json")], example.key.public_set()).into_response()
}

async fn ask(
    State(example): State<Arc<Example>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let Some(asked) = example.asked(&fields(query.as_bytes())) else { return not_ours() };
    let known = example.known(&headers).filter(|person| asked.is_enough(person));
    let action = format!("/authorize?{query}");
    let page = AskPage { shell: Shell::new(NAME), action, known, email: asked.login_hint };
    // Chromium holds every redirect after a form against the policy, as far as the application.
    Page::new(page).with_policy(Policy::default().with_form_to_scheme("http")).into_response()
}

async fn admit(
    State(example): State<Arc<Example>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked = example.asked(&fields(query.unwrap_or_default().as_bytes()));
    let Some((asked, mut back)) = asked.and_then(|asked| {
        let place = Url::parse(&asked.redirect_uri).ok()?;
        Some((asked, place))
    }) else {
        return not_ours();
    };
    let typed = fields(&body);
    back.query_pairs_mut().append_pair("state", &asked.state);
    if typed.contains_key("cancel") {
        back.query_pairs_mut().append_pair("error", "access_denied");
        return (StatusCode::SEE_OTHER, [(LOCATION, back.to_string())]).into_response();
    }
    let known = example.known(&headers).filter(|person| asked.is_enough(person));
    let known = known.filter(|_| typed.contains_key("known"));
    let person = known.unwrap_or_else(|| person(&typed, &example.ambient));
    let (code, name) = (example.secret(), example.secret());
    back.query_pairs_mut().append_pair("code", code.reveal());
    let cookie = format!("{COOKIE_NAME}={}; Path=/; HttpOnly; SameSite=Lax", name.reveal());
    held(&example.people).add(name, person.clone());
    held(&example.codes).add(code, Arrival { asked, person });
    let headers = [(LOCATION, back.to_string()), (SET_COOKIE, cookie)];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn person(typed: &Fields, ambient: &Ambient) -> Person {
    let field = |name: &str| typed.get(name).map_or("", |text| text.trim());
    let groups = field("groups").split(',').map(str::trim).filter(|group| !group.is_empty());
    Person {
        name: field("name").into(),
        email: field("email").into(),
        is_verified: typed.contains_key("verified"),
        groups: groups.map(str::to_owned).collect(),
        since: ambient.now(),
    }
}

async fn token(State(example): State<Arc<Example>>, body: Bytes) -> Response {
    let Some(arrival) = example.redeem(&fields(&body)) else {
        return said(StatusCode::BAD_REQUEST, &json!({"error": "invalid_grant"}));
    };
    match example.id_token(&arrival) {
        Ok(token) => said(
            StatusCode::OK,
            &json!({"access_token": "opens-nothing", "token_type": "Bearer", "id_token": token}),
        ),
        Err(failure) => Problem::from(failure).into_response(),
    }
}

/// Nobody is asked: whoever is signed in there said so themselves, and can say so again.
async fn end_session(
    State(example): State<Arc<Example>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(name) = cookie(&headers) {
        held(&example.people).take(&name);
    }
    let mut asked = fields(query.unwrap_or_default().as_bytes());
    asked.extend(fields(&body));
    let place = asked.get("post_logout_redirect_uri").filter(|place| example.is_ours(place));
    let mut place = place.and_then(|place| Url::parse(place).ok());
    if let (Some(place), Some(state)) = (&mut place, asked.get("state")) {
        place.query_pairs_mut().append_pair("state", state);
    }
    let place = place.map_or_else(|| "/".to_owned(), |place| place.to_string());
    let gone = format!("{COOKIE_NAME}=; Path=/; Max-Age=0");
    (StatusCode::SEE_OTHER, [(LOCATION, place), (SET_COOKIE, gone)]).into_response()
}
