//! The fields of a profile: the name each goes by, and what may stand in it.

use serde::{Deserialize, Serialize};
use url::Url;

macro_rules! fields {
    ($($field:ident = $name:literal, $shape:ident;)+) => {
        /// Named as the claim it becomes (OIDC Core §5.1, §5.1.1).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field { $($field,)+ }

        impl Field {
            pub const ALL: &'static [Self] = &[$(Self::$field),+];

            pub const fn name(self) -> &'static str {
                match self { $(Self::$field => $name,)+ }
            }

            const fn shape(self) -> Shape {
                match self { $(Self::$field => Shape::$shape,)+ }
            }
        }
    };
}

fields! {
    GivenName = "given_name", Line;
    FamilyName = "family_name", Line;
    MiddleName = "middle_name", Line;
    Nickname = "nickname", Line;
    Profile = "profile", Address;
    Picture = "picture", Address;
    Website = "website", Address;
    Gender = "gender", Line;
    Birthdate = "birthdate", Date;
    Zoneinfo = "zoneinfo", Zone;
    Locale = "locale", Language;
    PhoneNumber = "phone_number", Phone;
    StreetAddress = "street_address", Lines;
    Locality = "locality", Line;
    Region = "region", Line;
    PostalCode = "postal_code", Line;
    Country = "country", Line;
    EmployeeId = "employee_id", Digits;
}

enum Shape {
    Line,
    /// A few lines, as of a street address.
    Lines,
    /// Of a page on the web.
    Address,
    Date,
    Zone,
    Language,
    Phone,
    Digits,
}

const LONGEST: usize = 200;
const LONGEST_ADDRESS: usize = 2000;
const MOST_LINES: usize = 4;

impl Field {
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// In words, for whoever has to put it right.
    pub const fn expected(self) -> &'static str {
        match self.shape() {
            Shape::Line => "one line of at most 200 characters",
            Shape::Lines => "at most 4 lines and 200 characters",
            Shape::Address => "an address that begins with https:// or http://",
            Shape::Date => "a date like 1990-12-31, 1990, or 0000-12-31 without the year",
            Shape::Zone => "a time zone like Europe/Berlin",
            Shape::Language => "a language like en or pt-BR",
            Shape::Phone => "a number with its country code, like +44 20 7946 0000",
            Shape::Digits => "1 to 32 digits",
        }
    }

    /// In the form in which it is kept; `None` if it is not what it should be.
    pub(super) fn read(self, text: &str) -> Option<String> {
        let text = text.trim();
        match self.shape() {
            Shape::Line => line(text),
            Shape::Lines => lines(text),
            Shape::Address => address(text),
            Shape::Date => is_date(text).then(|| text.to_owned()),
            Shape::Zone => is_zone(text).then(|| text.to_owned()),
            Shape::Language => is_language(text).then(|| text.to_owned()),
            Shape::Phone => phone(text),
            Shape::Digits => (text.len() <= 32 && is_digits(text)).then(|| text.to_owned()),
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// No control character, and none that turns the direction of writing for what comes after.
pub(super) fn line(text: &str) -> Option<String> {
    let is_odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let fits = text.chars().count() <= LONGEST && !text.chars().any(is_odd);
    fits.then(|| text.to_owned())
}

fn lines(text: &str) -> Option<String> {
    let lines: Option<Vec<String>> = text.lines().map(|one| line(one.trim())).collect();
    let lines = lines.filter(|lines| lines.len() <= MOST_LINES)?.join("\n");
    (lines.chars().count() <= LONGEST).then_some(lines)
}

fn address(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|_| text.len() <= LONGEST_ADDRESS)?;
    let is_web = matches!(url.scheme(), "https" | "http") && url.has_host();
    (is_web && url.username().is_empty() && url.password().is_none()).then(|| url.to_string())
}

/// OIDC Core §5.1: a year, or a day whose year may be hidden.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let year = parts.next().filter(|year| year.len() == 4 && is_digits(year));
    let mut number = |most: u32| {
        let part = parts.next().filter(|part| part.len() == 2 && is_digits(part))?;
        part.parse::<u32>().ok().filter(|number| (1..=most).contains(number))
    };
    let Some(year) = year else { return false };
    if text.len() == 4 {
        return year != "0000";
    }
    let (Some(month), Some(day)) = (number(12), number(31)) else { return false };
    let longest = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    day <= longest && text.len() == 10
}

/// By its form: which zones there are changes from year to year.
fn is_zone(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"_+-/".contains(&b);
    let parts =
        text.split('/').all(|part| part.bytes().next().is_some_and(|b| b.is_ascii_uppercase()));
    text.len() <= 64 && text.bytes().all(fits) && parts
}

/// RFC 5646 §2.1, by its form.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_first =
        |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic());
    let is_more = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    text.len() <= 35 && parts.next().is_some_and(is_first) && parts.all(is_more)
}

/// E.164: a country code, and 15 digits in all at most. What people put between digits is left out.
fn phone(text: &str) -> Option<String> {
    let digits: String =
        text.strip_prefix('+')?.chars().filter(|c| !" -.()/".contains(*c)).collect();
    let fits = (7..=15).contains(&digits.len()) && is_digits(&digits) && !digits.starts_with('0');
    fits.then(|| format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    // ACC-01, ACC-15, OIDC Core §5.1
    #[test]
    fn each_field_holds_what_it_is_for() {
        for (field, good, kept) in [
            (Field::GivenName, " Ada ", "Ada"),
            (Field::Website, "https://Ada.example", "https://ada.example/"),
            (Field::Birthdate, "0000-02-29", "0000-02-29"),
            (Field::Birthdate, "1815", "1815"),
            (Field::Zoneinfo, "America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
            (Field::Zoneinfo, "UTC", "UTC"),
            (Field::Locale, "zh-Hant-TW", "zh-Hant-TW"),
            (Field::PhoneNumber, "+44 (20) 7946-0000", "+442079460000"),
            (Field::EmployeeId, "00042", "00042"),
            (Field::StreetAddress, "a\r\n b ", "a\nb"),
        ] {
            assert_eq!(field.read(good).as_deref(), Some(kept), "{}", field.name());
        }
        for field in Field::ALL {
            assert_eq!(Field::parse(field.name()), Some(*field));
        }
    }

    // ACC-01, ACC-15, A-198
    #[test]
    fn what_a_field_is_not_for_is_refused() {
        let long = "x".repeat(201);
        for (field, bad) in [
            (Field::GivenName, "a\nb"),
            (Field::GivenName, "\u{202e}ada"),
            (Field::GivenName, &long),
            (Field::Website, "javascript:alert(1)"),
            (Field::Picture, "https://user:pass@host/"),
            (Field::Profile, "//host"),
            (Field::Birthdate, "1990-13-01"),
            (Field::Birthdate, "1990-02-30"),
            (Field::Birthdate, "0000"),
            (Field::Birthdate, "1990-1-1"),
            (Field::Birthdate, "1990-01-01-01"),
            (Field::Zoneinfo, "../etc/passwd"),
            (Field::Locale, "english language"),
            (Field::Locale, "e"),
            (Field::PhoneNumber, "020 7946 0000"),
            (Field::PhoneNumber, "+0207946000"),
            (Field::PhoneNumber, "+1234567890123456"),
            (Field::EmployeeId, "12a"),
            (Field::EmployeeId, "٣٤"),
            (Field::StreetAddress, "a\nb\nc\nd\ne"),
        ] {
            assert_eq!(field.read(bad), None, "{} {bad:?}", field.name());
        }
    }
}
