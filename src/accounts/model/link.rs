//! Links that are mailed or printed: each is good once, for one purpose, for one account (D-07).

use crate::kernel::failure::Failure;
use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::{Lifetime, Timestamp};

/// What a link lets its bearer do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Confirm an address, and have an account.
    Registration,
    /// Choose a new password.
    Recovery,
    /// Confirm a new address.
    EmailChange,
    /// Take back a change of address.
    EmailUndo,
    /// Accept an invitation.
    Invitation,
    /// Try again to sign in before the lock ends.
    Unlock,
    /// Become the first administrator.
    Setup,
}

impl Purpose {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Recovery => "recovery",
            Self::EmailChange => "email_change",
            Self::EmailUndo => "email_undo",
            Self::Invitation => "invitation",
            Self::Unlock => "unlock",
            Self::Setup => "setup",
        }
    }

    /// security.md §0.2
    pub const fn lasting(self) -> Lifetime {
        match self {
            Self::Recovery | Self::Unlock | Self::Setup => Lifetime::minutes(30),
            Self::Registration | Self::EmailChange => Lifetime::hours(24),
            Self::EmailUndo | Self::Invitation => Lifetime::days(7),
        }
    }

    /// What is kept of a token. One of another kind is another text.
    pub fn hash(self, token: &Secret) -> Hash {
        Hash::of_parts([b"link", self.as_str().as_bytes(), token.reveal().as_bytes()])
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub purpose: Purpose,
    /// A user id, or what stands for an address that nobody has yet.
    pub subject: String,
    /// What belongs to it, under a seal.
    pub sealed: Option<Vec<u8>>,
    pub made_at: Timestamp,
    pub ends_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

impl Link {
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.ends_at
    }
}

/// The links of the tenant at hand.
pub trait Links {
    /// The same one a second time changes nothing.
    async fn add_link(&mut self, hash: &Hash, link: &Link) -> Result<(), Failure>;

    /// Whatever became of it. Looking uses nothing up.
    async fn link(&mut self, hash: &Hash, purpose: Purpose) -> Result<Option<Link>, Failure>;

    /// Once: the answer is the proof (D-07).
    async fn use_link(&mut self, hash: &Hash, purpose: Purpose) -> Result<Option<Link>, Failure>;

    /// The newest for somebody, whatever became of it.
    async fn last_link(&mut self, subject: &str, purpose: Purpose)
    -> Result<Option<Link>, Failure>;

    /// All that are still good, but for this one: a newer one takes their place.
    async fn void_others(
        &mut self,
        hash: &Hash,
        subject: &str,
        purpose: Purpose,
    ) -> Result<(), Failure>;

    /// All of them, of every purpose but for taking back a change of address: the password or the address is new.
    async fn void_links(&mut self, subject: &str) -> Result<(), Failure>;

    /// Housekeeping, over all tenants.
    async fn forget_links_before(&mut self, before: Timestamp) -> Result<(), Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    // INV-02
    #[test]
    fn a_link_is_good_for_one_purpose_until_it_is_used_or_over() {
        let token = Secret::new("token");
        assert_ne!(Purpose::Recovery.hash(&token), Purpose::Registration.hash(&token));
        let at = |seconds| Timestamp::from_seconds(seconds);
        let link = Link {
            purpose: Purpose::Recovery,
            subject: "usr".into(),
            sealed: None,
            made_at: at(0),
            ends_at: at(1800),
            used_at: None,
        };
        assert!(link.is_good(at(1799)) && !link.is_good(at(1800)));
        assert!(!Link { used_at: Some(at(1)), ..link }.is_good(at(2)));
    }
}
