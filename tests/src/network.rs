//! A network between phones and a registry, on loopback: it counts the bytes of
//! both directions, and can be down or cut connections at random bytes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The network's state, shared by all its connections.
#[derive(Debug, Default)]
struct State {
    /// How many in a thousand connections are cut; 1000 and more: it is down.
    cut_permille: AtomicU32,
    bytes: AtomicU64,
    cuts: AtomicU64,
}

/// A running network; it ends with the runtime that it was started on.
#[derive(Debug, Clone)]
pub struct Network {
    address: SocketAddr,
    state: Arc<State>,
}

/// Everything is cut.
pub const DOWN: u32 = 1000;

impl Network {
    /// A network to the registry at this address, without faults.
    ///
    /// # Errors
    /// Where no socket can be had.
    pub async fn start(registry: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let network = Self {
            address: listener.local_addr()?,
            state: Arc::default(),
        };
        let state = network.state.clone();
        tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                tokio::spawn(carry(phone, registry, state.clone()));
            }
        });
        Ok(network)
    }

    /// Where phones connect.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on so many in a thousand new connections are cut at a random byte.
    pub fn cut(&self, permille: u32) {
        self.state.cut_permille.store(permille, Ordering::Relaxed);
    }

    /// Bytes carried so far, both ways, headers included.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.state.bytes.load(Ordering::Relaxed)
    }

    /// Connections cut so far.
    #[must_use]
    pub fn cuts(&self) -> u64 {
        self.state.cuts.load(Ordering::Relaxed)
    }
}

async fn carry(mut phone: TcpStream, registry: SocketAddr, state: Arc<State>) {
    let cut = state.cut_permille.load(Ordering::Relaxed);
    let mut budget = if fastrand::u32(0..1000) < cut {
        state.cuts.fetch_add(1, Ordering::Relaxed);
        if cut >= DOWN {
            0
        } else {
            fastrand::usize(1..12_000)
        }
    } else {
        usize::MAX
    };
    if budget == 0 {
        return;
    }
    let Ok(mut server) = TcpStream::connect(registry).await else {
        return;
    };
    let _ = (phone.set_nodelay(true), server.set_nodelay(true));
    let (mut up, mut down) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    loop {
        let (buffer, read, to) = tokio::select! {
            read = phone.read(&mut up) => (&up, read, &mut server),
            read = server.read(&mut down) => (&down, read, &mut phone),
        };
        let Ok(read) = read else { return };
        if state.cut_permille.load(Ordering::Relaxed) >= DOWN {
            return;
        }
        let pass = read.min(budget);
        if pass == 0 || to.write_all(&buffer[..pass]).await.is_err() {
            return;
        }
        state.bytes.fetch_add(pass as u64, Ordering::Relaxed);
        budget -= pass;
        if budget == 0 {
            return;
        }
    }
}
