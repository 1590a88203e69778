//! The rules of the house, checked: who may use whom, where each framework lives, how long a file is.
//!
//! It reads the sources as words, so a rule costs a line here and a breach names its file. It sees names, not what
//! they resolve to. `architecture/planted.rs` shows that each rule finds what it is for.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "architecture/planted.rs"]
mod planted;
#[path = "architecture/source.rs"]
mod source;

use source::{Source, Word, sources};
use std::collections::BTreeSet;

/// Top-level modules, innermost first: each may use only those before it.
const ORDER: &[&str] = &[
    "kernel",
    "config",
    "platform",
    "events",
    "tenants",
    "keys",
    "access",
    "sessions",
    "accounts",
    "federation",
    "signin",
    "oauth",
    "admin",
    "dev",
    "app",
    "cli",
    "main",
];

/// Where each framework lives. `**/http` is a file or folder of that name anywhere, `platform/` a folder, and a file
/// is also the folder that it may become.
const HOMES: &[(&str, &[&str])] = &[
    ("axum", &["**/http", "**/pages", "platform/web/", "app.rs"]),
    ("tower_http", &["**/http", "**/pages", "platform/web/", "app.rs"]),
    ("askama", &["**/pages", "**/mails", "platform/web/", "platform/mail/"]),
    ("sqlx", &["**/store", "platform/storage/"]),
    ("tower_sessions", &["sessions/", "app.rs"]),
    ("jsonwebtoken", &["keys/"]),
    ("rsa", &["keys/"]),
    ("signature", &["keys/"]),
    ("aws_lc_rs", &["keys/", "platform/sealing/", "accounts/factors/"]),
    ("oxide_auth", &["oauth/engine/"]),
    ("openidconnect", &["federation/provider.rs", "dev/"]),
    ("reqwest", &["platform/outbound.rs"]),
    ("argon2", &["accounts/factors/"]),
    ("argon2_rust", &["accounts/factors/"]),
    ("bcrypt", &["accounts/factors/"]),
    ("scrypt", &["accounts/factors/"]),
    ("zxcvbn", &["accounts/factors/"]),
    ("webauthn_rs", &["accounts/factors/"]),
    ("totp_rs", &["accounts/factors/"]),
    ("qrcode", &["accounts/factors/"]),
    ("lettre", &["platform/mail/"]),
    ("fluent_bundle", &["platform/messages.rs"]),
    ("unic_langid", &["platform/messages.rs"]),
    ("hyper", &["platform/web/"]),
    ("hyper_util", &["platform/web/"]),
    ("http_body", &["platform/web/"]),
    ("http_body_util", &["platform/web/"]),
    ("tower", &["platform/web/", "app.rs"]),
    ("flate2", &["platform/web/"]),
    ("image", &["oauth/logos/redraw.rs"]),
    ("tokio_rustls", &["platform/web/"]),
    ("rustls", &["platform/"]),
    ("rustix", &["platform/"]),
    ("bytes", &["platform/", "**/http"]),
    ("tokio", &["platform/", "app.rs", "dev/", "cli/", "main.rs"]),
    ("metrics", &["platform/", "**/http"]),
    ("metrics_exporter_prometheus", &["platform/"]),
    ("tracing_subscriber", &["platform/telemetry.rs"]),
    ("log", &["platform/storage/"]),
    ("getrandom", &["platform/ambient.rs"]),
    ("toml", &["config/"]),
    ("strsim", &["config/"]),
    ("ipnet", &["config/", "platform/"]),
    ("clap", &["cli/"]),
    ("clap_complete", &["cli/"]),
    ("data_encoding", &["**"]),
    ("time", &["kernel/time.rs"]),
    ("zeroize", &["**"]),
];

/// The only dependencies the domain may use, and at home everywhere. A longer list needs an ADR.
const DOMAIN_USES: &[&str] =
    &["serde", "thiserror", "url", "sha2", "subtle", "unicode_normalization"];

/// The shared kernel makes ids, times and secrets out of these (ADR 17).
const KERNEL_USES: &[&str] = &["data_encoding", "time", "zeroize"];

/// At home outside the domain, everywhere.
const ANYWHERE: &[&str] = &["arc_swap", "serde_json", "tracing"];

