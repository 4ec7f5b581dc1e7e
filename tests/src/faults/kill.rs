//! The app is killed (SIGKILL) in the middle of its work.
//!
//! - `kill-each-call`: at every file, descriptor and socket call of a first
//!   start with saves, of a push, and of the upgrade of each kept fixture
//!   (strace, `inject=…:signal=KILL:when=N` for each N of each call).
//! - `kill-random`: at a random moment of a life of saves, syncs and pauses.
//!
//! Each time: the file opens, needs no recovery, has every save that was
//! acknowledged, none twice; what it has goes to the registry once.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pakmut_core::ports::SystemClock;
use pakmut_core::store::Store;
use pakmut_core::sync::Outcome;
use uuid::Uuid;

use super::network::copy_folder;
use super::strace::{self, Call};
use super::world::{FileSecrets, PASSWORD, World, in_memory, open, urgent};
use super::{Size, Tally, child, upgrade};

/// Calls that change something outside the process; the others are gone through
/// in the long form only, since a kill there is one at the next of these.
const CHANGING: [&str; 22] = [
    "openat",
    "pwrite64",
    "write",
    "writev",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fallocate",
    "unlink",
    "unlinkat",
    "rename",
    "renameat2",
    "mkdir",
    "fcntl",
    "flock",
    "close",
    "connect",
    "sendto",
    "recvfrom",
    "mmap",
    "socket",
    "lseek",
];

pub(super) fn points(calls: Vec<Call>, size: Size) -> Vec<(String, u64)> {
    calls
        .into_iter()
        .filter(|call| size == Size::Long || CHANGING.contains(&call.name.as_str()))
        .map(|call| (call.name, call.nth))
        .collect()
}

/// Goes through all of them, two at a time.
pub(super) fn each<T: Sync>(cases: &[T], case: impl Fn(&T) -> Tally + Sync) -> Tally {
    let next = AtomicUsize::new(0);
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut tally = Tally::default();
                    while let Some(one) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                        tally.add(case(one));
                    }
                    tally
                })
            })
            .collect();
        for worker in workers {
            tally.add(worker.join().unwrap());
        }
    });
    tally
}

/// The fault `kill-each-call`.
#[must_use]
pub fn at_each_call(size: Size) -> Tally {
    let mut tally = saves(size);
    tally.add(pushes(size));
    tally.add(upgrades(size));
    tally
}

fn saves(size: Size) -> Tally {
    let folder = in_memory();
    let path = folder.path().join("q.sqlite3");
    let many = size.pick("4", "12");
    let arguments = ["save", path.to_str().unwrap(), many];
    let points = points(
        strace::calls(strace::CALLS, &[], folder.path(), &arguments),
        size,
    );
    let mut tally = each(&points, |(name, nth)| {
        let folder = in_memory();
        let path = folder.path().join("q.sqlite3");
        let inject = format!("inject={name}:signal=KILL:when={nth}");
        let arguments = ["save", path.to_str().unwrap(), many];
        let (said, status) = child::finish(strace::silent(&inject, &arguments));
        assert!(!status.success(), "{inject}: it was not killed");
        check_file(&path, &child::saved(&said), &inject)
    });
    tally.notes.push(format!("{} in saves", tally.cases));
    tally
}

