//! Providers in the database: one document each, its secret sealed beside it.

use crate::federation::model::{Health, Provider, Providers, Settings};
use crate::kernel::failure::Failure;
use crate::kernel::moment::Moment;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::tenants::model::Slug;
use crate::{rows, touch};

statements! {
    owned PROVIDER = "SELECT slug, settings, made_at, changed_at, disabled_at FROM providers WHERE tenant_id = $1 AND slug = $2";
    owned PROVIDERS = "SELECT slug, settings, made_at, changed_at, disabled_at FROM providers WHERE tenant_id = $1 ORDER BY slug";
    owned SECRET = "SELECT secret FROM providers WHERE tenant_id = $1 AND slug = $2";
    owned ADD = "INSERT INTO providers (tenant_id, slug, settings, secret, made_at, changed_at, disabled_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, slug) DO NOTHING";
    owned KEEP = "UPDATE providers SET settings = $3, changed_at = $4 WHERE tenant_id = $1 AND slug = $2";
    owned DISABLE = "UPDATE providers SET disabled_at = $3, changed_at = $4 WHERE tenant_id = $1 AND slug = $2";
    owned DELETE = "DELETE FROM providers WHERE tenant_id = $1 AND slug = $2";
    owned HEALTH = "SELECT succeeded_at, failed_at, failure FROM provider_health WHERE tenant_id = $1 AND slug = $2";
    owned SUCCEEDED = "INSERT INTO provider_health (tenant_id, slug, succeeded_at)
        SELECT tenant_id, slug, $3 FROM providers WHERE tenant_id = $1 AND slug = $2
        ON CONFLICT (tenant_id, slug) DO UPDATE SET succeeded_at = $3 WHERE provider_health.tenant_id = $1";
    owned FAILED = "INSERT INTO provider_health (tenant_id, slug, failed_at, failure)
        SELECT tenant_id, slug, $3, $4 FROM providers WHERE tenant_id = $1 AND slug = $2
        ON CONFLICT (tenant_id, slug) DO UPDATE SET failed_at = $3, failure = $4 WHERE provider_health.tenant_id = $1";
}

type Row = (String, String, i64, i64, Option<i64>);

fn read((slug, settings, made_at, changed_at, disabled_at): Row) -> Result<Provider, Failure> {
    let unreadable =
        || Failure::broken(format!("providers has a row {slug:?} that makes no sense"));
    let settings: Settings =
        serde_json::from_str(&settings).map_err(|e| unreadable().because(e))?;
    Ok(Provider {
        slug: Slug::parse(&slug).map_err(|_| unreadable())?,
        settings,
        made_at: Timestamp::from_micros(made_at),
        changed_at: Timestamp::from_micros(changed_at),
        disabled_at: disabled_at.map(Timestamp::from_micros),
    })
}

fn document(settings: &Settings) -> Result<String, Failure> {
    serde_json::to_string(settings)
        .map_err(|e| Failure::broken("a provider has no JSON form").because(e))
}

impl Providers for Work {
    async fn provider(&mut self, slug: &Slug) -> Result<Option<Provider>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(PROVIDER)
            .bind(tenant.as_str())
            .bind(slug.as_str())
            .fetch_optional(c))?;
        found.map(read).transpose()
    }

    async fn providers(&mut self) -> Result<Vec<Provider>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Row> =
            rows!(self, |c| sqlx::query_as(PROVIDERS).bind(tenant.as_str()).fetch_all(c))?;
        found.into_iter().map(read).collect()
    }

    async fn sealed_secret(&mut self, slug: &Slug) -> Result<Option<Vec<u8>>, Failure> {
        let tenant = self.tenant();
        rows!(self, |c| sqlx::query_scalar(SECRET)
            .bind(tenant.as_str())
            .bind(slug.as_str())
            .fetch_optional(c))
    }

    async fn add_provider(&mut self, provider: &Provider, secret: &[u8]) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let settings = document(&provider.settings)?;
        let added = touch!(self, |c| sqlx::query(ADD)
            .bind(tenant.as_str())
            .bind(provider.slug.as_str())
            .bind(&settings)
            .bind(secret)
            .bind(provider.made_at.micros())
            .bind(provider.changed_at.micros())
            .bind(provider.disabled_at.map(Timestamp::micros))
            .execute(c))?;
        Ok(added == 1)
    }

    async fn keep_settings(&mut self, provider: &Provider) -> Result<(), Failure> {
        let (tenant, settings) = (self.tenant(), document(&provider.settings)?);
        touch!(self, |c| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(provider.slug.as_str())
            .bind(&settings)
            .bind(provider.changed_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn disable(&mut self, slug: &Slug, at: Option<Timestamp>) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let changed = touch!(self, |c| sqlx::query(DISABLE)
            .bind(tenant.as_str())
            .bind(slug.as_str())
            .bind(at.map(Timestamp::micros))
            .bind(now.micros())
            .execute(c))?;
        Ok(changed == 1)
    }

    async fn delete_provider(&mut self, slug: &Slug) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let gone = touch!(self, |c| sqlx::query(DELETE)
            .bind(tenant.as_str())
            .bind(slug.as_str())
            .execute(c))?;
        Ok(gone == 1)
    }

    async fn health(&mut self, slug: &Slug) -> Result<Health, Failure> {
        let tenant = self.tenant();
        let found: Option<(Option<i64>, Option<i64>, Option<String>)> =
            rows!(self, |c| sqlx::query_as(HEALTH)
                .bind(tenant.as_str())
                .bind(slug.as_str())
                .fetch_optional(c))?;
        let Some((succeeded_at, failed_at, failure)) = found else { return Ok(Health::default()) };
        let at = |micros: Option<i64>| micros.map(Timestamp::from_micros);
        Ok(Health { succeeded_at: at(succeeded_at), failed_at: at(failed_at), failure })
    }

    async fn note_success(&mut self, slug: &Slug) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(SUCCEEDED)
            .bind(tenant.as_str())
            .bind(slug.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn note_failure(&mut self, slug: &Slug, why: &str) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(FAILED)
            .bind(tenant.as_str())
            .bind(slug.as_str())
            .bind(now.micros())
            .bind(why)
            .execute(c))?;
        Ok(())
    }
}
