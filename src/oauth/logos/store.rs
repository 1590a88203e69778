//! Pictures of applications, as rows.

use super::model::{Asked, Logos, Progress, again_at};
use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned ASK = "INSERT INTO client_logos (tenant_id, client_id, uri, tries, due_at) VALUES ($1, $2, $3, 0, $4)";
    owned FORGET = "DELETE FROM client_logos WHERE tenant_id = $1 AND client_id = $2";
    platform DUE = "SELECT tenant_id, client_id, tries FROM client_logos WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
    owned TAKE = "UPDATE client_logos SET tries = tries + 1, due_at = $5
        WHERE tenant_id = $1 AND client_id = $2 AND tries = $3 AND due_at <= $4 RETURNING uri, tries";
    owned KEEP = "UPDATE client_logos SET due_at = NULL, trouble = NULL, made_at = $5, digest = $6, png = $7
        WHERE tenant_id = $1 AND client_id = $2 AND uri = $3 AND tries = $4";
    owned NOTE = "UPDATE client_logos SET due_at = $5, trouble = $6
        WHERE tenant_id = $1 AND client_id = $2 AND uri = $3 AND tries = $4";
    owned PNG = "SELECT png FROM client_logos WHERE tenant_id = $1 AND client_id = $2 AND digest = $3";
    owned PROGRESS = "SELECT uri, tries, due_at, trouble, digest FROM client_logos
        WHERE tenant_id = $1 AND client_id = $2";
}

type Row = (String, i64, Option<i64>, Option<String>, Option<String>);

fn read((uri, tries, due_at, trouble, digest): Row) -> Result<Progress, Failure> {
    let unreadable = || Failure::broken("client_logos has a digest that makes no sense");
    let digest = digest.map(|hex| Hash::from_hex(&hex).ok_or_else(unreadable)).transpose()?;
    let due_at = due_at.map(Timestamp::from_micros);
    Ok(Progress { uri, tries, due_at, trouble, digest })
}

impl Logos for Work {
    async fn ask_for_logo(&mut self, client: &ClientId, uri: &str) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(ASK)
            .bind(tenant.as_str())
            .bind(client.as_str())
            .bind(uri)
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn forget_logo(&mut self, client: &ClientId) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(FORGET)
            .bind(tenant.as_str())
            .bind(client.as_str())
            .execute(c))?;
        Ok(())
    }

    async fn due_logos(&mut self, most: i64) -> Result<Vec<(String, String, i64)>, Failure> {
        let now = self.now();
        rows!(self, |c| sqlx::query_as(DUE).bind(now.micros()).bind(most).fetch_all(c))
    }

    async fn take_logo(&mut self, client: &ClientId, tries: i64) -> Result<Option<Asked>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let again_at = again_at(tries.saturating_add(1), now);
        let taken: Option<(String, i64)> = rows!(self, |c| sqlx::query_as(TAKE)
            .bind(tenant.as_str())
            .bind(client.as_str())
            .bind(tries)
            .bind(now.micros())
            .bind(again_at.map(Timestamp::micros))
            .fetch_optional(c))?;
        let client = client.clone();
        Ok(taken.map(|(uri, tries)| Asked { client, uri, tries, again_at }))
    }

    async fn keep_logo(&mut self, asked: &Asked, png: &[u8]) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let count = touch!(self, |c| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(asked.client.as_str())
            .bind(&asked.uri)
            .bind(asked.tries)
            .bind(now.micros())
            .bind(Hash::of(png).hex())
            .bind(png)
            .execute(c))?;
        Ok(count == 1)
    }

    async fn note_trouble(
        &mut self,
        asked: &Asked,
        trouble: &str,
        due_at: Option<Timestamp>,
    ) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(NOTE)
            .bind(tenant.as_str())
            .bind(asked.client.as_str())
            .bind(&asked.uri)
            .bind(asked.tries)
            .bind(due_at.map(Timestamp::micros))
            .bind(trouble)
            .execute(c))?;
        Ok(())
    }

    async fn logo_png(
        &mut self,
        client: &ClientId,
        digest: &Hash,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let tenant = self.tenant();
        rows!(self, |c| sqlx::query_scalar(PNG)
            .bind(tenant.as_str())
            .bind(client.as_str())
            .bind(digest.hex())
            .fetch_optional(c))
    }

    async fn logo_progress(&mut self, client: &ClientId) -> Result<Option<Progress>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(PROGRESS)
            .bind(tenant.as_str())
            .bind(client.as_str())
            .fetch_optional(c))?;
        found.map(read).transpose()
    }
}
