//! Passkeys (WebAuthn): a question is put to a browser, and its answer is checked, once.
//!
//! The question waits sealed in a row, bound to the browser. A face, a finger or a PIN is always asked for, so that a
//! passkey is two factors by itself (ADR 32).

use crate::accounts::model::{Ceremonies, Ceremony, Passkey, Passkeys, SecondFactors, User};
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{CeremonyId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Lifetime;
use crate::kernel::uri::Host;
use crate::platform::sealing::{Purpose, Sealer};
use crate::platform::storage::Work;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    self as webauthn, DiscoverableAuthentication, DiscoverableKey, PasskeyAuthentication,
    PasskeyRegistration, Url, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

/// Whom a passkey is for: one host, and nothing near it (R-NIST-14).
pub struct Party<'a> {
    pub webauthn: Webauthn,
    pub sealer: &'a Sealer,
    /// The browser's secret name, hashed.
    pub browser: Hash,
}

/// What the page hands to the browser.
pub struct Question {
    pub ceremony: CeremonyId,
    pub options: Value,
}

#[derive(Serialize, Deserialize)]
enum State {
    Adding(Box<PasskeyRegistration>),
    /// Whoever has a passkey for this host.
    Anybody(Box<DiscoverableAuthentication>),
    /// The passkeys of one person.
    Known(Box<PasskeyAuthentication>),
}

/// What came of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Right(UserId),
    Wrong,
    /// The counter went back: there may be a second one.
    Suspect(UserId),
}

/// People are slow, and a question that is over is put again.
const LASTING: Lifetime = Lifetime::minutes(10);

impl<'a> Party<'a> {
    /// # Errors
    /// If the host is none that passkeys can be for.
    pub fn new(
        (host, scheme): (&Host, &str),
        name: &str,
        sealer: &'a Sealer,
        browser: Hash,
    ) -> Result<Self, Failure> {
        let unfit = || Failure::broken(format!("{} cannot have passkeys", host.as_str()));
        let origin = Url::parse(&format!("{scheme}://{}", host.as_str())).map_err(|_| unfit())?;
        let builder = WebauthnBuilder::new(host.name(), &origin).map_err(|_| unfit())?;
        let webauthn = builder.rp_name(name).build().map_err(|_| unfit())?;
        Ok(Self { webauthn, sealer, browser })
    }
}

/// The authenticator learns a number that says nothing, and the same each time.
fn handle(work: &Work, user: &UserId) -> Uuid {
    let tenant = work.tenant();
    let parts = [&b"passkey"[..], tenant.as_str().as_bytes(), user.as_str().as_bytes()];
    let hash = Hash::of_parts(parts);
    Uuid::from_slice(hash.bytes().first_chunk::<16>().unwrap_or(&[0; 16])).unwrap_or_default()
}

/// For somebody who is sure enough to add one.
pub async fn ask_to_add(
    party: &Party<'_>,
    work: &mut Work,
    user: &User,
) -> Result<Question, Failure> {
    let known = read_all(&work.passkeys_of(&user.id).await?)?;
    let known = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
    let handle = handle(work, &user.id);
    let begun = party.webauthn.start_passkey_registration(
        handle,
        user.email.as_str(),
        &user.name,
        Some(known),
    );
    let (options, state) = begun.map_err(broken)?;
    let mut options = json!(options);
    // Kept by the authenticator itself where it can: then no name need be typed to use it.
    if let Some(Value::Object(chosen)) = options.pointer_mut("/publicKey/authenticatorSelection") {
        chosen.insert("residentKey".into(), json!("preferred"));
    }
    put(party, work, (options, State::Adding(Box::new(state)))).await
}

/// Of one person, or of whoever has one.
pub async fn ask(
    party: &Party<'_>,
    work: &mut Work,
    user: Option<&UserId>,
) -> Result<Question, Failure> {
    let known = match user {
        Some(user) => read_all(&work.passkeys_of(user).await?)?,
        None => Vec::new(),
    };
    let (options, state) = if known.is_empty() {
        let (options, state) =
            party.webauthn.start_discoverable_authentication().map_err(broken)?;
        (json!(options), State::Anybody(Box::new(state)))
    } else {
        let begun = party.webauthn.start_passkey_authentication(&known);
        let (options, state) = begun.map_err(broken)?;
        (json!(options), State::Known(Box::new(state)))
    };
    put(party, work, (options, state)).await
}

async fn put(
    party: &Party<'_>,
    work: &mut Work,
    (options, state): (Value, State),
) -> Result<Question, Failure> {
    let id = CeremonyId::new(work);
    let plain = serde_json::to_vec(&state).map_err(unwritten)?;
    let sealed = party.sealer.seal(work, Purpose::Ceremony, id.as_str(), &plain).await?;
    let ends_at = work.now().plus(LASTING);
    let ceremony = Ceremony { id: id.clone(), browser: party.browser, sealed, ends_at };
    work.begin_ceremony(&ceremony).await?;
    let options = options.get("publicKey").cloned().unwrap_or_default();
    Ok(Question { ceremony: id, options })
}

