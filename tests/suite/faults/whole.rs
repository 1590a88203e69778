//! What must hold after any interruption, once the server was started again.

use crate::support::victim::{Program, Server};
use serde_json::Value;
use std::collections::BTreeMap;

/// Start it normally, look at everything it publishes, and end it: nothing may be missing or left over.
pub fn completes(program: &Program) {
    let server = program.serve();
    publishes_its_keys(&server);
    server.end();
    assert_eq!(program.ask(&["migrate", "status"])["current"], true);
    each_tenant_has_one_active_key_per_algorithm(program);
    if program.run(&["audit", "--help"]).status.success() {
        program.ask(&["audit", "verify"]);
    }
}

fn publishes_its_keys(server: &Server) {
    let (status, jwks) = server.get("/jwks");
    assert_eq!(status, 200);
    let algorithms = count(jwks["keys"].as_array().unwrap().iter(), "alg");
    assert_eq!(algorithms.keys().collect::<Vec<_>>(), ["ES256", "RS256"], "{jwks}");
    assert_eq!(server.get("/.well-known/openid-configuration").0, 200);
}

fn each_tenant_has_one_active_key_per_algorithm(program: &Program) {
    let tenants = program.ask(&["tenant", "list"]);
    for tenant in tenants.as_array().unwrap() {
        let slug = tenant["slug"].as_str().unwrap();
        let keys = program.ask(&["key", "list", "--tenant", slug]);
        let keys = keys.as_array().unwrap().iter();
        let active = count(keys.clone().filter(|key| key["state"] == "active"), "algorithm");
        let one_each = BTreeMap::from([("ES256".to_owned(), 1), ("RS256".to_owned(), 1)]);
        assert_eq!(active, one_each, "{slug}: {keys:?}");
        let next = count(keys.filter(|key| key["state"] == "upcoming"), "algorithm");
        assert!(next.values().all(|count| *count == 1), "{slug}: {next:?}");
    }
}

fn count<'v>(values: impl Iterator<Item = &'v Value>, field: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value[field].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

/// A rotation that was answered has happened.
pub fn keeps_its_rotation(program: &Program, said: &str) {
    let Some(answer) = answered(said) else { return };
    let keys = program.ask(&["key", "list"]);
    for promised in answer.as_array().unwrap() {
        let mut keys = keys.as_array().unwrap().iter();
        let is_it = |key: &Value| {
            key["algorithm"] == promised["algorithm"]
                && key["activates_at"] == promised["signs_from"]
        };
        assert!(keys.any(is_it), "{promised} was answered and is lost: {keys:?}");
    }
}

/// A tenant that was answered is there.
pub fn keeps_its_tenant(program: &Program, said: &str) {
    let Some(made) = answered(said) else { return };
    let tenants = program.ask(&["tenant", "list"]);
    let is_there = tenants.as_array().unwrap().iter().any(|tenant| tenant["id"] == made["id"]);
    assert!(is_there, "{made} was answered and is lost: {tenants}");
}

/// What was answered before it died, if anything.
fn answered(said: &str) -> Option<Value> {
    let mut documents = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    documents.find_map(|document| document.get("data").cloned())
}

/// Keys nobody can use and nobody would ever erase, the data keys that seal them included.
pub const ORPHANS: &str = "SELECT
    (SELECT count(*) FROM signing_keys WHERE tenant_id NOT IN (SELECT id FROM tenants))
    + (SELECT count(*) FROM data_keys WHERE tenant_id NOT IN (SELECT id FROM tenants))";

/// A key and the event that tells of it are one commit (INV-10); so these are equal.
pub const KEYS_AND_THEIR_EVENTS: &str = "SELECT (SELECT count(*) FROM signing_keys)
    - (SELECT count(*) FROM events WHERE kind = 'key.generated')";
