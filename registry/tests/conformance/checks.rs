//! Check pins: drawn by the province, measured blind by somebody else.

use pakmut_domain::check_pin::Why;
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::envelope::Envelope;
use pakmut_domain::wire::push::{ItemResult, Outcome};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::browser::Browser;
use crate::common::{CHOM_THONG, LAO_A, LAO_B, Over, Phone, Pulled, World};

over_both!(
    drawn_pins_are_measured_blind_and_stand_on_the_province_s_page,
    who_knows_where_the_pin_lies_cannot_measure,
    a_new_pin_takes_the_drawn_one_s_place,
    phones_of_those_who_may_measure_get_the_checks_and_never_the_pins,
    a_phone_s_measurement_is_judged_as_the_page_s,
    who_decided_after_measuring_measured_blind,
    whoever_comes_second_is_told_and_nothing_is_lost,
    what_was_measured_outlives_a_registry_that_forgot_the_draw,
    a_counter_that_was_handed_over_is_not_measured_by_its_new_lao,
);

/// Both LAOs' main offices, each pinned at the same place.
async fn pinned(over: Over) -> (World, Uuid, Uuid) {
    let world = World::new(over).await;
    let (a, b) = (
        world.sign_in("staff-a").await,
        world.sign_in("staff-b").await,
    );
    let offices = (
        world.main_office(LAO_A).await,
        world.main_office(LAO_B).await,
    );
    world.push(&a, &[a.pin(offices.0, 1_000, &[])]).await;
    world.push(&b, &[b.pin(offices.1, 1_000, &[])]).await;
    (world, offices.0, offices.1)
}

/// Draws so many in Chiang Mai; how many there were.
pub async fn draw(officer: &mut Browser, count: &str) -> String {
    officer.text("/provinces/50/checks?lang=en").await;
    let reply = officer
        .send("/provinces/50/checks?lang=en", &[("count", count)])
        .await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let to = reply.headers["location"].to_str().unwrap();
    to.rsplit_once("drawn=").unwrap().1.to_owned()
}

/// The check of a counter.
async fn check_of(world: &World, counter: Uuid) -> String {
    let mut read = world.server.store().read().await.unwrap();
    let all = read.check_pins("50").await.unwrap();
    let one = all.iter().find(|one| one.counter == counter).unwrap();
    format!("/checks/{}?lang=en", one.id)
}

/// Sends a measurement: the status and what is said.
async fn measure(browser: &mut Browser, path: &str, position: &str, radius: &str) -> (u16, String) {
    browser.text(path).await;
    let fields = [("position", position), ("radius", radius)];
    let reply = browser.send(path, &fields).await;
    (reply.status, reply.text())
}

fn place(north: f64) -> String {
    format!("{:.6}, {:.6}", CHOM_THONG.0 + north, CHOM_THONG.1)
}

