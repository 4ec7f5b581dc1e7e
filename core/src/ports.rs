//! What the core needs from the phone around it: clocks, randomness, a place
//! for secrets and a way to the registry. Each is a trait, so that tests and
//! shells bring their own.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use uuid::Uuid;

/// The phone's clocks.
pub trait Clock: Send + Sync {
    /// The wall clock as it stands, milliseconds since 1970 UTC. May be years
    /// off; nothing rests on it alone.
    fn wall_ms(&self) -> i64;
    /// Milliseconds since boot that run on during sleep (Android
    /// `elapsedRealtime`, iOS `mach_continuous_time`, Linux `CLOCK_BOOTTIME`).
    fn mono_ms(&self) -> i64;
    /// A mark of this boot, the same for every process of it. Monotonic times
    /// compare only under equal marks.
    fn boot(&self) -> Uuid;

    /// All of them at once.
    fn now(&self) -> Instant {
        Instant {
            wall_ms: self.wall_ms(),
            mono_ms: self.mono_ms(),
            boot: self.boot(),
        }
    }
}

/// One reading of all clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// Wall clock, milliseconds since 1970 UTC, as it stood.
    pub wall_ms: i64,
    /// Milliseconds since boot.
    pub mono_ms: i64,
    /// Which boot.
    pub boot: Uuid,
}

/// Random bytes, for ids and for jitter. A phone brings its system's generator,
/// a simulation a seeded one.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    ///
    /// # Errors
    /// [`RandomError`] where the system gives none.
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError>;

    /// A number from 0 up to but excluding 1.
    ///
    /// # Errors
    /// [`RandomError`] where the system gives none.
    fn unit(&self) -> Result<f64, RandomError> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes)?;
        Ok(f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0))
    }
}

/// The system's generator gave no random bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes: {0}")]
pub struct RandomError(pub String);

/// The system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(out).map_err(|e| RandomError(e.to_string()))
    }
}

/// Where tokens and keys live: Android's Keystore, iOS' Keychain.
pub trait SecretStore: Send + Sync {
    /// The value under a key, where there is one.
    ///
    /// # Errors
    /// [`SecretError`] where the store cannot be read.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SecretError>;
    /// Sets it.
    ///
    /// # Errors
    /// [`SecretError`] where the store cannot be written.
    fn set(&self, key: &str, value: &[u8]) -> Result<(), SecretError>;
    /// Removes it; removing what is not there is no error.
    ///
    /// # Errors
    /// [`SecretError`] where the store cannot be written.
    fn remove(&self, key: &str) -> Result<(), SecretError>;
}

/// The store of secrets failed. Code `secret_store`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the store of secrets failed: {0}")]
pub struct SecretError(pub String);

/// Secrets kept in memory only: for tests, and for a program that signs in anew
/// at each start.
#[derive(Default)]
pub struct MemorySecrets(Mutex<HashMap<String, Vec<u8>>>);

impl SecretStore for MemorySecrets {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SecretError> {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(map.get(key).cloned())
    }
    fn set(&self, key: &str, value: &[u8]) -> Result<(), SecretError> {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.insert(key.to_owned(), value.to_vec());
        Ok(())
    }
    fn remove(&self, key: &str) -> Result<(), SecretError> {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.remove(key);
        Ok(())
    }
}

/// The methods that sync uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Do.
    Post,
    /// Store under its own address.
    Put,
    /// Ask what is there.
    Head,
    /// End.
    Delete,
}

/// A part of a whole that is sent in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins, bytes from the beginning.
    pub at: u64,
    /// The size of the whole, bytes.
    pub size: u64,
}

/// One request to the registry.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path and query, from the registry's base address on, such as `/v1/push`.
    pub path: String,
    /// The access token, where one is needed.
    pub bearer: Option<String>,
    /// JSON, before any compression; empty for none. With a piece, its bytes.
    pub body: Vec<u8>,
    /// Which part of a whole the body is; an empty one asks how far it is.
    pub piece: Option<Piece>,
    /// The longest that the whole exchange may take.
    pub timeout: Duration,
}

