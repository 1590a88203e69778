//! The real program, in a folder of its own, with an environment of its own, on ports of its own.

use super::browser::Browser;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;

/// Nothing takes this long, however busy the machine is.
pub const PATIENCE: Duration = Duration::from_mins(3);

/// A folder in which the program runs.
pub struct Ground {
    folder: TempDir,
    pub port: u16,
    environment: Vec<(String, String)>,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A server that runs until it is told to stop, or until this is dropped.
pub struct Running {
    pid: Pid,
    lines: UnboundedReceiver<Line>,
    exit: Option<oneshot::Receiver<Option<i32>>>,
    heard: Ended,
}

enum Line {
    Out(String),
    Err(String),
}

impl Ground {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), port: free_ports(), environment: Vec::new() }
    }

    /// With a configuration for `serve`: SQLite here, on a port of its own.
    pub fn configured(more: &str) -> Self {
        let ground = Self::new();
        ground.configure(more);
        ground
    }

    pub fn configure(&self, more: &str) {
        let port = self.port;
        let text = format!(
            "server.public_url = \"http://localhost:{port}\"\nserver.listen = [\"127.0.0.1:{port}\"]\n\
             server.ops_listen = \"127.0.0.1:{ops}\"\ndatabase.url = \"sqlite://vestibule.db\"\n\
             database.migrate = \"auto\"\n{more}",
            ops = port + 1
        );
        self.write("vestibule.toml", &text);
    }

    pub fn set(&mut self, variable: &str, value: &str) {
        self.environment.push((variable.into(), value.into()));
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn browser(&self) -> Browser {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        Browser::new(address, format!("localhost:{}", self.port))
    }

    /// What `dev` runs on the ports behind the server's.
    pub fn neighbour(&self, number: u16) -> Browser {
        let port = self.port + number;
        Browser::new(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), format!("localhost:{port}"))
    }

    pub fn operations(&self) -> Browser {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port + 1));
        Browser::new(address, address.to_string())
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        self.start(arguments).ended().await
    }

    /// The same, with the configuration of this folder.
    pub async fn configured_run(&self, arguments: &[&str]) -> Ended {
        self.run(&[arguments, &["--config", "vestibule.toml"]].concat()).await
    }

    pub fn start(&self, arguments: &[&str]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        self.launch(command.args(arguments))
    }

    /// No file may grow beyond so many blocks of 512 bytes: as on a disk that is full, for any user.
    pub fn start_on_a_small_disk(&self, blocks: u32, arguments: &[&str]) -> Running {
        let mut command = Command::new("/bin/sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_vestibule")]).args(arguments);
        self.launch(&mut command)
    }

    /// `serve` with the configuration of this folder, ready.
    pub async fn serve(&self) -> Running {
        let mut running = self.start(&["serve", "--config", "vestibule.toml"]);
        running.hears("\"msg\":\"serving\"").await;
        running
    }

    /// Any program, in this folder.
    pub fn launch(&self, command: &mut Command) -> Running {
        let command = command.current_dir(self.folder.path()).env_clear();
        let command = command.envs([("PATH", "/usr/bin:/bin"), ("LANG", "C.UTF-8")]);
        let command = command.env("HOME", self.folder.path());
        let command = command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::watch(command.spawn().unwrap())
    }
}

impl Running {
    fn watch(mut child: Child) -> Self {
        let pid = Pid::from_child(&child);
        let (send, lines) = unbounded_channel();
        let out = child.stdout.take().unwrap();
        let err = child.stderr.take().unwrap();
        let also = send.clone();
        let readers = [
            std::thread::spawn(move || each_line(out, |line| drop(also.send(Line::Out(line))))),
            std::thread::spawn(move || each_line(err, |line| drop(send.send(Line::Err(line))))),
        ];
        let (tell, exit) = oneshot::channel();
        std::thread::spawn(move || {
            let status = child.wait().unwrap();
            for reader in readers {
                reader.join().unwrap();
            }
            // Whoever has lost interest has dropped the other end.
            let _ = tell.send(status.code());
        });
        let heard = Ended { code: None, out: String::new(), err: String::new() };
        Self { pid, lines, exit: Some(exit), heard }
    }

    /// Waits for a line with these words, on either stream.
    pub async fn hears(&mut self, words: &str) -> String {
        let listening = async {
            while let Some(line) = self.lines.recv().await {
                let (Line::Out(text) | Line::Err(text)) = &line;
                let text = text.clone();
                self.heard.note(line);
                if text.contains(words) {
                    return Some(text);
                }
            }
            None
        };
        let heard = tokio::time::timeout(PATIENCE, listening).await;
        heard.ok().flatten().unwrap_or_else(|| panic!("never said {words:?}: {:?}", self.heard))
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// SIGTERM, and how it ended.
    pub async fn stop(self) -> Ended {
        self.signal(Signal::TERM);
        self.ended().await
    }

    pub async fn ended(mut self) -> Ended {
        let exit = self.exit.take().unwrap();
        let code = tokio::time::timeout(PATIENCE, exit).await;
        let Ok(code) = code else {
            // Nobody waits for it any more.
            let _ = kill_process(self.pid, Signal::KILL);
            panic!("did not end: {:?}", self.heard)
        };
        self.heard.code = code.unwrap();
        while let Ok(line) = self.lines.try_recv() {
            self.heard.note(line);
        }
        std::mem::replace(
            &mut self.heard,
            Ended { code: None, out: String::new(), err: String::new() },
        )
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its end has not been awaited, so the number is still its own.
        let is_over = self.exit.as_mut().is_none_or(|exit| exit.try_recv().is_ok());
        if !is_over {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

impl Ended {
    fn note(&mut self, line: Line) {
        let (all, text) = match line {
            Line::Out(text) => (&mut self.out, text),
            Line::Err(text) => (&mut self.err, text),
        };
        all.push_str(&text);
        all.push('\n');
    }

    /// The one line that `--json` answers with, and its data.
    #[track_caller]
    pub fn data(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        let document: Value = serde_json::from_str(&self.out).unwrap();
        document["data"].clone()
    }

    /// Ended with this code, saying each of these on standard error, and nothing on standard output.
    #[track_caller]
    pub fn refuses(&self, code: i32, words: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in:\n{}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

fn each_line(stream: impl Read, mut each: impl FnMut(String)) {
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        each(line);
    }
}

/// The first of six ports in a row that nobody uses, below those the system gives away by itself. Each is
/// given out once, so that tests do not meet.
fn free_ports() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const FIRST: u16 = 20_000;
    const BLOCKS: u16 = 2_000;
    let offset = u16::try_from(std::process::id() % u32::from(BLOCKS)).unwrap();
    loop {
        let block = (offset + NEXT.fetch_add(1, Ordering::SeqCst)) % BLOCKS;
        let first = FIRST + block * 6;
        let is_free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        if (first..first + 6).all(is_free) {
            return first;
        }
    }
}

/// Everything in a folder and the SHA-256 of it, but for what SQLite leaves beside its file.
pub fn fingerprint(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                left.push(entry);
            } else if !["-wal", "-shm", ".lock"]
                .iter()
                .any(|end| entry.to_string_lossy().ends_with(end))
            {
                let bytes = std::fs::read(&entry).unwrap();
                found.push((entry, vestibule::kernel::secret::Hash::of(&bytes).hex()));
            }
        }
    }
    found.sort();
    found
}
