//! Clocks that lie, over TLS (`clocks`): the wall clock years off or in Buddhist
//! years, a reboot that sets the monotonic clock to 0, clocks that jump back and
//! forth between tries and in a capture, a session that ends in the middle of a
//! push. And certificates: the good one is accepted whatever the phone's clock
//! says; the wrong ones never are.
//!
//! What must hold: saving works; everything arrives once, by the registry's time
//! where it is known; the skew is told; a wait never becomes endless.

use std::sync::Arc;

use pakmut_core::capture::Capture;
use pakmut_core::engine::Phone;
use pakmut_core::model::{BootMark, Stamp, UnixMillis};
use pakmut_core::policy::CapturePolicy;
use pakmut_core::ports::{Clock, MemorySecrets, SecretStore};
use pakmut_core::recording::Recording;
use pakmut_core::sync::Outcome;
use uuid::Uuid;

use super::proxy::{Deed, Proxy, answer};
use super::tls::{Authority, Flaw};
use super::world::{FaultClock, Ledger, PASSWORD, TestPhone, World, background, in_memory, open};
use super::{Size, Tally};

const DAY: i64 = 86_400_000;
const YEAR: i64 = 31_556_952_000;
const PUSH: &str = "POST /v1/push";

/// The fault `clocks`.
#[must_use]
pub fn run(_size: Size) -> Tally {
    let world = World::start();
    let authority = Authority::new();
    let proxy = Proxy::start_tls(world.port(), authority.server(Flaw::None));
    let mut ledger = world.ledger();
    let mut tally = Tally::default();
    for (name, off) in off_by() {
        tally.add(off_from_the_start(
            &proxy,
            &authority,
            &mut ledger,
            name,
            off,
        ));
    }
    tally.add(believed(&proxy, &authority, &mut ledger));
    tally.add(jumps(&proxy, &authority, &mut ledger));
    tally.add(waits(&proxy, &authority, &mut ledger));
    tally.add(token_ends(&proxy, &authority, &mut ledger));
    tally.add(captures());
    tally.add(certificates(&world, &authority));
    let mut all = world.ledger();
    all.read();
    tally.duplicated += all.duplicated;
    tally
}

/// How far a wall clock is off, milliseconds.
fn off_by() -> Vec<(&'static str, i64)> {
    let now = FaultClock::new().wall_ms();
    vec![
        ("right", 0),
        ("1970", -now),
        ("before 1970", -now - YEAR),
        ("a Buddhist year", 543 * YEAR),
        ("a Buddhist year taken away", -543 * YEAR),
        ("an hour ahead", 3_600_000),
        ("three years behind", -3 * YEAR),
        ("thirty years ahead", 30 * YEAR),
        ("the end of time", i64::MAX / 4),
    ]
}

fn phone(proxy: &Proxy, authority: &Authority, clock: Arc<FaultClock>) -> TestPhone {
    let folder = Arc::new(in_memory());
    let secrets: Arc<dyn SecretStore> = Arc::new(MemorySecrets::default());
    let core = open(
        folder.path(),
        &proxy.url(),
        clock.clone(),
        secrets.clone(),
        Some(authority.der()),
    );
    core.sign_in("staff0", PASSWORD)
        .unwrap_or_else(|error| panic!("{error}: {}", clock.wall_ms()));
    TestPhone::around(folder, &proxy.url(), "staff0", clock, secrets, core)
}

/// The clock is off from the first start on: the certificate is accepted, items
/// arrive, and the skew is told.
fn off_from_the_start(
    proxy: &Proxy,
    authority: &Authority,
    ledger: &mut Ledger,
    name: &str,
    off: i64,
) -> Tally {
    let clock = FaultClock::new();
    clock.set_wall_off(off);
    let mut phone = phone(proxy, authority, clock.clone());
    let ids = phone.save_many("off", 5);
    let report = phone.sync();
    assert_eq!(report.outcome, Outcome::Done, "{name}: {report:?}");
    assert_eq!(report.clock_is_off(), off.abs() > 5 * 60_000, "{name}");
    // What is saved now carries what the registry knows of the clock.
    let id = phone.save_many("after", 1)[0];
    let saved = phone.core.item(id).unwrap().unwrap().envelope.saved;
    let truth = FaultClock::new().wall_ms();
    assert!(
        (saved.best_ms() - truth).abs() < 60_000,
        "{name}: by the registry's time"
    );
    assert_eq!(phone.sync().sent, 1, "{name}");
    arrived(ledger, &ids, id)
}

