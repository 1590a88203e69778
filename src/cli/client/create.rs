//! `client create`: by a template, or a machine.

use super::details::Details;
use super::lasting::Tokens;
use super::show::{boxed, describe, refused, with_secret};
use super::snippets;
use super::templates::{Shape, Template};
use super::{Asked, usage};
use crate::admin::clients;
use crate::app::policy;
use crate::cli::exit::{Exit, Trouble};
use crate::config::ClientProfile;
use crate::keys::model::Algorithm;
use crate::oauth::clients::model::{
    Challenge, Kind, Method, Party, Pushing, RedirectUri, Registration, SecondFactor,
};
use crate::oauth::model::{GrantType, Profile, Scope};
use crate::platform::outbound::Outbound;
use crate::tenants::model::display_name;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use url::Url;

#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Create {
    /// What kind of application it is; a machine without it
    #[arg(long)]
    template: Option<Template>,
    /// Where the application is, such as `https://grafana.example.com`
    #[arg(long)]
    url: Option<String>,
    /// Its name, for people
    #[arg(long)]
    name: Option<String>,
    /// Where its answers go, instead of what the template knows
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// What it may ask for, and gets when it asks for nothing: "orders:read orders:write"
    #[arg(long)]
    scope: Option<String>,
    /// A resource that its tokens may be for, by its URL; the first is the usual one
    #[arg(long, value_name = "URL")]
    resource: Vec<String>,
    /// It is the API behind its resources: it asks about tokens, and fetches none
    #[arg(long, requires = "resource", conflicts_with = "template")]
    resource_server: bool,
    /// It is ours: people are not asked whether they agree
    #[arg(long)]
    first_party: bool,
    /// How strict the server is with it: oauth21 or oidc-compat; the tenant's choice without it
    #[arg(long)]
    profile: Option<String>,
    /// It must push its authorization requests first (RFC 9126)
    #[arg(long)]
    require_pushed: bool,
    /// Nobody comes to it without a second factor; whoever has none sets one up on the way
    #[arg(long)]
    require_second_factor: bool,
    /// A file with its public keys (JWK Set): it then signs assertions and has no secret
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri")]
    jwks: Option<PathBuf>,
    /// Where it publishes its public keys
    #[arg(long, value_name = "URL")]
    jwks_uri: Option<String>,
    #[command(flatten)]
    tokens: Tokens,
    /// How it proves who it is by its secret, where it is to be one way alone
    #[arg(long, conflicts_with_all = ["jwks", "jwks_uri"])]
    auth_method: Option<BySecret>,
    #[command(flatten)]
    details: Details,
}

/// Ways to use a secret (OIDC Core §9).
#[derive(Clone, Copy, ValueEnum)]
enum BySecret {
    #[value(name = "client_secret_basic")]
    Basic,
    #[value(name = "client_secret_post")]
    Post,
    #[value(name = "client_secret_jwt")]
    Jwt,
}

const MACHINE: Shape = Template::Service.shape();

impl Asked<'_> {
    pub(super) async fn create(&self, create: &Create) -> Result<(), Trouble> {
        let (house, context) = (&self.ground.house, self.ground.context());
        let shape = create.template.map_or(MACHINE, Template::shape);
        let registration = self.registration(create, &shape)?;
        let registration = create.details.enter(self, registration).await?;
        let parts = (&house.database, &house.sealer);
        let made = clients::create(parts, self.at, &registration, &context).await;
        let (client, secret) = made.map_err(refused)?;
        let data = with_secret(describe(&client), secret.as_ref());
        let mut text = format!("✓ client {} made ({})\n", registration.name, client.id);
        text.push_str(&boxed(secret.as_ref()));
        if registration.challenge == Challenge::Excused {
            text.push_str("  ! it may sign in without PKCE, because this application knows none\n");
        }
        match create.template {
            Some(_) => {
                let filled = snippets::fill(shape.snippet, &client, &self.issuer, secret.as_ref());
                text.push_str(&format!(
                    "\npaste ({}):\n\n{}",
                    shape.snippet,
                    filled.unwrap_or_default()
                ));
            }
            None => text.push_str(&next(&registration, client.id.as_str(), &self.issuer)),
        }
        self.output.answer("vestibule.cli.client.create/1", &data, &text);
        Ok(())
    }

    fn registration(&self, create: &Create, shape: &Shape) -> Result<Registration, Trouble> {
        let house = &self.ground.house;
        let algorithms = policy(&house.jwt(self.at.tenant)).algorithms;
        // The tenant's first is the one it signs with unless told otherwise.
        let algorithm = algorithms.first().copied().unwrap_or(Algorithm::Rs256);
        let scope = create.scope.as_deref().unwrap_or(shape.scope);
        let scope = Scope::parse(scope).map_err(|e| usage(e.to_string()))?;
        let (kind, grants) = match create.resource_server {
            true => (Kind::ResourceServer, Vec::new()),
            false => (shape.kind, shape.grants.to_vec()),
        };
        let jwks = create.jwks.as_deref().map(read_keys).transpose()?;
        if let Some(uri) = &create.jwks_uri {
            house.outbound.check(uri).map_err(|why| usage(format!("--jwks-uri: {why}")))?;
        }
        let signs = jwks.is_some() || create.jwks_uri.is_some();
        let own = house.clients_of(self.at.tenant).profile;
        let mut made = Registration {
            kind,
            name: name(create, shape)?,
            profile: create.profile.as_deref().map_or(Ok(of_tenant(own)), profile)?,
            method: method(create, shape, signs),
            party: if create.first_party { Party::First } else { Party::Third },
            challenge: shape.challenge,
            redirect_uris: redirect_uris(create, shape, kind)?,
            grants,
            default_scope: scope.clone(),
            scope,
            id_token_claims: shape.id_token_claims,
            resources: create.resource.clone(),
            default_resource: create.resource.first().cloned(),
            jwks,
            jwks_uri: create.jwks_uri.clone(),
            second_factor: demanded(create.require_second_factor),
            pushing: if create.require_pushed { Pushing::Required } else { Pushing::Free },
            access_token_algorithm: algorithm,
            id_token_algorithm: algorithm,
            ..Registration::default()
        };
        create.tokens.over(&mut made, &algorithms)?;
        Ok(made)
    }
}

