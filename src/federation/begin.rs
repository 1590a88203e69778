//! A browser leaves for a provider.

use super::Ground;
use super::model::identity::TRIP;
use super::model::{Provider, Providers, Trip, Trips};
use super::provider::{Asking, Departure, Proofs, Trouble, departure};
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::Timestamp;
use crate::platform::storage::{At, Work};
use crate::tenants::model::Slug;

/// Who leaves, and for what.
pub struct Leaving {
    pub provider: Slug,
    /// What only this browser knows.
    pub browser: Secret,
    /// Whose account is to be linked; without, somebody signs in.
    pub user: Option<UserId>,
    pub return_to: String,
    pub login_hint: Option<String>,
    /// They must have proven themselves there since then, as far as the provider can be asked that.
    pub fresh_since: Option<Timestamp>,
    /// Before a change of how they prove themselves.
    pub is_for_change: bool,
    pub redirect_uri: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is none of that name, or it is disabled.
    Closed,
    Trouble(Box<Provider>, Trouble),
}

/// Where to send the browser. The trip is in the database before anybody leaves.
pub async fn begin(ground: &Ground, at: At, leaving: &Leaving) -> Result<String, No<Refusal>> {
    let find = async |work: &mut Work| work.provider(&leaving.provider).await;
    let found = ground.database.read(at, find).await?.filter(Provider::is_active);
    let provider = found.ok_or(No::Refused(Refusal::Closed))?;
    let state = ground.ambient.clone().secret();
    let url = match ask(ground, at, &provider, (leaving, &state)).await {
        Ok(url) => url,
        Err(trouble) => {
            note(ground, at, &provider, &trouble).await?;
            return Err(No::Refused(Refusal::Trouble(Box::new(provider), trouble)));
        }
    };
    let trip = Trip {
        state: state.hash(),
        browser: leaving.browser.hash(),
        provider: provider.slug,
        issuer: provider.settings.issuer,
        user: leaving.user.clone(),
        return_to: leaving.return_to.clone(),
        fresh_since: leaving.fresh_since,
        is_for_change: leaving.is_for_change,
        expires_at: at.now.plus(TRIP),
    };
    let depart = async |work: &mut Work| Ok(work.depart(&trip).await?);
    let done: Done<()> = ground.database.write(at, depart).await;
    unrefused(done)?;
    Ok(url)
}

async fn ask(
    ground: &Ground,
    at: At,
    provider: &Provider,
    (leaving, state): (&Leaving, &Secret),
) -> Result<String, Trouble> {
    let line = ground.lines.of(at.tenant, provider);
    let (outbound, settings) = (&*ground.outbound, &provider.settings);
    let asking = Asking { outbound, known: &line.known, settings, now: at.now };
    let going = Departure {
        redirect_uri: &leaving.redirect_uri,
        state,
        proofs: &proofs(state, &leaving.browser),
        login_hint: leaving.login_hint.as_deref(),
        fresh_since: leaving.fresh_since,
    };
    line.ask(at.now, departure(&asking, &going)).await
}

/// From two halves: the state goes through the browser's address line, the other half never leaves us, and
/// neither is kept in full.
pub(super) fn proofs(state: &Secret, browser: &Secret) -> Proofs {
    let halves = [state.reveal().as_bytes(), browser.reveal().as_bytes()];
    let of = |word: &[u8]| {
        let [state, browser] = halves;
        Secret::new(Hash::of_parts([word, state, browser]).base64url())
    };
    Proofs { nonce: of(b"nonce"), verifier: of(b"verifier") }
}

/// One line in the log, and one beside the provider.
pub(super) async fn note(
    ground: &Ground,
    at: At,
    provider: &Provider,
    trouble: &Trouble,
) -> Result<(), Failure> {
    tracing::warn!(tenant = %at.tenant, provider = %provider.slug, %trouble, "a provider signed nobody in");
    if !ground.lines.of(at.tenant, provider).is_to_be_noted(at.now) {
        return Ok(());
    }
    let (slug, why) = (&provider.slug, trouble.to_string());
    let keep = async |work: &mut Work| Ok(work.note_failure(slug, &why).await?);
    let done: Done<()> = ground.database.write(at, keep).await;
    unrefused(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_half_alone_gives_the_proofs() {
        let of = |state: &str, browser: &str| proofs(&Secret::new(state), &Secret::new(browser));
        let (one, other) = (of("a", "b"), of("a", "c"));
        assert_eq!(one.nonce, of("a", "b").nonce);
        assert_ne!(one.nonce, other.nonce);
        assert_ne!(one.verifier, other.verifier);
        assert_ne!(one.verifier, one.nonce);
        assert_eq!(one.verifier.reveal().len(), 43);
    }
}
