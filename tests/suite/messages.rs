//! What is said: nothing is missing in any language, nothing is said with the wrong words about it, nothing is said
//! to nobody. The templates and sources are read as text, so a message is named where it is said: `say("its-key")`,
//! with its arguments behind it in the same expression.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 3] = ["en", "de", "ar"];

/// Keys that are put together: the words of problems, by their code.
const BY_CODE: &str = "error-";

/// A message as it stands in a catalogue.
#[derive(Debug, Default)]
struct Message {
    text: String,
    arguments: BTreeSet<String>,
}

/// Where a message is said, with what.
#[derive(Debug)]
#[allow(dead_code, reason = "shown when a test fails")]
struct Use {
    place: String,
    key: String,
    way: &'static str,
    arguments: BTreeSet<String>,
}

fn below(folder: &str, ending: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found) = (vec![root.join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|its| its == ending) {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root).unwrap().display().to_string(), text));
            }
        }
    }
    found.sort();
    found
}

fn catalogue(language: &str) -> BTreeMap<String, Message> {
    let mut messages: BTreeMap<String, Message> = BTreeMap::new();
    let mut current = None;
    for (_, text) in below(&format!("templates/locales/{language}"), "ftl") {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let begins = line.starts_with(|c: char| c.is_ascii_lowercase());
            if let Some((key, rest)) = line.split_once(" =").filter(|_| begins) {
                current = Some(key.to_owned());
                messages.entry(key.to_owned()).or_default().add(rest);
            } else if let Some(key) = current.as_ref().filter(|_| !line.is_empty()) {
                messages.get_mut(key).unwrap().add(line);
            }
        }
    }
    messages
}

impl Message {
    fn add(&mut self, line: &str) {
        self.text += line;
        let names = line.split('$').skip(1).map(|rest| word(rest).to_owned());
        self.arguments.extend(names);
    }
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
    &text[..end.unwrap_or(text.len())]
}

fn uses() -> Vec<Use> {
    let mut files = below("templates", "html");
    files.extend(below("templates", "txt"));
    files.extend(below("src", "rs"));
    files.iter().flat_map(|(place, text)| said_in(place, text)).collect()
}

/// As far as its unit tests.
fn said_in(place: &str, text: &str) -> Vec<Use> {
    let text = text.split("#[cfg(test)]").next().unwrap();
    let mut found = Vec::new();
    for way in ["say", "mark"] {
        let call = format!("{way}(\"");
        for (at, _) in text.match_indices(&call) {
            let rest = &text[at + call.len()..];
            let (key, mut rest) = rest.split_once('"').unwrap();
            let mut arguments = BTreeSet::new();
            rest = after_the_bracket(rest);
            while let Some((name, behind)) = argument(rest) {
                arguments.insert(name);
                rest = behind;
            }
            found.push(Use { place: place.into(), key: key.into(), way, arguments });
        }
    }
    found
}

fn argument(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let rest =
        [".with(\"", ".count(\"", ".which(\""].iter().find_map(|call| text.strip_prefix(call))?;
    let (name, rest) = rest.split_once('"')?;
    Some((name.to_owned(), after_the_bracket(rest)))
}

/// Behind the one that closes what is open here.
fn after_the_bracket(text: &str) -> &str {
    let mut open = 1;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return &text[at + 1..];
        }
    }
    ""
}

#[test]
fn every_language_says_everything_and_about_the_same() {
    let english = catalogue("en");
    assert!(english.len() > 50, "found {}", english.len());
    for language in LANGUAGES {
        let other = catalogue(language);
        let keys = |messages: &BTreeMap<String, Message>| {
            messages.keys().cloned().collect::<BTreeSet<_>>()
        };
        let differing: Vec<_> =
            keys(&english).symmetric_difference(&keys(&other)).cloned().collect();
        assert_eq!(differing, Vec::<String>::new(), "in {language}");
        for (key, message) in &english {
            assert_eq!(other[key].arguments, message.arguments, "{key} in {language}");
            let tags = |text: &str| text.matches('<').count();
            assert_eq!(tags(&other[key].text) > 0, tags(&message.text) > 0, "{key} in {language}");
            assert!(!other[key].text.trim().is_empty(), "{key} in {language}");
        }
    }
}

