//! TLS in front of the listener: certificates from files, replaced while the server runs (V-077).

use crate::kernel::failure::Failure;
use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Where the certificate and its key are.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// The certificate in use. Copies share it.
#[derive(Clone)]
pub struct Certificates {
    files: TlsFiles,
    current: Arc<Current>,
}

impl Certificates {
    /// # Errors
    /// A file that cannot be read, or a key that does not fit.
    pub fn read(files: TlsFiles) -> Result<Self, Failure> {
        let key = Arc::new(certified(&files)?);
        Ok(Self { files, current: Arc::new(Current(ArcSwap::new(key))) })
    }

    /// Read the files again. What was in use stays in use unless both are good; protocol versions and
    /// suites are not touched. Connections that are open keep what they have.
    pub fn reload(&self) -> Result<(), Failure> {
        self.current.0.store(Arc::new(certified(&self.files)?));
        Ok(())
    }

    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, Failure> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let versions = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|e| Failure::broken("TLS cannot be set up").because(e))?;
        let mut settings = versions.with_no_client_auth().with_cert_resolver(self.current.clone());
        settings.alpn_protocols = vec![H2.to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(settings)))
    }
}

pub(super) const H2: &[u8] = b"h2";

fn certified(files: &TlsFiles) -> Result<CertifiedKey, Failure> {
    let unread = |path: &Path, what: &str| {
        Failure::broken(format!("{what} {} cannot be used", path.display()))
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| unread(&files.certificate, "certificate").because(e))?;
    if chain.is_empty() {
        return Err(unread(&files.certificate, "certificate").because("it contains none"));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|e| unread(&files.key, "private key").because(e))?;
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())
        .map_err(|e| unread(&files.key, "private key").because(e))
}

struct Current(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(the certificate in use)")
    }
}
