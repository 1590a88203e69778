//! A checkpoint: the head of a chain, signed. Only what still fits the last one is signed, so that a
//! chain written anew does not get a signature by itself.

use super::model::chain::{Checkpoint, Claims, Head};
use super::model::verdict::Verdict;
use super::model::walk::Walk;
use super::model::{Chain, CheckpointSigner, CheckpointVerifier, Checkpoints};
use super::verify::Reading;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::{At, Database, Work};

/// When the next one is due, if anything was linked since the last.
const RECORDS: i64 = 1000;
const AGE: Lifetime = Lifetime::hours(1);

/// What became of the attempt.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Nothing new was linked, or not enough yet.
    NotDue,
    Made(Claims, String),
    /// The chain does not fit its last checkpoint, or itself; nothing was signed.
    Broken(Box<Verdict>),
}

/// Make one if a thousand records or an hour have passed since the last.
pub async fn make_when_due<K: CheckpointSigner + CheckpointVerifier>(
    database: &Database,
    keys: &K,
    at: At,
) -> Result<Outcome, Failure> {
    let is_due = database.read(at, async |work: &mut Work| is_due(work, at.now).await).await?;
    if is_due { make(database, keys, at).await } else { Ok(Outcome::NotDue) }
}

async fn is_due(work: &mut Work, now: Timestamp) -> Result<bool, Failure> {
    let Some(newest) = work.newest().await? else { return Ok(false) };
    let last = work.newest_checkpoint().await?;
    let (sequence, made_at) = last.map_or((0, Timestamp::default()), |c| (c.sequence, c.made_at));
    let records = newest.head.sequence.saturating_sub(sequence);
    // A chain shorter than its checkpoint is looked at, too.
    Ok(!(0..RECORDS).contains(&records) || records > 0 && now >= made_at.plus(AGE))
}

/// Make one now, unless nothing was linked since the last.
pub async fn make<K: CheckpointSigner + CheckpointVerifier>(
    database: &Database,
    keys: &K,
    at: At,
) -> Result<Outcome, Failure> {
    let (last, newest) = database
        .read(at, async |work: &mut Work| {
            Ok((work.newest_checkpoint().await?, work.newest().await?))
        })
        .await?;
    let mut walk = Walk::from(at.tenant, Head::start());
    let reached = newest.map_or_else(Head::start, |newest| newest.head);
    match last.as_ref().map(|last| trusted(keys, at, last).ok_or(last.sequence)) {
        Some(Err(sequence)) => walk.fail_forged(sequence),
        Some(Ok(claims)) if reached.sequence < claims.sequence => {
            walk = Walk::from(at.tenant, reached);
            walk.hold_against(claims);
            walk.end();
        }
        Some(Ok(claims)) => {
            let head = Head { sequence: claims.sequence, hash: claims.hash };
            walk = Walk::from(at.tenant, head);
        }
        None => {}
    }
    go_on(database, keys, at, &mut walk).await?;
    if walk.is_broken() {
        return Ok(Outcome::Broken(Box::new(walk.into_verdict())));
    }
    let head = walk.head();
    if head.sequence == last.map_or(0, |last| last.sequence) {
        return Ok(Outcome::NotDue);
    }
    sign(database, keys, at, head).await.map(|(claims, token)| Outcome::Made(claims, token))
}

/// Sign this head, which the caller has walked to, and keep the checkpoint.
pub(super) async fn sign<K: CheckpointSigner>(
    database: &Database,
    keys: &K,
    at: At,
    head: Head,
) -> Result<(Claims, String), Failure> {
    let Head { sequence, hash } = head;
    let claims = Claims { tenant: at.tenant, sequence, hash, at: at.now };
    // Between units of work: signing is slow.
    let token = keys.sign(&claims).await?;
    let answer: Done<()> = database
        .write(at, async |work: &mut Work| Ok(work.keep_checkpoint(&claims, &token).await?))
        .await;
    unrefused(answer)?;
    Ok((claims, token))
}

/// What a stored checkpoint states, if it is as it was signed, and for this tenant.
pub(super) fn trusted<K: CheckpointVerifier>(
    keys: &K,
    at: At,
    stored: &Checkpoint,
) -> Option<Claims> {
    let claims = keys.claims(stored.token())?;
    (stored.agrees(&claims) && claims.tenant == at.tenant).then_some(claims)
}

async fn go_on<K: CheckpointVerifier>(
    database: &Database,
    keys: &K,
    at: At,
    walk: &mut Walk,
) -> Result<(), Failure> {
    let mut reading = Reading::after(at, walk.head().sequence);
    while !walk.is_broken() {
        let links = reading.links(database, keys, walk).await?;
        if links.is_empty() {
            return Ok(());
        }
        walk.steps(&links);
    }
    Ok(())
}
