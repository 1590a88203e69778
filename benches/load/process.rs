//! Processes under measurement, and what the kernel knows about them.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The cores of server and generator.
pub const SERVER: &str = "0";
pub const GENERATOR: &str = "1";

static BINARY: OnceLock<PathBuf> = OnceLock::new();

pub fn measure_instead(binary: PathBuf) {
    BINARY.set(std::path::absolute(binary).unwrap()).unwrap();
}

pub fn binary() -> PathBuf {
    BINARY.get().cloned().unwrap_or_else(|| env!("CARGO_BIN_EXE_vestibule").into())
}

/// A server that is ended with this value.
pub struct Server {
    child: Child,
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Server {
    /// Ourselves once more, as the limit. It says its port.
    pub fn hello(own: bool, size: usize) -> Self {
        let this = std::env::current_exe().unwrap();
        let kind = if own { "own" } else { "axum" };
        let mut command = Command::new("taskset");
        command.args(["-c", SERVER]).arg(this).args(["--hello", kind, &size.to_string()]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, port: line.trim().parse().unwrap() }
    }

    /// Ready when the first answer is 200; how long that took.
    pub fn vestibule(folder: &Path, port: u16, pinned: bool) -> (Self, Duration) {
        let log = fs::File::create(folder.join("server.log")).unwrap();
        let mut command = Command::new("taskset");
        command.args(["-c", if pinned { SERVER } else { "0-1023" }]);
        command.arg(binary()).args(["serve", "--config", "vestibule.toml"]);
        command.current_dir(folder).env_clear().stdin(Stdio::null());
        let began = Instant::now();
        let child = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let server = Self { child, port };
        while !server.get("/jwks").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            assert!(began.elapsed() < Duration::from_secs(20), "no answer: see server.log");
            std::hint::spin_loop();
        }
        (server, began.elapsed())
    }

    pub fn get(&self, path: &str) -> std::io::Result<String> {
        self.say(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    pub fn post(&self, path: &str, (form, authorization): &(String, String)) -> String {
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n",
            form.len()
        );
        if !authorization.is_empty() {
            head.push_str(&format!("Authorization: {authorization}\r\n"));
        }
        self.say(&head, form).unwrap()
    }

    pub fn say(&self, head: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        let rest = format!("Host: 127.0.0.1:{}\r\nConnection: close\r\n\r\n{body}", self.port);
        stream.write_all((head.to_owned() + &rest).as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    pub fn body(&self, path: &str) -> usize {
        self.get(path).unwrap().split_once("\r\n\r\n").unwrap().1.len()
    }

    /// User and system time of all its threads.
    pub fn cpu_seconds(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).unwrap().parse::<f64>().unwrap();
        (ticks(11) + ticks(12)) / 100.0
    }

    pub fn resident_mib(&self) -> f64 {
        self.memory("VmRSS:")
    }

    pub fn highest_mib(&self) -> f64 {
        self.memory("VmHWM:")
    }

    fn memory(&self, name: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
    }

    pub fn end(mut self) {
        let pid = self.child.id().to_string();
        Command::new("kill").arg(pid).status().unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

/// A command beside the running server: what it answers.
pub fn command(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let mut command = Command::new(binary());
    command.args(arguments).args(["--json", "--config", "vestibule.toml"]);
    let output = command.current_dir(folder).env_clear().output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an answer");
    document["data"].clone()
}

/// One window of load, and the server's part of it.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub per_second: f64,
    pub per_cpu_second: f64,
    /// Of one core. Much below 1, and the generator was the limit.
    pub busy: f64,
}

/// What is asked again and again, and how its answer is recognised.
pub struct Asked {
    pub path: String,
    /// Its length, or words in it.
    pub answer: String,
    /// A form and the header that says whose it is; with an empty form it is a GET.
    pub form: Option<(String, String)>,
}

impl Asked {
    pub fn document(path: &str, size: usize) -> Self {
        Self { path: path.into(), answer: size.to_string(), form: None }
    }
}

/// wrk checks every answer; one wrong answer ends the bench.
pub fn load(server: &Server, asked: &Asked, seconds: u32) -> Window {
    let mut arguments = vec![asked.answer.as_str()];
    if let Some((form, authorization)) = &asked.form {
        arguments.extend([form.as_str(), authorization]);
    }
    window(server, ("check.lua", &asked.path, &arguments), seconds)
}

/// The same for what takes several requests.
pub fn drive(server: &Server, (path, arguments): (&str, &[&str]), seconds: u32) -> Window {
    window(server, ("flows.lua", path, arguments), seconds)
}

fn wrk(connections: u32, seconds: u32) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", GENERATOR, "wrk", "-t1", &format!("-c{connections}")]);
    command.arg(format!("-d{seconds}s"));
    command
}

fn window(
    server: &Server,
    (script, path, arguments): (&str, &str, &[&str]),
    seconds: u32,
) -> Window {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/load").join(script);
    let mut command = wrk(32, seconds);
    command.arg("-s").arg(script).arg(format!("http://127.0.0.1:{}{path}", server.port));
    command.arg("--").args(arguments);
    let before = server.cpu_seconds();
    let output = command.output().unwrap();
    let cpu = server.cpu_seconds() - before;
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("checked ")).expect(&text);
    let numbers: Vec<f64> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let [answers, wrong, micros] = numbers[..] else { panic!("{line}") };
    let said = || server.get(path).unwrap_or_default();
    assert!(wrong == 0.0 && answers > 0.0, "{wrong} of {answers} wrong: {text}{}", said());
    Window {
        per_second: answers * 1e6 / micros,
        per_cpu_second: answers / cpu,
        busy: cpu * 1e6 / micros,
    }
}

/// In how many milliseconds 99 of 100 are answered, to so many connections.
pub fn quantile(server: &Server, (path, connections): (&str, u32), seconds: u32) -> f64 {
    let mut command = wrk(connections, seconds);
    command.args(["--latency", &format!("http://127.0.0.1:{}{path}", server.port)]);
    let text = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let said = text.lines().find_map(|line| line.trim().strip_prefix("99%")).expect(&text).trim();
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1000.0)];
    let found = units.iter().find_map(|(unit, factor)| {
        said.strip_suffix(unit)?.parse::<f64>().ok().map(|number| number * factor)
    });
    found.expect(said)
}

/// Signatures per second of CPU, as `openssl speed` reports it.
pub fn openssl() -> f64 {
    let mut command = Command::new("taskset");
    command.args(["-c", SERVER, "openssl", "speed", "-seconds", "2", "-mr", "rsa2048"]);
    let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let line = output.lines().find(|line| line.starts_with("+F2:")).expect(&output);
    line.split(':').nth(3).unwrap().parse::<f64>().unwrap()
}
