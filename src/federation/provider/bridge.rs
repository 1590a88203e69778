//! openidconnect asks by our outbound client, and by no other.

use crate::kernel::secret::Secret;
use crate::platform::outbound::{Client, Outbound, OutboundRefusal, Request};
use openidconnect::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use openidconnect::http::{Method, Response};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use std::pin::Pin;

pub(super) struct Bridge<'a>(pub(super) &'a Client);

type Asking<'c> = Pin<Box<dyn Future<Output = Result<HttpResponse, OutboundRefusal>> + Send + 'c>>;

impl<'c> AsyncHttpClient<'c> for Bridge<'_> {
    type Error = OutboundRefusal;
    type Future = Asking<'c>;

    fn call(&'c self, request: HttpRequest) -> Asking<'c> {
        Box::pin(async move {
            let answer = self.0.send(spoken(request)).await?;
            let kind = answer.header(CONTENT_TYPE.as_str()).unwrap_or_default();
            let response = Response::builder().status(answer.status).header(CONTENT_TYPE, kind);
            response.body(answer.body.to_vec()).map_err(|_| OutboundRefusal::Unwritable)
        })
    }
}

/// The library sends two kinds: a GET for a document, and the form that has a code.
fn spoken(request: HttpRequest) -> Request {
    let url = request.uri().to_string();
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let accept = header(ACCEPT).unwrap_or("application/json").to_owned();
    let authorization = header(AUTHORIZATION).map(Secret::new);
    let asked = match *request.method() {
        Method::POST => Request::post_encoded(&url, request.into_body(), &accept),
        _ => Request::get(&url, &accept),
    };
    match authorization {
        Some(secret) => asked.with_secret_header(AUTHORIZATION.as_str(), &secret),
        None => asked,
    }
}
