//! `[password]` and `[password.hash]`: what passwords must be, and how they are kept. A tenant may have its own rules.

use super::section::section;
use super::setting::choices;
use super::{Settings, overrides};
use std::collections::BTreeMap;
use std::path::PathBuf;

section! {
    /// What a new password must be, and when it must be changed. The first key chooses a set of rules; each of the
    /// others replaces one of them.
    pub struct Password = "password" at password {
        /// The rules that hold where nothing else is set. `modern`, after NIST SP 800-63B-4: 15 characters, or 8
        /// where a second factor is enforced, no rule about kinds of characters, no expiry. `classic`: 8 characters
        /// with an upper-case and a lower-case letter, a digit and a symbol, expiry after 90 days, none of the last
        /// 5 again. `custom`: 8 characters and nothing more. With each, passwords made of the person's own words or
        /// of a simple sequence are refused.
        preset: Preset = Preset::Modern, Live [tenant];
        /// The fewest characters, whether or not a second factor is enforced. 12 and more are advisable.
        min_length: Option<u16> = None, Live [tenant, unset("the preset's"), range(8, 64)];
        /// The most characters. Nothing is ever cut off.
        max_length: u16 = 128, Live [tenant, range(64, 256)];
        /// Whether there must be an upper-case letter.
        require_uppercase: Option<bool> = None, Live [tenant, unset("the preset's")];
        /// Whether there must be a lower-case letter.
        require_lowercase: Option<bool> = None, Live [tenant, unset("the preset's")];
        /// Whether there must be a digit.
        require_digit: Option<bool> = None, Live [tenant, unset("the preset's")];
        /// Whether there must be a character that is neither a letter nor a digit.
        require_symbol: Option<bool> = None, Live [tenant, unset("the preset's")];
        /// After how many days a password must be changed; 0 stands for never.
        max_age_days: Option<u16> = None, Live [tenant, unset("the preset's"), range(0, 3650)];
        /// How many of the last passwords, the present one included, are refused as the new one.
        history_count: Option<u16> = None, Live [tenant, unset("the preset's"), range(0, 24)];
        /// The least strength by the estimate of zxcvbn, from 0 (anything) to 4 (very hard to guess).
        min_score: u16 = 0, Live [tenant, range(0, 4)];
        /// Whether passwords known from breaches are refused. Nothing is asked over the network.
        breach_check: BreachCheck = BreachCheck::Offline, Live [tenant];
        /// A larger list of known passwords, made by `vestibule password breach-list build`.
        breach_list: Option<PathBuf> = None, Live
            [unset("the list of 19640 common passwords that is built in")];
    } with hash: PasswordHash
}

section! {
    /// What one hash costs (Argon2id, RFC 9106). After a change, each password is hashed anew when its owner signs in.
    pub struct PasswordHash = "password.hash" at password.hash {
        /// Memory per hash, in KiB. As many hashes as there are cores are made at once.
        memory_kib: u32 = 19_456, Live [range(64, 131_072)];
        /// Passes over the memory.
        iterations: u32 = 2, Live [range(1, 10)];
        /// Lanes of the memory. They are filled one after the other: more lanes are no faster.
        parallelism: u32 = 1, Live [range(1, 4)];
    }
}

choices! {
    /// A set of rules.
    pub enum Preset {
        Modern = "modern",
        Classic = "classic",
        Custom = "custom",
    }
}

choices! {
    /// Where known passwords are looked up.
    pub enum BreachCheck {
        Off = "off",
        Offline = "offline",
    }
}

/// Whether a password alone lets somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    Optional,
    Enforced,
}

/// What a preset says, and nothing else says it.
struct Rules {
    min_length: u16,
    /// Where a second factor is enforced.
    min_length_beside_factor: u16,
    all_classes: bool,
    max_age_days: u16,
    history_count: u16,
}

impl Preset {
    const fn rules(self) -> Rules {
        let custom = Rules {
            min_length: 8,
            min_length_beside_factor: 8,
            all_classes: false,
            max_age_days: 0,
            history_count: 0,
        };
        match self {
            Self::Modern => Rules { min_length: 15, ..custom },
            Self::Classic => {
                Rules { all_classes: true, max_age_days: 90, history_count: 5, ..custom }
            }
            Self::Custom => custom,
        }
    }
}

