//! TLS 1.3 from files, read again when they change: a new certificate needs no restart.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// The files do not make a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("certificate or key file does not make a TLS server")]
pub struct TlsError;

/// A certificate chain and its key, as files.
#[derive(Clone)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    current: Arc<Mutex<(Stamp, TlsAcceptor)>>,
}

type Stamp = Option<std::time::SystemTime>;

impl Tls {
    /// Reads both PEM files.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let acceptor = acceptor(certificate, key)?;
        let current = Arc::new(Mutex::new((stamp(certificate), acceptor)));
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), current })
    }

    /// For one connection; files that changed are read again, and when they are bad the old ones stay.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(&self.certificate);
        if now != current.0 {
            match acceptor(&self.certificate, &self.key) {
                Ok(fresh) => *current = (now, fresh),
                Err(error) => tracing::error!(%error, "tls files"),
            }
        }
        current.1.clone()
    }
}

fn stamp(path: &Path) -> Stamp {
    std::fs::metadata(path).and_then(|meta| meta.modified()).ok()
}

fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .map_err(|_| TlsError)?
        .collect::<Result<_, _>>()
        .map_err(|_| TlsError)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|_| TlsError)?;
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|_| TlsError)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|_| TlsError)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
