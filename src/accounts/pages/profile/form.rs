//! The fields of the profile page: what they are called, what a browser may fill in, and what was typed.

use crate::accounts::model::attributes::{Kind, Property};
use crate::accounts::model::{Attribute, AttributeSchema, Field, User};
use crate::accounts::update::{Change, Refusal, What};
use crate::platform::messages::{Language, Phrase};
use crate::platform::web::forms::Fields;

pub(super) struct Group {
    pub(super) title: String,
    pub(super) inputs: Vec<Input>,
}

pub(super) struct Input {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    pub(super) choices: Vec<String>,
    pub(super) hint: Option<String>,
    pub(super) wrong: Option<String>,
    pub(super) is_required: bool,
    /// The person sees it and does not change it.
    pub(super) is_fixed: bool,
}

/// Key of the label, type and autofill token (WCAG 2.2, 1.3.5).
type Shown = (What, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const GROUPS: &[(&str, &[Shown])] = &[
    ("profile-you", &[
        (What::Name, "profile-name", "text", "name"),
        (What::Username, "profile-username", "text", "username"),
        (What::Field(Field::GivenName), "profile-given-name", "text", "given-name"),
        (What::Field(Field::MiddleName), "profile-middle-name", "text", "additional-name"),
        (What::Field(Field::FamilyName), "profile-family-name", "text", "family-name"),
        (What::Field(Field::Nickname), "profile-nickname", "text", "nickname"),
        (What::Field(Field::Gender), "profile-gender", "text", "sex"),
        (What::Field(Field::Birthdate), "profile-birthdate", "text", "bday"),
        (What::Field(Field::Picture), "profile-picture", "url", "photo"),
        (What::Field(Field::Profile), "profile-page", "url", "off"),
        (What::Field(Field::Website), "profile-website", "url", "url"),
    ]),
    ("profile-phone", &[
        (What::Field(Field::PhoneNumber), "profile-phone-number", "tel", "tel"),
    ]),
    ("profile-language-and-time", &[
        (What::Field(Field::Locale), "profile-locale", "text", "language"),
        (What::Field(Field::Zoneinfo), "profile-zone", "text", "off"),
    ]),
    ("profile-address", &[
        (What::Field(Field::StreetAddress), "profile-street", "lines", "street-address"),
        (What::Field(Field::PostalCode), "profile-postal-code", "text", "postal-code"),
        (What::Field(Field::Locality), "profile-city", "text", "address-level2"),
        (What::Field(Field::Region), "profile-region", "text", "address-level1"),
        (What::Field(Field::Country), "profile-country", "text", "country-name"),
    ]),
];

/// Those of an account of one's own, then what the organisation keeps.
pub(super) fn groups(
    (user, schema): (&User, &AttributeSchema),
    sent: Option<(&[Change], Option<&Refusal>)>,
    language: Language,
) -> Vec<Group> {
    let input =
        |what: &What| Input { wrong: wrong(what, sent, language), ..input(user, what, sent) };
    let own = |(what, label, kind, autocomplete): &Shown| Input {
        label: language.say(*label).into(),
        kind,
        autocomplete,
        hint: hint(what, language),
        is_required: *what == What::Name,
        ..input(what)
    };
    let mut groups: Vec<Group> = GROUPS
        .iter()
        .map(|(title, shown)| Group {
            title: language.say(*title).into(),
            inputs: shown.iter().map(own).collect(),
        })
        .collect();
    let mut kept: Vec<Input> = Vec::new();
    if user.profile.get(Field::EmployeeId).is_some() {
        let label = language.say("profile-employee-id").into();
        kept.push(Input { label, is_fixed: true, ..input(&What::Field(Field::EmployeeId)) });
    }
    for (name, property) in &schema.properties {
        let input = input(&What::Attribute(name.clone()));
        kept.push(attribute(input, property, schema.is_required(name)));
    }
    if !kept.is_empty() {
        groups.push(Group { title: language.say("profile-organisation").into(), inputs: kept });
    }
    groups
}

/// What the form sent of what a person may change.
pub(super) fn sent(schema: &AttributeSchema, fields: &Fields) -> Vec<Change> {
    let own = GROUPS.iter().flat_map(|(_, shown)| *shown).map(|(what, ..)| what.clone());
    let free = schema.properties.iter().filter(|(_, property)| !property.read_only);
    let all = own.chain(free.map(|(name, _)| What::Attribute(name.clone())));
    let typed = |field: What| {
        let text = fields.find(&field.name())?.to_owned();
        Some(Change { field, text })
    };
    all.filter_map(typed).collect()
}

fn input(user: &User, what: &What, sent: Option<(&[Change], Option<&Refusal>)>) -> Input {
    let typed = sent.and_then(|(changes, _)| changes.iter().find(|change| change.field == *what));
    Input {
        name: what.name(),
        label: String::new(),
        value: typed.map_or_else(|| value(user, what), |change| change.text.clone()),
        kind: "text",
        autocomplete: "off",
        choices: Vec::new(),
        hint: None,
        wrong: None,
        is_required: false,
        is_fixed: false,
    }
}

fn value(user: &User, what: &What) -> String {
    let known = match what {
        What::Name => Some(user.name.clone()),
        What::Username => user.username.as_ref().map(ToString::to_string),
        What::Field(field) => user.profile.get(*field).map(str::to_owned),
        What::Attribute(name) => user.profile.attributes.get(name).map(Attribute::text),
        What::PhoneVerified => None,
    };
    known.unwrap_or_default()
}

fn wrong(
    what: &What,
    sent: Option<(&[Change], Option<&Refusal>)>,
    language: Language,
) -> Option<String> {
    let words = match (what, sent?.1?) {
        (What::Username, Refusal::UsernameTaken(_)) => language.say("profile-username-taken"),
        (What::Attribute(name), Refusal::Required(missing)) if name == missing => {
            language.say("profile-required")
        }
        (What::Attribute(name), Refusal::Unfit(unfit)) if unfit.field == *name => {
            language.say("profile-must-be").with("form", &unfit.expected)
        }
        (what, Refusal::Unfit(unfit)) if unfit.field == what.name() => {
            language.say("profile-must-be").with("form", form(what, language))
        }
        _ => return None,
    };
    Some(words.into())
}

fn hint(what: &What, language: Language) -> Option<String> {
    match what {
        What::Field(Field::PhoneNumber | Field::Birthdate | Field::Locale | Field::Zoneinfo) => {
            Some(language.say("profile-as").with("form", form(what, language)).into())
        }
        _ => None,
    }
}

/// What a field holds, in words that finish "this must be …".
fn form(what: &What, language: Language) -> Phrase {
    use Field::{
        Birthdate, EmployeeId, Locale, PhoneNumber, Picture, Profile, StreetAddress, Website,
        Zoneinfo,
    };
    language.say(match what {
        What::Username => "profile-form-username",
        What::Field(PhoneNumber) => "profile-form-phone",
        What::Field(Birthdate) => "profile-form-date",
        What::Field(Locale) => "profile-form-language",
        What::Field(Zoneinfo) => "profile-form-zone",
        What::Field(Picture | Profile | Website) => "profile-form-address",
        What::Field(StreetAddress) => "profile-form-lines",
        What::Field(EmployeeId) => "profile-form-digits",
        _ => "profile-form-line",
    })
}

fn attribute(input: Input, property: &Property, is_required: bool) -> Input {
    let choices = match (property.kind, &property.choices) {
        (Kind::Boolean, _) => vec!["true".to_owned(), "false".to_owned()],
        (Kind::String, Some(choices)) => choices.clone(),
        _ => Vec::new(),
    };
    Input {
        label: property.title.clone(),
        hint: property.description.clone(),
        is_fixed: property.read_only,
        choices,
        is_required,
        ..input
    }
}
