//! The letters of an account as their readers see them, for the gallery of development.

use crate::accounts::mails::{self, Envelope, Voice, Words};
use crate::accounts::model::Notice;
use crate::kernel::email::Email;
use crate::kernel::time::Timestamp;
use crate::platform::web::headers::letter;
use crate::platform::web::page::Shell;
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, NAME, Sample};
use axum::response::{IntoResponse, Response};

const HREF: &str = "https://id.example.test/link/8k2q4m7zx1pa8k2q4m7zx1pa8k2q4m7zx1pa8k2q4m7z";

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("mail/letter", "", |shell| show(shell, mails::confirm_address)),
    Sample::of("mail/letter", "known", |shell| show(shell, mails::known_already)),
    Sample::of("mail/letter", "password", |shell| show(shell, mails::choose_password)),
    Sample::of("mail/letter", "new-address", |shell| show(shell, mails::confirm_new_address)),
    Sample::of("mail/letter", "own-address", |shell| show(shell, mails::confirm_own_address)),
    Sample::of("mail/letter", "former-address", |shell| show(shell, mails::undo_address)),
    Sample::of("mail/letter", "invitation", |shell| show(shell, mails::invited)),
    Sample::of("mail/letter", "notice", |shell| {
        show(shell, |voice, href| mails::notice(voice, (&sign_in(), href)))
    }),
];

fn sign_in() -> Notice {
    let at = Timestamp::from_seconds(1_784_000_000);
    Notice::NewSignIn { at, device: "Firefox".into() }
}

fn show(shell: &Shell, words: impl FnOnce(Voice<'_>, String) -> Words) -> Response {
    let Some(to) = Email::parse(EMAIL) else {
        return Problem::broken("a letter to nobody").into_response();
    };
    let voice = Voice { language: shell.language, place: &shell.name };
    let envelope = Envelope {
        id: String::new(),
        to,
        name: NAME.into(),
        place: shell.name.to_string(),
        language: shell.language,
        written_at: Timestamp::default(),
    };
    match mails::write(&envelope, &words(voice, HREF.into())) {
        Ok(written) => letter(written.html),
        Err(failure) => Problem::from(failure).into_response(),
    }
}
