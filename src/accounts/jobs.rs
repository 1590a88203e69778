//! Errands are run: what is to be told is looked up, written and sent. A second try sends the same letter.

use super::desk::Desk;
use super::errands;
use super::mails::{self, Envelope, Words};
use super::model::{Applicant, Errand, Forgetful, Notice, User, Users};
use super::recover::{self, RECOVERY};
use super::register::{self, Answer, REGISTRATION};
use crate::kernel::email::Email;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::UserId;
use crate::kernel::secret::Secret;
use crate::kernel::time::Timestamp;
use crate::platform::jobs::Job;
use crate::platform::mail::Letter;
use crate::platform::storage::{At, Work};
use crate::tenants::http::shell;
use crate::tenants::model::Tenant;
use data_encoding::BASE64;

pub use super::model::errand::KIND;

/// What a letter says, and to whom it goes.
type Written = Option<(Email, String, Words)>;

pub async fn run(desk: &Desk, job: &Job, now: Timestamp) -> Result<(), Failure> {
    let at = At { tenant: job.tenant, now };
    let errand: Errand = serde_json::from_str(&job.body)
        .map_err(|e| Failure::broken("an errand makes no sense").because(e))?;
    let Some(tenant) = desk.directory.get(job.tenant) else { return Ok(()) };
    let stand = Stand { desk, job, tenant: &tenant };
    let write = async |work: &mut Work| Ok(stand.answer(work, &errand).await?);
    let done: Done<Written> = desk.database.write(at, write).await;
    match unrefused(done)? {
        Some(written) => desk.post.send(at, &stand.letter(written, now)?).await,
        None => Ok(()),
    }
}

struct Stand<'a> {
    desk: &'a Desk,
    job: &'a Job,
    tenant: &'a Tenant,
}

impl Stand<'_> {
    async fn answer(&self, work: &mut Work, errand: &Errand) -> Result<Written, Failure> {
        match errand {
            Errand::Registration { sealed } => self.registration(work, sealed).await,
            Errand::Recovery { sealed } => self.recovery(work, sealed).await,
            Errand::Notice { user, sealed } => self.notice(work, (user, sealed)).await,
        }
    }

    async fn registration(&self, work: &mut Work, sealed: &str) -> Result<Written, Failure> {
        let sealer = &self.desk.sealer;
        let applicant: Applicant = errands::open(work, sealer, REGISTRATION, sealed).await?;
        let bytes = BASE64.decode(sealed.as_bytes()).unwrap_or_default();
        let answer = register::answer(work, self.desk, (&applicant, &bytes, &self.job.id)).await?;
        let place = self.place();
        Ok(match answer {
            Answer::Confirm(token) => {
                let href = self.link("/verify", &token);
                let words = mails::confirm_address(&place, href);
                Email::parse(&applicant.email).map(|to| (to, applicant.name, words))
            }
            Answer::Known(user) => {
                let words = mails::known_already(&place, self.address("/login"));
                Some((user.email, user.name, words))
            }
            Answer::Silence => None,
        })
    }

    async fn recovery(&self, work: &mut Work, sealed: &str) -> Result<Written, Failure> {
        let forgetful: Forgetful = errands::open(work, &self.desk.sealer, RECOVERY, sealed).await?;
        let found = recover::answer(work, self.desk, (&forgetful, &self.job.id)).await?;
        Ok(found.map(|(user, token)| {
            let words = mails::choose_password(&self.place(), self.link("/reset", &token));
            (user.email, user.name, words)
        }))
    }

    async fn notice(
        &self,
        work: &mut Work,
        (user, sealed): (&str, &str),
    ) -> Result<Written, Failure> {
        let notice: Notice = errands::open(work, &self.desk.sealer, "notice", sealed).await?;
        let Some(user) = self.user(work, user).await? else { return Ok(None) };
        let words = mails::notice(&self.place(), (&notice, self.address("/forgot")));
        Ok(Some((user.email, user.name, words)))
    }

    async fn user(&self, work: &mut Work, id: &str) -> Result<Option<User>, Failure> {
        match UserId::parse(id) {
            Some(id) => work.user(&id).await,
            None => Ok(None),
        }
    }

    fn letter(
        &self,
        (to, name, words): (Email, String, Words),
        now: Timestamp,
    ) -> Result<Letter, Failure> {
        let envelope = Envelope {
            id: self.job.id.to_string(),
            to,
            name,
            place: self.place(),
            written_at: now,
        };
        mails::write(&envelope, &words)
    }

    /// Whom people think they are dealing with.
    fn place(&self) -> String {
        shell(self.tenant).name.to_string()
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.tenant.issuer(self.desk.directory.public_url()))
    }

    fn link(&self, path: &str, token: &Secret) -> String {
        self.address(&format!("{path}/{}", token.reveal()))
    }
}
