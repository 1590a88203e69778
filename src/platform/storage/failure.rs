//! What a database's error means for the unit of work it ended.

use crate::kernel::failure::{Failure, FailureKind};
use sqlx::error::DatabaseError;

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        let kind = kind(&error);
        let message = match kind {
            FailureKind::Unavailable => "the database is away or overloaded",
            FailureKind::Repeat => "the database asks to repeat the unit of work",
            FailureKind::Unknown => "the outcome of a commit is unknown",
            FailureKind::Broken | FailureKind::Incompatible => "the database refused a statement",
        };
        Self::broken(message).of_kind(kind).because(error)
    }
}

fn kind(error: &sqlx::Error) -> FailureKind {
    match error {
        sqlx::Error::Database(error) => kind_of_code(error.as_ref()),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => FailureKind::Unavailable,
        _ => FailureKind::Broken,
    }
}

fn kind_of_code(error: &dyn DatabaseError) -> FailureKind {
    let code = error.code().unwrap_or_default();
    // SQLSTATE has five characters, SQLite's codes are numbers with the primary code in the low byte.
    match code.as_ref() {
        "40001" | "40P01" | "55P03" => FailureKind::Repeat,
        _ if code.len() == 5 => kind_of_class(code.get(..2).unwrap_or_default()),
        number => match number.parse::<i64>().map(|code| code & 0xff) {
            Ok(5 | 6) => FailureKind::Repeat,
            // read-only, interrupted, I/O error, corrupt file, disk full, cannot open
            Ok(8 | 9 | 10 | 11 | 13 | 14) => FailureKind::Unavailable,
            _ => FailureKind::Broken,
        },
    }
}

/// Connection trouble, too few resources, ended by the operator, an error outside the database.
fn kind_of_class(class: &str) -> FailureKind {
    match class {
        "08" | "53" | "57" | "58" => FailureKind::Unavailable,
        _ => FailureKind::Broken,
    }
}
