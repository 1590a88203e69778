//! Whoever changes how they prove themselves has just proven themselves, as well as they can (INV-23, A-128).

use super::Room;
use crate::accounts::model::{Factors, SecondFactors};
use crate::events::{Actor, Context};
use crate::kernel::failure::Failure;
use crate::kernel::ids::RequestId;
use crate::platform::storage::{At, Work};
use crate::platform::web::arrival::Arrival;
use crate::platform::web::problem::Problem;
use crate::sessions::http::{CurrentUser, see_other};
use crate::sessions::model::Session;
use crate::tenants::http::CurrentTenant;
use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use url::form_urlencoded::byte_serialize;

/// An extractor. Who is signed in and not that sure is asked to confirm first, and comes back.
pub(super) struct SureUser {
    pub(super) session: Session,
    pub(super) factors: Factors,
    pub(super) context: Context,
}

impl FromRequestParts<Arc<Room>> for SureUser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, room: &Arc<Room>) -> Result<Self, Response> {
        let CurrentUser { session } = CurrentUser::from_request_parts(parts, room).await?;
        let broken = |problem: Problem| problem.into_response();
        let arrival = Arrival::from_request_parts(parts, room).await.map_err(broken)?;
        let tenant = parts.extensions.get::<CurrentTenant>().cloned();
        let unknown = || Problem::not_found().into_response();
        let CurrentTenant(tenant) = tenant.ok_or_else(unknown)?;
        let at = At { tenant: tenant.id, now: arrival.at };
        let factors = factors(room, at, &session).await;
        let factors = factors.map_err(|failure| Problem::from(failure).into_response())?;
        if factors.are_shown(&session, arrival.at) {
            let actor = Actor::User { user: session.user.clone() };
            let request = RequestId::parse(arrival.reference.as_str());
            return Ok(Self { session, factors, context: Context { actor, request } });
        }
        let back = match parts.method {
            Method::GET => parts.uri.path(),
            _ => "/account/security",
        };
        let back: String = byte_serialize(back.as_bytes()).collect();
        Err(see_other(&format!("{}/login/confirm?return_to={back}", tenant.base())))
    }
}

async fn factors(room: &Room, at: At, session: &Session) -> Result<Factors, Failure> {
    room.database.read(at, async |work: &mut Work| work.factors_of(&session.user).await).await
}
