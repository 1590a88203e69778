//! For whom an access token is (RFC 8707 §2, P-202).

use crate::oauth::clients::model::Registration;
use crate::oauth::error::{OAuthError, invalid_target};
use crate::oauth::model::Scope;
use crate::oauth::realm::Realm;
use crate::oauth::scope::OPENID;
use url::Url;

/// Absolute, without a fragment, and one that this client may ask for.
pub fn check<'a>(
    asked: impl Iterator<Item = &'a str>,
    registration: &Registration,
) -> Result<Vec<String>, OAuthError> {
    let mut resources: Vec<String> = Vec::new();
    for resource in asked {
        let known = registration.resources.iter().any(|mine| mine == resource);
        if !known || Url::parse(resource).is_err() || resource.contains('#') {
            return Err(invalid_target("a resource is unknown or not open to this client"));
        }
        if !resources.iter().any(|seen| seen == resource) {
            resources.push(resource.to_owned());
        }
    }
    // Several at once would need scopes that tell them apart.
    if resources.len() > 1 {
        return Err(invalid_target("one token is for one resource"));
    }
    Ok(resources)
}

/// At the token endpoint: what was authorized, or less (RFC 8707 §2.2).
pub fn subset(
    asked: Vec<String>,
    authorized: &[String],
    registration: &Registration,
) -> Result<Vec<String>, OAuthError> {
    if asked.is_empty() {
        return Ok(authorized.to_vec());
    }
    let default = registration.default_resource.as_ref().filter(|_| authorized.is_empty());
    let within = asked.iter().all(|one| authorized.contains(one) || default == Some(one));
    if within { Ok(asked) } else { Err(invalid_target("this resource was not authorized")) }
}

/// What was asked for, else the client's own, else we ourselves; with openid we are in it too, for user info.
pub fn of(
    resources: &[String],
    registration: &Registration,
    scope: &Scope,
    realm: &Realm,
) -> Vec<String> {
    let mut audience = match (resources, &registration.default_resource) {
        ([], Some(default)) => vec![default.clone()],
        ([], None) => vec![realm.issuer.clone()],
        (asked, _) => asked.to_vec(),
    };
    if scope.contains(OPENID) && !audience.contains(&realm.issuer) {
        audience.push(realm.issuer.clone());
    }
    audience
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::error::Code;

    //
    #[test]
    fn only_a_registered_resource_is_a_target() {
        let api = "https://api.example".to_owned();
        let registration = Registration {
            resources: vec![
                api.clone(),
                "https://two.example".into(),
                "/rel".into(),
                "https://api.example/#f".into(),
            ],
            ..Registration::default()
        };
        let checked = |asked: &[&str]| check(asked.iter().copied(), &registration);
        assert_eq!(checked(&["https://api.example"]), Ok(vec![api.clone()]));
        assert_eq!(checked(&["https://api.example", "https://api.example"]), Ok(vec![api.clone()]));
        for wrong in [
            &["https://unknown.example"][..],
            &["/rel"],
            &["https://api.example/#f"],
            &["https://api.example", "https://two.example"],
            &["https://api.example/"],
        ] {
            assert_eq!(checked(wrong).unwrap_err().code, Code::InvalidTarget, "{wrong:?}");
        }
        let authorized = std::slice::from_ref(&api);
        assert_eq!(subset(vec![], authorized, &registration), Ok(vec![api.clone()]));
        assert!(subset(vec!["https://two.example".into()], authorized, &registration).is_err());
        assert!(subset(vec![api.clone()], &[], &registration).is_err());
    }
}
