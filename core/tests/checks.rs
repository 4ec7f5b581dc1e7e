//! Counters that are measured once more, without a device.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use pakmut_core::model::{Fix, Mock, Monotonic, Provider};
use pakmut_core::screens::{CaptureScreen, Pinning, Style, TabKind};
use pakmut_domain::calendar::Digits;
use pakmut_domain::check_pin::{Comparison, Verdict};
use pakmut_domain::model::{Address, Counter, CounterKind, CounterStatus, Role};
use pakmut_domain::resolve::{CounterState, PinStatus};
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::payload::{CheckMeasurement, Decision, Method, Pin, Review, SavedCheck};
use pakmut_domain::wire::pull::{CheckTask, ItemRecord};
use pakmut_domain::words::Lang;
use serde_json::value::{RawValue, to_raw_value};
use support::{Reply, Set, World, change};
use uuid::Uuid;

const EN: Style = Style {
    lang: Lang::En,
    digits: Digits::Arabic,
};

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn tell(set: &Set, record: &str, key: Uuid, body: &impl serde::Serialize) {
    let body = serde_json::to_string(body).unwrap();
    let told = change(record, &key.to_string(), Some(&body));
    set.registry.world().changes.push(told);
}

fn task(counter: u128) -> CheckTask {
    CheckTask {
        counter: id(counter),
        name: format!("ที่ทำการ {counter}"),
        address: "หน้าตลาด".to_owned(),
        lao: id(9),
        lao_name: "เทศบาลตำบลจอมทอง".to_owned(),
        result: None,
        taken: false,
    }
}

fn push_recording(pinning: &mut Pinning, mock: Mock) -> Monotonic {
    support::recording::push_recording(pinning, Some(mock), EN)
}

/// Measures what each of these checks is of, and saves it.
fn measure(set: &Set, checks: [u128; 2]) {
    for check in checks {
        let mut measuring = set.phone.screens(EN).measure_check(id(check)).unwrap();
        let last = push_recording(&mut measuring, Mock::No);
        measuring.take(&set.phone, last, EN).unwrap();
        measuring.save(&set.phone, None, None).unwrap();
    }
}

/// The registry's answers to pushes come back changed.
fn change_results(
    set: &Set,
    change: impl Fn(&mut World, &mut Vec<serde_json::Value>) + Send + 'static,
) {
    set.registry.hook(move |asked, world| {
        if asked.path != "/v1/push" {
            return None;
        }
        let Reply::Whole(status, headers, media, body) = support::push(asked, world) else {
            return None;
        };
        let mut body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        change(world, body["results"].as_array_mut().unwrap());
        let body = serde_json::to_vec(&body).unwrap();
        Some(Reply::Whole(status, headers, media, body))
    });
}

/// What the network says where no satellite is seen, for twenty seconds; the last
/// screen, and all that was spoken.
fn push_network(pinning: &mut Pinning, accuracy_m: f64, from_s: i64) -> (CaptureScreen, String) {
    let mut spoken = String::new();
    let mut last = None;
    for second in from_s..from_s + 20 {
        let fix = Fix {
            at: Monotonic(second * 1_000),
            lat: 18.4171 + (second % 3) as f64 * 1e-5,
            lon: 98.6765,
            accuracy_m: Some(accuracy_m),
            hdop: None,
            speed_mps: None,
            provider: Provider::Network,
            mock: Mock::No,
            gnss: None,
            wall: None,
        };
        let shown = pinning.push(&fix, Monotonic(second * 1_000), EN);
        spoken += shown.spoken.as_deref().unwrap_or_default();
        last = Some(shown);
    }
    (last.unwrap(), spoken)
}

fn standings(set: &Set) -> Vec<String> {
    let screen = set.phone.screens(EN).checks().unwrap();
    screen.rows.into_iter().map(|row| row.standing).collect()
}

