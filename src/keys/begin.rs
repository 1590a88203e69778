//! The first keys of a tenant. They are made before the unit of work that makes the tenant and written in it:
//! a death in between leaves neither keys that nobody owns nor a tenant that cannot sign (INV-38).

use super::generate::Made;
use super::model::{SigningKeys, Succession};
use super::rotate::{KeyMaking, Policy, TOPIC, Writing, announce_begun};
use crate::events::Context;
use crate::kernel::failure::Failure;
use crate::kernel::moment::Moment;
use crate::platform::storage::{Work, revisions};

/// One key for each algorithm, in nobody's name yet.
pub struct FirstKeys(Vec<Made>);

impl KeyMaking {
    pub async fn make_first(&self, policy: &Policy) -> Result<FirstKeys, Failure> {
        let mut made = Vec::with_capacity(policy.algorithms.len());
        for algorithm in &policy.algorithms {
            made.push(self.make(*algorithm, policy.rsa_bits).await?);
        }
        Ok(FirstKeys(made))
    }

    /// They sign at once: nobody knows an older key of this tenant.
    pub async fn publish_first(
        &self,
        work: &mut Work,
        first: &FirstKeys,
        policy: &Policy,
        context: &Context,
    ) -> Result<(), Failure> {
        let keys = work.signing_keys().await?;
        for made in &first.0 {
            let steps = Succession::of(&keys, made.jwk.alg).plan(&policy.windows, work.now());
            let mut writing = Writing { sealer: &self.sealer, made: Some(made), context };
            writing.apply(work, &keys, steps).await?;
        }
        announce_begun(work, context).await?;
        revisions::raise(work, TOPIC).await
    }
}
