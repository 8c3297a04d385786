//! The certificate of the server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// A certificate with its key, ready for connections of TLS 1.2 and 1.3.
///
/// Neither 0-RTT nor a cipher suite of the list in RFC 7540, Appendix A, is used (TAXII 2.1, section 8.2.2).
#[derive(Clone)]
pub struct Tls(pub(crate) TlsAcceptor);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

/// A certificate or key that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The file cannot be read, or there is no certificate or key in it.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The reason.
        problem: pem::Error,
    },
    /// The certificate and the key cannot be used together.
    #[error("certificate and key cannot be used")]
    Pair(#[source] rustls::Error),
}

impl TlsError {
    /// Returns the remedy.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => {
                "name files in PEM: the certificates from the server's to the authority's, and the key"
            }
            Self::Pair(_) => "check that the key belongs to the first certificate of the file",
        }
    }
}

impl Tls {
    /// Reads the chain of certificates and the private key, both in PEM.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or the two do not go together.
    pub fn read(certificates: &Path, key: &Path) -> Result<Self, TlsError> {
        let error = |path: &Path| {
            let path = path.to_owned();
            move |problem| TlsError::File { path, problem }
        };
        let chain = CertificateDer::pem_file_iter(certificates)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(error(certificates))?;
        let secret = PrivateKeyDer::from_pem_file(key).map_err(error(key))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, secret));
        let mut config = config.map_err(TlsError::Pair)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }
}
