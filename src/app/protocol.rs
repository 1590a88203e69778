//! The ground of the protocol's endpoints.

use super::open::House;
use crate::config::{self, Settings};
use crate::kernel::failure::Failure;
use crate::oauth::behind::Askers;
use crate::oauth::clients::throttle::{Allowed, Failures};
use crate::oauth::credential::CredentialKeys;
use crate::oauth::ground::{Accounts, Ground};
use crate::oauth::http::Protocol;
use crate::oauth::realm::SignUp;
use crate::oauth::refused::Pace;
use crate::oauth::subject::Subjects;
use crate::oauth::token::signing::SigningPool;
use crate::platform::outbound::Documents;
use crate::platform::workers::{Pool, Size};
use std::sync::Arc;

/// Signatures that may wait: a fifth of a second on one core.
const WAITING: usize = 1024;

pub(super) fn protocol(house: &Arc<House>) -> Result<Arc<Protocol>, Failure> {
    let minter = SigningPool {
        ring: Arc::clone(&house.ring),
        pool: Pool::new("sign", Size::of_cores(WAITING))?,
    };
    let limited = Arc::clone(house);
    let ground = Ground {
        database: house.database.clone(),
        sealer: house.sealer.clone(),
        chance: Arc::clone(&house.ambient.chance),
        credentials: CredentialKeys::new(),
        subjects: Subjects::default(),
        clients: Arc::clone(&house.clients),
        failures: Failures::new(move || allowed(&limited.settings.load().rate_limit)),
        refusals: Pace::default(),
        documents: Documents::new(Arc::clone(&house.outbound)),
        minter,
        people: Accounts,
        askers: Askers::default(),
    };
    let (asked, told) = (Arc::clone(house), Arc::clone(house));
    let (known, open) = (Arc::clone(house), Arc::clone(house));
    Ok(Arc::new(Protocol {
        ground,
        public_url: house.directory.public_url().clone(),
        jwt: Box::new(move |tenant| asked.jwt(tenant)),
        clients: Box::new(move |tenant| told.clients_of(tenant)),
        sign_up: Box::new(move || sign_up(&open.settings.load())),
        resources: Box::new(move |tenant| known.resources_of(tenant)),
    }))
}

pub(super) const fn sign_up(settings: &Settings) -> SignUp {
    match settings.registration.enabled {
        true => SignUp::Open,
        false => SignUp::Closed,
    }
}

fn allowed(limits: &config::RateLimit) -> Allowed {
    Allowed { most: limits.token.most, per: limits.token.per }
}
