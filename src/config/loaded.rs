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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::trial::host;

    #[test]
    fn what_is_shown_names_its_source_and_no_secret() {
        let host = host("database.url = \"postgres://idp:CANARY@db/idp\"\nlog.level = \"info\"\n")
            .with_file("key", "CANARY", 0o600)
            .with_variable("VESTIBULE_ENCRYPTION__MASTER_KEY_FILE", "DIR/key")
            .with_flag("server.workers", "4");
        let folder = host.path("").display().to_string();
        let rows = host.loaded().show(Which::Changed);
        let rows =
            rows.iter().map(|row| (row.key.name, &*row.value, row.source.replace(&folder, "")));
        let expected = [
            ("server.workers", "4", "command line, server.workers"),
            ("database.url", "\"postgres://idp:***@db/idp\"", "vestibule.toml:1"),
            (
                "encryption.master_key",
                "(value hidden, 6 bytes)",
                "key, named by VESTIBULE_ENCRYPTION__MASTER_KEY_FILE",
            ),
            ("log.level", "\"info\"", "vestibule.toml:2"),
        ];
        assert_eq!(
            rows.collect::<Vec<_>>(),
            expected.map(|(key, value, source)| (key, value, source.to_owned()))
        );
    }

    #[test]
    fn all_rows_or_the_defaults_may_be_shown() {
        let loaded = host("server.workers = 4\n").loaded();
        let shown = |which, name| {
            let rows = loaded.show(which);
            assert_eq!(rows.len(), keys().count());
            let row = rows.into_iter().find(|row| row.key.name == name).unwrap();
            (row.value, row.source)
        };
        assert_eq!(shown(Which::Defaults, "server.workers"), ("0".into(), "default".into()));
        assert_eq!(shown(Which::Everything, "server.workers").0, "4");
        assert_eq!(
            shown(Which::Everything, "database.max_connections"),
            ("16".into(), "default".into())
        );
    }

    #[test]
    fn a_change_is_known_by_its_keys_even_of_secrets() {
        let of = |file: &str| host(file).loaded().settings;
        let old = of("encryption.master_key = \"aaaa\"\n");
        let new =
            of("encryption.master_key = \"bbbb\"\njwt.rotation = \"30d\"\nlog.level = \"info\"\n");
        let names: Vec<_> = differences(&old, &new).iter().map(|key| key.name).collect();
        assert_eq!(names, ["jwt.rotation", "encryption.master_key"]);
        assert!(differences(&old, &old).is_empty());
    }

    #[test]
    fn a_required_key_that_nothing_sets_is_a_problem() {
        let loaded = host("").loaded();
        insta::assert_snapshot!(loaded.require(&["server.public_url", "log.level"]).unwrap_err(), @r#"
        error: 1 problem in the configuration – nothing was started

          × server.public_url is required, and nothing sets it
            fix: public_url = "https://id.example.com" in [server], or VESTIBULE_SERVER__PUBLIC_URL=…
            docs: docs/configuration.md#serverpublic_url
        "#);
        let loaded = host("server.public_url = \"https://id.example.com\"").loaded();
        assert!(loaded.require(&["server.public_url"]).is_ok());
    }
}
