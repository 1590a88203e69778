//! What a person allowed an application (OIDC Core §3.1.2.4): remembered per person, client and scope.

use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, UserId};
use crate::kernel::time::Timestamp;
use crate::oauth::model::Scope;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub client: ClientId,
    pub scope: Scope,
    /// What was offered and left out.
    pub declined: Scope,
    pub made_at: Timestamp,
    pub used_at: Timestamp,
}

impl Consent {
    /// Whether the person has been asked about all of this.
    pub fn settles(&self, asked: &Scope) -> bool {
        asked.tokens().all(|token| self.scope.contains(token) || self.declined.contains(token))
    }

    /// With what was decided now; what was not asked about stays as it was.
    #[must_use]
    pub fn decided(self, allowed: &Scope, asked: &Scope) -> Self {
        let before = self.scope.only(|token| !asked.contains(token));
        let declined = self.declined.only(|token| !asked.contains(token));
        let left_out = asked.only(|token| !allowed.contains(token));
        Self { scope: before.and(allowed), declined: declined.and(&left_out), ..self }
    }
}

/// The consents of the tenant at hand.
pub trait Consents {
    async fn consent(
        &mut self,
        user: &UserId,
        client: &ClientId,
    ) -> Result<Option<Consent>, Failure>;

    /// All of one person, the newest first.
    async fn consents_of(&mut self, user: &UserId) -> Result<Vec<Consent>, Failure>;

    /// In the place of the one before.
    async fn keep_consent(&mut self, user: &UserId, consent: &Consent) -> Result<(), Failure>;

    /// Noted once in a while: when the last note is from before then.
    async fn use_consent(
        &mut self,
        user: &UserId,
        client: &ClientId,
        before: Timestamp,
    ) -> Result<(), Failure>;

    /// False when there was none.
    async fn forget_consent(&mut self, user: &UserId, client: &ClientId) -> Result<bool, Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    // P-028, A-043: more than before is asked again, the same is not, and what was left out stays out
    #[test]
    fn a_consent_settles_what_was_decided_and_no_more() {
        let scope = |text: &str| Scope::parse(text).unwrap();
        let at = Timestamp::from_seconds(1);
        let consent = Consent {
            client: ClientId::parse("cli_00000000000000000000000000").unwrap(),
            scope: scope("openid a"),
            declined: scope("b"),
            made_at: at,
            used_at: at,
        };
        assert!(consent.settles(&scope("openid a b")) && consent.settles(&scope("")));
        assert!(!consent.settles(&scope("openid c")));
        let later = consent.decided(&scope("openid c"), &scope("openid b c"));
        assert_eq!(
            (later.scope, later.declined),
            (scope("a openid c"), scope("b")),
            "what was not asked about stays"
        );
    }
}
