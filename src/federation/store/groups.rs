//! Groups in which people are because of what a provider says, in the database.

use crate::accounts::model::{Group, GroupName};
use crate::federation::model::MappedGroups;
use crate::kernel::failure::Failure;
use crate::kernel::ids::{GroupId, UserId};
use crate::kernel::moment::Moment;
use crate::platform::storage::{Work, statements};
use crate::tenants::model::Slug;
use crate::{rows, touch};

statements! {
    owned BY_PROVIDER = "SELECT g.id, g.name FROM provider_groups p
        JOIN groups_of_people g ON g.tenant_id = $1 AND g.id = p.group_id
        WHERE p.tenant_id = $1 AND p.user_id = $2 AND p.provider = $3 ORDER BY g.id";
    owned IS_MAPPED = "SELECT COUNT(*) FROM provider_groups WHERE tenant_id = $1 AND user_id = $2 AND group_id = $3";
    owned NOTE = "INSERT INTO provider_groups (tenant_id, user_id, group_id, provider, added_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, user_id, group_id, provider) DO NOTHING";
    owned FORGET = "DELETE FROM provider_groups WHERE tenant_id = $1 AND user_id = $2 AND group_id = $3 AND provider = $4";
    owned FORGET_ALL = "DELETE FROM provider_groups WHERE tenant_id = $1 AND user_id = $2 AND group_id IN (
        SELECT g.id FROM groups_of_people g WHERE g.tenant_id = $1 AND g.name = $3)";
    owned PEOPLE = "SELECT DISTINCT user_id FROM provider_groups WHERE tenant_id = $1 AND provider = $2 ORDER BY user_id";
}

fn unreadable() -> Failure {
    Failure::broken("provider_groups has a row that makes no sense")
}

impl MappedGroups for Work {
    async fn mapped_groups(&mut self, user: &UserId, by: &Slug) -> Result<Vec<Group>, Failure> {
        let tenant = self.tenant();
        let found: Vec<(String, String)> = rows!(self, |c| sqlx::query_as(BY_PROVIDER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(by.as_str())
            .fetch_all(c))?;
        let read = |(id, name): (String, String)| {
            let group = GroupId::parse(&id).zip(GroupName::parse(&name));
            group.map(|(id, name)| Group { id, name }).ok_or_else(unreadable)
        };
        found.into_iter().map(read).collect()
    }

    async fn is_mapped_into(&mut self, user: &UserId, group: &GroupId) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let count: i64 = rows!(self, |c| sqlx::query_scalar(IS_MAPPED)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(group.as_str())
            .fetch_one(c))?;
        Ok(count > 0)
    }

    async fn note_mapped_into(
        &mut self,
        user: &UserId,
        group: &GroupId,
        by: &Slug,
    ) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(NOTE)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(group.as_str())
            .bind(by.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn forget_mapped_into(
        &mut self,
        user: &UserId,
        group: &GroupId,
        by: &Slug,
    ) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(FORGET)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(group.as_str())
            .bind(by.as_str())
            .execute(c))?;
        Ok(())
    }

    async fn forget_all_mapped_into(
        &mut self,
        user: &UserId,
        group: &GroupName,
    ) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(FORGET_ALL)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(group.as_str())
            .execute(c))?;
        Ok(())
    }

    async fn grouped_by(&mut self, provider: &Slug) -> Result<Vec<UserId>, Failure> {
        let tenant = self.tenant();
        let found: Vec<String> = rows!(self, |c| sqlx::query_scalar(PEOPLE)
            .bind(tenant.as_str())
            .bind(provider.as_str())
            .fetch_all(c))?;
        found.iter().map(|id| UserId::parse(id).ok_or_else(unreadable)).collect()
    }
}
