//! A real registry in a process of its own, phones with the real core, and the
//! ledger: what the registry's database really holds.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pakmut_core::engine::{Phone, Ports};
use pakmut_core::http::HttpTransport;
use pakmut_core::ports::{
    Clock, MemorySecrets, SecretError, SecretStore, SystemClock, SystemRandom, Transport,
};
use pakmut_core::store::{Store, naming};
use pakmut_core::sync::{Options, Outcome, Report};
use pakmut_domain::model::Counter;
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::pull::record;
use tempfile::TempDir;
use uuid::Uuid;

use crate::bench::pins;
use crate::registry_process::{RegistryProcess, run as command};

/// Of the users that exist in a test's own registry, and nowhere else.
pub const PASSWORD: &str = "fault-of-a-throw-away-registry";

/// LAOs of the registry, each with a user `staffN` and `COUNTERS` counters.
pub const LAOS: usize = 4;

/// Counters of each LAO beside its main office.
const COUNTERS: usize = 19;

/// Documents that the last LAO has to pull: three pages.
pub const DOCUMENTS: usize = 1_020;

/// A folder in memory, where the host has one: most faults are not about what a
/// disk does, and a sync that costs nothing leaves time for more cases.
#[must_use]
pub fn in_memory() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// A registry and where its database is.
pub struct World {
    folder: TempDir,
    process: Option<RegistryProcess>,
    port: u16,
}

impl World {
    /// Starts a registry with one province, a few LAOs and their users.
    #[must_use]
    pub fn start() -> Self {
        let folder = in_memory();
        prepare(folder.path());
        let process = RegistryProcess::start(&folder.path().join("registry.db"), 0).unwrap();
        Self {
            port: process.address().port(),
            folder,
            process: Some(process),
        }
    }

    /// Its database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("registry.db")
    }

    /// A folder that lives as long as the registry.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its port on loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends it by SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
        }
    }

    /// Asks it to stop, and waits.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Starts it again at the same port.
    pub fn restart(&mut self) {
        self.process = Some(RegistryProcess::start(&self.database(), self.port).unwrap());
    }

    /// Runs a verb of its command line.
    ///
    /// # Panics
    /// Where it fails.
    pub fn command(&self, arguments: &[&str]) {
        command(&self.database(), arguments).unwrap();
    }

    /// Copies its database's files as they lie, as a disk's snapshot does. The
    /// registry must not run.
    pub fn snapshot(&self, name: &str) {
        copy_database(&self.database(), &self.folder.path().join(name));
    }

    /// Puts such a copy back.
    pub fn roll_back(&self, name: &str) {
        copy_database(&self.folder.path().join(name), &self.database());
    }

    /// What it holds now.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        Ledger::open(&self.database())
    }
}

fn copy_database(from: &Path, to: &Path) {
    for end in ["", "-wal", "-shm"] {
        let (from, to) = (
            PathBuf::from(format!("{}{end}", from.display())),
            PathBuf::from(format!("{}{end}", to.display())),
        );
        let _ = fs::remove_file(&to);
        if from.exists() {
            fs::copy(from, to).unwrap();
        }
    }
}

fn prepare(folder: &Path) {
    let data = crate::places::folder();
    let database = folder.join("registry.db");
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let laos = fs::read_to_string(data.join("laos.csv")).unwrap();
    let first: Vec<&str> = laos.lines().take(LAOS + 1).collect();
    let province = first[1].split(',').nth(4).unwrap();
    let provinces = fs::read(data.join("provinces.geojson")).unwrap();
    let mut provinces: serde_json::Value = serde_json::from_slice(&provinces).unwrap();
    provinces["features"]
        .as_array_mut()
        .unwrap()
        .retain(|feature| feature["properties"]["code"] == province);
    let areas = write("province.geojson", &provinces.to_string());
    command(&database, &["import", "places", &areas]).unwrap();
    let list = write("laos.csv", &(first.join("\n") + "\n"));
    command(&database, &["import", "laos", &list]).unwrap();
    let mut users = String::from("username,role,dla_code,province_code,password\n");
    let mut counters = String::from("dla_code,name,kind,due,sample\n");
    for (n, row) in first[1..].iter().enumerate() {
        let code = row.split(',').next().unwrap();
        users += &format!("staff{n},lao,{code},,{PASSWORD}\n");
        // The last has documents to pull instead.
        for m in 0..if n + 1 == LAOS { 0 } else { COUNTERS } {
            counters += &format!("{code},จุดบริการ {m} (ตัวอย่าง),branch,0,1\n");
        }
    }
    command(&database, &["import", "users", &write("users.csv", &users)]).unwrap();
    let counters = write("counters.csv", &counters);
    command(&database, &["import", "counters", &counters]).unwrap();
    publish(&database, first[LAOS].split(',').next().unwrap());
}

