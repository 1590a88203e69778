//! One test binary: every file below is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![allow(
    clippy::similar_names,
    clippy::large_futures,
    reason = "who seals is a sealer; a test waits for long futures, and seldom"
)]
#![allow(unreachable_pub, reason = "a test binary has no outside")]

mod attacks;
mod documents;
mod faults;
mod interop;
mod journeys;
mod messages;
mod oauth;
mod protocol;
mod storage;
mod support;
