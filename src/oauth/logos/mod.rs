//! Pictures of applications (OIDC Registration §2): fetched once, redrawn by us, and served from our own address, so that
//! no browser asks anybody else on the pages where trust is decided (ADR 59).

pub mod fetch;
pub mod http;
pub mod model;
mod redraw;
mod store;

pub(crate) use store::STATEMENTS;

use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use model::Logos;

/// In the unit of work that registers or changes a client: a picture belongs to the address it came from, so another
/// address has none until it was fetched from there.
pub async fn follow<W: Logos>(
    work: &mut W,
    client: &ClientId,
    (old, new): (Option<&str>, Option<&str>),
) -> Result<(), Failure> {
    if old == new {
        return Ok(());
    }
    if old.is_some() {
        work.forget_logo(client).await?;
    }
    match new {
        Some(uri) => work.ask_for_logo(client, uri).await,
        None => Ok(()),
    }
}
