//! Whether tokens may be issued at all: the one question that every way to a token asks (D-12, INV-09).

use crate::kernel::time::Timestamp;
use crate::oauth::clients::model::Client;
use crate::oauth::model::GrantType;

/// For whom, as things stand at this instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A person whose account is in order, and since when what they granted counts.
    Person { granted_at: Timestamp, not_before: Option<Timestamp> },
    /// A person who is unknown, deleted, disabled or locked.
    Nobody,
    /// The client itself.
    Machine,
}

/// By which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    Grant(GrantType),
    /// Through the browser itself, which no client authenticates for (OIDC Core §3.2).
    Front,
    /// Not issuing, but believing what was issued: introspection, user info.
    Belief,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    Client,
    GrantType,
    Principal,
}

/// The tenant is not asked about: a disabled one is not served.
pub fn can_issue(principal: Principal, client: &Client, path: Path) -> Result<(), Denied> {
    if !client.is_enabled() {
        return Err(Denied::Client);
    }
    if let Path::Grant(grant) = path
        && !client.registration.is_allowed(grant)
    {
        return Err(Denied::GrantType);
    }
    match principal {
        Principal::Nobody => Err(Denied::Principal),
        Principal::Person { granted_at, not_before } => {
            let barrier = not_before.max(client.not_before);
            let is_older = barrier.is_some_and(|barrier| granted_at < barrier);
            if is_older { Err(Denied::Principal) } else { Ok(()) }
        }
        Principal::Machine => {
            let machine = path == Path::Grant(GrantType::ClientCredentials) || path == Path::Belief;
            let authenticates = !client.registration.kind.is_public();
            if machine && authenticates { Ok(()) } else { Err(Denied::GrantType) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::ClientId;
    use crate::oauth::clients::model::{Kind, Registration};

    fn client(kind: Kind, grants: Vec<GrantType>) -> Client {
        Client {
            id: ClientId::parse("cli_00000000000000000000000000").unwrap(),
            registration: Registration { kind, grants, ..Registration::default() },
            made_at: Timestamp::default(),
            disabled_at: None,
            not_before: Some(Timestamp::from_seconds(10)),
        }
    }

    // D-12, A-038, A-048, A-049, A-066
    #[test]
    fn every_way_asks_the_same_question() {
        let at = Timestamp::from_seconds;
        let code = Path::Grant(GrantType::AuthorizationCode);
        let machine = Path::Grant(GrantType::ClientCredentials);
        let ours = client(Kind::Confidential, vec![GrantType::AuthorizationCode]);
        let person = |granted, before: Option<i64>| Principal::Person {
            granted_at: at(granted),
            not_before: before.map(at),
        };
        assert_eq!(can_issue(person(10, None), &ours, code), Ok(()));
        assert_eq!(can_issue(person(9, None), &ours, code), Err(Denied::Principal));
        assert_eq!(can_issue(person(11, Some(12)), &ours, code), Err(Denied::Principal));
        assert_eq!(can_issue(Principal::Nobody, &ours, code), Err(Denied::Principal));
        assert_eq!(can_issue(Principal::Machine, &ours, machine), Err(Denied::GrantType));
        let off = Client { disabled_at: Some(at(0)), ..ours };
        assert_eq!(can_issue(person(10, None), &off, code), Err(Denied::Client));
        let public = client(Kind::Public, vec![GrantType::ClientCredentials]);
        assert_eq!(can_issue(Principal::Machine, &public, machine), Err(Denied::GrantType));
        let robot = client(Kind::Machine, vec![GrantType::ClientCredentials]);
        assert_eq!(can_issue(Principal::Machine, &robot, machine), Ok(()));
    }
}
