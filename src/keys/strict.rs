//! JSON from others, read in one way alone: no member twice, not nested deeply, nothing behind it (RFC 8725 §2.4).

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// In a token (security.md §0.2).
pub const DEEPEST: usize = 16;

/// An object nested at most so deeply, or nothing: two readers of one text must never see different members.
pub fn object(json: &[u8], depth: usize) -> Option<Map<String, Value>> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = Strict { depth }.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Self { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated members")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let (inner, mut values) = (self.deeper()?, Vec::new());
        while let Some(value) = seq.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let (inner, mut members) = (self.deeper()?, Map::new());
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(inner)?;
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member occurs twice"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &[u8]) -> Option<Map<String, Value>> {
        super::object(json, DEEPEST)
    }

    // A-085
    #[test]
    fn json_with_two_readings_is_refused() {
        assert!(object(br#"{"a":{"b":[1,null,"x",true,1.5]},"c":-2}"#).is_some());
        for wrong in [
            &br#"{"a":1,"a":2}"#[..],
            br#"{"cnf":{"jkt":1,"jkt":2}}"#,
            br#"{"a":1,"\u0061":2}"#,
            br#"{"a":1} {}"#,
            b"\xef\xbb\xbf{}",
            b"{\0\"\0a\0\"\0",
            b"{\"a\":\"\xff\"}",
            br#"{"exp":1e400}"#,
            b"[]",
            b"",
        ] {
            assert_eq!(object(wrong), None, "{}", String::from_utf8_lossy(wrong));
        }
    }

    // A-094
    #[test]
    fn sixteen_levels_are_deep_enough() {
        let nested = |levels: usize| {
            let inner = levels - 1;
            format!(r#"{{"a":{}1{}}}"#, "[".repeat(inner), "]".repeat(inner))
        };
        assert!(object(nested(16).as_bytes()).is_some());
        assert!(object(nested(17).as_bytes()).is_none());
        assert!(object(nested(100_000).as_bytes()).is_none());
    }
}
