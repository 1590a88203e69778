//! What a client says of itself, in the words of RFC 7591 §2 and OIDC Registration §2: read with suspicion, and
//! given back as it was taken. Unknown names are ignored; what only an administrator may decide is not among ours.

use super::sent::{Read, Sent, wrong};
use crate::keys::model::Algorithm;
use crate::oauth::authorize::request_object::ALGORITHMS;
use crate::oauth::clients::authenticate::ASSERTIONS;
use crate::oauth::clients::model::{
    About, Client, Kind, Logout, Method, Pushing, RedirectUri, Registration, SubjectType,
};
use crate::oauth::error::{Code, OAuthError};
use crate::oauth::model::{GrantType, Profile, ResponseType, Scope};
use crate::tenants::model::display_name;
use serde_json::{Map, Value, json};
use url::Url;

/// What an application that nobody looked at may ask for.
const SCOPE: &str = "openid profile email address phone offline_access";

/// security.md §0.2
const MOST_CONTACTS: usize = 10;

/// What the tenant gives to those who register themselves.
#[derive(Clone, Debug)]
pub struct Terms {
    pub profile: Profile,
    /// For which there are keys, the usual one first.
    pub algorithms: Vec<Algorithm>,
}

/// A registration out of what was sent. Addresses that would be fetched are still to be checked.
pub fn read(sent: &Map<String, Value>, terms: &Terms) -> Read<Registration> {
    let sent = Sent(sent);
    let (kind, method) = kind_and_method(&sent)?;
    let (grants, response_types) = grants(&sent, terms.profile)?;
    let redirect_uris = redirect_uris(&sent, kind)?;
    let scope = scope(&sent)?;
    let jwks = sent.get("jwks").map(|set| set.is_object().then(|| set.to_string()));
    let jwks = jwks.map(|set| set.ok_or_else(|| wrong("jwks"))).transpose()?;
    let pushed = sent.is_set("require_pushed_authorization_requests")?;
    let algorithm = algorithm(&sent, terms)?;
    let signed = signed(&sent, "userinfo_signed_response_alg", terms)?;
    Ok(Registration {
        kind,
        name: name(&sent, &redirect_uris)?,
        profile: terms.profile,
        method,
        redirect_uris,
        grants,
        response_types,
        default_scope: scope.clone(),
        scope,
        id_token_algorithm: algorithm,
        access_token_algorithm: terms.algorithms.first().copied().unwrap_or(algorithm),
        userinfo_algorithm: signed,
        subject_type: subject_type(&sent)?,
        sector_identifier_uri: sent.address("sector_identifier_uri", Kind::Confidential)?,
        logout: logout(&sent, kind)?,
        assertion_algorithm: sent.one_of("token_endpoint_auth_signing_alg", ASSERTIONS)?,
        request_object_algorithm: sent.one_of("request_object_signing_alg", ALGORITHMS)?,
        jwks,
        jwks_uri: sent.text("jwks_uri")?.map(ToOwned::to_owned),
        default_max_age: sent.seconds("default_max_age")?,
        default_acr_values: acr_values(&sent)?,
        pushing: if pushed { Pushing::Required } else { Pushing::Free },
        about: about(&sent)?,
        ..Registration::default()
    })
}

/// RFC 7591 §2: without a word, a client has a secret. One that runs on a person's device cannot keep any.
fn kind_and_method(sent: &Sent<'_>) -> Read<(Kind, Method)> {
    let is_native = match sent.text("application_type")? {
        None | Some("web") => false,
        Some("native") => true,
        Some(_) => return Err(wrong("application_type")),
    };
    let method = match sent.text("token_endpoint_auth_method")? {
        None if is_native => Method::None,
        None | Some("client_secret_basic") => Method::ClientSecretBasic,
        Some("client_secret_post") => Method::ClientSecretPost,
        Some("client_secret_jwt") => Method::ClientSecretJwt,
        Some("private_key_jwt") => Method::PrivateKeyJwt,
        Some("none") => Method::None,
        Some(_) => return Err(wrong("token_endpoint_auth_method")),
    };
    Ok(match (method, is_native) {
        (Method::None, true) => (Kind::Native, method),
        (Method::None, false) => (Kind::Public, method),
        _ => (Kind::Confidential, method),
    })
}

