//! Starting and stopping.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::auth::Gate;
use crate::authors::Authors;
use crate::clock::now_ms;
use crate::listen::{self, Taking};
use crate::lockout::Lockout;
use crate::metrics::Metrics;
use crate::page::survey::Public;
use crate::rates::{DEFAULT_RATE, Rates};
use crate::reference::ReferenceCache;
use crate::store::{Store, StoreError};
use crate::tiles::Tiles;
use crate::tls::{Tls, TlsError, TlsFiles};
use crate::writer::{WAITING_BATCHES, Writer};
use crate::{api, http, people, routes, zero_copy};

/// What a server needs to start.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether people come by HTTPS, through a proxy say: cookies are `Secure` then.
    pub https: bool,
    /// How it keeps strangers out.
    pub guard: Guard,
    /// Tiles for the map, where there are any.
    pub tiles: Option<Tiles>,
}

/// TLS, and whom the registry takes requests from how often.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The certificate to show; none for plain HTTP, on loopback or behind a proxy.
    pub tls: Option<TlsFiles>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
    /// Requests a second of one address in the long run; 0 for no limit.
    pub rate: u32,
}

impl Default for Guard {
    /// Plain HTTP, no proxy, [`DEFAULT_RATE`].
    fn default() -> Self {
        Self {
            tls: None,
            proxies: Vec::new(),
            rate: DEFAULT_RATE,
        }
    }
}

/// Why a server did not start or ended badly.
#[derive(Debug, Error)]
pub enum ServerError {
    /// Its storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its socket.
    #[error("cannot serve: {0}")]
    Io(#[from] std::io::Error),
    /// Its certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A task of it ended by itself.
    #[error("a task of the server ended by itself")]
    Ended,
}

impl ServerError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Io(_) => "socket_failed",
            Self::Tls(_) => "certificate_failed",
            Self::Ended => "server_ended",
        }
    }
}

/// A registry that runs in this process.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    store: Store,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<std::io::Result<()>>,
    writing: JoinHandle<()>,
    keeping: JoinHandle<()>,
}

impl Server {
    /// Opens the storage and starts to serve.
    ///
    /// # Errors
    /// [`ServerError`] where storage or socket cannot be opened.
    pub async fn start(config: &ServerConfig) -> Result<Self, ServerError> {
        let store = Store::open(&config.database_url).await?;
        let listener = TcpListener::bind(config.listen).await?;
        let https = config.https || config.guard.tls.is_some();
        Self::start_on(listener, store, https, config).await
    }

    /// Starts to serve on a socket that listens.
    ///
    /// # Errors
    /// [`ServerError`] where the socket has no address or the certificate is none.
    async fn start_on(
        listener: TcpListener,
        store: Store,
        https: bool,
        config: &ServerConfig,
    ) -> Result<Self, ServerError> {
        let guard = &config.guard;
        let tls = guard.tls.clone().map(Tls::load).transpose()?;
        let address = listener.local_addr()?;
        zero_copy::catalogues::ensure(&store).await?;
        let reference = Arc::new(ReferenceCache::new());
        let metrics = Arc::new(Metrics::default());
        let (jobs, waiting) = mpsc::channel(WAITING_BATCHES);
        let writer = Writer {
            store: store.clone(),
            reference: reference.clone(),
            metrics: metrics.clone(),
        };
        let app = Arc::new(App {
            store: store.clone(),
            reference,
            gate: Gate::new(),
            lockout: Lockout::default(),
            authors: Authors::default(),
            jobs,
            rates: Rates::new(guard.rate),
            metrics,
            public: Public::new(),
            tiles: config.tiles.clone(),
            https,
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let router = router(app);
        let taking = Taking {
            tls: tls.as_ref().map(Tls::acceptor),
            proxies: guard.proxies.clone(),
        };
        let watching = tls.map(|tls| tokio::spawn(tls.watch()));
        let serving = tokio::spawn(async move {
            let served = listen::serve(listener, taking, router, stopped).await;
            if let Some(watching) = watching {
                watching.abort();
            }
            served
        });
        // On a thread of its own: among the requests, each of its many short
        // waits for the database would end behind whole batches being read.
        let here = Handle::current();
        let writing = tokio::task::spawn_blocking(move || here.block_on(writer.run(waiting)));
        let keeping = tokio::spawn(keep_house(store.clone()));
        Ok(Self {
            address,
            store,
            stop: Some(stop),
            serving,
            writing,
            keeping,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its storage, for tests and demonstrations that look inside.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Takes no new requests, answers those that are open, stores what was
    /// taken, and closes the database.
    ///
    /// # Errors
    /// [`ServerError::Ended`] where a task of it had ended by itself.
    pub async fn stop(mut self) -> Result<(), ServerError> {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.keeping.abort();
        let served = self.serving.await;
        let wrote = self.writing.await;
        self.store.close().await;
        served.map_err(|_| ServerError::Ended)??;
        wrote.map_err(|_| ServerError::Ended)
    }
}

/// Once a day, erases what has been kept long enough.
async fn keep_house(store: Store) {
    let mut days = tokio::time::interval(Duration::from_secs(24 * 3600));
    loop {
        days.tick().await;
        match people::keep_house(&store, now_ms()).await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, "persons who left were erased"),
            Err(error) => tracing::error!(code = error.code(), "what is over was not erased"),
        }
    }
}

/// All addresses of the registry.
fn router(app: Arc<App>) -> Router {
    routes::router()
        .fallback(api::not_found)
        .method_not_allowed_fallback(api::method_not_allowed)
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            http::around,
        ))
        .with_state(app)
}
