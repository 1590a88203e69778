//! The `claims` parameter: which claims are asked for by name (OIDC Core §5.5).

use super::error::{OAuthError, invalid_request};
use crate::keys::strict::{self, DEEPEST};
use serde_json::Value;

/// Well-formed: an object whose members `userinfo` and `id_token` are objects of claims, each null or an object.
/// What it asks for beyond our knowledge is ignored (P-052).
pub fn check(text: &str) -> Result<(), OAuthError> {
    let wrong = || invalid_request("claims is not the JSON object of OpenID Connect Core 5.5");
    let read = strict::object(text.as_bytes(), DEEPEST).ok_or_else(wrong)?;
    for place in ["userinfo", "id_token"] {
        let asked = match read.get(place) {
            None | Some(Value::Null) => continue,
            Some(Value::Object(asked)) => asked,
            Some(_) => return Err(wrong()),
        };
        let known = |value: &Value| value.is_null() || value.is_object();
        if !asked.values().all(known) {
            return Err(wrong());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    // P-052, A-085
    #[test]
    fn claims_are_objects_of_objects() {
        for good in [
            "{}",
            r#"{"userinfo":{"email":null},"id_token":{"acr":{"essential":true,"values":["a"]}}}"#,
            r#"{"other":[1]}"#,
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for wrong in [
            r#"{"id_token":{},"id_token":{}}"#,
            "",
            "[]",
            "null",
            r#"{"userinfo":[]}"#,
            r#"{"id_token":{"email":true}}"#,
            "{",
        ] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
