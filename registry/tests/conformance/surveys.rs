//! Surveys: forms down, responses up, and what they come to.

use std::collections::BTreeMap;

use pakmut_domain::form::tally::SHOWN_FROM;
use pakmut_domain::form::{Form, Program, Published, Response, Tally};
use pakmut_domain::wire::Envelope;
use pakmut_domain::wire::envelope::Kind;
use pakmut_domain::wire::push::{ItemResult, Outcome};
use pakmut_registry::forms_import::{self, SHIPPED};
use pakmut_registry::store::ResultKey;
use pakmut_registry::surveys::counting::period_of;
use pakmut_registry::surveys::publish::{PublishError, publish, publish_shipped};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{LAO_A, LAO_B, Over, Phone, World};

over_both!(
    a_form_is_published_pulled_and_never_changed,
    a_bad_answer_is_refused_with_its_question_and_the_others_are_stored,
    a_late_response_is_kept_under_its_own_version,
    trial_and_real_are_counted_apart,
    fewer_than_five_real_responses_are_held_back_and_a_recount_agrees,
    a_response_may_come_before_its_counter,
    nobody_answers_for_a_counter_beyond_their_scope,
    answers_on_copies_reach_the_reality_check_in_the_same_commit,
);

/// 2026-07-01 12:00 in Bangkok.
const NOON: i64 = 1_782_882_000_000;

fn shipped(id: &str) -> Form {
    let (_, bytes) = SHIPPED.iter().find(|(of, _)| *of == id).unwrap();
    forms_import::import(bytes).unwrap().form().clone()
}

fn answers(overall: &str) -> Value {
    json!({
        "rating/service": "water_supply", "rating/overall": overall,
        "rating/process_time": "4", "rating/process_equal": "5",
        "rating/process_order": "no_opinion", "rating/staff_polite": "3",
    })
}

/// A filled copy of the citizens' form.
fn filled(counter: Option<Uuid>, trial: bool, answers: &Value) -> Value {
    json!({
        "form": "citizen", "version": "1", "trial": trial, "counter": counter,
        "started": {"at": NOON - 60_000}, "ended": {"at": NOON}, "answers": answers,
    })
}

fn item(phone: &Phone, response: &Value) -> Envelope {
    phone.item(Kind::RESPONSE, NOON, &[], response)
}

async fn send(world: &World, phone: &Phone, items: &[Envelope]) -> Vec<ItemResult> {
    let mut results = Vec::new();
    for batch in items.chunks(100) {
        results.extend(world.push(phone, batch).await);
    }
    results
}

async fn result(world: &World, place: &str, trial: bool) -> Tally {
    let key = ResultKey {
        place: place.to_owned(),
        form: 1,
        trial,
        period: period_of(NOON),
    };
    let mut write = world.server.store().write().await.unwrap();
    write.result(&key).await.unwrap()
}

async fn a_form_is_published_pulled_and_never_changed(over: Over) {
    let world = World::new(over).await;
    let store = world.server.store();
    let tester = world.sign_in("tester-a").await;
    let before = world.pull(&tester, None).await;
    assert_eq!(before.of("form").count(), 0);
    let form = shipped("citizen");
    publish(store, &form, false).await.unwrap();
    publish(store, &form, false).await.unwrap();
    let pulled = world.pull(&tester, Some(&before.cursor)).await;
    let records: Vec<&Value> = pulled.of("form").collect();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["key"], "citizen");
    let body: Published = serde_json::from_value(records[0]["body"].clone()).unwrap();
    assert_eq!((body.real, &body.form), (false, &form));
    // A published version never changes; opening it for real responses does not change it.
    let mut other = form.clone();
    other.title.en.push('!');
    let taken = publish(store, &other, false).await.unwrap_err();
    assert!(matches!(taken, PublishError::Changed { .. }), "{taken}");
    publish(store, &form, true).await.unwrap();
    let narrower = publish(store, &form, false).await.unwrap_err();
    assert_eq!(narrower.code(), "form_open_already");
    other.version = "2".to_owned();
    publish(store, &other, true).await.unwrap();
    let pulled = world.pull(&tester, Some(&pulled.cursor)).await;
    let body = pulled.of("form").last().unwrap()["body"].clone();
    let body: Published = serde_json::from_value(body).unwrap();
    assert_eq!((body.real, body.form.version.as_str()), (true, "2"));
    let versions = store.read().await.unwrap().forms().await.unwrap();
    assert_eq!(versions.len(), 2);
}

