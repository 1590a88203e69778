//! Grant types, response types and modes, and the profiles of clients (RFC 6749 §1.3, OAuth 2.0 Multiple Response Types §2).

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $note:literal])* $variant:ident = $wire:literal),+ $(,)? })+) => { $(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[doc = $note])* #[serde(rename = $wire)] $variant,)+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As it stands on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)+ }
            }

            /// Exactly so, in this case of letters.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }
    )+ };
}

words! {
    /// How tokens are asked for.
    GrantType {
        AuthorizationCode = "authorization_code",
        RefreshToken = "refresh_token",
        ClientCredentials = "client_credentials",
    }
    /// What an authorization answers with.
    ResponseType {
        Code = "code",
    }
    /// How it travels back.
    ResponseMode {
        Query = "query",
        Fragment = "fragment",
        FormPost = "form_post",
    }
    /// How strict the server is with a client.
    Profile {
        /// OAuth 2.1: code with PKCE, nothing in the front channel.
        OAuth21 = "oauth21",
        /// What older OpenID clients need, where they registered it.
        OidcCompat = "oidc-compat",
        /// Reserved.
        Fapi2 = "fapi2",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // another case of letters is another word
    #[test]
    fn words_are_read_exactly() {
        assert_eq!(ResponseType::parse("code"), Some(ResponseType::Code));
        for wrong in ["CODE", "code code", "token", "", " code", "code id_token", "none"] {
            assert_eq!(ResponseType::parse(wrong), None, "{wrong:?}");
        }
        assert_eq!(GrantType::parse("password"), None);
    }
}
