//! The load bench (`scripts/bench`): what the server does per second of its own CPU, against limits of the same run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench reads the clock, says what it found, or fails"
)]

mod federation;
mod flows;
mod hello;
mod operations;
mod process;
mod report;
mod sign_ins;
mod signing;
mod walk;

use process::{Asked, Server, Window, load, openssl};
use report::{Report, Row, Wanted};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

const RUNS: usize = 5;
const SECONDS: u32 = 3;
const DOCUMENTS: [(&str, &str); 2] =
    [("JWKS", "/jwks"), ("discovery", "/.well-known/openid-configuration")];

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--hello", kind, size] => hello::run(kind == "own", size.parse().unwrap()),
        ["--hash", seconds] => sign_ins::hash(seconds.parse().unwrap()),
        ["--sign-ins", port, seconds] => {
            sign_ins::generate(port.parse().unwrap(), seconds.parse().unwrap());
        }
        [] => measure(None),
        ["people"] => people(),
        ["--json", file] => measure(Some(Path::new(file))),
        ["--federation"] => {
            let mut report = Report::begin();
            beside_a_provider(&mut report, tempfile::tempdir().unwrap().path());
            report.end(None);
        }
        ["--binary", file] => {
            process::measure_instead(file.into());
            measure(None);
        }
        _ => panic!(
            "load knows --json FILE, people and --federation for these parts alone, and --binary FILE to measure another build"
        ),
    }
}

/// Only what concerns people.
fn people() {
    let mut report = Report::begin();
    let folder = tempfile::tempdir().unwrap();
    sign_ins::measure(&mut report, folder.path());
    report.end(None);
}

fn measure(file: Option<&Path>) {
    let mut report = Report::begin();
    let before = openssl();
    sign(&mut report, before);
    let folder = tempfile::tempdir().unwrap();
    starts(&mut report, folder.path());
    serve(&mut report, folder.path(), before);
    sign_ins::measure(&mut report, folder.path());
    beside_a_provider(&mut report, &folder.path().join("federation"));
    let after = openssl();
    report.note(format!(
        "openssl rsa2048: {before:.0} signatures per second before, {after:.0} after"
    ));
    if (before / after - 1.0).abs() > 0.05 {
        report.note("noisy: openssl before and after differ by more than 5 %".into());
    }
    report.end(file);
}

