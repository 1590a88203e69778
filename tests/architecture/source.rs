//! A source file, read as words: names, signs, and literals without what is in comments.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// One file under `src/`.
pub(crate) struct Source {
    /// `keys/model.rs`
    pub(crate) path: String,
    pub(crate) text: String,
    /// Where the file stands in the tree of modules: `["keys", "model"]`.
    pub(crate) place: Vec<String>,
    /// All of it; what only tests compile is marked.
    pub(crate) words: Vec<Word>,
}

pub(crate) struct Word {
    pub(crate) text: String,
    /// Counted from one.
    pub(crate) line: usize,
    pub(crate) is_test: bool,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let mut words = words(text);
        mark_tests(&mut words);
        let stem = path.trim_end_matches(".rs");
        let mut place: Vec<String> = stem.split('/').map(str::to_owned).collect();
        if place.last().is_some_and(|last| last == "mod") {
            place.pop();
        }
        if place.iter().any(|part| part == "tests") {
            for word in &mut words {
                word.is_test = true;
            }
        }
        Self { path: path.into(), text: text.into(), place, words }
    }

    /// The top-level module: `keys`, `app`, `main`.
    pub(crate) fn module(&self) -> &str {
        &self.place[0]
    }

    /// Is a part of the path, file or folder, this word?
    pub(crate) fn has_part(&self, word: &str) -> bool {
        self.place.iter().any(|part| part == word)
    }

    /// What is shipped: everything but tests.
    pub(crate) fn shipped(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().filter(|word| !word.is_test)
    }

    /// Lines before its unit tests, which stand at the foot.
    pub(crate) fn length(&self) -> usize {
        self.shipped().last().map_or(0, |word| word.line)
    }

    /// Is `dependency` named, as the first part of a path or in an import? A name that was imported from
    /// elsewhere (`rustls::crypto::aws_lc_rs`) is not it.
    pub(crate) fn names(&self, dependency: &str) -> bool {
        if self.declares(dependency) {
            return false;
        }
        let words: Vec<&str> = self.shipped().map(|word| word.text.as_str()).collect();
        let text = |at: Option<usize>| at.and_then(|at| words.get(at)).copied().unwrap_or_default();
        let (mut is_first, mut is_other) = (false, false);
        for at in (0..words.len()).filter(|at| words[*at] == dependency) {
            let (before, after) = (text(at.checked_sub(1)), text(Some(at + 1)));
            match before {
                "::" => is_other |= matches!(after, ";" | "," | "}"),
                "use" | "crate" => return true,
                _ => is_first |= after == "::",
            }
        }
        is_first && !is_other
    }

    /// Every path into this crate, from its root, braces unfolded; `super` and `self` are resolved, and so
    /// is the name of a child that this file declares.
    pub(crate) fn paths(&self) -> Vec<Vec<String>> {
        let words: Vec<&str> = self.shipped().map(|word| word.text.as_str()).collect();
        let mut found = Vec::new();
        for (at, pair) in words.windows(2).enumerate() {
            let before = at.checked_sub(1).map_or("", |at| words[at]);
            if pair[1] != "::" || before == "::" {
                continue;
            }
            let starts = match pair[0] {
                "crate" | "self" | "super" => unfold(&words[at..]).0,
                name if self.declares(name) => {
                    let tails = unfold(&words[at..]).0.into_iter();
                    tails.map(|tail| [vec!["self".to_owned()], tail].concat()).collect()
                }
                _ => continue,
            };
            found.extend(starts.iter().filter_map(|path| self.resolve(path)));
        }
        found
    }

    fn declares(&self, child: &str) -> bool {
        self.words.windows(2).any(|pair| pair[0].text == "mod" && pair[1].text == child)
    }

    fn resolve(&self, path: &[String]) -> Option<Vec<String>> {
        let mut here = self.place.clone();
        let mut rest = path;
        while let Some((first, tail)) = rest.split_first() {
            match first.as_str() {
                "crate" => here.clear(),
                "self" => {}
                "super" => drop(here.pop()?),
                _ => break,
            }
            rest = tail;
        }
        here.extend_from_slice(rest);
        (!here.is_empty()).then_some(here)
    }
}