async fn drawn_pins_are_measured_blind_and_stand_on_the_province_s_page(over: Over) {
    let (world, a, b) = pinned(over).await;
    let mut officer = world.browse("officer").await;
    let page = officer.text("/provinces/50?lang=en").await;
    assert!(page.contains("No pin was measured once more yet"), "{page}");
    officer.text("/provinces/50/checks?lang=en").await;
    for count in ["", "0", "101", "many"] {
        let reply = officer
            .send("/provinces/50/checks?lang=en", &[("count", count)])
            .await;
        assert_eq!(reply.status, 400, "{count}");
    }
    // Two pins are there; each is drawn once.
    assert_eq!(draw(&mut officer, "5").await, "2");
    assert_eq!(draw(&mut officer, "5").await, "0");
    let (of_a, of_b) = (check_of(&world, a).await, check_of(&world, b).await);

    // Who measures is not shown the pin, and may not be of the counter's own LAO.
    let mut staff_b = world.browse("staff-b").await;
    let page = staff_b.text(&of_a).await;
    assert!(!page.contains("18.4") && !page.contains("98.67"), "{page}");
    assert_eq!(staff_b.get(&of_b).await.status, 404);
    for (username, path) in [
        ("staff-a", &of_a),
        ("tester-a", &of_a),
        ("officer-51", &of_b),
    ] {
        let mut other = world.browse(username).await;
        assert_eq!(other.get(path).await.status, 404, "{username}");
    }

    for (position, radius, why) in [
        ("", "9", "enter a position"),
        ("somewhere", "9", "cannot be read"),
        (place(0.0).as_str(), "", "within how many metres"),
        (place(0.0).as_str(), "-3", "within how many metres"),
        (place(0.0).as_str(), "50.5", "too weak"),
        // Two digits leave half a kilometre open.
        ("18.41, 98.67", "9", "too weak"),
    ] {
        let (status, said) = measure(&mut staff_b, &of_a, position, radius).await;
        assert_eq!(status, 400, "{position} {radius}");
        assert!(said.contains(why), "{position} {radius}: {said}");
    }
    // 11 m off, with 9.5 m and 9 m promised.
    let (status, said) = measure(&mut staff_b, &of_a, &place(0.000_1), "๙").await;
    assert_eq!(status, 303, "{said}");
    let page = staff_b.text(&of_a).await;
    assert!(
        page.contains("confirmed") && page.contains("apart"),
        "{page}"
    );

    // The other lies half a kilometre off.
    let mut department = world.browse("department").await;
    let (status, said) = measure(&mut department, &of_b, &place(0.005), "9").await;
    assert_eq!(status, 303, "{said}");
    assert!(department.text(&of_b).await.contains("wrong"));

    // Nobody measures twice.
    let again = [("position", "18.417123, 98.676543"), ("radius", "9")];
    let reply = department.send(&of_b, &again).await;
    assert_eq!(reply.status, 400);
    assert!(reply.text().contains("measured this counter already"));

    let mut read = world.server.store().read().await.unwrap();
    let chance = read.checked_quality("50", Why::Chance).await.unwrap();
    let suspicion = read.checked_quality("50", Why::Suspicion).await.unwrap();
    assert_eq!(chance.confirmed + suspicion.confirmed, 1);
    assert_eq!(chance.wrong + suspicion.wrong, 1);
    assert!(chance.measured() >= 1);
    assert_eq!(
        read.checked_quality("51", Why::Chance)
            .await
            .unwrap()
            .measured(),
        0
    );
    drop(read);
    // One in two was drawn by chance, at least.
    let page = officer.text("/provinces/50?lang=en").await;
    let said = format!(
        "{} of {} pins drawn by chance",
        chance.confirmed,
        chance.measured()
    );
    assert!(
        page.contains(&said) && page.contains("95 % interval"),
        "{page}"
    );
}

async fn who_knows_where_the_pin_lies_cannot_measure(over: Over) {
    let (world, a, _) = pinned(over).await;
    let mut officer = world.browse("officer").await;
    assert_eq!(draw(&mut officer, "2").await, "2");
    let review = format!("/review/{a}?lang=en");
    let page = officer.text(&review).await;
    let pin = page.split("name=\"pin\" value=\"").nth(1).unwrap();
    let pin = pin.split('"').next().unwrap().to_owned();
    let fields = [("pin", pin.as_str()), ("decision", "approved")];
    assert_eq!(officer.send(&review, &fields).await.status, 303);
    let path = check_of(&world, a).await;
    let page = officer.text(&path).await;
    assert!(page.contains("somebody else must measure it"), "{page}");
    let fields = [("position", "18.417123, 98.676543"), ("radius", "9")];
    let reply = officer.send(&path, &fields).await;
    assert_eq!(reply.status, 400);
    assert!(reply.text().contains("somebody else must measure it"));
    // Somebody else may.
    let mut staff_b = world.browse("staff-b").await;
    let (status, said) = measure(&mut staff_b, &path, &place(0.0), "9").await;
    assert_eq!(status, 303, "{said}");
}

