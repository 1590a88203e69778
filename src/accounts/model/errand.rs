//! Errands: what is to be told by mail. They wait as jobs, made in the commit that causes them, and what names
//! somebody waits under a seal.

use crate::kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The body of a job. A sealed text opens under the name of its variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Errand {
    /// Somebody wants an account: an [`Applicant`].
    Registration { sealed: String },
    /// Somebody has forgotten a password: a [`Forgetful`].
    Recovery { sealed: String },
    /// Somebody was locked out, or is meant to be: a [`Forgetful`].
    Unlock { sealed: String },
    /// Somebody is told about their account: a [`Notice`].
    Notice { user: String, sealed: String },
    /// The same, of what names nobody.
    OpenNotice { user: String, notice: Notice },
    /// Somebody wants another address: an address.
    EmailChange { user: String, sealed: String },
    /// Somebody may take back a change: the address before.
    EmailUndo { user: String, sealed: String },
    /// Somebody is invited: an [`Applicant`] without a password.
    Invitation { sealed: String },
}

/// The kind of their jobs.
pub const KIND: &str = "accounts.letter";

/// Who wants to have an account, or is invited to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    pub email: String,
    pub name: String,
    /// The hash of the password they chose; none, if they are yet to choose one.
    pub password: Option<String>,
    /// What was accepted: document and version.
    pub accepted: Vec<(String, String)>,
    /// The role that comes with an invitation.
    pub role: Option<String>,
    /// The browser it began in remembers the same.
    pub mark: String,
    pub return_to: String,
    pub language: String,
}

/// Who has forgotten their password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgetful {
    /// As it was typed.
    pub name: String,
    pub return_to: String,
    pub language: String,
}

/// A way to prove oneself, as letters call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    #[serde(rename = "totp")]
    Authenticator,
    Passkey,
}

impl Factor {
    /// By its name in a record.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "totp" => Some(Self::Authenticator),
            "passkey" => Some(Self::Passkey),
            _ => None,
        }
    }
}

/// What somebody is told about their account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Notice {
    PasswordChanged {
        at: Timestamp,
    },
    /// From a device that was not seen before.
    NewSignIn {
        at: Timestamp,
        device: String,
    },
    /// To the address that was left.
    EmailChanged {
        at: Timestamp,
    },
    FactorAdded {
        at: Timestamp,
        factor: Factor,
    },
    FactorRemoved {
        at: Timestamp,
        factor: Factor,
    },
    /// Somebody who has the codes came in without the app.
    RecoveryCodeUsed {
        at: Timestamp,
        left: i64,
    },
}
