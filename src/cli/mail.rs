//! `vestibule mail test`: whether letters leave, before somebody waits for one.

use super::exit::{Exit, Trouble};
use super::output::Output;
use super::place::Ground;
use super::{Global, block_on};
use crate::app;
use crate::config::MailTransport;
use crate::kernel::email::Email;
use crate::kernel::ids::JobId;
use crate::kernel::time::Timestamp;
use crate::platform::mail::Letter;
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub enum Command {
    /// Send one letter, and say what the mail server answered
    Test {
        /// To whom, such as ada@example.com
        email: String,
    },
}

impl Command {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        let Self::Test { email } = self;
        let to = Email::parse(&email)
            .ok_or_else(|| Trouble::new(Exit::Usage, format!("{email} is no e-mail address")))?;
        block_on(async {
            let ground = Ground::open(global).await?;
            test(&ground, to, output).await?;
            ground.close().await;
            Ok(())
        })
    }
}

async fn test(ground: &Ground, to: Email, output: Output) -> Result<(), Trouble> {
    let house = &ground.house;
    let settings = house.settings.load().mail.clone();
    if settings.transport == MailTransport::None {
        return Err(Trouble::new(
            Exit::ConfigInvalid,
            "mail is not set up: mail.transport is \"none\"",
        )
        .fix("vestibule config explain mail.transport"));
    }
    let at = house.at();
    let letter = letter(ground, &to, at.now);
    let sent = app::desk(house).post.send(at, &letter).await;
    sent.map_err(|failure| {
        Trouble::new(Exit::DependencyDown, "the letter was not taken").why(failure.to_string()).fix(
            "check mail.smtp_host, mail.smtp_port, mail.smtp_security and the name and password",
        )
    })?;
    let how = match settings.transport {
        MailTransport::Capture => "it was caught, and waits in the inbox of `vestibule dev`",
        _ => "the mail server took it; look into the mailbox",
    };
    let data = json!({ "to": to.as_str(), "id": letter.id });
    output.answer(
        "vestibule.cli.mail.test/1",
        &data,
        &format!("✓ a letter to {to} is on its way: {how}"),
    );
    Ok(())
}

fn letter(ground: &Ground, to: &Email, written_at: Timestamp) -> Letter {
    let house = &ground.house;
    let place = house.directory.public_url();
    let line = format!("This letter is a test of {place}. There is nothing to do.");
    let html = "<!doctype html><html lang=\"en\"><title>A test letter</title><p>";
    Letter {
        id: JobId::new(&mut house.ambient.clone()).to_string(),
        to: to.clone(),
        subject: "A test letter".into(),
        html: format!("{html}{line}</p></html>"),
        text: format!("{line}\n"),
        written_at,
    }
}
