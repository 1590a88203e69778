//! Bounded pools of threads for work that keeps a core busy: signing, password hashing.

use crate::kernel::failure::Failure;
use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// A fixed number of threads and a bounded queue before them. Copies share both.
///
/// A job that has begun keeps its thread until it ends, whether or not anyone still waits for it: callers
/// who hang up cannot make more work run at once than there are threads (security.md D-15).
#[derive(Clone)]
pub struct Pool(Arc<Owner>);

#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub threads: usize,
    /// How many jobs may wait; the next is refused at once.
    pub queue: usize,
    /// How long a job may wait for its start.
    pub patience: Duration,
}

impl Size {
    /// Two seconds is as long as a person waits without trying again (security.md D-15).
    pub const PATIENCE: Duration = Duration::from_secs(2);

    /// As many threads as cores: more would only share them.
    pub fn of_cores(queue: usize) -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Self { threads, queue, patience: Self::PATIENCE }
    }
}

/// Why a job has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoResult {
    /// It was never begun: too many were before it.
    Busy,
    /// It was begun and broke off.
    Panicked,
}

impl fmt::Display for NoResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "too much work is waiting before this",
            Self::Panicked => "the work broke off with a panic",
        })
    }
}

impl std::error::Error for NoResult {}

impl From<NoResult> for Failure {
    fn from(reason: NoResult) -> Self {
        match reason {
            NoResult::Busy => Self::unavailable(reason.to_string()),
            NoResult::Panicked => Self::broken(reason.to_string()),
        }
    }
}

impl Pool {
    /// # Errors
    /// If the system gives no thread.
    pub fn new(name: &'static str, size: Size) -> Result<Self, Failure> {
        let depth = metrics::gauge!("idp_worker_queue_depth", "pool" => name);
        let refused = metrics::counter!("idp_worker_refused_total", "pool" => name);
        let line = Arc::new(Line {
            waiting: Mutex::default(),
            arrived: Condvar::new(),
            longest: size.queue,
            depth,
            refused,
        });
        let owner = Owner { line, patience: size.patience };
        for _ in 0..size.threads.max(1) {
            let line = Arc::clone(&owner.line);
            thread::Builder::new()
                .name(name.into())
                .spawn(move || line.work())
                .map_err(|e| Failure::unavailable(format!("no thread for {name}")).because(e))?;
        }
        Ok(Self(Arc::new(owner)))
    }

    /// Run it on one of the threads.
    ///
    /// Dropping the future takes a job that still waits out of the queue; one that has begun runs to its end.
    ///
    /// # Errors
    /// [`NoResult::Busy`] if the queue is full, if the pool is closed, or if the job has not begun within the
    /// pool's patience; it will not run afterwards.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoResult> {
        let (tell, mut answer) = oneshot::channel();
        // The answer to a caller who has hung up is thrown away.
        let place = self.0.line.join(Box::new(move || drop(tell.send(job()))))?;
        if let Ok(answer) = timeout(self.0.patience, &mut answer).await {
            return answer.map_err(|_| NoResult::Panicked);
        }
        if place.leave() {
            self.0.line.refused.increment(1);
            return Err(NoResult::Busy);
        }
        answer.await.map_err(|_| NoResult::Panicked)
    }

    /// Take no more jobs. Those that wait are still run, then the threads end.
    pub fn close(&self) {
        self.0.line.close();
    }
}

/// What all copies of a pool share, and its threads do not: the threads end with it.
struct Owner {
    line: Arc<Line>,
    patience: Duration,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.line.close();
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// The queue. A job is in it exactly as long as it has not begun.
struct Line {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    longest: usize,
    depth: metrics::Gauge,
    refused: metrics::Counter,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<(u64, Job)>,
    last: u64,
    /// Threads with nothing to do; jobs that one of them will take at once do not count as waiting.
    idle: usize,
    closed: bool,
}

impl Line {
    fn join(&self, job: Job) -> Result<Place<'_>, NoResult> {
        let mut waiting = self.lock();
        if waiting.closed || waiting.jobs.len() >= self.longest.saturating_add(waiting.idle) {
            drop(waiting);
            self.refused.increment(1);
            return Err(NoResult::Busy);
        }
        waiting.last += 1;
        let number = waiting.last;
        waiting.jobs.push_back((number, job));
        self.show(&waiting);
        drop(waiting);
        self.arrived.notify_one();
        Ok(Place { line: self, number })
    }

    /// What each thread does until the pool is closed.
    fn work(&self) {
        while let Some(job) = self.next() {
            // The job's caller learns of a panic by getting no answer; this thread goes on.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        waiting.idle += 1;
        let job = loop {
            if let Some((_, job)) = waiting.jobs.pop_front() {
                break Some(job);
            }
            if waiting.closed {
                break None;
            }
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        };
        waiting.idle -= 1;
        self.show(&waiting);
        job
    }

    fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    /// Jobs run outside the lock, so what it guards is whole even if a thread died holding it.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, waiting: &Waiting) {
        let depth = u32::try_from(waiting.jobs.len()).unwrap_or(u32::MAX);
        self.depth.set(f64::from(depth));
    }
}

/// A caller's place in the queue, given up when the caller goes.
struct Place<'a> {
    line: &'a Line,
    number: u64,
}

