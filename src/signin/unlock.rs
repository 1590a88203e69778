//! A letter was opened after a lock: the browser in which it was is known from now on, and its tries are counted apart
//! from those of whoever guesses (ADR 51). The lock itself stays.

use super::model::TryCounts;
use super::password::Ground;
use super::throttle::account;
use crate::accounts::model::{Links, Purpose, User, Users};
use crate::accounts::register::Dead;
use crate::events::{Actor, Context, Event, Events};
use crate::kernel::failure::No;
use crate::kernel::ids::{RequestId, UserId};
use crate::kernel::secret::{Hash, Secret};
use crate::platform::storage::{At, Work};
use crate::sessions::model::Devices;

pub async fn unlock(
    ground: &Ground,
    at: At,
    (token, device): (&Secret, &Hash),
    request: Option<RequestId>,
) -> Result<User, No<Dead>> {
    let hash = Purpose::Unlock.hash(token);
    let unlock = async |work: &mut Work| {
        let used = work.use_link(&hash, Purpose::Unlock).await?;
        let id = used.and_then(|link| UserId::parse(&link.subject));
        let user = match &id {
            Some(id) => work.user(id).await?,
            None => None,
        };
        let user = user.filter(|user| user.status.may_sign_in()).ok_or(No::Refused(Dead::Used))?;
        work.note_device(device, &user.id, None).await?;
        work.forget_tries(&account(Some(&user.id), "", Some(device))).await?;
        let actor = Actor::User { user: user.id.clone() };
        let context = Context { actor, request: request.clone() };
        work.record(&Event::LoginUnlocked { user: user.id.clone() }, &context);
        Ok(user)
    };
    ground.database.write(at, unlock).await
}
