//! What applications are told of a person: by scope (OIDC Core §5.4), and by name (§5.5).

use super::model::Scope;
use crate::accounts::model::{Belonging, Field, User};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Each claim, and the scope that it comes with.
pub const CLAIMS: &[(&str, &str)] = &[
    ("name", PROFILE),
    ("family_name", PROFILE),
    ("given_name", PROFILE),
    ("middle_name", PROFILE),
    ("nickname", PROFILE),
    ("preferred_username", PROFILE),
    ("profile", PROFILE),
    ("picture", PROFILE),
    ("website", PROFILE),
    ("gender", PROFILE),
    ("birthdate", PROFILE),
    ("zoneinfo", PROFILE),
    ("locale", PROFILE),
    ("updated_at", PROFILE),
    ("email", "email"),
    ("email_verified", "email"),
    ("address", "address"),
    ("phone_number", "phone"),
    ("phone_number_verified", "phone"),
    (ROLES, ROLES),
    (GROUPS, GROUPS),
];

const PROFILE: &str = "profile";

/// What somebody may do in the organisation, by the scope of that name (P-220).
pub const ROLES: &str = "roles";

/// To whom in the organisation somebody belongs (P-220).
pub const GROUPS: &str = "groups";

/// What an application may learn.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The scope whose claims go to this place.
    pub scope: &'a Scope,
    /// What was asked for by name, at this place.
    pub named: &'a Map<String, Value>,
    /// What the client registered: a name opens nothing beyond it.
    pub allowed: &'a Scope,
    /// Read where it is asked for.
    pub belonging: &'a Belonging,
}

impl Asked<'_> {
    /// Whether roles and groups are to be read.
    pub fn wants_belonging(scope: &Scope, named: &Map<String, Value>) -> bool {
        [ROLES, GROUPS].iter().any(|claim| scope.contains(claim) || named.contains_key(*claim))
    }
}

/// A part of the `claims` parameter, which was found well-formed when the request came in.
pub fn named(claims: Option<&str>, place: &str) -> Map<String, Value> {
    let read = claims.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    match read.and_then(|mut read| read.remove(place)) {
        Some(Value::Object(named)) => named,
        _ => Map::new(),
    }
}

/// What is not known is not there (P-023); a value that was asked for and is another is not told.
pub fn told(user: &User, asked: Asked<'_>) -> Map<String, Value> {
    let mut claims = Map::new();
    for (name, scope) in CLAIMS {
        let by_name = asked.named.get(*name);
        let is_open =
            asked.scope.contains(scope) || (by_name.is_some() && asked.allowed.contains(scope));
        let known = || match *name {
            ROLES => some(&asked.belonging.roles),
            GROUPS => some(&asked.belonging.groups),
            name => value(user, name),
        };
        let value = is_open.then(known).flatten();
        if let Some(value) = value.filter(|value| by_name.is_none_or(|ask| admits(ask, value))) {
            claims.insert((*name).to_owned(), value);
        }
    }
    claims
}

/// An empty list says nothing that its absence does not say.
pub fn some<T: Serialize>(list: &[T]) -> Option<Value> {
    (!list.is_empty()).then(|| json!(list))
}

/// OIDC Core §5.5.1: `value` and `values` narrow.
fn admits(ask: &Value, value: &Value) -> bool {
    match (ask.get("value"), ask.get("values").and_then(Value::as_array)) {
        (Some(one), _) => one == value,
        (None, Some(several)) => several.contains(value),
        (None, None) => true,
    }
}

fn value(user: &User, claim: &str) -> Option<Value> {
    let profile = &user.profile;
    match claim {
        "name" => (!user.name.is_empty()).then(|| json!(user.name)),
        "preferred_username" => user.username.as_ref().map(|name| json!(name.as_str())),
        "updated_at" => Some(json!(user.changed_at.max(user.made_at).seconds())),
        "email" => Some(json!(user.email.as_str())),
        "email_verified" => Some(json!(user.email_verified_at.is_some())),
        "phone_number_verified" => {
            profile.get(Field::PhoneNumber).map(|_| json!(profile.phone_verified_at.is_some()))
        }
        "address" => address(user),
        field => Some(json!(profile.get(Field::parse(field)?)?)),
    }
}

