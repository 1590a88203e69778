//! Who is asking: a client and its proof (RFC 6749 §2.3, OIDC Core §9).

use super::assertion;
use super::model::{Client, ClientSecret, ClientSecrets, Method, Registered, SecretCheck};
use super::throttle::{Blocked, Bucket};
use crate::kernel::failure::No;
use crate::kernel::ids::ClientId;
use crate::kernel::secret::Secret;
use crate::oauth::error::{OAuthError, invalid_client, invalid_request, too_many};
use crate::oauth::ground::Ground;
use crate::oauth::parameters::Parameters;
use crate::oauth::realm::Realm;
use crate::platform::storage::Work;
use data_encoding::BASE64;
use std::sync::Arc;

/// A client that has proven who it is, as far as its kind can. Nothing but `authenticate` makes one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Arc<Registered>);

impl AuthenticatedClient {
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    pub fn id(&self) -> &ClientId {
        &self.0.client.id
    }
}

/// What a request brought along to say who it is from.
#[derive(Clone, Debug)]
pub struct Presented {
    client_id: String,
    proof: Proof,
}

#[derive(Clone, Debug)]
enum Proof {
    None,
    Basic(Secret),
    Post(Secret),
    Assertion(Secret),
}

/// With which an assertion may be signed: by the key of the client, or by its secret.
pub const ASSERTIONS: &[&str] = &[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "HS256",
    "HS384", "HS512",
];

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// `authorization` are all headers of that name. More than one way to say who one is, is none (RFC 6749 §2.3).
pub fn presented(authorization: &[&str], form: &Parameters) -> Result<Presented, OAuthError> {
    form.refuse_repeated()?;
    let basic = match authorization {
        [] => None,
        [one] => Some(basic(one).ok_or_else(invalid_client)?),
        _ => return Err(invalid_request("there is more than one Authorization header")),
    };
    let (secret, assertion) = (form.secret("client_secret"), form.secret("client_assertion"));
    let ways = [basic.is_some(), secret.is_some(), assertion.is_some()];
    if ways.iter().filter(|used| **used).count() > 1 {
        return Err(invalid_request("the client authenticates in more than one way"));
    }
    let named = form.get("client_id");
    if let Some((client_id, secret)) = basic {
        if named.is_some_and(|named| named != client_id) {
            return Err(invalid_request("client_id differs from the Authorization header"));
        }
        return Ok(Presented { client_id, proof: Proof::Basic(secret) });
    }
    if let Some(assertion) = assertion {
        return by_assertion(assertion, form);
    }
    let client_id = named.ok_or_else(invalid_client)?.to_owned();
    Ok(Presented { client_id, proof: secret.map_or(Proof::None, Proof::Post) })
}

/// The assertion names its client; a `client_id` beside it must agree (RFC 7521 §4.2).
fn by_assertion(assertion: Secret, form: &Parameters) -> Result<Presented, OAuthError> {
    if form.get("client_assertion_type") != Some(ASSERTION_TYPE) {
        return Err(invalid_request("client_assertion_type is missing or unknown"));
    }
    let client_id = assertion::claimed(&assertion).ok_or_else(invalid_client)?;
    if form.get("client_id").is_some_and(|named| named != client_id) {
        return Err(invalid_client());
    }
    Ok(Presented { client_id, proof: Proof::Assertion(assertion) })
}

/// Base64 as it should be, and in it two form-encoded texts (RFC 6749 §2.3.1).
fn basic(header: &str) -> Option<(String, Secret)> {
    let (scheme, encoded) = header.split_once(' ')?;
    let bytes = scheme.eq_ignore_ascii_case("basic").then(|| BASE64.decode(encoded.as_bytes()));
    let text = String::from_utf8(bytes?.ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decoded(id)?, Secret::new(form_decoded(secret)?)))
}

fn form_decoded(text: &str) -> Option<String> {
    let (mut bytes, mut decoded) = (text.bytes(), Vec::with_capacity(text.len()));
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (char::from(bytes.next()?), char::from(bytes.next()?));
                u8::try_from(high.to_digit(16)? * 16 + low.to_digit(16)?).ok()?
            }
            plain => plain,
        });
    }
    String::from_utf8(decoded).ok().filter(|text| !text.contains('\0'))
}

/// Every cause has one answer (A-045). Failures are counted by client and address; whoever has too many waits.
pub async fn authenticate<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    presented: &Presented,
) -> Result<AuthenticatedClient, No<OAuthError>> {
    let known = match ClientId::parse(&presented.client_id) {
        Some(id) => ground.clients.find(&ground.database, realm.at, &id).await?,
        None => None,
    };
    let bucket = Bucket::of(known.as_ref().map(|known| &known.client.id), realm);
    let later = |blocked: Blocked| No::Refused(too_many(blocked.until.since(realm.now())));
    if let Some(blocked) = ground.failures.blocked(realm, &bucket) {
        return Err(later(blocked));
    }
    let enabled = known.filter(|known| known.client.is_enabled());
    if let Some(client) = proven(ground, realm, enabled, &presented.proof).await? {
        return Ok(client);
    }
    match ground.failures.count(&ground.database, realm, &bucket).await? {
        Some(blocked) => Err(later(blocked)),
        None => Err(No::Refused(invalid_client())),
    }
}

