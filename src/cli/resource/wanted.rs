//! What is said of a resource on the command line.

use crate::cli::exit::{Exit, Trouble};
use crate::kernel::time::Lifetime;
use crate::oauth::model::TokenFormat;
use crate::oauth::resources::model::Resource;
use clap::Args;

#[derive(Args)]
pub struct Wanted {
    /// Its name, for people
    #[arg(long)]
    name: Option<String>,
    /// A scope of it; may be given several times
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// A scope that it has no more
    #[arg(long, value_name = "SCOPE")]
    remove_scope: Vec<String>,
    /// What a scope opens, as it ends "it will be able to …": "orders:read en see your orders"
    #[arg(long, value_name = "SCOPE LANGUAGE SENTENCE")]
    words: Vec<String>,
    /// How long its access tokens last: at most as long as the tenant's. 0 is as long
    #[arg(long, value_name = "TIME")]
    access_token_ttl: Option<String>,
    /// jwt, which it can check by itself, or opaque, about which it must ask
    #[arg(long, value_name = "FORMAT")]
    access_token_format: Option<String>,
}

impl Wanted {
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What was, with what is wanted.
    pub fn over(&self, old: Resource) -> Result<Resource, Trouble> {
        let mut new = old;
        if let Some(name) = &self.name {
            new.name.clone_from(name);
        }
        for token in &self.scope {
            new.scopes.entry(token.clone()).or_default();
        }
        for said in &self.words {
            let mut parts = said.splitn(3, ' ');
            let (Some(token), Some(tag), Some(words)) = (parts.next(), parts.next(), parts.next())
            else {
                return Err(wrong(format!("{said:?} is not a scope, a language and a sentence"))
                    .fix("--words \"orders:read en see your orders\""));
            };
            let sentences = new.scopes.entry(token.to_owned()).or_default();
            sentences.insert(tag.to_owned(), words.trim().to_owned());
        }
        for token in &self.remove_scope {
            if new.scopes.remove(token).is_none() {
                return Err(wrong(format!("it has no scope {token}")));
            }
        }
        if let Some(text) = &self.access_token_ttl {
            new.access_token_seconds = seconds(text)?;
        }
        if let Some(text) = &self.access_token_format {
            new.access_token_format = format(text)?;
        }
        Ok(new)
    }
}

fn wrong(sentence: String) -> Trouble {
    Trouble::new(Exit::Usage, sentence)
}

/// `None` for 0: as long as the tenant says.
pub fn seconds(text: &str) -> Result<Option<i64>, Trouble> {
    if text == "0" {
        return Ok(None);
    }
    let length = Lifetime::parse(text).map(Lifetime::as_seconds).filter(|seconds| *seconds > 0);
    let unfit = || wrong(format!("{text} is no length of time")).fix("5m");
    length.map(Some).ok_or_else(unfit)
}

pub fn format(text: &str) -> Result<TokenFormat, Trouble> {
    let unknown = || wrong(format!("{text} is no form of a token")).fix("jwt   or   opaque");
    TokenFormat::parse(text).ok_or_else(unknown)
}
