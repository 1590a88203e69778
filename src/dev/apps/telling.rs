//! The messages of a sign-in, in words.

use super::jwt::read;
use super::model::{Hop, Which};
use super::relying_party::{RelyingParty, Returned};
use super::wire::{Said, masked};
use crate::platform::web::stopwatch::Stopwatch;
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier};
use serde_json::Value;
use std::time::Duration;

pub fn asks(which: Which, url: &str) -> Hop {
    let said = Said { method: "GET", url, form: b"", scheme: None };
    Hop {
        title: format!("{} asks for a sign-in", which.name()),
        between: "Browser → Vestibule",
        sentence: format!(
            "{} sends the browser here with a challenge (PKCE), a state and a nonce of its own. The return \
             address is registered, letter for letter.",
            which.name()
        ),
        message: said.message(),
        curl: Some(said.curl()),
        took: None,
    }
}

pub fn returns(party: &RelyingParty, returned: &Returned, took: Duration) -> [Hop; 2] {
    let name = party.which.name();
    let url = url::form_urlencoded::Serializer::new(format!("{}/callback?", party.home))
        .append_pair("code", &returned.code)
        .append_pair("state", &returned.state)
        .extend_pairs(returned.issuer.iter().map(|issuer| ("iss", issuer)))
        .finish();
    let said = Said { method: "GET", url: &url, form: b"", scheme: None };
    [
        Hop {
            title: "The person signs in and decides".into(),
            between: "Browser ↔ Vestibule",
            sentence: format!(
                "{name} sees nothing of this, no password and no page: only that the browser comes back."
            ),
            message: String::new(),
            curl: None,
            took: Some(took),
        },
        Hop {
            title: format!("Back to {name} with a code"),
            between: "Browser → Application",
            sentence: format!("The code works once, for a short time, and for {name} alone."),
            message: said.message(),
            curl: None,
            took: None,
        },
    ]
}

pub fn checks(
    which: Which,
    token: &CoreIdToken,
    verifier: &CoreIdTokenVerifier<'_>,
    watch: &Stopwatch,
) -> Hop {
    let name = which.name();
    let [header, claims] = read(&token.to_string());
    let text = |name: &str| header.get(name).and_then(Value::as_str).unwrap_or_default();
    let (alg, kid) = (text("alg"), text("kid"));
    let found = if token.signing_key(verifier).is_ok() { "from the JWKS" } else { "unknown" };
    Hop {
        title: format!("{name} checks the ID token"),
        between: "Application",
        sentence: format!(
            "The signature is good: {}, key {}… {found}. Issuer, audience, nonce and time agree.",
            alg,
            kid.get(..4).unwrap_or_default(),
        ),
        message: format!("{claims:#}"),
        curl: None,
        took: Some(watch.elapsed()),
    }
}

/// What an exchange at this address is about.
pub fn words(which: Which, path: &str) -> (String, String) {
    let name = which.name();
    let proof = match which {
        Which::Photos => "a signed assertion and the PKCE verifier",
        Which::Notes => "the PKCE verifier; it has no secret to keep",
    };
    let (title, sentence) = match path.rsplit('/').next().unwrap_or_default() {
        "openid-configuration" => (
            "reads where everything is",
            "One document says where to go and what this server can do.".into(),
        ),
        "jwks" => (
            "reads the keys",
            "With these, and without asking again, it can check what the server signs.".into(),
        ),
        "token" => (
            "trades the code for tokens",
            format!("{name} proves itself with {proof}. The browser never sees this."),
        ),
        _ => (
            "asks who it is",
            "The access token opens UserInfo; only what was allowed comes back.".into(),
        ),
    };
    (format!("{name} {title}"), sentence)
}

/// What stands in word of a logout that was believed.
pub fn is_told(which: Which, claims: &Value) -> Hop {
    let name = which.name();
    Hop {
        title: format!("{name} is told that the session is over"),
        between: "Vestibule → Application",
        sentence: "A signed logout token, from server to server: no browser took part. Signature, issuer, \
                   audience and time agree."
            .into(),
        message: format!("POST /backchannel-logout\n\n{}\n\n{claims:#}", masked("logout_token")),
        curl: None,
        took: None,
    }
}
