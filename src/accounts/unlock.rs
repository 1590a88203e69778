//! After too many wrong passwords whoever owns the mailbox may try again before the lock ends (ACC-07, ADR 51).
//!
//! ```text
//! the try that locks       ask       puts an errand in line, whoever is meant: the same work, the same answer
//! the errand               answer    looks who it is, and makes a link
//! POST /login/unlock/…               signin/unlock.rs: this browser is known from now on
//! ```

use super::errands;
use super::links::mint_for_letter;
use super::model::{Errand, Forgetful, Purpose, User, Username, Users};
use super::register::may_write;
use crate::accounts::desk::Desk;
use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::ids::JobId;
use crate::kernel::secret::Secret;
use crate::platform::sealing::{Purpose as Seal, Sealer};
use crate::platform::storage::Work;

/// What it is sealed under.
pub const UNLOCK: &str = "unlock";

pub async fn ask(work: &mut Work, sealer: &Sealer, locked: &Forgetful) -> Result<(), Failure> {
    let sealed = errands::seal(work, sealer, UNLOCK, locked).await?;
    errands::put(work, &Errand::Unlock { sealed }).await
}

/// Nobody, or somebody who may not come in anyway, gets no letter.
pub(super) async fn answer(
    work: &mut Work,
    desk: &Desk,
    (locked, job): (&Forgetful, &JobId),
) -> Result<Option<(User, Secret)>, Failure> {
    let found = match (Email::parse(&locked.name), Username::parse(&locked.name)) {
        (Some(email), _) => work.user_of_email(&email).await?,
        (None, Some(username)) => work.user_of_username(&username).await?,
        (None, None) => None,
    };
    let Some(user) = found.filter(|user| user.status.may_sign_in()) else { return Ok(None) };
    let hourly = (desk.rules)(work.tenant()).per_mailbox();
    if !may_write(work, (Purpose::Unlock, user.email.as_str()), hourly).await? {
        return Ok(None);
    }
    let mac = desk.sealer.mac(work, Seal::Errand).await?;
    let link = (Purpose::Unlock, user.id.as_str());
    let token = mint_for_letter(work, (&mac, job), link, None).await?;
    Ok(token.map(|token| (user, token)))
}
