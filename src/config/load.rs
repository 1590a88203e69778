//! Loading: every source laid over the one before, every problem collected.

use super::file_layer;
use super::files::{self, Privacy, Unfit};
use super::key::{Key, environment_name, is_twin, key, keys, names};
use super::nearest::{closest, nearest};
use super::problem::{Problem, Problems};
use super::server::TlsMode;
use super::setting::{Raw, Wrong, quoted};
use super::sources::{Source, Sources};
use super::values::hidden;
use super::{Settings, loaded::Loaded, rules};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// # Errors
/// Everything that is wrong, at once.
pub fn load(sources: &Sources) -> Result<Loaded, Problems> {
    let privacy = if sources.lenient_files { Privacy::Waived } else { Privacy::Demanded };
    let mut loading = Loading { privacy, ..Loading::default() };
    for path in files_of(sources) {
        file_layer::add(&mut loading, &path);
    }
    loading.add_environment(&sources.environment);
    loading.add_flags(&sources.flags);
    loading.read_secrets(sources.environment.get("CREDENTIALS_DIRECTORY"));
    loading.check_tls_files();
    loading.finished()
}

fn files_of(sources: &Sources) -> Vec<PathBuf> {
    let folder = sources.conf_d.as_ref().and_then(|folder| std::fs::read_dir(folder).ok());
    let beside = folder.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut beside: Vec<PathBuf> =
        beside.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    beside.sort();
    [sources.files.clone(), beside].concat()
}

/// Variables that begin like ours and are not settings.
const NOT_SETTINGS: [&str; 3] = ["VESTIBULE_CONFIG", "VESTIBULE_TEST_", "VESTIBULE_BOOTSTRAP__"];

fn is_setting(name: &str) -> bool {
    let is_other = NOT_SETTINGS.iter().any(|other| match other.strip_suffix('_') {
        Some(_) => name.starts_with(other),
        None => name == *other,
    });
    name.starts_with("VESTIBULE_") && !is_other
}

/// What has been found so far.
#[derive(Default)]
pub(super) struct Loading {
    settings: Settings,
    origins: BTreeMap<&'static str, Source>,
    privacy: Privacy,
    /// Keys about which nothing more is said.
    wrong: BTreeSet<&'static str>,
    /// Secrets that lie elsewhere: the path or the credential, and who named it.
    twins: BTreeMap<&'static str, (String, Source)>,
    credentials: BTreeMap<&'static str, (String, Source)>,
    pub(super) problems: Vec<Problem>,
    pub(super) files: Vec<PathBuf>,
    secret_files: Vec<PathBuf>,
    /// A file could not be understood, so that what is missing may have been in it.
    pub(super) is_partial: bool,
}

impl Loading {
    /// One value from one source; `name` is that of the key or of its file.
    pub(super) fn take(&mut self, key: &'static Key, name: &str, raw: Raw<'_>, source: Source) {
        if is_twin(key, name) {
            return self.take_twin(key, name, raw, source);
        }
        if let Some(credential) = raw.text().and_then(|text| text.strip_prefix("credential:"))
            && key.secret
        {
            self.credentials.insert(key.name, (credential.to_owned(), source.clone()));
            self.origins.insert(key.name, source);
            return;
        }
        match key.assign(&mut self.settings, raw) {
            Ok(()) => {
                self.credentials.remove(key.name);
                self.origins.insert(key.name, source);
            }
            Err(wrong) => self.refuse(key, &wrong, source),
        }
    }

    fn take_twin(&mut self, key: &'static Key, name: &str, raw: Raw<'_>, source: Source) {
        match raw.text() {
            Some("") => {
                self.twins.remove(key.name);
            }
            Some(path) => {
                self.twins.insert(key.name, (path.to_owned(), source));
            }
            None => {
                self.wrong.insert(key.name);
                let problem = Problem::new(format!("{name} must be a path"), source).about(name);
                self.problems.push(problem.documented(key));
            }
        }
    }

    fn refuse(&mut self, key: &'static Key, wrong: &Wrong, source: Source) {
        self.wrong.insert(key.name);
        self.problems.push(Problem::of_value(key, wrong, source));
    }

    fn refuse_file(&mut self, key: &'static Key, name: &str, unfit: Unfit, source: Source) {
        self.wrong.insert(key.name);
        let joint = if unfit.sentence.starts_with("names") { " " } else { ": " };
        let problem = Problem::new(format!("{name}{joint}{}", unfit.sentence), source);
        self.problems.push(problem.about(name).fixed_by(unfit.fix).documented(key));
    }

