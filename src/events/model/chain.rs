//! The chain: each link's hash covers the record, its place, and the hash before it (INV-39).

use crate::kernel::ids::TenantId;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;

/// A record as it is stored: bytes, because what was tampered with need not be text any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub id: Vec<u8>,
    pub at: Timestamp,
    pub kind: Vec<u8>,
    pub body: Vec<u8>,
    pub detail_digest: Option<Vec<u8>>,
}

/// How far a chain reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub sequence: i64,
    pub hash: Hash,
}

impl Head {
    /// Before the first link.
    pub fn start() -> Self {
        Self { sequence: 0, hash: Hash::default() }
    }

    /// The head once `record` is linked. Each part is preceded by its length, so that no two records
    /// read the same (PT-19).
    #[must_use]
    pub fn then(self, tenant: TenantId, record: &Stored, linked_at: Timestamp) -> Self {
        let sequence = self.sequence.saturating_add(1);
        // An absent digest and an empty one are different parts.
        let digest = record.detail_digest.as_ref().map(|digest| [b"=", digest.as_slice()].concat());
        let hash = Hash::of_parts([
            b"vestibule audit 1".as_slice(),
            self.hash.bytes(),
            &sequence.to_be_bytes(),
            tenant.as_str().as_bytes(),
            &record.id,
            &record.at.micros().to_be_bytes(),
            &record.kind,
            &record.body,
            digest.as_deref().unwrap_or_default(),
            &linked_at.micros().to_be_bytes(),
        ]);
        Self { sequence, hash }
    }
}

/// What the chain covers of a sealed detail, and so outlives it.
pub fn detail_digest(subject: &[u8], sealed: &[u8]) -> Hash {
    Hash::of_parts([subject, sealed])
}

/// A new link, as the linker adds it.
#[derive(Clone, Debug)]
pub struct Link {
    pub head: Head,
    pub event_id: Vec<u8>,
}

/// The newest link, and when its record was made.
#[derive(Clone, Copy, Debug)]
pub struct Newest {
    pub head: Head,
    pub at: Timestamp,
}

/// A link as it is stored, with what it points at as far as that is still there.
#[derive(Clone, Debug)]
pub struct Walked {
    pub sequence: i64,
    pub event_id: Vec<u8>,
    pub hash: Vec<u8>,
    pub linked_at: Timestamp,
    pub record: Option<Stored>,
    pub detail: Option<SealedDetail>,
}

#[derive(Clone, Debug)]
pub struct SealedDetail {
    pub subject: Vec<u8>,
    pub sealed: Vec<u8>,
}

/// What a checkpoint states: at this time the chain of this tenant reached so far, with this hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    pub tenant: TenantId,
    pub sequence: i64,
    pub hash: Hash,
    pub at: Timestamp,
}

/// A checkpoint as it is stored.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    pub sequence: i64,
    pub hash: Vec<u8>,
    pub token: Vec<u8>,
    pub made_at: Timestamp,
}

impl Checkpoint {
    pub fn token(&self) -> &str {
        std::str::from_utf8(&self.token).unwrap_or_default()
    }

    /// Does the row say what its token says?
    pub fn agrees(&self, claims: &Claims) -> bool {
        self.sequence == claims.sequence
            && self.hash == claims.hash.bytes()
            && self.made_at == claims.at
    }
}

/// A record as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// `None` while it waits for its link, which takes about a second.
    pub sequence: Option<i64>,
    pub id: String,
    pub at: Timestamp,
    pub kind: String,
    /// Canonical JSON.
    pub body: String,
    pub detail_digest: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Stored {
        Stored {
            id: b"evt_1".to_vec(),
            at: Timestamp::from_seconds(1),
            kind: b"tenant.created".to_vec(),
            body: b"{}".to_vec(),
            detail_digest: None,
        }
    }

    fn after(change: impl Fn(&mut Stored)) -> Hash {
        let mut record = record();
        change(&mut record);
        let tenant = TenantId::parse("ten_00000001").unwrap();
        Head::start().then(tenant, &record, Timestamp::from_seconds(2)).hash
    }

    // PT-19
    #[test]
    fn whatever_changes_in_a_record_changes_its_hash() {
        let hashes = [
            after(|_| ()),
            after(|r| r.id.push(b'0')),
            after(|r| r.at = Timestamp::from_micros(1_000_001)),
            after(|r| r.kind.push(b'{')),
            after(|r| r.body.push(b' ')),
            after(|r| r.detail_digest = Some(Vec::new())),
            after(|r| r.detail_digest = Some(b"=".to_vec())),
            // what leaves one part and enters the next
            after(|r| (r.kind, r.body) = (b"tenant.create".to_vec(), b"d{}".to_vec())),
        ];
        for (one, hash) in hashes.iter().enumerate() {
            assert!(!hashes[..one].contains(hash), "{one}");
        }
    }

    #[test]
    fn a_link_depends_on_its_place_its_tenant_and_its_time() {
        let tenant = TenantId::parse("ten_00000001").unwrap();
        let (now, record) = (Timestamp::from_seconds(2), record());
        let first = Head::start().then(tenant, &record, now);
        let other = TenantId::parse("ten_00000002").unwrap();
        assert_eq!(first.sequence, 1);
        assert_ne!(first.hash, first.then(tenant, &record, now).hash);
        assert_ne!(first.hash, Head::start().then(other, &record, now).hash);
        let later = Timestamp::from_seconds(3);
        assert_ne!(first.hash, Head::start().then(tenant, &record, later).hash);
        let moved = Head { sequence: 1, hash: Hash::default() };
        assert_ne!(first.hash, moved.then(tenant, &record, now).hash);
    }
}
