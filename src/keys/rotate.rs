//! Carrying out what the schedule asks for. Keys are made between units of work; each write is planned again
//! in the unit of work that makes it, so two nodes, a crash or a late answer leave nothing half done.

use super::generate::{Made, generate};
use super::model::{
    Algorithm, Life, Rotation, Sealed, SigningKey, SigningKeys, Step, Succession, Untouchable,
    Windows, Written,
};
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::KeyId;
use crate::kernel::moment::{Chance, Moment};
use crate::kernel::time::Timestamp;
use crate::platform::sealing::{Purpose, Sealer};
use crate::platform::storage::{At, Database, Work, revisions};
use crate::platform::workers::{NoResult, Pool};
use std::sync::Arc;

/// What others keep in memory about keys is read anew when this topic is raised.
pub const TOPIC: &str = "keys";

/// What rotation needs besides the tenant and the time.
#[derive(Clone)]
pub struct KeyMaking {
    pub database: Database,
    pub sealer: Sealer,
    pub chance: Arc<dyn Chance>,
    /// RSA keys take their time: one at a time, away from the requests.
    pub pool: Pool,
}

/// The settings of one tenant, as rotation needs them.
#[derive(Clone, Debug)]
pub struct Policy {
    pub algorithms: Vec<Algorithm>,
    pub rsa_bits: usize,
    pub windows: Windows,
}

/// Why keys cannot be changed as asked.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Untouchable(#[from] Untouchable),
}

/// What to do with one algorithm's keys.
#[derive(Clone)]
enum Wish {
    /// What the schedule asks for.
    GoOn,
    Rotate,
    Retire(KeyId),
    Revoke(KeyId),
}

impl KeyMaking {
    /// What the schedule asks for now, for each algorithm; nothing, most of the time.
    pub async fn go_on(&self, at: At, policy: &Policy, context: &Context) -> Result<(), Failure> {
        for algorithm in &policy.algorithms {
            let done = self.carry_out(at, *algorithm, policy, (Wish::GoOn, context)).await;
            done.map(drop).map_err(unexpected)?;
        }
        unrefused(self.announce(at, context).await)
    }

    /// The next key signs as soon as every verifier must know it; answers when that is.
    pub async fn rotate(
        &self,
        at: At,
        algorithm: Algorithm,
        policy: &Policy,
        context: &Context,
    ) -> Result<Timestamp, No<Refusal>> {
        self.carry_out(at, algorithm, policy, (Wish::Rotate, context)).await
    }

    /// The key signs no more as soon as another may; what it signed stays valid.
    pub async fn retire(
        &self,
        at: At,
        key: &SigningKey,
        policy: &Policy,
        context: &Context,
    ) -> Result<Timestamp, No<Refusal>> {
        let wish = Wish::Retire(key.life.id.clone());
        self.carry_out(at, key.jwk.alg, policy, (wish, context)).await
    }

    /// In an emergency: the key leaves the JWKS at once and what it signed is refused.
    pub async fn revoke(
        &self,
        at: At,
        key: &SigningKey,
        policy: &Policy,
        context: &Context,
    ) -> Result<Timestamp, No<Refusal>> {
        let wish = Wish::Revoke(key.life.id.clone());
        self.carry_out(at, key.jwk.alg, policy, (wish, context)).await
    }

    /// Look; make a key if one will be wanted; look again and write.
    async fn carry_out(
        &self,
        at: At,
        algorithm: Algorithm,
        policy: &Policy,
        (wish, context): (Wish, &Context),
    ) -> Result<Timestamp, No<Refusal>> {
        let keys = self.keys(at).await?;
        let planned = plan(&keys, algorithm, policy, &wish, at.now).map_err(No::Refused)?;
        if planned.steps.is_empty() {
            return Ok(planned.signs_from);
        }
        let wants_key = planned.steps.iter().any(|step| matches!(step, Step::Publish { .. }));
        let made =
            if wants_key { Some(self.make(algorithm, policy.rsa_bits).await?) } else { None };
        self.database
            .write(at, async |work: &mut Work| {
                let keys = work.signing_keys().await?;
                let planned = plan(&keys, algorithm, policy, &wish, at.now).map_err(No::Refused)?;
                let mut writing = Writing { sealer: &self.sealer, made: made.as_ref(), context };
                if writing.apply(work, &keys, planned.steps).await? {
                    revisions::raise(work, TOPIC).await?;
                }
                Ok(planned.signs_from)
            })
            .await
    }

    pub async fn keys(&self, at: At) -> Result<Vec<SigningKey>, Failure> {
        self.database.read(at, async |work: &mut Work| work.signing_keys().await).await
    }

    pub(super) async fn make(&self, algorithm: Algorithm, bits: usize) -> Result<Made, Failure> {
        let chance = Arc::clone(&self.chance);
        let made = self.pool.run(move || generate(algorithm, bits, &*chance)).await;
        made.map_err(|no: NoResult| Failure::unavailable("a key could not be made").because(no))?
    }

    /// Keys whose turn has begun since the last look are recorded as events, each once.
    async fn announce(&self, at: At, context: &Context) -> Done<()> {
        if !self.keys(at).await?.iter().any(|key| is_silent(key, at.now)) {
            return Ok(());
        }
        self.database
            .write(at, async |work: &mut Work| Ok(announce_begun(work, context).await?))
            .await
    }
}

