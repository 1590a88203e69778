//! The contract of sealing: opened only as what it was sealed as, and gone when its person is.

use crate::support::database::{at_noon, database, engines};
use vestibule::kernel::failure::{Done, Failure, No, unrefused};
use vestibule::kernel::ids::TenantId;
use vestibule::platform::sealing::{MasterKey, Purpose, Sealer};
use vestibule::platform::storage::{At, Database};

fn sealer(letter: &str) -> Sealer {
    Sealer::new(MasterKey::parse(&letter.repeat(64)).unwrap())
}

fn elsewhere() -> At {
    At { tenant: TenantId::parse("ten_00000002").unwrap(), ..at_noon() }
}

async fn seal(database: &Database, sealer: &Sealer, at: At, name: &str) -> Vec<u8> {
    let sealed: Done<Vec<u8>> = database
        .write(at, async |work| Ok(sealer.seal(work, Purpose::SigningKey, name, b"secret").await?))
        .await;
    unrefused(sealed).unwrap()
}

struct As<'a>(Purpose, &'a str);

async fn open(
    database: &Database,
    sealer: &Sealer,
    at: At,
    As(purpose, name): As<'_>,
    sealed: &[u8],
) -> Result<Vec<u8>, Failure> {
    database.read(at, async |work| sealer.open(work, purpose, name, sealed).await).await
}

// INV-30: it opens for its tenant, purpose and name, and for nothing else; sealed twice it differs
#[tokio::test]
async fn a_sealed_thing_opens_only_as_what_it_is() {
    for engine in engines() {
        let test = database(engine).await;
        let (database, sealer) = (&test.database, &sealer("a"));
        let sealed = seal(database, sealer, at_noon(), "kid").await;
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        let kid = || As(Purpose::SigningKey, "kid");
        let opened = open(database, sealer, at_noon(), kid(), &sealed).await.unwrap();
        assert_eq!(opened, b"secret", "{engine:?}");
        assert_ne!(seal(database, sealer, at_noon(), "kid").await, sealed, "{engine:?}");

        // Both tenants and both purposes have a data key: what is missing is not the reason.
        seal(database, sealer, elsewhere(), "kid").await;
        let person: Done<Vec<u8>> = database
            .write(at_noon(), async |work| {
                Ok(sealer.seal(work, Purpose::PersonKey, "kid", b"secret").await?)
            })
            .await;
        let person = unrefused(person).unwrap();
        for (at, kind, bytes) in [
            (elsewhere(), kid(), &sealed),
            (at_noon(), As(Purpose::PersonKey, "kid"), &sealed),
            (at_noon(), As(Purpose::SigningKey, "dik"), &sealed),
            (at_noon(), kid(), &person),
        ] {
            assert!(open(database, sealer, at, kind, bytes).await.is_err(), "{engine:?}");
        }
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            let opened = open(database, sealer, at_noon(), kid(), &changed).await;
            assert!(opened.is_err(), "{engine:?}: byte {place}");
            let cut = open(database, sealer, at_noon(), kid(), &sealed[..place]).await;
            assert!(cut.is_err(), "{engine:?}: cut at {place}");
        }
    }
}

// INV-30: without its master key nothing opens
#[tokio::test]
async fn another_master_key_opens_nothing() {
    for engine in engines() {
        let test = database(engine).await;
        let sealed = seal(&test.database, &sealer("a"), at_noon(), "kid").await;
        let kid = As(Purpose::SigningKey, "kid");
        let opened = open(&test.database, &sealer("b"), at_noon(), kid, &sealed).await;
        assert!(opened.is_err(), "{engine:?}");
    }
}

// KEY-02: a database is sealed with one master key; another is refused and changes nothing
#[tokio::test]
async fn a_database_is_claimed_by_one_master_key() {
    for engine in engines() {
        let test = database(engine).await;
        let [first, second] =
            ["a", "b"].map(|letter| MasterKey::parse(&letter.repeat(64)).unwrap());
        assert_eq!(MasterKey::of_database(&test.database, at_noon()).await.unwrap(), None);
        first.claim(&test.database, at_noon()).await.unwrap();
        first.claim(&test.database, at_noon()).await.unwrap();
        assert!(second.claim(&test.database, at_noon()).await.is_err(), "{engine:?}");
        let noted = MasterKey::of_database(&test.database, at_noon()).await.unwrap();
        assert_eq!(noted.as_deref(), Some(first.id()), "{engine:?}");
    }
}

