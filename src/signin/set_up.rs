//! A second factor is asked for and there is none: it is set up on the way in, by whoever has proven the first.

use super::code::{Guess, Proof, Refusal, claim, failed, proof, refusal};
use super::model::{SignIn, SignIns, TryCounts};
use super::password::{Ground, Terms};
use super::throttle;
use crate::accounts::factors::second;
use crate::accounts::model::SecondFactors;
use crate::events::{Actor, Context};
use crate::kernel::failure::No;
use crate::kernel::ids::SignInId;
use crate::kernel::secret::{Hash, Secret};
use crate::platform::storage::{At, Work};

/// A seed for the app to read.
pub async fn offer(
    ground: &Ground,
    at: At,
    (sign_in, browser): (&SignInId, &Hash),
) -> Result<(), No<Refusal>> {
    let offer = async |work: &mut Work| {
        let way = without(work, (sign_in, browser)).await?;
        second::offer(&ground.sealer, work, &way.user).await?;
        Ok(())
    };
    ground.database.write(at, offer).await
}

/// Whoever has a factor already uses that one: a stolen password adds none (INV-23).
async fn without(
    work: &mut Work,
    (sign_in, browser): (&SignInId, &Hash),
) -> Result<SignIn, No<Refusal>> {
    let way = work.sign_in(sign_in, browser).await?.ok_or(No::Refused(Refusal::Over))?;
    match work.factors_of(&way.user).await?.any() {
        true => Err(No::Refused(Refusal::Over)),
        false => Ok(way),
    }
}

/// The app has read the seed: it counts from now on, and the way goes on.
pub async fn confirm(
    ground: &Ground,
    at: At,
    (guess, codes): (&Guess, &[Secret]),
    terms: Terms,
) -> Result<Proof, No<Refusal>> {
    let confirm = async |work: &mut Work| {
        let way = without(work, (&guess.sign_in, &guess.browser)).await?;
        let context = Context {
            actor: Actor::User { user: way.user.clone() },
            request: guess.request.clone(),
        };
        let tries = claim(work, (&way, guess), terms).await?;
        let typed = (&way.user, guess.code.reveal());
        if !second::confirm(&ground.sealer, work, typed, &context).await? {
            failed(ground, work, (&way, guess), &context).await?;
            return Err(No::Refused(refusal(work, &way, (tries, terms)).await?));
        }
        work.forget_tries(&throttle::codes(&way.user)).await?;
        second::renew_recovery_codes(work, (&way.user, codes), &context).await?;
        Ok(proof(way, guess))
    };
    ground.database.write(at, confirm).await
}
