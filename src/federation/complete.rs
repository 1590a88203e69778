//! A browser comes back: the trip is claimed once, the provider is asked, and what follows is settled in one
//! commit with whatever else happens then.

use super::Ground;
use super::begin::{note, proofs};
use super::follow::follow;
use super::make::make;
use super::model::arrival::Why;
use super::model::identity::TRIP;
use super::model::{
    Assertion, Identities, Linked, Next, Provider, Providers, Standing, Trip, Trips, Waiting, next,
};
use super::provider::{Asking, Return, Trouble, arrival};
use crate::accounts::model::{PasswordHashes, SecondFactors, User, Users};
use crate::events::{Context, Event, Events, Name};
use crate::kernel::email::Email;
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::platform::sealing::Purpose;
use crate::platform::storage::{At, Work};
use crate::tenants::model::Slug;

/// A trip that has ended here, and with whom we talk about it.
pub struct Claimed {
    pub trip: Trip,
    pub provider: Provider,
    secret: Secret,
    state: Secret,
}

/// What the provider gave the browser for us.
pub struct Brought {
    pub code: Secret,
    pub iss: Option<String>,
    pub redirect_uri: String,
}

/// Who came.
pub struct Arrival {
    pub trip: Trip,
    pub provider: Provider,
    pub assertion: Assertion,
}

/// No such trip: over, used, of another browser or of another provider; or its provider is not ours any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    Trip,
    Provider,
}

/// Whatever comes of it, the state is good for nothing afterwards.
pub async fn claim(
    ground: &Ground,
    at: At,
    provider: &Slug,
    (state, browser): (&Secret, &Secret),
) -> Result<Claimed, No<Lost>> {
    let claim = async |work: &mut Work| {
        let trip = work.come_back(&state.hash(), &browser.hash()).await?;
        let trip = trip.filter(|trip| trip.provider == *provider && at.now < trip.expires_at);
        let trip = trip.ok_or(No::Refused(Lost::Trip))?;
        let provider = still(work, &trip).await?.ok_or(No::Refused(Lost::Provider))?;
        let sealed = work.sealed_secret(&provider.slug).await?.unwrap_or_default();
        let name = provider.slug.as_str();
        let secret = ground.sealer.open(work, Purpose::ProviderSecret, name, &sealed).await?;
        let secret = String::from_utf8(secret)
            .map_err(|_| Failure::broken(format!("the secret of provider {name} is no text")))?;
        Ok(Claimed { trip, provider, secret: Secret::new(secret), state: state.clone() })
    };
    ground.database.write(at, claim).await
}

/// The provider of a trip, if it is still the one that it left for.
async fn still(work: &mut Work, trip: &Trip) -> Result<Option<Provider>, Failure> {
    let found = work.provider(&trip.provider).await?;
    Ok(found.filter(|one| one.is_active() && one.settings.issuer == trip.issuer))
}

/// Nothing is written but the failure.
pub async fn hear(
    ground: &Ground,
    at: At,
    claimed: Claimed,
    (brought, browser): (&Brought, &Secret),
) -> Result<Arrival, No<Trouble>> {
    let Claimed { trip, provider, secret, state } = claimed;
    let line = ground.lines.of(at.tenant, &provider);
    let (outbound, settings) = (&*ground.outbound, &provider.settings);
    let asking = Asking { outbound, known: &line.known, settings, now: at.now };
    let brought = Return {
        redirect_uri: &brought.redirect_uri,
        code: &brought.code,
        iss: brought.iss.as_deref(),
        secret: &secret,
        proofs: &proofs(&state, browser),
        fresh_since: trip.fresh_since,
    };
    let heard = line.ask(at.now, arrival(&asking, &brought)).await;
    match heard {
        Ok(assertion) => {
            line.works();
            Ok(Arrival { trip, provider, assertion })
        }
        Err(trouble) => {
            note(ground, at, &provider, &trouble).await?;
            Err(No::Refused(trouble))
        }
    }
}

/// What somebody's arrival came to.
pub enum Settled {
    /// It is theirs, or has become it.
    Welcome(UserId),
    /// Once the owner of the account has signed in to it. The secret is for this browser alone.
    Prove { user: UserId, proof: Secret },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Why(Why),
    /// The provider is not ours any more.
    Closed,
    Inactive,
}

impl Refusal {
    /// For the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Why(why) => why.as_str(),
            Self::Closed => "provider_closed",
            Self::Inactive => "account_not_active",
        }
    }
}

