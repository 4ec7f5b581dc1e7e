//! A small registry on a real socket that speaks the wire and fails on demand,
//! and a phone to set against it.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used)]

pub mod recording;

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use pakmut_core::engine::{Phone, Ports};
use pakmut_core::http::HttpTransport;
use pakmut_core::ports::{Clock, MemorySecrets, SecretStore, SystemClock, SystemRandom};
use pakmut_core::sync::{Options, Report};
use pakmut_domain::model::{Account, Role};
use pakmut_domain::wire::problem::Problem;
use pakmut_domain::wire::pull::{Change, PullAnswer};
use pakmut_domain::wire::push::{
    ItemResult, Outcome, PushAnswer, PushRequest, ReconcileAnswer, ReconcileRequest,
};
use pakmut_domain::wire::session::Session;
use pakmut_domain::wire::signature::PublicKey;
use pakmut_domain::wire::{ItemHash, MEDIA_TYPE, PROBLEM_MEDIA_TYPE, config::Config};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

/// What a phone asked.
pub struct Asked {
    pub method: String,
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
    /// Bytes on the wire, head and body.
    pub bytes: usize,
}

/// What it gets.
#[derive(Clone)]
pub enum Reply {
    /// Status, further headers, media type, body.
    Whole(u16, Vec<(String, String)>, String, Vec<u8>),
    /// The connection closes without a word.
    Cut,
    /// The first so many bytes of the whole answer, then the end.
    CutAt(Box<Reply>, usize),
    /// A byte at a time.
    Trickle(Box<Reply>, Duration),
}

impl Reply {
    pub fn json(value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).unwrap();
        Self::Whole(200, vec![], MEDIA_TYPE.to_owned(), body)
    }

    pub fn problem(status: u16, code: &str) -> Self {
        let body = serde_json::to_vec(&Problem::new(status, code, code)).unwrap();
        Self::Whole(status, vec![], PROBLEM_MEDIA_TYPE.to_owned(), body)
    }

    pub fn with(self, name: &str, value: &str) -> Self {
        match self {
            Self::Whole(status, mut headers, media, body) => {
                headers.push((name.to_owned(), value.to_owned()));
                Self::Whole(status, headers, media, body)
            }
            other => other,
        }
    }
}

type Hook = Box<dyn FnMut(&Asked, &mut World) -> Option<Reply> + Send>;

/// What the registry knows.
pub struct World {
    pub epoch: Uuid,
    pub registry: Uuid,
    pub account: Account,
    pub items: HashMap<Uuid, ItemHash>,
    /// Ids in the order in which they were first stored.
    pub order: Vec<Uuid>,
    /// Pushed payloads with this text in them are refused.
    pub poison: String,
    pub changes: Vec<Change>,
    pub page: usize,
    pub access: String,
    pub refresh: String,
    pub tokens: u32,
    /// The key that the last sign-in of each account registered.
    pub device_keys: HashMap<Uuid, PublicKey>,
    pub calls: VecDeque<String>,
    pub bytes_in: usize,
    pub bytes_out: usize,
    pub time_offset_ms: i64,
}

impl World {
    /// The key of whoever signs in now.
    pub fn device_key(&self) -> Option<PublicKey> {
        self.device_keys.get(&self.account.id).copied()
    }
}

pub struct MiniRegistry {
    pub url: String,
    pub world: Arc<Mutex<World>>,
    hook: Arc<Mutex<Option<Hook>>>,
}

