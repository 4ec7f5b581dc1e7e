//! The child process: an app that saves, pushes and migrates, and reports each
//! acknowledged save over its standard output the moment it has it. It may be
//! killed at any of its calls, or find its disk full.
//!
//! `saved ID` is an acknowledged save, `failed CODE` a save that was refused
//! with a clear error, `synced OUTCOME` the end of a sync, and `begin` stands
//! before the first of its own calls.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use pakmut_core::ports::SystemClock;
use pakmut_core::retry::ItemFate;
use pakmut_core::store::meta::Cursor;
use pakmut_core::store::{Durability, Mark, Store, StoreError};
use pakmut_domain::model::Counter;
use pakmut_domain::wire::pull::record;
use pakmut_domain::wire::{Envelope, Kind, Saved};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::world::{FileSecrets, open, pin_payload, urgent};

/// The program, beside the program that runs.
///
/// # Panics
/// Where it was not built.
#[must_use]
pub fn program() -> PathBuf {
    let me = std::env::current_exe().unwrap();
    me.ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join("fault-child"))
        .find(|path| path.is_file())
        .expect("fault-child is not built: cargo build -p pakmut-tests")
}

/// A line of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// An acknowledged save.
    Saved(Uuid),
    /// A refusal by its code.
    Failed(String),
    /// Anything else.
    Other(String),
}

impl Said {
    /// Reads a line; none for one that was cut off.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        if let Some(id) = line.strip_prefix("saved ") {
            return Uuid::parse_str(id).ok().map(Self::Saved);
        }
        Some(match line.strip_prefix("failed ") {
            Some(code) => Self::Failed(code.to_owned()),
            None => Self::Other(line.to_owned()),
        })
    }
}

/// Starts a child.
pub fn start(mut command: Command) -> (Child, impl Iterator<Item = Said>) {
    let mut child = command
        .stdout(Stdio::piped())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| Said::read(&line));
    (child, lines)
}

/// Runs a child to its end, and gives what it said.
#[must_use]
pub fn finish(command: Command) -> (Vec<Said>, std::process::ExitStatus) {
    let (mut child, lines) = start(command);
    let said = lines.collect();
    (said, child.wait().unwrap())
}

/// The ids that a child acknowledged.
#[must_use]
pub fn saved(said: &[Said]) -> Vec<Uuid> {
    said.iter()
        .filter_map(|said| match said {
            Said::Saved(id) => Some(*id),
            _ => None,
        })
        .collect()
}

/// An item that belongs to nobody, for a queue without a registry.
#[must_use]
pub fn envelope(note: &str) -> Envelope {
    Envelope {
        id: Uuid::now_v7(),
        kind: Kind::new(Kind::PIN).unwrap(),
        version: 1,
        account: Uuid::from_u128(3),
        device: Uuid::from_u128(4),
        saved: Saved {
            wall: 1_790_000_000_000,
            mono: 5,
            boot: Uuid::from_u128(5),
            offset: None,
            gnss: None,
        },
        seen: Vec::new(),
        payload: RawValue::from_string(serde_json::json!({ "note": note }).to_string()).unwrap(),
        sig: None,
    }
}

/// What the child does; its program calls this.
///
/// # Panics
/// Where its arguments are wrong, or what must hold in the child does not.
pub fn main(arguments: &[String]) {
    let text: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match text[..] {
        ["save", path, count] => save(Path::new(path), count.parse().unwrap()),
        ["queue", path, count] => queue(Path::new(path), count.parse().unwrap()),
        ["retold", path, count] => retold(Path::new(path), count.parse().unwrap()),
        ["fill", path, count] => fill(Path::new(path), count.parse().unwrap()),
        ["crowd", path, others] => crowd(Path::new(path), Path::new(others)),
        ["open", path] => {
            say("begin");
            let store = Store::open(path).unwrap();
            say(&format!("opened {}", store.counts().unwrap().pending));
        }
        ["push", folder, url, count] => push(Path::new(folder), url, count.parse().unwrap()),
        ["photo", folder, url, count] => photo(Path::new(folder), url, count.parse().unwrap()),
        ["work", folder, url] => work(Path::new(folder), url),
        ["long", folder, url] => super::many::child(Path::new(folder), url),
        ["sync", folder, url] => sync_on(Path::new(folder), url),
        _ => panic!("unknown arguments {text:?}"),
    }
}

