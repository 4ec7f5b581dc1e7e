//! What pushing costs: pins a second over loopback into a registry of its own
//! process on SQLite, bytes a pin on the wire, memory of both sides.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fastrand::Rng;
use pakmut_core::engine::{Phone, Ports};
use pakmut_core::http::HttpTransport;
use pakmut_core::ports::{Clock, MemorySecrets, SystemClock, SystemRandom};
use pakmut_core::sync::{Options, Outcome};
use pakmut_domain::model::Counter;
use pakmut_domain::wire::pull::record;

use super::pins;
use crate::faults::world::in_memory;
use crate::network::Network;
use crate::registry_process::{RegistryProcess, run as registry};
use crate::report::Report;

/// Phones that push at once.
const PHONES: usize = 8;

/// Pins queued on each.
const PINS: usize = 10_000;

/// Pins of the long queue.
const LONG: usize = 100_000;

/// Pins of a counter that is pinned again and again.
const AGAIN: usize = 5_000;

/// Counters of each LAO beside its main office, so that a batch is of as many
/// counters as it has pins.
const COUNTERS: usize = 1_000;

pub(super) const SYNC: Options = Options {
    deadline: Duration::from_secs(600),
    urgent: true,
};

/// Measures, with the files in this folder.
///
/// # Errors
/// What failed, in words.
pub fn run(report: &mut Report, folder: &Path) -> Result<(), String> {
    let database = folder.join("registry.db");
    let users = prepare(folder, &database, PHONES + 4)?;
    let disk = on_disk(&database)?;
    let mut served = RegistryProcess::start(&database, 0)?;
    report.row("first answer", served.first_answer_s, "s", "<= 0.2");
    let (idle, _) = served.memory()?;
    report.row("registry, idle", megabytes(idle), "MB", "<= 40");
    let url = format!("http://{}", served.address());

    // Each phone has a disk of its own; on the registry's, eight of them would
    // measure that disk. One phone alone stays there.
    let apart = in_memory();
    let phones = users[..PHONES]
        .iter()
        .map(|user| BenchPhone::new(apart.path(), &url, user, PINS, COUNTERS))
        .collect::<Result<Vec<_>, _>>()?;
    let one = BenchPhone::new(folder, &url, &users[PHONES], PINS, COUNTERS)?;

    let own = cpu()?;
    let theirs = served.cpu()?;
    let seconds = one.push(PINS)?;
    let pins = PINS as f64;
    report.row("pins a second, one phone", pins / seconds, "/s", ">= 4000");
    report.row("phone's CPU a pin", (cpu()? - own) / pins * 1e6, "µs", "");
    report.row(
        "registry's CPU a pin",
        (served.cpu()? - theirs) / pins * 1e6,
        "µs",
        "",
    );

    let spent = |name: &str| served.metric(&format!("pakmut_{name}_seconds_total"));
    let (committing, storing) = (spent("commit")?, spent("group")?);
    let groups = served.metric("pakmut_groups_total")?;
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let pushing: Vec<_> = phones
            .iter()
            .map(|phone| scope.spawn(|| phone.push(PINS)))
            .collect();
        pushing.into_iter().try_for_each(|phone| {
            phone
                .join()
                .map_err(|_| "a phone panicked".to_owned())?
                .map(drop)
        })
    })?;
    let all = (PINS * PHONES) as f64;
    let seconds = begun.elapsed().as_secs_f64();
    report.row(
        "pins a second, 8 phones at once",
        all / seconds,
        "/s",
        ">= 10000",
    );
    for (name, before, now) in [
        (
            "share of that in the registry's commits",
            committing,
            spent("commit")?,
        ),
        (
            "share of that in storing, commits included",
            storing,
            spent("group")?,
        ),
    ] {
        report.row(name, (now - before) / seconds, "", "");
    }
    let groups = served.metric("pakmut_groups_total")? - groups;
    report.row("pins of a commit then", all / groups, "", "");
    let (_, most) = served.memory()?;
    report.row(
        "registry, at most under the push",
        megabytes(most),
        "MB",
        "<= 120",
    );

    report.row(
        "disk per 1,000 pins",
        megabytes(on_disk(&database)? - disk) / (pins + all) * 1e3,
        "MB",
        "<= 0.7",
    );
    let again = BenchPhone::new(folder, &url, &users[PHONES + 3], AGAIN, 1)?;
    report.row(
        "pins a second, one counter again and again",
        AGAIN as f64 / again.push(AGAIN)?,
        "/s",
        ">= 4000",
    );

    bytes(report, folder, &served, &users[PHONES + 1])?;
    long(report, folder, &url, &users[PHONES + 2])?;
    served.stop();
    Ok(())
}