impl MiniRegistry {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let world = Arc::new(Mutex::new(World {
            epoch: Uuid::from_u128(1),
            registry: Uuid::from_u128(2),
            account: Account {
                id: Uuid::from_u128(3),
                username: "somchai".to_owned(),
                role: Role::Lao,
                lao: Some(Uuid::from_u128(4)),
                province: Some("50".to_owned()),
            },
            items: HashMap::new(),
            order: Vec::new(),
            poison: "poison".to_owned(),
            changes: Vec::new(),
            page: 500,
            access: "access-0".to_owned(),
            refresh: "refresh-0".to_owned(),
            tokens: 0,
            device_keys: HashMap::new(),
            calls: VecDeque::new(),
            bytes_in: 0,
            bytes_out: 0,
            time_offset_ms: 0,
        }));
        let hook: Arc<Mutex<Option<Hook>>> = Arc::new(Mutex::new(None));
        let (w, h) = (world.clone(), hook.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let (w, h) = (w.clone(), h.clone());
                std::thread::spawn(move || serve(stream, &w, &h));
            }
        });
        Self { url, world, hook }
    }

    /// Answers before the registry does, where it gives some.
    pub fn hook(&self, f: impl FnMut(&Asked, &mut World) -> Option<Reply> + Send + 'static) {
        *self.hook.lock().unwrap() = Some(Box::new(f));
    }

    /// Answers the next `times` pushes so.
    pub fn fail_pushes(&self, mut times: usize, reply: Reply) {
        self.hook(move |asked, _| {
            if asked.path == "/v1/push" && times > 0 {
                times -= 1;
                return Some(reply.clone());
            }
            None
        });
    }

    pub fn well(&self) {
        *self.hook.lock().unwrap() = None;
    }

    pub fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

fn serve(stream: TcpStream, world: &Mutex<World>, hook: &Mutex<Option<Hook>>) {
    stream.set_nodelay(true).unwrap();
    let mut out = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(asked) = read_request(&mut reader) {
        let (reply, gzip) = {
            let mut world = world.lock().unwrap();
            world
                .calls
                .push_back(format!("{} {}", asked.method, asked.path));
            world.bytes_in += asked.bytes;
            let hooked = hook
                .lock()
                .unwrap()
                .as_mut()
                .and_then(|hook| hook(&asked, &mut world));
            let reply = hooked.unwrap_or_else(|| answer(&asked, &mut world));
            let gzip = asked
                .headers
                .get("accept-encoding")
                .is_some_and(|v| v.contains("gzip"));
            (reply, gzip)
        };
        let bytes = encode(&reply, gzip);
        world.lock().unwrap().bytes_out += bytes.len();
        match reply {
            Reply::Cut => return,
            Reply::CutAt(_, at) => {
                let _ = out.write_all(&bytes[..at.min(bytes.len())]);
                return;
            }
            Reply::Trickle(_, each) => {
                for byte in bytes {
                    if out.write_all(&[byte]).is_err() {
                        return;
                    }
                    std::thread::sleep(each);
                }
            }
            Reply::Whole(..) => {
                if out.write_all(&bytes).is_err() {
                    return;
                }
            }
        }
    }
}

