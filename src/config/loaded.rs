//! Settings that hold, and where each of them comes from.

use super::Settings;
use super::key::{Key, key, keys};
use super::problem::{Problem, Problems};
use super::sources::Source;
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Clone, Debug)]
pub struct Loaded {
    pub settings: Settings,
    /// The configuration files that were read, in their order.
    pub files: Vec<PathBuf>,
    /// The files from which secrets were read.
    pub secret_files: Vec<PathBuf>,
    /// What may not be meant; each displays itself.
    pub warnings: Vec<Problem>,
    pub(super) origins: BTreeMap<&'static str, Source>,
}

/// Which rows `config show` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Everything,
    /// What some source has set.
    Changed,
    /// What would hold if no source set anything.
    Defaults,
}

pub struct Row {
    pub key: &'static Key,
    /// As the file would spell it; of a secret, only its length.
    pub value: String,
    pub source: String,
}

impl Loaded {
    pub fn show(&self, which: Which) -> Vec<Row> {
        let defaults = Settings::default();
        let settings = if which == Which::Defaults { &defaults } else { &self.settings };
        let shown = keys().filter(|key| which != Which::Changed || self.is_set(key.name));
        let row = |key: &'static Key| {
            let source = match which {
                Which::Defaults => Source::Default.place(),
                _ => self.origin(key.name).place(),
            };
            Row { key, value: key.show(settings), source }
        };
        shown.map(row).collect()
    }

    /// Where the value of a key comes from.
    pub fn origin(&self, name: &str) -> Source {
        self.origins.get(name).cloned().unwrap_or_default()
    }

    pub fn is_set(&self, name: &str) -> bool {
        self.origins.contains_key(name)
    }

    /// That keys without a default have a value, for commands that cannot work without.
    ///
    /// # Errors
    /// One problem for each that has none.
    pub fn require(&self, names: &[&str]) -> Result<(), Problems> {
        let missing = names.iter().filter_map(|name| key(name));
        let missing = missing.filter(|key| key.show(&self.settings) == "\"\"");
        let problems: Vec<Problem> =
            missing.map(|key| absent(key, self.origin(key.name))).collect();
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }
}

fn absent(key: &'static Key, source: Source) -> Problem {
    let fix = format!("{} in [{}], or {}=…", key.line(), key.section(), key.environment());
    let problem = Problem::new(format!("{} is required, and nothing sets it", key.name), source);
    problem.about(key.name).fixed_by(fix).documented(key)
}

/// The keys whose values differ, for a reload to judge by their class.
pub fn differences(old: &Settings, new: &Settings) -> Vec<&'static Key> {
    keys().filter(|key| !key.is_same(old, new)).collect()
}
