//! An invitation: an account that waits for somebody to choose a password (ADM-05).

use super::confirm::{Unconfirmed, admit};
use super::desk::{Asker, Desk};
use super::errands;
use super::links::{mint, mint_for_letter};
use super::model::{Applicant, Errand, Links, OwnWords, Purpose, User, Users};
use super::register::{REGISTRATION, applicant, may_write, subject, wider};
use super::set_password::{self, Undone};
use crate::kernel::email::Email;
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::JobId;
use crate::kernel::secret::Secret;
use crate::platform::sealing::Purpose as Seal;
use crate::platform::storage::{At, Work};

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Uninvited {
    #[error("{0} has an account already")]
    Taken(Email),
    #[error("{0} was not invited, or has accepted long ago")]
    Unknown(Email),
}

/// By letter, or where there is no mail by a link that is answered.
pub async fn invite(
    desk: &Desk,
    at: At,
    (email, applicant): (&Email, &Applicant),
) -> Result<Option<Secret>, No<Uninvited>> {
    let invite = async |work: &mut Work| {
        if work.user_of_email(email).await?.is_some() {
            return Err(No::Refused(Uninvited::Taken(email.clone())));
        }
        if desk.post.is_open() {
            let sealed = errands::seal(work, &desk.sealer, REGISTRATION, applicant).await?;
            errands::put(work, &Errand::Invitation { sealed }).await?;
            return Ok(None);
        }
        let plain = serde_json::to_vec(applicant)
            .map_err(|e| Failure::broken("an invitation cannot be written").because(e))?;
        let sealed = desk.sealer.seal(work, Seal::Errand, REGISTRATION, &plain).await?;
        let subject = subject(email);
        Ok(Some(mint(work, (Purpose::Invitation, &subject), Some(sealed)).await?))
    };
    desk.database.write(at, invite).await
}

/// Once more what somebody was invited with; the earlier link is void.
pub async fn again(desk: &Desk, at: At, email: &Email) -> Result<Option<Secret>, No<Uninvited>> {
    let read = async |work: &mut Work| {
        let Some(link) = work.last_link(&subject(email), Purpose::Invitation).await? else {
            return Ok(None);
        };
        let sealed = link.sealed.unwrap_or_default();
        let applicant: Applicant =
            errands::open_bytes(work, &desk.sealer, REGISTRATION, &sealed).await?;
        Ok(Some(applicant))
    };
    let found = desk.database.read(at, read).await?;
    let applicant = found.ok_or_else(|| No::Refused(Uninvited::Unknown(email.clone())))?;
    invite(desk, at, (email, &applicant)).await
}

pub(super) async fn answer(
    work: &mut Work,
    desk: &Desk,
    (applicant, sealed, job): (&Applicant, &[u8], &JobId),
) -> Result<Option<(Email, Secret)>, Failure> {
    let Some(email) = Email::parse(&applicant.email) else { return Ok(None) };
    let hourly = (desk.rules)(work.tenant()).per_mailbox();
    if !may_write(work, (Purpose::Invitation, email.as_str()), hourly).await? {
        return Ok(None);
    }
    let mac = desk.sealer.mac(work, Seal::Errand).await?;
    let of = subject(&email);
    let link = (Purpose::Invitation, of.as_str());
    let token = mint_for_letter(work, (&mac, job), link, Some(sealed.to_vec())).await?;
    Ok(token.map(|token| (email, token)))
}

impl From<Unconfirmed> for Undone {
    fn from(refusal: Unconfirmed) -> Self {
        match refusal {
            Unconfirmed::Dead(dead) => Self::Dead(dead),
            _ => Self::Taken,
        }
    }
}

/// Role, address and tenant are those of the invitation, whatever the form says.
pub async fn accept(
    desk: &Desk,
    at: At,
    (token, name, password): (&Secret, &str, &Secret),
    asker: &Asker,
) -> Result<User, No<Undone>> {
    let purpose = Purpose::Invitation;
    let mut invited: Applicant = match applicant(desk, at, (purpose, token)).await? {
        Ok(invited) => invited,
        Err(dead) => return Err(No::Refused(Undone::Dead(dead))),
    };
    name.clone_into(&mut invited.name);
    let words = OwnWords::of([invited.email.as_str(), name]);
    let made = set_password::make(&(desk.making)(at.tenant)?, at, (password, None, words)).await;
    let hash = made.map_err(wider::<Undone, _>)?;
    let link = (purpose, purpose.hash(token));
    let admitted = admit(desk, at, (link, &invited, hash.as_str()), asker).await;
    admitted.map_err(wider::<Undone, _>)
}
