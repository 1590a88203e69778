//! Keys change under the eyes of those who trust them, and nobody notices.

use crate::support::database::{Engine, engines};
use crate::support::program::{Ground, PATIENCE};
use crate::support::relying_party::RelyingParty;
use crate::support::server::{MASTER_KEY, TestServer, Wanted};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use vestibule::app;
use vestibule::kernel::time::{Lifetime, Timestamp};
use vestibule::keys::model::{Algorithm, Succession};
use vestibule::tenants::model::Tenant;

/// How long a token lives here, which is `jwt.access_token_ttl`.
const TOKEN: Lifetime = Lifetime::minutes(15);

/// A server, those who verify its tokens, and the tokens that are still valid.
struct Story {
    server: TestServer,
    tenant: Arc<Tenant>,
    algorithm: Algorithm,
    verifiers: Vec<RelyingParty>,
    tokens: Vec<(String, Timestamp)>,
    signed_with: BTreeSet<String>,
    chance: u64,
}

impl Story {
    async fn begin(wanted: Wanted, algorithm: Algorithm) -> Self {
        let server = wanted.start().await;
        let tenant = server.default_tenant();
        let (verifiers, tokens) = (Vec::new(), Vec::new());
        Self {
            server,
            tenant,
            algorithm,
            verifiers,
            tokens,
            signed_with: BTreeSet::new(),
            chance: 7,
        }
    }

    /// The same in every run, and no two alike.
    fn draw(&mut self, below: u64) -> u64 {
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.chance >> 33) % below
    }

    /// Time passes, the server does what is due, signs a token, and everybody verifies every valid one.
    async fn go_on(&mut self, by: Lifetime) {
        self.server.clock.advance(by);
        for task in ["keys", "refresh"] {
            self.server.turn(task).await;
        }
        self.check().await;
    }

    /// INV-28.
    async fn check(&mut self) {
        let now = self.server.now();
        let claims = json!({
            "iss": self.server.issuer(&self.tenant), "sub": "usr_x",
            "iat": now.seconds(), "exp": now.plus(TOKEN).seconds(),
        });
        let token = self.server.token(&self.tenant, self.algorithm, &claims);
        let signer = self.server.house().ring.signer(self.tenant.id, self.algorithm, now).unwrap();
        self.signed_with.insert(signer.kid().to_string());
        self.tokens.push((token, now.plus(TOKEN)));
        self.tokens.retain(|(_, until)| *until > now);
        for verifier in &mut self.verifiers {
            for (token, _) in &self.tokens {
                verifier.verify(token, now).await.unwrap();
            }
        }
    }

    /// What `vestibule key rotate` does; answers when the next key signs.
    async fn rotate(&self) -> Timestamp {
        let house = self.server.house();
        let policy = app::policy(&house.jwt(self.tenant.id));
        let (at, context) = (self.server.at(&self.tenant), self.server.context());
        let from = house.making.rotate(at, self.algorithm, &policy, &context).await.unwrap();
        self.server.turn("refresh").await;
        from
    }

    /// INV-29: of every key that is still kept.
    async fn assert_published_ahead(&self, ahead: Lifetime) {
        let at = self.server.at(&self.tenant);
        let mut keys = self.server.house().making.keys(at).await.unwrap();
        keys.retain(|key| key.life.generation > 1);
        for key in keys {
            let lead = key.life.activates_at.since(key.life.published_at);
            assert!(lead >= ahead, "published only {lead} ahead");
        }
    }

    async fn run(mut self, rotations: usize) {
        while self.signed_with.len() <= rotations {
            // Verifiers come at any time, so that their copies grow old at different ones.
            if self.verifiers.len() < 4 {
                self.verifiers.push(self.server.relying_party(&self.tenant));
            }
            if self.draw(12) == 0 {
                self.rotate().await;
            }
            let minutes = 1 + self.draw(20);
            self.go_on(Lifetime::minutes(i64::try_from(minutes).unwrap())).await;
            self.assert_published_ahead(Lifetime::hours(1)).await;
        }
        let fetched: Vec<u32> = self.verifiers.iter().map(|verifier| verifier.fetched).collect();
        assert!(fetched.iter().all(|times| *times > 2), "{fetched:?}");
        self.server.end().await;
    }
}

fn quick(wanted: Wanted) -> Wanted {
    wanted
        .set("jwt.rotation", "8h")
        .set("jwt.publish_ahead", "3h")
        .set("jwt.retire_after", "2h")
        .set("jwt.jwks_max_age", "1h")
}

// P-055, INV-28, INV-29, PRO-01: 50 rotations, by the schedule and by hand, and no verifier that keeps the JWKS for
// its max-age ever fails
#[tokio::test]
async fn fifty_rotations_go_unnoticed() {
    let wanted = quick(TestServer::wanted(Engine::Sqlite));
    Story::begin(wanted, Algorithm::Es256).await.run(50).await;
}

