//! For whom an access token is (RFC 8707 §2, P-202).

use crate::oauth::clients::model::Registration;
use crate::oauth::error::{OAuthError, invalid_scope, invalid_target};
use crate::oauth::model::Scope;
use crate::oauth::realm::Realm;
use crate::oauth::resources::model::{Known, Leads, Resource, is_same, normal};
use crate::oauth::scope::OPENID;

/// Each of them absolute, without a fragment, and open to this client; as it is registered (P-230).
pub fn check<'a>(
    asked: impl Iterator<Item = &'a str>,
    registration: &Registration,
    known: &Known,
) -> Result<Vec<String>, OAuthError> {
    let mut resources: Vec<String> = Vec::new();
    for resource in asked {
        let registered = registered(resource, registration, known);
        let wrong = || invalid_target("a resource is unknown or not open to this client");
        let registered = registered.ok_or_else(wrong)?;
        if !resources.contains(&registered) {
            resources.push(registered);
        }
    }
    // One token for several needs scopes that tell them apart.
    if resources.len() > 1 && !known.are_apart(&resources) {
        return Err(invalid_target("one token cannot be for all of these resources"));
    }
    Ok(resources)
}

/// Open is what the client registered, and an API of which it may have a scope.
fn registered(asked: &str, registration: &Registration, known: &Known) -> Option<String> {
    normal(asked)?;
    let mine = registration.resources.iter().find(|mine| is_same(mine, asked));
    match known.find(asked) {
        Some(api) => {
            let is_open = mine.is_some() || registration.scope.tokens().any(|one| api.has(one));
            is_open.then(|| api.uri.clone())
        }
        None => mine.cloned(),
    }
}

/// At the token endpoint: what was authorized, or less (RFC 8707 §2.2). Where no resource was named then, what the
/// scope leads to.
pub fn subset(
    asked: Vec<String>,
    authorized: &[String],
    (registration, scope, known): (&Registration, &Scope, &Known),
) -> Result<Vec<String>, OAuthError> {
    if asked.is_empty() {
        return Ok(authorized.to_vec());
    }
    let usual = match authorized {
        [] => usual(registration, scope, known)?,
        _ => None,
    };
    let within = asked.iter().all(|one| authorized.contains(one) || usual.as_ref() == Some(one));
    if within { Ok(asked) } else { Err(invalid_target("this resource was not authorized")) }
}

/// What was asked for, else what the scope leads to, else the client's own, else we ourselves; with openid we are in
/// it too, for user info.
pub fn of(
    resources: &[String],
    registration: &Registration,
    scope: &Scope,
    realm: &Realm,
) -> Result<Vec<String>, OAuthError> {
    let mut audience = match resources {
        [] => {
            let usual = usual(registration, scope, &realm.resources)?;
            vec![usual.unwrap_or_else(|| realm.issuer.clone())]
        }
        asked => asked.to_vec(),
    };
    if scope.contains(OPENID) && !audience.contains(&realm.issuer) {
        audience.push(realm.issuer.clone());
    }
    Ok(audience)
}