/// A clock a few years ahead is believed where nothing else is known: the
/// certificate counts as over, the person is told so by its code, and once the
/// clock is right all is well. After a first contact it is not believed any more.
fn believed(proxy: &Proxy, authority: &Authority, ledger: &mut Ledger) -> Tally {
    let clock = FaultClock::new();
    clock.set_wall_off(4 * YEAR);
    let folder = Arc::new(in_memory());
    let secrets: Arc<dyn SecretStore> = Arc::new(MemorySecrets::default());
    let core = open(
        folder.path(),
        &proxy.url(),
        clock.clone(),
        secrets.clone(),
        Some(authority.der()),
    );
    let refused = core.sign_in("staff0", PASSWORD).unwrap_err();
    assert_eq!(refused.code(), "certificate");
    clock.set_wall_off(0);
    core.sign_in("staff0", PASSWORD).unwrap();
    let mut phone = TestPhone::around(folder, &proxy.url(), "staff0", clock, secrets, core);
    phone.clock.set_wall_off(4 * YEAR);
    let one = phone.save_many("ahead", 1)[0];
    // A connection anew, so that the certificate is looked at again.
    proxy.once(PUSH, Deed::CutRequest(0));
    phone.sync();
    proxy.well();
    let report = phone.sync();
    assert_eq!(report.outcome, Outcome::Done, "{report:?}");
    arrived(ledger, &[], one)
}

fn arrived(ledger: &mut Ledger, ids: &[Uuid], one: Uuid) -> Tally {
    ledger.read();
    Tally {
        cases: 1,
        lost: ledger.missing(ids) + ledger.missing([&one]),
        ..Tally::default()
    }
}

/// The clocks jump between saves and tries, and the phone reboots.
fn jumps(proxy: &Proxy, authority: &Authority, ledger: &mut Ledger) -> Tally {
    let mut tally = Tally::default();
    for step in [-20 * YEAR, 20 * YEAR, 543 * YEAR, -40 * DAY, 400 * DAY, -1] {
        let clock = FaultClock::new();
        let mut phone = phone(proxy, authority, clock.clone());
        let mut ids = phone.save_many("jump", 5);
        clock.set_wall_off(step);
        ids.extend(phone.save_many("jump", 5));
        // The network breaks: the wait is kept, and the phone reboots in it.
        proxy.always(PUSH, Deed::CutRequest(10));
        for _ in 0..3 {
            assert_eq!(phone.sync().outcome.code(), "offline");
        }
        clock.reboot();
        clock.set_wall_off(-step / 2);
        proxy.well();
        phone.core.queue().unwrap();
        let one = phone.save_many("jump", 1)[0];
        // In the background: the wait ends in at most its own length.
        clock.pass(15 * 60_000);
        let mut report = phone.core.sync(background(), &mut |_| {}).unwrap();
        if report.outcome == Outcome::Waiting {
            clock.pass(15 * 60_000);
            report = phone.core.sync(background(), &mut |_| {}).unwrap();
        }
        // After a reboot a clock some years ahead is believed, and the certificate
        // counts as over: the person is told, and puts it right.
        if report.outcome.cause() == Some("certificate") {
            assert!((0..12 * YEAR).contains(&(-step / 2)), "{step}: {report:?}");
            clock.set_wall_off(0);
            report = phone.sync();
        }
        assert_eq!(report.outcome, Outcome::Done, "{step}: {report:?}");
        tally.add(arrived(ledger, &ids, one));
        // The monotonic clock goes back without a reboot, which it never should.
        clock.jump_mono(-3_600_000);
        let one = phone.save_many("jump", 1)[0];
        phone.heal();
        tally.add(arrived(ledger, &[], one));
    }
    tally
}

