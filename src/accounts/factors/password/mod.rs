//! Passwords: hashed with Argon2id on threads of their own, checked against hashes of ours and of others.
//!
//! ```text
//! what was typed ─ Candidate (bounded, normalised) ─┬─ judge   the policy, before it is set
//!                                                   ├─ hash    when it is set         ┐ on the pool:
//!                                                   └─ verify  when somebody signs in ┘ one core each
//! ```

mod argon2id;
pub mod breach_list;
mod forms;
mod rules;
mod stored;
mod strength;
mod verify;

pub use argon2id::Cost;
pub use breach_list::BreachList;
pub use rules::policy;
pub use stored::{Stored, Unreadable};
pub use verify::Verdict;

use crate::accounts::model::{Breach, Candidate, Evidence, OwnWords, Policy};
use crate::kernel::failure::Failure;
use crate::platform::workers::{Pool, Size};
use argon2id::{Engine, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use stored::{SALT_BYTES, empty_tag, our};

/// Hashes and checks. Copies share the threads and their memory.
///
/// Too much work at once is a failure of the kind `Unavailable`: at most 64 wait, for at most two seconds
/// (security.md D-15).
#[derive(Clone)]
pub struct Passwords {
    pool: Pool,
    /// Those that no thread uses now; never more than there are threads.
    idle: Arc<Mutex<Vec<Engine>>>,
}

const QUEUE: usize = 64;

/// What is asked about a new password.
pub struct Question {
    pub policy: Policy,
    pub words: OwnWords,
    /// Looked into where the policy refuses what is in it.
    pub list: Arc<BreachList>,
    /// The last passwords, the present one included: as many as the policy remembers.
    pub before: Vec<Stored>,
}

impl Passwords {
    /// # Errors
    /// If the system gives no threads.
    pub fn new() -> Result<Self, Failure> {
        Self::on(Size::of_cores(QUEUE))
    }

    fn on(size: Size) -> Result<Self, Failure> {
        Ok(Self { pool: Pool::new("passwords", size)?, idle: Arc::default() })
    }

    /// For keeping. The salt is fresh: `Moment::random`.
    ///
    /// # Errors
    /// If there is too much work, or not enough memory.
    pub async fn hash(
        &self,
        candidate: Candidate,
        cost: Cost,
        salt: [u8; SALT_BYTES],
    ) -> Result<Stored, Failure> {
        self.run(move |engine| {
            let mut tag = empty_tag();
            engine.derive(our(cost), candidate.normal().as_bytes(), &salt, &mut tag)?;
            Ok(Stored::made(cost, &salt, &tag))
        })
        .await
    }

    /// `None` is somebody who does not exist or has no password: that costs as much and is always wrong (INV-20).
    ///
    /// # Errors
    /// If there is too much work, or not enough memory.
    pub async fn verify(
        &self,
        stored: Option<Stored>,
        candidate: Candidate,
        cost: Cost,
    ) -> Result<Verdict, Failure> {
        self.run(move |engine| {
            let exists = stored.is_some();
            let stored = stored.unwrap_or_else(|| Stored::dummy(cost));
            let verdict = verify::verify(engine, &stored, &candidate, cost)?;
            Ok(if exists { verdict } else { Verdict::Wrong })
        })
        .await
    }

    /// All that speaks against a new password; nothing, if it may be set.
    ///
    /// # Errors
    /// If there is too much work, or the list cannot be read.
    pub async fn judge(
        &self,
        candidate: Candidate,
        question: Question,
    ) -> Result<Vec<Breach>, Failure> {
        self.run(move |engine| {
            let Question { policy, words, list, before } = question;
            policy.judge(&candidate, &words, &mut Known { engine, list: &list, before: &before })
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Engine) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let idle = Arc::clone(&self.idle);
        let with_engine = move || {
            let lock = || idle.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = lock().pop();
            let mut engine = kept.unwrap_or_default();
            let done = job(&mut engine);
            lock().push(engine);
            done
        };
        self.pool.run(with_engine).await?
    }
}

/// What the policy is told on the pool's thread.
struct Known<'a> {
    engine: &'a mut Engine,
    list: &'a BreachList,
    before: &'a [Stored],
}

impl Evidence for Known<'_> {
    fn is_leaked(&mut self, text: &str) -> Result<bool, Failure> {
        self.list.contains(text)
    }

    fn score(&mut self, text: &str, words: &OwnWords) -> u8 {
        strength::score(text, words)
    }

    fn is_reused(&mut self, candidate: &Candidate) -> Result<bool, Failure> {
        for stored in self.before {
            // No cost is asked for: whether a hash is out of date does not matter here.
            if verify::fits_any(self.engine, stored, candidate)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Password, Preset, SecondFactor};
    use crate::kernel::failure::FailureKind;
    use crate::kernel::secret::Secret;
    use std::time::Duration;

    const CHEAP: Cost = Cost { memory_kib: 64, iterations: 1, parallelism: 1 };

    fn candidate(text: &str) -> Candidate {
        Candidate::new(&Secret::new(text)).unwrap()
    }

    async fn set(passwords: &Passwords, text: &str) -> Stored {
        passwords.hash(candidate(text), CHEAP, [7; 16]).await.unwrap()
    }

    async fn verdict(passwords: &Passwords, stored: Option<&Stored>, text: &str) -> Verdict {
        passwords.verify(stored.cloned(), candidate(text), CHEAP).await.unwrap()
    }

    fn classic() -> Policy {
        let settings = Password { preset: Preset::Classic, ..Password::default() };
        policy(&settings, SecondFactor::Optional)
    }

    async fn codes(passwords: &Passwords, before: &[Stored], text: &str) -> Vec<&'static str> {
        let list = Arc::new(BreachList::built_in().unwrap());
        let words = OwnWords::of(["Alice Smith"]);
        let question = Question { policy: classic(), words, list, before: before.to_vec() };
        let found = passwords.judge(candidate(text), question).await.unwrap();
        found.iter().map(Breach::code).collect()
    }

    // A-121
    #[tokio::test]
    async fn what_was_set_is_what_fits() {
        let passwords = Passwords::new().unwrap();
        let long = "x".repeat(72);
        for (set_to, other) in [
            (format!("{long}a"), format!("{long}b")),
            ("abc\0def".into(), "abc".into()),
            ("caf\u{e9} caf\u{e9}".into(), "cafe cafe".into()),
            ("\u{1f331}".repeat(256), "\u{1f331}".repeat(255)),
        ] {
            let stored = set(&passwords, &set_to).await;
            assert_eq!(verdict(&passwords, Some(&stored), &set_to).await, Verdict::Right);
            assert_eq!(verdict(&passwords, Some(&stored), &other).await, Verdict::Wrong);
        }
        let stored = set(&passwords, "caf\u{e9} caf\u{e9}").await;
        let decomposed = "cafe\u{301} cafe\u{301}";
        assert_eq!(verdict(&passwords, Some(&stored), decomposed).await, Verdict::Right);
    }

    // INV-20
    #[tokio::test]
    async fn nobody_has_a_password() {
        let passwords = Passwords::new().unwrap();
        assert_eq!(verdict(&passwords, None, "").await, Verdict::Wrong);
        let dummy = Stored::dummy(CHEAP);
        assert_eq!(Stored::parse(dummy.as_str()).unwrap().as_str(), dummy.as_str());
        assert!(dummy.is_current(CHEAP), "it costs what a hash costs now");
    }

    // T-06
    #[tokio::test]
    async fn the_last_passwords_are_refused() {
        let passwords = Passwords::new().unwrap();
        let before = [set(&passwords, "Kq7#vbTz").await, set(&passwords, "Violet-7-Harbour").await];
        assert_eq!(codes(&passwords, &before, "Violet-7-Harbour").await, ["reused"]);
        assert_eq!(codes(&passwords, &before, "Violet-8-Harbour").await, [""; 0]);
        assert_eq!(codes(&passwords, &before, "Passw0rd!").await, ["leaked"]);
        assert_eq!(codes(&passwords, &before, "Alice#2024").await, ["personal"]);
    }

    // D-15
    #[tokio::test]
    async fn too_much_work_is_refused() {
        let size = Size { threads: 1, queue: 0, patience: Duration::ZERO };
        let passwords = Passwords::on(size).unwrap();
        let dear = Cost { memory_kib: 16 * 1024, ..CHEAP };
        let many = (0..8).map(|_| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.hash(candidate("x"), dear, [7; 16]).await })
        });
        let mut refused = 0;
        for one in many.collect::<Vec<_>>() {
            if let Err(failure) = one.await.unwrap() {
                assert_eq!(failure.kind, FailureKind::Unavailable);
                refused += 1;
            }
        }
        assert!(refused > 0);
    }

    #[tokio::test]
    async fn threads_keep_their_memory_for_the_next() {
        let passwords =
            Passwords::on(Size { threads: 1, queue: 64, patience: Size::PATIENCE }).unwrap();
        for _ in 0..5 {
            set(&passwords, "x").await;
        }
        assert_eq!(passwords.idle.lock().unwrap().len(), 1);
    }
}
