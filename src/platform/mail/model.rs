//! A letter, before it is sent and after it was caught.

use crate::kernel::email::Email;
use crate::kernel::time::Timestamp;

/// Ready to be sent, in two forms that say the same. All its text was written by a template.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The same at every try: who gets it twice can tell (RFC 5322 §3.6.4).
    pub id: String,
    pub to: Email,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub written_at: Timestamp,
}

/// A letter as the inbox shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    pub id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    pub sent_at: Timestamp,
}
