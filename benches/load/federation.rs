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
const EMAIL: &str = "ada@example.test";
const PASSWORD: &str = "bench-walk-through-hall";

pub fn measure(report: &mut Report, folder: &Path, configure: impl Fn(&Path, u16) -> u16) {
    let hanging = Hanging::start();
    let port = configure(folder, hanging.port);
    let (server, _) = Server::vestibule(folder, port, true);
    fs::write(folder.join("password"), PASSWORD).unwrap();
    command(folder, &["user", "create", EMAIL, "--password-file", "password"]);
    let issuer = format!("http://127.0.0.1:{}", hanging.port);
    let add =
        ["provider", "add", "oidc", "--name", "hangs", "--client-id", "us", "--issuer", &issuer];
    command(folder, &[&add[..], &["--secret-file", "password"]].concat());
    hanging.hangs.store(true, Ordering::SeqCst);
    sign_ins(port, AT_ONCE);
    let (mut idle, mut beside, mut longest) = (Vec::new(), Vec::new(), Duration::ZERO);
    for _ in 0..ROUNDS {
        idle.push(p99(sign_ins(port, SIGN_INS)));
        let leaving = Leaving::prepare(port);
        let starts = thread::spawn(move || leaving.all_at_once());
        beside.push(p99(sign_ins(port, SIGN_INS)));
        longest = longest.max(starts.join().unwrap());
        // What rests after failures is asked again in the next round.
        thread::sleep(Duration::from_secs(11));
    }
    let ratios: Vec<String> =
        beside.iter().zip(&idle).map(|(beside, idle)| format!("{:.2}", beside / idle)).collect();
    let limit = median(idle.clone());
    report.add(Row::spread("sign-in by password, p99 in ms", idle));
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
    let workers = (0..AT_ONCE).map(|_| {
        let left = Arc::clone(&left);
        thread::spawn(move || {
            let mut took = Vec::new();
            while left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
                .is_ok()
            {
                took.push(sign_in(port));
            }
            took
        })
    });
    let workers: Vec<_> = workers.collect();
    workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
}

fn sign_in(port: u16) -> f64 {
    let (began, mut ada) = (Instant::now(), Person::new(port));
    let page = ada.get("/login");
    ada.post("/login", &page, &format!("&username={EMAIL}"));
    let page = ada.get("/login/password");
    let typed = format!("&username={EMAIL}&password={PASSWORD}");
    let home = ada.post("/login/password", &page, &typed);
    assert_eq!((home.status, home.location.as_str()), (303, "/account"), "{}", home.body);
    began.elapsed().as_secs_f64() * 1000.0
}

/// Those who have the page before them and press its button.
struct Leaving(Vec<(Person, Answer)>);

impl Leaving {
    fn prepare(port: u16) -> Self {
        let people = (0..STARTS).map(|_| {
            let mut person = Person::new(port);
            let page = person.get("/login/via/hangs");
            assert_eq!(page.status, 200, "{}", page.body);
            (person, page)
        });
        Self(people.collect())
    }

    /// How long the last of them waited for a page.
    fn all_at_once(self) -> Duration {
        let gate = Arc::new(Barrier::new(STARTS));
        let leave = |(mut person, page): (Person, Answer)| {
            let gate = Arc::clone(&gate);
            let small = thread::Builder::new().stack_size(256 * 1024);
            let press = move || {
                gate.wait();
                let began = Instant::now();
                let answer = person.post("/login/via/hangs", &page, "");
                assert_eq!(answer.status, 503, "{}", answer.body);
                began.elapsed()
            };
            small.spawn(press).unwrap()
        };
        let all: Vec<_> = self.0.into_iter().map(leave).collect();
        all.into_iter().map(|one| one.join().unwrap()).max().unwrap()
    }
}
