//! People, and what they prove themselves with.

pub mod browser_name;
pub mod change_email;
pub mod change_password;
pub mod confirm;
pub mod create;
pub mod desk;
pub mod errands;
pub mod factors;
pub mod groups;
pub mod invite;
pub mod jobs;
pub mod links;
pub mod listen;
mod mails;
pub mod model;
pub mod pages;
pub mod recover;
pub mod register;
pub mod turn;
pub mod unlock;
pub mod update;
pub mod roles;
pub mod set_password;
pub mod setup;
mod store;

pub(crate) use store::STATEMENTS;

use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::time::Lifetime;
use crate::platform::storage::{At, Database, Work};
use model::Links;
use model::activity::{Activity, KEPT_FOR};

/// Whoever comes late with a link is told that it is over, and not that there never was one.
const REMEMBERED: Lifetime = Lifetime::days(30);

/// Every table stays bounded.
pub async fn forget_over(database: &Database, at: At) -> Result<(), Failure> {
    let before = at.now.minus(REMEMBERED);
    let done: Done<()> = database
        .write(at, async |work: &mut Work| {
            work.forget_activity_before(at.now.minus(KEPT_FOR)).await?;
            Ok(work.forget_links_before(before).await?)
        })
        .await;
    unrefused(done)
}
