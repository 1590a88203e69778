//! What a tenant sets for itself, over what the configuration says.

use crate::config::{self, Clients, Jwt, Login, Password, Registration, Settings};
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::No;
use crate::platform::storage::{At, Database, Work, revisions};
use crate::tenants::directory::TOPIC;
use crate::tenants::model::TenantSettings;
use std::collections::BTreeMap;

/// The sections of which a tenant has a part.
#[derive(Clone, Debug)]
pub struct Own {
    pub jwt: Jwt,
    pub clients: Clients,
    pub people: People,
}

/// What concerns people.
#[derive(Clone, Debug)]
pub struct People {
    pub password: Password,
    pub login: Login,
    pub registration: Registration,
}

impl People {
    pub fn of(settings: &Settings) -> Self {
        Self {
            password: settings.password.clone(),
            login: settings.login.clone(),
            registration: settings.registration.clone(),
        }
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0} is set by the configuration file (managed.lock); change it there")]
    Locked(String),
    #[error("{0}")]
    Wrong(String),
}

/// Set one, or with `None` go back to what the configuration says.
pub async fn set(
    database: &Database,
    at: At,
    settings: &Settings,
    (name, value): (&str, Option<&str>),
    context: &Context,
) -> Result<(), No<Refusal>> {
    if settings.managed.locks(name) {
        return Err(No::Refused(Refusal::Locked(name.into())));
    }
    database
        .write(at, async |work: &mut Work| {
            let mut own = work.settings().await?;
            match value {
                Some(value) => own.insert(name.into(), value.into()),
                None => own.remove(name),
            };
            let judged = of_tenant(settings, &own).map_err(Refusal::Wrong);
            judged.map_err(No::Refused)?;
            match value {
                Some(value) => work.set(name, value).await?,
                None => drop(work.unset(name).await?),
            }
            revisions::raise(work, TOPIC).await?;
            let event = Event::TenantUpdated { tenant: at.tenant, changed: vec![Name::new(name)] };
            work.record(&event, context);
            Ok(())
        })
        .await
}

/// What holds for a tenant. A key that was locked later counts no more.
pub fn of_tenant(settings: &Settings, own: &BTreeMap<String, String>) -> Result<Own, String> {
    if let Some(unknown) = own.keys().find(|name| config::key(name).is_none_or(|key| !key.tenant)) {
        return Err(format!("{unknown} is not a setting of tenants"));
    }
    let free = own.iter().filter(|(name, _)| !settings.managed.locks(name));
    let of = |section: &str| {
        let mine = free.clone().filter(|(name, _)| name.starts_with(section));
        mine.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let people = People {
        password: settings.password.with_overrides(&of("password."))?,
        login: settings.login.with_overrides(&of("login."))?,
        registration: settings.registration.with_overrides(&settings.mail, &of("registration."))?,
    };
    let jwt = settings.jwt.with_overrides(&of("jwt."))?;
    let clients = settings.clients.with_overrides(&of("clients."))?;
    Ok(Own { jwt, clients, people })
}
