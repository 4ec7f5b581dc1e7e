//! Anything in any order (`model`): a deterministic walk by a seed. Two phones
//! save, mend, discard, queue again, sync under faults, are killed, restarted and
//! rebooted, their clocks jump; the registry is killed, backed up, restored and
//! rolled back.
//!
//! What must hold after each step: every acknowledged item is in its phone's
//! file once, in a state that the model knows; the registry holds nothing twice.
//! After healing: everything that nobody discarded is at the registry once, and
//! only that is wedged which never can go.
//!
//! A seed that fails is printed, with its step, and kept in
//! `tests/data/model-seeds.txt`, which every run goes through first.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use fastrand::Rng;
use pakmut_core::store::State;
use pakmut_core::sync::Outcome;
use pakmut_domain::wire::Kind;
use uuid::Uuid;

use super::kill::each;
use super::proxy::{Deed, Proxy, answer};
use super::world::{TestPhone, World, pin_payload};
use super::{Size, Tally};

/// Steps of a walk.
const STEPS: usize = 40;

/// Text that is in a payload which the registry refuses for good.
const POISON: &str = "{\"counter\":1,\"note\":\"poison\"}";

/// The fault `model`.
#[must_use]
pub fn run(size: Size) -> Tally {
    let first = fastrand::u64(..) >> 16;
    let mut seeds = kept();
    seeds.extend((0..size.pick(40, 200)).map(|n| first + n));
    // A walk mostly waits: two at once, each in a world of its own.
    let (one, other): (Vec<_>, Vec<_>) = seeds.iter().partition(|seed| **seed % 2 == 0);
    let steps = Mutex::new(BTreeMap::new());
    let mut tally = each(&[one, other], |seeds| walks(seeds, &steps));
    let words: Vec<String> = steps
        .into_inner()
        .unwrap()
        .iter()
        .map(|(name, n)| format!("{n} {name}"))
        .collect();
    tally.notes.push(words.join(", "));
    tally
}

/// How often each step was gone.
type Steps = BTreeMap<&'static str, u64>;

/// Goes the walks of these seeds, one after the other.
fn walks(seeds: &[u64], steps: &Mutex<Steps>) -> Tally {
    let mut tally = Tally::default();
    let mut world = World::start();
    for seed in seeds {
        let mut step = 0;
        let walked = catch_unwind(AssertUnwindSafe(|| {
            walk(&mut world, *seed, &mut step, steps)
        }));
        match walked {
            Ok(walk) => {
                if walk.lost + walk.duplicated > 0 {
                    keep(*seed, step);
                }
                tally.add(walk);
            }
            Err(panic) => {
                keep(*seed, step);
                resume_unwind(panic);
            }
        }
    }
    tally
}

fn seeds_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/model-seeds.txt")
}

fn kept() -> Vec<u64> {
    fs::read_to_string(seeds_file())
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.split_whitespace().next()?.parse().ok())
        .collect()
}

fn keep(seed: u64, step: usize) {
    let line = format!("{seed} failed at step {step}");
    let _ = writeln!(std::io::stderr().lock(), "model: seed {line}");
    // A sabotaged build fails on purpose.
    if cfg!(feature = "sabotage") || kept().contains(&seed) {
        return;
    }
    let file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(seeds_file());
    if let Ok(mut file) = file {
        let _ = writeln!(file, "{line}");
    }
}

/// What the model knows of one phone.
struct Walker {
    phone: TestPhone,
    /// Acknowledged items: whether each can go at all.
    items: HashMap<Uuid, bool>,
    discarded: Vec<Uuid>,
}

/// What the registry can be set back to.
#[derive(Default)]
struct Copies {
    backup: Option<String>,
    snapshot: bool,
}

fn walk(world: &mut World, seed: u64, step: &mut usize, steps: &Mutex<Steps>) -> Tally {
    let mut rng = Rng::with_seed(seed);
    let proxy = Proxy::start(world.port());
    let mut walkers: Vec<Walker> = (0..2)
        .map(|n| Walker {
            phone: TestPhone::new(&proxy.url(), &format!("staff{n}")),
            items: HashMap::new(),
            discarded: Vec::new(),
        })
        .collect();
    let mut copies = Copies::default();
    for n in 0..STEPS {
        *step = n;
        let walker = &mut walkers[rng.usize(0..2)];
        let name = act(&mut rng, world, &proxy, walker, &mut copies, seed);
        *steps.lock().unwrap().entry(name).or_default() += 1;
        for walker in &walkers {
            check_phone(walker, &format!("seed {seed}, step {n}, {name}"));
        }
    }
    *step = STEPS;
    proxy.well();
    heal(world, &mut walkers)
}

