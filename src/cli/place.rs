//! The ground of a command: the house, opened beside a server that may be running.

use super::Global;
use super::exit::{Exit, Trouble};
use crate::app::{House, Role};
use crate::events::Context;
use crate::platform::ambient;
use crate::platform::storage::At;
use crate::tenants::model::Tenant;
use std::sync::Arc;

pub struct Ground {
    pub house: Arc<House>,
    role: Role,
}

impl Ground {
    pub async fn open(global: &Global) -> Result<Self, Trouble> {
        let loaded = global.load()?;
        loaded.require(&["server.public_url"])?;
        let role = Role::Command { user: user() };
        let house = House::open(loaded.settings, ambient::system(), &role).await?;
        Ok(Self { house: Arc::new(house), role })
    }

    pub fn context(&self) -> Context {
        self.house.context(&self.role)
    }

    /// By slug or id; the default one without.
    pub fn tenant(&self, name: Option<&str>) -> Result<Arc<Tenant>, Trouble> {
        let all = self.house.directory.all();
        let is_meant = |tenant: &&Arc<Tenant>| match name {
            Some(name) => tenant.slug.as_str() == name || tenant.id.as_str() == name,
            None => tenant.is_default(),
        };
        all.iter().find(is_meant).cloned().ok_or_else(|| {
            Trouble::new(
                Exit::NotFound,
                format!("there is no tenant {}", name.unwrap_or("default")),
            )
            .fix("vestibule tenant list")
        })
    }

    pub fn at(&self, tenant: &Tenant) -> At {
        At { tenant: tenant.id, now: self.house.ambient.now() }
    }

    pub async fn close(self) {
        self.house.database.close().await;
    }
}

/// Who is at the keyboard, for the audit log; a number where the system has no name.
fn user() -> String {
    let number = ambient::user_number();
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(number)).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| format!("uid {number}"))
}
