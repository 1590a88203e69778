//! GET /logo/{client}/{digest}.png: no cookie is read, and what is there never changes.

use super::model::{Logos, named};
use crate::oauth::http::Protocol;
use crate::platform::storage::{At, Work};
use crate::platform::web::arrival::Arrival;
use crate::platform::web::document::{Document, Freshness};
use crate::platform::web::problem::Problem;
use crate::tenants::http::CurrentTenant;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use std::sync::Arc;

pub(in crate::oauth) fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new().route("/logo/{client}/{file}", get(picture)).with_state(protocol)
}

async fn picture(
    State(protocol): State<Arc<Protocol>>,
    CurrentTenant(tenant): CurrentTenant,
    arrival: Arrival,
    Path((client, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (client, digest) = named(&client, &file).ok_or_else(Problem::not_found)?;
    let at = At { tenant: tenant.id, now: arrival.at };
    let find = async |work: &mut Work| work.logo_png(&client, &digest).await;
    let png = protocol.ground.database.read(at, find).await?.ok_or_else(Problem::not_found)?;
    Ok(Document::new("image/png", png, Freshness::Forever).answer(&headers))
}
