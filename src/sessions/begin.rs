//! Somebody is signed in in a browser, or proves there anew who they are.

use super::model::{Limits, Method, Session, Sessions};
use crate::events::{Context, Event, Events};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{SessionId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;

/// What is known when a session begins.
#[derive(Clone, Debug)]
pub struct Beginning {
    pub user: UserId,
    pub methods: Vec<Method>,
    /// Fresh: nobody knew it before the proof (INV-12).
    pub browser: Hash,
    pub device: String,
    pub address: Option<String>,
    /// After every choice before it.
    pub chosen_at: Timestamp,
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
        address: beginning.address,
        started_at: now,
        proven_at: now,
        seen_at: now,
        chosen_at: beginning.chosen_at,
        ends_at: now.plus(limits.absolute),
    };
    work.begin(&session).await?;
    let event = Event::SessionStarted { session: session.id.clone(), user: session.user.clone() };
    work.record(&event, context);
    Ok(session)
}

/// The same person in the same browser: their session goes on under a name that nobody knew before (INV-12).
/// `None` when it has ended meanwhile.
pub async fn go_on<W: Moment + Sessions>(
    work: &mut W,
    former: &Session,
    beginning: Beginning,
) -> Result<Option<Session>, Failure> {
    let now = work.now();
    let session = Session {
        methods: beginning.methods,
        browser: beginning.browser,
        proven_at: now,
        seen_at: now,
        chosen_at: beginning.chosen_at,
        ..former.clone()
    };
    Ok(work.prove_anew(&session).await?.then_some(session))
}
