//! The real binary in a folder of its own, to be killed: commands, a server, and a death at any system call.

use super::database::Kept;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tempfile::TempDir;

/// No step of these tests takes nearly as long.
const PATIENCE: Duration = Duration::from_mins(3);
const SQLITE: &str = "sqlite://vestibule.db";

/// A folder with a configuration, in which commands run. On SQLite it holds everything there is.
pub struct Program {
    folder: TempDir,
    _kept: Option<Kept>,
}

/// Where a process is to die: at the n-th of these system calls that one of its threads makes.
#[derive(Clone, Copy, Debug)]
pub struct Death {
    pub calls: &'static str,
    pub number: usize,
}

/// What became of a command that was to die.
pub struct Remains {
    pub survived: bool,
    pub said: String,
}

impl Program {
    pub fn on_sqlite() -> Self {
        Self::on(SQLITE, None)
    }

    pub fn on(url: &str, kept: Option<Kept>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = Self { folder, _kept: kept };
        program.use_database(url);
        program
    }

    pub fn use_database(&self, url: &str) {
        let text = format!(
            "[server]\npublic_url = \"http://localhost:8080\"\nlisten = [\"127.0.0.1:0\"]\n\
             ops_listen = \"127.0.0.1:0\"\n[database]\nurl = {url:?}\nmigrate = \"auto\"\n\
             [encryption]\nkey_folder = \"keys\"\n[log]\nformat = \"json\"\n"
        );
        fs::write(self.folder.path().join("vestibule.toml"), text).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// As it lies on the disk now. Only for SQLite, while nobody works on it.
    pub fn copy(&self) -> Self {
        let copy = Self::on(SQLITE, None);
        copy_folder(self.folder.path(), copy.folder.path());
        copy
    }

    /// Nothing of the tests' own environment gets in.
    fn prepare(&self, mut command: Command, arguments: &[&str]) -> Command {
        command.args(arguments).args(["--config", "vestibule.toml"]);
        command.current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.prepare(Command::new(env!("CARGO_BIN_EXE_vestibule")), arguments)
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a command answers with `--json`; it must succeed.
    pub fn ask(&self, arguments: &[&str]) -> Value {
        let answer = self.run(&[arguments, &["--json"]].concat());
        assert!(answer.status.success(), "{arguments:?}: {answer:?}");
        let mut document: Value = serde_json::from_slice(&answer.stdout).unwrap();
        document["data"].take()
    }

    pub fn serve(&self) -> Server {
        Server::start(self.command(&["serve"]))
    }

    fn traced(&self, death: Death, arguments: &[&str]) -> Command {
        let mut strace = Command::new("strace");
        let Death { calls, number } = death;
        strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}")]);
        strace.args(["-e", &format!("inject={calls}:signal=SIGKILL:when={number}")]);
        strace.arg(env!("CARGO_BIN_EXE_vestibule"));
        self.prepare(strace, arguments)
    }

    /// Run a command that dies; a server that got as far as serving has survived, and is ended.
    pub fn kill(&self, death: Death, arguments: &[&str]) -> Remains {
        let command = self.traced(death, arguments);
        if arguments.contains(&"serve") {
            let mut server = Server::spawn(command);
            let survived = server.wait_until_serving();
            if survived {
                server.end_traced();
            }
            return Remains { survived, said: String::new() };
        }
        let output = { command }.output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        Remains { survived: output.status.success(), said }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (entry, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if entry.is_dir() {
            copy_folder(&entry, &to);
        } else {
            fs::copy(&entry, &to).unwrap();
        }
    }
}

/// Why no process can be killed at a system call here; `None` when one can.
pub fn no_tracing() -> Option<&'static str> {
    match Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output() {
        Err(_) => Some("strace is not installed"),
        Ok(output) if !output.status.success() => Some("ptrace is not permitted"),
        Ok(_) => None,
    }
}

/// A server that runs, or is about to.
pub struct Server {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
    address: Option<SocketAddr>,
}

impl Server {
    /// It must come to serve.
    pub fn start(command: Command) -> Self {
        let mut server = Self::spawn(command);
        assert!(server.wait_until_serving(), "it does not serve: {:?}", server.said);
        server
    }

    pub fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, lines) = channel();
        let sources: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for source in sources {
            let tell = tell.clone();
            std::thread::spawn(move || {
                let lines = BufReader::new(source).lines();
                lines.map_while(Result::ok).all(|line| tell.send(line).is_ok())
            });
        }
        Self { child, lines, said: Vec::new(), address: None }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// False when it ended before.
    pub fn wait_until_serving(&mut self) -> bool {
        use std::sync::mpsc::RecvTimeoutError::{Disconnected, Timeout};
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    let fields: Value = serde_json::from_str(&line).unwrap_or_default();
                    self.said.push(line);
                    if fields["msg"] == "serving" {
                        let listen = fields["listen"].as_str().unwrap();
                        self.address = Some(listen.trim_matches(['[', ']']).parse().unwrap());
                        return true;
                    }
                }
                Err(Disconnected) => {
                    self.child.wait().unwrap();
                    return false;
                }
                Err(Timeout) => panic!("neither serving nor ended: {:?}", self.said),
            }
        }
    }

    /// What it said until now.
    pub fn said(&self) -> &[String] {
        &self.said
    }

    /// How it ended, and all it said.
    pub fn last_words(mut self) -> (ExitStatus, String) {
        self.said.extend(self.lines.iter());
        (self.child.wait().unwrap(), self.said.join("\n"))
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(self.address.unwrap()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost:8080\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
    }

    /// SIGTERM, as a supervisor sends it; it must end well.
    pub fn end(self) {
        terminate(self.id());
        let (status, said) = self.last_words();
        assert!(status.success(), "{status}: {said}");
    }

    /// The server is strace's child there.
    fn end_traced(mut self) {
        let strace = self.id();
        let children = fs::read_to_string(format!("/proc/{strace}/task/{strace}/children"));
        for child in children.unwrap().split_whitespace() {
            terminate(child.parse().unwrap());
        }
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn terminate(process: u32) {
    let process = rustix::process::Pid::from_raw(process.try_into().unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
}
