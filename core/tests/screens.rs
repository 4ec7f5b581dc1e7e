//! The state behind the phone's screens, without a device.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use pakmut_core::capture::CaptureState;
use pakmut_core::model::Monotonic;
use pakmut_core::screens::{
    AboutScreen, FindingsScreen, SignInScreen, Standing, Style, TabKind, read_hand, sync_ended,
};
use pakmut_domain::calendar::Digits;
use pakmut_domain::model::{Address, Counter, CounterKind, CounterStatus, Lao, LaoType, Role};
use pakmut_domain::resolve::{CounterState, PinStatus};
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::payload::{Decision, Pin, Review};
use pakmut_domain::wire::pull::ItemRecord;
use pakmut_domain::words::Lang;
use serde_json::value::to_raw_value;
use support::{Set, change};
use uuid::Uuid;

const EN: Style = Style {
    lang: Lang::En,
    digits: Digits::Arabic,
};
const TH: Style = Style {
    lang: Lang::Th,
    digits: Digits::Arabic,
};

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn counter(n: u128, name: &str, kind: CounterKind, state: Option<CounterState>) -> Counter {
    Counter {
        id: id(n),
        lao: id(4),
        name: name.to_owned(),
        kind,
        status: CounterStatus::Active,
        address: Address::default(),
        due: true,
        sample: false,
        state,
    }
}

fn state(status: PinStatus, shown: u128, review: Option<u128>) -> Option<CounterState> {
    Some(CounterState {
        status,
        shown: Some(id(shown)),
        conflict: false,
        review: review.map(id),
        verified: None,
    })
}

fn tell(set: &Set, record: &str, key: Uuid, body: &impl serde::Serialize) {
    let body = serde_json::to_string(body).unwrap();
    let told = change(record, &key.to_string(), Some(&body));
    set.registry.world().changes.push(told);
}

fn item(payload: &impl serde::Serialize) -> ItemRecord {
    ItemRecord {
        account: id(3),
        best_ms: 1_533_872_000_000,
        seen: vec![],
        payload: to_raw_value(payload).unwrap(),
        findings: vec![],
    }
}

fn pin_of(counter: u128) -> Pin {
    Pin {
        counter: id(counter),
        lat: 18.7877,
        lon: 98.9933,
        radius68_m: Some(5.0),
        radius95_m: Some(12.0),
        method: pakmut_domain::wire::payload::Method::Gnss,
        fixes: 20,
        seconds: 20.0,
        findings: vec![],
        reason: None,
        note: None,
        photo: None,
    }
}

/// Counters in every standing: 1 to pin, 2 waiting, 3 approved, 4 sent back.
fn told() -> Set {
    let set = Set::new();
    let lao = Lao {
        id: id(4),
        codes: vec![],
        lao_type: LaoType::Sao,
        name_th: "อบต.สันผีเสื้อ".to_owned(),
        province: "50".to_owned(),
        district: None,
        successor_ids: vec![],
    };
    tell(&set, "lao", id(4), &lao);
    for counter in [
        counter(1, "ศูนย์บริการ", CounterKind::OneStop, None),
        counter(
            2,
            "สาขา ข",
            CounterKind::Branch,
            state(PinStatus::Waiting, 12, None),
        ),
        counter(
            3,
            "สาขา ก",
            CounterKind::Branch,
            state(PinStatus::Approved, 13, Some(33)),
        ),
        counter(
            4,
            "ที่ทำการ",
            CounterKind::MainOffice,
            state(PinStatus::SentBack, 14, Some(34)),
        ),
    ] {
        tell(&set, "counter", counter.id, &counter);
    }
    for (pin, of) in [(12, 2), (13, 3), (14, 4)] {
        tell(&set, "pin", id(pin), &item(&pin_of(of)));
    }
    let back = Review {
        pin: id(14),
        decision: Decision::SentBack,
        reason: Some("too_weak".to_owned()),
        note: Some("ลองวัดหน้าประตู".to_owned()),
    };
    tell(&set, "review", id(34), &item(&back));
    assert_eq!(set.sync().outcome.code(), "done");
    set
}

