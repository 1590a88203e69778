//! The cookie of a browser that nothing is kept of: the forms that it sends are bound to it all the same, and showing a
//! page to a stranger writes nothing into the database.

use super::cookies;
use crate::kernel::ids::TenantId;
use crate::kernel::secret::{Hash, Secret};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Of one request.
pub(super) struct FormMark {
    name: String,
    sent: Option<Secret>,
    is_https: bool,
    fresh: OnceLock<Secret>,
    is_over: AtomicBool,
}

impl FormMark {
    pub(super) fn of(tenant: TenantId, is_https: bool, headers: &HeaderMap) -> Self {
        let name = cookies::named("form", tenant, is_https);
        let sent = cookies::secret(headers, &name);
        Self { name, sent, is_https, fresh: OnceLock::new(), is_over: AtomicBool::new(false) }
    }

    /// What a form of this browser carries. Whoever has no cookie yet gets one with the page.
    pub(super) fn token(&self, make: impl FnOnce() -> [u8; 32]) -> String {
        let fresh = || self.fresh.get_or_init(|| cookies::fresh(make()));
        told(self.sent.as_ref().unwrap_or_else(fresh))
    }

    /// Only for the cookie that came along.
    pub(super) fn vouches(&self, token: &str) -> bool {
        self.sent.as_ref().is_some_and(|sent| Secret::new(told(sent)) == Secret::new(token))
    }

    /// Of the cookie that came along.
    pub(super) fn hash(&self) -> Option<Hash> {
        Some(Hash::of_parts([&b"browser by form"[..], self.sent.as_ref()?.reveal().as_bytes()]))
    }

    /// The browser has got a name, and with it another token for its forms.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    pub(super) fn keep(&self, mut response: Response) -> Response {
        let is_over = self.is_over.load(Ordering::Relaxed);
        let (value, age) = match (is_over && self.sent.is_some(), self.fresh.get()) {
            (true, _) => ("", "; Max-Age=0"),
            (false, Some(fresh)) if !is_over => (fresh.reveal(), ""),
            _ => return response,
        };
        let secure = if self.is_https { "; Secure" } else { "" };
        // Lax, so that it comes along when an application leads somebody here: a second tab keeps its form good.
        let text = format!("{}={value}; HttpOnly; SameSite=Lax; Path=/{age}{secure}", self.name);
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().append(SET_COOKIE, value);
        }
        response
    }
}

/// Whoever reads a page does not learn the cookie.
fn told(secret: &Secret) -> String {
    let hash = Hash::of_parts([&b"form"[..], secret.reveal().as_bytes()]);
    BASE64URL_NOPAD.encode(hash.bytes())
}
