//! What was logged during a test, word for word as an operator would read it.

use super::ambient;
use std::sync::{Arc, Mutex};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;
use vestibule::kernel::secret::Secret;
use vestibule::platform::telemetry::{Levels, Lines, Shape};

/// Collects the lines of this thread, at every level, until it is dropped. A test on tokio's current-thread
/// runtime has all its tasks here; the library's own threads are not heard.
pub(crate) struct Logs {
    lines: Arc<Mutex<Vec<String>>>,
    _until: DefaultGuard,
}

impl Logs {
    pub(crate) fn listen() -> Self {
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let heard = Arc::clone(&lines);
        let layer = Lines::new(Shape::Json, ambient::ambient().0.clock, move |line| {
            heard.lock().unwrap().push(line);
        });
        let levels = tracing_subscriber::filter::Targets::from(Levels::parse("trace").unwrap());
        let registry = Registry::default().with(levels).with(layer);
        Self { lines, _until: tracing::subscriber::set_default(registry) }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// What nobody outside can act on: a test expects none (house rule 8.10).
    pub(crate) fn errors(&self) -> Vec<String> {
        self.lines_with(&[r#""level":"error""#])
    }

    /// The lines that quote one of these: there must be none for a secret that the test planted.
    pub(crate) fn lines_with(&self, words: &[&str]) -> Vec<String> {
        let quotes = |line: &String| words.iter().any(|word| line.contains(word));
        self.lines().into_iter().filter(quotes).collect()
    }
}

#[test]
fn what_is_logged_is_heard() {
    let logs = Logs::listen();
    tracing::debug!(secret = ?Secret::new("planted"), "quiet");
    assert_eq!(logs.errors(), Vec::<String>::new());
    assert_eq!(logs.lines_with(&["planted"]), Vec::<String>::new());
    assert_eq!(logs.lines_with(&[r#""msg":"quiet""#]).len(), 1);
    tracing::error!("planted");
    assert_eq!((logs.errors().len(), logs.lines_with(&["planted"]).len()), (1, 1));
}
