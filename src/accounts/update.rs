//! What is known of somebody changes: by themselves on their page, or by whoever runs the server.

use super::model::{
    Attribute, AttributeSchema, AttributeSchemas, Field, Unfit, User, Username, Users,
};
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{At, Database, Work};

/// Who changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editor {
    /// Not what an organisation says about its people.
    Themselves,
    Operator,
}

/// One change; an empty text takes the value away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub field: What,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Name,
    Username,
    Field(Field),
    /// Of the tenant's schema.
    Attribute(String),
    /// That the number is theirs: `true` or `false`.
    PhoneVerified,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such account")]
    Nobody,
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the username {0} is somebody else's")]
    UsernameTaken(Username),
    #[error("{0} is for the organisation to change")]
    NotYours(String),
    #[error("{0} is required")]
    Required(String),
}

impl What {
    /// `name`, `username`, a claim of OIDC Core §5.1, or `attributes.` and a name of the tenant's schema.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "name" => Some(Self::Name),
            "username" => Some(Self::Username),
            "phone_number_verified" => Some(Self::PhoneVerified),
            other => match other.strip_prefix("attributes.") {
                Some(own) => Some(Self::Attribute(own.to_owned())),
                None => Field::parse(other).map(Self::Field),
            },
        }
    }

    pub fn name(&self) -> String {
        match self {
            Self::Name => "name".into(),
            Self::Username => "username".into(),
            Self::Field(field) => field.name().into(),
            Self::Attribute(own) => format!("attributes.{own}"),
            Self::PhoneVerified => "phone_number_verified".into(),
        }
    }
}

/// All of it or nothing. What is as it was before is no change.
pub async fn update(
    database: &Database,
    at: At,
    (id, editor): (&UserId, Editor),
    changes: &[Change],
    context: &Context,
) -> Result<User, No<Refusal>> {
    let update = async |work: &mut Work| {
        let before = work.user(id).await?.ok_or(No::Refused(Refusal::Nobody))?;
        let schema = work.attribute_schema().await?;
        let mut user = before.clone();
        let mut changed = Vec::new();
        for change in changes {
            let known = user.clone();
            apply(&mut user, change, (editor, &schema, at.now)).map_err(No::Refused)?;
            if user != known {
                changed.push(Name::new(&change.field.name()));
            }
        }
        if changed.is_empty() {
            return Ok(user);
        }
        if let Some(username) = user.username.as_ref().filter(|_| user.username != before.username)
        {
            // The index has the last word; here it is only said in words.
            if work.user_of_username(username).await?.is_some() {
                return Err(No::Refused(Refusal::UsernameTaken(username.clone())));
            }
        }
        work.keep_user(&user).await?;
        work.record(&Event::UserUpdated { user: id.clone(), changed }, context);
        Ok(user)
    };
    database.write(at, update).await
}

/// To the person at hand; nothing is kept yet.
pub fn apply(
    user: &mut User,
    change: &Change,
    (editor, schema, now): (Editor, &AttributeSchema, Timestamp),
) -> Result<(), Refusal> {
    let (text, name) = (change.text.trim(), change.field.name());
    let themselves = editor == Editor::Themselves;
    match &change.field {
        What::Name => user.name = shown_name(text)?,
        What::Username if text.is_empty() => user.username = None,
        What::Username => user.username = Some(username(text)?),
        What::Field(Field::EmployeeId) if themselves => {
            let known = user.profile.get(Field::EmployeeId).unwrap_or_default();
            if known != text {
                return Err(Refusal::NotYours(name));
            }
        }
        What::Field(field) => user.profile.set(*field, text)?,
        What::PhoneVerified if themselves => return Err(Refusal::NotYours(name)),
        What::PhoneVerified => {
            let is_there = user.profile.get(Field::PhoneNumber).is_some();
            user.profile.phone_verified_at = (text == "true" && is_there).then_some(now);
        }
        What::Attribute(own) => attribute(user, own, text, (themselves, schema))?,
    }
    Ok(())
}

fn attribute(
    user: &mut User,
    own: &str,
    text: &str,
    (themselves, schema): (bool, &AttributeSchema),
) -> Result<(), Refusal> {
    let known = user.profile.attributes.get(own);
    if known.map(Attribute::text).unwrap_or_default() == text {
        return Ok(());
    }
    if themselves && schema.properties.get(own).is_none_or(|property| property.read_only) {
        return Err(Refusal::NotYours(own.to_owned()));
    }
    if text.is_empty() {
        if schema.is_required(own) {
            return Err(Refusal::Required(own.to_owned()));
        }
        user.profile.attributes.remove(own);
        return Ok(());
    }
    user.profile.attributes.insert(own.to_owned(), schema.read(own, text)?);
    Ok(())
}

fn shown_name(text: &str) -> Result<String, Unfit> {
    let unfit =
        || Unfit { field: "name".into(), expected: "one line of at most 200 characters".into() };
    let fits =
        !text.is_empty() && text.chars().count() <= 200 && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned()).ok_or_else(unfit)
}

fn username(text: &str) -> Result<Username, Unfit> {
    let expected = "2 to 64 of a-z, 0-9, dot, hyphen and underscore, a letter or digit first";
    Username::parse(text)
        .ok_or_else(|| Unfit { field: "username".into(), expected: expected.into() })
}

pub async fn schema(database: &Database, at: At) -> Result<AttributeSchema, Failure> {
    database.read(at, async |work: &mut Work| work.attribute_schema().await).await
}

/// Values that are kept stay, also those that the new schema would not take.
pub async fn set_schema(
    database: &Database,
    at: At,
    schema: &AttributeSchema,
    context: &Context,
) -> Result<(), No<super::model::attributes::Senseless>> {
    schema.check().map_err(No::Refused)?;
    let set = async |work: &mut Work| {
        work.keep_attribute_schema(schema).await?;
        let names = schema.properties.keys().map(|name| Name::new(name)).collect();
        work.record(&Event::AttributesDefined { names }, context);
        Ok(())
    };
    database.write(at, set).await
}
