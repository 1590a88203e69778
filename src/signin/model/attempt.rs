//! How far somebody has come, what is asked of them, and what comes next.

use super::Wish;
use crate::accounts::model::Factors;
use crate::kernel::failure::Failure;
use crate::kernel::ids::{SignInId, UserId};
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::sessions::model::{Assurance, Method};

/// How far somebody has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    /// They have said who they are.
    pub is_named: bool,
    pub proven: Vec<Method>,
}

/// What is asked of somebody, at this moment, on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Demand {
    /// By the one who waits.
    pub wished: Assurance,
    pub demands_two: bool,
    pub is_for_change: bool,
    /// By the policy for this person.
    pub required: bool,
    pub factors: Factors,
    /// They asked not to be asked again on this device, and not long ago.
    pub is_trusted: bool,
    pub due: Due,
}

/// What nobody is let past.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// The password that was just typed is too old.
    pub password: bool,
    /// There is a document of a version that they have not accepted.
    pub documents: bool,
}

impl Demand {
    /// Of somebody of whom nothing is known yet.
    pub const NOTHING: Self = Self {
        wished: Assurance::OneFactor,
        demands_two: false,
        is_for_change: false,
        required: false,
        factors: Factors { totp: false, passkey: false, recovery_codes: 0 },
        is_trusted: false,
        due: Due { password: false, documents: false },
    };

    #[must_use]
    pub const fn with(self, wish: Wish) -> Self {
        Self {
            wished: wish.assurance,
            demands_two: wish.demands_two,
            is_for_change: wish.is_for_change,
            ..self
        }
    }

    /// Whether one factor is not enough. A trusted device spares only what the policy asks, never what the one who
    /// waits asks, nor what changes the factors themselves (INV-23).
    fn asks_for_two(&self) -> bool {
        let has = self.factors.any();
        // A passkey is a way in; it does not ask for itself after a password.
        let by_policy = (self.required || self.factors.totp) && !self.is_trusted;
        let by_wish = self.wished == Assurance::TwoFactors || self.is_for_change;
        by_policy || self.demands_two || (by_wish && has)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Name,
    Password,
    /// From the authenticator app, or a recovery code in its place.
    Code,
    Passkey,
    /// A second factor is asked for, and there is none.
    SetUp,
    /// The password is too old.
    NewPassword,
    /// Accept a document that is new.
    Documents,
    Done,
}

/// The only place that decides what comes next (INV-17).
pub fn next_step(attempt: &Attempt, demand: &Demand) -> Step {
    let Attempt { is_named, proven } = attempt;
    match (proven.is_empty(), is_named) {
        (true, false) => return Step::Name,
        (true, true) => return Step::Password,
        (false, _) => {}
    }
    let lacks = demand.asks_for_two() && Assurance::of(proven) < Assurance::TwoFactors;
    match demand.factors {
        _ if !lacks && demand.due.password => Step::NewPassword,
        _ if !lacks && demand.due.documents => Step::Documents,
        _ if !lacks => Step::Done,
        Factors { totp: true, .. } => Step::Code,
        Factors { passkey: true, .. } => Step::Passkey,
        _ => Step::SetUp,
    }
}

/// Something is proven and something is still asked. It belongs to one browser and outlives a restart (D-06).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    pub id: SignInId,
    /// The hash of the browser's secret name.
    pub browser: Hash,
    pub user: UserId,
    pub proven: Vec<Method>,
    pub ends_at: Timestamp,
}

/// Who is on the way, in the tenant at hand. What is over is never answered.
pub trait SignIns {
    async fn add_sign_in(&mut self, sign_in: &SignIn) -> Result<(), Failure>;

    async fn sign_in(&mut self, id: &SignInId, browser: &Hash) -> Result<Option<SignIn>, Failure>;

    /// False when it was ended already: of two at once, one goes on.
    async fn end_sign_in(&mut self, id: &SignInId, browser: &Hash) -> Result<bool, Failure>;