/// The size of the registry's file once its log is brought into it, which it does
/// by itself after a second without work; bytes.
fn on_disk(database: &Path) -> Result<u64, String> {
    let log = database.with_extension("db-wal");
    let begun = Instant::now();
    while fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        if begun.elapsed() > Duration::from_secs(30) {
            return Err("the registry does not bring its log into its file".to_owned());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(fs::metadata(database).map_err(said)?.len())
}

/// Bytes of a full batch and of a lone pin, on an open connection.
fn bytes(
    report: &mut Report,
    folder: &Path,
    served: &RegistryProcess,
    user: &str,
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(said)?;
    let network = runtime
        .block_on(Network::start(served.address()))
        .map_err(said)?;
    let phone = BenchPhone::new(folder, &network.url(), user, 1_000, COUNTERS)?;
    let mut at = Vec::new();
    let done = phone
        .core
        .sync(SYNC, &mut |progress| {
            at.push((progress.sent, network.bytes()));
        })
        .map_err(said)?;
    let full = |n: u64| {
        at.iter()
            .find(|(sent, _)| *sent == n)
            .map(|(_, bytes)| *bytes)
    };
    let (Some(first), Some(last)) = (full(100), full(1_000)) else {
        return Err(format!("the batches were not full: {done:?}"));
    };
    report.row(
        "bytes a pin, full batch, signed",
        (last - first) as f64 / 900.0,
        "B",
        "<= 320",
    );
    phone.save(1, COUNTERS, &mut Rng::with_seed(11))?;
    // The network counts a moment after the phone has its answer.
    let settled = || {
        std::thread::sleep(Duration::from_millis(50));
        network.bytes()
    };
    let before = settled();
    let mut after = None;
    phone
        .core
        .sync(SYNC, &mut |_| {
            after.get_or_insert_with(settled);
        })
        .map_err(said)?;
    report.row(
        "bytes of a lone pin",
        (after.unwrap_or(u64::MAX) - before) as f64,
        "B",
        "<= 1500",
    );
    Ok(())
}

/// A queue of 100,000, in a process of its own: what this one used before would
/// hide what the queue takes.
fn long(report: &mut Report, folder: &Path, url: &str, user: &str) -> Result<(), String> {
    let output = Command::new(std::env::current_exe().map_err(said)?)
        .args([LONG_QUEUE, url, user])
        .arg(folder)
        .stderr(Stdio::inherit())
        .output()
        .map_err(said)?;
    if !output.status.success() {
        return Err("the long queue failed".to_owned());
    }
    let figures: Vec<f64> = serde_json::from_slice(&output.stdout).map_err(said)?;
    let [whole, pushed, cpu, above] = figures[..] else {
        return Err("the long queue's figures are not four".to_owned());
    };
    report.row("100,000 queued, pushed and pulled", whole, "s", "<= 120");
    report.row("100,000 queued, pushed", pushed, "s", "");
    report.row("phone's CPU meanwhile", cpu, "s", "");
    report.row("memory above idle meanwhile", above, "MB", "<= 32");
    Ok(())
}

/// The argument by which the program is told to be that process.
pub const LONG_QUEUE: &str = "long-queue";

/// Is that process: address, user and folder; gives its figures as JSON.
///
/// # Errors
/// What failed, in words.
pub fn long_queue(arguments: &[String]) -> Result<String, String> {
    let [url, user, folder] = arguments else {
        return Err("address, user and folder are wanted".to_owned());
    };
    // Another process fills the queue's memory and goes; this one only opens it.
    let secrets = Arc::new(MemorySecrets::default());
    let home = Path::new(folder).join(user);
    if !home.exists() {
        drop(BenchPhone::new(
            Path::new(folder),
            url,
            user,
            LONG,
            COUNTERS,
        )?);
        let again = Command::new(std::env::current_exe().map_err(said)?)
            .arg(LONG_QUEUE)
            .args(arguments)
            .stderr(Stdio::inherit())
            .output()
            .map_err(said)?;
        return if again.status.success() {
            String::from_utf8(again.stdout).map_err(said)
        } else {
            Err("the long queue failed".to_owned())
        };
    }
    let phone = open(&home, url, secrets)?;
    phone.sign_in(user, PASSWORD).map_err(said)?;
    let idle = resident()?;
    let mut most = idle;
    let own = cpu()?;
    let begun = Instant::now();
    let mut pushed = f64::NAN;
    let done = phone
        .sync(SYNC, &mut |progress| {
            most = most.max(resident().unwrap_or(u64::MAX));
            if progress.left == 0 && pushed.is_nan() {
                pushed = begun.elapsed().as_secs_f64();
            }
        })
        .map_err(said)?;
    if done.outcome != Outcome::Done || done.sent != LONG as u64 {
        return Err(format!("100,000 ended {done:?}"));
    }
    let figures = [
        begun.elapsed().as_secs_f64(),
        pushed,
        cpu()? - own,
        megabytes(most - idle),
    ];
    serde_json::to_string(&figures).map_err(said)
}

/// A registry with the real LAOs, and of the first so many a user each and many
/// sample counters.
fn prepare(folder: &Path, database: &Path, count: usize) -> Result<Vec<String>, String> {
    let data = crate::places::folder();
    let path = |name: &str| data.join(name).display().to_string();
    let areas = ["provinces", "districts", "subdistricts"].map(|n| path(&format!("{n}.geojson")));
    registry(
        database,
        &["import", "places", &areas[0], &areas[1], &areas[2]],
    )?;
    let laos = data.join("laos.csv");
    registry(database, &["import", "laos", &laos.display().to_string()])?;
    let mut reader = csv::Reader::from_path(&laos).map_err(said)?;
    let mut users = Vec::new();
    let mut list = String::from("username,role,dla_code,province_code,password\n");
    let mut counters = String::from("dla_code,name,kind,due,sample\n");
    for row in reader.records().take(count) {
        let row = row.map_err(said)?;
        let code = row.get(0).unwrap_or_default();
        list += &format!("bench{code},lao,{code},,{PASSWORD}\n");
        users.push(format!("bench{code}"));
        for n in 0..COUNTERS {
            counters += &format!("{code},จุดบริการ {n} (ตัวอย่าง),branch,0,1\n");
        }
    }
    let file = folder.join("counters.csv");
    fs::write(&file, counters).map_err(said)?;
    registry(
        database,
        &["import", "counters", &file.display().to_string()],
    )?;
    let file = folder.join("users.csv");
    fs::write(&file, list).map_err(said)?;
    registry(database, &["import", "users", &file.display().to_string()])?;
    Ok(users)
}

/// Of the users that exist in a benchmark's own registry, and nowhere else.
pub(super) const PASSWORD: &str = "bench-of-a-throw-away-registry";

struct BenchPhone {
    core: Phone,
}

impl BenchPhone {
    /// A phone that is signed in and has so many pins queued, of so many counters.
    fn new(
        folder: &Path,
        url: &str,
        user: &str,
        pins: usize,
        counters: usize,
    ) -> Result<Self, String> {
        // Its queue fills in memory, where a sync costs nothing, and is laid on
        // the disk then.
        let memory = in_memory();
        let secrets = Arc::new(MemorySecrets::default());
        let phone = Self {
            core: open(memory.path(), url, secrets.clone())?,
        };
        phone.core.sign_in(user, PASSWORD).map_err(said)?;
        phone.core.sync(SYNC, &mut |_| {}).map_err(said)?;
        let seed = user.bytes().fold(0, |n: u64, b| n * 31 + u64::from(b));
        phone.save(pins, counters, &mut Rng::with_seed(seed))?;
        drop(phone);
        let home = folder.join(user);
        fs::create_dir_all(&home).map_err(said)?;
        for entry in fs::read_dir(memory.path()).map_err(said)? {
            let from: PathBuf = entry.map_err(said)?.path();
            let name = from.file_name().ok_or("a file without a name")?;
            fs::copy(&from, home.join(name)).map_err(said)?;
        }
        Ok(Self {
            core: open(&home, url, secrets)?,
        })
    }

    fn save(&self, pins: usize, of: usize, rng: &mut Rng) -> Result<(), String> {
        let mut counters: Vec<Counter> = self.core.pulled(record::COUNTER).map_err(said)?;
        if counters.len() <= COUNTERS {
            return Err(format!("{} counters were pulled", counters.len()));
        }
        counters.truncate(of);
        // A counter's next pin has seen the one before, as a phone's has.
        let mut before = vec![Vec::new(); counters.len()];
        for n in 0..pins {
            let place = n % counters.len();
            let pin = pins::pin(counters[place].id, rng);
            let gnss = 1_790_000_000_000 + rng.i64(0..1_000_000);
            let id = self
                .core
                .save_pin(&pin, &before[place], Some(gnss))
                .map_err(said)?;
            before[place] = vec![id];
        }
        Ok(())
    }

    /// Pushes all, and gives the seconds from the start to the last receipt.
    fn push(&self, pins: usize) -> Result<f64, String> {
        let begun = Instant::now();
        let mut pushed = None;
        let report = self
            .core
            .sync(SYNC, &mut |progress| {
                if progress.left == 0 {
                    pushed.get_or_insert(begun.elapsed());
                }
            })
            .map_err(said)?;
        match pushed {
            Some(seconds) if report.sent == pins as u64 => Ok(seconds.as_secs_f64()),
            _ => Err(format!("a phone ended {report:?}")),
        }
    }
}

pub(super) fn open(folder: &Path, url: &str, secrets: Arc<MemorySecrets>) -> Result<Phone, String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new().map_err(said)?);
    let transport = HttpTransport::new(url, None, clock.clone()).map_err(said)?;
    let ports = Ports {
        clock,
        random: Arc::new(SystemRandom),
        secrets,
        transport: Arc::new(transport),
    };
    Phone::open(folder, url, ports).map_err(said)
}

/// This process' own CPU time, seconds.
fn cpu() -> Result<f64, String> {
    crate::registry_process::cpu_of("self")
}

/// This process' own memory in use, bytes.
fn resident() -> Result<u64, String> {
    crate::registry_process::memory_of("self").map(|(resident, _)| resident)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

pub(super) fn said(error: impl Display) -> String {
    error.to_string()
}
