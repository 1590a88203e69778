//! The catalogue: everything that can happen, in the past tense.

use super::fact::{Fact, Name};
use crate::kernel::ids::{
    ClientId, EventId, GrantId, GroupId, InitialTokenId, SessionId, TenantId, UserId,
};
use crate::kernel::time::Timestamp;

macro_rules! catalogue {
    ($($variant:ident = $name:literal, $sentence:literal { $($fact:ident: $kind:ty),* })+) => {
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Event { $(
            #[doc = $sentence]
            $variant { $($fact: $kind),* },
        )+ }

        impl Event {
            /// The whole catalogue, for the documents.
            pub const ALL: &'static [Entry] = &[$(
                Entry { name: $name, sentence: $sentence, facts: &[$(stringify!($fact)),*] },
            )+];

            /// `resource.verb`, as webhooks, metrics and the log show it.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $name,)+ }
            }

            /// What is told about it, under `data`.
            pub fn facts(&self) -> Vec<(&'static str, Fact)> {
                match self { $(
                    Self::$variant { $($fact),* } =>
                        vec![$((stringify!($fact), Fact::from($fact.clone()))),*],
                )+ }
            }
        }
    };
}

catalogue! {
    TenantCreated = "tenant.created", "A tenant was made." { tenant: TenantId, slug: Name, name: Name }
    TenantUpdated = "tenant.updated", "A tenant's name, hosts or settings changed; `changed` lists which."
        { tenant: TenantId, changed: Vec<Name> }
    KeyGenerated = "key.generated", "A signing key was made and published; it signs from `activates_at` on."
        { kid: Name, algorithm: Name, published_at: Timestamp, activates_at: Option<Timestamp> }
    KeyActivated = "key.activated", "A signing key began to sign."
        { kid: Name, algorithm: Name, activates_at: Timestamp }
    KeyRetired = "key.retired", "A signing key ceased to sign; it stays published until `gone_at`."
        { kid: Name, algorithm: Name, retires_at: Timestamp, gone_at: Option<Timestamp> }
    KeyRevoked = "key.revoked", "A signing key was withdrawn at once; what it signed is refused."
        { kid: Name, algorithm: Name }
    ClientCreated = "client.created", "An application was registered." { client: ClientId, name: Name }
    ClientUpdated = "client.updated", "What an application registered has changed; `changed` lists what."
        { client: ClientId, changed: Vec<Name> }
    ClientSecretRotated = "client.secret_rotated", "An application got a new secret; the old ones end at `old_ends_at`."
        { client: ClientId, old_ends_at: Timestamp }
    ClientDisabled = "client.disabled", "An application was shut out; what it was issued is refused." { client: ClientId }
    ClientEnabled = "client.enabled", "An application was let in again; what it was issued before stays refused."
        { client: ClientId }
    ClientDeleted = "client.deleted", "An application was deleted." { client: ClientId }
    ResourceCreated = "resource.created", "An API that tokens may be for was registered." { resource: Name }
    ResourceUpdated = "resource.updated", "The scopes, words or tokens of an API have changed." { resource: Name }
    ResourceDeleted = "resource.deleted", "An API was taken from the register." { resource: Name }
    InitialTokenCreated = "initial_token.created", "Somebody may register applications with a token."
        { token: InitialTokenId, name: Name }
    InitialTokenRevoked = "initial_token.revoked", "No more applications are registered with this token."
        { token: InitialTokenId }
    CodeIssued = "code.issued", "An authorization code was handed out." { client: ClientId, user: UserId, grant: GrantId, scope: Name }
    CodeBurned = "code.burned", "An authorization code was spoiled by a request that did not fit it."
        { client: ClientId, grant: GrantId }
    ConsentGranted = "consent.granted", "Somebody allowed an application what `scope` lists."
        { client: ClientId, user: UserId, scope: Name }
    ConsentRevoked = "consent.revoked", "Somebody took back what an application was allowed; its tokens ended."
        { client: ClientId, user: UserId }
    TokenIssued = "token.issued", "Tokens were issued."
        { client: ClientId, user: Option<UserId>, grant: Option<GrantId>, grant_type: Name, scope: Name, jti: Name }
    TokenRefreshed = "token.refreshed", "Tokens were issued for a refresh token."
        { client: ClientId, user: UserId, grant: GrantId, scope: Name, jti: Name }
    TokenRevoked = "token.revoked", "A token, or all tokens of a grant, were revoked."
        { client: ClientId, grant: Option<GrantId>, jti: Option<Name> }
    TokenReuseDetected = "token.reuse_detected", "A code or refresh token was used a second time; its whole grant was revoked."
        { client: ClientId, grant: GrantId, credential: Name }
    TokenMisused = "token.misused", "A client presented what belongs to another client; nothing was revoked."
        { client: ClientId, owner: ClientId, grant: GrantId }
    UserCreated = "user.created", "A person got an account." { user: UserId }
    FactorAdded = "factor.added", "A second factor was set up." { user: UserId, factor: Name }
    FactorRemoved = "factor.removed", "A second factor was taken away." { user: UserId, factor: Name }
    RecoveryCodeUsed = "recovery_code.used", "A recovery code stood in for a second factor; `left` are unused."
        { user: UserId, left: i64 }
    RecoveryCodesRenewed = "recovery_codes.renewed", "New recovery codes took the place of the old ones." { user: UserId }
    UserUpdated = "user.updated", "What is known of a person has changed; `changed` lists what." { user: UserId, changed: Vec<Name> }
    UserVerified = "user.verified", "A person who registered proved their mailbox." { user: UserId }
    UserLocked = "user.locked", "An account was locked: nobody comes in until it is activated." { user: UserId }
    UserSuspended = "user.suspended", "An account was suspended; its sessions and tokens ended." { user: UserId }
    UserActivated = "user.activated", "An account is in order again; `before` says what it was." { user: UserId, before: Name }
    UserDeactivated = "user.deactivated", "An account was deactivated; its sessions and tokens ended." { user: UserId }
    UserDeleted = "user.deleted", "An account was deleted, with what named the person." { user: UserId }
    AttributesDefined = "attributes.defined", "A tenant's own attributes of people changed; `names` lists them." { names: Vec<Name> }
    RoleAssigned = "role.assigned", "Somebody was given a role." { user: UserId, role: Name }
    RoleRemoved = "role.removed", "A role was taken from somebody." { user: UserId, role: Name }
    GroupCreated = "group.created", "A group of people was made." { group: GroupId, name: Name }
    GroupRenamed = "group.renamed", "A group got another name." { group: GroupId, before: Name, name: Name }
    GroupDeleted = "group.deleted", "A group was deleted; nobody is in it any more." { group: GroupId, name: Name }
    MemberAdded = "group.member_added", "Somebody came into a group." { user: UserId, group: GroupId, name: Name }
    MemberRemoved = "group.member_removed", "Somebody was taken out of a group." { user: UserId, group: GroupId, name: Name }
    EmailChanged = "user.email_changed", "Somebody's e-mail address was replaced by another that was confirmed." { user: UserId }
    SetupCompleted = "admin.setup_completed", "The first administrator made their account." { user: UserId }
    EmailVerified = "user.email_verified", "Somebody confirmed that an e-mail address is theirs." { user: UserId }
    DocumentAccepted = "document.accepted", "Somebody accepted a version of a document." { user: UserId, document: Name, version: Name }
    PasswordChanged = "user.password_changed", "A password was replaced; `way` says how." { user: UserId, way: Name }
    RecoveryRequested = "user.recovery_requested", "A link to choose a new password was mailed to somebody." { user: UserId }
    LoginSucceeded = "login.succeeded", "Somebody signed in; `methods` lists what was proven."
        { user: UserId, session: SessionId, methods: Vec<Name> }
    LoginFailed = "login.failed", "A sign-in failed; without `user` nobody has that address."
        { user: Option<UserId>, reason: Name }
    LoginBlocked = "login.blocked", "A sign-in was refused unseen, after too many that failed; it may be tried from `until` on."
        { user: Option<UserId>, until: Timestamp }
    LoginUnlocked = "login.unlocked", "Somebody opened a letter after a lock, and may try again." { user: UserId }
    SessionStarted = "session.started", "A browser became somebody's." { session: SessionId, user: UserId }
    SessionRevoked = "session.revoked", "A session was ended before its time."
        { session: SessionId, user: UserId, reason: Name }
    LogoutCompleted = "logout.completed", "Somebody signed out." { session: SessionId, user: UserId }
    ProviderCreated = "provider.created", "Another provider may sign people in." { provider: Name, issuer: Name }
    ProviderUpdated = "provider.updated", "What is known of a provider has changed." { provider: Name, issuer: Name }
    ProviderDisabled = "provider.disabled", "A provider signs nobody in until it is enabled again." { provider: Name }
    ProviderEnabled = "provider.enabled", "A provider signs people in again." { provider: Name }
    ProviderDeleted = "provider.deleted", "A provider signs nobody in any more." { provider: Name }
    IdentityLinked = "identity.linked", "An identity at a provider became a way into an account." { user: UserId, provider: Name }
    IdentityUnlinked = "identity.unlinked", "An identity at a provider is no way into an account any more."
        { user: UserId, provider: Name }
    ConfigReloaded = "config.reloaded", "The settings were read anew; `changed` lists the keys that differ."
        { changed: Vec<Name> }
    AuditVerified = "audit.verified", "The chain of records was verified and found whole."
        { records: i64, last_sequence: i64 }
    AuditChainBroken = "audit.chain_broken", "The chain of records was found broken at `sequence`."
        { sequence: Option<i64>, record: Option<EventId>, reason: Name }
}

