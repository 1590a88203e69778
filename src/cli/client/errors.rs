//! `client errors`: why did this sign-in fail? (ADM-10)

use super::Asked;
use crate::admin::clients;
use crate::cli::exit::{Exit, Trouble};
use crate::oauth::refused::model::RefusedRequest;
use clap::Args;
use serde_json::{Value, json};

#[derive(Args)]
pub struct Errors {
    /// Whose; those of nobody's with --unknown
    #[arg(required_unless_present_any = ["reference", "unknown"])]
    client_id: Option<String>,
    /// The one with this reference, as the page or the answer shows it
    #[arg(long, conflicts_with = "client_id")]
    reference: Option<String>,
    /// Requests that named an application nobody registered
    #[arg(long, conflicts_with_all = ["client_id", "reference"])]
    unknown: bool,
}

impl Asked<'_> {
    pub(super) async fn errors(&self, errors: &Errors) -> Result<(), Trouble> {
        let database = &self.ground.house.database;
        let found = match (&errors.reference, &errors.client_id) {
            (Some(reference), _) => clients::refused_as(database, self.at, reference).await?,
            (None, Some(id)) => {
                let client = self.find(id).await?;
                clients::refused_of(database, self.at, client.id.as_str()).await?
            }
            (None, None) => clients::refused_of(database, self.at, "").await?,
        };
        if found.is_empty() && errors.reference.is_some() {
            let text = "no refused request has this reference";
            return Err(Trouble::new(Exit::NotFound, text).fix("they are kept for seven days"));
        }
        let data: Value = found.iter().map(described).collect();
        let mut text: String = found.iter().map(told).collect();
        if found.is_empty() {
            text.push_str("nothing was refused in the last seven days");
        }
        self.output.answer("vestibule.cli.client.errors/1", &data, &text);
        Ok(())
    }
}

fn described(refused: &RefusedRequest) -> Value {
    json!({
        "client_id": refused.client,
        "reference": refused.reference,
        "at": refused.made_at.rfc3339(),
        "endpoint": refused.endpoint.as_str(),
        "error": refused.error,
        "reason": refused.reason,
        "findings": refused.findings,
    })
}

fn told(refused: &RefusedRequest) -> String {
    let RefusedRequest { reference, made_at, endpoint, error, reason, .. } = refused;
    let mut text = format!(
        "✗ {}  {}  {error}: {reason}\n  reference {reference}\n",
        made_at.rfc3339(),
        endpoint.as_str()
    );
    for finding in &refused.findings {
        text.push_str(&format!("  - {}\n", finding.what));
        for (word, value) in [("asked", &finding.asked), ("registered", &finding.registered)] {
            if let Some(value) = value {
                // As it came, but for what would disturb a terminal.
                text.push_str(&format!("      {word:<10} {}\n", value.escape_debug()));
            }
        }
        text.push_str(&format!("      {:<10} {}\n", "fix", finding.fix));
    }
    text.push('\n');
    text
}
