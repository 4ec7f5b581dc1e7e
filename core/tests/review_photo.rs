//! The photo of a pin that is reviewed: fetched whole or not at all, and there
//! offline from then on.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use pakmut_core::engine::PhoneError;
use pakmut_core::screens::{ReviewPhoto, Style};
use pakmut_core::store::{Store, naming};
use pakmut_domain::calendar::Digits;
use pakmut_domain::model::Role;
use pakmut_domain::wire::ItemHash;
use pakmut_domain::words::Lang;
use serde_json::json;
use support::{Reply, Set, change};
use uuid::Uuid;

const EN: Style = Style {
    lang: Lang::En,
    digits: Digits::Arabic,
};
const PHOTO: &[u8] = b"not looked into here: the hash tells what it is";

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// What the registry answers next where the photo is asked for.
type Next = Arc<Mutex<Option<Reply>>>;

fn jpeg(bytes: &[u8]) -> Reply {
    Reply::Whole(200, vec![], "image/jpeg".to_owned(), bytes.to_vec())
}

/// An officer's phone with two pins, the first with a photo.
fn officer() -> (Set, Next) {
    let set = Set::new();
    set.registry.world().account.role = Role::Province;
    set.phone.sign_in("somchai", "right").unwrap();
    for (pin, photo) in [(11, Some(ItemHash::of(PHOTO))), (12, None)] {
        let mut payload = json!({
            "counter": id(1), "lat": 18.78, "lon": 98.99, "radius68_m": 5.0, "radius95_m": 12.0,
            "method": "gnss", "fixes": 20, "seconds": 20.0,
        });
        if let Some(photo) = photo {
            payload["photo"] = json!(photo);
        }
        let body = json!({"account": id(77), "best_ms": 1, "payload": payload}).to_string();
        let told = change("pin", &id(pin).to_string(), Some(&body));
        set.registry.world().changes.push(told);
    }
    set.sync();
    let next = Next::default();
    let answer = next.clone();
    set.registry.hook(move |asked, _| {
        (asked.method == "GET" && asked.path == format!("/v1/pins/{}/photo", id(11)))
            .then(|| answer.lock().unwrap().clone().unwrap_or(Reply::Cut))
    });
    (set, next)
}

fn here(set: &Set) -> Option<ReviewPhoto> {
    set.phone.screens(EN).review_photo(id(11)).unwrap()
}

fn fetch(set: &Set) -> Result<Option<ReviewPhoto>, PhoneError> {
    set.phone.screens(EN).fetch_review_photo(id(11))
}

fn store(set: &Set) -> Store {
    let account = set.phone.account().unwrap().id;
    let file = naming::queue_file(set.dir.path(), &set.registry.url, account);
    Store::open(file).unwrap()
}

#[test]
fn a_photo_is_fetched_by_one_tap_and_is_there_offline_from_then_on() {
    let (mut set, next) = officer();
    let none = set.phone.screens(EN).review_photo(id(12)).unwrap();
    assert_eq!(none, None);
    assert_eq!(
        set.phone.screens(EN).fetch_review_photo(id(12)).unwrap(),
        None
    );
    let away = here(&set).unwrap();
    assert_eq!(away.bytes, None);
    assert_eq!(
        away.button.as_deref(),
        Some("Show the photo (at most 400 kB)")
    );

    *next.lock().unwrap() = Some(jpeg(PHOTO));
    let shown = fetch(&set).unwrap().unwrap();
    assert_eq!(shown.bytes.as_deref(), Some(PHOTO));
    assert_eq!(
        shown.line,
        "Photo of this counter, 1 kB, kept on this phone"
    );
    assert_eq!(shown.button, None);
    *next.lock().unwrap() = None;
    set.restart();
    assert_eq!(here(&set), Some(shown));
}

#[test]
fn what_is_cut_or_something_else_leaves_nothing() {
    let (set, next) = officer();
    let whole = jpeg(PHOTO);
    for (answer, code) in [
        (Reply::Cut, "photo_not_fetched"),
        (
            Reply::CutAt(Box::new(whole.clone()), 80),
            "photo_not_fetched",
        ),
        (jpeg(&PHOTO[1..]), "photo_not_fetched"),
        (jpeg(b""), "photo_not_fetched"),
        // A network that wants one to sign in says so in its own way.
        (
            Reply::Whole(200, vec![], "text/html".to_owned(), b"<html>".to_vec()),
            "foreign_answer",
        ),
        (Reply::problem(404, "photo_coming"), "photo_coming"),
        (Reply::problem(404, "photo_removed"), "photo_removed"),
    ] {
        *next.lock().unwrap() = Some(answer);
        let failed = fetch(&set).unwrap_err();
        assert_eq!(failed.code(), code);
        assert_ne!(EN.error(code), code);
        assert_eq!(here(&set).unwrap().bytes, None, "{code}");
    }
    let folder = store(&set).shown_folder();
    assert!(!folder.exists() || fs::read_dir(folder).unwrap().next().is_none());
}

