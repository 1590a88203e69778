//! `vestibule version`.

use super::output::Output;
use serde_json::json;

pub fn run(output: Output) {
    let version = env!("CARGO_PKG_VERSION");
    let data = json!({
        "version": version,
        "databases": ["sqlite", "postgres"],
        "licence": env!("CARGO_PKG_LICENSE"),
    });
    let text = format!(
        "vestibule {version}\ndatabases  SQLite, PostgreSQL\nlicence    {}",
        env!("CARGO_PKG_LICENSE")
    );
    output.answer("vestibule.cli.version/1", &data, &text);
}
