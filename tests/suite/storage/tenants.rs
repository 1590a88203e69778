//! The contract of tenants and their settings.

use crate::support::ambient::NOON;
use crate::support::database::{at_noon, database, engines};
use std::collections::BTreeMap;
use vestibule::kernel::failure::Done;
use vestibule::kernel::ids::TenantId;
use vestibule::kernel::time::{Lifetime, Timestamp};
use vestibule::kernel::uri::{Host, Origin};
use vestibule::platform::storage::{At, Database};
use vestibule::tenants::directory::Directory;
use vestibule::tenants::model::{Slug, Tenant, TenantSettings, Tenants};

fn tenant(number: u8, slug: &str) -> Tenant {
    Tenant {
        id: TenantId::parse(&format!("ten_0000000{number}")).unwrap(),
        slug: Slug::parse(slug).unwrap(),
        name: format!("The people of {slug}"),
        hosts: Vec::new(),
        made_at: NOON.plus(Lifetime::seconds(i64::from(number))),
        disabled_at: None,
    }
}

fn of(tenant: &Tenant) -> At {
    At { tenant: tenant.id, ..at_noon() }
}

fn host(name: &str) -> Host {
    Host::parse(name, "https").unwrap()
}

async fn add(database: &Database, tenant: &Tenant) -> bool {
    let added: Done<bool> =
        database.write(of(tenant), async |work| Ok(work.add_tenant(tenant).await?)).await;
    added.unwrap()
}

async fn map(database: &Database, tenant: &Tenant, name: &str) -> bool {
    let host = host(name);
    let mapped: Done<bool> =
        database.write(of(tenant), async |work| Ok(work.map_host(&host).await?)).await;
    mapped.unwrap()
}

async fn all(database: &Database) -> Vec<Tenant> {
    database.read(at_noon(), async |work| work.tenants().await).await.unwrap()
}

// product.md §3: what was made is what is read; a slug belongs to one
#[tokio::test]
async fn a_slug_belongs_to_one_tenant() {
    for engine in engines() {
        let test = database(engine).await;
        let (acme, other) = (tenant(1, "acme"), tenant(2, "other"));
        assert!(add(&test.database, &acme).await, "{engine:?}");
        assert!(add(&test.database, &other).await, "{engine:?}");
        assert!(!add(&test.database, &tenant(3, "acme")).await, "{engine:?}: taken");
        assert_eq!(all(&test.database).await, [acme, other], "{engine:?}: oldest first, unchanged");
    }
}

// INV-24: a host leads to one tenant
#[tokio::test]
async fn a_host_belongs_to_one_tenant() {
    for engine in engines() {
        let test = database(engine).await;
        let (acme, other) = (tenant(1, "acme"), tenant(2, "other"));
        add(&test.database, &acme).await;
        add(&test.database, &other).await;
        assert!(map(&test.database, &acme, "login.acme.example").await, "{engine:?}");
        assert!(!map(&test.database, &other, "login.acme.example").await, "{engine:?}: theirs");
        assert!(!map(&test.database, &acme, "login.acme.example").await, "{engine:?}: twice");
        let found = all(&test.database).await;
        assert_eq!(found[0].hosts, [host("login.acme.example")], "{engine:?}");
        assert!(found[1].hosts.is_empty(), "{engine:?}");

        let directory = Directory::new(Origin::parse("https://id.example.com").unwrap());
        directory.refresh(&test.database, at_noon()).await.unwrap();
        let led = directory.find(&host("login.acme.example"), "/jwks").unwrap();
        assert_eq!(led.tenant.id, acme.id, "{engine:?}");
        assert!(directory.find(&host("id.example.com"), "/t/other/jwks").is_some(), "{engine:?}");
    }
}

async fn settings(database: &Database, tenant: &Tenant) -> BTreeMap<String, String> {
    database.read(of(tenant), async |work| work.settings().await).await.unwrap()
}

async fn set(database: &Database, tenant: &Tenant, name: &str, value: &str) {
    let done: Done<()> =
        database.write(of(tenant), async |work| Ok(work.set(name, value).await?)).await;
    done.unwrap();
}

// INV-24: what one tenant sets for itself no other sees, changes or takes back
#[tokio::test]
async fn two_tenants_do_not_see_each_others_settings() {
    for engine in engines() {
        let test = database(engine).await;
        let (acme, other) = (tenant(1, "acme"), tenant(2, "other"));
        add(&test.database, &acme).await;
        add(&test.database, &other).await;
        set(&test.database, &acme, "login.remember", "30d").await;
        assert!(settings(&test.database, &other).await.is_empty(), "{engine:?}");
        set(&test.database, &other, "login.remember", "1d").await;
        set(&test.database, &acme, "login.remember", "15d").await;
        let (mine, theirs) =
            (settings(&test.database, &acme).await, settings(&test.database, &other).await);
        assert_eq!(mine["login.remember"], "15d", "{engine:?}: the last word counts");
        assert_eq!(theirs["login.remember"], "1d", "{engine:?}");
        let unset = async |tenant: &Tenant| {
            let done: Done<bool> = test
                .database
                .write(of(tenant), async |work| Ok(work.unset("login.remember").await?))
                .await;
            done.unwrap()
        };
        assert!(unset(&acme).await, "{engine:?}");
        assert!(!unset(&acme).await, "{engine:?}: there is nothing left");
        assert_eq!(settings(&test.database, &other).await, theirs, "{engine:?}");
    }
}

// a row that makes no sense is a failure that names table and key
#[tokio::test]
async fn a_row_that_makes_no_sense_is_named() {
    for engine in engines() {
        let test = database(engine).await;
        let spoil = "INSERT INTO tenants (id, slug, name, made_at) VALUES ('ten_x', 'x', 'x', $1)";
        let done: Done<()> = test
            .database
            .write(at_noon(), async |work| {
                let when = Timestamp::default().micros();
                Ok(vestibule::touch!(work, |c| sqlx::query(spoil).bind(when).execute(c))
                    .map(drop)?)
            })
            .await;
        done.unwrap();
        let read = test.database.read(at_noon(), async |work| work.tenants().await).await;
        let said = read.unwrap_err().to_string();
        assert!(said.contains("tenants") && said.contains("ten_x"), "{engine:?}: {said}");
    }
}
