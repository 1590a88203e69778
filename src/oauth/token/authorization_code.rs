//! The authorization code grant (RFC 6749 §4.1.3; RFC 7636 §4.6): single use, and reuse ends what was issued (D-04, D-05).

use super::issue::{Authorization, Minter, TokenAnswer, issue};
use super::model::{CodeVerdict, Codes, Family, Grant, Grants, Principal, StoredCode};
use super::{Asking, audience, bad_grant, keep_opaque, permitted, person, principal};
use crate::accounts::model::User;
use crate::events::model::{Event, Events, Name};
use crate::events::record::compose;
use crate::kernel::failure::No;
use crate::kernel::secret::{Hash, Secret};
use crate::oauth::behind::Question;
use crate::oauth::credential::{Credentials, Header, Kind};
use crate::oauth::engine::{self, Stored};
use crate::oauth::error::{OAuthError, invalid_request};
use crate::oauth::ground::People;
use crate::oauth::logout::model::SignOns;
use crate::oauth::model::GrantType;
use crate::platform::storage::Work;

const GRANT: GrantType = GrantType::AuthorizationCode;

/// A code as it was presented, and the row it leads to.
struct Presented<'a> {
    text: &'a str,
    hash: Hash,
    stored: StoredCode,
    principal: Principal,
    user: Option<User>,
}

pub(super) async fn redeem<M: Minter, P: People>(
    asking: &Asking<'_, M, P>,
) -> Result<TokenAnswer, No<OAuthError>> {
    let credentials = asking.ground.credentials(asking.realm).await?;
    let registered = &asking.client.client().registration;
    let known = &asking.realm.resources;
    let asked =
        audience::check(asking.form.all("resource"), registered, known).map_err(No::Refused)?;
    let Some(presented) = find(asking, &credentials).await? else {
        return Err(No::Refused(bad_grant()));
    };
    let code = &presented.stored;
    match code.presented_by(asking.client.id(), &presented.hash, asking.realm.now()) {
        CodeVerdict::Fresh => {}
        CodeVerdict::Spent if compare(asking, &presented).is_ok() => {
            return replayed(asking, &code.grant).await;
        }
        CodeVerdict::NotYours => return not_yours(asking, &code.grant).await,
        CodeVerdict::Spent | CodeVerdict::Over | CodeVerdict::Unknown => {
            return Err(No::Refused(bad_grant()));
        }
    }
    let of = (registered, &code.grant.scope, &**known);
    let resources = audience::subset(asked, &code.grant.resources, of).map_err(No::Refused)?;
    if code.pkce.is_none() && asking.form.get("code_verifier").is_some() {
        let sent_for_nothing = invalid_request("code_verifier without a code_challenge before it");
        return Err(No::Refused(sent_for_nothing));
    }
    match compare(asking, &presented) {
        Err(No::Refused(refusal)) => return missed(asking, &presented, refusal).await,
        compared => compared?,
    }
    permitted(asking, presented.principal, GRANT)?;
    let announced = asking.ground.database.announce();
    let made = make(asking, &credentials, &presented, &resources).await?;
    drop(announced);
    conclude(asking, &presented, made).await
}

/// What the header leads to.
async fn find<'a, M, P: People>(
    asking: &'a Asking<'_, M, P>,
    credentials: &Credentials,
) -> Result<Option<Presented<'a>>, No<OAuthError>> {
    let missing = || No::Refused(invalid_request("code is missing"));
    let text = asking.form.get("code").ok_or_else(missing)?;
    let Some(header) = credentials.read(Kind::Code, text) else { return Ok(None) };
    let question = Question { code: Some(header.grant), ..Question::default() };
    let behind = asking.ground.behind(asking.realm, question).await?;
    let Some(stored) = behind.code.clone() else { return Ok(None) };
    let principal = behind.principal(stored.grant.made_at);
    let user = behind.person.and_then(|person| person.user);
    Ok(Some(Presented { text, hash: Hash::of(text.as_bytes()), stored, principal, user }))
}

/// Redirect URI and verifier.
fn compare<M, P>(
    asking: &Asking<'_, M, P>,
    presented: &Presented<'_>,
) -> Result<(), No<OAuthError>> {
    let code = &presented.stored;
    let sent = asking.form.get("redirect_uri");
    let redirect_uri = code.redirect_uri_for(sent).ok_or_else(|| No::Refused(bad_grant()))?;
    let brought = engine::code::Presented {
        client_id: asking.client.id().as_str(),
        code: presented.text,
        redirect_uri,
        verifier: asking.form.get("code_verifier"),
    };
    let stored = Stored {
        client_id: code.grant.client.as_str(),
        subject: code.grant.user.as_str(),
        scope: &code.grant.scope,
        redirect_uri: &code.redirect_uri,
        pkce: code.pkce.as_deref(),
    };
    engine::code::redeem(&brought, &stored)
}

struct Made {
    answer: TokenAnswer,
    refresh_token: Option<Secret>,
}