/// One line of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub name: &'static str,
    pub sentence: &'static str,
    pub facts: &'static [&'static str],
}

/// What something happened to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub kind: &'static str,
    pub id: String,
}

impl Event {
    #[allow(clippy::too_many_lines, reason = "it is a table")]
    pub fn target(&self) -> Target {
        if let Some(user) = self.person() {
            return Target { kind: "user", id: user.to_string() };
        }
        let (kind, id) = match self {
            Self::TenantCreated { tenant, .. } | Self::TenantUpdated { tenant, .. } => {
                ("tenant", tenant.to_string())
            }
            #[rustfmt::skip]
            Self::KeyGenerated { kid, .. } | Self::KeyActivated { kid, .. } | Self::KeyRetired { kid, .. }
            | Self::KeyRevoked { kid, .. } => ("key", kid.to_string()),
            #[rustfmt::skip]
            Self::ClientCreated { client, .. } | Self::ClientUpdated { client, .. } | Self::ClientDisabled { client }
            | Self::ClientEnabled { client } | Self::ClientDeleted { client }
            | Self::ConsentGranted { client, .. } | Self::ConsentRevoked { client, .. }
            | Self::ClientSecretRotated { client, .. } => ("client", client.to_string()),
            Self::ResourceCreated { resource }
            | Self::ResourceUpdated { resource }
            | Self::ResourceDeleted { resource } => ("resource", resource.to_string()),
            #[rustfmt::skip]
            Self::InitialTokenCreated { token, .. } | Self::InitialTokenRevoked { token } => ("initial_token", token.to_string()),
            #[rustfmt::skip]
            Self::CodeIssued { grant, .. } | Self::CodeBurned { grant, .. } | Self::TokenRefreshed { grant, .. }
            | Self::TokenReuseDetected { grant, .. }
            | Self::TokenMisused { grant, .. } => ("grant", grant.to_string()),
            Self::TokenIssued { client, grant, .. } | Self::TokenRevoked { client, grant, .. } => {
                grant.as_ref().map_or(("client", client.to_string()), |g| ("grant", g.to_string()))
            }
            Self::ProviderCreated { provider, .. }
            | Self::ProviderUpdated { provider, .. }
            | Self::ProviderDisabled { provider }
            | Self::ProviderEnabled { provider }
            | Self::ProviderDeleted { provider } => ("provider", provider.to_string()),
            Self::GroupCreated { group, .. }
            | Self::GroupRenamed { group, .. }
            | Self::GroupDeleted { group, .. } => ("group", group.to_string()),
            Self::AttributesDefined { .. } => ("user", "attributes".into()),
            Self::LoginFailed { user, .. } | Self::LoginBlocked { user, .. } => {
                ("user", user.as_ref().map(ToString::to_string).unwrap_or_default())
            }
            Self::LoginSucceeded { session, .. }
            | Self::SessionStarted { session, .. }
            | Self::SessionRevoked { session, .. }
            | Self::LogoutCompleted { session, .. } => ("session", session.to_string()),
            Self::ConfigReloaded { .. } => ("config", "settings".into()),
            _ => ("audit", "chain".into()),
        };
        Target { kind, id }
    }