/// One line, in one write.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(format!("{line}\n").as_bytes());
    let _ = out.flush();
}

/// Saves so many, one after the other.
fn save(path: &Path, count: usize) {
    say("begin");
    let store = Store::open(path).unwrap();
    for n in 0..count {
        let item = envelope(&format!("saved {n}"));
        store.save(&item).unwrap();
        say(&format!("saved {}", item.id));
    }
}

/// A day in the life of a file: saves between marks of what was sent, several at
/// once, a pause that moves all into the main file, and a large one.
fn queue(path: &Path, count: usize) {
    say("begin");
    let store = Store::open(path).unwrap();
    for round in 0..3 {
        for n in 0..count {
            let long = "ป".repeat(if n == 1 { 3_000 } else { 20 });
            let item = envelope(&format!("round {round}, {n} {long}"));
            store.save(&item).unwrap();
            say(&format!("saved {}", item.id));
            if n % 3 == 2 {
                let due = store.due(0, i64::MAX, 2, usize::MAX).unwrap();
                let marks: Vec<Mark> = due
                    .iter()
                    .map(|item| Mark {
                        seq: item.seq,
                        fate: ItemFate::Sent,
                        next_try_mono_ms: 0,
                    })
                    .collect();
                store.record(&marks, 1_790_000_000_000, None).unwrap();
            }
        }
        let many: Vec<Envelope> = (0..3).map(|n| envelope(&format!("many {n}"))).collect();
        store.save_all(&many).unwrap();
        let ids: Vec<String> = many.iter().map(|e| format!("saved {}", e.id)).collect();
        say(&ids.join("\n"));
        store.pause().unwrap();
        store.resume().unwrap();
    }
}

/// The same writes as a save, without its sync (`synchronous=NORMAL`), each
/// wrongly called durable.
fn retold(path: &Path, count: usize) {
    say("begin");
    let store = Store::open(path).unwrap();
    for n in 0..count {
        store
            .set_fact(Durability::Retold, &Cursor(n.to_string()))
            .unwrap();
        say(&format!("retold {n}"));
    }
}

/// Saves until so many are acknowledged, whatever fails in between; gives up
/// after many failures.
fn fill(path: &Path, count: usize) {
    say("begin");
    let mut store: Option<Store> = None;
    let mut done = 0;
    let mut failed = 0;
    while done < count && failed < 12 {
        let tried: Result<Uuid, StoreError> = (|| {
            if store.is_none() {
                store = Some(Store::open(path)?);
            }
            let item = envelope(&format!("{done} {}", "ก".repeat(700)));
            if let Some(store) = &store {
                store.save(&item)?;
            }
            Ok(item.id)
        })();
        match tried {
            Ok(id) => {
                done += 1;
                say(&format!("saved {id}"));
                // Everything into the main file, so that its writes come too.
                if done % 3 == 0
                    && let Some(store) = &store
                {
                    let paused = store.pause().and_then(|()| store.resume());
                    if let Err(error) = paused {
                        failed += 1;
                        say(&format!("failed {}", error.code()));
                        let _ = store.resume();
                    }
                }
            }
            Err(error) => {
                failed += 1;
                say(&format!("failed {}", error.code()));
            }
        }
    }
    say("end");
}

