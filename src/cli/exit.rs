//! How a command ends: an exit code that scripts can rely on, and for trouble what happened, why, and what to do.

use crate::config::Problems;
use crate::kernel::failure::{Failure, FailureKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    ConfigInvalid = 3,
    NotFound = 4,
    Conflict = 5,
    DependencyDown = 7,
    VerificationFailed = 8,
    Partly = 9,
    Unconfirmed = 10,
    Incompatible = 11,
    Temporary = 75,
}

/// What a person reads on standard error, or a script as JSON.
#[derive(Debug)]
pub struct Trouble {
    pub exit: Exit,
    /// Already in its final form, as configuration problems are.
    pub report: Option<String>,
    pub error: String,
    pub why: Option<String>,
    pub fix: Option<String>,
}

impl Trouble {
    pub fn new(exit: Exit, error: impl Into<String>) -> Self {
        Self { exit, report: None, error: error.into(), why: None, fix: None }
    }

    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        let exit = match failure.kind {
            FailureKind::Broken => Exit::Failed,
            FailureKind::Unavailable => Exit::DependencyDown,
            FailureKind::Repeat | FailureKind::Unknown => Exit::Temporary,
            FailureKind::Incompatible => Exit::Incompatible,
        };
        Self::new(exit, failure.to_string())
    }
}

impl From<Problems> for Trouble {
    fn from(problems: Problems) -> Self {
        let count = problems.0.len();
        let error = match count {
            1 => "1 problem in the configuration".to_owned(),
            _ => format!("{count} problems in the configuration"),
        };
        Self { report: Some(problems.to_string()), ..Self::new(Exit::ConfigInvalid, error) }
    }
}
