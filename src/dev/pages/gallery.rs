//! Every page in every state, in each language and by day and by night, of made-up facts: for whoever changes a page.

use crate::accounts;
use crate::oauth;
use crate::platform::messages::Language;
use crate::platform::web::page::{self, Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::signin;
use crate::tenants::http::{CurrentTenant, shell};
use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "dev/gallery.html")]
struct Gallery {
    shell: Shell,
    looks: Vec<Look>,
    pages: Vec<Row>,
}

/// A language and a scheme, and whether the links below lead there.
struct Look {
    words: String,
    query: String,
    is_here: bool,
}

/// A page, with its states: their words and addresses.
struct Row {
    template: &'static str,
    states: Vec<(&'static str, String)>,
}

const SCHEMES: [&str; 3] = ["light dark", "light", "dark"];

fn samples() -> Vec<Sample> {
    let all = [
        signin::pages::samples(),
        oauth::authorize::pages::samples(),
        accounts::pages::samples(),
        oauth::consent::pages::SAMPLES.to_vec(),
        oauth::logout::pages::SAMPLES.to_vec(),
        page::SAMPLES.to_vec(),
    ];
    all.concat()
}

/// As `theme` says, or as the reader's system has it.
fn scheme(query: Option<&str>) -> &'static str {
    let mut asked =
        query.unwrap_or_default().split('&').filter_map(|part| part.strip_prefix("theme="));
    let wanted = asked.next();
    SCHEMES.into_iter().find(|scheme| wanted == Some(*scheme)).unwrap_or(SCHEMES[0])
}

fn query(language: Language, scheme: &str) -> String {
    let theme = if scheme == SCHEMES[0] { String::new() } else { format!("&theme={scheme}") };
    format!("?lang={}{theme}", language.tag())
}

pub(super) async fn index(
    CurrentTenant(tenant): CurrentTenant,
    asked: Shell,
    RawQuery(raw): RawQuery,
) -> Response {
    let scheme = scheme(raw.as_deref());
    let here = query(asked.language, scheme);
    let look = |language: Language, scheme: &str| {
        let query = query(language, scheme);
        let words = format!("{}, {scheme}", language.own_name());
        Look { words, is_here: query == here, query }
    };
    let looks = |language| SCHEMES.map(|scheme| look(language, scheme));
    let mut pages: Vec<Row> = Vec::new();
    for sample in samples() {
        let words = if sample.state.is_empty() { "first" } else { sample.state };
        let state = (words, format!("{}/dev/gallery/{}{here}", tenant.base(), sample.name()));
        match pages.iter_mut().find(|row| row.template == sample.template) {
            Some(row) => row.states.push(state),
            None => pages.push(Row { template: sample.template, states: vec![state] }),
        }
    }
    let looks = Language::ALL.into_iter().flat_map(looks).collect();
    let shell = shell(&tenant).painted(scheme);
    Page::new(Gallery { shell, looks, pages }).into_response()
}

pub(super) async fn show(
    Path(name): Path<String>,
    shell: Shell,
    RawQuery(raw): RawQuery,
) -> Response {
    let shell = shell.painted(scheme(raw.as_deref()));
    match samples().into_iter().find(|sample| sample.name() == name) {
        Some(sample) => (sample.show)(&shell),
        None => Problem::not_found().into_response(),
    }
}
