//! The phone's file: killed, upgraded, newer, foreign, damaged, shared.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pakmut_core::store::{Mark, Recovery, State, Store, StoreError};
use pakmut_domain::wire::{Envelope, Kind, Saved};
use serde_json::value::RawValue;
use uuid::Uuid;

fn envelope(n: u64, note: &str) -> Envelope {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    Envelope {
        id: uuid::Builder::from_unix_timestamp_millis(1_790_000_000_000 + n, &random).into_uuid(),
        kind: Kind::new(Kind::PIN).unwrap(),
        version: 1,
        account: Uuid::from_u128(3),
        device: Uuid::from_u128(4),
        saved: Saved {
            wall: 1_790_000_000_000,
            mono: 5,
            boot: Uuid::from_u128(5),
            offset: None,
            gnss: Some(i64::try_from(n).unwrap()),
        },
        seen: vec![Uuid::from_u128(n.into())],
        payload: RawValue::from_string(serde_json::json!({ "note": note }).to_string()).unwrap(),
        sig: None,
    }
}

fn in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

fn all(store: &Store) -> Vec<Uuid> {
    store
        .items(None, 0, usize::MAX)
        .unwrap()
        .iter()
        .map(|item| item.envelope.id)
        .collect()
}

#[test]
fn the_sqlite_within_has_the_wal_reset_fault_mended() {
    // 3.51.3, https://sqlite.org/wal.html#walresetbug
    assert!(rusqlite::version_number() >= 3_051_003);
}

#[test]
fn every_save_is_durable_by_its_pragmas() {
    let dir = in_memory();
    let path = dir.path().join("q.sqlite3");
    let store = Store::open(&path).unwrap();
    let item = envelope(1, "ก");
    store.save(&item).unwrap();
    let conn = rusqlite::Connection::open(&path).unwrap();
    let mode: String = conn
        .pragma_query_value(None, "journal_mode", |r| r.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
    let kept = store.item(item.id).unwrap().unwrap();
    assert_eq!(kept.envelope.signed_bytes(), item.signed_bytes());
    assert_eq!(kept.hash, item.hash());
}

/// A child saves and says so; it is killed at some moment; each save that it
/// spoke of is there, in order, once.
#[test]
fn what_a_killed_app_called_saved_is_there() {
    if let Ok(path) = std::env::var("PAKMUT_TEST_SAVER") {
        let store = Store::open(path).unwrap();
        let from = all(&store).len() as u64;
        for n in from.. {
            store.save(&envelope(n, "child")).unwrap();
            println!("saved {n}");
        }
    }
    let dir = in_memory();
    let path = dir.path().join("q.sqlite3");
    let mut told = 0;
    for round in 0..20_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "what_a_killed_app_called_saved_is_there",
                "--exact",
                "--nocapture",
            ])
            .env("PAKMUT_TEST_SAVER", &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut left = 1 + round * 7 % 40;
        for line in lines {
            let Ok(line) = line else { break };
            let Some((_, n)) = line.split_once("saved ") else {
                continue;
            };
            told = told.max(n.parse::<u64>().unwrap() + 1);
            left = left.saturating_sub(1);
            if left == 0 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
    }
    let store = Store::open(&path).unwrap();
    assert!(store.recovered().is_none());
    let ids = all(&store);
    assert!(ids.len() as u64 >= told && told > 20);
    for (n, id) in ids.iter().enumerate() {
        assert_eq!(*id, envelope(n as u64, "child").id);
    }
}

#[test]
fn a_newer_or_a_foreign_file_is_refused_and_left_as_it_is() {
    let dir = in_memory();
    let path = dir.path().join("q.sqlite3");
    Store::open(&path).unwrap().save(&envelope(1, "a")).unwrap();
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    conn.close().unwrap();
    let before = fs::read(&path).unwrap();
    let refused = Store::open(&path).err().unwrap();
    assert_eq!(refused.code(), "file_newer");
    assert!(matches!(refused, StoreError::NewerSchema { found: 99, .. }));
    assert_eq!(fs::read(&path).unwrap(), before);

    let foreign = dir.path().join("f.sqlite3");
    let conn = rusqlite::Connection::open(&foreign).unwrap();
    conn.execute_batch("CREATE TABLE theirs (a)").unwrap();
    conn.close().unwrap();
    let before = fs::read(&foreign).unwrap();
    assert_eq!(Store::open(&foreign).err().unwrap().code(), "file_foreign");
    assert_eq!(fs::read(&foreign).unwrap(), before);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
}

