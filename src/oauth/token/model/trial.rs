//! For unit tests: somebody's grant at one client, and moments.

use super::{Authentication, Grant};
use crate::kernel::ids::{ClientId, GrantId, UserId};
use crate::kernel::time::Timestamp;
use crate::oauth::model::Scope;

pub(super) fn client(number: u8) -> ClientId {
    ClientId::parse(&format!("cli_000000000000000000000000{number}0")).unwrap()
}

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

/// Of the first client.
pub(super) fn grant() -> Grant {
    Grant {
        id: GrantId::parse("gnt_00000000000000000000000000").unwrap(),
        client: client(1),
        user: UserId::parse("usr_00000000000000000000000000").unwrap(),
        session: None,
        authentication: Authentication { at: at(0), acr: None, amr: Vec::new() },
        scope: Scope::default(),
        resources: Vec::new(),
        nonce: None,
        claims: None,
        made_at: at(0),
    }
}
