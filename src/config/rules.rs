//! What settings must be together: one line per rule.

use super::Settings;
use super::key::key;
use super::mail::{MailTransport, SmtpSecurity};
use super::password::BreachCheck;
use super::problem::Problem;
use super::server::TlsMode;
use super::sources::Source;
use std::collections::{BTreeMap, BTreeSet};

/// A sentence about the first of the keys, and a fix.
struct Breach {
    sentence: String,
    fix: String,
}

fn breach(sentence: impl Into<String>, fix: impl Into<String>) -> Breach {
    Breach { sentence: sentence.into(), fix: fix.into() }
}

#[derive(Clone, Copy, PartialEq)]
enum Weight {
    Error,
    Warning,
}

struct Rule {
    /// The keys it is about; the sentence begins with the first.
    keys: &'static [&'static str],
    weight: Weight,
    check: fn(&Settings) -> Option<Breach>,
}

const fn rule(keys: &'static [&'static str], check: fn(&Settings) -> Option<Breach>) -> Rule {
    Rule { keys, weight: Weight::Error, check }
}

const fn advice(keys: &'static [&'static str], check: fn(&Settings) -> Option<Breach>) -> Rule {
    Rule { keys, weight: Weight::Warning, check }
}

const RULES: [Rule; 17] = [
    rule(&["server.public_url"], public_url_is_safe),
    rule(&["server.listen"], something_listens),
    rule(&["server.ops_listen", "server.listen"], ops_has_its_own_port),
    rule(&["server.trusted_proxies"], not_everybody_is_a_proxy),
    rule(&["server.tls.mode", "server.tls.cert_file", "server.tls.key_file"], tls_has_files),
    rule(&["jwt.algorithms"], algorithms_are_a_set),
    rule(
        &[
            "jwt.retire_after",
            "jwt.access_token_ttl",
            "jwt.id_token_ttl",
            "jwt.jwks_max_age",
            "jwt.clock_skew",
        ],
        keys_outlive_tokens,
    ),
    rule(&["jwt.publish_ahead", "jwt.jwks_max_age", "jwt.clock_skew"], keys_are_known_before_use),
    rule(&["jwt.rotation", "jwt.publish_ahead"], one_successor_at_a_time),
    rule(&["mail.smtp_host", "mail.from", "mail.transport"], smtp_has_a_server),
    rule(&["mail.transport", "server.public_url"], mail_is_caught_at_home),
    rule(&["registration.enabled", "mail.transport"], registration_has_mail),
    advice(&["mail.smtp_security"], letters_are_private),
    advice(&["database.statement_timeout", "server.request_timeout"], statements_end_first),
    advice(&["server.tls.cert_file", "server.tls.key_file", "server.tls.mode"], tls_files_are_used),
    advice(&["password.hash.memory_kib", "password.hash.iterations"], hashes_are_dear),
    advice(&["password.breach_list", "password.breach_check"], breach_list_is_used),
];

/// Errors and warnings. A rule about a key that already has a problem would only repeat it.
pub(super) fn check(
    settings: &Settings,
    sources: &BTreeMap<&'static str, Source>,
    already_wrong: &BTreeSet<&'static str>,
) -> (Vec<Problem>, Vec<Problem>) {
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for rule in
        RULES.iter().filter(|rule| !rule.keys.iter().any(|name| already_wrong.contains(name)))
    {
        let Some(found) = (rule.check)(settings) else { continue };
        let first = rule.keys.first().copied().unwrap_or_default();
        let source = rule.keys.iter().find_map(|name| sources.get(name)).cloned();
        let sentence = format!("{first} {}", found.sentence);
        let mut problem = Problem::new(sentence, source.unwrap_or_default());
        problem = problem.about(first).fixed_by(found.fix);
        problem = if let Some(key) = key(first) { problem.documented(key) } else { problem };
        match rule.weight {
            Weight::Error => errors.push(problem),
            Weight::Warning => warnings.push(problem),
        }
    }
    (errors, warnings)
}

/// Of the rules that concern one section only.
pub(super) fn first_breach(settings: &Settings, section: &str) -> Option<String> {
    let is_inside = |name: &&str| key(name).is_some_and(|key| key.section() == section);
    let inside = RULES.iter().filter(|rule| rule.keys.iter().all(is_inside));
    inside.filter(|rule| rule.weight == Weight::Error).find_map(|rule| {
        let first = rule.keys.first().copied().unwrap_or_default();
        (rule.check)(settings).map(|found| format!("{first} {}", found.sentence))
    })
}

