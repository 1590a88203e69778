//! Signing out everywhere (RP-Logout §2), and being told that somebody did (Back-Channel §2.6).

use super::jwt::verified;
use super::model::{Hop, Known};
use super::relying_party::{RelyingParty, Trouble, told};
use super::telling::is_told;
use crate::kernel::secret::Secret;
use crate::kernel::time::Timestamp;
use openidconnect::core::CoreIdToken;
use openidconnect::{ClientId, CsrfToken, LogoutRequest, PostLogoutRedirectUrl};
use serde_json::Value;
use std::str::FromStr;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// How old word of a logout may be, and how far the clocks may differ.
const RECENT_SECONDS: i64 = 300;

/// Which session is over.
pub struct Notice {
    pub session: Option<String>,
    pub subject: Option<String>,
    /// How it was said.
    pub hop: Hop,
}

impl Notice {
    /// The session that it names; all of the person where it names none.
    pub fn is_about(&self, known: &Known) -> bool {
        match &self.session {
            Some(session) => known.session.as_ref() == Some(session),
            None => self.subject.as_ref() == Some(&known.subject),
        }
    }
}

impl RelyingParty {
    /// Where to send the browser, and the state that it brings back.
    pub async fn leave(&self, known: &Known) -> Result<(String, Secret), Trouble> {
        let metadata = self.metadata(&self.converse()).await?;
        let endpoint = metadata.additional_metadata().end_session_endpoint.clone();
        let hint = CoreIdToken::from_str(known.id_token.reveal()).map_err(told)?;
        let after = PostLogoutRedirectUrl::new(format!("{}/signed-out", self.home));
        let state = self.fresh();
        let request = LogoutRequest::from(endpoint.ok_or("the server knows no such thing")?)
            .set_id_token_hint(&hint)
            .set_client_id(ClientId::new(self.client_id.clone()))
            .set_post_logout_redirect_uri(after.map_err(told)?)
            .set_state(CsrfToken::new(state.reveal().into()));
        Ok((request.http_get_url().into(), state))
    }

    /// Back-Channel §2.6, all of it but the memory for `jti`: a session ends once.
    pub async fn hear(&self, token: &str) -> Result<Notice, Trouble> {
        let metadata = self.metadata(&self.converse()).await?;
        let claims = verified(token, metadata.jwks().keys(), "logout+jwt")?;
        check(&claims, (&self.issuer, &self.client_id), self.ambient.now())?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let hop = is_told(self.which, &claims);
        Ok(Notice { session: text("sid"), subject: text("sub"), hop })
    }
}

fn check(claims: &Value, (issuer, client): (&str, &str), now: Timestamp) -> Result<(), Trouble> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let number = |name: &str| claims.get(name).and_then(Value::as_i64).unwrap_or_default();
    let age = now.seconds() - number("iat");
    let event = claims.get("events").and_then(|events| events.get(EVENT));
    match () {
        () if text("iss") != Some(issuer) => Err("another server sent it"),
        () if text("aud") != Some(client) => Err("it is for another application"),
        () if age.abs() > RECENT_SECONDS || number("exp") <= now.seconds() => Err("it is over"),
        () if !event.is_some_and(Value::is_object) => Err("it tells of nothing"),
        () if claims.get("nonce").is_some() => Err("it is an ID token in disguise"),
        () if text("sub").or(text("sid")).is_none() => Err("it names nobody"),
        () => Ok(()),
    }
    .map_err(Trouble::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    // Back-Channel §2.6
    #[test]
    fn only_word_of_a_logout_for_this_application_ends_anything() {
        let good = json!({
            "iss": "http://localhost:8080", "aud": "cli_a", "iat": 100, "exp": 220, "sid": "s",
            "events": { EVENT: {} },
        });
        let now = Timestamp::from_seconds(110);
        let check = |claims: &Value| check(claims, ("http://localhost:8080", "cli_a"), now);
        assert_eq!(check(&good), Ok(()));
        for (name, value) in [
            ("iss", json!("http://localhost:9999")),
            ("aud", json!("cli_b")),
            ("iat", json!(500)),
            ("exp", json!(110)),
            ("events", json!({})),
            ("nonce", json!("n")),
            ("sid", Value::Null),
        ] {
            let mut wrong = good.clone();
            wrong[name] = value.clone();
            assert!(check(&wrong).is_err(), "{name} {value}");
        }
    }
}
