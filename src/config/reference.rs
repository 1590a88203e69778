//! What is written from the declarations: the reference, the schema, the example file, and `explain`.

use super::key::{Key, Section};
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

Written from the source by `scripts/docs`; a test compares the two.

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
    facts.iter().fold(String::new(), |text, fact| text + bullet + fact + "\n")
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
    let mut text = format!("\n# {}\n[{}]\n", section.doc(), section.name);
    for key in section.keys {
        let _ = write!(text, "\n# {}\n#{}\n", key.doc(), key.line());
        if key.secret {
            let _ = writeln!(text, "#{}_file = \"/run/secrets/{}\"", key.field(), key.field());
        }
    }
    text
}

/// Every name that `config explain` and flags understand, for completion in shells.
pub fn all_names() -> Vec<String> {
    names().collect()
}
