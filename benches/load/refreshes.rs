//! What a refresh costs where many refresh tokens live: `scripts/bench --refreshes COUNT`. The use case itself on SQLite
//! with durable commits, in this process; a token goes out with a signature (ES256) and without one.

use super::report::{Report, Row, Wanted};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::{Duration, Instant};
use vestibule::accounts::model::Belonging;
use vestibule::app::LISTENERS;
use vestibule::events::model::{Actor, Context, Name};
use vestibule::kernel::failure::{Done, Failure, No};
use vestibule::kernel::ids::{GrantId, TenantId, UserId};
use vestibule::kernel::time::Lifetime;
use vestibule::keys::model::Algorithm;
use vestibule::keys::ring::KeyRing;
use vestibule::oauth::behind::Askers;
use vestibule::oauth::clients::model::{
    Client, Kind as ClientKind, Method, RedirectUri, Registration, Senseless,
};
use vestibule::oauth::clients::throttle::{Allowed, Failures};
use vestibule::oauth::credential::{CredentialKeys, Header, Kind};
use vestibule::oauth::ground::{Ground, People, Person, Standing};
use vestibule::oauth::model::{GrantType, Scope};
use vestibule::oauth::parameters::Parameters;
use vestibule::oauth::realm::Realm;
use vestibule::oauth::refused::Pace;
use vestibule::oauth::subject::Subjects;
use vestibule::oauth::token::issue::Minter;
use vestibule::oauth::token::model::{Authentication, Family, Grant, Grants};
use vestibule::oauth::{clients, token};
use vestibule::platform::ambient;
use vestibule::platform::outbound::{self, Documents, OutboundSettings, SystemLookup};
use vestibule::platform::sealing::{MasterKey, Sealer};
use vestibule::platform::storage::{At, Database, Place, Work};

const FEW: usize = 10_000;
const MEASURED: usize = 2_000;
const AT_ONCE: usize = 5_000;

/// With real signatures, or none.
struct Pen(Option<KeyRing>);

impl Minter for Pen {
    async fn mint(
        &self,
        realm: &Realm,
        algorithm: Algorithm,
        typ: &str,
        claims: &Map<String, Value>,
    ) -> Result<String, Failure> {
        match &self.0 {
            Some(ring) => ring.signer(realm.at.tenant, algorithm, realm.now())?.sign(typ, claims),
            None => Ok(format!("{typ}.{}", claims.len())),
        }
    }
}

/// Everybody is in order: it is the tokens that are many.
struct Everybody;

impl People for Everybody {
    async fn standing(&self, _: &mut Work, _: &UserId) -> Result<Standing, Failure> {
        Ok(Standing::Active { not_before: None })
    }

    async fn people(&self, _: &mut Work, users: &[UserId]) -> Result<Vec<Person>, Failure> {
        let standing = Standing::Active { not_before: None };
        Ok(users.iter().map(|id| Person { id: id.clone(), standing, user: None }).collect())
    }

    async fn belonging(&self, _: &mut Work, _: &UserId) -> Result<Belonging, Failure> {
        Ok(Belonging::default())
    }
}

struct World {
    ground: Ground<Pen, Everybody>,
    realm: Realm,
    client: Client,
}

/// Between so many and ten thousand tokens (performance §4.1).
pub fn measure(report: &mut Report, count: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/many.db", folder.path().display());
    runtime.block_on(async {
        let mut world = world(&url).await;
        let mut few = [0.0; 2];
        let mut there = 0;
        for size in [FEW, count] {
            let began = Instant::now();
            let tokens = sow(&world, (there, size)).await;
            there = size;
            report
                .note(format!("{size} tokens stand after {:.0} s", began.elapsed().as_secs_f64()));
            for (at, (words, most)) in
                [("unsigned", 1.6), ("signed with ES256", 1.1)].into_iter().enumerate()
            {
                world.ground.minter = Pen((at == 1)
                    .then(|| super::signing::ring(world.realm.at.tenant, world.realm.now())));
                let half = tokens.len() / 2;
                let part = if at == 0 { &tokens[..half] } else { &tokens[half..] };
                let (cpu, wall) = each(&world, part).await;
                let name = format!("refresh, {words}, among {size} tokens, µs of CPU");
                let row = Row::of(name, cpu).with(format!("{wall:.0} µs on the wall"));
                if size == FEW {
                    few[at] = cpu;
                    report.add(row);
                } else {
                    let against = Some(("among 10000", few[at]));
                    report.add(row.against(against).wanted(Some(Wanted::AtMost(most))));
                }
            }
        }
    });
}

