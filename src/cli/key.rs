//! `vestibule key list|rotate|retire|revoke|export-public`.

use super::exit::{Exit, Trouble};
use super::output::{Output, table};
use super::place::Ground;
use super::{Global, block_on};
use crate::app::policy;
use crate::kernel::failure::No;
use crate::kernel::time::Timestamp;
use crate::keys::model::{Algorithm, JwkSet, SigningKey, State, Succession};
use crate::keys::rotate::Refusal;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

#[derive(Args)]
pub struct Key {
    /// Whose keys; the default tenant's without it
    #[arg(long, global = true, value_name = "SLUG")]
    tenant: Option<String>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// All keys with their state
    List,
    /// Let the next key sign as soon as every verifier must know it
    Rotate {
        /// RS256 or ES256; both without it
        #[arg(long)]
        algorithm: Option<String>,
    },
    /// Let this key sign no more, as soon as another may; its tokens stay valid
    Retire { kid: String },
    /// Emergency: withdraw this key at once; everything it signed is refused
    Revoke {
        kid: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Print the JWKS as it is published
    ExportPublic,
}

impl Key {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        block_on(async {
            let ground = Ground::open(global).await?;
            let tenant = ground.tenant(self.tenant.as_deref())?;
            let keys = Keys { at: ground.at(&tenant), ground: &ground, output };
            match self.verb {
                Verb::List => keys.list().await?,
                Verb::Rotate { algorithm } => keys.rotate(algorithm.as_deref()).await?,
                Verb::Retire { kid } => keys.retire(&kid).await?,
                Verb::Revoke { kid, yes } => keys.revoke(&kid, yes, global).await?,
                Verb::ExportPublic => keys.export().await?,
            }
            ground.close().await;
            Ok(())
        })
    }
}

struct Keys<'a> {
    at: crate::platform::storage::At,
    ground: &'a Ground,
    output: Output,
}

