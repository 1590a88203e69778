//! The two forms in every state.

use super::{NamePage, PasswordPage};
use crate::platform::web::headers::Policy;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::sample::{EMAIL, Sample};
use crate::signin::model::{LocalPath, Purpose};
use crate::signin::pages::passkey::Asking;
use crate::signin::pages::via::Way;
use axum::response::{IntoResponse, Response};

pub(in crate::signin::pages) const SAMPLES: &[Sample] = &[
    Sample::of("signin/name", "", |shell| name(shell, ("", &[]), None)),
    Sample::of("signin/name", "providers", |shell| {
        name(shell, ("", &["Example University", "GitHub"]), None)
    }),
    Sample::of("signin/name", "empty", |shell| {
        name(shell, ("", &[]), Some(shell.say("sign-in-no-email").into()))
    }),
    Sample::of("signin/name", "once-more", |shell| {
        name(shell, (EMAIL, &[]), Some(shell.say("sign-in-once-more").into()))
    }),
    Sample::of("signin/name", "stranger", |shell| {
        let picture = Some(shell.asset("favicon.svg").into());
        let stranger = Purpose { picture, is_stranger: true, ..purpose() };
        name_for(shell, &stranger, ("", &[]), None)
    }),
    Sample::of("signin/password", "", |shell| password(shell, None)),
    Sample::of("signin/password", "wrong", |shell| {
        password(shell, Some(shell.say("sign-in-mismatch").into()))
    }),
    Sample::of("signin/password", "wait", |shell| {
        password(shell, Some(shell.say("sign-in-wait").count("seconds", 4).into()))
    }),
];

pub(in crate::signin::pages) fn purpose() -> Purpose {
    Purpose { application: Some("Photos".into()), ..Purpose::our_own(LocalPath::home()) }
}

fn name(shell: &Shell, given: (&str, &[&str]), wrong: Option<String>) -> Response {
    name_for(shell, &purpose(), given, wrong)
}

fn name_for(
    shell: &Shell,
    purpose: &Purpose,
    (typed, ways): (&str, &[&str]),
    wrong: Option<String>,
) -> Response {
    let (asking, nonce) = Asking::sample();
    let way = |label: &&str| Way { label: (*label).to_owned(), action: "/login".into() };
    let page = NamePage {
        shell,
        purpose,
        asking: Asking { in_name: true, ..asking },
        action: "/login".into(),
        token: String::new(),
        ways: ways.iter().map(way).collect(),
        typed,
        by_username: false,
        wrong,
        register: Some("/register".into()),
    };
    Page::new(page).with_policy(Policy::default().with_scripts(nonce)).into_response()
}

fn password(shell: &Shell, wrong: Option<String>) -> Response {
    let page = PasswordPage {
        shell,
        purpose: &purpose(),
        action: "/login/password".into(),
        back: "/login".into(),
        forgot: "/forgot".into(),
        token: String::new(),
        typed: EMAIL,
        wrong,
    };
    Page::new(page).into_response()
}