async fn a_new_pin_takes_the_drawn_one_s_place(over: Over) {
    let (world, a, _) = pinned(over).await;
    let mut officer = world.browse("officer").await;
    assert_eq!(draw(&mut officer, "2").await, "2");
    let phone = world.sign_in("staff-a").await;
    let mut read = world.server.store().read().await.unwrap();
    let first = read.counters(&[a]).await.unwrap()[0].state.shown.unwrap();
    drop(read);
    let second = phone.pin_at(a, 2_000, &[first], CHOM_THONG.0 + 0.01, CHOM_THONG.1);
    world.push(&phone, std::slice::from_ref(&second)).await;
    let path = check_of(&world, a).await;
    let mut staff_b = world.browse("staff-b").await;
    let (status, said) = measure(&mut staff_b, &path, &place(0.01), "9").await;
    assert_eq!(status, 303, "{said}");
    assert!(staff_b.text(&path).await.contains("confirmed"));
    let mut read = world.server.store().read().await.unwrap();
    let all = read.check_pins("50").await.unwrap();
    let one = all.iter().find(|one| one.counter == a).unwrap();
    assert_eq!(one.pin, second.id);
    drop(read);
    // What was checked is not drawn again, what came since is.
    assert_eq!(draw(&mut officer, "5").await, "0");
    let third = phone.pin_at(a, 3_000, &[second.id], CHOM_THONG.0, CHOM_THONG.1);
    world.push(&phone, std::slice::from_ref(&third)).await;
    assert_eq!(draw(&mut officer, "5").await, "1");
}

/// The id of a counter's check.
async fn id_of(world: &World, counter: Uuid) -> Uuid {
    let path = check_of(world, counter).await;
    let id = path.strip_prefix("/checks/").unwrap().split('?').next();
    id.unwrap().parse().unwrap()
}

/// A measurement so far north of the place, as a phone saves it.
fn measured(phone: &Phone, check: Uuid, counter: Uuid, north: f64) -> Envelope {
    measured_at(5_000, phone, check, counter, north)
}

fn measured_at(ms: i64, phone: &Phone, check: Uuid, counter: Uuid, north: f64) -> Envelope {
    let payload = json!({
        "check": check, "counter": counter, "lat": CHOM_THONG.0 + north, "lon": CHOM_THONG.1,
        "radius68_m": 4.0, "radius95_m": 9.0, "method": "gnss", "fixes": 12, "seconds": 11.0,
    });
    phone.item(Kind::CHECK_PIN, ms, &[], &payload)
}

async fn send(world: &World, phone: &Phone, item: &Envelope) -> ItemResult {
    world
        .push(phone, std::slice::from_ref(item))
        .await
        .remove(0)
}

/// The keys of the checks that are there, without those that ended.
fn open_checks(pulled: &Pulled) -> Vec<&str> {
    let mut open: Vec<&str> = pulled
        .of("check")
        .filter(|change| change["body"].is_object())
        .map(|change| change["key"].as_str().unwrap())
        .collect();
    open.sort_unstable();
    open
}

