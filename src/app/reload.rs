//! A changed configuration, while the server runs: live keys take effect, others are named and wait for a restart.

use super::open::Role;
use super::serve::Serving;
use super::settings;
use crate::config::{Key, Reload, Settings, differences};
use crate::events::{Event, Events, Name};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::platform::storage::Work;
use crate::platform::telemetry::Logs;
use std::sync::Arc;

impl Serving {
    /// Answers the names of the keys that took effect.
    pub async fn reload(&self, new: Settings, logs: &Logs) -> Result<Vec<String>, Failure> {
        // A tenant that was made this second counts, too.
        self.house.follow().await?;
        self.house.suits_all(&new).await?;
        if let Some(certificates) = &self.certificates {
            certificates.reload()?;
        }
        let old = self.house.settings.load_full();
        let changed = differences(&old, &new);
        let (live, later): (Vec<&Key>, Vec<&Key>) =
            changed.into_iter().partition(|key| key.reload == Reload::Live);
        for key in later {
            tracing::warn!(key = key.name, "this change needs a restart: {}", key.reload.words());
        }
        if live.is_empty() {
            return Ok(Vec::new());
        }
        logs.reload(&settings::log(&new))?;
        self.house.outbound.reload(&settings::outbound(&new))?;
        let issuer = self.house.directory.public_url();
        self.web.store(Arc::new(settings::web(&new, issuer)));
        self.change_keys(new).await?;
        let names: Vec<String> = live.iter().map(|key| key.name.to_owned()).collect();
        self.tell(&names).await?;
        Ok(names)
    }

    /// Keys are planned once by the old windows and once by the new before these take effect: a plan also
    /// writes down what the windows promise.
    async fn change_keys(&self, new: Settings) -> Result<(), Failure> {
        self.house.rotate_keys().await?;
        self.house.settings.store(Arc::new(new));
        self.house.resolve_all().await?;
        self.house.rotate_keys().await?;
        self.house.read_all().await
    }

    async fn tell(&self, names: &[String]) -> Result<(), Failure> {
        let event = Event::ConfigReloaded { changed: names.iter().map(|n| Name::new(n)).collect() };
        let context = self.house.context(&Role::Server);
        let told: Done<()> = self
            .house
            .database
            .write(self.house.at(), async |work: &mut Work| {
                work.record(&event, &context);
                Ok(())
            })
            .await;
        unrefused(told)
    }
}
