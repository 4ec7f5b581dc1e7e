//! The way to the registry over HTTPS, by reqwest and rustls. TLS roots come
//! with the core, plus a registry's own authority where configured; certificates
//! are judged by the best known time, not by the phone's clock.

use std::error::Error as _;
use std::io::{Read, Write};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use pakmut_domain::wire::{MEDIA_TYPE, WIRE_VERSION, WIRE_VERSION_HEADER};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Url, redirect};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::time_provider::TimeProvider;

use crate::ports::{Cancel, Clock, Method, Piece, Request, Response, Transport, TransportError};
use crate::trusted_time::{self, Known};

/// The most bytes of an answer as it travels.
const MOST_TRAVELLING: usize = 8 * 1024 * 1024;

/// The most bytes of an answer after decompression.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The longest that a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(15);

/// The longest silence while an answer is on its way.
const SILENCE: Duration = Duration::from_secs(30);

/// How long a connection is kept that nobody uses: mobile networks forget one
/// without a word soon after.
const KEPT: Duration = Duration::from_secs(20);

/// A connection that rested longer than this may have been closed by the other
/// side meanwhile, which shows only once somebody looks.
const RESTED: Duration = Duration::from_millis(20);

/// How often a wait looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(50);

/// A body below this is not worth compressing.
const COMPRESS_FROM: usize = 256;

/// When this program was built, milliseconds since 1970 UTC.
#[must_use]
pub fn built_ms() -> i64 {
    env!("PAKMUT_BUILT")
        .parse::<i64>()
        .map_or(0, |seconds| seconds.saturating_mul(1_000))
}

/// Why no way to a registry can be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The address is no URL of a registry.
    #[error("'{0}' is no address of a registry")]
    Address(String),
    /// `http:` is for this very machine only; elsewhere it must be `https:`.
    #[error("'{0}' is not https")]
    NotHttps(String),
    /// The configured authority is no certificate.
    #[error("the registry's authority is no certificate: {0}")]
    Authority(String),
    /// The client could not be set up.
    #[error("no HTTP client: {0}")]
    Client(String),
}

impl HttpError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address(_) => "registry_address",
            Self::NotHttps(_) => "registry_not_https",
            Self::Authority(_) => "registry_authority",
            Self::Client(_) => "http_client",
        }
    }
}

/// The way to one registry. Blocks the calling thread; keeps its connection
/// open between calls.
pub struct HttpTransport {
    base: String,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
    time: Arc<CertificateTime>,
    used: Mutex<std::time::Instant>,
}

impl HttpTransport {
    /// A way to the registry at this address. `authority` is the certificate of
    /// a registry's own authority, PEM or DER.
    ///
    /// # Errors
    /// [`HttpError`]; `http:` is accepted for loopback only.
    pub fn new(
        address: &str,
        authority: Option<&[u8]>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, HttpError> {
        let base = check_address(address)?;
        let time = Arc::new(CertificateTime {
            clock,
            known: Mutex::new(None),
        });
        let tls = tls_config(authority, time.clone())?;
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(
            HeaderName::from_static(WIRE_VERSION_HEADER),
            HeaderValue::from(WIRE_VERSION),
        );
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .default_headers(headers)
            .http1_only()
            .redirect(redirect::Policy::none())
            // A try again is for the outbox to decide.
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(KEPT)
            .tcp_nodelay(true)
            .build()
            .map_err(|e| HttpError::Client(e.to_string()))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| HttpError::Client(e.to_string()))?;
        Ok(Self {
            base,
            client,
            runtime,
            time,
            used: Mutex::new(std::time::Instant::now()),
        })
    }

