//! Clients in the database: one document each, their secrets beside it.

use super::model::{
    Client, ClientSecret, ClientSecrets, Clients, FailedProofs, Registered, Registration,
};
use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::oauth::logos::model::Logo;
use crate::oauth::origins::model::{Origins, origins};
use crate::platform::storage::{Work, statements};
use crate::{rows, several, touch};

statements! {
    owned CLIENT = "SELECT c.registration, c.made_at, c.disabled_at, c.not_before,
            s.hash, s.sealed, s.made_at AS secret_made_at, s.ends_at, l.uri AS logo_uri, l.digest AS logo_digest
        FROM clients c LEFT JOIN client_secrets s ON s.tenant_id = $1 AND s.client_id = c.id
        LEFT JOIN client_logos l ON l.tenant_id = $1 AND l.client_id = c.id
        WHERE c.tenant_id = $1 AND c.id = $2";
    owned CLIENTS_OF = "SELECT id, registration, made_at, disabled_at, not_before FROM clients
        WHERE tenant_id = $1 AND id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    owned CLIENTS = "SELECT id, registration, made_at, disabled_at, not_before FROM clients
        WHERE tenant_id = $1 ORDER BY made_at, id";
    owned ADD = "INSERT INTO clients (tenant_id, id, registration, made_at, changed_at, not_before)
        VALUES ($1, $2, $3, $4, $5, $6)";
    owned REGISTER_ANEW = "UPDATE clients SET registration = $3, changed_at = $4 WHERE tenant_id = $1 AND id = $2";
    owned DISABLE = "UPDATE clients SET disabled_at = $3 WHERE tenant_id = $1 AND id = $2 AND disabled_at IS NULL";
    owned ENABLE = "UPDATE clients SET disabled_at = NULL, not_before = $3
        WHERE tenant_id = $1 AND id = $2 AND disabled_at IS NOT NULL";
    owned DELETE = "DELETE FROM clients WHERE tenant_id = $1 AND id = $2";
    owned ADD_SECRET = "INSERT INTO client_secrets (tenant_id, client_id, hash, sealed, made_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    owned END_SECRETS = "UPDATE client_secrets SET ends_at = $3
        WHERE tenant_id = $1 AND client_id = $2 AND (ends_at IS NULL OR ends_at > $3)";
    owned SPEND_ASSERTION = "INSERT INTO client_assertions (tenant_id, client_id, jti, ends_at)
        VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, client_id, jti) DO NOTHING RETURNING jti";
    owned COUNT_FAILURE = "INSERT INTO client_failures (tenant_id, bucket, begins_at, ends_at, failures)
        VALUES ($1, $2, $3, $4, 1)
        ON CONFLICT (tenant_id, bucket) DO UPDATE SET begins_at = excluded.begins_at, ends_at = excluded.ends_at,
            failures = CASE WHEN client_failures.begins_at = excluded.begins_at THEN client_failures.failures + 1 ELSE 1 END
        WHERE client_failures.tenant_id = $1 RETURNING failures";
}

/// The document of a client, and when it was made, disabled and cut off.
type Plain = (String, String, i64, Option<i64>, Option<i64>);

#[derive(sqlx::FromRow)]
struct Row {
    registration: String,
    made_at: i64,
    disabled_at: Option<i64>,
    not_before: Option<i64>,
    hash: Option<String>,
    sealed: Option<Vec<u8>>,
    secret_made_at: Option<i64>,
    ends_at: Option<i64>,
    logo_uri: Option<String>,
    logo_digest: Option<String>,
}

impl Row {
    fn client(&self, id: &ClientId) -> Result<Client, Failure> {
        let Self { registration, made_at, disabled_at, not_before, .. } = self;
        read((id.to_string(), registration.clone(), *made_at, *disabled_at, *not_before))
    }

    /// `None` where there is no picture, or none yet.
    fn logo(&self, id: &ClientId) -> Result<Option<Logo>, Failure> {
        let (Some(uri), Some(digest)) = (&self.logo_uri, &self.logo_digest) else {
            return Ok(None);
        };
        let unreadable =
            || Failure::broken(format!("client_logos has a row of {id} that makes no sense"));
        let digest = Hash::from_hex(digest).ok_or_else(unreadable)?;
        Ok(Some(Logo { uri: uri.clone(), digest }))
    }

    /// `None` where the client has no secret.
    fn secret(self, id: &ClientId) -> Option<Result<ClientSecret, Failure>> {
        let (hash, made_at) = (self.hash?, self.secret_made_at?);
        let unreadable =
            || Failure::broken(format!("client_secrets has a row of {id} that makes no sense"));
        Some(Hash::from_hex(&hash).ok_or_else(unreadable).map(|hash| ClientSecret {
            hash,
            sealed: self.sealed,
            made_at: Timestamp::from_micros(made_at),
            ends_at: self.ends_at.map(Timestamp::from_micros),
        }))
    }
}