#[test]
fn every_message_that_is_said_exists_and_gets_what_it_speaks_about() {
    let (english, uses) = (catalogue("en"), uses());
    assert!(uses.len() > 30, "found {}", uses.len());
    for said in &uses {
        let message = english.get(&said.key).unwrap_or_else(|| panic!("no such message: {said:?}"));
        assert_eq!(said.arguments, message.arguments, "{said:?}");
        let way = if message.text.contains('<') { "mark" } else { "say" };
        assert_eq!(
            said.way, way,
            "{said:?}: `mark` is for messages with markup, and for no others"
        );
    }
}

#[test]
fn no_message_is_said_by_nobody() {
    let said: BTreeSet<String> = uses().into_iter().map(|said| said.key).collect();
    // Some keys stand in tables.
    let sources: String = below("src", "rs").into_iter().map(|(_, text)| text).collect();
    let is_said = |key: &String| said.contains(key) || sources.contains(&format!("\"{key}\""));
    let unsaid = catalogue("en").into_keys().filter(|key| !is_said(key));
    let unsaid: Vec<_> = unsaid.filter(|key| !key.starts_with(BY_CODE)).collect();
    assert_eq!(unsaid, Vec::<String>::new());
}

/// What makes no sense in a template: words that no catalogue knows.
fn plain_words(template: &str) -> Vec<String> {
    let (mut words, mut text, mut rest) = (Vec::new(), String::new(), template);
    let room = ("{% block room %}", "{% endblock %}");
    let style = ("<style", "</style>");
    let skipped =
        [room, style, ("{#", "#}"), ("{%", "%}"), ("{{", "}}"), ("<pre", "</pre>"), ("<", ">")];
    while !rest.is_empty() {
        let begun = skipped.iter().find(|(begin, _)| rest.starts_with(begin));
        if let Some((_, end)) = begun {
            text.push(' ');
            rest = rest.split_once(end).map_or("", |(_, behind)| behind);
        } else {
            let letter = rest.chars().next().unwrap();
            text.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 1;
    words.extend(text.split_whitespace().filter(is_word).map(str::to_owned));
    words
}

/// They still speak English.
const OF_PROVIDERS: [&str; 4] = [
    "templates/account/linked.html",
    "templates/signin/link.html",
    "templates/signin/via.html",
    "templates/signin/via_failed.html",
];

// experience §4.6: no words but those of the catalogues
#[test]
fn no_template_speaks_by_itself() {
    for (place, text) in below("templates", "html") {
        // Pages of development speak to whoever develops an app, in the language of the documentation.
        if place.starts_with("templates/dev/") || OF_PROVIDERS.contains(&&*place) {
            continue;
        }
        let words = plain_words(&text);
        let words: Vec<_> = words.iter().filter(|word| !word.starts_with('&')).collect();
        assert!(words.is_empty(), "{place} says {words:?}");
    }
}

#[test]
fn the_reader_of_templates_sees_what_it_is_for() {
    let words = plain_words("<p title=\"x\">{# no #}{{ shell.say(\"a\") }} Hello, <b>you</b></p>");
    assert_eq!(words, ["Hello,", "you"]);
    let said =
        said_in("here", "x.say(\"a-b\")\n  .with(\"c\", f(1))\n .count(\"d\", 2) + y.mark(\"e\")");
    let seen: Vec<_> = said.iter().map(|said| (said.key.as_str(), said.arguments.len())).collect();
    assert_eq!(seen, [("a-b", 2), ("e", 0)]);
}