async fn a_bad_answer_is_refused_with_its_question_and_the_others_are_stored(over: Over) {
    let world = World::new(over).await;
    publish_shipped(world.server.store(), "citizen", true)
        .await
        .unwrap();
    let tester = world.sign_in("tester-a").await;
    let office = world.main_office(LAO_A).await;
    let good = item(&tester, &filled(Some(office), true, &answers("5")));
    let with = |name: &str, value: Value| {
        let mut answers = answers("5");
        answers[name] = value;
        item(&tester, &filled(Some(office), true, &answers))
    };
    let missing = {
        let mut answers = answers("5");
        answers.as_object_mut().unwrap().remove("rating/overall");
        item(&tester, &filled(Some(office), true, &answers))
    };
    let unknown_form = {
        let mut other = filled(Some(office), true, &answers("5"));
        other["version"] = json!("9");
        item(&tester, &other)
    };
    let bad = [
        (
            with("rating/overall", json!("6")),
            "answer_choice",
            "overall",
        ),
        (with("rating/overall", json!(5)), "answer_type", "overall"),
        (
            with("rating/overall", json!("")),
            "answer_choice",
            "overall",
        ),
        (missing, "answer_required", "overall"),
        (with("rating/mood", json!("5")), "answer_unknown", "mood"),
        (
            with("rating/copy_documents", json!(["photo"])),
            "answer_not_relevant",
            "copy_documents",
        ),
        (
            with("rating/comment", json!("ก".repeat(2_001))),
            "answer_constraint",
            "comment",
        ),
        (unknown_form, "form_unknown", "version 9"),
        (
            tester.item(Kind::RESPONSE, NOON, &[], &json!({"form": "citizen"})),
            "payload_malformed",
            "version",
        ),
    ];
    let mut items = vec![good];
    items.extend(bad.iter().map(|(item, ..)| item.clone()));
    // Right-to-left marks, emoji and combining marks are text like any other.
    items.push(with("rating/comment", json!("ดี\u{202e}มาก 😀 ก่า\u{e4d}า")));
    let results = send(&world, &tester, &items).await;
    assert_eq!(results[0].result, Outcome::Accepted);
    assert_eq!(results.last().unwrap().result, Outcome::Accepted);
    for (result, (_, code, named)) in results[1..].iter().zip(&bad) {
        assert_eq!(result.result, Outcome::Refused, "{code}");
        assert_eq!(result.code.as_deref(), Some(*code));
        assert!(
            result.detail.as_ref().unwrap().contains(named),
            "{result:?}"
        );
    }
    // Once more: the same results, and nothing is counted twice.
    let again = send(&world, &tester, &items).await;
    assert_eq!(again[0].result, Outcome::Duplicate);
    assert_eq!(again[0].hash, results[0].hash);
    assert_eq!(result(&world, "country", true).await.responses(), 2);
}

async fn a_late_response_is_kept_under_its_own_version(over: Over) {
    let world = World::new(over).await;
    let store = world.server.store();
    let form = shipped("citizen");
    publish(store, &form, true).await.unwrap();
    let tester = world.sign_in("tester-a").await;
    let office = world.main_office(LAO_A).await;
    let late = item(&tester, &filled(Some(office), true, &answers("5")));
    // Meanwhile a version replaces it that no longer asks the same.
    let mut newer = form.clone();
    newer.version = "2".to_owned();
    newer.items.truncate(1);
    if let pakmut_domain::form::Item::Group(group) = &mut newer.items[0] {
        group.items.truncate(2);
    }
    publish(store, &newer, true).await.unwrap();
    let mut current = filled(
        Some(office),
        true,
        &json!({"rating/service": "water_supply", "rating/overall": "2"}),
    );
    current["version"] = json!("2");
    let results = send(&world, &tester, &[late, item(&tester, &current)]).await;
    assert!(
        results.iter().all(|r| r.result == Outcome::Accepted),
        "{results:?}"
    );
    let mut write = store.write().await.unwrap();
    for (no, overall) in [(1, "5"), (2, "2")] {
        let key = ResultKey {
            place: format!("counter:{office}"),
            form: no,
            trial: true,
            period: period_of(NOON),
        };
        let tally = write.result(&key).await.unwrap();
        assert_eq!(tally.responses(), 1);
        assert_eq!(tally.question("overall").unwrap().choices[overall], 1);
    }
}

