//! The network, between the real phone and the real registry.
//!
//! - `push-cut`: a push of 20 items is cut at every byte of its request and of
//!   its answer. The sync says offline and when it tries again; nothing counts as
//!   sent; the next sync brings all 20, which the registry holds once.
//! - `pull-cut`: a pull of three pages is cut at every byte of each request and
//!   of each answer. The pulled data are the old or the new, whole; the next sync
//!   brings the rest.
//! - `answers`: captive portals, redirects, wrong types, endless bodies, and
//!   every status that the contract knows, from the registry itself and from
//!   something in between, once and for good; with each the documented outcome
//!   and the time of the next try.
//! - `wire-tricks`: delays, a byte at a time, requests twice and both at once,
//!   answers twice, requests that arrive after later ones.

use std::sync::Arc;
use std::time::Duration;

use pakmut_core::store::State;
use pakmut_core::sync::{Options, Outcome};
use pakmut_domain::wire::pull::record;
use pakmut_domain::wire::{MEDIA_TYPE, PROBLEM_MEDIA_TYPE, problem::Problem};
use uuid::Uuid;

use super::proxy::{Deed, Proxy, answer};
use super::world::{
    DOCUMENTS, FaultClock, LAOS, Ledger, TestPhone, World, in_memory, open, urgent,
};
use super::{Size, Tally};

const PUSH: &str = "POST /v1/push";
const PULL: &str = "GET /v1/pull";

/// Items of a push that is cut.
const ITEMS: usize = 20;

/// After so many cases what was sent is cleared away from the phone.
const CLEAR: usize = 50;

/// The fault `push-cut`.
#[must_use]
pub fn push_cut_at_every_byte(_size: Size) -> Tally {
    let world = World::start();
    // Two phones at once, one for each direction.
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let sides: Vec<_> = [true, false]
            .into_iter()
            .map(|request| {
                let world = &world;
                scope.spawn(move || push_cuts(world, request))
            })
            .collect();
        for side in sides {
            tally.add(side.join().unwrap());
        }
    });
    tally
}

fn push_cuts(world: &World, request: bool) -> Tally {
    let proxy = Proxy::start(world.port());
    let user = format!("staff{}", usize::from(request));
    let mut phone = TestPhone::new(&proxy.url(), &user);
    let mut ledger = world.ledger();
    let mut tally = Tally::default();
    // How long the message is shows with the first that goes through.
    let mut length = usize::MAX;
    let mut at = 0;
    while at < length {
        let ids = phone.save_many("cut", ITEMS);
        let seen = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let sizes = seen.clone();
        proxy.plan(move |exchange| {
            if exchange.call != PUSH {
                return Deed::Pass;
            }
            sizes.store(exchange.request_bytes, std::sync::atomic::Ordering::SeqCst);
            if request {
                Deed::CutRequest(at)
            } else {
                Deed::CutAnswer(at)
            }
        });
        let _ = proxy.answers();
        let report = phone.sync();
        let whole = if request {
            seen.load(std::sync::atomic::Ordering::SeqCst)
        } else {
            proxy.answers().first().copied().unwrap_or(usize::MAX)
        };
        if length == usize::MAX {
            length = whole;
        }
        // A message varies by a few bytes, its ids being random.
        length = length.max(whole);
        if request || at < whole {
            assert_eq!(report.outcome.code(), "offline", "at {at}: {report:?}");
            assert!(report.next_try_ms.is_some_and(|ms| ms <= 15 * 60_000));
            assert_eq!(report.sent, 0, "at {at}");
            assert_eq!(phone.pending(), ITEMS as u64, "at {at}");
        }
        proxy.well();
        let healed = phone.sync();
        assert_eq!(healed.outcome, Outcome::Done, "at {at}: {healed:?}");
        if request && at < whole {
            assert_eq!(healed.duplicates, 0, "half a request counts for nothing");
        }
        ledger.read();
        tally.lost += ledger.missing(&ids) + phone.pending();
        at += 1;
        tally.cases += 1;
        if at % CLEAR == 0 {
            phone.clear();
        }
    }
    // Each side reads both sides' rows: duplicates are counted by one.
    if request {
        tally.duplicated = fresh_duplicates(world);
    }
    let what = if request { "request" } else { "answer" };
    tally.notes.push(format!("{length} bytes of {what}"));
    tally
}

