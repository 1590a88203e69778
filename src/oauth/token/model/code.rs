//! An authorization code: 60 seconds, once, for one client (RFC 6749 §4.1.2; D-04, D-05).

use super::Grant;
use crate::kernel::ids::ClientId;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;

/// So many wrong verifiers spend a public client's code.
pub const WRONG_VERIFIERS: i64 = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCode {
    pub grant: Grant,
    pub hash: Hash,
    pub redirect_uri: String,
    pub pkce: Option<String>,
    pub ends_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// What a presented code is, before redirect URI and verifier are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeVerdict {
    Fresh,
    /// Not the text that was handed out.
    Unknown,
    NotYours,
    Over,
    /// Used before: if the rest fits too, somebody has a copy.
    Spent,
}

impl StoredCode {
    pub fn presented_by(&self, client: &ClientId, hash: &Hash, now: Timestamp) -> CodeVerdict {
        match () {
            () if self.hash != *hash => CodeVerdict::Unknown,
            () if self.grant.client != *client => CodeVerdict::NotYours,
            () if self.used_at.is_some() => CodeVerdict::Spent,
            () if now >= self.ends_at => CodeVerdict::Over,
            () => CodeVerdict::Fresh,
        }
    }

    /// The URI to compare with: what is sent must be the same text; it may be missing only where PKCE stands
    /// in for it (P-019, A-032).
    pub fn redirect_uri_for<'a>(&'a self, sent: Option<&'a str>) -> Option<&'a str> {
        match sent {
            Some(sent) => (sent == self.redirect_uri).then_some(sent),
            None => self.pkce.as_ref().map(|_| self.redirect_uri.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::token::model::trial::{at, client, grant};

    fn code() -> StoredCode {
        StoredCode {
            grant: grant(),
            hash: Hash::of(b"code"),
            redirect_uri: "https://rp.example/cb".into(),
            pkce: Some("xS".into()),
            ends_at: at(60),
            used_at: None,
        }
    }

    // P-017, D-04
    #[test]
    fn a_code_is_fresh_for_its_client_until_it_is_used_or_over() {
        let (code, hash) = (code(), Hash::of(b"code"));
        assert_eq!(code.presented_by(&client(1), &hash, at(59)), CodeVerdict::Fresh);
        assert_eq!(code.presented_by(&client(1), &hash, at(60)), CodeVerdict::Over);
        assert_eq!(code.presented_by(&client(2), &hash, at(0)), CodeVerdict::NotYours);
        assert_eq!(code.presented_by(&client(1), &Hash::of(b"c0de"), at(0)), CodeVerdict::Unknown);
        let used = StoredCode { used_at: Some(at(1)), ..code };
        assert_eq!(used.presented_by(&client(1), &hash, at(2)), CodeVerdict::Spent);
        assert_eq!(used.presented_by(&client(2), &hash, at(2)), CodeVerdict::NotYours);
    }

    // A-032, P-019
    #[test]
    fn a_redirect_uri_may_be_missing_only_beside_pkce() {
        let with = code();
        assert_eq!(with.redirect_uri_for(None), Some("https://rp.example/cb"));
        assert_eq!(with.redirect_uri_for(Some("https://rp.example/cb/")), None);
        let without = StoredCode { pkce: None, ..with };
        assert_eq!(without.redirect_uri_for(None), None);
        assert_eq!(
            without.redirect_uri_for(Some("https://rp.example/cb")),
            Some("https://rp.example/cb")
        );
    }
}
