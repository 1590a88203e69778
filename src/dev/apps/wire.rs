//! What the demo applications say to the server, and how it is written down: as it was, with its secrets masked.

use super::model::Hop;
use crate::kernel::secret::Secret;
use crate::platform::outbound::{Answer, Client, Outbound, OutboundRefusal, Request};
use crate::platform::web::stopwatch::Stopwatch;
use openidconnect::http::{self, Method};
use openidconnect::{HttpRequest, HttpResponse};
use serde_json::Value;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use url::form_urlencoded;

/// One conversation: every exchange in it becomes a hop. Copies share it.
#[derive(Clone)]
pub struct Conversation {
    outbound: Arc<Client>,
    words: Arc<Words>,
    hops: Arc<Mutex<Vec<Hop>>>,
}

/// Title and sentence of an exchange, by its path: the library asks by itself.
pub type Words = dyn Fn(&str) -> (String, String) + Send + Sync;

/// What the library takes for its HTTP client.
pub type Exchange = Pin<Box<dyn Future<Output = Result<HttpResponse, OutboundRefusal>> + Send>>;

/// Fields, parameters and members that are good for something to whoever reads them.
const SECRETS: [&str; 10] = [
    "code",
    "code_verifier",
    "client_assertion",
    "client_secret",
    "access_token",
    "refresh_token",
    "id_token",
    "token",
    "id_token_hint",
    "logout_token",
];

impl Conversation {
    pub fn new(
        outbound: &Arc<Client>,
        words: impl Fn(&str) -> (String, String) + Send + Sync + 'static,
    ) -> Self {
        let (outbound, words) = (Arc::clone(outbound), Arc::new(words));
        Self { outbound, words, hops: Arc::default() }
    }

    /// What was said since somebody asked last.
    pub fn take_hops(&self) -> Vec<Hop> {
        std::mem::take(&mut *self.hops.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// For the library: it calls this for each request.
    pub fn client(&self) -> impl Fn(HttpRequest) -> Exchange + Send + Sync + use<> {
        let conversation = self.clone();
        move |request| {
            let conversation = conversation.clone();
            Box::pin(async move { conversation.exchange(request).await })
        }
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, OutboundRefusal> {
        let watch = Stopwatch::start();
        let (parts, body) = request.into_parts();
        let url = parts.uri.to_string();
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let authorization = header("authorization");
        let mut asked = match parts.method {
            Method::POST => {
                Request::post(&url, header("content-type").unwrap_or_default(), body.clone())
            }
            _ => Request::get(&url, header("accept").unwrap_or("application/json")),
        };
        if let Some(value) = authorization {
            asked = asked.with_secret_header("authorization", &Secret::new(value));
        }
        let answer = self.outbound.send(asked).await?;
        let (title, sentence) = (self.words)(parts.uri.path());
        let said = Said {
            method: parts.method.as_str(),
            url: &url,
            form: &body,
            scheme: authorization.and_then(|value| value.split(' ').next()),
        };
        let hop = Hop {
            title,
            between: "Application → Vestibule",
            sentence,
            message: format!("{}\n\n{}", said.message(), told(&answer)),
            curl: Some(said.curl()),
            took: Some(watch.elapsed()),
        };
        self.hops.lock().unwrap_or_else(PoisonError::into_inner).push(hop);
        Ok(response(&answer))
    }
}

/// A request, as it is shown.
pub struct Said<'a> {
    pub method: &'a str,
    pub url: &'a str,
    pub form: &'a [u8],
    /// Of the `Authorization` header; what stands behind it is a secret.
    pub scheme: Option<&'a str>,
}

const MASK: &str = "••••••••";

impl Said<'_> {
    /// A line for the target, and one for each parameter.
    pub fn message(&self) -> String {
        let path = self.url.splitn(4, '/').nth(3).unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut text = format!("{} /{path}", self.method);
        for (number, (name, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
            let mark = if number == 0 { '?' } else { '&' };
            text.push_str(&format!("\n  {mark}{}", pair(&name, &value)));
        }
        if let Some(scheme) = self.scheme {
            text.push_str(&format!("\nAuthorization: {scheme} {MASK}"));
        }
        for (number, (name, value)) in form_urlencoded::parse(self.form).enumerate() {
            let mark = if number == 0 { "\n\n" } else { "\n&" };
            text.push_str(&format!("{mark}{}", pair(&name, &value)));
        }
        text
    }

    /// For a terminal. What is masked has to be filled in.
    pub fn curl(&self) -> String {
        let (base, query) = self.url.split_once('?').unwrap_or((self.url, ""));
        let mut text = String::from("curl");
        if !query.is_empty() {
            text.push_str(" --get");
        }
        if let Some(scheme) = self.scheme {
            text.push_str(&format!(" -H {}", quoted(&format!("Authorization: {scheme} {MASK}"))));
        }
        let fields = if query.is_empty() { self.form } else { query.as_bytes() };
        for (name, value) in form_urlencoded::parse(fields) {
            let value = if is_secret(&name) { MASK } else { &value };
            text.push_str(&format!(
                " \\\n  --data-urlencode {}",
                quoted(&format!("{name}={value}"))
            ));
        }
        text + " \\\n  " + quoted(base).as_str()
    }
}

fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name)
}

