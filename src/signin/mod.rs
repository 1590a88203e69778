//! The journey from nobody to somebody.
//!
//! ```text
//! GET  /login           pages/login.rs      who are you?
//! POST /login           pages/login.rs      the answer is remembered beside the browser
//! GET  /login/password  pages/login.rs
//! POST /login/password  pages/login.rs      password.rs: find (a read), claim a try (throttle.rs, a write),
//!                                           verify (no database), conclude (a write)
//! …    /login/via/…     pages/via/           federated.rs: what `federation` settles, and the session
//! …    /logout          pages/logout.rs
//! ```
//!
//! Steps never route to one another: `next_step` alone says what comes next.

pub mod federated;
pub mod model;
pub mod pages;
pub mod password;
mod store;
mod throttle;

pub(crate) use store::STATEMENTS;

use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::time::Lifetime;
use crate::platform::storage::{At, Database, Work};
use model::{Attempt, Step, TryCounts};

/// The only place that decides what comes next.
pub fn next_step(attempt: &Attempt) -> Step {
    match (attempt.is_named, attempt.proven.as_slice()) {
        (_, [_, ..]) => Step::Done,
        (true, []) => Step::Password,
        (false, []) => Step::Name,
    }
}

/// A lock lasts a day at most, and what is older counts no more.
const REMEMBERED: Lifetime = Lifetime::days(2);

/// Every table stays bounded.
pub async fn forget_over(database: &Database, at: At) -> Result<(), Failure> {
    let before = at.now.minus(REMEMBERED);
    let done: Done<()> = database
        .write(at, async |work: &mut Work| Ok(work.forget_tries_before(before).await?))
        .await;
    unrefused(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::model::Method;

    // INV-17
    #[test]
    fn each_step_follows_from_what_is_proven() {
        let attempt = |is_named, proven: &[Method]| Attempt { is_named, proven: proven.to_vec() };
        assert_eq!(next_step(&attempt(false, &[])), Step::Name);
        assert_eq!(next_step(&attempt(true, &[])), Step::Password);
        assert_eq!(next_step(&attempt(true, &[Method::Password])), Step::Done);
    }
}
