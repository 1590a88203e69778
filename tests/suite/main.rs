//! One test binary: every file below is linked once.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;
