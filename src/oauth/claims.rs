//! The `claims` parameter: which claims are asked for by name (OIDC Core §5.5).

use super::error::{OAuthError, invalid_request};
use serde_json::{Map, Value};

/// Well-formed: an object whose members `userinfo` and `id_token` are objects of claims, each null or an object.
/// What it asks for beyond our knowledge is ignored (P-052).
pub fn check(text: &str) -> Result<(), OAuthError> {
    let wrong = || invalid_request("claims is not the JSON object of OpenID Connect Core 5.5");
    let read: Map<String, Value> = serde_json::from_str(text).map_err(|_| wrong())?;
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

    // P-052
    #[test]
    fn claims_are_objects_of_objects() {
        for good in [
            "{}",
            r#"{"userinfo":{"email":null},"id_token":{"acr":{"essential":true,"values":["a"]}}}"#,
            r#"{"other":[1]}"#,
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for wrong in ["", "[]", "null", r#"{"userinfo":[]}"#, r#"{"id_token":{"email":true}}"#, "{"]
        {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
