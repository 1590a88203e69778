//! The words that are the first guesses of whoever knows the person or the service (NIST SP 800-63B-4 §3.1.1.2).

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// Names, e-mail address, user name, tenant, and the service, taken apart and in lower case.
#[derive(Clone, Debug)]
pub struct OwnWords(Vec<String>);

const SERVICE: &str = "vestibule";

impl OwnWords {
    /// Of the person and the tenant: names, e-mail address, user name, in whatever order.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = BTreeSet::from([SERVICE.to_owned()]);
        for text in texts {
            let text = folded(text);
            let parts = text.split(|letter: char| !letter.is_alphanumeric());
            words.extend(parts.filter(|part| is_telling(part)).map(str::to_owned));
            if is_telling(&text) {
                words.insert(text);
            }
        }
        let mut words: Vec<String> = words.into_iter().collect();
        // So that no part of a longer word is taken out before the word is looked for.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Self(words)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// What remains of the text without them.
    pub(super) fn taken_out_of(&self, folded: &str) -> String {
        self.iter().fold(folded.to_owned(), |text, word| text.replace(word, ""))
    }
}

/// Letter case and ways of writing make no other word.
pub(super) fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

/// One or two letters are in every other password; two ideographs are a name.
fn is_telling(word: &str) -> bool {
    let fewest = if word.is_ascii() { 3 } else { 2 };
    word.chars().count() >= fewest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_taken_apart() {
        let words = OwnWords::of(["Alice M. O\u{2019}Hara", "alice.smith@corp.example", "李明"]);
        let words: Vec<&str> = words.iter().collect();
        for word in ["alice", "hara", "smith", "corp", "alice.smith@corp.example", "李明"] {
            assert!(words.contains(&word), "{word}");
        }
        assert!(words.contains(&"vestibule"));
        assert!(!words.contains(&"m") && !words.contains(&"o"));
        assert!(words.windows(2).all(|pair| pair[0].len() >= pair[1].len()));
    }

    #[test]
    fn what_remains_without_them() {
        let words = OwnWords::of(["Alice Smith"]);
        assert_eq!(words.taken_out_of("alice-smith2024"), "-2024");
        assert_eq!(words.taken_out_of("malice"), "m");
    }
}
