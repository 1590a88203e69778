//! `vestibule provider add|test|list|map|preview|disable|enable|delete`: who signs people in for us.

mod add;
mod map;

use super::exit::{Exit, Trouble};
use super::output::{Output, table};
use super::place::Ground;
use super::{Global, block_on};
use crate::federation::farewell::return_uri;
use crate::federation::manage::{self, Change, Refusal};
use crate::federation::model::{Health, Provider as Known};
use crate::federation::{self, redirect_uri};
use crate::kernel::failure::No;
use crate::kernel::time::Timestamp;
use crate::platform::storage::At;
use crate::tenants::model::Slug;
use add::{Add, kind, secret, wanted};
use clap::{Args, Subcommand};
use map::{Preview, Rules};
use serde_json::{Value, json};

#[derive(Args)]
pub struct Provider {
    /// Whose providers; the default tenant's without it
    #[arg(long, global = true, value_name = "SLUG")]
    tenant: Option<String>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Let another provider sign people in
    Add(Box<Add>),
    /// Look whether a provider answers, and print the redirect URI that it must know
    Test { name: String },
    /// All providers, and how they are
    List,
    /// Let accounts follow what a provider says, at each sign-in; these rules take the place of all before
    Map(Rules),
    /// What a sign-in with some claims would change, by the rules as they are
    Preview(Preview),
    /// Let a provider sign nobody in until it is enabled again
    Disable { name: String },
    /// Let it sign people in again
    Enable { name: String },
    /// Forget a provider and its secret; the links of people stay for when it comes back
    Delete { name: String },
}

impl Provider {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        block_on(async {
            let ground = Ground::open(global).await?;
            let tenant = ground.tenant(self.tenant.as_deref())?;
            let asked = Asked {
                at: ground.at(&tenant),
                federation: ground.house.federation(),
                issuer: tenant.issuer(ground.house.directory.public_url()),
                ground: &ground,
                output,
            };
            match self.verb {
                Verb::Add(add) => asked.add(*add).await?,
                Verb::Test { name } => asked.test(&name).await?,
                Verb::List => asked.list().await?,
                Verb::Map(rules) => asked.map(rules).await?,
                Verb::Preview(preview) => asked.preview(preview).await?,
                Verb::Disable { name } => asked.change(&name, Change::Disable).await?,
                Verb::Enable { name } => asked.change(&name, Change::Enable).await?,
                Verb::Delete { name } => asked.change(&name, Change::Delete).await?,
            }
            ground.close().await;
            Ok(())
        })
    }
}

struct Asked<'a> {
    ground: &'a Ground,
    federation: federation::Ground,
    at: At,
    issuer: String,
    output: Output,
}

