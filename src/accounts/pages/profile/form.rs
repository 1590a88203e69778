//! The fields of the profile page: what they are called, what a browser may fill in, and what was typed.

use crate::accounts::model::attributes::{Kind, Property};
use crate::accounts::model::{Attribute, AttributeSchema, Field, User};
use crate::accounts::update::{Change, Refusal, What};
use crate::platform::web::forms::Fields;

pub(super) struct Group {
    pub(super) title: &'static str,
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

/// Label, type and autofill token (WCAG 2.2, 1.3.5).
type Shown = (What, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const GROUPS: &[(&str, &[Shown])] = &[
    ("You", &[
        (What::Name, "Name", "text", "name"),
        (What::Username, "Username", "text", "username"),
        (What::Field(Field::GivenName), "First name", "text", "given-name"),
        (What::Field(Field::MiddleName), "Middle name", "text", "additional-name"),
        (What::Field(Field::FamilyName), "Last name", "text", "family-name"),
        (What::Field(Field::Nickname), "Nickname", "text", "nickname"),
        (What::Field(Field::Gender), "Gender", "text", "sex"),
        (What::Field(Field::Birthdate), "Date of birth", "text", "bday"),
        (What::Field(Field::Picture), "Picture", "url", "photo"),
        (What::Field(Field::Profile), "Profile page", "url", "off"),
        (What::Field(Field::Website), "Website", "url", "url"),
    ]),
    ("Phone", &[
        (What::Field(Field::PhoneNumber), "Phone number", "tel", "tel"),
    ]),
    ("Language and time", &[
        (What::Field(Field::Locale), "Language", "text", "language"),
        (What::Field(Field::Zoneinfo), "Time zone", "text", "off"),
    ]),
    ("Address", &[
        (What::Field(Field::StreetAddress), "Street and number", "lines", "street-address"),
        (What::Field(Field::PostalCode), "Postal code", "text", "postal-code"),
        (What::Field(Field::Locality), "City", "text", "address-level2"),
        (What::Field(Field::Region), "State or region", "text", "address-level1"),
        (What::Field(Field::Country), "Country", "text", "country-name"),
    ]),
];

/// Those of an account of one's own, then what the organisation keeps.
pub(super) fn groups(
    user: &User,
    schema: &AttributeSchema,
    sent: Option<(&[Change], Option<&Refusal>)>,
) -> Vec<Group> {
    let own = |(what, label, kind, autocomplete): &Shown| Input {
        label: (*label).into(),
        kind,
        autocomplete,
        hint: hint(what),
        is_required: *what == What::Name,
        ..input(user, what, sent)
    };
    let mut groups: Vec<Group> = GROUPS
        .iter()
        .map(|(title, shown)| Group { title, inputs: shown.iter().map(own).collect() })
        .collect();
    let mut kept: Vec<Input> = Vec::new();
    if user.profile.get(Field::EmployeeId).is_some() {
        let label = "Employee number".into();
        let what = What::Field(Field::EmployeeId);
        kept.push(Input { label, is_fixed: true, ..input(user, &what, sent) });
    }
    for (name, property) in &schema.properties {
        let what = What::Attribute(name.clone());
        let input = input(user, &what, sent);
        kept.push(attribute(input, property, schema.is_required(name)));
    }
    if !kept.is_empty() {
        groups.push(Group { title: "In your organisation", inputs: kept });
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
    let refusal = sent.and_then(|(_, refusal)| refusal);
    Input {
        name: what.name(),
        label: String::new(),
        value: typed.map_or_else(|| value(user, what), |change| change.text.clone()),
        kind: "text",
        autocomplete: "off",
        choices: Vec::new(),
        hint: None,
        wrong: refusal.and_then(|refusal| wrong(what, refusal)),
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

fn wrong(what: &What, refusal: &Refusal) -> Option<String> {
    match (what, refusal) {
        (What::Username, Refusal::UsernameTaken(_)) => Some("Somebody else has this one.".into()),
        (What::Attribute(name), Refusal::Required(missing)) if name == missing => {
            Some("This is needed.".into())
        }
        (What::Attribute(name), Refusal::Unfit(unfit)) if unfit.field == *name => {
            Some(format!("This must be {}.", unfit.expected))
        }
        (what, Refusal::Unfit(unfit)) if unfit.field == what.name() => {
            Some(format!("This must be {}.", unfit.expected))
        }
        _ => None,
    }
}

fn hint(what: &What) -> Option<String> {
    match what {
        What::Field(
            field @ (Field::PhoneNumber | Field::Birthdate | Field::Locale | Field::Zoneinfo),
        ) => Some(format!("As {}.", field.expected())),
        _ => None,
    }
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
