//! Links and checkpoints, as they are stored. Nothing here updates or deletes.
//!
//! Rows may have been tampered with: whatever a column holds, verifying goes on and names the record.

use super::model::chain::{Checkpoint, Claims, Head, Link, Newest, SealedDetail, Stored, Walked};
use super::model::{Chain, Chains, Checkpoints};
use crate::kernel::failure::{Failure, FailureKind};
use crate::kernel::ids::TenantId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::statements;
use crate::platform::storage::{Conn, Work};
use crate::rows;
use serde_json::{Value, json};
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Postgres, Sqlite, Type, ValueRef};

statements! {
    owned NEWEST = "SELECT c.sequence, c.hash, COALESCE(e.at, c.linked_at) FROM chain c
        LEFT JOIN events e ON e.tenant_id = $1 AND e.id = c.event_id
        WHERE c.tenant_id = $1 ORDER BY c.sequence DESC LIMIT 1";
    owned UNLINKED = "SELECT e.id, e.at, e.kind, e.body, e.detail_digest FROM events e
        WHERE e.tenant_id = $1 AND e.id >= $2
            AND NOT EXISTS (SELECT 1 FROM chain c WHERE c.tenant_id = $1 AND c.event_id = e.id)
        ORDER BY e.id LIMIT $3";
    /// Whoever comes second adds less than it meant to, and repeats.
    sqlite EXTEND_LITE = "INSERT INTO chain (tenant_id, sequence, event_id, hash, linked_at)
        SELECT $1, value ->> 0, value ->> 1, unhex(value ->> 2), $2 FROM json_each($3) WHERE true
        ON CONFLICT DO NOTHING";
    postgres EXTEND_PG = "INSERT INTO chain (tenant_id, sequence, event_id, hash, linked_at)
        SELECT $1, (value ->> 0)::bigint, value ->> 1, decode(value ->> 2, 'hex'), $2 FROM json_array_elements($3::json)
        ON CONFLICT DO NOTHING";
    owned WALK = "SELECT c.sequence, c.event_id, c.hash, c.linked_at, e.id, e.at, e.kind, e.body, e.detail_digest, d.subject, d.sealed
        FROM chain c
        LEFT JOIN events e ON e.tenant_id = $1 AND e.id = c.event_id
        LEFT JOIN event_details d ON d.tenant_id = $1 AND d.event_id = c.event_id
        WHERE c.tenant_id = $1 AND c.sequence >= $2 ORDER BY c.sequence LIMIT $3";
    owned CHECKPOINTS = "SELECT sequence, hash, token, made_at FROM checkpoints
        WHERE tenant_id = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3";
    owned NEWEST_CHECKPOINT = "SELECT sequence, hash, token, made_at FROM checkpoints
        WHERE tenant_id = $1 ORDER BY sequence DESC LIMIT 1";
    owned KEEP_CHECKPOINT = "INSERT INTO checkpoints (tenant_id, sequence, hash, token, made_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, sequence) DO NOTHING";
    /// The empty text keeps SQLite from reading the whole table in the order of its key.
    platform WAITING = "SELECT DISTINCT e.tenant_id || '' FROM events e WHERE e.at >= $1
        AND NOT EXISTS (SELECT 1 FROM chain c WHERE c.tenant_id = e.tenant_id AND c.event_id = e.id)";
    /// From tenant to tenant by the index: no table is read through.
    platform RECORDED = "WITH RECURSIVE
        of_events (id) AS (SELECT min(tenant_id) FROM events UNION ALL
            SELECT (SELECT min(e.tenant_id) FROM events e WHERE e.tenant_id > o.id) FROM of_events o WHERE o.id IS NOT NULL),
        of_chain (id) AS (SELECT min(tenant_id) FROM chain UNION ALL
            SELECT (SELECT min(c.tenant_id) FROM chain c WHERE c.tenant_id > o.id) FROM of_chain o WHERE o.id IS NOT NULL),
        of_checkpoints (id) AS (SELECT min(tenant_id) FROM checkpoints UNION ALL
            SELECT (SELECT min(c.tenant_id) FROM checkpoints c WHERE c.tenant_id > o.id) FROM of_checkpoints o WHERE o.id IS NOT NULL)
        SELECT id FROM of_events WHERE id IS NOT NULL UNION SELECT id FROM of_chain WHERE id IS NOT NULL
        UNION SELECT id FROM of_checkpoints WHERE id IS NOT NULL ORDER BY 1";
}

