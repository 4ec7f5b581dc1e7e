//! The power goes (`power-loss`): what a process really wrote and synced is
//! recorded (strace), and for each point in that record states that a disk might
//! then be in are rebuilt ([`super::disk`]) and opened with the core: everything
//! that was acknowledged before that point is there, none twice, nothing counts
//! as damaged, and saving goes on.
//!
//! The same is done to writes that are called saved and were not synced
//! (`synchronous=NORMAL`): there the test must find a loss, or it proves nothing.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use fastrand::Rng;
use pakmut_core::store::Store;
use pakmut_core::store::meta::Cursor;
use rusqlite::OpenFlags;
use uuid::Uuid;

use super::child::{self, Said};
use super::disk::{Disk, Op};
use super::strace;
use super::world::in_memory;
use super::{Size, Tally, upgrade};

/// The calls that change a disk, or say something.
pub(super) const CALLS: &str = "openat,open,creat,pwrite64,write,ftruncate,fallocate,fsync,fdatasync,rename,\
                     renameat,renameat2,unlink,unlinkat,mkdir,lseek,close,copy_file_range,pwritev,\
                     writev";

/// Bytes in hexadecimal, and all of them.
pub(super) const WHOLE: [&str; 3] = ["-xx", "-s", "1000000"];

/// What a child did to the files of its folder, in order.
fn record(folder: &Path, before: &BTreeMap<String, Vec<u8>>, arguments: &[&str]) -> Vec<Op> {
    // The record itself must not lie in the folder that is recorded.
    let beside = in_memory();
    let calls = strace::calls(CALLS, &WHOLE, beside.path(), arguments);
    let mut reader = Reader::new(folder, before);
    for call in calls {
        reader.read(&call.name, &call.line);
    }
    reader.ops
}

#[derive(Clone)]
enum Opened {
    File(String, usize),
    Folder,
}

pub(super) struct Reader {
    folder: String,
    root: String,
    disk: Disk,
    open: HashMap<i64, Opened>,
    pub(super) ops: Vec<Op>,
}

impl Reader {
    pub(super) fn new(folder: &Path, before: &BTreeMap<String, Vec<u8>>) -> Self {
        Self {
            folder: format!("{}/", folder.display()),
            root: folder.display().to_string(),
            disk: Disk::with(before),
            open: HashMap::new(),
            ops: Vec::new(),
        }
    }

    fn op(&mut self, op: Op) {
        self.disk.apply(&op);
        self.ops.push(op);
    }