#[test]
fn a_check_is_measured_offline_sent_and_says_what_it_means() {
    let mut set = Set::new();
    let tabs = |set: &Set| {
        let home = set.phone.screens(EN).home().unwrap();
        home.tabs.iter().any(|tab| tab.kind == TabKind::Checks)
    };
    assert!(
        !tabs(&set),
        "who measures for nobody is shown nothing of it"
    );
    let none = set.phone.screens(EN).checks().unwrap();
    assert!(none.empty.is_some() && none.line.starts_with("Nothing"));
    tell(&set, "check", id(101), &task(1));
    tell(&set, "check", id(102), &task(2));
    set.sync();
    assert!(tabs(&set));
    let screen = set.phone.screens(EN).checks().unwrap();
    assert_eq!(screen.line, "2 counters to measure once more");
    // The one drawn first is first, as the ids tell.
    assert_eq!(screen.rows[0].check, id(101));
    let row = &screen.rows[1];
    assert_eq!((row.check, row.can_measure), (id(102), true));
    assert_eq!(row.name, "ที่ทำการ 2");
    assert_eq!(row.lao, "เทศบาลตำบลจอมทอง");
    assert_eq!(row.address, "หน้าตลาด");
    assert_eq!(row.standing, "○ To be measured");
    let unknown = set.phone.screens(EN).measure_check(id(103)).unwrap_err();
    assert_eq!(unknown.code(), "check_unknown");

    let mut measuring = set.phone.screens(EN).measure_check(id(102)).unwrap();
    let place = pakmut_domain::position::Position::new(18.4, 98.6).unwrap();
    let by_hand = measuring.place(&set.phone, place, Monotonic(0), EN);
    assert_eq!(by_hand.unwrap_err().code(), "check_by_hand");
    let last = push_recording(&mut measuring, Mock::No);
    let shown = measuring.tick(last, EN);
    assert!(shown.can_save && !shown.can_place);
    assert_eq!(shown.advice, "What was measured can be saved");
    assert_eq!(
        shown.save_text,
        "I stand at the counter: take what was measured"
    );
    assert_eq!(shown.target_text, "Target 15 m, at most 50 m");
    let found = measuring.take(&set.phone, last, EN).unwrap();
    // Abroad: it is held against nothing that the phone knows of the place.
    assert!(found.can_save, "{found:?}");
    assert!(!found.takes_photo && found.reason_asked.is_none() && found.reasons.is_empty());
    assert!(
        found
            .findings
            .iter()
            .all(|one| one.code != "outside_country")
    );
    assert_eq!(found.button, "Save what was measured");
    let item = measuring
        .save(&set.phone, None, Some(" ย้ายไปอาคารหลัง "))
        .unwrap();

    set.restart();
    assert_eq!(standings(&set), ["○ To be measured", "▣ Saved here"]);
    let saved = set.phone.item(item).unwrap().unwrap().envelope;
    assert_eq!(saved.kind.as_str(), Kind::CHECK_PIN);
    let said: CheckMeasurement = serde_json::from_str(saved.payload.get()).unwrap();
    assert_eq!((said.check, said.counter), (id(102), id(2)));
    assert_eq!(said.method, Some(Method::Gnss));
    assert!(said.check().is_ok() && said.fixes > 10 && said.radius68_m.is_some());
    assert_eq!(said.note.as_deref(), Some("ย้ายไปอาคารหลัง"));
    let saved: SavedCheck = serde_json::from_str(saved.payload.get()).unwrap();
    assert_eq!(saved.counter_name.as_deref(), Some("ที่ทำการ 2"));
    let queue = set.phone.screens(EN).queue().unwrap();
    assert_eq!(queue.rows[0].kind, "Check pin");
    assert_eq!(queue.rows[0].about, "ที่ทำการ 2");
    // Nobody measures twice.
    let twice = set.phone.screens(EN).measure_check(id(102)).unwrap_err();
    assert_eq!(twice.code(), "check_unknown");

    set.sync();
    assert_eq!(standings(&set)[1], "↑ Sent");
    let result = Some(Comparison {
        distance_m: 11.0,
        agree_m: 17.2,
        verdict: Verdict::Confirmed,
    });
    let done = CheckTask { result, ..task(2) };
    tell(&set, "check", id(102), &done);
    let gone = change("check", &id(101).to_string(), None);
    set.registry.world().changes.push(gone);
    set.sync();
    let screen = set.phone.screens(EN).checks().unwrap();
    assert_eq!(
        screen.rows.len(),
        1,
        "measured by somebody else, it is gone"
    );
    assert_eq!(screen.rows[0].standing, "✓ confirmed");
    let detail = screen.rows[0].detail.as_deref().unwrap();
    assert!(detail.contains("11 m apart"), "{detail}");
}

