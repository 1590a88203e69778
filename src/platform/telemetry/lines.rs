//! One event, one line: JSON for machines, text for people.

use super::addresses::Addresses;
use crate::kernel::moment::Clock;
use serde_json::Value;
use std::error::Error;
use std::fmt::{self, Write};
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope};

/// Writes each event with the fields of the spans around it: what a request's span knows (`request_id`,
/// `tenant`, …) stands in all its lines.
pub struct Lines<O> {
    clock: Arc<dyn Clock>,
    manner: Arc<RwLock<Manner>>,
    out: O,
}

/// How lines are written, until somebody wants it otherwise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) shape: Shape,
    pub(super) addresses: Addresses,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    Json,
}

impl<O: Fn(String)> Lines<O> {
    /// `out` is given each line, with its end.
    pub fn new(shape: Shape, clock: Arc<dyn Clock>, out: O) -> Self {
        let manner = Manner { shape, addresses: Addresses::Full };
        Self { clock, manner: Arc::new(manner.into()), out }
    }

    pub(super) fn switch(&self) -> Arc<RwLock<Manner>> {
        Arc::clone(&self.manner)
    }
}

impl<S, O> Layer<S> for Lines<O>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    O: Fn(String) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::with_capacity();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(known) = span.extensions().get::<Fields>() {
                fields.take_over(known);
            }
        }
        event.record(&mut fields);
        let Manner { shape, addresses } =
            *self.manner.read().unwrap_or_else(PoisonError::into_inner);
        fields.shorten(addresses);
        let message = fields.take("message");
        let head = Head {
            at: self.clock.now().rfc3339(),
            level: *event.metadata().level(),
            target: event.metadata().target(),
            message: message.and_then(|said| fields.text_of(&said)).unwrap_or_default(),
        };
        (self.out)(match shape {
            Shape::Json => head.json(&fields),
            Shape::Text => head.text(&fields),
        });
    }
}

struct Head<'a> {
    at: String,
    level: Level,
    target: &'a str,
    message: &'a str,
}

