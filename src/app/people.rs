//! What people meet: the pages, with what they are given.

use super::open::House;
use crate::accounts;
use crate::accounts::create::Making;
use crate::accounts::factors::password::{BreachList, Cost, policy};
use crate::config::{self, SecondFactor};
use crate::kernel::failure::Failure;
use crate::kernel::time::Lifetime;
use crate::oauth::authorize;
use crate::oauth::http::Protocol;
use crate::platform::storage::Database;
use crate::sessions::http::{Browsing, with_browsers};
use crate::sessions::model::Limits;
use crate::signin::model::Lockout;
use crate::signin::pages::{Explain, Room, routes};
use crate::signin::password::{Ground, Terms};
use axum::Router;
use std::sync::Arc;

/// Every page behind which a browser is known.
pub fn pages(house: &Arc<House>, protocol: &Arc<Protocol>) -> Router {
    let told = Arc::clone(house);
    let room = Room {
        ground: Ground {
            database: house.database.clone(),
            ambient: house.ambient.clone(),
            sealer: house.sealer.clone(),
            passwords: house.passwords.clone(),
        },
        terms: Box::new(move || terms(&told.settings.load())),
        explain: explain(house.database.clone()),
    };
    let account = accounts::pages::Room { database: house.database.clone() };
    let pages = routes(Arc::new(room))
        .merge(accounts::pages::routes(Arc::new(account)))
        .merge(authorize::pages::routes(Arc::clone(protocol)));
    let told = Arc::clone(house);
    let browsing = Browsing {
        database: house.database.clone(),
        ambient: house.ambient.clone(),
        public_url: house.directory.public_url().clone(),
        limits: Box::new(move || limits(&told.settings.load().login)),
    };
    with_browsers(pages, Arc::new(browsing))
}

/// `signin` comes before `oauth`, and is told by it who waits.
fn explain(database: Database) -> Explain {
    Box::new(move |at, path| {
        let database = database.clone();
        Box::pin(async move { authorize::explain::purpose(&database, at, path).await })
    })
}

fn limits(login: &config::Login) -> Limits {
    Limits {
        idle: Lifetime::minutes(login.idle_timeout_minutes.into()),
        absolute: Lifetime::minutes(login.session_timeout_minutes.into()),
    }
}

fn terms(settings: &config::Settings) -> Terms {
    let login = &settings.login;
    let lockout = Lockout {
        most: login.max_failed_attempts.into(),
        lasting: Lifetime::minutes(login.lockout_minutes.into()),
    };
    Terms { lockout, cost: Cost::from(&settings.password.hash) }
}

impl House {
    /// With what accounts are made.
    pub fn account_making(&self) -> Result<Making, Failure> {
        let settings = self.settings.load();
        let list = match &settings.password.breach_list {
            Some(file) => BreachList::open(file)?,
            None => BreachList::built_in()?,
        };
        Ok(Making {
            database: self.database.clone(),
            ambient: self.ambient.clone(),
            passwords: self.passwords.clone(),
            policy: policy(&settings.password, SecondFactor::Optional),
            list: Arc::new(list),
            cost: Cost::from(&settings.password.hash),
        })
    }
}
