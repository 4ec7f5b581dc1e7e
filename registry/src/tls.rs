//! The certificate that the registry shows, read anew when its files change.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use pakmut_domain::wire::ItemHash;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use thiserror::Error;
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(10);

/// Where a certificate and its key are.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate and those that signed it, PEM, its own first.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

/// Why a certificate cannot be shown.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read, or is no PEM of that kind.
    #[error("{}: {reason}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Certificate and key do not belong together, or are of no kind that TLS takes.
    #[error("the certificate cannot be used: {0}")]
    Pair(#[from] rustls::Error),
}

/// A certificate that may change while it is shown.
pub struct Tls {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    shown: Arc<Shown>,
    config: Arc<ServerConfig>,
}

#[derive(Debug)]
struct Shown(RwLock<(ItemHash, Arc<CertifiedKey>)>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(held.1.clone())
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("files", &self.files).finish()
    }
}

impl Tls {
    /// Reads the files. TLS 1.2 and 1.3, HTTP/1.1 only.
    ///
    /// # Errors
    /// [`TlsError`] where they are not a certificate and its key.
    pub fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let shown = Arc::new(Shown(RwLock::new(read(&files, &provider)?)));
        let mut config = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(shown.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            files,
            provider,
            shown,
            config: Arc::new(config),
        })
    }

    /// Takes connections.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.clone())
    }

    /// Reads the files again; true where they changed. Where they cannot be
    /// used, the certificate that was shown stays.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn reload(&self) -> Result<bool, TlsError> {
        let fresh = read(&self.files, &self.provider)?;
        let mut held = self.shown.0.write().unwrap_or_else(PoisonError::into_inner);
        let changed = held.0 != fresh.0;
        *held = fresh;
        Ok(changed)
    }

    /// Reads the files again at each SIGHUP, and whenever they changed, for ever.
    pub async fn watch(self) {
        let hangup = tokio::signal::unix::SignalKind::hangup();
        let Ok(mut hangup) = tokio::signal::unix::signal(hangup) else {
            tracing::error!("SIGHUP cannot be listened for");
            return;
        };
        let mut failed = false;
        loop {
            tokio::select! {
                _ = tokio::time::sleep(LOOK) => {}
                _ = hangup.recv() => {}
            }
            match self.reload() {
                Ok(true) => tracing::info!("the certificate was read anew"),
                Ok(false) => {}
                // Said once: a file is often half written for a moment.
                Err(error) if !failed => {
                    tracing::error!(%error, "the certificate stays the one before");
                    failed = true;
                    continue;
                }
                Err(_) => continue,
            }
            failed = false;
        }
    }
}

fn read(
    files: &TlsFiles,
    provider: &CryptoProvider,
) -> Result<(ItemHash, Arc<CertifiedKey>), TlsError> {
    let bad = |file: &PathBuf, reason: String| TlsError::File {
        file: file.clone(),
        reason,
    };
    let open = |file: &PathBuf| std::fs::read(file).map_err(|e| bad(file, e.to_string()));
    let (certificate, key) = (open(&files.certificate)?, open(&files.key)?);
    let mut both = certificate.clone();
    both.extend_from_slice(&key);
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&certificate)
        .collect::<Result<_, _>>()
        .map_err(|e| bad(&files.certificate, e.to_string()))?;
    if chain.is_empty() {
        return Err(bad(&files.certificate, "no certificate in it".to_owned()));
    }
    let secret = PrivateKeyDer::from_pem_slice(&key).map_err(|e| bad(&files.key, e.to_string()))?;
    let pair = CertifiedKey::from_der(chain, secret, provider)?;
    Ok((ItemHash::of(&both), Arc::new(pair)))
}
