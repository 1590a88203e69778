//! The origins of applications in the browser, as their redirect URIs say (RFC 6454 §4).

use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use crate::oauth::clients::model::{Kind, Registration};
use std::collections::BTreeSet;
use url::{Origin, Url};

/// Other kinds of clients run no scripts: they have none.
pub fn origins(registration: &Registration) -> BTreeSet<String> {
    if registration.kind != Kind::Public {
        return BTreeSet::new();
    }
    let urls = registration.redirect_uris.iter().filter_map(|uri| Url::parse(uri.as_str()).ok());
    let origins = urls.map(|url| url.origin()).filter(Origin::is_tuple);
    origins.map(|origin| origin.ascii_serialization()).collect()
}

/// Of the tenant at hand.
pub trait Origins {
    /// Of an enabled client.
    async fn has_origin(&mut self, origin: &str) -> Result<bool, Failure>;

    /// In the place of those before.
    async fn keep_origins(
        &mut self,
        client: &ClientId,
        origins: &BTreeSet<String>,
    ) -> Result<(), Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::clients::model::RedirectUri;

    // P-215, A-135
    #[test]
    fn an_origin_is_of_a_redirect_uri_of_a_browser_client() {
        let uris =
            ["https://spa.example/cb", "https://spa.example/silent", "http://localhost:3000/cb"];
        let uris = uris.map(|uri| RedirectUri::parse(uri, Kind::Public).unwrap());
        let spa = Registration {
            kind: Kind::Public,
            redirect_uris: uris.to_vec(),
            ..Registration::default()
        };
        let expected = ["http://localhost:3000", "https://spa.example"].map(str::to_owned);
        assert_eq!(origins(&spa), expected.into());
        let native = RedirectUri::parse("com.example.app:/cb", Kind::Native).unwrap();
        let native = Registration { redirect_uris: vec![native], ..spa.clone() };
        assert!(origins(&native).is_empty());
        assert!(origins(&Registration { kind: Kind::Confidential, ..spa }).is_empty());
    }
}
