//! `vestibule migrate status|plan|up`.

use super::exit::{Exit, Trouble};
use super::output::{Output, table};
use super::{Global, block_on};
use crate::app;
use crate::platform::ambient;
use crate::platform::storage::migrate::{Status, Step, status};
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub enum Migrate {
    /// Which migrations are applied; exit code 9 when some are missing
    Status,
    /// Print the SQL that `up` would run
    Plan,
    /// Apply what is missing
    Up,
}

impl Migrate {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        let loaded = global.load()?;
        let place = app::place(&loaded.settings.database);
        block_on(async {
            let found = status(&place).await?;
            match self {
                Self::Status => print_status(&found, output),
                Self::Plan => {
                    print_plan(&found, output);
                    Ok(found.check()?)
                }
                Self::Up => {
                    found.check()?;
                    app::migrate(&loaded.settings, ambient::system()).await?;
                    let count = found.pending().count();
                    let data = json!({ "applied": count });
                    let text = match count {
                        0 => "✓ nothing to do: the database is up to date".to_owned(),
                        1 => "✓ 1 migration applied".to_owned(),
                        _ => format!("✓ {count} migrations applied"),
                    };
                    output.answer("vestibule.cli.migrate.up/1", &data, &text);
                    Ok(())
                }
            }
        })
    }
}

fn print_status(found: &Status, output: Output) -> Result<(), Trouble> {
    let mut rows = vec![["VERSION", "NAME", "STATE"].map(str::to_owned).to_vec()];
    for step in &found.steps {
        let state = match step.is_applied {
            _ if found.changed.contains(&step.version) => "applied with another text",
            true => "applied",
            false => "missing",
        };
        rows.push(vec![format!("{:04}", step.version), step.name.clone(), state.into()]);
    }
    for version in &found.unknown {
        rows.push(vec![format!("{version:04}"), "?".into(), "newer than this binary".into()]);
    }
    let steps: Vec<Value> = found.steps.iter().map(|s| describe(s, false)).collect();
    let data = json!({ "current": found.is_current(), "steps": steps, "unknown": found.unknown });
    output.answer("vestibule.cli.migrate.status/1", &data, &table(&rows));
    found.check()?;
    match found.pending().count() {
        0 => Ok(()),
        count => Err(Trouble::new(Exit::Partly, format!("{count} migrations are missing"))
            .fix("vestibule migrate up")),
    }
}

fn print_plan(found: &Status, output: Output) {
    let steps: Vec<Value> = found.pending().map(|step| describe(step, true)).collect();
    let texts =
        found.pending().map(|step| format!("-- {:04} {}\n{}", step.version, step.name, step.sql));
    let text = texts.collect::<Vec<_>>().join("\n");
    let text = if text.is_empty() { "-- nothing to do".into() } else { text };
    output.answer("vestibule.cli.migrate.plan/1", &json!({ "steps": steps }), &text);
}

fn describe(step: &Step, with_sql: bool) -> Value {
    let sql = with_sql.then_some(&step.sql);
    json!({ "version": step.version, "name": step.name, "applied": step.is_applied, "sql": sql })
}
