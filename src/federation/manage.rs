//! Providers are added, tried, disabled and deleted by whoever runs the server.

use super::Ground;
use super::follow::{Effect, plan, release};
use super::model::{
    Health, Kind, MappedGroups, MappedRoles, Mapping, Provider, Providers, Settings,
};
use super::provider::{Found, Trouble, assertion_of, find};
use super::rules::{Senseless, check};
use crate::accounts::model::{AttributeSchemas, GroupName, Groups, User};
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::secret::Secret;
use crate::kernel::uri::Origin;
use crate::platform::outbound::Outbound;
use crate::platform::sealing::Purpose;
use crate::platform::storage::{At, Work};
use crate::tenants::model::Slug;
use thiserror::Error;
use url::Url;

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    #[error("there is a provider {0} already")]
    Taken(Slug),
    #[error("there is no provider {0}")]
    Unknown(String),
    #[error(transparent)]
    Senseless(#[from] Senseless),
    #[error("the provider cannot be used: {0}")]
    Unusable(Trouble),
}

/// What the provider says of itself fills in what is missing, before anything is written.
pub async fn complete(ground: &Ground, mut settings: Settings) -> Result<Settings, Refusal> {
    let found = look(ground, &settings).await.map_err(Refusal::Unusable)?;
    if settings.algorithms.is_empty() {
        settings.algorithms = found.algorithms;
    }
    settings.origin = origin(&found.authorization_endpoint).map_err(Refusal::Unusable)?;
    Ok(settings)
}

/// What is found at a provider now.
pub async fn look(ground: &Ground, settings: &Settings) -> Result<Found, Trouble> {
    if settings.kind != Kind::Github {
        let found = find(&ground.outbound, &settings.issuer).await?;
        let is_known = |one: &String| settings.algorithms.contains(one);
        let fits = settings.algorithms.is_empty() || found.algorithms.iter().any(is_known);
        let none = || Trouble::Untrusted("it signs with no algorithm that is accepted".into());
        return if fits && !found.algorithms.is_empty() { Ok(found) } else { Err(none()) };
    }
    let authorization_endpoint = format!("{}/login/oauth/authorize", settings.issuer);
    let token_endpoint = format!("{}/login/oauth/access_token", settings.issuer);
    ground.outbound.check(&token_endpoint)?;
    Ok(Found {
        authorization_endpoint,
        token_endpoint,
        userinfo_endpoint: None,
        algorithms: Vec::new(),
        keys: 0,
        names_itself: false,
        ends_sessions: false,
    })
}

fn origin(endpoint: &str) -> Result<String, Trouble> {
    let wrong = || Trouble::Untrusted(format!("{endpoint} is no address for browsers"));
    let url = Url::parse(endpoint).map_err(|_| wrong())?;
    let origin = Origin::parse(&url.origin().ascii_serialization()).map_err(|_| wrong())?;
    Ok(origin.as_str().to_owned())
}

pub async fn add(
    ground: &Ground,
    at: At,
    (slug, settings, secret): (&Slug, &Settings, &Secret),
    context: &Context,
) -> Result<Provider, No<Refusal>> {
    let provider = Provider {
        slug: slug.clone(),
        settings: settings.clone(),
        made_at: at.now,
        changed_at: at.now,
        disabled_at: None,
    };
    let keep = async |work: &mut Work| {
        let (name, bytes) = (slug.as_str(), secret.reveal().as_bytes());
        let sealed = ground.sealer.seal(work, Purpose::ProviderSecret, name, bytes).await?;
        if !work.add_provider(&provider, &sealed).await? {
            return Err(No::Refused(Refusal::Taken(slug.clone())));
        }
        let (provider, issuer) = (Name::new(name), Name::new(&settings.issuer));
        work.record(&Event::ProviderCreated { provider, issuer }, context);
        Ok(())
    };
    ground.database.write(at, keep).await?;
    Ok(provider)
}

pub async fn get(ground: &Ground, at: At, slug: &Slug) -> Result<(Provider, Health), No<Refusal>> {
    let read = async |work: &mut Work| {
        let provider = work.provider(slug).await?;
        Ok(provider.zip(Some(work.health(slug).await?)))
    };
    let found = ground.database.read(at, read).await?;
    found.ok_or_else(|| No::Refused(Refusal::Unknown(slug.to_string())))
}