impl Place<'_> {
    /// Whether the job was still waiting.
    fn leave(&self) -> bool {
        let mut waiting = self.line.lock();
        let Ok(found) = waiting.jobs.binary_search_by_key(&self.number, |(number, _)| *number)
        else {
            return false;
        };
        let job = waiting.jobs.remove(found);
        self.line.show(&waiting);
        drop(waiting);
        job.is_some()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    const LONG: Duration = Duration::from_mins(1);
    const SHORT: Duration = Duration::from_millis(20);

    fn pool(threads: usize, queue: usize, patience: Duration) -> Pool {
        Pool::new("test", Size { threads, queue, patience }).unwrap()
    }

    /// A job that begins, says so, and ends when told to.
    struct Held {
        begun: tokio::sync::oneshot::Receiver<()>,
        end: mpsc::Sender<()>,
        task: tokio::task::JoinHandle<Result<(), NoResult>>,
    }

    impl Held {
        async fn on(pool: &Pool) -> Self {
            let (tell, begun) = oneshot::channel();
            let (end, told) = mpsc::channel();
            let pool = pool.clone();
            let task = tokio::spawn(async move {
                let job = move || {
                    let _ = tell.send(());
                    let _ = told.recv();
                };
                pool.run(job).await
            });
            let mut held = Self { begun, end, task };
            (&mut held.begun).await.unwrap();
            held
        }
    }

    // D-15, V-125
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_more_jobs_run_at_once_than_there_are_threads() {
        let pool = pool(2, 1000, LONG);
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let jobs: Vec<_> = (0..200)
            .map(|number| {
                let (pool, running, most) = (pool.clone(), running.clone(), most.clone());
                tokio::spawn(async move {
                    let job = move || {
                        most.fetch_max(
                            running.fetch_add(1, Ordering::SeqCst) + 1,
                            Ordering::SeqCst,
                        );
                        thread::yield_now();
                        running.fetch_sub(1, Ordering::SeqCst);
                        number
                    };
                    pool.run(job).await
                })
            })
            .collect();
        for (number, job) in jobs.into_iter().enumerate() {
            assert_eq!(job.await.unwrap(), Ok(number));
        }
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
    }

    // D-15: a full queue answers at once, an idle thread needs no queue
    #[tokio::test]
    async fn the_queue_is_bounded() {
        let pool = pool(1, 1, LONG);
        let held = Held::on(&pool).await;
        let waits = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(|| 7).await }
        });
        tokio::task::yield_now().await;
        assert_eq!(pool.run(|| 8).await, Err(NoResult::Busy));
        held.end.send(()).unwrap();
        assert_eq!(waits.await.unwrap(), Ok(7));
        assert_eq!(held.task.await.unwrap(), Ok(()));
    }

    // D-15: waiting ends after the patience, and the job never runs
    #[tokio::test]
    async fn a_job_that_does_not_begin_in_time_never_runs() {
        let pool = pool(1, 10, SHORT);
        let held = Held::on(&pool).await;
        let ran = Arc::new(AtomicUsize::new(0));
        let counted = ran.clone();
        let refused = pool.run(move || counted.fetch_add(1, Ordering::SeqCst)).await;
        assert_eq!(refused, Err(NoResult::Busy));
        held.end.send(()).unwrap();
        assert_eq!(held.task.await.unwrap(), Ok(()), "one that has begun is waited for");
        assert_eq!(pool.run(|| 1).await, Ok(1));
        assert_eq!(ran.load(Ordering::SeqCst), 0);
    }

    // D-15: a disconnect frees no thread before its job has ended
    #[tokio::test]
    async fn a_caller_who_hangs_up_frees_nothing_early() {
        let pool = pool(1, 10, SHORT);
        let held = Held::on(&pool).await;
        held.task.abort();
        assert!(held.task.await.unwrap_err().is_cancelled());
        assert_eq!(pool.run(|| 1).await, Err(NoResult::Busy));
        held.end.send(()).unwrap();
        assert_eq!(pool.run(|| 2).await, Ok(2));
    }

    // D-15: those who leave the queue make room for others
    #[tokio::test]
    async fn a_caller_who_hangs_up_while_waiting_leaves_the_queue() {
        let pool = pool(1, 1, LONG);
        let held = Held::on(&pool).await;
        for _ in 0..5 {
            let mut waits = Box::pin(pool.run(|| 1));
            assert!(timeout(Duration::ZERO, &mut waits).await.is_err());
        }
        held.end.send(()).unwrap();
        assert_eq!(pool.run(|| 2).await, Ok(2));
    }

    #[tokio::test]
    async fn a_panic_ends_its_job_and_not_the_pool() {
        let pool = pool(1, 10, LONG);
        for _ in 0..3 {
            let broken: Result<(), _> = pool.run(|| panic!("on purpose")).await;
            assert_eq!(broken, Err(NoResult::Panicked));
        }
        assert_eq!(pool.run(|| 3).await, Ok(3));
    }

    #[tokio::test]
    async fn a_closed_pool_ends_what_it_has_and_takes_no_more() {
        let pool = pool(1, 10, LONG);
        let held = Held::on(&pool).await;
        let waits = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(|| 7).await }
        });
        tokio::task::yield_now().await;
        pool.close();
        assert_eq!(pool.run(|| 8).await, Err(NoResult::Busy));
        held.end.send(()).unwrap();
        assert_eq!(waits.await.unwrap(), Ok(7));
    }

    #[tokio::test]
    async fn the_threads_end_with_the_last_copy_of_the_pool() {
        let pool = pool(3, 10, LONG);
        let line = Arc::downgrade(&pool.0.line);
        assert_eq!(pool.run(|| 1).await, Ok(1));
        drop(pool);
        let ended = async {
            while line.upgrade().is_some() {
                tokio::task::yield_now().await;
            }
        };
        timeout(LONG, ended).await.unwrap();
    }
}
