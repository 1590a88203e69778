//! Around every route: who asks and for whom, bounds, deadlines, and the shape of every answer (R-WEB-01).
//!
//! Routes answer with what they know; here it becomes a page or problem details, gets its headers, its
//! reference, its line in the log and its place in the counts.

use super::arrival::{Arrival, Reference};
use super::client_ip::{Peer, Proxies, Through};
use super::headers::{self, Policy};
use super::hosts::{Hosts, Verdict};
use super::limits::{self, Bounded, Fate};
use super::meter::{Answered, InFlight, Meter, ProxyWarning};
use super::page::{ErrorPage, Shell, WrongHostPage};
use super::problem::{Problem, wants_page};
use super::stopwatch::Stopwatch;
use super::tongue::Tongue;
use crate::kernel::failure::Failure;
use crate::kernel::moment::Ambient;
use crate::kernel::uri::Origin;
use arc_swap::ArcSwap;
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, LOCATION, SERVER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tracing::error;

/// What may change while the server runs.
#[derive(Clone, Debug)]
pub struct WebSettings {
    pub proxies: Proxies,
    /// For routes that do not name their own with `DefaultBodyLimit`.
    pub body_limit: usize,
    /// For any route.
    pub body_limit_at_most: usize,
    pub body_timeout: Duration,
    pub request_timeout: Duration,
    /// Made by `headers::strict_transport`.
    pub hsts: Option<HeaderValue>,
}

impl WebSettings {
    /// The limits of security §0.2, nobody trusted.
    pub fn new(issuer: &Origin) -> Self {
        Self {
            proxies: Proxies::default(),
            body_limit: 64 * 1024,
            body_limit_at_most: 1024 * 1024,
            body_timeout: Duration::from_secs(20),
            request_timeout: Duration::from_secs(20),
            hsts: headers::strict_transport(issuer, TWO_YEARS),
        }
    }
}

/// How much a page says about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Candour {
    ReferenceOnly,
    /// In development: the whole chain of causes.
    Causes,
}

/// One listener's surroundings. The operations listener has no `hosts`: it is reached by address.
pub struct Frame {
    pub ambient: Ambient,
    pub settings: Arc<ArcSwap<WebSettings>>,
    pub hosts: Option<Hosts>,
    pub shell: Shell,
    /// Where each problem's code has a page; empty if nowhere.
    pub docs: Arc<str>,
    pub candour: Candour,
}

struct Surroundings {
    frame: Frame,
    warning: ProxyWarning,
    meter: Meter,
}

/// What `Strict-Transport-Security` promises (security §1.8).
const TWO_YEARS: Duration = Duration::from_hours(2 * 365 * 24);
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The router as the world sees it. Nothing may be added to it afterwards.
pub fn surround(router: Router, frame: Frame) -> Router {
    let (warning, meter) = (ProxyWarning::new(), Meter::default());
    let state = Arc::new(Surroundings { frame, warning, meter });
    let router = router.fallback(async || Problem::not_found());
    router.layer(from_fn_with_state(state, around))
}

async fn around(State(around): State<Arc<Surroundings>>, request: Request, next: Next) -> Response {
    let (watch, _in_flight) = (Stopwatch::start(), InFlight::begin());
    let settings = around.frame.settings.load_full();
    let (mut parts, body) = request.into_parts();
    let (mut arrival, verdict) = around.frame.receive(&parts, &settings);
    around.warning.note(&arrival);
    let asked = Asked::of(&parts);
    let answer = match admit(verdict, &mut arrival, &parts, &settings) {
        Ok(()) => {
            parts.extensions.insert(arrival.clone());
            answer(parts, body, next, &settings).await
        }
        Err(refusal) => *refusal,
    };
    let response = around.frame.finish(answer, &asked, &arrival, &settings);
    let (status, route) = (response.status(), asked.route.as_ref().map(MatchedPath::as_str));
    let method = &asked.method;
    let took = watch.elapsed();
    around.meter.record(&Answered { arrival: &arrival, method, route, status, took });
    response
}

/// Boxed: a refusal is rare and large.
fn admit(
    verdict: Verdict,
    arrival: &mut Arrival,
    parts: &Parts,
    settings: &WebSettings,
) -> Result<(), Box<Response>> {
    let refused = |problem: Problem| Err(Box::new(problem.into_response()));
    if let Some(problem) = limits::refusal(parts, settings.body_limit_at_most) {
        return refused(problem);
    }
    match verdict {
        Verdict::Ours(host) => arrival.host = Some(host),
        Verdict::Exempt => {}
        Verdict::Malformed => return refused(Problem::of_status(StatusCode::BAD_REQUEST)),
        Verdict::Wrong => return refused(Problem::of_status(StatusCode::MISDIRECTED_REQUEST)),
        Verdict::Elsewhere(place) => {
            let moved = (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, place)]);
            return Err(Box::new(moved.into_response()));
        }
    }
    Ok(())
}

/// What is still needed of the request when it has been answered.
struct Asked {
    method: Method,
    path: String,
    route: Option<MatchedPath>,
    /// Of whoever wants a page.
    tongue: Option<Tongue>,
}

impl Asked {
    fn of(parts: &Parts) -> Self {
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            route: parts.extensions.get::<MatchedPath>().cloned(),
            tongue: wants_page(&parts.headers).then(|| Tongue::of(parts)),
        }
    }
}