/// What must hold of a queue's file after a kill.
pub(super) fn check_file(path: &Path, saved: &[Uuid], name: &str) -> Tally {
    let store = Store::open(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(store.recovered().is_none(), "{name}: it counts as damaged");
    let items = store.items(None, 0, usize::MAX).unwrap();
    let mut ids = HashSet::new();
    let mut tally = Tally {
        cases: 1,
        ..Tally::default()
    };
    for item in &items {
        assert_eq!(item.envelope.hash(), item.hash, "{name}");
        tally.duplicated += u64::from(!ids.insert(item.envelope.id));
    }
    tally.lost = saved.iter().filter(|id| !ids.contains(id)).count() as u64;
    store
        .save(&child::envelope("goes on"))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    tally
}

/// A phone's folder with a session and its scope pulled, which a child may use.
pub(super) fn signed_in(world: &World, user: &str, folder: &Path) {
    let clock = Arc::new(SystemClock::new().unwrap());
    let secrets = Arc::new(FileSecrets(folder.join("secrets")));
    let phone = open(folder, &world.url(), clock, secrets, None);
    phone.sign_in(user, PASSWORD).unwrap();
    let report = phone.sync(urgent(), &mut |_| {}).unwrap();
    assert_eq!(report.outcome, Outcome::Done);
}

/// Syncs what a killed child left until it is through. Its lease may have to
/// end first.
pub(super) fn deliver(folder: &Path, url: &str, name: &str) -> Vec<Uuid> {
    let clock = super::world::FaultClock::new();
    let secrets = Arc::new(FileSecrets(folder.join("secrets")));
    let phone = open(folder, url, clock.clone(), secrets, None);
    assert!(phone.recovered().is_none(), "{name}: it counts as damaged");
    for _ in 0..20 {
        // The lease of the killed one is waited out.
        clock.pass(10_000);
        let report = phone.sync(urgent(), &mut |_| {}).unwrap();
        if report.outcome == Outcome::NeedsPassword {
            phone.sign_in("staff0", PASSWORD).unwrap();
        }
        let counts = phone.queue().unwrap().counts;
        if report.outcome == Outcome::Done && counts.pending == 0 {
            assert_eq!(counts.wedged, 0, "{name}");
            let items = phone.items(None, 0, usize::MAX).unwrap();
            return items.iter().map(|item| item.envelope.id).collect();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{name}: not all went through: {:?}", phone.queue());
}

fn pushes(size: Size) -> Tally {
    let world = World::start();
    let start = in_memory();
    signed_in(&world, "staff0", start.path());
    let arguments = |folder: &Path| -> [String; 4] {
        [
            "push".to_owned(),
            folder.display().to_string(),
            world.url(),
            "3".to_owned(),
        ]
    };
    let folder = in_memory();
    copy_folder(start.path(), folder.path());
    let all = arguments(folder.path());
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let mut points = points(strace::calls(strace::CALLS, &[], folder.path(), &all), size);
    // The sync has a second thread and a runtime: what comes twice a call is
    // enough of it for the short form.
    if size == Size::Short {
        let offset = fastrand::usize(0..2);
        points = points.into_iter().skip(offset).step_by(2).collect();
    }
    let mut tally = each(&points, |(name, nth)| {
        let folder = in_memory();
        copy_folder(start.path(), folder.path());
        let inject = format!("inject={name}:signal=KILL:when={nth}");
        let all = arguments(folder.path());
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let (said, _) = child::finish(strace::silent(&inject, &all));
        let saved = child::saved(&said);
        let there = deliver(folder.path(), &world.url(), &inject);
        let mut ledger = world.ledger();
        ledger.read();
        let unique: HashSet<&Uuid> = there.iter().collect();
        Tally {
            cases: 1,
            lost: ledger.missing(&saved)
                + ledger.missing(&there)
                + saved.iter().filter(|id| !unique.contains(id)).count() as u64,
            duplicated: (there.len() - unique.len()) as u64,
            notes: Vec::new(),
        }
    });
    let mut ledger = world.ledger();
    ledger.read();
    tally.duplicated += ledger.duplicated;
    tally.notes.push(format!("{} in pushes", tally.cases));
    tally
}

fn upgrades(size: Size) -> Tally {
    let mut tally = Tally::default();
    for fixture in upgrade::fixtures() {
        let folder = in_memory();
        let path = folder.path().join("q.sqlite3");
        std::fs::copy(&fixture.file, &path).unwrap();
        let arguments = ["open", path.to_str().unwrap()];
        let points = points(
            strace::calls(strace::CALLS, &[], folder.path(), &arguments),
            size,
        );
        tally.add(each(&points, |(name, nth)| {
            let folder = in_memory();
            let path = folder.path().join("q.sqlite3");
            std::fs::copy(&fixture.file, &path).unwrap();
            let inject = format!("inject={name}:signal=KILL:when={nth}");
            let arguments = ["open", path.to_str().unwrap()];
            let _ = child::finish(strace::silent(&inject, &arguments));
            check_file(&path, &fixture.ids, &inject)
        }));
    }
    tally.notes.push(format!("{} in upgrades", tally.cases));
    tally
}

/// The fault `kill-random`. Each 100 rounds have a registry of their own: the pins
/// of one counter, none of which knew of another, are not what is tested here.
#[must_use]
pub fn at_random(size: Size) -> Tally {
    let mut tally = Tally::default();
    let saved = AtomicUsize::new(0);
    for _ in 0..size.pick(5, 50) {
        tally.add(lives(100, &saved));
    }
    let saved = saved.into_inner();
    tally.notes.push(format!("{saved} acknowledged"));
    tally
}

/// So many lives of two phones, each ended at a random moment; counts the saves
/// that were acknowledged.
fn lives(rounds: u64, acknowledged: &AtomicUsize) -> Tally {
    let world = World::start();
    let phones: Vec<usize> = (0..2).collect();
    let mut tally = each(&phones, |n| {
        let folder = in_memory();
        signed_in(&world, &format!("staff{n}"), folder.path());
        let mut tally = Tally::default();
        let mut saved = Vec::new();
        let mut ledger = world.ledger();
        for round in 0..rounds / 2 {
            let mut command = Command::new(child::program());
            command
                .arg("work")
                .arg(folder.path())
                .arg(world.url())
                .stderr(std::process::Stdio::null());
            let (mut child, lines) = child::start(command);
            let id = child.id();
            // From its first moments to some syncs.
            let long = Duration::from_micros(fastrand::u64(500..45_000));
            let killer = std::thread::spawn(move || {
                std::thread::sleep(long);
                let _ = child.kill();
                let _ = child.wait();
            });
            let said: Vec<_> = lines.collect();
            killer.join().unwrap();
            assert!(id > 0);
            saved.extend(child::saved(&said));
            // The file as it is, and now and then all the way to the registry.
            if round % 10 == 9 || round + 1 == rounds / 2 {
                let name = format!("round {round}");
                let there = deliver(folder.path(), &world.url(), &name);
                let unique: HashSet<&Uuid> = there.iter().collect();
                tally.duplicated += (there.len() - unique.len()) as u64;
                tally.lost += saved.iter().filter(|id| !unique.contains(id)).count() as u64;
                ledger.read();
                tally.lost += ledger.missing(&saved) + ledger.missing(&there);
            }
            tally.cases += 1;
        }
        acknowledged.fetch_add(saved.len(), Ordering::SeqCst);
        tally
    });
    let mut ledger = world.ledger();
    ledger.read();
    tally.duplicated += ledger.duplicated;
    tally
}
