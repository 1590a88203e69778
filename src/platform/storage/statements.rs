//! Every statement is a constant with a name, so that one test can prepare them all on both engines.

/// A statement as the tests see it.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    pub name: &'static str,
    pub file: &'static str,
    pub sql: &'static str,
    pub reach: Reach,
}

/// How far a statement reaches, and on which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Rows of one tenant: the text says `tenant_id = …`, and on a partitioned table touches one partition.
    Owned,
    /// Tables of the platform, or on purpose all tenants: lists and clean-up.
    Platform,
    /// Text for SQLite alone, beside one for PostgreSQL.
    Sqlite,
    /// Text for PostgreSQL alone, beside one for SQLite.
    Postgres,
}

/// As many keys as a statement that looks for several takes at once: `IN ($2, …, $17)`. One text serves both engines so.
const AT_ONCE: usize = 16;

/// So many of them at a time. No key is empty, so nothing is found for what is left over.
pub fn keys<K>(all: &[K], text: fn(&K) -> &str) -> impl Iterator<Item = [&str; AT_ONCE]> {
    all.chunks(AT_ONCE)
        .map(move |some| std::array::from_fn(|at| some.get(at).map(text).unwrap_or_default()))
}

/// `owned SPEND = "UPDATE …";` makes the constant `SPEND` and lists it in `STATEMENTS`.
macro_rules! statements {
    ($($(#[doc = $doc:literal])* $reach:ident $name:ident = $sql:literal;)+) => {
        $($(#[doc = $doc])* const $name: &str = $sql;)+

        /// Everything this file sends to a database.
        pub(crate) const STATEMENTS: &[$crate::platform::storage::Statement] = &[$(
            $crate::platform::storage::Statement {
                name: stringify!($name),
                file: file!(),
                sql: $name,
                reach: $crate::platform::storage::statements::reach!($reach),
            },
        )+];
    };
}

macro_rules! reach {
    (owned) => {
        $crate::platform::storage::Reach::Owned
    };
    (platform) => {
        $crate::platform::storage::Reach::Platform
    };
    (sqlite) => {
        $crate::platform::storage::Reach::Sqlite
    };
    (postgres) => {
        $crate::platform::storage::Reach::Postgres
    };
}

pub(crate) use reach;
pub(crate) use statements;