/// Cookies and codes over plain HTTP can be read by everybody on the way.
fn public_url_is_safe(settings: &Settings) -> Option<Breach> {
    let url = settings.server.public_url.as_ref().filter(|url| !url.is_https())?;
    let name = url.host().name();
    let is_here =
        matches!(name, "localhost" | "127.0.0.1" | "[::1]") || name.ends_with(".localhost");
    if is_here {
        return None;
    }
    Some(breach(
        "must begin with https:// (only localhost may do without)",
        format!("use https://{name}"),
    ))
}

fn smtp_has_a_server(settings: &Settings) -> Option<Breach> {
    let mail = &settings.mail;
    let is_complete = mail.smtp_host.is_some() && mail.from.is_some();
    if mail.transport != MailTransport::Smtp || is_complete {
        return None;
    }
    Some(breach(
        "and mail.from must be set where mail.transport is \"smtp\"",
        "smtp_host = \"mail.example.com\" and from = \"no-reply@example.com\"",
    ))
}

/// Whoever reads them could sign in as anybody.
fn mail_is_caught_at_home(settings: &Settings) -> Option<Breach> {
    let url = settings.server.public_url.as_ref()?;
    if settings.mail.transport != MailTransport::Capture || !url.is_https() {
        return None;
    }
    Some(breach("is \"capture\", which is for development alone", "transport = \"smtp\""))
}

fn registration_has_mail(settings: &Settings) -> Option<Breach> {
    let is_possible = settings.mail.transport != MailTransport::None;
    if !settings.registration.enabled || is_possible {
        return None;
    }
    Some(breach(
        "needs mail: an account begins with a confirmed address",
        "set mail.transport, or enabled = false",
    ))
}

fn letters_are_private(settings: &Settings) -> Option<Breach> {
    let mail = &settings.mail;
    let is_open = mail.smtp_security == SmtpSecurity::DangerPlain;
    (is_open && mail.transport == MailTransport::Smtp).then(|| {
        let words = "is \"danger_plain\": whoever listens can use the links in letters";
        breach(words, "smtp_security = \"starttls\"")
    })
}

fn something_listens(settings: &Settings) -> Option<Breach> {
    if !settings.server.listen.is_empty() {
        return None;
    }
    Some(breach("must name at least one address", "listen = [\"127.0.0.1:8080\"]"))
}

fn ops_has_its_own_port(settings: &Settings) -> Option<Breach> {
    let ops = settings.server.ops_listen?;
    if ops.port() == 0 || !settings.server.listen.contains(&ops) {
        return None;
    }
    Some(breach(
        "must not be one of server.listen: metrics are not for everybody",
        "use another port",
    ))
}

fn not_everybody_is_a_proxy(settings: &Settings) -> Option<Breach> {
    let everybody = settings.server.trusted_proxies.iter().find(|net| net.prefix_len() == 0)?;
    Some(breach(
        format!("must not contain {everybody}: everybody could claim any address"),
        "name the networks of your proxies",
    ))
}

fn tls_has_files(settings: &Settings) -> Option<Breach> {
    let tls = &settings.server.tls;
    let missing = match (&tls.cert_file, &tls.key_file) {
        _ if tls.mode != TlsMode::Files => return None,
        (Some(_), Some(_)) => return None,
        (None, Some(_)) => "cert_file",
        (Some(_), None) => "key_file",
        (None, None) => "cert_file and key_file",
    };
    Some(breach(
        format!("is \"files\", but {missing} is not set"),
        format!("set {missing} in [server.tls], or mode = \"off\" behind a proxy that speaks TLS"),
    ))
}

fn tls_files_are_used(settings: &Settings) -> Option<Breach> {
    let tls = &settings.server.tls;
    if tls.mode == TlsMode::Files || (tls.cert_file.is_none() && tls.key_file.is_none()) {
        return None;
    }
    Some(breach("and key_file have no effect while server.tls.mode is \"off\"", "mode = \"files\""))
}

fn algorithms_are_a_set(settings: &Settings) -> Option<Breach> {
    let algorithms = &settings.jwt.algorithms;
    let once: BTreeSet<_> = algorithms.iter().collect();
    if !algorithms.is_empty() && once.len() == algorithms.len() {
        return None;
    }
    Some(breach(
        "must name at least one algorithm, and each once",
        "algorithms = [\"RS256\", \"ES256\"]",
    ))
}

/// Whoever fetched the keys just before the change must be able to check the last token to its end.
fn keys_outlive_tokens(settings: &Settings) -> Option<Breach> {
    let jwt = &settings.jwt;
    let (token, cache, skew) = (jwt.longest_token(), jwt.jwks_max_age, jwt.clock_skew);
    let least = token.plus(cache).plus(skew.times(2));
    if jwt.retire_after >= least {
        return None;
    }
    Some(breach(
        format!(
            "must be at least {least}: the longest token ({token}), jwks_max_age ({cache}) \
             and twice clock_skew ({skew})"
        ),
        format!("retire_after = \"{least}\", or shorter tokens"),
    ))
}