async fn trial_and_real_are_counted_apart(over: Over) {
    let world = World::new(over).await;
    let store = world.server.store();
    let form = shipped("citizen");
    publish(store, &form, false).await.unwrap();
    let tester = world.sign_in("tester-a").await;
    let office = world.main_office(LAO_A).await;
    let real = item(&tester, &filled(Some(office), false, &answers("5")));
    let refused = send(&world, &tester, std::slice::from_ref(&real)).await;
    assert_eq!(refused[0].code.as_deref(), Some("form_trial_only"));
    // Opened for real responses, the very same item is taken.
    publish(store, &form, true).await.unwrap();
    let mut items = vec![real];
    for _ in 1..SHOWN_FROM {
        items.push(item(&tester, &filled(Some(office), false, &answers("5"))));
    }
    for _ in 0..3 {
        items.push(item(&tester, &filled(Some(office), true, &answers("1"))));
    }
    let results = send(&world, &tester, &items).await;
    assert!(
        results.iter().all(|r| r.result == Outcome::Accepted),
        "{results:?}"
    );
    for place in [
        "country".to_owned(),
        "province:50".to_owned(),
        format!("counter:{office}"),
    ] {
        let real = result(&world, &place, false).await;
        assert_eq!(real.responses(), SHOWN_FROM);
        assert_eq!(
            real.question("overall").unwrap().choices,
            BTreeMap::from([("5".to_owned(), SHOWN_FROM)])
        );
        let trial = result(&world, &place, true).await;
        assert_eq!(trial.responses(), 3);
        assert_eq!(
            trial.question("overall").unwrap().choices,
            BTreeMap::from([("1".to_owned(), 3)])
        );
    }
}

/// All stored responses, counted anew from their bytes.
async fn recount(world: &World) -> BTreeMap<bool, Tally> {
    let program = Program::new(shipped("citizen")).unwrap();
    let mut write = world.server.store().write().await.unwrap();
    let mut counted: BTreeMap<bool, Tally> = BTreeMap::new();
    for payload in write.payloads_of_kind(Kind::RESPONSE).await.unwrap() {
        let response: Response = serde_json::from_slice(&payload).unwrap();
        let of = counted.entry(response.trial).or_default();
        of.add(&Tally::of(&program, &response));
    }
    counted
}

async fn fewer_than_five_real_responses_are_held_back_and_a_recount_agrees(over: Over) {
    let world = World::new(over).await;
    publish_shipped(world.server.store(), "citizen", true)
        .await
        .unwrap();
    let (a, b) = (
        world.sign_in("tester-a").await,
        world.sign_in("staff-b").await,
    );
    let (of_a, of_b) = (
        world.main_office(LAO_A).await,
        world.main_office(LAO_B).await,
    );
    let mut items = Vec::new();
    for n in 0..13_usize {
        let mut answers = answers(["5", "4", "1", "no_opinion"][n % 4]);
        if n % 2 == 0 {
            answers["rating/comment"] = json!(format!("ข้อ {n}"));
        }
        items.push(item(&a, &filled(Some(of_a), n == 12, &answers)));
    }
    // One at a time, as they come in, and 8 in one batch.
    for one in &items[..5] {
        let before = result(&world, "country", false).await.responses();
        assert_eq!(before, 0);
        send(&world, &a, std::slice::from_ref(one)).await;
    }
    assert_eq!(result(&world, "country", false).await.responses(), 5);
    send(&world, &a, &items[5..]).await;
    let four: Vec<Envelope> = (0..4)
        .map(|_| item(&b, &filled(Some(of_b), false, &answers("2"))))
        .collect();
    send(&world, &b, &four).await;
    // 12 real ones at A: ten are shown; four at B: none, at no level and in no difference.
    let here = result(&world, &format!("counter:{of_a}"), false).await;
    assert_eq!(here.responses(), 10);
    assert!(here.question("comment").is_some_and(|c| c.responses == 5));
    assert_eq!(
        result(&world, &format!("counter:{of_b}"), false).await,
        Tally::default()
    );
    for place in ["country", "province:50"] {
        assert_eq!(result(&world, place, false).await, here);
    }
    // What is shown and what is held is all that there is.
    let mut write = world.server.store().write().await.unwrap();
    let mut real = here.clone();
    for counter in [of_a, of_b] {
        real.add(&write.held(1, &format!("counter:{counter}")).await.unwrap());
    }
    drop(write);
    let counted = recount(&world).await;
    assert_eq!(real, counted[&false]);
    assert_eq!(real.responses(), 16);
    assert_eq!(result(&world, "country", true).await, counted[&true]);
}

