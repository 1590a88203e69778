//! What other folders have to say about the state of the service. They name facts; the names of metrics are here.

use crate::kernel::time::{Lifetime, Timestamp};
use metrics::{counter, gauge};

/// The oldest key that signs, and the first that hands over, of all tenants.
pub fn signing_keys(algorithm: &'static str, age: Lifetime, hands_over_at: Option<Timestamp>) {
    gauge!("idp_signing_key_age_seconds", "alg" => algorithm).set(whole(age.as_seconds()));
    let next = hands_over_at.map_or(0, Timestamp::seconds);
    gauge!("idp_signing_key_next_rotation_timestamp", "alg" => algorithm).set(whole(next));
}

/// After a look at every tenant's chain.
pub fn audit_chains(are_whole: bool, at: Timestamp) {
    gauge!("idp_audit_chain_valid").set(if are_whole { 1.0 } else { 0.0 });
    gauge!("idp_audit_chain_last_verified_timestamp").set(whole(at.seconds()));
}

pub fn config_reload(is_in_force: bool) {
    let (result, success) = if is_in_force { ("taken", 1.0) } else { ("refused", 0.0) };
    counter!("idp_config_reload_total", "result" => result).increment(1);
    gauge!("idp_config_last_reload_success").set(success);
}

pub fn connections(pool: &'static str, open: u32, idle: usize) {
    let busy = usize::try_from(open).unwrap_or(usize::MAX).saturating_sub(idle);
    for (state, count) in [("busy", busy), ("idle", idle)] {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        gauge!("idp_db_pool_connections", "pool" => pool, "state" => state).set(whole(count));
    }
}

/// Seconds and counts are far below 2^52.
#[allow(clippy::cast_precision_loss, reason = "exact in this range")]
const fn whole(number: i64) -> f64 {
    number as f64
}
