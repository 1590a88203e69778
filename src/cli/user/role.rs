//! `vestibule user role add|remove|list`.

use super::{Of, meant};
use crate::accounts::model::{Role, Roles, User};
use crate::accounts::roles::{give, take};
use crate::cli::exit::{Exit, Trouble};
use crate::cli::output::Output;
use crate::cli::place::Ground;
use crate::federation::model::MappedRoles;
use crate::kernel::failure::{Done, No, unrefused};
use crate::platform::storage::{At, Work};
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub enum Command {
    /// Give somebody a role: admin or owner
    Add {
        #[command(flatten)]
        of: Of,
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Take a role from somebody
    Remove {
        #[command(flatten)]
        of: Of,
        #[arg(value_parser = role)]
        role: Role,
    },
    /// The roles of somebody
    List {
        #[command(flatten)]
        of: Of,
    },
}

pub(super) fn role(text: &str) -> Result<Role, String> {
    let given = Role::parse(text).filter(|role| *role != Role::User);
    given.ok_or_else(|| "a role is admin or owner; user is what everybody is".to_owned())
}

impl Command {
    pub(super) async fn run(self, ground: &Ground, output: Output) -> Result<(), Trouble> {
        let (Self::Add { of, .. } | Self::Remove { of, .. } | Self::List { of }) = &self;
        let (user, at) = meant(ground, of).await?;
        match self {
            Self::Add { role, .. } => add(ground, at, (&user, role)).await?,
            Self::Remove { role, .. } => remove(ground, at, (&user, role)).await?,
            Self::List { .. } => {}
        }
        let read = async |work: &mut Work| work.roles_of(&user.id).await;
        let roles = ground.house.database.read(at, read).await?;
        let roles: Vec<&str> = roles.into_iter().map(Role::as_str).collect();
        let data = json!({ "user": user.id.as_str(), "roles": roles });
        let text = format!("{}: {}", user.email, roles.join(", "));
        output.answer("vestibule.cli.user.role/1", &data, &text);
        Ok(())
    }
}

async fn add(ground: &Ground, at: At, (user, role): (&User, Role)) -> Result<(), Trouble> {
    let context = ground.context();
    let add = async |work: &mut Work| {
        // From now on it is theirs by hand, whatever a provider says.
        work.forget_all_mapped(&user.id, role).await?;
        Ok(give(work, (&user.id, role), &context).await?)
    };
    let done: Done<bool> = ground.house.database.write(at, add).await;
    Ok(unrefused(done).map(drop)?)
}

async fn remove(ground: &Ground, at: At, (user, role): (&User, Role)) -> Result<(), Trouble> {
    let context = ground.context();
    let remove = async |work: &mut Work| take(work, (&user.id, role), &context).await;
    let done = ground.house.database.write(at, remove).await;
    done.map(drop).map_err(|no| match no {
        No::Failed(failure) => failure.into(),
        No::Refused(last) => Trouble::new(Exit::Conflict, last.to_string()),
    })
}
