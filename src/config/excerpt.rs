//! A place in a file with the lines around it, in which nothing secret can be read.

use super::key::keys;
use super::values::hidden;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

/// A configuration file whose keys have been found, so that it is known what may be shown.
pub(super) struct Document<'a> {
    pub(super) path: PathBuf,
    pub(super) text: &'a str,
    /// Where values stand that anybody may see.
    pub(super) open: Vec<Range<usize>>,
    /// Where all other values stand.
    pub(super) closed: Vec<Range<usize>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    pub path: PathBuf,
    pub line: usize,
    pub column: usize,
    /// The line, and those before and after it, as they may be shown.
    lines: Vec<(usize, String)>,
    /// What is underlined: characters before it, and its length.
    offset: usize,
    width: usize,
    label: String,
}

impl Excerpt {
    #[must_use]
    pub(super) fn labelled(mut self, label: &str) -> Self {
        label.clone_into(&mut self.label);
        self
    }

    /// Without the lines around it.
    #[must_use]
    pub(super) fn alone(mut self) -> Self {
        self.lines.retain(|(number, _)| *number == self.line);
        self
    }
}

impl Document<'_> {
    pub(super) fn excerpt(&self, span: &Range<usize>) -> Excerpt {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        let lines = self.lines_around(line);
        let found = lines.iter().find(|(number, _)| *number == line);
        let shown = found.map(|(_, text)| text.as_str()).unwrap_or_default();
        let marked = self.text.get(span.clone()).unwrap_or_default().lines().next();
        let full = self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let (offset, width) = if shown == full.replace('\t', " ") {
            (column - 1, marked.map_or(0, |marked| marked.chars().count()))
        } else {
            masked_mark(shown, column - 1, marked.map_or(0, |marked| marked.chars().count()))
        };
        let (path, label) = (self.path.clone(), String::new());
        Excerpt { path, line, column, lines, offset, width: width.max(1), label }
    }

    fn lines_around(&self, line: usize) -> Vec<(usize, String)> {
        let mut start = 0;
        let mut lines = Vec::new();
        for (index, text) in self.text.split('\n').enumerate() {
            let number = index + 1;
            if number.abs_diff(line) <= 1 && !(number > line && text.trim().is_empty()) {
                lines.push((number, self.shown(start, text.trim_end_matches('\r'))));
            }
            start += text.len() + 1;
        }
        lines
    }

    fn shown(&self, start: usize, line: &str) -> String {
        let within = |spans: &[Range<usize>]| spans.iter().any(|span| span.contains(&start));
        if within(&self.closed) {
            return hidden(line);
        }
        let text = if within(&self.open) { line.to_owned() } else { masked(line) };
        text.replace('\t', " ")
    }
}

/// A line of a file as it may be shown: values are hidden unless the key is known and not secret.
fn masked(line: &str) -> String {
    let code = line.trim_start().trim_start_matches('#').trim();
    let Some((name, value)) = code.split_once('=') else {
        let is_plain =
            code.is_empty() || code.starts_with('[') || line.trim_start().starts_with('#');
        return if is_plain { line.to_owned() } else { hidden(line) };
    };
    let name = name.trim().trim_matches('"');
    let field = name.rsplit('.').next().unwrap_or_default();
    let mut named = keys().filter(|key| key.field() == field).peekable();
    let is_open = match named.peek() {
        Some(_) => named.all(|key| !key.secret),
        None => field.ends_with("_file") || is_harmless(value),
    };
    if is_open {
        return line.to_owned();
    }
    let kept = line.find('=').and_then(|at| line.get(..=at)).unwrap_or_default();
    format!("{kept} {}", hidden(unquoted(value)))
}

/// A number, true or false.
fn is_harmless(value: &str) -> bool {
    let first = value.split('#').next().unwrap_or_default().trim();
    matches!(first, "true" | "false") || first.parse::<f64>().is_ok()
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inside = quote.and_then(|quote| value.get(1..)?.split(quote).next());
    inside.unwrap_or(value)
}