fn fresh_duplicates(world: &World) -> u64 {
    let mut ledger: Ledger = world.ledger();
    ledger.read();
    ledger.duplicated
}

/// The fault `pull-cut`.
#[must_use]
pub fn pull_cut_at_every_byte(size: Size) -> Tally {
    let world = World::start();
    let proxy = Proxy::start(world.port());
    let user = format!("staff{}", LAOS - 1);
    // A clean pull tells how long each message is.
    let sizes = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = sizes.clone();
    let first = TestPhone::fresh(&proxy.url(), &user);
    proxy.plan(move |exchange| {
        if exchange.call == PULL {
            seen.lock().unwrap().push(exchange.request_bytes);
        }
        Deed::Pass
    });
    // The phone that every case starts from: signed in, nothing pulled.
    let start = in_memory();
    copy_folder(first.folder.path(), start.path());
    let _ = proxy.answers();
    assert_eq!(first.sync().outcome, Outcome::Done);
    let requests = sizes.lock().unwrap().clone();
    let answers = proxy.answers();
    assert!(requests.len() >= 3 && answers.len() == requests.len());
    let mut cases = Vec::new();
    for (page, (request, answer)) in requests.iter().zip(&answers).enumerate() {
        cases.extend((0..*request).map(|at| (page, Deed::CutRequest(at))));
        cases.extend((0..*answer).map(|at| (page, Deed::CutAnswer(at))));
    }
    let bytes = cases.len();
    // The short form takes a part, another one every time.
    let step = size.pick(bytes.div_ceil(500), 1);
    let offset = fastrand::usize(0..step);
    let mut tally = Tally::default();
    for (page, deed) in cases.into_iter().skip(offset).step_by(step) {
        let folder = in_memory();
        copy_folder(start.path(), folder.path());
        let phone = open(
            folder.path(),
            &proxy.url(),
            first.clock.clone(),
            first.secrets.clone(),
            None,
        );
        let mut pages = 0;
        let name = format!("page {page}, {deed:?}");
        proxy.plan(move |exchange| {
            if exchange.call != PULL {
                return Deed::Pass;
            }
            pages += 1;
            if pages == page + 1 {
                deed.clone()
            } else {
                Deed::Pass
            }
        });
        let report = phone.sync(urgent(), &mut |_| {}).unwrap();
        assert_eq!(report.outcome.code(), "offline", "{name}: {report:?}");
        proxy.well();
        let report = phone.sync(urgent(), &mut |_| {}).unwrap();
        assert_eq!(report.outcome, Outcome::Done, "{name}: {report:?}");
        let records = phone
            .records(record::ANNOUNCEMENT, "", DOCUMENTS * 2)
            .unwrap();
        tally.lost += (DOCUMENTS - records.len()) as u64;
        tally.cases += 1;
    }
    tally
        .notes
        .push(format!("{bytes} bytes in {} pages", answers.len()));
    tally
}

/// Copies the files of a folder.
pub(super) fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// What a sync must say of an answer.
struct Expected {
    name: &'static str,
    bytes: Vec<u8>,
    outcome: &'static str,
    cause: Option<&'static str>,
    /// The wait that the registry named, seconds.
    after_s: Option<u64>,
}

fn ours(status: u16, code: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let body = serde_json::to_vec(&Problem::new(status, code, "Why")).unwrap();
    answer(status, PROBLEM_MEDIA_TYPE, headers, &body)
}

