//! `vestibule user invite|resend|recover|unlock`: links for people, by letter or printed once.

use super::{Of, meant};
use crate::accounts::invite::{Uninvited, again, invite};
use crate::accounts::model::{Applicant, Locks, Role, Status, Turn, User};
use crate::accounts::setup::rescue;
use crate::accounts::turn::turn_in;
use crate::app;
use crate::cli::admin::address;
use crate::cli::exit::{Exit, Trouble};
use crate::cli::output::Output;
use crate::cli::place::Ground;
use crate::kernel::email::Email;
use crate::kernel::failure::No;
use crate::kernel::secret::Secret;
use crate::platform::storage::{At, Work};
use crate::tenants::model::display_name;
use clap::Args;
use serde_json::json;

#[derive(Args)]
pub struct Invite {
    email: String,
    /// How pages address them; they can change it
    #[arg(long)]
    name: Option<String>,
    /// A role they get with the account: admin or owner
    #[arg(long, value_parser = super::role::role)]
    role: Option<Role>,
    /// Slug or id; the default tenant without
    #[arg(long)]
    tenant: Option<String>,
}

pub async fn invite_one(ground: &Ground, of: &Invite, output: Output) -> Result<(), Trouble> {
    let email = email(&of.email)?;
    let local = email.as_str().split('@').next().unwrap_or_default();
    let name = display_name(of.name.as_deref().unwrap_or(local))
        .map_err(|e| Trouble::new(Exit::Usage, e.to_string()))?;
    let applicant = Applicant {
        email: email.to_string(),
        name,
        role: of.role.map(|role| role.as_str().to_owned()),
        ..Applicant::default()
    };
    let tenant = ground.tenant(of.tenant.as_deref())?;
    let desk = app::desk(&ground.house);
    let invited = invite(&desk, ground.at(&tenant), (&email, &applicant)).await;
    invited_so(ground, (&email, of.tenant.as_deref(), invited), output)
}

pub async fn invite_again(ground: &Ground, of: &Of, output: Output) -> Result<(), Trouble> {
    let email = email(&of.user)?;
    let tenant = ground.tenant(of.tenant.as_deref())?;
    let invited = again(&app::desk(&ground.house), ground.at(&tenant), &email).await;
    invited_so(ground, (&email, of.tenant.as_deref(), invited), output)
}

fn email(text: &str) -> Result<Email, Trouble> {
    let usage = || Trouble::new(Exit::Usage, format!("{text} is no e-mail address"));
    Email::parse(text).ok_or_else(usage)
}

type Invited = Result<Option<Secret>, No<Uninvited>>;

fn invited_so(
    ground: &Ground,
    (email, tenant, invited): (&Email, Option<&str>, Invited),
    output: Output,
) -> Result<(), Trouble> {
    let token = invited.map_err(|no| match no {
        No::Failed(failure) => failure.into(),
        No::Refused(taken @ Uninvited::Taken(_)) => Trouble::new(Exit::Conflict, taken.to_string()),
        No::Refused(unknown) => Trouble::new(Exit::NotFound, unknown.to_string()),
    })?;
    let tenant = ground.tenant(tenant)?;
    let link = token.map(|token| address(ground, &tenant, ("/invitation", &token)));
    let text = match &link {
        None => format!("✓ {email} is invited; the letter goes out when the server runs"),
        Some(link) => format!(
            "No mail is set up. Hand over this link; it works once, for 7 days.\n\n    {link}\n"
        ),
    };
    let data = json!({ "email": email.as_str(), "link": link });
    output.answer("vestibule.cli.user.invite/1", &data, &text);
    Ok(())
}

pub async fn recover(ground: &Ground, of: &Of, output: Output) -> Result<(), Trouble> {
    let (user, at) = meant(ground, of).await?;
    if !user.status.may_sign_in() {
        let state = user.status.as_str();
        return Err(Trouble::new(Exit::Conflict, format!("{} is {state}", user.email))
            .fix("vestibule user activate, or unlock, first"));
    }
    let token = rescue(&ground.house.database, at, &user.id, &ground.context()).await?;
    let tenant = ground.tenant(of.tenant.as_deref())?;
    let link = address(ground, &tenant, ("/reset", &token));
    let text = format!(
        "With this link {} chooses a new password. It works once, for 30 minutes.\n\n    {link}\n",
        user.email
    );
    let data = json!({ "user": user.id.as_str(), "link": link });
    output.answer("vestibule.cli.user.recover/1", &data, &text);
    Ok(())
}

pub async fn unlock(ground: &Ground, of: &Of, output: Output) -> Result<(), Trouble> {
    let (user, at) = meant(ground, of).await?;
    lift(ground, at, &user).await?;
    let data = json!({ "user": user.id.as_str() });
    let text = format!("✓ {} may try to sign in again", user.email);
    output.answer("vestibule.cli.user.unlock/1", &data, &text);
    Ok(())
}

async fn lift(ground: &Ground, at: At, user: &User) -> Result<(), Trouble> {
    let context = ground.context();
    let is_locked = matches!(user.status, Status::Locked { .. });
    let lift = async |work: &mut Work| {
        work.lift_lock(&user.id).await?;
        match is_locked {
            true => turn_in(work, (&user.id, Turn::Activate), &context).await.map(drop),
            false => Ok(()),
        }
    };
    let done = ground.house.database.write(at, lift).await;
    done.map_err(|no| match no {
        No::Failed(failure) => failure.into(),
        No::Refused(refusal) => Trouble::new(Exit::Conflict, refusal.to_string()),
    })
}
