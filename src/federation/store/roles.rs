//! Roles that people have because of what a provider says, in the database.

use crate::accounts::model::Role;
use crate::federation::model::MappedRoles;
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::platform::storage::{Work, statements};
use crate::tenants::model::Slug;
use crate::{rows, touch};

statements! {
    owned BY_PROVIDER = "SELECT role FROM provider_roles WHERE tenant_id = $1 AND user_id = $2 AND provider = $3 ORDER BY role";
    owned IS_MAPPED = "SELECT COUNT(*) FROM provider_roles WHERE tenant_id = $1 AND user_id = $2 AND role = $3";
    owned NOTE = "INSERT INTO provider_roles (tenant_id, user_id, role, provider, given_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, user_id, role, provider) DO NOTHING";
    owned FORGET = "DELETE FROM provider_roles WHERE tenant_id = $1 AND user_id = $2 AND role = $3 AND provider = $4";
    owned FORGET_ALL = "DELETE FROM provider_roles WHERE tenant_id = $1 AND user_id = $2 AND role = $3";
    owned PEOPLE = "SELECT DISTINCT user_id FROM provider_roles WHERE tenant_id = $1 AND provider = $2 ORDER BY user_id";
}

fn unreadable() -> Failure {
    Failure::broken("provider_roles has a row that makes no sense")
}

impl MappedRoles for Work {
    async fn mapped_roles(&mut self, user: &UserId, by: &Slug) -> Result<Vec<Role>, Failure> {
        let tenant = self.tenant();
        let found: Vec<String> = rows!(self, |c| sqlx::query_scalar(BY_PROVIDER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(by.as_str())
            .fetch_all(c))?;
        found.iter().map(|name| Role::parse(name).ok_or_else(unreadable)).collect()
    }

    async fn is_mapped(&mut self, user: &UserId, role: Role) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let count: i64 = rows!(self, |c| sqlx::query_scalar(IS_MAPPED)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(role.as_str())
            .fetch_one(c))?;
        Ok(count > 0)
    }

    async fn note_mapped(&mut self, user: &UserId, role: Role, by: &Slug) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(NOTE)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(role.as_str())
            .bind(by.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn forget_mapped(&mut self, user: &UserId, role: Role, by: &Slug) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(FORGET)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(role.as_str())
            .bind(by.as_str())
            .execute(c))?;
        Ok(())
    }

    async fn forget_all_mapped(&mut self, user: &UserId, role: Role) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(FORGET_ALL)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(role.as_str())
            .execute(c))?;
        Ok(())
    }

    async fn mapped_by(&mut self, provider: &Slug) -> Result<Vec<UserId>, Failure> {
        let tenant = self.tenant();
        let found: Vec<String> = rows!(self, |c| sqlx::query_scalar(PEOPLE)
            .bind(tenant.as_str())
            .bind(provider.as_str())
            .fetch_all(c))?;
        found.iter().map(|id| UserId::parse(id).ok_or_else(unreadable)).collect()
    }
}
