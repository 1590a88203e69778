//! How hard a password is to guess, by the estimate of zxcvbn.

use crate::accounts::model::OwnWords;

/// From 0 to 4. zxcvbn looks at the first hundred characters, which bounds its time.
pub(super) fn score(text: &str, words: &OwnWords) -> u8 {
    let words: Vec<&str> = words.iter().collect();
    zxcvbn::zxcvbn(text, &words).score().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_words_and_common_ones_are_weak() {
        let words = OwnWords::of(["Quillfeather"]);
        assert!(score("quillfeather7", &words) < 2);
        assert!(score("quillfeather7", &OwnWords::of([])) > 1);
        assert_eq!(score("password1", &words), 0);
        assert_eq!(score("walk through the hall, twice", &words), 4);
        assert!(score(&"ab1".repeat(340), &words) < 4);
    }
}
