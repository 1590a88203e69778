//! Letters that were caught, in the database.

use super::model::{Captured, Letter};
use crate::kernel::failure::Failure;
use crate::kernel::moment::Moment;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned KEEP = "INSERT INTO captured_letters (tenant_id, id, recipient, subject, body, sent_at, html)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, id) DO NOTHING";
    owned CAPTURED = "SELECT id, recipient, subject, body, html, sent_at FROM captured_letters
        WHERE tenant_id = $1 ORDER BY sent_at DESC, id DESC LIMIT $2";
    platform FORGET = "DELETE FROM captured_letters WHERE sent_at < $1";
}

pub(super) async fn keep(work: &mut Work, letter: &Letter) -> Result<(), Failure> {
    let (tenant, now) = (work.tenant(), work.now());
    touch!(work, |c| sqlx::query(KEEP)
        .bind(tenant.as_str())
        .bind(&letter.id)
        .bind(letter.to.as_str())
        .bind(&letter.subject)
        .bind(&letter.text)
        .bind(now.micros())
        .bind(&letter.html)
        .execute(c))?;
    Ok(())
}

pub(super) async fn captured(work: &mut Work, most: i64) -> Result<Vec<Captured>, Failure> {
    let tenant = work.tenant();
    let found: Vec<(String, String, String, String, Option<String>, i64)> =
        rows!(work, |c| sqlx::query_as(CAPTURED).bind(tenant.as_str()).bind(most).fetch_all(c))?;
    let read = |(id, to, subject, text, html, sent_at)| Captured {
        id,
        to,
        subject,
        text,
        html,
        sent_at: Timestamp::from_micros(sent_at),
    };
    Ok(found.into_iter().map(read).collect())
}

pub(super) async fn forget(work: &mut Work, before: Timestamp) -> Result<(), Failure> {
    touch!(work, |c| sqlx::query(FORGET).bind(before.micros()).execute(c))?;
    Ok(())
}
