//! Settings: each key is declared once, in the file of its section; everything said about it comes from there.

mod database;
mod encryption;
mod excerpt;
mod file_layer;
mod files;
mod jwt;
mod key;
mod load;
mod loaded;
mod log;
mod login;
mod managed;
mod nearest;
mod outbound;
mod overrides;
mod password;
mod problem;
mod rate_limit;
mod reference;
mod rules;
mod section;
mod server;
mod setting;
mod sources;
#[cfg(test)]
mod trial;
mod values;

pub use database::{Database, DatabaseUrl, Engine, Migrate};
pub use encryption::Encryption;
pub use excerpt::Excerpt;
pub use jwt::{Algorithm, Jwt, RsaBits};
pub use key::{Key, Reload, key, keys};
pub use load::load;
pub use loaded::{Loaded, Row, Which, differences};
pub use log::{Log, LogFormat, LogIp, LogLevel};
pub use login::Login;
pub use managed::{Managed, Pattern};
pub use nearest::nearest;
pub use outbound::{Outbound, Reachable};
pub use password::{BreachCheck, Password, PasswordHash, Preset, SecondFactor};
pub use problem::{Problem, Problems};
pub use rate_limit::{Rate, RateLimit};
pub use reference::{all_names, example, reference, schema};
pub use section::Section;
pub use server::{ClientIpHeader, Server, Size, Tls, TlsMode};
pub use sources::{Source, Sources};

use setting::Raw;

/// What holds. A capability is given its own section, never the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    pub server: Server,
    pub database: Database,
    pub jwt: Jwt,
    pub encryption: Encryption,
    pub password: Password,
    pub login: Login,
    pub log: Log,
    pub outbound: Outbound,
    pub rate_limit: RateLimit,
    pub managed: Managed,
}

/// In the order of the reference.
pub static SECTIONS: [Section; 12] = [
    Server::SECTION,
    Tls::SECTION,
    Database::SECTION,
    Jwt::SECTION,
    Encryption::SECTION,
    Password::SECTION,
    PasswordHash::SECTION,
    Login::SECTION,
    Log::SECTION,
    Outbound::SECTION,
    RateLimit::SECTION,
    Managed::SECTION,
];

impl Settings {
    /// One value by the full name of its key, for development and tests; rules between keys are not checked.
    ///
    /// # Errors
    /// A sentence that says what the key or value should be.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), String> {
        let known = keys().find(|key| key.name == name);
        let key = known.ok_or_else(|| format!("unknown key {name}"))?;
        key.assign(self, Raw::Text(text)).map_err(|wrong| key.refusal(&wrong))
    }
}
