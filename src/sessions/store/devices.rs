//! Which browser somebody has signed in from before: only the hash of its secret name is kept.

use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::sessions::model::{Device, Devices};
use crate::{rows, touch};

statements! {
    owned ONE = "SELECT trusted_until FROM devices WHERE tenant_id = $1 AND id_hash = $2 AND user_id = $3 AND seen_at > $4";
    owned NOTE = "INSERT INTO devices (tenant_id, id_hash, user_id, seen_at, trusted_until) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, id_hash, user_id) DO UPDATE SET seen_at = excluded.seen_at,
            trusted_until = CASE WHEN excluded.trusted_until > 0 THEN excluded.trusted_until ELSE devices.trusted_until END
        WHERE devices.tenant_id = $1";
    owned FORGET_OF = "DELETE FROM devices WHERE tenant_id = $1 AND user_id = $2";
    platform FORGET = "DELETE FROM devices WHERE seen_at < $1";
}

impl Devices for Work {
    async fn device(&mut self, id: &Hash, user: &UserId) -> Result<Option<Device>, Failure> {
        let tenant = self.tenant();
        let oldest = self.now().minus(Device::KNOWN_FOR);
        let found: Option<i64> = rows!(self, |c| sqlx::query_scalar(ONE)
            .bind(tenant.as_str())
            .bind(id.bytes().as_slice())
            .bind(user.as_str())
            .bind(oldest.micros())
            .fetch_optional(c))?;
        Ok(found.map(|until| Device { trusted_until: Timestamp::from_micros(until) }))
    }

    async fn note_device(
        &mut self,
        id: &Hash,
        user: &UserId,
        trusted_until: Option<Timestamp>,
    ) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(NOTE)
            .bind(tenant.as_str())
            .bind(id.bytes().as_slice())
            .bind(user.as_str())
            .bind(now.micros())
            .bind(trusted_until.map_or(0, Timestamp::micros))
            .execute(c))?;
        Ok(())
    }

    async fn forget_devices_of(&mut self, user: &UserId) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(FORGET_OF)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .execute(c))?;
        Ok(())
    }
}

pub(super) async fn forget(work: &mut Work) -> Result<(), Failure> {
    let before = work.now().minus(Device::KNOWN_FOR);
    touch!(work, |c| sqlx::query(FORGET).bind(before.micros()).execute(c))?;
    Ok(())
}