/// What is read in one place only, and handed on from there.
const SOURCES_OF_CHANGE: &[(&[&str], &[&str])] = &[
    (&["SystemTime", "::", "now"], &["platform/ambient.rs"]),
    // A monotonic clock for timers: it decides nothing that is stored.
    (&["Instant", "::", "now"], &["platform/web/stopwatch.rs"]),
    (&["OffsetDateTime", "::", "now_utc"], &[]),
    (&["OffsetDateTime", "::", "now_local"], &[]),
    (&["Utc", "::", "now"], &[]),
    (&["getrandom", "::"], &["platform/ambient.rs"]),
    (&["rand", "::", "rng"], &[]),
    (&["thread_rng"], &[]),
    (&["OsRng"], &[]),
    // aws-lc-rs wants it for an ECDSA signature and draws by itself.
    (&["SystemRandom"], &["keys/pair.rs"]),
    (&["env", "::", "var"], &["config/sources.rs"]),
    (&["env", "::", "vars"], &["config/sources.rs"]),
    (&["env", "::", "var_os"], &["config/sources.rs"]),
    (&["env", "::", "vars_os"], &["config/sources.rs"]),
    (&["thread", "::", "sleep"], &[]),
];

const LONGEST_FILE: usize = 300;

type Rule = fn(&Source, &[Source]) -> Vec<String>;

/// What a file is for, by its name or by the folder it has become: `model.rs`, `model/`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Layer {
    Domain,
    UseCase,
    Store,
    Web,
    /// `config/` and `platform/` know no capability, and are ordered by the first rule alone.
    Ground,
    Root,
}

impl Layer {
    fn of(place: &[String]) -> Self {
        let named = place.iter().rev().find_map(|part| match part.as_str() {
            "model" => Some(Self::Domain),
            "store" => Some(Self::Store),
            _ => None,
        });
        let interface = ["http", "pages", "mails", "jobs"];
        match place[0].as_str() {
            "kernel" => Self::Domain,
            "config" => Self::Ground,
            "platform" => named.unwrap_or(Self::Ground),
            "app" | "cli" | "main" => Self::Root,
            _ if place.iter().any(|part| interface.contains(&part.as_str())) => Self::Web,
            _ => named.unwrap_or(Self::UseCase),
        }
    }

    /// Arrows point inwards: the web knows the use cases, the store knows the domain, and no more.
    fn may_name(self, other: Self) -> bool {
        match self {
            Self::Domain | Self::Store => other == Self::Domain,
            Self::UseCase => matches!(other, Self::Domain | Self::UseCase | Self::Ground),
            Self::Web => other != Self::Store,
            Self::Ground | Self::Root => true,
        }
    }
}

#[test]
fn a_module_uses_only_modules_before_it() {
    check(module_order);
}

fn module_order(file: &Source, _: &[Source]) -> Vec<String> {
    let rank = |module: &str| ORDER.iter().position(|name| *name == module);
    let Some(here) = rank(file.module()) else {
        return vec![format!("{} is not in ORDER", file.module())];
    };
    let used: BTreeSet<String> = file.paths().into_iter().map(|path| path[0].clone()).collect();
    used.into_iter()
        .filter(|name| rank(name).is_some_and(|there| there > here))
        .map(|name| format!("{} may not use {name}", file.module()))
        .collect()
}

#[test]
fn every_framework_stays_in_its_home() {
    check(homes);
}

fn homes(file: &Source, _: &[Source]) -> Vec<String> {
    let away = HOMES.iter().filter(|(framework, homes)| {
        !homes.iter().any(|home| is_at_home(home, file)) && file.names(framework)
    });
    away.map(|(framework, homes)| format!("{framework} lives in {homes:?}")).collect()
}

fn is_at_home(home: &str, file: &Source) -> bool {
    match home.split_once("**/") {
        _ if home == "**" => true,
        Some(("", word)) => file.has_part(word),
        _ if home.ends_with('/') => file.path.starts_with(home),
        // A file that outgrew itself is a folder of the same name.
        _ => {
            home.trim_end_matches(".rs").split('/').zip(&file.place).filter(|(a, b)| a == b).count()
                == home.split('/').count()
        }
    }
}

#[test]
fn inside_a_capability_arrows_point_inwards() {
    check(arrows);
}