fn keys_are_known_before_use(settings: &Settings) -> Option<Breach> {
    let jwt = &settings.jwt;
    let least = jwt.jwks_max_age.plus(jwt.clock_skew);
    if jwt.publish_ahead >= least {
        return None;
    }
    Some(breach(
        format!(
            "must be at least {least}: jwks_max_age ({}) and clock_skew ({})",
            jwt.jwks_max_age, jwt.clock_skew
        ),
        format!("publish_ahead = \"{least}\""),
    ))
}

fn one_successor_at_a_time(settings: &Settings) -> Option<Breach> {
    let jwt = &settings.jwt;
    if jwt.rotation > jwt.publish_ahead {
        return None;
    }
    Some(breach(
        format!("must be longer than publish_ahead ({})", jwt.publish_ahead),
        "a longer rotation, or a shorter publish_ahead",
    ))
}

/// A statement that outlives its request holds a connection for nobody.
fn statements_end_first(settings: &Settings) -> Option<Breach> {
    let limit = settings.server.request_timeout;
    if settings.database.statement_timeout < limit {
        return None;
    }
    Some(breach(
        format!("should be shorter than server.request_timeout ({limit})"),
        "a shorter statement_timeout, or a longer request_timeout",
    ))
}

fn hashes_are_dear(settings: &Settings) -> Option<Breach> {
    if settings.password.hash.is_dear_enough() {
        return None;
    }
    Some(breach(
        "and iterations are too little: passwords from a stolen database would be cheap to guess",
        "memory_kib = 19456 with iterations = 2, or 12288 with 3, or 9216 with 4",
    ))
}

fn breach_list_is_used(settings: &Settings) -> Option<Breach> {
    let password = &settings.password;
    if password.breach_list.is_none() || password.breach_check == BreachCheck::Offline {
        return None;
    }
    Some(breach(
        "has no effect while password.breach_check is \"off\"",
        "breach_check = \"offline\"",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::trial::host;

    #[test]
    fn every_rule_names_keys_that_exist() {
        for name in RULES.iter().flat_map(|rule| rule.keys) {
            assert!(key(name).is_some_and(|key| key.name == *name), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_together_is_refused() {
        let cases = [
            (
                "server.public_url = \"http://id.example.com\"",
                "server.public_url must begin with https:// (only localhost may do without)",
            ),
            ("server.listen = []", "server.listen must name at least one address"),
            (
                "server.ops_listen = \"127.0.0.1:8080\"",
                "server.ops_listen must not be one of server.listen: metrics are not for everybody",
            ),
            (
                "server.trusted_proxies = [\"10.0.0.0/8\", \"::/0\"]",
                "server.trusted_proxies must not contain ::/0: everybody could claim any address",
            ),
            (
                "server.trusted_proxies = [\"0.0.0.0/0\"]",
                "server.trusted_proxies must not contain 0.0.0.0/0: everybody could claim any address",
            ),
            (
                "server.tls = { mode = \"files\", cert_file = \"Cargo.toml\" }",
                "server.tls.mode is \"files\", but key_file is not set",
            ),
            (
                "jwt.algorithms = [\"ES256\", \"ES256\"]",
                "jwt.algorithms must name at least one algorithm, and each once",
            ),
            (
                "jwt.publish_ahead = \"30m\"",
                "jwt.publish_ahead must be at least 3610s: jwks_max_age (1h) and clock_skew (10s)",
            ),
            ("jwt.rotation = \"24h\"", "jwt.rotation must be longer than publish_ahead (1d)"),
        ];
        for (file, sentence) in cases {
            assert_eq!(host(file).sentences(), [sentence], "{file}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for here in ["localhost:8080", "127.0.0.1", "[::1]:1", "id.localhost"] {
            let file = format!("server.public_url = \"http://{here}\"");
            assert_eq!(host(&file).sentences(), [""; 0], "{here}");
        }
    }

    #[test]
    fn what_may_not_be_meant_is_a_warning() {
        let loaded =
            host("database.statement_timeout = \"1m\"\nserver.tls.cert_file = \"x\"\n").loaded();
        let warnings: Vec<_> =
            loaded.warnings.iter().map(|warning| warning.sentence.as_str()).collect();
        assert_eq!(
            warnings,
            [
                "database.statement_timeout should be shorter than server.request_timeout (20s)",
                "server.tls.cert_file and key_file have no effect while server.tls.mode is \"off\"",
            ]
        );
        let shown = loaded.warnings[0].to_string();
        assert!(shown.starts_with("  ! database.statement_timeout should be"), "{shown}");
    }
}
