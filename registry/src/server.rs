//! Starting and stopping.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::auth::Gate;
use crate::authors::Authors;
use crate::metrics::Metrics;
use crate::page::survey::Public;
use crate::reference::ReferenceCache;
use crate::store::{Store, StoreError};
use crate::writer::{WAITING_BATCHES, Writer};
use crate::{api, http, routes, zero_copy};

/// What a server needs to start.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether people come by HTTPS, through a proxy say: cookies are `Secure` then.
    pub https: bool,
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
}

impl Server {
    /// Opens the storage and starts to serve.
    ///
    /// # Errors
    /// [`ServerError`] where storage or socket cannot be opened.
    pub async fn start(config: &ServerConfig) -> Result<Self, ServerError> {
        let store = Store::open(&config.database_url).await?;
        let listener = TcpListener::bind(config.listen).await?;
        Self::start_on(listener, store, config.https).await
    }

    /// Starts to serve on a socket that listens; `https` as in [`ServerConfig`].
    ///
    /// # Errors
    /// [`ServerError::Io`] where the socket has no address.
    pub async fn start_on(
        listener: TcpListener,
        store: Store,
        https: bool,
    ) -> Result<Self, ServerError> {
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
            authors: Authors::default(),
            jobs,
            metrics,
            public: Public::new(),
            https,
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let router = router(app);
        let serving = tokio::spawn(async move {
            let router = router.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, router)
                .with_graceful_shutdown(async move {
                    let _ = stopped.await;
                })
                .await
        });
        // On a thread of its own: among the requests, each of its many short
        // waits for the database would end behind whole batches being read.
        let here = Handle::current();
        let writing = tokio::task::spawn_blocking(move || here.block_on(writer.run(waiting)));
        Ok(Self {
            address,
            store,
            stop: Some(stop),
            serving,
            writing,
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
        let served = self.serving.await;
        let wrote = self.writing.await;
        self.store.close().await;
        served.map_err(|_| ServerError::Ended)??;
        wrote.map_err(|_| ServerError::Ended)
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
