//! Errands are run: what is to be told is looked up, written and sent. A second try sends the same letter.

use super::desk::Desk;
use super::mails::{self, Envelope, Voice, Words};
use super::model::{Applicant, Errand, Field, Forgetful, Notice, User, Users};
use super::recover::{self, RECOVERY};
use super::register::{self, Answer, REGISTRATION};
use super::unlock::{self, UNLOCK};
use super::{change_email, errands, invite};
use crate::kernel::email::Email;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::UserId;
use crate::kernel::secret::Secret;
use crate::kernel::time::Timestamp;
use crate::platform::jobs::Job;
use crate::platform::mail::Letter;
use crate::platform::messages::Language;
use crate::platform::storage::{At, Work};
use crate::tenants::http::shell;
use crate::tenants::model::Tenant;
use data_encoding::BASE64;

pub use super::model::errand::KIND;

/// What a letter says, and to whom it goes.
type Written = Option<(Email, String, Language, Words)>;

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
            Errand::Unlock { sealed } => self.unlock(work, sealed).await,
            Errand::Notice { user, sealed } => self.notice(work, (user, sealed)).await,
            Errand::OpenNotice { user, notice } => self.written(work, (user, notice)).await,
            Errand::EmailChange { user, sealed } => self.move_to(work, (user, sealed)).await,
            Errand::EmailUndo { user, sealed } => self.take_back(work, (user, sealed)).await,
            Errand::Invitation { sealed } => self.invitation(work, sealed).await,
        }
    }

    async fn registration(&self, work: &mut Work, sealed: &str) -> Result<Written, Failure> {
        let sealer = &self.desk.sealer;
        let applicant: Applicant = errands::open(work, sealer, REGISTRATION, sealed).await?;
        let bytes = BASE64.decode(sealed.as_bytes()).unwrap_or_default();
        let answer = register::answer(work, self.desk, (&applicant, &bytes, &self.job.id)).await?;
        let language = spoken(&applicant.language);
        let place = self.place();
        let voice = Voice { language, place: &place };
        Ok(match answer {
            Answer::Confirm(token) => {
                let href = self.link("/verify", &token);
                let words = mails::confirm_address(voice, href);
                Email::parse(&applicant.email).map(|to| (to, applicant.name, language, words))
            }
            Answer::Known(user) => {
                let words = mails::known_already(voice, self.address("/login"));
                Some((user.email, user.name, language, words))
            }
            Answer::Silence => None,
        })
    }

    async fn recovery(&self, work: &mut Work, sealed: &str) -> Result<Written, Failure> {
        let forgetful: Forgetful = errands::open(work, &self.desk.sealer, RECOVERY, sealed).await?;
        let found = recover::answer(work, self.desk, (&forgetful, &self.job.id)).await?;
        Ok(found.map(|(user, token)| {
            let (language, place) = (spoken(&forgetful.language), self.place());
            let voice = Voice { language, place: &place };
            let words = mails::choose_password(voice, self.link("/reset", &token));
            (user.email, user.name, language, words)
        }))
    }

    async fn unlock(&self, work: &mut Work, sealed: &str) -> Result<Written, Failure> {
        let locked: Forgetful = errands::open(work, &self.desk.sealer, UNLOCK, sealed).await?;
        let found = unlock::answer(work, self.desk, (&locked, &self.job.id)).await?;
        Ok(found.map(|(user, token)| {
            let (language, place) = (spoken(&locked.language), self.place());
            let voice = Voice { language, place: &place };
            let words = mails::locked(voice, self.link("/login/unlock", &token));
            (user.email, user.name, language, words)
        }))
    }

    async fn notice(
        &self,
        work: &mut Work,
        (user, sealed): (&str, &str),
    ) -> Result<Written, Failure> {
        let notice: Notice = errands::open(work, &self.desk.sealer, "notice", sealed).await?;
        self.written(work, (user, &notice)).await
    }

    async fn written(
        &self,
        work: &mut Work,
        (user, notice): (&str, &Notice),
    ) -> Result<Written, Failure> {
        let Some(user) = self.user(work, user).await? else { return Ok(None) };
        let (language, place) = (kept(&user), self.place());
        let voice = Voice { language, place: &place };
        let words = mails::notice(voice, (notice, self.address("/forgot")));
        Ok(Some((user.email, user.name, language, words)))
    }

    async fn move_to(&self, work: &mut Work, of: (&str, &str)) -> Result<Written, Failure> {
        let Some(id) = UserId::parse(of.0) else { return Ok(None) };
        let found = change_email::answer(work, self.desk, (&id, of.1, &self.job.id)).await?;
        let place = self.place();
        Ok(found.map(|(user, wanted, token)| {
            let voice = Voice { language: kept(&user), place: &place };
            let link = self.link("/email", &token);
            let words = match wanted == user.email {
                true => mails::confirm_own_address(voice, link),
                false => mails::confirm_new_address(voice, link),
            };
            (wanted, user.name, voice.language, words)
        }))
    }

    async fn take_back(&self, work: &mut Work, of: (&str, &str)) -> Result<Written, Failure> {
        let Some(id) = UserId::parse(of.0) else { return Ok(None) };
        let found = change_email::undo(work, self.desk, (&id, of.1, &self.job.id)).await?;
        let place = self.place();
        Ok(found.map(|(user, before, token)| {
            let voice = Voice { language: kept(&user), place: &place };
            let words = mails::undo_address(voice, self.link("/email/undo", &token));
            (before, user.name, voice.language, words)
        }))
    }

    async fn invitation(&self, work: &mut Work, sealed: &str) -> Result<Written, Failure> {
        let sealer = &self.desk.sealer;
        let invited: Applicant = errands::open(work, sealer, REGISTRATION, sealed).await?;
        let bytes = BASE64.decode(sealed.as_bytes()).unwrap_or_default();
        let found = invite::answer(work, self.desk, (&invited, &bytes, &self.job.id)).await?;
        let (language, place) = (spoken(&invited.language), self.place());
        Ok(found.map(|(email, token)| {
            let voice = Voice { language, place: &place };
            let words = mails::invited(voice, self.link("/invitation", &token));
            (email, invited.name, language, words)
        }))
    }

    async fn user(&self, work: &mut Work, id: &str) -> Result<Option<User>, Failure> {
        match UserId::parse(id) {
            Some(id) => work.user(&id).await,
            None => Ok(None),
        }
    }

    fn letter(
        &self,
        (to, name, language, words): (Email, String, Language, Words),
        now: Timestamp,
    ) -> Result<Letter, Failure> {
        let envelope = Envelope {
            id: self.job.id.to_string(),
            to,
            name,
            place: self.place(),
            language,
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

/// As the page spoke on which it was asked for.
fn spoken(tag: &str) -> Language {
    Language::of_tag(tag).unwrap_or_default()
}

/// As their profile says.
fn kept(user: &User) -> Language {
    user.profile.get(Field::Locale).and_then(Language::of_tag).unwrap_or_default()
}
