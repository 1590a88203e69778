//! `vestibule doctor`: finds what is wrong, changes nothing, and may run beside a server.

use super::exit::{Exit, Trouble};
use super::output::Output;
use super::{Global, block_on};
use crate::app::{self, master_key};
use crate::config::{Loaded, Settings, keys};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::moment::{Ambient, Clock};
use crate::kernel::time::Lifetime;
use crate::kernel::uri::Origin;
use crate::keys::model::{SigningKeys, State, Succession};
use crate::platform::ambient;
use crate::platform::outbound::{Client, Outbound, OutboundSettings, Request, SystemLookup};
use crate::platform::sealing::{MasterKey, master};
use crate::platform::storage::clock::FollowingClock;
use crate::platform::storage::migrate::status;
use crate::platform::storage::{At, Database, Place, Work, nodes};
use crate::tenants::model::{Tenant, Tenants};
use clap::Args;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Args)]
pub struct Doctor {
    /// Also ask the public URL, as an application would
    #[arg(long)]
    online: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    Good,
    Warning,
    Wrong,
}

struct Finding {
    group: &'static str,
    grade: Grade,
    text: String,
    fix: Option<String>,
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, group: &'static str, grade: Grade, text: impl Into<String>) -> &mut Self {
        self.0.push(Finding { group, grade, text: text.into(), fix: None });
        self
    }

    /// For the one just added.
    fn fix(&mut self, fix: impl Into<String>) {
        if let Some(last) = self.0.last_mut() {
            last.fix = Some(fix.into());
        }
    }

    /// What could not be looked at is wrong, too.
    fn unless(&mut self, group: &'static str, looked: Result<(), Failure>) {
        if let Err(failure) = looked {
            self.add(group, Grade::Wrong, failure.to_string());
        }
    }

    fn count(&self, grade: Grade) -> usize {
        self.0.iter().filter(|finding| finding.grade == grade).count()
    }
}

impl Doctor {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        let loaded = global.load()?;
        block_on(async {
            let mut found = Findings::default();
            configuration(&loaded, &mut found);
            database(&loaded.settings, &mut found).await;
            if self.online {
                let looked = public_url(&loaded.settings, &mut found).await;
                found.unless("public URL", looked);
            }
            report(&found, output)
        })
    }
}

fn configuration(loaded: &Loaded, found: &mut Findings) {
    let set = loaded.show(crate::config::Which::Changed).len();
    let files = loaded.files.len();
    found.add("config", Grade::Good, format!("{files} files, {set} keys set"));
    for warning in &loaded.warnings {
        found.add("config", Grade::Warning, warning.to_string().trim().to_owned());
    }
    if loaded.settings.server.public_url.is_none() {
        found
            .add("config", Grade::Wrong, "server.public_url is not set")
            .fix("[server] public_url = \"https://id.example.com\"");
    }
    for key in keys().filter(|key| key.field().starts_with("danger_") && loaded.is_set(key.name)) {
        found
            .add("config", Grade::Warning, format!("{} is a risk you have taken", key.name))
            .fix(format!("remove {}", key.name));
    }
    for reachable in &loaded.settings.outbound.allow {
        found.add("config", Grade::Warning, format!("outbound.allow opens {reachable}"));
    }
}

async fn database(settings: &Settings, found: &mut Findings) {
    let (place, ambient) = (app::place(&settings.database), ambient::system());
    if let Some(file) = place.file().filter(|file| !file.exists()) {
        let text = format!("there is none at {} yet; the first start makes it", file.display());
        found.add("database", Grade::Warning, text).fix("vestibule serve");
        return;
    }
    match Database::connect(&place, Arc::clone(&ambient.chance)).await {
        Ok(database) => {
            let at = At { tenant: TenantId::PLATFORM, now: ambient.now() };
            if schema(&database, &place, found).await {
                let looked = sealed(&database, settings, (at, &ambient), found).await;
                found.unless("master key", looked);
                let looked = time(&database, (at, &ambient), found).await;
                found.unless("clock", looked);
                let looked = signing(&database, settings, at, found).await;
                found.unless("keys", looked);
                let looked = running(&database, at, found).await;
                found.unless("nodes", looked);
            }
            database.close().await;
        }
        Err(failure) => {
            found.add("database", Grade::Wrong, failure.to_string()).fix("check database.url");
        }
    }
}