/// Where nothing was asked for.
fn usual(
    registration: &Registration,
    scope: &Scope,
    known: &Known,
) -> Result<Option<String>, OAuthError> {
    let default = registration.default_resource.as_ref();
    match known.leads(scope) {
        Leads::Nowhere => Ok(default.map(|default| {
            known.find(default).map_or_else(|| default.clone(), |api| api.uri.clone())
        })),
        Leads::To(several) => {
            let is_default = |api: &&&_| default.is_some_and(|uri| Resource::is_at(api, uri));
            let one = match several.as_slice() {
                [one] => Some(one),
                several => several.iter().find(is_default),
            };
            let which = || invalid_scope("several APIs have this scope: name one as resource");
            one.map(|api| Some(api.uri.clone())).ok_or_else(which)
        }
        Leads::Apart => Err(invalid_scope("this scope is of several APIs: ask for each apart")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::TenantId;
    use crate::kernel::time::Timestamp;
    use crate::oauth::error::Code;
    use crate::oauth::resources::model::Sentences;
    use crate::platform::storage::At;
    use std::sync::Arc;

    const API: &str = "https://api.example";

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    fn api(uri: &str, scopes: &[&str]) -> Resource {
        let scopes = scopes.iter().map(|token| ((*token).to_owned(), Sentences::new()));
        Resource { scopes: scopes.collect(), ..Resource::new(uri, "An API") }
    }

    fn known() -> Known {
        Known::new(vec![
            api("https://one.example/", &["one", "read"]),
            api("https://two.example", &["two", "read"]),
            api("https://six.example", &["six"]),
        ])
    }

    // A-077, P-230
    #[test]
    fn only_a_registered_resource_is_a_target() {
        let registration = Registration {
            resources: vec![
                API.to_owned(),
                "https://other.example".into(),
                "/rel".into(),
                "https://api.example/#f".into(),
            ],
            scope: scope("two six"),
            ..Registration::default()
        };
        let known = known();
        let checked = |asked: &[&str]| check(asked.iter().copied(), &registration, &known);
        assert_eq!(checked(&[API]), Ok(vec![API.to_owned()]));
        assert_eq!(checked(&[API, "HTTPS://api.example:443/"]), Ok(vec![API.to_owned()]));
        assert_eq!(checked(&["https://two.example/"]), Ok(vec!["https://two.example".into()]));
        assert_eq!(checked(&["https://two.example", "https://six.example"]).unwrap().len(), 2);
        for wrong in [
            &["https://unknown.example"][..],
            &["/rel"],
            &["https://api.example/#f"],
            &["https://one.example"],
            &[API, "https://other.example"],
            &["https://api.example/a"],
        ] {
            assert_eq!(checked(wrong).unwrap_err().code, Code::InvalidTarget, "{wrong:?}");
        }
    }

    // RFC 8707 §2.2 (P-202): a subset of what was authorized
    #[test]
    fn a_target_is_what_was_authorized_or_less() {
        let registration = Registration { scope: scope("one"), ..Registration::default() };
        let (known, one) = (known(), scope("one"));
        let subset = |asked: &[&str], authorized: &[&str]| {
            let asked = asked.iter().map(ToString::to_string).collect();
            let authorized: Vec<_> = authorized.iter().map(ToString::to_string).collect();
            subset(asked, &authorized, (&registration, &one, &known)).map(|all| all.concat())
        };
        assert_eq!(subset(&[], &[API]).as_deref(), Ok(API));
        assert_eq!(subset(&[API], &[API, "https://two.example"]).as_deref(), Ok(API));
        assert!(subset(&["https://two.example"], &[API]).is_err());
        assert!(subset(&[API], &[]).is_err());
        assert!(subset(&["https://one.example/"], &[]).is_ok(), "where the scope leads");
        assert!(subset(&["https://one.example/"], &[API]).is_err(), "another was authorized");
    }

    // P-202: by the scopes, else the client's default, else the issuer
    #[test]
    fn without_a_target_the_scope_decides() {
        let at = At { tenant: TenantId::parse("ten_00000001").unwrap(), now: Timestamp::default() };
        let realm = Realm { resources: Arc::new(known()), ..Realm::of(at, "https://id".into()) };
        let registration =
            Registration { default_resource: Some(API.into()), ..Registration::default() };
        let plain = Registration::default();
        let of = |registered: &Registration, text| of(&[], registered, &scope(text), &realm);
        assert_eq!(of(&plain, "email"), Ok(vec!["https://id".into()]));
        assert_eq!(of(&registration, "email"), Ok(vec![API.to_owned()]));
        assert_eq!(of(&registration, "two"), Ok(vec!["https://two.example".into()]));
        let both = Ok(vec!["https://one.example/".to_owned(), "https://id".into()]);
        assert_eq!(of(&plain, "openid read one"), both);
        for apart in ["one two", "read"] {
            assert_eq!(of(&registration, apart).unwrap_err().code, Code::InvalidScope, "{apart}");
        }
        let default = Some("https://two.example/".to_owned());
        let two = Registration { default_resource: default, ..Registration::default() };
        assert_eq!(of(&two, "read"), Ok(vec!["https://two.example".into()]));
    }
}
