//! A link is made, for whoever it is mailed or shown to.

use super::model::{Link, Links, Purpose};
use crate::kernel::failure::Failure;
use crate::kernel::ids::JobId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::platform::sealing::mac::Mac;
use data_encoding::BASE64URL_NOPAD;

/// For a letter. The token follows from the job that sends it: a second try sends the same one, and until it is
/// sent it is written down nowhere. `None` when that one was used or voided meanwhile.
pub async fn mint_for_letter<W: Moment + Links>(
    work: &mut W,
    (mac, job): (&Mac, &JobId),
    link: (Purpose, &str),
    sealed: Option<Vec<u8>>,
) -> Result<Option<Secret>, Failure> {
    let (purpose, now) = (link.0, work.now());
    let tag = mac.tag(&format!("link {} {job}", purpose.as_str()));
    let token = Secret::new(BASE64URL_NOPAD.encode(&tag));
    match work.link(&purpose.hash(&token), purpose).await? {
        Some(made) => return Ok(made.is_good(now).then_some(token)),
        None => keep(work, &token, link, sealed).await?,
    }
    Ok(Some(token))
}

/// For a terminal.
pub async fn mint<W: Moment + Links>(
    work: &mut W,
    link: (Purpose, &str),
    sealed: Option<Vec<u8>>,
) -> Result<Secret, Failure> {
    let token = work.secret();
    keep(work, &token, link, sealed).await?;
    Ok(token)
}

/// A newer one voids those before it.
async fn keep<W: Moment + Links>(
    work: &mut W,
    token: &Secret,
    (purpose, subject): (Purpose, &str),
    sealed: Option<Vec<u8>>,
) -> Result<(), Failure> {
    let (hash, now) = (purpose.hash(token), work.now());
    work.void_others(&hash, subject, purpose).await?;
    let ends_at = now.plus(purpose.lasting());
    let subject = subject.to_owned();
    work.add_link(&hash, &Link { purpose, subject, sealed, made_at: now, ends_at, used_at: None })
        .await
}