/// Of what was asked the usable part is registered; refused only where none is left (P-228). Machines are for
/// administrators to register, and tokens through the browser for the profile that knows of them.
fn grants(sent: &Sent<'_>, profile: Profile) -> Read<(Vec<GrantType>, Vec<ResponseType>)> {
    let asked = sent.texts("grant_types")?;
    let may = |grant: &str| asked.as_ref().is_none_or(|asked| asked.contains(&grant));
    let is_usable = |kind: &ResponseType| match kind.is_front() {
        // OIDC Registration §2: which response type needs which grant.
        true => profile == Profile::OidcCompat && may(IMPLICIT) && (!kind.has_code() || may(CODE)),
        false => may(CODE),
    };
    let responses = sent.texts("response_types")?.unwrap_or_else(|| vec!["code"]);
    let responses = responses.into_iter().filter_map(ResponseType::read).filter(is_usable);
    let responses: Vec<_> = responses.collect();
    let has_code = responses.iter().any(|kind| kind.has_code());
    if responses.is_empty() {
        return Err(wrong(if may(CODE) { "response_types" } else { "grant_types" }));
    }
    let mut grants = Vec::new();
    if has_code {
        grants.push(GrantType::AuthorizationCode);
        let refreshes = GrantType::RefreshToken;
        let is_asked = asked.as_ref().is_some_and(|asked| asked.contains(&refreshes.as_str()));
        grants.extend(is_asked.then_some(refreshes));
    }
    Ok((grants, responses))
}

const CODE: &str = "authorization_code";
const IMPLICIT: &str = "implicit";

fn redirect_uris(sent: &Sent<'_>, kind: Kind) -> Read<Vec<RedirectUri>> {
    let invalid = |why: String| OAuthError::new(Code::InvalidRedirectUri, why);
    let asked =
        sent.texts("redirect_uris").map_err(|_| invalid("redirect_uris is a list".into()))?;
    let asked = asked.filter(|uris| !uris.is_empty());
    let asked = asked.ok_or_else(|| invalid("redirect_uris is missing".into()))?;
    if asked.len() > crate::oauth::clients::model::MOST_REDIRECT_URIS {
        return Err(invalid("there are more than 50 redirect_uris".into()));
    }
    let parse = |uri: &&str| RedirectUri::parse(uri, kind).map_err(|why| invalid(why.to_string()));
    asked.iter().map(parse).collect()
}

fn scope(sent: &Sent<'_>) -> Read<Scope> {
    let plain = Scope::parse(SCOPE).map_err(|_| wrong("scope"))?;
    let Some(asked) = sent.text("scope")? else { return Ok(plain) };
    let asked = Scope::parse(asked).map_err(|_| wrong("scope"))?;
    let scope = asked.within(&plain);
    if scope.is_empty() && !asked.is_empty() { Err(wrong("scope")) } else { Ok(scope) }
}

/// RS256 where nothing is said (OIDC Registration §2), if there is such a key.
fn algorithm(sent: &Sent<'_>, terms: &Terms) -> Read<Algorithm> {
    let usual = terms.algorithms.iter().find(|algorithm| **algorithm == Algorithm::Rs256);
    let usual = usual.or(terms.algorithms.first()).copied().unwrap_or(Algorithm::Rs256);
    Ok(signed(sent, "id_token_signed_response_alg", terms)?.unwrap_or(usual))
}

/// One that there are keys for.
fn signed(sent: &Sent<'_>, name: &str, terms: &Terms) -> Read<Option<Algorithm>> {
    let Some(asked) = sent.text(name)? else { return Ok(None) };
    let known = Algorithm::parse(asked).filter(|asked| terms.algorithms.contains(asked));
    known.map(Some).ok_or_else(|| wrong(name))
}

fn subject_type(sent: &Sent<'_>) -> Read<SubjectType> {
    match sent.text("subject_type")? {
        None | Some("public") => Ok(SubjectType::Public),
        Some("pairwise") => Ok(SubjectType::Pairwise),
        Some(_) => Err(wrong("subject_type")),
    }
}

/// RP-Logout §3.1, Back-Channel §2.2, Front-Channel §2
fn logout(sent: &Sent<'_>, kind: Kind) -> Read<Logout> {
    const AFTERWARDS: &str = "post_logout_redirect_uris";
    let asked = sent.texts(AFTERWARDS)?.unwrap_or_default();
    let afterwards = asked.into_iter().map(|uri| RedirectUri::parse(uri, kind));
    let afterwards = afterwards.collect::<Result<_, _>>().map_err(|_| wrong(AFTERWARDS))?;
    Ok(Logout {
        post_logout_redirect_uris: afterwards,
        backchannel_logout_uri: sent.address("backchannel_logout_uri", Kind::Confidential)?,
        backchannel_logout_session_required: sent.is_set("backchannel_logout_session_required")?,
        frontchannel_logout_uri: sent.address("frontchannel_logout_uri", Kind::Confidential)?,
        frontchannel_logout_session_required: sent
            .is_set("frontchannel_logout_session_required")?,
    })
}

/// of printable characters, none that hide or turn others. Without one, where its answers go.
fn name(sent: &Sent<'_>, uris: &[RedirectUri]) -> Read<String> {
    if let Some(name) = sent.text("client_name")? {
        let hides =
            |c: char| matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
        let name = display_name(name).ok().filter(|name| !name.contains(hides));
        return name.ok_or_else(|| wrong("client_name"));
    }
    let url = uris.first().and_then(|uri| Url::parse(uri.as_str()).ok());
    let host = url.and_then(|url| url.host_str().map(ToOwned::to_owned));
    Ok(host.unwrap_or_else(|| "An application".to_owned()))
}

