//! People sign in: as many as one hasher can, and what a flood of them leaves for everybody else.

use super::process::{GENERATOR, SERVER, Server, command};
use super::report::{Report, Row, Wanted, median};
use super::{RUNS, configure};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use url::form_urlencoded::Serializer;
use vestibule::accounts::factors::password::{Cost, Passwords};
use vestibule::accounts::model::Candidate;
use vestibule::config::Settings;
use vestibule::kernel::secret::Secret;
use vestibule::platform::ambient;

const PEOPLE: usize = 6;
const PASSWORD: &str = "a-walk-through-the-bench";
const SECONDS: u32 = 5;
/// At once: many more than may wait for the pool.
const FLOOD: usize = 200;
const MIB: f64 = 1024.0 * 1024.0;

pub fn measure(report: &mut Report, folder: &Path) {
    let folder = folder.join("people");
    let port = settle(&folder);
    let (server, _) = Server::vestibule(&folder, port, true);
    page(report, &server);
    rate(report, &server, port);
    server.end();
    let (server, _) = Server::vestibule(&folder, port, false);
    flood(report, &server);
    server.end();
}

/// As everybody has it, but that a single address may try as often as a whole city.
fn settle(folder: &Path) -> u16 {
    let port = configure(folder);
    let file = folder.join("vestibule.toml");
    let more = "[login]\nmax_failed_per_address = 100000\nmax_failed_per_network = 1000000\n";
    fs::write(&file, fs::read_to_string(&file).unwrap() + more).unwrap();
    fs::write(folder.join("password"), PASSWORD).unwrap();
    let (server, _) = Server::vestibule(folder, port, false);
    for number in 0..PEOPLE {
        let email = email(number);
        command(folder, &["user", "create", &email, "--password-file", "password"]);
    }
    server.end();
    port
}

fn email(number: usize) -> String {
    format!("person{number}@example.com")
}

/// The page and everything that it names, as it travels.
fn page(report: &mut Report, server: &Server) {
    let page = server.get("/login").unwrap();
    let links = page.split("=\"/static/").skip(1).filter_map(|rest| rest.split('"').next());
    let links: std::collections::BTreeSet<_> = links.collect();
    let parts = links.iter().map(|link| server.get(&format!("/static/{link}")).unwrap().len());
    let all = page.len() + parts.sum::<usize>();
    #[allow(clippy::cast_precision_loss, reason = "some kilobytes")]
    let (page, all) = (page.len() as f64 / 1000.0, all as f64 / 1000.0);
    report.add(Row::of("sign-in page alone, kB on the wire".into(), page));
    report.add(
        Row::of("sign-in page with sheet, script and picture, kB on the wire".into(), all)
            .wanted(Some(Wanted::AtMost(30.0))),
    );
}

/// Whole sign-ins against the bare hasher on the same core, in turns, both per second of CPU.
fn rate(report: &mut Report, server: &Server, port: u16) {
    sign_ins(server, port);
    let (mut limits, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        limits.push(hasher());
        ours.push(sign_ins(server, port));
    }
    limits.push(hasher());
    let limit = median(limits.clone());
    report.add(Row::spread("Argon2id alone (19 MiB, 2 passes), one core, per CPU-s", limits));
    let row = Row::spread("sign-ins, whole, per CPU-s", ours);
    report.add(row.against(Some(("Argon2id alone", limit))).wanted(Some(Wanted::AtLeast(0.90))));
}

/// Ourselves once more, on the server's core.
fn hasher() -> f64 {
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new("taskset");
    command.args(["-c", SERVER]).arg(this).args(["--hash", &SECONDS.to_string()]);
    String::from_utf8(command.output().unwrap().stdout).unwrap().trim().parse().unwrap()
}

/// The same hasher, pool and cost as the server's, and nothing around it.
pub fn hash(seconds: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let passwords = Passwords::new().unwrap();
    let cost = Cost::from(&Settings::default().password.hash);
    let candidate = Candidate::new(&Secret::new(PASSWORD)).unwrap();
    let salt = ambient::system().random();
    let stored = runtime.block_on(passwords.hash(candidate.clone(), cost, salt)).unwrap();
    let (began, before, mut count) = (Instant::now(), cpu_seconds(), 0.0);
    while began.elapsed() < Duration::from_secs(seconds) {
        let verified = passwords.verify(Some(stored.clone()), candidate.clone(), cost);
        runtime.block_on(verified).unwrap();
        count += 1.0;
    }
    println!("{}", count / (cpu_seconds() - before));
}

fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

