//! How often a password may be tried: claimed by account before any hashing, counted in the database.

pub(super) use super::model::account;
use super::model::{Blocked, Lockout, Tries, TryCounts};
use crate::events::{Context, Event, Events};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;

/// For the codes of one person, of whatever kind.
pub(super) fn codes(user: &UserId) -> Hash {
    Hash::of_parts([&b"codes"[..], user.as_str().as_bytes()])
}

/// A claim that is refused is recorded, and that commits.
pub(super) async fn claim<W: Moment + TryCounts + Events>(
    work: &mut W,
    (account, user): (&Hash, Option<&UserId>),
    lockout: Lockout,
    context: &Context,
) -> Result<Tries, No<Blocked>> {
    let now = work.now();
    match work.tries(account).await?.one_more(lockout, now) {
        Ok(tries) => {
            work.keep_tries(account, tries).await?;
            Ok(tries)
        }
        Err(blocked) => {
            let event = Event::LoginBlocked { user: user.cloned(), until: blocked.until };
            work.record(&event, context);
            Err(No::Refused(blocked))
        }
    }
}

/// The guess was never looked at.
pub(super) async fn give_back<W: Moment + TryCounts>(
    work: &mut W,
    account: &Hash,
) -> Result<(), Failure> {
    let now = work.now();
    let tries = work.tries(account).await?;
    work.keep_tries(account, tries.one_less(now)).await
}
