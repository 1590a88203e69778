//! One TOML file, laid over what is known so far.

use super::SECTIONS;
use super::excerpt::Document;
use super::key::{is_twin, key};
use super::load::{Loading, unreadable};
use super::nearest::{closest, nearest};
use super::problem::Problem;
use super::setting::{Raw, found_type};
use super::sources::Source;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

pub(super) fn add(loading: &mut Loading, path: &Path) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            return loading.refuse_source(unreadable(path, &error));
        }
    };
    loading.files.push(path.to_owned());
    let (table, errors) = DeTable::parse_recoverable(&text);
    if !errors.is_empty() {
        let problems = syntax(path, &text, &errors);
        return problems.into_iter().for_each(|problem| loading.refuse_source(problem));
    }
    let mut leaves = Vec::new();
    walk(table.get_ref(), "", &mut leaves);
    leaves.sort_by_key(|leaf| leaf.name_span.start);
    let (open, closed) = leaves.iter().partition::<Vec<&Leaf>, _>(|leaf| leaf.is_open());
    let spans = |leaves: Vec<&Leaf>| {
        let spans = leaves.iter().map(|leaf| leaf.value.span());
        spans.filter(|span| follows_a_name(&text, span)).collect()
    };
    let (open, closed) = (spans(open), spans(closed));
    let document = Document { path: path.to_owned(), text: &text, open, closed };
    for leaf in &leaves {
        leaf.add(loading, &document);
    }
}

/// Unlike that of a section, which begins with its heading.
fn follows_a_name(text: &str, value: &Range<usize>) -> bool {
    let before = text.get(..value.start).unwrap_or_default();
    before.rsplit('\n').next().is_some_and(|line| line.contains('='))
}

/// One problem per line: what follows on the same line is a consequence.
fn syntax(path: &Path, text: &str, errors: &[Error]) -> Vec<Problem> {
    let mut problems: Vec<(usize, Problem)> = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or_default();
        let before = text.get(..span.start).unwrap_or_default();
        // Inside a text of several lines nothing tells where a secret begins.
        let is_inside =
            ["\"\"\"", "'''"].iter().any(|quotes| before.matches(quotes).count() % 2 == 1);
        let closed = is_inside.then_some(0..text.len() + 1).into_iter().collect();
        let document = Document { path: path.to_owned(), text, open: Vec::new(), closed };
        let excerpt = document.excerpt(&span).alone().labelled("here");
        if problems.iter().all(|(line, _)| *line != excerpt.line) {
            let sentence = format!("not valid TOML: {}", error.message());
            problems.push((excerpt.line, Problem::new(sentence, Source::File(Box::new(excerpt)))));
        }
    }
    problems.sort_by_key(|(line, _)| *line);
    problems.into_iter().map(|(_, problem)| problem).collect()
}

/// A key of the file with its value, or something that is neither a key nor a section.
struct Leaf<'a> {
    name: String,
    name_span: Range<usize>,
    value: &'a Spanned<DeValue<'a>>,
}

fn walk<'a>(table: &'a DeTable<'a>, prefix: &str, leaves: &mut Vec<Leaf<'a>>) {
    for (field, value) in table {
        let name = format!("{prefix}{}", field.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) if is_section(&name) => walk(inner, &format!("{name}."), leaves),
            _ => leaves.push(Leaf { name, name_span: field.span(), value }),
        }
    }
}

fn is_section(name: &str) -> bool {
    SECTIONS.iter().any(|section| section.name == name)
}

impl Leaf<'_> {
    fn is_open(&self) -> bool {
        key(&self.name).is_some_and(|key| !key.secret || is_twin(key, &self.name))
    }

    fn add(&self, loading: &mut Loading, document: &Document<'_>) {
        let excerpt = |span| document.excerpt(&span);
        let value = self.value.get_ref();
        if let Some(key) = key(&self.name) {
            let source = Source::File(Box::new(excerpt(self.value.span())));
            return loading.take(key, &self.name, Raw::Toml(value), source);
        }
        let (sentence, label) = if is_section(&self.name) {
            let found = found_type(value);
            (
                format!("{} must be a section", self.name),
                format!("{found}, expected [{}]", self.name),
            )
        } else if value.is_table() {
            (format!("unknown section [{}]", self.name), self.near_section())
        } else {
            (format!("unknown key {}", self.name), self.near_key())
        };
        let excerpt = excerpt(self.name_span.clone()).alone().labelled(&label);
        let problem = Problem::new(sentence, Source::File(Box::new(excerpt))).about(&self.name);
        let is_named = label.contains("did you mean") || label.contains("expected");
        loading.problems.push(if is_named { problem } else { problem.fixed_by("remove it") });
    }

    fn near_section(&self) -> String {
        let sections = SECTIONS.iter().map(|section| section.name);
        match closest(&self.name, sections) {
            Some(near) => format!("did you mean [{near}]?"),
            None => "no such section".to_owned(),
        }
    }

    fn near_key(&self) -> String {
        let section = |name: &str| name.rsplit_once('.').map(|(section, _)| section.to_owned());
        match nearest(&self.name) {
            Some(near) if section(&near) == section(&self.name) => {
                let field = near.rsplit('.').next().unwrap_or_default();
                format!("did you mean {field}?")
            }
            Some(near) => format!("did you mean {near}?"),
            None => "no such key".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::trial::host;
    use crate::config::{Problems, load};
    use proptest::prelude::*;

    /// Lines that are nearly a configuration file.
    fn nearly() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            "\\[{1,2}(server|jwt|sever|server\\.tls)\\]{0,2}",
            "(listen|rotation|url|master_key|mode|x|server\\.tls)( ?= ?)([\"'\\[{#é=0-9a-z, \\]}]{0,12})",
            "[ -~éü\t]{0,20}",
            "(\"\"\"|''')?",
        ];
        proptest::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #[test]
        fn any_file_is_loaded_or_refused_with_a_place(file in nearly()) {
            if let Err(Problems(problems)) = load(&host(&file).sources) {
                let shown = Problems(problems.clone()).to_string();
                prop_assert!(!problems.is_empty() && shown.contains("vestibule.toml:"), "{}", shown);
            }
        }
    }
}
