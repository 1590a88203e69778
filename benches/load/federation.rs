//! A provider that hangs costs those who chose it a few seconds, and everybody else nothing: signing in with a
//! password, alone and beside 500 who leave for it at once, in turns.

use super::process::{Server, command};
use super::report::{Report, Row, Wanted, median};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

const STARTS: usize = 500;
const ROUNDS: usize = 5;
const SIGN_INS: usize = 200;
const AT_ONCE: usize = 4;
const PASSWORD: &str = "bench-walk-through-hall";

pub fn measure(report: &mut Report, folder: &Path, configure: impl Fn(&Path, u16) -> u16) {
    let (server, port) = prepare(folder, configure);
    sign_ins(port, AT_ONCE);
    let (mut idle, mut others, mut beside) = (Vec::new(), Vec::new(), Vec::new());
    let mut longest = Duration::ZERO;
    for _ in 0..ROUNDS {
        idle.push(p99(sign_ins(port, SIGN_INS)));
        others.push(p99(beside_a_crowd(port, NAMING).0));
        let (took, last) = beside_a_crowd(port, LEAVING);
        beside.push(p99(took));
        longest = longest.max(last);
        // What rests after failures is asked again in the next round.
        thread::sleep(Duration::from_secs(11));
    }
    let ratios: Vec<String> =
        beside.iter().zip(&idle).map(|(beside, idle)| format!("{:.2}", beside / idle)).collect();
    let limit = median(idle.clone());
    report.add(Row::spread("sign-in by password, p99 in ms", idle));
    let name = format!("the same beside {STARTS} who type their address at once");
    report.add(Row::spread(&name, others).against(Some(("p99 alone", limit))));
    let name = format!("the same beside {STARTS} who leave for a provider that hangs");
    report.add(
        Row::spread(&name, beside)
            .against(Some(("p99 alone", limit)))
            .wanted(Some(Wanted::AtMost(1.5)))
            .with(format!(
                "by round {}; the longest start {:.1} s",
                ratios.join(", "),
                longest.as_secs_f64()
            )),
    );
    server.end();
}

/// A server with some people, and a provider that answered until it was added.
fn prepare(folder: &Path, configure: impl Fn(&Path, u16) -> u16) -> (Server, u16) {
    let hanging = Hanging::start();
    let port = configure(folder, hanging.port);
    let (server, _) = Server::vestibule(folder, port, true);
    fs::write(folder.join("password"), PASSWORD).unwrap();
    for number in 0..AT_ONCE {
        let create = ["user", "create", &email(number), "--password-file", "password"];
        command(folder, &create);
    }
    let issuer = format!("http://127.0.0.1:{}", hanging.port);
    let add =
        ["provider", "add", "oidc", "--name", "hangs", "--client-id", "us", "--issuer", &issuer];
    command(folder, &[&add[..], &["--secret-file", "password"]].concat());
    hanging.hangs.store(true, Ordering::SeqCst);
    (server, port)
}

/// Each signs in for themselves: tries at one account wait for each other.
fn email(number: usize) -> String {
    format!("person{number}@example.test")
}

fn p99(mut took: Vec<f64>) -> f64 {
    took.sort_by(f64::total_cmp);
    took[took.len() * 99 / 100]
}

/// A provider that can be added, and then says nothing to anybody.
struct Hanging {
    port: u16,
    hangs: Arc<AtomicBool>,
}

impl Hanging {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let hangs = Arc::new(AtomicBool::new(false));
        let now = Arc::clone(&hangs);
        thread::spawn(move || {
            let mut kept = Vec::new();
            for stream in listener.incoming().map(Result::unwrap) {
                if now.load(Ordering::SeqCst) {
                    kept.push(stream);
                } else {
                    answer(stream, port);
                }
            }
        });
        Self { port, hangs }
    }
}

fn answer(mut stream: TcpStream, port: u16) {
    let mut head = [0; 4096];
    let length = stream.read(&mut head).unwrap();
    let is_metadata = head[..length].starts_with(b"GET /.well-known/");
    let issuer = format!("http://127.0.0.1:{port}");
    let body = if is_metadata {
        serde_json::json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        })
    } else {
        serde_json::json!({ "keys": [] })
    };
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).unwrap();
}