async fn phones_of_those_who_may_measure_get_the_checks_and_never_the_pins(over: Over) {
    let (world, a, b) = pinned(over).await;
    // Before the draw nothing of it is told; what comes later comes as a change.
    let staff_b = world.sign_in("staff-b").await;
    let before = world.pull(&staff_b, None).await;
    assert_eq!(before.of("check").count(), 0);
    let mut officer = world.browse("officer").await;
    assert_eq!(draw(&mut officer, "2").await, "2");
    let (of_a, of_b) = (
        id_of(&world, a).await.to_string(),
        id_of(&world, b).await.to_string(),
    );
    let mut both = vec![of_a.as_str(), of_b.as_str()];
    both.sort_unstable();

    let after = world.pull(&staff_b, Some(&before.cursor)).await;
    assert_eq!(open_checks(&after), [of_a.as_str()]);
    let task = after.body("check", of_a.parse().unwrap()).unwrap();
    assert_eq!(task["counter"], json!(a));
    assert_eq!(task["lao"], json!(world.lao_id(LAO_A).await));
    assert!(task["lao_name"].as_str().unwrap().contains("จอมทอง"));
    // Whatever the phone of a measurer holds, the other LAO's pin is not in it, nor
    // where it lies. (Its own LAO's pin was saved at the same place.)
    let whole = world.pull(&staff_b, None).await;
    let others: Vec<String> = whole
        .changes
        .iter()
        .filter(|change| {
            change["record"] != "area" && change["body"]["payload"]["counter"] != json!(b)
        })
        .map(Value::to_string)
        .collect();
    assert!(others.iter().any(|text| text.contains(&of_a)));
    for text in others {
        assert!(
            !text.contains("18.4171") && !text.contains("98.6765"),
            "{text}"
        );
    }
    let mut read = world.server.store().read().await.unwrap();
    let pin = read.counters(&[a]).await.unwrap()[0].state.shown.unwrap();
    drop(read);
    assert!(
        whole
            .changes
            .iter()
            .all(|change| !change.to_string().contains(&pin.to_string()))
    );

    // The same people as on the page.
    for (username, open) in [
        ("staff-a", &[of_b.as_str()][..]),
        ("tester-a", &[of_b.as_str()][..]),
        ("officer", &both),
        ("department", &both),
        ("officer-51", &[]),
    ] {
        let phone = world.sign_in(username).await;
        let pulled = world.pull(&phone, None).await;
        assert_eq!(open_checks(&pulled), open, "{username}");
    }

    // A counter that moved is looked for where it is now.
    let mover = world.sign_in("staff-a").await;
    let moved = json!({
        "counter": a, "lao": world.lao_id(LAO_A).await, "name": "ที่ทำการใหม่",
        "kind": "main_office", "status": "moved", "address": {"text": "หน้าตลาด"},
    });
    let moved = mover.item(Kind::COUNTER, 9_000, &[], &moved);
    assert!(send(&world, &mover, &moved).await.result.is_stored());
    let after = world.pull(&staff_b, Some(&after.cursor)).await;
    let task = after.body("check", of_a.parse().unwrap()).unwrap();
    assert_eq!(
        (&task["name"], &task["address"]),
        (&json!("ที่ทำการใหม่"), &json!("หน้าตลาด"))
    );

    // Measured on the page, it is gone from every other phone.
    let other = world.sign_in("department").await;
    let cursor = world.pull(&other, None).await.cursor;
    let mut page = world.browse("staff-b").await;
    let path = format!("/checks/{of_a}?lang=en");
    assert_eq!(measure(&mut page, &path, &place(0.000_1), "9").await.0, 303);
    let change = world.pull(&other, Some(&cursor)).await;
    let ended: Vec<&Value> = change.of("check").collect();
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert_eq!(*ended[0], json!({"record": "check", "key": of_a}));
    // Whoever measured keeps it, with what it said.
    let own = world.pull(&staff_b, Some(&after.cursor)).await;
    let task = own.body("check", of_a.parse().unwrap()).unwrap();
    assert_eq!(task["result"]["verdict"], "confirmed");
    assert!((task["result"]["distance_m"].as_f64().unwrap() - 11.1).abs() < 0.2);
    assert!(task["taken"].is_null());
}

