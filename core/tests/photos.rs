//! Photos in the queue: each waits for an item that names it, is let go only by
//! the registry's word, and outlives a damaged file.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use pakmut_core::store::{DraftRow, Item, PhotoState, Store, naming};
use pakmut_domain::wire::attachment::AttachmentState;
use pakmut_domain::wire::{Envelope, ItemHash, Kind, Saved};
use serde_json::json;
use serde_json::value::RawValue;
use support::{Asked, Reply, Set};
use uuid::Uuid;

const CAMERA: &[u8] = include_bytes!("data/camera.jpg");

type Photos = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// A phone at a registry that takes photos.
fn set() -> (Set, Photos) {
    let set = Set::new();
    let photos = Photos::default();
    let there = photos.clone();
    set.registry.hook(move |asked, _| take(asked, &there));
    (set, photos)
}

fn take(asked: &Asked, photos: &Photos) -> Option<Reply> {
    let hash = asked.path.strip_prefix("/v1/attachments/")?;
    assert_eq!(asked.method, "PUT");
    let range = asked.headers["content-range"].strip_prefix("bytes ")?;
    let (range, size) = range.split_once('/')?;
    let mut photos = photos.lock().unwrap();
    let here = photos.entry(hash.to_owned()).or_default();
    if range != "*" {
        assert_eq!(asked.headers["content-type"], "application/octet-stream");
        assert!(range.starts_with(&format!("{}-", here.len())));
        here.extend_from_slice(&asked.body);
    }
    let size: u64 = size.parse().unwrap();
    let complete = here.len() as u64 == size;
    if complete {
        assert_eq!(ItemHash::of(here).to_string(), hash);
    }
    Some(Reply::json(&AttachmentState {
        hash: hash.parse().unwrap(),
        size,
        received: here.len() as u64,
        complete,
        removed: false,
    }))
}

fn queue_file(set: &Set) -> PathBuf {
    let account = set.phone.account().unwrap().id;
    naming::queue_file(set.dir.path(), &set.registry.url, account)
}

fn store(set: &Set) -> Store {
    Store::open(queue_file(set)).unwrap()
}

/// A photo, and an item of a kind that names it somewhere.
fn save(set: &Set, kind: &str, note: &str) -> (Uuid, ItemHash) {
    let photo = set.phone.keep_photo(CAMERA).unwrap();
    let payload = json!({"note": note, "answers": {"a/b": [photo]}}).to_string();
    (set.phone.save(kind, 1, &payload, &[], None).unwrap(), photo)
}

#[test]
fn a_photo_waits_for_its_item_and_goes_with_any_kind() {
    let (set, photos) = set();
    set.registry.world().poison = "poison".to_owned();
    let (id, photo) = save(&set, "response", "poison");
    let report = set.sync();
    assert_eq!((report.wedged, report.photos), (1, 0));
    assert!(photos.lock().unwrap().is_empty(), "not before its item");
    assert_eq!(set.phone.photos().unwrap().waiting, 1);

    // Another item that names it takes it along.
    let (_, same) = save(&set, "declaration", "fine");
    assert_eq!(same, photo);
    let report = set.sync();
    assert_eq!((report.sent, report.photos), (1, 1));
    let state = store(&set).photo(&photo).unwrap().unwrap();
    assert_eq!(state.state, PhotoState::Sent);
    // It is sent, and the item that is discarded changes nothing of it.
    set.phone.discard(id).unwrap();
    set.sync();
    assert_eq!(set.phone.photos().unwrap().sent, 1);
}

#[test]
fn a_discarded_item_drops_its_photo_and_a_mended_one_takes_it_along() {
    let (set, photos) = set();
    set.registry.world().poison = "poison".to_owned();
    let (id, photo) = save(&set, "pin", "poison");
    set.sync();
    set.phone.discard(id).unwrap();
    set.sync();
    let state = store(&set).photo(&photo).unwrap().unwrap();
    assert_eq!(state.state, PhotoState::Dropped);
    assert!(photos.lock().unwrap().is_empty());

    // Taken again for another, it is wanted again.
    let (id, _) = save(&set, "pin", "poison");
    set.sync();
    let mended = json!({"note": "fine", "photo": photo}).to_string();
    set.phone.mend(id, &mended).unwrap();
    assert_eq!(set.sync().photos, 1);
    assert_eq!(photos.lock().unwrap().len(), 1);
}

#[test]
fn a_picture_is_no_answer_to_taking_a_photo_back() {
    let (set, _) = set();
    let (pin, photo) = save(&set, "pin", "fine");
    assert_eq!(set.sync().photos, 1);
    let state = || store(&set).photo(&photo).unwrap().unwrap().state;
    // What stands in between answers whatever it is asked with a picture.
    set.registry.hook(|asked, _| {
        (asked.method == "DELETE")
            .then(|| Reply::Whole(200, vec![], "image/jpeg".to_owned(), CAMERA.to_vec()))
    });
    let failed = set.phone.remove_photo(pin).unwrap_err();
    assert_eq!(failed.code(), "foreign_answer");
    assert_eq!(state(), PhotoState::Sent);
    set.registry.hook(|asked, _| {
        (asked.method == "DELETE").then(|| Reply::Whole(204, vec![], String::new(), vec![]))
    });
    set.phone.remove_photo(pin).unwrap();
    assert_eq!(state(), PhotoState::Dropped);
}

