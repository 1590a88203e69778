//! The contract of people, their sessions and their tries.

use crate::support::ambient::NOON;
use crate::support::database::{Engine, at_noon, database, engines};
use vestibule::accounts::model::Turn;
use vestibule::accounts::model::{
    Attribute, AttributeSchema, AttributeSchemas, Field, PasswordHashes, Profile, Status, User,
    Username, Users,
};
use vestibule::accounts::turn::turn;
use vestibule::events::{Actor, Context};
use vestibule::kernel::email::Email;
use vestibule::kernel::failure::{Done, Failure};
use vestibule::kernel::ids::{SessionId, TenantId, UserId};
use vestibule::kernel::secret::Hash;
use vestibule::kernel::time::{Lifetime, Timestamp};
use vestibule::platform::storage::{At, Database, Work};
use vestibule::sessions;
use vestibule::sessions::model::{Browsers, Method, Notes, Session, Sessions};
use vestibule::signin::model::{Tries, TryCounts};
use vestibule::{rows, touch};

fn elsewhere() -> At {
    At { tenant: TenantId::parse("ten_00000002").unwrap(), ..at_noon() }
}

fn user(letter: char, email: &str) -> User {
    User {
        id: UserId::parse(&format!("usr_{letter}{}", "0".repeat(25))).unwrap(),
        email: Email::parse(email).unwrap(),
        username: None,
        name: "Ada Okafor".into(),
        profile: Profile::default(),
        made_at: NOON,
        changed_at: NOON,
        email_verified_at: Some(NOON),
        status: Status::Suspended { since: NOON },
    }
}

async fn write<T>(
    database: &Database,
    at: At,
    job: impl AsyncFnOnce(&mut Work) -> Done<T> + Clone,
) -> T {
    database.write(at, job).await.unwrap()
}

async fn add(database: &Database, at: At, user: &User) -> bool {
    write(database, at, async |work: &mut Work| Ok(work.add_user(user).await?)).await
}

// ACC-01, INV-24: an address is one person's in a tenant; what was kept is what is read
#[tokio::test]
async fn an_address_belongs_to_one_person_of_a_tenant() {
    for engine in engines() {
        let test = database(engine).await;
        let ada = user('a', "ada@example.test");
        assert!(add(&test.database, at_noon(), &ada).await, "{engine:?}");
        assert!(!add(&test.database, at_noon(), &user('b', "ADA@example.test")).await);
        let theirs = User { status: Status::Active, ..user('c', "ada@example.test") };
        assert!(add(&test.database, elsewhere(), &theirs).await, "{engine:?}: another tenant");
        for (at, expected) in [(at_noon(), &ada), (elsewhere(), &theirs)] {
            let read = async |work: &mut Work| {
                let found = work.user_of_email(&expected.email).await?;
                assert_eq!(found.as_ref(), Some(expected));
                assert_eq!(work.user(&expected.id).await?, found);
                work.users("", 10).await
            };
            assert_eq!(test.database.read(at, read).await.unwrap(), std::slice::from_ref(expected));
        }
        let read = async |work: &mut Work| work.user(&theirs.id).await;
        assert_eq!(test.database.read(at_noon(), read).await.unwrap(), None, "{engine:?}");
    }
}

// ACC-01, ACC-15: what is kept is what is read; a stale copy is not written over a newer one
#[tokio::test]
async fn what_is_known_of_a_person_is_kept_whole() {
    for engine in engines() {
        let test = database(engine).await;
        let ada = user('a', "ada@example.test");
        add(&test.database, at_noon(), &ada).await;
        let mut more =
            User { username: Username::parse("ada"), status: Status::Active, ..ada.clone() };
        for (field, text) in [
            (Field::GivenName, "Ada"),
            (Field::PhoneNumber, "+2348012345678"),
            (Field::StreetAddress, "1 Hall Road\nLagos"),
        ] {
            more.profile.set(field, text).unwrap();
        }
        more.profile.phone_verified_at = Some(NOON);
        more.profile.attributes.insert("floor".into(), Attribute::Number(3));
        let read = write(&test.database, at_noon(), async |work: &mut Work| {
            work.keep_user(&more).await?;
            Ok(work.user_of_username(more.username.as_ref().unwrap()).await?)
        });
        let read = read.await.unwrap();
        assert!(read.changed_at > NOON);
        assert_eq!(read, User { changed_at: read.changed_at, ..more.clone() }, "{engine:?}");
        let stale = test.database.write(at_noon(), async |work: &mut Work| {
            let answer: Done<()> = Ok(work.keep_user(&more).await?);
            answer
        });
        assert!(stale.await.is_err(), "{engine:?}: changed since");
        let elsewhere = test.database.read(elsewhere(), async |work: &mut Work| {
            work.user_of_username(&Username::parse("ada").unwrap()).await
        });
        assert_eq!(elsewhere.await.unwrap(), None, "{engine:?}");
    }
}

