//! Somebody new arrives and gets an account, with what is told of them.

use super::complete::{Arrival, Refusal};
use super::model::Assertion;
use super::model::arrival::Why;
use crate::accounts::model::{Field, Profile, Status, User, Users};
use crate::events::{Context, Event, Events};
use crate::kernel::failure::No;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::platform::storage::Work;

pub(super) async fn make(
    work: &mut Work,
    arrival: &Arrival,
    is_proven: bool,
    context: &Context,
) -> Result<UserId, No<Refusal>> {
    let (now, assertion) = (work.now(), &arrival.assertion);
    let email = assertion.email.clone().ok_or(No::Refused(Refusal::Why(Why::NoAddress)))?;
    let local = email.as_str().split('@').next().unwrap_or_default().to_owned();
    let user = User {
        id: UserId::new(work),
        email,
        username: None,
        name: assertion.name.clone().unwrap_or(local),
        profile: profile(assertion),
        made_at: now,
        changed_at: now,
        email_verified_at: is_proven.then_some(now),
        status: Status::Active,
    };
    if !work.add_user(&user).await? {
        // Somebody came first a moment ago: the next try finds them.
        return Err(No::Refused(Refusal::Why(Why::NotLinked)));
    }
    work.record(&Event::UserCreated { user: user.id.clone() }, context);
    Ok(user.id)
}

/// What is told of somebody new, as far as it fits.
fn profile(assertion: &Assertion) -> Profile {
    let mut profile = Profile::default();
    for field in
        [Field::GivenName, Field::FamilyName, Field::Picture, Field::Locale, Field::Zoneinfo]
    {
        let said = assertion.claims.get(field.name()).and_then(|values| values.first());
        // What does not fit was not said.
        drop(said.map(|text| profile.set(field, text)));
    }
    profile
}