/// Where to underline in a masked line: the key if that is meant, else what stands for the value.
fn masked_mark(shown: &str, offset: usize, width: usize) -> (usize, usize) {
    let value =
        shown.find('=').map_or(0, |at| shown.get(..at).unwrap_or_default().chars().count() + 2);
    if offset < value { (offset, width) } else { (value, shown.chars().count() - value) }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.lines.last().map_or(self.line, |(number, _)| *number);
        let digits = last.to_string().len().max(2);
        let gutter = " ".repeat(digits + 2);
        writeln!(f, "{gutter}╭─[{}:{}:{}]", self.path.display(), self.line, self.column)?;
        for (number, text) in &self.lines {
            writeln!(f, "{}", format!(" {number:>digits$} │ {text}").trim_end())?;
            if *number == self.line {
                self.underline(f, &gutter)?;
            }
        }
        writeln!(f, "{gutter}╰────")
    }
}

impl Excerpt {
    fn underline(&self, f: &mut fmt::Formatter<'_>, gutter: &str) -> fmt::Result {
        let indent = " ".repeat(self.offset + 1);
        if self.label.is_empty() {
            return writeln!(f, "{gutter}·{indent}{}", "─".repeat(self.width));
        }
        let (left, right) = (self.width / 2, self.width.saturating_sub(self.width / 2 + 1));
        writeln!(f, "{gutter}·{indent}{}┬{}", "─".repeat(left), "─".repeat(right))?;
        writeln!(f, "{gutter}·{indent}{}╰── {}", " ".repeat(left), self.label)
    }
}

#[cfg(test)]
mod tests {
    use crate::config::load;
    use crate::config::trial::host;

    /// Each of these has a problem on or beside the line with the secret.
    const LEAKY: [&str; 12] = [
        "[encryption]\nmaster_key = [\"CANARY\"]\n",
        "[encryption]\nmaster_kee = \"CANARY\"\n",
        "[encryption]\nmaster_kee = [\n  \"CANARY\",\n]\nkey_folder = 1\n",
        "[encryption]\nmaster_key = \"\"\"\nCANARY\n\"\"\"\nkey_folder = 1\n",
        "[encryption]\nmaster_key = \"CANARY\"\nkey_folder = 1\n",
        "[encryption]\n# master_key = \"CANARY\"\nkey_folder = 1\n",
        "[encryption]\nmaster_key = CANARY\n",
        "[encryption]\nmaster_key = \"CANARY\n",
        "[encryption]\nmaster_key = \"\"\"\nCANARY=\nCANARY\n",
        "encryption = { master_key = \"CANARY\", key_folder = 1 }\n",
        "encryption.key_folder = 1\nencryption.master_key = 'CANARY'\n",
        "[database]\nurl = \"mysql://root:CANARY@host/x\"\n",
    ];

    #[test]
    fn no_problem_shows_a_secret() {
        for file in LEAKY {
            let problems = load(&host(file).sources).unwrap_err();
            let shown = format!("{problems}{:?}{problems:?}", problems.json());
            assert!(!shown.contains("CANARY"), "{file}\n{problems}");
        }
    }

    #[test]
    fn in_place_of_a_secret_stands_its_length() {
        let file =
            "[encryption]\nmaster_key = \"abcdefghijklmnopqrstuvwxyz01234\"\nkey_folder = 1\n";
        assert!(host(file).problems().contains(" 2 │ master_key = (value hidden, 31 bytes)\n"));
    }

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        let problems = host("[log]\r\n\tlevel = \"é\" # ü\r\n").problems();
        assert!(problems.contains("vestibule.toml:2:10]"), "{problems}");
        assert!(problems.contains("  2 │  level = \"é\" # ü\n    ·          ─┬─\n"), "{problems}");
    }
}
