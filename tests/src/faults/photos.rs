//! Photos on their way.
//!
//! - `photo-cut`: the connection breaks within each of a photo's pieces, on the
//!   way there and on the way back, and the app starts anew; the upload goes on
//!   where it was, and no byte that arrived is sent again. A captive portal
//!   answers instead, the registry refuses a piece, a file is lost or damaged.
//! - `photo-back`: the registry is restored from a copy, or its disk is rolled
//!   back: it gets the photos again that it lost.
//! - `photo-kill`: SIGKILL at each call of a photo that is taken, saved with its
//!   pin, and sent.
//!
//! Each time: a pin that was acknowledged has its photo, whole, on the phone,
//! and in the end at the registry; nothing that was left behind blocks anything.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use pakmut_core::screens::Style;
use pakmut_core::store::{PhotoState, Store};
use pakmut_core::sync::Outcome;
use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::payload::Pin;
use uuid::Uuid;

use super::kill::{check_file, deliver, each, points, signed_in};
use super::network::copy_folder;
use super::proxy::{Deed, Proxy};
use super::world::{TestPhone, World, in_memory, pin_payload, unique};
use super::{Size, Tally, child, strace};

/// A JPEG file of about this many bytes that no other is like: whole by its
/// markers, its picture noise.
#[must_use]
pub fn jpeg(size: usize) -> Vec<u8> {
    let mut bytes =
        b"\xff\xd8\xff\xc0\x00\x0b\x08\x01\xe0\x02\x80\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
            .to_vec();
    bytes.extend(unique().to_be_bytes().map(|byte| byte & 0x7f));
    bytes.extend(fastrand::u64(..).to_be_bytes().map(|byte| byte & 0x7f));
    bytes.extend((bytes.len()..size).map(|n| (n * 7 % 251) as u8));
    bytes.extend(b"\xff\xd9");
    bytes
}

/// The payload of a pin of this counter with this photo.
#[must_use]
pub fn payload(counter: Uuid, photo: ItemHash) -> Pin {
    let mut pin: Pin = serde_json::from_str(&pin_payload(counter, "photo")).unwrap();
    pin.photo = Some(photo);
    pin
}

/// Takes a photo and saves it with a pin.
fn save(phone: &TestPhone, size: usize) -> (Uuid, ItemHash) {
    let photo = phone.core.keep_photo(&jpeg(size)).unwrap();
    let pin = payload(phone.counter(), photo);
    (phone.core.save_pin(&pin, &[], None).unwrap(), photo)
}

/// The photos that a registry holds whole, each found to be what it is named.
#[must_use]
pub fn photos_there(database: &Path) -> HashMap<ItemHash, usize> {
    let conn = rusqlite::Connection::open(database).unwrap();
    conn.busy_timeout(std::time::Duration::from_secs(20))
        .unwrap();
    let mut bodies: HashMap<Vec<u8>, Vec<u8>> = HashMap::new();
    let mut query = conn
        .prepare(
            "SELECT a.hash, c.body FROM attachments a JOIN attachment_chunks c ON c.hash = a.hash
             WHERE a.complete = 1 ORDER BY a.hash, c.at",
        )
        .unwrap();
    let rows = query
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))
        .unwrap();
    for row in rows {
        let (hash, body) = row.unwrap();
        bodies.entry(hash).or_default().extend(body);
    }
    bodies
        .into_iter()
        .map(|(hash, body)| {
            assert_eq!(ItemHash::of(&body).as_bytes()[..], hash[..]);
            (ItemHash::of(&body), body.len())
        })
        .collect()
}

fn lost(world: &World, photos: &[ItemHash]) -> u64 {
    let there = photos_there(&world.database());
    photos
        .iter()
        .filter(|hash| !there.contains_key(hash))
        .count() as u64
}

/// The fault `photo-cut`.
#[must_use]
pub fn cut(size: Size) -> Tally {
    let world = World::start();
    let proxy = Proxy::start(world.port());
    let mut phone = TestPhone::new(&proxy.url(), "staff0");
    let mut tally = Tally::default();
    let mut sent = Vec::new();
    for round in 0..size.pick(1, 6) {
        for (deed, whole) in [
            (Deed::CutRequest(200 + round), false),
            (Deed::CutRequest(9_000 + round * 7), false),
            (Deed::CutAnswer(0), true),
            (Deed::CutAnswer(70 + round), true),
        ] {
            // At which of the photo's calls: the question, and each piece.
            for nth in 0..4 {
                let (_, photo) = save(&phone, 120_000);
                sent.push(photo);
                cut_once(&world, &proxy, &mut phone, photo, nth, &deed, whole);
                tally.cases += 1;
            }
        }
    }
    tally.cases += odd_answers(&world, &proxy, &phone);
    tally.cases += odd_files(&mut phone);
    tally.cases += taken_back(&world, &phone);
    tally.lost = lost(&world, &sent);
    phone.heal();
    tally
}