impl Chain for Work {
    async fn newest(&mut self) -> Result<Option<Newest>, Failure> {
        let tenant = self.tenant();
        let row: Option<(i64, Vec<u8>, i64)> =
            rows!(self, |c| sqlx::query_as(NEWEST).bind(tenant.as_str()).fetch_optional(c))?;
        let Some((sequence, hash, at)) = row else { return Ok(None) };
        let broken = || Failure::broken(format!("chain {tenant} {sequence}: the hash is none"));
        let hash = Hash::from_bytes(&hash).ok_or_else(broken)?;
        Ok(Some(Newest { head: Head { sequence, hash }, at: Timestamp::from_micros(at) }))
    }

    async fn unlinked(&mut self, from: &str, limit: i64) -> Result<Vec<Stored>, Failure> {
        let tenant = self.tenant();
        let found = rows!(self, |c| sqlx::query_as(UNLINKED)
            .bind(tenant.as_str())
            .bind(from)
            .bind(limit)
            .fetch_all(c))?;
        Ok(found.into_iter().map(plain).collect())
    }

    async fn extend(&mut self, links: &[Link]) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now().micros());
        let mut values = Vec::with_capacity(links.len());
        for link in links {
            let id = std::str::from_utf8(&link.event_id).map_err(|e| {
                Failure::broken(format!("events {tenant}: an id is no text")).because(e)
            })?;
            values.push(json!([link.head.sequence, id, link.head.hash.hex()]));
        }
        let values = Value::Array(values).to_string();
        let added = match self.conn() {
            Conn::Lite(conn) => {
                let query = sqlx::query(EXTEND_LITE).bind(tenant.as_str()).bind(now).bind(values);
                query.execute(conn).await?.rows_affected()
            }
            Conn::Pg(conn) => {
                let query = sqlx::query(EXTEND_PG).bind(tenant.as_str()).bind(now).bind(values);
                query.execute(conn).await?.rows_affected()
            }
        };
        if added == links.len() as u64 {
            return Ok(());
        }
        let overtaken = format!("another linker was faster in the chain of {tenant}");
        Err(Failure::broken(overtaken).of_kind(FailureKind::Repeat))
    }

    async fn walk(&mut self, from: i64, limit: i64) -> Result<Vec<Walked>, Failure> {
        let tenant = self.tenant();
        let found = rows!(self, |c| sqlx::query_as(WALK)
            .bind(tenant.as_str())
            .bind(from)
            .bind(limit)
            .fetch_all(c))?;
        Ok(found.into_iter().map(linked).collect())
    }
}

type CheckpointRow = (Number, Bytes, Bytes, Number);

fn checkpoint((sequence, hash, token, made_at): CheckpointRow) -> Checkpoint {
    let made_at = Timestamp::from_micros(made_at.0);
    Checkpoint { sequence: sequence.0, hash: hash.0, token: token.0, made_at }
}

impl Checkpoints for Work {
    async fn checkpoints(&mut self, from: i64, limit: i64) -> Result<Vec<Checkpoint>, Failure> {
        let tenant = self.tenant();
        let found = rows!(self, |c| sqlx::query_as(CHECKPOINTS)
            .bind(tenant.as_str())
            .bind(from)
            .bind(limit)
            .fetch_all(c))?;
        Ok(found.into_iter().map(checkpoint).collect())
    }

    async fn newest_checkpoint(&mut self) -> Result<Option<Checkpoint>, Failure> {
        let tenant = self.tenant();
        let found = rows!(self, |c| sqlx::query_as(NEWEST_CHECKPOINT)
            .bind(tenant.as_str())
            .fetch_optional(c))?;
        Ok(found.map(checkpoint))
    }

