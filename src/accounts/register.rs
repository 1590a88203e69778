//! Registration: an account begins with a confirmed address, so until then there is none that somebody else could
//! have prepared (A-162).
//!
//! ```text
//! POST /register      apply      judge and hash, then put an errand in line: the same work for every address
//! the errand          answer     somebody's already? they are told so; else a link
//! POST /verify/…      confirm    (confirm.rs) in the browser it began in, or with the password
//! ```

use super::desk::{Asker, Desk};
use super::errands;
use super::links::mint_for_letter;
use super::model::{Applicant, Breach, Errand, Link, Links, OwnWords, Purpose, User, Users};
use super::set_password;
use crate::kernel::email::Email;
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::JobId;
use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::Timestamp;
use crate::platform::limits::{Full, Limit, count};
use crate::platform::sealing::Purpose as Seal;
use crate::platform::storage::{At, Work};

/// What was typed.
#[derive(Clone, Debug)]
pub struct Application {
    pub email: Email,
    pub password: Secret,
    /// The rest of it, with the documents that were accepted.
    pub applicant: Applicant,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Too many from one network; told to everybody alike.
    Full(Full),
    TooLong,
    Weak(Vec<Breach>),
}

impl From<set_password::Refusal> for Refusal {
    fn from(refusal: set_password::Refusal) -> Self {
        match refusal {
            set_password::Refusal::TooLong => Self::TooLong,
            set_password::Refusal::Weak(why) => Self::Weak(why),
        }
    }
}

pub(super) fn wider<R: From<S>, S>(no: No<S>) -> No<R> {
    match no {
        No::Refused(refusal) => No::Refused(refusal.into()),
        No::Failed(failure) => No::Failed(failure),
    }
}

/// Answers what the same letter can be sent with once more.
pub async fn apply(
    desk: &Desk,
    at: At,
    wanted: &Application,
    asker: &Asker,
) -> Result<String, No<Refusal>> {
    claim(desk, at, asker).await?;
    let making = (desk.making)(at.tenant)?;
    let words = OwnWords::of([wanted.email.as_str(), &wanted.applicant.name]);
    let hash = set_password::make(&making, at, (&wanted.password, None, words)).await;
    let hash = hash.map_err(wider::<Refusal, _>)?;
    let applicant = Applicant {
        email: wanted.email.to_string(),
        password: Some(hash.as_str().to_owned()),
        ..wanted.applicant.clone()
    };
    let line_up = async |work: &mut Work| {
        let sealed = errands::seal(work, &desk.sealer, REGISTRATION, &applicant).await?;
        errands::put(work, &Errand::Registration { sealed: sealed.clone() }).await?;
        Ok(sealed)
    };
    let done: Done<String> = desk.database.write(at, line_up).await;
    Ok(unrefused(done)?)
}

/// One more from a network, whatever it asks for.
async fn claim(desk: &Desk, at: At, asker: &Asker) -> Result<(), No<Refusal>> {
    let (network, limit) = (asker.network(), (desk.rules)(at.tenant).per_network());
    let claim = async |work: &mut Work| {
        let counted = count(work, ("network", &network), limit).await?;
        counted.map_err(|full| No::Refused(Refusal::Full(full)))
    };
    desk.database.write(at, claim).await
}

/// The same letter once more, for whoever holds what `apply` answered.
pub async fn again(desk: &Desk, at: At, sealed: &str, asker: &Asker) -> Result<(), No<Refusal>> {
    claim(desk, at, asker).await?;
    let errand = Errand::Registration { sealed: sealed.to_owned() };
    let line_up = async |work: &mut Work| Ok(errands::put(work, &errand).await?);
    let done: Done<()> = desk.database.write(at, line_up).await;
    Ok(unrefused(done)?)
}

/// What an applicant is sealed under.
pub const REGISTRATION: &str = "registration";