/// 300 items: 100 sent, 10 wedged, one discarded, the rest pending.
fn full_file(path: &Path) -> Vec<Uuid> {
    use pakmut_core::retry::ItemFate;
    let store = Store::open(path).unwrap();
    for n in 0..300 {
        store
            .save(&envelope(
                n,
                &"หมุด ".repeat(usize::try_from(n % 40).unwrap()),
            ))
            .unwrap();
    }
    let marks: Vec<Mark> = (1..=110)
        .map(|seq| Mark {
            seq,
            fate: if seq <= 100 {
                ItemFate::Sent
            } else {
                ItemFate::Wedged {
                    code: "poison".to_owned(),
                    detail: None,
                }
            },
            next_try_mono_ms: 0,
        })
        .collect();
    store.record(&marks, 1_790_000_000_000, None).unwrap();
    let ids = all(&store);
    store.discard(ids[104], 0).unwrap();
    ids
}

fn check_recovered(store: &Store, ids: &[Uuid], recovery: &Recovery) {
    let items = store.items(None, 0, usize::MAX).unwrap();
    let mut seen = std::collections::HashSet::new();
    for item in &items {
        assert!(seen.insert(item.envelope.id), "twice");
    }
    let whole = items
        .iter()
        .filter(|item| item.envelope.hash() == item.hash)
        .count() as u64;
    assert_eq!(whole, recovery.items);
    for item in items.iter().filter(|i| i.envelope.hash() == i.hash) {
        assert!(ids.contains(&item.envelope.id), "nothing is made up");
    }
    assert!(recovery.aside.exists(), "never deleted");
}

#[test]
fn a_file_with_a_damaged_page_is_moved_aside_and_the_rest_brought_over() {
    let dir = in_memory();
    let path = dir.path().join("q.sqlite3");
    let ids = full_file(&path);
    let whole = fs::read(&path).unwrap();
    // Each page in turn becomes rubbish.
    let mut least = u64::MAX;
    for page in 0..whole.len() / 4_096 {
        let dir = in_memory();
        let path = dir.path().join("q.sqlite3");
        let mut bytes = whole.clone();
        bytes[page * 4_096..(page + 1) * 4_096].fill(0xa5);
        fs::write(&path, &bytes).unwrap();
        let store = match Store::open(&path) {
            Ok(store) => store,
            // Page 1 says whose file it is: without it, it may be anybody's.
            Err(error) => panic!("page {page}: {error}"),
        };
        let due = store.due(0, i64::MAX, 1_000, usize::MAX).unwrap();
        let items = store.items(None, 0, usize::MAX).unwrap();
        store.save(&envelope(1_000, "goes on")).unwrap();
        if let Some(recovery) = store.recovered() {
            let fresh = Store::open(dir.path().join("q.sqlite3")).unwrap();
            assert_eq!(
                all(&fresh).len() as u64,
                recovery.items + recovery.damaged + 1
            );
            assert!(recovery.aside.exists());
            assert_eq!(fs::read(&recovery.aside).unwrap(), bytes, "page {page}");
            least = least.min(recovery.items);
        } else {
            // The page was of an index or of no use: all is there.
            assert!(
                items.len() == ids.len(),
                "page {page}: {} items",
                items.len()
            );
            assert!(due.len() >= 180, "page {page}: {} due", due.len());
        }
    }
    assert!(least >= 250, "at worst {least} of 300 were brought over");
}

#[test]
fn bytes_flipped_and_tails_cut_never_panic_and_lose_only_what_was_hit() {
    let dir = in_memory();
    let path = dir.path().join("q.sqlite3");
    let ids = full_file(&path);
    let whole = fs::read(&path).unwrap();
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state).unwrap() % below
    };
    let mut recoveries = 0;
    for round in 0..200 {
        let dir = in_memory();
        let path = dir.path().join("q.sqlite3");
        let mut bytes = whole.clone();
        for _ in 0..=random(8) {
            let at = random(bytes.len());
            bytes[at] ^= 1 << random(8);
        }
        if round % 4 == 0 {
            bytes.truncate(random(bytes.len()));
        }
        fs::write(&path, &bytes).unwrap();
        let store = match Store::open(&path) {
            Ok(store) => store,
            Err(StoreError::NewerSchema { .. } | StoreError::Foreign { .. }) => continue,
            Err(error) => panic!("round {round}: {error}"),
        };
        let _ = store.due(0, i64::MAX, 1_000, usize::MAX).unwrap();
        let _ = store.counts().unwrap();
        let _ = store.items(None, 0, usize::MAX).unwrap();
        if let Some(recovery) = store.recovered() {
            recoveries += 1;
            check_recovered(&store, &ids, &recovery);
        }
        store.save(&envelope(5_000, "goes on")).unwrap();
    }
    assert!(recoveries > 20, "{recoveries}");
}