#[test]
fn a_pin_is_not_saved_without_the_photo_that_it_names() {
    let (set, _) = set();
    let mut pin: pakmut_domain::wire::payload::Pin = serde_json::from_value(json!({
        "counter": Uuid::from_u128(1), "lat": 18.4, "lon": 98.6, "method": "hand",
        "fixes": 0, "seconds": 0.0, "photo": ItemHash::of(b"none"),
    }))
    .unwrap();
    let refused = set.phone.save_pin(&pin, &[], None).unwrap_err();
    assert_eq!(refused.code(), "photo_missing");
    let photo = set.phone.keep_photo(CAMERA).unwrap();
    pin.photo = Some(photo);
    fs::write(store(&set).photo_file(&photo), b"rubbish").unwrap();
    let refused = set.phone.save_pin(&pin, &[], None).unwrap_err();
    assert_eq!(refused.code(), "photo_damaged");
    // Kept again it is mended.
    set.phone.keep_photo(CAMERA).unwrap();
    set.phone.save_pin(&pin, &[], None).unwrap();
    assert_eq!(set.phone.queue().unwrap().counts.pending, 1);
}

#[test]
fn photos_outlive_a_damaged_file() {
    let (mut set, photos) = set();
    let (id, photo) = save(&set, "pin", "before");
    let path = queue_file(&set);
    set.phone.pause().unwrap();
    // Every page in turn: the table of photos is on one of them.
    let whole = fs::read(&path).unwrap();
    let mut recovered = 0;
    for page in 1..whole.len() / 4_096 {
        photos.lock().unwrap().clear();
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{end}", path.display()));
        }
        let mut bytes = whole.clone();
        bytes[page * 4_096..(page + 1) * 4_096].fill(0xa5);
        fs::write(&path, bytes).unwrap();
        set.restart();
        set.clock.pass(1_000_000);
        set.sync();
        // What the table forgot is found by its file, and goes with the next.
        set.clock.pass(1_000_000);
        let report = set.sync();
        recovered += u64::from(set.phone.recovered().is_some());
        if set.phone.item(id).unwrap().is_some() {
            let there = photos.lock().unwrap();
            assert!(
                there.contains_key(&photo.to_string()),
                "page {page}: {report:?}, {:?} {:?}",
                set.phone.recovered(),
                store(&set).photo(&photo)
            );
        }
        set.phone.pause().unwrap();
    }
    assert!(recovered > 2, "{recovered}");
}

#[test]
fn a_draft_keeps_its_photo() {
    let (set, _) = set();
    let photo = set.phone.keep_photo(CAMERA).unwrap();
    let store = store(&set);
    let file = fs::File::options()
        .write(true)
        .open(store.photo_file(&photo))
        .unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(30 * 86_400))
        .unwrap();
    let conn = rusqlite::Connection::open(queue_file(&set)).unwrap();
    conn.execute(
        "INSERT INTO drafts (id, form, version, changed, body) VALUES (x'00', 'f', '1', 0, ?1)",
        [json!({ "photo": photo }).to_string()],
    )
    .unwrap();
    store.tidy_photos(i64::MAX).unwrap();
    assert!(store.photo_file(&photo).exists());
    conn.execute("DELETE FROM drafts", []).unwrap();
    store.tidy_photos(i64::MAX).unwrap();
    assert!(!store.photo_file(&photo).exists());
}

#[test]
fn a_survey_s_photo_follows_its_draft_until_it_is_sent() {
    let (set, photos) = set();
    let photo = set.phone.keep_photo(CAMERA).unwrap();
    let store = store(&set);
    let payload = json!({"answers": {"notice": photo}}).to_string();
    let envelope = Envelope {
        id: Uuid::now_v7(),
        kind: Kind::new(Kind::RESPONSE).unwrap(),
        version: 1,
        account: set.phone.account().unwrap().id,
        device: set.phone.device(),
        saved: Saved {
            wall: 1_790_000_000_000,
            mono: 5,
            boot: Uuid::from_u128(5),
            offset: None,
            gnss: None,
        },
        seen: Vec::new(),
        payload: RawValue::from_string(payload.clone()).unwrap(),
        sig: None,
    };
    let draft = |_: &Item| {
        Ok(DraftRow {
            id: Uuid::from_u128(9),
            form: "f".to_owned(),
            version: "1".to_owned(),
            changed_ms: 0,
            body: payload.clone(),
        })
    };
    // Finished, taken back, and the place given to another.
    store.finish_draft(Uuid::from_u128(9), &envelope).unwrap();
    assert_eq!(store.photo_counts().unwrap().waiting, 1);
    store.take_back(envelope.id, draft).unwrap().unwrap();
    set.save("another");
    let report = set.sync();
    assert_eq!((report.sent, report.photos), (1, 0));
    assert!(photos.lock().unwrap().is_empty());
    assert!(store.photo_file(&photo).exists());
    assert_eq!(store.photo_counts().unwrap().waiting, 0);

    store.finish_draft(Uuid::from_u128(9), &envelope).unwrap();
    let report = set.sync();
    assert_eq!((report.sent, report.photos), (1, 1), "held, let go, sent");
}
