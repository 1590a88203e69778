//! `vestibule client create|list|get|rotate-secret`: applications and machines that get tokens here.

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
use crate::oauth::clients::model::{
    self, Kind, Method, Party, RedirectUri, Registration, Senseless,
};
use crate::oauth::model::{GrantType, Scope};
use crate::platform::storage::At;
use crate::tenants::model::display_name;
use clap::{Args, Subcommand, ValueEnum};
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
    /// Register an application, or a machine that fetches tokens for itself
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

/// What one registers: the rest follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Wanted {
    /// A web application with a server that can keep a secret
    Web,
    /// An application in the browser
    Spa,
    /// An application on a device
    Native,
    /// A machine on its own behalf
    Machine,
}

#[derive(Args)]
struct Create {
    /// What it is
    #[arg(long, value_enum, default_value = "machine")]
    kind: Wanted,
    /// Its name, for people
    #[arg(long)]
    name: String,
    /// Where browsers come back to: exactly this address; repeat it for several
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// What of its scope a person may leave out when asked
    #[arg(long, value_name = "SCOPE", default_value = "")]
    optional_scope: String,
    /// It is one of your own: people are not asked whether it may
    #[arg(long)]
    first_party: bool,
    /// What it may ask for, and gets when it asks for nothing: "orders:read orders:write"
    #[arg(long, default_value = "")]
    scope: String,
    /// A resource that its tokens may be for, by its URL; the first is the usual one
    #[arg(long, value_name = "URL")]
    resource: Vec<String>,
    /// It is the API behind its resources: it asks about tokens, and fetches none
    #[arg(long, requires = "resource", conflicts_with = "kind")]
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
        text.push_str(&format!("\n  next   {}", next(&client, issuer)));
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
    let scope = |text: &str| Scope::parse(text).map_err(|e| usage(e.to_string()));
    let (kind, grants) = kind(create);
    let is_public = kind.is_public();
    let redirect_uris = create.redirect_uri.iter().map(|uri| RedirectUri::parse(uri, kind));
    let granted = scope(match (create.scope.as_str(), create.kind) {
        ("", Wanted::Web | Wanted::Spa | Wanted::Native) => USUAL,
        (asked, _) => asked,
    })?;
    Ok(Registration {
        kind,
        name: display_name(&create.name).map_err(|e| usage(e.to_string()))?,
        method: match (&jwks, is_public) {
            (Some(_), false) => Method::PrivateKeyJwt,
            (_, true) => Method::None,
            (None, false) => Method::ClientSecret,
        },
        party: if create.first_party { Party::First } else { Party::Third },
        grants,
        redirect_uris: redirect_uris.collect::<Result<_, _>>().map_err(|e| usage(e.to_string()))?,
        default_scope: granted.clone(),
        scope: granted,
        optional_scope: scope(&create.optional_scope)?,
        resources: create.resource.clone(),
        default_resource: create.resource.first().cloned(),
        jwks,
        access_token_algorithm: algorithm,
        id_token_algorithm: algorithm,
        ..Registration::default()
    })
}

/// What an application asks for that only wants to know who somebody is.
const USUAL: &str = "openid profile email offline_access";

fn kind(create: &Create) -> (Kind, Vec<GrantType>) {
    let code = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    match create.kind {
        _ if create.resource_server => (Kind::ResourceServer, Vec::new()),
        Wanted::Web => (Kind::Confidential, code),
        Wanted::Spa => (Kind::Public, code),
        Wanted::Native => (Kind::Native, code),
        Wanted::Machine => (Kind::Machine, vec![GrantType::ClientCredentials]),
    }
}

/// What one does with it first.
fn next(client: &model::Client, issuer: &str) -> String {
    let id = &client.id;
    let registered = &client.registration;
    match (registered.kind, registered.redirect_uris.first()) {
        (Kind::ResourceServer, _) => {
            format!("curl -u {id}:SECRET -d token=TOKEN {issuer}/oauth/introspect")
        }
        (_, Some(uri)) => {
            format!("give the application the issuer {issuer}, its client_id {id}, and {uri}")
        }
        _ => format!("curl -u {id}:SECRET -d grant_type=client_credentials {issuer}/oauth/token"),
    }
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
