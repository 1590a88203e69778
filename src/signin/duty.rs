//! What nobody is let past on the way in: a password that is too old, and documents of a new version.

use super::complete::{Outcome, Place, Proven, advance, bring_along, not_accepted, what_next};
use super::federated::go_on;
use super::model::{SignIn, SignIns, Step};
use super::password::Ground;
use crate::accounts::confirm::accept as note;
use crate::accounts::factors::password::Stored;
use crate::accounts::model::{Policy, Users};
use crate::accounts::set_password::{self, Setting};
use crate::events::record::Personal;
use crate::events::{Actor, Context};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::RequestId;
use crate::platform::storage::{At, Work};

/// Who does it: something is proven of them, and this is what is asked next.
#[derive(Clone, Debug)]
pub struct Doing {
    pub way: SignIn,
    pub personal: Personal,
    pub request: Option<RequestId>,
}

/// It was not, or is no longer, what is asked next; or another was quicker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over;

/// The new password, which was judged and hashed, in the commit that goes on with it.
pub async fn renew(
    ground: &Ground,
    at: At,
    (doing, hash, policy): (&Doing, &Stored, &Policy),
    place: &Place,
) -> Result<Outcome, No<Over>> {
    let renew = async |work: &mut Work| {
        claim(work, (doing, Step::NewPassword), place).await?;
        let user = work.hold_user(&doing.way.user).await?.ok_or(No::Refused(Over))?;
        let sealer = &ground.sealer;
        let setting = Setting { way: set_password::Way::Expired, spared: None, policy, sealer };
        set_password::set(work, (&user, hash), &setting, &doing.context()).await?;
        on(ground, work, doing, place).await
    };
    ground.database.write(at, renew).await
}

/// All that is new to them, as it was shown.
pub async fn accept(
    ground: &Ground,
    at: At,
    doing: &Doing,
    place: &Place,
) -> Result<Outcome, No<Over>> {
    let accept = async |work: &mut Work| {
        claim(work, (doing, Step::Documents), place).await?;
        let user = &doing.way.user;
        for one in not_accepted(work, user, &place.asked.duties.documents).await? {
            note(work, user, (one.name, &one.version), &doing.context()).await?;
        }
        on(ground, work, doing, place).await
    };
    ground.database.write(at, accept).await
}

/// Only where nothing else comes before it: who has proven a password alone changes none while a code is asked for.
async fn claim(
    work: &mut Work,
    (doing, step): (&Doing, Step),
    place: &Place,
) -> Result<(), No<Over>> {
    let (id, browser) = (&doing.way.id, &doing.way.browser);
    let found: Result<_, Failure> = work.sign_in(id, browser).await;
    let is_next = match found? {
        Some(way) => what_next(work, &way, &place.asked).await? == step,
        None => false,
    };
    if !is_next || !work.end_sign_in(id, browser).await? {
        bring_along(work, place).await?;
        return Err(No::Refused(Over));
    }
    Ok(())
}

async fn on(
    ground: &Ground,
    work: &mut Work,
    doing: &Doing,
    place: &Place,
) -> Result<Outcome, No<Over>> {
    let proven = Proven {
        user: doing.way.user.clone(),
        methods: doing.way.proven.clone(),
        personal: doing.personal.clone(),
        request: doing.request.clone(),
    };
    let outcome = advance(ground, work, &proven, place).await.map_err(|no| match no {
        No::Refused(_) => No::Refused(Over),
        No::Failed(failure) => No::Failed(failure),
    })?;
    go_on(work, &doing.way.id, &outcome).await?;
    Ok(outcome)
}

impl Doing {
    fn context(&self) -> Context {
        Context {
            actor: Actor::User { user: self.way.user.clone() },
            request: self.request.clone(),
        }
    }
}