    async fn keep_checkpoint(&mut self, claims: &Claims, token: &str) -> Result<(), Failure> {
        let tenant = self.tenant();
        crate::touch!(self, |c| sqlx::query(KEEP_CHECKPOINT)
            .bind(tenant.as_str())
            .bind(claims.sequence)
            .bind(claims.hash.bytes().as_slice())
            .bind(token)
            .bind(claims.at.micros())
            .execute(c))?;
        Ok(())
    }
}

/// What is no tenant's name was written by nobody of us, and is missed where it belongs.
fn tenants(found: Vec<String>) -> Vec<TenantId> {
    found.into_iter().filter_map(|text| TenantId::parse(&text)).collect()
}

impl Chains for Work {
    async fn waiting(&mut self, since: Timestamp) -> Result<Vec<TenantId>, Failure> {
        let since = since.micros();
        rows!(self, |c| sqlx::query_scalar(WAITING).bind(since).fetch_all(c)).map(tenants)
    }

    async fn recorded(&mut self) -> Result<Vec<TenantId>, Failure> {
        rows!(self, |c| sqlx::query_scalar(RECORDED).fetch_all(c)).map(tenants)
    }
}

/// The bytes of a text or a blob. SQLite keeps either in any column, and text that is no UTF-8.
#[derive(Debug, Default)]
struct Bytes(Vec<u8>);

/// A whole number; in SQLite what is none reads as one that nobody has stored.
#[derive(Debug)]
struct Number(i64);

macro_rules! lenient {
    ($kind:ident as $plain:ty, $engine:ident, |$value:ident| $decoded:expr) => {
        impl Type<$engine> for $kind {
            fn type_info() -> <$engine as Database>::TypeInfo {
                <$plain as Type<$engine>>::type_info()
            }
            fn compatible(_: &<$engine as Database>::TypeInfo) -> bool {
                true
            }
        }

        impl Decode<'_, $engine> for $kind {
            fn decode($value: <$engine as Database>::ValueRef<'_>) -> Result<Self, BoxDynError> {
                $decoded.map(Self)
            }
        }
    };
}

lenient!(Bytes as [u8], Postgres, |value| value.as_bytes().map(<[u8]>::to_vec));
lenient!(Bytes as [u8], Sqlite, |value| {
    <&[u8] as Decode<Sqlite>>::decode(value).map(<[u8]>::to_vec)
});
lenient!(Number as i64, Postgres, |value| <i64 as Decode<Postgres>>::decode(value));
lenient!(Number as i64, Sqlite, |value| {
    match <i64 as Type<Sqlite>>::compatible(&value.type_info()) {
        true => <i64 as Decode<Sqlite>>::decode(value),
        false => Ok(i64::MIN),
    }
});

type Plain = (Bytes, Number, Bytes, Bytes, Option<Bytes>);

fn plain((id, at, kind, body, digest): Plain) -> Stored {
    Stored {
        id: id.0,
        at: Timestamp::from_micros(at.0),
        kind: kind.0,
        body: body.0,
        detail_digest: digest.map(|digest| digest.0),
    }
}

/// sequence, event_id, hash, linked_at; the record; subject and sealed detail.
type Linked = (
    Number,
    Bytes,
    Bytes,
    Number,
    Option<Bytes>,
    Option<Number>,
    Option<Bytes>,
    Option<Bytes>,
    Option<Bytes>,
    Option<Bytes>,
    Option<Bytes>,
);

fn linked(row: Linked) -> Walked {
    let (sequence, event_id, hash, linked_at, id, at, kind, body, digest, subject, sealed) = row;
    let record = id.zip(at).zip(kind.zip(body));
    let record = record.map(|((id, at), (kind, body))| plain((id, at, kind, body, digest)));
    let detail = subject
        .zip(sealed)
        .map(|(subject, sealed)| SealedDetail { subject: subject.0, sealed: sealed.0 });
    Walked {
        sequence: sequence.0,
        event_id: event_id.0,
        hash: hash.0,
        linked_at: Timestamp::from_micros(linked_at.0),
        record,
        detail,
    }
}
