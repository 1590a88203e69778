//! The answer to an authorization request, errors included (RFC 6749 §4.1.2, RFC 9207 §2, OAuth 2.0 Form Post §2).

use super::model::Destination;
use crate::oauth::error::OAuthError;
use crate::oauth::model::ResponseMode;
use url::form_urlencoded::Serializer;

/// Parameters for a destination. `iss` is always among them (P-205).
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    destination: Destination,
    parameters: Vec<(&'static str, String)>,
}

/// How it goes out.
#[derive(Debug, PartialEq, Eq)]
pub enum Delivery<'a> {
    /// 303, always: the request may have been a POST.
    Redirect { location: String },
    /// A page that posts itself.
    FormPost { action: &'a str, fields: &'a [(&'static str, String)] },
}

impl Response {
    /// With whatever was asked for: a code, tokens.
    pub(super) fn granted(
        destination: Destination,
        parameters: Vec<(&'static str, String)>,
        issuer: &str,
    ) -> Self {
        Self::with(destination, parameters, issuer)
    }

    pub(super) fn error(destination: Destination, error: &OAuthError, issuer: &str) -> Self {
        let parameters = vec![
            ("error", error.code.wire().to_owned()),
            ("error_description", error.description().to_owned()),
        ];
        Self::with(destination, parameters, issuer)
    }

    fn with(
        destination: Destination,
        mut parameters: Vec<(&'static str, String)>,
        issuer: &str,
    ) -> Self {
        parameters.extend(destination.state().map(|state| ("state", state.to_owned())));
        parameters.push(("iss", issuer.to_owned()));
        Self { destination, parameters }
    }

    /// Built from the text that was registered: no part of it is written anew.
    pub fn delivery(&self) -> Delivery<'_> {
        let uri = self.destination.redirect_uri();
        match self.destination.mode() {
            ResponseMode::Query => {
                let separator = match uri.split_once('?') {
                    None => "?",
                    Some((_, "")) => "",
                    Some(_) => "&",
                };
                // The empty fragment replaces one that the browser would carry over.
                Delivery::Redirect { location: format!("{uri}{separator}{}#", self.encoded()) }
            }
            ResponseMode::Fragment => {
                Delivery::Redirect { location: format!("{uri}#{}", self.encoded()) }
            }
            ResponseMode::FormPost => Delivery::FormPost { action: uri, fields: &self.parameters },
        }
    }

    /// For the `form-action` of the page before it (D-14).
    pub const fn destination(&self) -> &Destination {
        &self.destination
    }

    /// For the frame in which an application asks whether somebody is still signed in (Session Management §3.1).
    #[must_use]
    pub fn with_session_state(mut self, state: Option<String>) -> Self {
        self.parameters.extend(state.map(|state| ("session_state", state)));
        self
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn encoded(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.parameters).finish()
    }
}

/// Its parameters may hold a code.
impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.parameters.iter().map(|(name, _)| name).collect();
        f.debug_struct("Response")
            .field("to", &self.destination.redirect_uri())
            .field("with", &names)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(uri: &str, mode: ResponseMode) -> String {
        let destination = Destination::new(uri.into(), mode, Some("a b&c=\"é\"".into()));
        let code = vec![("code", "c0de".to_owned())];
        let response = Response::granted(destination, code, "https://id.example");
        match response.delivery() {
            Delivery::Redirect { location } => location,
            Delivery::FormPost { action, fields } => format!("{action} {}", fields.len()),
        }
    }

    // P-010, P-012, P-205, A-013, A-015
    #[test]
    fn a_registered_query_is_kept_and_ours_is_added_once() {
        let added = "code=c0de&state=a+b%26c%3D%22%C3%A9%22&iss=https%3A%2F%2Fid.example";
        let query = |uri| location(uri, ResponseMode::Query);
        assert_eq!(query("https://rp.example/cb"), format!("https://rp.example/cb?{added}#"));
        assert_eq!(
            query("https://rp.example/cb?a=b"),
            format!("https://rp.example/cb?a=b&{added}#")
        );
        assert_eq!(query("https://rp.example/cb?"), format!("https://rp.example/cb?{added}#"));
        let fragment = location("https://rp.example/cb?a=b", ResponseMode::Fragment);
        assert_eq!(fragment, format!("https://rp.example/cb?a=b#{added}"));
        assert_eq!(
            location("https://rp.example/cb", ResponseMode::FormPost),
            "https://rp.example/cb 3"
        );
    }
}
