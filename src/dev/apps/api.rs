//! The guarded API of the demo: it knows the server by its metadata and its keys alone, and checks every token by
//! itself (RFC 9068 §4).

use super::jwt::verified;
use super::relying_party::{Trouble, told};
use super::wire::Conversation;
use crate::kernel::time::Timestamp;
use openidconnect::IssuerUrl;
use openidconnect::core::CoreProviderMetadata;
use serde_json::Value;

/// What a token must be, to be let in.
pub struct Guard<'a> {
    pub issuer: &'a str,
    pub audience: &'a str,
    pub scope: &'a str,
}

impl Guard<'_> {
    /// The claims of a token that opens the door, or why it stays shut.
    pub async fn admit(
        &self,
        token: &str,
        conversation: &Conversation,
        now: Timestamp,
    ) -> Result<Value, Trouble> {
        let http = conversation.client();
        let issuer = IssuerUrl::new(self.issuer.to_owned()).map_err(told)?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.map_err(told)?;
        let claims = verified(token, metadata.jwks().keys(), "at+jwt")?;
        self.check(&claims, now)?;
        Ok(claims)
    }

    fn check(&self, claims: &Value, now: Timestamp) -> Result<(), Trouble> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let number = |name: &str| claims.get(name).and_then(Value::as_i64);
        let audience = match claims.get("aud") {
            Some(Value::String(one)) => one == self.audience,
            Some(Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(self.audience)),
            _ => false,
        };
        match () {
            () if text("iss") != Some(self.issuer) => Err("another server issued it".into()),
            () if !audience => Err("it is for another API".into()),
            () if number("exp").is_none_or(|end| end <= now.seconds()) => Err("it is over".into()),
            () if !text("scope").is_some_and(|all| all.split(' ').any(|one| one == self.scope)) => {
                Err(format!("it does not have the scope {}", self.scope))
            }
            () => Ok(()),
        }
    }
}

pub fn words(path: &str) -> (String, String) {
    let sentence = match path {
        "/jwks" => "With these it checks what the server signs. It asks nobody about a token.",
        _ => "One document says who the server is and where its keys are.",
    };
    (format!("The API reads {path}"), sentence.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const GUARD: Guard<'static> = Guard {
        issuer: "http://localhost:8080",
        audience: "http://localhost:8083",
        scope: "pictures:read",
    };

    // RFC 9068 §4
    #[test]
    fn only_a_token_of_the_server_for_this_api_opens_it() {
        let good = json!({
            "iss": GUARD.issuer, "aud": [GUARD.audience], "exp": 100, "scope": "openid pictures:read",
        });
        let check = |claims: &Value| GUARD.check(claims, Timestamp::from_seconds(99));
        assert_eq!(check(&good), Ok(()));
        for (name, value) in [
            ("iss", json!("http://localhost:9999")),
            ("aud", json!("http://localhost:8081")),
            ("aud", Value::Null),
            ("exp", json!(99)),
            ("exp", json!("100")),
            ("scope", json!("pictures:readmore")),
        ] {
            let mut wrong = good.clone();
            wrong[name] = value.clone();
            assert!(check(&wrong).is_err(), "{name} {value}");
        }
    }
}
