//! What the phone's file costs: durable saves against bare inserts, and opening
//! a file with a long queue against an empty one.

use std::fmt::Display;
use std::path::Path;
use std::time::{Duration, Instant};

use fastrand::Rng;
use pakmut_core::store::Store;
use pakmut_domain::wire::{Envelope, Kind, Saved};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::pins;
use crate::report::Report;

/// Saves of each kind, taken in turns, so that a disk that is slow for a while
/// is so for both.
const SAVES: usize = 400;

/// Items of the long queue.
const QUEUED: usize = 100_000;

/// Openings of each kind, taken in turns.
const OPENINGS: usize = 31;

/// Measures, in a folder on the disk that is meant.
///
/// # Errors
/// What failed, in words.
pub fn run(report: &mut Report, folder: &Path) -> Result<(), String> {
    saves(report, folder)?;
    openings(report, folder)
}

fn saves(report: &mut Report, folder: &Path) -> Result<(), String> {
    let mut rng = Rng::with_seed(7);
    let store = Store::open(folder.join("ours.sqlite3")).map_err(said)?;
    let bare = rusqlite::Connection::open(folder.join("bare.sqlite3")).map_err(said)?;
    bare.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
         CREATE TABLE items (bytes BLOB NOT NULL);",
    )
    .map_err(said)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for turn in 0..SAVES + 20 {
        let item = envelope(&mut rng)?;
        let bytes = serde_json::to_vec(&item).map_err(said)?;
        let first = || -> Result<Duration, String> {
            let begun = Instant::now();
            store.save(&item).map_err(said)?;
            Ok(begun.elapsed())
        };
        let second = || -> Result<Duration, String> {
            let begun = Instant::now();
            bare.prepare_cached("INSERT INTO items (bytes) VALUES (?1)")
                .and_then(|mut insert| insert.execute([&bytes]))
                .map_err(said)?;
            Ok(begun.elapsed())
        };
        let (one, two) = if turn % 2 == 0 {
            let one = first()?;
            (one, second()?)
        } else {
            let two = second()?;
            (first()?, two)
        };
        // The first few make files grow and caches warm.
        if turn >= 20 {
            ours.push(one);
            theirs.push(two);
        }
    }
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    report.row("durable save", ours * 1e3, "ms", "");
    report.row("bare durable insert", theirs * 1e3, "ms", "");
    report.row("saves against bare inserts", theirs / ours, "", ">= 0.9");
    Ok(())
}

fn openings(report: &mut Report, folder: &Path) -> Result<(), String> {
    let mut rng = Rng::with_seed(8);
    let (full, empty) = (folder.join("full.sqlite3"), folder.join("empty.sqlite3"));
    // Filled in memory, where a sync costs nothing, and laid on the disk then.
    let memory = tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .map_err(said)?;
    let built = memory.path().join("full.sqlite3");
    let store = Store::open(&built).map_err(said)?;
    for _ in 0..QUEUED {
        store.save(&envelope(&mut rng)?).map_err(said)?;
    }
    drop(store);
    std::fs::copy(&built, &full).map_err(said)?;
    drop(Store::open(&empty).map_err(said)?);
    let (mut long, mut short) = (Vec::new(), Vec::new());
    for _ in 0..OPENINGS {
        for (path, times) in [(&full, &mut long), (&empty, &mut short)] {
            let begun = Instant::now();
            let store = Store::open(path).map_err(said)?;
            times.push(begun.elapsed());
            drop(store);
        }
    }
    let (long, short) = (median(&mut long), median(&mut short));
    report.row("opening an empty file", short * 1e3, "ms", "");
    report.row(
        "opening with 100,000 queued against empty",
        long / short,
        "",
        "<= 2",
    );
    let store = Store::open(&full).map_err(said)?;
    let begun = Instant::now();
    let counts = store.counts().map_err(said)?;
    if counts.pending != QUEUED as u64 {
        return Err(format!("{} of {QUEUED} are queued", counts.pending));
    }
    report.row(
        "counting a queue of 100,000",
        begun.elapsed().as_secs_f64() * 1e3,
        "ms",
        "",
    );
    Ok(())
}

fn envelope(rng: &mut Rng) -> Result<Envelope, String> {
    let mut random = [0; 10];
    random.fill_with(|| rng.u8(..));
    let wall = 1_790_000_000_000 + rng.u64(0..1_000_000_000);
    let pin = pins::pin(Uuid::from_u128(rng.u128(..)), rng);
    Ok(Envelope {
        id: uuid::Builder::from_unix_timestamp_millis(wall, &random).into_uuid(),
        kind: Kind::new(Kind::PIN).map_err(said)?,
        version: 1,
        account: Uuid::from_u128(1),
        device: Uuid::from_u128(2),
        saved: Saved {
            wall: wall.cast_signed(),
            mono: rng.i64(0..1_000_000_000),
            boot: Uuid::from_u128(3),
            offset: Some(rng.i64(-900..900)),
            gnss: Some(wall.cast_signed()),
        },
        seen: Vec::new(),
        payload: RawValue::from_string(serde_json::to_string(&pin).map_err(said)?).map_err(said)?,
        sig: None,
    })
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times
        .get(times.len() / 2)
        .map_or(f64::NAN, Duration::as_secs_f64)
}

fn said(error: impl Display) -> String {
    error.to_string()
}
