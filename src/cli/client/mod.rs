//! `vestibule client …`: applications, from the first registration to the answer why a sign-in failed.

mod change;
mod create;
mod details;
mod errors;
mod lasting;
mod show;
mod snippets;
mod templates;
mod tokens;
mod trial;

use super::exit::{Exit, Trouble};
use super::output::Output;
use super::place::Ground;
use super::{Global, block_on};
use crate::admin::clients;
use crate::kernel::ids::ClientId;
use crate::oauth::clients::model;
use crate::platform::storage::At;
use clap::{Args, Subcommand};

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
    /// Register an application; --template says what kind, and prints what to paste into it
    Create(Box<create::Create>),
    /// All clients
    List,
    /// One client, with everything it registered
    Get { client_id: String },
    /// Change what is registered
    Update(Box<change::Update>),
    /// Make a new secret; the old ones stay good for a while
    RotateSecret {
        client_id: String,
        /// How long the old secrets stay good
        #[arg(long, default_value = "24h")]
        overlap: String,
    },
    /// Shut a client out: nothing is issued, and what was issued is refused
    Disable { client_id: String },
    /// Let it in again; what was issued before stays refused
    Enable { client_id: String },
    /// Delete it for good
    Delete {
        client_id: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// What to paste into an application, with the values of this client
    Snippet {
        client_id: String,
        /// Which one; all are listed without it
        framework: Option<String>,
    },
    /// The last refused requests of this client, and what to mend
    Errors(errors::Errors),
    /// Try what an application would: discovery, keys, redirect URIs, and a token where that is possible
    Test(trial::Test),
    /// Initial access tokens, with which applications register themselves
    #[command(subcommand)]
    Token(tokens::Token),
}

impl Client {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        block_on(async {
            let ground = Ground::open(global).await?;
            let tenant = ground.tenant(self.tenant.as_deref())?;
            let issuer = tenant.issuer(ground.house.directory.public_url());
            let asked = Asked { at: ground.at(&tenant), ground: &ground, output, issuer };
            asked.answer(self.verb).await?;
            ground.close().await;
            Ok(())
        })
    }
}

/// One command: for which tenant, and how it wants to be answered.
struct Asked<'a> {
    ground: &'a Ground,
    at: At,
    output: Output,
    issuer: String,
}

impl Asked<'_> {
    async fn answer(&self, verb: Verb) -> Result<(), Trouble> {
        match verb {
            Verb::Create(create) => self.create(&create).await,
            Verb::List => self.list().await,
            Verb::Get { client_id } => self.get(&client_id).await,
            Verb::Update(update) => self.update(&update).await,
            Verb::RotateSecret { client_id, overlap } => {
                self.rotate_secret(&client_id, &overlap).await
            }
            Verb::Disable { client_id } => self.turn(&client_id, clients::Turn::Disable).await,
            Verb::Enable { client_id } => self.turn(&client_id, clients::Turn::Enable).await,
            Verb::Delete { client_id, yes } => self.delete(&client_id, yes).await,
            Verb::Snippet { client_id, framework } => {
                self.snippet(&client_id, framework.as_deref()).await
            }
            Verb::Errors(errors) => self.errors(&errors).await,
            Verb::Test(test) => self.test(&test).await,
            Verb::Token(token) => self.token(token).await,
        }
    }

    async fn find(&self, id: &str) -> Result<model::Client, Trouble> {
        let missing = || {
            Trouble::new(Exit::NotFound, format!("there is no client {id}"))
                .fix("vestibule client list")
        };
        let id = ClientId::parse(id).ok_or_else(missing)?;
        clients::get(&self.ground.house.database, self.at, &id).await?.ok_or_else(missing)
    }
}

fn usage(wrong: impl Into<String>) -> Trouble {
    Trouble::new(Exit::Usage, wrong)
}
