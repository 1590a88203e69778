//! `[mail]`: how letters leave.

use super::section::section;
use super::setting::{Setting, Wrong, choices, quoted};
use crate::kernel::email::Email;
use crate::kernel::secret::Secret;
use std::fmt;

section! {
    /// How mail is sent. Without it nobody can register, confirm an address or recover a password by themselves, and
    /// the pages say so.
    pub struct Mail = "mail" at mail {
        /// `none` sends nothing, `smtp` hands letters to a mail server, `capture` keeps them for the inbox of
        /// `vestibule dev`.
        transport: MailTransport = MailTransport::None, Live;
        /// The mail server.
        smtp_host: Option<String> = None, Live [sample("mail.example.com")];
        /// Its port: 587 for `starttls`, usually 465 for `tls`.
        smtp_port: u16 = 587, Live [range(1, 65_535)];
        /// `starttls` begins in the clear and goes on in TLS or not at all; `tls` speaks TLS from the start;
        /// `danger_plain` lets everybody on the way read the letters and the links in them.
        smtp_security: SmtpSecurity = SmtpSecurity::Starttls, Live;
        /// With which name the server signs in there.
        smtp_username: Option<String> = None, Live [sample("vestibule")];
        /// And with which password.
        smtp_password: Option<Secret> = None, Live [secret, sample("credential:smtp_password")];
        /// Who the letters are from: an address, or a name and the address in angle brackets.
        from: Option<Sender> = None, Live [sample("Acme <no-reply@example.com>")];
        /// Where answers go, if not there.
        reply_to: Option<Sender> = None, Live [sample("help@example.com")];
    }
}

choices! {
    /// Where letters go.
    pub enum MailTransport {
        None = "none",
        Smtp = "smtp",
        Capture = "capture",
    }
}

choices! {
    /// How the way to the mail server is kept from listeners.
    pub enum SmtpSecurity {
        Starttls = "starttls",
        Tls = "tls",
        DangerPlain = "danger_plain",
    }
}

/// A mailbox, perhaps with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    pub name: Option<String>,
    pub address: Email,
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => self.address.fmt(f),
        }
    }
}

impl Setting for Sender {
    fn kind() -> String {
        "an e-mail address, or a name and <address>".to_owned()
    }

    fn sample() -> &'static str {
        "Acme <no-reply@example.com>"
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.split_once('<')) {
            Some((name, address)) => (name.trim(), address),
            None => ("", text),
        };
        let is_plain = !name.chars().any(|c| c.is_control() || "<>\"".contains(c));
        let address = Email::parse(address).filter(|_| is_plain).ok_or_else(Wrong::not::<Self>)?;
        Ok(Self { name: (!name.is_empty()).then(|| name.to_owned()), address })
    }

    fn show(&self) -> String {
        quoted(&self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // INV-15: a name cannot bring a header of its own
    #[test]
    fn a_sender_is_a_mailbox() {
        let shown = |text| Sender::parse(text).unwrap().to_string();
        assert_eq!(shown(" no-reply@Example.com "), "no-reply@example.com");
        assert_eq!(shown("Acme Ltd <a@example.com>"), "Acme Ltd <a@example.com>");
        for wrong in
            ["", "Acme", "Acme <>", "A\r\nBcc: x@y.test <a@b.test>", "<a@b.test", "a@b@c.test"]
        {
            assert!(Sender::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
