//! Mail on its way out: by SMTP, or caught in development. What waits to be sent is a job of whoever wrote it.

mod capture;
mod model;
mod smtp;
mod store;

pub use capture::{captured, forget_captured};
pub use model::{Captured, Letter};
pub(crate) use store::STATEMENTS;

use crate::config::{Mail, MailTransport};
use crate::kernel::failure::Failure;
use crate::platform::storage::{At, Database};
use std::sync::Arc;

/// Where letters are handed in.
#[derive(Clone)]
pub struct Post {
    pub database: Database,
    /// As they are now.
    pub settings: Arc<dyn Fn() -> Mail + Send + Sync>,
}

impl Post {
    /// Whether there is a way out at all: what needs mail is off without.
    pub fn is_open(&self) -> bool {
        (self.settings)().transport != MailTransport::None
    }

    /// # Errors
    /// When nobody took it; it may be sent once more.
    pub async fn send(&self, at: At, letter: &Letter) -> Result<(), Failure> {
        let settings = (self.settings)();
        match settings.transport {
            MailTransport::Smtp => smtp::send(&settings, letter).await,
            MailTransport::Capture => capture::keep(&self.database, at, letter).await,
            MailTransport::None => {
                tracing::warn!(letter = letter.id, "mail is not set up: a letter was not sent");
                Ok(())
            }
        }
    }
}
