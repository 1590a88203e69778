//! The public URL, asked as an application would ask it.

use super::{Findings, Grade};
use crate::config::Settings;
use crate::kernel::failure::Failure;
use crate::kernel::uri::Origin;
use crate::platform::outbound::{Client, Outbound, OutboundSettings, Request, SystemLookup};
use serde_json::Value;
use std::sync::Arc;

/// The operator names this address, so it may be anywhere.
fn allowing(origin: &Origin, settings: &Settings) -> OutboundSettings {
    let port = if origin.is_https() { 443 } else { 80 };
    let host = origin.host().as_str();
    let address = if host == origin.host().name() { format!("{host}:{port}") } else { host.into() };
    OutboundSettings {
        allow: vec![address],
        ca_file: settings.outbound.ca_file.clone(),
        timeout: settings.outbound.timeout,
    }
}

pub async fn look(settings: &Settings, found: &mut Findings) -> Result<(), Failure> {
    const GROUP: &str = "public URL";
    let Some(origin) = &settings.server.public_url else { return Ok(()) };
    let client = Client::new(&allowing(origin, settings), Arc::new(SystemLookup))?;
    let url = format!("{origin}/.well-known/openid-configuration");
    let document: Value = match client.send(Request::get(&url, "application/json")).await {
        Err(refusal) => {
            let text = format!("{url}: {refusal}");
            found
                .add(GROUP, Grade::Wrong, text)
                .fix("check DNS, the proxy, and that the server runs");
            return Ok(());
        }
        Ok(answer) if !answer.is_success() => {
            let text = format!("{url} answers {}", answer.status);
            found.add(GROUP, Grade::Wrong, text).fix("does the proxy pass the original Host?");
            return Ok(());
        }
        Ok(answer) => serde_json::from_slice(&answer.body).unwrap_or_default(),
    };
    let issuer = document.get("issuer").and_then(Value::as_str).unwrap_or("nothing");
    if issuer == origin.as_str() {
        found.add(GROUP, Grade::Good, format!("{url} says issuer {issuer}"));
    } else {
        found.add(
            GROUP,
            Grade::Wrong,
            format!("{url} says issuer {issuer:?}; config says {:?}", origin.as_str()),
        );
        found.fix("is another server at that address?");
    }
    Ok(())
}
