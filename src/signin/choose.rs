//! Several people, or one with several accounts, are signed in in one browser; one of them is meant (ADR 50).

use super::password::Ground;
use crate::accounts::model::{User, Users};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::platform::storage::{At, Work};
use crate::sessions::model::{Limits, Session, Sessions, next_choice};

/// Somebody who was signed in here and has not signed out.
#[derive(Clone, Debug)]
pub struct Account {
    pub session: Session,
    pub user: User,
    /// Whether that is enough to go on, or the password is asked for.
    pub is_live: bool,
}

/// The one that is meant first.
pub async fn accounts(
    ground: &Ground,
    at: At,
    (browser, limits): (&Hash, Limits),
) -> Result<Vec<Account>, Failure> {
    let read = async |work: &mut Work| {
        let mut found: Vec<Account> = Vec::new();
        for session in work.sessions_in(browser).await? {
            let is_new = !found.iter().any(|one| one.user.id == session.user);
            let user = if is_new { work.user(&session.user).await? } else { None };
            if let Some(user) = user.filter(|user| user.status.may_sign_in()) {
                let is_live = session.is_live(limits, at.now);
                found.push(Account { session, user, is_live });
            }
        }
        Ok(found)
    };
    ground.database.read(at, read).await
}

/// The browser has got a new name, under which all of them go on.
pub async fn choose(
    ground: &Ground,
    at: At,
    chosen: &Session,
    (before, after): (&Hash, &Hash),
) -> Result<Option<Session>, Failure> {
    let choose = async |work: &mut Work| {
        work.move_sessions(before, after).await?;
        let here = work.sessions_in(after).await?;
        let chosen_at = next_choice(&here, work.now());
        let session = Session { browser: *after, chosen_at, ..chosen.clone() };
        Ok(work.choose(&session, chosen_at).await?.then_some(session))
    };
    let done: Done<Option<Session>> = ground.database.write(at, choose).await;
    unrefused(done)
}
