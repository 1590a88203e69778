//! Loading: every source laid over the one before, every problem collected.

use super::file_layer;
use super::files::{self, Privacy, Unfit};
use super::key::{Key, environment_name, is_twin, key, keys, names};
use super::nearest::nearest;
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
    match files_of(sources) {
        Ok(files) => files.iter().for_each(|path| file_layer::add(&mut loading, path)),
        Err(error) => {
            let folder = sources.conf_d.clone().unwrap_or_default();
            loading.refuse_source(unreadable(&folder, &error));
        }
    }
    loading.add_environment(&sources.environment);
    loading.add_flags(&sources.flags);
    loading.read_secrets(sources.environment.get("CREDENTIALS_DIRECTORY"));
    loading.check_tls_files();
    loading.finished()
}

/// The files that were named, and those of the folder in the order of their names.
fn files_of(sources: &Sources) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if let Some(folder) = sources.conf_d.as_ref().filter(|folder| folder.exists()) {
        for entry in std::fs::read_dir(folder)? {
            found.push(entry?.path());
        }
    }
    found.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    found.sort();
    Ok([sources.files.clone(), found].concat())
}

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    let problem = Problem::new(format!("cannot read {}: {error}", path.display()), Source::Default);
    problem.fixed_by("check the path, and that the user of the server may read it")
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

