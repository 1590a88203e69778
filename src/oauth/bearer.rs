//! An access token, as a request carries it (RFC 6750 §2).

use super::error::{OAuthError, invalid_request};
use super::parameters::Parameters;

/// In the `Authorization` header or in the body of a POST, and in one of them alone. In the query it would stand in
/// logs and histories: there it is not looked at.
pub fn presented<'a>(
    authorization: &[&'a str],
    form: Option<&'a Parameters>,
) -> Result<Option<&'a str>, OAuthError> {
    let twice = || invalid_request("the access token is sent more than once");
    let header = match authorization {
        [] => None,
        [one] => bearer(one),
        _ => return Err(twice()),
    };
    let is_repeated = form.is_some_and(|form| form.is_repeated("access_token"));
    let body = form.and_then(|form| form.get("access_token"));
    match (header, body) {
        _ if is_repeated => Err(twice()),
        (Some(_), Some(_)) => Err(twice()),
        (one, other) => Ok(one.or(other)),
    }
}

/// The scheme is case-insensitive (RFC 9110 §11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim_start_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    // P-024, P-025, P-026, A-069
    #[test]
    fn a_token_comes_once_and_one_way() {
        let form = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            Parameters::new(pairs.collect()).unwrap()
        };
        let body = form(&[("access_token", "b")]);
        assert_eq!(presented(&["Bearer a"], None), Ok(Some("a")));
        assert_eq!(presented(&["bEARER  a"], None), Ok(Some("a")));
        assert_eq!(presented(&[], Some(&body)), Ok(Some("b")));
        for none in ["Basic a", "Bearer", "Bearer ", "a"] {
            assert_eq!(presented(&[none], None), Ok(None), "{none}");
        }
        assert!(presented(&["Bearer a"], Some(&body)).is_err());
        assert!(presented(&["Bearer a", "Bearer a"], None).is_err());
        let twice = form(&[("access_token", "a"), ("access_token", "a")]);
        assert!(presented(&[], Some(&twice)).is_err());
    }
}
