//! What a request wishes of the sign-in itself: who, how sure, how fresh (OIDC Core §3.1.2.1, §5.5.1).

use super::model::{AuthorizationRequest, Demand};
use crate::sessions::model::{Assurance, Session};
use serde_json::{Map, Value};

/// What the `claims` parameter asks of the ID token by value: the rest of it is for what goes into tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub acr_values: Vec<String>,
    pub acr_demand: Demand,
    pub subject: Option<String>,
}

/// Of a text that was found well-formed.
pub fn of_claims(text: Option<&str>) -> Asked {
    let read = text.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    let Some(Value::Object(mut id_token)) = read.and_then(|mut all| all.remove("id_token")) else {
        return Asked::default();
    };
    let acr = id_token.remove("acr").unwrap_or_default();
    let is_essential = acr.get("essential") == Some(&Value::Bool(true));
    let sub = id_token.remove("sub").unwrap_or_default();
    Asked {
        acr_values: values(&acr),
        acr_demand: if is_essential { Demand::Must } else { Demand::Wish },
        subject: values(&sub).pop(),
    }
}

/// `value` or `values` (OIDC Core §5.5.1).
fn values(claim: &Value) -> Vec<String> {
    let many = claim.get("values").and_then(Value::as_array).into_iter().flatten();
    let all = claim.get("value").into_iter().chain(many);
    all.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

/// The first of the asked that we know (P-034).
pub fn assurance(request: &AuthorizationRequest) -> Option<Assurance> {
    request.acr_values.iter().find_map(|acr| Assurance::parse(acr))
}

/// What `acr` says: the first of the asked that this session reaches, else what it is (P-034).
pub fn reached(request: &AuthorizationRequest, session: &Session) -> Assurance {
    let asked = request.acr_values.iter().filter_map(|acr| Assurance::parse(acr));
    let mut reached = asked.filter(|asked| *asked <= session.assurance());
    reached.next().unwrap_or_else(|| session.assurance())
}

#[cfg(test)]
mod tests {
    use super::*;

    // OIDC Core §5.5.1, §5.5.1.1 (P-034)
    #[test]
    fn claims_ask_for_a_subject_and_an_assurance() {
        assert_eq!(of_claims(None), Asked::default());
        assert_eq!(of_claims(Some(r#"{"userinfo":{"acr":{"value":"x"}}}"#)), Asked::default());
        let asked = of_claims(Some(
            r#"{"id_token":{"acr":{"essential":true,"values":["a","b"]},"sub":{"value":"usr_1"}}}"#,
        ));
        assert_eq!(asked.acr_values, ["a", "b"]);
        assert_eq!((asked.acr_demand, asked.subject.as_deref()), (Demand::Must, Some("usr_1")));
        assert_eq!(of_claims(Some(r#"{"id_token":{"acr":null,"sub":null}}"#)), Asked::default());
    }
}
