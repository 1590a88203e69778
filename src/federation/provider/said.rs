//! Claims, read strictly and within bounds: whatever has another form was not said.

use super::Trouble;
use crate::federation::model::identity::LONGEST_SUBJECT;
use crate::federation::model::{Assertion, Claims, Identity};
use crate::kernel::email::Email;
use crate::tenants::model::display_name;
use serde_json::{Map, Value};

const MOST_CLAIMS: usize = 64;
const MOST_VALUES: usize = 200;
const LONGEST_NAME: usize = 128;
const LONGEST_VALUE: usize = 512;

/// The claims of one document about one subject. `verified` names the claim that vouches for the address.
pub(super) fn assertion(
    identity: Identity,
    said: &Map<String, Value>,
    verified: &str,
) -> Result<Assertion, Trouble> {
    let length = identity.subject.chars().count();
    if !(1..=LONGEST_SUBJECT).contains(&length) || identity.subject.chars().any(char::is_control) {
        return Err(Trouble::Untrusted("its subject is empty or too long".into()));
    }
    Ok(Assertion {
        identity,
        email: text(said, "email").and_then(Email::parse),
        is_email_verified: said.get(verified) == Some(&Value::Bool(true)),
        name: text(said, "name").and_then(|name| display_name(name).ok()),
        hosted_domain: text(said, "hd").map(str::to_owned),
        claims: bounded(said),
    })
}

pub(super) fn text<'a>(said: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    said.get(name)?.as_str()
}

fn bounded(said: &Map<String, Value>) -> Claims {
    let fits = |value: &&str| value.len() <= LONGEST_VALUE;
    let read = |(name, value): (&String, &Value)| {
        let values: Vec<String> = match value {
            Value::String(text) => [text.as_str()]
                .iter()
                .filter(|text| fits(text))
                .map(|text| (*text).to_owned())
                .collect(),
            Value::Array(list) => {
                let texts = list.iter().filter_map(Value::as_str).filter(fits);
                texts.take(MOST_VALUES).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        (name.len() <= LONGEST_NAME && !values.is_empty()).then(|| (name.clone(), values))
    };
    said.iter().filter_map(read).take(MOST_CLAIMS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(claims: &Value) -> Assertion {
        let identity = Identity { issuer: "https://idp.test".into(), subject: "1".into() };
        assertion(identity, claims.as_object().unwrap(), "email_verified").unwrap()
    }

    // INV-22, A-163: nothing but JSON true vouches for an address
    #[test]
    fn only_true_is_true() {
        for said in [json!("true"), json!(1), json!("1"), json!([true]), json!(null), json!(false)]
        {
            let claims = json!({"email": "ada@example.test", "email_verified": said});
            assert!(!read(&claims).is_email_verified, "{said}");
        }
        assert!(read(&json!({"email_verified": true})).is_email_verified);
        assert!(!read(&json!({"email": "ada@example.test"})).is_email_verified);
    }

    //
    #[test]
    fn what_has_another_form_or_no_end_was_not_said() {
        let many: Vec<String> = (0..1000).map(|n| format!("g{n}")).collect();
        let claims = json!({
            "email": ["ada@example.test"], "name": "A\u{202e}da", "groups": many,
            "long": "x".repeat(10_000), "tenant": {"id": "other"}, "roles": ["admin", 7],
        });
        let read = read(&claims);
        assert_eq!((read.email, read.name), (None, None));
        assert_eq!(read.claims["groups"].len(), MOST_VALUES);
        assert_eq!(read.claims["roles"], ["admin"]);
        assert!(!read.claims.contains_key("long") && !read.claims.contains_key("tenant"));
        let identity = |subject: String| Identity { issuer: "https://idp.test".into(), subject };
        for wrong in [String::new(), "x".repeat(256), "a\nb".into()] {
            assert!(assertion(identity(wrong), &Map::new(), "email_verified").is_err());
        }
    }
}
