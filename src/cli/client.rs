//! `vestibule client create|list|get|rotate-secret`: machines that fetch tokens for themselves.

use super::exit::{Exit, Trouble};
use super::output::{Output, table};
use super::place::Ground;
use super::{Global, block_on};
use crate::admin::clients;
use crate::app::policy;
use crate::kernel::failure::No;
use crate::kernel::ids::ClientId;
use crate::kernel::secret::Secret;
use crate::kernel::time::Lifetime;
use crate::keys::model::Algorithm;
use crate::oauth::clients::model::{self, Kind, Method, Registration, Senseless};
use crate::oauth::model::{GrantType, Scope};
use crate::platform::storage::At;
use crate::tenants::model::display_name;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Args)]
pub struct Client {
    /// Whose clients; the default tenant's without it
    #[arg(long, global = true, value_name = "SLUG")]
    tenant: Option<String>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Register a machine that authenticates and fetches tokens for itself
    Create(Create),
    /// All clients
    List,
    /// One client, with everything it registered
    Get { client_id: String },
    /// Make a new secret; the old ones stay good for a while
    RotateSecret {
        client_id: String,
        /// How long the old secrets stay good
        #[arg(long, default_value = "24h")]
        overlap: String,
    },
}

#[derive(Args)]
struct Create {
    /// Its name, for people
    #[arg(long)]
    name: String,
    /// What it may ask for, and gets when it asks for nothing: "orders:read orders:write"
    #[arg(long, default_value = "")]
    scope: String,
    /// A resource that its tokens may be for, by its URL; the first is the usual one
    #[arg(long, value_name = "URL")]
    resource: Vec<String>,
    /// It is the API behind its resources: it asks about tokens, and fetches none
    #[arg(long, requires = "resource")]
    resource_server: bool,
    /// A file with its public keys (JWK Set): it then signs assertions and has no secret
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
}

