//! The database, what is in it, and whether it can be read: schema, master key, clock, signing keys, nodes.

use super::{Findings, Grade};
use crate::app::{self, master_key};
use crate::config::Settings;
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::moment::{Ambient, Clock};
use crate::kernel::time::Lifetime;
use crate::keys::model::{SigningKey, SigningKeys, State, Succession};
use crate::platform::ambient;
use crate::platform::sealing::{MasterKey, master};
use crate::platform::storage::clock::FollowingClock;
use crate::platform::storage::migrate::status;
use crate::platform::storage::{At, Database, Place, Work, free_mebibytes, nodes};
use crate::tenants::model::{Tenant, Tenants};
use std::sync::Arc;

pub async fn look(settings: &Settings, found: &mut Findings) {
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
            let free = file.and_then(|file| free_mebibytes(&file));
            let space = free.map(|mib| format!(", {mib} MiB free")).unwrap_or_default();
            let text = format!("{engine}, schema {count}/{count}{space}");
            let grade =
                if free.is_some_and(|mib| mib < 512) { Grade::Warning } else { Grade::Good };
            found.add("database", grade, text);
            true
        }
    }
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
    all: &[SigningKey],
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
