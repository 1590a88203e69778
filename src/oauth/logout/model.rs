//! What is asked when an application signs somebody out, and which applications a session has reached.

use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, SessionId};
use crate::kernel::time::Timestamp;
use crate::oauth::clients::model::{Client, Registration};
use url::form_urlencoded::Serializer;

/// An ID token that we issued, whether or not it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    pub client: ClientId,
    pub subject: String,
    pub session: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hinted {
    Absent,
    /// Not ours, of another client than the one that is named, or of one that is gone.
    Wrong,
    Right(Hint),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub hinted: Hinted,
    pub client: Option<Client>,
    /// It exists only for a URI that this client registered (INV-11).
    pub destination: Option<Destination>,
}

impl Asked {
    /// Without a question in between (P-057): only where a hint proves who asks.
    pub fn proven_destination(&self) -> Option<&Destination> {
        self.destination.as_ref().filter(|_| matches!(self.hinted, Hinted::Right(_)))
    }
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    End,
    Ask,
    /// Nobody is signed in here.
    Over,
}

/// Where the browser goes afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    pub uri: String,
    pub state: Option<String>,
}

impl Destination {
    /// With `state` and nothing else (RP-Logout §3); the registered text is not written anew.
    pub fn location(&self) -> String {
        match &self.state {
            None => self.uri.clone(),
            Some(state) => with_query(&self.uri, &[("state", state)]),
        }
    }
}

/// A query that is there is kept (P-231).
pub fn with_query(uri: &str, pairs: &[(&str, &str)]) -> String {
    let more = Serializer::new(String::new()).extend_pairs(pairs).finish();
    match uri.split_once('?') {
        None => format!("{uri}?{more}"),
        Some((_, "")) => format!("{uri}{more}"),
        Some(_) => format!("{uri}&{more}"),
    }
}

/// Where an application wants to be told within the browser (Front-Channel §2).
pub fn frame(registration: &Registration, issuer: &str, session: &SessionId) -> Option<String> {
    let uri = registration.logout.frontchannel_logout_uri.as_ref()?;
    Some(with_query(uri.as_str(), &[("iss", issuer), ("sid", session.as_str())]))
}

/// Which applications a session has reached, in the tenant at hand.
pub trait SignOns {
    /// Once, however often it is said.
    async fn signed_on(&mut self, session: &SessionId, client: &ClientId) -> Result<(), Failure>;

    /// Those that are still there and enabled.
    async fn reached_by(
        &mut self,
        session: &SessionId,
    ) -> Result<Vec<(ClientId, Registration)>, Failure>;

    /// Housekeeping, over all tenants: those of before this.
    async fn forget_sign_ons(&mut self, before: Timestamp) -> Result<u64, Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    // P-231, RP-Logout §3
    #[test]
    fn a_query_that_is_there_stays() {
        let state = Some("a b&c".to_owned());
        for (uri, expected) in [
            ("https://rp.example/out", "https://rp.example/out?state=a+b%26c"),
            ("https://rp.example/out?", "https://rp.example/out?state=a+b%26c"),
            (
                "https://rp.example/out?logout=get",
                "https://rp.example/out?logout=get&state=a+b%26c",
            ),
        ] {
            let destination = Destination { uri: uri.into(), state: state.clone() };
            assert_eq!(destination.location(), expected);
            assert_eq!(Destination { state: None, ..destination }.location(), uri);
        }
    }
}
