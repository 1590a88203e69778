//! What went wrong: `Refused` is an answer for the caller, `Failed` is nobody's outside.

use std::error::Error;
use std::fmt;

/// What a use case may answer with instead of its result.
///
/// The difference decides about the transaction: a refusal commits, a failure rolls back.
#[derive(Debug)]
pub enum No<R> {
    Refused(R),
    Failed(Failure),
}

impl<R> From<Failure> for No<R> {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The refusal of a use case that cannot refuse.
pub type Never = std::convert::Infallible;

/// The answer of a unit of work that either succeeds or fails.
pub type Done<T> = Result<T, No<Never>>;

/// Drop the refusal that cannot happen.
///
/// # Errors
/// The failure, unchanged.
pub fn unrefused<T>(answer: Done<T>) -> Result<T, Failure> {
    answer.map_err(|no| match no {
        No::Failed(failure) => failure,
        No::Refused(never) => match never {},
    })
}

/// Something that nobody outside can act on: one sentence for the log, and its cause.
pub struct Failure {
    pub kind: FailureKind,
    message: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// What the caller of a failed unit of work may do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// Nothing: a bug, or data that makes no sense.
    Broken,
    /// The database asks for the whole unit of work once more.
    Repeat,
    /// A dependency is away or overloaded; later it may work.
    Unavailable,
    /// The commit may or may not have happened; it must not be repeated blindly.
    Unknown,
    /// Another version of this program wrote what is there; that one can go on with it.
    Incompatible,
}

impl Failure {
    pub fn broken(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Broken, message: message.into(), cause: None }
    }

    pub fn unavailable(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Unavailable, message: message.into(), cause: None }
    }

    #[must_use]
    pub fn of_kind(mut self, kind: FailureKind) -> Self {
        self.kind = kind;
        self
    }

    /// For one more who waited for the same. A cause cannot be copied; its words can.
    #[must_use]
    pub fn again(&self) -> Self {
        Self { kind: self.kind, message: self.to_string(), cause: None }
    }

    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.kind)
    }
}

impl Error for Failure {}
