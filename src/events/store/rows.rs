//! Reading rows that may have been tampered with: whatever a column holds, verifying goes on and names the record.

use crate::events::model::chain::{SealedDetail, Stored, Walked};
use crate::kernel::time::Timestamp;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Postgres, Sqlite, Type, ValueRef};

/// The bytes of a text or a blob. SQLite keeps either in any column, and text that is no UTF-8.
#[derive(Debug, Default)]
pub(super) struct Bytes(pub(super) Vec<u8>);

/// A whole number; in SQLite what is none reads as one that nobody has stored.
#[derive(Debug)]
pub(super) struct Number(pub(super) i64);

impl Type<Sqlite> for Bytes {
    fn type_info() -> <Sqlite as Database>::TypeInfo {
        <[u8] as Type<Sqlite>>::type_info()
    }
    fn compatible(_: &<Sqlite as Database>::TypeInfo) -> bool {
        true
    }
}

impl Decode<'_, Sqlite> for Bytes {
    fn decode(value: <Sqlite as Database>::ValueRef<'_>) -> Result<Self, BoxDynError> {
        <&[u8] as Decode<Sqlite>>::decode(value).map(|bytes| Self(bytes.to_vec()))
    }
}

impl Type<Postgres> for Bytes {
    fn type_info() -> <Postgres as Database>::TypeInfo {
        <[u8] as Type<Postgres>>::type_info()
    }
    fn compatible(_: &<Postgres as Database>::TypeInfo) -> bool {
        true
    }
}

impl Decode<'_, Postgres> for Bytes {
    fn decode(value: <Postgres as Database>::ValueRef<'_>) -> Result<Self, BoxDynError> {
        value.as_bytes().map(|bytes| Self(bytes.to_vec()))
    }
}

impl Type<Sqlite> for Number {
    fn type_info() -> <Sqlite as Database>::TypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }
    fn compatible(_: &<Sqlite as Database>::TypeInfo) -> bool {
        true
    }
}

impl Decode<'_, Sqlite> for Number {
    fn decode(value: <Sqlite as Database>::ValueRef<'_>) -> Result<Self, BoxDynError> {
        let whole = <i64 as Type<Sqlite>>::compatible(&value.type_info());
        if !whole {
            return Ok(Self(i64::MIN));
        }
        <i64 as Decode<Sqlite>>::decode(value).map(Self)
    }
}

impl Type<Postgres> for Number {
    fn type_info() -> <Postgres as Database>::TypeInfo {
        <i64 as Type<Postgres>>::type_info()
    }
}

impl Decode<'_, Postgres> for Number {
    fn decode(value: <Postgres as Database>::ValueRef<'_>) -> Result<Self, BoxDynError> {
        <i64 as Decode<Postgres>>::decode(value).map(Self)
    }
}

pub(super) type Plain = (Bytes, Number, Bytes, Bytes, Option<Bytes>);

pub(super) fn plain((id, at, kind, body, digest): Plain) -> Stored {
    Stored {
        id: id.0,
        at: Timestamp::from_micros(at.0),
        kind: kind.0,
        body: body.0,
        detail_digest: digest.map(|digest| digest.0),
    }
}

/// sequence, event_id, hash, linked_at; the record; subject and sealed detail.
pub(super) type Linked = (
    Number,
    Bytes,
    Bytes,
    Number,
    Option<Bytes>,
    Option<Number>,
    Option<Bytes>,
    Option<Bytes>,
    Option<Bytes>,
    Option<Bytes>,
    Option<Bytes>,
);

pub(super) fn linked(row: Linked) -> Walked {
    let (sequence, event_id, hash, linked_at, id, at, kind, body, digest, subject, sealed) = row;
    let record = id.zip(at).zip(kind.zip(body)).map(|((id, at), (kind, body))| Stored {
        id: id.0,
        at: Timestamp::from_micros(at.0),
        kind: kind.0,
        body: body.0,
        detail_digest: digest.map(|digest| digest.0),
    });
    let detail = subject
        .zip(sealed)
        .map(|(subject, sealed)| SealedDetail { subject: subject.0, sealed: sealed.0 });
    Walked {
        sequence: sequence.0,
        event_id: event_id.0,
        hash: hash.0,
        linked_at: Timestamp::from_micros(linked_at.0),
        record,
        detail,
    }
}
