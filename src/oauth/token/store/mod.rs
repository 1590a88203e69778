//! Codes, grants and denials in the database; "once" is one guarded statement each (D-07).

mod access_tokens;
mod body;
mod codes;
mod denials;
mod grants;

use crate::platform::storage::Statement;

pub(crate) const STATEMENTS: &[&[Statement]] =
    &[access_tokens::STATEMENTS, codes::STATEMENTS, denials::STATEMENTS, grants::STATEMENTS];
