//! `vestibule user update|lock|suspend|activate|deactivate|delete|attributes`.

use super::{Of, describe, meant, nobody};
use crate::accounts::model::{AttributeSchema, Turn};
use crate::accounts::turn::{self, turn};
use crate::accounts::update::{Change, Editor, Refusal, What, schema, set_schema, update};
use crate::cli::exit::{Exit, Trouble};
use crate::cli::output::Output;
use crate::cli::place::Ground;
use crate::kernel::failure::No;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Update {
    #[command(flatten)]
    of: Of,
    /// A value, as in `given_name=Ada`, `phone_number=+442079460000`, `attributes.floor=3`; without a text
    /// after the sign the value is taken away
    #[arg(long = "set", value_name = "NAME=VALUE", required = true)]
    changes: Vec<String>,
}

#[derive(Args)]
pub struct Delete {
    #[command(flatten)]
    of: Of,
    /// It cannot be undone
    #[arg(long)]
    yes: bool,
}

#[derive(Args)]
pub struct Attributes {
    /// A JSON Schema that takes the place of the one before
    #[arg(long, value_name = "FILE")]
    set: Option<PathBuf>,
    /// Slug or id; the default tenant without
    #[arg(long)]
    tenant: Option<String>,
}

pub(super) async fn update_user(
    ground: &Ground,
    wanted: &Update,
    output: Output,
) -> Result<(), Trouble> {
    let changes = wanted.changes.iter().map(|text| change(text)).collect::<Result<Vec<_>, _>>()?;
    let (user, at) = meant(ground, &wanted.of).await?;
    let (database, context) = (&ground.house.database, ground.context());
    let updated = update(database, at, (&user.id, Editor::Operator), &changes, &context).await;
    let user = updated.map_err(|no| match no {
        No::Failed(failure) => failure.into(),
        No::Refused(taken @ Refusal::UsernameTaken(_)) => {
            Trouble::new(Exit::Conflict, taken.to_string())
        }
        No::Refused(refusal) => Trouble::new(Exit::Usage, refusal.to_string()),
    })?;
    let text = format!("✓ {} changed", user.email);
    output.answer("vestibule.cli.user.update/1", &describe(&user), &text);
    Ok(())
}

fn change(text: &str) -> Result<Change, Trouble> {
    let wrong = |why: String| {
        Trouble::new(Exit::Usage, why)
            .fix("vestibule user update ada@example.com --set given_name=Ada")
    };
    let (name, text) =
        text.split_once('=').ok_or_else(|| wrong(format!("{text} has no = in it")))?;
    let field = What::parse(name).ok_or_else(|| wrong(format!("{name} is not known of people")))?;
    Ok(Change { field, text: text.to_owned() })
}

pub(super) async fn turn_user(
    ground: &Ground,
    of: &Of,
    wanted: Turn,
    output: Output,
) -> Result<(), Trouble> {
    let (user, at) = meant(ground, of).await?;
    let (database, context) = (&ground.house.database, ground.context());
    let turned = turn(database, at, (&user.id, wanted), &context).await;
    let after = turned.map_err(|no| match no {
        No::Failed(failure) => failure.into(),
        No::Refused(turn::Refusal::Nobody) => nobody(&of.user),
        No::Refused(refusal) => Trouble::new(Exit::Conflict, refusal.to_string()),
    })?;
    let text = format!("✓ {} is {}", user.email, after.status.as_str());
    output.answer("vestibule.cli.user.status/1", &describe(&after), &text);
    Ok(())
}

pub(super) async fn delete(
    ground: &Ground,
    wanted: &Delete,
    output: Output,
) -> Result<(), Trouble> {
    if !wanted.yes {
        let why = format!("deleting {} cannot be undone", wanted.of.user);
        return Err(Trouble::new(Exit::Unconfirmed, why).fix("add --yes"));
    }
    turn_user(ground, &wanted.of, Turn::Delete, output).await
}

pub(super) async fn attributes(
    ground: &Ground,
    wanted: &Attributes,
    output: Output,
) -> Result<(), Trouble> {
    let tenant = ground.tenant(wanted.tenant.as_deref())?;
    let (database, at) = (&ground.house.database, ground.at(&tenant));
    if let Some(file) = &wanted.set {
        let new = read(file)?;
        let set = set_schema(database, at, &new, &ground.context()).await;
        set.map_err(|no| match no {
            No::Failed(failure) => failure.into(),
            No::Refused(senseless) => Trouble::new(Exit::Usage, senseless.to_string()),
        })?;
    }
    let known = schema(database, at).await?;
    let data = serde_json::to_value(&known).map_err(|e| {
        Trouble::new(Exit::Failed, "the schema has no JSON form").why(e.to_string())
    })?;
    let text = serde_json::to_string_pretty(&data).unwrap_or_default();
    output.answer("vestibule.cli.user.attributes/1", &data, &text);
    Ok(())
}

fn read(file: &Path) -> Result<AttributeSchema, Trouble> {
    let text = std::fs::read_to_string(file).map_err(|e| {
        Trouble::new(Exit::NotFound, format!("cannot read {}", file.display())).why(e.to_string())
    })?;
    serde_json::from_str(&text).map_err(|e| {
        Trouble::new(Exit::Usage, format!("{} is no schema that can be used", file.display()))
            .why(e.to_string())
    })
}
