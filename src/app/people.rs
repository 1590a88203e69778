//! What people meet: the pages, with what they are given.

use super::open::House;
use crate::accounts;
use crate::accounts::create::Making;
use crate::accounts::desk::{Desk, Rules, documents};
use crate::accounts::factors::password::{BreachList, Cost, policy};
use crate::admin::settings::People;
use crate::config::{self, AskedOf, SecondFactor};
use crate::federation;
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::time::Lifetime;
use crate::oauth::http::Protocol;
use crate::oauth::{authorize, consent, logout, session};
use crate::platform::mail::Post;
use crate::platform::storage::Database;
use crate::sessions::http::{Browsing, with_browsers};
use crate::sessions::model::Limits;
use crate::signin::complete::{Duties, Policy};
use crate::signin::model::{Crowd, Lockout};
use crate::signin::pages::{Explain, Room, routes};
use crate::signin::password::{Ground, Terms};
use crate::signin::throttle::Crowds;
use axum::Router;
use std::sync::Arc;

/// Every page behind which a browser is known.
pub fn pages(house: &Arc<House>, protocol: &Arc<Protocol>) -> Router {
    let federation = Arc::new(house.federation());
    let room = signing_in(house, &federation);
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
        limits: Box::new(move |tenant| limits(&told.people_of(tenant).login)),
    };
    with_browsers(pages, Arc::new(browsing))
}

fn signing_in(house: &Arc<House>, federation: &Arc<federation::Ground>) -> Room {
    let (told, owed) = (Arc::clone(house), Arc::clone(house));
    Room {
        ground: Ground {
            database: house.database.clone(),
            ambient: house.ambient.clone(),
            sealer: house.sealer.clone(),
            passwords: house.passwords.clone(),
        },
        federation: Arc::clone(federation),
        public_url: house.directory.public_url().clone(),
        terms: Box::new(move |tenant| {
            terms(&told.people_of(tenant), Cost::from(&told.settings.load().password.hash))
        }),
        explain: explain(house.database.clone()),
        desk: desk(house),
        duties: Box::new(move |tenant| Arc::new(duties(&owed.people_of(tenant)))),
    }
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
        making: Arc::new(move |tenant| making.account_making(tenant)),
        rules: Arc::new(move |tenant| Rules {
            registration: rules.people_of(tenant).registration.clone(),
            limits: rules.settings.load().rate_limit.clone(),
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

fn terms(people: &People, cost: Cost) -> Terms {
    let login = &people.login;
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
    Terms { lockout, crowds, policy, cost, trust, by_username: login.by_username }
}

fn duties(people: &People) -> Duties {
    Duties {
        password: policy(&people.password, enforced(&people.login)),
        documents: documents(&people.registration),
    }
}

/// Where everybody has a second factor, a password alone lets nobody in.
fn enforced(login: &config::Login) -> SecondFactor {
    match login.second_factor {
        AskedOf::Everybody => SecondFactor::Enforced,
        AskedOf::Nobody | AskedOf::Administrators => SecondFactor::Optional,
    }
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
    pub fn account_making(&self, tenant: TenantId) -> Result<Making, Failure> {
        let (settings, people) = (self.settings.load(), self.people_of(tenant));
        let list = match &settings.password.breach_list {
            Some(file) => BreachList::open(file)?,
            None => BreachList::built_in()?,
        };
        Ok(Making {
            database: self.database.clone(),
            ambient: self.ambient.clone(),
            passwords: self.passwords.clone(),
            policy: policy(&people.password, enforced(&people.login)),
            list: Arc::new(list),
            cost: Cost::from(&settings.password.hash),
        })
    }
}
