//! Signing keys: made here, published ahead, signing for their turn, kept behind, gone, all by themselves.
//!
//! A key's state is a function of its times and of the instant asked for, so every node switches at the
//! same instant without a write, and a rotation that was interrupted is one that has not happened yet.
//!
//! A node plans before it serves: `Succession::plan` is applied, and the keys read with it are held, at the
//! start, each minute, and around a change of its windows, once by the old and once by the new before they
//! take effect; for a plan also writes down what the windows promise. One node plans at a time.

mod begin;
pub mod checkpoints;
pub mod foreign;
pub mod generate;
pub mod http;
pub mod jwks;
pub mod jwt;
pub mod model;
pub mod own;
pub mod past;
mod pair;
pub mod ring;
pub mod rotate;
mod store;
pub mod strict;

pub(crate) use store::STATEMENTS;