impl Keys<'_> {
    async fn all(&self) -> Result<Vec<SigningKey>, Trouble> {
        Ok(self.ground.house.making.keys(self.at).await?)
    }

    /// By its kid, or by the beginning of it where that is clear.
    async fn find(&self, kid: &str) -> Result<SigningKey, Trouble> {
        let mut fitting = self.all().await?;
        fitting.retain(|key| key.jwk.kid.as_str().starts_with(kid) && !kid.is_empty());
        let count = fitting.len();
        match (fitting.pop(), count) {
            (Some(key), 1) => Ok(key),
            (_, 0) => Err(Trouble::new(Exit::NotFound, format!("there is no key {kid}"))
                .fix("vestibule key list")),
            _ => Err(Trouble::new(Exit::Conflict, format!("several keys begin with {kid}"))
                .fix("give more of the kid")),
        }
    }

    async fn list(&self) -> Result<(), Trouble> {
        let keys = self.all().await?;
        let data = keys.iter().map(|key| describe(&keys, key, self.at.now)).collect();
        let head = ["KID", "ALG", "STATE", "PUBLISHED", "SIGNS FROM", "UNTIL", "GONE"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for key in &keys {
            let succession = Succession::of(&keys, key.jwk.alg);
            let when = |at: Option<Timestamp>| at.map_or("–".into(), short);
            rows.push(vec![
                key.jwk.kid.to_string(),
                key.jwk.alg.to_string(),
                word(succession.state(&key.life, self.at.now)).into(),
                short(key.life.published_at),
                short(key.life.activates_at),
                when(succession.retires_at(&key.life)),
                when(succession.gone_at(&key.life)),
            ]);
        }
        self.output.answer("vestibule.cli.key.list/1", &data, &table(&rows));
        Ok(())
    }

    async fn rotate(&self, algorithm: Option<&str>) -> Result<(), Trouble> {
        let policy = policy(&self.ground.house.jwt(self.at.tenant));
        let chosen = match algorithm {
            Some(name) => vec![Algorithm::parse(name).ok_or_else(|| {
                Trouble::new(Exit::Usage, format!("there is no algorithm {name}"))
                    .fix("RS256 or ES256")
            })?],
            None => policy.algorithms.clone(),
        };
        let (mut text, mut data) = (String::new(), Vec::new());
        for algorithm in chosen {
            let making = &self.ground.house.making;
            let rotated = making.rotate(self.at, algorithm, &policy, &self.ground.context()).await;
            let from = rotated.map_err(refused)?;
            data.push(json!({ "algorithm": algorithm.as_str(), "signs_from": from.rfc3339() }));
            text.push_str(&format!("✓ {algorithm}: the next key signs from {}\n", short(from)));
        }
        text.push_str("  until then every verifier has time to fetch it; the present key stays published behind");
        self.output.answer("vestibule.cli.key.rotate/1", &Value::Array(data), &text);
        Ok(())
    }

    async fn retire(&self, kid: &str) -> Result<(), Trouble> {
        let key = self.find(kid).await?;
        let policy = policy(&self.ground.house.jwt(self.at.tenant));
        let making = &self.ground.house.making;
        let retired = making.retire(self.at, &key, &policy, &self.ground.context()).await;
        let from = retired.map_err(refused)?;
        let data = json!({ "kid": key.jwk.kid.as_str(), "signs_until": from.rfc3339() });
        let text =
            format!("✓ {} signs until {}; what it signed stays valid", key.jwk.kid, short(from));
        self.output.answer("vestibule.cli.key.retire/1", &data, &text);
        Ok(())
    }

    async fn revoke(&self, kid: &str, yes: bool, global: &Global) -> Result<(), Trouble> {
        let key = self.find(kid).await?;
        let question = format!(
            "Revoke {} ({})? Every token it signed is refused at once.",
            key.jwk.kid, key.jwk.alg
        );
        super::confirm(&question, yes, global, self.output)?;
        let policy = policy(&self.ground.house.jwt(self.at.tenant));
        let making = &self.ground.house.making;
        making.revoke(self.at, &key, &policy, &self.ground.context()).await.map_err(refused)?;
        let data = json!({ "kid": key.jwk.kid.as_str() });
        let text = format!(
            "✓ {} is withdrawn; running servers follow within a second\n  verifiers may keep it for {} (jwt.jwks_max_age)",
            key.jwk.kid, policy.windows.jwks_max_age
        );
        self.output.answer("vestibule.cli.key.revoke/1", &data, &text);
        Ok(())
    }

    async fn export(&self) -> Result<(), Trouble> {
        let keys = self.all().await?;
        let mut set = JwkSet::default();
        for algorithm in Algorithm::ALL {
            let succession = Succession::of(&keys, algorithm);
            for life in succession.published(self.at.now) {
                set.keys.extend(keys.iter().find(|k| k.life.id == life.id).map(|k| k.jwk.clone()));
            }
        }
        let text = serde_json::to_string_pretty(&set)
            .map_err(|e| Trouble::new(Exit::Failed, e.to_string()))?;
        self.output.answer("vestibule.cli.key.export-public/1", &json!(set), &text);
        Ok(())
    }
}

fn describe(keys: &[SigningKey], key: &SigningKey, now: Timestamp) -> Value {
    let succession = Succession::of(keys, key.jwk.alg);
    json!({
        "id": key.life.id.as_str(),
        "kid": key.jwk.kid.as_str(),
        "algorithm": key.jwk.alg.as_str(),
        "state": word(succession.state(&key.life, now)),
        "published_at": key.life.published_at.rfc3339(),
        "activates_at": key.life.activates_at.rfc3339(),
        "retires_at": succession.retires_at(&key.life).map(Timestamp::rfc3339),
        "gone_at": succession.gone_at(&key.life).map(Timestamp::rfc3339),
        "revoked_at": key.life.revoked_at.map(Timestamp::rfc3339),
    })
}

const fn word(state: State) -> &'static str {
    match state {
        State::Upcoming => "upcoming",
        State::Active => "active",
        State::Retiring => "retiring",
        State::Gone => "gone",
        State::Revoked => "revoked",
    }
}

/// To the second, for tables.
fn short(at: Timestamp) -> String {
    let text = at.rfc3339();
    let cut = text.split(['.', 'Z']).next().unwrap_or_default();
    cut.replace('T', " ") + "Z"
}

fn refused(no: No<Refusal>) -> Trouble {
    match no {
        No::Failed(failure) => failure.into(),
        No::Refused(refusal) => Trouble::new(Exit::Conflict, refusal.to_string()),
    }
}