fn read_request(reader: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let mut bytes = line.len();
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        bytes += line.len();
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length: usize = headers
        .get("content-length")
        .map_or(0, |v| v.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    bytes += length;
    if headers.get("content-encoding").is_some_and(|v| v == "gzip") {
        let mut plain = Vec::new();
        GzDecoder::new(&body[..]).read_to_end(&mut plain).unwrap();
        body = plain;
    }
    Some(Asked {
        method,
        path,
        headers,
        body,
        bytes,
    })
}

fn encode(reply: &Reply, gzip: bool) -> Vec<u8> {
    match reply {
        Reply::Cut => Vec::new(),
        Reply::CutAt(inner, _) | Reply::Trickle(inner, _) => encode(inner, gzip),
        Reply::Whole(status, headers, media, body) => {
            let mut packed = body.clone();
            let mut head = format!("HTTP/1.1 {status} X\r\ncontent-type: {media}\r\n");
            if gzip && body.len() > 256 {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(body).unwrap();
                packed = encoder.finish().unwrap();
                head.push_str("content-encoding: gzip\r\n");
            }
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            if *status != 204 {
                head.push_str(&format!("content-length: {}\r\n", packed.len()));
            }
            head.push_str("\r\n");
            let mut out = head.into_bytes();
            out.extend_from_slice(&packed);
            out
        }
    }
}

fn now_ms() -> i64 {
    SystemClock::new().unwrap().wall_ms()
}

fn new_session(world: &mut World) -> Reply {
    world.tokens += 1;
    world.access = format!("access-{}", world.tokens);
    world.refresh = format!("refresh-{}", world.tokens);
    Reply::json(&Session {
        access_token: world.access.clone(),
        expires_in: 900,
        refresh_token: world.refresh.clone(),
        account: world.account.clone(),
        server_time: now_ms() + world.time_offset_ms,
    })
}

/// What a registry in good health answers.
pub fn answer(asked: &Asked, world: &mut World) -> Reply {
    let path = asked.path.split('?').next().unwrap();
    let unauthorised = || Reply::problem(401, "token_invalid").with("www-authenticate", "Bearer");
    match (asked.method.as_str(), path) {
        ("GET", "/v1/config") => {
            return Reply::json(&Config {
                registry: world.registry,
                epoch: world.epoch,
                server_time: now_ms(),
                oldest_wire: 1,
                newest_wire: 1,
                max_push_items: 100,
                max_push_bytes: 256 * 1024,
            });
        }
        ("POST", "/v1/sessions") => {
            let body: serde_json::Value = serde_json::from_slice(&asked.body).unwrap();
            if body["password"] != "right" {
                return Reply::problem(401, "credentials_wrong").with("www-authenticate", "Bearer");
            }
            let key = body["device_key"].as_str().unwrap();
            world
                .device_keys
                .insert(world.account.id, key.parse().unwrap());
            return new_session(world);
        }
        ("POST", "/v1/sessions/refresh") => {
            let body: serde_json::Value = serde_json::from_slice(&asked.body).unwrap();
            if body["refresh_token"] != world.refresh.as_str() {
                return unauthorised();
            }
            return new_session(world);
        }
        _ => {}
    }
    if asked.headers.get("authorization") != Some(&format!("Bearer {}", world.access)) {
        return unauthorised();
    }
    match (asked.method.as_str(), path) {
        ("POST", "/v1/push") => push(asked, world),
        ("POST", "/v1/reconcile") => {
            let request: ReconcileRequest = serde_json::from_slice(&asked.body).unwrap();
            Reply::json(&ReconcileAnswer {
                epoch: world.epoch,
                point: None,
                missing_items: request
                    .items
                    .iter()
                    .filter(|(id, hash)| world.items.get(id) != Some(hash))
                    .map(|(id, _)| *id)
                    .collect(),
                missing_attachments: vec![],
            })
        }
        ("GET", "/v1/pull") => pull(asked, world),
        ("DELETE", "/v1/sessions") => {
            world.access = "none".to_owned();
            Reply::Whole(204, vec![], MEDIA_TYPE.to_owned(), vec![])
        }
        _ => Reply::problem(404, "not_found"),
    }
}

pub fn push(asked: &Asked, world: &mut World) -> Reply {
    let request: PushRequest = serde_json::from_slice(&asked.body).unwrap();
    assert!(request.items.len() <= 100);
    assert!(asked.body.len() <= 256 * 1024, "{}", asked.body.len());
    let results = request
        .items
        .iter()
        .map(|item| {
            let hash = item.hash();
            let sig = item.sig.as_ref().expect("signed").parse().unwrap();
            let key = world.device_keys[&item.account];
            assert!(key.verifies(&item.signed_bytes(), &sig));
            let (result, hash, code) = match world.items.get(&item.id) {
                Some(held) if *held == hash => (Outcome::Duplicate, Some(hash), None),
                Some(_) => (Outcome::Refused, None, Some("id_reused".to_owned())),
                None if item.payload.get().contains(&world.poison) => {
                    (Outcome::Refused, None, Some("payload_malformed".to_owned()))
                }
                None => {
                    world.items.insert(item.id, hash);
                    world.order.push(item.id);
                    (Outcome::Accepted, Some(hash), None)
                }
            };
            ItemResult {
                id: item.id,
                result,
                hash,
                code,
                detail: None,
            }
        })
        .collect();
    Reply::json(&PushAnswer {
        batch_id: request.batch_id,
        epoch: world.epoch,
        server_time: now_ms() + world.time_offset_ms,
        point: None,
        forgot: false,
        results,
    })
}

/// The cursor is `epoch.position`.
fn pull(asked: &Asked, world: &mut World) -> Reply {
    let from: Option<usize> = asked.path.split_once("cursor=").and_then(|(_, cursor)| {
        let cursor = cursor.split('&').next()?;
        let (epoch, at) = cursor.split_once('.')?;
        let at: usize = at.parse().ok()?;
        (epoch == world.epoch.to_string() && at <= world.changes.len()).then_some(at)
    });
    let start = from.unwrap_or(0);
    let end = (start + world.page).min(world.changes.len());
    Reply::json(&PullAnswer {
        epoch: world.epoch,
        server_time: now_ms() + world.time_offset_ms,
        cursor: format!("{}.{end}", world.epoch),
        more: end < world.changes.len(),
        reset: from.is_none(),
        forgot: false,
        changes: world.changes[start..end].to_vec(),
    })
}

pub fn change(record: &str, key: &str, body: Option<&str>) -> Change {
    Change {
        record: record.to_owned(),
        key: key.to_owned(),
        body: body.map(|body| RawValue::from_string(body.to_owned()).unwrap()),
    }
}

/// A clock that a test sets.
pub struct TestClock {
    pub wall: AtomicI64,
    pub mono: AtomicI64,
    pub boot: Mutex<Uuid>,
}

impl TestClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            wall: AtomicI64::new(now_ms()),
            mono: AtomicI64::new(1_000_000),
            boot: Mutex::new(Uuid::from_u128(77)),
        })
    }

    pub fn pass(&self, ms: i64) {
        self.wall.fetch_add(ms, Ordering::SeqCst);
        self.mono.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn wall_ms(&self) -> i64 {
        self.wall.load(Ordering::SeqCst)
    }
    fn mono_ms(&self) -> i64 {
        self.mono.load(Ordering::SeqCst)
    }
    fn boot(&self) -> Uuid {
        *self.boot.lock().unwrap()
    }
}

