//! From the configuration's words to those of the parts.

use crate::config::{self, Jwt, Settings};
use crate::kernel::secret::Secret;
use crate::kernel::uri::Origin;
use crate::keys::model::{Algorithm, Windows};
use crate::keys::rotate::Policy;
use crate::platform::outbound::OutboundSettings;
use crate::platform::sealing::master;
use crate::platform::storage::Place;
use crate::platform::telemetry::{Addresses, Format, LogSettings};
use crate::platform::web::client_ip::{ForwardingHeader, Proxies};
use crate::platform::web::headers;
use crate::platform::web::middleware::WebSettings;
use crate::platform::web::server::ServerSettings;
use crate::platform::web::tls::TlsFiles;

pub fn place(database: &config::Database) -> Place {
    Place {
        url: database.url.reveal().to_owned(),
        max_connections: database.max_connections,
        acquire_timeout: database.acquire_timeout.to_std(),
        statement_timeout: database.statement_timeout.to_std(),
        slow_query: database.slow_query.to_std(),
        danger_allow_network_fs: database.danger_allow_network_fs,
    }
}

pub fn policy(jwt: &Jwt) -> Policy {
    let algorithm = |algorithm: &config::Algorithm| match algorithm {
        config::Algorithm::Rs256 => Algorithm::Rs256,
        config::Algorithm::Es256 => Algorithm::Es256,
    };
    Policy {
        algorithms: jwt.algorithms.iter().map(algorithm).collect(),
        rsa_bits: usize::from(jwt.rsa_bits.bits()),
        windows: Windows {
            rotation: jwt.rotation,
            publish_ahead: jwt.publish_ahead,
            jwks_max_age: jwt.jwks_max_age,
            keep_behind: jwt.retire_after,
            clock_skew: jwt.clock_skew,
        },
    }
}

pub fn master_key(settings: &Settings) -> master::Origin {
    match &settings.encryption.master_key {
        Some(key) => master::Origin::Given(Secret::clone(key)),
        None => master::Origin::Folder(settings.encryption.key_folder.clone()),
    }
}

pub fn log(settings: &Settings) -> LogSettings {
    let format = match settings.log.format {
        config::LogFormat::Auto => Format::Auto,
        config::LogFormat::Text => Format::Text,
        config::LogFormat::Json => Format::Json,
    };
    let addresses = match settings.log.ip {
        config::LogIp::Full => Addresses::Full,
        config::LogIp::Truncated => Addresses::Truncated,
        config::LogIp::Off => Addresses::Off,
    };
    LogSettings { level: settings.log.level.as_str().into(), format, addresses }
}

pub fn outbound(settings: &Settings) -> OutboundSettings {
    OutboundSettings {
        allow: settings.outbound.allow.iter().map(ToString::to_string).collect(),
        ca_file: settings.outbound.ca_file.clone(),
        timeout: settings.outbound.timeout,
    }
}

pub fn web(settings: &Settings, issuer: &Origin) -> WebSettings {
    let server = &settings.server;
    let header = match server.client_ip_header {
        config::ClientIpHeader::XForwardedFor => ForwardingHeader::XForwardedFor,
        config::ClientIpHeader::Forwarded => ForwardingHeader::Forwarded,
    };
    let usual = WebSettings::new(issuer);
    let body_limit = server.request_body_limit.bytes();
    WebSettings {
        proxies: Proxies { trusted: server.trusted_proxies.clone(), header },
        body_limit,
        body_limit_at_most: usual.body_limit_at_most.max(body_limit),
        request_timeout: server.request_timeout.to_std(),
        hsts: headers::strict_transport(issuer, server.hsts_max_age.to_std()),
        ..usual
    }
}

pub fn server(settings: &Settings) -> ServerSettings {
    let shutdown_grace = settings.server.shutdown_grace.to_std();
    ServerSettings { shutdown_grace, ..ServerSettings::default() }
}

/// The files, where the server speaks TLS itself.
pub fn tls(settings: &Settings) -> Option<TlsFiles> {
    let tls = &settings.server.tls;
    if tls.mode == config::TlsMode::Off {
        return None;
    }
    let (certificate, key) = tls.cert_file.clone().zip(tls.key_file.clone())?;
    Some(TlsFiles { certificate, key })
}
