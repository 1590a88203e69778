//! Every metric there is, by name, and the text Prometheus reads.

use crate::kernel::failure::Failure;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::sync::{Mutex, PoisonError};

/// A metric, as operators see it. Units are seconds and bytes; what only grows ends in `_total`.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    pub name: &'static str,
    pub kind: Kind,
    pub help: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Counter,
    Gauge,
    Histogram,
}

const fn counter(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, help }
}

const fn gauge(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, help }
}

const fn histogram(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Histogram, help }
}

/// All of them, and a test that no other is used.
pub const METRICS: &[Metric] = &[
    gauge("idp_build_info", "Always 1; the labels tell which build runs."),
    counter(
        "idp_log_lines_dropped_total",
        "Log lines lost because the log was not read fast enough.",
    ),
    gauge("idp_http_in_flight", "Requests that are being answered."),
    counter("idp_http_requests_total", "Requests answered, by route, method and status."),
    histogram(
        "idp_http_request_duration_seconds",
        "From a request's arrival to its answer, by route.",
    ),
    counter(
        "idp_untrusted_forwarded_header_total",
        "Requests in which someone who is no trusted proxy told the client's address.",
    ),
    gauge("idp_worker_queue_depth", "Jobs that wait for a thread, by pool."),
    counter("idp_worker_refused_total", "Jobs refused because too many were waiting, by pool."),
    counter(
        "idp_events_total",
        "What happened and was recorded, by event: sign-ins, lockouts, tokens, reuse, and all else docs/events.md lists.",
    ),
    counter("idp_jobs_total", "Jobs that were worked off, by kind and result."),
    gauge("idp_db_pool_connections", "Connections to the database, by pool and state."),
    gauge(
        "idp_signing_key_age_seconds",
        "For how long the oldest key has been signing, by algorithm.",
    ),
    gauge(
        "idp_signing_key_next_rotation_timestamp",
        "When the next key takes over, by algorithm; 0 when none is waiting.",
    ),
    gauge("idp_audit_chain_valid", "1 when the last look at the audit chains found them whole."),
    gauge("idp_audit_chain_last_verified_timestamp", "When the audit chains were looked at last."),
    counter("idp_config_reload_total", "Changed configurations that were read, by result."),
    gauge("idp_config_last_reload_success", "1 when the last changed configuration is in force."),
];

/// Upper bounds of the histograms, in seconds: a signature takes a fifth of a millisecond, a request may take ten
/// seconds.
const BUCKETS: [f64; 15] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
    10.0,
];

/// What has been counted so far.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

/// The metrics crate knows one recorder per program; servers that share a program share it.
static INSTALLED: Mutex<Option<Metrics>> = Mutex::new(None);

impl Metrics {
    /// Count from now on. What was made before, such as a pool's gauges, is not counted.
    ///
    /// # Errors
    /// If someone else's recorder is installed.
    pub fn install() -> Result<Self, Failure> {
        let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(metrics) = &*installed {
            return Ok(metrics.clone());
        }
        let recorder = recorder()?;
        let made = Self(recorder.handle());
        metrics::set_global_recorder(recorder)
            .map_err(|_| Failure::broken("another recorder of metrics is installed"))?;
        Ok(installed.insert(made).clone())
    }

    /// In the text format of Prometheus.
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// To be called every few seconds: values of histograms pile up until they are sorted into their buckets, here
    /// or when someone reads.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}

fn recorder() -> Result<PrometheusRecorder, Failure> {
    let builder = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .map_err(|e| Failure::broken("the histograms have no buckets").because(e))?;
    let recorder = builder.build_recorder();
    metrics::with_local_recorder(&recorder, || {
        METRICS.iter().for_each(describe);
        metrics::gauge!("idp_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    });
    Ok(recorder)
}

fn describe(metric: &Metric) {
    match metric.kind {
        Kind::Counter => metrics::describe_counter!(metric.name, metric.help),
        Kind::Gauge => metrics::describe_gauge!(metric.name, metric.help),
        Kind::Histogram => metrics::describe_histogram!(metric.name, metric.help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    #[test]
    fn what_is_counted_is_rendered_with_its_meaning() {
        let recorder = recorder().unwrap();
        metrics::with_local_recorder(&recorder, || {
            metrics::gauge!("idp_worker_queue_depth", "pool" => "sign").set(3.0);
        });
        let text = Metrics(recorder.handle()).render();
        for line in [
            concat!("idp_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
            "# HELP idp_worker_queue_depth Jobs that wait for a thread, by pool.",
            "# TYPE idp_worker_queue_depth gauge",
            "idp_worker_queue_depth{pool=\"sign\"} 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
    }

    #[test]
    fn servers_in_one_program_share_what_they_count() {
        assert!(Metrics::install().is_ok());
        assert!(Metrics::install().unwrap().render().contains("idp_build_info"));
    }

    #[test]
    fn every_metric_is_described_and_every_description_is_used() {
        let mut used = BTreeSet::new();
        search(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut used);
        let described: BTreeSet<_> = METRICS
            .iter()
            .map(|metric| (word(metric.kind).to_owned(), metric.name.to_owned()))
            .collect();
        assert_eq!(used, described);
        assert_eq!(described.len(), METRICS.len(), "a metric is described twice");
    }

    #[test]
    fn names_say_what_kind_they_are() {
        for Metric { name, kind, help } in METRICS {
            assert_eq!(name.ends_with("_total"), *kind == Kind::Counter, "{name}");
            assert!(help.ends_with('.') && name.starts_with("idp_"), "{name}");
        }
    }

    fn word(kind: Kind) -> &'static str {
        match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        }
    }

    /// The name may stand on the line after its macro.
    fn search(folder: &Path, used: &mut BTreeSet<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                search(&path, used);
                continue;
            }
            if path.extension().is_none_or(|end| end != "rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for kind in ["counter", "gauge", "histogram"] {
                for rest in text.split(&format!("{kind}!(")).skip(1) {
                    let quoted = rest.trim_start().strip_prefix('"');
                    let name = quoted.and_then(|rest| rest.split('"').next());
                    used.extend(name.map(|name| (kind.to_owned(), name.to_owned())));
                }
            }
        }
    }
}
