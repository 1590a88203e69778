//! Tenants, their hosts and their settings in the database.

use super::model::{Slug, Tenant, TenantSettings, Tenants};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::moment::Moment;
use crate::kernel::time::Timestamp;
use crate::kernel::uri::Host;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};
use std::collections::BTreeMap;

statements! {
    platform TENANTS = "SELECT id, slug, name, made_at, disabled_at FROM tenants ORDER BY made_at, id";
    platform HOSTS = "SELECT host, tenant_id FROM tenant_hosts ORDER BY made_at, host";
    platform ADD = "INSERT INTO tenants (id, slug, name, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (slug) DO NOTHING";
    platform MAP = "INSERT INTO tenant_hosts (host, tenant_id, made_at) VALUES ($1, $2, $3) ON CONFLICT (host) DO NOTHING";
    owned SETTINGS = "SELECT name, value FROM tenant_settings WHERE tenant_id = $1";
    owned SET = "INSERT INTO tenant_settings (tenant_id, name, value, changed_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
        WHERE tenant_settings.tenant_id = $1";
    owned UNSET = "DELETE FROM tenant_settings WHERE tenant_id = $1 AND name = $2";
}

type Row = (String, String, String, i64, Option<i64>);

impl Tenants for Work {
    async fn tenants(&mut self) -> Result<Vec<Tenant>, Failure> {
        let found: Vec<Row> = rows!(self, |c| sqlx::query_as(TENANTS).fetch_all(c))?;
        let hosts: Vec<(String, String)> = rows!(self, |c| sqlx::query_as(HOSTS).fetch_all(c))?;
        found.into_iter().map(|row| read(row, &hosts)).collect()
    }

    async fn add_tenant(&mut self, tenant: &Tenant) -> Result<bool, Failure> {
        let added = touch!(self, |c| sqlx::query(ADD)
            .bind(tenant.id.as_str())
            .bind(tenant.slug.as_str())
            .bind(&tenant.name)
            .bind(tenant.made_at.micros())
            .execute(c))?;
        Ok(added == 1)
    }

    async fn map_host(&mut self, host: &Host) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let mapped = touch!(self, |c| sqlx::query(MAP)
            .bind(host.as_str())
            .bind(tenant.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(mapped == 1)
    }
}

fn read(row: Row, hosts: &[(String, String)]) -> Result<Tenant, Failure> {
    let (id, slug, name, made_at, disabled_at) = row;
    let unreadable = || Failure::broken(format!("tenants has a row {id:?} that makes no sense"));
    let mine = hosts.iter().filter(|(_, tenant)| *tenant == id);
    let hosts = mine.map(|(host, _)| Host::parse(host, "https").ok_or_else(unreadable));
    Ok(Tenant {
        hosts: hosts.collect::<Result<_, _>>()?,
        id: TenantId::parse(&id).ok_or_else(unreadable)?,
        slug: Slug::parse(&slug).map_err(|_| unreadable())?,
        name,
        made_at: Timestamp::from_micros(made_at),
        disabled_at: disabled_at.map(Timestamp::from_micros),
    })
}

impl TenantSettings for Work {
    async fn settings(&mut self) -> Result<BTreeMap<String, String>, Failure> {
        let tenant = self.tenant();
        let found: Vec<(String, String)> =
            rows!(self, |c| sqlx::query_as(SETTINGS).bind(tenant.as_str()).fetch_all(c))?;
        Ok(found.into_iter().collect())
    }

    async fn set(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(SET)
            .bind(tenant.as_str())
            .bind(name)
            .bind(value)
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn unset(&mut self, name: &str) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let unset =
            touch!(self, |c| sqlx::query(UNSET).bind(tenant.as_str()).bind(name).execute(c))?;
        Ok(unset == 1)
    }
}