    fn add_environment(&mut self, environment: &BTreeMap<String, String>) {
        let known: BTreeMap<String, String> =
            names().map(|name| (environment_name(&name), name)).collect();
        for (variable, text) in environment.iter().filter(|(name, _)| is_setting(name)) {
            let found = known.get(variable).and_then(|name| Some((name, key(name)?)));
            let shown = found.map_or_else(|| hidden(text), |(name, key)| shown(key, name, text));
            let source = Source::Environment { name: variable.clone(), shown };
            if let Some((name, key)) = found {
                self.take(key, name, Raw::Text(text), source);
            } else {
                let near = closest(variable, known.keys().map(String::as_str));
                self.unknown("environment variable", variable, source, near.map(ToOwned::to_owned));
            }
        }
    }

    fn add_flags(&mut self, flags: &[(String, String)]) {
        for (name, text) in flags {
            let found = key(name);
            let shown = found.map_or_else(|| hidden(text), |key| shown(key, name, text));
            let source = Source::Flag { name: name.clone(), shown };
            match found {
                Some(key) => self.take(key, name, Raw::Text(text), source),
                None => self.unknown("key", name, source, nearest(name)),
            }
        }
    }

    fn unknown(&mut self, what: &str, name: &str, source: Source, near: Option<String>) {
        let problem = Problem::new(format!("unknown {what} {name}"), source).about(name);
        let fix = near.map_or("remove it".to_owned(), |near| format!("did you mean {near}?"));
        self.problems.push(problem.fixed_by(fix));
    }

    fn read_secrets(&mut self, credentials: Option<&String>) {
        for key in keys().filter(|key| key.secret) {
            let twin = self.twins.remove(key.name);
            let is_set = self.origins.contains_key(key.name) && key.show(&self.settings) != "\"\"";
            match (twin, self.credentials.remove(key.name)) {
                (Some((_, source)), credential) if is_set || credential.is_some() => {
                    self.both(key, source);
                }
                (Some((path, source)), _) => {
                    let name = key.file_name().unwrap_or_default();
                    self.read_secret(key, &name, Path::new(&path), source);
                }
                (None, Some((name, source))) => match files::credential(credentials, &name) {
                    Ok(path) => self.read_secret(key, key.name, &path, source),
                    Err(unfit) => self.refuse_file(key, key.name, unfit, source),
                },
                (None, None) => {}
            }
        }
    }

    fn both(&mut self, key: &'static Key, source: Source) {
        self.wrong.insert(key.name);
        let twin = key.file_name().unwrap_or_default();
        let other = self.origins.get(key.name).map(Source::place).unwrap_or_default();
        let sentence = format!("{} and {twin} are both set", key.name);
        let fix = format!("keep one of them ({} is from {other})", key.name);
        self.problems.push(Problem::new(sentence, source).about(key.name).fixed_by(fix));
    }

    fn read_secret(&mut self, key: &'static Key, name: &str, path: &Path, source: Source) {
        let text = match files::secret(path, self.privacy) {
            Ok(text) => text,
            Err(unfit) => return self.refuse_file(key, name, unfit, source),
        };
        let source = Source::Content { path: path.to_owned(), named_by: Box::new(source) };
        self.secret_files.push(path.to_owned());
        match key.assign(&mut self.settings, Raw::Text(&text)) {
            Ok(()) => {
                self.origins.insert(key.name, source);
            }
            Err(wrong) => self.refuse(key, &wrong, source),
        }
    }

    fn check_tls_files(&mut self) {
        let tls = self.settings.server.tls.clone();
        if tls.mode != TlsMode::Files {
            return;
        }
        let checked = [
            ("server.tls.cert_file", tls.cert_file.map(|path| files::readable(&path).map(drop))),
            ("server.tls.key_file", tls.key_file.map(|path| files::private(&path, self.privacy))),
        ];
        for (name, checked) in checked {
            if let (Some(key), Some(Err(unfit))) = (key(name), checked) {
                let source = self.origins.get(name).cloned().unwrap_or_default();
                self.refuse_file(key, name, unfit, source);
            }
        }
    }

    fn finished(mut self) -> Result<Loaded, Problems> {
        let mut warnings = Vec::new();
        if !self.is_partial {
            let (errors, others) = rules::check(&self.settings, &self.origins, &self.wrong);
            self.problems.extend(errors);
            warnings = others;
        }
        if !self.problems.is_empty() {
            return Err(Problems(self.problems));
        }
        let Self { settings, origins, files, secret_files, .. } = self;
        Ok(Loaded { settings, files, secret_files, warnings, origins })
    }
}

/// As a problem may show what was found.
fn shown(key: &Key, name: &str, text: &str) -> String {
    if key.secret && !is_twin(key, name) { hidden(text) } else { quoted(text) }
}
