//! `client update|disable|enable|delete`.

use super::create::{demanded, parsed, profile, read_keys};
use super::details::{Details, YesNo};
use super::lasting::Tokens;
use super::show::{describe, refused};
use super::{Asked, usage};
use crate::admin::clients::{self, Turn};
use crate::app::policy;
use crate::cli::exit::{Exit, Trouble};
use crate::oauth::clients::model::{Party, Pushing, Registration};
use crate::oauth::model::Scope;
use crate::platform::outbound::Outbound;
use crate::tenants::model::display_name;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Args)]
pub struct Update {
    client_id: String,
    /// Its name, for people
    #[arg(long)]
    name: Option<String>,
    /// Where its answers go: this and no other that was registered
    #[arg(long, value_name = "URI", conflicts_with_all = ["add_redirect_uri", "remove_redirect_uri"])]
    redirect_uri: Vec<String>,
    /// One more
    #[arg(long, value_name = "URI")]
    add_redirect_uri: Vec<String>,
    /// One less
    #[arg(long, value_name = "URI")]
    remove_redirect_uri: Vec<String>,
    /// What it may ask for, and gets when it asks for nothing
    #[arg(long)]
    scope: Option<String>,
    /// A resource that its tokens may be for, instead of those registered; the first is the usual one
    #[arg(long, value_name = "URL")]
    resource: Vec<String>,
    /// oauth21 or oidc-compat
    #[arg(long)]
    profile: Option<String>,
    /// Whether it is ours: people are then not asked whether they agree
    #[arg(long)]
    first_party: Option<YesNo>,
    /// Whether it must push its authorization requests first (RFC 9126)
    #[arg(long)]
    require_pushed: Option<YesNo>,
    /// Whether nobody comes to it without a second factor
    #[arg(long)]
    require_second_factor: Option<YesNo>,
    /// Its public keys (JWK Set), in a file
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri")]
    jwks: Option<PathBuf>,
    /// Where it publishes its public keys
    #[arg(long, value_name = "URL")]
    jwks_uri: Option<String>,
    /// Where a request object of it may be fetched (OIDC Core §6.2)
    #[arg(long, value_name = "URL")]
    request_uri: Vec<String>,
    #[command(flatten)]
    tokens: Tokens,
    #[command(flatten)]
    details: Details,
}

impl Asked<'_> {
    pub(super) async fn update(&self, update: &Update) -> Result<(), Trouble> {
        let client = self.find(&update.client_id).await?;
        let registration = self.changed(update, client.registration.clone())?;
        let registration = update.details.enter(self, registration).await?;
        let (database, context) = (&self.ground.house.database, self.ground.context());
        let done = clients::update(database, self.at, (&client, &registration), &context).await;
        let changed = done.map_err(refused)?;
        let text = match changed.as_slice() {
            [] => format!("✓ {} is so already", client.id),
            names => format!(
                "✓ {} changed: {}\n\n  next   every node knows within a second",
                client.id,
                names.join(", ")
            ),
        };
        let mut data = describe(&self.find(&update.client_id).await?);
        if let Some(fields) = data.as_object_mut() {
            fields.insert("changed".into(), json!(changed));
        }
        self.output.answer("vestibule.cli.client.update/1", &data, &text);
        Ok(())
    }

    fn changed(&self, update: &Update, old: Registration) -> Result<Registration, Trouble> {
        let mut new = old;
        if let Some(name) = &update.name {
            new.name = display_name(name).map_err(|e| usage(e.to_string()))?;
        }
        redirect_uris(update, &mut new)?;
        if let Some(scope) = &update.scope {
            new.scope = Scope::parse(scope).map_err(|e| usage(e.to_string()))?;
            new.default_scope = new.scope.clone();
        }
        if !update.resource.is_empty() {
            new.resources.clone_from(&update.resource);
            new.default_resource = update.resource.first().cloned();
        }
        if let Some(text) = &update.profile {
            new.profile = profile(text)?;
        }
        if let Some(ours) = update.first_party {
            new.party = if ours == YesNo::Yes { Party::First } else { Party::Third };
        }
        if let Some(must) = update.require_pushed {
            new.pushing = if must == YesNo::Yes { Pushing::Required } else { Pushing::Free };
        }
        if let Some(must) = update.require_second_factor {
            new.second_factor = demanded(must == YesNo::Yes);
        }
        self.keys(update, &mut new)?;
        let algorithms = policy(&self.ground.house.jwt(self.at.tenant)).algorithms;
        update.tokens.over(&mut new, &algorithms)?;
        Ok(new)
    }

    fn keys(&self, update: &Update, new: &mut Registration) -> Result<(), Trouble> {
        for uri in update.jwks_uri.iter().chain(&update.request_uri) {
            let checked = self.ground.house.outbound.check(uri);
            checked.map_err(|why| usage(format!("{uri}: {why}")))?;
        }
        if let Some(file) = &update.jwks {
            (new.jwks, new.jwks_uri) = (Some(read_keys(file)?), None);
        }
        if update.jwks_uri.is_some() {
            (new.jwks, new.jwks_uri) = (None, update.jwks_uri.clone());
        }
        if !update.request_uri.is_empty() {
            new.request_uris.clone_from(&update.request_uri);
        }
        Ok(())
    }

    pub(super) async fn turn(&self, id: &str, turn: Turn) -> Result<(), Trouble> {
        let client = self.find(id).await?;
        let (database, context) = (&self.ground.house.database, self.ground.context());
        let done = clients::turn(database, self.at, (&client.id, turn), &context).await?;
        let (word, schema) = match turn {
            Turn::Disable => ("disabled", "vestibule.cli.client.disable/1"),
            Turn::Enable => ("enabled", "vestibule.cli.client.enable/1"),
            Turn::Delete => ("deleted", "vestibule.cli.client.delete/1"),
        };
        let text = if done {
            format!("✓ {id} is {word}")
        } else {
            format!("✓ {id} was {word} already")
        };
        self.output.answer(schema, &json!({ "client_id": id, "done": done }), &text);
        Ok(())
    }

    pub(super) async fn delete(&self, id: &str, is_sure: bool) -> Result<(), Trouble> {
        let client = self.find(id).await?;
        if !is_sure {
            let name = &client.registration.name;
            return Err(Trouble::new(
                Exit::Unconfirmed,
                format!("{name} ({id}) would be gone for good"),
            )
            .fix(format!(
                "vestibule client delete {id} --yes   or, to take it back later: disable"
            )));
        }
        self.turn(id, Turn::Delete).await
    }
}

fn redirect_uris(update: &Update, new: &mut Registration) -> Result<(), Trouble> {
    let kind = new.kind;
    if !update.redirect_uri.is_empty() {
        let all = update.redirect_uri.iter().map(|uri| parsed(uri, kind));
        new.redirect_uris = all.collect::<Result<_, _>>()?;
    }
    for uri in &update.remove_redirect_uri {
        let before = new.redirect_uris.len();
        new.redirect_uris.retain(|known| known.as_str() != uri);
        if new.redirect_uris.len() == before {
            return Err(usage(format!("{uri} is not registered")));
        }
    }
    for uri in &update.add_redirect_uri {
        let uri = parsed(uri, kind)?;
        if !new.redirect_uris.contains(&uri) {
            new.redirect_uris.push(uri);
        }
    }
    Ok(())
}
