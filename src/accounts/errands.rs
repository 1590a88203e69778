//! An errand is put in line, in the commit that causes it.

use super::model::errand::KIND;
use super::model::{Errand, Notice};
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::platform::jobs::Jobs;
use crate::platform::sealing::{Purpose, Sealer};
use crate::platform::storage::Work;
use data_encoding::BASE64;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Somebody is told about their account. Other capabilities call this: a new factor, a new device.
pub async fn tell(
    work: &mut Work,
    sealer: &Sealer,
    user: &UserId,
    notice: &Notice,
) -> Result<(), Failure> {
    let sealed = seal(work, sealer, "notice", notice).await?;
    put(work, &Errand::Notice { user: user.to_string(), sealed }).await
}

pub async fn put(work: &mut Work, errand: &Errand) -> Result<(), Failure> {
    let body = serde_json::to_string(errand);
    let body = body.map_err(|e| Failure::broken("an errand cannot be written").because(e))?;
    let now = work.now();
    work.enqueue(KIND, &body, now).await.map(drop)
}

/// `about` is what it opens under.
pub async fn seal(
    work: &mut Work,
    sealer: &Sealer,
    about: &str,
    what: &impl Serialize,
) -> Result<String, Failure> {
    let plain = serde_json::to_vec(what);
    let plain = plain.map_err(|e| Failure::broken("an errand cannot be written").because(e))?;
    let sealed = sealer.seal(work, Purpose::Errand, about, &plain).await?;
    Ok(BASE64.encode(&sealed))
}

pub async fn open<T: DeserializeOwned>(
    work: &mut Work,
    sealer: &Sealer,
    about: &str,
    sealed: &str,
) -> Result<T, Failure> {
    let bytes = BASE64.decode(sealed.as_bytes()).map_err(|e| unreadable().because(e))?;
    open_bytes(work, sealer, about, &bytes).await
}

pub async fn open_bytes<T: DeserializeOwned>(
    work: &mut Work,
    sealer: &Sealer,
    about: &str,
    sealed: &[u8],
) -> Result<T, Failure> {
    let plain = sealer.open(work, Purpose::Errand, about, sealed).await?;
    serde_json::from_slice(&plain).map_err(|e| unreadable().because(e))
}

fn unreadable() -> Failure {
    Failure::broken("an errand makes no sense")
}
