//! The texts of all languages, compiled in and parsed once.

use super::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;
use tracing::error;
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

/// One file per capability.
macro_rules! files {
    ($language:literal) => {
        files!($language: "page", "time", "error", "signin", "account", "journey", "profile", "authorize", "federation")
    };
    ($language:literal: $($name:literal),+) => {
        &[$(include_str!(concat!("../../../templates/locales/", $language, "/", $name, ".ftl"))),+]
    };
}

const ENGLISH_TEXTS: &[&str] = files!("en");

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English, ENGLISH_TEXTS));
static GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::German, files!("de")));
static ARABIC: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Arabic, files!("ar")));
static PSEUDO: LazyLock<Bundle> = LazyLock::new(|| {
    let mut bundle = bundle(Language::Pseudo, ENGLISH_TEXTS);
    bundle.set_transform(Some(disguised));
    bundle
});

/// Parse everything now rather than for the first reader.
pub fn prepare() {
    for language in Language::ALL {
        LazyLock::force(lazy(language));
    }
}

pub(super) fn of(language: Language) -> &'static Bundle {
    lazy(language)
}

const fn lazy(language: Language) -> &'static LazyLock<Bundle> {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::Arabic => &ARABIC,
        Language::Pseudo => &PSEUDO,
    }
}

fn bundle(language: Language, texts: &[&str]) -> Bundle {
    let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // `Phrase::with` does that, and only where it matters.
    bundle.set_use_isolating(false);
    for text in texts {
        // What cannot be read of a text is left out; a test reads them all.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(read, _)| read);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

pub(super) fn write(
    f: &mut fmt::Formatter<'_>,
    language: Language,
    key: &str,
    arguments: &FluentArgs<'_>,
) -> fmt::Result {
    let found = [language, Language::English].into_iter().find_map(|language| {
        let bundle = of(language);
        let pattern = bundle.get_message(key)?.value()?;
        Some((bundle, pattern))
    });
    let Some((bundle, pattern)) = found else {
        error!(key, "a message is in no catalogue");
        return f.write_str(key);
    };
    let mut errors = Vec::new();
    bundle.write_pattern(f, pattern, Some(arguments), &mut errors)?;
    if !errors.is_empty() {
        error!(key, ?errors, "a message lacks something");
    }
    Ok(())
}

/// Every letter outside of markup in a foreign dress, and a third longer, as German is.
fn disguised(text: &str) -> Cow<'_, str> {
    let (mut dressed, mut in_markup) = (String::with_capacity(text.len() * 2), false);
    for letter in text.chars() {
        match letter {
            '<' => in_markup = true,
            '>' => in_markup = false,
            _ => {}
        }
        let vowels = if in_markup { "" } else { twice(letter) };
        dressed.push(if in_markup { letter } else { dress(letter) });
        dressed.push_str(vowels);
    }
    dressed.into()
}

const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DRESSED: &str = "áƀçðéƒğĥíĵķļɱñóþǫŕšţúṽŵẋýžÅƁÇÐÉƑĞĤÍĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ";

fn dress(letter: char) -> char {
    let found = PLAIN.chars().zip(DRESSED.chars()).find(|(plain, _)| *plain == letter);
    found.map_or(letter, |(_, dressed)| dressed)
}

const fn twice(letter: char) -> &'static str {
    match letter {
        'e' => "é",
        'o' => "ó",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalogue_can_be_read_and_says_nothing_twice() {
        for (language, texts) in [("en", ENGLISH_TEXTS), ("de", files!("de")), ("ar", files!("ar"))]
        {
            let mut bundle = Bundle::new_concurrent(Vec::new());
            for text in texts {
                let resource = FluentResource::try_new((*text).to_owned());
                let resource = resource.map_err(|(_, wrong)| wrong).expect(language);
                assert_eq!(
                    bundle.add_resource(resource).map_err(|twice| (language, twice)),
                    Ok(())
                );
            }
        }
    }
}