// ACC-01: what named them is gone, and their address and name are free
#[tokio::test]
async fn a_deleted_person_leaves_an_id() {
    for engine in engines() {
        let test = database(engine).await;
        let ada = User { username: Username::parse("ada"), ..user('a', "ada@example.test") };
        add(&test.database, at_noon(), &ada).await;
        write(&test.database, at_noon(), async |work: &mut Work| {
            work.keep_password(&ada.id, "hash").await?;
            let deleted = User { status: Status::Deleted { since: NOON }, ..ada.clone() };
            work.erase_user(&deleted).await?;
            let left = work.user(&ada.id).await?.unwrap();
            assert_eq!((left.status, left.name.as_str()), (Status::Deleted { since: NOON }, ""));
            assert_eq!((left.username, left.profile), (None, Profile::default()));
            assert_eq!(work.password_of(&ada.id).await?, None);
            assert_eq!(work.user_of_email(&ada.email).await?, None);
            Ok(())
        })
        .await;
        let heir = User { username: Username::parse("ada"), ..user('b', "ada@example.test") };
        assert!(add(&test.database, at_noon(), &heir).await, "{engine:?}");
    }
}

// ACC-01
#[tokio::test]
async fn a_tenant_has_one_schema_of_attributes() {
    for engine in engines() {
        let test = database(engine).await;
        let schema = |title: &str| -> AttributeSchema {
            let floor =
                format!(r#"{{"floor":{{"type":"integer","title":"{title}","minimum":0}}}}"#);
            serde_json::from_str(&format!(r#"{{"type":"object","properties":{floor}}}"#)).unwrap()
        };
        let read = write(&test.database, at_noon(), async |work: &mut Work| {
            assert_eq!(work.attribute_schema().await?, AttributeSchema::default());
            work.keep_attribute_schema(&schema("Floor")).await?;
            work.keep_attribute_schema(&schema("Storey")).await?;
            Ok(work.attribute_schema().await?)
        });
        assert_eq!(read.await, schema("Storey"), "{engine:?}");
        let other =
            test.database.read(elsewhere(), async |work: &mut Work| work.attribute_schema().await);
        assert_eq!(other.await.unwrap(), AttributeSchema::default(), "{engine:?}");
    }
}

#[tokio::test]
async fn a_hash_is_renewed_only_if_it_is_still_the_same() {
    for engine in engines() {
        let test = database(engine).await;
        let ada = user('a', "ada@example.test");
        add(&test.database, at_noon(), &ada).await;
        let done = write(&test.database, at_noon(), async |work: &mut Work| {
            assert_eq!(work.password_of(&ada.id).await?, None);
            work.keep_password(&ada.id, "one").await?;
            work.keep_password(&ada.id, "two").await?;
            let late = work.renew_hash(&ada.id, "one", "three").await?;
            let now = work.renew_hash(&ada.id, "two", "four").await?;
            Ok((late, now, work.password_of(&ada.id).await?))
        });
        assert_eq!(done.await, (false, true, Some("four".into())), "{engine:?}");
        let other = async |work: &mut Work| work.password_of(&ada.id).await;
        assert_eq!(test.database.read(elsewhere(), other).await.unwrap(), None, "{engine:?}");
    }
}

fn session(user: &User, letter: char, browser: &[u8]) -> Session {
    Session {
        id: SessionId::parse(&format!("ses_{letter}{}", "0".repeat(25))).unwrap(),
        user: user.id.clone(),
        browser: Hash::of(browser),
        methods: vec![Method::Password],
        device: "A browser".into(),
        address: Some("192.0.2.7".into()),
        started_at: NOON,
        proven_at: NOON,
        seen_at: NOON,
        chosen_at: NOON,
        ends_at: NOON.plus(Lifetime::hours(8)),
    }
}

// INV-09, INV-24: an ended session is never answered, nobody ends another's
#[tokio::test]
async fn a_session_ends_once_and_for_its_owner_alone() {
    for engine in engines() {
        let test = database(engine).await;
        let (ada, eve) = (user('a', "ada@example.test"), user('e', "eve@example.test"));
        add(&test.database, at_noon(), &ada).await;
        add(&test.database, at_noon(), &eve).await;
        let (one, two) = (session(&ada, '1', b"one"), session(&ada, '2', b"two"));
        write(&test.database, at_noon(), async |work: &mut Work| {
            work.begin(&one).await?;
            work.begin(&two).await?;
            assert_eq!(work.session_of(&one.browser).await?.as_ref(), Some(&one));
            assert_eq!(work.sessions_of(&ada.id).await?, [two.clone(), one.clone()]);
            assert!(!work.end(&one.id, &eve.id).await?, "not hers");
            assert!(work.end(&one.id, &ada.id).await?);
            assert!(!work.end(&one.id, &ada.id).await?, "over");
            assert_eq!(work.session_of(&one.browser).await?, None);
            assert_eq!(work.sessions_of(&ada.id).await?, std::slice::from_ref(&two));
            Ok(())
        })
        .await;
        let other = async |work: &mut Work| work.session_of(&two.browser).await;
        assert_eq!(test.database.read(elsewhere(), other).await.unwrap(), None, "{engine:?}");
        let late = At { now: two.ends_at.plus(Lifetime::days(31)), ..at_noon() };
        sessions::forget_over(&test.database, late).await.unwrap();
        let gone = async |work: &mut Work| work.sessions_of(&ada.id).await;
        assert_eq!(test.database.read(at_noon(), gone).await.unwrap(), [], "{engine:?}");
    }
}

// INV-12: a browser that was forgotten does not come back by being kept
#[tokio::test]
async fn a_forgotten_browser_stays_forgotten() {
    for engine in engines() {
        let test = database(engine).await;
        let id = Hash::of(b"cookie");
        let notes = |text: &str, at: Timestamp| Notes { text: text.into(), expires_at: at };
        let soon = NOON.plus(Lifetime::hours(1));
        write(&test.database, at_noon(), async |work: &mut Work| {
            assert!(work.add_browser(&id, &notes("a", soon)).await?);
            assert!(!work.add_browser(&id, &notes("b", soon)).await?, "taken");
            assert!(work.keep_notes(&id, &notes("c", soon)).await?);
            assert_eq!(work.notes(&id).await?.as_deref(), Some("c"));
            work.forget_browser(&id).await?;
            assert!(!work.keep_notes(&id, &notes("d", soon)).await?);
            assert_eq!(work.notes(&id).await?, None);
            work.add_browser(&id, &notes("e", NOON)).await?;
            assert_eq!(work.notes(&id).await?, None, "over");
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn tries_are_counted_by_account_and_tenant() {
    for engine in engines() {
        let test = database(engine).await;
        let account = Hash::of(b"account");
        let tries = Tries {
            failures: 2,
            in_a_row: 7,
            last_at: NOON,
            refused_until: NOON.plus(Lifetime::minutes(1)),
        };
        let counted = write(&test.database, at_noon(), async |work: &mut Work| {
            assert_eq!(work.tries(&account).await?, Tries::default());
            work.keep_tries(&account, tries).await?;
            Ok(work.tries(&account).await?)
        });
        assert_eq!(counted.await, tries, "{engine:?}");
        let other = write(&test.database, elsewhere(), async |work: &mut Work| {
            Ok(work.tries(&account).await?)
        });
        assert_eq!(other.await, Tries::default(), "{engine:?}");
        let forgotten = write(&test.database, at_noon(), async |work: &mut Work| {
            work.forget_tries(&account).await?;
            Ok(work.tries(&account).await?)
        });
        assert_eq!(forgotten.await, Tries::default(), "{engine:?}");
    }
}

/// Everything with which somebody could prove who they are: a row to put in, and what is left.
const PROOFS: [(&str, &str); 5] = [
    (
        "INSERT INTO passwords (tenant_id, user_id, hash, set_at) VALUES ($1, $2, 'h', 1)",
        "SELECT count(*) FROM passwords WHERE tenant_id = $1",
    ),
    (
        "INSERT INTO former_passwords (tenant_id, user_id, replaced_at, hash) VALUES ($1, $2, 1, 'h')",
        "SELECT count(*) FROM former_passwords WHERE tenant_id = $1",
    ),
    (
        "INSERT INTO authenticators (tenant_id, user_id, sealed_seed, made_at, last_step) VALUES ($1, $2, $3, 1, 1)",
        "SELECT count(*) FROM authenticators WHERE tenant_id = $1",
    ),
    (
        "INSERT INTO recovery_codes (tenant_id, user_id, code_hash, made_at) VALUES ($1, $2, $3, 1)",
        "SELECT count(*) FROM recovery_codes WHERE tenant_id = $1",
    ),
    (
        "INSERT INTO passkeys (tenant_id, id, user_id, name, credential, synced, made_at)
            VALUES ($1, 'pk', $2, 'n', '{}', 0, 1)",
        "SELECT count(*) FROM passkeys WHERE tenant_id = $1",
    ),
];

// ACC-01, PRI-02: whoever is deleted leaves nothing with which they proved who they are
#[tokio::test]
async fn a_deleted_person_leaves_no_proof_behind() {
    for engine in engines() {
        let test = database(engine).await;
        let ada = user('a', "ada@example.test");
        add(&test.database, at_noon(), &ada).await;
        for (insert, _) in PROOFS {
            let put = async |work: &mut Work| {
                let tenant = work.tenant();
                let count = match insert.contains("$3") {
                    true => touch!(work, |c| sqlx::query(insert)
                        .bind(tenant.as_str())
                        .bind(ada.id.as_str())
                        .bind(vec![7_u8; 8])
                        .execute(c))?,
                    false => touch!(work, |c| sqlx::query(insert)
                        .bind(tenant.as_str())
                        .bind(ada.id.as_str())
                        .execute(c))?,
                };
                Ok(count)
            };
            assert_eq!(write(&test.database, at_noon(), put).await, 1, "{insert}");
        }
        let erase = async |work: &mut Work| Ok(work.erase_user(&ada).await?);
        write(&test.database, at_noon(), erase).await;
        for (_, left) in PROOFS {
            let read = async |work: &mut Work| {
                let tenant = work.tenant();
                rows!(work, |c| sqlx::query_scalar(left).bind(tenant.as_str()).fetch_one(c))
            };
            let left_over: i64 = test.database.read(at_noon(), read).await.unwrap();
            assert_eq!(left_over, 0, "{engine:?}: {left}");
        }
    }
}

// INV-09: a sign-in and a suspension at the same instant: one comes first, and no session outlives it. It failed while
// the sign-in only read how the account stands.
#[tokio::test]
async fn whoever_is_held_is_not_suspended_in_between() {
    let Some(engine) = engines().into_iter().find(|engine| *engine == Engine::Postgres) else {
        return;
    };
    let test = database(engine).await;
    let (other, watch) = (test.again().await, test.again().await);
    let ada = User { status: Status::Active, ..user('a', "ada@example.test") };
    add(&test.database, at_noon(), &ada).await;
    let (held, is_held) = tokio::sync::oneshot::channel();
    let held = std::sync::Mutex::new(Some(held));
    let (id, session) = (ada.id.clone(), session(&ada, '1', b"one"));
    let suspending = tokio::spawn(async move {
        is_held.await.unwrap();
        let context = Context::of(Actor::Anybody);
        turn(&other, at_noon(), (&id, Turn::Suspend), &context).await.unwrap();
    });
    write(&test.database, at_noon(), async |work: &mut Work| {
        let found = work.hold_user(&ada.id).await?;
        assert!(found.is_some_and(|user| user.status.may_sign_in()));
        if let Some(held) = held.lock().unwrap().take() {
            held.send(()).unwrap();
        }
        while !suspending.is_finished() && !waits_for_a_lock(&watch).await {
            tokio::task::yield_now().await;
        }
        work.begin(&session).await?;
        Ok(())
    })
    .await;
    suspending.await.unwrap();
    let left = async |work: &mut Work| work.sessions_of(&ada.id).await;
    assert_eq!(test.database.read(at_noon(), left).await.unwrap(), []);
}

async fn waits_for_a_lock(database: &Database) -> bool {
    const WAITING: &str = "SELECT COUNT(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let count = async |work: &mut Work| -> Result<i64, Failure> {
        rows!(work, |c| sqlx::query_scalar(WAITING).fetch_one(c))
    };
    database.read(at_noon(), count).await.unwrap() > 0
}
