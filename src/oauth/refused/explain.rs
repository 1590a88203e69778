//! What was asked, beside what is registered. Values that prove something are never looked at.

use super::model::{Endpoint, Finding};
use crate::oauth::clients::model::{Challenge, Client, Method, Pushing, RedirectUri, Registration};
use crate::oauth::model::{GrantType, ResponseType, Scope};
use crate::oauth::parameters::Parameters;

/// Longer ones are cut: a record does not grow with them.
const LONGEST: usize = 500;

fn cut(text: &str) -> String {
    if text.chars().nth(LONGEST).is_none() {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

fn finding(
    what: &str,
    (asked, registered): (Option<&str>, Option<&str>),
    fix: impl Into<String>,
) -> Finding {
    let (asked, registered) = (asked.map(cut), registered.map(cut));
    Finding { what: what.into(), asked, registered, fix: fix.into() }
}

/// Everything that does not fit, not only the first that was refused: one look should be enough.
pub fn difference(endpoint: Endpoint, asked: &Parameters, client: &Client) -> Vec<Finding> {
    let registered = &client.registration;
    let mut found = Vec::new();
    if !client.is_enabled() {
        let fix = format!("vestibule client enable {}", client.id);
        found.push(finding("the application is disabled", (None, None), fix));
    }
    match endpoint {
        Endpoint::Authorize | Endpoint::Par => {
            found.extend(redirect_uri(asked, client));
            found.extend(response_type(asked));
            found.extend(grant(GrantType::AuthorizationCode, registered));
            found.extend(challenge(asked, registered));
            found.extend(pushing(endpoint, asked, registered));
        }
        Endpoint::Token => {
            found.extend(method(asked, registered));
            let named = asked.get("grant_type").and_then(GrantType::parse);
            found.extend(named.and_then(|named| grant(named, registered)));
        }
    }
    found.extend(scope(asked, client));
    found
}

fn redirect_uri(asked: &Parameters, client: &Client) -> Option<Finding> {
    let registered = &client.registration.redirect_uris;
    let Some(sent) = asked.get("redirect_uri") else {
        let fix = "send redirect_uri once, as it is registered";
        return Some(finding("redirect_uri is missing or sent twice", (None, None), fix));
    };
    if client.registration.redirect_uri(sent).is_some() {
        return None;
    }
    let nearest = registered.iter().max_by_key(|uri| common(sent, uri.as_str()));
    let fix = match nearest {
        Some(uri) => {
            format!(
                "{}; change the application, or: vestibule client update {} --add-redirect-uri …",
                apart(sent, uri.as_str()),
                client.id
            )
        }
        None => "register a redirect URI".to_owned(),
    };
    let what = "redirect_uri is not one of those registered";
    Some(finding(what, (Some(sent), nearest.map(RedirectUri::as_str)), fix))
}

/// How many characters both begin with.
fn common(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
}

/// Where two texts part: the place, and what stands there in each.
fn apart(asked: &str, registered: &str) -> String {
    let place = common(asked, registered);
    let at = |text: &str| match text.chars().nth(place) {
        Some(_) => format!("{:?}", text.chars().skip(place).take(12).collect::<String>()),
        None => "nothing".to_owned(),
    };
    format!(
        "they differ from character {} on: asked {}, registered {}",
        place + 1,
        at(asked),
        at(registered)
    )
}

fn response_type(asked: &Parameters) -> Option<Finding> {
    let sent = asked.get("response_type");
    let known = sent.and_then(ResponseType::parse).is_some();
    let fix = "let the application use the authorization code flow";
    (!known).then(|| finding("response_type is not supported", (sent, Some("code")), fix))
}

fn grant(grant: GrantType, registered: &Registration) -> Option<Finding> {
    let all: Vec<_> = registered.grants.iter().map(|grant| grant.as_str()).collect();
    let fix = "register the grant, if the application should have it";
    let what = "the application may not use this grant";
    let named = (Some(grant.as_str()), Some(all.join(" ")));
    (!registered.is_allowed(grant)).then(|| finding(what, (named.0, named.1.as_deref()), fix))
}

fn challenge(asked: &Parameters, registered: &Registration) -> Option<Finding> {
    let method = asked.get("code_challenge_method");
    let fix = "turn PKCE on in the application, with the method S256";
    match asked.get("code_challenge") {
        None if registered.challenge == Challenge::Required => {
            Some(finding("there is no PKCE: code_challenge is missing", (None, Some("S256")), fix))
        }
        Some(_) if method != Some("S256") => {
            let what = "code_challenge_method is not S256";
            Some(finding(what, (method.or(Some("plain")), Some("S256")), fix))
        }
        _ => None,
    }
}

fn pushing(endpoint: Endpoint, asked: &Parameters, registered: &Registration) -> Option<Finding> {
    let is_plain = endpoint == Endpoint::Authorize && asked.get("request_uri").is_none();
    let is_required = registered.pushing == Pushing::Required;
    let what = "the request was not pushed";
    let fix = "let the application push its requests first (RFC 9126), to /oauth/par";
    (is_plain && is_required).then(|| finding(what, (None, None), fix))
}

/// How it proved itself, beside how it said it would. The proofs themselves are not looked at.
fn method(asked: &Parameters, registered: &Registration) -> Option<Finding> {
    let sent = match () {
        () if asked.get("client_assertion").is_some() => "an assertion",
        () if asked.get("client_secret").is_some() => "client_secret_post",
        () => "client_secret_basic or none",
    };
    let fits = match registered.method {
        Method::PrivateKeyJwt | Method::ClientSecretJwt => sent == "an assertion",
        Method::ClientSecret => sent != "an assertion",
        Method::ClientSecretPost => sent == "client_secret_post",
        Method::ClientSecretBasic | Method::None => sent == "client_secret_basic or none",
    };
    let what = "the application proves itself in another way than it registered";
    let fix = "change token_endpoint_auth_method on one of the two sides";
    (!fits).then(|| finding(what, (Some(sent), Some(registered.method.as_str())), fix))
}

fn scope(asked: &Parameters, client: &Client) -> Option<Finding> {
    let sent = asked.get("scope")?;
    let allowed = &client.registration.scope;
    let beyond = Scope::parse(sent).ok()?.only(|token| !allowed.contains(token));
    let fix = format!("leave them out, or: vestibule client update {} --scope …", client.id);
    let what = "some of the scope is not open to the application";
    let named = (beyond.to_string(), allowed.to_string());
    (!beyond.is_empty()).then(|| finding(what, (Some(&named.0), Some(&named.1)), fix))
}

#[cfg(test)]
mod tests {
    use super::*;

    // ADM-10
    #[test]
    fn the_place_where_two_addresses_part_is_named() {
        let said = apart("https://rp.example/cb/", "https://rp.example/cb");
        assert_eq!(said, "they differ from character 22 on: asked \"/\", registered nothing");
        assert!(apart("http://rp.example/", "https://rp.example/").contains("character 5 on"));
    }
}
