//! A forgotten password: a link by mail, a new password, and nobody signed in by it (ACC-04, A-161).
//!
//! ```text
//! POST /forgot        ask        puts an errand in line, whoever is meant: the same work, the same answer
//! the errand          answer     looks who it is, and makes a link for whoever may come in
//! POST /reset/…       choose     the new password, in the commit that uses the link up
//! ```

use super::desk::{Asker, Desk};
use super::errands;
use super::links::mint_for_letter;
use super::model::{Changes, Errand, Forgetful, Links, Locks, OwnWords, Purpose, User, Users};
use super::register::{Dead, Refusal, look, may_write, wider};
use super::set_password::{self, Setting, Undone, Way};
use crate::events::{Actor, Context, Event, Events};
use crate::kernel::email::Email;
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::{JobId, UserId};
use crate::kernel::secret::Secret;
use crate::platform::limits::count;
use crate::platform::sealing::Purpose as Seal;
use crate::platform::storage::{At, Work};

/// What it is sealed under.
pub const RECOVERY: &str = "recovery";

pub async fn ask(
    desk: &Desk,
    at: At,
    forgetful: &Forgetful,
    asker: &Asker,
) -> Result<(), No<Refusal>> {
    let (network, limit) = (asker.network(), (desk.rules)(at.tenant).per_network());
    let line_up = async |work: &mut Work| {
        if let Err(full) = count(work, ("network", &network), limit).await? {
            return Err(No::Refused(Refusal::Full(full)));
        }
        let sealed = errands::seal(work, &desk.sealer, RECOVERY, forgetful).await?;
        Ok(errands::put(work, &Errand::Recovery { sealed }).await?)
    };
    desk.database.write(at, line_up).await
}

/// Nobody, or somebody who may not come in anyway, gets no letter.
pub(super) async fn answer(
    work: &mut Work,
    desk: &Desk,
    (forgetful, job): (&Forgetful, &JobId),
) -> Result<Option<(User, Secret)>, Failure> {
    let Some(email) = Email::parse(&forgetful.name) else { return Ok(None) };
    let found = work.user_of_email(&email).await?;
    let Some(user) = found.filter(|user| user.status.may_sign_in()) else { return Ok(None) };
    let hourly = (desk.rules)(work.tenant()).per_mailbox();
    if !may_write(work, (Purpose::Recovery, email.as_str()), hourly).await? {
        return Ok(None);
    }
    let mac = desk.sealer.mac(work, Seal::Errand).await?;
    let link = (Purpose::Recovery, user.id.as_str());
    let Some(token) = mint_for_letter(work, (&mac, job), link, None).await? else {
        return Ok(None);
    };
    let context = Context::of(Actor::Anybody);
    work.record(&Event::RecoveryRequested { user: user.id.clone() }, &context);
    Ok(Some((user, token)))
}

/// Whose password it is.
pub async fn whose(desk: &Desk, at: At, token: &Secret) -> Result<Result<User, Dead>, Failure> {
    let link = match look(desk, at, (Purpose::Recovery, token)).await? {
        Ok(link) => link,
        Err(dead) => return Ok(Err(dead)),
    };
    let unreadable = || Failure::broken("a link of nobody");
    let id = UserId::parse(&link.subject).ok_or_else(unreadable)?;
    let user = desk.database.read(at, async |work: &mut Work| work.user(&id).await).await?;
    Ok(user.filter(|user| user.status.may_sign_in()).ok_or(Dead::Over))
}

/// Nobody is signed in by it; a second factor is asked for as ever.
pub async fn choose(
    desk: &Desk,
    at: At,
    (token, password): (&Secret, &Secret),
    asker: &Asker,
) -> Result<User, No<Undone>> {
    let user = match whose(desk, at, token).await? {
        Ok(user) => user,
        Err(dead) => return Err(No::Refused(Undone::Dead(dead))),
    };
    let making = (desk.making)(at.tenant)?;
    let words = OwnWords::of([user.email.as_str(), &user.name]);
    let made = set_password::make(&making, at, (password, Some(&user.id), words)).await;
    let hash = made.map_err(wider::<Undone, _>)?;
    let hashed = Purpose::Recovery.hash(token);
    let context =
        Context { actor: Actor::User { user: user.id.clone() }, request: asker.request.clone() };
    let choose = async |work: &mut Work| {
        let used = work.use_link(&hashed, Purpose::Recovery).await?;
        let of = used.map(|link| link.subject);
        let user = work
            .user(&user.id)
            .await?
            .filter(|user| of.as_deref() == Some(user.id.as_str()) && user.status.may_sign_in());
        let user = user.ok_or(No::Refused(Undone::Dead(Dead::Used)))?;
        let (way, policy, sealer) = (Way::Recovered, &making.policy, &desk.sealer);
        let setting = Setting { way, spared: None, policy, sealer };
        set_password::set(work, (&user, &hash), &setting, &context).await?;
        work.lift_lock(&user.id).await?;
        if user.email_verified_at.is_none() {
            work.prove_email(&user.id).await?;
            work.record(&Event::EmailVerified { user: user.id.clone() }, &context);
        }
        Ok(user)
    };
    desk.database.write(at, choose).await
}