/// A wait that the registry asked for, across reboots and clocks set back.
fn waits(proxy: &Proxy, authority: &Authority, ledger: &mut Ledger) -> Tally {
    let mut tally = Tally::default();
    for off in [-50 * YEAR, 0, 50 * YEAR] {
        let clock = FaultClock::new();
        let mut phone = phone(proxy, authority, clock.clone());
        let one = phone.save_many("wait", 1)[0];
        let busy = answer(503, "text/html", &[("retry-after", "3600")], b"later");
        proxy.once(PUSH, Deed::Answer(busy));
        assert_eq!(phone.sync().outcome.code(), "later");
        clock.reboot();
        clock.set_wall_off(off);
        let mut waited = 0;
        let report = loop {
            let report = phone.sync();
            if report.outcome != Outcome::Waiting {
                break report;
            }
            clock.pass(10 * 60_000);
            waited += 10;
            assert!(waited <= 150, "endless with the wall clock off by {off}");
        };
        assert_eq!(report.outcome, Outcome::Done, "{off}: {report:?}");
        tally.add(arrived(ledger, &[], one));
    }
    tally
}

/// The session ends between two batches of a push, by its time.
fn token_ends(proxy: &Proxy, authority: &Authority, ledger: &mut Ledger) -> Tally {
    let clock = FaultClock::new();
    let mut phone = phone(proxy, authority, clock.clone());
    let ids = phone.save_many("token", 350);
    let mut batches = 0;
    let report = phone
        .core
        .sync(super::world::urgent(), &mut |_| {
            batches += 1;
            if batches == 2 {
                // More than a session lasts, less than the sync may take.
                clock.jump_mono(1_000_000);
            }
        })
        .unwrap();
    // The time that it was given is over with the jump, or it went on.
    assert!(
        matches!(report.outcome, Outcome::Done | Outcome::OutOfTime),
        "{report:?}"
    );
    phone.heal();
    arrived(ledger, &ids, ids[0])
}

/// A capture while the wall clock jumps: it goes by the monotonic clock, and its
/// satellite time is the fix's own.
fn captures() -> Tally {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/receivers");
    let recording = Recording::open(data.join("phone-2016-06-30.csv")).unwrap();
    let capture = |walls: &[i64]| {
        let mut capture = Capture::new(CapturePolicy::default());
        let mut last = recording.fixes[0].arrived;
        for (n, recorded) in recording.fixes.iter().take(60).enumerate() {
            let mut fix = recorded.fix;
            if let Some(UnixMillis(ms)) = fix.wall.as_mut() {
                *ms = ms.saturating_add(walls[n % walls.len()]);
            }
            last = recorded.arrived;
            let _ = capture.push(&fix, last);
        }
        let stamp = Stamp {
            monotonic: last,
            boot: BootMark("boot".to_owned()),
            wall: Some(UnixMillis(walls[0])),
            registry_offset_ms: None,
        };
        capture.finish(stamp).unwrap()
    };
    let right = capture(&[0]);
    let mut tally = Tally::default();
    for walls in [
        &[543 * YEAR][..],
        &[-50 * YEAR],
        &[0, 543 * YEAR, -50 * YEAR],
        &[0, -3_600_000, 3_600_000],
    ] {
        let wrong = capture(walls);
        assert_eq!(wrong.position, right.position, "{walls:?}");
        assert_eq!(wrong.radius95_m, right.radius95_m, "{walls:?}");
        tally.cases += 1;
    }
    tally
}

/// Certificates that are wrong are never accepted, whatever the clock says.
fn certificates(world: &World, authority: &Authority) -> Tally {
    let mut tally = Tally::default();
    for flaw in [
        Flaw::OtherHost,
        Flaw::OtherAuthority,
        Flaw::Expired,
        Flaw::NotYet,
    ] {
        let proxy = Proxy::start_tls(world.port(), authority.server(flaw));
        let clock = FaultClock::new();
        let folder = in_memory();
        let phone: Phone = open(
            folder.path(),
            &proxy.url(),
            clock.clone(),
            Arc::new(MemorySecrets::default()),
            Some(authority.der()),
        );
        for off in [0, -5 * YEAR, 5 * YEAR] {
            // A clock within the certificate's years would be believed where
            // nothing else is known, as any program does.
            if matches!(flaw, Flaw::NotYet) && off > 0 {
                continue;
            }
            clock.set_wall_off(off);
            let refused = phone.sign_in("staff0", PASSWORD).unwrap_err();
            assert_eq!(refused.code(), "certificate", "{flaw:?}, off by {off}");
            tally.cases += 1;
        }
    }
    tally
}
