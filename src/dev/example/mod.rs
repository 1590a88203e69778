//! "Example accounts": a provider of `vestibule dev`, at which anybody is whoever they say they are.
//!
//! ```text
//! pages.rs   its form and endpoints   ─ model.rs   who is signed in there, and codes on their way
//! ```
//!
//! It has a port and a key of its own and knows the server by its address alone. What it knows is gone when it ends.

pub mod model;
pub mod pages;

use crate::events::Context;
use crate::federation::Ground;
use crate::federation::manage::{Refusal, add, edit};
use crate::federation::model::provider::SignOut;
use crate::federation::model::{Kind, Mapping, Rule, Settings};
use crate::kernel::failure::{Failure, No};
use crate::kernel::secret::Secret;
use crate::platform::storage::At;
use crate::tenants::model::Slug;
use model::{CLIENT, SECRET};

/// Its name for people, and in the server's addresses.
pub const NAME: &str = "Example accounts";
const SLUG: &str = "example";

/// As it is known to the server. Where it lives is registered anew at each start, since the ports are chosen then.
pub async fn register(
    federation: &Ground,
    at: At,
    home: &str,
    context: &Context,
) -> Result<(), Failure> {
    let unusable = |refusal: String| Failure::broken(refusal);
    let slug = Slug::parse(SLUG).map_err(|e| unusable(e.to_string()))?;
    let move_here = |settings: &mut Settings| {
        home.clone_into(&mut settings.issuer);
        home.clone_into(&mut settings.origin);
    };
    match edit(federation, at, (&slug, &move_here), context).await {
        Ok(_) => return Ok(()),
        Err(No::Refused(Refusal::Unknown(_))) => {}
        Err(No::Refused(refusal)) => return Err(unusable(refusal.to_string())),
        Err(No::Failed(failure)) => return Err(failure),
    }
    let added = add(federation, at, (&slug, &settings(home), &Secret::new(SECRET)), context).await;
    match added {
        Ok(_) => Ok(()),
        Err(No::Refused(refusal)) => Err(unusable(refusal.to_string())),
        Err(No::Failed(failure)) => Err(failure),
    }
}

/// As `vestibule provider add oidc` makes them.
fn settings(home: &str) -> Settings {
    Settings {
        kind: Kind::Oidc,
        label: NAME.into(),
        issuer: home.to_owned(),
        client_id: CLIENT.into(),
        scopes: vec!["email".into(), "profile".into()],
        algorithms: vec!["ES256".into()],
        rule: Rule::Ask,
        domains: Vec::new(),
        routes: Vec::new(),
        makes_accounts: true,
        hosted_domain: None,
        prompt: None,
        origin: home.to_owned(),
        clients: Vec::new(),
        sign_out: SignOut::Offer,
        mapping: Mapping::default(),
    }
}