impl Client {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        block_on(async {
            let ground = Ground::open(global).await?;
            let tenant = ground.tenant(self.tenant.as_deref())?;
            let asked = Asked { at: ground.at(&tenant), ground: &ground, output };
            match self.verb {
                Verb::Create(create) => {
                    let issuer = tenant.issuer(ground.house.directory.public_url());
                    asked.create(&create, &issuer).await?;
                }
                Verb::List => asked.list().await?,
                Verb::Get { client_id } => asked.get(&client_id).await?,
                Verb::RotateSecret { client_id, overlap } => {
                    asked.rotate_secret(&client_id, &overlap).await?;
                }
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
    async fn create(&self, create: &Create, issuer: &str) -> Result<(), Trouble> {
        let (house, context) = (&self.ground.house, self.ground.context());
        let algorithms = policy(&house.jwt(self.at.tenant)).algorithms;
        // The tenant's first is the one it signs with unless told otherwise.
        let algorithm = algorithms.first().copied().unwrap_or(Algorithm::Rs256);
        let registration = registration(create, algorithm)?;
        let made =
            clients::create((&house.database, &house.sealer), self.at, &registration, &context)
                .await;
        let (client, secret) = made.map_err(refused)?;
        let data = with_secret(describe(&client), secret.as_ref());
        let mut text = format!("✓ client {} made ({})\n", registration.name, client.id);
        text.push_str(&boxed(secret.as_ref()));
        let next = match create.resource_server {
            true => format!("-d token=TOKEN {issuer}/oauth/introspect"),
            false => format!("-d grant_type=client_credentials {issuer}/oauth/token"),
        };
        text.push_str(&format!("\n  next   curl -u {}:SECRET {next}", client.id));
        self.output.answer("vestibule.cli.client.create/1", &data, &text);
        Ok(())
    }

    async fn list(&self) -> Result<(), Trouble> {
        let all = clients::all(&self.ground.house.database, self.at).await?;
        let mut rows = vec![["CLIENT ID", "NAME", "SCOPE", "MADE"].map(str::to_owned).to_vec()];
        rows.extend(all.iter().map(|client| {
            vec![
                client.id.to_string(),
                client.registration.name.clone(),
                client.registration.scope.to_string(),
                client.made_at.rfc3339(),
            ]
        }));
        let data = all.iter().map(describe).collect();
        self.output.answer("vestibule.cli.client.list/1", &data, &table(&rows));
        Ok(())
    }

    async fn find(&self, id: &str) -> Result<model::Client, Trouble> {
        let missing = || {
            Trouble::new(Exit::NotFound, format!("there is no client {id}"))
                .fix("vestibule client list")
        };
        let id = ClientId::parse(id).ok_or_else(missing)?;
        clients::get(&self.ground.house.database, self.at, &id).await?.ok_or_else(missing)
    }

    async fn get(&self, id: &str) -> Result<(), Trouble> {
        let data = describe(&self.find(id).await?);
        let text = serde_json::to_string_pretty(&data).unwrap_or_default();
        self.output.answer("vestibule.cli.client.get/1", &data, &text);
        Ok(())
    }

    async fn rotate_secret(&self, id: &str, overlap: &str) -> Result<(), Trouble> {
        let wrong = || {
            Trouble::new(Exit::Usage, format!("{overlap} is no length of time"))
                .fix("--overlap 24h")
        };
        let length = Lifetime::parse(overlap).ok_or_else(wrong)?;
        let client = self.find(id).await?;
        let (house, context) = (&self.ground.house, self.ground.context());
        let parts = (&house.database, &house.sealer);
        let made = clients::rotate_secret(parts, self.at, &client, (length, &context)).await;
        let Some(secret) = made.map_err(refused)? else {
            return Err(Trouble::new(
                Exit::Conflict,
                format!("{id} has no secret: it signs assertions"),
            )
            .fix("change its keys instead"));
        };
        let data = with_secret(describe(&client), Some(&secret));
        let text = format!(
            "✓ {} has a new secret; the old ones are good for another {length}\n{}",
            client.id,
            boxed(Some(&secret))
        );
        self.output.answer("vestibule.cli.client.rotate-secret/1", &data, &text);
        Ok(())
    }
}

fn registration(create: &Create, algorithm: Algorithm) -> Result<Registration, Trouble> {
    let usage = |wrong: String| Trouble::new(Exit::Usage, wrong);
    let jwks = match &create.jwks {
        Some(file) => Some(std::fs::read_to_string(file).map_err(|e| {
            Trouble::new(Exit::Failed, format!("cannot read {}", file.display())).why(e.to_string())
        })?),
        None => None,
    };
    let scope = Scope::parse(&create.scope).map_err(|e| usage(e.to_string()))?;
    let (kind, grants) = match create.resource_server {
        true => (Kind::ResourceServer, Vec::new()),
        false => (Kind::Machine, vec![GrantType::ClientCredentials]),
    };
    Ok(Registration {
        kind,
        name: display_name(&create.name).map_err(|e| usage(e.to_string()))?,
        method: if jwks.is_some() { Method::PrivateKeyJwt } else { Method::ClientSecret },
        grants,
        default_scope: scope.clone(),
        scope,
        resources: create.resource.clone(),
        default_resource: create.resource.first().cloned(),
        jwks,
        access_token_algorithm: algorithm,
        id_token_algorithm: algorithm,
        ..Registration::default()
    })
}

fn describe(client: &model::Client) -> Value {
    json!({
        "client_id": client.id.as_str(),
        "created_at": client.made_at.rfc3339(),
        "disabled_at": client.disabled_at.map(crate::kernel::time::Timestamp::rfc3339),
        "registration": client.registration,
    })
}

/// The one time that it is shown.
fn with_secret(mut data: Value, secret: Option<&Secret>) -> Value {
    if let (Some(fields), Some(secret)) = (data.as_object_mut(), secret) {
        fields.insert("client_secret".into(), json!(secret.reveal()));
    }
    data
}

fn boxed(secret: Option<&Secret>) -> String {
    let Some(secret) = secret else { return String::new() };
    let line = format!("  {}  ", secret.reveal());
    let edge = "─".repeat(line.chars().count());
    format!("  ┌{edge}┐\n  │{line}│  will not be shown again\n  └{edge}┘\n")
}

fn refused(no: No<Senseless>) -> Trouble {
    match no {
        No::Failed(failure) => failure.into(),
        No::Refused(senseless) => Trouble::new(Exit::Usage, senseless.to_string()),
    }
}
