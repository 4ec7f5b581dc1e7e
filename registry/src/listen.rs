//! Taking connections: TLS, and limits on how many there are, how slow they may
//! be and how long they may last. HTTP/1.1 alone: phones speak nothing else, and
//! a connection then has one request at a time.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, Sleep};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

/// The most connections at once, of about 20 kB each with TLS.
const CONNECTIONS: usize = 1_024;

/// The most of them from one address: a mobile network puts many phones behind
/// one. A proxy, and what is on this machine, may have all.
const CONNECTIONS_OF_ONE: usize = 512;

/// The longest that a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The longest that a request's head may take to arrive, and the longest that a
/// connection rests between two requests. Phones keep one for 20 s.
const HEAD: Duration = Duration::from_secs(30);

/// The longest that an answer may stand still because nobody reads it.
const STALLED: Duration = Duration::from_secs(30);

/// The most bytes of a request's head.
const HEAD_BYTES: usize = 32 * 1024;

/// How long open requests may still take when the registry stops.
const STOPPING: Duration = Duration::from_secs(30);

/// How connections are taken.
#[derive(Default)]
pub struct Taking {
    /// TLS; none for plain HTTP, behind a proxy or on loopback.
    pub tls: Option<TlsAcceptor>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
}

/// Serves until `stop`, then answers what is open.
///
/// # Errors
/// None so far: a connection that fails ends by itself.
pub async fn serve(
    listener: TcpListener,
    taking: Taking,
    router: Router,
    mut stop: oneshot::Receiver<()>,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let addresses = Arc::new(Addresses::default());
    let taking = Arc::new(taking);
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES);
    loop {
        let (stream, peer) = tokio::select! {
            _ = &mut stop => break,
            taken = listener.accept() => match taken {
                Ok(taken) => taken,
                Err(error) => {
                    // No file is free, say: those that are open will end.
                    tracing::warn!(%error, "no connection could be taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        // Closed at once: a phone tries again later, and nothing waits here.
        let Ok(place) = places.clone().try_acquire_owned() else {
            continue;
        };
        let own = peer.ip().to_canonical();
        let most = if own.is_loopback() || taking.proxies.contains(&own) {
            CONNECTIONS
        } else {
            CONNECTIONS_OF_ONE
        };
        let Some(of_address) = addresses.enter(own, most) else {
            continue;
        };
        let (http, router, taking) = (http.clone(), router.clone(), taking.clone());
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            let _places = (place, of_address);
            let _ = stream.set_nodelay(true);
            let Some(stream) = secure(stream, taking.tls.as_ref()).await else {
                return;
            };
            let service = service_fn(move |request: Request<Incoming>| {
                let from = attributed(peer, request.headers(), &taking.proxies);
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(ConnectInfo(from));
                router.clone().call(request)
            });
            let io = TokioIo::new(Unstalled::new(stream));
            // What breaks a connection is its client's affair.
            let _ = watcher.watch(http.serve_connection(io, service)).await;
        });
    }
    drop(listener);
    if tokio::time::timeout(STOPPING, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests were cut off");
    }
    Ok(())
}

/// Whom a request comes from: behind a proxy that is believed, the last address
/// that it saw itself.
fn attributed(peer: SocketAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> SocketAddr {
    if !proxies.contains(&peer.ip().to_canonical()) {
        return peer;
    }
    headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|address| address.trim().parse().ok())
        .next_back()
        .map_or(peer, |address: IpAddr| SocketAddr::new(address, 0))
}

/// How many connections there are of each address.
#[derive(Debug, Default)]
struct Addresses(Mutex<HashMap<IpAddr, usize>>);

struct OfAddress {
    addresses: Arc<Addresses>,
    address: IpAddr,
}

impl Addresses {
    fn enter(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<OfAddress> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(OfAddress {
            addresses: self.clone(),
            address,
        })
    }
}

impl Drop for OfAddress {
    fn drop(&mut self) {
        let held = &self.addresses.0;
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

/// A plain connection or one under TLS.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn secure(stream: TcpStream, tls: Option<&TlsAcceptor>) -> Option<Box<dyn Stream>> {
    match tls {
        None => Some(Box::new(stream)),
        Some(tls) => match tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => Some(Box::new(stream)),
            _ => None,
        },
    }
}

/// A stream that ends where nobody takes what is written for [`STALLED`].
struct Unstalled {
    stream: Box<dyn Stream>,
    until: Option<Pin<Box<Sleep>>>,
}

impl Unstalled {
    fn new(stream: Box<dyn Stream>) -> Self {
        Self {
            stream,
            until: None,
        }
    }

    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut dyn Stream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let done = write(Pin::new(&mut *self.stream), context);
        if done.is_ready() {
            self.until = None;
            return done;
        }
        let until = self
            .until
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + STALLED)));
        match until.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Unstalled {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Unstalled {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.watch(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.watch(context, |stream, context| {
            stream.poll_write_vectored(context, parts)
        })
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.watch(context, |stream, context| stream.poll_flush(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.watch(context, |stream, context| stream.poll_shutdown(context))
    }
}
