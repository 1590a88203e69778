//! Browsers on their way, and identities that wait for a proof, in the database.

use crate::federation::model::{Identity, Trip, Trips, Waiting};
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::tenants::model::Slug;
use crate::{rows, touch};

statements! {
    owned DEPART = "INSERT INTO provider_trips (tenant_id, state, browser, provider, issuer, user_id, return_to, fresh_since, is_for_change, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    owned COME_BACK = "DELETE FROM provider_trips WHERE tenant_id = $1 AND state = $2 AND browser = $3
        RETURNING state, browser, provider, issuer, user_id, return_to, fresh_since, is_for_change, expires_at";
    owned WAIT = "INSERT INTO waiting_identities (tenant_id, proof, state, provider, issuer, subject, label, user_id, return_to, made_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    owned WAITING = "SELECT proof, state, provider, issuer, subject, label, user_id, return_to, made_at, expires_at
        FROM waiting_identities WHERE tenant_id = $1 AND proof = $2 AND expires_at > $3";
    owned TAKE = "DELETE FROM waiting_identities WHERE tenant_id = $1 AND proof = $2 AND expires_at > $3
        RETURNING proof, state, provider, issuer, subject, label, user_id, return_to, made_at, expires_at";
    platform FORGET_TRIPS = "DELETE FROM provider_trips WHERE expires_at < $1";
    platform FORGET_FAREWELLS = "DELETE FROM provider_sessions WHERE expires_at < $1";
    platform FORGET_WAITING = "DELETE FROM waiting_identities WHERE expires_at < $1";
}

#[derive(sqlx::FromRow)]
struct TripRow {
    state: Vec<u8>,
    browser: Vec<u8>,
    provider: String,
    issuer: String,
    user_id: Option<String>,
    return_to: String,
    fresh_since: Option<i64>,
    is_for_change: bool,
    expires_at: i64,
}

impl TripRow {
    fn read(self) -> Result<Trip, Failure> {
        let unreadable = || Failure::broken("provider_trips has a row that makes no sense");
        let user = match &self.user_id {
            Some(id) => Some(UserId::parse(id).ok_or_else(unreadable)?),
            None => None,
        };
        Ok(Trip {
            state: Hash::from_bytes(&self.state).ok_or_else(unreadable)?,
            browser: Hash::from_bytes(&self.browser).ok_or_else(unreadable)?,
            provider: Slug::parse(&self.provider).map_err(|_| unreadable())?,
            issuer: self.issuer,
            user,
            return_to: self.return_to,
            fresh_since: self.fresh_since.map(Timestamp::from_micros),
            is_for_change: self.is_for_change,
            expires_at: Timestamp::from_micros(self.expires_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct WaitingRow {
    proof: Vec<u8>,
    state: Vec<u8>,
    provider: String,
    issuer: String,
    subject: String,
    label: String,
    user_id: String,
    return_to: String,
    made_at: i64,
    expires_at: i64,
}

impl WaitingRow {
    fn read(self) -> Result<Waiting, Failure> {
        let unreadable = || Failure::broken("waiting_identities has a row that makes no sense");
        Ok(Waiting {
            proof: Hash::from_bytes(&self.proof).ok_or_else(unreadable)?,
            state: Hash::from_bytes(&self.state).ok_or_else(unreadable)?,
            provider: Slug::parse(&self.provider).map_err(|_| unreadable())?,
            user: UserId::parse(&self.user_id).ok_or_else(unreadable)?,
            identity: Identity { issuer: self.issuer, subject: self.subject },
            label: self.label,
            return_to: self.return_to,
            made_at: Timestamp::from_micros(self.made_at),
            expires_at: Timestamp::from_micros(self.expires_at),
        })
    }
}

impl Trips for Work {
    async fn depart(&mut self, trip: &Trip) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(DEPART)
            .bind(tenant.as_str())
            .bind(trip.state.bytes().as_slice())
            .bind(trip.browser.bytes().as_slice())
            .bind(trip.provider.as_str())
            .bind(&trip.issuer)
            .bind(trip.user.as_ref().map(UserId::as_str))
            .bind(&trip.return_to)
            .bind(trip.fresh_since.map(Timestamp::micros))
            .bind(trip.is_for_change)
            .bind(trip.expires_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn come_back(&mut self, state: &Hash, browser: &Hash) -> Result<Option<Trip>, Failure> {
        let tenant = self.tenant();
        let found: Option<TripRow> = rows!(self, |c| sqlx::query_as(COME_BACK)
            .bind(tenant.as_str())
            .bind(state.bytes().as_slice())
            .bind(browser.bytes().as_slice())
            .fetch_optional(c))?;
        found.map(TripRow::read).transpose()
    }

    async fn wait(&mut self, waiting: &Waiting) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(WAIT)
            .bind(tenant.as_str())
            .bind(waiting.proof.bytes().as_slice())
            .bind(waiting.state.bytes().as_slice())
            .bind(waiting.provider.as_str())
            .bind(&waiting.identity.issuer)
            .bind(&waiting.identity.subject)
            .bind(&waiting.label)
            .bind(waiting.user.as_str())
            .bind(&waiting.return_to)
            .bind(waiting.made_at.micros())
            .bind(waiting.expires_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn waiting(&mut self, proof: &Hash) -> Result<Option<Waiting>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let found: Option<WaitingRow> = rows!(self, |c| sqlx::query_as(WAITING)
            .bind(tenant.as_str())
            .bind(proof.bytes().as_slice())
            .bind(now.micros())
            .fetch_optional(c))?;
        found.map(WaitingRow::read).transpose()
    }

    async fn take_waiting(&mut self, proof: &Hash) -> Result<Option<Waiting>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let found: Option<WaitingRow> = rows!(self, |c| sqlx::query_as(TAKE)
            .bind(tenant.as_str())
            .bind(proof.bytes().as_slice())
            .bind(now.micros())
            .fetch_optional(c))?;
        found.map(WaitingRow::read).transpose()
    }

    async fn forget_trips(&mut self, before: Timestamp) -> Result<(), Failure> {
        touch!(self, |c| sqlx::query(FORGET_TRIPS).bind(before.micros()).execute(c))?;
        touch!(self, |c| sqlx::query(FORGET_WAITING).bind(before.micros()).execute(c))?;
        touch!(self, |c| sqlx::query(FORGET_FAREWELLS).bind(before.micros()).execute(c))?;
        Ok(())
    }
}