#[test]
fn what_is_too_weak_or_made_up_is_measured_again() {
    let set = Set::new();
    tell(&set, "check", id(101), &task(1));
    set.sync();
    let mut measuring = set.phone.screens(EN).measure_check(id(101)).unwrap();
    // Made up from beginning to end there is no position at all.
    let last = push_recording(&mut measuring, Mock::Yes);
    let none = measuring.take(&set.phone, last, EN).unwrap_err();
    assert_eq!(none.code(), "no_usable_fix");
    // Made up for a while it counts for a pin, which is looked at, and for no check.
    let mut mixed = set.phone.screens(EN).measure_check(id(101)).unwrap();
    push_recording(&mut mixed, Mock::Yes);
    let last = push_recording(&mut mixed, Mock::No);
    let found = mixed.take(&set.phone, last, EN).unwrap();
    assert!(!found.can_save, "{found:?}");
    assert_eq!(found.findings[0].code, "check_mock");
    assert!(found.findings.iter().all(|one| one.code != "mock"));
    let refused = mixed.save(&set.phone, None, None).unwrap_err();
    assert_eq!(refused.code(), "check_mock");
    // A network's word of 80 m is a pin with a reason, and no check.
    let mut weak = set.phone.screens(EN).measure_check(id(101)).unwrap();
    push_network(&mut weak, 80.0, 0);
    let found = weak.take(&set.phone, Monotonic(20_000), EN).unwrap();
    assert!(!found.can_save);
    assert_eq!(found.findings[0].code, "check_too_weak");
    assert!(found.findings[0].text.contains("within 50 m"));
    assert_eq!(found.button, "Measure again");
    let refused = weak.save(&set.phone, Some("indoors"), None).unwrap_err();
    assert_eq!(refused.code(), "check_too_weak");
    assert!(set.phone.items(None, 0, 10).unwrap().is_empty());
}

#[test]
fn while_a_check_is_measured_nothing_speaks_of_a_pin() {
    let set = Set::new();
    tell(&set, "check", id(101), &task(1));
    set.sync();
    let mut measuring = set.phone.screens(EN).measure_check(id(101)).unwrap();
    let (weak, said) = push_network(&mut measuring, 80.0, 0);
    assert!(weak.radius95_m.unwrap() > 50.0 && !weak.can_save);
    assert!(
        weak.advice
            .starts_with("Please wait until it is within 50 m")
    );
    let (weak, more) = push_network(&mut measuring, 80.0, 20);
    assert!(!weak.can_save);
    assert_eq!(weak.state_text, "Too weak to check a pin");
    assert!(weak.advice.contains("nearer to the door or a window"));
    let said = said + &more;
    assert!(said.contains("Too weak to check a pin"), "{said}");
    assert!(!said.contains("reason") && !said.contains("province"));
    // Weaker than a pin is to be, and good enough here.
    let mut measuring = set.phone.screens(EN).measure_check(id(101)).unwrap();
    push_network(&mut measuring, 16.0, 0);
    let (fair, said) = push_network(&mut measuring, 16.0, 20);
    let radius = fair.radius95_m.unwrap();
    assert!(radius > 15.0 && radius <= 50.0, "{radius}");
    assert!(fair.can_save, "{fair:?}");
    assert_eq!(
        fair.state_text,
        "Not yet on target, and good enough to check a pin"
    );
    assert!(!said.contains("reason"), "{said}");
}

