//! What a scope means: the key of a sentence that finishes "it will be able to …" (experience.md §4.8).

use crate::oauth::resources::model::Known;
use crate::platform::messages::Language;

/// One line of the consent page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// As it stands on the wire.
    pub token: String,
    pub words: String,
    /// Of whom, where the sentence is about something that can be shown.
    pub detail: Option<String>,
}

/// The standard ones (OIDC Core §5.4, §11).
const STANDARD: &[(&str, &str)] = &[
    ("openid", "consent-openid"),
    ("profile", "consent-profile"),
    ("email", "consent-email"),
    ("phone", "consent-phone"),
    ("address", "consent-address"),
    ("offline_access", "consent-offline-access"),
    ("roles", "consent-roles"),
    ("groups", "consent-groups"),
];

/// What a scope opens, said in a language: ours, or what an API says of it.
pub fn say((token, asked): (&str, &[String]), language: Language, known: &Known) -> String {
    match standard(token) {
        Some(key) => language.say(key).into(),
        None => match known.sentence(token, language.tag(), asked) {
            Some(sentence) => sentence.to_owned(),
            None => language.say("consent-other").with("scope", token).into(),
        },
    }
}

fn standard(token: &str) -> Option<&'static str> {
    STANDARD.iter().find(|(known, _)| *known == token).map(|(_, words)| *words)
}

pub fn known() -> impl Iterator<Item = &'static str> {
    STANDARD.iter().map(|(token, _)| *token)
}