#[test]
fn a_recovery_cut_off_at_any_step_is_gone_through_at_the_next_start() {
    let dir = in_memory();
    let path = dir.path().join("q.sqlite3");
    let ids = full_file(&path);
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 4_096;
    bytes[last..].fill(0xa5);
    let files = |dir: &Path, files: &[(&str, &[u8])]| {
        for (name, bytes) in files {
            fs::write(dir.join(name), bytes).unwrap();
        }
    };
    let aside = "q.sqlite3.damaged-1";
    let marker = "q.sqlite3.recovery";
    let note = format!("{aside}\n");
    for state in [
        vec![("q.sqlite3", &bytes[..]), (marker, &b""[..])],
        vec![("q.sqlite3", &bytes[..]), (marker, note.as_bytes())],
        vec![(aside, &bytes[..]), (marker, note.as_bytes())],
        vec![
            (aside, &bytes[..]),
            (marker, note.as_bytes()),
            ("q.sqlite3.new", &bytes[..5_000]),
        ],
    ] {
        let dir = in_memory();
        files(dir.path(), &state);
        let store = Store::open(dir.path().join("q.sqlite3")).unwrap();
        store.items(None, 0, usize::MAX).unwrap();
        store.due(0, i64::MAX, 1_000, usize::MAX).unwrap();
        let left = all(&store).len();
        assert!(left >= ids.len() - 20, "{left}");
        assert!(!dir.path().join(marker).exists());
    }
    // The new file was in place already: nothing is done to it.
    let dir = in_memory();
    let new: PathBuf = dir.path().join("q.sqlite3");
    Store::open(&new)
        .unwrap()
        .save(&envelope(1, "new"))
        .unwrap();
    files(dir.path(), &[(aside, &bytes), (marker, note.as_bytes())]);
    let store = Store::open(&new).unwrap();
    assert_eq!(all(&store).len(), 1);
}

/// App and background job have the file open; one finds it damaged and makes a
/// new one; the other goes over to it before it writes.
#[test]
fn another_process_notices_that_the_file_was_replaced() {
    let dir = in_memory();
    let path = dir.path().join("q.sqlite3");
    full_file(&path);
    let app = Store::open(&path).unwrap();
    let job = Store::open(&path).unwrap();
    job.counts().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.len() / 2 / 4_096 * 4_096;
    bytes[at..at + 40_960].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    // A fresh connection reads what is on the disk.
    let third = Store::open(&path).unwrap();
    third.items(None, 0, usize::MAX).unwrap();
    assert!(third.recovered().is_some());
    app.save(&envelope(1_000, "by the app")).unwrap();
    job.save(&envelope(1_001, "by the job")).unwrap();
    drop(app);
    drop(job);
    drop(third);
    let store = Store::open(&path).unwrap();
    let ids = all(&store);
    assert!(ids.contains(&envelope(1_000, "by the app").id));
    assert!(ids.contains(&envelope(1_001, "by the job").id));
}

#[test]
fn an_item_whose_bytes_changed_on_the_disk_is_wedged_not_sent() {
    let dir = in_memory();
    let path = dir.path().join("q.sqlite3");
    let store = Store::open(&path).unwrap();
    for n in 0..3 {
        store.save(&envelope(n, "a")).unwrap();
    }
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute(
        "UPDATE items SET payload = '{\"note\":\"b\"}' WHERE seq = 2",
        [],
    )
    .unwrap();
    assert_eq!(store.due(0, 0, 10, 100_000).unwrap().len(), 2);
    let wedged = store.items(Some(State::Wedged), 0, 9).unwrap();
    assert_eq!(wedged[0].reason.as_deref(), Some("item_damaged"));
}

#[test]
fn what_was_sent_is_kept_90_days_by_the_registrys_time() {
    use pakmut_core::retry::ItemFate;
    let dir = in_memory();
    let store = Store::open(dir.path().join("q.sqlite3")).unwrap();
    for n in 0..3 {
        store.save(&envelope(n, "a")).unwrap();
    }
    let day = 86_400_000;
    for (seq, at) in [(1, 0), (2, 5 * day)] {
        let mark = Mark {
            seq,
            fate: ItemFate::Sent,
            next_try_mono_ms: 0,
        };
        store.record(&[mark], at, None).unwrap();
    }
    assert_eq!(store.clear_old(90 * day).unwrap(), 0);
    assert_eq!(store.clear_old(90 * day + 1).unwrap(), 1);
    assert_eq!(store.clear_old(4_000 * day).unwrap(), 1);
    assert_eq!(store.counts().unwrap().pending, 1, "never what is unsent");
}

#[test]
fn a_batch_keeps_to_its_bytes_and_takes_one_at_least() {
    let dir = in_memory();
    let store = Store::open(dir.path().join("q.sqlite3")).unwrap();
    for n in 0..5 {
        store.save(&envelope(n, &"x".repeat(50_000))).unwrap();
    }
    assert_eq!(store.due(0, 0, 100, 120_000).unwrap().len(), 2);
    assert_eq!(store.due(0, 0, 100, 10).unwrap().len(), 1);
    let json = serde_json::to_vec(&store.due(0, 0, 1, 10).unwrap()[0].envelope).unwrap();
    assert!(json.len() < 50_000 + 480 + 60);
}