/// One letter to one mailbox in this time.
const COOL_DOWN: Limit =
    Limit { most: 1, window: crate::kernel::time::Lifetime::seconds(RESENT_AFTER_SECONDS) };

/// As the page says it.
pub const RESENT_AFTER_SECONDS: i64 = 60;

/// Whether one more letter may go to a mailbox. Whoever asked is not told. Of one kind they keep a distance; who has
/// just confirmed an address can have forgotten the password already.
pub(super) async fn may_write(
    work: &mut Work,
    (kind, mailbox): (Purpose, &str),
    hourly: Limit,
) -> Result<bool, Failure> {
    let of_kind = format!("{} {mailbox}", kind.as_str());
    let cool = count(work, ("letter now", &of_kind), COOL_DOWN).await?;
    if cool.is_err() {
        return Ok(false);
    }
    Ok(count(work, ("letter", mailbox), hourly).await?.is_ok())
}

/// What is written to the address.
pub enum Answer {
    /// A link to confirm it.
    Confirm(Secret),
    /// It has an account already.
    Known(User),
    /// Nothing.
    Silence,
}

pub(super) async fn answer(
    work: &mut Work,
    desk: &Desk,
    (applicant, sealed, job): (&Applicant, &[u8], &JobId),
) -> Result<Answer, Failure> {
    let Some(email) = Email::parse(&applicant.email) else { return Ok(Answer::Silence) };
    if let Some(user) = work.user_of_email(&email).await? {
        let hourly = (desk.rules)(work.tenant()).per_mailbox();
        let may = may_write(work, (Purpose::Registration, email.as_str()), hourly).await?;
        return Ok(if may { Answer::Known(user) } else { Answer::Silence });
    }
    let hourly = (desk.rules)(work.tenant()).per_mailbox();
    if !may_write(work, (Purpose::Registration, email.as_str()), hourly).await? {
        return Ok(Answer::Silence);
    }
    let mac = desk.sealer.mac(work, Seal::Errand).await?;
    let link = (Purpose::Registration, subject(&email));
    let link = (link.0, link.1.as_str());
    let token = mint_for_letter(work, (&mac, job), link, Some(sealed.to_vec())).await?;
    Ok(token.map_or(Answer::Silence, Answer::Confirm))
}

/// Stands for an address that nobody has.
pub fn subject(email: &Email) -> String {
    Hash::of_parts([b"address", email.as_str().as_bytes()]).hex()
}

/// Why a link does nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dead {
    /// Never made, or forgotten since.
    Unknown,
    Used,
    Over,
}

impl Dead {
    fn of(link: &Link, now: Timestamp) -> Option<Self> {
        match link.used_at {
            Some(_) => Some(Self::Used),
            None if !link.is_good(now) => Some(Self::Over),
            None => None,
        }
    }
}

/// A link as it is; looking uses nothing up.
pub async fn look(
    desk: &Desk,
    at: At,
    (purpose, token): (Purpose, &Secret),
) -> Result<Result<Link, Dead>, Failure> {
    let hash = purpose.hash(token);
    let read = async |work: &mut Work| work.link(&hash, purpose).await;
    let found = desk.database.read(at, read).await?;
    Ok(found.ok_or(Dead::Unknown).and_then(|link| match Dead::of(&link, at.now) {
        Some(dead) => Err(dead),
        None => Ok(link),
    }))
}

/// And who it is for.
pub async fn applicant(
    desk: &Desk,
    at: At,
    token: (Purpose, &Secret),
) -> Result<Result<Applicant, Dead>, Failure> {
    let link = match look(desk, at, token).await? {
        Ok(link) => link,
        Err(dead) => return Ok(Err(dead)),
    };
    let sealed = link.sealed.unwrap_or_default();
    let open = async |work: &mut Work| {
        errands::open_bytes(work, &desk.sealer, REGISTRATION, &sealed).await
    };
    desk.database.read(at, open).await.map(Ok)
}