fn theirs(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let page = "<html><body>กรุณาเข้าสู่ระบบ Please log in</body></html>";
    answer(status, "text/html", headers, page.as_bytes())
}

/// The documented result of each answer to a push.
fn table() -> Vec<Expected> {
    let row = |name, bytes, outcome, cause| Expected {
        name,
        bytes,
        outcome,
        cause: Some(cause),
        after_s: None,
    };
    let json = |body: &[u8]| answer(200, MEDIA_TYPE, &[], body);
    let foreign = "foreign_answer";
    let mut rows = vec![
        // Nothing that counts came back: offline.
        row("captive portal", theirs(200, &[]), "offline", foreign),
        row(
            "redirect",
            theirs(302, &[("location", "http://127.0.0.1:9/login")]),
            "offline",
            "redirect",
        ),
        row(
            "redirect for good",
            theirs(308, &[("location", "https://example.org/")]),
            "offline",
            "redirect",
        ),
        row(
            "wrong content type",
            answer(200, "application/json", &[], b"{}"),
            "offline",
            foreign,
        ),
        row(
            "no content type",
            answer(200, "", &[], b"{}"),
            "offline",
            foreign,
        ),
        row("empty object", json(b"{}"), "offline", foreign),
        row("empty body", json(b""), "offline", foreign),
        row(
            "half a document",
            json(b"{\"batch_id\":"),
            "offline",
            foreign,
        ),
        row("rubbish", json(&[0xff; 300]), "offline", foreign),
        row(
            "201",
            answer(201, MEDIA_TYPE, &[], b"{}"),
            "offline",
            foreign,
        ),
        row(
            "no HTTP",
            b"220 smtp.example.org ready\r\n\r\n".to_vec(),
            "offline",
            "connection_broken",
        ),
        row(
            "a coding nobody asked for",
            answer(200, MEDIA_TYPE, &[("content-encoding", "br")], b"{}"),
            "offline",
            "connection_broken",
        ),
        row(
            "gzip that is none",
            answer(200, MEDIA_TYPE, &[("content-encoding", "gzip")], b"{}"),
            "offline",
            "connection_broken",
        ),
        row(
            "oversized body",
            answer(200, MEDIA_TYPE, &[], &vec![b' '; 9 << 20]),
            "offline",
            "answer_too_large",
        ),
        // Refusals by something in between: nothing is said about the items.
        row("400 of a portal", theirs(400, &[]), "offline", foreign),
        row("401 of a portal", theirs(401, &[]), "offline", foreign),
        row("403 of a portal", theirs(403, &[]), "offline", foreign),
        row("404 of a portal", theirs(404, &[]), "offline", foreign),
        row("409 of a portal", theirs(409, &[]), "offline", foreign),
        row("422 of a portal", theirs(422, &[]), "offline", foreign),
        row("511 of a portal", theirs(511, &[]), "later", "http_511"),
        // The registry is there and cannot now: later.
        row("404", ours(404, "not_found", &[]), "later", "not_found"),
        row(
            "408",
            ours(408, "request_timeout", &[]),
            "later",
            "request_timeout",
        ),
        row("425", ours(425, "too_early", &[]), "later", "too_early"),
        row("429", ours(429, "busy", &[]), "later", "busy"),
        row("500", ours(500, "internal", &[]), "later", "internal"),
        row("500 of a proxy", theirs(500, &[]), "later", "http_500"),
        row("502", theirs(502, &[]), "later", "http_502"),
        row("503", theirs(503, &[]), "later", "http_503"),
        row("504", theirs(504, &[]), "later", "http_504"),
        row(
            "a registry older than the app",
            ours(400, "wire_too_new", &[]),
            "later",
            "wire_too_new",
        ),
        // It will not: the queue stays.
        row("403", ours(403, "forbidden", &[]), "forbidden", "forbidden"),
        row(
            "426",
            ours(426, "wire_too_old", &[]),
            "upgrade_needed",
            "wire_too_old",
        ),
    ];
    let date = "Wed, 21 Oct 2015 07:28:00 GMT";
    let until = "Wed, 21 Oct 2015 07:30:00 GMT";
    for (name, bytes, cause) in [
        (
            "429, seconds",
            ours(429, "busy", &[("retry-after", "120")]),
            "busy",
        ),
        (
            "429, a date",
            ours(429, "busy", &[("date", date), ("retry-after", until)]),
            "busy",
        ),
        (
            "503, seconds",
            ours(503, "stopping", &[("retry-after", "120")]),
            "stopping",
        ),
        (
            "503 of a proxy, a date",
            theirs(503, &[("date", date), ("retry-after", until)]),
            "http_503",
        ),
    ] {
        rows.push(Expected {
            name,
            bytes,
            outcome: "later",
            cause: Some(cause),
            after_s: Some(120),
        });
    }
    rows
}

