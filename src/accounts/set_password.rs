//! A new password: judged and hashed outside of any unit of work, set in one, and what was open with the old one
//! is closed (INV-21).

use super::create::Making;
use super::errands;
use super::factors::password::{Question, Stored};
use super::factors::second;
use super::model::{
    Breach, Candidate, FormerPasswords, Links, Notice, OwnWords, PasswordHashes, Policy, User,
    Users,
};
use super::register::Dead;
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::{SessionId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::kernel::time::Timestamp;
use crate::platform::sealing::Sealer;
use crate::platform::storage::{At, Work};
use crate::sessions::end::{Reason, end};
use crate::sessions::model::{Devices, Sessions};
use std::sync::Arc;

#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    TooLong,
    Weak(Vec<Breach>),
}

/// Why a link that asks for a password has not done its work.
#[derive(Debug, PartialEq, Eq)]
pub enum Undone {
    Dead(Dead),
    /// Somebody else has the address by now.
    Taken,
    Password(Refusal),
}

impl From<Refusal> for Undone {
    fn from(refusal: Refusal) -> Self {
        Self::Password(refusal)
    }
}

/// For somebody, or for nobody yet: whose words they are.
pub async fn make(
    making: &Making,
    at: At,
    (password, user, words): (&Secret, Option<&UserId>, OwnWords),
) -> Result<Stored, No<Refusal>> {
    let candidate = Candidate::new(password).map_err(|_| No::Refused(Refusal::TooLong))?;
    let before = match user {
        Some(user) => before(making, at, user).await?,
        None => Vec::new(),
    };
    let (policy, list) = (making.policy.clone(), Arc::clone(&making.list));
    let question = Question { policy, words, list, before };
    let breaches = making.passwords.judge(candidate.clone(), question).await?;
    if !breaches.is_empty() {
        return Err(No::Refused(Refusal::Weak(breaches)));
    }
    Ok(making.passwords.hash(candidate, making.cost, making.ambient.random()).await?)
}

/// As many as the policy remembers, the present one included.
async fn before(making: &Making, at: At, user: &UserId) -> Result<Vec<Stored>, Failure> {
    let most = i64::from(making.policy.remembered);
    if most == 0 {
        return Ok(Vec::new());
    }
    let read = async |work: &mut Work| {
        let present = work.password_of(user).await?;
        Ok((present, work.former_passwords(user, most - 1).await?))
    };
    let (present, former) = making.database.read(at, read).await?;
    let all = present.into_iter().chain(former);
    Ok(all.filter_map(|hash| Stored::parse(&hash).ok()).collect())
}

/// How it came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By whoever knew the old one, from this session, which goes on.
    Changed,
    /// By a link that was mailed or printed.
    Recovered,
    /// By whoever had proven the old one on the way in, because it was too old.
    Expired,
}

impl Way {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Recovered => "recovered",
            Self::Expired => "expired",
        }
    }
}

/// What stays open: the session from which it was changed.
pub struct Setting<'a> {
    pub way: Way,
    pub spared: Option<&'a SessionId>,
    pub policy: &'a Policy,
    pub sealer: &'a Sealer,
}

pub async fn set(
    work: &mut Work,
    (user, hash): (&User, &Stored),
    setting: &Setting<'_>,
    context: &Context,
) -> Result<(), Failure> {
    // Of a sign-in at the same instant, one of both comes first, and that one is seen by the other.
    work.hold_user(&user.id).await?;
    let keep = i64::from(setting.policy.remembered).saturating_sub(1).max(0);
    work.retire_password(&user.id, keep).await?;
    work.keep_password(&user.id, hash.as_str()).await?;
    work.void_links(user.id.as_str()).await?;
    // What was proven with the old one, and trust that was given to a browser with it, is over as well.
    second::begin_anew(work, &user.id).await?;
    work.forget_devices_of(&user.id).await?;
    for session in work.sessions_of(&user.id).await? {
        if setting.spared != Some(&session.id) {
            end(work, (&session.id, &user.id), Reason::PasswordChanged, context).await?;
        }
    }
    let way = Name::new(setting.way.as_str());
    work.record(&Event::PasswordChanged { user: user.id.clone(), way }, context);
    let at = work.now();
    errands::tell(work, setting.sealer, &user.id, &Notice::PasswordChanged { at }).await
}

/// Whether it is so old that it must be changed before anything else.
pub async fn is_over<W: Moment + FormerPasswords>(
    work: &mut W,
    user: &UserId,
    policy: &Policy,
) -> Result<bool, Failure> {
    let set_at: Option<Timestamp> = work.password_set_at(user).await?;
    let ends_at = set_at.and_then(|set_at| policy.expires_at(set_at));
    Ok(ends_at.is_some_and(|ends_at| ends_at <= work.now()))
}