/// Somebody before a browser of their own.
struct Person {
    port: u16,
    cookies: BTreeMap<String, String>,
}

struct Answer {
    status: u16,
    location: String,
    body: String,
}

impl Person {
    const fn new(port: u16) -> Self {
        Self { port, cookies: BTreeMap::new() }
    }

    fn get(&mut self, path: &str) -> Answer {
        self.say(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    /// The form of a page, with what was typed.
    fn post(&mut self, path: &str, page: &Answer, typed: &str) -> Answer {
        let token = page.body.split("name=\"token\" value=\"").nth(1).expect(&page.body);
        let form = format!("token={}{typed}", token.split('"').next().unwrap());
        let head = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Sec-Fetch-Site: same-origin\r\nContent-Length: {}\r\n",
            form.len()
        );
        self.say(&head, &form)
    }

    fn say(&mut self, head: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let rest = format!(
            "Host: 127.0.0.1:{}\r\nCookie: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            cookies.join("; ")
        );
        stream.write_all((head.to_owned() + &rest).as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut location = String::new();
        for (name, value) in head.lines().skip(1).filter_map(|line| line.split_once(": ")) {
            match name.to_ascii_lowercase().as_str() {
                "set-cookie" => {
                    let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                    self.cookies.insert(name.into(), value.into());
                }
                "location" => location = value.into(),
                _ => {}
            }
        }
        Answer { status, location, body: body.into() }
    }
}

/// Milliseconds of each, a few at a time.
fn sign_ins(port: u16, number: usize) -> Vec<f64> {
    let left = Arc::new(AtomicUsize::new(number));
    let workers = (0..AT_ONCE).map(|person| {
        let left = Arc::clone(&left);
        thread::spawn(move || {
            let mut took = Vec::new();
            while left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
                .is_ok()
            {
                took.push(sign_in(port, &email(person)));
            }
            took
        })
    });
    let workers: Vec<_> = workers.collect();
    workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
}

fn sign_in(port: u16, email: &str) -> f64 {
    let (began, mut ada) = (Instant::now(), Person::new(port));
    let page = ada.get("/login");
    ada.post("/login", &page, &format!("&username={email}"));
    let page = ada.get("/login/password");
    let typed = format!("&username={email}&password={PASSWORD}");
    let home = ada.post("/login/password", &page, &typed);
    assert_eq!((home.status, home.location.as_str()), (303, "/account"), "{}", home.body);
    began.elapsed().as_secs_f64() * 1000.0
}

/// What all of a crowd do at once: a page, its form, what is typed, and the status of the answer.
#[derive(Clone, Copy)]
struct Deed {
    path: &'static str,
    typed: &'static str,
    status: u16,
}

const LEAVING: Deed = Deed { path: "/login/via/hangs", typed: "", status: 503 };
/// As many, with nobody else to wait for: what so many requests cost by themselves.
const NAMING: Deed = Deed { path: "/login", typed: "&username=nobody@example.test", status: 303 };

/// How long sign-ins took, and how long the last of the crowd waited for a page.
fn beside_a_crowd(port: u16, deed: Deed) -> (Vec<f64>, Duration) {
    let people = (0..STARTS).map(|_| {
        let mut person = Person::new(port);
        let page = person.get(deed.path);
        assert_eq!(page.status, 200, "{}", page.body);
        (person, page)
    });
    let people: Vec<_> = people.collect();
    let crowd = thread::spawn(move || all_at_once(people, deed));
    let took = sign_ins(port, SIGN_INS);
    (took, crowd.join().unwrap())
}

fn all_at_once(people: Vec<(Person, Answer)>, deed: Deed) -> Duration {
    let gate = Arc::new(Barrier::new(STARTS));
    let act = |(mut person, page): (Person, Answer)| {
        let gate = Arc::clone(&gate);
        let act = move || {
            gate.wait();
            let began = Instant::now();
            let answer = person.post(deed.path, &page, deed.typed);
            assert_eq!(answer.status, deed.status, "{}", answer.body);
            began.elapsed()
        };
        thread::Builder::new().stack_size(256 * 1024).spawn(act).unwrap()
    };
    let all: Vec<_> = people.into_iter().map(act).collect();
    all.into_iter().map(|one| one.join().unwrap()).max().unwrap()
}
