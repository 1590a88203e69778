//! How many tokens one core signs, per second of the thread's own CPU time: `cargo bench --bench sign`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench says what it found, or fails"
)]

#[path = "load/signing.rs"]
mod signing;

fn main() {
    for (name, rate) in signing::measure() {
        println!(
            "{name:6} {:9.0} per CPU-second   (from {:.0} to {:.0})",
            rate.median, rate.least, rate.most
        );
    }
}
