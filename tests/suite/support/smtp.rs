//! A mail server that takes what comes, as far as RFC 5321 asks a client to go.

use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What was handed in.
#[derive(Debug, Default)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub message: String,
}

pub struct MailServer {
    pub address: SocketAddr,
    received: UnboundedReceiver<Received>,
}

impl MailServer {
    /// The first so many letters are refused for the moment, after they were read.
    pub async fn start(refusing: usize) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (send, received) = unbounded_channel();
        tokio::spawn(async move {
            let mut left = refusing;
            while let Ok((stream, _)) = listener.accept().await {
                // A client that hangs up is not this server's trouble.
                let _ = talk(stream, &send, &mut left).await;
            }
        });
        Self { address, received }
    }

    /// What has come; nothing is waited for.
    pub fn take(&mut self) -> Option<Received> {
        self.received.try_recv().ok()
    }
}

async fn talk(
    stream: TcpStream,
    send: &UnboundedSender<Received>,
    refusing: &mut usize,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.test\r\n").await?;
    let mut letter = Received::default();
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let said = line.trim_end().to_owned();
        line.clear();
        let verb = said.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" | "HELO" => b"250-mail.test\r\n250 8BITMIME\r\n",
            "MAIL" => {
                letter.from = said;
                b"250 OK\r\n"
            }
            "RCPT" => {
                letter.to.push(said);
                b"250 OK\r\n"
            }
            "DATA" => {
                letter.message = message(&mut stream).await?;
                let is_taken = *refusing == 0;
                *refusing = refusing.saturating_sub(1);
                send.send(std::mem::take(&mut letter)).unwrap_or_default();
                if is_taken { b"250 taken\r\n" } else { b"451 not now\r\n" }
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 OK\r\n",
        };
        stream.write_all(answer).await?;
    }
    Ok(())
}

async fn message(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    stream.write_all(b"354 go on\r\n").await?;
    let (mut message, mut line) = (String::new(), String::new());
    while stream.read_line(&mut line).await? > 0 && line != ".\r\n" {
        message.push_str(&line);
        line.clear();
    }
    Ok(message)
}