pub async fn list(ground: &Ground, at: At) -> Result<Vec<(Provider, Health)>, Failure> {
    let read = async |work: &mut Work| {
        let mut all = Vec::new();
        for provider in work.providers().await? {
            let health = work.health(&provider.slug).await?;
            all.push((provider, health));
        }
        Ok(all)
    };
    ground.database.read(at, read).await
}

/// The same provider with other settings; its secret stays. What stands as it was is no change.
pub async fn edit(
    ground: &Ground,
    at: At,
    (slug, change): (&Slug, &(dyn Fn(&mut Settings) + Sync)),
    context: &Context,
) -> Result<Provider, No<Refusal>> {
    let write = async |work: &mut Work| {
        let found = work.provider(slug).await?;
        let unknown = || No::Refused(Refusal::Unknown(slug.to_string()));
        let mut provider = found.ok_or_else(unknown)?;
        let before = provider.settings.clone();
        change(&mut provider.settings);
        if provider.settings != before {
            provider.changed_at = at.now;
            work.keep_settings(&provider).await?;
            let (slug, issuer) = (slug.as_str(), &provider.settings.issuer);
            let event = Event::ProviderUpdated { provider: slug.into(), issuer: Name::new(issuer) };
            work.record(&event, context);
        }
        Ok(provider)
    };
    ground.database.write(at, write).await
}

/// What is to become of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Disable,
    Enable,
    /// Its identities stay: whoever adds the same issuer again finds them linked.
    Delete,
}

/// Roles and groups that people have because it said so go with it.
async fn release_all(work: &mut Work, slug: &Slug, context: &Context) -> Result<(), Failure> {
    let Some(provider) = work.provider(slug).await? else { return Ok(()) };
    let mut people = work.mapped_by(slug).await?;
    people.extend(work.grouped_by(slug).await?);
    people.sort_unstable();
    people.dedup();
    for user in people {
        release(work, &provider, &user, context).await?;
    }
    Ok(())
}

/// By which rules accounts follow it, at the next sign-in of each.
pub async fn map(
    ground: &Ground,
    at: At,
    (slug, mapping): (&Slug, &Mapping),
    context: &Context,
) -> Result<Provider, No<Refusal>> {
    let read = async |work: &mut Work| Ok((work.attribute_schema().await?, work.groups().await?));
    let (schema, groups) = ground.database.read(at, read).await?;
    let groups: Vec<GroupName> = groups.into_iter().map(|(group, _)| group.name).collect();
    check(mapping, (&schema, &groups))
        .map_err(|senseless| No::Refused(Refusal::Senseless(senseless)))?;
    edit(ground, at, (slug, &|settings| settings.mapping = mapping.clone()), context).await
}

/// What a sign-in with these claims would change: of this account, or of a new one.
pub async fn preview(
    ground: &Ground,
    at: At,
    (slug, user): (&Slug, &User),
    claims: &serde_json::Map<String, serde_json::Value>,
) -> Result<Vec<Effect>, No<Refusal>> {
    let (provider, _) = get(ground, at, slug).await?;
    let told = assertion_of(&provider.settings, claims);
    let assertion = told.map_err(|trouble| No::Refused(Refusal::Unusable(trouble)))?;
    let read = async |work: &mut Work| plan(work, &provider, user, &assertion).await;
    Ok(ground.database.read(at, read).await?.effects)
}

pub async fn change(
    ground: &Ground,
    at: At,
    (slug, change): (&Slug, Change),
    context: &Context,
) -> Result<(), No<Refusal>> {
    let write = async |work: &mut Work| {
        let provider = Name::new(slug.as_str());
        let (is_done, event) = match change {
            Change::Disable => {
                (work.disable(slug, Some(at.now)).await?, Event::ProviderDisabled { provider })
            }
            Change::Enable => {
                (work.disable(slug, None).await?, Event::ProviderEnabled { provider })
            }
            Change::Delete => {
                release_all(work, slug, context).await?;
                (work.delete_provider(slug).await?, Event::ProviderDeleted { provider })
            }
        };
        if !is_done {
            return Err(No::Refused(Refusal::Unknown(slug.to_string())));
        }
        work.record(&event, context);
        Ok(())
    };
    ground.database.write(at, write).await
}
