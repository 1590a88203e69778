//! `vestibule user create|list|get|role|reset-factors`; what changes somebody is in `change`.

mod change;
mod given;
mod link;
mod reset_factors;
mod role;

use super::{Global, block_on};
use crate::accounts::create::{Mailbox, NewUser, PAGE, Refusal, create, find, list};
use crate::accounts::model::{Attribute, Field, Turn, User};
use crate::cli::exit::{Exit, Trouble};
use crate::cli::output::{Output, table};
use crate::cli::place::Ground;
use crate::kernel::email::Email;
use crate::kernel::failure::No;
use crate::platform::storage::At;
use crate::tenants::model::display_name;
use change::turn_user as turned;
use clap::{Args, Subcommand};
use given::Given;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub enum Command {
    /// Make an account
    Create(Create),
    /// All accounts
    List {
        /// Slug or id; the default tenant without
        #[arg(long)]
        tenant: Option<String>,
    },
    /// One account, with what is known of the person
    Get {
        #[command(flatten)]
        of: Of,
    },
    /// Take all second factors from somebody who has lost them, and sign them out everywhere
    ResetFactors {
        #[command(flatten)]
        of: Of,
    },
    /// Change what is known of somebody
    Update(change::Update),
    /// Let nobody come in; who is in stays
    Lock {
        #[command(flatten)]
        of: Of,
    },
    /// Close an account for a while: sessions and tokens end
    Suspend {
        #[command(flatten)]
        of: Of,
    },
    /// Put an account in order again, whatever held it back
    Activate {
        #[command(flatten)]
        of: Of,
    },
    /// Close an account for good: sessions and tokens end
    Deactivate {
        #[command(flatten)]
        of: Of,
    },
    /// Delete an account with what names the person
    Delete(change::Delete),
    /// Which attributes people have here beyond the usual ones
    Attributes(change::Attributes),
    /// Ask somebody to choose a password for an account of their own
    Invite(link::Invite),
    /// Send an invitation once more; the earlier link is void
    Resend {
        #[command(flatten)]
        of: Of,
    },
    /// Print a link with which somebody chooses a new password
    Recover {
        #[command(flatten)]
        of: Of,
    },
    /// Let somebody in again who was locked, by hand or after too many tries
    Unlock {
        #[command(flatten)]
        of: Of,
    },
    /// Who may administer
    #[command(subcommand)]
    Role(role::Command),
}

/// Somebody who has an account.
#[derive(Args)]
pub struct Of {
    /// E-mail address, username or id
    user: String,
    /// Slug or id; the default tenant without
    #[arg(long)]
    tenant: Option<String>,
}

#[derive(Args)]
pub struct Create {
    email: String,
    /// How pages address them; the address without its domain if not given
    #[arg(long)]
    name: Option<String>,
    /// Slug or id; the default tenant without
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    password: Given,
    /// You have made sure that the address is theirs: nobody asks them to confirm it
    #[arg(long)]
    verified: bool,
}

impl Command {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        block_on(async {
            let ground = Ground::open(global).await?;
            match self {
                Self::Create(wanted) => make(&ground, &wanted, output).await?,
                Self::List { tenant } => all(&ground, tenant.as_deref(), output).await?,
                Self::Get { of } => one(&ground, &of, output).await?,
                Self::ResetFactors { of } => reset_factors::run(&ground, &of, output).await?,
                Self::Invite(of) => link::invite_one(&ground, &of, output).await?,
                Self::Resend { of } => link::invite_again(&ground, &of, output).await?,
                Self::Recover { of } => link::recover(&ground, &of, output).await?,
                Self::Unlock { of } => link::unlock(&ground, &of, output).await?,
                Self::Role(command) => command.run(&ground, output).await?,
                Self::Update(wanted) => change::update_user(&ground, &wanted, output).await?,
                Self::Delete(wanted) => change::delete(&ground, &wanted, output).await?,
                Self::Attributes(wanted) => change::attributes(&ground, &wanted, output).await?,
                Self::Lock { of } => turned(&ground, &of, Turn::Lock, output).await?,
                Self::Suspend { of } => turned(&ground, &of, Turn::Suspend, output).await?,
                Self::Activate { of } => turned(&ground, &of, Turn::Activate, output).await?,
                Self::Deactivate { of } => turned(&ground, &of, Turn::Deactivate, output).await?,
            }
            ground.close().await;
            Ok(())
        })
    }
}

