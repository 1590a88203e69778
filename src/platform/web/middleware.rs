//! Around every route: who asks and for whom, bounds, deadlines, and the shape of every answer (R-WEB-01).
//!
//! Routes answer with what they know; here it becomes a page or problem details, gets its headers, its
//! reference, its line in the log and its place in the counts.

use super::arrival::{Arrival, Reference, References};
use super::client_ip::{Peer, Proxies, Through};
use super::headers::{self, Policy, X_REQUEST_ID};
use super::hosts::{Hosts, Verdict};
use super::limits::{self, Bounded, Fate};
use super::meter::{Answered, Meter, ProxyWarning};
use super::page::Shell;
use super::problem::{Problem, wants_page};
use super::stopwatch::Stopwatch;
use super::tongue::Tongue;
use crate::kernel::failure::Failure;
use crate::kernel::moment::Ambient;
use crate::kernel::uri::Origin;
use arc_swap::ArcSwap;
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::header::{LOCATION, SERVER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tower::Service;
use tower::layer::layer_fn;

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
    references: References,
    warning: ProxyWarning,
    meter: Meter,
}

/// What `Strict-Transport-Security` promises (security §1.8).
const TWO_YEARS: Duration = Duration::from_hours(2 * 365 * 24);

/// The router as the world sees it. Nothing may be added to it afterwards.
pub fn surround(router: Router, frame: Frame) -> Router {
    let (references, warning) = (References::default(), ProxyWarning::new());
    let here = Arc::new(Surroundings { frame, references, warning, meter: Meter::new() });
    let router = router.fallback(async || Problem::not_found());
    router.layer(layer_fn(move |inside| Around { inside, here: Arc::clone(&here) }))
}

/// One route with its surroundings. Written out, because axum's own `from_fn` puts each request's way inside
/// into two more boxes.
#[derive(Clone)]
struct Around<S> {
    inside: S,
    here: Arc<Surroundings>,
}

impl<S> Service<Request> for Around<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inside.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The clone need not be asked whether it is ready: a route always is.
        let (here, inside) = (Arc::clone(&self.here), self.inside.clone());
        Box::pin(async move { Ok(here.answer(request, inside).await) })
    }
}

impl Surroundings {
    async fn answer<S>(&self, request: Request, inside: S) -> Response
    where
        S: Service<Request, Response = Response, Error = Infallible>,
    {
        let (watch, _in_flight) = (Stopwatch::start(), self.meter.begin());
        let settings = self.frame.settings.load_full();
        let (mut parts, body) = request.into_parts();
        let (mut arrival, verdict) = self.receive(&parts, &settings);
        self.warning.note(&arrival);
        let asked = Asked::of(&parts);
        let answer = match admit(verdict, &mut arrival, &parts, &settings) {
            Ok(()) => {
                parts.extensions.insert(arrival.clone());
                answer(Request::from_parts(parts, body), inside, &settings).await
            }
            Err(refusal) => *refusal,
        };
        let response = self.frame.finish(answer, &asked, &arrival, &settings);
        let (status, route) = (response.status(), asked.route.as_ref().map(MatchedPath::as_str));
        let method = &asked.method;
        let took = watch.elapsed();
        self.meter.record(&Answered { arrival: &arrival, method, route, status, took });
        response
    }

    fn receive(&self, parts: &Parts, settings: &WebSettings) -> (Arrival, Verdict) {
        let frame = &self.frame;
        let nobody = Peer { address: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), is_tls: false };
        let peer = parts.extensions.get::<Peer>().copied().unwrap_or(nobody);
        let caller = settings.proxies.caller(peer, &parts.headers);
        let at = frame.ambient.now();
        let named = parts.headers.get(X_REQUEST_ID);
        let named = named.filter(|_| caller.through == Through::TrustedProxy);
        let reference = named.and_then(Reference::adopt);
        let reference = reference.unwrap_or_else(|| self.references.fresh(&frame.ambient, at));
        let verdict = frame.hosts.as_ref().map_or(Verdict::Exempt, |hosts| hosts.judge(parts));
        (Arrival { at, reference, caller, host: None }, verdict)
    }
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
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) uri: Uri,
    route: Option<MatchedPath>,
    /// Of whoever wants a page.
    pub(super) tongue: Option<Tongue>,
}

impl Asked {
    fn of(parts: &Parts) -> Self {
        Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            route: parts.extensions.get::<MatchedPath>().cloned(),
            tongue: wants_page(&parts.headers).then(|| Tongue::of(parts)),
        }
    }
}

impl Frame {
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
}

/// The route's own answer, in time and without a panic getting further.
async fn answer<S>(mut request: Request, mut inside: S, settings: &WebSettings) -> Response
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    let fate = Fate::default();
    if !request.body().is_end_stream() {
        // Before the route's own, which prevails.
        DefaultBodyLimit::max(settings.body_limit).apply(&mut request);
        let (limit, patience) = (settings.body_limit_at_most, settings.body_timeout);
        request = request.map(|body| Body::new(Bounded::new(body, limit, patience, fate.clone())));
    }
    let mut route = pin!(inside.call(request));
    // A route is called once and dropped after a panic, so nobody sees what it left half done.
    let caught = std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| route.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(Ok(response))) => Poll::Ready(Some(response)),
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