fn method(create: &Create, shape: &Shape, signs: bool) -> Method {
    match create.auth_method {
        _ if signs => Method::PrivateKeyJwt,
        None => shape.method,
        Some(BySecret::Basic) => Method::ClientSecretBasic,
        Some(BySecret::Post) => Method::ClientSecretPost,
        Some(BySecret::Jwt) => Method::ClientSecretJwt,
    }
}

pub(super) const fn demanded(is_demanded: bool) -> SecondFactor {
    if is_demanded { SecondFactor::Demanded } else { SecondFactor::AsEverywhere }
}

fn name(create: &Create, shape: &Shape) -> Result<String, Trouble> {
    let given = create.name.as_deref().or_else(|| create.template.map(|_| shape.name));
    let given = given.ok_or_else(|| usage("a machine needs a name").fix("--name Billing"))?;
    display_name(given).map_err(|e| usage(e.to_string()))
}

const fn of_tenant(own: ClientProfile) -> Profile {
    match own {
        ClientProfile::Oauth21 => Profile::OAuth21,
        ClientProfile::OidcCompat => Profile::OidcCompat,
    }
}

/// `fapi2` is a word of ours already, and refused with its own sentence when the registration is checked.
pub(super) fn profile(text: &str) -> Result<Profile, Trouble> {
    let unknown = || usage(format!("{text} is no profile")).fix("--profile oauth21");
    Profile::parse(text).ok_or_else(unknown)
}

pub(super) fn read_keys(file: &Path) -> Result<String, Trouble> {
    std::fs::read_to_string(file).map_err(|e| {
        Trouble::new(Exit::Failed, format!("cannot read {}", file.display())).why(e.to_string())
    })
}

fn redirect_uris(create: &Create, shape: &Shape, kind: Kind) -> Result<Vec<RedirectUri>, Trouble> {
    let mut all = create.redirect_uri.clone();
    if all.is_empty() {
        all.extend(shape.addresses.iter().map(|address| (*address).to_owned()));
        if !shape.paths.is_empty() {
            let base = create.url.as_deref().map(base).transpose()?;
            let fix = "--url https://app.example.com   or   --redirect-uri …";
            let base = base.ok_or_else(|| usage("where is the application?").fix(fix))?;
            all.extend(shape.paths.iter().map(|path| format!("{base}{path}")));
        }
    }
    all.iter().map(|uri| parsed(uri, kind)).collect()
}

pub(super) fn parsed(uri: &str, kind: Kind) -> Result<RedirectUri, Trouble> {
    RedirectUri::parse(uri, kind).map_err(|why| usage(format!("{uri}: {why}")))
}

/// Without a slash at its end.
fn base(url: &str) -> Result<String, Trouble> {
    let parsed =
        Url::parse(url).ok().filter(|url| url.query().is_none() && url.fragment().is_none());
    parsed.ok_or_else(|| usage(format!("{url} is no address of an application")))?;
    Ok(url.trim_end_matches('/').to_owned())
}

fn next(registration: &Registration, id: &str, issuer: &str) -> String {
    let what = match registration.is_allowed(GrantType::ClientCredentials) {
        true => format!("-d grant_type=client_credentials {issuer}/oauth/token"),
        false => format!("-d token=TOKEN {issuer}/oauth/introspect"),
    };
    format!("\n  next   curl -u {id}:SECRET {what}")
}