/// Of somebody who signs in.
pub async fn settle(
    work: &mut Work,
    arrival: &Arrival,
    context: &Context,
) -> Result<Settled, No<Refusal>> {
    let refused = |refusal| Err(No::Refused(refusal));
    if still(work, &arrival.trip).await?.is_none() {
        return refused(Refusal::Closed);
    }
    work.note_success(&arrival.provider.slug).await?;
    let assertion = &arrival.assertion;
    let known = work.identity(&assertion.identity).await?;
    if let Some(linked) = known.as_ref().filter(|one| one.unlinked_at.is_none()) {
        return welcome(work, linked.user.clone(), arrival, context).await;
    }
    let found = match &assertion.email {
        Some(email) => work.user_of_email(email).await?,
        None => None,
    };
    let standing = match found {
        Some(user) => Some(standing(work, &user, known.is_some()).await?),
        None => None,
    };
    match next(&arrival.provider.settings, assertion, standing.as_ref()) {
        Next::Refuse(why) => refused(Refusal::Why(why)),
        Next::Ask(user) => ask(work, user, arrival).await,
        Next::Link(user) => {
            link(work, &user, arrival, context).await?;
            welcome(work, user, arrival, context).await
        }
        Next::Make { is_proven } => {
            let user = make(work, arrival, is_proven, context).await?;
            link(work, &user, arrival, context).await?;
            follow(work, &user, (&arrival.provider, &arrival.assertion), context).await?;
            Ok(Settled::Welcome(user))
        }
    }
}

/// INV-17: every way in asks whether the account lets in.
async fn welcome(
    work: &mut Work,
    user: UserId,
    arrival: &Arrival,
    context: &Context,
) -> Result<Settled, No<Refusal>> {
    let found = work.user(&user).await?;
    if !found.is_some_and(|user| user.status.may_sign_in()) {
        return Err(No::Refused(Refusal::Inactive));
    }
    work.used(&arrival.assertion.identity, &arrival.label()).await?;
    follow(work, &user, (&arrival.provider, &arrival.assertion), context).await?;
    Ok(Settled::Welcome(user))
}

async fn standing(work: &mut Work, user: &User, was_unlinked: bool) -> Result<Standing, Failure> {
    let has_passkey = work.factors_of(&user.id).await?.passkey;
    Ok(Standing {
        user: user.id.clone(),
        is_email_verified: user.email_verified_at.is_some(),
        has_own_way_in: has_passkey || work.password_of(&user.id).await?.is_some(),
        was_unlinked,
    })
}

async fn ask(work: &mut Work, user: UserId, arrival: &Arrival) -> Result<Settled, No<Refusal>> {
    let (proof, now) = (work.secret(), work.now());
    let waiting = Waiting {
        proof: proof.hash(),
        state: arrival.trip.state,
        provider: arrival.provider.slug.clone(),
        identity: arrival.assertion.identity.clone(),
        label: arrival.label(),
        user: user.clone(),
        return_to: arrival.trip.return_to.clone(),
        made_at: now,
        expires_at: now.plus(TRIP),
    };
    work.wait(&waiting).await?;
    Ok(Settled::Prove { user, proof })
}

/// False when it is linked already, to whomever.
pub(super) async fn link(
    work: &mut Work,
    user: &UserId,
    arrival: &Arrival,
    context: &Context,
) -> Result<bool, Failure> {
    let now = work.now();
    let linked = Linked {
        identity: arrival.assertion.identity.clone(),
        user: user.clone(),
        provider: arrival.provider.slug.clone(),
        label: arrival.label(),
        linked_at: now,
        used_at: now,
        unlinked_at: None,
    };
    keep_link(work, &linked, context).await
}

pub(super) async fn keep_link(
    work: &mut Work,
    linked: &Linked,
    context: &Context,
) -> Result<bool, Failure> {
    let is_new = work.link(linked).await?;
    if is_new {
        let provider = Name::new(linked.provider.as_str());
        work.record(&Event::IdentityLinked { user: linked.user.clone(), provider }, context);
    }
    Ok(is_new)
}

impl Arrival {
    /// How the owner recognises the identity among others.
    pub fn label(&self) -> String {
        let assertion = &self.assertion;
        let address = assertion.email.as_ref().map(Email::to_string);
        address.or_else(|| assertion.name.clone()).unwrap_or_default()
    }
}