/// Read one path or one braced group; return its paths and how many words it took.
fn unfold(words: &[&str]) -> (Vec<Vec<String>>, usize) {
    if words.first() == Some(&"{") {
        let (mut paths, mut at) = (Vec::new(), 1);
        while at < words.len() && words[at] != "}" {
            let (found, taken) = unfold(&words[at..]);
            paths.extend(found);
            at += taken.max(1);
        }
        return (paths, at + 1);
    }
    let Some(name) = words.first().filter(|word| is_name(word)) else {
        return (Vec::new(), 1);
    };
    if words.get(1) == Some(&"::") {
        let (rest, taken) = unfold(&words[2..]);
        if !rest.is_empty() {
            let joined = rest.into_iter().map(|tail| [vec![(*name).to_owned()], tail].concat());
            return (joined.collect(), taken + 2);
        }
    }
    (vec![vec![(*name).to_owned()]], 1)
}

fn is_name(word: &str) -> bool {
    word.chars().all(is_letter)
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// All of `src/`, `lib.rs` apart: it names everything.
pub(crate) fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(read_all);
    &SOURCES
}

fn read_all() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let read = |file: &PathBuf| {
        let path = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        Source::new(&path, &fs::read_to_string(file).unwrap())
    };
    let mut all: Vec<_> = files.iter().map(read).filter(|file| file.path != "lib.rs").collect();
    follow_tests(&mut all);
    all
}

/// A module that is declared for tests alone is one, whatever its file is called.
pub(crate) fn follow_tests(all: &mut [Source]) {
    let mut tests = Vec::new();
    for file in &*all {
        let declared = file
            .words
            .windows(3)
            .filter(|here| here[0].is_test && here[0].text == "mod" && here[2].text == ";");
        tests
            .extend(declared.map(|here| [file.place.clone(), vec![here[1].text.clone()]].concat()));
    }
    let is_test = |file: &Source| tests.iter().any(|test| file.place.starts_with(test));
    for file in all.iter_mut().filter(|file| is_test(file)) {
        for word in &mut file.words {
            word.is_test = true;
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// Comments fall away; a string is one word that keeps its opening quote.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let length = length(rest, first);
        let (word, tail) = rest.split_at(length);
        let is_comment = word.starts_with("//") || word.starts_with("/*");
        if !is_comment && !word.trim().is_empty() {
            words.push(Word { text: word.into(), line, is_test: false });
        }
        line += word.matches('\n').count();
        rest = tail;
    }
    words
}

fn length(rest: &str, first: char) -> usize {
    let until = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    let raw = rest.trim_start_matches('b').strip_prefix('r').map(|after| {
        let hashes = after.len() - after.trim_start_matches('#').len();
        (hashes, after[hashes..].starts_with('"'))
    });
    match first {
        _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
        _ if rest.starts_with("/*") => until("*/"),
        'b' | 'r' if matches!(raw, Some((_, true))) => {
            let hashes = raw.map_or(0, |(hashes, _)| hashes);
            let opened = rest.find('"').map_or(rest.len(), |at| at + 1);
            let end = format!("\"{}", "#".repeat(hashes));
            rest[opened..].find(&end).map_or(rest.len(), |at| opened + at + end.len())
        }
        '"' => quoted(rest, '"'),
        '\'' => character(rest),
        _ if is_letter(first) => rest.find(|c| !is_letter(c)).unwrap_or(rest.len()),
        ':' if rest.starts_with("::") => 2,
        _ => first.len_utf8(),
    }
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// `'a'` is a character, `'a` begins a lifetime.
fn character(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), _) => quoted(rest, '\''),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// Mark each item that stands behind `#[cfg(test)]`, to its closing brace or semicolon.
fn mark_tests(words: &mut [Word]) {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut at = 0;
    while at + MARK.len() <= words.len() {
        let is_mark = MARK.iter().zip(&words[at..]).all(|(mark, word)| word.text == *mark);
        if !is_mark {
            at += 1;
            continue;
        }
        let mut depth = 0;
        for word in &mut words[at..] {
            word.is_test = true;
            at += 1;
            match word.text.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 && matches!(word.text.as_str(), "}" | ";") {
                break;
            }
        }
    }
}