/// An officer's phone: the counter, its pin, and the check of it.
fn officer() -> Set {
    let set = Set::new();
    {
        let mut world = set.registry.world();
        world.account.role = Role::Province;
        world.account.lao = Some(id(5));
    }
    set.phone.sign_in("somchai", "right").unwrap();
    let counter = Counter {
        id: id(1),
        lao: id(9),
        name: "ที่ทำการ 1".to_owned(),
        kind: CounterKind::MainOffice,
        status: CounterStatus::Active,
        address: Address::default(),
        due: true,
        sample: false,
        state: Some(CounterState {
            status: PinStatus::Waiting,
            shown: Some(id(12)),
            conflict: false,
            review: None,
            verified: Some(id(12)),
        }),
    };
    tell(&set, "counter", id(1), &counter);
    let pin = Pin {
        counter: id(1),
        lat: 18.7877,
        lon: 98.9933,
        radius68_m: Some(5.0),
        radius95_m: Some(12.0),
        method: Method::Gnss,
        fixes: 20,
        seconds: 20.0,
        findings: vec![],
        reason: None,
        note: None,
        photo: None,
    };
    let pin = ItemRecord {
        account: id(77),
        best_ms: 1_533_872_000_000,
        seen: vec![],
        payload: to_raw_value(&pin).unwrap(),
        findings: vec![],
    };
    tell(&set, "pin", id(12), &pin);
    tell(&set, "check", id(101), &task(1));
    set.sync();
    set
}

#[test]
fn an_officer_s_screens_do_not_show_the_pin_that_the_phone_holds() {
    let set = officer();
    let mut measuring = set.phone.screens(EN).measure_check(id(101)).unwrap();
    let mut shown = format!("{:?}", set.phone.screens(EN).checks().unwrap());
    let last = push_recording(&mut measuring, Mock::No);
    shown += &format!("{:?}", measuring.tick(last, EN));
    let found = measuring.take(&set.phone, last, EN).unwrap();
    // Half the world away from the verified pin, and nothing says so.
    assert!(found.findings.iter().all(|one| !one.code.contains("far")));
    shown += &format!("{found:?}");
    assert!(
        !shown.contains("18.78") && !shown.contains("98.99"),
        "{shown}"
    );
}

#[test]
fn who_decided_on_the_pin_leaves_the_measuring_to_somebody_else() {
    let set = officer();
    assert_eq!(standings(&set), ["○ To be measured"]);
    let decide = set.phone.reviews();
    decide
        .decide(id(12), Decision::Approved, None, None)
        .unwrap();
    let screen = set.phone.screens(EN).checks().unwrap();
    assert_eq!(screen.rows[0].standing, "— Not yours to measure");
    assert!(!screen.rows[0].can_measure && screen.line.starts_with("Nothing"));
    let refused = set.phone.screens(EN).measure_check(id(101)).unwrap_err();
    assert_eq!(refused.code(), "check_not_blind");
}

