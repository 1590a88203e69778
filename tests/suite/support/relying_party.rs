//! An application that trusts the server: it reads the metadata and the keys, keeps the keys as long as it
//! was told it may, and believes a token only by them. It shares no code with the server.

use super::browser::Browser;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use vestibule::kernel::time::{Lifetime, Timestamp};

pub struct RelyingParty {
    browser: Browser,
    issuer: String,
    kept: Option<Kept>,
    /// How often it asked for the keys.
    pub fetched: u32,
}

struct Kept {
    keys: Vec<Value>,
    until: Timestamp,
}

impl RelyingParty {
    /// `issuer` is how it is known; the wire is that of `browser`.
    pub fn new(browser: Browser, issuer: impl Into<String>) -> Self {
        Self { browser, issuer: issuer.into(), kept: None, fetched: 0 }
    }

    /// The claims, if the signature is right by a key it may use at this instant. It never asks for the
    /// keys again before their time is over, not even for a name it does not know.
    pub async fn verify(&mut self, token: &str, now: Timestamp) -> Result<Value, String> {
        if self.kept.as_ref().is_none_or(|kept| kept.until <= now) {
            self.fetch(now).await;
        }
        let kept = self.kept.as_ref().unwrap();
        let (signed, signature) = token.rsplit_once('.').ok_or("not a signed token")?;
        let (header, payload) = signed.split_once('.').ok_or("not a signed token")?;
        let header = part(header);
        let key = kept.keys.iter().find(|key| key["kid"] == header["kid"]);
        let key =
            key.ok_or_else(|| format!("no key {} among {}", header["kid"], names(&kept.keys)))?;
        if key["alg"] != header["alg"] || key["use"] != "sig" {
            return Err(format!("{key} is not for {header}"));
        }
        check(key, signed.as_bytes(), &bytes(signature))?;
        let claims = part(payload);
        let is_of_issuer = claims["iss"] == self.issuer.as_str();
        is_of_issuer.then_some(claims).ok_or_else(|| "of another issuer".into())
    }

    /// OIDC Discovery §4.3: the metadata must name the issuer they were asked of.
    async fn fetch(&mut self, now: Timestamp) {
        let path = self.path_of(&format!("{}/.well-known/openid-configuration", self.issuer));
        let metadata = self.browser.get(&path).await;
        assert_eq!(metadata.status, 200, "{}", metadata.text());
        let metadata = metadata.json();
        assert_eq!(metadata["issuer"], self.issuer.as_str());
        let keys = self.browser.get(&self.path_of(metadata["jwks_uri"].as_str().unwrap())).await;
        assert_eq!(keys.status, 200, "{}", keys.text());
        let until = now.plus(Lifetime::seconds(keys.max_age()));
        let keys = keys.json()["keys"].as_array().unwrap().clone();
        self.kept = Some(Kept { keys, until });
        self.fetched += 1;
    }

    fn path_of(&self, url: &str) -> String {
        let url = url::Url::parse(url).unwrap();
        assert!(self.issuer.starts_with(&url.origin().ascii_serialization()), "{url}");
        url.path().to_owned()
    }
}

/// RFC 7518 §3.3 and §3.4.
fn check(key: &Value, signed: &[u8], signature: &[u8]) -> Result<(), String> {
    let member = |name: &str| bytes(key[name].as_str().unwrap());
    let outcome = if key["kty"] == "RSA" {
        let components = RsaPublicKeyComponents { n: member("n"), e: member("e") };
        components.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
    } else {
        let point = [&[4][..], &member("x"), &member("y")].concat();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
    };
    outcome.map_err(|_| format!("the signature is not by {}", key["kid"]))
}

fn names(keys: &[Value]) -> String {
    keys.iter().map(|key| key["kid"].to_string()).collect::<Vec<_>>().join(", ")
}

fn bytes(text: &str) -> Vec<u8> {
    BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
}

fn part(text: &str) -> Value {
    serde_json::from_slice(&bytes(text)).unwrap()
}
