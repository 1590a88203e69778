//! What each status is called when no capability has a code of its own. The words are in the catalogues: `error-CODE`.

use axum::http::StatusCode;

/// Codes are never renamed: programs compare them, and the documentation has a page of that name.
pub(super) const ROWS: &[(u16, &str)] = &[
    (400, "bad_request"),
    (401, "unauthorized"),
    (403, "forbidden"),
    (404, "not_found"),
    (405, "method_not_allowed"),
    (408, "request_timeout"),
    (413, "content_too_large"),
    (414, "uri_too_long"),
    (415, "unsupported_media_type"),
    (421, "misdirected_request"),
    (422, "unprocessable_content"),
    (429, "too_many_requests"),
    (431, "header_fields_too_large"),
    (500, "internal_error"),
    (503, "unavailable"),
];

/// The code of a status, and the one whose words it takes.
pub(super) fn of(status: StatusCode) -> (&'static str, &'static str) {
    let row = |wanted: u16| ROWS.iter().find(|row| row.0 == wanted);
    let other = if status.is_server_error() { row(500) } else { None };
    row(status.as_u16()).or(other).map_or(("bad_request", "refused"), |(_, code)| (code, code))
}