/// A client acts only by the method it registered (A-047, A-049).
async fn proven<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    enabled: Option<Arc<Registered>>,
    proof: &Proof,
) -> Result<Option<AuthenticatedClient>, No<OAuthError>> {
    let secrets = enabled.as_ref().map_or(&[][..], |known| &known.secrets);
    // Hashed and compared whether there is such a client or not.
    let right = match proof {
        Proof::Basic(secret) | Proof::Post(secret) => {
            ClientSecret::check(secrets, secret, realm.now())
        }
        _ => SecretCheck::Wrong,
    };
    let Some(known) = enabled else { return Ok(None) };
    let is_proven = match (known.client.registration.method, proof) {
        (Method::ClientSecret, Proof::Basic(_) | Proof::Post(_))
        | (Method::ClientSecretBasic, Proof::Basic(_))
        | (Method::ClientSecretPost, Proof::Post(_)) => right == SecretCheck::Right,
        (Method::PrivateKeyJwt | Method::ClientSecretJwt, Proof::Assertion(assertion)) => {
            spend(ground, realm, (&known, assertion)).await?
        }
        (Method::None, Proof::None) => true,
        _ => false,
    };
    Ok(is_proven.then_some(AuthenticatedClient(known)))
}

/// Believe the assertion, then use it up: it is good once, on all nodes, whatever becomes of the request.
async fn spend<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    (known, assertion): (&Registered, &Secret),
) -> Result<bool, No<OAuthError>> {
    let Some(believed) = assertion::believe(ground, realm, known, assertion).await? else {
        return Ok(false);
    };
    let id = &known.client.id;
    let spent = ground.database.write(realm.at, async |work: &mut Work| {
        Ok(work.spend_assertion(id, &believed.jti, believed.ends_at).await?)
    });
    spent.await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::error::Code;

    fn form(pairs: &[(&str, &str)]) -> Parameters {
        let pairs = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Parameters::new(pairs.collect()).unwrap()
    }

    fn code(authorization: &[&str], pairs: &[(&str, &str)]) -> Code {
        presented(authorization, &form(pairs)).unwrap_err().code
    }

    // P-016, RFC 6749 §2.3.1
    #[test]
    fn basic_is_decoded_twice() {
        let header = format!("bAsIc {}", BASE64.encode(b"cli%5F1:s%3Ae+c%2Br"));
        let (id, secret) = basic(&header).unwrap();
        assert_eq!((id.as_str(), secret.reveal()), ("cli_1", "s:e c+r"));
        let both = presented(&[&header], &form(&[("client_id", "cli_1")])).unwrap();
        assert_eq!(both.client_id, "cli_1");
    }

    // A-050
    #[test]
    fn a_wrong_encoding_is_not_repaired() {
        let encoded = BASE64.encode(b"cli_1:secre");
        assert!(basic(&format!("Basic {encoded}")).is_some());
        for wrong in [
            "Basic",
            "Basic ",
            "Bearer abc",
            "Basic !!!!",
            &format!("Basic {encoded}="),
            &format!("Basic {}", encoded.trim_end_matches('=')),
            &format!("Basic  {encoded}"),
            &format!("Basic {}", BASE64.encode(b"no colon")),
            &format!("Basic {}", BASE64.encode(b"cli:%zz")),
            &format!("Basic {}", BASE64.encode(b"cli:%e")),
            &format!("Basic {}", BASE64.encode(b"cli:a\0b")),
            &format!("Basic {}", BASE64.encode(b"cli:\xff\xfe")),
        ] {
            assert!(basic(wrong).is_none(), "{wrong}");
        }
    }

    // A-046
    #[test]
    fn more_than_one_way_is_no_way() {
        let header = format!("Basic {}", BASE64.encode(b"cli_1:secret"));
        let h = header.as_str();
        let assertion = [("client_assertion", "a.b.c"), ("client_assertion_type", ASSERTION_TYPE)];
        assert_eq!(code(&[h, h], &[]), Code::InvalidRequest);
        assert_eq!(code(&[h], &[("client_secret", "x")]), Code::InvalidRequest);
        assert_eq!(code(&[h], &assertion), Code::InvalidRequest);
        assert_eq!(code(&[h], &[("client_id", "cli_2")]), Code::InvalidRequest);
        assert_eq!(code(&[], &[assertion[0], assertion[0], assertion[1]]), Code::InvalidRequest);
        assert_eq!(
            code(&[], &[assertion[0], assertion[1], ("client_secret", "x")]),
            Code::InvalidRequest
        );
        assert_eq!(code(&[], &[assertion[0]]), Code::InvalidRequest);
        assert_eq!(code(&[], &[]), Code::InvalidClient);
        assert_eq!(code(&["Bearer x"], &[]), Code::InvalidClient);
    }
}
