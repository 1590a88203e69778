//! Roles in the database. What everybody is has no row.

use crate::accounts::model::{Role, Roles};
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::platform::storage::{Work, revisions, statements};
use crate::{rows, touch};

statements! {
    owned OF_USER = "SELECT role FROM user_roles WHERE tenant_id = $1 AND user_id = $2";
    owned GIVE = "INSERT INTO user_roles (tenant_id, user_id, role, given_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, user_id, role) DO NOTHING";
    owned TAKE = "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2 AND role = $3";
    owned ADMINISTRATORS = "SELECT DISTINCT r.user_id FROM user_roles r
        JOIN users u ON u.tenant_id = $1 AND u.id = r.user_id
        WHERE r.tenant_id = $1 AND r.role IN ('admin', 'owner') AND u.suspended_at IS NULL AND u.deactivated_at IS NULL
            AND u.pending_at IS NULL AND u.locked_at IS NULL AND u.deleted_at IS NULL
        LIMIT 2";
}

/// Its row is held until the commit, so that two who leave at once do not each count the other (house §7).
const TOPIC: &str = "administrators";

impl Roles for Work {
    async fn roles_of(&mut self, user: &UserId) -> Result<Vec<Role>, Failure> {
        let tenant = self.tenant();
        let found: Vec<String> = rows!(self, |c| sqlx::query_scalar(OF_USER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_all(c))?;
        let unreadable =
            || Failure::broken(format!("user_roles has a row of {user} that makes no sense"));
        let mut roles = vec![Role::User];
        for name in found {
            roles.push(Role::parse(&name).ok_or_else(unreadable)?);
        }
        roles.sort_unstable();
        Ok(roles)
    }

    async fn give_role(&mut self, user: &UserId, role: Role) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let given = touch!(self, |c| sqlx::query(GIVE)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(role.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(given == 1)
    }

    async fn take_role(&mut self, user: &UserId, role: Role) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let taken = touch!(self, |c| sqlx::query(TAKE)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(role.as_str())
            .execute(c))?;
        Ok(taken == 1)
    }

    async fn some_administrators(&mut self) -> Result<Vec<UserId>, Failure> {
        revisions::raise(self, TOPIC).await?;
        let tenant = self.tenant();
        let found: Vec<String> =
            rows!(self, |c| sqlx::query_scalar(ADMINISTRATORS).bind(tenant.as_str()).fetch_all(c))?;
        let unreadable = |id| Failure::broken(format!("user_roles has a user {id:?}"));
        found.iter().map(|id| UserId::parse(id).ok_or_else(|| unreadable(id))).collect()
    }
}
