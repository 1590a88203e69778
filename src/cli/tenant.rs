//! `vestibule tenant create|list|get|set|unset`.

use super::exit::{Exit, Trouble};
use super::output::{Output, table};
use super::place::Ground;
use super::{Global, block_on};
use crate::admin;
use crate::app::policy;
use crate::kernel::failure::No;
use crate::kernel::uri::{Host, Origin};
use crate::platform::storage::Work;
use crate::tenants::model::{Slug, Taken, Tenant, TenantSettings, display_name};
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub enum Command {
    /// Make a tenant with keys of its own
    Create {
        /// Its name in URLs: a-z, 0-9 and hyphens
        slug: String,
        /// Its name on pages
        #[arg(long)]
        name: Option<String>,
        /// A host name of its own; its issuer is then https://HOST
        #[arg(long)]
        host: Vec<String>,
    },
    /// All tenants
    List,
    /// One tenant, and what it has set for itself
    Get { tenant: String },
    /// Set a value for one tenant, over what the configuration says
    Set { tenant: String, key: String, value: String },
    /// Go back to what the configuration says
    Unset { tenant: String, key: String },
}

impl Command {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        block_on(async {
            let ground = Ground::open(global).await?;
            match self {
                Self::Create { slug, name, host } => {
                    create(&ground, (slug, name, host), output).await?;
                }
                Self::List => list(&ground, output),
                Self::Get { tenant } => get(&ground, &tenant, output).await?,
                Self::Set { tenant, key, value } => {
                    set(&ground, &tenant, (&key, Some(&value)), output).await?;
                }
                Self::Unset { tenant, key } => set(&ground, &tenant, (&key, None), output).await?,
            }
            ground.close().await;
            Ok(())
        })
    }
}

async fn create(
    ground: &Ground,
    (slug, name, hosts): (String, Option<String>, Vec<String>),
    output: Output,
) -> Result<(), Trouble> {
    let usage = |wrong: String| Trouble::new(Exit::Usage, wrong);
    let host = |text: &String| {
        Host::parse(text, "https").ok_or_else(|| usage(format!("{text} is not a host name")))
    };
    let wanted = admin::tenants::NewTenant {
        name: display_name(name.as_deref().unwrap_or(&slug)).map_err(|e| usage(e.to_string()))?,
        slug: Slug::parse(&slug).map_err(|e| usage(e.to_string()))?,
        hosts: hosts.iter().map(host).collect::<Result<_, _>>()?,
    };
    let house = &ground.house;
    let policy = policy(&house.settings.load().jwt);
    let context = ground.context();
    let made =
        admin::tenants::create(&house.making, &house.ambient, &wanted, &policy, &context).await;
    let tenant = made.map_err(|no| match no {
        No::Failed(failure) => failure.into(),
        No::Refused(taken @ (Taken::Slug(_) | Taken::Host(_))) => {
            Trouble::new(Exit::Conflict, taken.to_string())
        }
    })?;
    let data = describe(&tenant, house.directory.public_url());
    let text = format!(
        "✓ tenant {} made ({})\n  issuer  {}",
        tenant.slug,
        tenant.id,
        tenant.issuer(house.directory.public_url())
    );
    output.answer("vestibule.cli.tenant.create/1", &data, &text);
    Ok(())
}

fn describe(tenant: &Tenant, public_url: &Origin) -> Value {
    json!({
        "id": tenant.id.as_str(),
        "slug": tenant.slug.as_str(),
        "name": tenant.name,
        "issuer": tenant.issuer(public_url),
        "hosts": tenant.hosts.iter().map(Host::as_str).collect::<Vec<_>>(),
        "created_at": tenant.made_at.rfc3339(),
    })
}

fn list(ground: &Ground, output: Output) {
    let (all, url) = (ground.house.directory.all(), ground.house.directory.public_url());
    let data = all.iter().map(|tenant| describe(tenant, url)).collect();
    let mut rows = vec![["SLUG", "ID", "NAME", "ISSUER"].map(str::to_owned).to_vec()];
    rows.extend(all.iter().map(|tenant| {
        vec![
            tenant.slug.to_string(),
            tenant.id.to_string(),
            tenant.name.clone(),
            tenant.issuer(url),
        ]
    }));
    output.answer("vestibule.cli.tenant.list/1", &data, &table(&rows));
}

async fn get(ground: &Ground, name: &str, output: Output) -> Result<(), Trouble> {
    let tenant = ground.tenant(Some(name))?;
    let at = ground.at(&tenant);
    let database = &ground.house.database;
    let own = database.read(at, async |work: &mut Work| work.settings().await).await?;
    let mut data = describe(&tenant, ground.house.directory.public_url());
    if let Some(fields) = data.as_object_mut() {
        fields.insert("settings".into(), json!(own));
    }
    let mut rows = Vec::new();
    for (name, value) in data.as_object().into_iter().flatten().filter(|(n, _)| *n != "settings") {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        rows.push(vec![name.clone(), text]);
    }
    rows.extend(own.iter().map(|(name, value)| vec![name.clone(), value.clone()]));
    output.answer("vestibule.cli.tenant.get/1", &data, &table(&rows));
    Ok(())
}

async fn set(
    ground: &Ground,
    name: &str,
    (key, value): (&str, Option<&str>),
    output: Output,
) -> Result<(), Trouble> {
    let tenant = ground.tenant(Some(name))?;
    let (at, context) = (ground.at(&tenant), ground.context());
    let (database, settings) = (&ground.house.database, ground.house.settings.load());
    let done = admin::settings::set(database, at, &settings, (key, value), &context).await;
    done.map_err(|no| match no {
        No::Failed(failure) => failure.into(),
        No::Refused(refusal @ admin::settings::Refusal::Locked(_)) => {
            Trouble::new(Exit::Conflict, refusal.to_string())
        }
        No::Refused(refusal) => Trouble::new(Exit::Usage, refusal.to_string())
            .fix(format!("vestibule config explain {key}")),
    })?;
    let data = json!({ "tenant": tenant.id.as_str(), "key": key, "value": value });
    let text = match value {
        Some(value) => format!("✓ {key} = {value} for {}", tenant.slug),
        None => format!("✓ {key} is as the configuration says for {}", tenant.slug),
    };
    output.answer("vestibule.cli.tenant.set/1", &data, &text);
    Ok(())
}
