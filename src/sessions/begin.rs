//! Somebody is signed in in a browser.

use super::model::{Limits, Method, Session, Sessions};
use crate::events::{Context, Event, Events};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{SessionId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;

/// What is known when a session begins.
#[derive(Clone, Debug)]
pub struct Beginning {
    pub user: UserId,
    pub methods: Vec<Method>,
    /// Fresh: nobody knew it before the proof (INV-12).
    pub browser: Hash,
    pub device: String,
}

pub async fn begin<W: Moment + Sessions + Events>(
    work: &mut W,
    beginning: Beginning,
    limits: Limits,
    context: &Context,
) -> Result<Session, Failure> {
    let now = work.now();
    let session = Session {
        id: SessionId::new(work),
        user: beginning.user,
        browser: beginning.browser,
        methods: beginning.methods,
        device: beginning.device,
        started_at: now,
        proven_at: now,
        seen_at: now,
        ends_at: now.plus(limits.absolute),
    };
    work.begin(&session).await?;
    let event = Event::SessionStarted { session: session.id.clone(), user: session.user.clone() };
    work.record(&event, context);
    Ok(session)
}
