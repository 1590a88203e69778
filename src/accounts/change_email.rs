//! Another address: asked for with the password, confirmed from the new one, taken back from the old one (ACC-05).

use super::desk::{Asker, Desk};
use super::errands;
use super::links::mint_for_letter;
use super::model::{Changes, Errand, Links, Notice, Purpose, User, Users};
use super::register::{Dead, look, may_write};
use crate::events::{Actor, Context, Event, Events};
use crate::kernel::email::Email;
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::{JobId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::platform::sealing::Purpose as Seal;
use crate::platform::storage::{At, Work};
use crate::sessions::end::{Reason, end_all};

/// What an address is sealed under.
pub const ADDRESS: &str = "address";

/// After `vouch`. Whether the address is somebody's already is not told here.
pub async fn ask(desk: &Desk, at: At, (user, wanted): (&User, &Email)) -> Result<(), Failure> {
    let line_up = async |work: &mut Work| {
        let sealed = errands::seal(work, &desk.sealer, ADDRESS, &wanted.as_str()).await?;
        let user = user.id.to_string();
        Ok(errands::put(work, &Errand::EmailChange { user, sealed }).await?)
    };
    let done: Done<()> = desk.database.write(at, line_up).await;
    unrefused(done)
}

/// A link for the new address, unless it is somebody's.
pub(super) async fn answer(
    work: &mut Work,
    desk: &Desk,
    (user, sealed, job): (&UserId, &str, &JobId),
) -> Result<Option<(User, Email, Secret)>, Failure> {
    let wanted: String = errands::open(work, &desk.sealer, ADDRESS, sealed).await?;
    let Some(wanted) = Email::parse(&wanted) else { return Ok(None) };
    let Some(user) = work.user(user).await? else { return Ok(None) };
    // One's own, not confirmed so far, is confirmed by the same letter.
    let holder = work.user_of_email(&wanted).await?;
    let is_taken = holder.is_some_and(|one| one.id != user.id || one.email_verified_at.is_some());
    let hourly = (desk.rules)(work.tenant()).per_mailbox();
    if is_taken || !may_write(work, (Purpose::EmailChange, wanted.as_str()), hourly).await? {
        return Ok(None);
    }
    let token = for_letter(work, desk, (Purpose::EmailChange, &user.id, job), &wanted).await?;
    Ok(token.map(|token| (user, wanted, token)))
}

/// A link for the old address, for a week.
pub(super) async fn undo(
    work: &mut Work,
    desk: &Desk,
    (user, sealed, job): (&UserId, &str, &JobId),
) -> Result<Option<(User, Email, Secret)>, Failure> {
    let before: String = errands::open(work, &desk.sealer, ADDRESS, sealed).await?;
    let Some(before) = Email::parse(&before) else { return Ok(None) };
    let Some(user) = work.user(user).await? else { return Ok(None) };
    let token = for_letter(work, desk, (Purpose::EmailUndo, &user.id, job), &before).await?;
    Ok(token.map(|token| (user, before, token)))
}

async fn for_letter(
    work: &mut Work,
    desk: &Desk,
    (purpose, user, job): (Purpose, &UserId, &JobId),
    address: &Email,
) -> Result<Option<Secret>, Failure> {
    let plain = serde_json::to_vec(address.as_str())
        .map_err(|e| Failure::broken("an address cannot be written").because(e))?;
    let sealed = desk.sealer.seal(work, Seal::Errand, ADDRESS, &plain).await?;
    let mac = desk.sealer.mac(work, Seal::Errand).await?;
    mint_for_letter(work, (&mac, job), (purpose, user.as_str()), Some(sealed)).await
}

#[derive(Debug, PartialEq, Eq)]
pub enum Unmoved {
    Dead(Dead),
    Taken,
}

/// The address that a link is about.
pub async fn address(
    desk: &Desk,
    at: At,
    token: (Purpose, &Secret),
) -> Result<Result<Email, Dead>, Failure> {
    let link = match look(desk, at, token).await? {
        Ok(link) => link,
        Err(dead) => return Ok(Err(dead)),
    };
    let sealed = link.sealed.unwrap_or_default();
    let open = async |work: &mut Work| -> Result<String, Failure> {
        errands::open_bytes(work, &desk.sealer, ADDRESS, &sealed).await
    };
    let text = desk.database.read(at, open).await?;
    Ok(Email::parse(&text).ok_or(Dead::Unknown))
}

/// In the commit that uses the link up. Both addresses are told; the old one can take it back.
pub async fn confirm(
    desk: &Desk,
    at: At,
    (purpose, token): (Purpose, &Secret),
    asker: &Asker,
) -> Result<User, No<Unmoved>> {
    let wanted = match address(desk, at, (purpose, token)).await? {
        Ok(wanted) => wanted,
        Err(dead) => return Err(No::Refused(Unmoved::Dead(dead))),
    };
    let hash = purpose.hash(token);
    let confirm = async |work: &mut Work| {
        let used = work.use_link(&hash, purpose).await?;
        let subject = used.and_then(|link| UserId::parse(&link.subject));
        let user = match subject {
            Some(id) => work.user(&id).await?,
            None => None,
        };
        let user = user.ok_or(No::Refused(Unmoved::Dead(Dead::Used)))?;
        if user.email == wanted {
            prove(work, &user, asker).await?;
            return Ok(user);
        }
        if !work.change_email(&user.id, &wanted).await? {
            return Err(No::Refused(Unmoved::Taken));
        }
        moved(work, desk, (&user, purpose), asker).await?;
        Ok(user)
    };
    desk.database.write(at, confirm).await
}

/// Nothing moved: it is known now that the address is theirs.
async fn prove(work: &mut Work, user: &User, asker: &Asker) -> Result<(), Failure> {
    let actor = Actor::User { user: user.id.clone() };
    let context = Context { actor, request: asker.request.clone() };
    work.prove_email(&user.id).await?;
    work.record(&Event::EmailVerified { user: user.id.clone() }, &context);
    Ok(())
}

async fn moved(
    work: &mut Work,
    desk: &Desk,
    (user, purpose): (&User, Purpose),
    asker: &Asker,
) -> Result<(), Failure> {
    let actor = Actor::User { user: user.id.clone() };
    let context = Context { actor, request: asker.request.clone() };
    work.void_links(user.id.as_str()).await?;
    work.record(&Event::EmailChanged { user: user.id.clone() }, &context);
    if purpose == Purpose::EmailUndo {
        // Somebody else was in: nothing of theirs goes on.
        return end_all(work, &user.id, Reason::PasswordChanged, &context).await;
    }
    let before = errands::seal(work, &desk.sealer, ADDRESS, &user.email.as_str()).await?;
    let id = user.id.to_string();
    errands::put(work, &Errand::EmailUndo { user: id, sealed: before }).await?;
    let at = work.now();
    errands::tell(work, &desk.sealer, &user.id, &Notice::EmailChanged { at }).await
}