/// Documents for one LAO only, so many that a pull has pages.
fn publish(database: &Path, code: &str) {
    let mut conn = rusqlite::Connection::open(database).unwrap();
    let tx = conn.transaction().unwrap();
    let lao: i64 = tx
        .query_row("SELECT lao FROM lao_codes WHERE code = ?1", [code], |r| {
            r.get(0)
        })
        .unwrap();
    let from: i64 = tx
        .query_row("SELECT revision FROM registry_state", [], |r| r.get(0))
        .unwrap();
    for n in 0..DOCUMENTS {
        tx.execute(
            "INSERT INTO documents (record, key, scope, body, revision)
             VALUES ('announcement', ?1, ?2, '{\"n\":1}', ?3)",
            rusqlite::params![
                format!("{n:04}"),
                format!("lao:{lao}"),
                from + 1 + i64::try_from(n).unwrap()
            ],
        )
        .unwrap();
    }
    tx.execute(
        "UPDATE registry_state SET revision = revision + ?1",
        [i64::try_from(DOCUMENTS).unwrap()],
    )
    .unwrap();
    tx.commit().unwrap();
}

/// What the registry's database holds, read past its program.
pub struct Ledger {
    conn: rusqlite::Connection,
    after: i64,
    ids: HashSet<Uuid>,
    payloads: HashMap<Vec<u8>, Uuid>,
    /// Rows whose content was there already under another id.
    pub duplicated: u64,
}

impl Ledger {
    /// Opens it.
    #[must_use]
    pub fn open(database: &Path) -> Self {
        let conn = rusqlite::Connection::open(database).unwrap();
        conn.busy_timeout(Duration::from_secs(20)).unwrap();
        Self {
            conn,
            after: 0,
            ids: HashSet::new(),
            payloads: HashMap::new(),
            duplicated: 0,
        }
    }

    /// Reads what came since, and gives the ids of it.
    pub fn read(&mut self) -> Vec<Uuid> {
        let mut query = self
            .conn
            .prepare_cached(
                "SELECT revision, id, payload FROM items WHERE revision > ?1 ORDER BY revision",
            )
            .unwrap();
        let rows = query
            .query_map([self.after], |row| {
                Ok((
                    row.get(0)?,
                    row.get::<_, Uuid>(1)?,
                    row.get::<_, Vec<u8>>(2)?,
                ))
            })
            .unwrap();
        let mut new = Vec::new();
        for row in rows {
            let (revision, id, payload) = row.unwrap();
            self.after = revision;
            new.push(id);
            if !self.ids.insert(id) || self.payloads.insert(payload, id).is_some() {
                self.duplicated += 1;
            }
        }
        new
    }