/// Saves until the disk is full, then makes room by removing what others left
/// there, and saves on.
fn crowd(path: &Path, others: &Path) {
    let store = Store::open(path).unwrap();
    let mut after = None;
    for n in 0..20_000 {
        let item = envelope(&format!("{n} {}", "ก".repeat(700)));
        match store.save(&item) {
            Ok(()) => say(&format!("saved {}", item.id)),
            Err(error) => {
                say(&format!("failed {}", error.code()));
                assert!(after.is_none(), "full again, with room");
                std::fs::remove_file(others).unwrap();
                after = Some(10);
            }
        }
        if let Some(left) = &mut after {
            if *left == 0 {
                return;
            }
            *left -= 1;
        }
    }
    panic!("never full");
}

fn phone(folder: &Path, url: &str) -> (pakmut_core::engine::Phone, Vec<Uuid>) {
    let clock = Arc::new(SystemClock::new().unwrap());
    let secrets = Arc::new(FileSecrets(folder.join("secrets")));
    let phone = open(folder, url, clock, secrets, None);
    let counters: Vec<Counter> = phone.pulled(record::COUNTER).unwrap();
    (phone, counters.iter().map(|counter| counter.id).collect())
}

/// Saves so many and pushes them.
fn push(folder: &Path, url: &str, count: usize) {
    say("begin");
    let (phone, counters) = phone(folder, url);
    for n in 0..count {
        let payload = pin_payload(counters[n % counters.len()], "push");
        let id = phone.save(Kind::PIN, 1, &payload, &[], None).unwrap();
        say(&format!("saved {id}"));
    }
    let report = phone.sync(urgent(), &mut |_| {}).unwrap();
    say(&format!("synced {}", report.outcome.code()));
}

/// Takes so many photos, saves each with a pin, and pushes them.
fn photo(folder: &Path, url: &str, count: usize) {
    say("begin");
    let (phone, counters) = phone(folder, url);
    for n in 0..count {
        let photo = phone.keep_photo(&super::photos::jpeg(40_000)).unwrap();
        let pin = super::photos::payload(counters[n % counters.len()], photo);
        let id = phone.save_pin(&pin, &[], None).unwrap();
        say(&format!("saved {id}"));
    }
    let report = phone.sync(urgent(), &mut |_| {}).unwrap();
    say(&format!("synced {}", report.outcome.code()));
}

/// Saves, syncs, pauses and resumes until it is killed. Each pin knows of the one
/// before it at its counter, as a person's does.
fn work(folder: &Path, url: &str) {
    say("begin");
    let (phone, counters) = phone(folder, url);
    let mut before: HashMap<Uuid, Uuid> = HashMap::new();
    let mut n = fastrand::usize(0..100);
    loop {
        for _ in 0..fastrand::usize(1..8) {
            n += 1;
            let counter = counters[n % counters.len()];
            let seen: Vec<Uuid> = before.get(&counter).copied().into_iter().collect();
            match phone.save(Kind::PIN, 1, &pin_payload(counter, "work"), &seen, None) {
                Ok(id) => {
                    before.insert(counter, id);
                    say(&format!("saved {id}"));
                }
                Err(error) => say(&format!("failed {}", error.code())),
            }
        }
        if fastrand::u8(0..3) == 0 {
            sync_once(&phone);
        }
        if fastrand::u8(0..8) == 0 {
            phone.pause().unwrap();
            phone.resume().unwrap();
        }
    }
}

fn sync_once(phone: &pakmut_core::engine::Phone) {
    match phone.sync(urgent(), &mut |_| {}) {
        Ok(report) => say(&format!("synced {}", report.outcome.code())),
        Err(error) => say(&format!("failed {}", error.code())),
    }
}

/// Syncs on and on until it is killed: the background job.
fn sync_on(folder: &Path, url: &str) {
    say("begin");
    let (phone, _) = phone(folder, url);
    loop {
        sync_once(&phone);
        std::thread::sleep(std::time::Duration::from_millis(fastrand::u64(1..10)));
    }
}
