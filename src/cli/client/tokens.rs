//! `client token create|list|revoke`: initial access tokens (RFC 7591 §3).

use super::show::boxed;
use super::{Asked, usage};
use crate::admin::clients;
use crate::cli::exit::{Exit, Trouble};
use crate::cli::output::table;
use crate::kernel::ids::InitialTokenId;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::oauth::registration::model::InitialToken;
use crate::tenants::model::display_name;
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub enum Token {
    /// Make one
    Create {
        /// For whom, as a reminder
        #[arg(long)]
        name: String,
        /// How long it is good
        #[arg(long, default_value = "7d")]
        lifetime: String,
        /// How many applications may be registered with it
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        uses: u32,
    },
    /// All that there are
    List,
    /// End one before its time
    Revoke { token_id: String },
}

impl Asked<'_> {
    pub(super) async fn token(&self, token: Token) -> Result<(), Trouble> {
        match token {
            Token::Create { name, lifetime, uses } => self.make(&name, &lifetime, uses).await,
            Token::List => self.tokens().await,
            Token::Revoke { token_id } => self.revoke(&token_id).await,
        }
    }

    async fn make(&self, name: &str, lifetime: &str, uses: u32) -> Result<(), Trouble> {
        let name = display_name(name).map_err(|e| usage(e.to_string()))?;
        let wrong = || usage(format!("{lifetime} is no length of time")).fix("--lifetime 7d");
        let lifetime = Lifetime::parse(lifetime).ok_or_else(wrong)?;
        let (database, context) = (&self.ground.house.database, self.ground.context());
        let made = clients::make_token(database, self.at, (&name, lifetime, uses), &context);
        let (token, secret) = made.await?;
        let mut data = described(&token, self.at.now);
        if let Some(fields) = data.as_object_mut() {
            fields.insert("token".into(), json!(secret.reveal()));
        }
        let text = format!(
            "✓ initial access token {} made ({}), good for {uses} until {}\n{}\n  next   curl -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json' -d '{{\"redirect_uris\":[\"https://app.example/callback\"]}}' {}/oauth/register",
            token.name,
            token.id,
            token.ends_at,
            boxed(Some(&secret)),
            self.issuer
        );
        self.output.answer("vestibule.cli.client.token.create/1", &data, &text);
        Ok(())
    }

    async fn tokens(&self) -> Result<(), Trouble> {
        let all = clients::tokens(&self.ground.house.database, self.at).await?;
        let header = ["TOKEN ID", "NAME", "USES LEFT", "UNTIL", "STATE"];
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        rows.extend(all.iter().map(|token| {
            let state = if token.is_live(self.at.now) { "" } else { "over" };
            vec![
                token.id.to_string(),
                token.name.clone(),
                token.uses_left.to_string(),
                token.ends_at.rfc3339(),
                state.to_owned(),
            ]
        }));
        let data = all.iter().map(|token| described(token, self.at.now)).collect();
        self.output.answer("vestibule.cli.client.token.list/1", &data, &table(&rows));
        Ok(())
    }

    async fn revoke(&self, id: &str) -> Result<(), Trouble> {
        let missing = || {
            Trouble::new(Exit::NotFound, format!("there is no live token {id}"))
                .fix("vestibule client token list")
        };
        let named = InitialTokenId::parse(id).ok_or_else(missing)?;
        let (database, context) = (&self.ground.house.database, self.ground.context());
        if !clients::revoke_token(database, self.at, &named, &context).await? {
            return Err(missing());
        }
        let text = format!("✓ {id} is revoked; applications registered with it stay");
        self.output.answer(
            "vestibule.cli.client.token.revoke/1",
            &json!({ "token_id": id }),
            &text,
        );
        Ok(())
    }
}

fn described(token: &InitialToken, now: Timestamp) -> Value {
    json!({
        "token_id": token.id.as_str(),
        "name": token.name,
        "created_at": token.made_at.rfc3339(),
        "expires_at": token.ends_at.rfc3339(),
        "uses_left": token.uses_left,
        "live": token.is_live(now),
    })
}
