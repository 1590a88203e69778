//! What the server tells about itself: log lines on the error stream, metrics for Prometheus.
//!
//! ```text
//! tracing event ─ levels.rs  wanted? ─ lines.rs  one line of text or JSON ─ writer.rs  never waits ─ stderr
//! gauges.rs     ─ what other folders know of the state of the service
//! metrics!      ─ metrics.rs  every name with its meaning ─ render() for the ops listener
//! ```

mod addresses;
pub mod gauges;
mod levels;
mod lines;
mod metrics;
mod writer;

pub use addresses::Addresses;
pub use levels::Levels;
pub use lines::{Lines, Shape};
pub use metrics::{Kind, METRICS, Metric, Metrics};
pub use writer::Writer;

use crate::kernel::failure::Failure;
use crate::kernel::moment::Clock;
use lines::Manner;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tracing::Subscriber;
use tracing_subscriber::Registry;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::reload;

/// `[log]`.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// A level for all, and levels for parts: `info,keys=debug`.
    pub level: String,
    pub format: Format,
    pub addresses: Addresses,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { level: "info".into(), format: Format::Auto, addresses: Addresses::Full }
    }
}

impl LogSettings {
    fn manner(&self) -> Manner {
        Manner { shape: self.format.shape(), addresses: self.addresses }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text on a terminal, JSON else.
    Auto,
    Text,
    Json,
}

impl Format {
    fn shape(self) -> Shape {
        match self {
            Self::Auto if std::io::stderr().is_terminal() => Shape::Text,
            Self::Text => Shape::Text,
            Self::Auto | Self::Json => Shape::Json,
        }
    }
}

/// The running log. What it still holds is written when it is dropped.
pub struct Logs {
    levels: reload::Handle<Targets, Registry>,
    manner: Arc<RwLock<Manner>>,
    writer: Arc<Writer>,
}

/// What may wait for a slow reader of the log; beyond it lines are dropped and counted.
const ROOM: usize = 1024 * 1024;

/// How long the end of the server waits for the reader of the log.
const LAST_WORDS: Duration = Duration::from_secs(1);

impl Logs {
    /// Log to the error stream from now on: the output is for what a command answers.
    ///
    /// # Errors
    /// If the level makes no sense, or this program logs already.
    pub fn start(settings: &LogSettings, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        let (logs, subscriber) = Self::to(std::io::stderr(), settings, clock)?;
        tracing::subscriber::set_global_default(subscriber)
            .map_err(|e| Failure::broken("the log was started twice").because(e))?;
        Ok(logs)
    }

    fn to(
        out: impl Write + Send + 'static,
        settings: &LogSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, impl Subscriber + Send + Sync), Failure> {
        let levels = Levels::parse(&settings.level).map_err(Failure::broken)?;
        let (filter, levels) = reload::Layer::new(levels.into());
        let writer = Writer::new(out, ROOM)
            .map_err(|e| Failure::unavailable("no thread for the log").because(e))?;
        let writer = Arc::new(writer);
        let desk = Arc::clone(&writer);
        let lines = Lines::new(settings.format.shape(), clock, move |line| desk.write(&line));
        let logs = Self { levels, manner: lines.switch(), writer };
        logs.behave(settings);
        Ok((logs, Registry::default().with(filter).with(lines)))
    }

    /// Other levels and another format from the next line on.
    ///
    /// # Errors
    /// If the level makes no sense; then all stays.
    pub fn reload(&self, settings: &LogSettings) -> Result<(), Failure> {
        let levels = Levels::parse(&settings.level).map_err(Failure::broken)?;
        self.levels
            .reload(levels)
            .map_err(|e| Failure::broken("the log's levels cannot be changed").because(e))?;
        self.behave(settings);
        Ok(())
    }

    fn behave(&self, settings: &LogSettings) {
        *self.manner.write().unwrap_or_else(PoisonError::into_inner) = settings.manner();
    }
}

impl Drop for Logs {
    fn drop(&mut self) {
        self.writer.flush(LAST_WORDS);
    }
}

/// Let a panic be a line like any other. Its words are left out: they may quote what was being worked on.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current().name().unwrap_or_default().to_owned();
        tracing::error!(place, thread, "a panic");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::time::Timestamp;
    use std::io;
    use std::sync::Mutex;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::default()
        }
    }

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(piece);
            Ok(piece.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn settings(level: &str, format: Format) -> LogSettings {
        LogSettings { level: level.into(), format, ..LogSettings::default() }
    }

    #[test]
    fn levels_and_format_change_while_running() {
        let page = Page::default();
        let at_first = settings("warn", Format::Json);
        let (logs, subscriber) = Logs::to(page.clone(), &at_first, Arc::new(Still)).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            let tell = |number| tracing::info!(target: "vestibule::keys", number, "told");
            tell(1);
            logs.reload(&settings("off,keys=info", Format::Json)).unwrap();
            tell(2);
            assert!(logs.reload(&settings("loud", Format::Text)).is_err());
            tell(3);
            logs.reload(&settings("info", Format::Text)).unwrap();
            tell(4);
        });
        drop(logs);
        let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        let ends: Vec<_> = text.lines().map(|line| line.rsplit_once("number").unwrap().1).collect();
        assert_eq!(ends, ["\":2}", "\":3}", "=4"], "{text}");
    }

    #[test]
    fn every_line_tells_only_as_much_of_an_address_as_was_asked_for() {
        let page = Page::default();
        let about = |addresses| LogSettings { addresses, ..settings("info", Format::Json) };
        let at_first = about(Addresses::Truncated);
        let (logs, subscriber) = Logs::to(page.clone(), &at_first, Arc::new(Still)).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            let tell = || tracing::info!(ip = %"203.0.113.9", "told");
            tell();
            logs.reload(&about(Addresses::Off)).unwrap();
            tell();
            logs.reload(&about(Addresses::Full)).unwrap();
            tracing::info_span!("request", ip = "203.0.113.9").in_scope(tell);
        });
        drop(logs);
        let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        let told: Vec<_> = text.lines().map(|line| line.matches("203.0.113").count()).collect();
        assert_eq!(told, [1, 0, 1], "{text}");
        assert!(text.contains(r#""ip":"203.0.113.0/24""#), "{text}");
    }
}
