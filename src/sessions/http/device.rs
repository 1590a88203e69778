//! The second cookie: a browser that somebody has signed in from is known again, also after they signed out.

use super::Asked;
use super::cookies::{self, named};
use crate::kernel::secret::{Hash, Secret};
use crate::platform::web::problem::Problem;
use crate::sessions::model::Device;
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::Response;

/// An extractor: the secret name that this browser goes by, a new one if it has none. It proves nothing by itself:
/// what it is good for is kept per person.
pub struct DeviceMark {
    secret: Secret,
    cookie: String,
    is_https: bool,
}

impl<S: Sync> FromRequestParts<S> for DeviceMark {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let asked = Asked::of(parts)?;
        let is_https = asked.browsing.public_url.is_https();
        let cookie = named("device", asked.at.tenant, is_https);
        let known = cookies::secret(&parts.headers, &cookie);
        let secret = known.unwrap_or_else(|| cookies::fresh(asked.browsing.ambient.random::<32>()));
        Ok(Self { secret, cookie, is_https })
    }
}

impl DeviceMark {
    pub fn hash(&self) -> Hash {
        Hash::of_parts([&b"device"[..], self.secret.reveal().as_bytes()])
    }

    /// So that it is known the next time.
    pub fn keep(&self, mut response: Response) -> Response {
        let secure = if self.is_https { "; Secure" } else { "" };
        let text = format!(
            "{}={}; HttpOnly; SameSite=Lax; Path=/; Max-Age={}{secure}",
            self.cookie,
            self.secret.reveal(),
            Device::KNOWN_FOR.as_seconds()
        );
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().append(SET_COOKIE, value);
        }
        response
    }
}
