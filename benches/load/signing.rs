//! Signing through our key ring, on one thread: keys parsed once, whole tokens of an access token's size.

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use vestibule::kernel::ids::{KeyId, TenantId};
use vestibule::kernel::time::Timestamp;
use vestibule::keys::generate::generate;
use vestibule::keys::model::{Algorithm, Life, Promised, Sealed, SigningKey};
use vestibule::keys::ring::{KeyRing, Unsealed};
use vestibule::platform::ambient;

/// Per second of CPU, over all windows.
pub struct Rate {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

const WINDOWS: usize = 7;
const WINDOW: f64 = 0.4;

/// The signer is chosen anew for each token, as an endpoint does it.
pub fn measure() -> Vec<(&'static str, Rate)> {
    let tenant = TenantId::new(&mut ambient::system());
    let now = ambient::system().now();
    let ring = ring(tenant, now);
    let claims = claims(now);
    let rate = |algorithm: Algorithm| {
        let mut rates: Vec<f64> =
            (0..WINDOWS).map(|_| window(&ring, (tenant, algorithm, now), &claims)).collect();
        rates.sort_by(f64::total_cmp);
        let at = |number: usize| rates.get(number).copied().unwrap_or_default();
        (algorithm.as_str(), Rate { median: at(WINDOWS / 2), least: at(0), most: at(WINDOWS - 1) })
    };
    Algorithm::ALL.map(rate).into()
}

pub fn ring(tenant: TenantId, now: Timestamp) -> KeyRing {
    let mut ambient = ambient::system();
    let keys = Algorithm::ALL.map(|algorithm| {
        let made = generate(algorithm, 2048, &*ambient.chance).unwrap();
        let life = Life {
            id: KeyId::new(&mut ambient),
            generation: 1,
            published_at: now,
            activates_at: now,
            promised: Promised::default(),
            announced_at: None,
            revoked_at: None,
        };
        let key = SigningKey { tenant, life, jwk: made.jwk, sealed: Sealed(Vec::new()) };
        Unsealed { key, private: made.private }
    });
    let ring = KeyRing::new();
    ring.hold(tenant, keys.into()).unwrap();
    ring
}

fn claims(now: Timestamp) -> Value {
    json!({
        "iss": "https://id.example.com", "aud": "https://api.example.com", "sub": "usr_06gzwhp461xq782pr3q1whta84",
        "client_id": "cli_06gzwhp461xq782pr3q1whta84", "scope": "openid profile email orders:read",
        "jti": "tok_06gzwhp461xq782pr3q1whta84", "iat": now.micros() / 1_000_000, "exp": now.micros() / 1_000_000 + 300,
    })
}

fn window(
    ring: &KeyRing,
    (tenant, algorithm, now): (TenantId, Algorithm, Timestamp),
    claims: &Value,
) -> f64 {
    let (began, mut count) = (cpu_seconds(), 0.0);
    loop {
        for _ in 0..16 {
            let token =
                ring.signer(tenant, algorithm, now).unwrap().sign("at+jwt", claims).unwrap();
            assert!(std::hint::black_box(token).len() > 300);
            count += 1.0;
        }
        let took = cpu_seconds() - began;
        if took >= WINDOW {
            return count / took;
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "seconds since the thread began")]
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
