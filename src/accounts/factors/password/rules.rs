//! From the settings of a tenant to its policy.

use crate::accounts::model::password_policy::Leaked;
use crate::accounts::model::{Class, Policy};
use crate::config::{BreachCheck, Password, SecondFactor};
use crate::kernel::time::Lifetime;

/// `factor` says whether a second one is enforced for whoever sets the password.
pub fn policy(settings: &Password, factor: SecondFactor) -> Policy {
    let classes = [
        (settings.needs_uppercase(), Class::Uppercase),
        (settings.needs_lowercase(), Class::Lowercase),
        (settings.needs_digit(), Class::Digit),
        (settings.needs_symbol(), Class::Symbol),
    ];
    Policy {
        min_length: settings.fewest_characters(factor).into(),
        max_length: settings.max_length.into(),
        required: classes.into_iter().filter(|(is, _)| *is).map(|(_, class)| class).collect(),
        // The settings allow nothing above 4.
        min_score: u8::try_from(settings.min_score).unwrap_or(4),
        refuses_leaked: match settings.breach_check {
            BreachCheck::Offline => Leaked::Refused,
            BreachCheck::Off => Leaked::NotLookedUp,
        },
        remembered: settings.remembered(),
        max_age: settings.days_until_change().map(|days| Lifetime::days(days.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Preset;

    fn of(preset: Preset, factor: SecondFactor) -> Policy {
        policy(&Password { preset, ..Password::default() }, factor)
    }

    // T-06, R-NIST-01
    #[test]
    fn both_presets_become_policies() {
        let modern = of(Preset::Modern, SecondFactor::Optional);
        assert_eq!((modern.min_length, modern.max_length, modern.remembered), (15, 128, 0));
        assert_eq!((modern.required, modern.max_age), (vec![], None));
        assert_eq!(of(Preset::Modern, SecondFactor::Enforced).min_length, 8);
        let classic = of(Preset::Classic, SecondFactor::Enforced);
        assert_eq!((classic.min_length, classic.required.len(), classic.remembered), (8, 4, 5));
        assert_eq!(classic.max_age, Some(Lifetime::days(90)));
    }
}
