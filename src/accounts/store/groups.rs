//! Groups and who is in them, in the database.

use crate::accounts::model::{Belonging, Group, GroupName, Groups, Member, Members, Role};
use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::ids::{GroupId, UserId};
use crate::kernel::moment::Moment;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned ALL = "SELECT g.id, g.name,
            (SELECT COUNT(*) FROM group_members m WHERE m.tenant_id = $1 AND m.group_id = g.id)
        FROM groups_of_people g WHERE g.tenant_id = $1";
    owned NAMED = "SELECT id FROM groups_of_people WHERE tenant_id = $1 AND name = $2";
    owned ADD = "INSERT INTO groups_of_people (tenant_id, id, name, made_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, name) DO NOTHING";
    owned RENAME = "UPDATE groups_of_people SET name = $3 WHERE tenant_id = $1 AND id = $2
        AND NOT EXISTS (SELECT 1 FROM groups_of_people o WHERE o.tenant_id = $1 AND o.name = $3)";
    owned DELETE = "DELETE FROM groups_of_people WHERE tenant_id = $1 AND id = $2";
    owned MEMBERS = "SELECT m.user_id, u.email FROM group_members m
        JOIN users u ON u.tenant_id = $1 AND u.id = m.user_id
        WHERE m.tenant_id = $1 AND m.group_id = $2 AND m.user_id > $3 ORDER BY m.user_id LIMIT $4";
    owned ADD_MEMBER = "INSERT INTO group_members (tenant_id, user_id, group_id, added_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, user_id, group_id) DO NOTHING";
    owned REMOVE_MEMBER = "DELETE FROM group_members WHERE tenant_id = $1 AND user_id = $2 AND group_id = $3";
    owned BELONGING = "SELECT 'role', role FROM user_roles WHERE tenant_id = $1 AND user_id = $2
        UNION ALL SELECT 'group', g.name FROM group_members m
        JOIN groups_of_people g ON g.tenant_id = $1 AND g.id = m.group_id
        WHERE m.tenant_id = $1 AND m.user_id = $2";
}

impl Groups for Work {
    async fn groups(&mut self) -> Result<Vec<(Group, i64)>, Failure> {
        let tenant = self.tenant();
        let found: Vec<(String, String, i64)> =
            rows!(self, |c| sqlx::query_as(ALL).bind(tenant.as_str()).fetch_all(c))?;
        let read = |(id, name, count): (String, String, i64)| {
            group(&id, &name).map(|group| (group, count))
        };
        let mut groups: Vec<_> = found.into_iter().map(read).collect::<Result<_, _>>()?;
        // Databases differ in how they order texts.
        groups.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        Ok(groups)
    }

    async fn group_named(&mut self, name: &GroupName) -> Result<Option<Group>, Failure> {
        let tenant = self.tenant();
        let id: Option<String> = rows!(self, |c| sqlx::query_scalar(NAMED)
            .bind(tenant.as_str())
            .bind(name.as_str())
            .fetch_optional(c))?;
        id.map(|id| group(&id, name.as_str())).transpose()
    }

    async fn add_group(&mut self, group: &Group) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let added = touch!(self, |c| sqlx::query(ADD)
            .bind(tenant.as_str())
            .bind(group.id.as_str())
            .bind(group.name.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(added == 1)
    }

    async fn rename_group(&mut self, group: &Group) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let renamed = touch!(self, |c| sqlx::query(RENAME)
            .bind(tenant.as_str())
            .bind(group.id.as_str())
            .bind(group.name.as_str())
            .execute(c))?;
        Ok(renamed == 1)
    }

    async fn delete_group(&mut self, group: &GroupId) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let gone = touch!(self, |c| sqlx::query(DELETE)
            .bind(tenant.as_str())
            .bind(group.as_str())
            .execute(c))?;
        Ok(gone == 1)
    }
}

impl Members for Work {
    async fn members(
        &mut self,
        group: &GroupId,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Member>, Failure> {
        let tenant = self.tenant();
        let found: Vec<(String, String)> = rows!(self, |c| sqlx::query_as(MEMBERS)
            .bind(tenant.as_str())
            .bind(group.as_str())
            .bind(after)
            .bind(limit)
            .fetch_all(c))?;
        let read = |(id, email): (String, String)| {
            let member = UserId::parse(&id).zip(Email::parse(&email));
            let member = member.map(|(user, email)| Member { user, email });
            member.ok_or_else(|| unreadable(&id))
        };
        found.into_iter().map(read).collect()
    }

    async fn add_member(&mut self, group: &GroupId, user: &UserId) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let added = touch!(self, |c| sqlx::query(ADD_MEMBER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(group.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(added == 1)
    }

    async fn remove_member(&mut self, group: &GroupId, user: &UserId) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let removed = touch!(self, |c| sqlx::query(REMOVE_MEMBER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(group.as_str())
            .execute(c))?;
        Ok(removed == 1)
    }

    async fn belonging_of(&mut self, user: &UserId) -> Result<Belonging, Failure> {
        let tenant = self.tenant();
        let found: Vec<(String, String)> = rows!(self, |c| sqlx::query_as(BELONGING)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_all(c))?;
        let unreadable = || unreadable(user.as_str());
        let mut belonging = Belonging { roles: vec![Role::User], groups: Vec::new() };
        for (kind, name) in found {
            match kind.as_str() {
                "role" => belonging.roles.push(Role::parse(&name).ok_or_else(unreadable)?),
                _ => belonging.groups.push(GroupName::parse(&name).ok_or_else(unreadable)?),
            }
        }
        belonging.roles.sort_unstable();
        belonging.groups.sort_unstable();
        Ok(belonging)
    }
}

fn group(id: &str, name: &str) -> Result<Group, Failure> {
    let group = GroupId::parse(id).zip(GroupName::parse(name));
    group.map(|(id, name)| Group { id, name }).ok_or_else(|| unreadable(id))
}

fn unreadable(id: &str) -> Failure {
    Failure::broken(format!("a row about {id} and groups or roles makes no sense"))
}
