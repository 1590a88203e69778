//! The people of `vestibule dev`: their passwords are known to everybody.

use crate::accounts::create::{Mailbox, Making, NewUser, Refusal, create};
use crate::events::Context;
use crate::kernel::email::Email;
use crate::kernel::failure::{Failure, No};
use crate::kernel::secret::Secret;
use crate::platform::storage::At;

pub struct Person {
    pub email: &'static str,
    pub name: &'static str,
    pub password: &'static str,
}

const PASSWORD: &str = "demo-walk-through-hall";

pub const PEOPLE: [Person; 2] = [
    Person { email: "ada@example.test", name: "Ada Okafor", password: PASSWORD },
    Person { email: "grace@example.test", name: "Grace Lindqvist", password: PASSWORD },
];

/// Who is there already stays as they are.
pub async fn people(making: &Making, at: At, context: &Context) -> Result<(), Failure> {
    for person in &PEOPLE {
        let email = Email::parse(person.email);
        let wanted = NewUser {
            email: email.ok_or_else(|| Failure::broken("a demo person has no address"))?,
            name: person.name.into(),
            password: Secret::new(person.password),
            mailbox: Mailbox::Proven,
        };
        match create(making, at, &wanted, context).await {
            Ok(_) | Err(No::Refused(Refusal::Taken(_))) => {}
            Err(No::Refused(refusal)) => return Err(Failure::broken(refusal.to_string())),
            Err(No::Failed(failure)) => return Err(failure),
        }
    }
    Ok(())
}