/// What came back, after decompression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The media type without parameters, lower-case; empty where none was given.
    pub media_type: String,
    /// The header `Retry-After`, as it came.
    pub retry_after: Option<String>,
    /// The header `Date`, as it came.
    pub date: Option<String>,
    /// Whether a `WWW-Authenticate: Bearer` came with it.
    pub asks_for_bearer: bool,
    /// The body.
    pub body: Vec<u8>,
}

/// Why nothing that counts came back. The request may or may not have arrived.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection: no network, no such host, refused.
    #[error("no connection to the registry: {0}")]
    Unreachable(String),
    /// The connection broke, or what came was no HTTP.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The time given was over.
    #[error("no answer in time")]
    Timeout,
    /// The registry's certificate was not accepted.
    #[error("the registry's certificate was not accepted: {0}")]
    Certificate(String),
    /// The answer is larger than any that the registry sends.
    #[error("the answer has more than {limit} bytes")]
    TooLarge {
        /// The most bytes accepted.
        limit: usize,
    },
    /// [`Cancel::cancel`] was called.
    #[error("cancelled")]
    Cancelled,
}

impl TransportError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Broken(_) => "connection_broken",
            Self::Timeout => "timeout",
            Self::Certificate(_) => "certificate",
            Self::TooLarge { .. } => "answer_too_large",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A way to the registry. Follows no redirect.
pub trait Transport: Send + Sync {
    /// Sends one request and waits for the answer.
    ///
    /// # Errors
    /// [`TransportError`] where no whole answer came.
    fn send(&self, request: &Request, cancel: &Cancel) -> Result<Response, TransportError>;

    /// Tells the best knowledge of the true time, by which certificates are
    /// judged: milliseconds since 1970 UTC at a reading of the clocks.
    fn trust_time(&self, _known: Option<crate::trusted_time::Known>) {}
}

/// Ends what runs, from any thread.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// One that is not cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Cancels.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
    /// Whether it is cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The host's clocks, for programs on Linux and macOS and for tests; the
/// phones' shells bring their own.
#[derive(Debug, Clone)]
pub struct SystemClock {
    boot: Uuid,
}

impl SystemClock {
    /// The clocks of this host. Where the system names no boot, one is made up
    /// for this process, and nothing survives it by monotonic time.
    ///
    /// # Errors
    /// [`RandomError`] where that is needed and the system gives no randomness.
    pub fn new() -> Result<Self, RandomError> {
        let named = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .ok()
            .and_then(|text| text.trim().parse().ok());
        let boot = match named {
            Some(boot) => boot,
            None => {
                let mut bytes = [0; 16];
                SystemRandom.fill(&mut bytes)?;
                uuid::Builder::from_random_bytes(bytes).into_uuid()
            }
        };
        Ok(Self { boot })
    }

    /// The same clocks under a mark of the boot that the phone's shell knows:
    /// any text that is another after each start of the phone (Android's
    /// `BOOT_COUNT`, iOS's `kern.bootsessionuuid`). An app may not read Linux's own.
    #[must_use]
    pub fn of_boot(mark: &str) -> Self {
        let hash = pakmut_domain::wire::ItemHash::of(mark.as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        Self {
            boot: uuid::Builder::from_custom_bytes(bytes).into_uuid(),
        }
    }
}

impl Clock for SystemClock {
    fn wall_ms(&self) -> i64 {
        let now = std::time::SystemTime::now();
        match now.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        }
    }

    fn mono_ms(&self) -> i64 {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let id = rustix::time::ClockId::Boottime;
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let id = rustix::time::ClockId::Monotonic;
        let t = rustix::time::clock_gettime(id);
        t.tv_sec
            .saturating_mul(1_000)
            .saturating_add(t.tv_nsec / 1_000_000)
    }

    fn boot(&self) -> Uuid {
        self.boot
    }
}