/// In a process of its own there is nothing else; here the thread's own CPU time says the same.
fn sign(report: &mut Report, openssl: f64) {
    for (name, rate) in signing::measure() {
        let name = format!("{name} tokens through the key ring, per CPU-s");
        let goal = name.starts_with("RS256").then_some(Wanted::AtLeast(0.90));
        let against = name.starts_with("RS256").then_some(("openssl rsa2048", openssl));
        report.add(
            Row::of(name, rate.median).within(rate.least, rate.most).against(against).wanted(goal),
        );
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// As an operator would run it: everything at its default, behind a proxy that speaks TLS.
fn configure(folder: &Path) -> u16 {
    let (port, ops) = (free_port(), free_port());
    let text = format!(
        "[server]\npublic_url = \"http://127.0.0.1:{port}\"\nlisten = [\"127.0.0.1:{port}\"]\n\
         ops_listen = \"127.0.0.1:{ops}\"\n[database]\nurl = \"sqlite://vestibule.db\"\n\
         [encryption]\nkey_folder = \"keys\"\n[log]\nformat = \"json\"\n"
    );
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("vestibule.toml"), text).unwrap();
    port
}

fn beside_a_provider(report: &mut Report, folder: &Path) {
    federation::measure(report, folder, |folder, provider| {
        let port = configure(folder);
        let file = folder.join("vestibule.toml");
        let more = format!("[outbound]\nallow = [\"127.0.0.1:{provider}\"]\n");
        fs::write(&file, fs::read_to_string(&file).unwrap() + &more).unwrap();
        port
    });
}

fn starts(report: &mut Report, folder: &Path) {
    let millis = |took: Duration| took.as_secs_f64() * 1000.0;
    let first = (0..RUNS).map(|number| {
        let folder = folder.join(format!("first{number}"));
        let (server, took) = Server::vestibule(&folder, configure(&folder), false);
        server.end();
        millis(took)
    });
    report.add(
        Row::spread("first start ever, ms to the first 200", first.collect())
            .wanted(Some(Wanted::AtMost(1000.0))),
    );
    let again = (0..RUNS).map(|_| {
        let folder = folder.join("first0");
        let (server, took) = Server::vestibule(&folder, configure(&folder), false);
        server.end();
        millis(took)
    });
    report.add(
        Row::spread("start on existing data, ms to the first 200", again.collect())
            .wanted(Some(Wanted::AtMost(50.0))),
    );
    let size = fs::metadata(process::binary()).unwrap().len();
    #[allow(clippy::cast_precision_loss, reason = "some megabytes")]
    let size = size as f64 / 1024.0 / 1024.0;
    report.add(Row::of("binary, MiB".into(), size).wanted(Some(Wanted::AtMost(30.0))));
}

fn serve(report: &mut Report, folder: &Path, openssl: f64) {
    let folder = folder.join("first0");
    let (server, _) = Server::vestibule(&folder, configure(&folder), true);
    std::thread::sleep(Duration::from_secs(5));
    let idle = server.resident_mib();
    report
        .add(Row::of("idle memory, MiB resident".into(), idle).wanted(Some(Wanted::AtMost(25.0))));
    for (name, path) in DOCUMENTS {
        let size = server.body(path);
        let against = Limit { words: format!("{name}, {size} bytes"), size, goal: 0.80 };
        compare(report, &server, (&Asked::document(path, size), against));
    }
    operations::measure(report, (&server, &folder), openssl);
    flows::measure(report, (&server, &folder), openssl);
    let loaded = server.resident_mib();
    report.add(
        Row::of("memory after load, MiB resident".into(), loaded)
            .wanted(Some(Wanted::AtMost(idle + 15.0))),
    );
    server.end();
}

/// A server that answers as many bytes and does nothing else, and how near ours is to come.
struct Limit {
    words: String,
    size: usize,
    goal: f64,
}

/// Limit and server in turns, so that what the machine does meanwhile meets both.
fn compare(report: &mut Report, server: &Server, (asked, limit): (&Asked, Limit)) {
    let Limit { words, size, goal } = limit;
    let (hello, axum) = (Server::hello(true, size), Server::hello(false, size));
    let nothing = Asked::document("/", size);
    load(&hello, &nothing, 1);
    load(server, asked, 1);
    let (mut limits, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        limits.push(load(&hello, &nothing, SECONDS));
        ours.push(load(server, asked, SECONDS));
    }
    limits.push(load(&hello, &nothing, SECONDS));
    let other = load(&axum, &nothing, SECONDS);
    let limit = row(
        &format!("static {size} bytes, our server loop without middleware, per CPU-s"),
        &limits,
    );
    let against = Some(("static bytes", limit.value));
    report.add(limit);
    report.add(row(&format!("static {size} bytes, axum::serve, per CPU-s"), &[other]));
    let row = row(&format!("{words}, per CPU-s"), &ours);
    report.add(row.against(against).wanted(Some(Wanted::AtLeast(goal))));
}

fn row(name: &str, windows: &[Window]) -> Row {
    let busy = windows.iter().map(|window| window.busy).fold(f64::MAX, f64::min);
    let wall = report::median(windows.iter().map(|window| window.per_second).collect());
    let rates = windows.iter().map(|window| window.per_cpu_second).collect();
    Row::spread(name, rates)
        .with(format!("{wall:.0}/s on the wall, server at least {:.0} % busy", busy * 100.0))
}
