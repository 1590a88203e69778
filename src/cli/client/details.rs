//! What `client create` and `client update` both take: signing out, names of people, whether user info is signed, and
//! what people are shown of the application.

use super::create::parsed;
use super::{Asked, usage};
use crate::app::policy;
use crate::cli::exit::Trouble;
use crate::keys::model::Algorithm;
use crate::oauth::clients::model::{Kind, RedirectUri, Registration, SubjectType};
use crate::oauth::model::Scope;
use crate::oauth::registration::addresses::check_sector;
use crate::platform::outbound::{Documents, Outbound};
use clap::{Args, ValueEnum};
use std::sync::Arc;
use url::Url;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum YesNo {
    Yes,
    No,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Names {
    /// The same for all applications
    Public,
    /// One per sector, which leads to no other
    Pairwise,
}

/// An empty value takes away what is registered.
#[derive(Args)]
pub struct Details {
    /// What of the scope a person may leave out when asked
    #[arg(long, value_name = "SCOPE")]
    optional_scope: Option<String>,
    /// Where people may be led after signing out: this and no other that was registered
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// Where it is told that a session is over (Back-Channel Logout)
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// Whether it needs the session's name there
    #[arg(long, value_name = "YES|NO", hide_possible_values = true)]
    backchannel_session_required: Option<YesNo>,
    /// The same within the browser, in a frame (Front-Channel Logout)
    #[arg(long, value_name = "URI")]
    frontchannel_logout_uri: Option<String>,
    /// Whether it needs the session's name there
    #[arg(long, value_name = "YES|NO", hide_possible_values = true)]
    frontchannel_session_required: Option<YesNo>,
    /// How it knows people: by the name that all know, or by one of its own
    #[arg(long)]
    subject_type: Option<Names>,
    /// Whose list of redirect URIs says which applications share those names (OIDC Core §8.1)
    #[arg(long, value_name = "URL")]
    sector_identifier_uri: Option<String>,
    /// What user info is signed with; plain JSON without it
    #[arg(long, value_name = "ALG")]
    userinfo_alg: Option<String>,
    /// Its own page, for people
    #[arg(long, value_name = "URL")]
    client_uri: Option<String>,
    /// Its picture, shown where people sign in and agree: PNG, JPEG or WebP, at most 256 KiB and 2048 pixels a side. It is
    /// fetched once; `client get` says what became of it
    #[arg(long, value_name = "URL")]
    logo_uri: Option<String>,
    /// What it does with what it learns of people, shown there
    #[arg(long, value_name = "URL")]
    policy_uri: Option<String>,
    /// Its terms, shown there
    #[arg(long, value_name = "URL")]
    tos_uri: Option<String>,
    /// Who answers for it: an address; this and no other that was registered
    #[arg(long, value_name = "ADDRESS")]
    contact: Vec<String>,
}

impl Details {
    /// Whatever was not named stays.
    pub(super) async fn enter(
        &self,
        asked: &Asked<'_>,
        mut into: Registration,
    ) -> Result<Registration, Trouble> {
        if let Some(scope) = &self.optional_scope {
            into.optional_scope = Scope::parse(scope).map_err(|e| usage(e.to_string()))?;
        }
        self.enter_logout(asked, &mut into)?;
        self.enter_names(asked, &mut into)?;
        self.enter_userinfo(asked, &mut into)?;
        self.enter_about(asked, &mut into)?;
        let house = &asked.ground.house;
        let documents = Documents::new(Arc::clone(&house.outbound));
        let checked = check_sector(&documents, asked.at, &into).await;
        checked.map_err(|e| usage(e.description()))?;
        Ok(into)
    }

    fn enter_logout(&self, asked: &Asked<'_>, into: &mut Registration) -> Result<(), Trouble> {
        let (kind, logout) = (into.kind, &mut into.logout);
        if !self.post_logout_redirect_uri.is_empty() {
            let all = self.post_logout_redirect_uri.iter().filter(|uri| !uri.is_empty());
            let all = all.map(|uri| parsed(uri, kind)).collect::<Result<_, _>>()?;
            logout.post_logout_redirect_uris = all;
        }
        let told = |uri: &str| outside(asked, uri).and_then(|()| address(uri));
        set(&mut logout.backchannel_logout_uri, self.backchannel_logout_uri.as_ref(), told)?;
        set(&mut logout.frontchannel_logout_uri, self.frontchannel_logout_uri.as_ref(), address)?;
        if let Some(needed) = self.backchannel_session_required {
            logout.backchannel_logout_session_required = needed == YesNo::Yes;
        }
        if let Some(needed) = self.frontchannel_session_required {
            logout.frontchannel_logout_session_required = needed == YesNo::Yes;
        }
        Ok(())
    }

    fn enter_names(&self, asked: &Asked<'_>, into: &mut Registration) -> Result<(), Trouble> {
        match self.subject_type {
            None => {}
            Some(Names::Public) => into.subject_type = SubjectType::Public,
            Some(Names::Pairwise) => into.subject_type = SubjectType::Pairwise,
        }
        let fetched = |uri: &str| outside(asked, uri).and_then(|()| address(uri));
        set(&mut into.sector_identifier_uri, self.sector_identifier_uri.as_ref(), fetched)
    }

    fn enter_userinfo(&self, asked: &Asked<'_>, into: &mut Registration) -> Result<(), Trouble> {
        let known = policy(&asked.ground.house.jwt(asked.at.tenant)).algorithms;
        let algorithm = |text: &str| {
            let found = Algorithm::parse(text).filter(|one| known.contains(one));
            let all = || known.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
            found.ok_or_else(|| usage(format!("there is no key for {text}")).fix(all()))
        };
        set(&mut into.userinfo_algorithm, self.userinfo_alg.as_ref(), algorithm)
    }

    fn enter_about(&self, asked: &Asked<'_>, into: &mut Registration) -> Result<(), Trouble> {
        let about = &mut into.about;
        let logo = |uri: &str| outside(asked, uri).and_then(|()| page(uri));
        set(&mut about.client_uri, self.client_uri.as_ref(), page)?;
        set(&mut about.logo_uri, self.logo_uri.as_ref(), logo)?;
        set(&mut about.policy_uri, self.policy_uri.as_ref(), page)?;
        set(&mut about.tos_uri, self.tos_uri.as_ref(), page)?;
        if !self.contact.is_empty() {
            about.contacts = self.contact.iter().filter(|it| !it.is_empty()).cloned().collect();
        }
        Ok(())
    }
}

fn set<T>(
    target: &mut Option<T>,
    given: Option<&String>,
    read: impl Fn(&str) -> Result<T, Trouble>,
) -> Result<(), Trouble> {
    match given.map(String::as_str) {
        None => {}
        Some("") => *target = None,
        Some(text) => *target = Some(read(text)?),
    }
    Ok(())
}

/// The server asks or tells it by itself, so it must be one that the server may reach.
fn outside(asked: &Asked<'_>, uri: &str) -> Result<(), Trouble> {
    asked.ground.house.outbound.check(uri).map_err(|why| usage(format!("{uri}: {why}")))
}

fn address(uri: &str) -> Result<RedirectUri, Trouble> {
    parsed(uri, Kind::Confidential)
}

/// A link for people.
fn page(uri: &str) -> Result<String, Trouble> {
    let url = Url::parse(uri).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
    url.map(|_| uri.to_owned()).ok_or_else(|| usage(format!("{uri} is no address of a page")))
}
