//! `[encryption]`: the key under which all other secrets are kept.

use super::section::section;
use crate::kernel::secret::Secret;
use std::path::PathBuf;

section! {
    /// The master key, under which all other secrets are kept. Without it the database cannot be read.
    pub struct Encryption = "encryption" at encryption {
        /// The master key itself: 32 random bytes in base64.
        master_key: Option<Secret> = None, Fixed [secret, sample("credential:master_key")];
        /// The folder in which a master key is made at the first start, when none is given.
        /// A relative path counts from the working directory.
        key_folder: PathBuf = PathBuf::from("keys"), Fixed;
    }
}
