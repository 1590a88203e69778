//! GitHub speaks OAuth 2 and no OpenID Connect: the user and the addresses are asked for.

use super::said::{assertion, text};
use super::{Asking, Departure, Return, Trouble};
use crate::federation::model::{Assertion, Identity};
use crate::kernel::secret::Secret;
use crate::platform::outbound::{Outbound, Request};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use url::Url;

const JSON: &str = "application/json";
const API: &str = "application/vnd.github+json";

/// A company's own GitHub has its API under its own name.
fn api(issuer: &str) -> String {
    match issuer {
        "https://github.com" => "https://api.github.com".to_owned(),
        own => format!("{own}/api/v3"),
    }
}

pub(super) fn departure(asking: &Asking<'_>, departure: &Departure<'_>) -> Result<String, Trouble> {
    let settings = asking.settings;
    let place = format!("{}/login/oauth/authorize", settings.issuer);
    let mut url = Url::parse(&place).map_err(|e| Trouble::Untrusted(e.to_string()))?;
    let challenge = Sha256::digest(departure.proofs.verifier.reveal().as_bytes());
    url.query_pairs_mut()
        .append_pair("client_id", &settings.client_id)
        .append_pair("redirect_uri", departure.redirect_uri)
        .append_pair("scope", &settings.scopes.join(" "))
        .append_pair("state", departure.state.reveal())
        .append_pair("code_challenge", &BASE64URL_NOPAD.encode(&challenge))
        .append_pair("code_challenge_method", "S256");
    if let Some(hint) = departure.login_hint {
        url.query_pairs_mut().append_pair("login", hint);
    }
    Ok(url.into())
}

pub(super) async fn arrival(
    asking: &Asking<'_>,
    brought: &Return<'_>,
) -> Result<Assertion, Trouble> {
    let issuer = &asking.settings.issuer;
    let its_own = [issuer.clone(), format!("{issuer}/login/oauth")];
    if brought.iss.is_some_and(|iss| !its_own.iter().any(|own| own == iss)) {
        return Err(Trouble::Untrusted("the answer is not its own (iss)".into()));
    }
    let fields = [
        ("client_id", asking.settings.client_id.as_str()),
        ("client_secret", brought.secret.reveal()),
        ("code", brought.code.reveal()),
        ("redirect_uri", brought.redirect_uri),
        ("code_verifier", brought.proofs.verifier.reveal()),
    ];
    let place = format!("{issuer}/login/oauth/access_token");
    let Value::Object(answer) = ask(asking, Request::post_form(&place, fields, JSON)).await? else {
        return Err(nonsense());
    };
    if let Some(error) = text(&answer, "error") {
        return Err(Trouble::Denied(error.chars().take(100).collect()));
    }
    let bearer = text(&answer, "access_token").ok_or_else(nonsense)?;
    let bearer = Secret::new(format!("Bearer {bearer}"));
    let get = |path| {
        let url = format!("{}{path}", api(issuer));
        Request::get(&url, API).with_secret_header("authorization", &bearer)
    };
    let Value::Object(user) = ask(asking, get("/user")).await? else { return Err(nonsense()) };
    let addresses = ask(asking, get("/user/emails")).await?;
    let number = user.get("id").and_then(Value::as_u64).ok_or_else(nonsense)?;
    // A login can change hands; the number cannot.
    let identity = Identity { issuer: issuer.clone(), subject: number.to_string() };
    assertion(identity, &said(&user, &addresses), "email_verified")
}

async fn ask(asking: &Asking<'_>, request: Request) -> Result<Value, Trouble> {
    let answer = asking.outbound.send(request).await?;
    let document = serde_json::from_slice(&answer.body).ok().filter(|_| answer.is_success());
    document.ok_or_else(nonsense)
}

fn nonsense() -> Trouble {
    Trouble::Unreachable("its answer makes no sense".into())
}

/// In the words of OpenID Connect: the primary address, and whether GitHub has seen it proven.
fn said(user: &Map<String, Value>, addresses: &Value) -> Map<String, Value> {
    let mut said = Map::new();
    let name = text(user, "name").or_else(|| text(user, "login")).unwrap_or_default();
    said.insert("name".into(), name.into());
    for (from, to) in [("avatar_url", "picture"), ("login", "preferred_username")] {
        if let Some(value) = text(user, from) {
            said.insert(to.into(), value.into());
        }
    }
    let is_primary = |one: &&Value| one.get("primary") == Some(&Value::Bool(true));
    if let Some(one) = addresses.as_array().and_then(|list| list.iter().find(is_primary)) {
        let of = |name| one.get(name).cloned().unwrap_or_default();
        said.insert("email".into(), of("email"));
        said.insert("email_verified".into(), of("verified"));
    }
    said
}