#[test]
fn counters_are_sorted_by_what_needs_doing_and_say_why() {
    let set = told();
    let screen = set.phone.screens(EN).counters().unwrap();
    let stand: Vec<(Uuid, Standing)> = screen
        .rows
        .iter()
        .map(|r| (r.counter, r.standing))
        .collect();
    assert_eq!(
        stand,
        [
            (id(4), Standing::SentBack),
            (id(1), Standing::ToPin),
            (id(2), Standing::Sent),
            (id(3), Standing::Approved),
        ]
    );
    assert_eq!(
        screen.rows[0].reason.as_deref(),
        Some("Not accurate enough · ลองวัดหน้าประตู")
    );
    assert_eq!(screen.line, "2 of 4 pinned");
    assert_eq!(screen.next, Some(id(4)));
    assert_eq!(screen.next_text.as_deref(), Some("Pin ที่ทำการ again"));
    let thai = set.phone.screens(TH).counters().unwrap();
    assert_eq!(thai.rows[0].standing_text, "ส่งกลับแก้ไข");
    let digits = Style {
        digits: Digits::Thai,
        ..TH
    };
    let line = set.phone.screens(digits).counters().unwrap().line;
    assert_eq!(line, "ปักหมุดแล้ว ๒ จาก ๔ จุด");
}

#[test]
fn a_pin_goes_from_the_first_fix_to_sent_and_each_screen_says_so() {
    let set = told();
    let screens = set.phone.screens(EN);
    let mut pinning = screens.pin(id(1)).unwrap();
    let searching = pinning.tick(Monotonic(0), EN);
    assert_eq!(searching.state, CaptureState::Searching);
    assert!(!searching.can_save && searching.radius_text.is_none());
    assert_eq!(
        searching.spoken.as_deref(),
        Some("Looking for the position")
    );
    assert_eq!(searching.target_text, "Target 15 m");
    assert_eq!(
        pinning.save(&set.phone, None, None).unwrap_err().code(),
        "capture_not_ended"
    );
    assert_eq!(
        pinning
            .take(&set.phone, Monotonic(1), EN)
            .unwrap_err()
            .code(),
        "no_usable_fix"
    );
    let last = support::recording::push_recording(&mut pinning, None, EN);
    let screen = pinning.tick(last, EN);
    assert!(screen.can_save, "{screen:?}");
    assert!(
        screen
            .radius_text
            .as_deref()
            .unwrap()
            .starts_with("Within ")
    );
    assert_eq!(screen.spoken, None, "nothing changed by more than a third");

    let found = pinning.take(&set.phone, last, EN).unwrap();
    assert_eq!(found.position.len(), 3, "degrees, UTM and Plus Code");
    let codes: Vec<&str> = found.findings.iter().map(|f| f.code.as_str()).collect();
    // The recording was made abroad, which stands against the pin.
    assert!(codes.contains(&"outside_country"), "{codes:?}");
    assert!(!found.can_save);
    assert_eq!(found.button, "Measure again");
    let refused = pinning.save(&set.phone, Some("other"), None);
    assert_eq!(refused.unwrap_err().code(), "pin_blocked");

    // Placed by hand it is a warning, and a reason is asked.
    let place = read_hand("18.7877, 98.9933", None, None, EN)
        .place()
        .unwrap();
    let found: FindingsScreen = pinning.place(&set.phone, place, last, EN).unwrap();
    assert_eq!(found.headline, "Placed by hand");
    assert_eq!(
        found.reason_asked.as_deref(),
        Some("Why is it saved all the same?")
    );
    let reasons: Vec<&str> = found.reasons.iter().map(|r| r.code.as_str()).collect();
    assert_eq!(reasons, ["checked_on_spot", "counter_moved", "other"]);
    assert_eq!(
        pinning
            .save(&set.phone, Some(" "), None)
            .unwrap_err()
            .code(),
        "pin_reason_missing"
    );
    let long = "ก".repeat(1_001);
    assert_eq!(
        pinning
            .save(&set.phone, Some(&long), None)
            .unwrap_err()
            .code(),
        "note_too_long"
    );
    let saved = pinning
        .save(&set.phone, Some("checked_on_spot"), Some("หน้าอาคาร"))
        .unwrap();

    let row = |style| {
        let screen = set.phone.screens(style).counters().unwrap();
        screen
            .rows
            .into_iter()
            .find(|r| r.counter == id(1))
            .unwrap()
    };
    assert_eq!(row(EN).standing_text, "Saved here");
    assert_eq!(row(EN).item, Some(saved));
    let queue = set.phone.screens(TH).queue().unwrap();
    assert_eq!(queue.rows[0].standing, "บันทึกในเครื่อง");
    assert_eq!(queue.rows[0].about, "ศูนย์บริการ");
    assert!(
        queue.line.starts_with("1 รายการรอส่ง ตั้งแต่ "),
        "{}",
        queue.line
    );

    let report = set.sync();
    let ended = sync_ended(&report, EN);
    assert_eq!(ended.line, "Everything is sent");
    assert!(!ended.running && ended.wedged.is_none());
    assert_eq!(row(EN).standing_text, "Sent");
    assert_eq!(
        set.phone.screens(EN).queue().unwrap().line,
        "Everything is sent"
    );
    assert!(set.phone.screens(EN).sync().unwrap().last_success.is_some());
}

