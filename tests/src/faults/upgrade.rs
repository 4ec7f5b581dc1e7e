//! Files of earlier versions (`upgrades`): a phone's file of every schema
//! version so far is kept under `tests/data/phone/`, each with the list of its
//! items. Each opens with this version, is complete, whatever state an item was
//! in, and goes on. A newer one is refused with a clear message and left
//! untouched to the byte.
//!
//! Before the schema gets another step, `fault-child fixture` writes the one of
//! the version before; [`run`] fails where one is missing.

use std::fs;
use std::path::{Path, PathBuf};

use pakmut_core::retry::ItemFate;
use pakmut_core::store::schema::VERSION;
use pakmut_core::store::{Mark, State, Store};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::world::in_memory;
use super::{Size, Tally, child};

/// Items of a fixture: 40 pending, 10 sent, 5 wedged, 2 discarded.
const ITEMS: usize = 57;

/// A kept file.
pub struct Fixture {
    /// Its version.
    pub version: i64,
    /// Where it is.
    pub file: PathBuf,
    /// Its items in the order of saving.
    pub ids: Vec<Uuid>,
}

/// What is known of a kept file.
#[derive(Serialize, Deserialize)]
struct Known {
    version: i64,
    items: Vec<KnownItem>,
}

#[derive(Serialize, Deserialize)]
struct KnownItem {
    id: Uuid,
    hash: String,
    state: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/phone")
}

/// Every kept file, the oldest first.
///
/// # Panics
/// Where one of an earlier version is missing.
#[must_use]
pub fn fixtures() -> Vec<Fixture> {
    let mut fixtures: Vec<Fixture> = (1..=VERSION)
        .filter_map(|version| {
            let file = folder().join(format!("v{version}.sqlite3"));
            file.exists().then(|| Fixture {
                version,
                ids: known(version).items.iter().map(|item| item.id).collect(),
                file,
            })
        })
        .collect();
    fixtures.sort_by_key(|fixture| fixture.version);
    assert!(!fixtures.is_empty(), "no fixture at all");
    fixtures
}

fn known(version: i64) -> Known {
    let list = folder().join(format!("v{version}.json"));
    serde_json::from_slice(&fs::read(list).unwrap()).unwrap()
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Sent => "sent",
        State::Wedged => "wedged",
        State::Discarded => "discarded",
    }
}

/// Writes the fixture of this build's version, where there is none.
///
/// # Panics
/// Where it cannot.
pub fn write_fixture() {
    let path = folder().join(format!("v{VERSION}.sqlite3"));
    fs::create_dir_all(folder()).unwrap();
    assert!(!path.exists(), "{} is there already", path.display());
    let store = Store::open(&path).unwrap();
    let mut ids = Vec::new();
    for n in 0..ITEMS {
        let mut item = child::envelope(&format!("หมุดที่ {n} {}", "ก".repeat(n % 40)));
        item.seen = (0..n % 3).map(|k| Uuid::from_u128(k as u128 + 1)).collect();
        item.saved.offset = n.is_multiple_of(2).then_some(-1_234);
        store.save(&item).unwrap();
        ids.push(item.id);
    }
    let marks: Vec<Mark> = (1..=17)
        .map(|seq| Mark {
            seq,
            fate: if seq <= 10 {
                ItemFate::Sent
            } else {
                ItemFate::Wedged {
                    code: "payload_malformed".to_owned(),
                    detail: Some("line 1".to_owned()),
                }
            },
            next_try_mono_ms: 0,
        })
        .collect();
    store.record(&marks, 1_790_000_000_000, None).unwrap();
    for id in &ids[15..17] {
        store.discard(*id, 1_790_000_000_000).unwrap();
    }
    let known = Known {
        version: VERSION,
        items: store
            .items(None, 0, usize::MAX)
            .unwrap()
            .iter()
            .map(|item| KnownItem {
                id: item.envelope.id,
                hash: item.hash.to_string(),
                state: state_name(item.state).to_owned(),
            })
            .collect(),
    };
    store.pause().unwrap();
    let list = folder().join(format!("v{VERSION}.json"));
    fs::write(list, serde_json::to_string_pretty(&known).unwrap() + "\n").unwrap();
}

/// The fault `upgrades`.
#[must_use]
pub fn run(_size: Size) -> Tally {
    let mut tally = Tally::default();
    for version in 1..VERSION {
        let file = folder().join(format!("v{version}.sqlite3"));
        assert!(file.exists(), "no fixture of version {version}");
    }
    for fixture in fixtures() {
        let place = in_memory();
        let path = place.path().join("q.sqlite3");
        fs::copy(&fixture.file, &path).unwrap();
        let known = known(fixture.version);
        let store = Store::open(&path).unwrap();
        assert!(store.recovered().is_none());
        let items = store.items(None, 0, usize::MAX).unwrap();
        for (item, known) in items.iter().zip(&known.items) {
            assert_eq!(item.envelope.id, known.id);
            assert_eq!(item.hash.to_string(), known.hash);
            assert_eq!(item.envelope.hash(), item.hash, "bytes as they were saved");
            assert_eq!(state_name(item.state), known.state);
        }
        tally.lost += known.items.len().saturating_sub(items.len()) as u64;
        tally.duplicated += items.len().saturating_sub(known.items.len()) as u64;
        let pending = known.items.iter().filter(|i| i.state == "pending").count();
        assert_eq!(
            store.due(0, i64::MAX, 1_000, usize::MAX).unwrap().len(),
            pending
        );
        let wedged = store.items(Some(State::Wedged), 0, 100).unwrap();
        assert_eq!(wedged[0].reason.as_deref(), Some("payload_malformed"));
        store.save(&child::envelope("goes on")).unwrap();
        tally.cases += 1;
    }
    tally.add(newer());
    tally
}

/// A file of a newer version, closed or with its log beside it: refused, and not
/// a byte of it changes.
fn newer() -> Tally {
    let mut tally = Tally::default();
    for (closed, ahead) in [(true, 1), (false, 1), (true, 7)] {
        let place = in_memory();
        let made = place.path().join("made.sqlite3");
        Store::open(&made)
            .unwrap()
            .save(&child::envelope("a"))
            .unwrap();
        let conn = rusqlite::Connection::open(&made).unwrap();
        conn.pragma_update(None, "journal_mode", "wal").unwrap();
        conn.pragma_update(None, "user_version", VERSION + ahead)
            .unwrap();
        conn.execute_batch("CREATE TABLE of_tomorrow (a)").unwrap();
        if closed {
            conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
                .unwrap();
        }
        // As it lies, the log beside it.
        let other = in_memory();
        let path = other.path().join("q.sqlite3");
        for end in ["", "-wal"] {
            let from = format!("{}{end}", made.display());
            if Path::new(&from).exists() {
                fs::copy(from, format!("{}{end}", path.display())).unwrap();
            }
        }
        let before = contents(other.path());
        let refused = Store::open(&path).err().unwrap();
        assert_eq!(refused.code(), "file_newer");
        assert!(refused.to_string().contains("version"), "{refused}");
        let after = contents(other.path());
        for (name, bytes) in &before {
            if !name.ends_with("-shm") {
                assert_eq!(after.get(name), Some(bytes), "{name} changed");
            }
        }
        tally.cases += 1;
    }
    tally
}

fn contents(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}
