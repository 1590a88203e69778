//! A session ends before its time.

use super::model::Sessions;
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{SessionId, UserId};
use crate::kernel::secret::Hash;

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    SignedOut,
    /// The same person signed in anew in the same browser.
    Replaced,
    /// From the list of sessions.
    EndedByOwner,
    /// Whoever had the old password is to be out.
    PasswordChanged,
    /// What its owner proves themselves with has changed (INV-21).
    FactorsChanged,
    /// The account may not be used any more.
    AccountClosed,
}

impl Reason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Replaced => "replaced",
            Self::EndedByOwner => "ended_by_owner",
            Self::PasswordChanged => "password_changed",
            Self::FactorsChanged => "factors_changed",
            Self::AccountClosed => "account_closed",
        }
    }
}

/// Only of this person. What has ended already ends no second time.
pub async fn end<W: Sessions + Events>(
    work: &mut W,
    (session, user): (&SessionId, &UserId),
    reason: Reason,
    context: &Context,
) -> Result<bool, Failure> {
    if !work.end(session, user).await? {
        return Ok(false);
    }
    let (session, user) = (session.clone(), user.clone());
    let event = match reason {
        Reason::SignedOut => Event::LogoutCompleted { session, user },
        _ => Event::SessionRevoked { session, user, reason: Name::new(reason.as_str()) },
    };
    work.record(&event, context);
    Ok(true)
}

/// Everybody who is signed in in this browser, by whoever is meant there.
pub async fn end_here<W: Sessions + Events>(
    work: &mut W,
    browser: &Hash,
    context: &Context,
) -> Result<(), Failure> {
    for session in work.sessions_in(browser).await? {
        end(work, (&session.id, &session.user), Reason::SignedOut, context).await?;
    }
    Ok(())
}

/// Wherever this person is.
pub async fn end_all<W: Sessions + Events>(
    work: &mut W,
    user: &UserId,
    reason: Reason,
    context: &Context,
) -> Result<(), Failure> {
    for session in work.sessions_of(user).await? {
        end(work, (&session.id, user), reason, context).await?;
    }
    Ok(())
}

/// Wherever else this person is.
pub async fn end_others<W: Sessions + Events>(
    work: &mut W,
    (user, here): (&UserId, &SessionId),
    reason: Reason,
    context: &Context,
) -> Result<(), Failure> {
    for session in work.sessions_of(user).await?.iter().filter(|session| session.id != *here) {
        end(work, (&session.id, user), reason, context).await?;
    }
    Ok(())
}