fn arrows(file: &Source, all: &[Source]) -> Vec<String> {
    let mine = Layer::of(&file.place);
    let mut broken = Vec::new();
    for path in file.paths() {
        // What a store sends is shown to the test that prepares it.
        if path.last().is_some_and(|last| last == "STATEMENTS") {
            continue;
        }
        let Some(target) = file_of(&path, all) else { continue };
        let is_storage = path.starts_with(&["platform".into(), "storage".into()]);
        let is_own = target.place == file.place || same_store(&target.place, &file.place);
        if is_own || (mine == Layer::Store && is_storage) {
            continue;
        }
        let theirs = Layer::of(&target.place);
        if !mine.may_name(theirs) {
            let path = path.join("::");
            broken
                .push(format!("{mine:?} may not reach into {theirs:?}: {path} ({})", target.path));
        }
    }
    broken
}

/// A store that became a folder is still one.
fn same_store(one: &[String], other: &[String]) -> bool {
    let of = |place: &[String]| place.iter().position(|part| part == "store");
    of(one).is_some_and(|at| of(other) == Some(at) && one[..at] == other[..at])
}

/// The file that a path leads into: the longest beginning of it that is one.
fn file_of<'s>(path: &[String], all: &'s [Source]) -> Option<&'s Source> {
    (1..=path.len()).rev().find_map(|end| all.iter().find(|file| file.place == path[..end]))
}

#[test]
fn the_domain_knows_only_the_domain() {
    check(pure_domain);
}

fn pure_domain(file: &Source, _: &[Source]) -> Vec<String> {
    if Layer::of(&file.place) != Layer::Domain {
        return Vec::new();
    }
    let is_kernel = file.module() == "kernel";
    let foreign = dependencies(MANIFEST).into_iter().filter(|name| {
        let may = DOMAIN_USES.contains(&name.as_str())
            || (is_kernel && KERNEL_USES.contains(&name.as_str()));
        !may && file.names(name)
    });
    let outer = file.paths().into_iter().filter(|path| {
        path[0] != "kernel"
            && ORDER.contains(&path[0].as_str())
            && !path.iter().any(|p| p == "model")
    });
    let named = outer.map(|path| path.join("::"));
    foreign.chain(named).map(|name| format!("the domain may not use {name}")).collect()
}

const MANIFEST: &str = include_str!("../Cargo.toml");

fn dependencies(manifest: &str) -> Vec<String> {
    let section = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let lines = section.take_while(|line| !line.starts_with('[') && !line.starts_with('#'));
    let names = lines.filter_map(|line| line.split([' ', '.', '=']).next());
    names.filter(|name| !name.is_empty()).map(|name| name.replace('-', "_")).collect()
}

#[test]
fn every_dependency_has_its_place() {
    assert_eq!(homeless(MANIFEST), Vec::<String>::new(), "enter them in HOMES");
}

fn homeless(manifest: &str) -> Vec<String> {
    let listed = HOMES.iter().map(|(name, _)| *name).chain(DOMAIN_USES.iter().copied());
    let known: BTreeSet<&str> = listed.chain(ANYWHERE.iter().copied()).collect();
    let found = dependencies(manifest);
    assert!(!found.is_empty(), "found no dependencies");
    found.into_iter().filter(|name| !known.contains(name.as_str())).collect()
}

#[test]
fn every_file_says_what_it_is_and_stays_short() {
    check(short_and_headed);
}

fn short_and_headed(file: &Source, _: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    if !file.text.starts_with("//! ") {
        broken.push("begin with a line that says what this file is".into());
    }
    let lines = file.length();
    if lines > LONGEST_FILE {
        broken.push(format!(
            "{lines} lines, at most {LONGEST_FILE}: what is the second thing in it?"
        ));
    }
    broken
}

#[test]
fn nothing_shipped_panics() {
    check(no_panic);
}

fn no_panic(file: &Source, _: &[Source]) -> Vec<String> {
    let words: Vec<&Word> = file.shipped().collect();
    let calls = words.windows(2).filter(|pair| {
        let (first, second) = (pair[0].text.as_str(), pair[1].text.as_str());
        match second {
            "unwrap" | "expect" | "unwrap_err" | "expect_err" => matches!(first, "." | "::"),
            "!" => matches!(first, "panic" | "unreachable" | "todo" | "unimplemented"),
            _ => false,
        }
    });
    calls
        .map(|pair| format!("line {}: {}{} may not be", pair[0].line, pair[0].text, pair[1].text))
        .collect()
}