// INV-10: a data key made by a work that fails is gone with it, and nothing leans on it
#[tokio::test]
async fn a_data_key_of_a_failed_work_is_gone() {
    for engine in engines() {
        let test = database(engine).await;
        let (database, sealer) = (&test.database, &sealer("a"));
        let failed: Result<(), No<Vec<u8>>> = database
            .write(at_noon(), async |work| {
                let sealed = sealer.seal(work, Purpose::SigningKey, "kid", b"lost").await?;
                let opened = sealer.open(work, Purpose::SigningKey, "kid", &sealed).await?;
                assert_eq!(opened, b"lost");
                Err(No::Failed(Failure::broken(data_encoding::HEXLOWER.encode(&sealed))))
            })
            .await;
        let Err(No::Failed(lost)) = failed else { panic!("it failed") };
        let lost = data_encoding::HEXLOWER.decode(lost.to_string().as_bytes()).unwrap();
        let sealed = seal(database, sealer, at_noon(), "kid").await;
        let kid = || As(Purpose::SigningKey, "kid");
        assert!(open(database, sealer, at_noon(), kid(), &lost).await.is_err(), "{engine:?}");
        let opened = open(database, sealer, at_noon(), kid(), &sealed).await.unwrap();
        assert_eq!(opened, b"secret", "{engine:?}");
    }
}

// INV-30: who seals first at the same time as others agrees with them about the key
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_that_seal_first_agree_about_the_key() {
    for engine in engines() {
        let test = database(engine).await;
        let mut works = tokio::task::JoinSet::new();
        for number in 0..8 {
            let database = test.database.clone();
            works.spawn(async move {
                let name = number.to_string();
                (seal(&database, &sealer("a"), at_noon(), &name).await, name)
            });
        }
        for (sealed, name) in works.join_all().await {
            let kind = As(Purpose::SigningKey, &name);
            let opened = open(&test.database, &sealer("a"), at_noon(), kind, &sealed).await;
            assert_eq!(opened.unwrap(), b"secret", "{engine:?}");
        }
    }
}

// T-19: erasing a person makes unreadable what names them, in their tenant, and nobody else
#[tokio::test]
async fn an_erased_person_cannot_be_read_again() {
    for engine in engines() {
        let test = database(engine).await;
        let (database, sealer) = (&test.database, &sealer("a"));
        let seal = async |at, subject| {
            let sealed: Done<Vec<u8>> = database
                .write(at, async |work| Ok(sealer.seal_for_person(work, subject, b"Ada").await?))
                .await;
            unrefused(sealed).unwrap()
        };
        let open = async |at, subject, sealed: &[u8]| {
            database
                .read(at, async |work| sealer.open_for_person(work, subject, sealed).await)
                .await
        };
        let (ada, again) = (seal(at_noon(), "ada").await, seal(at_noon(), "ada").await);
        let (bob, there) = (seal(at_noon(), "bob").await, seal(elsewhere(), "ada").await);
        for sealed in [&ada, &again] {
            let opened = open(at_noon(), "ada", sealed).await.unwrap();
            assert_eq!(opened.as_deref(), Some(&b"Ada"[..]), "{engine:?}");
        }
        assert!(open(at_noon(), "bob", &ada).await.is_err(), "{engine:?}");

        let erased: Done<()> = database
            .write(at_noon(), async |work| Ok(sealer.erase_person(work, "ada").await?))
            .await;
        erased.unwrap();
        for sealed in [&ada, &again] {
            assert_eq!(open(at_noon(), "ada", sealed).await.unwrap(), None, "{engine:?}");
        }
        assert!(open(at_noon(), "bob", &bob).await.unwrap().is_some(), "{engine:?}");
        assert!(open(elsewhere(), "ada", &there).await.unwrap().is_some(), "{engine:?}");

        let anew = seal(at_noon(), "ada").await;
        assert!(open(at_noon(), "ada", &anew).await.unwrap().is_some(), "{engine:?}");
        assert!(open(at_noon(), "ada", &ada).await.is_err(), "{engine:?}: for ever");
    }
}
