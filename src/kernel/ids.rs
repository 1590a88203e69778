//! One newtype per identifier: a prefix that names its kind, and a UUIDv7 in base32, so that ids sort by age.

use super::moment::Moment;
use super::time::Timestamp;
use data_encoding::{Encoding, Specification};
use std::fmt;
use std::sync::{Arc, LazyLock};

/// Digits and small letters without i, l, o, u: in order, and hard to misread.
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut letters = Specification::new();
    letters.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    letters.encoding().unwrap_or(data_encoding::BASE32HEX_NOPAD)
});

const LENGTH: usize = 26;

/// RFC 9562 §5.7: 48 bits of milliseconds, version, variant, 74 random bits.
fn uuid_v7(now: Timestamp, random: [u8; 10]) -> [u8; 16] {
    let millis = u64::try_from(now.micros() / 1000).unwrap_or(0).to_be_bytes();
    let mut uuid = [0; 16];
    uuid[..6].copy_from_slice(&millis[2..]);
    uuid[6..].copy_from_slice(&random);
    uuid[6] = (uuid[6] & 0x0f) | 0x70;
    uuid[8] = (uuid[8] & 0x3f) | 0x80;
    uuid
}

macro_rules! identifiers {
    ($($(#[doc = $doc:literal])* $name:ident = $prefix:literal;)+) => { $(
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn new(moment: &mut impl Moment) -> Self {
                let uuid = uuid_v7(moment.now(), moment.random());
                Self(format!(concat!($prefix, "_{}"), BASE32.encode(&uuid)).into())
            }

            /// Only what `new` could have made.
            pub fn parse(text: &str) -> Option<Self> {
                let rest = text.strip_prefix(concat!($prefix, "_"))?;
                let fits = rest.len() == LENGTH && BASE32.decode(rest.as_bytes()).is_ok();
                fits.then(|| Self(text.into()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

identifiers! {
    /// Something that happened.
    EventId = "evt";
    /// Work that is done later.
    JobId = "job";
    /// A running server.
    NodeId = "nod";
    /// A signing key; its `kid` is another text.
    KeyId = "key";
    /// One request, as the client and the log see it.
    RequestId = "req";
    /// An application, as it names itself.
    ClientId = "cli";
    /// What lets applications register themselves.
    InitialTokenId = "iat";
    /// A person.
    UserId = "usr";
    /// A group of people.
    GroupId = "grp";
    /// A browser in which somebody has signed in.
    SessionId = "ses";
    /// Somebody on the way to a session.
    SignInId = "sgn";
    /// A question to a passkey.
    CeremonyId = "cer";
    /// What one person allowed one client once: its code, its tokens, its refresh family.
    GrantId = "gnt";
    /// An authorization request on its way through login and consent.
    TransactionId = "txn";
}

impl UserId {
    /// Nobody's: the zero of all ids. Work is done for it where it must take as long as for somebody.
    pub fn nobody() -> Self {
        Self("usr_00000000000000000000000000".into())
    }
}

/// The text of a `RequestId`. Every request gets one, so it takes no memory of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestName([u8; 30]);

impl RequestName {
    /// Random bytes in one.
    pub const CHANCE: usize = 10;

    pub fn new(now: Timestamp, chance: [u8; Self::CHANCE]) -> Self {
        let mut letters = *b"req_00000000000000000000000000";
        let (_, rest) = letters.split_at_mut(4);
        BASE32.encode_mut(&uuid_v7(now, chance), rest);
        Self(letters)
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// A tenant: `ten_` and 8 characters, short because it stands in every row and every index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId([u8; 12]);

impl TenantId {
    /// For work of the platform before any tenant is known. No row belongs to it.
    pub const PLATFORM: Self = Self(*b"ten_00000000");

    pub fn new(moment: &mut impl Moment) -> Self {
        let mut text = *b"ten_00000000";
        let drawn = BASE32.encode(&moment.random::<5>());
        for (place, letter) in text.iter_mut().skip(4).zip(drawn.bytes()) {
            *place = letter;
        }
        Self(text)
    }

    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("ten_")?;
        BASE32.decode(rest.as_bytes()).ok()?;
        text.as_bytes().try_into().ok().map(Self)
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(i64);

    impl Moment for Counting {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(self.0)
        }
        fn random<const N: usize>(&mut self) -> [u8; N] {
            self.0 += 1;
            [0xa5; N]
        }
    }

    #[test]
    fn ids_sort_by_age_and_name_their_kind() {
        let mut moment = Counting(1_000);
        let (older, newer) = (EventId::new(&mut moment), EventId::new(&mut moment));
        assert!(older < newer);
        assert!(older.as_str().starts_with("evt_"));
        assert_eq!(EventId::parse(older.as_str()), Some(older.clone()));
        assert_eq!(JobId::parse(older.as_str()), None);
    }

    #[test]
    fn the_name_of_a_request_is_the_text_of_its_id() {
        let name = RequestName::new(Timestamp::from_seconds(1_001), [0xa5; 10]);
        let id = RequestId::new(&mut Counting(1_001));
        assert_eq!(RequestId::parse(name.as_str()), Some(id));
    }

    #[test]
    fn a_tenant_id_is_short() {
        let id = TenantId::new(&mut Counting(0));
        assert_eq!(id.as_str().len(), 12);
        assert_eq!(TenantId::parse(id.as_str()), Some(id));
        for wrong in ["ten_", "ten_0000000", "ten_0000000u", "usr_00000000", "ten_000000000", ""] {
            assert_eq!(TenantId::parse(wrong), None, "{wrong}");
        }
    }
}
