//! A network between phones and a registry that understands where a request and
//! an answer end, and so can break each at a chosen byte, give it twice, late, or
//! put another answer in its place. Plain or over TLS.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is done with one exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// It goes through.
    Pass,
    /// So many bytes of the request reach the registry, then both ends close.
    CutRequest(usize),
    /// The registry does it all; so many bytes of its answer come back, then the
    /// connection closes.
    CutAnswer(usize),
    /// These bytes come back; the registry sees nothing.
    Answer(Vec<u8>),
    /// The registry does it all, and these bytes come back.
    AnswerInstead(Vec<u8>),
    /// These bytes come back, again and again without end.
    Endless(Vec<u8>, Vec<u8>),
    /// The registry does it all; the receipts in its answer come back changed.
    OtherReceipts,
    /// The answer comes a byte at a time.
    Trickle(Duration),
    /// The request goes to the registry a byte at a time.
    TrickleRequest(Duration),
    /// The answer comes after so long.
    Delay(Duration),
    /// The request reaches the registry twice, one after the other; the second
    /// answer comes back.
    RequestTwice,
    /// The request reaches the registry twice at the same moment.
    RequestTwiceAtOnce,
    /// The answer's bytes come twice.
    AnswerTwice,
    /// The connection closes; the request reaches the registry only with
    /// [`Proxy::release`], after whatever came meanwhile.
    Late,
}

/// What the plan is asked about.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Such as `POST /v1/push`, without a query.
    pub call: String,
    /// How long the request is, bytes, head included.
    pub request_bytes: usize,
}

type Plan = Box<dyn FnMut(&Exchange) -> Deed + Send>;

struct State {
    plan: Mutex<Plan>,
    late: Mutex<Vec<Vec<u8>>>,
    last_answer: Mutex<VecDeque<usize>>,
    registry: AtomicU16,
}

/// A running network.
#[derive(Clone)]
pub struct Proxy {
    address: SocketAddr,
    secure: bool,
    state: Arc<State>,
}

/// A stream of either kind.
trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

impl Proxy {
    /// A network to the registry at this port of loopback, without faults.
    #[must_use]
    pub fn start(registry: u16) -> Self {
        Self::listen(registry, None)
    }

    /// The same over TLS.
    #[must_use]
    pub fn start_tls(registry: u16, tls: Arc<rustls::ServerConfig>) -> Self {
        Self::listen(registry, Some(tls))
    }

    fn listen(registry: u16, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self {
            address: listener.local_addr().unwrap(),
            secure: tls.is_some(),
            state: Arc::new(State {
                plan: Mutex::new(Box::new(|_| Deed::Pass)),
                late: Mutex::default(),
                last_answer: Mutex::default(),
                registry: AtomicU16::new(registry),
            }),
        };
        let state = proxy.state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let (state, tls) = (state.clone(), tls.clone());
                std::thread::spawn(move || {
                    let _ = stream.set_nodelay(true);
                    match tls {
                        None => serve(stream, &state),
                        Some(tls) => {
                            if let Ok(connection) = rustls::ServerConnection::new(tls) {
                                serve(rustls::StreamOwned::new(connection, stream), &state);
                            }
                        }
                    }
                });
            }
        });
        proxy
    }

    /// Where phones connect.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.address.port())
    }

    /// What is done with each exchange from now on.
    pub fn plan(&self, plan: impl FnMut(&Exchange) -> Deed + Send + 'static) {
        *self.state.plan.lock().unwrap() = Box::new(plan);
    }

    /// Everything goes through from now on.
    pub fn well(&self) {
        self.plan(|_| Deed::Pass);
    }

    /// The next exchange of this call gets the deed, all others go through.
    pub fn once(&self, call: &str, deed: Deed) {
        let call = call.to_owned();
        let mut deed = Some(deed);
        self.plan(move |exchange| {
            if exchange.call == call {
                deed.take().unwrap_or(Deed::Pass)
            } else {
                Deed::Pass
            }
        });
    }

    /// Every exchange of this call gets the deed.
    pub fn always(&self, call: &str, deed: Deed) {
        let call = call.to_owned();
        self.plan(move |exchange| {
            if exchange.call == call {
                deed.clone()
            } else {
                Deed::Pass
            }
        });
    }

    /// Lets the requests that were held back reach the registry, the latest
    /// first.
    pub fn release(&self) {
        let late: Vec<Vec<u8>> = self.state.late.lock().unwrap().drain(..).rev().collect();
        for request in late {
            let _ = ask(self.state.registry.load(Ordering::SeqCst), &request);
        }
    }

    /// How long the last whole answers of the registry were, bytes, the oldest
    /// first; they are forgotten then.
    #[must_use]
    pub fn answers(&self) -> Vec<usize> {
        self.state.last_answer.lock().unwrap().drain(..).collect()
    }
}

fn serve(mut phone: impl Wire, state: &State) {
    while let Some(request) = read_message(&mut phone) {
        let line = String::from_utf8_lossy(&request);
        let mut words = line.split_whitespace();
        let (method, path) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let exchange = Exchange {
            call: format!("{method} {}", path.split('?').next().unwrap_or_default()),
            request_bytes: request.len(),
        };
        let deed = (state.plan.lock().unwrap())(&exchange);
        if !act(&mut phone, state, &request, deed) {
            return;
        }
    }
}