/// The name that a variable would stand for.
fn key_name(variable: &str) -> String {
    variable.trim_start_matches("VESTIBULE_").to_lowercase().replace("__", ".")
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
    is_partial: bool,
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

    /// A whole file could not be understood.
    pub(super) fn refuse_source(&mut self, problem: Problem) {
        self.is_partial = true;
        self.problems.push(problem);
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
                let near = nearest(&key_name(variable)).map(|name| environment_name(&name));
                self.unknown("environment variable", variable, source, near);
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

#[cfg(test)]
mod tests {
    use crate::config::trial::{Host, host};
    use crate::config::{Engine, LogLevel};
    use crate::kernel::time::Lifetime;

    #[test]
    fn without_any_source_the_defaults_hold() {
        let loaded = super::load(&super::Sources::default()).unwrap();
        assert_eq!(loaded.settings, super::Settings::default());
        assert!(loaded.warnings.is_empty());
    }

    #[test]
    fn files_yield_to_conf_d_and_that_to_variables_and_those_to_flags() {
        let text = "[log]\nlevel = \"error\"\n[database]\nmax_connections = 1\n[jwt]\nrotation = \"30d\"\n";
        let level = |host: Host| {
            let settings = host.loaded().settings;
            assert_eq!(
                (settings.database.max_connections, settings.jwt.rotation),
                (2, Lifetime::days(30))
            );
            settings.log.level
        };
        let of_files = || {
            host(text)
                .with_file(
                    "conf.d/20.toml",
                    "log.level = \"warn\"\ndatabase.max_connections = 2\n",
                    0o600,
                )
                .with_file("conf.d/10.toml", "log.level = \"trace\"\n", 0o600)
                .with_file("conf.d/30.bak", "log.level = \"off\"\n", 0o600)
        };
        let with_variable = || of_files().with_variable("VESTIBULE_LOG__LEVEL", "info");
        assert_eq!(level(of_files()), LogLevel::Warn);
        assert_eq!(level(with_variable()), LogLevel::Info);
        assert_eq!(level(with_variable().with_flag("log.level", "debug")), LogLevel::Debug);
    }

    #[test]
    fn a_variable_holds_anything_a_file_can() {
        let settings = host("")
            .with_variable("VESTIBULE_SERVER__LISTEN", r#"["127.0.0.1:1", "[::1]:2"]"#)
            .with_variable("VESTIBULE_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, ::1")
            .with_variable("VESTIBULE_SERVER__OPS_LISTEN", "")
            .with_variable("VESTIBULE_SERVER__REQUEST_BODY_LIMIT", "1MiB")
            .with_variable("VESTIBULE_JWT__RSA_BITS", "4096")
            .with_variable("VESTIBULE_DATABASE__DANGER_ALLOW_NETWORK_FS", "true")
            .with_variable("VESTIBULE_CONFIG", "elsewhere")
            .with_variable("VESTIBULE_TEST_POSTGRES", "x")
            .with_variable("VESTIBULE_BOOTSTRAP__ADMIN_EMAIL", "a@example.com")
            .with_variable("VESTIBULES", "x")
            .loaded()
            .settings;
        assert_eq!(
            settings.server.listen,
            ["127.0.0.1:1".parse().unwrap(), "[::1]:2".parse().unwrap()]
        );
        assert_eq!(settings.server.trusted_proxies.len(), 2);
        assert_eq!(settings.server.ops_listen, None);
        assert_eq!(settings.server.request_body_limit.bytes(), 1 << 20);
        assert_eq!(settings.jwt.rsa_bits.bits(), 4096);
        assert!(settings.database.danger_allow_network_fs);
    }

    #[test]
    fn everything_wrong_anywhere_is_found_in_one_pass() {
        let sentences = host("[server]\nworkers = -1\nlisten = []\n[jwt]\nrotation = \"1h\"\n")
            .with_file("conf.d/a.toml", "x = 1\n", 0o600)
            .with_variable("VESTIBULE_LOG__LEVEL", "loud")
            .with_variable("VESTIBULE_DATABASE__URL_FILE", "DIR/absent")
            .with_flag("database.max_connections", "0")
            .sentences();
        assert_eq!(
            sentences,
            [
                "server.workers must be a whole number from 0 to 1024",
                "unknown key x",
                "log.level must be \"error\", \"warn\", \"info\", \"debug\" or \"trace\"",
                "database.max_connections must be a whole number from 1 to 1000",
                "database.url_file: /etc/vestibule/absent cannot be read: \
                 No such file or directory (os error 2)",
                "server.listen must name at least one address",
                "jwt.rotation must be longer than publish_ahead (1d)",
            ]
        );
    }

    #[test]
    fn a_secret_may_come_from_a_file_without_its_last_line_break() {
        let host = host(
            "[database]\nurl_file = \"DIR/url\"\n[encryption]\nmaster_key_file = \"DIR/key\"\n",
        )
        .with_file("url", "postgres://idp:CANARY@db/idp\n", 0o600)
        .with_file("key", "twelve bytes\n\n", 0o640);
        let loaded = host.loaded();
        assert_eq!(loaded.settings.database.url.reveal(), "postgres://idp:CANARY@db/idp");
        assert_eq!(loaded.settings.database.url.engine(), Engine::Postgres);
        let key = loaded.settings.encryption.master_key.as_ref().unwrap();
        assert_eq!(key.reveal(), "twelve bytes\n");
        assert_eq!(loaded.secret_files, [host.path("url"), host.path("key")]);
        assert!(!format!("{loaded:?}").contains("CANARY"));
    }

    #[test]
    fn a_secret_that_everybody_can_read_is_refused_except_in_development() {
        let mut host =
            host("encryption.master_key_file = \"DIR/key\"\n").with_file("key", "k", 0o644);
        assert_eq!(
            host.sentences(),
            ["encryption.master_key_file: /etc/vestibule/key can be read or written by everybody"]
        );
        host.sources.lenient_files = true;
        assert!(host.loaded().settings.encryption.master_key.is_some());
    }

    #[test]
    fn a_secret_is_set_in_one_way_only() {
        let file = "[encryption]\nmaster_key_file = \"DIR/key\"\n";
        let both = host(file)
            .with_file("key", "k", 0o600)
            .with_variable("VESTIBULE_ENCRYPTION__MASTER_KEY", "CANARY");
        insta::assert_snapshot!(both.problems(), @r#"
        error: 1 problem in the configuration – nothing was started

          × encryption.master_key and encryption.master_key_file are both set
            ╭─[/etc/vestibule/vestibule.toml:2:19]
          1 │ [encryption]
          2 │ master_key_file = "/etc/vestibule/key"
            ·                   ─────────────────────
            ╰────
            fix: keep one of them (encryption.master_key is from VESTIBULE_ENCRYPTION__MASTER_KEY)
        "#);
        let one = both.with_variable("VESTIBULE_ENCRYPTION__MASTER_KEY_FILE", "");
        assert_eq!(one.loaded().settings.encryption.master_key.unwrap().reveal(), "CANARY");
    }

    #[test]
    fn a_secret_may_be_a_credential_of_systemd() {
        let host = |name: &str| {
            let file = format!("encryption.master_key = \"credential:{name}\"\n");
            host(&file).with_file("given/master", "k", 0o400)
        };
        let given = |name| host(name).with_variable("CREDENTIALS_DIRECTORY", "DIR/given");
        assert_eq!(given("master").loaded().settings.encryption.master_key.unwrap().reveal(), "k");
        assert_eq!(
            given("../master").sentences(),
            ["encryption.master_key names a credential, whose name must be that of a file"]
        );
        assert_eq!(
            host("master").sentences(),
            ["encryption.master_key names a credential, but CREDENTIALS_DIRECTORY is not set"]
        );
    }

    #[test]
    fn a_secret_file_must_hold_what_the_key_may_be() {
        let host =
            host("database.url_file = \"DIR/url\"\nencryption.master_key_file = \"DIR/key\"\n")
                .with_file("url", "mysql://CANARY", 0o600)
                .with_file("key", "\n", 0o600);
        insta::assert_snapshot!(host.problems(), @r#"
        error: 2 problems in the configuration – nothing was started

          × database.url must be a database URL, such as sqlite:///path/to/file.db or postgres://user@host/name
            from the file /etc/vestibule/url (value hidden)
            ╭─[/etc/vestibule/vestibule.toml:1:21]
          1 │ database.url_file = "/etc/vestibule/url"
            ·                     ─────────────────────
          2 │ encryption.master_key_file = "/etc/vestibule/key"
            ╰────
            fix: write sqlite:///var/lib/vestibule/vestibule.db into /etc/vestibule/url  (default sqlite:///var/lib/vestibule/vestibule.db)  vestibule config explain database.url

          × encryption.master_key_file: /etc/vestibule/key is empty
            ╭─[/etc/vestibule/vestibule.toml:2:30]
          1 │ database.url_file = "/etc/vestibule/url"
          2 │ encryption.master_key_file = "/etc/vestibule/key"
            ·                              ─────────────────────
            ╰────
            fix: write the secret into it
            docs: docs/configuration.md#encryptionmaster_key
        "#);
    }

    #[test]
    fn the_files_of_tls_must_be_readable_and_the_key_by_nobody_else() {
        let file =
            "[server.tls]\nmode = \"files\"\ncert_file = \"DIR/cert\"\nkey_file = \"DIR/key\"\n";
        let with_key = |mode| host(file).with_file("key", "k", mode);
        assert_eq!(
            with_key(0o644).sentences(),
            [
                "server.tls.cert_file: /etc/vestibule/cert cannot be read: \
                 No such file or directory (os error 2)",
                "server.tls.key_file: /etc/vestibule/key can be read or written by everybody",
            ]
        );
        assert!(with_key(0o600).with_file("cert", "c", 0o644).sentences().is_empty());
    }
}
