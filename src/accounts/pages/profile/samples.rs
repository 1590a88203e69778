//! The profile of somebody who has filled in a part of it.

use super::{ProfilePage, groups, said};
use crate::accounts::model::{AttributeSchema, Field, Profile, Status, Unfit, User, Username};
use crate::accounts::update::Refusal;
use crate::kernel::email::Email;
use crate::kernel::ids::UserId;
use crate::kernel::time::Timestamp;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, NAME, Sample};
use axum::response::{IntoResponse, Response};

pub(in crate::accounts::pages) const SAMPLES: &[Sample] = &[
    Sample::of("account/profile", "", |shell| sample(shell, None, false)),
    Sample::of("account/profile", "saved", |shell| sample(shell, None, true)),
    Sample::of("account/profile", "wrong", |shell| {
        let unfit = Unfit { field: "phone_number".into(), expected: String::new() };
        sample(shell, Some(&Refusal::Unfit(unfit)), false)
    }),
];

fn sample(shell: &Shell, refusal: Option<&Refusal>, saved: bool) -> Response {
    let Some(user) = somebody() else {
        return Problem::broken("a sample of nobody").into_response();
    };
    let sent = refusal.map(|refusal| (&[][..], Some(refusal)));
    let page = ProfilePage {
        shell: shell.clone(),
        base: String::new(),
        token: String::new(),
        groups: groups((&user, &AttributeSchema::default()), sent, shell.language),
        wrong: refusal.map(|refusal| said(refusal, shell).into()),
        saved,
    };
    Page::new(page).into_response()
}

fn somebody() -> Option<User> {
    let mut profile = Profile::default();
    let known = [
        (Field::GivenName, "Ada"),
        (Field::PhoneNumber, "+44 20 7946 0018"),
        (Field::Locality, "Accra"),
        (Field::EmployeeId, "004711"),
    ];
    for (field, text) in known {
        profile.set(field, text).ok()?;
    }
    Some(User {
        id: UserId::parse("usr_00000000000000000000000000")?,
        email: Email::parse(EMAIL)?,
        username: Username::parse("ada"),
        name: NAME.into(),
        profile,
        made_at: Timestamp::default(),
        changed_at: Timestamp::default(),
        email_verified_at: None,
        status: Status::Active,
    })
}
