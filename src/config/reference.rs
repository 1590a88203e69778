//! What is written from the declarations: the reference, the schema, the example file, and `explain`.

use super::key::Key;
use super::section::Section;
use super::{SECTIONS, key::names};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// `docs/configuration.md`
pub fn reference() -> String {
    let mut text = INTRODUCTION.to_owned();
    for section in &SECTIONS {
        let _ = write!(text, "\n## [{}]\n\n{}\n", section.name, section.doc());
        for key in section.keys {
            let _ = write!(text, "\n### `{}`\n\n{}\n\n{}", key.name, key.doc(), facts(key, "- "));
        }
    }
    text
}

const INTRODUCTION: &str = "\
# Configuration

Written from the source; a test compares the two.

Every key may be set in a TOML file, by an environment variable, or by a flag. What comes later prevails:

1. the defaults below
2. the files that `--config` names; else the one that `VESTIBULE_CONFIG` names; else
   `/etc/vestibule/vestibule.toml` or, if there is none, `vestibule.toml` in the working directory
3. `conf.d/*.toml` beside that file, in the order of their names
4. environment variables: `VESTIBULE_`, then the name with `__` for each dot
5. flags

A list in an environment variable is written as `[\"a\", \"b\"]` or with commas. Unknown names are errors, in files and in the environment.
`vestibule config show` names the source of every value; `vestibule config explain KEY` repeats what is written here.

A secret may also be in a file of its own, which the key with `_file` at its end names, or in a systemd credential: `credential:name` stands
for the file `name` in `$CREDENTIALS_DIRECTORY`. Such a file must not be readable by everybody; a line break at its end does not count.
A key and its `_file` must not both be set.

Lengths of time are a whole number and one of `ms`, `s`, `m`, `h`, `d`. Relative paths count from the working directory.
";

/// One line per fact, each begun with `bullet`.
fn facts(key: &Key, bullet: &str) -> String {
    let mut facts = vec![format!("Value: {}", key.words())];
    facts.push(match (key.default().as_str(), key.unset_means()) {
        ("\"\"", Some(meaning)) => format!("Default: {meaning}"),
        ("\"\"", None) => "Default: none".to_owned(),
        (default, _) => format!("Default: `{default}`"),
    });
    facts.push(format!("Environment: `{}`", key.environment()));
    facts.push(format!("Change: {}", key.reload.words()));
    if key.tenant {
        facts.push("A tenant may have its own.".to_owned());
    }
    if let Some(twin) = key.file_name() {
        facts.push(format!("Secret: may also come from the file that `{twin}` names."));
    }
    facts.iter().fold(String::new(), |text, fact| text + bullet + fact.as_str() + "\n")
}

impl Key {
    /// What `config explain` prints.
    pub fn explain(&self) -> String {
        let facts = facts(self, "  ").replace('`', "");
        format!("{}\n\n  {}\n\n{facts}", self.name, self.doc())
    }
}

/// JSON Schema, for editors that complete and check the file.
pub fn schema() -> Value {
    let mut root = table("Configuration of Vestibule");
    for section in &SECTIONS {
        let mut inner = table(&section.doc());
        for key in section.keys {
            insert(&mut inner, key.field(), key.schema());
            if key.secret {
                let doc = format!("A file with the value of {}.", key.name);
                let twin = format!("{}_file", key.field());
                insert(&mut inner, &twin, json!({ "type": "string", "description": doc }));
            }
        }
        place(&mut root, section.name, inner);
    }
    if let Some(fields) = root.as_object_mut() {
        fields.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
    }
    root
}

fn table(doc: &str) -> Value {
    let properties = Value::Object(Map::new());
    json!({
        "type": "object",
        "description": doc,
        "additionalProperties": false,
        "properties": properties,
    })
}

fn insert(table: &mut Value, name: &str, schema: Value) {
    if let Some(properties) = table.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(name.to_owned(), schema);
    }
}

