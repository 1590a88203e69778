//! An API: its address, its scopes with a sentence for people, and what its tokens are like (RFC 8707 §2).

use crate::kernel::failure::Failure;
use crate::oauth::model::{Scope, TokenFormat};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use url::Url;

/// All of them are kept in memory.
pub const MOST: usize = 500;
const MOST_SCOPES: usize = 64;
const LONGEST_URI: usize = 2048;
const LONGEST_NAME: usize = 200;
const LONGEST_SENTENCE: usize = 300;
const LONGEST_TAG: usize = 35;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// As it stands in `aud` (P-230).
    pub uri: String,
    pub name: String,
    /// Each scope, and in which language which sentence says what it opens.
    pub scopes: BTreeMap<String, Sentences>,
    /// Shorter than the tenant's, where it is set.
    pub access_token_seconds: Option<i64>,
    pub access_token_format: TokenFormat,
}

/// By language tag (BCP 47).
pub type Sentences = BTreeMap<String, String>;

/// Why a resource makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Senseless {
    #[error("a resource is an absolute URI of printable ASCII, without a fragment or a user name")]
    Uri,
    #[error("a resource has a name of at most 200 characters")]
    Name,
    #[error("a resource has at most 64 scopes, each one word that is none of OpenID Connect")]
    Scopes,
    #[error("a sentence has a language tag, such as en, and at most 300 characters")]
    Sentence,
    #[error("the lifetime of an access token is at least a second")]
    Lifetime,
}

/// These are about people, and belong to no API.
const STANDARD: [&str; 8] =
    ["openid", "profile", "email", "address", "phone", "offline_access", "roles", "groups"];

impl Resource {
    pub fn new(uri: &str, name: &str) -> Self {
        Self {
            uri: uri.to_owned(),
            name: name.to_owned(),
            scopes: BTreeMap::new(),
            access_token_seconds: None,
            access_token_format: TokenFormat::Jwt,
        }
    }

    pub fn check(&self) -> Result<(), Senseless> {
        let plain = |text: &str, longest| {
            let length = text.chars().count();
            (1..=longest).contains(&length) && !text.chars().any(char::is_control)
        };
        let is_scope = |token: &String| {
            let parsed = Scope::parse(token).is_ok_and(|scope| scope.contains(token));
            parsed && !STANDARD.contains(&token.as_str())
        };
        let mut sentences = self.scopes.values().flatten();
        match () {
            () if normal(&self.uri).is_none() => Err(Senseless::Uri),
            () if !plain(&self.name, LONGEST_NAME) => Err(Senseless::Name),
            () if self.scopes.len() > MOST_SCOPES => Err(Senseless::Scopes),
            () if !self.scopes.keys().all(is_scope) => Err(Senseless::Scopes),
            () if !sentences.all(|(tag, text)| is_tag(tag) && plain(text, LONGEST_SENTENCE)) => {
                Err(Senseless::Sentence)
            }
            () if self.access_token_seconds.is_some_and(|seconds| seconds < 1) => {
                Err(Senseless::Lifetime)
            }
            () => Ok(()),
        }
    }

    /// Whether this is another spelling of its address.
    pub fn is_at(&self, uri: &str) -> bool {
        is_same(&self.uri, uri)
    }

    pub fn has(&self, token: &str) -> bool {
        self.scopes.contains_key(token)
    }
}

