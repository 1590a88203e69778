//! The second cookie: a browser that somebody has signed in from is known again, also after they signed out.

use super::Asked;
use crate::kernel::secret::{Hash, Secret};
use crate::platform::web::problem::Problem;
use crate::sessions::model::Device;
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use tower_sessions::cookie::Cookie;

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
        let mark = asked.at.tenant.as_str().trim_start_matches("ten_").to_owned();
        let cookie = format!("{}device-{mark}", if is_https { "__Host-" } else { "" });
        let sent = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut sent = sent.flat_map(|text| Cookie::split_parse(text).flatten());
        let known = sent.find(|one| one.name() == cookie).map(|one| one.value().to_owned());
        let is_ours =
            |text: &String| BASE64URL_NOPAD.decode(text.as_bytes()).is_ok_and(|b| b.len() == 32);
        let fresh = || BASE64URL_NOPAD.encode(&asked.browsing.ambient.random::<32>());
        let secret = Secret::new(known.filter(is_ours).unwrap_or_else(fresh));
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
