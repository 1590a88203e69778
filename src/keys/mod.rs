//! Signing keys: made here, published ahead, signing for their turn, kept behind, gone, all by themselves.
//!
//! A key's state is a function of its times and of the instant asked for, so every node switches at the
//! same instant without a write, and a rotation that was interrupted is one that has not happened yet.
//!
//! A node plans before it serves: `Succession::plan` is applied, and the keys read with it are held, at the
//! start, each minute, and before new windows take effect; for it also writes down what the windows promise.

pub mod generate;
pub mod jwt;
pub mod model;
mod pair;
pub mod ring;
mod strict;