fn is_tag(text: &str) -> bool {
    let fits = (2..=LONGEST_TAG).contains(&text.len());
    fits && text.split('-').all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// One form for all spellings of an address (RFC 3986 §6.2.2, §6.2.3); `None` for what is no address of an API.
pub fn normal(uri: &str) -> Option<String> {
    let plain = |byte: u8| matches!(byte, 0x21..=0x7e) && !matches!(byte, b'\\' | b'#');
    let fits = uri.len() <= LONGEST_URI && uri.bytes().all(plain);
    let url = Url::parse(uri).ok().filter(|_| fits)?;
    let is_bare = url.username().is_empty() && url.password().is_none();
    is_bare.then(|| with_normal_percents(url.as_str()))
}

pub fn is_same(one: &str, other: &str) -> bool {
    one == other || normal(one).is_some_and(|one| Some(one) == normal(other))
}

/// What needs no percent loses it, and the others have capital digits.
fn with_normal_percents(text: &str) -> String {
    let mut parts = text.split('%');
    let mut normal = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (Some(digits), Some(byte)) = (digits, byte) else {
            normal.push('%');
            normal.push_str(part);
            continue;
        };
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            normal.push(char::from(byte));
        } else {
            normal.push('%');
            normal.push_str(&digits.to_ascii_uppercase());
        }
        normal.push_str(part.get(2..).unwrap_or_default());
    }
    normal
}

/// All resources of one tenant, as this node knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(Vec<Resource>);

/// Where a scope leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads<'a> {
    /// No API has any of it.
    Nowhere,
    /// Each of these has all of it that any API has.
    To(Vec<&'a Resource>),
    /// It is of several, and none has all.
    Apart,
}

impl Known {
    pub const fn new(all: Vec<Resource>) -> Self {
        Self(all)
    }

    pub fn find(&self, uri: &str) -> Option<&Resource> {
        self.0.iter().find(|resource| resource.is_at(uri))
    }

    pub fn leads(&self, scope: &Scope) -> Leads<'_> {
        let wanted: Vec<&str> = scope.tokens().filter(|token| self.knows(token)).collect();
        if wanted.is_empty() {
            return Leads::Nowhere;
        }
        let has_all = |resource: &&Resource| wanted.iter().all(|token| resource.has(token));
        let several: Vec<_> = self.0.iter().filter(has_all).collect();
        if several.is_empty() { Leads::Apart } else { Leads::To(several) }
    }

    /// Without what belongs to other APIs than these.
    pub fn narrowed(&self, scope: &Scope, to: &[String]) -> Scope {
        let of_these = |token: &str| {
            let mut these = to.iter().filter_map(|uri| self.find(uri));
            these.any(|resource| resource.has(token))
        };
        scope.only(|token| to.is_empty() || !self.knows(token) || of_these(token))
    }

    /// Whether no scope is of two of these, so that one token may be for all of them.
    pub fn are_apart(&self, uris: &[String]) -> bool {
        let found: Vec<_> = uris.iter().filter_map(|uri| self.find(uri)).collect();
        let mut tokens: Vec<&String> = found.iter().flat_map(|one| one.scopes.keys()).collect();
        let count = tokens.len();
        tokens.sort_unstable();
        tokens.dedup();
        found.len() == uris.len() && tokens.len() == count
    }

    /// What a scope opens, said in a language, or else in English, or else somehow. Of several APIs that have it,
    /// one that the request is for is asked first.
    pub fn sentence(&self, token: &str, tag: &str, asked: &[String]) -> Option<&str> {
        let asked = asked.iter().filter_map(|uri| self.find(uri));
        let said = asked.chain(&self.0).find_map(|resource| resource.scopes.get(token))?;
        let base = tag.split('-').next().unwrap_or(tag);
        let found = [tag, base, "en"].into_iter().find_map(|tag| said.get(tag));
        found.or_else(|| said.values().next()).map(String::as_str)
    }

    fn knows(&self, token: &str) -> bool {
        self.0.iter().any(|resource| resource.has(token))
    }
}

/// The resources of the tenant at hand.
pub trait Resources {
    /// All, by their addresses.
    async fn resources(&mut self) -> Result<Vec<Resource>, Failure>;

    /// In the place of the one at the same address, if there is one.
    async fn keep_resource(&mut self, resource: &Resource) -> Result<(), Failure>;