/// True when the rest can be looked at.
async fn schema(database: &Database, place: &Place, found: &mut Findings) -> bool {
    let engine = database.engine_name();
    match status(place).await.and_then(|status| status.check().map(|()| status)) {
        Err(failure) => {
            found.add("database", Grade::Wrong, failure.to_string());
            false
        }
        Ok(status) if !status.is_current() => {
            let missing = status.pending().count();
            found
                .add(
                    "database",
                    Grade::Wrong,
                    format!("{engine}, {missing} migrations are missing"),
                )
                .fix("vestibule migrate up");
            false
        }
        Ok(status) => {
            let (count, file) = (status.steps.len(), place.file());
            let free = file.and_then(|file| free_space(&file));
            let space = free.map(|mib| format!(", {mib} MiB free")).unwrap_or_default();
            let text = format!("{engine}, schema {count}/{count}{space}");
            let grade =
                if free.is_some_and(|mib| mib < 512) { Grade::Warning } else { Grade::Good };
            found.add("database", grade, text);
            true
        }
    }
}

fn free_space(file: &std::path::Path) -> Option<u64> {
    let found = rustix::fs::statvfs(file.parent()?).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize) / (1024 * 1024))
}

/// A missing key is not made here: that is for the first start.
async fn sealed(
    database: &Database,
    settings: &Settings,
    (at, ambient): (At, &Ambient),
    found: &mut Findings,
) -> Result<(), Failure> {
    let Some(noted) = MasterKey::of_database(database, at).await? else {
        found.add("master key", Grade::Warning, "this database is not sealed yet");
        return Ok(());
    };
    let origin = master_key(settings);
    let place = match &origin {
        master::Origin::Given(_) => "given by the configuration".to_owned(),
        master::Origin::Folder(folder) => folder.join("master.key").display().to_string(),
    };
    let key = MasterKey::obtain(&origin, Some(&noted), &*ambient.chance)?;
    found.add("master key", Grade::Good, format!("{} opens this database ({place})", key.id()));
    Ok(())
}

async fn time(
    database: &Database,
    (at, ambient): (At, &Ambient),
    found: &mut Findings,
) -> Result<(), Failure> {
    let clock = FollowingClock::new(Arc::clone(&ambient.clock) as Arc<dyn Clock>);
    clock.look(database, at).await?;
    let text = format!("{} from the database's", clock.offset());
    if clock.is_tolerable() {
        found.add("clock", Grade::Good, text);
    } else {
        found
            .add("clock", Grade::Wrong, format!("{text}: a server here is not ready"))
            .fix("synchronise this machine's clock");
    }
    Ok(())
}

async fn signing(
    database: &Database,
    settings: &Settings,
    at: At,
    found: &mut Findings,
) -> Result<(), Failure> {
    let tenants = database.read(at, async |work: &mut Work| work.tenants().await).await?;
    for tenant in tenants.iter().filter(|tenant| tenant.disabled_at.is_none()) {
        let at = At { tenant: tenant.id, ..at };
        let keys = database.read(at, async |work: &mut Work| work.signing_keys().await).await?;
        judge_keys(tenant, &keys, (settings, at), found);
    }
    Ok(())
}

fn judge_keys(
    tenant: &Tenant,
    all: &[crate::keys::model::SigningKey],
    (settings, at): (&Settings, At),
    found: &mut Findings,
) {
    for algorithm in app::policy(&settings.jwt).algorithms {
        let succession = Succession::of(all, algorithm);
        let Some(signer) = succession.signer(at.now) else {
            let text = format!("{}: no {algorithm} key", tenant.slug);
            found.add("keys", Grade::Wrong, text).fix("start the server: it makes one");
            continue;
        };
        let age = at.now.since(signer.activates_at);
        let days = age.as_seconds() / 86_400;
        let overdue = age > settings.jwt.rotation.plus(Lifetime::hours(1))
            && succession.state(signer, at.now) == State::Active;
        let text = format!("{}: {algorithm} signs for {days} days", tenant.slug);
        if overdue {
            found
                .add("keys", Grade::Warning, format!("{text}; its turn is over (jwt.rotation)"))
                .fix("is a server running? it rotates by itself; or: vestibule key rotate");
        } else {
            found.add("keys", Grade::Good, text);
        }
    }
}

