//! What is said when somebody comes back without being signed in, or cannot leave.

use crate::federation::complete::Refusal;
use crate::federation::link;
use crate::federation::model::Provider;
use crate::federation::model::arrival::Why;
use crate::federation::provider::Trouble;
use axum::http::StatusCode;

pub(super) struct Words {
    pub(super) status: StatusCode,
    pub(super) title: &'static str,
    pub(super) happened: String,
    pub(super) advice: String,
}

const NOT_SIGNED_IN: &str = "You are not signed in";

fn words(status: StatusCode, happened: String, advice: &str) -> Words {
    Words { status, title: NOT_SIGNED_IN, happened, advice: advice.to_owned() }
}

const AGAIN: &str = "Try again, or sign in another way.";
const LATER: &str = "Try again in a minute, or sign in another way.";
const TELL: &str = "Sign in another way, and tell whoever runs this service.";

pub(super) fn of_trouble(provider: &Provider, trouble: &Trouble) -> Words {
    let label = &provider.settings.label;
    match trouble {
        Trouble::Resting(_) | Trouble::Unreachable(_) => words(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{label} does not answer at the moment."),
            LATER,
        ),
        Trouble::Denied(_) | Trouble::Untrusted(_) => words(
            StatusCode::BAD_REQUEST,
            format!("What {label} answered could not be used."),
            AGAIN,
        ),
    }
}

/// RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6: what the provider says is not shown, only what it means.
pub(super) fn of_error(provider: &Provider, error: &str) -> Words {
    let label = &provider.settings.label;
    let bad = StatusCode::BAD_REQUEST;
    match error {
        "access_denied" => words(bad, format!("You did not finish signing in at {label}."), AGAIN),
        "temporarily_unavailable" | "server_error" => {
            words(bad, format!("{label} has a problem at the moment."), LATER)
        }
        "login_required"
        | "interaction_required"
        | "consent_required"
        | "account_selection_required" => {
            words(bad, format!("{label} wants to ask you something first."), AGAIN)
        }
        _ => words(bad, format!("{label} refused our request."), TELL),
    }
}

pub(super) fn lost() -> Words {
    words(
        StatusCode::BAD_REQUEST,
        "This sign-in is over, or it began in another browser.".into(),
        "Begin anew from here.",
    )
}

pub(super) fn closed() -> Words {
    words(
        StatusCode::BAD_REQUEST,
        "This way to sign in is not offered any more.".into(),
        "Sign in another way.",
    )
}

pub(super) fn of_refusal(provider: &Provider, refusal: Refusal) -> Words {
    let label = &provider.settings.label;
    let bad = StatusCode::BAD_REQUEST;
    match refusal {
        Refusal::Closed => closed(),
        Refusal::Inactive => words(
            StatusCode::FORBIDDEN,
            "This account cannot be signed in to.".into(),
            "Ask whoever runs this service.",
        ),
        Refusal::Why(Why::NoAddress) => words(
            bad,
            format!("{label} did not tell us your e-mail address."),
            "Allow it there and try again, or sign in another way.",
        ),
        Refusal::Why(Why::AddressNotVerified) => words(
            bad,
            format!("{label} has not verified your e-mail address."),
            "Verify it there and try again. If you have an account here, sign in to it, and link the other one from there.",
        ),
        Refusal::Why(Why::NotLinked) => words(
            bad,
            format!("Your {label} account is not linked to an account here."),
            "If you have an account here, sign in to it, and link the other one from there.",
        ),
        Refusal::Why(Why::NoNewAccounts) => words(
            bad,
            format!("Your {label} account is not linked to an account here."),
            "Ask whoever runs this service for an account.",
        ),
    }
}

pub(super) fn of_link(refusal: link::Refusal) -> Words {
    let (happened, advice) = match refusal {
        link::Refusal::Lost => {
            ("This is over, or it began in another browser.", "Begin anew from here.")
        }
        link::Refusal::NotProven => (
            "You are signed in to another account than the one that was to be linked.",
            "Sign out, and begin anew with the right one.",
        ),
        link::Refusal::Elsewhere => (
            "That account is linked to another account here.",
            "Sign in with it, or unlink it there first.",
        ),
        link::Refusal::LastWay => ("It is your only way to sign in.", "Add another way first."),
        link::Refusal::Inactive => {
            ("This account cannot be changed.", "Ask whoever runs this service.")
        }
    };
    let status = StatusCode::BAD_REQUEST;
    Words { status, title: "Nothing was linked", happened: happened.into(), advice: advice.into() }
}
