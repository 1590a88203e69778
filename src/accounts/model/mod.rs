//! The rules about people and their factors.

pub mod candidate;
pub mod factor;
pub mod own_words;
pub mod passkey;
pub mod password_policy;
pub mod role;
pub mod user;

pub use candidate::{Candidate, TooLong};
pub use factor::{Authenticator, Factors, SecondFactors};
pub use own_words::OwnWords;
pub use passkey::{Ceremonies, Ceremony, Passkey, Passkeys};
pub use password_policy::{Breach, Class, Evidence, Policy};
pub use role::{LastAdministrator, Role, Roles};
pub use user::{PasswordHashes, Status, User, Users};