#[test]
fn clocks_and_randomness_are_read_at_home() {
    check(sources_of_change);
}

fn sources_of_change(file: &Source, _: &[Source]) -> Vec<String> {
    let words: Vec<&str> = file.shipped().map(|word| word.text.as_str()).collect();
    let away = SOURCES_OF_CHANGE.iter().filter(|(spelled, homes)| {
        !homes.contains(&file.path.as_str())
            && words.windows(spelled.len()).any(|here| here == *spelled)
    });
    away.map(|(spelled, homes)| format!("{} lives in {homes:?}", spelled.concat())).collect()
}

#[test]
fn sql_stands_in_statements_alone() {
    check(sql_in_statements);
}

fn sql_in_statements(file: &Source, _: &[Source]) -> Vec<String> {
    if file.path.starts_with("platform/storage/") {
        return Vec::new();
    }
    let mut broken = Vec::new();
    let (mut depth, mut before) = (0, ["", ""]);
    for word in file.shipped() {
        let text = word.text.as_str();
        match text {
            "{" if before == ["statements", "!"] => depth = 1,
            "{" if depth > 0 => depth += 1,
            "}" if depth > 0 => depth -= 1,
            "AssertSqlSafe" => broken.push(format!("line {}: {text} is for tests", word.line)),
            _ if is_sql(text) && (depth == 0 || !file.has_part("store")) => {
                broken.push(format!("line {}: SQL belongs to statements! in a store", word.line));
            }
            _ => {}
        }
        before = [before[1], text];
    }
    broken
}

fn is_sql(word: &str) -> bool {
    let text = word.trim_start_matches(['b', 'r', '#']);
    let Some(text) = text.strip_prefix('"') else { return false };
    let verb = text.trim_start().split_inclusive(char::is_whitespace).next().unwrap_or_default();
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "ALTER", "DROP", "PRAGMA"]
        .iter()
        .any(|known| verb.strip_prefix(known).is_some_and(|end| end.len() == 1 && end != "\""))
}

#[test]
fn a_store_is_private() {
    check(private_store);
}

fn private_store(file: &Source, _: &[Source]) -> Vec<String> {
    let words: Vec<&str> = file.shipped().map(|word| word.text.as_str()).collect();
    let open = words
        .windows(3)
        .filter(|here| here[1..] == ["mod", "store"] && matches!(here[0], "pub" | ")"));
    open.map(|_| "mod store; is private, so that nothing outside can spell it".into()).collect()
}

#[test]
fn the_map_lists_the_modules_in_their_order() {
    let map = include_str!("../src/lib.rs");
    assert_eq!(unordered(map), Vec::<String>::new());
}

fn unordered(map: &str) -> Vec<String> {
    let lines = map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let ranks: Vec<_> = lines.map(|name| (ORDER.iter().position(|n| *n == name), name)).collect();
    let wrong = ranks.windows(2).filter(|pair| pair[0].0 >= pair[1].0 || pair[0].0.is_none());
    wrong.map(|pair| format!("{} stands before {}", pair[0].1, pair[1].1)).collect()
}

/// A file whose statements are in nobody's list would be prepared by no test.
#[test]
fn every_statement_is_listed() {
    let listed: BTreeSet<_> =
        vestibule::app::statements().iter().map(|s| s.file.replace('\\', "/")).collect();
    let uses = |file: &Source| {
        let words: Vec<&str> = file.shipped().map(|word| word.text.as_str()).collect();
        words.windows(3).any(|here| here == ["statements", "!", "{"])
    };
    let all: BTreeSet<_> = sources()
        .iter()
        .filter(|file| uses(file))
        .map(|file| format!("src/{}", file.path))
        .collect();
    assert!(!all.is_empty(), "found no statements");
    assert_eq!(listed, all, "app::statements() lists what every store sends");
}

/// Apply a rule to every source file and report all breaches at once.
fn check(rule: Rule) {
    let all = sources();
    assert!(all.len() > 3, "found no sources");
    let broken = breaches(rule, all);
    assert!(broken.is_empty(), "\n\n{}\n", broken.join("\n"));
}

fn breaches(rule: Rule, all: &[Source]) -> Vec<String> {
    let of =
        |file| rule(file, all).into_iter().map(|breach| format!("src/{}: {breach}", file.path));
    all.iter().flat_map(of).collect()
}
