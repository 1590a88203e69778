//! The journey from nobody to somebody.
//!
//! ```text
//! GET  /login           pages/login.rs      who are you?
//! POST /login           pages/login.rs      the answer is remembered beside the browser
//! GET  /login/password  pages/login.rs
//! POST /login/password  pages/login.rs      password.rs: find (a read), claim a try (throttle.rs, a write),
//!                                           verify (no database), conclude (a write)
//! GET  /login/totp      pages/code.rs       the second step, also with a recovery code
//! POST /login/totp      pages/code.rs       code.rs: claim, look, spend (one write), conclude (a write)
//! POST /login/passkey   pages/passkey.rs    passkey.rs: instead of a password, or after it
//! POST /login/new-password, /login/documents       duty.rs: what nobody is let past
//! POST /login/accounts  pages/accounts.rs   choose.rs: which of several who are signed in here
//! POST /login/unlock/…  pages/unlock.rs     unlock.rs: by the link in a letter, after too many tries
//! …                     complete.rs         what is proven, in whatever way: a session, or the next step
//! …    /login/via/…     pages/via/           federated.rs: what `federation` settles, and the session
//! …    /logout          pages/logout.rs
//! ```
//!
//! Steps never route to one another: `next_step` alone says what comes next.

pub mod choose;
pub mod code;
pub mod complete;
pub mod duty;
pub mod federated;
pub mod model;
pub mod pages;
pub mod passkey;
pub mod password;
pub mod set_up;
mod store;
pub mod throttle;
pub mod unlock;

use crate::accounts::model::Ceremonies;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::time::Lifetime;
use crate::platform::storage::{At, Database, Statement, Work};
use model::{SignIns, TryCounts};

/// Everything this folder sends to a database.
pub(crate) const STATEMENTS: &[&[Statement]] = &[store::STATEMENTS, store::tries::STATEMENTS];

/// A lock lasts a day at most, and what is older counts no more.
const REMEMBERED: Lifetime = Lifetime::days(2);

/// Every table stays bounded.
pub async fn forget_over(database: &Database, at: At) -> Result<(), Failure> {
    let done: Done<()> = database
        .write(at, async |work: &mut Work| {
            work.forget_tries_before(at.now.minus(REMEMBERED)).await?;
            work.forget_ceremonies_before(at.now).await?;
            Ok(work.forget_sign_ins_before(at.now).await?)
        })
        .await;
    unrefused(done)
}
