//! Session Management 1.0: an application learns in a frame, without a request, that the person has changed (P-064).
//!
//! A cookie that scripts can read names the state of a browser: it tells nothing by itself, and is another one
//! after each signing in and out. Each answer to the application carries a hash over it, which the frame makes anew.

pub mod pages;

use crate::kernel::secret::{Hash, Secret};
use crate::kernel::uri::Origin;
use crate::sessions::model::Session;

/// What the cookie says. `mark` is a secret of the browser, so that nobody makes it from the name of the session.
pub fn browser_state(mark: &Secret, session: &Session) -> String {
    let parts = [&b"browser state"[..], mark.reveal().as_bytes(), session.id.as_str().as_bytes()];
    Hash::of_parts(parts).base64url()
}

/// `session_state` (Session Management §3.2); none for an application that has no origin.
pub fn session_state(
    (client_id, redirect_uri): (&str, &str),
    state: &str,
    salt: &str,
) -> Option<String> {
    let origin = Origin::of(redirect_uri)?;
    let text = format!("{client_id} {} {state} {salt}", origin.as_str());
    Some(format!("{}.{salt}", Hash::of(text.as_bytes()).base64url()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Session Management §3.2 (P-064)
    #[test]
    fn a_session_state_is_of_one_client_one_origin_and_one_browser() {
        let uri = "https://rp.example/cb?a=b";
        let state = |client, uri, state| session_state((client, uri), state, "s").unwrap();
        let one = state("cli_1", uri, "x");
        assert_eq!(one, state("cli_1", "https://rp.example:443/other", "x"), "one origin");
        let expected = Hash::of(b"cli_1 https://rp.example x s").base64url();
        assert_eq!(one, format!("{expected}.s"));
        for other in [
            state("cli_2", uri, "x"),
            state("cli_1", "https://rp.example:8443/cb", "x"),
            state("cli_1", uri, "y"),
        ] {
            assert_ne!(one, other);
        }
        assert_eq!(session_state(("cli_1", "com.example.app:/cb"), "x", "s"), None);
    }
}
