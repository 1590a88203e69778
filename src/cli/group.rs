//! `vestibule group create|list|get|rename|delete|add|remove`: who belongs together, as applications are told.

use super::exit::{Exit, Trouble};
use super::output::{Output, table};
use super::place::Ground;
use super::user::nobody;
use super::{Global, block_on, confirm};
use crate::accounts::create::{PAGE, find};
use crate::accounts::groups::{self, Refusal};
use crate::accounts::model::{Group as Known, GroupName, Groups, Member, Members, Nameless, User};
use crate::federation::model::MappedGroups;
use crate::kernel::failure::No;
use crate::platform::storage::{At, Work};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

#[derive(Args)]
pub struct Group {
    /// Whose groups; the default tenant's without it
    #[arg(long, global = true, value_name = "SLUG")]
    tenant: Option<String>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make a group, by the name that applications are told
    Create {
        #[arg(value_parser = name)]
        name: GroupName,
    },
    /// All of them
    List {
        /// Only those that somebody is in: e-mail address, username or id
        #[arg(long, value_name = "USER")]
        member: Option<String>,
    },
    /// One of them, with who is in it
    Get {
        #[arg(value_parser = name)]
        name: GroupName,
    },
    /// Give it another name; who is in it stays
    Rename {
        #[arg(value_parser = name)]
        name: GroupName,
        #[arg(value_parser = name)]
        new: GroupName,
    },
    /// Delete it; tokens name it until they are over
    Delete {
        #[arg(value_parser = name)]
        name: GroupName,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Put somebody into it
    Add(Both),
    /// Take somebody out of it; tokens name it until they are over
    Remove(Both),
}

#[derive(Args)]
struct Both {
    #[arg(value_parser = name)]
    name: GroupName,
    /// E-mail address, username or id
    user: String,
}

pub(super) fn name(text: &str) -> Result<GroupName, Nameless> {
    GroupName::parse(text).ok_or(Nameless)
}

impl Group {
    pub fn run(self, global: &Global, output: Output) -> Result<(), Trouble> {
        block_on(async {
            let ground = Ground::open(global).await?;
            let tenant = ground.tenant(self.tenant.as_deref())?;
            let asked = Asked { at: ground.at(&tenant), ground: &ground, output };
            match self.verb {
                Verb::Create { name } => asked.create(&name).await?,
                Verb::List { member } => asked.list(member.as_deref()).await?,
                Verb::Get { name } => asked.get(&name).await?,
                Verb::Rename { name, new } => asked.rename(&name, &new).await?,
                Verb::Delete { name, yes } => asked.delete(&name, yes, global).await?,
                Verb::Add(both) => asked.add(&both).await?,
                Verb::Remove(both) => asked.remove(&both).await?,
            }
            ground.close().await;
            Ok(())
        })
    }
}

struct Asked<'a> {
    ground: &'a Ground,
    at: At,
    output: Output,
}

