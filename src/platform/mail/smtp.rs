//! By SMTP (RFC 5321), one connection per letter: mail is rare, and a server that was away is met afresh.

use super::Letter;
use crate::config::{Mail, SmtpSecurity};
use crate::kernel::failure::Failure;
use lettre::address::Address;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::{Duration, SystemTime};

/// For each answer of the server.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) async fn send(settings: &Mail, letter: &Letter) -> Result<(), Failure> {
    let message = message(settings, letter)?;
    let transport = transport(settings)?;
    let sent = transport.send(message).await;
    sent.map(drop).map_err(|e| Failure::unavailable("the mail server took no letter").because(e))
}

fn transport(settings: &Mail) -> Result<AsyncSmtpTransport<Tokio1Executor>, Failure> {
    let host = settings.smtp_host.clone().unwrap_or_default();
    let tls = || {
        let made = TlsParameters::new(host.clone());
        made.map_err(|e| Failure::unavailable("TLS to the mail server cannot be set up").because(e))
    };
    let tls = match settings.smtp_security {
        SmtpSecurity::Tls => Tls::Wrapper(tls()?),
        SmtpSecurity::Starttls => Tls::Required(tls()?),
        SmtpSecurity::DangerPlain => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.as_str())
        .port(settings.smtp_port)
        .timeout(Some(PATIENCE))
        .tls(tls);
    if let Some((name, password)) =
        settings.smtp_username.as_ref().zip(settings.smtp_password.as_ref())
    {
        let credentials = Credentials::new(name.clone(), password.reveal().to_owned());
        builder = builder.credentials(credentials);
    }
    Ok(builder.build())
}

/// Every header is written by lettre from a value it has parsed: no text becomes a header of its own (INV-15).
fn message(settings: &Mail, letter: &Letter) -> Result<Message, Failure> {
    let unwritten =
        |e: lettre::error::Error| Failure::broken("a letter cannot be written").because(e);
    let from = settings.from.as_ref().ok_or_else(|| Failure::broken("mail.from is not set"))?;
    let sender = Mailbox::new(from.name.clone(), address(from.address.as_str())?);
    let domain = from.address.as_str().rsplit('@').next().unwrap_or_default();
    let written_at = u64::try_from(letter.written_at.micros()).unwrap_or_default();
    let mut builder = Message::builder()
        .from(sender)
        .to(Mailbox::new(None, address(letter.to.as_str())?))
        .subject(letter.subject.as_str())
        .date(SystemTime::UNIX_EPOCH + Duration::from_micros(written_at))
        .message_id(Some(format!("<{}@{domain}>", letter.id)));
    if let Some(reply) = &settings.reply_to {
        let name = reply.name.clone();
        builder = builder.reply_to(Mailbox::new(name, address(reply.address.as_str())?));
    }
    let parts = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
    builder.multipart(parts).map_err(unwritten)
}

fn address(text: &str) -> Result<Address, Failure> {
    text.parse().map_err(|e| Failure::broken("an address that SMTP cannot have").because(e))
}