/// The `nth` call about a photo breaks; then the app starts anew and goes on.
fn cut_once(
    world: &World,
    proxy: &Proxy,
    phone: &mut TestPhone,
    photo: ItemHash,
    nth: usize,
    deed: &Deed,
    whole: bool,
) {
    let (mut seen, deed) = (0, deed.clone());
    proxy.plan(move |exchange| {
        if !exchange.call.starts_with("PUT /v1/attachments/") {
            return Deed::Pass;
        }
        seen += 1;
        if seen == nth + 1 {
            deed.clone()
        } else {
            Deed::Pass
        }
    });
    let report = phone.sync();
    assert_eq!(report.outcome.code(), "offline", "{report:?}");
    // Its pin came first, and is not held up.
    assert_eq!((report.sent, report.photos), (1, 0));
    let arrived = received(&world.database(), photo);
    if nth > 1 || (whole && nth > 0) {
        assert!(arrived > 0, "call {nth} and nothing has come");
    }
    phone.crash();
    assert_eq!(phone.core.photos().unwrap().waiting, 1);
    let bodies = Arc::new(Mutex::new(0));
    let counted = bodies.clone();
    proxy.plan(move |exchange| {
        if exchange.call.starts_with("PUT /v1/attachments/") {
            *counted.lock().unwrap() += exchange.request_bytes;
        }
        Deed::Pass
    });
    phone.clock.pass(20 * 60 * 1_000);
    let report = phone.sync();
    assert_eq!(report.outcome, Outcome::Done, "{report:?}");
    assert_eq!((report.sent, report.photos), (0, 1));
    // Heads of at most 600 bytes, and of the picture what had not come.
    let went = *bodies.lock().unwrap();
    assert!(
        went <= 120_002 - arrived + 12 * 600,
        "{arrived} were there and {went} went"
    );
    assert_eq!(phone.core.photos().unwrap().waiting, 0);
}

fn received(database: &Path, photo: ItemHash) -> usize {
    let conn = rusqlite::Connection::open(database).unwrap();
    let found = conn.query_row(
        "SELECT received FROM attachments WHERE hash = ?1",
        [photo.as_bytes()],
        |row| row.get::<_, i64>(0),
    );
    found.map_or(0, |bytes| usize::try_from(bytes).unwrap())
}

/// Answers that are no registry's word on this photo let nothing go.
fn odd_answers(world: &World, proxy: &Proxy, phone: &TestPhone) -> u64 {
    let (_, photo) = save(phone, 30_000);
    let call = format!("PUT /v1/attachments/{photo}");
    let answer = |status: &str, media: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: {media}\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    };
    let ours = "application/vnd.pakmut+json";
    let said = |hash: &ItemHash, size: u64, received: u64| {
        format!(
            "{{\"hash\":\"{hash}\",\"size\":{size},\"received\":{received},\"complete\":true,\"removed\":false}}"
        )
    };
    let problem = |code: &str| {
        format!("{{\"type\":\"x\",\"title\":\"x\",\"status\":422,\"code\":\"{code}\"}}")
    };
    let other = ItemHash::of(b"another");
    let cases = [
        (
            answer("200 OK", "text/html", "<html>Sign in to the Wi-Fi"),
            "offline",
        ),
        (answer("201 Created", "text/html", ""), "offline"),
        (answer("200 OK", ours, "{}"), "offline"),
        (
            answer("200 OK", ours, &said(&other, 30_002, 30_002)),
            "offline",
        ),
        (answer("200 OK", ours, &said(&photo, 7, 7)), "offline"),
        (answer("302 Found", "text/html", ""), "offline"),
        (
            answer(
                "422 X",
                "application/problem+json",
                &problem("attachment_hash_wrong"),
            ),
            "done",
        ),
        (
            answer(
                "409 X",
                "application/problem+json",
                &problem("attachment_offset"),
            ),
            "done",
        ),
        (
            answer("503 X", "application/problem+json", &problem("busy")),
            "later",
        ),
    ];
    let count = cases.len() as u64;
    for (bytes, outcome) in cases {
        proxy.always(&call, Deed::Answer(bytes.clone()));
        phone.clock.pass(20 * 60 * 1_000);
        let report = phone.sync();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(report.outcome.code(), outcome, "{text}: {report:?}");
        // Its own trouble keeps back no other, and is not forgotten.
        assert_eq!(report.outcome.code() == "done", report.photos_retried == 1);
        assert!(report.outcome.code() == "offline" || report.next_try_ms.is_some());
        assert_eq!(phone.core.photos().unwrap().waiting, 1, "{text}");
    }
    proxy.well();
    phone.clock.pass(20 * 60 * 1_000);
    assert_eq!(phone.sync().outcome, Outcome::Done);
    assert_eq!(lost(world, &[photo]), 0);
    count
}

