//! `vestibule user reset-factors`: for somebody who has lost every second factor.

use super::{Of, meant};
use crate::accounts::factors::second;
use crate::cli::exit::Trouble;
use crate::cli::output::Output;
use crate::cli::place::Ground;
use crate::kernel::failure::{Done, unrefused};
use crate::platform::storage::Work;
use crate::sessions::end::{Reason, end_all};
use crate::sessions::model::Devices;
use serde_json::json;

/// Everything falls: the factors, the sessions, and the trust in devices.
pub(super) async fn run(ground: &Ground, of: &Of, output: Output) -> Result<(), Trouble> {
    let (user, at) = meant(ground, of).await?;
    let context = ground.context();
    let reset = async |work: &mut Work| {
        let removed = second::reset(work, &user.id, &context).await?;
        work.forget_devices_of(&user.id).await?;
        end_all(work, &user.id, Reason::FactorsChanged, &context).await?;
        Ok(removed)
    };
    let done: Done<bool> = ground.house.database.write(at, reset).await;
    let removed = unrefused(done)?;
    let text = match removed {
        true => format!(
            "✓ {} signs in with the password alone, and is signed out everywhere",
            user.email
        ),
        false => format!("✓ {} had no second factor; signed out everywhere", user.email),
    };
    let data = json!({ "user": user.id.as_str(), "removed": removed });
    output.answer("vestibule.cli.user.reset-factors/1", &data, &text);
    Ok(())
}
