//! Asking for the pictures that are due. One address after the other, apart from all other work: whoever serves their
//! picture slowly keeps no letter and no token waiting (INV-34).

use super::model::{Asked, Logos};
use super::redraw::{Unfit, redraw};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::{ClientId, TenantId};
use crate::oauth::clients::known::TOPIC;
use crate::platform::outbound::{Outbound, OutboundRefusal, Request};
use crate::platform::storage::{At, Database, Work, revisions};
use crate::platform::workers::{NoResult, Pool, Size};
use std::time::Duration;
use thiserror::Error;

/// In one turn, so that a server which is told to stop need not wait for many.
const BATCH: i64 = 4;

const ACCEPTED: &str = "image/png, image/webp, image/jpeg";

/// One picture at a time: reading one is slow and takes memory, and nobody waits for it.
pub const DRAWING: Size = Size { threads: 1, queue: 8, patience: Duration::from_secs(10) };

/// With what pictures are fetched.
pub struct Ground<'a, O> {
    pub database: &'a Database,
    pub outbound: &'a O,
    pub drawing: &'a Pool,
}

/// Why there is no picture. Whoever registered the address is not told (V-085); the operator is.
#[derive(Debug, Error)]
enum Trouble {
    #[error(transparent)]
    Unreached(#[from] OutboundRefusal),
    #[error("it answered {0}")]
    Status(u16),
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error(transparent)]
    Undrawn(#[from] NoResult),
}

impl Trouble {
    /// The same file would be refused again.
    const fn is_final(&self) -> bool {
        matches!(self, Self::Unfit(_) | Self::Undrawn(NoResult::Panicked))
    }
}

pub async fn fetch_due<O: Outbound>(ground: &Ground<'_, O>, at: At) -> Result<(), Failure> {
    let find = async |work: &mut Work| work.due_logos(BATCH).await;
    for (tenant, client, tries) in ground.database.read(at, find).await? {
        let unreadable =
            || Failure::broken(format!("client_logos has a row {client:?} that makes no sense"));
        let tenant = TenantId::parse(&tenant).ok_or_else(unreadable)?;
        let client = ClientId::parse(&client).ok_or_else(unreadable)?;
        let at = At { tenant, ..at };
        let taken: Done<Option<Asked>> = ground
            .database
            .write(at, async |work: &mut Work| Ok(work.take_logo(&client, tries).await?))
            .await;
        if let Some(asked) = unrefused(taken)? {
            try_once(ground, at, &asked).await?;
        }
    }
    Ok(())
}

async fn try_once<O: Outbound>(
    ground: &Ground<'_, O>,
    at: At,
    asked: &Asked,
) -> Result<(), Failure> {
    let drawn = drawn(ground, &asked.uri).await;
    let noted: Done<()> = ground
        .database
        .write(at, async |work: &mut Work| match &drawn {
            Ok(png) => {
                if work.keep_logo(asked, png).await? {
                    revisions::raise(work, TOPIC).await?;
                }
                Ok(())
            }
            Err(trouble) => {
                let again_at = asked.again_at.filter(|_| !trouble.is_final());
                Ok(work.note_trouble(asked, &trouble.to_string(), again_at).await?)
            }
        })
        .await;
    if let Err(trouble) = &drawn {
        tracing::info!(client = %asked.client, tries = asked.tries, %trouble, "an application has no picture");
    }
    unrefused(noted)
}

/// Outside any unit of work.
async fn drawn<O: Outbound>(ground: &Ground<'_, O>, uri: &str) -> Result<Vec<u8>, Trouble> {
    let answer = ground.outbound.send(Request::get(uri, ACCEPTED).reading_a_picture()).await?;
    if !answer.is_success() {
        return Err(Trouble::Status(answer.status));
    }
    Ok(ground.drawing.run(move || redraw(&answer.body)).await??)
}