    /// How many of these are not there.
    #[must_use]
    pub fn missing<'a>(&self, ids: impl IntoIterator<Item = &'a Uuid>) -> u64 {
        ids.into_iter().filter(|id| !self.ids.contains(id)).count() as u64
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// The system's clocks, each set off by as much as a test wants.
pub struct FaultClock {
    inner: SystemClock,
    wall_off: AtomicI64,
    mono_off: AtomicI64,
    boot: Mutex<Uuid>,
}

impl FaultClock {
    /// Clocks that tell the time.
    #[must_use]
    pub fn new() -> Arc<Self> {
        let inner = SystemClock::new().unwrap();
        Arc::new(Self {
            boot: Mutex::new(inner.boot()),
            inner,
            wall_off: AtomicI64::new(0),
            mono_off: AtomicI64::new(0),
        })
    }

    /// So much time passes, milliseconds.
    pub fn pass(&self, ms: i64) {
        self.wall_off.fetch_add(ms, Ordering::SeqCst);
        self.mono_off.fetch_add(ms, Ordering::SeqCst);
    }

    /// The wall clock is so far off from now on, milliseconds.
    pub fn set_wall_off(&self, ms: i64) {
        self.wall_off.store(ms, Ordering::SeqCst);
    }

    /// The phone starts anew: another boot, and the monotonic clock at 0.
    pub fn reboot(&self) {
        self.mono_off.store(-self.inner.mono_ms(), Ordering::SeqCst);
        *self.boot.lock().unwrap() = Uuid::new_v4_like();
    }

    /// The monotonic clock jumps, which it never should.
    pub fn jump_mono(&self, ms: i64) {
        self.mono_off.fetch_add(ms, Ordering::SeqCst);
    }
}

/// A random id from fastrand, so that no further feature of uuid is needed.
trait NewId {
    fn new_v4_like() -> Uuid;
}

impl NewId for Uuid {
    fn new_v4_like() -> Uuid {
        uuid::Builder::from_random_bytes(fastrand::u128(..).to_be_bytes()).into_uuid()
    }
}

impl Clock for FaultClock {
    fn wall_ms(&self) -> i64 {
        self.inner
            .wall_ms()
            .saturating_add(self.wall_off.load(Ordering::SeqCst))
    }
    fn mono_ms(&self) -> i64 {
        self.inner
            .mono_ms()
            .saturating_add(self.mono_off.load(Ordering::SeqCst))
    }
    fn boot(&self) -> Uuid {
        *self.boot.lock().unwrap()
    }
}

/// Secrets in files of a folder, so that a child process has the session too.
pub struct FileSecrets(pub PathBuf);

impl SecretStore for FileSecrets {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SecretError> {
        match fs::read(self.0.join(key)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(SecretError(e.to_string())),
        }
    }
    fn set(&self, key: &str, value: &[u8]) -> Result<(), SecretError> {
        let said = |e: std::io::Error| SecretError(e.to_string());
        fs::create_dir_all(&self.0).map_err(said)?;
        let fresh = self.0.join(format!("{key}.new"));
        fs::write(&fresh, value).map_err(said)?;
        fs::rename(fresh, self.0.join(key)).map_err(said)
    }
    fn remove(&self, key: &str) -> Result<(), SecretError> {
        match fs::remove_file(self.0.join(key)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(SecretError(e.to_string())),
            _ => Ok(()),
        }
    }
}

/// Opens a phone's files.
#[must_use]
pub fn open(
    folder: &Path,
    url: &str,
    clock: Arc<dyn Clock>,
    secrets: Arc<dyn SecretStore>,
    authority: Option<&[u8]>,
) -> Phone {
    let transport = HttpTransport::new(url, authority, clock.clone()).unwrap();
    open_over(folder, url, clock, secrets, Arc::new(transport))
}

/// Opens a phone's files with a way to the registry of the test's own.
#[must_use]
pub fn open_over(
    folder: &Path,
    url: &str,
    clock: Arc<dyn Clock>,
    secrets: Arc<dyn SecretStore>,
    transport: Arc<dyn Transport>,
) -> Phone {
    let ports = Ports {
        clock,
        random: Arc::new(SystemRandom),
        secrets,
        transport,
    };
    Phone::open(folder, url, ports).unwrap()
}

/// A sync that a person asked for.
#[must_use]
pub fn urgent() -> Options {
    Options {
        deadline: Duration::from_secs(60),
        urgent: true,
    }
}

/// A sync of the background job.
#[must_use]
pub fn background() -> Options {
    Options {
        urgent: false,
        ..urgent()
    }
}

/// A number that no other item of this process has.
pub fn unique() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The payload of a pin that no other has, of this counter.
#[must_use]
pub fn pin_payload(counter: Uuid, mark: &str) -> String {
    let mut pin = pins::pin(counter, &mut fastrand::Rng::with_seed(1));
    pin.note = Some(format!("{mark} {} {:x}", unique(), fastrand::u32(..)));
    pin.findings = Vec::new();
    serde_json::to_string(&pin).unwrap()
}

/// A phone that is signed in.
pub struct TestPhone {
    /// Its folder.
    pub folder: Arc<TempDir>,
    /// Its clocks.
    pub clock: Arc<FaultClock>,
    /// Its secrets.
    pub secrets: Arc<dyn SecretStore>,
    /// The core.
    pub core: Phone,
    url: String,
    user: String,
    counters: Vec<Uuid>,
    before: HashMap<Uuid, Uuid>,
    turn: usize,
}

impl TestPhone {
    /// A phone of this user at this address, signed in and with its scope pulled.
    #[must_use]
    pub fn new(url: &str, user: &str) -> Self {
        let mut phone = Self::fresh(url, user);
        phone.settle();
        phone
    }

    /// A phone that is signed in and has pulled nothing.
    #[must_use]
    pub fn fresh(url: &str, user: &str) -> Self {
        let folder = Arc::new(in_memory());
        let clock = FaultClock::new();
        let secrets: Arc<dyn SecretStore> = Arc::new(MemorySecrets::default());
        let core = open(folder.path(), url, clock.clone(), secrets.clone(), None);
        core.sign_in(user, PASSWORD).unwrap();
        Self {
            folder,
            clock,
            secrets,
            core,
            url: url.to_owned(),
            user: user.to_owned(),
            counters: Vec::new(),
            before: HashMap::new(),
            turn: 0,
        }
    }

    /// One around a core that is signed in already.
    #[must_use]
    pub fn around(
        folder: Arc<TempDir>,
        url: &str,
        user: &str,
        clock: Arc<FaultClock>,
        secrets: Arc<dyn SecretStore>,
        core: Phone,
    ) -> Self {
        let mut phone = Self {
            folder,
            clock,
            secrets,
            core,
            url: url.to_owned(),
            user: user.to_owned(),
            counters: Vec::new(),
            before: HashMap::new(),
            turn: 0,
        };
        phone.settle();
        phone
    }

    fn settle(&mut self) {
        assert_eq!(self.sync().outcome, Outcome::Done);
        let counters: Vec<Counter> = self.core.pulled(record::COUNTER).unwrap();
        self.counters = counters.iter().map(|counter| counter.id).collect();
        self.counters.sort_unstable();
    }

    /// The app starts anew.
    pub fn restart(&mut self) {
        self.core = open(
            self.folder.path(),
            &self.url,
            self.clock.clone(),
            self.secrets.clone(),
            None,
        );
    }

    /// The address that it knows the registry by.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// One of its LAO's counters.
    #[must_use]
    pub fn counter(&self) -> Uuid {
        self.counters[0]
    }

    /// The app is killed and starts anew: on the files as they lie now.
    pub fn crash(&mut self) {
        let folder = Arc::new(in_memory());
        super::network::copy_folder(self.folder.path(), folder.path());
        self.core = open(
            folder.path(),
            &self.url,
            self.clock.clone(),
            self.secrets.clone(),
            None,
        );
        self.folder = folder;
    }

    /// The file of the queue.
    #[must_use]
    pub fn queue_file(&self) -> PathBuf {
        let account = self.core.account().unwrap().id;
        naming::queue_file(self.folder.path(), &self.url, account)
    }

    /// Saves a pin of the next counter, its author having seen the one before.
    pub fn save(&mut self, mark: &str) -> Uuid {
        self.save_many(mark, 1)[0]
    }

    /// Saves so many at once.
    pub fn save_many(&mut self, mark: &str, count: usize) -> Vec<Uuid> {
        let mut items = Vec::with_capacity(count);
        let mut of = Vec::with_capacity(count);
        for _ in 0..count {
            let counter = self.counters[self.turn % self.counters.len()];
            self.turn += 1;
            let seen: Vec<Uuid> = self.before.get(&counter).copied().into_iter().collect();
            items.push((pin_payload(counter, mark), seen));
            of.push(counter);
        }
        let ids = self.core.save_all(Kind::PIN, 1, &items).unwrap();
        for (counter, id) in of.into_iter().zip(&ids) {
            self.before.insert(counter, *id);
        }
        ids
    }

    /// Saves so many one counter after the other, each with the one before it in view,
    /// as people do: the registry never has them stand side by side.
    pub fn save_in_turn(&mut self, mark: &str, count: usize) -> Vec<Uuid> {
        let mut ids = Vec::with_capacity(count);
        while ids.len() < count {
            let part = self.counters.len().min(count - ids.len());
            ids.extend(self.save_many(mark, part));
        }
        ids
    }

    /// Syncs as a person does.
    pub fn sync(&self) -> Report {
        self.core.sync(urgent(), &mut |_| {}).unwrap()
    }

    /// Syncs until all that is due went through, with time passing in between;
    /// the person signs in again where that is asked for.
    pub fn heal(&self) {
        for _ in 0..40 {
            self.clock.pass(20 * 60 * 1_000);
            let report = self.sync();
            if report.outcome == Outcome::NeedsPassword {
                // An answer that was sent twice may be taken for this one's: who is
                // told so tries once more.
                if self.core.sign_in(&self.user, PASSWORD).is_err() {
                    self.core.sign_in(&self.user, PASSWORD).unwrap();
                }
            } else if report.outcome == Outcome::Done && self.pending() == 0 {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("not all went through: {:?}", self.core.queue());
    }

    /// How many items wait.
    #[must_use]
    pub fn pending(&self) -> u64 {
        self.core.queue().unwrap().counts.pending
    }

    /// Clears what was sent away, so that the file stays small over thousands of
    /// cases.
    pub fn clear(&self) {
        let store = Store::open(self.queue_file()).unwrap();
        while store.clear_old(i64::MAX).unwrap() > 0 {}
    }
}
