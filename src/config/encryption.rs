//! `[encryption]`: the key under which all other secrets are kept.

use super::section::section;
use crate::kernel::secret::Secret;
use std::path::PathBuf;

section! {
    /// The master key, under which all other secrets are kept. Without it the database cannot be read.
    pub struct Encryption = "encryption" at encryption {
        /// The master key itself: 32 random bytes in base64 or hex.
        master_key: Option<Secret> = None, Fixed [secret, sample("credential:master_key")];
        /// Where `master.key` lies when no master key is given. It is made there at the first start.
        /// A relative path counts from the working directory.
        key_folder: PathBuf = PathBuf::from("keys"), Fixed;
    }
}
