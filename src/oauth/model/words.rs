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
        IdToken = "id_token",
        IdTokenToken = "id_token token",
        CodeIdToken = "code id_token",
        CodeToken = "code token",
        CodeIdTokenToken = "code id_token token",
    }
    /// How it travels back.
    ResponseMode {
        Query = "query",
        Fragment = "fragment",
        FormPost = "form_post",
    }
    /// What an access token is to who holds it.
    TokenFormat {
        /// Signed: whoever has our keys can read it (RFC 9068).
        Jwt = "jwt",
        /// A name that we alone can read.
        Opaque = "opaque",
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

#[allow(clippy::derivable_impls, reason = "the table above has no place for it")]
impl Default for ResponseType {
    fn default() -> Self {
        Self::Code
    }
}

impl ResponseType {
    /// The order of its words does not matter (RFC 6749 §3.1.1).
    pub fn read(text: &str) -> Option<Self> {
        let mut words: Vec<&str> = text.split(' ').collect();
        words.sort_unstable();
        Self::parse(&words.join(" "))
    }

    pub const fn has_code(self) -> bool {
        !matches!(self, Self::IdToken | Self::IdTokenToken)
    }

    pub const fn has_id_token(self) -> bool {
        !matches!(self, Self::Code | Self::CodeToken)
    }

    pub const fn has_token(self) -> bool {
        matches!(self, Self::IdTokenToken | Self::CodeToken | Self::CodeIdTokenToken)
    }

    /// Whether tokens come through the browser itself: implicit and hybrid (OIDC Core §3.2, §3.3).
    pub const fn is_front(self) -> bool {
        !matches!(self, Self::Code)
    }
}

impl ResponseMode {
    /// Where nothing is said of it, for good answers and bad (OAuth 2.0 Multiple Response Types §5): what may carry
    /// a token never stands in a query. It goes by the words, known together or not.
    pub fn default_of(response_type: &str) -> Self {
        let is_front = response_type.split(' ').any(|word| matches!(word, "token" | "id_token"));
        if is_front { Self::Fragment } else { Self::Query }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // another case of letters is another word
    #[test]
    fn words_are_read_exactly() {
        assert_eq!(ResponseType::read("code"), Some(ResponseType::Code));
        assert_eq!(ResponseType::read("token code id_token"), Some(ResponseType::CodeIdTokenToken));
        for wrong in ["CODE", "code code", "token", "", " code", "code id_token id_token", "none"] {
            assert_eq!(ResponseType::read(wrong), None, "{wrong:?}");
        }
        assert_eq!(GrantType::parse("password"), None);
    }

    // OAuth 2.0 Multiple Response Types §5 (P-012)
    #[test]
    fn what_may_carry_a_token_is_answered_in_the_fragment() {
        for response_type in ResponseType::ALL {
            let mode = ResponseMode::default_of(response_type.as_str());
            assert_eq!(mode == ResponseMode::Query, !response_type.is_front(), "{response_type:?}");
        }
        assert_eq!(ResponseMode::default_of("token"), ResponseMode::Fragment);
        assert_eq!(ResponseMode::default_of(""), ResponseMode::Query);
    }
}
