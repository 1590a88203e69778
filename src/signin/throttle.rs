//! How often a password may be tried: claimed by account before any hashing, counted in the database.

use super::model::{Blocked, Lockout, Tries, TryCounts};
use crate::events::{Context, Event, Events};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;

/// One bucket per account, however it was named; whoever does not exist has one as well (A-123, INV-20).
pub(super) fn account(user: Option<&UserId>, typed: &str) -> Hash {
    let (kind, name) = match user {
        Some(user) => ("user", user.as_str().to_owned()),
        None => ("typed", typed.trim().to_lowercase()),
    };
    Hash::of_parts([kind.as_bytes(), name.as_bytes()])
}

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
