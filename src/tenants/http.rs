//! The tenant of a request, found before routing, so that one set of routes serves every tenant.

use super::directory::Directory;
use super::model::Tenant;
use crate::kernel::uri::Host;
use crate::platform::web::page::Shell;
use crate::platform::web::tongue::Tongue;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::uri::{PathAndQuery, Uri};
use axum::http::{StatusCode, header};
use std::borrow::Cow;
use std::sync::Arc;

/// Whose routes these are.
#[derive(Clone, Debug)]
pub struct CurrentTenant(pub Arc<Tenant>);

impl<S: Sync> FromRequestParts<S> for CurrentTenant {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::NOT_FOUND)
    }
}

/// An extractor: the frame of this tenant's pages, in the language of whoever asks.
impl<S: Sync> FromRequestParts<S> for Shell {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, StatusCode> {
        let CurrentTenant(tenant) = CurrentTenant::from_request_parts(parts, state).await?;
        Ok(shell(&tenant).spoken(Tongue::of(parts)))
    }
}

fn shell(tenant: &Tenant) -> Shell {
    match tenant.is_default() && tenant.name == UNNAMED {
        true => Shell::new("Vestibule"),
        false => Shell::new(tenant.name.as_str()),
    }
}

/// The name that the default tenant is made with says nothing to anybody.
const UNNAMED: &str = "Default";

/// Name the tenant, and take its name out of the path. Where there is none the request goes on as it is,
/// and finds no route, or the page for a wrong host.
pub fn name_tenant(directory: &Directory, mut request: Request) -> Request {
    let found =
        host(directory, &request).and_then(|host| directory.find(&host, request.uri().path()));
    let Some(found) = found else { return request };
    if let Some(path) = found.path {
        match with_path(request.uri(), &path) {
            Some(uri) => *request.uri_mut() = uri,
            None => return request,
        }
    }
    request.extensions_mut().insert(CurrentTenant(found.tenant));
    request
}

/// As the client spelled it, compared without parsing where it is the usual one.
fn host<'d>(directory: &'d Directory, request: &Request) -> Option<Cow<'d, Host>> {
    let text = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => request.headers().get(header::HOST)?.to_str().ok()?,
    };
    let usual = directory.public_url().host();
    if text == usual.as_str() {
        return Some(Cow::Borrowed(usual));
    }
    Host::parse(text, directory.public_url().scheme()).map(Cow::Owned)
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let text = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(text).ok()?);
    Uri::from_parts(parts).ok()
}
