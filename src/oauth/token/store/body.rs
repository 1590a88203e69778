//! A grant as one document, for the rows of codes and of grants.

use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, GrantId, SessionId, UserId};
use crate::kernel::time::Timestamp;
use crate::oauth::model::Scope;
use crate::oauth::token::model::{Authentication, Grant};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(super) struct Body {
    client: String,
    user: String,
    session: Option<String>,
    authenticated_at: Timestamp,
    acr: Option<String>,
    amr: Vec<String>,
    scope: Scope,
    resources: Vec<String>,
    nonce: Option<String>,
    claims: Option<String>,
    granted_at: Timestamp,
}

impl Body {
    pub(super) fn of(grant: &Grant) -> Self {
        Self {
            client: grant.client.to_string(),
            user: grant.user.to_string(),
            session: grant.session.as_ref().map(ToString::to_string),
            authenticated_at: grant.authentication.at,
            acr: grant.authentication.acr.clone(),
            amr: grant.authentication.amr.clone(),
            scope: grant.scope.clone(),
            resources: grant.resources.clone(),
            nonce: grant.nonce.clone(),
            claims: grant.claims.clone(),
            granted_at: grant.made_at,
        }
    }

    /// `None` when the ids in it are none.
    pub(super) fn grant(self, id: &GrantId) -> Option<Grant> {
        let session = self.session.as_deref().map(SessionId::parse);
        Some(Grant {
            id: id.clone(),
            client: ClientId::parse(&self.client)?,
            user: UserId::parse(&self.user)?,
            session: match session {
                Some(read) => Some(read?),
                None => None,
            },
            authentication: Authentication {
                at: self.authenticated_at,
                acr: self.acr,
                amr: self.amr,
            },
            scope: self.scope,
            resources: self.resources,
            nonce: self.nonce,
            claims: self.claims,
            made_at: self.granted_at,
        })
    }
}

pub(super) fn text(body: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(body).map_err(|e| Failure::broken("a grant has no JSON form").because(e))
}
