//! Whether the process lives, whether it can serve, and its metrics (experience §6.1, §6.2).

use super::stop::Stopping;
use axum::Router;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// A dependency has this long to say that it is well.
const PATIENCE: Duration = Duration::from_secs(1);

type Answer = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
type Question = Arc<dyn Fn() -> Answer + Send + Sync>;

/// One thing that is asked before the server calls itself ready.
#[derive(Clone)]
pub struct Check {
    name: &'static str,
    weight: Weight,
    ask: Question,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Without it nothing can be served.
    Required,
    /// Without it the server is slower, but correct.
    Helpful,
}

impl Check {
    pub fn new<F, A>(name: &'static str, weight: Weight, ask: F) -> Self
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self { name, weight, ask: Arc::new(move || Box::pin(ask())) }
    }

    async fn state(&self) -> State {
        let trouble = match timeout(PATIENCE, (self.ask)()).await {
            Ok(Ok(())) => None,
            Ok(Err(sentence)) => Some(sentence),
            Err(_) => Some("no answer within a second".to_owned()),
        };
        State { name: self.name, is_required: self.weight == Weight::Required, trouble }
    }
}

#[derive(Serialize)]
struct State {
    name: &'static str,
    #[serde(rename = "required")]
    is_required: bool,
    trouble: Option<String>,
}

/// What readiness depends on.
#[derive(Clone)]
pub struct Health {
    pub ready: Arc<[Check]>,
    /// Migrations and caches; asked by `/startupz` alone.
    pub started: Arc<[Check]>,
    pub stopping: Stopping,
}

/// For everybody: yes or no, without a reason.
pub fn public_routes(health: &Health) -> Router {
    let health = health.clone();
    let ready = move || {
        let health = health.clone();
        async move { health.readiness().await.answer(Depth::Word) }
    };
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready))
}

/// For those who run the server.
pub fn operations_routes(
    health: &Health,
    metrics: impl Fn() -> String + Clone + Send + Sync + 'static,
) -> Router {
    let (ready, started) = (health.clone(), health.clone());
    let ready = move |RawQuery(query): RawQuery| {
        let health = ready.clone();
        async move { health.readiness().await.answer(Depth::asked(query.as_deref())) }
    };
    let started = move |RawQuery(query): RawQuery| {
        let health = started.clone();
        async move { examine(&health.started).await.answer(Depth::asked(query.as_deref())) }
    };
    let text = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/startupz", get(started))
        .route("/metrics", get(async move || (text, metrics())))
}

async fn alive() -> Response {
    Verdict::Fine.answer(&[], Depth::Word)
}

impl Health {
    async fn readiness(&self) -> Report {
        if self.stopping.is_leaving() {
            return Report { verdict: Verdict::Leaving, states: Vec::new() };
        }
        examine(&self.ready).await
    }
}

/// All are asked, one after the other: a probe is rare, and the order stays readable.
async fn examine(checks: &[Check]) -> Report {
    let mut states = Vec::with_capacity(checks.len());
    for check in checks {
        states.push(check.state().await);
    }
    let has_trouble = |is_required| {
        states.iter().any(|state| state.trouble.is_some() && state.is_required == is_required)
    };
    let verdict = match (has_trouble(true), has_trouble(false)) {
        (true, _) => Verdict::Unready,
        (_, true) => Verdict::Degraded,
        _ => Verdict::Fine,
    };
    Report { verdict, states }
}

struct Report {
    verdict: Verdict,
    states: Vec<State>,
}

impl Report {
    fn answer(&self, depth: Depth) -> Response {
        self.verdict.answer(&self.states, depth)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Word,
    Verbose,
}

impl Depth {
    fn asked(query: Option<&str>) -> Self {
        let is_verbose = query.is_some_and(|query| query.split('&').any(|part| part == "verbose"));
        if is_verbose { Self::Verbose } else { Self::Word }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fine,
    Degraded,
    Unready,
    Leaving,
}

#[derive(Serialize)]
struct Wire<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    checks: &'a [State],
}

impl Verdict {
    fn answer(self, states: &[State], depth: Depth) -> Response {
        let (code, word) = match (self, depth) {
            (Self::Degraded, Depth::Verbose) => (StatusCode::OK, "degraded"),
            (Self::Fine | Self::Degraded, _) => (StatusCode::OK, "ok"),
            (Self::Leaving, Depth::Verbose) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
            (Self::Unready | Self::Leaving, _) => (StatusCode::SERVICE_UNAVAILABLE, "unready"),
        };
        let checks = if depth == Depth::Verbose { states } else { &[] };
        let body = serde_json::to_vec(&Wire { status: word, checks }).unwrap_or_default();
        (code, [(CONTENT_TYPE, "application/json")], body).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::web::stop::stop;
    use axum::body::to_bytes;
    use axum::http::Request;
    use tower::ServiceExt;

    async fn ask(router: Router, path: &str) -> (u16, String) {
        let request = Request::get(path).body(axum::body::Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    fn health(checks: Vec<Check>) -> (super::super::stop::Stop, Health) {
        let (stop, stopping) = stop();
        (stop, Health { ready: checks.into(), started: Arc::new([]), stopping })
    }

    fn check(weight: Weight, answer: Result<(), &'static str>) -> Check {
        Check::new("database", weight, move || async move { answer.map_err(str::to_owned) })
    }

    fn operations(health: &Health) -> Router {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        {
            let handle = recorder.handle();
            operations_routes(health, move || handle.render())
        }
    }

    // experience §6.1
    #[tokio::test]
    async fn readiness_follows_what_is_required_and_tells_the_world_no_reason() {
        let (_stop, broken) = health(vec![check(Weight::Required, Err("refused at 10.0.0.5"))]);
        let answer = ask(public_routes(&broken), "/readyz?verbose").await;
        assert_eq!(answer, (503, "{\"status\":\"unready\"}".into()));
        let (status, body) = ask(operations(&broken), "/readyz?verbose").await;
        assert!(status == 503 && body.contains("refused at 10.0.0.5"), "{body}");
        assert_eq!(ask(public_routes(&broken), "/healthz").await.0, 200);
    }

    // experience §6.1: Redis optional → degraded but 200
    #[tokio::test]
    async fn what_only_helps_may_be_missing() {
        let (_stop, slow) = health(vec![check(Weight::Helpful, Err("no connection"))]);
        assert_eq!(ask(public_routes(&slow), "/readyz").await, (200, "{\"status\":\"ok\"}".into()));
        assert!(ask(operations(&slow), "/readyz?verbose").await.1.contains("degraded"));
    }

    // INV-40
    #[tokio::test]
    async fn a_leaving_server_is_not_ready() {
        let (stop, health) = health(vec![check(Weight::Required, Ok(()))]);
        assert_eq!(ask(public_routes(&health), "/readyz").await.0, 200);
        stop.announce();
        assert_eq!(ask(public_routes(&health), "/readyz").await.0, 503);
        assert_eq!(ask(public_routes(&health), "/healthz").await.0, 200);
    }
}
