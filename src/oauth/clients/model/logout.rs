//! How a client takes part in signing out (RP-Logout §3.1, Back-Channel §2.2, Front-Channel §2).

use super::RedirectUri;
use serde::{Deserialize, Serialize};

/// Each address is held to the rules of redirect URIs: https or this very machine, no fragment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logout {
    /// Compared octet for octet, the port too.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    pub backchannel_logout_uri: Option<RedirectUri>,
    /// Kept because it was said: everybody is told the `sid`.
    pub backchannel_logout_session_required: bool,
    pub frontchannel_logout_uri: Option<RedirectUri>,
    pub frontchannel_logout_session_required: bool,
}
