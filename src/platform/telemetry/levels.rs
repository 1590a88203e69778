//! Which events are wanted: `info,keys=debug`.

use tracing_subscriber::filter::{LevelFilter, Targets};

/// A level for all, and levels for parts of the program.
///
/// tracing's own syntax reads a misspelt level as the name of a part and then logs all of it; here it is refused.
#[derive(Clone, Debug)]
pub struct Levels(Targets);

/// Libraries that tell of every packet; they speak below a warning only when named.
const TALKATIVE: [&str; 8] =
    ["h2", "hyper", "hyper_util", "reqwest", "rustls", "rustls_platform_verifier", "sqlx", "tower"];

impl Levels {
    /// # Errors
    /// A sentence that names what cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut general = LevelFilter::INFO;
        let mut parts = Vec::new();
        for piece in text.split(',').map(str::trim).filter(|piece| !piece.is_empty()) {
            match piece.split_once('=') {
                None => general = level(piece)?,
                Some((part, its)) => parts.push((part.trim(), level(its.trim())?)),
            }
        }
        let quiet = TALKATIVE.map(|name| (name, general.min(LevelFilter::WARN)));
        let targets = Targets::new().with_default(general).with_targets(quiet);
        Ok(Self(parts.into_iter().fold(targets, |targets, (part, level)| {
            // `keys` is short for `vestibule::keys`, and may as well be a library.
            let ours = format!("{}::{part}", env!("CARGO_PKG_NAME"));
            targets.with_target(part, level).with_target(ours, level)
        })))
    }
}

impl From<Levels> for Targets {
    fn from(levels: Levels) -> Self {
        levels.0
    }
}

fn level(text: &str) -> Result<LevelFilter, String> {
    let known = ["off", "error", "warn", "info", "debug", "trace"].contains(&text);
    let parsed = known.then(|| text.parse().ok()).flatten();
    parsed.ok_or_else(|| {
        format!(
            "log.level: {text:?} is not a level; there are off, error, warn, info, debug, trace"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn parts_have_levels_of_their_own() {
        let wanted = Targets::from(Levels::parse("debug, keys=trace,sqlx=info,oauth=off").unwrap());
        for (target, level, expected) in [
            ("vestibule::signin", Level::DEBUG, true),
            ("vestibule::signin", Level::TRACE, false),
            ("vestibule::keys::rotate", Level::TRACE, true),
            ("vestibule::oauth::token", Level::ERROR, false),
            ("hyper_util::client", Level::DEBUG, false),
            ("hyper_util::client", Level::WARN, true),
            ("sqlx::query", Level::INFO, true),
        ] {
            assert_eq!(wanted.would_enable(target, &level), expected, "{target} {level}");
        }
    }

    #[test]
    fn silence_covers_the_talkative_too() {
        let wanted = Targets::from(Levels::parse("off").unwrap());
        assert!(!wanted.would_enable("hyper", &Level::ERROR));
    }

    #[test]
    fn a_misspelt_level_is_refused() {
        for wrong in ["infoo", "INFO", "keys=loud", "keys=", "3"] {
            assert!(Levels::parse(wrong).is_err(), "{wrong}");
        }
    }
}