/// A wish, as in a request (OIDC Registration §2): what is not known here meets nobody.
fn acr_values(sent: &Sent<'_>) -> Read<Vec<String>> {
    const NAME: &str = "default_acr_values";
    let asked = sent.texts(NAME)?.unwrap_or_default();
    let is_plain = |text: &&str| text.len() <= 100 && text.bytes().all(|b| b.is_ascii_graphic());
    if asked.len() > MOST_CONTACTS || !asked.iter().all(is_plain) {
        return Err(wrong(NAME));
    }
    Ok(asked.into_iter().map(ToOwned::to_owned).collect())
}

fn about(sent: &Sent<'_>) -> Read<About> {
    let contacts = sent.texts("contacts")?.unwrap_or_default();
    let plain = |text: &&str| text.len() <= 254 && !text.chars().any(char::is_control);
    if contacts.len() > MOST_CONTACTS || !contacts.iter().all(plain) {
        return Err(wrong("contacts"));
    }
    Ok(About {
        client_uri: sent.page("client_uri")?,
        logo_uri: sent.page("logo_uri")?,
        policy_uri: sent.page("policy_uri")?,
        tos_uri: sent.page("tos_uri")?,
        initiate_login_uri: sent.page("initiate_login_uri")?,
        contacts: contacts.into_iter().map(ToOwned::to_owned).collect(),
    })
}

/// Every value that holds, whoever chose it (RFC 7591 §3.2.1). What has none is absent, never null (P-039).
pub fn write(client: &Client) -> Map<String, Value> {
    let Registration { about, grants, logout, .. } = &client.registration;
    let registered = &client.registration;
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| {
        let is_empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if !is_empty {
            all.insert(name.to_owned(), value);
        }
    };
    put("client_id", json!(client.id.as_str()));
    put("client_id_issued_at", json!(client.made_at.seconds()));
    put("client_name", json!(registered.name));
    put("redirect_uris", json!(registered.redirect_uris));
    put("application_type", json!(if registered.kind == Kind::Native { "native" } else { "web" }));
    put("token_endpoint_auth_method", json!(registered.method.as_str()));
    put("token_endpoint_auth_signing_alg", json!(registered.assertion_algorithm));
    put("request_object_signing_alg", json!(registered.request_object_algorithm));
    let implicit = registered.is_front().then_some(IMPLICIT);
    let grants = grants.iter().map(|grant| grant.as_str()).chain(implicit);
    put("grant_types", json!(grants.collect::<Vec<_>>()));
    put("response_types", json!(registered.response_types));
    put("scope", json!(registered.scope.to_string()));
    put("subject_type", json!(registered.subject_type));
    put("sector_identifier_uri", json!(registered.sector_identifier_uri));
    put("id_token_signed_response_alg", json!(registered.id_token_algorithm.as_str()));
    put(
        "userinfo_signed_response_alg",
        json!(registered.userinfo_algorithm.map(Algorithm::as_str)),
    );
    let jwks = registered.jwks.as_deref().and_then(|set| serde_json::from_str(set).ok());
    put("jwks", jwks.unwrap_or(Value::Null));
    put("jwks_uri", json!(registered.jwks_uri));
    let is_pushed = registered.pushing == Pushing::Required;
    put("require_pushed_authorization_requests", json!(is_pushed.then_some(true)));
    let more = of_about(about).into_iter().chain(of_logout(logout));
    for (name, value) in more.chain(of_sign_in(registered)) {
        put(name, value);
    }
    put("contacts", json!(about.contacts));
    all
}

fn of_about(about: &About) -> [(&'static str, Value); 5] {
    [
        ("client_uri", json!(about.client_uri)),
        ("logo_uri", json!(about.logo_uri)),
        ("policy_uri", json!(about.policy_uri)),
        ("tos_uri", json!(about.tos_uri)),
        ("initiate_login_uri", json!(about.initiate_login_uri)),
    ]
}

fn of_sign_in(registered: &Registration) -> [(&'static str, Value); 3] {
    [
        ("default_max_age", json!(registered.default_max_age)),
        ("default_acr_values", json!(registered.default_acr_values)),
        // Each ID token says when.
        ("require_auth_time", json!(true)),
    ]
}

fn of_logout(logout: &Logout) -> [(&'static str, Value); 5] {
    let asked = |is_asked: bool| json!(is_asked.then_some(true));
    [
        ("post_logout_redirect_uris", json!(logout.post_logout_redirect_uris)),
        ("backchannel_logout_uri", json!(logout.backchannel_logout_uri)),
        ("backchannel_logout_session_required", asked(logout.backchannel_logout_session_required)),
        ("frontchannel_logout_uri", json!(logout.frontchannel_logout_uri)),
        (
            "frontchannel_logout_session_required",
            asked(logout.frontchannel_logout_session_required),
        ),
    ]
}