/// The fault `answers`.
#[must_use]
pub fn answers(_size: Size) -> Tally {
    let world = World::start();
    let proxy = Proxy::start(world.port());
    let mut phone = TestPhone::new(&proxy.url(), "staff0");
    let mut ledger = world.ledger();
    let mut tally = Tally::default();
    for expected in table() {
        // Once, and until it is well again.
        for often in [1, 3] {
            let ids = phone.save_many("answer", ITEMS);
            proxy.always(PUSH, Deed::Answer(expected.bytes.clone()));
            for turn in 0..often {
                let report = phone.sync();
                let name = format!("{} ({turn}): {report:?}", expected.name);
                assert_eq!(report.outcome.code(), expected.outcome, "{name}");
                assert_eq!(report.outcome.cause(), expected.cause, "{name}");
                assert_eq!((report.sent, report.wedged), (0, 0), "{name}");
                let wait = report.next_try_ms.unwrap();
                match expected.after_s {
                    Some(s) => {
                        assert!((s * 1_000..=s * 1_667 + 4_000).contains(&wait), "{name}");
                        // Not even a person cuts it short.
                        assert_eq!(phone.sync().outcome, Outcome::Waiting, "{name}");
                    }
                    None => assert!(wait <= 1_000 << turn, "{name}"),
                }
                assert_eq!(phone.core.queue().unwrap().counts.pending, ITEMS as u64);
                phone.clock.pass(i64::try_from(wait).unwrap());
            }
            proxy.well();
            phone.heal();
            ledger.read();
            tally.lost += ledger.missing(&ids);
            tally.cases += 1;
        }
        phone.clear();
    }
    tally.add(sessions(&world, &proxy, &mut phone, &mut ledger));
    tally.add(batches(&proxy, &mut phone, &mut ledger));
    tally.add(endless(&proxy, &mut phone, &mut ledger));
    tally.duplicated = fresh_duplicates(&world);
    tally
}