/// OIDC Core §5.1.1.
fn address(user: &User) -> Option<Value> {
    let mut address = Map::new();
    address.insert("formatted".into(), json!(user.profile.formatted_address()?));
    let parts =
        [Field::StreetAddress, Field::Locality, Field::Region, Field::PostalCode, Field::Country];
    for part in parts {
        if let Some(text) = user.profile.get(part) {
            address.insert(part.name().into(), json!(text));
        }
    }
    Some(Value::Object(address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::model::{GroupName, Profile, Role, Status, Username};
    use crate::kernel::email::Email;
    use crate::kernel::ids::UserId;
    use crate::kernel::time::Timestamp;

    fn ada() -> User {
        let mut profile = Profile::default();
        for (field, text) in [
            (Field::GivenName, "Ada"),
            (Field::PhoneNumber, "+2348012345678"),
            (Field::Locality, "Lagos"),
            (Field::EmployeeId, "42"),
        ] {
            profile.set(field, text).unwrap();
        }
        User {
            id: UserId::parse("usr_00000000000000000000000000").unwrap(),
            email: Email::parse("ada@example.test").unwrap(),
            username: Username::parse("ada"),
            name: "Ada Okafor".into(),
            profile,
            made_at: Timestamp::from_seconds(10),
            changed_at: Timestamp::from_seconds(20),
            email_verified_at: None,
            status: Status::Active,
        }
    }

    fn asked(scope: &str, claims: &str, allowed: &str) -> Value {
        let scopes = [scope, allowed].map(|text| Scope::parse(text).unwrap());
        let named = named(Some(claims), "userinfo");
        let [scope, allowed] = &scopes;
        let groups = ["hall", "keepers"].map(|name| GroupName::parse(name).unwrap()).to_vec();
        let belonging = &Belonging { roles: vec![Role::Admin], groups };
        Value::Object(told(&ada(), Asked { scope, named: &named, allowed, belonging }))
    }

    // P-220, P-023, OIDC Core §5.4: each scope its claims, with the right types, and nothing that is not known
    #[test]
    fn a_scope_opens_its_claims() {
        assert_eq!(
            asked("openid profile", "{}", ""),
            json!({"name": "Ada Okafor", "given_name": "Ada", "preferred_username": "ada", "updated_at": 20})
        );
        assert_eq!(
            asked("email phone address", "{}", ""),
            json!({
                "email": "ada@example.test", "email_verified": false,
                "phone_number": "+2348012345678", "phone_number_verified": false,
                "address": {"formatted": "Lagos", "locality": "Lagos"},
            })
        );
        assert_eq!(asked("openid", "{}", "profile email"), json!({}));
        assert_eq!(asked("openid roles", "{}", ""), json!({"roles": ["admin"]}), "P-220");
        assert_eq!(asked("openid groups", "{}", ""), json!({"groups": ["hall", "keepers"]}));
    }

    // P-052, OIDC Core §5.5: by name, within what the client may ask for, and by value
    #[test]
    fn a_claim_is_asked_for_by_name() {
        let claims =
            r#"{"userinfo":{"email":{"essential":true},"nickname":null,"employee_id":null}}"#;
        assert_eq!(asked("openid", claims, "openid email"), json!({"email": "ada@example.test"}));
        assert_eq!(asked("openid", claims, "openid"), json!({}), "not beyond its registration");
        let groups = r#"{"userinfo":{"groups":null}}"#;
        assert_eq!(asked("openid", groups, "openid roles"), json!({}));
        assert_eq!(asked("openid", groups, "groups"), json!({"groups": ["hall", "keepers"]}));
        for (ask, told) in [
            (r#"{"value":"Ada"}"#, true),
            (r#"{"value":"Eve"}"#, false),
            (r#"{"values":["Eve","Ada"]}"#, true),
            (r#"{"values":["Eve"]}"#, false),
        ] {
            let claims = format!(r#"{{"userinfo":{{"given_name":{ask}}}}}"#);
            let answer = asked("openid", &claims, "profile");
            assert_eq!(answer.get("given_name").is_some(), told, "{ask}");
        }
    }
}
