//! What the tokens of a client are like: how long they last, in which form, what they tell, signed with what.

use crate::cli::client::usage;
use crate::cli::exit::Trouble;
use crate::cli::resource::{format, seconds};
use crate::keys::model::Algorithm;
use crate::oauth::clients::model::{IdTokenClaims, Registration};
use crate::oauth::model::ResponseType;
use clap::{Args, ValueEnum};

#[derive(Args)]
pub struct Tokens {
    /// How long its access tokens last: at most as long as the tenant's. 0 is as long
    #[arg(long, value_name = "TIME")]
    access_token_ttl: Option<String>,
    /// The same for its ID tokens
    #[arg(long, value_name = "TIME")]
    id_token_ttl: Option<String>,
    /// And for how long it stays signed in by refreshing
    #[arg(long, value_name = "TIME")]
    refresh_token_ttl: Option<String>,
    /// jwt, or opaque: then APIs must ask about its access tokens
    #[arg(long, value_name = "FORMAT")]
    access_token_format: Option<String>,
    /// What its authorizations are answered with, instead of a code: "code id_token". More than a code needs the
    /// profile oidc-compat
    #[arg(long, value_name = "TYPES")]
    response_type: Vec<String>,
    /// With what its ID tokens are signed, such as ES256; the tenant must have such keys
    #[arg(long, value_name = "ALG")]
    id_token_alg: Option<String>,
    /// The same for its access tokens
    #[arg(long, value_name = "ALG")]
    access_token_alg: Option<String>,
    /// What its ID tokens tell of people: what was asked for there by name, or all that the scope opens, as for
    /// an application that asks no user info
    #[arg(long, value_name = "named|scope", hide_possible_values = true)]
    id_token_claims: Option<Telling>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Telling {
    Named,
    Scope,
}

impl Tokens {
    /// `algorithms` are those that the tenant has keys for.
    pub fn over(&self, new: &mut Registration, algorithms: &[Algorithm]) -> Result<(), Trouble> {
        if let Some(text) = &self.access_token_ttl {
            new.access_token_seconds = seconds(text)?;
        }
        if let Some(text) = &self.id_token_ttl {
            new.id_token_seconds = seconds(text)?;
        }
        if let Some(text) = &self.refresh_token_ttl {
            new.refresh_token_seconds = seconds(text)?;
        }
        if !self.response_type.is_empty() {
            let read = |text: &String| {
                let unknown = || usage(format!("{text} is no response type")).fix("code id_token");
                ResponseType::read(text).ok_or_else(unknown)
            };
            new.response_types = self.response_type.iter().map(read).collect::<Result<_, _>>()?;
        }
        if let Some(text) = &self.access_token_format {
            new.access_token_format = format(text)?;
        }
        match self.id_token_claims {
            Some(Telling::Named) => new.id_token_claims = IdTokenClaims::ByName,
            Some(Telling::Scope) => new.id_token_claims = IdTokenClaims::OfTheScope,
            None => {}
        }
        self.signed_with(new, algorithms)
    }

    fn signed_with(&self, new: &mut Registration, algorithms: &[Algorithm]) -> Result<(), Trouble> {
        let algorithm = |text: &String| {
            let known = Algorithm::parse(text).filter(|known| algorithms.contains(known));
            known.ok_or_else(|| {
                usage(format!("{text}: this tenant has no such keys"))
                    .fix("--id-token-alg ES256   or another of jwt.algorithms")
            })
        };
        if let Some(text) = &self.id_token_alg {
            new.id_token_algorithm = algorithm(text)?;
        }
        if let Some(text) = &self.access_token_alg {
            new.access_token_algorithm = algorithm(text)?;
        }
        Ok(())
    }
}