/// 401: the session is refreshed once, then the password is asked for, and
/// saving goes on meanwhile. A token that ends in the middle of a push costs
/// nothing.
fn sessions(world: &World, proxy: &Proxy, phone: &mut TestPhone, ledger: &mut Ledger) -> Tally {
    let mut tally = Tally::default();
    let unauthorised = ours(401, "token_invalid", &[("www-authenticate", "Bearer")]);
    // Once, on the second of three batches.
    let mut ids = phone.save_many("401", 250);
    let mut pushes = 0;
    let refused = unauthorised.clone();
    proxy.plan(move |exchange| {
        pushes += usize::from(exchange.call == PUSH);
        if exchange.call == PUSH && pushes == 2 {
            Deed::Answer(refused.clone())
        } else {
            Deed::Pass
        }
    });
    let report = phone.sync();
    assert_eq!((report.outcome, report.sent), (Outcome::Done, 250));
    tally.cases += 1;
    // For good.
    ids.extend(phone.save_many("401", ITEMS));
    let refused = unauthorised.clone();
    proxy.plan(move |exchange| match exchange.call.as_str() {
        PUSH | "POST /v1/sessions/refresh" => Deed::Answer(refused.clone()),
        _ => Deed::Pass,
    });
    assert_eq!(phone.sync().outcome, Outcome::NeedsPassword);
    ids.extend(phone.save_many("saving goes on", 1));
    assert_eq!(phone.pending(), ITEMS as u64 + 1);
    proxy.well();
    phone
        .core
        .sign_in("staff0", super::world::PASSWORD)
        .unwrap();
    tally.cases += 1;
    // The answer to a refresh is lost: its token may be spent at the registry.
    ids.extend(phone.save_many("refresh", ITEMS));
    phone.clock.pass(3_600_000);
    proxy.once("POST /v1/sessions/refresh", Deed::CutAnswer(40));
    let lost = phone.sync();
    assert_eq!(lost.outcome.code(), "offline", "{lost:?}");
    proxy.well();
    let report = phone.sync();
    if report.outcome == Outcome::NeedsPassword {
        phone
            .core
            .sign_in("staff0", super::world::PASSWORD)
            .unwrap();
    }
    phone.heal();
    tally.cases += 1;
    ledger.read();
    tally.lost += ledger.missing(&ids);
    let _ = world;
    tally
}

/// 409, 413, 422, 400: about the batch. Halved until one item is alone, which is
/// wedged with its reason; a person queues it again.
fn batches(proxy: &Proxy, phone: &mut TestPhone, ledger: &mut Ledger) -> Tally {
    let mut tally = Tally::default();
    for (status, code, ours_only) in [
        (413, "body_too_large", true),
        (413, "http_413", false),
        (422, "body_malformed", true),
        (400, "body_malformed", true),
    ] {
        let ids = phone.save_many("batch", ITEMS);
        let refused = if ours_only {
            ours(status, code, &[])
        } else {
            theirs(status, &[])
        };
        proxy.always(PUSH, Deed::Answer(refused));
        let report = phone.sync();
        assert_eq!(report.outcome, Outcome::Done, "{status}: {report:?}");
        assert_eq!(report.wedged, ITEMS as u64, "{status}");
        proxy.well();
        let wedged = phone.core.items(Some(State::Wedged), 0, 100).unwrap();
        assert_eq!(wedged.len(), ITEMS, "{status}");
        for item in wedged {
            assert_eq!(item.reason.as_deref(), Some(code), "{status}");
            phone.core.queue_again(item.envelope.id).unwrap();
        }
        phone.heal();
        ledger.read();
        tally.lost += ledger.missing(&ids);
        tally.cases += 1;
    }
    // 409: the epoch is another; everything sent is asked about.
    let ids: Vec<Uuid> = phone.save_many("409", ITEMS);
    proxy.once(PUSH, Deed::Answer(ours(409, "epoch_changed", &[])));
    let report = phone.sync();
    assert_eq!((report.outcome, report.sent), (Outcome::Done, ITEMS as u64));
    ledger.read();
    tally.lost += ledger.missing(&ids);
    tally.cases += 1;
    // For good: the sync does not go round in circles.
    let ids = phone.save_many("409", ITEMS);
    proxy.always(PUSH, Deed::Answer(ours(409, "epoch_changed", &[])));
    let report = phone.sync();
    assert_eq!(report.outcome.cause(), Some("epoch_unsteady"));
    assert!(report.next_try_ms.is_some());
    proxy.well();
    phone.heal();
    ledger.read();
    tally.lost += ledger.missing(&ids);
    tally.cases += 1;
    tally
}