/// A file that is lost or damaged is told to the person and holds up no other;
/// one that nothing names goes in its time; one that the table forgot is sent.
fn odd_files(phone: &mut TestPhone) -> u64 {
    let store = Store::open(phone.queue_file()).unwrap();
    let (_, gone) = save(phone, 20_000);
    let (_, bad) = save(phone, 20_000);
    let (_, good) = save(phone, 20_000);
    std::fs::remove_file(store.photo_file(&gone)).unwrap();
    std::fs::write(store.photo_file(&bad), b"\xff\xd8 not it").unwrap();
    let report = phone.sync();
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!((report.sent, report.photos), (3, 1));
    let state = |hash| store.photo(&hash).unwrap().unwrap();
    assert_eq!(state(good).state, PhotoState::Sent);
    assert_eq!(state(gone).reason.as_deref(), Some("photo_missing"));
    assert_eq!(state(bad).reason.as_deref(), Some("photo_damaged"));
    assert_eq!(phone.core.wedged_photos().unwrap().len(), 2);
    for hash in [gone, bad] {
        phone.core.drop_photo(&hash).unwrap();
    }
    assert!(phone.core.wedged_photos().unwrap().is_empty());

    // Taken, never saved; half written; and saved, but the table was lost.
    let kept = phone.core.keep_photo(&jpeg(20_000)).unwrap();
    let old = phone.core.keep_photo(&jpeg(20_000)).unwrap();
    let torn = store.photo_folder().join("1-1.new");
    std::fs::write(&torn, b"half").unwrap();
    let (_, forgotten) = save(phone, 20_000);
    let conn = rusqlite::Connection::open(phone.queue_file()).unwrap();
    for table in ["attachments", "attachment_items"] {
        conn.execute(
            &format!("DELETE FROM {table} WHERE hash = ?1"),
            [forgotten.as_bytes()],
        )
        .unwrap();
    }
    let days = std::time::Duration::from_secs(3 * 86_400);
    for path in [store.photo_file(&old), torn.clone()] {
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(std::time::SystemTime::now() - days)
            .unwrap();
    }
    assert_eq!(phone.sync().outcome, Outcome::Done);
    assert!(store.photo_file(&kept).exists());
    assert!(!store.photo_file(&old).exists() && !torn.exists());
    assert_eq!(phone.sync().photos, 1, "the forgotten one goes too");
    assert_eq!(state(forgotten).state, PhotoState::Sent);

    // Sent ones stay as long as items do, and then go with their files.
    assert!(store.photo_file(&forgotten).exists());
    store.tidy_photos(i64::MAX).unwrap();
    assert!(!store.photo_file(&forgotten).exists());
    assert_eq!(store.photo(&forgotten).unwrap(), None);
    5
}

/// Its LAO takes a photo back while the pin waits: it goes on both sides, and
/// does not come again, whatever the registry is asked.
fn taken_back(world: &World, phone: &TestPhone) -> u64 {
    let style = Style::default();
    let store = Store::open(phone.queue_file()).unwrap();
    for sent in [true, false] {
        let (pin, photo) = save(phone, 20_000);
        if !sent {
            // Taken back before it came.
            std::fs::rename(store.photo_file(&photo), world.folder().join("kept")).unwrap();
            let report = phone.sync();
            assert_eq!((report.sent, report.photos), (1, 0));
            std::fs::rename(world.folder().join("kept"), store.photo_file(&photo)).unwrap();
            phone.core.photo_again(&photo).unwrap();
        }
        if sent {
            assert_eq!(phone.sync().photos, 1);
            let queue = phone.core.screens(style).queue().unwrap();
            let row = queue.rows.iter().find(|row| row.item == pin).unwrap();
            assert!(row.photo_removable, "{row:?}");
        }
        phone.core.remove_photo(pin).unwrap();
        phone.core.remove_photo(pin).unwrap();
        let queue = phone.core.screens(style).queue().unwrap();
        assert!(
            queue
                .rows
                .iter()
                .all(|row| row.item != pin || !row.photo_removable)
        );
        assert_eq!(phone.sync().outcome, Outcome::Done);
        assert!(!store.photo_file(&photo).exists());
        assert!(!photos_there(&world.database()).contains_key(&photo));
    }
    let refused = phone.core.remove_photo(Uuid::now_v7()).unwrap_err();
    assert_eq!(refused.code(), "not_found");
    3
}