impl Frame {
    fn receive(&self, parts: &Parts, settings: &WebSettings) -> (Arrival, Verdict) {
        let nobody = Peer { address: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), is_tls: false };
        let peer = parts.extensions.get::<Peer>().copied().unwrap_or(nobody);
        let caller = settings.proxies.caller(peer, &parts.headers);
        let at = self.ambient.now();
        let named = parts.headers.get(X_REQUEST_ID);
        let named = named.filter(|_| caller.through == Through::TrustedProxy);
        let reference = named.and_then(Reference::adopt);
        let reference = reference.unwrap_or_else(|| Reference::fresh(&self.ambient, at));
        let verdict = self.hosts.as_ref().map_or(Verdict::Exempt, |hosts| hosts.judge(parts));
        (Arrival { at, reference, caller, host: None }, verdict)
    }

    fn finish(
        &self,
        response: Response,
        asked: &Asked,
        arrival: &Arrival,
        settings: &WebSettings,
    ) -> Response {
        let mut response = self.worded(response, asked, arrival);
        let policy = response.extensions_mut().remove::<Policy>();
        let headers = response.headers_mut();
        headers::dress(headers, policy.as_ref(), settings.hsts.as_ref());
        headers.remove(SERVER);
        if let Ok(reference) = HeaderValue::from_str(arrival.reference.as_str()) {
            headers.insert(X_REQUEST_ID, reference);
        }
        let is_https = self.hosts.as_ref().is_some_and(|hosts| hosts.public.is_https());
        let chosen = asked.tongue.as_ref().and_then(|tongue| tongue.cookie(is_https));
        if let Some(cookie) = chosen {
            headers.append(SET_COOKIE, cookie);
        }
        response
    }

    /// An answer that says nothing by itself, axum's plain sentences included, is put into words.
    fn worded(&self, mut response: Response, asked: &Asked, arrival: &Arrival) -> Response {
        let problem = match response.extensions_mut().remove::<Problem>() {
            Some(problem) => problem,
            None if is_mute(&response) => Problem::of_status(response.status()),
            None => return response,
        };
        if let Some(cause) = problem.cause() {
            error!(request_id = arrival.reference.as_str(), %cause, "a request failed");
        }
        let written = self.write(&problem, &response, asked, arrival);
        let mut kept = std::mem::take(response.headers_mut());
        let (mut parts, body) = written.into_parts();
        kept.remove(CONTENT_TYPE);
        kept.remove(CONTENT_LENGTH);
        parts.headers.extend(kept);
        parts.headers.extend(problem.retry_header());
        let body = if asked.method == Method::HEAD { Body::empty() } else { body };
        Response::from_parts(parts, body)
    }

    fn write(
        &self,
        problem: &Problem,
        response: &Response,
        asked: &Asked,
        arrival: &Arrival,
    ) -> Response {
        let reference = &arrival.reference;
        let json = || problem.json(&self.docs, &asked.path, reference);
        let Some(tongue) = &asked.tongue else { return json() };
        let shell = response.extensions().get::<Shell>().unwrap_or(&self.shell);
        let shell = &shell.clone().spoken(tongue.clone());
        let page = match &self.hosts {
            Some(hosts) if problem.status() == StatusCode::MISDIRECTED_REQUEST => {
                WrongHostPage { shell, reference, operator: hosts.operator(&arrival.caller) }
                    .write()
            }
            _ => ErrorPage { shell, problem, reference, causes: self.causes(problem) }.write(),
        };
        page.unwrap_or_else(|failure| {
            error!(request_id = reference.as_str(), %failure, "an error page failed");
            json()
        })
    }

    fn causes(&self, problem: &Problem) -> Option<String> {
        let cause = problem.cause().filter(|_| self.candour == Candour::Causes);
        cause.map(Failure::to_string)
    }
}

fn is_mute(response: &Response) -> bool {
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    is_refusal && kind.is_none_or(|kind| kind.starts_with(b"text/plain"))
}

/// The route's own answer, in time and without a panic getting further.
async fn answer(parts: Parts, body: Body, next: Next, settings: &WebSettings) -> Response {
    let fate = Fate::default();
    let mut request = Request::from_parts(parts, body);
    // Before the route's own, which prevails.
    DefaultBodyLimit::max(settings.body_limit).apply(&mut request);
    let (parts, body) = request.into_parts();
    let body = if body.is_end_stream() {
        body
    } else {
        let limit = settings.body_limit_at_most;
        Body::new(Bounded::new(body, limit, settings.body_timeout, fate.clone()))
    };
    let mut route = pin!(next.run(Request::from_parts(parts, body)));
    // A route is called once and dropped after a panic, so nobody sees what it left half done.
    let caught = std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| route.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(response)) => Poll::Ready(Some(response)),
            Err(_) => Poll::Ready(None),
        }
    });
    let answer = tokio::time::timeout(settings.request_timeout, caught).await;
    if let Some(problem) = fate.refusal() {
        return problem.into_response();
    }
    match answer {
        Ok(Some(response)) => response,
        Ok(None) => Problem::broken("a route panicked").into_response(),
        Err(_) => Problem::from(Failure::unavailable("a request took too long")).into_response(),
    }
}

/// For routes that take more than `WebSettings::body_limit`, up to `body_limit_at_most`.
pub fn with_body_limit(router: Router, limit: usize) -> Router {
    router.layer(DefaultBodyLimit::max(limit))
}