async fn a_response_may_come_before_its_counter(over: Over) {
    let world = World::new(over).await;
    publish_shipped(world.server.store(), "citizen", true)
        .await
        .unwrap();
    let staff = world.sign_in("staff-a").await;
    let counter = Uuid::now_v7();
    let early = item(&staff, &filled(Some(counter), true, &answers("5")));
    let results = send(&world, &staff, std::slice::from_ref(&early)).await;
    assert_eq!(results[0].result, Outcome::Accepted);
    assert_eq!(result(&world, "country", true).await, Tally::default());
    let proposal = json!({
        "counter": counter, "lao": world.lao_id(LAO_A).await, "name": "จุดบริการตลาด",
        "kind": "mobile", "status": "active",
    });
    let proposal = staff.item(Kind::COUNTER, 1_000, &[], &proposal);
    // Another one of the same batch comes before the counter too.
    let beside = item(&staff, &filled(Some(counter), true, &answers("4")));
    send(&world, &staff, &[beside, proposal]).await;
    for place in ["country".to_owned(), format!("counter:{counter}")] {
        assert_eq!(result(&world, &place, true).await.responses(), 2);
    }
    assert_eq!(recount(&world).await[&true].responses(), 2);
}

async fn nobody_answers_for_a_counter_beyond_their_scope(over: Over) {
    let world = World::new(over).await;
    publish_shipped(world.server.store(), "citizen", true)
        .await
        .unwrap();
    let tester = world.sign_in("tester-a").await;
    let other = world.main_office(LAO_B).await;
    let beyond = item(&tester, &filled(Some(other), true, &answers("5")));
    // About no counter it counts for the author's own LAO.
    let own = item(&tester, &filled(None, true, &answers("5")));
    let results = send(&world, &tester, &[beyond, own]).await;
    assert_eq!(results[0].code.as_deref(), Some("out_of_scope"));
    assert_eq!(results[1].result, Outcome::Accepted);
    assert_eq!(result(&world, "province:50", true).await.responses(), 1);
}

async fn answers_on_copies_reach_the_reality_check_in_the_same_commit(over: Over) {
    let world = World::new(over).await;
    publish_shipped(world.server.store(), "citizen", true)
        .await
        .unwrap();
    let tester = world.sign_in("tester-a").await;
    let office = world.main_office(LAO_A).await;
    let mut asked = answers("2");
    asked["rating/copy_asked"] = json!("yes");
    asked["rating/copy_documents"] = json!(["identity_card"]);
    let items = [
        item(&tester, &filled(Some(office), false, &asked)),
        item(&tester, &filled(Some(office), true, &asked)),
        item(&tester, &filled(Some(office), false, &answers("5"))),
    ];
    let results = send(&world, &tester, &items).await;
    assert!(
        results.iter().all(|r| r.result == Outcome::Accepted),
        "{results:?}"
    );
    let mut read = world.server.store().read().await.unwrap();
    let tallied = read.copy_answers(&[office]).await.unwrap();
    assert_eq!(tallied[&office].len(), 1);
    let answer = &tallied[&office][0];
    assert!(answer.asked && answer.count == 1);
    assert_eq!(answer.day.to_string(), "2026-07-01");
    let standing = read.zero_copy(&[office]).await.unwrap();
    assert_eq!((standing[0].answers, standing[0].asked), (1, 1));
}
