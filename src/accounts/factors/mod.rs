//! What people prove themselves with: one file or folder for each kind.

pub mod password;
pub mod recovery;
pub mod second;
pub mod totp;
