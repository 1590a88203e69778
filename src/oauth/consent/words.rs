//! What a scope means, in a sentence that finishes "it will be able to …" (experience.md §4.8).

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
    ("openid", "Know that it is you"),
    ("profile", "See your name and picture"),
    ("email", "See your e-mail address"),
    ("phone", "See your phone number"),
    ("address", "See your postal address"),
    ("offline_access", "Keep access when you are not using it, until you remove it"),
    ("roles", "See which roles you have"),
    ("groups", "See which groups you belong to"),
];

pub fn standard(token: &str) -> Option<&'static str> {
    STANDARD.iter().find(|(known, _)| *known == token).map(|(_, words)| *words)
}

pub fn known() -> impl Iterator<Item = &'static str> {
    STANDARD.iter().map(|(token, _)| *token)
}
