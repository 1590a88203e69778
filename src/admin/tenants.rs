//! Making a tenant, and its keys in the same unit of work, so that it is never seen without.

use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::TenantId;
use crate::kernel::moment::Ambient;
use crate::kernel::uri::Host;
use crate::keys::rotate::{KeyMaking, Policy};
use crate::platform::storage::{At, Work, revisions};
use crate::tenants::directory::TOPIC;
use crate::tenants::model::{DEFAULT, Slug, Taken, Tenant, Tenants};

/// What is known of a tenant before it exists.
#[derive(Clone, Debug)]
pub struct NewTenant {
    pub slug: Slug,
    pub name: String,
    pub hosts: Vec<Host>,
}

pub async fn create(
    making: &KeyMaking,
    ambient: &Ambient,
    wanted: &NewTenant,
    policy: &Policy,
    context: &Context,
) -> Result<Tenant, No<Taken>> {
    let now = ambient.now();
    let there = all(making, At { tenant: TenantId::PLATFORM, now }).await?;
    refuse_taken(&there, wanted).map_err(No::Refused)?;
    let tenant = Tenant {
        id: TenantId::new(&mut ambient.clone()),
        slug: wanted.slug.clone(),
        name: wanted.name.clone(),
        hosts: wanted.hosts.clone(),
        made_at: now,
        disabled_at: None,
    };
    let first = making.make_first(policy).await?;
    let at = At { tenant: tenant.id, now };
    making
        .database
        .write(at, async |work: &mut Work| {
            add(work, &tenant, context).await?;
            making.publish_first(work, &first, policy, context).await?;
            Ok(())
        })
        .await?;
    Ok(tenant)
}

/// The one tenant that is always there. Two nodes that start at once make one.
pub async fn ensure_default(
    making: &KeyMaking,
    ambient: &Ambient,
    policy: &Policy,
    context: &Context,
) -> Result<Tenant, Failure> {
    let wanted = NewTenant {
        slug: Slug::parse(DEFAULT).map_err(|e| Failure::broken("the default slug").because(e))?,
        name: "Default".into(),
        hosts: Vec::new(),
    };
    let at = At { tenant: TenantId::PLATFORM, now: ambient.now() };
    let find = |tenants: Vec<Tenant>| tenants.into_iter().find(Tenant::is_default);
    if let Some(there) = find(all(making, at).await?) {
        return Ok(there);
    }
    match create(making, ambient, &wanted, policy, context).await {
        Ok(made) => Ok(made),
        Err(No::Failed(failure)) => Err(failure),
        Err(No::Refused(taken)) => find(all(making, at).await?)
            .ok_or_else(|| Failure::broken("the default tenant cannot be made").because(taken)),
    }
}

pub async fn all(making: &KeyMaking, at: At) -> Result<Vec<Tenant>, Failure> {
    making.database.read(at, async |work: &mut Work| work.tenants().await).await
}

fn refuse_taken(there: &[Tenant], wanted: &NewTenant) -> Result<(), Taken> {
    if there.iter().any(|tenant| tenant.slug == wanted.slug) {
        return Err(Taken::Slug(wanted.slug.clone()));
    }
    let taken = |host: &&Host| there.iter().any(|tenant| tenant.hosts.contains(host));
    match wanted.hosts.iter().find(taken) {
        Some(host) => Err(Taken::Host(host.clone())),
        None => Ok(()),
    }
}

/// The database has the last word on what is taken. A refusal commits: so nothing is written before it
/// is certain, and a host that was taken meanwhile fails the whole.
async fn add(work: &mut Work, tenant: &Tenant, context: &Context) -> Result<(), No<Taken>> {
    if !work.add_tenant(tenant).await? {
        return Err(No::Refused(Taken::Slug(tenant.slug.clone())));
    }
    for host in &tenant.hosts {
        if !work.map_host(host).await? {
            let meanwhile = format!("the host {host} was taken meanwhile; nothing was made");
            return Err(Failure::broken(meanwhile).into());
        }
    }
    revisions::raise(work, TOPIC).await?;
    let event = Event::TenantCreated {
        tenant: tenant.id,
        slug: Name::new(tenant.slug.as_str()),
        name: Name::new(&tenant.name),
    };
    work.record(&event, context);
    Ok(())
}