pub fn open(dir: &Path, url: &str, clock: Arc<dyn Clock>, secrets: Arc<dyn SecretStore>) -> Phone {
    let transport = HttpTransport::new(url, None, clock.clone()).unwrap();
    Phone::open(
        dir,
        url,
        Ports {
            clock,
            random: Arc::new(SystemRandom),
            secrets,
            transport: Arc::new(transport),
        },
    )
    .unwrap()
}

/// A phone that is signed in, with its clock and its secrets.
pub struct Set {
    pub dir: tempfile::TempDir,
    pub registry: MiniRegistry,
    pub clock: Arc<TestClock>,
    pub secrets: Arc<MemorySecrets>,
    pub phone: Phone,
}

impl Set {
    pub fn new() -> Self {
        // What is tested here is what is sent, not what survives a power cut:
        // in memory where the host has a folder for that.
        let dir = tempfile::tempdir_in("/dev/shm")
            .or_else(|_| tempfile::tempdir())
            .unwrap();
        let registry = MiniRegistry::start();
        let clock = TestClock::new();
        let secrets = Arc::new(MemorySecrets::default());
        let phone = open(dir.path(), &registry.url, clock.clone(), secrets.clone());
        phone.sign_in("somchai", "right").unwrap();
        Self {
            dir,
            registry,
            clock,
            secrets,
            phone,
        }
    }

    /// The same phone after its app was started anew.
    pub fn restart(&mut self) {
        self.phone = open(
            self.dir.path(),
            &self.registry.url,
            self.clock.clone(),
            self.secrets.clone(),
        );
    }

    pub fn save(&self, note: &str) -> Uuid {
        let payload = serde_json::json!({ "note": note }).to_string();
        self.phone.save("pin", 1, &payload, &[], None).unwrap()
    }

    pub fn sync(&self) -> Report {
        sync(&self.phone)
    }
}

pub fn sync(phone: &Phone) -> Report {
    phone.sync(urgent(), &mut |_| {}).unwrap()
}

pub fn urgent() -> Options {
    Options {
        deadline: Duration::from_secs(60),
        urgent: true,
    }
}

pub fn background() -> Options {
    Options {
        urgent: false,
        ..urgent()
    }
}