impl Asked<'_> {
    async fn create(&self, name: &GroupName) -> Result<(), Trouble> {
        let context = self.ground.context();
        let create = async |work: &mut Work| groups::create(work, name, &context).await;
        let made = self.ground.house.database.write(self.at, create).await.map_err(refused)?;
        let text = format!(
            "✓ group {name} made ({})\n\n  next   vestibule group add {name:?} USER",
            made.id,
            name = made.name.as_str()
        );
        self.output.answer("vestibule.cli.group.create/1", &describe(&made), &text);
        Ok(())
    }

    async fn list(&self, member: Option<&str>) -> Result<(), Trouble> {
        let read = async |work: &mut Work| work.groups().await;
        let mut all = self.ground.house.database.read(self.at, read).await?;
        if let Some(member) = member {
            let user = self.person(member).await?;
            let read = async |work: &mut Work| work.belonging_of(&user.id).await;
            let theirs = self.ground.house.database.read(self.at, read).await?.groups;
            all.retain(|(group, _)| theirs.contains(&group.name));
        }
        let mut rows = vec![["NAME", "MEMBERS", "ID"].map(str::to_owned).to_vec()];
        rows.extend(all.iter().map(|(group, members)| {
            vec![group.name.to_string(), members.to_string(), group.id.to_string()]
        }));
        let numbered = |(group, members): &(Known, i64)| {
            let (id, name) = (group.id.as_str(), group.name.as_str());
            json!({ "id": id, "name": name, "members": members })
        };
        let data = all.iter().map(numbered).collect();
        self.output.answer("vestibule.cli.group.list/1", &data, &table(&rows));
        Ok(())
    }

    async fn get(&self, name: &GroupName) -> Result<(), Trouble> {
        let group = self.group(name).await?;
        let (mut members, mut after): (Vec<Member>, _) = (Vec::new(), String::new());
        loop {
            let read = async |work: &mut Work| work.members(&group.id, &after, PAGE).await;
            let page = self.ground.house.database.read(self.at, read).await?;
            let is_last = i64::try_from(page.len()).is_ok_and(|length| length < PAGE);
            after = page.last().map(|member| member.user.to_string()).unwrap_or_default();
            members.extend(page);
            if is_last {
                break;
            }
        }
        let row = |member: &Member| vec![member.email.to_string(), member.user.to_string()];
        let mut rows = vec![["E-MAIL", "ID"].map(str::to_owned).to_vec()];
        rows.extend(members.iter().map(row));
        let fact =
            |member: &Member| json!({ "id": member.user.as_str(), "email": member.email.as_str() });
        let listed: Vec<Value> = members.iter().map(fact).collect();
        let data = json!({ "id": group.id.as_str(), "name": name.as_str(), "members": listed });
        self.output.answer("vestibule.cli.group.get/1", &data, &table(&rows));
        Ok(())
    }

    async fn rename(&self, old: &GroupName, new: &GroupName) -> Result<(), Trouble> {
        let context = self.ground.context();
        let rename = async |work: &mut Work| groups::rename(work, (old, new), &context).await;
        let group = self.ground.house.database.write(self.at, rename).await.map_err(refused)?;
        let text =
            format!("✓ {old} is {new} from now on; applications hear of it with the next token");
        self.output.answer("vestibule.cli.group.rename/1", &describe(&group), &text);
        Ok(())
    }

    async fn delete(&self, name: &GroupName, yes: bool, global: &Global) -> Result<(), Trouble> {
        let read = async |work: &mut Work| work.groups().await;
        let all = self.ground.house.database.read(self.at, read).await?;
        let found = all.into_iter().find(|(group, _)| group.name == *name);
        let (_, members) = found.ok_or_else(|| missing(name))?;
        let question = format!("delete the group {name} with {members} members?");
        confirm(&question, yes, global, self.output)?;
        let context = self.ground.context();
        let delete = async |work: &mut Work| groups::delete(work, name, &context).await;
        let gone = self.ground.house.database.write(self.at, delete).await.map_err(refused)?;
        let text = format!("✓ there is no group {name} any more");
        self.output.answer("vestibule.cli.group.delete/1", &describe(&gone), &text);
        Ok(())
    }

    async fn add(&self, both: &Both) -> Result<(), Trouble> {
        let user = self.person(&both.user).await?;
        let context = self.ground.context();
        let pair = (&both.name, &user.id);
        let add = async |work: &mut Work| {
            // From now on it is by hand, whatever a provider says.
            work.forget_all_mapped_into(&user.id, &both.name).await?;
            groups::add(work, pair, &context).await
        };
        let is_new = self.ground.house.database.write(self.at, add).await.map_err(refused)?;
        let state = if is_new { "is in" } else { "was already in" };
        self.changed("vestibule.cli.group.add/1", (both, &user), (is_new, state));
        Ok(())
    }

    async fn remove(&self, both: &Both) -> Result<(), Trouble> {
        let user = self.person(&both.user).await?;
        let context = self.ground.context();
        let pair = (&both.name, &user.id);
        let remove = async |work: &mut Work| groups::remove(work, pair, &context).await;
        let was_in = self.ground.house.database.write(self.at, remove).await.map_err(refused)?;
        let state = if was_in { "is no longer in" } else { "was not in" };
        self.changed("vestibule.cli.group.remove/1", (both, &user), (was_in, state));
        Ok(())
    }

    fn changed(&self, schema: &str, (both, user): (&Both, &User), (changed, state): (bool, &str)) {
        let (group, id) = (both.name.as_str(), user.id.as_str());
        let data = json!({ "group": group, "user": id, "changed": changed });
        self.output.answer(schema, &data, &format!("✓ {} {state} {group}", user.email));
    }

    async fn group(&self, name: &GroupName) -> Result<Known, Trouble> {
        let read = async |work: &mut Work| work.group_named(name).await;
        let found = self.ground.house.database.read(self.at, read).await?;
        found.ok_or_else(|| missing(name))
    }

    async fn person(&self, name: &str) -> Result<User, Trouble> {
        let found = find(&self.ground.house.database, self.at, name).await?;
        found.ok_or_else(|| nobody(name))
    }
}

fn describe(group: &Known) -> Value {
    json!({ "id": group.id.as_str(), "name": group.name.as_str() })
}

fn missing(name: &GroupName) -> Trouble {
    refused(No::Refused(Refusal::NoGroup(name.clone())))
}

fn refused(no: No<Refusal>) -> Trouble {
    let (refusal, text) = match no {
        No::Failed(failure) => return failure.into(),
        No::Refused(refusal) => (refusal.clone(), refusal.to_string()),
    };
    match refusal {
        Refusal::Taken(_) | Refusal::TooMany => Trouble::new(Exit::Conflict, text),
        Refusal::NoGroup(_) => Trouble::new(Exit::NotFound, text).fix("vestibule group list"),
        Refusal::Nobody => Trouble::new(Exit::NotFound, text).fix("vestibule user list"),
    }
}
