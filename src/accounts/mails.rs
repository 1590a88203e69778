//! The letters of an account, in two forms that say the same.

use super::model::Notice;
use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::time::Timestamp;
use crate::platform::mail::Letter;
use askama::Template;

/// What a letter says, before it is laid out.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) lines: Vec<String>,
    pub(super) action: Option<Action>,
    pub(super) ending: String,
}

/// The one thing to do.
#[derive(Clone, Debug)]
pub(super) struct Action {
    words: String,
    href: String,
    lasting: String,
    otherwise: String,
}

/// To whom, from which place, under which name.
pub(super) struct Envelope {
    pub(super) id: String,
    pub(super) to: Email,
    /// How they are addressed; nobody is known by name before they have an account.
    pub(super) name: String,
    pub(super) place: String,
    pub(super) written_at: Timestamp,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    language: &'a str,
    direction: &'a str,
    place: &'a str,
    subject: &'a str,
    greeting: &'a str,
    lines: &'a [String],
    action: Option<&'a Action>,
    ending: &'a str,
}

#[derive(Template)]
#[template(path = "mail/letter.txt", escape = "none", whitespace = "preserve")]
struct Text<'a> {
    place: &'a str,
    subject: &'a str,
    greeting: &'a str,
    lines: &'a [String],
    action: Option<&'a Action>,
    ending: &'a str,
}

pub(super) fn write(envelope: &Envelope, words: &Words) -> Result<Letter, Failure> {
    let unwritten = |e: askama::Error| Failure::broken("a letter cannot be written").because(e);
    let greeting = match envelope.name.is_empty() {
        true => "Hello,".to_owned(),
        false => format!("Hello {},", envelope.name),
    };
    let (place, subject, ending) = (&*envelope.place, &*words.subject, &*words.ending);
    let (lines, action, greeting) = (&*words.lines, words.action.as_ref(), &*greeting);
    let (language, direction) = ("en", "ltr");
    let html = Html { language, direction, place, subject, greeting, lines, action, ending };
    let text = Text { place, subject, greeting, lines, action, ending };
    Ok(Letter {
        id: envelope.id.clone(),
        to: envelope.to.clone(),
        subject: words.subject.clone(),
        text: text.render().map_err(unwritten)?,
        html: html.render().map_err(unwritten)?,
        written_at: envelope.written_at,
    })
}

fn action(words: &str, href: String, lasting: &str) -> Action {
    let otherwise = "If the button does not open, copy this address:".to_owned();
    Action { words: words.to_owned(), href, lasting: lasting.to_owned(), otherwise }
}

const NOT_YOU: &str = "You did not ask for this? Then do nothing; nothing will change.";
const HALF_AN_HOUR: &str = "The link works once, for 30 minutes.";
const A_DAY: &str = "The link works once, for 24 hours.";

pub(super) fn confirm_address(place: &str, href: String) -> Words {
    Words {
        subject: "Confirm your e-mail address".into(),
        lines: vec![format!(
            "Please confirm that this address is yours. Then your {place} account is ready."
        )],
        action: Some(action("Confirm address", href, A_DAY)),
        ending: "You did not ask for this? Then do nothing; no account will be made.".into(),
    }
}

pub(super) fn known_already(place: &str, href: String) -> Words {
    Words {
        subject: "You already have an account".into(),
        lines: vec![format!(
            "Somebody asked for a new {place} account with this address. There is one already. If it was you, sign in, or choose a new password there if you have forgotten yours."
        )],
        action: Some(action("Sign in", href, "")),
        ending: NOT_YOU.into(),
    }
}

pub(super) fn choose_password(place: &str, href: String) -> Words {
    Words {
        subject: "Choose a new password".into(),
        lines: vec![format!("Somebody asked for a new password for your {place} account.")],
        action: Some(action("Choose a new password", href, HALF_AN_HOUR)),
        ending: "You did not ask for this? Then do nothing; your password stays as it is.".into(),
    }
}

pub(super) fn notice(place: &str, (notice, href): (&Notice, String)) -> Words {
    let when = |at: &Timestamp| -> String {
        at.rfc3339().chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
    };
    let (subject, line) = match notice {
        Notice::PasswordChanged { at } => (
            "Your password was changed",
            format!("The password of your {place} account was changed on {} (UTC).", when(at)),
        ),
        Notice::NewSignIn { at, device } => (
            "A new sign-in to your account",
            format!(
                "Somebody signed in to your {place} account on {} (UTC), with a browser that was not seen before: {device}.",
                when(at)
            ),
        ),
        Notice::EmailChanged { at } => (
            "Your e-mail address was changed",
            format!("Your {place} account has this address since {} (UTC).", when(at)),
        ),
        Notice::FactorAdded { at, factor } => (
            "A way to sign in was added",
            format!("Your {place} account has {factor} since {} (UTC).", when(at)),
        ),
        Notice::FactorRemoved { at, factor } => (
            "A way to sign in was removed",
            format!("Your {place} account has {factor} no more since {} (UTC).", when(at)),
        ),
    };
    Words {
        subject: subject.into(),
        lines: vec![line, "If it was you, there is nothing to do.".into()],
        action: Some(action("I do not recognise this", href, "")),
        ending: "If it was not you, choose a new password at once: that ends every session.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // INV-15: what somebody chose as a name is text, and never markup or a header
    #[test]
    fn a_name_is_only_a_name() {
        let envelope = Envelope {
            id: "job_1".into(),
            to: Email::parse("ada@example.test").unwrap(),
            name: "<b>Ada</b>".into(),
            place: "A & B".into(),
            written_at: Timestamp::default(),
        };
        let words = choose_password(&envelope.place, "https://id.test/reset/x".into());
        let letter = write(&envelope, &words).unwrap();
        assert!(letter.html.contains("Hello &#60;b&#62;Ada"), "{}", letter.html);
        assert!(letter.text.contains("Hello <b>Ada</b>,"), "{}", letter.text);
        assert!(letter.text.contains("\n    https://id.test/reset/x\n"), "{}", letter.text);
        assert!(!letter.subject.contains(['\r', '\n']));
    }
}