    async fn exchange(&self, request: &Request) -> Result<Response, TransportError> {
        // Nothing drives the runtime between calls: let the connection see that
        // it was closed, before a request is lost on it.
        if self.rested() > RESTED {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Head => reqwest::Method::HEAD,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self
            .client
            .request(method, format!("{}{}", self.base, request.path));
        if let Some(token) = &request.bearer {
            builder = builder.bearer_auth(token);
        }
        if let Some(piece) = &request.piece {
            builder = builder
                .header(header::CONTENT_TYPE, "application/octet-stream")
                .header(header::CONTENT_RANGE, content_range(piece, &request.body))
                // A photo is packed already.
                .body(request.body.clone());
        } else if !request.body.is_empty() {
            builder = builder.header(header::CONTENT_TYPE, MEDIA_TYPE);
            builder = if request.body.len() < COMPRESS_FROM {
                builder.body(request.body.clone())
            } else {
                builder
                    .header(header::CONTENT_ENCODING, "gzip")
                    .body(compress(&request.body)?)
            };
        }
        let mut answer = builder.send().await.map_err(|e| classify(&e))?;
        let text = |name: HeaderName| {
            answer
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let media_type = text(header::CONTENT_TYPE)
            .and_then(|value| {
                value
                    .split(';')
                    .next()
                    .map(|v| v.trim().to_ascii_lowercase())
            })
            .unwrap_or_default();
        let gzip = match text(header::CONTENT_ENCODING).as_deref() {
            None | Some("identity") => false,
            Some(coding) if coding.eq_ignore_ascii_case("gzip") => true,
            Some(_) => return Err(TransportError::Broken("an unknown coding".to_owned())),
        };
        let mut response = Response {
            status: answer.status().as_u16(),
            media_type,
            retry_after: text(header::RETRY_AFTER),
            date: text(header::DATE),
            asks_for_bearer: text(header::WWW_AUTHENTICATE).is_some_and(|value| {
                value
                    .get(..6)
                    .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
            }),
            body: Vec::new(),
        };
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|e| classify(&e))? {
            if body.len() + chunk.len() > MOST_TRAVELLING {
                return Err(TransportError::TooLarge {
                    limit: MOST_TRAVELLING,
                });
            }
            body.extend_from_slice(&chunk);
        }
        response.body = if gzip { decompress(&body)? } else { body };
        Ok(response)
    }
}

impl HttpTransport {
    fn rested(&self) -> Duration {
        self.used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed()
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: &Request, cancel: &Cancel) -> Result<Response, TransportError> {
        if cancel.is_cancelled() {
            return Err(TransportError::Cancelled);
        }
        let answer = self.runtime.block_on(async {
            let exchange = tokio::time::timeout(request.timeout, self.exchange(request));
            let cancelled = async {
                while !cancel.is_cancelled() {
                    tokio::time::sleep(LOOK).await;
                }
            };
            tokio::select! {
                answer = exchange => answer.map_err(|_| TransportError::Timeout)?,
                () = cancelled => Err(TransportError::Cancelled),
            }
        });
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = std::time::Instant::now();
        answer
    }