    pub(super) fn read(&mut self, name: &str, line: &str) {
        let (arguments, result) = split(line);
        let Some(result) = result.filter(|result| *result >= 0) else {
            return;
        };
        let number = |n: usize| -> i64 {
            arguments
                .get(n)
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or(-1)
        };
        let texts: Vec<Vec<u8>> = arguments.iter().filter_map(|a| unquote(a)).collect();
        let path = |n: usize| -> Option<String> {
            let text = String::from_utf8_lossy(texts.get(n)?).into_owned();
            Some(text.strip_prefix(&self.folder)?.to_owned())
        };
        match name {
            "openat" | "open" | "creat" => {
                let whole = texts
                    .first()
                    .map(|text| String::from_utf8_lossy(text).into_owned());
                if whole.as_deref() == Some(&self.root) {
                    self.open.insert(result, Opened::Folder);
                } else if let Some(path) = path(0) {
                    let flags = arguments.join(",");
                    if !self.disk.has(&path) {
                        self.op(Op::Create(path.clone()));
                    } else if flags.contains("O_TRUNC") {
                        self.op(Op::Truncate(path.clone(), 0));
                    }
                    self.open.insert(result, Opened::File(path, 0));
                }
            }
            "close" => {
                self.open.remove(&number(0));
            }
            "lseek" => {
                if let Some(Opened::File(_, at)) = self.open.get_mut(&number(0)) {
                    *at = usize::try_from(result).unwrap();
                }
            }
            "write" if number(0) == 1 => {
                let text = texts.first().cloned().unwrap_or_default();
                self.op(Op::Say(String::from_utf8_lossy(&text).into_owned()));
            }
            "write" => {
                let written = usize::try_from(result).unwrap();
                if let Some(Opened::File(path, at)) = self.open.get_mut(&number(0)) {
                    let op = Op::Write(path.clone(), *at, texts[0][..written].to_vec());
                    *at += written;
                    self.op(op);
                }
            }
            "pwrite64" => {
                let written = usize::try_from(result).unwrap();
                if let Some(Opened::File(path, _)) = self.open.get(&number(0)).cloned() {
                    let at = usize::try_from(number(3)).unwrap();
                    self.op(Op::Write(path, at, texts[0][..written].to_vec()));
                }
            }
            "ftruncate" => {
                if let Some(Opened::File(path, _)) = self.open.get(&number(0)).cloned() {
                    let length = usize::try_from(number(1)).unwrap();
                    self.op(Op::Truncate(path, length));
                }
            }
            "fsync" | "fdatasync" => match self.open.get(&number(0)).cloned() {
                Some(Opened::File(path, _)) => self.op(Op::Sync(path)),
                Some(Opened::Folder) => self.op(Op::SyncFolder),
                None => {}
            },
            "rename" | "renameat" | "renameat2" => {
                if let (Some(from), Some(to)) = (path(0), path(1)) {
                    for opened in self.open.values_mut() {
                        if let Opened::File(name, _) = opened
                            && *name == from
                        {
                            name.clone_from(&to);
                        }
                    }
                    self.op(Op::Rename(from, to));
                }
            }
            "unlink" | "unlinkat" => {
                if let Some(path) = path(0) {
                    self.op(Op::Remove(path));
                }
            }
            "mkdir" => {}
            // Whatever else changes a file would be passed over in silence.
            other => {
                let ours = matches!(self.open.get(&number(0)), Some(Opened::File(..)));
                assert!(!ours, "a call that is not understood: {other}: {line}");
            }
        }
    }
}

/// The arguments and the result of a line of strace.
fn split(line: &str) -> (Vec<String>, Option<i64>) {
    let open = line.find('(').unwrap();
    // Short lines are filled up with spaces before the result.
    let Some((call, result)) = line.rsplit_once(" = ") else {
        return (Vec::new(), None);
    };
    let close = call.trim_end().len() - 1;
    let result = result
        .split_whitespace()
        .next()
        .and_then(|text| text.parse().ok());
    // Strings are in hexadecimal: no comma or quote within.
    let arguments = line[open + 1..close].split(", ").map(str::to_owned);
    (arguments.collect(), result)
}

/// The bytes of `"\x41\x42"`.
pub(super) fn unquote(text: &str) -> Option<Vec<u8>> {
    let inner = text.trim().strip_prefix('"')?;
    assert!(inner.ends_with('"'), "a string was cut: {text:.40}");
    let inner = inner.strip_suffix('"')?;
    inner
        .split("\\x")
        .skip(1)
        .map(|hex| u8::from_str_radix(hex, 16).ok())
        .collect()
}

/// The states of one record.
pub(super) struct Run {
    pub(super) name: &'static str,
    pub(super) ops: Vec<Op>,
    pub(super) before: BTreeMap<String, Vec<u8>>,
    /// Acknowledged before the record began.
    pub(super) saved: Vec<Uuid>,
}

/// What one state is held against.
pub(super) type Check = fn(&Path, &[Uuid], &[String], &str) -> Tally;

