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
        json!({
            "key": self.key,
            "message": self.sentence,
            "source": self.source.place(),
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
