//! What was granted ends with the session or the account it hangs on.

use super::world::{World, alice, spa, text, web};
use crate::support::database::engines;
use vestibule::accounts::create::find;
use vestibule::accounts::model::{Profile, Status, Turn, User, Users};
use vestibule::accounts::turn::turn;
use vestibule::events::model::{Actor, Context, Name};
use vestibule::kernel::email::Email;
use vestibule::kernel::failure::Done;
use vestibule::kernel::ids::SessionId;
use vestibule::kernel::secret::Hash;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::belief::{self, believe};
use vestibule::oauth::error::Code;
use vestibule::platform::storage::Work;
use vestibule::sessions::end::{Reason, end};
use vestibule::sessions::model::{Method, Session, Sessions};

fn context() -> Context {
    Context::of(Actor::Cli { user: Name::new("root") })
}

/// Alice has an account, and the session in which she allows things.
async fn inhabit(world: &World) {
    let now = world.clock.now();
    let user = User {
        id: alice(),
        email: Email::parse("alice@example.test").unwrap(),
        username: None,
        name: "Alice".into(),
        profile: Profile::default(),
        made_at: now,
        changed_at: now,
        email_verified_at: None,
        status: Status::Active,
    };
    let session = Session {
        id: world.approval().session.unwrap(),
        user: alice(),
        browser: Hash::of(b"browser"),
        methods: vec![Method::Password],
        device: String::new(),
        address: None,
        started_at: now,
        proven_at: now,
        seen_at: now,
        chosen_at: now,
        ends_at: now.plus(Lifetime::hours(8)),
    };
    let add = async |work: &mut Work| {
        assert!(work.add_user(&user).await?);
        work.begin(&session).await?;
        Ok(())
    };
    let done: Done<()> = world.ground.database.write(world.realm().at, add).await;
    done.unwrap();
}

/// A refresh token with offline access, one without, and an access token.
async fn tokens(world: &World) -> (String, String, String) {
    let app = world.app(web()).await;
    let offline = world.code(&app, &[("scope", "openid offline_access")]).await;
    let offline = world.redeem(&app, &offline).await.unwrap();
    let online = world.code(&app, &[("scope", "openid")]).await;
    let online = world.redeem(&app, &online).await.unwrap();
    let token = |answer| text(answer, "refresh_token").to_owned();
    (token(&offline), token(&online), text(&online, "access_token").to_owned())
}

async fn is_live(world: &World, refresh_token: &str) -> bool {
    let realm = world.realm();
    belief::refresh_token(&world.ground, &realm, refresh_token).await.unwrap().is_some()
}

// A-065, INV-09, ACC-01: suspended, deactivated and deleted end every session and every family, at once
#[tokio::test]
async fn a_closed_account_takes_sessions_and_tokens_along() {
    for engine in engines() {
        for wanted in [Turn::Suspend, Turn::Deactivate, Turn::Delete] {
            let world = World::new(engine).await;
            inhabit(&world).await;
            let (offline, online, access) = tokens(&world).await;
            assert!(is_live(&world, &offline).await && is_live(&world, &online).await);
            let (database, at) = (&world.ground.database, world.realm().at);
            turn(database, at, (&alice(), wanted), &context()).await.unwrap();
            assert!(!is_live(&world, &offline).await, "{engine:?} {wanted:?}");
            assert!(!is_live(&world, &online).await, "{engine:?} {wanted:?}");
            let believed = believe(&world.ground, &world.realm(), &access).await.unwrap();
            assert!(believed.is_none(), "{engine:?} {wanted:?}");
            let sessions = async |work: &mut Work| work.sessions_of(&alice()).await;
            assert_eq!(database.read(at, sessions).await.unwrap(), []);
            assert_eq!(world.recorded("session.revoked").await, 1);
            if wanted != Turn::Delete {
                turn(database, at, (&alice(), Turn::Activate), &context()).await.unwrap();
                let back = find(database, at, "alice@example.test").await.unwrap().unwrap();
                assert_eq!(back.status, Status::Active);
                assert!(!is_live(&world, &offline).await, "what ended stays ended");
            }
        }
    }
}

// ACC-01: a locked account keeps what it has; only coming in is closed
#[tokio::test]
async fn a_locked_account_keeps_its_sessions() {
    for engine in engines() {
        let world = World::new(engine).await;
        inhabit(&world).await;
        let (offline, online, _) = tokens(&world).await;
        let (database, at) = (&world.ground.database, world.realm().at);
        turn(database, at, (&alice(), Turn::Lock), &context()).await.unwrap();
        assert!(is_live(&world, &offline).await && is_live(&world, &online).await, "{engine:?}");
        assert_eq!(world.recorded("user.locked").await, 1);
    }
}

// Back-Channel §2.7, OIDC Core §11, INV-09: with the session ends what was not granted offline, of nobody else
#[tokio::test]
async fn a_session_takes_along_what_was_not_offline() {
    for engine in engines() {
        let world = World::new(engine).await;
        inhabit(&world).await;
        let (offline, online, _) = tokens(&world).await;
        let session = world.approval().session.unwrap();
        let other = SessionId::parse("ses_00000000000000000000000010").unwrap();
        for (session, ends) in [(other, false), (session, true)] {
            let over = async |work: &mut Work| {
                Ok(end(work, (&session, &alice()), Reason::SignedOut, &context()).await?)
            };
            let ended: Done<bool> = world.ground.database.write(world.realm().at, over).await;
            assert_eq!(ended.unwrap(), ends);
            assert_eq!(is_live(&world, &online).await, !ends, "{engine:?}");
            assert!(is_live(&world, &offline).await, "{engine:?}");
        }
        let spa = world.app(spa()).await;
        let code = world.code(&spa, &[]).await;
        assert!(world.redeem(&spa, &code).await.is_ok());
        assert_eq!(world.refresh(&spa, &online, &[]).await, Err(Code::InvalidGrant));
    }
}