/// A secret, as it is shown.
pub fn masked(name: &str) -> String {
    format!("{name}={MASK}")
}

fn pair(name: &str, value: &str) -> String {
    match is_secret(name) {
        true => masked(name),
        false => form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish(),
    }
}

/// For a shell: nothing inside means anything to it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn told(answer: &Answer) -> String {
    let body = match serde_json::from_slice::<Value>(&answer.body) {
        Ok(mut json) => {
            mask(&mut json);
            format!("{json:#}")
        }
        Err(_) => String::from_utf8_lossy(&answer.body).into_owned(),
    };
    format!("HTTP/1.1 {}\n{body}", answer.status)
}

/// The members that are secrets, at any depth.
fn mask(json: &mut Value) {
    match json {
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                match value {
                    Value::String(text) if is_secret(name) => *text = MASK.into(),
                    other => mask(other),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(mask),
        _ => {}
    }
}

fn response(answer: &Answer) -> HttpResponse {
    let mut response = HttpResponse::new(answer.body.to_vec());
    *response.status_mut() = http::StatusCode::from_u16(answer.status).unwrap_or_default();
    let kind = answer.header("content-type").and_then(|kind| kind.parse().ok());
    if let Some(kind) = kind {
        response.headers_mut().insert(http::header::CONTENT_TYPE, kind);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    // experience §1.5: the raw message with its secrets masked, and the same as curl
    #[test]
    fn a_message_is_shown_without_its_secrets() {
        let said = Said {
            method: "POST",
            url: "http://localhost:8080/oauth/token",
            form: b"grant_type=authorization_code&code=splx&redirect_uri=http%3A%2F%2Flocalhost%3A8081%2Fcallback",
            scheme: Some("Basic"),
        };
        assert_eq!(
            said.message(),
            "POST /oauth/token\nAuthorization: Basic ••••••••\n\ngrant_type=authorization_code\n\
             &code=••••••••\n&redirect_uri=http%3A%2F%2Flocalhost%3A8081%2Fcallback"
        );
        assert_eq!(
            said.curl(),
            "curl -H 'Authorization: Basic ••••••••' \\\n  --data-urlencode 'grant_type=authorization_code' \\\n  \
             --data-urlencode 'code=••••••••' \\\n  --data-urlencode \
             'redirect_uri=http://localhost:8081/callback' \\\n  'http://localhost:8080/oauth/token'"
        );
    }

    #[test]
    fn an_address_is_shown_line_by_line() {
        let said = Said {
            method: "GET",
            url: "http://localhost:8080/authorize?scope=openid+email&code=splx&x=it's",
            form: b"",
            scheme: None,
        };
        assert_eq!(
            said.message(),
            "GET /authorize\n  ?scope=openid+email\n  &code=••••••••\n  &x=it%27s"
        );
        assert!(said.curl().starts_with("curl --get \\\n"), "{}", said.curl());
        assert!(said.curl().contains(r"'x=it'\''s'"), "{}", said.curl());
    }

    #[test]
    fn an_answer_is_shown_without_its_secrets() {
        let mut json = serde_json::json!({ "access_token": "t", "expires_in": 300, "deep": [{ "id_token": "i" }] });
        mask(&mut json);
        let mask = "••••••••";
        let shown = serde_json::json!({ "access_token": mask, "expires_in": 300, "deep": [{ "id_token": mask }] });
        assert_eq!(json, shown);
    }
}
