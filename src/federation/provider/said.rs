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
const DEEPEST: usize = 2;

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
        exit: None,
    })
}

pub(super) fn text<'a>(said: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    said.get(name)?.as_str()
}

/// Texts and lists of texts; what stands in objects goes by a path with dots, such as `realm_access.roles`.
fn bounded(said: &Map<String, Value>) -> Claims {
    let mut claims = Claims::new();
    gather(&mut claims, said, ("", DEEPEST));
    claims
}

fn gather(claims: &mut Claims, said: &Map<String, Value>, (path, depth): (&str, usize)) {
    let fits = |value: &&str| value.len() <= LONGEST_VALUE;
    for (name, value) in said {
        let name = format!("{path}{name}");
        if name.len() > LONGEST_NAME || claims.len() >= MOST_CLAIMS || claims.contains_key(&name) {
            continue;
        }
        let values: Vec<String> = match value {
            Value::String(text) => {
                [text.as_str()].iter().filter(|t| fits(t)).map(|t| (*t).to_owned()).collect()
            }
            Value::Array(list) => {
                let texts = list.iter().filter_map(Value::as_str).filter(fits);
                texts.take(MOST_VALUES).map(str::to_owned).collect()
            }
            Value::Object(deeper) if depth > 0 => {
                gather(claims, deeper, (&format!("{name}."), depth - 1));
                continue;
            }
            _ => continue,
        };
        if !values.is_empty() {
            claims.insert(name, values);
        }
    }
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
        let nested = json!({"realm_access": {"roles": ["a"], "x": {"y": {"z": "too deep"}}}, "realm_access.roles": "b"});
        let nested = super::bounded(nested.as_object().unwrap());
        assert_eq!(nested.len(), 1, "{nested:?}");
        assert_eq!(nested["realm_access.roles"], ["a"]);
        let identity = |subject: String| Identity { issuer: "https://idp.test".into(), subject };
        for wrong in [String::new(), "x".repeat(256), "a\nb".into()] {
            assert!(assertion(identity(wrong), &Map::new(), "email_verified").is_err());
        }
    }
}
