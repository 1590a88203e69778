//! A journey on its way: what is proven, what is still asked, where it leads, and how often it may be tried.

mod attempt;
mod tries;

pub use attempt::{Attempt, Demand, Due, SignIn, SignIns, Step, next_step};
pub use tries::{Blocked, Crowd, Lockout, Tries, TryCounts, account};

use crate::kernel::ids::ClientId;
use crate::kernel::time::Timestamp;
use crate::kernel::uri::Origin;
use crate::sessions::model::{Assurance, Session};
use std::sync::Arc;
use url::Url;

/// Why somebody signs in, as the pages show it and as the way back needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    pub return_to: LocalPath,
    /// "to continue to Photos"
    pub application: Option<Arc<str>>,
    /// Where its picture is, at our own address.
    pub picture: Option<Arc<str>>,
    /// It registered itself: nobody here vouches for its name and picture.
    pub is_stranger: bool,
    /// Whose sign-in it is: some ways in are for some applications alone.
    pub client: Option<ClientId>,
    /// What it says it does with what it learns, and its terms: pages of its own.
    pub policy: Option<Arc<str>>,
    pub terms: Option<Arc<str>>,
    /// Where the journey ends outside: Chromium holds the redirects after a form against its `form-action`.
    pub form_to: Option<Outside>,
    /// Who it is meant to be, as the application thinks.
    pub login_hint: Option<Arc<str>>,
    /// At which provider, as the application thinks: `idp_hint`.
    pub idp_hint: Option<Arc<str>>,
    /// The languages they speak, as the application thinks: `ui_locales`.
    pub languages: Option<Arc<str>>,
    /// Something must have been proven since then: `prompt=login`, `max_age`.
    pub fresh_since: Option<Timestamp>,
    /// Of several who are signed in, one must have been chosen since then: `prompt=select_account`.
    pub chosen_since: Option<Timestamp>,
    /// Nobody comes to this application with one factor alone.
    pub demands_two: bool,
    /// How sure it is to be who it is, where that can be: `acr_values`.
    pub assurance: Assurance,
}

/// A place that is none of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outside {
    Origin(Origin),
    /// An application on a device, or an address that no policy can name.
    Scheme(Arc<str>),
}

impl Purpose {
    /// Nobody outside waits for it.
    pub const fn our_own(return_to: LocalPath) -> Self {
        Self {
            return_to,
            application: None,
            picture: None,
            is_stranger: false,
            client: None,
            policy: None,
            terms: None,
            form_to: None,
            login_hint: None,
            idp_hint: None,
            languages: None,
            fresh_since: None,
            chosen_since: None,
            demands_two: false,
            assurance: Assurance::OneFactor,
        }
    }

    /// Under the path of its tenant, which stands before that of a picture.
    #[must_use]
    pub fn under(mut self, base: &str) -> Self {
        self.picture = self.picture.map(|path| format!("{base}{path}").into());
        self
    }

    pub const fn wish(&self) -> Wish {
        Wish {
            fresh_since: self.fresh_since,
            chosen_since: self.chosen_since,
            demands_two: self.demands_two,
            assurance: self.assurance,
            is_for_change: false,
        }
    }
}

/// What the one who waits asks for, beyond what the policy asks of everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    pub fresh_since: Option<Timestamp>,
    pub chosen_since: Option<Timestamp>,
    /// Whoever has no second factor sets one up; on this device, now, whoever trusts it.
    pub demands_two: bool,
    /// Where that can be; on this device, now, whoever trusts it.
    pub assurance: Assurance,
    /// As sure as this person can be made: for a change of what they prove themselves with (INV-23).
    pub is_for_change: bool,
}

impl Wish {
    /// Before a change of how somebody proves themselves.
    #[must_use]
    pub const fn for_change(self, fresh_since: Option<Timestamp>) -> Self {
        Self { fresh_since, is_for_change: true, ..self }
    }

    /// Whether what was proven in a session is recent enough.
    pub fn is_met_in_time(self, session: &Session) -> bool {
        self.fresh_since.is_none_or(|since| session.proven_at >= since)
            && self.chosen_since.is_none_or(|since| session.chosen_at >= since)
    }
}

/// A path and query of the tenant at hand; it cannot lead out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPath(String);

const LONGEST: usize = 6 * 1024;
const HERE: &str = "https://here.invalid";

impl LocalPath {
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = text.bytes().all(|b| b.is_ascii_graphic() && !b"\\\"<>`".contains(&b));
        if text.len() > LONGEST || !text.starts_with('/') || text.starts_with("//") || !is_plain {
            return None;
        }
        // What a browser makes of it is the same again: no dots that climb, no second host.
        let url = Url::parse(HERE).ok()?.join(text).ok()?;
        let rest = url.as_str().strip_prefix(HERE)?;
        (rest == text && !text.contains('#')).then(|| Self(text.to_owned()))
    }

    /// The page of whoever is signed in.
    pub fn home() -> Self {
        Self("/account".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A-031, PT-06: no open redirect
    #[test]
    fn a_way_back_stays_here() {
        for good in ["/", "/account", "/authorize?client_id=a&redirect_uri=https%3A%2F%2Fb.test%2F"]
        {
            assert_eq!(LocalPath::parse(good).unwrap().as_str(), good);
        }
        let long = format!("/{}", "a".repeat(LONGEST));
        for bad in [
            "",
            "account",
            "//evil.test",
            "/\\evil.test",
            "\\/evil.test",
            "https://evil.test/",
            "javascript:alert(1)",
            "/a/../../b",
            "/./a",
            "/\t/evil.test",
            "/a\r\nSet-Cookie: x=1",
            "/a#b",
            "/ä",
            "/%2e%2e/b",
            &long,
        ] {
            assert_eq!(LocalPath::parse(bad), None, "{bad:?}");
        }
    }
}
