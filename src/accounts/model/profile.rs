//! What is known of a person beside name and e-mail: the standard claims (OIDC Core §5.1), and an employee id.

use super::attributes::Attribute;
use super::fields::Field;
use crate::kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One document. What is not known is not in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    fields: BTreeMap<Field, String>,
    /// When it was proven whose number it is.
    pub phone_verified_at: Option<Timestamp>,
    /// What the tenant's schema names.
    pub attributes: BTreeMap<String, Attribute>,
}

/// A field that does not hold what it is for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} must be {expected}")]
pub struct Unfit {
    pub field: String,
    pub expected: String,
}

impl Profile {
    pub fn get(&self, field: Field) -> Option<&str> {
        self.fields.get(&field).map(String::as_str)
    }

    /// An empty text takes the field away. A number that changed is to be proven again.
    pub fn set(&mut self, field: Field, text: &str) -> Result<(), Unfit> {
        if text.trim().is_empty() {
            self.fields.remove(&field);
        } else {
            let unfit = || Unfit { field: field.name().into(), expected: field.expected().into() };
            let value = field.read(text).ok_or_else(unfit)?;
            if self.get(field) == Some(&value) {
                return Ok(());
            }
            self.fields.insert(field, value);
        }
        if field == Field::PhoneNumber {
            self.phone_verified_at = None;
        }
        Ok(())
    }

    /// As it is written on an envelope (OIDC Core §5.1.1).
    pub fn formatted_address(&self) -> Option<String> {
        let line = |fields: &[Field]| {
            let parts: Vec<&str> = fields.iter().filter_map(|field| self.get(*field)).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        };
        let lines = [
            line(&[Field::StreetAddress]),
            line(&[Field::PostalCode, Field::Locality]),
            line(&[Field::Region]),
            line(&[Field::Country]),
        ];
        let lines: Vec<String> = lines.into_iter().flatten().collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ACC-15, OIDC Core §5.1.1
    #[test]
    fn an_address_is_written_as_on_an_envelope() {
        let mut profile = Profile::default();
        assert_eq!(profile.formatted_address(), None);
        profile.set(Field::StreetAddress, "1 Hall Road\r\nBack door").unwrap();
        profile.set(Field::Locality, "Lagos").unwrap();
        profile.set(Field::PostalCode, "101001").unwrap();
        profile.set(Field::Country, "Nigeria").unwrap();
        let envelope = "1 Hall Road\nBack door\n101001 Lagos\nNigeria";
        assert_eq!(profile.formatted_address().as_deref(), Some(envelope));
    }

    // ACC-01: another number is another phone
    #[test]
    fn a_changed_number_is_no_longer_proven() {
        let mut profile = Profile::default();
        profile.set(Field::PhoneNumber, "+44 20 7946 0000").unwrap();
        profile.phone_verified_at = Some(Timestamp::default());
        profile.set(Field::PhoneNumber, "+442079460000").unwrap();
        assert!(profile.phone_verified_at.is_some(), "the same number, spelled otherwise");
        profile.set(Field::PhoneNumber, "+442079460001").unwrap();
        assert_eq!(profile.phone_verified_at, None);
        profile.set(Field::PhoneNumber, " ").unwrap();
        assert_eq!(profile, Profile::default());
        let refused = profile.set(Field::EmployeeId, "12a").unwrap_err();
        assert_eq!(refused.to_string(), "employee_id must be 1 to 32 digits");
    }
}
