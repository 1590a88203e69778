//! Client assertions: private_key_jwt and client_secret_jwt (RFC 7523 §3, OIDC Core §9).

use super::keys;
use super::model::{Client, Method, Registered};
use crate::kernel::failure::Failure;
use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::{Lifetime, Timestamp};
use crate::keys::foreign::{self, Trust};
use crate::oauth::ground::Ground;
use crate::oauth::model::Profile;
use crate::oauth::realm::Realm;
use crate::platform::sealing::Purpose;
use crate::platform::storage::Work;
use serde_json::{Map, Value};

/// RFC 7519 says JWT, RFC 7523bis a name of its own; older clients name none.
const TYPES: [&str; 2] = ["jwt", "client-authentication+jwt"];

/// security.md §0.2
const AHEAD: Lifetime = Lifetime::seconds(60);
const LONGEST: Lifetime = Lifetime::seconds(3600);
const LONGEST_FAPI: Lifetime = Lifetime::seconds(300);
const LONGEST_JTI: usize = 512;

/// An assertion that was believed, and how it is remembered.
#[derive(Debug, PartialEq, Eq)]
pub struct Believed {
    pub jti: Hash,
    pub ends_at: Timestamp,
}

/// The client it says it is from. Nothing is proven by that.
pub fn claimed(assertion: &Secret) -> Option<String> {
    foreign::claimed_subject(assertion.reveal())
}

/// Signed with what the client registered, and made for us, now, once.
pub async fn believe<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    known: &Registered,
    assertion: &Secret,
) -> Result<Option<Believed>, Failure> {
    let registration = &known.client.registration;
    let (token, algorithm) = (assertion.reveal(), registration.assertion_algorithm.as_deref());
    let claims = match registration.method {
        Method::PrivateKeyJwt => {
            keys::read(ground, realm, registration, token, (&TYPES, algorithm)).await
        }
        Method::ClientSecretJwt => {
            let secrets = secrets(ground, realm, known).await?;
            let read = |secret| foreign::read(token, Trust::Secret { secret, algorithm }, &TYPES);
            secrets.iter().find_map(|secret| read(secret).ok())
        }
        _ => None,
    };
    Ok(claims.and_then(|claims| accept(&claims, &known.client, realm)))
}

/// The secrets that assertions of this client may be made with.
async fn secrets<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    known: &Registered,
) -> Result<Vec<Vec<u8>>, Failure> {
    let name = known.client.id.as_str();
    let live = known.secrets.iter().filter(|secret| secret.is_live(realm.now()));
    let sealed: Vec<&[u8]> = live.filter_map(|secret| secret.sealed.as_deref()).collect();
    let opened = ground.database.read(realm.at, async |work: &mut Work| {
        let mut opened = Vec::new();
        for sealed in sealed {
            opened.push(ground.sealer.open(work, Purpose::ClientSecret, name, sealed).await?);
        }
        Ok(opened)
    });
    opened.await
}

/// What it claims (RFC 7523 §3; P-046).
fn accept(claims: &Map<String, Value>, client: &Client, realm: &Realm) -> Option<Believed> {
    let id = Some(client.id.as_str());
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != id || text("sub") != id || !is_for_us(claims.get("aud")?, client, realm) {
        return None;
    }
    let fapi = client.registration.profile == Profile::Fapi2;
    let longest = if fapi { LONGEST_FAPI } else { LONGEST };
    let (now, ends) = (realm.now(), instant(claims.get("exp")?)?);
    let over = now >= ends.plus(realm.lifetimes.clock_skew);
    if over || ends > now.plus(longest) {
        return None;
    }
    for name in ["nbf", "iat"] {
        let begins = claims.get(name).map(instant);
        if begins.is_some_and(|at| at.is_none_or(|at| at > now.plus(AHEAD))) {
            return None;
        }
    }
    let jti = text("jti").filter(|jti| !jti.is_empty() && jti.len() <= LONGEST_JTI)?;
    let ends_at = ends.plus(realm.lifetimes.clock_skew);
    Some(Believed { jti: Hash::of(jti.as_bytes()), ends_at })
}