/// The fault `power-loss`.
#[must_use]
pub fn loss(size: Size) -> Tally {
    let states = size.pick(10_500, 62_000);
    let mut runs = Vec::new();
    let folder = in_memory();
    let path = folder.path().join("q.sqlite3");
    runs.push(Run {
        name: "first start and a day's saves",
        ops: record(
            folder.path(),
            &BTreeMap::new(),
            &["queue", path.to_str().unwrap(), "9"],
        ),
        before: BTreeMap::new(),
        saved: Vec::new(),
    });
    for fixture in upgrade::fixtures() {
        let folder = in_memory();
        let path = folder.path().join("q.sqlite3");
        fs::copy(&fixture.file, &path).unwrap();
        let before = BTreeMap::from([("q.sqlite3".to_owned(), fs::read(&path).unwrap())]);
        runs.push(Run {
            name: "an older file's first start",
            ops: record(
                folder.path(),
                &before,
                &["save", path.to_str().unwrap(), "3"],
            ),
            before,
            saved: fixture.ids,
        });
    }
    runs.push(recovery());
    let mut tally = Tally::default();
    let all: usize = runs.iter().map(|run| run.ops.len()).sum();
    for run in &runs {
        let share = states * run.ops.len() / all + 1;
        let found = each_state(run, share, check_saved);
        let syncs = run
            .ops
            .iter()
            .filter(|op| matches!(op, Op::Sync(_) | Op::SyncFolder))
            .count();
        tally.notes.push(format!(
            "{} states of {} calls, {syncs} syncs, in {}",
            found.cases,
            run.ops.len(),
            run.name
        ));
        tally.add(found);
    }
    // The test of the test.
    let folder = in_memory();
    let path = folder.path().join("q.sqlite3");
    let run = Run {
        name: "synchronous=NORMAL",
        ops: record(
            folder.path(),
            &BTreeMap::new(),
            &["retold", path.to_str().unwrap(), "20"],
        ),
        before: BTreeMap::new(),
        saved: Vec::new(),
    };
    let found = each_state(&run, 500, check_retold);
    assert!(
        found.lost > 0,
        "writes that were not synced survive every power cut: this test finds nothing"
    );
    tally.notes.push(format!(
        "with synchronous=NORMAL {} of {} states lose something, as they must",
        found.lost, found.cases
    ));
    tally
}

/// A damaged file that is recovered while the power goes.
fn recovery() -> Run {
    let fixture = upgrade::fixtures().pop().unwrap();
    let folder = in_memory();
    let path = folder.path().join("q.sqlite3");
    let mut bytes = fs::read(&fixture.file).unwrap();
    // An index is rubbish: every item can still be read.
    let at = index_page(&fixture.file) * 4_096;
    bytes[at..at + 4_096].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let before = BTreeMap::from([("q.sqlite3".to_owned(), bytes)]);
    Run {
        name: "a recovery",
        ops: record(
            folder.path(),
            &before,
            &["save", path.to_str().unwrap(), "3"],
        ),
        before,
        saved: fixture.ids,
    }
}

