//! `vestibule resource create|list|get|update|delete`: the APIs that tokens are for.

mod wanted;

use super::exit::{Exit, Trouble};
use super::output::{Output, table};
use super::place::Ground;
use super::{Global, block_on, confirm};
use crate::admin::resources;
use crate::kernel::failure::No;
use crate::oauth::resources::Refusal;
use crate::oauth::resources::model::Resource as Api;
use crate::platform::storage::At;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use wanted::Wanted;

pub(super) use wanted::{format, seconds};

#[derive(Args)]
pub struct Resource {
    /// Whose resources; the default tenant's without it
    #[arg(long, global = true, value_name = "SLUG")]
    tenant: Option<String>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Register an API by its address, which stands in its tokens as their audience
    Create {
        uri: String,
        #[command(flatten)]
        wanted: Wanted,
    },
    /// All of them
    List,
    /// One of them, with its scopes and what they say
    Get { uri: String },
    /// Change its name, scopes, sentences or tokens
    Update {
        uri: String,
        #[command(flatten)]
        wanted: Wanted,
    },
    /// Take it from the register; tokens for it stay good until they are over
    Delete {
        uri: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

impl Resource {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        block_on(async {
            let ground = Ground::open(global).await?;
            let tenant = ground.tenant(self.tenant.as_deref())?;
            let asked = Asked { at: ground.at(&tenant), ground: &ground, output };
            match self.verb {
                Verb::Create { uri, wanted } => asked.create(&uri, &wanted).await?,
                Verb::List => asked.list().await?,
                Verb::Get { uri } => asked.get(&uri).await?,
                Verb::Update { uri, wanted } => asked.update(&uri, &wanted).await?,
                Verb::Delete { uri, yes } => asked.delete(&uri, yes, global).await?,
            }
            ground.close().await;
            Ok(())
        })
    }
}

struct Asked<'a> {
    ground: &'a Ground,
    at: At,
    output: Output,
}

impl Asked<'_> {
    async fn create(&self, uri: &str, wanted: &Wanted) -> Result<(), Trouble> {
        let api = wanted.over(Api::new(uri, wanted.name().unwrap_or(uri)))?;
        let (database, context) = (&self.ground.house.database, self.ground.context());
        let made = resources::create(database, self.at, &api, &context).await;
        made.map_err(refused)?;
        let scopes = api.scopes.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
        let text = format!(
            "✓ resource {} registered\n\n  next   vestibule client update CLIENT_ID --scope \"openid {scopes}\"",
            api.uri
        );
        self.output.answer("vestibule.cli.resource.create/1", &describe(&api), &text);
        Ok(())
    }

    async fn list(&self) -> Result<(), Trouble> {
        let all = resources::all(&self.ground.house.database, self.at).await?;
        let header = ["ADDRESS", "NAME", "SCOPES", "TOKENS"];
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        rows.extend(all.iter().map(|api| {
            let scopes: Vec<&str> = api.scopes.keys().map(String::as_str).collect();
            let format = api.access_token_format.as_str().to_owned();
            vec![api.uri.clone(), api.name.clone(), scopes.join(" "), format]
        }));
        let data = all.iter().map(describe).collect();
        self.output.answer("vestibule.cli.resource.list/1", &data, &table(&rows));
        Ok(())
    }

    async fn get(&self, uri: &str) -> Result<(), Trouble> {
        let data = describe(&self.find(uri).await?);
        let text = serde_json::to_string_pretty(&data).unwrap_or_default();
        self.output.answer("vestibule.cli.resource.get/1", &data, &text);
        Ok(())
    }

    async fn update(&self, uri: &str, wanted: &Wanted) -> Result<(), Trouble> {
        let api = wanted.over(self.find(uri).await?)?;
        let (database, context) = (&self.ground.house.database, self.ground.context());
        let done = resources::update(database, self.at, &api, &context).await;
        done.map_err(refused)?;
        let text = format!("✓ {} changed\n\n  next   every node knows within a second", api.uri);
        self.output.answer("vestibule.cli.resource.update/1", &describe(&api), &text);
        Ok(())
    }

    async fn delete(&self, uri: &str, yes: bool, global: &Global) -> Result<(), Trouble> {
        let api = self.find(uri).await?;
        let question = format!("take {} with {} scopes away?", api.uri, api.scopes.len());
        confirm(&question, yes, global, self.output)?;
        let (database, context) = (&self.ground.house.database, self.ground.context());
        resources::delete(database, self.at, &api.uri, &context).await?;
        let text = format!("✓ {} is no resource any more", api.uri);
        self.output.answer("vestibule.cli.resource.delete/1", &describe(&api), &text);
        Ok(())
    }

    async fn find(&self, uri: &str) -> Result<Api, Trouble> {
        let missing = || {
            Trouble::new(Exit::NotFound, format!("there is no resource {uri}"))
                .fix("vestibule resource list")
        };
        let found = resources::get(&self.ground.house.database, self.at, uri).await?;
        found.ok_or_else(missing)
    }
}

fn describe(api: &Api) -> Value {
    json!({
        "resource": api.uri,
        "name": api.name,
        "scopes": api.scopes,
        "access_token_format": api.access_token_format,
        "access_token_seconds": api.access_token_seconds,
    })
}

fn refused(no: No<Refusal>) -> Trouble {
    match no {
        No::Failed(failure) => failure.into(),
        No::Refused(refusal @ Refusal::Taken) => {
            Trouble::new(Exit::Conflict, refusal.to_string()).fix("vestibule resource update …")
        }
        No::Refused(refusal) => Trouble::new(Exit::Usage, refusal.to_string()),
    }
}