/// One step; its name.
fn act(
    rng: &mut Rng,
    world: &mut World,
    proxy: &Proxy,
    walker: &mut Walker,
    copies: &mut Copies,
    seed: u64,
) -> &'static str {
    match rng.u8(0..100) {
        0..30 => {
            let count = if rng.u8(0..8) == 0 {
                130
            } else {
                rng.usize(1..6)
            };
            let ids = walker.phone.save_many("model", count);
            walker.items.extend(ids.into_iter().map(|id| (id, true)));
            "saves"
        }
        30..36 => {
            let payload = POISON.replace("poison", &format!("poison {}", super::world::unique()));
            let id = walker
                .phone
                .core
                .save(Kind::PIN, 1, &payload, &[], None)
                .unwrap();
            walker.items.insert(id, false);
            "saves of what cannot go"
        }
        36..44 => with_wedged(rng, walker),
        44..54 => {
            proxy.well();
            walker.phone.sync();
            "syncs"
        }
        54..76 => {
            let deed = fault(rng);
            let often = rng.usize(1..4);
            let mut left = often;
            proxy.plan(move |_| {
                left = left.saturating_sub(1);
                if left == 0 { deed.clone() } else { Deed::Pass }
            });
            walker.phone.sync();
            proxy.well();
            if rng.bool() {
                proxy.release();
            }
            "syncs under a fault"
        }
        76..80 => {
            walker.phone.crash();
            "kills"
        }
        80..83 => {
            walker.phone.restart();
            "restarts"
        }
        83..86 => {
            walker.phone.clock.reboot();
            "reboots"
        }
        86..90 => {
            let years = rng.i64(-60..60);
            walker.phone.clock.set_wall_off(years * 31_556_952_000);
            "clocks set"
        }
        90..93 => {
            walker.phone.clock.pass(rng.i64(0..3_600_000));
            "waits"
        }
        93..95 => {
            world.kill();
            world.restart();
            "registry killed"
        }
        95..97 => {
            let path = world
                .folder()
                .join(format!("backup-{seed}-{}.db", super::world::unique()));
            let path = path.display().to_string();
            world.command(&["backup", &path]);
            copies.backup = Some(path);
            "backups"
        }
        97 => {
            let Some(backup) = &copies.backup else {
                return "nothing to restore";
            };
            world.stop();
            let _ = fs::remove_file(format!("{}.before-restore", world.database().display()));
            world.command(&["restore", backup]);
            world.restart();
            "restores"
        }
        98 => {
            world.stop();
            world.snapshot("model-snapshot.db");
            copies.snapshot = true;
            world.restart();
            "snapshots"
        }
        _ => {
            if !copies.snapshot {
                return "nothing to roll back";
            }
            world.stop();
            world.roll_back("model-snapshot.db");
            world.restart();
            "snapshots rolled back"
        }
    }
}

/// A person looks at what is wedged.
fn with_wedged(rng: &mut Rng, walker: &mut Walker) -> &'static str {
    let core = &walker.phone.core;
    let wedged = core.items(Some(State::Wedged), 0, 100).unwrap();
    if wedged.is_empty() {
        return "nothing wedged";
    }
    let id = wedged[rng.usize(0..wedged.len())].envelope.id;
    match rng.u8(0..3) {
        0 => {
            let counter = walker.phone.counter();
            let new = core.mend(id, &pin_payload(counter, "mended")).unwrap();
            walker.items.insert(new, true);
            walker.discarded.push(id);
            "mends"
        }
        1 => {
            core.discard(id).unwrap();
            walker.discarded.push(id);
            "discards"
        }
        _ => {
            core.queue_again(id).unwrap();
            "queued again"
        }
    }
}

fn fault(rng: &mut Rng) -> Deed {
    let page = || answer(200, "text/html", &[], b"<html>log in</html>");
    match rng.u8(0..10) {
        0 | 1 => Deed::CutRequest(rng.usize(0..6_000)),
        2..5 => Deed::CutAnswer(rng.usize(0..3_000)),
        5 => Deed::RequestTwiceAtOnce,
        6 => Deed::Late,
        7 => Deed::Answer(page()),
        8 => Deed::AnswerInstead(answer(502, "text/html", &[], b"bad gateway")),
        _ => Deed::Answer(answer(503, "text/html", &[("retry-after", "60")], b"later")),
    }
}

/// Every acknowledged item is in the file, once.
fn check_phone(walker: &Walker, name: &str) {
    let items = walker.phone.core.items(None, 0, usize::MAX).unwrap();
    let mut there: HashMap<Uuid, State> = HashMap::new();
    for item in &items {
        let before = there.insert(item.envelope.id, item.state);
        assert!(before.is_none(), "{name}: {} twice", item.envelope.id);
        assert_eq!(item.envelope.hash(), item.hash, "{name}");
    }
    assert_eq!(there.len(), walker.items.len(), "{name}: none made up");
    for (id, can_go) in &walker.items {
        let state = there
            .get(id)
            .unwrap_or_else(|| panic!("{name}: {id} is lost"));
        let discarded = walker.discarded.contains(id);
        assert_eq!(*state == State::Discarded, discarded, "{name}: {id}");
        assert!(*can_go || *state != State::Sent, "{name}: {id} cannot go");
        assert!(!can_go || *state != State::Wedged, "{name}: {id} can go");
    }
    assert!(walker.phone.core.recovered().is_none(), "{name}");
}

fn heal(world: &World, walkers: &mut [Walker]) -> Tally {
    // Twice: the first may find out that the registry was set back.
    for _ in 0..2 {
        for walker in walkers.iter() {
            walker.phone.heal();
        }
    }
    let mut ledger = world.ledger();
    ledger.read();
    let mut tally = Tally {
        cases: 1,
        duplicated: ledger.duplicated,
        ..Tally::default()
    };
    for walker in walkers {
        check_phone(walker, "healed");
        assert_eq!(walker.phone.sync().outcome, Outcome::Done);
        let due = walker
            .items
            .iter()
            .filter(|(id, can_go)| **can_go && !walker.discarded.contains(id))
            .map(|(id, _)| id);
        tally.lost += ledger.missing(due);
    }
    tally
}
