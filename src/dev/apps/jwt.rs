//! JWTs of other kinds than the library reads, which looks at ID tokens alone.

use super::relying_party::{Trouble, told};
use data_encoding::BASE64URL_NOPAD;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use serde_json::Value;

/// The claims of a JWT of this type that one of these keys signed: an access token (RFC 9068 §2.1), or word of a
/// logout (Back-Channel §2.4).
pub fn verified(token: &str, keys: &[CoreJsonWebKey], kind: &str) -> Result<Value, Trouble> {
    let (signed, signature) = token.rsplit_once('.').ok_or("it is no JWT")?;
    let (header, payload) = signed.split_once('.').ok_or("it is no JWT")?;
    let header = decoded(header).ok_or("its header cannot be read")?;
    let text = |name: &str| header.get(name).and_then(Value::as_str).unwrap_or_default();
    if !text("typ").eq_ignore_ascii_case(kind) {
        return Err(format!("it is no {kind}: its type says so"));
    }
    let algorithm: CoreJwsSigningAlgorithm =
        serde_json::from_value(text("alg").into()).map_err(|_| "its algorithm is unknown")?;
    let is_it = |key: &&CoreJsonWebKey| key.key_id().is_some_and(|id| id.as_str() == text("kid"));
    let key = keys.iter().find(is_it).ok_or("no published key signed it")?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(told)?;
    key.verify_signature(&algorithm, signed.as_bytes(), &signature)
        .map_err(|_| "its signature is wrong")?;
    decoded(payload).ok_or_else(|| "its claims cannot be read".into())
}

/// Header and claims of a JWT, read without believing them: for showing, and where the library has believed them.
pub fn read(token: &str) -> [Value; 2] {
    let mut parts = token.split('.').map(|part| decoded(part).unwrap_or_default());
    [(); 2].map(|()| parts.next().unwrap_or_default())
}

fn decoded(part: &str) -> Option<Value> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_signed_or_of_another_type_is_refused() {
        let part = |value: Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let claims = part(json!({ "iss": "http://localhost:8080" }));
        for header in [
            json!({ "alg": "none", "typ": "at+jwt" }),
            json!({ "alg": "RS256", "typ": "JWT", "kid": "k" }),
            json!({ "alg": "RS256", "typ": "logout+jwt", "kid": "k" }),
            json!({ "alg": "RS256", "typ": "at+jwt", "kid": "k" }),
        ] {
            assert!(verified(&format!("{}.{claims}.AAAA", part(header)), &[], "at+jwt").is_err());
        }
        assert!(verified("", &[], "at+jwt").is_err());
    }
}