fn is_silent(key: &SigningKey, now: Timestamp) -> bool {
    key.life.announced_at.is_none() && key.life.activates_at <= now
}

pub(super) async fn announce_begun(work: &mut Work, context: &Context) -> Result<(), Failure> {
    let (keys, now) = (work.signing_keys().await?, work.now());
    for key in keys.iter().filter(|key| is_silent(key, now)) {
        if work.announce(&key.life.id).await? == Written::Now {
            tell(work, &keys, key, context);
        }
    }
    Ok(())
}

fn plan(
    keys: &[SigningKey],
    algorithm: Algorithm,
    policy: &Policy,
    wish: &Wish,
    now: Timestamp,
) -> Result<Rotation, Refusal> {
    let (keys, windows) = (Succession::of(keys, algorithm), &policy.windows);
    let at_once = |steps| Rotation { steps, signs_from: now };
    Ok(match wish {
        Wish::GoOn => at_once(keys.plan(windows, now)),
        Wish::Rotate => keys.rotate(windows, now),
        Wish::Retire(key) => keys.retire(key, windows, now)?,
        Wish::Revoke(key) => at_once(keys.revoke(key, windows, now)?),
    })
}

fn unexpected(no: No<Refusal>) -> Failure {
    match no {
        No::Failed(failure) => failure,
        No::Refused(refusal) => {
            Failure::broken("the schedule asked for the impossible").because(refusal)
        }
    }
}

pub(super) struct Writing<'a> {
    pub(super) sealer: &'a Sealer,
    pub(super) made: Option<&'a Made>,
    pub(super) context: &'a Context,
}

impl Writing<'_> {
    /// True when anything changed. A key that is wanted only now, and was not made, is left to the next look.
    pub(super) async fn apply(
        &mut self,
        work: &mut Work,
        keys: &[SigningKey],
        steps: Vec<Step>,
    ) -> Result<bool, Failure> {
        let mut changed = false;
        for step in steps {
            let written = match &step {
                Step::Publish { .. } => self.publish(work, &step).await?,
                Step::Schedule { key, from, to } => work.schedule(key, *from, *to).await?,
                Step::Promise { key, promised } => work.promise(key, *promised).await?,
                Step::Revoke { key, at } => self.revoke(work, keys, key, *at).await?,
                Step::Erase { key } => work.erase(key).await?,
            };
            changed |= written == Written::Now;
        }
        Ok(changed)
    }

    async fn publish(&self, work: &mut Work, step: &Step) -> Result<Written, Failure> {
        let (Some(made), Step::Publish { generation, activates_at, promised }) = (self.made, step)
        else {
            return Ok(Written::Already);
        };
        let kid = made.jwk.kid.as_str();
        let sealed = self.sealer.seal(work, Purpose::SigningKey, kid, &made.private).await?;
        let life = Life {
            id: KeyId::new(work),
            generation: *generation,
            published_at: work.now(),
            activates_at: *activates_at,
            promised: *promised,
            announced_at: None,
            revoked_at: None,
        };
        let key = SigningKey {
            tenant: work.tenant(),
            life,
            jwk: made.jwk.clone(),
            sealed: Sealed(sealed),
        };
        let written = work.publish(&key).await?;
        if written == Written::Now {
            let event = Event::KeyGenerated {
                kid: Name::new(kid),
                algorithm: Name::new(key.jwk.alg.as_str()),
                published_at: key.life.published_at,
                activates_at: Some(key.life.activates_at),
            };
            work.record(&event, self.context);
        }
        Ok(written)
    }

    async fn revoke(
        &self,
        work: &mut Work,
        keys: &[SigningKey],
        id: &KeyId,
        when: Timestamp,
    ) -> Result<Written, Failure> {
        let written = work.revoke(id, when).await?;
        let key = keys.iter().find(|key| key.life.id == *id);
        if let (Written::Now, Some(key)) = (written, key) {
            let (kid, algorithm) = names(key);
            work.record(&Event::KeyRevoked { kid, algorithm }, self.context);
        }
        Ok(written)
    }
}

/// This key's turn has begun, and with it another's has ended.
fn tell(work: &mut Work, keys: &[SigningKey], key: &SigningKey, context: &Context) {
    let (kid, algorithm) = names(key);
    let activates_at = key.life.activates_at;
    work.record(&Event::KeyActivated { kid, algorithm, activates_at }, context);
    let succession = Succession::of(keys, key.jwk.alg);
    let heir = |other: &&SigningKey| {
        succession.heir(&other.life).is_some_and(|heir| heir.id == key.life.id)
    };
    for before in keys.iter().filter(|other| other.jwk.alg == key.jwk.alg).filter(heir) {
        let (kid, algorithm) = names(before);
        let gone_at = succession.gone_at(&before.life);
        let event = Event::KeyRetired { kid, algorithm, retires_at: activates_at, gone_at };
        work.record(&event, context);
    }
}

fn names(key: &SigningKey) -> (Name, Name) {
    (Name::new(key.jwk.kid.as_str()), Name::new(key.jwk.alg.as_str()))
}
