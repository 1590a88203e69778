//! A session: one person signed in in one browser, from a proof until its end.

use crate::kernel::failure::Failure;
use crate::kernel::ids::{SessionId, UserId};
use crate::kernel::secret::Hash;
use crate::kernel::time::{Lifetime, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user: UserId,
    /// The hash of the browser's secret name.
    pub browser: Hash,
    /// What was proven, in the words of RFC 8176.
    pub methods: Vec<Method>,
    /// What the browser calls itself, cut.
    pub device: String,
    pub started_at: Timestamp,
    /// When something was proven last; `auth_time` of OIDC Core §2.
    pub proven_at: Timestamp,
    pub seen_at: Timestamp,
    /// Whatever happens.
    pub ends_at: Timestamp,
}

/// How somebody was recognised (RFC 8176 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Password,
}

impl Method {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "pwd",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        (text == Self::Password.as_str()).then_some(Self::Password)
    }
}

/// How sure it is that somebody is who they say: the words of `acr` (OIDC Core §2), the surer the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    OneFactor,
    TwoFactors,
}

impl Assurance {
    pub const ALL: [Self; 2] = [Self::OneFactor, Self::TwoFactors];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneFactor => "urn:vestibule:acr:1fa",
            Self::TwoFactors => "urn:vestibule:acr:2fa",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Without a request.
    pub idle: Lifetime,
    /// In all.
    pub absolute: Lifetime,
}

/// A browser's row is not written at every request.
const SEEN_AGAIN_AFTER: Lifetime = Lifetime::minutes(1);

impl Session {
    pub fn assurance(&self) -> Assurance {
        if self.methods.len() > 1 { Assurance::TwoFactors } else { Assurance::OneFactor }
    }

    pub fn is_live(&self, limits: Limits, now: Timestamp) -> bool {
        now < self.ends_at && now < self.seen_at.plus(limits.idle)
    }

    /// Whether to note that it was seen.
    pub fn is_to_be_noted(&self, now: Timestamp) -> bool {
        now >= self.seen_at.plus(SEEN_AGAIN_AFTER)
    }
}

/// A `User-Agent` that fits a row.
pub fn device(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Who is signed in where, in the tenant at hand. What has ended is never answered.
pub trait Sessions {
    async fn begin(&mut self, session: &Session) -> Result<(), Failure>;

    async fn session_of(&mut self, browser: &Hash) -> Result<Option<Session>, Failure>;

    /// All of one person, the newest first.
    async fn sessions_of(&mut self, user: &UserId) -> Result<Vec<Session>, Failure>;

    async fn seen(&mut self, session: &SessionId) -> Result<(), Failure>;

    /// False when it had ended already, or is not this person's.
    async fn end(&mut self, session: &SessionId, user: &UserId) -> Result<bool, Failure>;
}

/// What is remembered about a browser, whoever sits before it.
#[derive(Clone, Debug)]
pub struct Notes {
    pub text: String,
    pub expires_at: Timestamp,
}

/// Browsers by the hash of their secret name.
pub trait Browsers {
    /// False when the name is taken.
    async fn add_browser(&mut self, id: &Hash, notes: &Notes) -> Result<bool, Failure>;

    /// False when it is gone.
    async fn keep_notes(&mut self, id: &Hash, notes: &Notes) -> Result<bool, Failure>;

    async fn notes(&mut self, id: &Hash) -> Result<Option<String>, Failure>;

    async fn forget_browser(&mut self, id: &Hash) -> Result<(), Failure>;
}

/// Housekeeping, over all tenants.
pub trait Upkeep {
    /// Sessions that were to end before this, and browsers whose time is over.
    async fn forget_over(&mut self, before: Timestamp) -> Result<(), Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        let parse = |text: &str| format!("{text}_{}", "0".repeat(26));
        let start = Timestamp::from_seconds(1000);
        Session {
            id: SessionId::parse(&parse("ses")).unwrap(),
            user: UserId::parse(&parse("usr")).unwrap(),
            browser: Hash::of(b"x"),
            methods: vec![Method::Password],
            device: String::new(),
            started_at: start,
            proven_at: start,
            seen_at: start,
            ends_at: start.plus(Lifetime::hours(8)),
        }
    }

    // R-ASVS-7.3.1, 7.3.2
    #[test]
    fn it_ends_when_idle_and_at_its_end_whatever_happens() {
        let limits = Limits { idle: Lifetime::hours(2), absolute: Lifetime::hours(8) };
        let (mut session, start) = (session(), Timestamp::from_seconds(1000));
        let after = |hours| start.plus(Lifetime::hours(hours));
        assert!(session.is_live(limits, after(1)));
        assert!(!session.is_live(limits, after(2)));
        session.seen_at = after(7);
        assert!(session.is_live(limits, after(7)));
        assert!(!session.is_live(limits, after(8)));
    }

    #[test]
    fn a_device_names_itself_within_bounds() {
        assert_eq!(device("A\r\nB\u{1b}"), "AB");
        assert_eq!(device(&"x".repeat(10_000)).len(), 200);
    }
}