#[test]
fn who_decided_on_it_on_another_phone_or_pinned_it_does_not_measure_either() {
    let decided = officer();
    let own = decided.phone.account().unwrap().id;
    let review = Review {
        pin: id(12),
        decision: Decision::Approved,
        reason: None,
        note: None,
    };
    let record = |account: Uuid, payload: Box<RawValue>| ItemRecord {
        account,
        best_ms: 1_533_872_000_000,
        seen: vec![],
        payload,
        findings: vec![],
    };
    let told = |account| record(account, to_raw_value(&review).unwrap());
    tell(&decided, "review", id(13), &told(id(78)));
    decided.sync();
    // By somebody else.
    assert_eq!(standings(&decided), ["○ To be measured"]);
    tell(&decided, "review", id(14), &told(own));
    decided.sync();
    assert_eq!(standings(&decided), ["— Not yours to measure"]);

    let pinned = officer();
    let own = pinned.phone.account().unwrap().id;
    let payload = format!(r#"{{"counter":"{}"}}"#, id(1));
    let payload = RawValue::from_string(payload).unwrap();
    tell(&pinned, "pin", id(15), &record(own, payload));
    pinned.sync();
    assert_eq!(standings(&pinned), ["— Not yours to measure"]);
}

#[test]
fn what_was_measured_keeps_its_row_and_name_when_the_check_ends() {
    let set = Set::new();
    for check in [101, 102, 103] {
        tell(&set, "check", id(check), &task(check - 100));
    }
    set.sync();
    measure(&set, [101, 102]);
    // The first is refused, the second waits, and the checks end for all.
    change_results(&set, |world, results| {
        world.items.clear();
        let answers = [("refused", "check_pin_gone"), ("retry", "registry_busy")];
        for (one, (result, code)) in results.iter_mut().zip(answers) {
            one["result"] = result.into();
            one["code"] = code.into();
            one["hash"] = serde_json::Value::Null;
        }
    });
    for check in [101, 102, 103] {
        let gone = change("check", &id(check).to_string(), None);
        set.registry.world().changes.push(gone);
    }
    set.sync();
    let rows = set.phone.screens(EN).checks().unwrap().rows;
    let said: Vec<_> = rows
        .iter()
        .map(|row| (row.check, row.name.as_str(), row.standing.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (id(101), "ที่ทำการ 1", "⚠ Cannot be sent"),
            (id(102), "ที่ทำการ 2", "▣ Saved here"),
        ]
    );
    let why = rows[0].detail.as_deref().unwrap();
    assert!(why.contains("no pin any more"), "{why}");
    assert!(rows.iter().all(|row| !row.can_measure));
    let refused = set.phone.screens(EN).measure_check(id(101)).unwrap_err();
    assert_eq!(refused.code(), "check_unknown");
    let has_tab = || {
        let home = set.phone.screens(EN).home().unwrap();
        home.tabs.iter().any(|tab| tab.kind == TabKind::Checks)
    };
    assert!(has_tab());
    let queue = set.phone.screens(EN).queue().unwrap();
    let about: Vec<_> = queue.rows.iter().map(|row| row.about.as_str()).collect();
    assert_eq!(about, ["ที่ทำการ 1", "ที่ทำการ 2"]);

    set.phone.discard(queue.rows[0].item).unwrap();
    set.registry.well();
    set.clock.pass(1_000_000);
    set.sync();
    assert_eq!(standings(&set), ["↑ Sent"]);
    assert!(!has_tab(), "nothing is left to do");
}

#[test]
fn what_is_refused_or_came_second_is_told() {
    let set = Set::new();
    tell(&set, "check", id(101), &task(1));
    tell(&set, "check", id(102), &task(2));
    set.sync();
    measure(&set, [101, 102]);
    // The first is refused, the second comes after somebody else's.
    change_results(&set, |_, results| {
        results[0]["result"] = "refused".into();
        results[0]["code"] = "check_not_blind".into();
        results[0]["hash"] = serde_json::Value::Null;
        results[1]["result"] = "conflict".into();
    });
    let second = CheckTask {
        taken: true,
        ..task(2)
    };
    tell(&set, "check", id(102), &second);
    set.sync();
    let rows = set.phone.screens(EN).checks().unwrap().rows;
    assert_eq!(rows[0].standing, "⚠ Cannot be sent");
    let why = rows[0].detail.as_deref().unwrap();
    assert!(why.contains("somebody else must measure it"), "{why}");
    assert_eq!(rows[1].standing, "↑ Sent");
    let why = rows[1].detail.as_deref().unwrap();
    assert!(why.contains("is kept and does not count"), "{why}");
}