    /// False when there is none.
    async fn delete_resource(&mut self, uri: &str) -> Result<bool, Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(uri: &str, scopes: &[&str]) -> Resource {
        let scopes = scopes.iter().map(|token| ((*token).to_owned(), Sentences::new()));
        Resource { scopes: scopes.collect(), ..Resource::new(uri, "An API") }
    }

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    // RFC 3986 §6.2.2, §6.2.3 (P-230)
    #[test]
    fn spellings_of_one_address_are_one() {
        for other in [
            "https://api.example/",
            "HTTPS://API.example",
            "https://api.example:443",
            "https://api.example/./",
        ] {
            assert!(is_same("https://api.example", other), "{other}");
        }
        assert!(is_same("https://api.example/%7ea%2f", "https://api.example/~a%2F"));
        assert!(is_same("urn:example:api", "urn:example:api"));
        for another in ["https://api.example/a", "http://api.example", "https://api.example/?"] {
            assert!(!is_same("https://api.example", another), "{another}");
        }
        assert!(!is_same("https://api.example/a%2Fb", "https://api.example/a/b"));
        assert!(!is_same("https://api.example/A", "https://api.example/a"));
    }

    // RFC 8707 §2, security.md §0.2
    #[test]
    fn a_resource_makes_sense_or_is_refused() {
        assert_eq!(resource("https://api.example", &["read"]).check(), Ok(()));
        for wrong in ["/rel", "api", "https://api.example/#f", "https://u:p@api.example", ""] {
            assert_eq!(resource(wrong, &[]).check(), Err(Senseless::Uri), "{wrong}");
        }
        for wrong in ["a b", "openid", "", "ä"] {
            let resource = resource("https://api.example", &[wrong]);
            assert_eq!(resource.check(), Err(Senseless::Scopes), "{wrong}");
        }
        for (tag, words) in [("e", "x"), ("en_US", "x"), ("en", ""), ("en", "a\nb")] {
            let mut resource = resource("https://api.example", &["read"]);
            let said = Sentences::from([(tag.to_owned(), words.to_owned())]);
            resource.scopes.insert("read".into(), said);
            assert_eq!(resource.check(), Err(Senseless::Sentence), "{tag} {words:?}");
        }
    }

    // P-202
    #[test]
    fn a_scope_leads_to_the_apis_that_have_it() {
        let known = Known::new(vec![
            resource("https://one.example", &["read", "one"]),
            resource("https://two.example", &["read", "two"]),
        ]);
        let led = |text| match known.leads(&scope(text)) {
            Leads::To(several) => several.iter().map(|one| one.uri.clone()).collect(),
            Leads::Nowhere => vec!["nowhere".to_owned()],
            Leads::Apart => vec!["apart".to_owned()],
        };
        assert_eq!(led("openid"), ["nowhere"]);
        assert_eq!(led("openid one read"), ["https://one.example"]);
        assert_eq!(led("read"), ["https://one.example", "https://two.example"]);
        assert_eq!(led("one two"), ["apart"]);
        let narrowed = known.narrowed(&scope("openid one two"), &["https://two.example".into()]);
        assert_eq!(narrowed, scope("openid two"));
        assert_eq!(known.narrowed(&scope("one two"), &[]), scope("one two"));
    }

    #[test]
    fn a_sentence_is_found_in_the_nearest_language() {
        let mut one = resource("https://one.example", &["read"]);
        let said = [("en", "see"), ("de-CH", "luege"), ("de", "sehen")];
        let said = said.map(|(tag, words)| (tag.to_owned(), words.to_owned()));
        one.scopes.insert("read".into(), Sentences::from(said));
        let known = Known::new(vec![one]);
        let say = |tag| known.sentence("read", tag, &[]);
        assert_eq!((say("de"), say("de-CH")), (Some("sehen"), Some("luege")));
        assert_eq!((say("de-AT"), say("ar")), (Some("sehen"), Some("see")));
        assert_eq!(known.sentence("write", "en", &[]), None);
    }
}
