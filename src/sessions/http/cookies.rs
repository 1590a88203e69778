//! How our cookies are named, and how they are read.

use crate::kernel::ids::TenantId;
use crate::kernel::secret::Secret;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use data_encoding::BASE64URL_NOPAD;
use tower_sessions::cookie::Cookie;

/// A tenant's own, so that several under one host stay apart. A browser takes `__Host-` only over TLS, and from
/// nobody but this very host; on a computer of one's own, cookies are shared by all ports, but no id is.
pub(super) fn named(kind: &str, tenant: TenantId, is_https: bool) -> String {
    let mark = tenant.as_str().trim_start_matches("ten_");
    let prefix = if is_https { "__Host-" } else { "" };
    format!("{prefix}{kind}-{mark}")
}

pub(super) fn sent(headers: &HeaderMap, name: &str) -> Option<String> {
    let sent = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut sent = sent.flat_map(|text| Cookie::split_parse(text).flatten());
    sent.find(|one| one.name() == name).map(|one| one.value().to_owned())
}

/// As we make them; what is anything else was not made by us.
pub(super) fn fresh(bytes: [u8; 32]) -> Secret {
    Secret::new(BASE64URL_NOPAD.encode(&bytes))
}

/// A secret of ours that came along.
pub(super) fn secret(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let is_ours = |text: &String| {
        BASE64URL_NOPAD.decode(text.as_bytes()).is_ok_and(|bytes| bytes.len() == 32)
    };
    sent(headers, name).filter(is_ours).map(Secret::new)
}