async fn make(ground: &Ground, wanted: &Create, output: Output) -> Result<(), Trouble> {
    let email = Email::parse(&wanted.email).ok_or_else(|| {
        Trouble::new(Exit::Usage, format!("{} is no e-mail address", wanted.email))
    })?;
    let local = email.as_str().split('@').next().unwrap_or_default();
    let name = display_name(wanted.name.as_deref().unwrap_or(local))
        .map_err(|e| Trouble::new(Exit::Usage, e.to_string()))?;
    let tenant = ground.tenant(wanted.tenant.as_deref())?;
    let password = wanted.password.read(ground)?;
    let shown = wanted.password.generate.then(|| password.reveal().to_owned());
    let mailbox = if wanted.verified { Mailbox::Proven } else { Mailbox::Unproven };
    let new = NewUser { email, name, password, mailbox };
    let making = ground.house.account_making(tenant.id)?;
    let made = create(&making, ground.at(&tenant), &new, &ground.context()).await;
    let user = made.map_err(refused)?;
    let mut data = describe(&user);
    let mut text = format!("✓ {} made ({})", user.email, user.id);
    if let (Some(password), Some(fields)) = (shown, data.as_object_mut()) {
        text.push_str(&format!("\n  password  {password}\n\nIt is shown only now."));
        fields.insert("password".into(), json!(password));
    }
    output.answer("vestibule.cli.user.create/1", &data, &text);
    Ok(())
}

fn refused(no: No<Refusal>) -> Trouble {
    match no {
        No::Failed(failure) => failure.into(),
        No::Refused(taken @ Refusal::Taken(_)) => Trouble::new(Exit::Conflict, taken.to_string()),
        No::Refused(Refusal::Weak(breaches)) => {
            let why: Vec<String> = breaches
                .iter()
                .map(|breach| {
                    let figures = breach.params();
                    let figures =
                        figures.iter().map(|(name, figure)| format!(" ({name} {figure})"));
                    format!("{}{}", breach.code(), figures.collect::<String>())
                })
                .collect();
            Trouble::new(Exit::Usage, Refusal::Weak(breaches).to_string())
                .why(why.join(", "))
                .fix("choose a longer one, or let --generate make it")
        }
        No::Refused(refusal) => Trouble::new(Exit::Usage, refusal.to_string()),
    }
}

fn describe(user: &User) -> Value {
    let mut data = json!({
        "id": user.id.as_str(),
        "email": user.email.as_str(),
        "email_verified": user.email_verified_at.is_some(),
        "username": user.username.as_ref().map(ToString::to_string),
        "name": user.name,
        "status": user.status.as_str(),
        "created_at": user.made_at.rfc3339(),
        "updated_at": user.changed_at.rfc3339(),
    });
    let Some(fields) = data.as_object_mut() else { return data };
    fields.retain(|_, value| !value.is_null());
    for field in Field::ALL {
        if let Some(text) = user.profile.get(*field) {
            fields.insert(field.name().into(), json!(text));
        }
    }
    if user.profile.get(Field::PhoneNumber).is_some() {
        let proven = user.profile.phone_verified_at.is_some();
        fields.insert("phone_number_verified".into(), json!(proven));
    }
    for (name, value) in &user.profile.attributes {
        fields.insert(format!("attributes.{name}"), attribute(value));
    }
    data
}

fn attribute(value: &Attribute) -> Value {
    match value {
        Attribute::Flag(flag) => json!(flag),
        Attribute::Number(number) => json!(number),
        Attribute::Text(text) => json!(text),
        Attribute::Texts(texts) => json!(texts),
    }
}

pub(super) fn nobody(name: &str) -> Trouble {
    Trouble::new(Exit::NotFound, format!("nobody here is {name}")).fix("vestibule user list")
}

async fn all(ground: &Ground, tenant: Option<&str>, output: Output) -> Result<(), Trouble> {
    let at = ground.at(&*ground.tenant(tenant)?);
    let (mut users, mut after) = (Vec::new(), String::new());
    loop {
        let page = list(&ground.house.database, at, &after).await?;
        let is_last = i64::try_from(page.len()).is_ok_and(|length| length < PAGE);
        after = page.last().map(|user| user.id.to_string()).unwrap_or_default();
        users.extend(page);
        if is_last {
            break;
        }
    }
    let data = users.iter().map(describe).collect();
    let mut rows = vec![["E-MAIL", "NAME", "STATUS", "ID"].map(str::to_owned).to_vec()];
    rows.extend(users.into_iter().map(|user| {
        let status = user.status.as_str().to_owned();
        vec![user.email.to_string(), user.name, status, user.id.to_string()]
    }));
    output.answer("vestibule.cli.user.list/1", &data, &table(&rows));
    Ok(())
}

async fn meant(ground: &Ground, of: &Of) -> Result<(User, At), Trouble> {
    let at = ground.at(&*ground.tenant(of.tenant.as_deref())?);
    let found = find(&ground.house.database, at, &of.user).await?;
    let user = found.ok_or_else(|| nobody(&of.user))?;
    Ok((user, at))
}

async fn one(ground: &Ground, of: &Of, output: Output) -> Result<(), Trouble> {
    let (user, _) = meant(ground, of).await?;
    let data = describe(&user);
    let field = |(name, value): (&String, &Value)| {
        vec![name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)]
    };
    let rows: Vec<_> = data.as_object().into_iter().flatten().map(field).collect();
    output.answer("vestibule.cli.user.get/1", &data, &table(&rows));
    Ok(())
}