    fn trust_time(&self, known: Option<Known>) {
        *self
            .time
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = known;
    }
}

/// `bytes FIRST-LAST/SIZE`, or for an empty piece `bytes */SIZE` (RFC 9110,
/// section 14.4).
fn content_range(piece: &Piece, body: &[u8]) -> String {
    let Piece { at, size } = piece;
    match (body.len() as u64).checked_sub(1) {
        Some(last) => format!("bytes {at}-{}/{size}", at.saturating_add(last)),
        None => format!("bytes */{size}"),
    }
}

/// The address without a slash at its end, once it is found to be safe.
fn check_address(address: &str) -> Result<String, HttpError> {
    let bad = || HttpError::Address(address.to_owned());
    let url = Url::parse(address.trim()).map_err(|_| bad())?;
    let host = url.host_str().ok_or_else(bad)?;
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(bad());
    }
    match url.scheme() {
        "https" => {}
        "http" => {
            let bare = host.trim_start_matches('[').trim_end_matches(']');
            let loopback = host == "localhost"
                || bare
                    .parse::<IpAddr>()
                    .is_ok_and(|address| address.is_loopback());
            if !loopback {
                return Err(HttpError::NotHttps(address.to_owned()));
            }
        }
        _ => return Err(bad()),
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn tls_config(
    authority: Option<&[u8]>,
    time: Arc<CertificateTime>,
) -> Result<rustls::ClientConfig, HttpError> {
    let mut roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(bytes) = authority {
        let bad = |e: String| HttpError::Authority(e);
        let certificates: Vec<CertificateDer<'_>> = if bytes.starts_with(b"-----") {
            CertificateDer::pem_slice_iter(bytes)
                .collect::<Result<_, _>>()
                .map_err(|e| bad(e.to_string()))?
        } else {
            vec![CertificateDer::from(bytes)]
        };
        if certificates.is_empty() {
            return Err(bad("it is empty".to_owned()));
        }
        for certificate in certificates {
            roots.add(certificate).map_err(|e| bad(e.to_string()))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_details(provider, time)
        .with_safe_default_protocol_versions()
        .map_err(|e| HttpError::Client(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// The time by which certificates are judged.
struct CertificateTime {
    clock: Arc<dyn Clock>,
    known: Mutex<Option<Known>>,
}

impl std::fmt::Debug for CertificateTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CertificateTime")
    }
}

impl TimeProvider for CertificateTime {
    fn current_time(&self) -> Option<UnixTime> {
        let known = *self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let ms = trusted_time::best_ms(&self.clock.now(), known.as_ref(), built_ms());
        let since = Duration::from_millis(u64::try_from(ms).unwrap_or(0));
        Some(UnixTime::since_unix_epoch(since))
    }
}

fn compress(body: &[u8]) -> Result<Vec<u8>, TransportError> {
    let mut encoder = GzEncoder::new(
        Vec::with_capacity(body.len() / 3),
        Compression::new(COMPRESSION),
    );
    encoder
        .write_all(body)
        .and_then(|()| encoder.finish())
        .map_err(|e| TransportError::Broken(e.to_string()))
}

/// Bytes cost a phone more than time: a radio that is on drains the battery.
const COMPRESSION: u32 = 6;

fn decompress(body: &[u8]) -> Result<Vec<u8>, TransportError> {
    let mut plain = Vec::with_capacity(body.len().saturating_mul(3).min(MOST_BYTES));
    MultiGzDecoder::new(body)
        .take(MOST_BYTES as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|e| TransportError::Broken(e.to_string()))?;
    if plain.len() > MOST_BYTES {
        return Err(TransportError::TooLarge { limit: MOST_BYTES });
    }
    Ok(plain)
}

/// The error of TLS within an error, which comes wrapped in one or more of the
/// system's: those name what is in them only where asked.
fn tls_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    error.downcast_ref::<rustls::Error>().or_else(|| {
        let inner = error.downcast_ref::<std::io::Error>()?.get_ref()?;
        tls_error(inner)
    })
}

/// What an error of reqwest's means. Its text names no address: a cursor is in it.
fn classify(error: &reqwest::Error) -> TransportError {
    let mut source = error.source();
    let mut text = String::new();
    while let Some(inner) = source {
        if let Some(tls) = tls_error(inner) {
            return match tls {
                rustls::Error::InvalidCertificate(_)
                | rustls::Error::NoCertificatesPresented
                | rustls::Error::UnsupportedNameType => {
                    TransportError::Certificate(tls.to_string())
                }
                _ => TransportError::Broken(tls.to_string()),
            };
        }
        text = inner.to_string();
        source = inner.source();
    }
    if error.is_timeout() {
        TransportError::Timeout
    } else if error.is_connect() {
        TransportError::Unreachable(text)
    } else {
        TransportError::Broken(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in [
            "https://pakmut.example.org/",
            "http://127.0.0.1:8080",
            "http://localhost:1",
            "http://[::1]:80",
        ] {
            assert!(check_address(good).is_ok(), "{good}");
        }
        for bad in ["http://pakmut.example.org", "http://127.0.0.1.example.org"] {
            assert_eq!(
                check_address(bad),
                Err(HttpError::NotHttps(bad.to_owned())),
                "{bad}"
            );
        }
        for bad in ["", "pakmut", "ftp://a", "https://user@a/", "https://a/?q"] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_bomb_is_read_no_further_than_the_limit() {
        let bomb = compress(&vec![0; MOST_BYTES + 1]).unwrap();
        assert_eq!(
            decompress(&bomb),
            Err(TransportError::TooLarge { limit: MOST_BYTES })
        );
        assert_eq!(decompress(&compress(b"abc").unwrap()).unwrap(), b"abc");
        assert!(decompress(&bomb[..bomb.len() / 2]).is_err());
    }

    #[test]
    fn an_error_of_tls_is_found_however_it_is_wrapped() {
        let tls = rustls::Error::NoCertificatesPresented;
        let once = std::io::Error::other(tls.clone());
        assert_eq!(tls_error(&once), Some(&tls));
        let twice = std::io::Error::other(std::io::Error::other(tls.clone()));
        assert_eq!(tls_error(&twice), Some(&tls));
        assert_eq!(tls_error(&std::io::Error::other("none")), None);
    }

    #[test]
    fn an_authority_that_is_none_is_refused() {
        for bad in [&b"-----BEGIN CERTIFICATE-----"[..], b"", b"abc"] {
            let clock = Arc::new(crate::ports::SystemClock::new().unwrap());
            let made = HttpTransport::new("https://a.example.org", Some(bad), clock);
            assert!(matches!(made, Err(HttpError::Authority(_))));
        }
    }
}
