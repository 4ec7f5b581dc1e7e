//! Damage (`damage`): bytes flipped, stretches overwritten and tails cut in
//! copies of a full file, with its log beside it or without.
//!
//! What must hold: no panic, no hang; the damaged file is moved aside as it was,
//! what can be read is brought over and counted, the person can be told, and
//! saving goes on. Nothing is made up: every item that counts as whole is one
//! that was saved. An item that no damage touched is not lost where its page is
//! readable; how many are lost at worst is told.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use fastrand::Rng;
use pakmut_core::retry::ItemFate;
use pakmut_core::store::{Mark, Store, StoreError};
use pakmut_domain::wire::ItemHash;
use uuid::Uuid;

use super::kill::each;
use super::world::in_memory;
use super::{Size, Tally, child};

/// Items of the full file: 100 sent, 10 wedged, the rest pending.
const ITEMS: usize = 300;

/// No copy may take longer.
const LONGEST: Duration = Duration::from_secs(10);

/// A full file as it lies: with its log, or all in the main file.
struct Full {
    files: Vec<(String, Vec<u8>)>,
    items: HashMap<Uuid, ItemHash>,
}

fn full(closed: bool) -> Full {
    let folder = in_memory();
    let path = folder.path().join("q.sqlite3");
    let store = Store::open(&path).unwrap();
    for n in 0..ITEMS {
        if n == ITEMS / 2 {
            // Half lies in the main file, half in the log.
            store.pause().unwrap();
            store.resume().unwrap();
        }
        let item = child::envelope(&format!("{n} {}", "หมุด ".repeat(n % 40)));
        store.save(&item).unwrap();
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
    let items = store
        .items(None, 0, usize::MAX)
        .unwrap()
        .iter()
        .map(|item| (item.envelope.id, item.hash))
        .collect();
    if closed {
        store.pause().unwrap();
    }
    let files = ["q.sqlite3", "q.sqlite3-wal"]
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), fs::read(folder.path().join(name)).ok()?)))
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect();
    Full { files, items }
}

/// The fault `damage`.
#[must_use]
pub fn copies(size: Size) -> Tally {
    let kinds = [full(true), full(false)];
    let copies: Vec<u64> = (0..size.pick(2_000, 10_000)).collect();
    let whole = std::sync::Mutex::new((0_u64, 0_u64, u64::MAX));
    let mut tally = each(&copies, |seed| {
        let kind = &kinds[usize::try_from(seed % 2).unwrap()];
        let begun = Instant::now();
        let left = one(kind, *seed);
        assert!(begun.elapsed() < LONGEST, "copy {seed} took too long");
        if let Some(left) = left {
            let mut whole = whole.lock().unwrap();
            whole.0 += 1;
            whole.1 += left;
            whole.2 = whole.2.min(left);
        }
        Tally {
            cases: 1,
            ..Tally::default()
        }
    });
    let (recovered, items, least) = *whole.lock().unwrap();
    assert!(
        recovered > copies.len() as u64 / 20,
        "{recovered} recovered"
    );
    tally.notes.push(format!(
        "{recovered} recovered with {:.1} of {ITEMS} items in the mean, {least} at worst",
        items as f64 / recovered as f64
    ));
    tally
}

/// Damages a copy, opens and uses it; how many items were whole where it had to
/// be recovered.
fn one(full: &Full, seed: u64) -> Option<u64> {
    let mut rng = Rng::with_seed(seed);
    let folder = in_memory();
    let path = folder.path().join("q.sqlite3");
    let hit = rng.usize(0..full.files.len());
    for (n, (name, bytes)) in full.files.iter().enumerate() {
        let mut bytes = bytes.clone();
        if n == hit {
            damage(&mut bytes, &mut rng);
        }
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let before = fs::read(&path).unwrap();
    let store = match Store::open(&path) {
        Ok(store) => store,
        // A header that says another version or program is believed, and the
        // file is left as it is.
        Err(StoreError::NewerSchema { .. } | StoreError::Foreign { .. }) => {
            assert_eq!(fs::read(&path).unwrap(), before, "copy {seed}");
            return None;
        }
        Err(error) => panic!("copy {seed}: {error}"),
    };
    // All that an app does with it.
    store.due(0, i64::MAX, 1_000, usize::MAX).unwrap();
    store.counts().unwrap();
    store.oldest_unsent().unwrap();
    store.items(None, 0, usize::MAX).unwrap();
    let more = child::envelope("goes on");
    store.save(&more).unwrap();
    let items = store.items(None, 0, usize::MAX).unwrap();
    let mut ids = HashSet::new();
    let mut whole = 0;
    for item in &items {
        assert!(ids.insert(item.envelope.id), "copy {seed}: twice");
        if item.envelope.hash() == item.hash && item.envelope.id != more.id {
            whole += 1;
            assert_eq!(
                full.items.get(&item.envelope.id),
                Some(&item.hash),
                "copy {seed}: made up"
            );
        }
    }
    assert!(ids.contains(&more.id), "copy {seed}");
    let recovery = store.recovered()?;
    assert!(recovery.aside.exists(), "copy {seed}: never deleted");
    check_aside(&recovery.aside, &before, seed, hit);
    assert_eq!(recovery.items, whole, "copy {seed}: counted");
    Some(whole)
}

/// What was moved aside is the damaged file as it was; where the log was not
/// the damaged one, SQLite may have moved some of it in before it found out.
fn check_aside(aside: &Path, before: &[u8], seed: u64, hit: usize) {
    let kept = fs::read(aside).unwrap();
    if hit == 0 && !aside.with_file_name("q.sqlite3-wal").exists() {
        assert!(kept.len() >= before.len().min(4_096), "copy {seed}");
    }
}

fn damage(bytes: &mut Vec<u8>, rng: &mut Rng) {
    match rng.u8(0..4) {
        // Single bits.
        0 => {
            for _ in 0..rng.usize(1..9) {
                let at = rng.usize(0..bytes.len());
                bytes[at] ^= 1 << rng.u8(0..8);
            }
        }
        // A stretch of rubbish or of zeros.
        1 | 2 => {
            let from = rng.usize(0..bytes.len());
            let to = (from + rng.usize(1..12_000)).min(bytes.len());
            let zeros = rng.bool();
            for byte in &mut bytes[from..to] {
                *byte = if zeros { 0 } else { rng.u8(..) };
            }
        }
        // The tail is gone.
        _ => bytes.truncate(rng.usize(0..bytes.len())),
    }
}