#[test]
fn a_new_pin_has_seen_the_pins_and_decisions_before_it() {
    let set = told();
    let screens = set.phone.screens(EN);
    let place = read_hand("18.7877, 98.9933", None, None, EN)
        .place()
        .unwrap();
    let mut again = screens.pin(id(4)).unwrap();
    again.place(&set.phone, place, Monotonic(0), EN).unwrap();
    let first = again.save(&set.phone, Some("other"), None).unwrap();
    let item = set.phone.item(first).unwrap().unwrap();
    let mut seen = item.envelope.seen;
    seen.sort();
    assert_eq!(seen, [id(14), id(34)]);
    // And one after it knows of the one that still waits here.
    assert!(set.phone.seen_of(id(4)).unwrap().contains(&first));
    assert!(set.phone.seen_of(id(1)).unwrap().is_empty());
}

#[test]
fn a_photo_goes_with_the_pin_and_its_own_position_is_looked_at() {
    const CAMERA: &[u8] = include_bytes!("data/camera.jpg");
    let set = told();
    let place = read_hand("18.7877, 98.9933", None, None, EN)
        .place()
        .unwrap();
    let mut pinning = set.phone.screens(EN).pin(id(1)).unwrap();
    let none = pinning.photo_screen(EN);
    assert_eq!((none.photo, none.remove), (None, None));
    // Before the position or after it.
    let photo = pinning.take_photo(&set.phone, CAMERA, CAMERA).unwrap();
    let codes = |found: FindingsScreen| -> Vec<String> {
        found.findings.into_iter().map(|row| row.code).collect()
    };
    let found = pinning.place(&set.phone, place, Monotonic(0), EN).unwrap();
    let text = &found.findings.iter().find(|f| f.code == "photo_elsewhere");
    assert_eq!(
        text.unwrap().text,
        "The photo was taken 52.9 km from here. Check that it shows this counter, or take it again."
    );
    pinning.remove_photo();
    let without = codes(pinning.findings(EN).unwrap());
    assert!(!without.contains(&"photo_elsewhere".to_owned()));
    assert_eq!(pinning.take_photo(&set.phone, &[], CAMERA), Ok(photo));
    let unknown = codes(pinning.findings(EN).unwrap());
    assert_eq!(unknown, without, "a photo that does not say where");
    let bad = pinning.take_photo(&set.phone, CAMERA, b"no picture");
    assert_eq!(bad.unwrap_err().code(), "photo_not_jpeg");
    assert_eq!(pinning.photo(), Some(photo), "the one before stays");
    pinning.take_photo(&set.phone, CAMERA, CAMERA).unwrap();

    let saved = pinning.save(&set.phone, Some("other"), None).unwrap();
    let item = set.phone.item(saved).unwrap().unwrap();
    let pin: Pin = serde_json::from_str(item.envelope.payload.get()).unwrap();
    assert_eq!(pin.photo, Some(photo));
    assert!(
        pin.findings
            .iter()
            .any(|f| f.code.as_str() == "photo_elsewhere")
    );
    let queue = set.phone.screens(EN).queue().unwrap();
    assert_eq!(
        queue.photos_line.as_deref(),
        Some("One photo waits to be sent")
    );
    let kept = set.phone.photo_bytes(&photo).unwrap();
    assert!(pakmut_domain::photo::check(&kept).is_ok());
}

