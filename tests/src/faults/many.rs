//! A long queue (`many-items`): 100,000 items (5,000 in the short form) that a
//! phone saved while it had no network.
//!
//! What must hold: the sync is through in under 120 s on loopback, within 32 MB
//! above the idle process, in the order of saving, with progress; it can be
//! cancelled and goes on where it was. It runs in a process of its own: what
//! another used before would hide what the queue takes.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use pakmut_core::ports::SystemClock;
use pakmut_core::sync::{Options, Outcome};

use super::child::{self, Said};
use super::kill::signed_in;
use super::world::{FaultClock, FileSecrets, TestPhone, World, in_memory, open, urgent};
use super::{Size, Tally};
use crate::registry_process::memory_of;

/// The longest that it may take, seconds.
const LONGEST_S: f64 = 120.0;

/// The most memory above the idle process, bytes.
const MOST_BYTES: f64 = 32e6;

/// The fault `many-items`.
#[must_use]
pub fn queued(size: Size) -> Tally {
    let count = size.pick(5_000, 100_000);
    let world = World::start();
    let folder = Arc::new(in_memory());
    signed_in(&world, "staff0", folder.path());
    let clock = FaultClock::new();
    let secrets = Arc::new(FileSecrets(folder.path().join("secrets")));
    let core = open(
        folder.path(),
        &world.url(),
        clock.clone(),
        secrets.clone(),
        None,
    );
    let mut phone = TestPhone::around(folder.clone(), &world.url(), "staff0", clock, secrets, core);
    let saved = phone.save_in_turn("many", count);
    drop(phone);
    let mut command = Command::new(child::program());
    command.args(["long", folder.path().to_str().unwrap(), &world.url()]);
    let (said, status) = child::finish(command);
    assert!(status.success(), "{status}: {said:?}");
    let figure = |name: &str| -> f64 {
        said.iter()
            .find_map(|line| match line {
                Said::Other(text) => text.strip_prefix(name)?.trim().parse().ok(),
                _ => None,
            })
            .unwrap_or_else(|| panic!("no {name}: {said:?}"))
    };
    let (seconds, above) = (figure("seconds"), figure("above"));
    assert!(seconds < LONGEST_S, "{seconds} s");
    assert!(above < MOST_BYTES, "{above} bytes above idle");
    let mut ledger = world.ledger();
    let arrived = ledger.read();
    assert!(arrived == saved, "not in the order of saving");
    Tally {
        cases: saved.len() as u64,
        lost: ledger.missing(&saved),
        duplicated: ledger.duplicated,
        notes: vec![format!(
            "{seconds:.1} s, {:.1} MB above idle, cancelled after {} and gone on",
            above / 1e6,
            figure("cancelled")
        )],
    }
}

/// The phone's process: pushes a part, is cancelled, and goes on.
///
/// # Panics
/// Where what must hold does not.
pub fn child(folder: &Path, url: &str) {
    let clock = Arc::new(SystemClock::new().unwrap());
    let secrets = Arc::new(FileSecrets(folder.join("secrets")));
    let phone = open(folder, url, clock, secrets, None);
    let all = phone.queue().unwrap().counts.pending;
    let resident = || memory_of("self").unwrap().0;
    let idle = resident();
    let mut most = idle;
    let mut calls = 0;
    let begun = Instant::now();
    let part = phone
        .sync(long(), &mut |progress| {
            most = most.max(resident());
            if progress.sent >= all / 3 {
                phone.cancel();
            }
        })
        .unwrap();
    assert_eq!(part.outcome, Outcome::Cancelled, "{part:?}");
    let rest = phone
        .sync(long(), &mut |progress| {
            most = most.max(resident());
            calls += 1;
            assert!(progress.sent + progress.left <= all);
        })
        .unwrap();
    assert_eq!(rest.outcome, Outcome::Done, "{rest:?}");
    assert_eq!(part.sent + rest.sent, all, "goes on where it was");
    assert_eq!(rest.duplicates, 0);
    assert!(calls as u64 >= rest.sent / 100, "{calls} words of progress");
    println!("seconds {}", begun.elapsed().as_secs_f64());
    println!("above {}", most - idle);
    println!("cancelled {}", part.sent);
}

fn long() -> Options {
    Options {
        deadline: std::time::Duration::from_secs(600),
        ..urgent()
    }
}
