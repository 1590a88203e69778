//! Somebody arrives from a provider: who they are there, and what follows from it here.

use super::farewell::Exit;
use super::identity::Identity;
use super::provider::{Rule, Settings};
use crate::kernel::email::Email;
use crate::kernel::ids::UserId;
use std::collections::BTreeMap;

/// What a provider said, checked as far as it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    pub identity: Identity,
    pub email: Option<Email>,
    /// Only where it said so in so many words: JSON `true`.
    pub is_email_verified: bool,
    pub name: Option<String>,
    /// The organisation at Google, from the ID token.
    pub hosted_domain: Option<String>,
    pub claims: Claims,
    /// Where their session there ends, if it can be ended.
    pub exit: Option<Exit>,
}

/// Texts and lists of texts, within bounds. What has another form is not kept.
pub type Claims = BTreeMap<String, Vec<String>>;

/// How somebody stands here who has an account with the address that a provider named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub user: UserId,
    pub is_email_verified: bool,
    /// A password or another way in of our own.
    pub has_own_way_in: bool,
    /// The owner has unlinked this very identity before.
    pub was_unlinked: bool,
}

/// What an identity that is linked to nobody leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A new account; whether its address counts as proven.
    Make {
        is_proven: bool,
    },
    /// The account with this address, at once.
    Link(UserId),
    /// The account with this address, once its owner has signed in to it.
    Ask(UserId),
    Refuse(Why),
}

/// The page says it in words; the record has the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    NoAddress,
    /// Whether or not somebody has it: the answer is the same.
    AddressNotVerified,
    NotLinked,
    NoNewAccounts,
}

impl Why {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::AddressNotVerified => "address_not_verified",
            Self::NotLinked => "not_linked",
            Self::NoNewAccounts => "no_new_accounts",
        }
    }
}

/// INV-22: an address alone never links, makes or finds an account.
pub fn next(settings: &Settings, assertion: &Assertion, standing: Option<&Standing>) -> Next {
    let Some(email) = &assertion.email else { return Next::Refuse(Why::NoAddress) };
    if !assertion.is_email_verified {
        return Next::Refuse(Why::AddressNotVerified);
    }
    let is_authority = settings.is_authority_for(email, assertion.hosted_domain.as_deref());
    match (standing, settings.rule) {
        (None, _) if settings.makes_accounts => Next::Make { is_proven: is_authority },
        (None, _) => Next::Refuse(Why::NoNewAccounts),
        (Some(_), Rule::Never) => Next::Refuse(Why::NotLinked),
        (Some(standing), Rule::Authoritative) if is_authority && standing.is_safe_to_link() => {
            Next::Link(standing.user.clone())
        }
        (Some(standing), _) => Next::Ask(standing.user.clone()),
    }
}

impl Standing {
    /// An address that nobody proved may have been taken by somebody else, and a way in of our own is proven
    /// by using it.
    const fn is_safe_to_link(&self) -> bool {
        self.is_email_verified && !self.has_own_way_in && !self.was_unlinked
    }
}

#[cfg(test)]
mod tests {
    use super::super::provider::Kind;
    use super::super::provider::tests::settings;
    use super::*;

    fn assertion(email: Option<&str>, is_email_verified: bool) -> Assertion {
        Assertion {
            identity: Identity { issuer: "https://idp.test".into(), subject: "1".into() },
            email: email.and_then(Email::parse),
            is_email_verified,
            name: None,
            hosted_domain: None,
            claims: Claims::new(),
            exit: None,
        }
    }

    fn standing() -> Standing {
        Standing {
            user: UserId::parse(&format!("usr_{}", "0".repeat(26))).unwrap(),
            is_email_verified: true,
            has_own_way_in: false,
            was_unlinked: false,
        }
    }

    fn with(rule: Rule) -> Settings {
        Settings { rule, ..settings(Kind::Oidc, &["corp.test"]) }
    }

    // INV-22, A-163
    #[test]
    fn an_address_that_is_not_verified_leads_nowhere_whoever_has_it() {
        for rule in [Rule::Never, Rule::Ask, Rule::Authoritative] {
            for standing in [None, Some(standing())] {
                let next =
                    next(&with(rule), &assertion(Some("ada@corp.test"), false), standing.as_ref());
                assert_eq!(next, Next::Refuse(Why::AddressNotVerified), "{rule:?}");
            }
        }
        let none = next(&with(Rule::Ask), &assertion(None, true), None);
        assert_eq!(none, Next::Refuse(Why::NoAddress));
    }

    // INV-22
    #[test]
    fn only_an_authority_links_at_once_and_only_what_nobody_else_can_open() {
        let (corp, user) = (assertion(Some("ada@corp.test"), true), standing().user);
        let authority = with(Rule::Authoritative);
        let told = |standing: Standing| next(&authority, &corp, Some(&standing));
        assert_eq!(told(standing()), Next::Link(user.clone()));
        for not_safe in [
            Standing { is_email_verified: false, ..standing() },
            Standing { has_own_way_in: true, ..standing() },
            Standing { was_unlinked: true, ..standing() },
        ] {
            assert_eq!(told(not_safe), Next::Ask(user.clone()));
        }
        let elsewhere = assertion(Some("ada@example.test"), true);
        assert_eq!(next(&authority, &elsewhere, Some(&standing())), Next::Ask(user.clone()));
        assert_eq!(next(&with(Rule::Ask), &corp, Some(&standing())), Next::Ask(user));
        let never = next(&with(Rule::Never), &corp, Some(&standing()));
        assert_eq!(never, Next::Refuse(Why::NotLinked));
    }

    #[test]
    fn a_new_address_is_proven_only_by_its_authority() {
        let made = |email| next(&with(Rule::Ask), &assertion(Some(email), true), None);
        assert_eq!(made("ada@corp.test"), Next::Make { is_proven: true });
        assert_eq!(made("ada@example.test"), Next::Make { is_proven: false });
        let closed = Settings { makes_accounts: false, ..with(Rule::Ask) };
        let refused = next(&closed, &assertion(Some("ada@corp.test"), true), None);
        assert_eq!(refused, Next::Refuse(Why::NoNewAccounts));
    }
}
