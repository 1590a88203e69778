//! Data keys and persons' keys, as they are stored: wrapped.

use crate::kernel::failure::Failure;
use crate::kernel::moment::Moment;
use crate::platform::storage::Work;
use crate::platform::storage::statements;
use crate::{rows, touch};

statements! {
    owned NEWEST = "SELECT version FROM data_keys WHERE tenant_id = $1 AND purpose = $2 ORDER BY version DESC LIMIT 1";
    owned WRAPPED = "SELECT wrapped FROM data_keys WHERE tenant_id = $1 AND purpose = $2 AND version = $3";
    owned KEEP = "INSERT INTO data_keys (tenant_id, purpose, version, wrapped, made_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, purpose, version) DO NOTHING";
    owned PERSON = "SELECT wrapped FROM person_keys WHERE tenant_id = $1 AND subject = $2";
    owned KEEP_PERSON = "INSERT INTO person_keys (tenant_id, subject, wrapped, made_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, subject) DO NOTHING";
    owned ERASE_PERSON = "DELETE FROM person_keys WHERE tenant_id = $1 AND subject = $2";
    platform MASTER = "SELECT key_id FROM master_keys WHERE slot = 'current'";
    platform KEEP_MASTER = "INSERT INTO master_keys (slot, key_id, made_at) VALUES ('current', $1, $2) ON CONFLICT (slot) DO NOTHING";
}

pub(super) async fn newest(work: &mut Work, purpose: &str) -> Result<Option<i64>, Failure> {
    let tenant = work.tenant();
    rows!(work, |c| sqlx::query_scalar(NEWEST)
        .bind(tenant.as_str())
        .bind(purpose)
        .fetch_optional(c))
}

pub(super) async fn wrapped(
    work: &mut Work,
    purpose: &str,
    version: i64,
) -> Result<Option<Vec<u8>>, Failure> {
    let tenant = work.tenant();
    rows!(work, |c| sqlx::query_scalar(WRAPPED)
        .bind(tenant.as_str())
        .bind(purpose)
        .bind(version)
        .fetch_optional(c))
}

pub(super) async fn keep(
    work: &mut Work,
    purpose: &str,
    version: i64,
    wrapped: &[u8],
) -> Result<(), Failure> {
    let (tenant, now) = (work.tenant(), work.now());
    touch!(work, |c| sqlx::query(KEEP)
        .bind(tenant.as_str())
        .bind(purpose)
        .bind(version)
        .bind(wrapped)
        .bind(now.micros())
        .execute(c))?;
    Ok(())
}

pub(super) async fn person(work: &mut Work, subject: &str) -> Result<Option<Vec<u8>>, Failure> {
    let tenant = work.tenant();
    rows!(work, |c| sqlx::query_scalar(PERSON)
        .bind(tenant.as_str())
        .bind(subject)
        .fetch_optional(c))
}

/// False when another was first.
pub(super) async fn keep_person(
    work: &mut Work,
    subject: &str,
    wrapped: &[u8],
) -> Result<bool, Failure> {
    let (tenant, now) = (work.tenant(), work.now());
    let kept = touch!(work, |c| sqlx::query(KEEP_PERSON)
        .bind(tenant.as_str())
        .bind(subject)
        .bind(wrapped)
        .bind(now.micros())
        .execute(c))?;
    Ok(kept == 1)
}

pub(super) async fn erase_person(work: &mut Work, subject: &str) -> Result<(), Failure> {
    let tenant = work.tenant();
    touch!(work, |c| sqlx::query(ERASE_PERSON).bind(tenant.as_str()).bind(subject).execute(c))?;
    Ok(())
}

/// By which master key this database is sealed.
pub(super) async fn master(work: &mut Work) -> Result<Option<String>, Failure> {
    rows!(work, |c| sqlx::query_scalar(MASTER).fetch_optional(c))
}

pub(super) async fn keep_master(work: &mut Work, key_id: &str) -> Result<(), Failure> {
    let now = work.now();
    touch!(work, |c| sqlx::query(KEEP_MASTER).bind(key_id).bind(now.micros()).execute(c))?;
    Ok(())
}
