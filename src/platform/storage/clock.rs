//! One clock for all nodes of a database.