#[test]
fn a_session_that_is_over_is_refreshed_first() {
    let (set, next) = officer();
    *next.lock().unwrap() = Some(Reply::problem(401, "token_expired"));
    let answer = next.clone();
    // The sync in between gets another token.
    let mut asked_for = 0;
    set.registry.hook(move |asked, _| {
        if asked.method == "GET" && asked.path.starts_with("/v1/pins/") {
            asked_for += 1;
            return match asked_for {
                1 => answer.lock().unwrap().clone(),
                _ => Some(jpeg(PHOTO)),
            };
        }
        None
    });
    assert_eq!(fetch(&set).unwrap().unwrap().bytes.as_deref(), Some(PHOTO));
}

#[test]
fn the_oldest_go_where_all_take_too_much_and_all_go_with_the_rights() {
    let (set, next) = officer();
    let store = store(&set);
    let photos: Vec<Vec<u8>> = (0..4_u8).map(|n| vec![n; 100]).collect();
    for (place, photo) in photos.iter().enumerate() {
        store.keep_shown(photo, 250).unwrap();
        let name = |photo: &[u8]| -> String {
            let hash = ItemHash::of(photo);
            hash.as_bytes().iter().map(|b| format!("{b:02x}")).collect()
        };
        let file = store.shown_folder().join(format!("{}.jpg", name(photo)));
        let at = SystemTime::now() - Duration::from_secs(1_000 - place as u64);
        let opened = fs::File::options().write(true).open(file).unwrap();
        opened.set_modified(at).unwrap();
    }
    let is_here = |n: usize| {
        store
            .read_shown(&ItemHash::of(&photos[n]))
            .unwrap()
            .is_some()
    };
    assert_eq!(
        (0..4).map(is_here).collect::<Vec<_>>(),
        [false, false, true, true]
    );
    // One that is larger than all may take is kept by itself.
    store.keep_shown(&[9; 300], 250).unwrap();
    assert!(!is_here(2) && !is_here(3));
    assert!(
        store
            .read_shown(&ItemHash::of(&[9; 300]))
            .unwrap()
            .is_some()
    );
    // What was changed on the disk is not shown; it is fetched again.
    *next.lock().unwrap() = Some(jpeg(PHOTO));
    fetch(&set).unwrap();
    for entry in fs::read_dir(store.shown_folder()).unwrap() {
        fs::write(entry.unwrap().path(), b"damaged").unwrap();
    }
    assert_eq!(here(&set).unwrap().bytes, None);
    fetch(&set).unwrap();
    assert!(here(&set).unwrap().bytes.is_some());

    // Whose account is disabled sees them no longer.
    set.registry.hook(|asked, _| {
        (asked.path != "/v1/config").then(|| Reply::problem(403, "account_disabled"))
    });
    set.sync();
    assert!(!store.shown_folder().exists());
}

#[test]
fn they_go_with_the_province_that_one_leaves() {
    let (set, next) = officer();
    *next.lock().unwrap() = Some(jpeg(PHOTO));
    fetch(&set).unwrap();
    set.sync();
    assert!(
        here(&set).unwrap().bytes.is_some(),
        "what changed is no reset"
    );
    // Another scope: all is told anew, in two pages, and the second comes late.
    {
        let mut world = set.registry.world();
        world.epoch = id(9);
        world.page = 1;
        world.changes = (21..23)
            .map(|n| change("counter", &id(n).to_string(), Some("{}")))
            .collect();
    }
    let mut pages = 0;
    set.registry.hook(move |asked, _| {
        pages += u32::from(asked.path.starts_with("/v1/pull"));
        (pages == 2).then_some(Reply::Cut)
    });
    set.sync();
    assert!(
        here(&set).unwrap().bytes.is_some(),
        "until the new is whole"
    );
    set.registry.well();
    set.sync();
    assert_eq!(here(&set), None);
    assert!(!store(&set).shown_folder().exists());
}
