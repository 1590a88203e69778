//! What each status says when no capability has words of its own (experience §4.8): what happened, what to do.

use axum::http::StatusCode;

/// status, code, title, detail, advice
pub(super) type Row = (u16, &'static str, &'static str, &'static str, &'static str);

pub(super) const ROWS: &[Row] = &[
    (
        400,
        "bad_request",
        "This request cannot be understood",
        "The request is malformed.",
        "Go back and try again.",
    ),
    (
        401,
        "unauthorized",
        "Sign in first",
        "The request needs a signed-in person or a valid token.",
        "Sign in and try again.",
    ),
    (
        403,
        "forbidden",
        "This is not open to you",
        "You do not have the permission this needs.",
        "If you need it, ask the people who run this service.",
    ),
    (
        404,
        "not_found",
        "There is nothing here",
        "The address does not lead to a page.",
        "Check it for typing errors, or go back and choose another way.",
    ),
    (
        405,
        "method_not_allowed",
        "This cannot be done here",
        "The address exists, but not for this method.",
        "Go back and try again from the page before.",
    ),
    (
        408,
        "request_timeout",
        "The request took too long",
        "It did not arrive completely in time.",
        "Check your connection and try again.",
    ),
    (
        413,
        "content_too_large",
        "This is too large",
        "The request carries more than is accepted here.",
        "Send less and try again.",
    ),
    (
        414,
        "uri_too_long",
        "This address is too long",
        "The address is longer than is accepted here.",
        "Go back and start again from the app.",
    ),
    (
        415,
        "unsupported_media_type",
        "This format is not accepted",
        "The request is in a format this address does not read.",
        "Go back and try again.",
    ),
    (
        421,
        "misdirected_request",
        "This address is not set up here",
        "This server does not answer under the address you opened.",
        "Check the address, or ask the people who run this service.",
    ),
    (
        422,
        "unprocessable_content",
        "Something in the request is not right",
        "The request can be read, but not all of it can be used.",
        "Check what you entered and try again.",
    ),
    (
        429,
        "too_many_requests",
        "Too many tries",
        "There have been too many requests in a short time.",
        "Wait a moment and try again.",
    ),
    (
        431,
        "header_fields_too_large",
        "The request is too large",
        "The browser sent more header fields than are accepted.",
        "Delete the cookies of this site and try again.",
    ),
    (
        500,
        "internal_error",
        "Something went wrong here",
        "The fault is on our side and has been recorded.",
        "Try again. If it stays, pass the reference on to the people who run this service.",
    ),
    (
        503,
        "unavailable",
        "This is busy or being serviced",
        "The request could not be answered just now.",
        "Wait a moment and try again.",
    ),
];

/// For a status that has no row.
const CLIENT: Row = (
    400,
    "bad_request",
    "This request was refused",
    "The request cannot be answered.",
    "Go back and try again.",
);

pub(super) fn of(status: StatusCode) -> &'static Row {
    let row = |wanted: u16| ROWS.iter().find(|row| row.0 == wanted);
    let other = if status.is_server_error() { row(500) } else { None };
    row(status.as_u16()).or(other).unwrap_or(&CLIENT)
}