    /// What happened to somebody as a whole.
    const fn person(&self) -> Option<&UserId> {
        match self {
            Self::UserCreated { user }
            | Self::EmailChanged { user }
            | Self::EmailVerified { user }
            | Self::PasswordChanged { user, .. }
            | Self::DocumentAccepted { user, .. }
            | Self::LoginUnlocked { user }
            | Self::RecoveryRequested { user }
            | Self::SetupCompleted { user }
            | Self::UserUpdated { user, .. }
            | Self::UserVerified { user }
            | Self::UserLocked { user }
            | Self::UserSuspended { user }
            | Self::UserActivated { user, .. }
            | Self::UserDeactivated { user }
            | Self::UserDeleted { user }
            | Self::FactorAdded { user, .. }
            | Self::FactorRemoved { user, .. }
            | Self::RecoveryCodeUsed { user, .. }
            | Self::RecoveryCodesRenewed { user }
            | Self::RoleAssigned { user, .. }
            | Self::RoleRemoved { user, .. }
            | Self::MemberAdded { user, .. }
            | Self::MemberRemoved { user, .. }
            | Self::IdentityLinked { user, .. }
            | Self::IdentityUnlinked { user, .. } => Some(user),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_event_has_its_own_name_in_the_past_tense_of_a_resource() {
        let names: BTreeSet<_> = Event::ALL.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), Event::ALL.len());
        for Entry { name, sentence, .. } in Event::ALL {
            assert!(
                name.split_once('.')
                    .is_some_and(|(_, verb)| verb.ends_with("ed") || verb.ends_with("broken")),
                "{name}"
            );
            assert!(sentence.ends_with('.'), "{name}");
        }
    }
}