// The same with the algorithm of which a key takes its time, and on every engine
#[tokio::test]
async fn rotations_of_rsa_keys_go_unnoticed_on_every_engine() {
    for engine in engines() {
        let wanted = quick(TestServer::wanted(engine)).set("jwt.algorithms", "RS256");
        Story::begin(wanted, Algorithm::Rs256).await.run(3).await;
    }
}

// INV-29: by hand, a key is published and its turn scheduled; only one that was published long enough is
// promoted at once, where `at once` leaves every node the time to learn of it
#[tokio::test]
async fn a_rotation_by_hand_waits_until_every_verifier_knows_the_key() {
    for engine in engines() {
        let wanted = TestServer::wanted(engine).set("jwt.publish_ahead", "10h");
        let mut story = Story::begin(wanted, Algorithm::Es256).await;
        story.verifiers.push(story.server.relying_party(&story.tenant));
        story.check().await;
        let begun = story.server.now();
        let (lead, handover) = (Lifetime::seconds(3_623), Lifetime::seconds(23));
        let from = story.rotate().await;
        assert_eq!(from, begun.plus(lead), "nobody knows the key yet");
        assert_eq!(published(&story).await, 2, "it is published at once");
        story.go_on(Lifetime::minutes(50)).await;
        assert_eq!(story.rotate().await, from, "asked again, nothing is brought forward");
        story.go_on(Lifetime::minutes(10)).await;
        assert_eq!(story.signed_with.len(), 1, "not yet, {from:?}");
        story.go_on(Lifetime::seconds(23)).await;
        assert_eq!(story.signed_with.len(), 2, "now");

        // 90 days later the next one has been published for some hours, by the schedule.
        story.go_on(Lifetime::days(89)).await;
        story.go_on(Lifetime::hours(15)).await;
        story.go_on(Lifetime::hours(2)).await;
        let late = story.server.now();
        assert_eq!(story.rotate().await, late.plus(handover));
        story.go_on(handover).await;
        assert_eq!(story.signed_with.len(), 3);
        story.server.end().await;
    }
}

async fn published(story: &Story) -> usize {
    let answer = story.server.browser().get("/jwks").await;
    answer.json()["keys"].as_array().unwrap().len()
}

// P-055, PT-07, INV-28: for real, with the program beside a running server, by the clock on the wall
#[tokio::test]
async fn the_program_rotates_beside_a_running_server_and_nobody_notices() {
    for engine in engines() {
        let server = TestServer::wanted(engine)
            .set("jwt.jwks_max_age", "2s")
            .set("jwt.clock_skew", "0s")
            .in_real_time()
            .start()
            .await;
        let ground = Ground::new();
        let public_url = server.house().directory.public_url().to_string();
        let (database, key) = (&server.database_url, MASTER_KEY);
        let text = format!(
            "server.public_url = {public_url:?}\ndatabase.url = {database:?}\nencryption.master_key = {key:?}\n\
             [jwt]\nalgorithms = [\"ES256\"]\njwks_max_age = \"2s\"\nclock_skew = \"0s\"\n"
        );
        ground.write("vestibule.toml", &text);
        private(&ground);
        let tenant = server.default_tenant();
        let verifiers = (0..3).map(|_| server.relying_party(&tenant)).collect();
        let (signed_with, tokens) = (BTreeSet::new(), Vec::new());
        let algorithm = Algorithm::Es256;
        let mut story =
            Story { server, tenant, algorithm, verifiers, tokens, signed_with, chance: 7 };
        let whole = async {
            story.check().await;
            let rotation = ground.start(&["key", "rotate", "--json", "--config", "vestibule.toml"]);
            let ended = while_checking(&mut story, rotation.ended()).await;
            assert_eq!(ended.data().as_array().unwrap().len(), 1, "{ended:?}");
            let fetched = |story: &Story| story.verifiers.iter().map(|v| v.fetched).min().unwrap();
            while story.signed_with.len() < 2 {
                story.watch().await;
            }
            let at_the_switch = fetched(&story);
            while fetched(&story) < at_the_switch + 2 {
                story.watch().await;
            }
        };
        tokio::time::timeout(PATIENCE, whole).await.unwrap();
        story.server.end().await;
    }
}

/// A file with a secret in it is its owner's alone.
fn private(ground: &Ground) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(ground.path("vestibule.toml"), mode).unwrap();
}

async fn while_checking<T>(story: &mut Story, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = story.watch() => {}
        }
    }
}

impl Story {
    /// The published set always has the key that signs, and discovery never fails.
    async fn watch(&mut self) {
        self.tokens.truncate(20);
        self.check().await;
        let browser = self.server.browser();
        let (keys, now) = (browser.get("/jwks").await, self.server.now());
        assert_eq!(browser.get("/.well-known/openid-configuration").await.status, 200);
        let at = self.server.at(&self.tenant);
        let kept = self.server.house().making.keys(at).await.unwrap();
        let signer = Succession::of(&kept, self.algorithm).signer(now).unwrap().id.clone();
        let kid = kept.iter().find(|key| key.life.id == signer).unwrap().jwk.kid.to_string();
        assert!(keys.body.contains(&kid), "{kid} signs and is not in {}", keys.body);
    }
}