async fn running(database: &Database, at: At, found: &mut Findings) -> Result<(), Failure> {
    let nodes = nodes::running(database, at).await?;
    if nodes.is_empty() {
        found.add("nodes", Grade::Warning, "no server has reported within a minute");
        return Ok(());
    }
    let versions: Vec<&str> = nodes.iter().map(|node| node.version.as_str()).collect();
    found.add("nodes", Grade::Good, format!("{} running ({})", nodes.len(), versions.join(", ")));
    Ok(())
}

/// The operator names this address, so it may be anywhere.
fn allowing(origin: &Origin, settings: &Settings) -> OutboundSettings {
    let port = if origin.is_https() { 443 } else { 80 };
    let host = origin.host().as_str();
    let address = if host == origin.host().name() { format!("{host}:{port}") } else { host.into() };
    OutboundSettings {
        allow: vec![address],
        ca_file: settings.outbound.ca_file.clone(),
        timeout: settings.outbound.timeout,
    }
}

async fn public_url(settings: &Settings, found: &mut Findings) -> Result<(), Failure> {
    const GROUP: &str = "public URL";
    let Some(origin) = &settings.server.public_url else { return Ok(()) };
    let client = Client::new(&allowing(origin, settings), Arc::new(SystemLookup))?;
    let url = format!("{origin}/.well-known/openid-configuration");
    let document: Value = match client.send(Request::get(&url, "application/json")).await {
        Err(refusal) => {
            let text = format!("{url}: {refusal}");
            found
                .add(GROUP, Grade::Wrong, text)
                .fix("check DNS, the proxy, and that the server runs");
            return Ok(());
        }
        Ok(answer) if !answer.is_success() => {
            let text = format!("{url} answers {}", answer.status);
            found.add(GROUP, Grade::Wrong, text).fix("does the proxy pass the original Host?");
            return Ok(());
        }
        Ok(answer) => serde_json::from_slice(&answer.body).unwrap_or_default(),
    };
    let issuer = document.get("issuer").and_then(Value::as_str).unwrap_or("nothing");
    if issuer == origin.as_str() {
        found.add(GROUP, Grade::Good, format!("{url} says issuer {issuer}"));
    } else {
        found.add(
            GROUP,
            Grade::Wrong,
            format!("{url} says issuer {issuer:?}; config says {:?}", origin.as_str()),
        );
        found.fix("is another server at that address?");
    }
    Ok(())
}

fn report(found: &Findings, output: Output) -> Result<(), Trouble> {
    let (wrong, warnings) = (found.count(Grade::Wrong), found.count(Grade::Warning));
    let word = |grade| match grade {
        Grade::Good => ("✓", "good"),
        Grade::Warning => ("!", "warning"),
        Grade::Wrong => ("✗", "error"),
    };
    let data = found.0.iter().map(|finding| {
        json!({ "group": finding.group, "grade": word(finding.grade).1, "text": finding.text, "fix": finding.fix })
    });
    let mut text = String::new();
    for finding in &found.0 {
        let (mark, _) = word(finding.grade);
        let said = finding.text.replace('\n', "\n                ");
        text.push_str(&format!("  {mark} {:<12}{said}\n", finding.group));
        if let Some(fix) = &finding.fix {
            text.push_str(&format!("                fix   {fix}\n"));
        }
    }
    text.push_str(&format!("  {wrong} errors, {warnings} warnings"));
    output.answer("vestibule.cli.doctor/1", &data.collect(), &text);
    match wrong {
        0 => Ok(()),
        _ => Err(Trouble::new(Exit::VerificationFailed, format!("doctor found {wrong} errors"))),
    }
}
