//! `client test`: what an application would do, tried step by step.

use super::{Asked, usage};
use crate::cli::exit::{Exit, Trouble};
use crate::kernel::failure::Failure;
use crate::kernel::secret::Secret;
use crate::oauth::clients::model::{Client, Method, RedirectUri};
use crate::oauth::model::GrantType;
use crate::platform::outbound::{self, Outbound, OutboundSettings, Request, SystemLookup};
use clap::Args;
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

#[derive(Args)]
pub struct Test {
    client_id: String,
    /// A file with its secret: then a token is fetched, where the client is a machine
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Good,
    Wrong,
    /// Nothing here could tell.
    Untried,
}

struct Step {
    name: &'static str,
    outcome: Outcome,
    text: String,
}

fn step(name: &'static str, outcome: Outcome, text: impl Into<String>) -> Step {
    Step { name, outcome, text: text.into() }
}

impl Asked<'_> {
    pub(super) async fn test(&self, test: &Test) -> Result<(), Trouble> {
        let client = self.find(&test.client_id).await?;
        let secret = test.secret_file.as_deref().map(std::fs::read_to_string).transpose();
        let secret = secret.map_err(|e| usage(format!("the secret cannot be read: {e}")))?;
        let secret = secret.map(|text| Secret::new(text.trim()));
        let http = self.http(&client)?;
        let mut steps = vec![match client.is_enabled() {
            true => step("client", Outcome::Good, "it is enabled"),
            false => step(
                "client",
                Outcome::Wrong,
                format!("disabled: vestibule client enable {}", client.id),
            ),
        }];
        let metadata = self.discovery(&http, &mut steps).await;
        keys(&http, &metadata, &mut steps).await;
        redirect_uris(&http, &client, &mut steps).await;
        token(&http, &client, (&metadata, secret.as_ref()), &mut steps).await;
        let data = steps.iter().map(|step| {
            let outcome = match step.outcome {
                Outcome::Good => "good",
                Outcome::Wrong => "wrong",
                Outcome::Untried => "untried",
            };
            json!({ "step": step.name, "outcome": outcome, "text": step.text })
        });
        let text: String = steps.iter().map(line).collect();
        self.output.answer("vestibule.cli.client.test/1", &data.collect(), &text);
        if steps.iter().any(|step| step.outcome == Outcome::Wrong) {
            return Err(Trouble::new(Exit::VerificationFailed, "something is wrong")
                .fix(format!("vestibule client errors {}   shows what was refused", client.id)));
        }
        Ok(())
    }

    /// Whoever runs this may ask the server and the application wherever they are.
    fn http(&self, client: &Client) -> Result<outbound::Client, Failure> {
        let settings = self.ground.house.settings.load();
        let uris = client.registration.redirect_uris.iter().map(RedirectUri::as_str);
        let doors = uris.chain([self.issuer.as_str()]).filter_map(door);
        let settings = OutboundSettings {
            allow: doors.collect(),
            ca_file: settings.outbound.ca_file.clone(),
            timeout: settings.outbound.timeout,
        };
        outbound::Client::new(&settings, Arc::new(SystemLookup))
    }

    async fn discovery(&self, http: &outbound::Client, steps: &mut Vec<Step>) -> Value {
        let url = format!("{}/.well-known/openid-configuration", self.issuer);
        let answer = match http.send(Request::get(&url, "application/json")).await {
            Ok(answer) if answer.is_success() => answer,
            Ok(answer) => {
                steps.push(step(
                    "discovery",
                    Outcome::Wrong,
                    format!("{url} answers {}", answer.status),
                ));
                return Value::Null;
            }
            Err(refusal) => {
                steps.push(step("discovery", Outcome::Wrong, format!("{url}: {refusal}")));
                return Value::Null;
            }
        };
        let metadata: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let found = metadata.get("issuer").and_then(Value::as_str).unwrap_or("nothing");
        steps.push(if found == self.issuer {
            step("discovery", Outcome::Good, format!("{url} says issuer {found}"))
        } else {
            let text = format!("{url} says issuer {found}, and it should be {}", self.issuer);
            step("discovery", Outcome::Wrong, text)
        });
        metadata
    }
}

fn line(step: &Step) -> String {
    let mark = match step.outcome {
        Outcome::Good => '✓',
        Outcome::Wrong => '✗',
        Outcome::Untried => '–',
    };
    format!("{mark} {:<13} {}\n", step.name, step.text)
}

/// `host:port`
fn door(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}

async fn keys(http: &outbound::Client, metadata: &Value, steps: &mut Vec<Step>) {
    let Some(url) = metadata.get("jwks_uri").and_then(Value::as_str) else { return };
    let found = http.send(Request::get(url, "application/json")).await.ok();
    let set = found.and_then(|answer| serde_json::from_slice::<Value>(&answer.body).ok());
    let keys = set.and_then(|set| set.get("keys").and_then(Value::as_array).map(Vec::len));
    steps.push(match keys {
        Some(count) if count > 0 => step("keys", Outcome::Good, format!("{url} has {count}")),
        _ => step("keys", Outcome::Wrong, format!("{url} has no keys")),
    });
}

/// Only whether somebody answers there: what the application makes of an answer is its own.
async fn redirect_uris(http: &outbound::Client, client: &Client, steps: &mut Vec<Step>) {
    for uri in &client.registration.redirect_uris {
        let uri = uri.as_str();
        if !uri.starts_with("https://") {
            let text = format!("{uri} is on the device of whoever signs in");
            steps.push(step("redirect URI", Outcome::Untried, text));
            continue;
        }
        let found = http.send(Request::get(uri, "*/*")).await;
        steps.push(match found {
            Ok(answer) => {
                step("redirect URI", Outcome::Good, format!("{uri} answers {}", answer.status))
            }
            Err(outbound::OutboundRefusal::Redirected) => {
                step("redirect URI", Outcome::Good, format!("{uri} answers with a redirect"))
            }
            Err(refusal) => step("redirect URI", Outcome::Wrong, format!("{uri}: {refusal}")),
        });
    }
}

async fn token(
    http: &outbound::Client,
    client: &Client,
    (metadata, secret): (&Value, Option<&Secret>),
    steps: &mut Vec<Step>,
) {
    let is_machine = client.registration.is_allowed(GrantType::ClientCredentials);
    let has_secret =
        matches!(client.registration.method, Method::ClientSecret | Method::ClientSecretBasic);
    let (Some(secret), Some(url)) =
        (secret, metadata.get("token_endpoint").and_then(Value::as_str))
    else {
        let text = "not tried: --secret-file FILE is for machines with a secret";
        return steps.push(step("token", Outcome::Untried, text));
    };
    if !is_machine || !has_secret {
        return steps.push(step("token", Outcome::Untried, "somebody must sign in first"));
    }
    let basic = format!("{}:{}", client.id, secret.reveal());
    let basic = Secret::new(format!("Basic {}", BASE64.encode(basic.as_bytes())));
    let request =
        Request::post_form(url, [("grant_type", "client_credentials")], "application/json");
    let answer = http.send(request.with_secret_header("authorization", &basic)).await;
    steps.push(match answer {
        Ok(answer) if answer.is_success() => step("token", Outcome::Good, "a token was issued"),
        Ok(answer) => {
            let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            let error = said.get("error").and_then(Value::as_str).unwrap_or("no reason");
            step("token", Outcome::Wrong, format!("{url} answers {}: {error}", answer.status))
        }
        Err(refusal) => step("token", Outcome::Wrong, format!("{url}: {refusal}")),
    });
}
