//! The fields of a form that a page of ours sent.

use super::problem::Problem;
use crate::kernel::secret::Secret;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use url::form_urlencoded;

/// An extractor. Each name stands once: which of two counts would be anybody's guess.
#[derive(Debug)]
pub struct Fields(Vec<(String, Secret)>);

const MOST: usize = 64;
const LONGEST: usize = 8 * 1024;
const KIND: &str = "application/x-www-form-urlencoded";

impl Fields {
    /// Empty when it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// For whoever must tell an empty field from one that was not sent. No text has a NUL in it, and PostgreSQL
    /// would take none: such a field is as good as empty.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.raw(name).map(|text| if text.contains('\0') { "" } else { text })
    }

    /// As it was sent: of a password each character counts.
    pub fn secret(&self, name: &str) -> Secret {
        Secret::new(self.raw(name).unwrap_or_default())
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.reveal())
    }

    fn parse(body: &[u8]) -> Result<Self, StatusCode> {
        let mut fields: Vec<(String, Secret)> = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            let is_new = !fields.iter().any(|(known, _)| *known == name);
            if !is_new || fields.len() == MOST || value.len() > LONGEST {
                return Err(StatusCode::BAD_REQUEST);
            }
            fields.push((name.into_owned(), Secret::new(value)));
        }
        Ok(Self(fields))
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
        if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case(KIND)) {
            return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|refusal| Problem::of_status(refusal.status()))?;
        Self::parse(&body).map_err(Problem::of_status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // security §0.2; FZ-11
    #[test]
    fn a_form_is_bounded_and_names_each_field_once() {
        let fields = Fields::parse(b"username=a%40b&password=%00%2B+x&empty=").unwrap();
        assert_eq!(fields.text("username"), "a@b");
        assert_eq!(fields.secret("password").reveal(), "\0+ x");
        assert_eq!((fields.text("empty"), fields.text("absent")), ("", ""));
        assert_eq!(fields.text("password"), "", "no text has a NUL");
        assert_eq!(Fields::parse(b"a=1&a=2").unwrap_err(), StatusCode::BAD_REQUEST);
        let many: Vec<String> = (0..65).map(|n| format!("f{n}=")).collect();
        assert!(Fields::parse(many.join("&").as_bytes()).is_err());
        assert!(Fields::parse(format!("a={}", "x".repeat(LONGEST + 1)).as_bytes()).is_err());
        assert!(Fields::parse(b"a=%ff%fe&&=&%").is_ok());
        assert!(Fields::parse(b"=&=").is_err());
        assert!(!format!("{:?}", Fields::parse(b"password=demo").unwrap()).contains("demo"));
    }
}
