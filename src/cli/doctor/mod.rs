//! `vestibule doctor`: finds what is wrong, changes nothing, and may run beside a server.

mod database;
mod online;

use super::exit::{Exit, Trouble};
use super::output::Output;
use super::{Global, block_on};
use crate::config::{Loaded, keys};
use crate::kernel::failure::Failure;
use clap::Args;
use serde_json::json;

#[derive(Args)]
pub struct Doctor {
    /// Also ask the public URL, as an application would
    #[arg(long)]
    online: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    Good,
    Warning,
    Wrong,
}

struct Finding {
    group: &'static str,
    grade: Grade,
    text: String,
    fix: Option<String>,
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, group: &'static str, grade: Grade, text: impl Into<String>) -> &mut Self {
        self.0.push(Finding { group, grade, text: text.into(), fix: None });
        self
    }

    /// For the one just added.
    fn fix(&mut self, fix: impl Into<String>) {
        if let Some(last) = self.0.last_mut() {
            last.fix = Some(fix.into());
        }
    }

    /// What could not be looked at is wrong, too.
    fn unless(&mut self, group: &'static str, looked: Result<(), Failure>) {
        if let Err(failure) = looked {
            self.add(group, Grade::Wrong, failure.to_string());
        }
    }

    fn count(&self, grade: Grade) -> usize {
        self.0.iter().filter(|finding| finding.grade == grade).count()
    }
}

impl Doctor {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        let loaded = global.load()?;
        block_on(async {
            let mut found = Findings::default();
            configuration(&loaded, &mut found);
            database::look(&loaded.settings, &mut found).await;
            if self.online {
                let looked = online::look(&loaded.settings, &mut found).await;
                found.unless("public URL", looked);
            }
            report(&found, output)
        })
    }
}

fn configuration(loaded: &Loaded, found: &mut Findings) {
    let set = loaded.show(crate::config::Which::Changed).len();
    let files = loaded.files.len();
    found.add("config", Grade::Good, format!("{files} files, {set} keys set"));
    for warning in &loaded.warnings {
        found.add("config", Grade::Warning, warning.to_string().trim().to_owned());
    }
    if loaded.settings.server.public_url.is_none() {
        found
            .add("config", Grade::Wrong, "server.public_url is not set")
            .fix("[server] public_url = \"https://id.example.com\"");
    }
    for key in keys().filter(|key| key.field().starts_with("danger_") && loaded.is_set(key.name)) {
        found
            .add("config", Grade::Warning, format!("{} is a risk you have taken", key.name))
            .fix(format!("remove {}", key.name));
    }
    for reachable in &loaded.settings.outbound.allow {
        found.add("config", Grade::Warning, format!("outbound.allow opens {reachable}"));
    }
}

fn report(found: &Findings, output: Output) -> Result<(), Trouble> {
    let (wrong, warnings) = (found.count(Grade::Wrong), found.count(Grade::Warning));
    let word = |grade| match grade {
        Grade::Good => ("✓", "good"),
        Grade::Warning => ("!", "warning"),
        Grade::Wrong => ("✗", "error"),
    };
    let data = found.0.iter().map(|finding| {
        json!({ "group": finding.group, "grade": word(finding.grade).1, "text": finding.text, "fix": finding.fix })
    });
    let mut text = String::new();
    for finding in &found.0 {
        let (mark, _) = word(finding.grade);
        let said = finding.text.replace('\n', "\n                ");
        text.push_str(&format!("  {mark} {:<12}{said}\n", finding.group));
        if let Some(fix) = &finding.fix {
            text.push_str(&format!("                fix   {fix}\n"));
        }
    }
    text.push_str(&format!("  {wrong} errors, {warnings} warnings"));
    output.answer("vestibule.cli.doctor/1", &data.collect(), &text);
    match wrong {
        0 => Ok(()),
        _ => Err(Trouble::new(Exit::VerificationFailed, format!("doctor found {wrong} errors"))),
    }
}
