//! A door before PostgreSQL that counts what clients say, and at the n-th message something happens.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Counts the messages of all connections together.
pub struct Proxy {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    server: String,
    plan: Mutex<Option<Plan>>,
    count: AtomicUsize,
    victim: AtomicU32,
}

/// What happens, at which message, and whether PostgreSQL still gets that message.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub number: usize,
    pub fate: Fate,
    pub arrives: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fate {
    /// SIGKILL to the process that speaks.
    Killed,
    /// The connection ends in both directions.
    Cut,
}

impl Proxy {
    /// `server` is host and port.
    pub fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            server: server.into(),
            plan: Mutex::new(None),
            count: AtomicUsize::new(0),
            victim: AtomicU32::new(0),
        });
        let attending = Arc::clone(&shared);
        thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                attending.attend(client);
            }
        });
        Self { address, shared }
    }

    /// From now on, count anew.
    pub fn expect(&self, plan: Option<Plan>) {
        *self.shared.plan.lock().unwrap() = plan;
        self.shared.victim.store(0, Ordering::SeqCst);
        self.shared.count.store(0, Ordering::SeqCst);
    }

    /// Who dies. Messages wait until it is known.
    pub fn name_victim(&self, process: u32) {
        self.shared.victim.store(process, Ordering::SeqCst);
    }

    pub fn count(&self) -> usize {
        self.shared.count.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn attend(self: &Arc<Self>, client: TcpStream) {
        let Ok(server) = TcpStream::connect(&self.server) else { return };
        let (mut answers, mut back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        thread::spawn(move || {
            drop(std::io::copy(&mut answers, &mut back));
            drop(back.shutdown(Shutdown::Both));
        });
        let shared = Arc::clone(self);
        thread::spawn(move || {
            drop(shared.listen_to(&client, &server));
            drop(client.shutdown(Shutdown::Both));
            drop(server.shutdown(Shutdown::Both));
        });
    }

    fn listen_to(&self, client: &TcpStream, mut server: &TcpStream) -> std::io::Result<()> {
        let mut started = false;
        loop {
            let message = read(client, started)?;
            // A question for TLS or for cancelling comes before the first message proper.
            started |= message.get(4..8) == Some(&STARTUP);
            let number = self.count.fetch_add(1, Ordering::SeqCst) + 1;
            let plan = self.plan.lock().unwrap().filter(|plan| plan.number == number);
            if plan.is_none_or(|plan| plan.arrives) {
                server.write_all(&message)?;
            }
            match plan.map(|plan| plan.fate) {
                Some(Fate::Killed) => self.kill(),
                Some(Fate::Cut) => return Err(ErrorKind::ConnectionAborted.into()),
                None => {}
            }
        }
    }

    fn kill(&self) {
        loop {
            let victim = self.victim.load(Ordering::SeqCst).cast_signed();
            if let Some(process) = rustix::process::Pid::from_raw(victim) {
                // It may have ended by itself meanwhile.
                let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
                return;
            }
            thread::yield_now();
        }
    }
}

/// Protocol 3.0 (PostgreSQL §55.7).
const STARTUP: [u8; 4] = [0, 3, 0, 0];

/// One message: a letter, once the connection has started, and a length that counts itself.
fn read(mut from: &TcpStream, started: bool) -> std::io::Result<Vec<u8>> {
    let head = if started { 5 } else { 4 };
    let mut message = vec![0; head];
    from.read_exact(&mut message)?;
    let length = u32::from_be_bytes(message[head - 4..].try_into().unwrap()) as usize;
    message.resize(head - 4 + length, 0);
    from.read_exact(&mut message[head..])?;
    Ok(message)
}