async fn a_phone_s_measurement_is_judged_as_the_page_s(over: Over) {
    let (world, a, b) = pinned(over).await;
    let mut officer = world.browse("officer").await;
    assert_eq!(draw(&mut officer, "2").await, "2");
    let (of_a, of_b) = (id_of(&world, a).await, id_of(&world, b).await);
    let (phone_a, phone_b) = (
        world.sign_in("staff-a").await,
        world.sign_in("staff-b").await,
    );
    let good = measured(&phone_b, of_a, a, 0.0);
    let altered = |change: Value| {
        let mut payload: Value = serde_json::from_str(good.payload.get()).unwrap();
        for (name, value) in change.as_object().unwrap() {
            payload[name] = value.clone();
        }
        phone_b.item(Kind::CHECK_PIN, 5_000, &[], &payload)
    };
    let mock = json!([{"code": "mock", "severity": "warn"}]);
    for (item, code) in [
        (altered(json!({"counter": b})), "check_unknown"),
        (altered(json!({"radius95_m": 50.5})), "check_too_weak"),
        (altered(json!({"radius95_m": 0})), "radius_out_of_range"),
        (altered(json!({"radius68_m": 9.5})), "radius_out_of_range"),
        (
            altered(json!({"lat": 98.676, "lon": 18.417})),
            "swapped_coordinates",
        ),
        (altered(json!({"method": "hand"})), "check_by_hand"),
        (altered(json!({"findings": mock})), "check_mock"),
        (altered(json!({"radius95_m": null})), "payload_malformed"),
        (measured(&phone_b, of_b, b, 0.0), "check_own_lao"),
    ] {
        let said = send(&world, &phone_b, &item).await;
        assert_eq!(said.result, Outcome::Refused, "{code}");
        assert_eq!(said.code.as_deref(), Some(code));
    }
    let elsewhere = world.sign_in("officer-51").await;
    let said = send(&world, &elsewhere, &measured(&elsewhere, of_a, a, 0.0)).await;
    assert_eq!(said.code.as_deref(), Some("out_of_scope"));
    // Who decided on the pin, be it in the same batch, knows where it lies.
    let decider = world.sign_in("officer").await;
    let mut read = world.server.store().read().await.unwrap();
    let pin = read.counters(&[b]).await.unwrap()[0].state.shown.unwrap();
    drop(read);
    let batch = [
        decider.review(pin, "approved", &[pin]),
        measured(&decider, of_b, b, 0.0),
    ];
    let results = world.push(&decider, &batch).await;
    assert_eq!(results[0].result, Outcome::Accepted);
    assert_eq!(results[1].code.as_deref(), Some("check_not_blind"));
    assert_eq!(
        send(&world, &decider, &batch[1]).await.code.as_deref(),
        Some("check_not_blind")
    );
    // Nothing that was refused changed anything.
    let mut read = world.server.store().read().await.unwrap();
    assert!(
        read.check_pins("50")
            .await
            .unwrap()
            .iter()
            .all(|one| one.result.is_none())
    );
    drop(read);

    assert_eq!(
        send(&world, &phone_b, &good).await.result,
        Outcome::Accepted
    );
    // Sent again, it is the same item; the page shows what it said.
    assert_eq!(
        send(&world, &phone_b, &good).await.result,
        Outcome::Duplicate
    );
    let far = measured(&phone_a, of_b, b, 0.005);
    assert_eq!(send(&world, &phone_a, &far).await.result, Outcome::Accepted);
    let mut read = world.server.store().read().await.unwrap();
    let all = read.check_pins("50").await.unwrap();
    let said = |counter| {
        all.iter()
            .find(|one| one.counter == counter)
            .unwrap()
            .result
            .clone()
    };
    let (first, second) = (said(a).unwrap(), said(b).unwrap());
    assert_eq!(
        (first.verdict.as_str(), second.verdict.as_str()),
        ("confirmed", "wrong")
    );
    // When it was saved, not when it came.
    assert_eq!(first.measured, 4_980);
    assert_eq!(first.username.as_deref(), Some("staff-b"));
    drop(read);
    let path = format!("/checks/{of_b}?lang=en");
    assert!(officer.text(&path).await.contains("wrong"));
    let log = world
        .server
        .store()
        .read()
        .await
        .unwrap()
        .audit_rows(0, 1_000)
        .await
        .unwrap();
    let acts = log.iter().filter(|row| row.act == "check_measured").count();
    assert_eq!(acts, 2);
}

async fn what_was_measured_outlives_a_registry_that_forgot_the_draw(over: Over) {
    let (world, a, b) = pinned(over).await;
    let (phone_a, phone_b) = (
        world.sign_in("staff-a").await,
        world.sign_in("staff-b").await,
    );
    // The registry was set back: it knows of no check.
    let (lost, own) = (Uuid::now_v7(), Uuid::now_v7());
    for (phone, check) in [(&phone_a, own), (&phone_b, lost)] {
        let item = measured(phone, check, a, 0.0);
        assert_eq!(send(&world, phone, &item).await.result, Outcome::Accepted);
    }
    let mut officer = world.browse("officer").await;
    assert_eq!(draw(&mut officer, "2").await, "2");
    let mut read = world.server.store().read().await.unwrap();
    let all = read.check_pins("50").await.unwrap();
    drop(read);
    let of = |counter| all.iter().find(|one| one.counter == counter).unwrap();
    // What its own LAO's people measured does not count.
    assert_eq!(of(a).id, lost);
    let result = of(a).result.as_ref().unwrap();
    assert_eq!(
        (result.verdict.as_str(), result.username.as_deref()),
        ("confirmed", Some("staff-b"))
    );
    assert!(of(b).result.is_none());
    let told = world.pull(&phone_b, None).await;
    assert_eq!(
        told.body("check", lost).unwrap()["result"]["verdict"],
        "confirmed"
    );
}