/// Our issuer, the token endpoint or the endpoint that was called, and nobody else beside.
fn is_for_us(audience: &Value, client: &Client, realm: &Realm) -> bool {
    let ours = [&realm.issuer, &realm.token_endpoint, &realm.endpoint];
    match audience {
        Value::String(one) if client.registration.profile == Profile::Fapi2 => *one == realm.issuer,
        Value::String(one) => ours.contains(&one),
        Value::Array(all) if client.registration.profile != Profile::Fapi2 => {
            let known =
                |one: &Value| one.as_str().is_some_and(|one| ours.iter().any(|our| *our == one));
            !all.is_empty() && all.iter().all(known)
        }
        _ => false,
    }
}

/// 2^53: beyond it, a JSON number is not the same for everyone.
const FURTHEST: i64 = 9_007_199_254_740_992;

/// A NumericDate is a number and not a text (RFC 7519 §2, A-086).
fn instant(value: &Value) -> Option<Timestamp> {
    let whole = value.as_i64().or_else(|| {
        let seconds = value.as_f64().filter(|seconds| (0.0..1e15).contains(seconds))?;
        format!("{:.0}", seconds.floor()).parse().ok()
    })?;
    (0..FURTHEST).contains(&whole).then(|| Timestamp::from_seconds(whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::{ClientId, TenantId};
    use crate::oauth::clients::model::Registration;
    use crate::oauth::realm::Lifetimes;
    use crate::platform::storage::At;
    use serde_json::json;

    const NOW: i64 = 1_700_000_000;
    const ID: &str = "cli_00000000000000000000000000";

    fn accepted(claims: &Value) -> bool {
        let registration =
            Registration { method: Method::PrivateKeyJwt, ..Registration::default() };
        let client = Client {
            id: ClientId::parse(ID).unwrap(),
            registration,
            made_at: Timestamp::default(),
            disabled_at: None,
            not_before: None,
        };
        let now = Timestamp::from_seconds(NOW);
        let realm = Realm {
            at: At { tenant: TenantId::parse("ten_00000001").unwrap(), now },
            issuer: "https://id.example".into(),
            token_endpoint: "https://id.example/oauth/token".into(),
            endpoint: "https://id.example/oauth/par".into(),
            request: None,
            from: None,
            lifetimes: Lifetimes::default(),
            sign_up: crate::oauth::realm::SignUp::Closed,
            resources: std::sync::Arc::default(),
        };
        accept(claims.as_object().unwrap(), &client, &realm).is_some()
    }

    fn claims(name: &str, value: Value) -> Value {
        let mut claims = json!({
            "iss": ID, "sub": ID, "aud": "https://id.example", "exp": NOW + 60, "jti": "j1",
        });
        claims[name] = value;
        claims
    }

    // P-046
    #[test]
    fn an_assertion_is_from_the_client_for_us_and_short() {
        assert!(accepted(&claims("iat", json!(NOW + 8))));
        for (name, value) in [
            ("iss", json!("cli_x")),
            ("sub", json!("cli_x")),
            ("sub", json!([ID])),
            ("iss", json!([ID])),
            ("exp", json!(NOW - 11)),
            ("exp", json!(NOW + 3660)),
            ("exp", json!("1800000000")),
            ("exp", json!(true)),
            ("exp", json!(-1)),
            ("exp", Value::Null),
            ("nbf", json!(NOW + 61)),
            ("iat", json!(NOW + 61)),
            ("iat", json!("x")),
            ("jti", Value::Null),
            ("jti", json!("")),
            ("jti", json!("j".repeat(513))),
            ("aud", json!("https://id.example/")),
            ("aud", json!([])),
            ("aud", json!(["https://id.example", "https://rs.example"])),
            ("aud", json!("https://other.example")),
            ("aud", json!([{}])),
            ("aud", json!(7)),
        ] {
            assert!(!accepted(&claims(name, value.clone())), "{name} {value}");
        }
        for (name, value) in [
            ("aud", json!("https://id.example/oauth/token")),
            ("aud", json!(["https://id.example", "https://id.example/oauth/par"])),
            ("exp", json!(NOW - 1)),
            ("exp", json!(1_700_000_060.5)),
        ] {
            assert!(accepted(&claims(name, value.clone())), "{name} {value}");
        }
    }
}
