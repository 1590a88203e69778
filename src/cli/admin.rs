//! `vestibule admin setup-link|list`.

use super::exit::{Exit, Trouble};
use super::output::{Output, table};
use super::place::Ground;
use super::{Global, block_on};
use crate::accounts::create::{PAGE, list as people};
use crate::accounts::model::{Role, Roles};
use crate::accounts::setup;
use crate::kernel::failure::No;
use crate::kernel::secret::Secret;
use crate::platform::storage::Work;
use crate::tenants::model::Tenant;
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub enum Command {
    /// Print a link with which the first administrator makes their account
    SetupLink {
        /// Slug or id; the default tenant without
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Who may administer
    List {
        /// Slug or id; the default tenant without
        #[arg(long)]
        tenant: Option<String>,
    },
}

impl Command {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        block_on(async {
            let ground = Ground::open(global).await?;
            match self {
                Self::SetupLink { tenant } => link(&ground, tenant.as_deref(), output).await?,
                Self::List { tenant } => list(&ground, tenant.as_deref(), output).await?,
            }
            ground.close().await;
            Ok(())
        })
    }
}

/// Of a page of this tenant, with a link's token behind it.
pub fn address(ground: &Ground, tenant: &Tenant, (path, token): (&str, &Secret)) -> String {
    let issuer = tenant.issuer(ground.house.directory.public_url());
    format!("{issuer}{path}/{}", token.reveal())
}

async fn link(ground: &Ground, tenant: Option<&str>, output: Output) -> Result<(), Trouble> {
    let tenant = ground.tenant(tenant)?;
    let made = setup::link(&ground.house.database, ground.at(&tenant)).await;
    let token = made.map_err(|no| match no {
        No::Failed(failure) => failure.into(),
        No::Refused(has_one) => Trouble::new(Exit::Conflict, has_one.to_string())
            .fix("vestibule user recover EMAIL   prints a link for one who is locked out"),
    })?;
    let link = address(ground, &tenant, ("/setup", &token));
    let text = format!(
        "Open this link within 30 minutes to make the first administrator. It works once.\n\n    {link}\n"
    );
    output.answer("vestibule.cli.admin.setup-link/1", &json!({ "link": link }), &text);
    Ok(())
}

async fn list(ground: &Ground, tenant: Option<&str>, output: Output) -> Result<(), Trouble> {
    let at = ground.at(&*ground.tenant(tenant)?);
    let database = &ground.house.database;
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = people(database, at, &after).await?;
        let is_last = i64::try_from(page.len()).is_ok_and(|length| length < PAGE);
        after = page.last().map(|user| user.id.to_string()).unwrap_or_default();
        for user in page {
            let roles = async |work: &mut Work| work.roles_of(&user.id).await;
            let roles = database.read(at, roles).await?;
            if roles.iter().any(|role| role.may_administer()) {
                found.push((user, roles));
            }
        }
        if is_last {
            break;
        }
    }
    let words = |roles: &[Role]| {
        let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        words.join(", ")
    };
    let data = found.iter().map(|(user, roles)| {
        json!({ "id": user.id.as_str(), "email": user.email.as_str(), "status": user.status.as_str(), "roles": words(roles) })
    });
    let mut rows = vec![["E-MAIL", "STATUS", "ROLES"].map(str::to_owned).to_vec()];
    rows.extend(found.iter().map(|(user, roles)| {
        vec![user.email.to_string(), user.status.as_str().to_owned(), words(roles)]
    }));
    output.answer("vestibule.cli.admin.list/1", &data.collect(), &table(&rows));
    Ok(())
}