impl Asked<'_> {
    async fn add(&self, add: Add) -> Result<(), Trouble> {
        let usage = |wrong: String| Trouble::new(Exit::Usage, wrong);
        let secret = secret(add.secret_file.as_ref())?;
        let kind = kind(add.kind);
        let slug = add.name.clone().unwrap_or_else(|| kind.as_str().to_owned());
        let slug = Slug::parse(&slug).map_err(|e| usage(e.to_string()))?;
        let settings = wanted(add, kind)?.settings().map_err(|e| usage(e.to_string()))?;
        let settings =
            manage::complete(&self.federation, settings).await.map_err(|refusal| said(&refusal))?;
        let context = self.ground.context();
        let wanted = (&slug, &settings, &secret);
        let made = manage::add(&self.federation, self.at, wanted, &context).await;
        let provider = made.map_err(refused)?;
        let text = format!(
            "✓ {} may sign people in ({slug})\n\n  redirect URI   {}\n  sign-out URI   {}\n\nTell it these addresses, exactly; the second where it asks where to go after signing out.\n\n  next   vestibule provider test {slug}",
            settings.label,
            self.redirect_uri(&slug),
            return_uri(&self.issuer),
        );
        let data = self.describe(&provider, &Health::default());
        self.output.answer("vestibule.cli.provider.add/1", &data, &text);
        Ok(())
    }

    async fn test(&self, name: &str) -> Result<(), Trouble> {
        let slug = slug(name)?;
        let (provider, health) =
            manage::get(&self.federation, self.at, &slug).await.map_err(refused)?;
        let found = manage::look(&self.federation, &provider.settings).await;
        let found = found.map_err(|trouble| said(&Refusal::Unusable(trouble)))?;
        let mut data = self.describe(&provider, &health);
        if let Some(fields) = data.as_object_mut() {
            fields.insert("authorization_endpoint".into(), json!(found.authorization_endpoint));
            fields.insert("token_endpoint".into(), json!(found.token_endpoint));
            fields.insert("keys".into(), json!(found.keys));
        }
        let text = format!(
            "✓ {} answers\n\n  issuer         {}\n  sends people to  {}\n  keys           {}\n  redirect URI   {}\n  {}\n\nThe redirect URI must stand at the provider exactly as it stands here.",
            provider.settings.label,
            provider.settings.issuer,
            found.authorization_endpoint,
            found.keys,
            self.redirect_uri(&slug),
            match found.ends_sessions {
                true => format!("sign-out URI   {}", return_uri(&self.issuer)),
                false => "sign-out       it ends no sessions for others".to_owned(),
            },
        );
        self.output.answer("vestibule.cli.provider.test/1", &data, &text);
        Ok(())
    }

    async fn list(&self) -> Result<(), Trouble> {
        let all = manage::list(&self.federation, self.at).await?;
        let head = ["NAME", "KIND", "LABEL", "LINKS", "STATE", "LAST SUCCESS", "LAST FAILURE"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(all.iter().map(|(provider, health)| {
            let at = |time: Option<Timestamp>| time.map_or("–".into(), Timestamp::rfc3339);
            let failure = health.failure.as_ref().map_or(String::new(), |why| format!(" {why}"));
            vec![
                provider.slug.to_string(),
                provider.settings.kind.as_str().to_owned(),
                provider.settings.label.clone(),
                provider.settings.rule.as_str().to_owned(),
                state(provider).to_owned(),
                at(health.succeeded_at),
                at(health.failed_at) + failure.as_str(),
            ]
        }));
        let data = all.iter().map(|(provider, health)| self.describe(provider, health)).collect();
        self.output.answer("vestibule.cli.provider.list/1", &data, &table(&rows));
        Ok(())
    }

    async fn change(&self, name: &str, change: Change) -> Result<(), Trouble> {
        let (slug, context) = (slug(name)?, self.ground.context());
        let done = manage::change(&self.federation, self.at, (&slug, change), &context).await;
        done.map_err(refused)?;
        let verb = match change {
            Change::Disable => "disable",
            Change::Enable => "enable",
            Change::Delete => "delete",
        };
        let kind = format!("vestibule.cli.provider.{verb}/1");
        self.output.answer(&kind, &json!({"name": name}), &format!("✓ {name}: {verb}d"));
        Ok(())
    }

    fn redirect_uri(&self, slug: &Slug) -> String {
        redirect_uri(&self.issuer, slug.as_str())
    }

    fn describe(&self, provider: &Known, health: &Health) -> Value {
        json!({
            "name": provider.slug.as_str(),
            "settings": provider.settings,
            "state": state(provider),
            "redirect_uri": self.redirect_uri(&provider.slug),
            "sign_out_uri": return_uri(&self.issuer),
            "created_at": provider.made_at.rfc3339(),
            "last_success_at": health.succeeded_at.map(Timestamp::rfc3339),
            "last_failure_at": health.failed_at.map(Timestamp::rfc3339),
            "last_failure": health.failure,
        })
    }
}

const fn state(provider: &Known) -> &'static str {
    if provider.is_active() { "enabled" } else { "disabled" }
}

fn slug(name: &str) -> Result<Slug, Trouble> {
    Slug::parse(name).map_err(|_| said(&Refusal::Unknown(name.into())))
}

fn refused(no: No<Refusal>) -> Trouble {
    match no {
        No::Failed(failure) => failure.into(),
        No::Refused(refusal) => said(&refusal),
    }
}

fn said(refusal: &Refusal) -> Trouble {
    let exit = match refusal {
        Refusal::Taken(_) => Exit::Conflict,
        Refusal::Unknown(_) => Exit::NotFound,
        Refusal::Senseless(_) => Exit::Usage,
        Refusal::Unusable(_) => Exit::Failed,
    };
    let trouble = Trouble::new(exit, refusal.to_string());
    match refusal {
        Refusal::Unknown(_) => trouble.fix("vestibule provider list"),
        _ => trouble,
    }
}
