//! How often a password may be tried: claimed by account before any hashing, counted in the database.

pub(super) use super::model::account;
use super::model::{Blocked, Crowd, Lockout, Tries, TryCounts};
use crate::events::{Context, Event, Events};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use std::net::IpAddr;

/// For the codes of one person, of whatever kind.
pub(super) fn codes(user: &UserId) -> Hash {
    Hash::of_parts([&b"codes"[..], user.as_str().as_bytes()])
}

/// What a try counts against, and since when.
pub(super) struct Claim<'a> {
    pub(super) bucket: &'a Hash,
    pub(super) user: Option<&'a UserId>,
    pub(super) lockout: Lockout,
    /// Of the password or the factor; what was tried before it counts no more.
    pub(super) set_at: Timestamp,
}

/// A claim that is refused is recorded, and that commits.
pub(super) async fn claim<W: Moment + TryCounts + Events>(
    work: &mut W,
    claim: &Claim<'_>,
    context: &Context,
) -> Result<Tries, No<Blocked>> {
    let now = work.now();
    let tries = work.tries(claim.bucket).await?.since(claim.set_at);
    match tries.one_more(claim.lockout, now) {
        Ok(tries) => {
            work.keep_tries(claim.bucket, tries).await?;
            Ok(tries)
        }
        Err(blocked) => {
            let event = Event::LoginBlocked { user: claim.user.cloned(), until: blocked.until };
            work.record(&event, context);
            Err(No::Refused(blocked))
        }
    }
}

/// The guess was never looked at.
pub(super) async fn give_back<W: Moment + TryCounts>(
    work: &mut W,
    account: &Hash,
) -> Result<(), Failure> {
    let now = work.now();
    let tries = work.tries(account).await?;
    work.keep_tries(account, tries.one_less(now)).await
}

/// Where tries come from: an address, and the network around it. A home or a phone has 2^64 addresses of IPv6, and is
/// one place.
pub(super) struct Origin {
    address: Hash,
    network: Hash,
}

/// How much may fail there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowds {
    pub address: Crowd,
    pub network: Crowd,
}

impl Origin {
    pub(super) fn of(ip: IpAddr) -> Self {
        let of = |kind: &str, bytes: &[u8]| Hash::of_parts([kind.as_bytes(), bytes]);
        match ip.to_canonical() {
            IpAddr::V4(ip) => {
                let [a, b, c, d] = ip.octets();
                Self { address: of("address", &[a, b, c, d]), network: of("network", &[a, b, c]) }
            }
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments().map(u16::to_be_bytes);
                let home = [a, b, c, d].concat();
                Self { address: of("address", &home), network: of("network", &[a, b, c].concat()) }
            }
        }
    }

    /// Before the account is looked at: always in this order, so that nobody waits for somebody who waits.
    pub(super) async fn claim<W: Moment + TryCounts + Events>(
        &self,
        work: &mut W,
        crowds: Crowds,
        context: &Context,
    ) -> Result<(), No<Blocked>> {
        let now = work.now();
        for (bucket, crowd) in [(&self.network, crowds.network), (&self.address, crowds.address)] {
            match work.tries(bucket).await?.one_of_many(crowd, now) {
                Ok(tries) => work.keep_tries(bucket, tries).await?,
                Err(blocked) => {
                    let event = Event::LoginBlocked { user: None, until: blocked.until };
                    work.record(&event, context);
                    return Err(No::Refused(blocked));
                }
            }
        }
        Ok(())
    }

    /// It did not fail.
    pub(super) async fn give_back<W: Moment + TryCounts>(
        &self,
        work: &mut W,
    ) -> Result<(), Failure> {
        give_back(work, &self.network).await?;
        give_back(work, &self.address).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // INV-18: a home is one address, whatever its machines call themselves
    #[test]
    fn a_place_is_one_however_it_is_written() {
        let of = |ip: &str| Origin::of(ip.parse().unwrap());
        assert_eq!(of("::ffff:192.0.2.7").address, of("192.0.2.7").address);
        assert_ne!(of("192.0.2.7").address, of("192.0.2.8").address);
        assert_eq!(of("192.0.2.7").network, of("192.0.2.8").network);
        assert_eq!(of("2001:db8:1:2::7").address, of("2001:db8:1:2:a:b:c:d").address);
        assert_ne!(of("2001:db8:1:2::7").address, of("2001:db8:1:3::7").address);
        assert_eq!(of("2001:db8:1:2::7").network, of("2001:db8:1:3::7").network);
    }
}
