//! What people meet: the pages, with what they are given.

use super::open::House;
use crate::accounts;
use crate::accounts::create::Making;
use crate::accounts::desk::{Desk, Rules};
use crate::accounts::factors::password::{BreachList, Cost, policy};
use crate::config::{self, AskedOf, SecondFactor};
use crate::federation;
use crate::kernel::failure::Failure;
use crate::kernel::time::Lifetime;
use crate::oauth::http::Protocol;
use crate::oauth::{authorize, consent, logout, session};
use crate::platform::mail::Post;
use crate::platform::storage::Database;
use crate::sessions::http::{Browsing, with_browsers};
use crate::sessions::model::Limits;
use crate::signin::complete::Policy;
use crate::signin::model::{Crowd, Lockout};
use crate::signin::pages::{Explain, Room, routes};
use crate::signin::password::{Ground, Terms};
use crate::signin::throttle::Crowds;
use axum::Router;
use std::sync::Arc;

/// Every page behind which a browser is known.
pub fn pages(house: &Arc<House>, protocol: &Arc<Protocol>) -> Router {
    let (told, asked) = (Arc::clone(house), Arc::clone(house));
    let federation = Arc::new(house.federation());
    let room = Room {
        ground: Ground {
            database: house.database.clone(),
            ambient: house.ambient.clone(),
            sealer: house.sealer.clone(),
            passwords: house.passwords.clone(),
        },
        federation: Arc::clone(&federation),
        public_url: house.directory.public_url().clone(),
        terms: Box::new(move |_| terms(&told.settings.load())),
        explain: explain(house.database.clone()),
        may_register: Box::new(move || asked.settings.load().registration.enabled),
    };
    let account = accounts::pages::Room {
        database: house.database.clone(),
        ambient: house.ambient.clone(),
        sealer: house.sealer.clone(),
        desk: desk(house),
    };
    let linked = federation::pages::Room {
        ground: federation,
        public_url: house.directory.public_url().clone(),
    };
    let pages = routes(Arc::new(room))
        .merge(accounts::pages::routes(Arc::new(account)))
        .merge(federation::pages::routes(Arc::new(linked)))
        .merge(authorize::pages::routes(Arc::clone(protocol)))
        .merge(consent::pages::routes(house.database.clone()))
        .merge(logout::pages::routes(Arc::clone(protocol)))
        .merge(session::pages::routes(Arc::clone(protocol)));
    let told = Arc::clone(house);
    let browsing = Browsing {
        database: house.database.clone(),
        ambient: house.ambient.clone(),
        public_url: house.directory.public_url().clone(),
        limits: Box::new(move || limits(&told.settings.load().login)),
    };
    with_browsers(pages, Arc::new(browsing))
}

/// With what accounts are registered and recovered.
pub fn desk(house: &Arc<House>) -> Desk {
    let (making, rules, told) = (Arc::clone(house), Arc::clone(house), Arc::clone(house));
    Desk {
        database: house.database.clone(),
        sealer: house.sealer.clone(),
        directory: Arc::clone(&house.directory),
        post: Post {
            database: house.database.clone(),
            settings: Arc::new(move || told.settings.load().mail.clone()),
        },
        making: Arc::new(move || making.account_making()),
        rules: Arc::new(move || {
            let settings = rules.settings.load();
            Rules {
                registration: settings.registration.clone(),
                limits: settings.rate_limit.clone(),
            }
        }),
    }
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

/// Then a password is refused until it is another (R-NIST-06).
const MOST_IN_A_ROW: i64 = 100;

fn terms(settings: &config::Settings) -> Terms {
    let login = &settings.login;
    let lockout = Lockout {
        most: login.max_failed_attempts.into(),
        lasting: Lifetime::minutes(login.lockout_minutes.into()),
        most_in_a_row: MOST_IN_A_ROW,
    };
    let crowd = |most: u32| Crowd { most: most.into(), within: Lifetime::minutes(10) };
    let crowds = Crowds {
        address: crowd(login.max_failed_per_address),
        network: crowd(login.max_failed_per_network),
    };
    let policy = Policy {
        everybody: login.second_factor == AskedOf::Everybody,
        administrators: login.second_factor == AskedOf::Administrators,
    };
    let trust = Lifetime::days(login.trust_device_days.into());
    Terms { lockout, crowds, policy, cost: Cost::from(&settings.password.hash), trust }
}

impl House {
    /// With what people are sent to other providers.
    pub fn federation(&self) -> federation::Ground {
        federation::Ground {
            database: self.database.clone(),
            sealer: self.sealer.clone(),
            ambient: self.ambient.clone(),
            outbound: Arc::clone(&self.outbound),
            lines: federation::line::Lines::default(),
        }
    }

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