    /// Housekeeping, over all tenants.
    async fn forget_sign_ins_before(&mut self, before: Timestamp) -> Result<(), Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOTP: Factors = Factors { totp: true, passkey: false, recovery_codes: 10 };
    const PASSKEY: Factors = Factors { totp: false, passkey: true, recovery_codes: 0 };
    const NONE: Factors = Factors { totp: false, passkey: false, recovery_codes: 0 };

    fn after(proven: &[Method], demand: Demand) -> Step {
        next_step(&Attempt { is_named: true, proven: proven.to_vec() }, &demand)
    }

    // INV-17: every way in asks the same
    #[test]
    fn each_step_follows_from_what_is_proven_and_what_is_asked() {
        assert_eq!(next_step(&Attempt::default(), &Demand::NOTHING), Step::Name);
        assert_eq!(after(&[], Demand::NOTHING), Step::Password);
        for first in [Method::Password, Method::Provider] {
            let with = |factors| Demand { factors, ..Demand::NOTHING };
            assert_eq!(after(&[first], with(NONE)), Step::Done);
            assert_eq!(after(&[first], with(TOTP)), Step::Code);
            assert_eq!(after(&[first], with(PASSKEY)), Step::Done);
            assert_eq!(after(&[first], Demand { required: true, ..with(PASSKEY) }), Step::Passkey);
            assert_eq!(after(&[first], Demand { required: true, ..with(NONE) }), Step::SetUp);
            for second in [Method::Totp, Method::RecoveryCode, Method::Passkey] {
                assert_eq!(after(&[first, second], with(TOTP)), Step::Done);
            }
        }
        let strict = Demand { required: true, wished: Assurance::TwoFactors, ..Demand::NOTHING };
        assert_eq!(after(&[Method::Passkey], strict), Step::Done, "two factors in one");
        assert_eq!(after(&[Method::Totp], Demand { factors: TOTP, ..strict }), Step::Code);
    }

    // ACC-03, ACC-06: what is due comes behind every proof, the password before the documents
    #[test]
    fn nobody_passes_by_what_is_due() {
        let both = Due { password: true, documents: true };
        let due = |due| Demand { due, factors: TOTP, ..Demand::NOTHING };
        let (one, two) = (&[Method::Password][..], &[Method::Password, Method::Totp][..]);
        assert_eq!(after(one, due(both)), Step::Code, "a stolen password changes nothing");
        assert_eq!(after(two, due(both)), Step::NewPassword);
        assert_eq!(after(two, due(Due { password: false, ..both })), Step::Documents);
        assert_eq!(after(two, due(Due::default())), Step::Done);
        let demanded = Demand { demands_two: true, is_trusted: true, ..Demand::NOTHING };
        assert_eq!(after(one, demanded), Step::SetUp, "ACC-08: where the application demands it");
        assert_eq!(after(one, Demand { factors: TOTP, ..demanded }), Step::Code);
    }

    // A-158, INV-23: trust in a device spares a person the policy's question, and nobody else's
    #[test]
    fn a_trusted_device_spares_only_the_policys_question() {
        let trusted = Demand { factors: TOTP, is_trusted: true, required: true, ..Demand::NOTHING };
        let password = &[Method::Password];
        assert_eq!(after(password, trusted), Step::Done);
        assert_eq!(
            after(password, Demand { wished: Assurance::TwoFactors, ..trusted }),
            Step::Code
        );
        assert_eq!(after(password, Demand { is_for_change: true, ..trusted }), Step::Code);
        let bare = Demand { is_for_change: true, ..Demand::NOTHING };
        assert_eq!(after(password, bare), Step::Done, "who has no second factor can add the first");
        let wished = Demand { wished: Assurance::TwoFactors, ..Demand::NOTHING };
        assert_eq!(after(password, wished), Step::Done, "P-034: where that can be");
    }
}
