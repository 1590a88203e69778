//! Time and chance are handed in: nobody below the composition root reads a clock or a generator.

use super::secret::Secret;
use super::time::Timestamp;
use std::sync::Arc;

/// What a use case may ask of the moment it happens in. The whole request happens at one instant.
pub trait Moment {
    fn now(&self) -> Timestamp;

    /// Fresh random bytes, fit for keys and secrets.
    fn random<const N: usize>(&mut self) -> [u8; N];

    /// A fresh secret of 256 bits, in characters that need no escaping anywhere.
    fn secret(&mut self) -> Secret {
        Secret::new(data_encoding::BASE64URL_NOPAD.encode(&self.random::<32>()))
    }
}

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

pub trait Chance: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The clock and the generator of one running server, or of one test.
#[derive(Clone)]
pub struct Ambient {
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
}

/// For what happens outside a unit of work.
impl Moment for Ambient {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn random<const N: usize>(&mut self) -> [u8; N] {
        Self::random(self)
    }
}

impl Ambient {
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.chance.fill(&mut bytes);
        bytes
    }
}
