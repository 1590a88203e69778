//! `vestibule provider map|preview`: what accounts take over from what a provider says.

use super::{Asked, refused, slug};
use crate::accounts::create::find;
use crate::accounts::model::{Group, Profile, Role, Status, User};
use crate::cli::exit::{Exit, Trouble};
use crate::cli::group::name as group_name;
use crate::cli::output::table;
use crate::federation::follow::Effect;
use crate::federation::manage;
use crate::federation::model::{GroupRule, Mapping, RoleRule};
use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use clap::Args;
use serde_json::{Map, Value, json};
use std::io::Read;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Rules {
    name: String,
    /// What follows which claim: name, email, a field of the profile such as picture, or attributes.NAME
    #[arg(long, value_name = "TARGET=CLAIM", value_parser = pair)]
    follow: Vec<(String, String)>,
    /// Who has a role: admin or owner, for whoever has this value in this claim
    #[arg(long, value_name = "ROLE=CLAIM=VALUE", value_parser = rule)]
    role: Vec<RoleRule>,
    /// Who is in a group of ours: whoever has this value in this claim
    #[arg(long, value_name = "GROUP=CLAIM=VALUE", value_parser = group_rule)]
    group: Vec<GroupRule>,
    /// Let nothing follow, and give no roles and groups
    #[arg(long, conflicts_with_all = ["follow", "role", "group"])]
    none: bool,
}

#[derive(Args)]
pub(super) struct Preview {
    name: String,
    /// A JSON file with the claims; without, they are read from standard input
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
    /// Whose account, by e-mail address, username or id; a new one without it
    #[arg(long)]
    user: Option<String>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair =
        text.split_once('=').filter(|(target, claim)| !target.is_empty() && !claim.is_empty());
    let (target, claim) = pair.ok_or("write TARGET=CLAIM, such as picture=picture")?;
    Ok((target.to_owned(), claim.to_owned()))
}

/// Who or what, claim, value.
fn parts<'a>(text: &'a str, form: &str) -> Result<(&'a str, &'a str, &'a str), String> {
    let mut parts = text.splitn(3, '=');
    let (Some(named), Some(claim), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(format!("write {form}"));
    };
    if claim.is_empty() || value.is_empty() {
        return Err("a rule names a claim and a value".into());
    }
    Ok((named, claim, value))
}

fn group_rule(text: &str) -> Result<GroupRule, String> {
    let (named, claim, value) = parts(text, "GROUP=CLAIM=VALUE, such as keepers=groups=hall")?;
    let group = group_name(named).map_err(|nameless| nameless.to_string())?;
    Ok(GroupRule { group, claim: claim.to_owned(), value: value.to_owned() })
}

fn rule(text: &str) -> Result<RoleRule, String> {
    let (named, claim, value) = parts(text, "ROLE=CLAIM=VALUE, such as admin=groups=hall-admins")?;
    let role = Role::parse(named).ok_or("a role is admin or owner")?;
    Ok(RoleRule { role, claim: claim.to_owned(), value: value.to_owned() })
}

