//! The files of `static/`, inside the binary, under an address that names their content.
//!
//! One name covers all of them, so that the sheet may refer to its neighbours by name alone.

use super::document::{Document, Freshness};
use super::problem::Problem;
use crate::kernel::secret::Hash;
use axum::Router;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    href: String,
    lasting: Document,
    passing: Document,
}

const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const JS: &str = "text/javascript; charset=utf-8";

macro_rules! files {
    ($($name:literal $kind:expr),+ $(,)?) => {
        [$(($name, $kind, include_bytes!(concat!("../../../static/", $name)).as_slice())),+]
    };
}

/// What is served is listed here; nothing is looked up on a disk.
const FILES: &[(&str, &str, &[u8])] = &files! {
    "vestibule.css" CSS,
    "mark.svg" SVG,
    "favicon.svg" SVG,
    "passkey.js" JS,
    "submit.js" JS,
    "session.js" JS,
};

static REVISION: LazyLock<String> = LazyLock::new(|| {
    let parts = FILES.iter().flat_map(|(name, _, bytes)| [name.as_bytes(), *bytes]);
    Hash::of_parts(parts).hex().chars().take(16).collect()
});

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let asset = |(name, kind, bytes): &(&'static str, &'static str, &'static [u8])| {
        let lasting = Document::new(kind, *bytes, Freshness::Forever).packed();
        let href = format!("/static/{}/{name}", *REVISION);
        Asset { name, href, passing: lasting.clone().kept(Freshness::Never), lasting }
    };
    FILES.iter().map(asset).collect()
});

/// The address of a file, for pages; empty if there is no such file, which a test excludes.
pub fn href(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| &asset.href)
}

pub fn routes() -> Router {
    Router::new().route("/static/{revision}/{name}", get(file))
}

/// While a release is rolled out, a page of one node asks another for its files: those of another revision
/// are given too, but not for keeping.
async fn file(Path((revision, name)): Path<(String, String)>, request: Request) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) if revision == *REVISION => asset.lasting.answer(request.headers()),
        Some(asset) => asset.passing.answer(request.headers()),
        None => Problem::not_found().into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/static");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(href(&name).starts_with("/static/"), "{name} is not in FILES");
        }
    }

    // experience §4.6: no third-party request ever
    #[test]
    fn the_sheet_refers_to_nothing_outside() {
        let sheet = std::str::from_utf8(FILES[0].2).unwrap();
        for reference in sheet.split("url(").skip(1) {
            let name = reference.split(')').next().unwrap();
            assert!(FILES.iter().any(|(file, ..)| *file == name), "{name}");
        }
        assert!(!sheet.contains("@import") && !sheet.contains("//"));
    }
}
