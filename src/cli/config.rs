//! `vestibule config check|show|explain|schema|example`.

use super::Global;
use super::exit::{Exit, Trouble};
use super::output::{Output, table};
use crate::config::{self, Which};
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub enum Config {
    /// Find all problems at once, without starting anything
    Check,
    /// Print what holds, and where each value comes from
    Show {
        /// Only what some file, variable or flag sets
        #[arg(long, conflicts_with = "defaults")]
        changed: bool,
        /// What would hold if nothing were set
        #[arg(long)]
        defaults: bool,
    },
    /// Explain one key: type, default, environment name, when a change takes effect
    Explain { key: String },
    /// Print a JSON Schema of the file, for editors
    Schema,
    /// Print a file with every key, its default and a comment
    Example,
}

impl Config {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        match self {
            Self::Check => check(global, output),
            Self::Show { changed, defaults } => {
                let which = match (changed, defaults) {
                    (true, _) => Which::Changed,
                    (_, true) => Which::Defaults,
                    _ => Which::Everything,
                };
                show(global, which, output)
            }
            Self::Explain { key } => explain(&key, output),
            Self::Schema => {
                let schema = config::schema();
                output.answer("vestibule.cli.config.schema/1", &schema, &format!("{schema:#}"));
                Ok(())
            }
            Self::Example => {
                let text = config::example();
                output.answer("vestibule.cli.config.example/1", &json!({ "toml": text }), &text);
                Ok(())
            }
        }
    }
}

fn check(global: &Global, output: Output) -> Result<(), Trouble> {
    let loaded = global.load()?;
    for warning in &loaded.warnings {
        output.note(&format!("warning:{warning}"));
    }
    let files: Vec<String> = loaded.files.iter().map(|f| f.display().to_string()).collect();
    let set = loaded.show(Which::Changed).len();
    let warnings: Vec<_> = loaded.warnings.iter().map(config::Problem::json).collect();
    let data = json!({ "files": files, "keys_set": set, "warnings": warnings });
    let from = if files.is_empty() { "no file".to_owned() } else { files.join(", ") };
    let text = format!("✓ the configuration is valid: {set} keys set, read from {from}");
    output.answer("vestibule.cli.config.check/1", &data, &text);
    Ok(())
}

fn show(global: &Global, which: Which, output: Output) -> Result<(), Trouble> {
    let rows = global.load()?.show(which);
    let data = rows
        .iter()
        .map(|row| json!({ "key": row.key.name, "value": row.value, "source": row.source }))
        .collect();
    let mut lines = vec![["KEY", "VALUE", "SOURCE"].map(str::to_owned).to_vec()];
    lines.extend(rows.into_iter().map(|row| vec![row.key.name.into(), row.value, row.source]));
    output.answer("vestibule.cli.config.show/1", &data, &table(&lines));
    Ok(())
}

fn explain(name: &str, output: Output) -> Result<(), Trouble> {
    let Some(key) = config::key(name) else {
        let near = config::nearest(name);
        let trouble = Trouble::new(Exit::NotFound, format!("there is no key {name}"));
        return Err(match near {
            Some(near) => trouble.fix(format!("did you mean {near}?")),
            None => trouble.fix("vestibule config show lists all keys"),
        });
    };
    let data = json!({
        "key": key.name,
        "type": key.words(),
        "default": key.default(),
        "environment": key.environment(),
        "reload": key.reload.words(),
        "tenant": key.tenant,
        "secret": key.secret,
        "about": key.doc(),
    });
    output.answer("vestibule.cli.config.explain/1", &data, &key.explain());
    Ok(())
}