/// Does the deed; false where the connection ends with it.
fn act(phone: &mut impl Wire, state: &State, request: &[u8], deed: Deed) -> bool {
    let registry = state.registry.load(Ordering::SeqCst);
    let asked = || {
        let answer = ask(registry, request)?;
        let mut lengths = state.last_answer.lock().unwrap();
        if lengths.len() > 64 {
            lengths.pop_front();
        }
        lengths.push_back(answer.len());
        Some(answer)
    };
    match deed {
        Deed::Pass => asked().is_some_and(|answer| send(phone, &answer)),
        Deed::CutRequest(at) => {
            if let Ok(mut server) = TcpStream::connect(("127.0.0.1", registry)) {
                let _ = server.write_all(&request[..at.min(request.len())]);
            }
            false
        }
        Deed::CutAnswer(at) => {
            if let Some(answer) = asked() {
                // One that is shorter than the last of its kind is cut all the same.
                send(phone, &answer[..at.min(answer.len().saturating_sub(1))]);
            }
            false
        }
        Deed::Answer(bytes) => send(phone, &bytes),
        Deed::AnswerInstead(bytes) => asked().is_some() && send(phone, &bytes),
        Deed::OtherReceipts => {
            let plain = without_header(request, "accept-encoding");
            ask(registry, &plain).is_some_and(|answer| send(phone, &other_receipts(&answer)))
        }
        Deed::Endless(head, body) => {
            if send(phone, &head) {
                while send(phone, &body) {}
            }
            false
        }
        Deed::Trickle(each) => {
            let Some(answer) = asked() else { return false };
            answer.iter().all(|byte| {
                std::thread::sleep(each);
                send(phone, &[*byte])
            })
        }
        Deed::TrickleRequest(each) => {
            let Ok(mut server) = TcpStream::connect(("127.0.0.1", registry)) else {
                return false;
            };
            let _ = server.set_nodelay(true);
            for byte in request {
                std::thread::sleep(each);
                if server.write_all(&[*byte]).is_err() {
                    return false;
                }
            }
            read_message(&mut server).is_some_and(|answer| send(phone, &answer))
        }
        Deed::Delay(long) => {
            let answer = asked();
            std::thread::sleep(long);
            answer.is_some_and(|answer| send(phone, &answer))
        }
        Deed::RequestTwice => {
            asked();
            asked().is_some_and(|answer| send(phone, &answer))
        }
        Deed::RequestTwiceAtOnce => {
            let answer = std::thread::scope(|scope| {
                let other = scope.spawn(|| ask(registry, request));
                let answer = ask(registry, request);
                let _ = other.join();
                answer
            });
            answer.is_some_and(|answer| send(phone, &answer))
        }
        Deed::AnswerTwice => {
            asked().is_some_and(|answer| send(phone, &answer) && send(phone, &answer))
        }
        Deed::Late => {
            state.late.lock().unwrap().push(request.to_vec());
            false
        }
    }
}

/// The request without one of its headers.
fn without_header(request: &[u8], name: &str) -> Vec<u8> {
    let head = find(request, b"\r\n\r\n").unwrap_or(request.len());
    let text = String::from_utf8_lossy(&request[..head]);
    let lines: Vec<&str> = text
        .split("\r\n")
        .filter(|line| !line.to_ascii_lowercase().starts_with(name))
        .collect();
    let mut bytes = lines.join("\r\n").into_bytes();
    bytes.extend_from_slice(&request[head..]);
    bytes
}

/// Another hash in every result, as long as the one before.
fn other_receipts(answer: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    let mut parts = text.split("\"hash\":\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let first = if part.starts_with('0') { '1' } else { '0' };
        out.push_str("\"hash\":\"");
        out.push(first);
        out.push_str(part.get(1..).unwrap_or_default());
    }
    out.into_bytes()
}

fn send(phone: &mut impl Wire, bytes: &[u8]) -> bool {
    phone.write_all(bytes).is_ok() && phone.flush().is_ok()
}

/// One request to the registry over a connection of its own.
#[must_use]
pub fn ask(registry: u16, request: &[u8]) -> Option<Vec<u8>> {
    let mut server = TcpStream::connect(("127.0.0.1", registry)).ok()?;
    server.set_nodelay(true).ok()?;
    server
        .set_read_timeout(Some(Duration::from_secs(60)))
        .ok()?;
    server.write_all(request).ok()?;
    read_message(&mut server)
}

/// A whole HTTP/1.1 message, head and body; none where it ends before.
fn read_message(from: &mut impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    let mut more = |bytes: &mut Vec<u8>| -> Option<()> {
        let read = from.read(&mut buffer).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
        Some(())
    };
    let head = loop {
        if let Some(at) = find(&bytes, b"\r\n\r\n") {
            break at + 4;
        }
        more(&mut bytes)?;
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let header = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(|value| value.trim().to_owned())
    };
    if text.starts_with("http/1.1 204") {
        return Some(bytes);
    }
    if header("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
        while !bytes[head..].ends_with(b"0\r\n\r\n") {
            more(&mut bytes)?;
        }
        return Some(bytes);
    }
    let length: usize = header("content-length")
        .and_then(|value| value.parse().ok())
        .unwrap_or(0);
    while bytes.len() < head + length {
        more(&mut bytes)?;
    }
    Some(bytes)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// The bytes of an answer.
#[must_use]
pub fn answer(status: u16, media: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status} X\r\ncontent-type: {media}\r\n");
    for (name, value) in headers {
        bytes += &format!("{name}: {value}\r\n");
    }
    bytes += &format!("content-length: {}\r\n\r\n", body.len());
    let mut bytes = bytes.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