impl Asked<'_> {
    /// Without rules it shows those that there are.
    pub(super) async fn map(&self, rules: Rules) -> Result<(), Trouble> {
        let slug = slug(&rules.name)?;
        let has_rules =
            !(rules.follow.is_empty() && rules.role.is_empty() && rules.group.is_empty());
        let is_question = !has_rules && !rules.none;
        let provider = if is_question {
            let found = manage::get(&self.federation, self.at, &slug).await;
            found.map_err(refused)?.0
        } else {
            let follows = rules.follow.into_iter().collect();
            let mapping = Mapping { follows, roles: rules.role, groups: rules.group };
            let context = self.ground.context();
            let kept = manage::map(&self.federation, self.at, (&slug, &mapping), &context).await;
            kept.map_err(refused)?
        };
        let mapping = &provider.settings.mapping;
        let mut rows = vec![["WHAT", "FOLLOWS"].map(str::to_owned).to_vec()];
        let follows = mapping.follows.iter();
        rows.extend(follows.map(|(target, claim)| vec![target.clone(), claim.clone()]));
        rows.extend(mapping.roles.iter().map(|rule| {
            let role = format!("role {}", rule.role.as_str());
            vec![role, format!("{} has {:?}", rule.claim, rule.value)]
        }));
        rows.extend(mapping.groups.iter().map(|rule| {
            vec![format!("group {}", rule.group), format!("{} has {:?}", rule.claim, rule.value)]
        }));
        let text = match *mapping == Mapping::default() {
            true => format!("{slug}: nothing follows it"),
            false => format!("{}\nApplied at the next sign-in of each person.", table(&rows)),
        };
        let data = json!({ "name": slug.as_str(), "mapping": mapping });
        self.output.answer("vestibule.cli.provider.map/1", &data, &text);
        Ok(())
    }

    pub(super) async fn preview(&self, asked: Preview) -> Result<(), Trouble> {
        let slug = slug(&asked.name)?;
        let claims = claims(asked.claims.as_ref())?;
        let user = match &asked.user {
            Some(name) => {
                let found = find(&self.ground.house.database, self.at, name).await?;
                let nobody = || Trouble::new(Exit::NotFound, format!("there is nobody {name}"));
                found.ok_or_else(nobody)?
            }
            None => self.newcomer()?,
        };
        let effects = manage::preview(&self.federation, self.at, (&slug, &user), &claims).await;
        let effects = effects.map_err(refused)?;
        let rows: Vec<Vec<String>> = effects.iter().map(row).collect();
        let data: Vec<Value> = effects.iter().map(described).collect();
        let text = match rows.is_empty() {
            true => "nothing would change: no rule applies".to_owned(),
            false => table(&rows),
        };
        self.output.answer("vestibule.cli.provider.preview/1", &json!(data), &text);
        Ok(())
    }

    /// Nobody yet.
    fn newcomer(&self) -> Result<User, Trouble> {
        let email = Email::parse("somebody@new.invalid");
        let id = UserId::new(&mut self.ground.house.ambient.clone());
        let email = email.ok_or_else(|| Failure::broken("a newcomer has no address"))?;
        Ok(User {
            id,
            email,
            username: None,
            name: String::new(),
            profile: Profile::default(),
            made_at: self.at.now,
            changed_at: self.at.now,
            email_verified_at: None,
            status: Status::Active,
        })
    }
}

const LONGEST: u64 = 1024 * 1024;

fn claims(file: Option<&PathBuf>) -> Result<Map<String, Value>, Trouble> {
    let mut text = String::new();
    let read = match file {
        Some(file) => std::fs::read_to_string(file).map(|read| text = read),
        None => std::io::stdin().take(LONGEST).read_to_string(&mut text).map(drop),
    };
    read.map_err(|e| Trouble::new(Exit::NotFound, "no claims could be read").why(e.to_string()))?;
    let mut claims: Map<String, Value> = serde_json::from_str(&text).map_err(|e| {
        Trouble::new(Exit::Usage, "the claims are no JSON object").why(e.to_string())
    })?;
    // Rules do not ask who it is.
    claims.entry("sub").or_insert_with(|| "preview".into());
    Ok(claims)
}

fn row(effect: &Effect) -> Vec<String> {
    let row = |sign: &str, what: &str, words: String| vec![sign.to_owned(), what.to_owned(), words];
    let held =
        |sign, role: Role, words: &str| row(sign, "role", format!("{} {words}", role.as_str()));
    let belongs =
        |sign, group: &Group, words: &str| row(sign, "group", format!("{} {words}", group.name));
    match effect {
        Effect::Becomes { what, before, after } => {
            row("~", what, format!("{before:?} → {after:?}"))
        }
        Effect::Stays { what, value } => row("=", what, format!("{value:?} stays")),
        Effect::Unfit { what, why } => row("!", what, format!("stays as it is: {why}")),
        Effect::Gives(role) => held("+", *role, "is given"),
        Effect::Takes(role) => held("-", *role, "is taken back"),
        Effect::Has(role) => held("=", *role, "stays"),
        Effect::Joins(group) => belongs("+", group, "is joined"),
        Effect::Leaves(group) => belongs("-", group, "is left"),
        Effect::IsIn(group) => belongs("=", group, "stays"),
    }
}

fn described(effect: &Effect) -> Value {
    match effect {
        Effect::Becomes { what, before, after } => {
            json!({"effect": "becomes", "what": what, "before": before, "after": after})
        }
        Effect::Stays { what, value } => json!({"effect": "stays", "what": what, "value": value}),
        Effect::Unfit { what, why } => json!({"effect": "unfit", "what": what, "why": why}),
        Effect::Gives(role) => json!({"effect": "gives", "role": role}),
        Effect::Takes(role) => json!({"effect": "takes", "role": role}),
        Effect::Has(role) => json!({"effect": "has", "role": role}),
        Effect::Joins(group) => json!({"effect": "joins", "group": group.name}),
        Effect::Leaves(group) => json!({"effect": "leaves", "group": group.name}),
        Effect::IsIn(group) => json!({"effect": "is_in", "group": group.name}),
    }
}