impl Head<'_> {
    fn json(self, fields: &Fields) -> String {
        let mut line = String::with_capacity(384);
        let head = [
            (r#"{"ts":"#, self.at.as_str()),
            (r#","level":"#, small(self.level)),
            (r#","msg":"#, self.message),
            (r#","target":"#, self.target),
        ];
        for (name, text) in head {
            line.push_str(name);
            quote(&mut line, text);
        }
        for (name, said) in &fields.all {
            line.push(',');
            match *name {
                "ts" | "level" | "msg" | "target" => quote(&mut line, &format!("{name}_")),
                name => quote(&mut line, name),
            }
            line.push(':');
            match fields.text_of(said) {
                Some(text) => quote(&mut line, text),
                // Writing to a String does not fail.
                None => {
                    let _ = write!(line, "{said}");
                }
            }
        }
        line.push_str("}\n");
        line
    }

    fn text(self, fields: &Fields) -> String {
        let Self { at, level, target, message } = self;
        let mut line = format!("{at:<27} {level:<5} {target}: {}", calm(message));
        for (name, said) in &fields.all {
            // Writing to a String does not fail.
            let _ = match fields.text_of(said) {
                Some(text) if is_plain(text) => write!(line, " {name}={text}"),
                Some(text) => write!(line, " {name}={text:?}"),
                None => write!(line, " {name}={said}"),
            };
        }
        line + "\n"
    }
}

const fn small(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// Most texts need no escape, and most lines are made of such.
fn quote(line: &mut String, text: &str) {
    if text.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\') {
        line.push('"');
        line.push_str(text);
        line.push('"');
    } else {
        let _ = write!(line, "{}", Value::from(text));
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_.:/@+".contains(c))
}

/// Nobody forges a line or paints the terminal: what steers either is written as an escape.
fn calm(text: &str) -> String {
    let escape = |c: char| match c {
        // Marks of the writing direction are no control characters, and reorder what is seen.
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    };
    let mut calm = String::with_capacity(text.len());
    for c in text.chars() {
        if escape(c) {
            calm.extend(c.escape_unicode());
        } else {
            calm.push(c);
        }
    }
    calm
}

/// In the order in which they were first named; a later value takes the place of an earlier one.
#[derive(Default)]
struct Fields {
    all: Vec<(&'static str, Said)>,
    /// All texts, one after the other: a line costs two pieces of memory, however many fields it has.
    texts: String,
}

/// The value of one field.
enum Said {
    /// Where it stands among the texts.
    Text(Range<usize>),
    Other(Value),
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => Ok(()),
            Self::Other(value) => value.fmt(f),
        }
    }
}

impl Fields {
    fn with_capacity() -> Self {
        Self { all: Vec::with_capacity(12), texts: String::with_capacity(192) }
    }

    fn set(&mut self, name: &'static str, said: Said) {
        match self.all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = said,
            None => self.all.push((name, said)),
        }
    }

    fn set_text(&mut self, name: &'static str, text: fmt::Arguments<'_>) {
        let from = self.texts.len();
        // Writing to a String does not fail.
        let _ = self.texts.write_fmt(text);
        self.set(name, Said::Text(from..self.texts.len()));
    }

    fn text_of(&self, said: &Said) -> Option<&str> {
        match said {
            Said::Text(place) => self.texts.get(place.clone()),
            Said::Other(_) => None,
        }
    }

    fn take_over(&mut self, others: &Self) {
        for (name, said) in &others.all {
            match (others.text_of(said), said) {
                (Some(text), _) => self.set_text(name, format_args!("{text}")),
                (None, Said::Other(value)) => self.set(name, Said::Other(value.clone())),
                (None, Said::Text(_)) => {}
            }
        }
    }

    /// A client's address is always named `ip`, whoever logs it.
    fn shorten(&mut self, addresses: Addresses) {
        if addresses == Addresses::Full {
            return;
        }
        let Some(ip) = self.take("ip") else { return };
        let short = self.text_of(&ip).and_then(|text| addresses.shorten(text));
        if let Some(short) = short {
            self.set_text("ip", format_args!("{short}"));
        }
    }

    fn take(&mut self, name: &str) -> Option<Said> {
        let found = self.all.iter().position(|(known, _)| *known == name);
        found.map(|at| self.all.remove(at).1)
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set_text(field.name(), format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set_text(field.name(), format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field.name(), Said::Other(value.into()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field.name(), Said::Other(value.into()));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field.name(), Said::Other(value.into()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field.name(), Said::Other(value.into()));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.set_text(field.name(), format_args!("{value}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::secret::Secret;
    use crate::kernel::time::Timestamp;
    use std::sync::Mutex;
    use tracing_subscriber::Registry;
    use tracing_subscriber::layer::SubscriberExt;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::from_micros(1_500_000)
        }
    }

    fn written(shape: Shape, tell: impl FnOnce()) -> String {
        let text = Arc::<Mutex<String>>::default();
        let sink = text.clone();
        let lines =
            Lines::new(shape, Arc::new(Still), move |line| *sink.lock().unwrap() += line.as_str());
        tracing::subscriber::with_default(Registry::default().with(lines), tell);
        let text = text.lock().unwrap();
        text.clone()
    }

    fn tell() {
        let outer =
            tracing::info_span!("request", request_id = "r1", tenant = tracing::field::Empty);
        let _in = outer.enter();
        outer.record("tenant", "ten_1");
        tracing::info!(target: "access", status = 200, dur_ms = 1.5, ok = true, route = "/token", "answered");
        let failure = crate::kernel::failure::Failure::broken("no row");
        tracing::error!(target: "t", request_id = "r2", error = %failure, ts = 1, "failed");
    }

    #[test]
    fn a_line_of_json_has_the_fields_of_its_spans() {
        assert_eq!(
            written(Shape::Json, tell),
            concat!(
                r#"{"ts":"1970-01-01T00:00:01.5Z","level":"info","msg":"answered","target":"access","#,
                r#""request_id":"r1","tenant":"ten_1","status":200,"dur_ms":1.5,"ok":true,"route":"/token"}"#,
                "\n",
                r#"{"ts":"1970-01-01T00:00:01.5Z","level":"error","msg":"failed","target":"t","#,
                r#""request_id":"r2","tenant":"ten_1","error":"no row","ts_":1}"#,
                "\n"
            )
        );
    }

    #[test]
    fn a_line_of_text_is_aligned() {
        assert_eq!(
            written(Shape::Text, tell),
            "1970-01-01T00:00:01.5Z      INFO  access: answered request_id=r1 tenant=ten_1 status=200 \
             dur_ms=1.5 ok=true route=/token\n\
             1970-01-01T00:00:01.5Z      ERROR t: failed request_id=r2 tenant=ten_1 error=\"no row\" ts=1\n"
        );
    }

    #[test]
    fn nobody_forges_a_line() {
        let hostile = "a\nERROR b \u{1b}[31m\u{202e}\"";
        for shape in [Shape::Text, Shape::Json] {
            let text = written(shape, || tracing::info!(name = hostile, "{hostile}"));
            assert_eq!(text.lines().count(), 1, "{text}");
            assert!(!text.contains('\u{1b}'), "{text}");
        }
    }

    #[test]
    fn a_secret_is_not_in_a_line() {
        for shape in [Shape::Text, Shape::Json] {
            let secret = Secret::new("planted-secret");
            let text = written(shape, || tracing::warn!(?secret, "said {secret:?}"));
            assert!(!text.contains("planted") && text.contains("(secret, 14 bytes)"), "{text}");
        }
    }
}
