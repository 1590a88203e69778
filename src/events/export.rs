//! A chain as lines of JSON, with a checkpoint at the end: enough to verify it without the database.
//!
//! ```text
//! {"after":0,"export":"vestibule audit 1","hash":"00…","tenant":"ten_…"}     where it begins
//! {"at":…,"body":{…},"hash":"…","id":"evt_…","kind":"…","linked_at":…, …}    one line per record
//! {"checkpoint":"…","sequence":…}                                            where it ends, signed
//! ```

use super::checkpoint;
use super::model::chain::{Claims, Head, Stored, Walked};
use super::model::verdict::Verdict;
use super::model::walk::Walk;
use super::model::{CheckpointSigner, CheckpointVerifier};
use super::record::canonical;
use super::verify::Reading;
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{At, Database};
use serde_json::{Value, json};

const FORM: &str = "vestibule audit 1";

/// Write the chain of a tenant, line by line, and sign its head. What waits for its link is not in it.
/// A chain that is broken is written up to there, and not signed: the verdict says where.
pub async fn export<K: CheckpointSigner + CheckpointVerifier>(
    database: &Database,
    keys: &K,
    at: At,
    mut write: impl AsyncFnMut(String) -> Result<(), Failure>,
) -> Result<(Verdict, Option<Claims>), Failure> {
    let mut walk = Walk::from(at.tenant, Head::start());
    write(first_line(at.tenant, walk.head())).await?;
    let mut reading = Reading::of(at);
    while !walk.is_broken() {
        let links = reading.links(database, keys, &mut walk).await?;
        if links.is_empty() {
            walk.end();
            break;
        }
        for link in &links {
            walk.step(link);
            match &link.record {
                Some(record) if !walk.is_broken() => write(line(link, record)).await?,
                _ => break,
            }
        }
    }
    if walk.is_broken() || walk.head().sequence == 0 {
        return Ok((walk.into_verdict(), None));
    }
    let (claims, token) = checkpoint::sign(database, keys, at, walk.head()).await?;
    write(last_line(&token, claims.sequence)).await?;
    Ok((walk.into_verdict(), Some(claims)))
}

fn first_line(tenant: TenantId, head: Head) -> String {
    canonical(&json!({
        "after": head.sequence,
        "export": FORM,
        "hash": head.hash.hex(),
        "tenant": tenant.as_str(),
    }))
}

fn last_line(token: &str, sequence: i64) -> String {
    canonical(&json!({ "checkpoint": token, "sequence": sequence }))
}

fn line(link: &Walked, record: &Stored) -> String {
    canonical(&json!({
        "at": record.at.micros(),
        "body": readable(&text(&record.body)),
        "detail_digest": record.detail_digest.as_deref().map(text),
        "hash": Hash::from_bytes(&link.hash).map(|hash| hash.hex()),
        "id": text(&record.id),
        "kind": text(&record.kind),
        "linked_at": link.linked_at.micros(),
        "sequence": link.sequence,
        "time": record.at.rfc3339(),
    }))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// As an object where its text comes back from that unchanged, else as the text itself.
fn readable(body: &str) -> Value {
    let read: Option<Value> = serde_json::from_str(body).ok();
    read.filter(|value| value.is_object() && canonical(value) == body)
        .unwrap_or_else(|| json!(body))
}

/// Verify an export, offline: as one would the database, and against the checkpoint at its end. An
/// export without one was cut.
pub fn verify_export<K: CheckpointVerifier>(
    lines: impl IntoIterator<Item = std::io::Result<String>>,
    keys: &K,
    seen: &[Claims],
) -> Result<Verdict, Failure> {
    let mut lines = lines.into_iter();
    let unreadable = || Failure::broken("this is no export: its first line does not say so");
    let (tenant, head) = lines.next().and_then(|line| begin(&line.ok()?)).ok_or_else(unreadable)?;
    let mut walk = Walk::from(tenant, head);
    for claims in seen.iter().filter(|claims| claims.sequence > head.sequence) {
        walk.hold_against(*claims);
    }
    let mut is_ended = false;
    for text in lines {
        let text =
            text.map_err(|e| Failure::unavailable("the export cannot be read").because(e))?;
        match read(&text) {
            Some(Line::Record(link)) if !is_ended => walk.step(&link),
            Some(Line::End { token, sequence }) if !is_ended => {
                is_ended = true;
                conclude(&mut walk, keys.claims(&token), sequence);
            }
            _ => walk.fail_unreadable(),
        }
        if walk.is_broken() {
            break;
        }
    }
    walk.end();
    if !is_ended {
        walk.fail_unreadable();
    }
    // Details are not exported: nothing can be said about them.
    walk.verdict().erased = 0;
    Ok(walk.into_verdict())
}

/// The end must be signed, for this tenant and for just this head.
fn conclude(walk: &mut Walk, claims: Option<Claims>, sequence: i64) {
    match claims.filter(|claims| claims.sequence == sequence) {
        Some(claims) => walk.conclude(claims),
        None => walk.fail_forged(sequence),
    }
}

enum Line {
    Record(Box<Walked>),
    End { token: String, sequence: i64 },
}

fn begin(text: &str) -> Option<(TenantId, Head)> {
    let line: Value = serde_json::from_str(text).ok()?;
    let hash = Hash::from_hex(line.get("hash")?.as_str()?)?;
    let head = Head { sequence: line.get("after")?.as_i64()?, hash };
    let tenant = TenantId::parse(line.get("tenant")?.as_str()?)?;
    (first_line(tenant, head) == text).then_some((tenant, head))
}

/// Every byte of a line counts: one that is written otherwise than we write it is none.
fn read(text: &str) -> Option<Line> {
    let fields: Value = serde_json::from_str(text).ok()?;
    let sequence = fields.get("sequence")?.as_i64()?;
    if let Some(token) = fields.get("checkpoint") {
        let token: String = token.as_str()?.into();
        return (last_line(&token, sequence) == text).then_some(Line::End { token, sequence });
    }
    let field = |name: &str| fields.get(name)?.as_str().map(|text| text.as_bytes().to_vec());
    let micros = |name: &str| fields.get(name)?.as_i64().map(Timestamp::from_micros);
    let body = match fields.get("body")? {
        Value::String(body) => body.clone(),
        object => canonical(object),
    };
    let record = Stored {
        id: field("id")?,
        at: micros("at")?,
        kind: field("kind")?,
        body: body.into_bytes(),
        detail_digest: field("detail_digest"),
    };
    let mut link = Walked {
        sequence,
        event_id: record.id.clone(),
        hash: Hash::from_hex(fields.get("hash")?.as_str()?)?.bytes().to_vec(),
        linked_at: micros("linked_at")?,
        record: None,
        detail: None,
    };
    let is_ours = line(&link, &record) == text;
    link.record = Some(record);
    is_ours.then(|| Line::Record(Box::new(link)))
}
