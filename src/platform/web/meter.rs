//! What is counted and written down of each request: one line, three series.

use super::arrival::Arrival;
use super::client_ip::Through;
use crate::kernel::time::{Lifetime, Timestamp};
use axum::http::{Method, StatusCode};
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;
use tracing::{info, warn};

/// One request under way; it is counted off when dropped, also when the client hangs up.
pub(super) struct InFlight<'a>(&'a Gauge);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

pub(super) struct Answered<'a> {
    pub(super) arrival: &'a Arrival,
    pub(super) method: &'a Method,
    /// The route's pattern, never the path: what clients invent must not become a series.
    pub(super) route: Option<&'a str>,
    pub(super) status: StatusCode,
    pub(super) took: Duration,
}

const UNMATCHED: &str = "-";

/// The series of one listener's answers. They are looked up here, because the recorder would make their names
/// anew for each request.
pub(super) struct Meter {
    in_flight: Gauge,
    known: RwLock<HashMap<Box<str>, Vec<Series>>>,
}

struct Series {
    method: &'static str,
    status: StatusCode,
    answers: Counter,
    durations: Histogram,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self { in_flight: gauge!("idp_http_in_flight"), known: RwLock::default() }
    }

    pub(super) fn begin(&self) -> InFlight<'_> {
        self.in_flight.increment(1.0);
        InFlight(&self.in_flight)
    }

    pub(super) fn record(&self, answered: &Answered<'_>) {
        let route = answered.route.unwrap_or(UNMATCHED);
        if !self.count(route, answered) {
            self.meet(route, answered);
            self.count(route, answered);
        }
        if !is_probe(route) {
            answered.log(route);
        }
    }

    /// Whether its series is known.
    fn count(&self, route: &str, answered: &Answered<'_>) -> bool {
        let method = method(answered.method);
        let is_it = |series: &&Series| series.method == method && series.status == answered.status;
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let Some(series) = known.get(route).and_then(|all| all.iter().find(is_it)) else {
            return false;
        };
        series.answers.increment(1);
        series.durations.record(answered.took.as_secs_f64());
        true
    }

    fn meet(&self, route: &str, answered: &Answered<'_>) {
        let (method, status) = (method(answered.method), answered.status);
        let labels = [
            ("route", route.to_owned()),
            ("method", method.to_owned()),
            ("status", status.as_str().to_owned()),
        ];
        let series = Series {
            method,
            status,
            answers: counter!("idp_http_requests_total", &labels),
            durations: histogram!("idp_http_request_duration_seconds", "route" => route.to_owned()),
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(route.into()).or_default().push(series);
    }
}

impl Answered<'_> {
    fn log(&self, route: &str) {
        info!(
            target: "vestibule::access",
            request_id = self.arrival.reference.as_str(),
            method = method(self.method),
            route,
            status = self.status.as_u16(),
            dur_ms = millis(self.took),
            ip = %self.arrival.caller.ip,
            "answered"
        );
    }
}

/// To the microsecond, which is as much as anybody reads.
fn millis(took: Duration) -> f64 {
    f64::from(u32::try_from(took.as_micros()).unwrap_or(u32::MAX)) / 1000.0
}

fn is_probe(route: &str) -> bool {
    matches!(route, "/healthz" | "/readyz" | "/startupz" | "/metrics")
}

/// Methods are tokens of any text; only known ones become a label.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Forwarding headers from somebody who is not trusted: counted each time, said once a minute.
#[derive(Debug)]
pub(super) struct ProxyWarning(AtomicI64);

impl ProxyWarning {
    pub(super) const fn new() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }

    pub(super) fn note(&self, arrival: &Arrival) {
        if arrival.caller.through != Through::UntrustedProxy {
            return;
        }
        counter!("idp_untrusted_forwarded_header_total").increment(1);
        if self.is_due(arrival.at) {
            let ip = arrival.caller.ip;
            warn!(
                %ip,
                "forwarding headers are ignored, because this peer is not in server.trusted_proxies; \
                 until then everyone behind it shares one address, and limits apply to all together"
            );
        }
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let last = self.0.load(Ordering::Relaxed);
        let is_due = now.micros() >= last.saturating_add(Lifetime::minutes(1).as_micros());
        is_due
            && self
                .0
                .compare_exchange(last, now.micros(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // experience §6.8
    #[test]
    fn an_ignored_proxy_is_mentioned_once_a_minute() {
        let warning = ProxyWarning::new();
        let due = |second| warning.is_due(Timestamp::from_seconds(second));
        assert_eq!([due(0), due(1), due(59), due(60), due(61)], [true, false, false, true, false]);
    }

    //
    #[test]
    fn an_invented_method_is_no_series_of_its_own() {
        assert_eq!(method(&Method::from_bytes(b"PROPFIND").unwrap()), "other");
    }
}
