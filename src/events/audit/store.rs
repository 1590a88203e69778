//! Reading the log, and counting what the chain lacks. A stretch at a time: no statement runs long.

use crate::events::model::chain::Recorded;
use crate::events::model::{Astray, Log, Page, Stretch};
use crate::kernel::failure::Failure;
use crate::kernel::time::Timestamp;
use crate::platform::storage::Work;
use crate::platform::storage::statements;
use crate::rows;

statements! {
    owned OLDER = "SELECT c.sequence, e.id, e.at, e.kind, e.body, e.detail_digest FROM events e
        LEFT JOIN chain c ON c.tenant_id = $1 AND c.event_id = e.id
        WHERE e.tenant_id = $1 AND e.id < $2 AND (CAST($3 AS TEXT) IS NULL OR e.kind = $3)
        ORDER BY e.id DESC LIMIT $4";
    owned NEWER = "SELECT c.sequence, e.id, e.at, e.kind, e.body, e.detail_digest FROM events e
        LEFT JOIN chain c ON c.tenant_id = $1 AND c.event_id = e.id
        WHERE e.tenant_id = $1 AND e.id > $2 AND (CAST($3 AS TEXT) IS NULL OR e.kind = $3)
        ORDER BY e.id LIMIT $4";
    owned LINKED = "SELECT c.sequence, e.id, e.at, e.kind, e.body, e.detail_digest FROM chain c
        JOIN events e ON e.tenant_id = $1 AND e.id = c.event_id
        WHERE c.tenant_id = $1 AND c.sequence > $2 AND (CAST($3 AS TEXT) IS NULL OR e.kind = $3)
        ORDER BY c.sequence LIMIT $4";
    owned COUNT_LINKS = "SELECT max(e.id), count(*) - count(c.event_id),
            count(CASE WHEN c.event_id IS NULL AND e.at < $3 THEN 1 END),
            min(CASE WHEN c.event_id IS NULL AND e.at < $3 THEN e.id END)
        FROM (SELECT id, at FROM events WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT 10000) AS e
        LEFT JOIN chain c ON c.tenant_id = $1 AND c.event_id = e.id";
    owned ASTRAY = "SELECT max(d.event_id), min(CASE WHEN e.detail_digest IS NULL THEN d.event_id END)
        FROM (SELECT event_id FROM event_details WHERE tenant_id = $1 AND event_id > $2 ORDER BY event_id LIMIT 10000) AS d
        LEFT JOIN events e ON e.tenant_id = $1 AND e.id = d.event_id";
}

type Row = (Option<i64>, String, i64, String, String, Option<String>);

fn recorded((sequence, id, at, kind, body, detail_digest): Row) -> Recorded {
    Recorded { sequence, id, at: Timestamp::from_micros(at), kind, body, detail_digest }
}

/// The three readings differ in their text and in the type of their cursor.
macro_rules! page {
    ($work:expr, $sql:expr, $cursor:expr, $page:expr) => {{
        let tenant = $work.tenant();
        let found = rows!($work, |c| sqlx::query_as($sql)
            .bind(tenant.as_str())
            .bind($cursor)
            .bind($page.kind)
            .bind($page.limit)
            .fetch_all(c))?;
        Ok(found.into_iter().map(recorded).collect())
    }};
}

impl Log for Work {
    async fn older(&mut self, before: &str, page: Page<'_>) -> Result<Vec<Recorded>, Failure> {
        page!(self, OLDER, before, page)
    }

    async fn newer(&mut self, after: &str, page: Page<'_>) -> Result<Vec<Recorded>, Failure> {
        page!(self, NEWER, after, page)
    }

    async fn linked(&mut self, after: i64, page: Page<'_>) -> Result<Vec<Recorded>, Failure> {
        page!(self, LINKED, after, page)
    }

    async fn count_links(
        &mut self,
        after: &str,
        late: Timestamp,
    ) -> Result<Option<Stretch>, Failure> {
        let tenant = self.tenant();
        let (last_id, unlinked, late, first_late): (Option<String>, i64, i64, Option<String>) =
            rows!(self, |c| sqlx::query_as(COUNT_LINKS)
                .bind(tenant.as_str())
                .bind(after)
                .bind(late.micros())
                .fetch_one(c))?;
        Ok(last_id.map(|last_id| Stretch { last_id, unlinked, late, first_late }))
    }

    async fn astray(&mut self, after: &str) -> Result<Option<Astray>, Failure> {
        let tenant = self.tenant();
        let (last_id, first): (Option<String>, Option<String>) =
            rows!(self, |c| sqlx::query_as(ASTRAY).bind(tenant.as_str()).bind(after).fetch_one(c))?;
        Ok(last_id.map(|last_id| Astray { last_id, first }))
    }
}
