//! What is known about a key: everything said about it anywhere comes from here.

use super::Settings;
use super::setting::{Raw, Setting, Wrong, quoted};
use crate::kernel::time::Lifetime;
use serde_json::{Value, json};

/// When a changed value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reload {
    /// At once.
    Live,
    /// At the next start.
    Restart,
    /// Never unasked: it would break stored data or all sessions.
    Fixed,
}

impl Reload {
    pub const fn letter(self) -> char {
        match self {
            Self::Live => 'L',
            Self::Restart => 'R',
            Self::Fixed => 'X',
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Live => "live, with the next reload",
            Self::Restart => "needs a restart",
            Self::Fixed => "fixed: changing it breaks stored data or all sessions",
        }
    }
}

pub struct Key {
    /// The full name: `server.public_url`.
    pub name: &'static str,
    pub reload: Reload,
    /// A tenant may have its own value.
    pub tenant: bool,
    /// Never shown; may also come from a file or a credential.
    pub secret: bool,
    /// What holds while there is no value.
    unset: Option<&'static str>,
    /// What an example shows where there is no default.
    sample: Option<&'static str>,
    range: Range,
    pub(super) doc: &'static [&'static str],
    nature: Nature,
    access: Access,
}

/// What the type of a key says about it.
#[derive(Clone, Copy)]
pub(super) struct Nature {
    kind: fn() -> String,
    sample: fn() -> &'static str,
    spell: fn(i64) -> String,
    schema: fn() -> Value,
}

impl Nature {
    pub(super) const fn of<T: Setting>() -> Self {
        Self { kind: T::kind, sample: T::sample, spell: T::spell, schema: T::schema }
    }
}

pub(super) type Range = Option<(i64, i64)>;

/// How a key reaches its field.
#[derive(Clone, Copy)]
pub(super) struct Access {
    pub(super) assign: fn(&mut Settings, Raw<'_>, Range) -> Result<(), Wrong>,
    pub(super) show: fn(&Settings) -> String,
    pub(super) is_same: fn(&Settings, &Settings) -> bool,
}

impl Key {
    pub(super) const fn new(
        name: &'static str,
        doc: &'static [&'static str],
        reload: Reload,
        nature: Nature,
        access: Access,
    ) -> Self {
        let (tenant, secret) = (false, false);
        let (unset, sample, range) = (None, None, None);
        Self { name, reload, tenant, secret, unset, sample, range, doc, nature, access }
    }

    pub(super) const fn tenant(self) -> Self {
        Self { tenant: true, ..self }
    }

    pub(super) const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    pub(super) const fn unset(self, meaning: &'static str) -> Self {
        Self { unset: Some(meaning), ..self }
    }

    pub(super) const fn sample(self, sample: &'static str) -> Self {
        Self { sample: Some(sample), ..self }
    }

    pub(super) const fn range(self, lowest: i64, highest: i64) -> Self {
        Self { range: Some((lowest, highest)), ..self }
    }

    pub(super) const fn lasting(self, shortest: Lifetime, longest: Lifetime) -> Self {
        self.range(shortest.as_micros(), longest.as_micros())
    }

    /// Without its section: `public_url`.
    pub fn field(&self) -> &'static str {
        self.name.rsplit_once('.').map_or(self.name, |(_, field)| field)
    }

    pub fn section(&self) -> &'static str {
        self.name.rsplit_once('.').map_or("", |(section, _)| section)
    }

    pub fn doc(&self) -> String {
        joined(self.doc)
    }

    /// What it must be: `a whole number from 1 to 100`.
    pub fn words(&self) -> String {
        let kind = (self.nature.kind)();
        let sample = (self.nature.sample)();
        let shape = match self.range {
            Some((lowest, highest)) => {
                let spell = self.nature.spell;
                format!("{kind} from {} to {}", spell(lowest), spell(highest))
            }
            None if sample.is_empty() => kind,
            None => format!("{kind}, such as {sample}"),
        };
        match self.unset {
            Some(meaning) => format!("{shape}, or \"\" for {meaning}"),
            None => shape,
        }
    }

    /// As the file would spell it; `""` if there is none.
    pub fn default(&self) -> String {
        self.show(&Settings::default())
    }

    /// What holds while the value is empty.
    pub fn unset_means(&self) -> Option<&'static str> {
        self.unset
    }

    pub fn environment(&self) -> String {
        environment_name(self.name)
    }

    /// The key that names a file with this secret.
    pub fn file_name(&self) -> Option<String> {
        self.secret.then(|| format!("{}_file", self.name))
    }

    /// The value, as `config show` prints it; of a secret, only its length.
    pub fn show(&self, settings: &Settings) -> String {
        (self.access.show)(settings)
    }

    pub(super) fn is_same(&self, one: &Settings, other: &Settings) -> bool {
        (self.access.is_same)(one, other)
    }

    pub(super) fn assign(&self, settings: &mut Settings, raw: Raw<'_>) -> Result<(), Wrong> {
        (self.access.assign)(settings, raw, self.range)
    }

    /// The sentence about a value that was not taken.
    pub(super) fn sentence(&self, wrong: &Wrong) -> String {
        match &wrong.sentence {
            Some(sentence) => format!("{} {sentence}", self.name),
            None => format!("{} must be {}", self.name, self.words()),
        }
    }

    /// The same in one line, for those who have no file to point at.
    pub(super) fn refusal(&self, wrong: &Wrong) -> String {
        let sentence = self.sentence(wrong);
        if wrong.label.is_empty() { sentence } else { format!("{sentence} ({})", wrong.label) }
    }

    /// A line for the file that would be understood: the default, or a sample if there is none.
    pub(super) fn line(&self) -> String {
        let default = self.default();
        let sample = self.sample.unwrap_or_else(self.nature.sample);
        let is_empty = default == "\"\"" && self.unset.is_none();
        let value = if is_empty { quoted(sample) } else { default };
        format!("{} = {value}", self.field())
    }

    pub(super) fn schema(&self) -> Value {
        let mut schema = (self.nature.schema)();
        let Some(fields) = schema.as_object_mut() else { return schema };
        fields.insert("description".into(), self.doc().into());
        if let Ok(default) = serde_json::from_str::<Value>(&self.default())
            && default != json!("")
        {
            fields.insert("default".into(), default);
        }
        if let (Some((lowest, highest)), Some("integer")) =
            (self.range, fields.get("type").and_then(Value::as_str))
        {
            fields.insert("minimum".into(), lowest.into());
            fields.insert("maximum".into(), highest.into());
        }
        schema
    }
}

/// `VESTIBULE_SERVER__PUBLIC_URL`
pub(super) fn environment_name(name: &str) -> String {
    format!("VESTIBULE_{}", name.replace('.', "__").to_uppercase())
}

pub(super) fn joined(doc: &[&str]) -> String {
    doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

pub fn keys() -> impl Iterator<Item = &'static Key> {
    super::SECTIONS.iter().flat_map(|section| section.keys)
}

/// By its full name; a secret also by the name of its file.
pub fn key(name: &str) -> Option<&'static Key> {
    keys().find(|key| key.name == name || is_twin(key, name))
}

pub(super) fn is_twin(key: &Key, name: &str) -> bool {
    key.secret && name.strip_suffix("_file") == Some(key.name)
}

/// Every name that may be written, those of secret files included.
pub(super) fn names() -> impl Iterator<Item = String> {
    keys().flat_map(|key| [Some(key.name.to_owned()), key.file_name()]).flatten()
}
