//! The letters of an account, in two forms that say the same.

use super::browser_name::browser_name;
use super::model::{Factor, Notice};
use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::time::Timestamp;
use crate::platform::mail::Letter;
use crate::platform::messages::{Language, Phrase};
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
    pub(super) language: Language,
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
    let greeting: String = match envelope.name.is_empty() {
        true => envelope.language.say("mail-hello-nobody").into(),
        false => envelope.language.say("mail-hello").with("name", &envelope.name).into(),
    };
    let (place, subject, ending) = (&*envelope.place, &*words.subject, &*words.ending);
    let (lines, action, greeting) = (&*words.lines, words.action.as_ref(), &*greeting);
    let (language, direction) = (envelope.language.tag(), envelope.language.direction());
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

fn action(language: Language, words: Phrase, link: (String, Option<Phrase>)) -> Action {
    let lasting = link.1.map(Into::into).unwrap_or_default();
    let otherwise = language.say("mail-otherwise").into();
    Action { words: words.into(), href: link.0, lasting, otherwise }
}

/// In whose language, and from which place.
#[derive(Clone, Copy)]
pub(super) struct Voice<'a> {
    pub(super) language: Language,
    pub(super) place: &'a str,
}

pub(super) fn confirm_address(Voice { language, place }: Voice<'_>, href: String) -> Words {
    let link = (href, Some(language.say("mail-day")));
    Words {
        subject: language.say("verify-title").into(),
        lines: vec![language.say("mail-confirm").with("place", place).into()],
        action: Some(action(language, language.say("verify-submit"), link)),
        ending: language.say("mail-confirm-end").into(),
    }
}

pub(super) fn known_already(Voice { language, place }: Voice<'_>, href: String) -> Words {
    Words {
        subject: language.say("mail-known").into(),
        lines: vec![language.say("mail-known-line").with("place", place).into()],
        action: Some(action(language, language.say("sign-in-title"), (href, None))),
        ending: language.say("mail-nothing-changes").into(),
    }
}

pub(super) fn choose_password(Voice { language, place }: Voice<'_>, href: String) -> Words {
    let link = (href, Some(language.say("mail-half-hour")));
    Words {
        subject: language.say("reset-title").into(),
        lines: vec![language.say("mail-choose").with("place", place).into()],
        action: Some(action(language, language.say("reset-title"), link)),
        ending: language.say("mail-choose-end").into(),
    }
}

pub(super) fn confirm_new_address(Voice { language, place }: Voice<'_>, href: String) -> Words {
    let link = (href, Some(language.say("mail-day")));
    Words {
        subject: language.say("move-confirm").into(),
        lines: vec![language.say("mail-move").with("place", place).into()],
        action: Some(action(language, language.say("verify-submit"), link)),
        ending: language.say("mail-nothing-changes").into(),
    }
}

/// The address they have; nobody knows so far whether it is theirs.
pub(super) fn confirm_own_address(Voice { language, place }: Voice<'_>, href: String) -> Words {
    let link = (href, Some(language.say("mail-day")));
    Words {
        subject: language.say("verify-title").into(),
        lines: vec![language.say("mail-own").with("place", place).into()],
        action: Some(action(language, language.say("verify-submit"), link)),
        ending: language.say("mail-nothing-changes").into(),
    }
}

/// To the address that was left.
pub(super) fn undo_address(Voice { language, place }: Voice<'_>, href: String) -> Words {
    let link = (href, Some(language.say("mail-week")));
    Words {
        subject: language.say("notice-email").into(),
        lines: vec![language.say("mail-left").with("place", place).into()],
        action: Some(action(language, language.say("move-undo"), link)),
        ending: language.say("mail-left-end").into(),
    }
}

pub(super) fn locked(Voice { language, place }: Voice<'_>, href: String) -> Words {
    let link = (href, Some(language.say("mail-half-hour")));
    Words {
        subject: language.say("mail-locked").into(),
        lines: vec![language.say("mail-locked-line").with("place", place).into()],
        action: Some(action(language, language.say("unlock-submit"), link)),
        ending: language.say("mail-locked-end").into(),
    }
}

pub(super) fn invited(Voice { language, place }: Voice<'_>, href: String) -> Words {
    let link = (href, Some(language.say("mail-week")));
    Words {
        subject: language.say("mail-invite").with("place", place).into(),
        lines: vec![language.say("mail-invite-line").with("place", place).into()],
        action: Some(action(language, language.say("invitation-submit"), link)),
        ending: language.say("mail-invite-end").into(),
    }
}

pub(super) fn notice(voice: Voice<'_>, (notice, href): (&Notice, String)) -> Words {
    let language = voice.language;
    let (subject, line) = noticed(voice, notice);
    Words {
        subject: subject.into(),
        lines: vec![line.into(), language.say("notice-you").into()],
        action: Some(action(language, language.say("notice-not-you"), (href, None))),
        ending: language.say("notice-end").into(),
    }
}

#[rustfmt::skip]
fn noticed(Voice { language, place }: Voice<'_>, notice: &Notice) -> (Phrase, Phrase) {
    match notice {
        Notice::PasswordChanged { at } => (
            language.say("notice-password"),
            language.say("notice-password-line").with("place", place).with("time", language.moment(*at)),
        ),
        Notice::NewSignIn { at, device } => (
            language.say("notice-sign-in"),
            language.say("notice-sign-in-line").with("place", place).with("time", language.moment(*at)).with("device", browser_name(device, language)),
        ),
        Notice::EmailChanged { at } => (
            language.say("notice-email"),
            language.say("notice-email-line").with("place", place).with("time", language.moment(*at)),
        ),
        Notice::FactorAdded { at, factor } => (
            language.say("notice-factor-added"),
            language.say("notice-factor-added-line").with("place", place).with("time", language.moment(*at)).with("factor", called(language, *factor)),
        ),
        Notice::FactorRemoved { at, factor } => (
            language.say("notice-factor-removed"),
            language.say("notice-factor-removed-line").with("place", place).with("time", language.moment(*at)).with("factor", called(language, *factor)),
        ),
        Notice::RecoveryCodeUsed { at, left } => (
            language.say("notice-recovery-code"),
            language.say("notice-recovery-code-line").with("place", place).with("time", language.moment(*at)).count("left", *left),
        ),
    }
}

fn called(language: Language, factor: Factor) -> String {
    match factor {
        Factor::Authenticator => language.say("security-app").into(),
        Factor::Passkey => language.say("notice-passkey").into(),
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
            language: Language::English,
            written_at: Timestamp::default(),
        };
        let voice = Voice { language: Language::English, place: &envelope.place };
        let words = choose_password(voice, "https://id.test/reset/x".into());
        let letter = write(&envelope, &words).unwrap();
        assert!(letter.html.contains("Hello &#60;b&#62;Ada"), "{}", letter.html);
        assert!(letter.text.contains("Hello <b>Ada</b>,"), "{}", letter.text);
        assert!(letter.text.contains("\n    https://id.test/reset/x\n"), "{}", letter.text);
        assert!(!letter.subject.contains(['\r', '\n']));
    }
}
