//! From an event to its record: canonical JSON, without secrets, with personal detail sealed apart.

use super::model::chain::detail_digest;
use super::model::{Context, Event, Events, Fact};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{EventId, TenantId};
use crate::kernel::moment::Moment;
use crate::platform::sealing::Sealer;
use crate::platform::storage::{Detail, Record, Work};
use data_encoding::BASE64;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// The form of the body. It grows when a fact changes its meaning, not when one is added.
const SCHEMA: i64 = 1;

impl Events for Work {
    fn record(&mut self, event: &Event, context: &Context) {
        let tenant = self.tenant();
        let record = compose(event, context, tenant, self);
        self.keep(record);
    }
}

/// A record for [`Database::append`](crate::platform::storage::Database::append), or to add a detail to.
pub fn compose(
    event: &Event,
    context: &Context,
    tenant: TenantId,
    moment: &mut impl Moment,
) -> Record {
    Record {
        tenant,
        id: EventId::new(moment).to_string(),
        at: moment.now().micros(),
        kind: event.name(),
        body: body(event, context),
        detail: None,
    }
}

/// What names a person more closely than their id: only in a sealed detail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Personal {
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub email: Option<String>,
}

/// Seal it under the key of the person it names, so that erasing them leaves the chain whole (T-19).
pub async fn seal(
    sealer: &Sealer,
    work: &mut Work,
    subject: &str,
    personal: &Personal,
) -> Result<Detail, Failure> {
    let plain = canonical(&json!({
        "email": personal.email, "ip": personal.ip, "user_agent": personal.user_agent,
    }));
    let bytes = sealer.seal_for_person(work, subject, plain.as_bytes()).await?;
    let text = BASE64.encode(&bytes);
    let digest = detail_digest(subject.as_bytes(), text.as_bytes()).hex();
    Ok(Detail { subject: subject.into(), sealed: text, digest })
}

fn body(event: &Event, context: &Context) -> String {
    let target = event.target();
    let facts: Map<String, Value> =
        event.facts().into_iter().map(|(name, fact)| (name.into(), value(fact))).collect();
    canonical(&json!({
        "actor": { "id": context.actor.id(), "type": context.actor.kind() },
        "data": facts,
        "request_id": context.request.as_ref().map(ToString::to_string),
        "schema": SCHEMA,
        "target": { "id": target.id, "type": target.kind },
    }))
}

/// A fact of a record, for whoever hears of it: an id, or another text.
pub fn fact(record: &Record, name: &str) -> Option<String> {
    let body: Value = serde_json::from_str(&record.body).ok()?;
    body.get("data")?.get(name)?.as_str().map(str::to_owned)
}

/// The same, of a number.
pub fn count(record: &Record, name: &str) -> Option<i64> {
    let body: Value = serde_json::from_str(&record.body).ok()?;
    body.get("data")?.get(name)?.as_i64()
}

fn value(fact: Fact) -> Value {
    match fact {
        Fact::Text(text) => json!(text),
        Fact::Texts(texts) => json!(texts),
        Fact::Count(count) => json!(count),
        Fact::Time(time) => json!(time.rfc3339()),
        Fact::Absent => Value::Null,
    }
}

/// One text for one value: keys sorted, no space, and nothing that forges a line or turns a terminal's
/// writing direction (A-198). Keys are sorted here because serde_json's own order is a build option.
pub(super) fn canonical(value: &Value) -> String {
    let mut text = String::with_capacity(512);
    put(&mut text, value);
    text
}

fn put(text: &mut String, value: &Value) {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (place, (name, value)) in sorted.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                put_text(text, name);
                text.push(':');
                put(text, value);
            }
            text.push('}');
        }
        Value::Array(values) => {
            text.push('[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                put(text, value);
            }
            text.push(']');
        }
        Value::String(words) => put_text(text, words),
        plain => text.push_str(&plain.to_string()),
    }
}

fn put_text(text: &mut String, words: &str) {
    let is_plain = |b: u8| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\';
    if words.bytes().all(is_plain) {
        text.push('"');
        text.push_str(words);
        text.push('"');
    } else {
        put_escaped(text, &json!(words).to_string());
    }
}

fn put_escaped(text: &mut String, json: &str) {
    for letter in json.chars() {
        match letter {
            '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {
                // Writing to a String cannot fail.
                write!(text, "\\u{:04x}", u32::from(letter)).unwrap_or(());
            }
            plain => text.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::model::{Actor, Name};
    use crate::kernel::time::Timestamp;

    fn recorded(event: &Event) -> String {
        body(event, &Context::of(Actor::Cli { user: Name::new("root") }))
    }

    #[test]
    fn a_body_is_canonical() {
        let event = Event::KeyGenerated {
            kid: Name::new("k1"),
            algorithm: Name::new("ES256"),
            published_at: Timestamp::from_seconds(0),
            activates_at: None,
        };
        assert_eq!(
            recorded(&event),
            r#"{"actor":{"id":"root","type":"cli"},"data":{"activates_at":null,"algorithm":"ES256","kid":"k1","published_at":"1970-01-01T00:00:00Z"},"request_id":null,"schema":1,"target":{"id":"k1","type":"key"}}"#
        );
    }

    // A-198
    #[test]
    fn a_name_forges_no_line_and_no_terminal() {
        let name = Name::new("a\r\n\u{1b}[2J\u{202e}\u{2028}\u{85}\"b");
        let body = recorded(&Event::ConfigReloaded { changed: vec![name.clone()] });
        assert!(!body.chars().any(|c| c.is_control() || matches!(c, '\u{202e}' | '\u{2028}')));
        let read: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(read["data"]["changed"][0], name.as_str());
    }

    #[test]
    fn canonical_text_reads_back_to_itself() {
        let text = r#"{"a":[1,{"b":null,"c":"\u2028"}],"z":true}"#;
        assert_eq!(canonical(&serde_json::from_str(text).unwrap()), text);
        let other = r#"{ "z": true, "a": [1, {"c": "\u2028", "b": null}] }"#;
        assert_eq!(canonical(&serde_json::from_str(other).unwrap()), text);
    }
}
