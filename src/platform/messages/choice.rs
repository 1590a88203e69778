//! Which language somebody is spoken to in (RFC 9110 §12.5.4, RFC 4647 §3.4).

use super::Language;
use std::cmp::Reverse;

/// More wishes than anybody has.
const MOST: usize = 16;

impl Language {
    /// By its tag, or by what remains of the tag from the end: `de-CH` is German.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim();
        if tag.eq_ignore_ascii_case(Self::Pseudo.tag()) {
            return Some(Self::Pseudo);
        }
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The first we speak of those named, apart by spaces (OIDC Core §3.1.2.1, `ui_locales`).
    pub fn first_of(tags: &str) -> Option<Self> {
        tags.split_ascii_whitespace().take(MOST).find_map(Self::of_tag)
    }

    /// The one we speak that `Accept-Language` likes best.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut wishes: Vec<(u16, Self)> = header.split(',').take(MOST).filter_map(wish).collect();
        // Stable: of equals the first.
        wishes.sort_by_key(|(weight, _)| Reverse(*weight));
        wishes.first().map(|(_, language)| *language)
    }
}

fn wish(range: &str) -> Option<(u16, Language)> {
    let mut parts = range.split(';');
    let language = Language::of_tag(parts.next()?)?;
    let weight = match parts.next() {
        Some(weight) => thousandths(weight.trim().strip_prefix("q=")?)?,
        None => 1000,
    };
    (weight > 0).then_some((weight, language))
}

/// RFC 9110 §12.4.2: at most three digits behind the point.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.len() == 1 && rest.len() <= 3 && rest.bytes().all(|b| b.is_ascii_digit());
    let value = format!("{whole}{rest:0<3}").parse().ok().filter(|value| *value <= 1000);
    value.filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 4647 §3.4, FZ-22
    #[test]
    fn a_tag_leads_to_what_we_speak_or_nowhere() {
        assert_eq!(Language::of_tag("de-CH-1996"), Some(Language::German));
        assert_eq!(Language::of_tag("AR_eg"), Some(Language::Arabic));
        assert_eq!(Language::of_tag("en-xa"), Some(Language::Pseudo));
        for nobody in ["", "-", "d", "deu", "fr", "*", "\u{202e}de"] {
            assert_eq!(Language::of_tag(nobody), None, "{nobody:?}");
        }
        assert_eq!(Language::first_of("fr-CA fr de en"), Some(Language::German));
    }

    // RFC 9110 §12.5.4
    #[test]
    fn the_most_wished_for_is_spoken() {
        let accepted = Language::accepted;
        assert_eq!(
            accepted("fr-CH, fr;q=0.9, de;q=0.7, en;q=0.8, *;q=0.5"),
            Some(Language::English)
        );
        assert_eq!(accepted("ar, en"), Some(Language::Arabic));
        assert_eq!(accepted("de;q=0, en;q=0.001"), Some(Language::English));
        for nothing in ["", "*", "fr", "de;q=2", "de;q=0.0001", "de;q=x", "de;v=1", ";;;,,,"] {
            assert_eq!(accepted(nothing), None, "{nothing:?}");
        }
    }
}
