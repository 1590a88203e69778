//! How an answer leaves: a redirect, a form that posts itself, or a page for who cannot be sent back.

use super::super::explain::outside;
use super::super::respond::{Delivery, Response as Reply};
use super::super::{AuthorizationRequest, Refusal};
use super::Place;
use crate::kernel::moment::Moment;
use crate::oauth::clients::model::Client;
use crate::oauth::error::{OAuthError, invalid_request};
use crate::oauth::refused::model::Endpoint;
use crate::oauth::refused::{Request, note};
use crate::platform::web::arrival::Reference;
use crate::platform::web::headers::Nonce;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::sample::Sample;
use crate::sessions::http::see_other;
use crate::signin::pages::leading_to;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use url::Url;

#[derive(Template)]
#[template(path = "authorize/form_post.html")]
struct FormPostPage<'a> {
    shell: &'a Shell,
    /// Of the script that sends it; there is a button as well.
    nonce: Option<&'a str>,
    action: &'a str,
    fields: &'a [(&'static str, String)],
}

#[derive(Template)]
#[template(path = "authorize/refused.html")]
struct RefusedPage<'a> {
    shell: &'a Shell,
    error: &'a OAuthError,
    /// As it was sent, for whoever made the application.
    sent_uri: Option<&'a str>,
    reference: &'a Reference,
}

#[derive(Template)]
#[template(path = "authorize/leave.html")]
struct LeavePage<'a> {
    shell: &'a Shell,
    application: &'a str,
    host: &'a str,
    delivery: Delivery<'a>,
}

/// To an application that registered itself nobody is sent without having seen where it is.
pub(super) fn leave(place: &Place, client: &Client, reply: &Reply, status: StatusCode) -> Response {
    let uri = reply.destination().redirect_uri();
    let url = Url::parse(uri).ok();
    let page = LeavePage {
        shell: &place.shell,
        application: &client.registration.name,
        host: url.as_ref().and_then(Url::host_str).unwrap_or(uri),
        delivery: reply.delivery(),
    };
    let policy = outside(uri).as_ref().map(leading_to).unwrap_or_default();
    Page::new(page).with_status(status).with_policy(policy).into_response()
}

/// 303 always: the request may have been a POST.
pub(super) fn deliver(place: &Place, reply: &Reply) -> Response {
    match reply.delivery() {
        Delivery::Redirect { location } => see_other(&location),
        Delivery::FormPost { action, fields } => {
            let nonce = Nonce::of(place.protocol.ground.moment(&place.realm).random());
            let policy = outside(reply.destination().redirect_uri());
            let policy = policy.as_ref().map(leading_to).unwrap_or_default();
            let page =
                FormPostPage { shell: &place.shell, nonce: Some(nonce.as_str()), action, fields };
            let page = Page::new(page).with_policy(policy.with_scripts(nonce.clone()));
            page.into_response()
        }
    }
}

impl Refusal {
    /// Of a request whose client and destination are known.
    pub(super) fn of(place: &Place, request: AuthorizationRequest, error: OAuthError) -> Self {
        let reply = Reply::error(request.destination, &error, &place.realm.issuer);
        Self::Redirect(Box::new(reply), error)
    }
}

/// Every refused authorization request passes here, whatever it was refused for, and is written down for whoever
/// looks after the application (ADM-10).
pub(super) async fn refuse(place: &Place, request: Request<'_>, refusal: &Refusal) -> Response {
    let error = match refusal {
        Refusal::Page(error) | Refusal::Redirect(_, error) => error,
    };
    tracing::info!(
        request_id = place.reference.as_str(),
        tenant = %place.realm.at.tenant,
        client = request.client_id(),
        error = error.code.wire(),
        reason = error.description(),
        "an authorization request was refused"
    );
    let here = (Endpoint::Authorize, place.reference.as_str());
    note(&place.protocol.ground, &place.realm, here, (request, error)).await;
    match refusal {
        Refusal::Redirect(reply, _) => deliver(place, reply),
        Refusal::Page(error) => {
            let page = RefusedPage {
                shell: &place.shell,
                error,
                sent_uri: request.sent("redirect_uri"),
                reference: &place.reference,
            };
            Page::new(page).with_status(StatusCode::BAD_REQUEST).into_response()
        }
    }
}

pub(super) const SAMPLES: &[Sample] = &[
    // Its script would send it away, so it has none here.
    Sample::of("authorize/form_post", "", |shell| {
        let page = FormPostPage { shell, nonce: None, action: "#", fields: &[] };
        Page::new(page).into_response()
    }),
    Sample::of("authorize/refused", "", |shell| {
        let uri = "https://photos.example.test/callback/";
        sample(shell, &invalid_request("the redirect_uri is not registered"), Some(uri))
    }),
    Sample::of("authorize/refused", "unknown", |shell| {
        sample(shell, &invalid_request("there is no such client"), None)
    }),
    Sample::of("authorize/leave", "", |shell| {
        let (application, host) = ("Photos", "photos.example.test");
        let delivery = Delivery::Redirect { location: "#".into() };
        Page::new(LeavePage { shell, application, host, delivery }).into_response()
    }),
];

fn sample(shell: &Shell, error: &OAuthError, sent_uri: Option<&str>) -> Response {
    let page = RefusedPage { shell, error, sent_uri, reference: &Reference::sample() };
    Page::new(page).into_response()
}