async fn make<M: Minter, P: People>(
    asking: &Asking<'_, M, P>,
    credentials: &Credentials,
    presented: &Presented<'_>,
    resources: &[String],
) -> Result<Made, No<OAuthError>> {
    let (client, realm, grant) = (asking.client.client(), asking.realm, &presented.stored.grant);
    let mut moment = asking.ground.moment(realm);
    let refreshes = client.registration.is_allowed(GrantType::RefreshToken);
    let refresh_token = refreshes.then(|| {
        let header = Header { kind: Kind::RefreshToken, grant: grant.id.clone(), generation: 0 };
        credentials.make(&header, &mut moment)
    });
    let scope = realm.resources.narrowed(&grant.scope, resources);
    let audience = audience::of(resources, &client.registration, &scope, realm);
    let claims = client.registration.id_token_claims;
    let authorization = Authorization {
        client,
        credentials,
        grant: Some(grant),
        subject: asking.ground.subject(realm, client, &grant.user).await?,
        about: person(
            asking.ground,
            realm,
            client,
            (grant, presented.user.as_ref()),
            (&scope, claims),
        )
        .await?,
        audience: audience.map_err(No::Refused)?,
        scope,
        nonce: grant.nonce.as_deref(),
        refresh_token: refresh_token.as_ref(),
    };
    let answer = issue(&asking.ground.minter, realm, &authorization, &mut moment).await?;
    Ok(Made { answer, refresh_token })
}

/// One unit of work: the code is spent, the grant begins, the record is kept. Whoever comes second has lost
/// what was signed, and has shown that there are two.
async fn conclude<M, P: People>(
    asking: &Asking<'_, M, P>,
    presented: &Presented<'_>,
    made: Made,
) -> Result<TokenAnswer, No<OAuthError>> {
    let (realm, client, grant) = (asking.realm, asking.client.client(), &presented.stored.grant);
    let lifetime = super::issue::bounded(
        realm.lifetimes.refresh_token,
        client.registration.refresh_token_seconds,
    );
    let longest = lifetime.max(realm.lifetimes.access_token);
    let family = &Family {
        grant: grant.clone(),
        generation: 0,
        live: made.refresh_token.as_ref().map(Secret::hash),
        previous: None,
        retry: None,
        ends_at: realm.now().plus(longest),
        revoked_at: None,
    };
    let event = &issued(asking, grant, &made.answer);
    let (people, hash) = (&asking.ground.people, &presented.hash);
    let spent = asking.ground.database.write(realm.at, async |work: &mut Work| {
        if !work.spend_code(&grant.id, hash).await? {
            return Ok(false);
        }
        // What was true when the request was read may not be any more.
        let principal = principal(people, work, (&grant.user, grant.made_at)).await?;
        permitted(asking, principal, GRANT)?;
        work.begin_grant(family).await?;
        keep_opaque(work, &made.answer).await?;
        if let Some(session) = &grant.session {
            work.signed_on(session, &client.id).await?;
        }
        work.record(event, &realm.by_client(&client.id));
        Ok(true)
    });
    if spent.await? { Ok(made.answer) } else { replayed(asking, grant).await }
}

fn issued<M, P>(asking: &Asking<'_, M, P>, grant: &Grant, answer: &TokenAnswer) -> Event {
    Event::TokenIssued {
        client: asking.client.id().clone(),
        user: Some(grant.user.clone()),
        grant: Some(grant.id.clone()),
        grant_type: Name::new(GRANT.as_str()),
        scope: Name::new(&grant.scope.to_string()),
        jti: Name::new(&answer.jti),
    }
}

/// A second valid use: everything that was issued from this code is dead (D-04).
async fn replayed<M, P>(
    asking: &Asking<'_, M, P>,
    grant: &Grant,
) -> Result<TokenAnswer, No<OAuthError>> {
    let client = asking.client.id();
    let event = &Event::TokenReuseDetected {
        client: client.clone(),
        grant: grant.id.clone(),
        credential: Name::new("code"),
    };
    let context = &asking.realm.by_client(client);
    let refused = asking.ground.database.write(asking.realm.at, async |work: &mut Work| {
        if work.revoke_grant(&grant.id).await? {
            work.record(event, context);
        }
        Err(No::Refused(bad_grant()))
    });
    refused.await
}

/// The right client brought the wrong proof: a confidential one has burnt the code, a public one has one try
/// less, for everybody can claim to be it (D-05).
async fn missed<M, P>(
    asking: &Asking<'_, M, P>,
    presented: &Presented<'_>,
    refusal: OAuthError,
) -> Result<TokenAnswer, No<OAuthError>> {
    let (client, grant) = (asking.client.client(), &presented.stored.grant.id);
    let event = &Event::CodeBurned { client: client.id.clone(), grant: grant.clone() };
    let context = &asking.realm.by_client(&client.id);
    let (hash, is_public) = (&presented.hash, client.registration.kind.is_public());
    let refused = asking.ground.database.write(asking.realm.at, async |work: &mut Work| {
        if is_public {
            work.miss_code(grant).await?;
        } else if work.spend_code(grant, hash).await? {
            work.record(event, context);
        }
        Err(No::Refused(refusal.clone()))
    });
    refused.await
}

/// It neither burns nor revokes: otherwise a stranger with a leaked code could end a session.
async fn not_yours<M, P>(
    asking: &Asking<'_, M, P>,
    grant: &Grant,
) -> Result<TokenAnswer, No<OAuthError>> {
    let (realm, client) = (asking.realm, asking.client.id());
    let event = Event::TokenMisused {
        client: client.clone(),
        owner: grant.client.clone(),
        grant: grant.id.clone(),
    };
    let moment = &mut asking.ground.moment(realm);
    let record = compose(&event, &realm.by_client(client), realm.at.tenant, moment);
    asking.ground.database.append(record).await?;
    Err(No::Refused(bad_grant()))
}