/// Whatever becomes of the answer, the question is over.
async fn take(
    party: &Party<'_>,
    work: &mut Work,
    ceremony: &str,
) -> Result<Option<State>, Failure> {
    let Some(id) = CeremonyId::parse(ceremony) else { return Ok(None) };
    let Some(sealed) = work.take_ceremony(&id, &party.browser).await? else { return Ok(None) };
    let plain = party.sealer.open(work, Purpose::Ceremony, id.as_str(), &sealed).await?;
    serde_json::from_slice(&plain).map(Some).map_err(unwritten)
}

/// False when the answer is not what was asked for, or the passkey is somebody's already.
pub async fn add(
    party: &Party<'_>,
    work: &mut Work,
    (user, name): (&UserId, &str),
    (ceremony, answer): (&str, &str),
    context: &Context,
) -> Result<bool, Failure> {
    let Some(State::Adding(state)) = take(party, work, ceremony).await? else { return Ok(false) };
    let Ok(answer) = serde_json::from_str(answer) else { return Ok(false) };
    let Ok(made) = party.webauthn.finish_passkey_registration(&answer, &state) else {
        return Ok(false);
    };
    let credential = json!(made);
    let flag = |name| credential.pointer(name).and_then(Value::as_bool).unwrap_or_default();
    let passkey = Passkey {
        id: BASE64URL_NOPAD.encode(made.cred_id()),
        user: user.clone(),
        name: name.to_owned(),
        is_synced: flag("/cred/backup_state"),
        credential: credential.to_string(),
        made_at: work.now(),
        used_at: None,
        suspected_at: None,
    };
    if !work.add_passkey(&passkey).await? {
        return Ok(false);
    }
    let event = Event::FactorAdded { user: user.clone(), factor: Name::new("passkey") };
    work.record(&event, context);
    Ok(true)
}

/// Who answered, if the answer is right.
pub async fn check(
    party: &Party<'_>,
    work: &mut Work,
    (ceremony, answer): (&str, &str),
) -> Result<Answer, Failure> {
    let Some(state) = take(party, work, ceremony).await? else { return Ok(Answer::Wrong) };
    let answer: Result<webauthn::PublicKeyCredential, _> = serde_json::from_str(answer);
    let Ok(answer) = answer else { return Ok(Answer::Wrong) };
    let id = BASE64URL_NOPAD.encode(answer.get_credential_id());
    let kept = work.passkey(&id).await?.filter(|kept| kept.suspected_at.is_none());
    let Some(kept) = kept else { return Ok(Answer::Wrong) };
    let mut passkey = read(&kept)?;
    let own = handle(work, &kept.user);
    let checked = match state {
        State::Adding(_) => return Ok(Answer::Wrong),
        State::Known(state) => party.webauthn.finish_passkey_authentication(&answer, &state),
        State::Anybody(state) => {
            let named = party.webauthn.identify_discoverable_authentication(&answer);
            if !named.is_ok_and(|(named, _)| named == own) {
                return Ok(Answer::Wrong);
            }
            let key = DiscoverableKey::from(&passkey);
            party.webauthn.finish_discoverable_authentication_v2(&answer, *state, key)
        }
    };
    let result = match checked {
        Ok(result) if result.user_verified() => result,
        Err(WebauthnError::CredentialPossibleCompromise) => {
            work.suspect_passkey(&id).await?;
            return Ok(Answer::Suspect(kept.user));
        }
        _ => return Ok(Answer::Wrong),
    };
    passkey.update_credential(&result);
    let credential = json!(passkey).to_string();
    let used = Passkey { credential, is_synced: result.backup_state(), ..kept.clone() };
    let is_mine = work.passkey_used(&kept, &used).await?;
    Ok(if is_mine { Answer::Right(kept.user) } else { Answer::Wrong })
}

/// False when it is not theirs. With the last factor the recovery codes go.
pub async fn remove(
    work: &mut Work,
    (user, id): (&UserId, &str),
    context: &Context,
) -> Result<bool, Failure> {
    if !work.remove_passkey(user, id).await? {
        return Ok(false);
    }
    let event = Event::FactorRemoved { user: user.clone(), factor: Name::new("passkey") };
    work.record(&event, context);
    if !work.factors_of(user).await?.any() {
        work.keep_recovery_codes(user, &[]).await?;
    }
    Ok(true)
}

fn read(kept: &Passkey) -> Result<webauthn::Passkey, Failure> {
    serde_json::from_str(&kept.credential).map_err(unwritten)
}

fn read_all(kept: &[Passkey]) -> Result<Vec<webauthn::Passkey>, Failure> {
    kept.iter().map(read).collect()
}

fn broken(error: WebauthnError) -> Failure {
    Failure::broken("no question could be put to a passkey").because(error)
}

fn unwritten(error: serde_json::Error) -> Failure {
    Failure::broken("a passkey cannot be written or read").because(error)
}