/// From the generator's core; each person in a thread of their own, one sign-in after the other.
fn sign_ins(server: &Server, port: u16) -> f64 {
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new("taskset");
    command.args(["-c", GENERATOR]).arg(this);
    command.args(["--sign-ins", &port.to_string(), &SECONDS.to_string()]);
    let before = server.cpu_seconds();
    let output = command.output().unwrap();
    let cpu = server.cpu_seconds() - before;
    let count: f64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    count / cpu
}

pub fn generate(port: u16, seconds: u64) {
    let began = Instant::now();
    let count: usize = std::thread::scope(|scope| {
        let people = (0..PEOPLE).map(|number| {
            scope.spawn(move || {
                let mut count = 0;
                while began.elapsed() < Duration::from_secs(seconds) {
                    let status = sign_in(port, &email(number)).0;
                    assert_eq!(status, 303, "a sign-in went wrong");
                    count += 1;
                }
                count
            })
        });
        people.collect::<Vec<_>>().into_iter().map(|one| one.join().unwrap()).sum()
    });
    println!("{count}");
}

/// In a browser that was never there: the page, and the form with name and password. The status, and whether it says
/// when to come again.
fn sign_in(port: u16, email: &str) -> (u16, bool) {
    let page = say(port, "GET /login HTTP/1.1\r\n", "");
    let after = |words: &str, end: char| {
        page.split(words).nth(1).and_then(|rest| rest.split(end).next()).unwrap_or_default()
    };
    let cookie = after("set-cookie: ", ';');
    let token = after("name=\"token\" value=\"", '"');
    let fields = [("token", token), ("username", email), ("password", PASSWORD)];
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let head = format!(
        "POST /login/password HTTP/1.1\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
        body.len()
    );
    let answer = say(port, &head, &body);
    let status = answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, answer.contains("\r\nretry-after: "))
}

fn say(port: u16, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let rest = format!("Host: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all((head.to_owned() + &rest).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Two hundred people who do not exist, at once: they cost as much as anybody.
fn flood(report: &mut Report, server: &Server) {
    let (idle_memory, port) = (server.resident_mib(), server.port);
    let idle = p99(port, Duration::from_secs(2), &AtomicBool::new(false));
    let is_over = AtomicBool::new(false);
    let (mut answers, busy) = std::thread::scope(|scope| {
        let probe = scope.spawn(|| p99(port, Duration::from_mins(2), &is_over));
        let all = (0..FLOOD).map(|number| {
            scope.spawn(move || sign_in(port, &format!("nobody{number}@example.com")))
        });
        let all: Vec<_> =
            all.collect::<Vec<_>>().into_iter().map(|one| one.join().unwrap()).collect();
        is_over.store(true, Ordering::Relaxed);
        (all, probe.join().unwrap())
    });
    answers.sort_unstable();
    let refused = answers.iter().filter(|(status, _)| *status == 503).count();
    let bare = answers.iter().filter(|answer| **answer == (503, false)).count();
    let other = answers.iter().filter(|(status, _)| ![422, 503].contains(status)).count();
    report.note(format!(
        "flood of {FLOOD}: {} looked at, {refused} refused with 503, {bare} of them without Retry-After, {other} otherwise",
        FLOOD - refused - other
    ));
    report.add(Row::of("p99 of /healthz without the flood, µs".into(), idle));
    report.add(
        Row::of("p99 of /healthz in the flood, µs".into(), busy)
            .against(Some(("idle", idle)))
            .wanted(Some(Wanted::AtMost(5.0))),
    );
    #[allow(clippy::cast_precision_loss, reason = "some cores")]
    let permits = std::thread::available_parallelism().map_or(1, usize::from) as f64;
    let bound = idle_memory + permits * f64::from(19_456 * 1024_u32) / MIB + 20.0;
    report.add(
        Row::of("memory at its highest in the flood, MiB resident".into(), server.highest_mib())
            .wanted(Some(Wanted::AtMost(bound))),
    );
}

/// Of small requests, one after the other on one connection, until it is over.
fn p99(port: u16, most: Duration, is_over: &AtomicBool) -> f64 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    let (began, mut took, mut bytes) = (Instant::now(), Vec::new(), [0; 16 * 1024]);
    while began.elapsed() < most && !is_over.load(Ordering::Relaxed) {
        let asked = Instant::now();
        stream.write_all(request.as_bytes()).unwrap();
        assert!(stream.read(&mut bytes).unwrap() > 0, "hung up");
        took.push(asked.elapsed().as_secs_f64() * 1e6);
        std::thread::sleep(Duration::from_millis(2));
    }
    took.sort_by(f64::total_cmp);
    took[took.len() * 99 / 100]
}
