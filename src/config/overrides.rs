//! What a tenant has of its own, laid over what the server has.

use super::key::key;
use super::setting::Raw;
use super::{Settings, rules};
use std::collections::BTreeMap;

/// Only keys of that section, and of those only the ones that tenants may have.
///
/// # Errors
/// A sentence about the first override that cannot be.
pub(super) fn lay(
    settings: &mut Settings,
    section: &str,
    overrides: &BTreeMap<String, String>,
) -> Result<(), String> {
    for (name, text) in overrides {
        let own = key(name).filter(|key| key.tenant && key.section() == section);
        let key = own.ok_or_else(|| format!("{name} is not a setting of tenants"))?;
        key.assign(settings, Raw::Text(text)).map_err(|wrong| key.refusal(&wrong))?;
    }
    rules::first_breach(settings, section).map_or(Ok(()), Err)
}
