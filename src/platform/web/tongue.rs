//! In which language a request wants its answer: what the reader chose here comes first (ADR 34).

use crate::platform::messages::Language;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use url::form_urlencoded::{Serializer, parse};

#[derive(Clone, Debug, Default)]
pub struct Tongue {
    /// By the switch at the foot of a page, now or earlier.
    chosen: Option<Language>,
    is_new: bool,
    /// What the browser asks for.
    accepted: Option<Language>,
    /// The query without the choice.
    query: String,
}

const CHOICE: &str = "lang";
/// Set over TLS, and by nobody but this very host.
const COOKIE_NAMES: [&str; 2] = ["__Host-lang", "lang"];
/// A year.
const LASTING: u32 = 31_536_000;

impl Tongue {
    pub fn of(parts: &Parts) -> Self {
        let (mut now, mut query) = (None, Serializer::new(String::new()));
        for (name, value) in parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            match name == CHOICE {
                true => now = Language::of_tag(&value),
                false => _ = query.append_pair(&name, &value),
            }
        }
        let headers = &parts.headers;
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            chosen: now.or_else(|| remembered(headers)),
            is_new: now.is_some(),
            accepted: accepted.and_then(Language::accepted),
            query: query.finish(),
        }
    }

    /// `kept` is in the person's profile, `asked` is what the app wants (`ui_locales`).
    pub(super) fn language(&self, kept: Option<Language>, asked: Option<Language>) -> Language {
        self.chosen.or(kept).or(asked).or(self.accepted).unwrap_or_default()
    }

    /// The same page in another language, as a link relative to it.
    pub(super) fn here_in(&self, language: Language) -> String {
        let separator = if self.query.is_empty() { "" } else { "&" };
        format!("?{}{separator}{CHOICE}={}", self.query, language.tag())
    }

    /// To remember a choice just made.
    pub(super) fn cookie(&self, is_https: bool) -> Option<HeaderValue> {
        let language = self.chosen.filter(|_| self.is_new)?.tag();
        let [over_tls, plain] = COOKIE_NAMES;
        let (name, secure) = if is_https { (over_tls, "; Secure") } else { (plain, "") };
        let text =
            format!("{name}={language}; Path=/; Max-Age={LASTING}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).ok()
    }
}

fn remembered(headers: &HeaderMap) -> Option<Language> {
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| COOKIE_NAMES.contains(name)).and_then(|(_, tag)| Language::of_tag(tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn tongue(place: &str, headers: &[(&str, &str)]) -> Tongue {
        let request = Request::builder().uri(place);
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Tongue::of(&request.body(()).unwrap().into_parts().0)
    }

    // experience §4.6, OIDC Core §3.1.2.1
    #[test]
    fn what_was_chosen_here_comes_before_what_was_kept_asked_for_or_accepted() {
        let (de, ar) = (Some(Language::German), Some(Language::Arabic));
        let all = [("cookie", "a=b; lang=ar"), ("accept-language", "de")];
        assert_eq!(tongue("/login?lang=en", &all).language(de, de), Language::English);
        assert_eq!(tongue("/login?lang=xx", &all).language(de, de), Language::Arabic);
        let accepting = tongue("/login", &all[1..]);
        assert_eq!(accepting.language(ar, de), Language::Arabic);
        assert_eq!(accepting.language(None, ar), Language::Arabic);
        assert_eq!(accepting.language(None, None), Language::German);
        assert_eq!(tongue("/login", &[]).language(None, None), Language::English);
    }

    #[test]
    fn a_choice_is_remembered_and_the_page_stays_the_same() {
        let chosen = tongue("/login?return_to=%2Fa%3Fb%3D1&lang=de", &[]);
        assert_eq!(chosen.here_in(Language::Arabic), "?return_to=%2Fa%3Fb%3D1&lang=ar");
        let cookie = chosen.cookie(true).unwrap();
        let expected = "__Host-lang=de; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(cookie, expected);
        assert_eq!(tongue("/login", &[("cookie", "lang=de")]).cookie(false), None);
    }
}
