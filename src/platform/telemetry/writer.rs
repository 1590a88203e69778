//! A thread that writes, so that nobody else waits for the reader of the log. It is woken for many lines at once:
//! waking it for each costs more than answering the request that the line tells of.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Takes lines at once or drops them. A log that nobody reads must not stop the server, as a pipe that is full
/// would stop whoever writes to it.
pub struct Writer(Arc<Desk>);

struct Desk {
    heap: Mutex<Heap>,
    arrived: Condvar,
    written: Condvar,
    room: usize,
}

#[derive(Default)]
struct Heap {
    text: Vec<u8>,
    lost: u64,
    is_writing: bool,
    is_closed: bool,
    is_urgent: bool,
}

/// How long the first line waits for others. A process that is killed loses the lines of that time.
const GATHERING: Duration = Duration::from_millis(10);

impl Writer {
    /// `room` is in bytes, for what waits; as much again may be on its way.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn new(out: impl Write + Send + 'static, room: usize) -> io::Result<Self> {
        let desk = Arc::new(Desk {
            heap: Mutex::default(),
            arrived: Condvar::new(),
            written: Condvar::new(),
            room,
        });
        let busy = Arc::clone(&desk);
        thread::Builder::new().name("log".into()).spawn(move || busy.work(out))?;
        Ok(Self(desk))
    }

    pub fn write(&self, line: &str) {
        let mut heap = self.0.lock();
        if heap.text.len().saturating_add(line.len()) > self.0.room {
            heap.lost += 1;
            drop(heap);
            metrics::counter!("idp_log_lines_dropped_total").increment(1);
            return;
        }
        let before = heap.text.len();
        heap.text.extend_from_slice(line.as_bytes());
        let enough = self.0.enough();
        let is_worth_waking = before == 0 || (before < enough && heap.text.len() >= enough);
        drop(heap);
        if is_worth_waking {
            self.0.arrived.notify_one();
        }
    }

    /// Wait until all is written, but no longer than this. Answers whether it is.
    pub fn flush(&self, patience: Duration) -> bool {
        let waits = |heap: &mut Heap| heap.is_writing || !heap.text.is_empty();
        let mut heap = self.0.lock();
        heap.is_urgent = true;
        self.0.arrived.notify_one();
        let (mut heap, _) = self
            .0
            .written
            .wait_timeout_while(heap, patience, waits)
            .unwrap_or_else(PoisonError::into_inner);
        heap.is_urgent = false;
        !waits(&mut heap)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.arrived.notify_one();
    }
}

impl Desk {
    fn work(&self, mut out: impl Write) {
        while let Some((text, lost)) = self.take() {
            // There is nobody left to tell that the log cannot be written.
            let _ = out.write_all(&text).and_then(|()| out.flush());
            if lost > 0 {
                tracing::warn!(
                    lines = lost,
                    "log lines were lost: the log is not read fast enough"
                );
            }
            self.lock().is_writing = false;
            self.written.notify_all();
        }
    }

    fn take(&self) -> Option<(Vec<u8>, u64)> {
        let waits = |heap: &mut Heap| heap.text.is_empty() && !heap.is_closed;
        let heap =
            self.arrived.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        let gathers =
            |heap: &mut Heap| !heap.is_closed && !heap.is_urgent && heap.text.len() < self.enough();
        let (mut heap, _) = self
            .arrived
            .wait_timeout_while(heap, GATHERING, gathers)
            .unwrap_or_else(PoisonError::into_inner);
        if heap.text.is_empty() {
            return None;
        }
        heap.is_writing = true;
        Some((std::mem::take(&mut heap.text), std::mem::take(&mut heap.lost)))
    }

    /// What waits is written at once when half of the room is taken.
    const fn enough(&self) -> usize {
        self.room / 2
    }

    fn lock(&self) -> MutexGuard<'_, Heap> {
        self.heap.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, Sender, channel};

    const LONG: Duration = Duration::from_mins(1);

    /// A reader that takes a piece only when it is told to.
    struct Slow {
        told: Receiver<()>,
        read: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Slow {
        fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
            self.told.recv().map_err(io::Error::other)?;
            self.read.lock().unwrap().extend_from_slice(piece);
            Ok(piece.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn slow(room: usize) -> (Writer, Sender<()>, Arc<Mutex<Vec<u8>>>) {
        let (tell, told) = channel();
        let read = Arc::<Mutex<Vec<u8>>>::default();
        (Writer::new(Slow { told, read: read.clone() }, room).unwrap(), tell, read)
    }

    #[test]
    fn lines_are_written_in_order() {
        let (writer, tell, read) = slow(100_000);
        for _ in 0..1000 {
            tell.send(()).unwrap();
        }
        let mut expected = String::new();
        for line in (0..1000).map(|number| format!("{number}\n")) {
            writer.write(&line);
            expected += &line;
        }
        assert!(writer.flush(LONG));
        assert_eq!(*read.lock().unwrap(), expected.into_bytes());
    }

    #[test]
    fn a_reader_that_stands_still_costs_lines_and_not_time() {
        let (writer, tell, read) = slow(10);
        for _ in 0..100_000 {
            writer.write("12345\n");
        }
        assert!(!writer.flush(Duration::ZERO));
        assert!(writer.0.lock().lost > 0);
        tell.send(()).unwrap();
        tell.send(()).unwrap();
        assert!(writer.flush(LONG));
        assert!((1..=2).contains(&(read.lock().unwrap().len() / 6)));
        tell.send(()).unwrap();
        writer.write("after\n");
        assert!(writer.flush(LONG));
        assert!(read.lock().unwrap().ends_with(b"after\n"));
    }

    #[test]
    fn the_thread_ends_with_its_writer() {
        let (writer, tell, read) = slow(10);
        writer.write("last\n");
        drop(writer);
        tell.send(()).unwrap();
        // The reader is let go when the thread ends.
        while Arc::strong_count(&read) > 1 {
            thread::yield_now();
        }
        assert_eq!(*read.lock().unwrap(), b"last\n");
    }
}
