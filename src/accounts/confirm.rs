//! A registration is confirmed: the account is made in the commit that uses the link up (D-09).

use super::create::Making;
use super::desk::{Asker, Desk};
use super::factors::password::{Stored, Verdict};
use super::model::{
    Applicant, Candidate, Changes, Links, PasswordHashes, Profile, Purpose, Role, Status, User,
    Users,
};
use super::register::{Dead, applicant};
use super::roles;
use crate::events::{Actor, Context, Event, Events, Name};
use crate::kernel::email::Email;
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::{Hash, Secret};
use crate::platform::storage::{At, Work};

#[derive(Debug, PartialEq, Eq)]
pub enum Unconfirmed {
    Dead(Dead),
    /// Whoever opened the letter may not be who chose the password.
    Elsewhere,
    Mismatch,
    /// The address is somebody's by now.
    Taken,
}

/// What came with the form.
pub struct Confirming<'a> {
    pub token: &'a Secret,
    /// What this browser remembers of a registration.
    pub mark: Option<String>,
    pub password: Secret,
    pub asker: &'a Asker,
}

pub async fn confirm(
    desk: &Desk,
    at: At,
    form: &Confirming<'_>,
) -> Result<(User, Applicant), No<Unconfirmed>> {
    let purpose = Purpose::Registration;
    let applicant = match applicant(desk, at, (purpose, form.token)).await? {
        Ok(applicant) => applicant,
        Err(dead) => return Err(No::Refused(Unconfirmed::Dead(dead))),
    };
    if form.mark.as_deref() != Some(applicant.mark.as_str()) {
        is_theirs(&(desk.making)(at.tenant)?, &applicant, &form.password).await?;
    }
    let hash = applicant.password.clone().unwrap_or_default();
    let link = (purpose, purpose.hash(form.token));
    let user = admit(desk, at, (link, &applicant, &hash), form.asker).await?;
    Ok((user, applicant))
}

async fn is_theirs(
    making: &Making,
    applicant: &Applicant,
    password: &Secret,
) -> Result<(), No<Unconfirmed>> {
    if password.reveal().is_empty() {
        return Err(No::Refused(Unconfirmed::Elsewhere));
    }
    let mismatch = || No::Refused(Unconfirmed::Mismatch);
    let candidate = Candidate::new(password).map_err(|_| mismatch())?;
    let stored = applicant.password.as_deref().and_then(|hash| Stored::parse(hash).ok());
    match making.passwords.verify(stored, candidate, making.cost).await? {
        Verdict::Right | Verdict::RightButRehash => Ok(()),
        Verdict::Wrong => Err(mismatch()),
    }
}

/// The account, in the commit that uses the link up (D-09).
pub(super) async fn admit(
    desk: &Desk,
    at: At,
    (link, applicant, hash): ((Purpose, Hash), &Applicant, &str),
    asker: &Asker,
) -> Result<User, No<Unconfirmed>> {
    let admit = async |work: &mut Work| {
        let dead = No::Refused(Unconfirmed::Dead(Dead::Used));
        work.use_link(&link.1, link.0).await?.ok_or(dead)?;
        let user = newcomer(work, applicant)?;
        if !work.add_user(&user).await? {
            return Err(No::Refused(Unconfirmed::Taken));
        }
        work.keep_password(&user.id, hash).await?;
        let context = Context {
            actor: Actor::User { user: user.id.clone() },
            request: asker.request.clone(),
        };
        work.record(&Event::UserCreated { user: user.id.clone() }, &context);
        work.record(&Event::EmailVerified { user: user.id.clone() }, &context);
        for (document, version) in &applicant.accepted {
            accept(work, &user.id, (document, version), &context).await?;
        }
        if let Some(role) = applicant.role.as_deref().and_then(Role::parse) {
            roles::give(work, (&user.id, role), &context).await?;
        }
        Ok(user)
    };
    desk.database.write(at, admit).await
}

/// Written down with when, and for the audit log.
pub async fn accept<W: Changes + Events>(
    work: &mut W,
    user: &UserId,
    (document, version): (&str, &str),
    context: &Context,
) -> Result<(), Failure> {
    work.accept(user, (document, version)).await?;
    let (document, version) = (Name::new(document), Name::new(version));
    work.record(&Event::DocumentAccepted { user: user.clone(), document, version }, context);
    Ok(())
}

fn newcomer(work: &mut Work, applicant: &Applicant) -> Result<User, Failure> {
    let unreadable = || Failure::broken("an applicant without an address");
    let now = work.now();
    Ok(User {
        id: UserId::new(work),
        email: Email::parse(&applicant.email).ok_or_else(unreadable)?,
        name: applicant.name.clone(),
        made_at: now,
        email_verified_at: Some(now),
        status: Status::Active,
        username: None,
        profile: Profile::default(),
        changed_at: now,
    })
}
