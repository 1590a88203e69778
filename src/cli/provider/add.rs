//! What is said of a provider that is added.

use crate::cli::exit::{Exit, Trouble};
use crate::federation::model::provider::SignOut;
use crate::federation::model::{Kind, Rule};
use crate::federation::presets::Wanted;
use crate::kernel::secret::Secret;
use crate::tenants::model::display_name;
use clap::{Args, ValueEnum};
use std::io::Read;
use std::path::PathBuf;
use zeroize::Zeroizing;

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Preset {
    Google,
    Microsoft,
    Github,
    Oidc,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Link {
    Never,
    Ask,
    Authoritative,
}

#[derive(Args)]
pub(super) struct Add {
    pub(super) kind: Preset,
    /// Its name in URLs; the kind if not given
    #[arg(long)]
    pub(super) name: Option<String>,
    /// Its name for people: "Continue with …"
    #[arg(long)]
    label: Option<String>,
    /// What it calls us
    #[arg(long)]
    client_id: String,
    /// A file with the secret that it gave us; without, it is read from standard input
    #[arg(long, value_name = "FILE")]
    pub(super) secret_file: Option<PathBuf>,
    /// Where it is: of any OpenID provider, or of a company's own GitHub
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// Microsoft: the directory (tenant) id whose people may come
    #[arg(long, value_name = "ID")]
    directory: Option<String>,
    /// Google: only people of this organisation
    #[arg(long, value_name = "DOMAIN")]
    hosted_domain: Option<String>,
    /// When the address of somebody new belongs to an account
    #[arg(long, default_value = "ask")]
    link: Link,
    /// A mail domain for which its word is the owner's; may be given several times
    #[arg(long, value_name = "DOMAIN")]
    domain: Vec<String>,
    /// A mail domain whose people are sent there; may be given several times
    #[arg(long, value_name = "DOMAIN")]
    route: Vec<String>,
    /// Let in only who has an account here already
    #[arg(long)]
    no_new_accounts: bool,
    /// Show it only to those who come for this application; may be given several times
    #[arg(long, value_name = "CLIENT_ID")]
    client: Vec<String>,
    /// When somebody who came from there signs out here
    #[arg(long, default_value = "offer")]
    sign_out: Leaving,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Leaving {
    /// A page offers to sign out there too
    Offer,
    /// They are signed out there too
    Follow,
}

pub(super) const fn kind(preset: Preset) -> Kind {
    match preset {
        Preset::Google => Kind::Google,
        Preset::Microsoft => Kind::Microsoft,
        Preset::Github => Kind::Github,
        Preset::Oidc => Kind::Oidc,
    }
}

pub(super) fn wanted(add: Add, kind: Kind) -> Result<Wanted, Trouble> {
    let label = add.label.as_deref().map(display_name).transpose();
    Ok(Wanted {
        kind,
        client_id: add.client_id,
        label: label.map_err(|e| Trouble::new(Exit::Usage, e.to_string()))?,
        issuer: add.issuer,
        directory: add.directory,
        hosted_domain: add.hosted_domain.map(|domain| domain.to_ascii_lowercase()),
        rule: match add.link {
            Link::Never => Rule::Never,
            Link::Ask => Rule::Ask,
            Link::Authoritative => Rule::Authoritative,
        },
        domains: add.domain.iter().map(|domain| domain.to_ascii_lowercase()).collect(),
        routes: add.route.iter().map(|domain| domain.to_ascii_lowercase()).collect(),
        makes_accounts: !add.no_new_accounts,
        clients: add.client,
        sign_out: match add.sign_out {
            Leaving::Offer => SignOut::Offer,
            Leaving::Follow => SignOut::Follow,
        },
    })
}

/// Never an argument: others on this machine see those.
pub(super) fn secret(file: Option<&PathBuf>) -> Result<Secret, Trouble> {
    let mut text = Zeroizing::new(String::new());
    if let Some(file) = file {
        *text = std::fs::read_to_string(file).map_err(|e| {
            Trouble::new(Exit::NotFound, format!("cannot read {}", file.display()))
                .why(e.to_string())
        })?;
    } else {
        let read = std::io::stdin().take(8 * 1024).read_to_string(&mut text);
        read.map_err(|e| Trouble::new(Exit::Failed, "no secret could be read").why(e.to_string()))?;
    }
    match text.trim() {
        "" => Err(Trouble::new(Exit::Usage, "the secret is empty").fix("--secret-file FILE")),
        secret => Ok(Secret::new(secret)),
    }
}