fn read((id, registration, made_at, disabled_at, not_before): Plain) -> Result<Client, Failure> {
    let unreadable = || Failure::broken(format!("clients has a row {id:?} that makes no sense"));
    Ok(Client {
        registration: serde_json::from_str(&registration).map_err(|e| unreadable().because(e))?,
        id: ClientId::parse(&id).ok_or_else(unreadable)?,
        made_at: Timestamp::from_micros(made_at),
        disabled_at: disabled_at.map(Timestamp::from_micros),
        not_before: not_before.map(Timestamp::from_micros),
    })
}

impl Clients for Work {
    async fn client(&mut self, id: &ClientId) -> Result<Option<Registered>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Row> = rows!(self, |c| sqlx::query_as(CLIENT)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .fetch_all(c))?;
        let Some(first) = found.first() else { return Ok(None) };
        let (client, kept_logo) = (first.client(id)?, first.logo(id)?);
        let secrets = found.into_iter().filter_map(|row| row.secret(id));
        let secrets = secrets.collect::<Result<_, _>>()?;
        Ok(Some(Registered { client, secrets, kept_logo }))
    }

    async fn clients_of(&mut self, ids: &[ClientId]) -> Result<Vec<Client>, Failure> {
        let found: Vec<Plain> = several!(self, CLIENTS_OF, ids, ClientId::as_str);
        found.into_iter().map(read).collect()
    }

    async fn clients(&mut self) -> Result<Vec<Client>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Plain> =
            rows!(self, |c| sqlx::query_as(CLIENTS).bind(tenant.as_str()).fetch_all(c))?;
        found.into_iter().map(read).collect()
    }

    async fn add_client(&mut self, client: &Client) -> Result<(), Failure> {
        let tenant = self.tenant();
        let registration = document(&client.registration)?;
        touch!(self, |c| sqlx::query(ADD)
            .bind(tenant.as_str())
            .bind(client.id.as_str())
            .bind(&registration)
            .bind(client.made_at.micros())
            .bind(client.made_at.micros())
            .bind(client.not_before.map(Timestamp::micros))
            .execute(c))?;
        self.keep_origins(&client.id, &origins(&client.registration)).await
    }

    async fn register_anew(
        &mut self,
        id: &ClientId,
        registration: &Registration,
    ) -> Result<bool, Failure> {
        let (tenant, now, document) = (self.tenant(), self.now(), document(registration)?);
        let count = touch!(self, |c| sqlx::query(REGISTER_ANEW)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(&document)
            .bind(now.micros())
            .execute(c))?;
        if count == 1 {
            self.keep_origins(id, &origins(registration)).await?;
        }
        Ok(count == 1)
    }

    async fn disable_client(&mut self, id: &ClientId) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let count = touch!(self, |c| sqlx::query(DISABLE)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(count == 1)
    }

    async fn enable_client(&mut self, id: &ClientId) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let count = touch!(self, |c| sqlx::query(ENABLE)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(count == 1)
    }

    async fn delete_client(&mut self, id: &ClientId) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let count = touch!(self, |c| sqlx::query(DELETE)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .execute(c))?;
        Ok(count == 1)
    }
}

impl ClientSecrets for Work {
    async fn add_secret(&mut self, id: &ClientId, secret: &ClientSecret) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(ADD_SECRET)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(secret.hash.hex())
            .bind(secret.sealed.as_deref())
            .bind(secret.made_at.micros())
            .bind(secret.ends_at.map(Timestamp::micros))
            .execute(c))?;
        Ok(())
    }

    async fn end_secrets(&mut self, id: &ClientId, at: Timestamp) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(END_SECRETS)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn spend_assertion(
        &mut self,
        id: &ClientId,
        jti: &Hash,
        ends_at: Timestamp,
    ) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let spent: Option<String> = rows!(self, |c| sqlx::query_scalar(SPEND_ASSERTION)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(jti.hex())
            .bind(ends_at.micros())
            .fetch_optional(c))?;
        Ok(spent.is_some())
    }
}

impl FailedProofs for Work {
    async fn count_failure(
        &mut self,
        bucket: &Hash,
        (begins_at, ends_at): (Timestamp, Timestamp),
    ) -> Result<i64, Failure> {
        let tenant = self.tenant();
        rows!(self, |c| sqlx::query_scalar(COUNT_FAILURE)
            .bind(tenant.as_str())
            .bind(bucket.hex())
            .bind(begins_at.micros())
            .bind(ends_at.micros())
            .fetch_one(c))
    }
}

fn document(registration: &Registration) -> Result<String, Failure> {
    serde_json::to_string(registration)
        .map_err(|e| Failure::broken("a registration has no JSON form").because(e))
}