#[test]
fn a_refused_item_is_first_and_says_what_to_do() {
    let set = told();
    set.registry.world().poison = "checked_on_spot".to_owned();
    let place = read_hand("18.7877, 98.9933", None, None, EN)
        .place()
        .unwrap();
    let mut pinning = set.phone.screens(EN).pin(id(1)).unwrap();
    pinning.place(&set.phone, place, Monotonic(0), EN).unwrap();
    let saved = pinning
        .save(&set.phone, Some("checked_on_spot"), None)
        .unwrap();
    let report = set.sync();
    assert_eq!(report.wedged, 1);
    let ended = sync_ended(&report, EN);
    assert_eq!(ended.line, "Not all is sent. See the list.");
    assert!(ended.wedged.is_some());
    let queue = set.phone.screens(EN).queue().unwrap();
    assert!(queue.rows[0].wedged && queue.rows[0].item == saved);
    assert_eq!(queue.rows[0].counter, Some(id(1)));
    assert!(
        queue.rows[0]
            .reason
            .as_deref()
            .unwrap()
            .starts_with("It cannot be sent: ")
    );
    let counters = set.phone.screens(EN).counters().unwrap();
    let row = counters.rows.iter().find(|r| r.counter == id(1)).unwrap();
    assert_eq!(row.standing, Standing::Wedged);
    set.phone.discard(saved).unwrap();
    assert_eq!(set.phone.screens(EN).queue().unwrap().wedged_line, None);
}

#[test]
fn what_is_typed_is_read_or_asked_about_and_never_guessed() {
    let open = read_hand("499294 2077337", None, None, EN);
    assert!(open.ask_zone.is_some() && open.ask_datum.is_some() && open.position.is_none());
    let half = read_hand("499294 2077337", Some("47N"), None, EN);
    assert!(half.ask_zone.is_none() && half.ask_datum.is_some());
    let whole = read_hand("๔๙๙๒๙๔ ๒๐๗๗๓๓๗", Some("47N"), Some("wgs84"), TH);
    assert_eq!(whole.lines.len(), 3, "{whole:?}");
    assert!(whole.resolution.is_some() && whole.problem.is_none());
    let swapped = read_hand("98.9933, 18.7877", None, None, EN);
    assert_eq!(swapped.problem_code.as_deref(), Some("swapped_coordinates"));
    assert!(swapped.problem.is_some() && swapped.place().is_none());
    let nothing = read_hand("  ", None, None, EN);
    assert!(nothing.problem.is_none() && nothing.position.is_none());
    assert!(read_hand("7P52QXQV+38", None, None, EN).place().is_some());
}

