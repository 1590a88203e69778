//! What is known of a kind of provider before anybody says anything: Google, Microsoft, GitHub, any other.

use super::model::provider::{GMAIL, SignOut};
use super::model::{Kind, Mapping, Rule, Settings};
use thiserror::Error;

/// What an administrator said. Whatever is missing the kind fills in, or the provider itself.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub kind: Kind,
    pub client_id: String,
    pub label: Option<String>,
    pub issuer: Option<String>,
    /// Microsoft: the directory whose people may come.
    pub directory: Option<String>,
    /// Google: the organisation whose people may come.
    pub hosted_domain: Option<String>,
    pub rule: Rule,
    pub domains: Vec<String>,
    pub routes: Vec<String>,
    pub makes_accounts: bool,
    pub clients: Vec<String>,
    pub sign_out: SignOut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Senseless {
    #[error("an OpenID provider is found by its issuer")]
    NoIssuer,
    #[error("the issuer of this kind is known")]
    IssuerIsKnown,
    #[error(
        "Microsoft needs a directory (tenant) id, such as 72f988bf-86f1-41af-91ab-2d7cd011db47"
    )]
    NoDirectory,
    #[error("only Google knows hosted domains")]
    NoHostedDomain,
    #[error("a provider is authoritative for listed domains alone")]
    NoDomains,
    #[error("GitHub vouches for no domain: it can be asked, not believed")]
    NoAuthority,
}

const GOOGLE: &str = "https://accounts.google.com";
const GITHUB: &str = "https://github.com";

impl Wanted {
    pub fn settings(self) -> Result<Settings, Senseless> {
        let issuer = self.issuer()?;
        if self.hosted_domain.is_some() && self.kind != Kind::Google {
            return Err(Senseless::NoHostedDomain);
        }
        let mut domains = self.domains;
        if self.kind == Kind::Google {
            domains.push(GMAIL.into());
            domains.extend(self.hosted_domain.clone());
            domains.sort();
            domains.dedup();
        }
        match (self.rule, self.kind) {
            (Rule::Authoritative, Kind::Github) => return Err(Senseless::NoAuthority),
            (Rule::Authoritative, _) if domains.is_empty() => return Err(Senseless::NoDomains),
            _ => {}
        }
        let (label, scopes): (&str, &[&str]) = match self.kind {
            Kind::Google => ("Google", &["email", "profile"]),
            Kind::Microsoft => ("Microsoft", &["email", "profile"]),
            Kind::Github => ("GitHub", &["read:user", "user:email"]),
            Kind::Oidc => ("Single sign-on", &["email", "profile"]),
        };
        Ok(Settings {
            kind: self.kind,
            label: self.label.unwrap_or_else(|| label.into()),
            issuer,
            client_id: self.client_id,
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            algorithms: Vec::new(),
            rule: self.rule,
            domains,
            routes: self.routes,
            makes_accounts: self.makes_accounts,
            hosted_domain: self.hosted_domain,
            // Somebody with several accounts there chooses one, and is not sent in circles by the first.
            prompt: (self.kind == Kind::Google).then(|| "select_account".into()),
            origin: String::new(),
            clients: self.clients,
            sign_out: self.sign_out,
            mapping: Mapping::default(),
        })
    }

    fn issuer(&self) -> Result<String, Senseless> {
        match (self.kind, &self.issuer, &self.directory) {
            (Kind::Google, None, _) => Ok(GOOGLE.into()),
            (Kind::Google | Kind::Microsoft, Some(_), _) => Err(Senseless::IssuerIsKnown),
            // A shared endpoint would take people of any directory.
            (Kind::Microsoft, None, Some(directory)) if is_uuid(directory) => {
                Ok(format!("https://login.microsoftonline.com/{directory}/v2.0"))
            }
            (Kind::Microsoft, None, _) => Err(Senseless::NoDirectory),
            (Kind::Github, own, _) => {
                let own = own.as_deref().unwrap_or(GITHUB);
                Ok(own.trim_end_matches('/').to_owned())
            }
            (Kind::Oidc, Some(issuer), _) => Ok(issuer.clone()),
            (Kind::Oidc, None, _) => Err(Senseless::NoIssuer),
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(kind: Kind) -> Wanted {
        Wanted {
            kind,
            client_id: "us".into(),
            label: None,
            issuer: None,
            directory: None,
            hosted_domain: None,
            rule: Rule::Ask,
            domains: Vec::new(),
            routes: Vec::new(),
            makes_accounts: true,
            clients: Vec::new(),
            sign_out: SignOut::Offer,
        }
    }

    // FED-01
    #[test]
    fn google_is_known() {
        let hosted = Some("corp.test".to_owned());
        let google = Wanted { hosted_domain: hosted, ..wanted(Kind::Google) }.settings().unwrap();
        assert_eq!(google.issuer, "https://accounts.google.com");
        assert_eq!(google.domains, ["corp.test", "gmail.com"]);
        assert_eq!(google.prompt.as_deref(), Some("select_account"));
    }

    // FED-02: no directory but the one that is named
    #[test]
    fn microsoft_needs_a_directory() {
        let of = |directory: &str| {
            Wanted { directory: Some(directory.into()), ..wanted(Kind::Microsoft) }.settings()
        };
        for shared in ["common", "organizations", "consumers", "", "contoso.onmicrosoft.com"] {
            assert_eq!(of(shared).unwrap_err(), Senseless::NoDirectory, "{shared}");
        }
        let one = "72f988bf-86f1-41af-91ab-2d7cd011db47";
        let issuer = of(one).unwrap().issuer;
        assert_eq!(issuer, format!("https://login.microsoftonline.com/{one}/v2.0"));
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        assert_eq!(wanted(Kind::Oidc).settings().unwrap_err(), Senseless::NoIssuer);
        let believed = |kind| Wanted { rule: Rule::Authoritative, ..wanted(kind) };
        assert_eq!(believed(Kind::Github).settings().unwrap_err(), Senseless::NoAuthority);
        let oidc = Wanted { issuer: Some("https://idp.test".into()), ..believed(Kind::Oidc) };
        assert_eq!(oidc.settings().unwrap_err(), Senseless::NoDomains);
        let hosted = Wanted { hosted_domain: Some("a.test".into()), ..wanted(Kind::Github) };
        assert_eq!(hosted.settings().unwrap_err(), Senseless::NoHostedDomain);
    }
}
