//! What is wrong with the configuration, said so that it can be mended at once.

use super::key::Key;
use super::setting::Wrong;
use super::sources::Source;
use serde_json::{Value, json};
use std::fmt;

/// One thing that is wrong, or, among the warnings, that may not be meant.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The full name of the key, as it was written.
    pub key: Option<String>,
    pub sentence: String,
    pub source: Source,
    pub fix: Option<String>,
    default: Option<String>,
    more: Option<More>,
}

/// Where there is more to read.
#[derive(Clone, Copy, Debug)]
enum More {
    Explain(&'static str),
    Docs(&'static str),
}

impl Problem {
    pub(super) fn new(sentence: impl Into<String>, source: Source) -> Self {
        let (key, fix, default, more) = (None, None, None, None);
        Self { key, sentence: sentence.into(), source, fix, default, more }
    }

    /// A value that was not taken.
    pub(super) fn of_value(key: &'static Key, wrong: &Wrong, source: Source) -> Self {
        let source = match source {
            Source::File(excerpt) => Source::File(Box::new(excerpt.labelled(&wrong.label))),
            other => other,
        };
        let problem = Self::new(key.sentence(wrong), source).about(key.name);
        match &wrong.fix {
            Some(fix) => problem.fixed_by(fix.clone()).documented(key),
            None => problem.fixed_by_default(key),
        }
    }

    #[must_use]
    pub(super) fn about(mut self, name: &str) -> Self {
        self.key = Some(name.to_owned());
        self
    }

    #[must_use]
    pub(super) fn fixed_by(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    #[must_use]
    pub(super) fn documented(mut self, key: &'static Key) -> Self {
        self.more = Some(More::Docs(key.name));
        self
    }

    fn fixed_by_default(mut self, key: &'static Key) -> Self {
        let line = key.line();
        let value = line.split_once(" = ").map(|(_, value)| value).unwrap_or_default();
        self.fix = Some(match &self.source {
            Source::Environment { name, .. } => format!("{name}={}", value.trim_matches('"')),
            Source::Flag { name, .. } => format!("{name} = {value}"),
            Source::Content { path, .. } => {
                format!("write {} into {}", value.trim_matches('"'), path.display())
            }
            _ => line.clone(),
        });
        let default = key.default();
        self.default = (default != "\"\"").then(|| default.trim_matches('"').to_owned());
        self.more = Some(More::Explain(key.name));
        self
    }

    /// For programs that show problems in their own way.
    pub fn json(&self) -> Value {
        let (file, line, column) = match &self.source {
            Source::File(at) => {
                (Some(at.path.display().to_string()), Some(at.line), Some(at.column))
            }
            _ => (None, None, None),
        };
        let source = match &self.source {
            Source::Default => None,
            source => Some(source.place()),
        };
        json!({
            "key": self.key,
            "message": self.sentence,
            "source": source,
            "file": file,
            "line": line,
            "column": column,
            "fix": self.fix,
        })
    }

    fn advice(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fix = self.fix.as_deref().map(|fix| format!("fix: {fix}"));
        match (fix, self.more) {
            (fix, Some(More::Explain(name))) => {
                let default = self.default.as_ref().map(|text| format!("(default {text})"));
                let (fix, default) = (fix.unwrap_or_default(), default.unwrap_or_default());
                writeln!(f, "    {fix:<38}  {default:<15}  vestibule config explain {name}")
            }
            (fix, more) => {
                if let Some(fix) = fix {
                    writeln!(f, "    {fix}")?;
                }
                match more {
                    Some(More::Docs(name)) => writeln!(f, "    docs: {}", address(name)),
                    _ => Ok(()),
                }
            }
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, sign: &str) -> fmt::Result {
        writeln!(f, "  {sign} {}", self.sentence)?;
        write!(f, "{}", self.source)?;
        self.advice(f)
    }
}

/// As a warning, since that is what is shown one by one.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, "!")
    }
}

/// Where the reference describes a key.
fn address(name: &str) -> String {
    format!("docs/configuration.md#{}", name.replace('.', ""))
}

/// Everything that is wrong, found in one pass.
#[derive(Clone, Debug)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    pub fn json(&self) -> Vec<Value> {
        self.0.iter().map(Problem::json).collect()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        writeln!(f, "error: {count} {noun} in the configuration – nothing was started")?;
        for problem in &self.0 {
            writeln!(f)?;
            problem.write(f, "×")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use crate::config::load;
    use crate::config::trial::host;
    use serde_json::json;

    #[test]
    fn a_wrong_value_is_shown_with_its_lines_the_reason_and_a_fix() {
        let file = "[database]\nmax_connections = \"many\"\n[log]\nlevel = \"inform\"\n";
        insta::assert_snapshot!(host(file).problems(), @r#"
        error: 2 problems in the configuration – nothing was started

          × database.max_connections must be a whole number from 1 to 1000
            ╭─[/etc/vestibule/vestibule.toml:2:19]
          1 │ [database]
          2 │ max_connections = "many"
            ·                   ───┬──
            ·                      ╰── text, expected a number
          3 │ [log]
            ╰────
            fix: max_connections = 16               (default 16)     vestibule config explain database.max_connections

          × log.level must be "error", "warn", "info", "debug" or "trace"
            ╭─[/etc/vestibule/vestibule.toml:4:9]
          3 │ [log]
          4 │ level = "inform"
            ·         ────┬───
            ·             ╰── did you mean "info"?
            ╰────
            fix: level = "info"                     (default info)   vestibule config explain log.level
        "#);
    }

    #[test]
    fn an_unknown_name_is_shown_with_the_one_that_was_meant() {
        let file = "[server]\npublic_ulr = \"https://x.example\"\nrotation = 3\nlog_it = true\n[sever]\nlisten = 1\n";
        insta::assert_snapshot!(host(file).problems(), @r#"
        error: 4 problems in the configuration – nothing was started

          × unknown key server.public_ulr
            ╭─[/etc/vestibule/vestibule.toml:2:1]
          2 │ public_ulr = (value hidden, 17 bytes)
            · ─────┬────
            ·      ╰── did you mean public_url?
            ╰────

          × unknown key server.rotation
            ╭─[/etc/vestibule/vestibule.toml:3:1]
          3 │ rotation = 3
            · ────┬───
            ·     ╰── did you mean jwt.rotation?
            ╰────

          × unknown key server.log_it
            ╭─[/etc/vestibule/vestibule.toml:4:1]
          4 │ log_it = true
            · ───┬──
            ·    ╰── no such key
            ╰────
            fix: remove it

          × unknown section [sever]
            ╭─[/etc/vestibule/vestibule.toml:5:2]
          5 │ [sever]
            ·  ──┬──
            ·    ╰── did you mean [server]?
            ╰────
        "#);
    }

    #[test]
    fn what_is_no_section_is_not_taken_for_one() {
        let file = "jwt = 5\nserver = { listen = 7, tls = \"on\" }\n[[managed]]\nlock = 3\n";
        insta::assert_snapshot!(host(file).problems(), @r#"
        error: 4 problems in the configuration – nothing was started

          × jwt must be a section
            ╭─[/etc/vestibule/vestibule.toml:1:1]
          1 │ jwt = 5
            · ─┬─
            ·  ╰── a number, expected [jwt]
            ╰────

          × server.listen must be a list, each an address and port, such as 127.0.0.1:8080
            ╭─[/etc/vestibule/vestibule.toml:2:21]
          1 │ jwt = 5
          2 │ server = (value hidden, 26 bytes)
            ·          ────────────┬───────────
            ·                      ╰── a number, expected a list
          3 │ [[managed]]
            ╰────
            fix: listen = ["127.0.0.1:8080"]        (default ["127.0.0.1:8080"])  vestibule config explain server.listen

          × server.tls must be a section
            ╭─[/etc/vestibule/vestibule.toml:2:24]
          2 │ server = (value hidden, 26 bytes)
            ·          ────────────┬───────────
            ·                      ╰── text, expected [server.tls]
            ╰────

          × managed must be a section
            ╭─[/etc/vestibule/vestibule.toml:3:3]
          3 │ [[managed]]
            ·   ───┬───
            ·      ╰── a list, expected [managed]
            ╰────
        "#);
    }

    #[test]
    fn a_variable_or_flag_is_named_with_what_it_held() {
        let host = host("")
            .with_variable("VESTIBULE_SERVER__PUBLIC_URL", "https://example.com/auth")
            .with_variable("VESTIBULE_SERVER__WORKERS", "many")
            .with_variable("VESTIBULE_SERVER_LISTEN", "[::]:80")
            .with_variable("VESTIBULE_KITCHEN__SINK", "1")
            .with_flag("log.format", "xml")
            .with_flag("log.lvel", "debug");
        insta::assert_snapshot!(host.problems(), @r#"
        error: 6 problems in the configuration – nothing was started

          × unknown environment variable VESTIBULE_KITCHEN__SINK
            from environment variable VESTIBULE_KITCHEN__SINK = (value hidden, 1 byte)
            fix: remove it

          × unknown environment variable VESTIBULE_SERVER_LISTEN
            from environment variable VESTIBULE_SERVER_LISTEN = (value hidden, 7 bytes)
            fix: did you mean VESTIBULE_SERVER__LISTEN?

          × server.public_url has a path, but cookies and passkeys need a bare origin
            from environment variable VESTIBULE_SERVER__PUBLIC_URL = "https://example.com/auth"
            fix: use https://example.com
            docs: docs/configuration.md#serverpublic_url

          × server.workers must be a whole number from 0 to 1024
            from environment variable VESTIBULE_SERVER__WORKERS = "many"
            fix: VESTIBULE_SERVER__WORKERS=0        (default 0)      vestibule config explain server.workers

          × log.format must be "auto", "text" or "json"
            from the command line: log.format = "xml"
            fix: log.format = "auto"                (default auto)   vestibule config explain log.format

          × unknown key log.lvel
            from the command line: log.lvel = (value hidden, 5 bytes)
            fix: did you mean log.level?
        "#);
    }

    #[test]
    fn a_file_that_is_not_toml_is_shown_where_it_goes_wrong() {
        let file = "[server]\nworkers = 5 5\n[jwt\nrotation = \"30d\n";
        insta::assert_snapshot!(host(file).problems(), @r#"
        error: 2 problems in the configuration – nothing was started

          × not valid TOML: string values must be quoted, expected literal string
            ╭─[/etc/vestibule/vestibule.toml:2:11]
          2 │ workers = 5 5
            ·           ─┬─
            ·            ╰── here
            ╰────

          × not valid TOML: unclosed table, expected `]`
            ╭─[/etc/vestibule/vestibule.toml:3:5]
          3 │ [jwt
            ·     ┬
            ·     ╰── here
            ╰────
        "#);
    }

    #[test]
    fn keys_that_contradict_each_other_are_shown_at_the_one_that_was_set() {
        let file = "[server]\n[jwt]\naccess_token_ttl = \"1d\"\nid_token_ttl = \"1h\"\njwks_max_age = \"7d\"\n";
        insta::assert_snapshot!(host(file).problems(), @r#"
        error: 2 problems in the configuration – nothing was started

          × jwt.retire_after must be at least 691220s: the longest token (1d), jwks_max_age (7d) and twice clock_skew (10s)
            ╭─[/etc/vestibule/vestibule.toml:3:20]
          2 │ [jwt]
          3 │ access_token_ttl = "1d"
            ·                    ────
          4 │ id_token_ttl = "1h"
            ╰────
            fix: retire_after = "691220s", or shorter tokens
            docs: docs/configuration.md#jwtretire_after

          × jwt.publish_ahead must be at least 604810s: jwks_max_age (7d) and clock_skew (10s)
            ╭─[/etc/vestibule/vestibule.toml:5:16]
          4 │ id_token_ttl = "1h"
          5 │ jwks_max_age = "7d"
            ·                ────
            ╰────
            fix: publish_ahead = "604810s"
            docs: docs/configuration.md#jwtpublish_ahead
        "#);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let mut host = host("");
        host.sources.files.push(host.path("absent.toml"));
        insta::assert_snapshot!(host.problems(), @r#"
        error: 1 problem in the configuration – nothing was started

          × cannot read /etc/vestibule/absent.toml: No such file or directory (os error 2)
            fix: check the path, and that the user of the server may read it
        "#);
    }

    #[test]
    fn programs_get_the_same_in_fields() {
        let host = host("[log]\nlevel = 7\n");
        let rows = load(&host.sources).unwrap_err().json();
        let file = host.path("vestibule.toml").display().to_string();
        let row = json!({
            "key": "log.level",
            "message": "log.level must be \"error\", \"warn\", \"info\", \"debug\" or \"trace\"",
            "source": format!("{file}:2"),
            "file": file,
            "line": 2,
            "column": 9,
            "fix": "level = \"info\"",
        });
        assert_eq!(rows, [row]);
    }
}
