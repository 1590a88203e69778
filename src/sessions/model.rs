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
    /// What was proven at that instant or shortly before.
    pub methods: Vec<Method>,
    /// What the browser calls itself, cut.
    pub device: String,
    /// The address from which it began.
    pub address: Option<String>,
    pub started_at: Timestamp,
    /// When something was proven last; `auth_time` of OIDC Core §2.
    pub proven_at: Timestamp,
    pub seen_at: Timestamp,
    /// When the browser last chose to be this person: of several that are signed in there, the newest is meant.
    pub chosen_at: Timestamp,
    /// Whatever happens.
    pub ends_at: Timestamp,
}

/// How somebody was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Password,
    /// A code from an authenticator app.
    Totp,
    RecoveryCode,
    /// With a look, a finger or a PIN: without that it is not taken.
    Passkey,
    /// Another server said so.
    Provider,
}

impl Method {
    const ALL: [Self; 5] =
        [Self::Password, Self::Totp, Self::RecoveryCode, Self::Passkey, Self::Provider];

    /// As it is kept and recorded.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Totp => "otp",
            Self::RecoveryCode => "recovery",
            Self::Passkey => "passkey",
            Self::Provider => "provider",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }

    pub fn words(methods: &[Self]) -> String {
        methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(" ")
    }

    pub fn parse_all(words: &str) -> Option<Vec<Self>> {
        words.split(' ').map(Self::parse).collect()
    }

    /// In the words of RFC 8176 §2. It has none for what another server saw.
    const fn reference(self) -> Option<&'static str> {
        match self {
            Self::Password => Some("pwd"),
            Self::Totp | Self::RecoveryCode => Some("otp"),
            Self::Passkey => Some("pop"),
            Self::Provider => None,
        }
    }
}

/// How sure it is that somebody is who they say: the words of `acr` (OIDC Core §2), the surer the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    OneFactor,
    /// Or a passkey, which is something one has and is opened by something one knows or is.
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

    pub fn of(methods: &[Method]) -> Self {
        let has = |any: &[Method]| methods.iter().any(|method| any.contains(method));
        let first = has(&[Method::Password, Method::Provider]);
        let second = has(&[Method::Totp, Method::RecoveryCode]);
        if has(&[Method::Passkey]) || (first && second) {
            Self::TwoFactors
        } else {
            Self::OneFactor
        }
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
        Assurance::of(&self.methods)
    }

    /// The claim `amr` (RFC 8176 §2).
    pub fn references(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for name in self.methods.iter().filter_map(|method| method.reference()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if self.assurance() == Assurance::TwoFactors {
            names.push("mfa");
        }
        names
    }

    pub fn is_live(&self, limits: Limits, now: Timestamp) -> bool {
        now < self.ends_at && now < self.seen_at.plus(limits.idle)
    }

    /// Whether to note that it was seen.
    pub fn is_to_be_noted(&self, now: Timestamp) -> bool {
        now >= self.seen_at.plus(SEEN_AGAIN_AFTER)
    }
}

/// Later than every choice before it.
pub fn next_choice(here: &[Session], now: Timestamp) -> Timestamp {
    let last = here.iter().map(|session| session.chosen_at.plus(Lifetime::micros(1))).max();
    last.map_or(now, |last| last.max(now))
}

/// A `User-Agent` that fits a row.
pub fn device(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Who is signed in where, in the tenant at hand. What has ended is never answered.
pub trait Sessions {
    async fn begin(&mut self, session: &Session) -> Result<(), Failure>;

    async fn session_of(&mut self, browser: &Hash) -> Result<Option<Session>, Failure>;

    /// Everybody who was signed in there and has not signed out, the one that is meant first. What lay idle for too
    /// long is among them: it is remembered, and opens nothing.
    async fn sessions_in(&mut self, browser: &Hash) -> Result<Vec<Session>, Failure>;

    /// The browser has got another name.
    async fn move_sessions(&mut self, from: &Hash, to: &Hash) -> Result<(), Failure>;

    /// From that instant on this one is meant. False when it has ended.
    async fn choose(&mut self, session: &Session, at: Timestamp) -> Result<bool, Failure>;

    /// All of one person, the newest first.
    async fn sessions_of(&mut self, user: &UserId) -> Result<Vec<Session>, Failure>;

    /// The same person proved something anew: what and when, and under which new name of the browser. False when
    /// it has ended.
    async fn prove_anew(&mut self, session: &Session) -> Result<bool, Failure>;

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

/// A browser from which somebody has signed in before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// Until then no second factor is asked for here.
    pub trusted_until: Timestamp,
}

impl Device {
    /// Without a sign-in.
    pub const KNOWN_FOR: Lifetime = Lifetime::days(180);
}

/// Browsers by the hash of another secret name of theirs, and whose they are.
pub trait Devices {
    async fn device(&mut self, id: &Hash, user: &UserId) -> Result<Option<Device>, Failure>;

    /// Trust lasts as it did where none is given.
    async fn note_device(
        &mut self,
        id: &Hash,
        user: &UserId,
        trusted_until: Option<Timestamp>,
    ) -> Result<(), Failure>;

    /// After a change of password or factors (INV-21).
    async fn forget_devices_of(&mut self, user: &UserId) -> Result<(), Failure>;
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
            address: None,
            started_at: start,
            proven_at: start,
            seen_at: start,
            chosen_at: start,
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

    // RFC 8176 §2, R-NIST-09, P-208
    #[test]
    fn what_was_proven_says_how_sure_it_is() {
        let of = |methods: &[Method]| Session { methods: methods.to_vec(), ..session() };
        for (methods, level, names) in [
            (&[Method::Password][..], Assurance::OneFactor, &["pwd"][..]),
            (&[Method::Password, Method::Totp], Assurance::TwoFactors, &["pwd", "otp", "mfa"]),
            (
                &[Method::Password, Method::RecoveryCode],
                Assurance::TwoFactors,
                &["pwd", "otp", "mfa"],
            ),
            (&[Method::Totp, Method::RecoveryCode], Assurance::OneFactor, &["otp"]),
            (&[Method::Passkey], Assurance::TwoFactors, &["pop", "mfa"]),
            (&[Method::Provider], Assurance::OneFactor, &[]),
        ] {
            assert_eq!(
                (of(methods).assurance(), of(methods).references()),
                (level, names.to_vec())
            );
        }
        assert!(Method::ALL.iter().all(|m| Method::parse(m.as_str()) == Some(*m)));
        let two = Assurance::TwoFactors;
        assert_eq!(Assurance::parse(two.as_str()), Some(two));
        assert_eq!((Assurance::parse("aal2"), Method::parse("")), (None, None));
    }

    #[test]
    fn a_device_names_itself_within_bounds() {
        assert_eq!(device("A\r\nB\u{1b}"), "AB");
        assert_eq!(device(&"x".repeat(10_000)).len(), 200);
    }
}
