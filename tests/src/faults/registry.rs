//! The registry fails.
//!
//! - `registry-kill`: SIGKILL while phones push, again and again; started again
//!   on the same database.
//! - `registry-back`: the registry is restored from an older backup; a disk's
//!   snapshot is rolled back and nobody notices, with other phones pushing
//!   before the one that knows more comes back, or not.
//! - `wire-versions`: the golden requests of every wire version that it accepts
//!   still work; an older or newer one gets a problem document that says so.
//!
//! What must hold: once it serves again, phones push again what it lacks, and it
//! holds everything once.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pakmut_core::sync::Outcome;
use pakmut_domain::wire::{OLDEST_WIRE_VERSION, WIRE_VERSION};
use uuid::Uuid;

use super::proxy::{self, Deed, Proxy};
use super::world::{PASSWORD, TestPhone, World};
use super::{Size, Tally};

/// The fault `registry-kill`.
#[must_use]
pub fn killed(size: Size) -> Tally {
    let rounds = size.pick(6, 40);
    let mut world = World::start();
    let url = world.url();
    let mut phones: Vec<TestPhone> = (0..3)
        .map(|n| TestPhone::new(&url, &format!("staff{n}")))
        .collect();
    let mut saved: Vec<Uuid> = Vec::new();
    let mut tally = Tally::default();
    let mut cut = 0;
    for _ in 0..rounds {
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let pushing: Vec<_> = phones
                .iter_mut()
                .map(|phone| {
                    let over = &over;
                    scope.spawn(move || {
                        let mut ids = Vec::new();
                        let mut cut = 0;
                        while !over.load(Ordering::SeqCst) {
                            ids.extend(phone.save_many("kill", fastrand::usize(1..150)));
                            let report = phone.sync();
                            cut += u64::from(report.outcome.code() == "offline");
                        }
                        (ids, cut)
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_millis(fastrand::u64(30..400)));
            world.kill();
            std::thread::sleep(Duration::from_millis(20));
            over.store(true, Ordering::SeqCst);
            for phone in pushing {
                let (ids, broken) = phone.join().unwrap();
                saved.extend(ids);
                cut += broken;
            }
        });
        world.restart();
        tally.cases += 1;
    }
    for phone in &phones {
        phone.heal();
    }
    let mut ledger = world.ledger();
    ledger.read();
    tally.lost = ledger.missing(&saved);
    tally.duplicated = ledger.duplicated + (ledger.len() - saved.len()) as u64;
    tally
        .notes
        .push(format!("{} items, {cut} syncs broken", saved.len()));
    tally
}

/// The fault `registry-back`.
#[must_use]
pub fn set_back(size: Size) -> Tally {
    let mut tally = Tally::default();
    for round in 0..size.pick(1, 5) {
        tally.add(restored(round));
        for others in [0, 1, 60] {
            for cut in [None, Some("pull"), Some("push")] {
                tally.add(rolled_back(others, cut));
            }
        }
    }
    tally
}

/// Syncs until it is through: the connection that was kept is lost with the
/// registry's process, which may show with the first request only. How many
/// items were queued again.
fn done(phone: &TestPhone) -> u64 {
    let mut again = 0;
    for _ in 0..5 {
        let report = phone.sync();
        again += report.pushed_again;
        if report.outcome == Outcome::Done {
            return again;
        }
        assert_eq!(report.outcome.code(), "offline", "{report:?}");
    }
    panic!("five syncs, and not through");
}

/// The long way: backup, more pushes, restore.
fn restored(round: usize) -> Tally {
    let mut world = World::start();
    let mut phones: Vec<TestPhone> = (0..2)
        .map(|n| TestPhone::new(&world.url(), &format!("staff{n}")))
        .collect();
    let mut saved = Vec::new();
    for phone in &mut phones {
        saved.extend(phone.save_many("before", 30 + round));
        done(phone);
    }
    let copy = world.folder().join("copy.db").display().to_string();
    world.command(&["backup", &copy]);
    for phone in &mut phones {
        saved.extend(phone.save_many("after", 130));
        done(phone);
        // Not yet sent when the registry is set back.
        saved.extend(phone.save_many("pending", 10));
    }
    world.stop();
    world.command(&["restore", &copy]);
    world.restart();
    let mut again = 0;
    for phone in &phones {
        again += done(phone);
        phone.heal();
    }
    assert_eq!(again, 260, "what came after the copy");
    whole(&world, &saved)
}

/// A snapshot is rolled back unnoticed: the epoch is the same. `others` items of
/// another phone come in before the one that knows more is back. `cut` is the
/// call that did not get through in the sync before: after a cut pull only the
/// push's own answer tells how far the registry was, after a cut push nothing does.
fn rolled_back(others: usize, cut: Option<&'static str>) -> Tally {
    let mut world = World::start();
    let proxy = Proxy::start(world.port());
    let mut one = TestPhone::new(&proxy.url(), "staff0");
    let mut other = TestPhone::new(&world.url(), "staff1");
    let mut saved = one.save_many("before", 20);
    done(&one);
    world.stop();
    world.snapshot("snapshot.db");
    world.restart();
    saved.extend(one.save_many("lost by the disk", 25));
    match cut {
        None => {
            done(&one);
        }
        Some(call) => {
            proxy.plan(move |exchange| {
                if exchange.call.ends_with(call) {
                    Deed::CutAnswer(0)
                } else {
                    Deed::Pass
                }
            });
            assert_ne!(one.sync().outcome, Outcome::Done);
            proxy.well();
        }
    }
    world.stop();
    world.roll_back("snapshot.db");
    world.restart();
    if others > 0 {
        saved.extend(other.save_many("meanwhile", others));
        done(&other);
    }
    // With nothing to push it is the pull that has to notice.
    saved.extend(one.save_many("later", others.min(5)));
    one.heal();
    one.sync();
    let tally = whole(&world, &saved);
    assert_eq!(
        tally.lost, 0,
        "{others} others, {cut:?} cut: the phone noticed nothing"
    );
    tally
}

fn whole(world: &World, saved: &[Uuid]) -> Tally {
    let mut ledger = world.ledger();
    ledger.read();
    Tally {
        cases: 1,
        lost: ledger.missing(saved),
        duplicated: ledger.duplicated + (ledger.len().saturating_sub(saved.len())) as u64,
        notes: Vec::new(),
    }
}

/// The fault `wire-versions`.
#[must_use]
pub fn older_wire(_size: Size) -> Tally {
    let world = World::start();
    let mut tally = Tally::default();
    for version in OLDEST_WIRE_VERSION..=WIRE_VERSION {
        tally.add(golden(&world, version));
    }
    // One before and one after: a problem document that a phone can read.
    for version in [OLDEST_WIRE_VERSION - 1, WIRE_VERSION + 1] {
        let request =
            format!("GET /v1/config HTTP/1.1\r\nhost: localhost\r\npakmut-wire: {version}\r\n\r\n");
        let answer = ask(&world, &request);
        assert!(answer.contains("application/problem+json"), "{answer}");
        tally.cases += 1;
    }
    tally
}

fn ask(world: &World, request: &str) -> String {
    let answer = proxy::ask(world.port(), request.as_bytes()).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends the requests that are kept of a version as its phones sent them, and
/// holds the answers against what those phones read.
fn golden(world: &World, version: u16) -> Tally {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/wire/v{version}"));
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    let mut kept = HashMap::from([("password", PASSWORD.to_owned())]);
    let mut tally = Tally::default();
    for name in [
        "config",
        "sessions",
        "push",
        "push-again",
        "pull",
        "reconcile",
        "refresh",
    ] {
        let mut request = read(&format!("{name}.http"));
        for (field, text) in &kept {
            request = request.replace(&format!("{{{field}}}"), text);
        }
        let (head, body) = request.split_once("\n\n").unwrap();
        let body = body.trim_end();
        let mut wire = head.replace('\n', "\r\n");
        wire += &format!("\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let answer = ask(world, &wire);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with("HTTP/1.1 200"),
            "v{version} {name}: {answer}"
        );
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        let expected: serde_json::Value =
            serde_json::from_str(&read(&format!("{name}.json"))).unwrap();
        holds(&expected, &body, &format!("v{version} {name}"));
        for (field, place) in [
            ("access", "/access_token"),
            ("refresh", "/refresh_token"),
            ("account", "/account/id"),
            ("epoch", "/epoch"),
            ("hash", "/results/0/hash"),
        ] {
            if let Some(text) = body.pointer(place).and_then(|value| value.as_str()) {
                kept.insert(field, text.to_owned());
            }
        }
        tally.cases += 1;
    }
    tally
}

/// Every field of `expected` is in `found`, of the same kind, and where it is a
/// literal, the same. `"<text>"`, `"<number>"` stand for any.
fn holds(expected: &serde_json::Value, found: &serde_json::Value, place: &str) {
    use serde_json::Value;
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (key, value) in expected {
                let inner = found
                    .get(key)
                    .unwrap_or_else(|| panic!("{place}: no field {key}"));
                holds(value, inner, &format!("{place}.{key}"));
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            assert!(found.len() >= expected.len(), "{place}: {found:?}");
            for (n, (expected, found)) in expected.iter().zip(found).enumerate() {
                holds(expected, found, &format!("{place}[{n}]"));
            }
        }
        (Value::String(any), Value::String(_)) if any == "<text>" => {}
        (Value::String(any), Value::Number(_)) if any == "<number>" => {}
        (expected, found) => assert_eq!(expected, found, "{place}"),
    }
}