async fn a_counter_that_was_handed_over_is_not_measured_by_its_new_lao(over: Over) {
    let (world, a, b) = pinned(over).await;
    let mut officer = world.browse("officer").await;
    assert_eq!(draw(&mut officer, "2").await, "2");
    let of_a = id_of(&world, a).await;
    let staff_b = world.sign_in("staff-b").await;
    let before = world.pull(&staff_b, None).await;
    assert!(before.body("check", of_a).unwrap().is_object());
    let mut write = world.server.store().write().await.unwrap();
    let rows = write.counters(&[a, b]).await.unwrap();
    let lao = |id| {
        let row = rows.iter().find(|row| row.id == id).unwrap();
        row.definition.lao
    };
    write.hand_over(lao(a), lao(b)).await.unwrap();
    write.commit().await.unwrap();
    let after = world.pull(&staff_b, Some(&before.cursor)).await;
    assert!(after.body("check", of_a).is_some_and(Value::is_null));
    let item = measured(&staff_b, of_a, a, 0.0);
    assert_eq!(
        send(&world, &staff_b, &item).await.code.as_deref(),
        Some("check_own_lao")
    );
}

async fn who_decided_after_measuring_measured_blind(over: Over) {
    let (world, a, _) = pinned(over).await;
    let mut officer = world.browse("officer").await;
    assert_eq!(draw(&mut officer, "2").await, "2");
    let of_a = id_of(&world, a).await;
    let phone = world.sign_in("officer").await;
    let mut read = world.server.store().read().await.unwrap();
    let pin = read.counters(&[a]).await.unwrap()[0].state.shown.unwrap();
    drop(read);
    let review = phone.review(pin, "approved", &[pin]);
    let before = review.saved.best_ms() - 1_000;
    assert!(send(&world, &phone, &review).await.result.is_stored());
    // The phone that measured had no network until now.
    let late = measured_at(before, &phone, of_a, a, 0.0);
    assert_eq!(send(&world, &phone, &late).await.result, Outcome::Accepted);
}

async fn whoever_comes_second_is_told_and_nothing_is_lost(over: Over) {
    let (world, a, _) = pinned(over).await;
    let mut officer = world.browse("officer").await;
    assert_eq!(draw(&mut officer, "2").await, "2");
    let of_a = id_of(&world, a).await;
    let (first, second) = (
        world.sign_in("staff-b").await,
        world.sign_in("department").await,
    );
    // Both went there offline; one is first.
    let cursor = world.pull(&second, None).await.cursor;
    send(&world, &first, &measured(&first, of_a, a, 0.0)).await;
    let gone = world.pull(&second, Some(&cursor)).await;
    assert!(gone.body("check", of_a).is_some_and(Value::is_null));
    let late = measured(&second, of_a, a, 0.005);
    assert_eq!(send(&world, &second, &late).await.result, Outcome::Conflict);
    assert_eq!(
        send(&world, &second, &late).await.result,
        Outcome::Duplicate
    );
    let told = world.pull(&second, Some(&gone.cursor)).await;
    let task = told.body("check", of_a).unwrap();
    assert_eq!(task["taken"], true);
    assert!(task["result"].is_null());
    let mut read = world.server.store().read().await.unwrap();
    let all = read.check_pins("50").await.unwrap();
    let one = all.iter().find(|one| one.counter == a).unwrap();
    assert_eq!(one.result.as_ref().unwrap().verdict.as_str(), "confirmed");
    let kept = read.count_items().await.unwrap();
    assert!(kept.contains(&("check_pin".to_owned(), 2)), "{kept:?}");
    // The one who was first still sees what it said.
    drop(read);
    let own = world.pull(&first, None).await;
    assert_eq!(
        own.body("check", of_a).unwrap()["result"]["verdict"],
        "confirmed"
    );
}
