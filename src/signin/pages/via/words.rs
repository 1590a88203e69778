//! What is said when somebody comes back without being signed in, or cannot leave.

use crate::federation::complete::Refusal;
use crate::federation::link;
use crate::federation::model::Provider;
use crate::federation::model::arrival::Why;
use crate::federation::provider::Trouble;
use crate::platform::messages::{Language, Phrase};
use axum::http::StatusCode;

pub(super) struct Words {
    pub(super) status: StatusCode,
    pub(super) title: Phrase,
    pub(super) happened: Phrase,
    pub(super) advice: Phrase,
}

/// Nobody is signed in: what happened, and what to do.
fn nobody(status: StatusCode, (happened, advice): (Phrase, Phrase), language: Language) -> Words {
    Words { status, title: language.say("via-nobody"), happened, advice }
}

const BAD: StatusCode = StatusCode::BAD_REQUEST;

pub(super) fn of_trouble(language: Language, provider: &Provider, trouble: &Trouble) -> Words {
    let label = &provider.settings.label;
    match trouble {
        Trouble::Resting(_) | Trouble::Unreachable(_) => {
            let happened = language.say("via-silent").with("provider", label);
            let said = (happened, language.say("via-try-later"));
            nobody(StatusCode::SERVICE_UNAVAILABLE, said, language)
        }
        Trouble::Denied(_) | Trouble::Untrusted(_) => {
            let happened = language.say("via-unusable").with("provider", label);
            nobody(BAD, (happened, language.say("via-try-again")), language)
        }
    }
}

/// RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6: what the provider says is not shown, only what it means.
pub(super) fn of_error(language: Language, provider: &Provider, error: &str) -> Words {
    let (label, again) = (&provider.settings.label, || language.say("via-try-again"));
    let said = match error {
        "access_denied" => (language.say("via-unfinished").with("provider", label), again()),
        "temporarily_unavailable" | "server_error" => {
            (language.say("via-unwell").with("provider", label), language.say("via-try-later"))
        }
        "login_required"
        | "interaction_required"
        | "consent_required"
        | "account_selection_required" => {
            (language.say("via-asks-first").with("provider", label), again())
        }
        _ => (language.say("via-refuses").with("provider", label), language.say("via-tell")),
    };
    nobody(BAD, said, language)
}

pub(super) fn lost(language: Language) -> Words {
    nobody(BAD, (language.say("via-lost"), language.say("via-anew")), language)
}

pub(super) fn closed(language: Language) -> Words {
    nobody(BAD, (language.say("via-closed"), language.say("via-other-way")), language)
}

pub(super) fn of_refusal(language: Language, provider: &Provider, refusal: Refusal) -> Words {
    let label = &provider.settings.label;
    let not_linked = || language.say("via-not-linked").with("provider", label);
    let (status, said) = match refusal {
        Refusal::Closed => return closed(language),
        Refusal::Inactive => {
            let said = (language.say("via-inactive"), language.say("via-ask-operator"));
            (StatusCode::FORBIDDEN, said)
        }
        Refusal::Why(Why::NoAddress) => {
            let happened = language.say("via-no-address").with("provider", label);
            (BAD, (happened, language.say("via-allow-address")))
        }
        Refusal::Why(Why::AddressNotVerified) => {
            let happened = language.say("via-not-verified").with("provider", label);
            (BAD, (happened, language.say("via-verify-there")))
        }
        Refusal::Why(Why::NotLinked) => {
            (BAD, (not_linked(), language.say("via-link-from-account")))
        }
        Refusal::Why(Why::NoNewAccounts) => {
            (BAD, (not_linked(), language.say("via-ask-for-account")))
        }
    };
    nobody(status, said, language)
}

pub(super) fn of_link(language: Language, refusal: link::Refusal) -> Words {
    let (happened, advice) = match refusal {
        link::Refusal::Lost => ("link-lost", "via-anew"),
        link::Refusal::NotProven => ("link-not-proven", "link-begin-anew"),
        link::Refusal::Elsewhere => ("link-elsewhere", "link-unlink-there"),
        link::Refusal::LastWay => ("linked-last", "via-other-way"),
        link::Refusal::Inactive => ("link-inactive", "via-ask-operator"),
    };
    let (happened, advice) = (language.say(happened), language.say(advice));
    Words { status: BAD, title: language.say("link-nothing"), happened, advice }
}
