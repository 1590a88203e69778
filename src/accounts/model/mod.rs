//! The rules about people and their factors.

pub mod activity;
pub mod attributes;
pub mod candidate;
pub mod change;
pub mod errand;
pub mod link;
pub mod factor;
pub mod fields;
pub mod group;
pub mod own_words;
pub mod passkey;
pub mod password_policy;
pub mod profile;
pub mod status;
pub mod role;
pub mod user;
pub mod username;

pub use attributes::{Attribute, AttributeSchema};
pub use candidate::{Candidate, TooLong};
pub use change::{Changes, Document, FormerPasswords, Locks};
pub use errand::{Applicant, Errand, Factor, Forgetful, Notice};
pub use factor::{Authenticator, Factors, SecondFactors};
pub use fields::Field;
pub use group::{Belonging, Group, GroupName, Groups, MOST_GROUPS, Member, Members, Nameless};
pub use link::{Link, Links, Purpose};
pub use own_words::OwnWords;
pub use passkey::{Ceremonies, Ceremony, Passkey, Passkeys};
pub use password_policy::{Breach, Class, Evidence, Policy};
pub use profile::{Profile, Unfit};
pub use role::{LastAdministrator, Role, Roles};
pub use status::{Marks, NoTurn, Status, Turn};
pub use user::{AttributeSchemas, PasswordHashes, User, Users};
pub use username::Username;