#[test]
fn each_role_has_its_screens_and_a_lost_session_says_that_nothing_is_lost() {
    let set = told();
    let home = set.phone.screens(EN).home().unwrap();
    assert_eq!(home.lao.as_deref(), Some("อบต.สันผีเสื้อ"));
    assert_eq!(home.tabs[0].kind, TabKind::Counters);
    assert_eq!(home.needs_password, None);
    set.save("x");
    set.registry.world().access = "other".to_owned();
    set.registry.world().refresh = "other".to_owned();
    assert_eq!(set.sync().outcome.code(), "needs_password");
    let home = set.phone.screens(EN).home().unwrap();
    assert!(home.needs_password.unwrap().contains("Everything is kept"));
    let sign_in = SignInScreen::of(&set.phone, EN).unwrap();
    assert_eq!(sign_in.username, "somchai");
    assert!(sign_in.note.contains("Everything is kept"));
    let about = AboutScreen::of(&set.phone, TH);
    assert_eq!(about.registry, set.registry.url);
    assert!(about.recovered.is_none() && about.privacy.len() == 3);
    let wrong = set.phone.sign_in("somchai", "wrong").unwrap_err();
    assert_eq!(
        wrong.words(EN),
        "The username or password is not right. Please try again."
    );
    // A colleague sees that something of somebody else waits here.
    set.phone.sign_out().unwrap();
    let others = SignInScreen::of(&set.phone, EN).unwrap().others.unwrap();
    assert!(others.starts_with("A colleague's item"), "{others}");
}

#[test]
fn an_officer_decides_and_has_seen_what_was_decided_before() {
    let mut set = Set::new();
    set.registry.world().account.role = Role::Province;
    set.registry.world().account.lao = Some(id(5));
    set.phone.sign_in("somchai", "right").unwrap();
    let waiting = counter(
        2,
        "สาขา ข",
        CounterKind::Branch,
        state(PinStatus::Waiting, 12, None),
    );
    tell(&set, "counter", id(2), &waiting);
    tell(&set, "pin", id(12), &item(&pin_of(2)));
    set.sync();
    let screen = set.phone.screens(EN).review().unwrap();
    assert_eq!(screen.line, "One pin waits for you");
    assert_eq!(screen.rows[0].headline, "Within 12 m (95 %)");
    assert_eq!(screen.rows[0].position.len(), 3);
    // The province's own counters are not those of its LAOs.
    assert_eq!(set.phone.screens(EN).counters().unwrap().rows, []);

    let missing = set
        .phone
        .reviews()
        .decide(id(12), Decision::SentBack, Some(""), None);
    assert_eq!(missing.unwrap_err().code(), "reason_missing");
    let unknown = set
        .phone
        .reviews()
        .decide(id(99), Decision::Approved, None, None);
    assert_eq!(unknown.unwrap_err().code(), "no_such_pin");
    let first = set
        .phone
        .reviews()
        .decide(id(12), Decision::SentBack, Some("too_weak"), None)
        .unwrap();
    let decided = set.phone.screens(EN).review().unwrap();
    assert_eq!(decided.rows[0].decided.as_deref(), Some("Sent back"));
    assert_eq!(decided.line, "Nothing waits for you");
    let second = set
        .phone
        .reviews()
        .decide(id(12), Decision::Approved, None, None)
        .unwrap();
    set.restart();
    let item = set.phone.item(second).unwrap().unwrap();
    assert_eq!(item.envelope.seen, [id(12), first]);
    assert_eq!(item.envelope.kind.as_str(), Kind::REVIEW);
}

#[test]
fn staff_do_not_decide() {
    let set = told();
    let decided = set
        .phone
        .reviews()
        .decide(id(12), Decision::Approved, None, None);
    assert_eq!(decided.unwrap_err().code(), "role_not_allowed");
}

#[test]
fn before_the_first_sync_each_screen_says_what_will_be_there() {
    let set = Set::new();
    let screens = set.phone.screens(EN);
    assert!(
        screens
            .counters()
            .unwrap()
            .empty
            .unwrap()
            .contains("Connect once")
    );
    assert!(screens.survey().unwrap().empty.is_some());
    assert!(screens.queue().unwrap().empty.is_some());
    assert_eq!(screens.zero_copy(id(1)).unwrap_err().code(), "no_catalogue");
    assert_eq!(screens.pin(id(1)).unwrap_err().code(), "counter_unknown");
}