/// Bodies without an end: stopped by size, or by the time given.
fn endless(proxy: &Proxy, phone: &mut TestPhone, ledger: &mut Ledger) -> Tally {
    let mut tally = Tally::default();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {MEDIA_TYPE}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let mut chunk = b"4000\r\n".to_vec();
    chunk.extend(vec![b' '; 0x4000]);
    chunk.extend(b"\r\n");
    let ids = phone.save_many("endless", ITEMS);
    proxy.always(PUSH, Deed::Endless(head.into_bytes(), chunk));
    let report = phone.sync();
    assert_eq!(report.outcome.cause(), Some("answer_too_large"));
    tally.cases += 1;
    proxy.always(PUSH, Deed::Trickle(Duration::from_millis(20)));
    let begun = std::time::Instant::now();
    let short = Options {
        deadline: Duration::from_millis(500),
        urgent: true,
    };
    let report = phone.core.sync(short, &mut |_| {}).unwrap();
    assert_eq!(report.outcome, Outcome::OutOfTime, "{report:?}");
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert_eq!(phone.pending(), ITEMS as u64);
    tally.cases += 1;
    proxy.well();
    phone.heal();
    ledger.read();
    tally.lost += ledger.missing(&ids);
    tally
}

/// The fault `wire-tricks`.
#[must_use]
pub fn tricks(_size: Size) -> Tally {
    let world = World::start();
    let proxy = Proxy::start(world.port());
    let mut phone = TestPhone::new(&proxy.url(), "staff0");
    let mut ledger = world.ledger();
    let mut tally = Tally::default();
    let bit = Duration::from_micros(50);
    for deed in [
        Deed::Delay(Duration::from_millis(300)),
        Deed::Trickle(bit),
        Deed::TrickleRequest(bit),
        Deed::RequestTwice,
        Deed::RequestTwiceAtOnce,
        Deed::AnswerTwice,
        Deed::AnswerInstead(theirs(502, &[])),
    ] {
        for batches in [1, 3] {
            let ids = phone.save_many("trick", ITEMS + (batches - 1) * 100);
            proxy.always(PUSH, deed.clone());
            let report = phone.sync();
            assert!(
                matches!(report.outcome.code(), "done" | "offline" | "later"),
                "{deed:?}: {report:?}"
            );
            proxy.well();
            phone.heal();
            ledger.read();
            tally.lost += ledger.missing(&ids);
            tally.cases += 1;
        }
    }
    // Receipts that do not match: the items stay, and say why.
    let ids = phone.save_many("receipt", ITEMS);
    proxy.always(PUSH, Deed::OtherReceipts);
    let report = phone.sync();
    assert_eq!(report.mismatched, ITEMS as u64, "{report:?}");
    assert_eq!((report.sent, phone.pending()), (0, ITEMS as u64));
    proxy.well();
    phone.heal();
    ledger.read();
    tally.lost += ledger.missing(&ids);
    tally.cases += 1;
    // A push is held back in the network; the phone goes on, and what was held
    // arrives after it, the latest first.
    for rounds in 1..=3 {
        let mut ids = Vec::new();
        proxy.always(PUSH, Deed::Late);
        for _ in 0..rounds {
            ids.extend(phone.save_many("late", ITEMS));
            assert_eq!(phone.sync().outcome.code(), "offline");
        }
        proxy.well();
        ids.extend(phone.save_many("after", ITEMS));
        if rounds == 2 {
            proxy.release();
        }
        phone.heal();
        proxy.release();
        ledger.read();
        tally.lost += ledger.missing(&ids);
        tally.cases += 1;
    }
    // Nobody listens at all.
    let ids = phone.save_many("nobody", ITEMS);
    let nobody = open(
        phone.folder.path(),
        phone.url(),
        FaultClock::new(),
        phone.secrets.clone(),
        None,
    );
    proxy.always(PUSH, Deed::CutRequest(0));
    assert_eq!(
        nobody.sync(urgent(), &mut |_| {}).unwrap().outcome.code(),
        "offline"
    );
    proxy.well();
    phone.heal();
    ledger.read();
    tally.lost += ledger.missing(&ids);
    tally.cases += 1;
    tally.duplicated = fresh_duplicates(&world);
    tally
}
