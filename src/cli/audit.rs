//! `vestibule audit tail|verify|export`.

use super::exit::{Exit, Trouble};
use super::output::{Output, table};
use super::place::Ground;
use super::{Global, block_on};
use crate::events::link::{Reach, link};
use crate::events::model::chain::{Claims, Recorded};
use crate::events::model::verdict::Verdict;
use crate::events::model::{CheckpointVerifier, Page};
use crate::events::{Events, audit, export, verify};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::keys::checkpoints::Checkpoints;
use crate::platform::storage::{At, Work};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Audit {
    /// Whose log; the default tenant's without it
    #[arg(long, global = true, value_name = "SLUG")]
    tenant: Option<String>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// The newest records
    Tail {
        #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
        /// Only this kind, such as key.generated
        #[arg(long)]
        kind: Option<String>,
    },
    /// Check the chain: every record, every link, every checkpoint
    Verify {
        /// An export to check instead of the database
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
        /// A checkpoint that was kept elsewhere, one token a line: finds a tail that was cut with its own
        /// checkpoints
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
    /// Write the chain as JSON lines, with a signed checkpoint at the end
    Export {
        /// Standard output without it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

impl Audit {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        block_on(async {
            let ground = Ground::open(global).await?;
            let tenant = ground.tenant(self.tenant.as_deref())?;
            let at = ground.at(&tenant);
            let done = match self.verb {
                Verb::Tail { limit, kind } => tail(&ground, at, (limit, kind), output).await,
                Verb::Verify { export: Some(file), checkpoint } => {
                    verify_file(&ground, at, (&file, checkpoint.as_deref()), output).await
                }
                Verb::Verify { export: None, checkpoint } => {
                    verify_database(&ground, at, checkpoint.as_deref(), output).await
                }
                Verb::Export { out } => write_export(&ground, at, out.as_deref(), output).await,
            };
            ground.close().await;
            done
        })
    }
}

async fn tail(
    ground: &Ground,
    at: At,
    (limit, kind): (i64, Option<String>),
    output: Output,
) -> Result<(), Trouble> {
    let page = Page { kind: kind.as_deref(), limit };
    let database = &ground.house.database;
    let newest = async |work: &mut Work| audit::newest(work, None, page).await;
    let mut found: Vec<Recorded> = database.read(at, newest).await?;
    found.reverse();
    let mut rows =
        vec![["TIME", "KIND", "ACTOR", "TARGET", "SEQUENCE"].map(str::to_owned).to_vec()];
    let mut data = Vec::with_capacity(found.len());
    for record in &found {
        let body: Value = serde_json::from_str(&record.body).unwrap_or(Value::Null);
        let named = |part: &str| {
            let word =
                |name: &str| body.pointer(&format!("/{part}/{name}")).and_then(Value::as_str);
            format!("{}:{}", word("type").unwrap_or("?"), word("id").unwrap_or("?"))
        };
        let sequence = record.sequence.map_or("waits".into(), |number| number.to_string());
        rows.push(vec![
            record.at.rfc3339(),
            record.kind.clone(),
            named("actor"),
            named("target"),
            sequence,
        ]);
        data.push(json!({
            "id": record.id, "type": record.kind, "time": record.at.rfc3339(),
            "sequence": record.sequence, "body": body,
        }));
    }
    output.answer("vestibule.cli.audit.tail/1", &Value::Array(data), &table(&rows));
    Ok(())
}

async fn keys(ground: &Ground, at: At) -> Result<Checkpoints<'_>, Failure> {
    ground.house.checkpoints(at).await
}

/// Checkpoints from outside; one that nobody of ours signed is worth a word.
fn outside(keys: &Checkpoints<'_>, file: Option<&Path>) -> Result<Vec<Claims>, Trouble> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(file).map_err(|e| unreadable(file, &e))?;
    let tokens = text.lines().map(str::trim).filter(|token| !token.is_empty());
    let claims = tokens.map(|token| {
        let wrong =
            format!("{} holds a checkpoint that no key of this tenant signed", file.display());
        keys.claims(token).ok_or_else(|| Trouble::new(Exit::VerificationFailed, wrong))
    });
    claims.collect()
}

fn unreadable(file: &Path, error: &std::io::Error) -> Trouble {
    Trouble::new(Exit::Failed, format!("cannot read {}", file.display())).why(error.to_string())
}

/// What was just recorded is linked first, so that the answer is about now. The verification is itself recorded.
async fn verify_database(
    ground: &Ground,
    at: At,
    checkpoint: Option<&Path>,
    output: Output,
) -> Result<(), Trouble> {
    let database = &ground.house.database;
    let keys = keys(ground, at).await?;
    let seen = outside(&keys, checkpoint)?;
    link(database, at, ground.house.node.as_str(), Reach::Whole).await?;
    let verdict = verify::verify(database, &keys, at, &seen).await?;
    let (event, context) = (verdict.event(), ground.context());
    let told: Done<()> = database
        .write(at, async |work: &mut Work| {
            work.record(&event, &context);
            Ok(())
        })
        .await;
    unrefused(told)?;
    report(&verdict, output)
}

async fn verify_file(
    ground: &Ground,
    at: At,
    (file, checkpoint): (&Path, Option<&Path>),
    output: Output,
) -> Result<(), Trouble> {
    let keys = keys(ground, at).await?;
    let seen = outside(&keys, checkpoint)?;
    let open = std::fs::File::open(file).map_err(|e| unreadable(file, &e))?;
    let verdict = export::verify_export(BufReader::new(open).lines(), &keys, &seen)?;
    report(&verdict, output)
}

fn report(verdict: &Verdict, output: Output) -> Result<(), Trouble> {
    let broken = verdict.broken.as_ref().map(|broken| {
        json!({
            "sequence": broken.sequence,
            "event": broken.event_id,
            "time": broken.at.map(crate::kernel::time::Timestamp::rfc3339),
            "flaw": broken.flaw.to_string(),
        })
    });
    let last_good = verdict.last_good.as_ref();
    let data = json!({
        "tenant": verdict.tenant.as_str(),
        "whole": verdict.is_whole(),
        "records": verdict.records,
        "checkpoints": verdict.checkpoints,
        "waiting": verdict.waiting,
        "unlinked": verdict.unlinked,
        "erased_details": verdict.erased,
        "last_good": last_good.map(|place| json!({ "sequence": place.sequence, "event": place.event_id })),
        "broken": broken,
    });
    output.answer("vestibule.cli.audit.verify/1", &data, &words(verdict));
    match verdict.is_whole() {
        true => Ok(()),
        false => Err(Trouble::new(Exit::VerificationFailed, "the audit chain is broken")
            .why("a record, a link or a checkpoint is not as it was written")
            .fix("keep this database as it is, and compare it with the last export or backup")),
    }
}

fn words(verdict: &Verdict) -> String {
    let Some(broken) = &verdict.broken else {
        let mut text = format!("✓ {} records, chain intact", verdict.records);
        if let Some(last) = &verdict.last_checkpoint {
            text.push_str(&format!("\n✓ last checkpoint {} matches", last.at));
        }
        if verdict.waiting > 0 {
            text.push_str(&format!("\n! {} records wait for their link", verdict.waiting));
        }
        if verdict.unlinked > 0 {
            text.push_str(&format!("\n! {} records were never linked", verdict.unlinked));
        }
        return text;
    };
    let event = broken.event_id.as_deref().unwrap_or("?");
    let when = broken.at.map(|at| format!(" ({at})")).unwrap_or_default();
    let number = broken.sequence.map(|s| format!(" sequence {s},")).unwrap_or_default();
    let good = verdict.last_good.as_ref();
    let good = good.map_or("none".into(), |p| format!("{} (sequence {})", p.event_id, p.sequence));
    format!("✗ chain broken at{number} {event}{when}: {}\n  last good event  {good}", broken.flaw)
}

async fn write_export(
    ground: &Ground,
    at: At,
    out: Option<&Path>,
    output: Output,
) -> Result<(), Trouble> {
    let database = &ground.house.database;
    let keys = keys(ground, at).await?;
    link(database, at, ground.house.node.as_str(), Reach::Whole).await?;
    let mut to: Box<dyn Write + Send> = match out {
        Some(file) => Box::new(std::fs::File::create_new(file).map_err(|e| {
            Trouble::new(Exit::Conflict, format!("cannot write {}", file.display()))
                .why(e.to_string())
        })?),
        None => Box::new(std::io::stdout()),
    };
    let write = async |text: String| {
        writeln!(to, "{text}")
            .map_err(|e| Failure::unavailable("cannot write the export").because(e))
    };
    let (verdict, claims) = export::export(database, &keys, at, write).await?;
    to.flush().map_err(|e| Trouble::new(Exit::Failed, format!("cannot write the export: {e}")))?;
    if !verdict.is_whole() {
        return report(&verdict, Output { json: false });
    }
    let end = claims.map_or("nothing to sign yet".to_owned(), |c| {
        format!("signed up to sequence {}", c.sequence)
    });
    output.note(&format!("✓ {} records written, {end}", verdict.records));
    Ok(())
}
