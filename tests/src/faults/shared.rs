//! More than one at the same file, and syncs that are cut short by a person.
//!
//! - `two-processes`: the app saves and syncs while a background job syncs, in
//!   two processes on one file; one of them, or both, are killed.
//! - `cancel`: a sync is cancelled at any moment while captures go on, or its
//!   time is over.
//!
//! What must hold: no save fails, nothing is lost or sent twice under another
//! id, and the next sync goes on where this one was.

use std::collections::HashSet;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pakmut_core::sync::{Options, Outcome};
use pakmut_domain::wire::Kind;
use uuid::Uuid;

use super::child::{self, Said};
use super::kill::{deliver, each, signed_in};
use super::world::{TestPhone, World, in_memory, pin_payload, urgent};
use super::{Size, Tally};

/// The fault `two-processes`.
#[must_use]
pub fn two_processes(size: Size) -> Tally {
    let world = World::start();
    let folder = in_memory();
    signed_in(&world, "staff0", folder.path());
    let mut saved = Vec::new();
    let mut tally = Tally::default();
    let mut busy = 0;
    for round in 0..size.pick(12, 60) {
        let start = |verb: &str| {
            let mut command = Command::new(child::program());
            command
                .args([verb, folder.path().to_str().unwrap(), &world.url()])
                .stderr(std::process::Stdio::null());
            let (mut process, lines) = child::start(command);
            let long = Duration::from_millis(fastrand::u64(20..400));
            let killer = std::thread::spawn(move || {
                std::thread::sleep(long);
                let before = process.try_wait().unwrap();
                let _ = process.kill();
                let _ = process.wait();
                before
            });
            (lines, killer)
        };
        let (app, app_killer) = start("work");
        let (job, job_killer) = start("sync");
        let reading = std::thread::spawn(move || app.collect::<Vec<_>>());
        let said: Vec<Said> = job.collect();
        let app: Vec<Said> = reading.join().unwrap();
        for killer in [app_killer, job_killer] {
            let ended = killer.join().unwrap();
            assert!(ended.is_none(), "round {round}: a process ended by itself");
        }
        for line in app.iter().chain(&said) {
            assert!(!matches!(line, Said::Failed(_)), "round {round}: {line:?}");
            busy += u64::from(*line == Said::Other("synced busy".to_owned()));
        }
        saved.extend(child::saved(&app));
        tally.cases += 1;
    }
    let there = deliver(folder.path(), &world.url(), "two processes");
    let unique: HashSet<&Uuid> = there.iter().collect();
    let mut ledger = world.ledger();
    ledger.read();
    tally.lost = ledger.missing(&saved) + ledger.missing(&there);
    tally.lost += saved.iter().filter(|id| !unique.contains(id)).count() as u64;
    tally.duplicated = ledger.duplicated + (there.len() - unique.len()) as u64;
    tally.notes.push(format!(
        "{} items, {busy} syncs gave way to the other",
        saved.len()
    ));
    tally
}

struct SetAtEnd<'a>(&'a AtomicBool);

impl Drop for SetAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// The fault `cancel`.
#[must_use]
pub fn cancel_anywhere(size: Size) -> Tally {
    let world = World::start();
    let users: Vec<usize> = (0..2).collect();
    let mut tally = each(&users, |n| {
        let mut phone = TestPhone::new(&world.url(), &format!("staff{n}"));
        let mut saved = Vec::new();
        let mut tally = Tally::default();
        let mut cancelled = 0;
        for round in 0..size.pick(30, 80) {
            saved.extend(phone.save_many("cancel", 250));
            let counter = phone.counter();
            let over = AtomicBool::new(false);
            let core = &phone.core;
            std::thread::scope(|scope| {
                let over = &over;
                // What does not hold must end the captures too, or nobody hears of it.
                let _end = SetAtEnd(over);
                let capture = scope.spawn(move || {
                    let mut ids = Vec::new();
                    while !over.load(Ordering::SeqCst) {
                        let payload = pin_payload(counter, "meanwhile");
                        ids.push(core.save(Kind::PIN, 1, &payload, &[], None).unwrap());
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    ids
                });
                let by_time = round % 3 == 0;
                let long = Duration::from_micros(fastrand::u64(0..60_000));
                let hand = scope.spawn(move || {
                    std::thread::sleep(long);
                    // A sync that has not begun does not hear it.
                    while !by_time && !over.load(Ordering::SeqCst) {
                        core.cancel();
                        std::thread::sleep(Duration::from_millis(5));
                    }
                });
                let options = Options {
                    deadline: if by_time { long } else { urgent().deadline },
                    urgent: true,
                };
                let mut last = 0;
                let report = core
                    .sync(options, &mut |progress| {
                        assert!(progress.sent >= last, "progress goes forward");
                        last = progress.sent;
                    })
                    .unwrap();
                over.store(true, Ordering::SeqCst);
                hand.join().unwrap();
                assert!(
                    matches!(
                        report.outcome,
                        Outcome::Done | Outcome::Cancelled | Outcome::OutOfTime
                    ),
                    "{report:?}"
                );
                cancelled += u64::from(report.outcome != Outcome::Done);
                saved.extend(capture.join().unwrap());
            });
            tally.cases += 1;
        }
        phone.heal();
        let items = phone.core.items(None, 0, usize::MAX).unwrap();
        let unique: HashSet<Uuid> = items.iter().map(|item| item.envelope.id).collect();
        tally.duplicated += (items.len() - unique.len()) as u64;
        tally.lost += saved.iter().filter(|id| !unique.contains(id)).count() as u64;
        let mut ledger = world.ledger();
        ledger.read();
        tally.lost += ledger.missing(&saved);
        tally.notes.push(format!("{cancelled} cut short"));
        tally
    });
    let mut ledger = world.ledger();
    ledger.read();
    tally.duplicated += ledger.duplicated;
    tally
}