async fn world(url: &str) -> World {
    let ambient = ambient::system();
    let place = Place::new(url);
    let database = Database::connect(&place, Arc::clone(&ambient.chance)).await.unwrap();
    let tenant = TenantId::parse("ten_00000001").unwrap();
    let at = At { tenant, now: ambient.now() };
    database.migrate(&place, at, "bench").await.unwrap();
    let client = outbound::Client::new(&OutboundSettings::default(), Arc::new(SystemLookup));
    let ground = Ground {
        database: database.with_listeners(LISTENERS),
        sealer: Sealer::new(MasterKey::parse(&"ab".repeat(32)).unwrap()),
        chance: ambient.chance,
        credentials: CredentialKeys::new(),
        subjects: Subjects::default(),
        clients: Arc::default(),
        failures: Failures::new(|| Allowed { most: 60, per: Lifetime::minutes(1) }),
        refusals: Pace::default(),
        documents: Documents::new(Arc::new(client.unwrap())),
        minter: Pen(None),
        people: Everybody,
        askers: Askers::default(),
    };
    let registration = registration();
    let context = Context::of(Actor::Cli { user: Name::new("bench") });
    let made: Result<_, No<Senseless>> = ground
        .database
        .write(at, async |work: &mut Work| {
            clients::register(work, &ground.sealer, registration.clone(), &context).await
        })
        .await;
    let (client, _) = made.unwrap();
    World { realm: Realm::of(at, "https://id.example".into()), client, ground }
}

fn registration() -> Registration {
    Registration {
        kind: ClientKind::Public,
        method: Method::None,
        name: "Bench".into(),
        redirect_uris: vec![
            RedirectUri::parse("https://rp.example/cb", ClientKind::Public).unwrap(),
        ],
        grants: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        scope: Scope::parse("read offline_access").unwrap(),
        access_token_algorithm: Algorithm::Es256,
        ..Registration::default()
    }
}

/// Families up to so many, and some of their tokens, from everywhere among them.
async fn sow(world: &World, (from, to): (usize, usize)) -> Vec<String> {
    let credentials = world.ground.credentials(&world.realm).await.unwrap();
    let every = ((to - from) / (2 * MEASURED)).max(1);
    let mut kept = Vec::new();
    for begins in (from..to).step_by(AT_ONCE) {
        let batch = begins..to.min(begins + AT_ONCE);
        let write = async |work: &mut Work| {
            let mut some = Vec::new();
            for number in batch.clone() {
                let grant = grant(world, work);
                let header =
                    Header { kind: Kind::RefreshToken, grant: grant.id.clone(), generation: 0 };
                let token = credentials.make(&header, work);
                let ends_at = world.realm.now().plus(Lifetime::days(30));
                let live = Some(token.hash());
                work.begin_grant(&Family {
                    grant,
                    generation: 0,
                    live,
                    previous: None,
                    retry: None,
                    ends_at,
                    revoked_at: None,
                })
                .await?;
                if number % every == 0 {
                    some.push(token.reveal().to_owned());
                }
            }
            Ok(some)
        };
        let done: Done<Vec<String>> = world.ground.database.write(world.realm.at, write).await;
        kept.extend(done.unwrap());
    }
    kept.truncate(2 * MEASURED);
    kept
}

fn grant(world: &World, work: &mut Work) -> Grant {
    Grant {
        id: GrantId::new(work),
        client: world.client.id.clone(),
        user: UserId::new(work),
        session: None,
        authentication: Authentication { at: world.realm.now(), acr: None, amr: Vec::new() },
        scope: world.client.registration.scope.clone(),
        resources: Vec::new(),
        nonce: None,
        claims: None,
        made_at: world.realm.now(),
    }
}

/// One after the other; microseconds of CPU of the whole process, and on the wall.
async fn each(world: &World, tokens: &[String]) -> (f64, f64) {
    let (cpu, began) = (cpu_seconds(), Instant::now());
    for token in tokens {
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", world.client.id.as_str()),
            ("refresh_token", token),
        ];
        let pairs = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let form = Parameters::new(pairs.into()).unwrap();
        token::answer(&world.ground, &world.realm, &[], &form).await.unwrap();
    }
    #[allow(clippy::cast_precision_loss, reason = "some thousands")]
    let count = tokens.len() as f64;
    let micros = |seconds: f64| seconds * 1e6 / count;
    let wall: Duration = began.elapsed();
    (micros(cpu_seconds() - cpu), micros(wall.as_secs_f64()))
}

#[allow(clippy::cast_precision_loss, reason = "seconds since the process began")]
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