impl Password {
    pub fn fewest_characters(&self, factor: SecondFactor) -> u16 {
        let rules = self.preset.rules();
        self.min_length.unwrap_or(match factor {
            SecondFactor::Optional => rules.min_length,
            SecondFactor::Enforced => rules.min_length_beside_factor,
        })
    }

    pub fn needs_uppercase(&self) -> bool {
        self.require_uppercase.unwrap_or(self.preset.rules().all_classes)
    }

    pub fn needs_lowercase(&self) -> bool {
        self.require_lowercase.unwrap_or(self.preset.rules().all_classes)
    }

    pub fn needs_digit(&self) -> bool {
        self.require_digit.unwrap_or(self.preset.rules().all_classes)
    }

    pub fn needs_symbol(&self) -> bool {
        self.require_symbol.unwrap_or(self.preset.rules().all_classes)
    }

    /// `None`: never.
    pub fn days_until_change(&self) -> Option<u16> {
        let days = self.max_age_days.unwrap_or(self.preset.rules().max_age_days);
        (days > 0).then_some(days)
    }

    pub fn remembered(&self) -> u16 {
        self.history_count.unwrap_or(self.preset.rules().history_count)
    }

    /// What a tenant has of its own, over what the server has. The names are full: `password.preset`.
    ///
    /// # Errors
    /// A sentence about the first override that cannot be.
    pub fn with_overrides(&self, overrides: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut settings = Settings { password: self.clone(), ..Settings::default() };
        overrides::lay(&mut settings, Self::SECTION.name, overrides)?;
        Ok(settings.password)
    }
}

impl PasswordHash {
    /// Whether it costs an attacker as much as the least that OWASP's sheet on password storage names.
    pub(super) const fn is_dear_enough(&self) -> bool {
        matches!(
            (self.memory_kib, self.iterations),
            (47_104.., 1..) | (19_456.., 2..) | (12_288.., 3..) | (9_216.., 4..) | (7_168.., 5..)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overridden(pairs: &[(&str, &str)]) -> Result<Password, String> {
        let pairs = pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Password::default().with_overrides(&pairs.collect())
    }

    // T-06
    #[test]
    fn each_preset_is_complete() {
        let facts = |preset: &str| {
            let rules = overridden(&[("password.preset", preset)]).unwrap();
            (
                rules.fewest_characters(SecondFactor::Optional),
                rules.fewest_characters(SecondFactor::Enforced),
                [
                    rules.needs_uppercase(),
                    rules.needs_lowercase(),
                    rules.needs_digit(),
                    rules.needs_symbol(),
                ],
                rules.days_until_change(),
                rules.remembered(),
            )
        };
        assert_eq!(facts("modern"), (15, 8, [false; 4], None, 0));
        assert_eq!(facts("classic"), (8, 8, [true; 4], Some(90), 5));
        assert_eq!(facts("custom"), (8, 8, [false; 4], None, 0));
    }

    #[test]
    fn each_rule_of_a_preset_can_be_replaced_alone() {
        let rules = overridden(&[
            ("password.preset", "classic"),
            ("password.min_length", "12"),
            ("password.require_symbol", "false"),
            ("password.max_age_days", "0"),
        ])
        .unwrap();
        assert_eq!(rules.fewest_characters(SecondFactor::Enforced), 12);
        assert!(rules.needs_digit() && !rules.needs_symbol());
        assert_eq!(rules.days_until_change(), None);
        assert_eq!(rules.remembered(), 5);
    }

    #[test]
    fn what_a_tenant_may_not_have_is_refused_with_a_reason() {
        let refused = |name, text| overridden(&[(name, text)]).unwrap_err();
        assert_eq!(
            refused("password.min_length", "4"),
            "password.min_length must be a whole number from 8 to 64, or \"\" for the preset's \
             (less than 8)"
        );
        assert_eq!(
            refused("password.hash.memory_kib", "64"),
            "password.hash.memory_kib is not a setting of tenants"
        );
        assert_eq!(
            refused("password.breach_list", "/etc/passwd"),
            "password.breach_list is not a setting of tenants"
        );
    }
}