/// The fault `photo-back`.
#[must_use]
pub fn set_back(size: Size) -> Tally {
    let mut tally = Tally::default();
    for round in 0..size.pick(1, 5) {
        for restore in [true, false] {
            tally.add(back_once(3 + round, restore));
        }
        tally.add(photo_alone());
    }
    tally
}

fn back_once(count: usize, restore: bool) -> Tally {
    let mut world = World::start();
    let phone = TestPhone::new(&world.url(), "staff0");
    let mut photos = Vec::new();
    let mut more = |phone: &TestPhone| {
        for _ in 0..count {
            photos.push(save(phone, 40_000).1);
        }
    };
    more(&phone);
    phone.heal();
    let copy = world.folder().join("copy.db").display().to_string();
    if restore {
        world.command(&["backup", &copy]);
    } else {
        world.stop();
        world.snapshot("snapshot.db");
        world.restart();
    }
    more(&phone);
    phone.heal();
    more(&phone);
    world.stop();
    if restore {
        world.command(&["restore", &copy]);
    } else {
        world.roll_back("snapshot.db");
    }
    world.restart();
    phone.heal();
    phone.sync();
    assert_eq!(phone.core.photos().unwrap().waiting, 0);
    Tally {
        cases: 1,
        lost: lost(&world, &photos),
        ..Tally::default()
    }
}

/// The disk is rolled back to between a pin and its photo: no item is missing.
fn photo_alone() -> Tally {
    let mut world = World::start();
    let phone = TestPhone::new(&world.url(), "staff0");
    let (_, photo) = save(&phone, 40_000);
    let store = Store::open(phone.queue_file()).unwrap();
    let (file, kept) = (store.photo_file(&photo), world.folder().join("kept"));
    std::fs::rename(&file, &kept).unwrap();
    assert_eq!(phone.sync().sent, 1);
    std::fs::rename(&kept, &file).unwrap();
    phone.core.photo_again(&photo).unwrap();
    world.stop();
    world.snapshot("snapshot.db");
    world.restart();
    phone.heal();
    assert_eq!(lost(&world, &[photo]), 0);
    world.stop();
    world.roll_back("snapshot.db");
    world.restart();
    assert_eq!(lost(&world, &[photo]), 1);
    phone.heal();
    Tally {
        cases: 1,
        lost: lost(&world, &[photo]),
        ..Tally::default()
    }
}

/// The fault `photo-kill`.
#[must_use]
pub fn killed(size: Size) -> Tally {
    let world = World::start();
    let start = in_memory();
    signed_in(&world, "staff0", start.path());
    let arguments = |folder: &Path| {
        let folder = folder.display().to_string();
        ["photo".to_owned(), folder, world.url(), "2".to_owned()]
    };
    let run = |folder: &Path| {
        copy_folder(start.path(), folder);
        arguments(folder)
    };
    let folder = in_memory();
    let all = run(folder.path());
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let mut points = points(strace::calls(strace::CALLS, &[], folder.path(), &all), size);
    if size == Size::Short {
        let offset = fastrand::usize(0..2);
        points = points.into_iter().skip(offset).step_by(2).collect();
    }
    each(&points, |(name, nth)| {
        let folder = in_memory();
        let all = run(folder.path());
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let inject = format!("inject={name}:signal=KILL:when={nth}");
        let (said, _) = child::finish(strace::silent(&inject, &all));
        after_kill(&world, folder.path(), &child::saved(&said), &inject)
    })
}

/// What must hold of a phone that was killed: now, and once it has synced.
fn after_kill(world: &World, folder: &Path, saved: &[Uuid], name: &str) -> Tally {
    let queue = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "sqlite3"))
        .unwrap();
    let store = Store::open(&queue).unwrap();
    let mut photos = Vec::new();
    for item in store.items(None, 0, usize::MAX).unwrap() {
        let pin: Pin = serde_json::from_str(item.envelope.payload.get()).unwrap();
        let photo = pin.photo.unwrap();
        store
            .read_photo(&photo)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        photos.push(photo);
    }
    let ids = store.items(None, 0, usize::MAX).unwrap();
    let missing = saved
        .iter()
        .filter(|id| !ids.iter().any(|item| item.envelope.id == **id))
        .count() as u64;
    drop(store);
    deliver(folder, &world.url(), name);
    Tally {
        cases: 1,
        lost: missing + lost(world, &photos),
        ..check_file(&queue, &[], name)
    }
}