/// Where the index over the pending items begins, pages from 0.
fn index_page(file: &Path) -> usize {
    // Nobody writes to it: it needs no log beside it.
    let address = format!("file:{}?immutable=1", file.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let conn = rusqlite::Connection::open_with_flags(address, flags).unwrap();
    let page: i64 = conn
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'items_pending'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    usize::try_from(page - 1).unwrap()
}

/// Rebuilds so many different states and checks each.
pub(super) fn each_state(run: &Run, states: usize, check: Check) -> Tally {
    let points = run.ops.len() + 1;
    let seen = Mutex::new(HashSet::new());
    let next = AtomicUsize::new(0);
    let tries = AtomicU64::new(0);
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|worker| {
                let (seen, next, tries) = (&seen, &next, &tries);
                scope.spawn(move || {
                    let mut rng = Rng::with_seed(worker);
                    let folder = in_memory();
                    let mut tally = Tally::default();
                    while next.load(Ordering::SeqCst) < states
                        && tries.fetch_add(1, Ordering::SeqCst) < 20 * states as u64
                    {
                        // Every point in turn, first to last.
                        let turn = usize::try_from(tries.load(Ordering::SeqCst)).unwrap();
                        let point = turn * 7 % points;
                        let (state, saved, said) = at_point(run, point, &mut rng);
                        let mut hasher = DefaultHasher::new();
                        (&state, saved.len(), said.len()).hash(&mut hasher);
                        if !seen.lock().unwrap().insert(hasher.finish()) {
                            continue;
                        }
                        next.fetch_add(1, Ordering::SeqCst);
                        lay(folder.path(), &state, &mut rng);
                        let sizes: Vec<String> = state
                            .iter()
                            .map(|(name, bytes)| format!("{name} {}", bytes.len()))
                            .collect();
                        let name = format!(
                            "{}, after call {point} of {} ({})",
                            run.name,
                            points - 1,
                            sizes.join(", ")
                        );
                        tally.add(check(folder.path(), &saved, &said, &name));
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

/// One state at a point, and what was told before it.
fn at_point(
    run: &Run,
    point: usize,
    rng: &mut Rng,
) -> (BTreeMap<String, Vec<u8>>, Vec<Uuid>, Vec<String>) {
    let mut disk = Disk::with(&run.before);
    let mut saved = run.saved.clone();
    let mut said = Vec::new();
    for op in &run.ops[..point] {
        disk.apply(op);
        if let Op::Say(text) = op {
            for line in text.lines() {
                match Said::read(line) {
                    Some(Said::Saved(id)) => saved.push(id),
                    Some(Said::Other(line)) => said.push(line),
                    _ => {}
                }
            }
        }
    }
    (disk.power_cut(rng), saved, said)
}

/// Lays the files out. The shared memory of the log is never synced: it is
/// gone, or rubbish.
fn lay(folder: &Path, state: &BTreeMap<String, Vec<u8>>, rng: &mut Rng) {
    for entry in fs::read_dir(folder).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for (name, bytes) in state {
        if name.ends_with("-shm") {
            if rng.bool() {
                let rubbish: Vec<u8> = (0..32_768).map(|_| rng.u8(..)).collect();
                fs::write(folder.join(name), rubbish).unwrap();
            }
        } else {
            fs::write(folder.join(name), bytes).unwrap();
        }
    }
}

fn check_saved(folder: &Path, saved: &[Uuid], _: &[String], name: &str) -> Tally {
    let path = folder.join("q.sqlite3");
    let store = Store::open(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let items = store.items(None, 0, usize::MAX).unwrap();
    // Read as a sync reads, by the index.
    store.due(0, i64::MAX, 1_000, usize::MAX).unwrap();
    if !name.starts_with("a recovery")
        && let Some(recovery) = store.recovered()
    {
        let head = fs::read(&recovery.aside).unwrap_or_default();
        panic!(
            "{name}: it counts as damaged: {recovery:?} {:02x?}",
            &head[..head.len().min(100)]
        );
    }
    let items = if store.recovered().is_some() {
        store.items(None, 0, usize::MAX).unwrap()
    } else {
        items
    };
    let mut ids = HashSet::new();
    let mut tally = Tally {
        cases: 1,
        ..Tally::default()
    };
    for item in &items {
        assert_eq!(item.envelope.hash(), item.hash, "{name}");
        tally.duplicated += u64::from(!ids.insert(item.envelope.id));
    }
    tally.lost = u64::from(saved.iter().any(|id| !ids.contains(id)));
    let more = child::envelope("goes on");
    store
        .save(&more)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    tally
}

fn check_retold(folder: &Path, _: &[Uuid], said: &[String], name: &str) -> Tally {
    let path = folder.join("q.sqlite3");
    let store = Store::open(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let there = store
        .fact::<Cursor>()
        .unwrap()
        .and_then(|cursor| cursor.0.parse::<i64>().ok())
        .unwrap_or(-1);
    let told = said
        .iter()
        .filter_map(|line| line.strip_prefix("retold ")?.parse::<i64>().ok())
        .max()
        .unwrap_or(-1);
    Tally {
        cases: 1,
        lost: u64::from(there < told),
        ..Tally::default()
    }
}
