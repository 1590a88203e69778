//! The people of `vestibule dev`: their passwords are known to everybody.

use crate::accounts::create::{Mailbox, Making, NewUser, Refusal, create};
use crate::accounts::factors::second;
use crate::accounts::factors::totp::Seed;
use crate::accounts::model::{SecondFactors, User};
use crate::events::Context;
use crate::kernel::email::Email;
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::secret::Secret;
use crate::platform::sealing::Sealer;
use crate::platform::storage::{At, Work};
use data_encoding::BASE32_NOPAD;

pub struct Person {
    pub email: &'static str,
    pub name: &'static str,
    pub password: &'static str,
    /// What their authenticator app has read, in base32.
    pub totp_secret: Option<&'static str>,
}

const PASSWORD: &str = "demo-walk-through-hall";

pub const PEOPLE: [Person; 2] = [
    Person { email: "ada@example.test", name: "Ada Okafor", password: PASSWORD, totp_secret: None },
    Person {
        email: "grace@example.test",
        name: "Grace Lindqvist",
        password: PASSWORD,
        totp_secret: Some("MRSW23ZNO5QWY2ZNORUHE33VM5UC2ZDP"),
    },
];

/// Who is there already stays as they are.
pub async fn people(
    (making, sealer): (&Making, &Sealer),
    at: At,
    context: &Context,
) -> Result<(), Failure> {
    for person in &PEOPLE {
        let email = Email::parse(person.email);
        let wanted = NewUser {
            email: email.ok_or_else(|| Failure::broken("a demo person has no address"))?,
            name: person.name.into(),
            password: Secret::new(person.password),
            mailbox: Mailbox::Proven,
        };
        match create(making, at, &wanted, context).await {
            Ok(user) => {
                if let Some(secret) = person.totp_secret {
                    set_up((making, sealer), at, &user, secret).await?;
                }
            }
            Err(No::Refused(Refusal::Taken(_))) => {}
            Err(No::Refused(refusal)) => return Err(Failure::broken(refusal.to_string())),
            Err(No::Failed(failure)) => return Err(failure),
        }
    }
    Ok(())
}

/// What the app of a demo person has read, if there is one.
pub fn seed(person: &Person) -> Option<Seed> {
    person.totp_secret.and_then(read)
}

fn read(secret: &str) -> Option<Seed> {
    BASE32_NOPAD.decode(secret.as_bytes()).ok().map(Seed::new)
}

async fn set_up(
    (making, sealer): (&Making, &Sealer),
    at: At,
    user: &User,
    secret: &str,
) -> Result<(), Failure> {
    let seed = read(secret).ok_or_else(|| Failure::broken("a demo person's key is none"))?;
    let keep = async |work: &mut Work| {
        second::keep(sealer, work, &user.id, &seed).await?;
        Ok(work.confirm_authenticator(&user.id, 0).await?)
    };
    let done: Done<bool> = making.database.write(at, keep).await;
    unrefused(done).map(drop)
}
