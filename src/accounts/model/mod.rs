//! The rules about people and their factors.

pub mod candidate;
pub mod change;
pub mod errand;
pub mod link;
pub mod own_words;
pub mod password_policy;
pub mod role;
pub mod user;

pub use candidate::{Candidate, TooLong};
pub use change::{Changes, FormerPasswords};
pub use errand::{Applicant, Errand, Forgetful, Notice};
pub use link::{Link, Links, Purpose};
pub use own_words::OwnWords;
pub use password_policy::{Breach, Class, Evidence, Policy};
pub use role::{LastAdministrator, Role, Roles};
pub use user::{PasswordHashes, Status, User, Users};
