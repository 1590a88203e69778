//! What is told of a client: in lists, alone, and the secret once.

use super::Asked;
use super::snippets::{self, FRAMEWORKS};
use crate::admin::clients;
use crate::cli::exit::{Exit, Trouble};
use crate::cli::output::table;
use crate::kernel::failure::No;
use crate::kernel::secret::Secret;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::oauth::clients::model::{self, Senseless};
use crate::oauth::logos::model::Progress;
use serde_json::{Value, json};

impl Asked<'_> {
    pub(super) async fn list(&self) -> Result<(), Trouble> {
        let all = clients::all(&self.ground.house.database, self.at).await?;
        let header = ["CLIENT ID", "NAME", "SCOPE", "MADE", "STATE"];
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        rows.extend(all.iter().map(|client| {
            let state = if client.is_enabled() { "" } else { "disabled" };
            vec![
                client.id.to_string(),
                client.registration.name.clone(),
                client.registration.scope.to_string(),
                client.made_at.rfc3339(),
                state.to_owned(),
            ]
        }));
        let data = all.iter().map(describe).collect();
        self.output.answer("vestibule.cli.client.list/1", &data, &table(&rows));
        Ok(())
    }

    pub(super) async fn get(&self, id: &str) -> Result<(), Trouble> {
        let client = self.find(id).await?;
        let logo = clients::logo_of(&self.ground.house.database, self.at, &client.id).await?;
        let mut data = describe(&client);
        if let (Some(fields), Some(logo)) = (data.as_object_mut(), logo) {
            fields.insert("logo".into(), progress(&logo));
        }
        let text = serde_json::to_string_pretty(&data).unwrap_or_default();
        self.output.answer("vestibule.cli.client.get/1", &data, &text);
        Ok(())
    }

    pub(super) async fn rotate_secret(&self, id: &str, overlap: &str) -> Result<(), Trouble> {
        let wrong = || {
            Trouble::new(Exit::Usage, format!("{overlap} is no length of time"))
                .fix("--overlap 24h")
        };
        let length = Lifetime::parse(overlap).ok_or_else(wrong)?;
        let client = self.find(id).await?;
        let (house, context) = (&self.ground.house, self.ground.context());
        let parts = (&house.database, &house.sealer);
        let made = clients::rotate_secret(parts, self.at, &client, (length, &context)).await;
        let Some(secret) = made.map_err(refused)? else {
            return Err(Trouble::new(Exit::Conflict, format!("{id} has no secret")).fix(
                "if it signs assertions, change its keys: vestibule client update --jwks FILE",
            ));
        };
        let data = with_secret(describe(&client), Some(&secret));
        let text = format!(
            "✓ {} has a new secret; the old ones are good for another {length}\n{}",
            client.id,
            boxed(Some(&secret))
        );
        self.output.answer("vestibule.cli.client.rotate-secret/1", &data, &text);
        Ok(())
    }

    pub(super) async fn snippet(&self, id: &str, framework: Option<&str>) -> Result<(), Trouble> {
        let client = self.find(id).await?;
        let all = || FRAMEWORKS.map(|(name, _)| name).join(", ");
        let Some(framework) = framework else {
            let text = format!("one of: {}\n\n  next   vestibule client snippet {id} node", all());
            self.output.answer(
                "vestibule.cli.client.snippets/1",
                &json!(FRAMEWORKS.map(|(name, _)| name)),
                &text,
            );
            return Ok(());
        };
        let text = snippets::fill(framework, &client, &self.issuer, None);
        let text = text.ok_or_else(|| {
            Trouble::new(Exit::Usage, format!("there is no snippet for {framework}")).fix(all())
        })?;
        let data = json!({ "framework": framework, "text": text });
        self.output.answer("vestibule.cli.client.snippet/1", &data, &text);
        Ok(())
    }
}

pub(super) fn describe(client: &model::Client) -> Value {
    json!({
        "client_id": client.id.as_str(),
        "created_at": client.made_at.rfc3339(),
        "disabled_at": client.disabled_at.map(Timestamp::rfc3339),
        "registration": client.registration,
    })
}

/// What people see of its picture, and why they do not.
fn progress(logo: &Progress) -> Value {
    match (&logo.digest, logo.due_at) {
        (Some(digest), _) => {
            json!({ "state": "shown", "tries": logo.tries, "sha256": digest.hex() })
        }
        (None, Some(due)) => json!({
            "state": "waiting", "tries": logo.tries, "next_try_at": due.rfc3339(), "trouble": logo.trouble,
        }),
        (None, None) => {
            json!({ "state": "given up", "tries": logo.tries, "trouble": logo.trouble })
        }
    }
}

/// The one time that it is shown.
pub(super) fn with_secret(mut data: Value, secret: Option<&Secret>) -> Value {
    if let (Some(fields), Some(secret)) = (data.as_object_mut(), secret) {
        fields.insert("client_secret".into(), json!(secret.reveal()));
    }
    data
}

pub(super) fn boxed(secret: Option<&Secret>) -> String {
    let Some(secret) = secret else { return String::new() };
    let line = format!("  {}  ", secret.reveal());
    let edge = "─".repeat(line.chars().count());
    format!("  ┌{edge}┐\n  │{line}│  will not be shown again\n  └{edge}┘\n")
}

pub(super) fn refused(no: No<Senseless>) -> Trouble {
    match no {
        No::Failed(failure) => failure.into(),
        No::Refused(senseless) => Trouble::new(Exit::Usage, senseless.to_string()),
    }
}
