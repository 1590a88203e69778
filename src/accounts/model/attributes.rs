//! The attributes that a tenant has of its own: a schema, a part of JSON Schema 2020-12, and values that follow it.
//!
//! A keyword that is not in this file is refused when the schema is set, so none is ever silently without effect.

use super::fields::line;
use super::profile::Unfit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A value of a custom attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Attribute {
    Flag(bool),
    Number(i64),
    Text(String),
    Texts(Vec<String>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeSchema {
    #[serde(rename = "type")]
    kind: Object,
    #[serde(default)]
    pub properties: BTreeMap<String, Property>,
    #[serde(default)]
    pub required: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Object {
    #[default]
    Object,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Property {
    #[serde(rename = "type")]
    pub kind: Kind,
    /// How pages call it.
    pub title: String,
    /// And in other languages.
    #[serde(default, rename = "x-titles", skip_serializing_if = "BTreeMap::is_empty")]
    pub titles: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The person sees it and does not change it.
    #[serde(default)]
    pub read_only: bool,
    #[serde(default, rename = "enum", skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    String,
    Integer,
    Boolean,
    /// Of strings.
    Array,
}

/// Why a schema cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Senseless {
    #[error("there may be at most 50 attributes")]
    TooMany,
    #[error("{0:?} is no name of an attribute: small letters, digits and underscores, at most 40")]
    Name(String),
    #[error("{0}: a keyword does not belong to its type, or leaves nothing that fits")]
    Keyword(String),
    #[error("required names {0:?}, which is not among the properties")]
    Required(String),
}

const MOST: usize = 50;
const MOST_ITEMS: usize = 50;

impl AttributeSchema {
    pub fn check(&self) -> Result<(), Senseless> {
        if self.properties.len() > MOST {
            return Err(Senseless::TooMany);
        }
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        for (name, property) in &self.properties {
            let begins = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
            if !begins || name.len() > 40 || !name.bytes().all(fits) {
                return Err(Senseless::Name(name.clone()));
            }
            if !property.is_sensible() {
                return Err(Senseless::Keyword(name.clone()));
            }
        }
        match self.required.iter().find(|name| !self.properties.contains_key(*name)) {
            Some(name) => Err(Senseless::Required(name.clone())),
            None => Ok(()),
        }
    }

    /// A value from what somebody typed.
    pub fn read(&self, name: &str, text: &str) -> Result<Attribute, Unfit> {
        let unknown =
            || Unfit { field: name.into(), expected: "an attribute of this tenant".into() };
        let property = self.properties.get(name).ok_or_else(unknown)?;
        let unfit = || Unfit { field: name.into(), expected: property.expected() };
        property.read(text.trim()).ok_or_else(unfit)
    }

    /// A value from what another system says: all of it where it is a list, else the first.
    pub fn read_all(&self, name: &str, texts: &[String]) -> Result<Attribute, Unfit> {
        let list = self.properties.get(name).filter(|property| property.kind == Kind::Array);
        let Some(property) = list else {
            return self.read(name, texts.first().map_or("", String::as_str));
        };
        let unfit = || Unfit { field: name.into(), expected: property.expected() };
        property.list(texts.iter().map(String::as_str)).ok_or_else(unfit)
    }

    pub fn is_required(&self, name: &str) -> bool {
        self.required.iter().any(|required| required == name)
    }
}

impl Property {
    fn is_sensible(&self) -> bool {
        let text = self.min_length.is_some() || self.max_length.is_some();
        let number = self.minimum.is_some() || self.maximum.is_some();
        let order = self.minimum <= self.maximum.or(self.minimum)
            && self.min_length <= self.max_length.or(self.min_length);
        let choices = self.choices.as_ref().is_none_or(|all| !all.is_empty());
        let belongs = match self.kind {
            Kind::String => !number && self.max_items.is_none(),
            Kind::Integer => !text && self.max_items.is_none() && self.choices.is_none(),
            Kind::Boolean => !text && !number && self.max_items.is_none() && self.choices.is_none(),
            Kind::Array => !number,
        };
        belongs && order && choices && !self.title.trim().is_empty()
    }

    fn read(&self, text: &str) -> Option<Attribute> {
        match self.kind {
            Kind::String => self.item(text).map(Attribute::Text),
            Kind::Integer => {
                let number: i64 = text.parse().ok()?;
                let low = self.minimum.is_none_or(|least| number >= least);
                let high = self.maximum.is_none_or(|most| number <= most);
                (low && high).then_some(Attribute::Number(number))
            }
            Kind::Boolean => text.parse().ok().map(Attribute::Flag),
            Kind::Array => {
                let parts = text.split([',', '\n']).map(str::trim);
                self.list(parts.filter(|part| !part.is_empty()))
            }
        }
    }

    fn list<'t>(&self, parts: impl Iterator<Item = &'t str>) -> Option<Attribute> {
        let items: Vec<String> = parts.map(|part| self.item(part)).collect::<Option<_>>()?;
        let most = self.max_items.unwrap_or(MOST_ITEMS).min(MOST_ITEMS);
        (items.len() <= most).then_some(Attribute::Texts(items))
    }

    fn item(&self, text: &str) -> Option<String> {
        let length = text.chars().count();
        let long = self.max_length.is_none_or(|most| length <= most);
        let short = self.min_length.is_none_or(|least| length >= least);
        let known = self.choices.as_ref().is_none_or(|all| all.iter().any(|one| one == text));
        line(text).filter(|_| long && short && known)
    }

    fn expected(&self) -> String {
        if let Some(choices) = &self.choices {
            return format!("one of {}", choices.join(", "));
        }
        let range = |least: Option<String>, most: Option<String>| match (least, most) {
            (Some(least), Some(most)) => format!(" from {least} to {most}"),
            (Some(least), None) => format!(" of at least {least}"),
            (None, Some(most)) => format!(" of at most {most}"),
            (None, None) => String::new(),
        };
        let number = |bound: Option<i64>| bound.map(|bound| bound.to_string());
        let length = |bound: Option<usize>| bound.map(|bound| format!("{bound} characters"));
        match self.kind {
            Kind::String => {
                format!("one line{}", range(length(self.min_length), length(self.max_length)))
            }
            Kind::Integer => {
                format!("a whole number{}", range(number(self.minimum), number(self.maximum)))
            }
            Kind::Boolean => "true or false".into(),
            Kind::Array => "a list with commas between".into(),
        }
    }
}

impl Attribute {
    /// As it is typed.
    pub fn text(&self) -> String {
        match self {
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Texts(texts) => texts.join(", "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(json: &str) -> AttributeSchema {
        serde_json::from_str(json).unwrap()
    }

    fn one(property: &str) -> AttributeSchema {
        schema(&format!(r#"{{"type":"object","properties":{{"a":{property}}}}}"#))
    }

    // ACC-01: values follow the tenant's schema
    #[test]
    fn a_value_is_what_its_schema_says() {
        for (property, good, bad) in [
            (r#"{"type":"string","title":"T","maxLength":3}"#, "abc", "abcd"),
            (r#"{"type":"string","title":"T","enum":["red","blue"]}"#, "red", "green"),
            (r#"{"type":"integer","title":"T","minimum":1,"maximum":9}"#, "9", "10"),
            (r#"{"type":"integer","title":"T"}"#, "-3", "3.5"),
            (r#"{"type":"boolean","title":"T"}"#, "true", "yes"),
            (r#"{"type":"array","title":"T","maxItems":2}"#, "a, b", "a, b, c"),
        ] {
            let schema = one(property);
            assert_eq!(schema.check(), Ok(()), "{property}");
            assert_eq!(schema.read("a", good).unwrap().text(), good);
            assert!(schema.read("a", bad).is_err(), "{property} {bad}");
            assert!(schema.read("b", good).is_err());
        }
        let named = one(r#"{"type":"integer","title":"T","minimum":1,"maximum":9}"#);
        let refused = named.read("a", "x").unwrap_err().to_string();
        assert_eq!(refused, "a must be a whole number from 1 to 9");
    }

    // ACC-01: what is not understood is refused, never ignored
    #[test]
    fn a_schema_says_nothing_that_has_no_effect() {
        for unknown in
            [r#"{"type":"string","title":"T","pattern":"^a"}"#, r#"{"type":"number","title":"T"}"#]
        {
            let text = format!(r#"{{"type":"object","properties":{{"a":{unknown}}}}}"#);
            assert!(serde_json::from_str::<AttributeSchema>(&text).is_err(), "{unknown}");
        }
        for senseless in [
            r#"{"type":"boolean","title":"T","maxLength":3}"#,
            r#"{"type":"integer","title":"T","minimum":5,"maximum":4}"#,
            r#"{"type":"string","title":"T","enum":[]}"#,
            r#"{"type":"string","title":" "}"#,
        ] {
            assert!(one(senseless).check().is_err(), "{senseless}");
        }
        let odd = schema(r#"{"type":"object","properties":{"A b":{"type":"string","title":"T"}}}"#);
        assert_eq!(odd.check(), Err(Senseless::Name("A b".into())));
        let missing = schema(r#"{"type":"object","required":["x"]}"#);
        assert_eq!(missing.check(), Err(Senseless::Required("x".into())));
    }
}