/// Under its dotted path; the outer section comes first in `SECTIONS`.
fn place(root: &mut Value, path: &str, schema: Value) {
    match path.split_once('.') {
        None => insert(root, path, schema),
        Some((outer, rest)) => {
            if let Some(inner) = root.pointer_mut(&format!("/properties/{outer}")) {
                place(inner, rest, schema);
            }
        }
    }
}

/// A file in which every key is commented out with its default.
pub fn example() -> String {
    let mut text = "# Vestibule. Every line shows the default; all keys are described in docs/configuration.md.\n".to_owned();
    for section in &SECTIONS {
        text += &example_of(section);
    }
    text
}

fn example_of(section: &Section) -> String {
    let mut text = format!("\n{}[{}]\n", remark(section.doc), section.name);
    for key in section.keys {
        let _ = write!(text, "\n{}#{}\n", remark(key.doc), key.line());
        if key.secret {
            let _ = writeln!(text, "#{}_file = \"/run/secrets/{}\"", key.field(), key.field());
        }
    }
    text
}

fn remark(doc: &[&str]) -> String {
    doc.iter().fold(String::new(), |text, line| text + "# " + line.trim() + "\n")
}

/// Every name that `config explain` and flags understand, for completion in shells.
pub fn all_names() -> Vec<String> {
    names().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::trial::host;
    use crate::config::{Settings, Which, key, keys};

    #[test]
    fn the_example_changes_nothing_and_its_lines_are_the_defaults() {
        assert_eq!(host(&example()).loaded().settings, Settings::default());
        let is_line = |line: &str| line.starts_with('#') && !line.starts_with("# ");
        let lines = example().lines().fold(String::new(), |text, line| {
            // A secret is set in one way only.
            let is_used =
                is_line(line) && !line.contains("/run/secrets/") && !line.contains("credential:");
            text + if is_used { line.trim_start_matches('#') } else { line } + "\n"
        });
        let loaded = host(&lines).loaded();
        let changed = loaded.show(Which::Changed);
        assert_eq!(
            changed.len(),
            keys().count() - 2,
            "all but the master key and the password for mail"
        );
        for row in changed.iter().filter(|row| row.key.default() != "\"\"") {
            assert_eq!(row.value, row.key.default(), "{}", row.key.name);
        }
    }

    #[test]
    fn every_key_is_described() {
        let (reference, schema) = (reference(), schema());
        for key in keys() {
            assert!(key.doc().ends_with('.'), "{}: {}", key.name, key.doc());
            assert!(reference.contains(&format!("\n### `{}`\n", key.name)), "{}", key.name);
            let path = key.name.replace('.', "/properties/");
            let described = schema.pointer(&format!("/properties/{path}/description"));
            assert_eq!(described, Some(&Value::from(key.doc())), "{}", key.name);
            let section = SECTIONS.iter().find(|section| section.name == key.section());
            assert!(
                section.is_some_and(|section| section.keys.iter().any(|one| one.name == key.name))
            );
        }
    }

    #[test]
    fn a_key_explains_itself() {
        insta::assert_snapshot!(key("database.migrate").unwrap().explain(), @r#"
        database.migrate

          What happens at the start when the schema is older than the program: `auto` brings it up to date, `check` refuses to start, `off` does not look.

          Value: "auto", "check" or "off", or "" for "auto" with SQLite and "check" with PostgreSQL
          Default: "auto" with SQLite and "check" with PostgreSQL
          Environment: VESTIBULE_DATABASE__MIGRATE
          Change: needs a restart
        "#);
    }

    #[test]
    fn the_schema_knows_sections_within_sections_and_secret_files() {
        let schema = schema();
        let at = |path: &str| schema.pointer(path).cloned().unwrap_or_default();
        assert_eq!(at("/additionalProperties"), json!(false));
        assert_eq!(
            at("/properties/server/properties/tls/properties/mode/enum"),
            json!(["off", "files"])
        );
        assert_eq!(at("/properties/database/properties/url_file/type"), json!("string"));
        assert_eq!(at("/properties/database/properties/max_connections/maximum"), json!(1000));
    }
}
