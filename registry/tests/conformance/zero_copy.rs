//! Zero Copy: declarations up, where each counter stands, and what answers say.

use std::collections::{BTreeMap, BTreeSet};

use pakmut_domain::wire::Envelope;
use pakmut_domain::wire::envelope::Kind;
use pakmut_domain::wire::push::Outcome;
use pakmut_domain::zero_copy::declaration::{Basis, RULE_IN_EFFECT};
use pakmut_domain::zero_copy::entry::{Answer, Choice, Draft, copy_from, declare_all};
use pakmut_domain::zero_copy::reality::CopyAnswers;
use pakmut_domain::zero_copy::standing::counter_states;
use pakmut_domain::zero_copy::{Catalogue, DeclarationFact, starting_catalogue};
use pakmut_registry::import::{self, Source};
use pakmut_registry::zero_copy::Catalogues;
use pakmut_registry::zero_copy::catalogues::{CatalogueError, preview, publish};
use pakmut_registry::zero_copy::standing::take_answers;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{LAO_A, LAO_B, Over, Phone, World, lao_list};

over_both!(
    a_fresh_registry_publishes_the_starting_set_and_knows_nothing,
    a_counter_declared_at_once_is_complete_and_pulled_by_its_staff,
    each_bad_declaration_is_refused_with_its_code,
    two_staff_offline_are_both_kept_and_the_conflict_is_shown_until_settled,
    any_order_of_arrival_ends_in_the_same_standing,
    declarations_may_come_before_their_counter,
    nobody_declares_or_reads_beyond_their_scope,
    an_lao_adds_its_own_service_and_declares_on_it,
    answers_that_contradict_are_listed_with_number_and_interval,
    a_new_catalogue_is_previewed_published_and_reckoned,
    pages_say_what_need_not_be_brought_and_how_far_all_are,
    files_hold_progress_and_contradictions_and_never_fewer_than_five_answers,
    a_merge_takes_declarations_and_additions_along,
);

fn items(phone: &Phone, wall: i64, drafts: &[Draft]) -> Vec<Envelope> {
    drafts
        .iter()
        .map(|draft| {
            let payload = serde_json::to_value(&draft.declaration).unwrap();
            phone.item(Kind::DECLARATION, wall, &draft.seen, &payload)
        })
        .collect()
}

fn stopped() -> Answer {
    Answer::stopped(RULE_IN_EFFECT, Basis::CardReader)
}

fn everything(counter: Uuid, catalogue: &Catalogue) -> Vec<Draft> {
    declare_all(
        counter,
        catalogue,
        &BTreeMap::new(),
        &Choice::default(),
        &stopped(),
    )
}

fn one(phone: &Phone, counter: Uuid, wall: i64, seen: &[Uuid], practice: &str) -> Envelope {
    let mut payload = json!({
        "counter": counter, "service": "waste_collection", "document": "identity_card",
        "catalogue": 1, "practice": practice,
    });
    if practice == "stopped" {
        payload["since"] = json!("2018-11-05");
        payload["before"] = json!("asked_for");
        payload["after"] = json!("views_original");
    }
    phone.item(Kind::DECLARATION, wall, seen, &payload)
}

async fn push_all(world: &World, phone: &Phone, items: &[Envelope]) {
    for batch in items.chunks(100) {
        for result in world.push(phone, batch).await {
            assert_eq!(result.result, Outcome::Accepted, "{result:?}");
        }
    }
    recount(world).await;
}

/// What is added up by LAO is what its counters come to.
async fn recount(world: &World) {
    let mut read = world.server.store().read().await.unwrap();
    assert_eq!(read.zero_copy_sums_wrong().await.unwrap(), 0);
}

async fn view(world: &World, phone: &Phone, counter: Uuid) -> Value {
    let answer = world
        .get(&format!("/v1/zero-copy/counters/{counter}"), Some(phone))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn progress(world: &World, phone: &Phone) -> Value {
    let answer = world.get("/v1/zero-copy/progress", Some(phone)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn pair<'a>(view: &'a Value, service: &str, document: &str) -> &'a Value {
    let pairs = view["pairs"].as_array().unwrap();
    pairs
        .iter()
        .find(|p| p["service"] == service && p["document"] == document)
        .unwrap()
}

async fn a_fresh_registry_publishes_the_starting_set_and_knows_nothing(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let pulled = world.pull(&phone, None).await;
    let catalogues: Vec<_> = pulled.of("catalogue").collect();
    assert_eq!(catalogues.len(), 1);
    let catalogue: Catalogue = serde_json::from_value(catalogues[0]["body"].clone()).unwrap();
    assert_eq!(catalogue, starting_catalogue().unwrap());
    let seen = view(&world, &phone, world.main_office(LAO_A).await).await;
    assert_eq!(seen["verdict"], "unknown");
    assert_eq!(seen["progress"]["undeclared"], 118);
    assert_eq!(seen["need_not_bring"], json!([]));
    let officer = world.sign_in("officer").await;
    let all = progress(&world, &officer).await;
    assert_eq!(all["starting_set"], true);
    assert_eq!(all["whole"]["counters"], all["whole"]["counters_unknown"]);
    assert!(all["parts"].as_array().unwrap().len() > 200);
    assert_eq!(all["whole"]["stopped"], 0);
    // A second start publishes nothing again.
    let world = world.restart().await;
    let catalogues = world
        .server
        .store()
        .read()
        .await
        .unwrap()
        .catalogues()
        .await
        .unwrap();
    assert_eq!(catalogues.len(), 1);
}

async fn a_counter_declared_at_once_is_complete_and_pulled_by_its_staff(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let before = world.pull(&phone, None).await;
    let catalogue = starting_catalogue().unwrap();
    let sent = items(&phone, 1_000, &everything(office, &catalogue));
    push_all(&world, &phone, &sent).await;
    let again = world.push(&phone, &sent[..100]).await;
    assert!(again.iter().all(|r| r.result == Outcome::Duplicate));
    let seen = view(&world, &phone, office).await;
    assert_eq!(seen["verdict"], "untested");
    assert_eq!(seen["progress"]["stopped"], 118);
    assert_eq!(seen["progress"]["counters_complete"], 1);
    assert_eq!(seen["need_not_bring"].as_array().unwrap().len(), 27);
    // A colleague's phone pulls them and copies them to another counter.
    let pulled = world.pull(&phone, Some(&before.cursor)).await;
    let facts: Vec<DeclarationFact> = pulled
        .of("declaration")
        .map(|change| {
            let record = serde_json::from_value(change["body"].clone()).unwrap();
            let id = change["key"].as_str().unwrap().parse().unwrap();
            DeclarationFact::from_record(id, &record).unwrap()
        })
        .collect();
    assert_eq!(facts.len(), 118);
    let states = counter_states(&facts);
    let branch = Uuid::now_v7();
    let proposal = json!({
        "counter": branch, "lao": world.lao_id(LAO_A).await, "name": "สาขาตลาด",
        "kind": "branch", "status": "active",
    });
    push_all(
        &world,
        &phone,
        &[phone.item(Kind::COUNTER, 2_000, &[], &proposal)],
    )
    .await;
    let copied = copy_from(&states, branch, &catalogue, &BTreeMap::new(), false);
    push_all(&world, &phone, &items(&phone, 2_001, &copied)).await;
    let officer = world.sign_in("officer").await;
    let all = progress(&world, &officer).await;
    assert_eq!(all["whole"]["stopped"], 236);
    assert_eq!(all["whole"]["counters_complete"], 2);
    let lao = world.lao_id(LAO_A).await.to_string();
    let parts = all["parts"].as_array().unwrap();
    let line = parts
        .iter()
        .find(|line| line["lao"] == lao.as_str())
        .unwrap();
    assert_eq!(line["progress"]["due"], 236);
    assert_eq!(line["progress"]["undeclared"], 0);
    let due: u64 = parts
        .iter()
        .map(|line| line["progress"]["due"].as_u64().unwrap())
        .sum();
    assert_eq!(all["whole"]["due"], due);
    // Nothing of it goes to a phone of the province.
    assert_eq!(
        world.pull(&officer, None).await.of("declaration").count(),
        0
    );
}

async fn each_bad_declaration_is_refused_with_its_code(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let good = json!({
        "counter": office, "service": "waste_collection", "document": "identity_card",
        "catalogue": 1, "practice": "stopped", "since": "2018-11-05", "before": "asked_for",
        "after": "card_reader",
    });
    let with = |field: &str, value: Value| {
        let mut payload = good.clone();
        payload[field] = value;
        payload
    };
    let cases = [
        (with("since", json!("2999-01-01")), "since_in_future"),
        (with("since", json!("2561-11-05")), "since_buddhist_year"),
        (with("since", json!("2014-12-31")), "since_too_early"),
        (with("since", Value::Null), "since_missing"),
        (with("since", json!("5 พ.ย. 2561")), "payload_malformed"),
        (with("after", json!("asked_for")), "basis_contradicts"),
        (with("before", Value::Null), "basis_missing"),
        (with("reason", json!("act")), "reason_without_copy"),
        (with("service", json!("no_such_service")), "unknown_service"),
        (
            with("document", json!("no_such_document")),
            "unknown_document",
        ),
        (with("document", json!("passport")), "unknown_pair"),
        (
            with("document", json!("own_boat_licence")),
            "unknown_document",
        ),
        (with("note", json!("ก".repeat(1_001))), "declaration_text"),
        (with("practice", json!("perhaps")), "payload_malformed"),
    ];
    let mut sent: Vec<Envelope> = cases
        .iter()
        .map(|(payload, _)| phone.item(Kind::DECLARATION, 1, &[], payload))
        .collect();
    sent.push(phone.item(Kind::DECLARATION, 1, &[], &good));
    let results = world.push(&phone, &sent).await;
    for (result, (payload, code)) in results.iter().zip(&cases) {
        assert_eq!(result.result, Outcome::Refused, "{payload}");
        assert_eq!(result.code.as_deref(), Some(*code), "{payload}");
    }
    assert_eq!(results.last().unwrap().result, Outcome::Accepted);
    assert_eq!(view(&world, &phone, office).await["progress"]["stopped"], 1);
}

async fn two_staff_offline_are_both_kept_and_the_conflict_is_shown_until_settled(over: Over) {
    let world = World::new(over).await;
    let (first, second) = (
        world.sign_in("staff-a").await,
        world.sign_in("staff-a").await,
    );
    let office = world.main_office(LAO_A).await;
    let stops = one(&first, office, 1_000, &[], "stopped");
    let asks = one(&second, office, 9_000, &[], "asked");
    let results = world.push(&second, std::slice::from_ref(&asks)).await;
    assert_eq!(results[0].result, Outcome::Accepted);
    let results = world.push(&first, std::slice::from_ref(&stops)).await;
    assert_eq!(results[0].result, Outcome::Conflict);
    assert_eq!(results[0].hash, Some(stops.hash()));
    let seen = view(&world, &first, office).await;
    let line = pair(&seen, "waste_collection", "identity_card");
    assert_eq!(line["item"], asks.id.to_string());
    assert_eq!(
        (&line["conflict"], &line["declarations"]),
        (&json!(true), &json!(2))
    );
    assert_eq!(seen["progress"]["conflicts"], 1);
    // Who says the same beside it makes no further conflict.
    let third = one(&first, office, 500, &[asks.id], "stopped");
    assert_eq!(
        world.push(&first, std::slice::from_ref(&third)).await[0].result,
        Outcome::Accepted
    );
    let settled = one(&second, office, 10, &[asks.id, stops.id, third.id], "asked");
    assert_eq!(
        world.push(&second, std::slice::from_ref(&settled)).await[0].result,
        Outcome::Accepted
    );
    let seen = view(&world, &first, office).await;
    let line = pair(&seen, "waste_collection", "identity_card");
    assert_eq!(
        (&line["item"], &line["conflict"]),
        (&json!(settled.id), &json!(false))
    );
    assert_eq!(line["declarations"], 4);
}

async fn any_order_of_arrival_ends_in_the_same_standing(over: Over) {
    let mut seen = Vec::new();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
        let world = World::new(over).await;
        let phone = world.sign_in("staff-a").await;
        let office = world.main_office(LAO_A).await;
        let first = one(&phone, office, 9_000, &[], "stopped");
        let second = one(&phone, office, 10, &[first.id], "asked");
        let third = one(&phone, office, 5, &[second.id], "stopped");
        let beside = one(&phone, office, 7, &[first.id], "not_offered");
        let all = [first, second, third, beside];
        for place in order {
            world.push(&phone, std::slice::from_ref(&all[place])).await;
        }
        let view = view(&world, &phone, office).await;
        let line = pair(&view, "waste_collection", "identity_card");
        let shown = all
            .iter()
            .position(|item| line["item"] == item.id.to_string());
        seen.push((shown, line["conflict"].clone(), view["progress"].clone()));
    }
    assert_eq!(seen[0].0, Some(3));
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
}

async fn declarations_may_come_before_their_counter(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let stranger = world.sign_in("staff-b").await;
    let branch = Uuid::now_v7();
    push_all(&world, &phone, &[one(&phone, branch, 1, &[], "stopped")]).await;
    // Somebody of another LAO who knew the id: kept, and never counted.
    push_all(
        &world,
        &stranger,
        &[one(&stranger, branch, 9, &[], "asked")],
    )
    .await;
    let proposal = json!({
        "counter": branch, "lao": world.lao_id(LAO_A).await, "name": "สาขา",
        "kind": "branch", "status": "active",
    });
    push_all(
        &world,
        &phone,
        &[phone.item(Kind::COUNTER, 2, &[], &proposal)],
    )
    .await;
    let seen = view(&world, &phone, branch).await;
    assert_eq!(seen["progress"]["stopped"], 1);
    assert_eq!(seen["progress"]["conflicts"], 0);
    let pulled = world.pull(&phone, None).await;
    assert_eq!(pulled.of("declaration").count(), 1);
}

async fn nobody_declares_or_reads_beyond_their_scope(over: Over) {
    let world = World::new(over).await;
    let office = world.main_office(LAO_A).await;
    for (user, code) in [
        ("staff-b", "out_of_scope"),
        ("tester-a", "role_not_allowed"),
        ("officer", "out_of_scope"),
        ("department", "role_not_allowed"),
    ] {
        let phone = world.sign_in(user).await;
        let result = world
            .push(&phone, &[one(&phone, office, 1, &[], "asked")])
            .await
            .remove(0);
        assert_eq!(result.code.as_deref(), Some(code), "{user}");
    }
    let path = format!("/v1/zero-copy/counters/{office}");
    for (user, status) in [
        ("staff-b", 404),
        ("officer-51", 404),
        ("officer", 200),
        ("tester-a", 200),
    ] {
        let phone = world.sign_in(user).await;
        assert_eq!(
            world.get(&path, Some(&phone)).await.status,
            status,
            "{user}"
        );
    }
    world
        .get(&path, None)
        .await
        .expect_problem(401, "token_missing");
    let other = world.sign_in("officer-51").await;
    let path = "/v1/zero-copy/contradictions?province=50";
    world
        .get(path, Some(&other))
        .await
        .expect_problem(403, "out_of_scope");
    let department = world.sign_in("department").await;
    let all = progress(&world, &department).await;
    assert_eq!(all["parts"].as_array().unwrap().len(), 2);
    assert_eq!(world.get(path, Some(&department)).await.status, 200);
}

async fn an_lao_adds_its_own_service_and_declares_on_it(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let lao = world.lao_id(LAO_A).await;
    let addition = |withdrawn: bool, seen: &[Uuid]| {
        let payload = json!({
            "lao": lao,
            "service": {"code": "own_pier", "name_th": "ขอใช้ท่าเรือ", "name_en": "Use of the pier"},
            "documents": [{"code": "own_boat", "name_th": "สำเนาทะเบียนเรือ", "name_en": "Boat registration"}],
            "asks": ["identity_card", "own_boat"],
            "withdrawn": withdrawn,
        });
        phone.item(Kind::OWN_SERVICE, 1, seen, &payload)
    };
    let added = addition(false, &[]);
    let declared = json!({
        "counter": office, "service": "own_pier", "document": "own_boat", "catalogue": 1,
        "practice": "asked", "reason": "other", "law": "ข้อบัญญัติท้องถิ่น ข้อ 5",
    });
    let declared = phone.item(Kind::DECLARATION, 2, &[], &declared);
    push_all(&world, &phone, &[added.clone(), declared.clone()]).await;
    let seen = view(&world, &phone, office).await;
    assert_eq!(seen["progress"]["due"], 120);
    assert_eq!(seen["progress"]["asked"], 1);
    assert_eq!(seen["progress"]["kept_without_reason"], 0);
    let pulled = world.pull(&phone, None).await;
    assert_eq!(pulled.of("own_service").count(), 1);
    // Not in another LAO's catalogue.
    let other = world.sign_in("staff-b").await;
    assert_eq!(world.pull(&other, None).await.of("own_service").count(), 0);
    let elsewhere = world.main_office(LAO_B).await;
    let mut stolen: Value = serde_json::from_str(declared.payload.get()).unwrap();
    stolen["counter"] = json!(elsewhere);
    let result = world
        .push(&other, &[other.item(Kind::DECLARATION, 3, &[], &stolen)])
        .await;
    assert_eq!(result[0].code.as_deref(), Some("unknown_service"));
    // Withdrawn: no longer due, its declaration stays in the history.
    push_all(&world, &phone, &[addition(true, &[added.id])]).await;
    assert_eq!(view(&world, &phone, office).await["progress"]["due"], 118);
    let officer = world.sign_in("officer").await;
    let line = progress(&world, &officer).await;
    let lao = lao.to_string();
    let line = line["parts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|l| l["lao"] == lao.as_str())
        .cloned();
    assert_eq!(line.unwrap()["progress"]["due"], 118);
}

/// Answers of people who came for waste collection.
fn answers(asked: bool, count: u32) -> CopyAnswers {
    let documents: &[&str] = if asked { &["identity_card"] } else { &[] };
    CopyAnswers {
        service: Some("waste_collection".parse().unwrap()),
        asked,
        documents: documents
            .iter()
            .map(|d| d.parse().unwrap())
            .collect::<BTreeSet<_>>(),
        proxy: false,
        day: "2026-07-01".parse().unwrap(),
        count,
    }
}

async fn answer(world: &World, code: &str, given: &[CopyAnswers]) {
    let counter = world.main_office(code).await;
    let store = world.server.store();
    let (_, lao) = store
        .read()
        .await
        .unwrap()
        .counter_laos(&[counter])
        .await
        .unwrap()[0];
    let given: Vec<_> = given.iter().map(|a| (counter, lao, a.clone())).collect();
    let mut write = store.write().await.unwrap();
    let catalogues = Catalogues::new(write.catalogues().await.unwrap());
    take_answers(&mut write, &catalogues, &given).await.unwrap();
    write.commit().await.unwrap();
    recount(world).await;
}

async fn answers_that_contradict_are_listed_with_number_and_interval(over: Over) {
    let world = World::new(over).await;
    let catalogue = starting_catalogue().unwrap();
    let officer = world.sign_in("officer").await;
    let path = "/v1/zero-copy/contradictions";
    for (user, code) in [("staff-a", LAO_A), ("staff-b", LAO_B)] {
        let phone = world.sign_in(user).await;
        let drafts = everything(world.main_office(code).await, &catalogue);
        push_all(&world, &phone, &items(&phone, 1_000, &drafts)).await;
    }
    // Four answers are not shown, whatever they say.
    answer(&world, LAO_A, &[answers(true, 4)]).await;
    let office = world.main_office(LAO_A).await;
    assert_eq!(
        world.get(path, Some(&officer)).await.json()["counters"],
        json!([])
    );
    let seen = view(&world, &officer, office).await;
    assert_eq!(
        (&seen["verdict"], seen.get("contradictions")),
        (&json!("untested"), None)
    );
    // Sixteen more make 4 of 20.
    answer(&world, LAO_A, &[answers(false, 16)]).await;
    answer(&world, LAO_B, &[answers(false, 30)]).await;
    let listed = world.get(path, Some(&officer)).await.json();
    let counters = listed["counters"].as_array().unwrap();
    assert_eq!(counters.len(), 1, "{listed}");
    assert_eq!(counters[0]["counter"], office.to_string());
    assert_eq!(counters[0]["verdict"], "contradicted");
    let shown = &counters[0]["contradictions"];
    assert_eq!(
        (&shown["contradicting"], &shown["answers"]),
        (&json!(4), &json!(20))
    );
    let near = |value: &Value, wanted: f64| (value.as_f64().unwrap() - wanted).abs() < 1e-4;
    assert!(near(&shown["share"]["low"], 0.0807) && near(&shown["share"]["high"], 0.4160));
    let seen = view(&world, &officer, office).await;
    assert_eq!(seen["progress"]["contradicted"], 1);
    let line = pair(&seen, "waste_collection", "identity_card");
    assert_eq!(line["contradictions"]["contradicting"], 4);
    let all = progress(&world, &officer).await;
    assert_eq!(all["whole"]["contradicted"], 1);
    assert_eq!(all["whole"]["counters_contradicted"], 1);
    assert_eq!(
        all["whole"]["counters_unknown"],
        all["whole"]["counters"].as_u64().unwrap() - 2
    );
    // What is declared as asked for again contradicts nobody any more.
    let phone = world.sign_in("staff-a").await;
    let item = line["item"].as_str().unwrap().parse().unwrap();
    push_all(
        &world,
        &phone,
        &[one(&phone, office, 2_000, &[item], "asked")],
    )
    .await;
    assert_eq!(
        world.get(path, Some(&officer)).await.json()["counters"],
        json!([])
    );
}

async fn a_new_catalogue_is_previewed_published_and_reckoned(over: Over) {
    let world = World::new(over).await;
    let store = world.server.store();
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let old = starting_catalogue().unwrap();
    let sent = items(&phone, 1, &everything(office, &old));
    push_all(&world, &phone, &sent).await;
    let pulled = world.pull(&phone, None).await;
    let head = "service,service_th,service_en,document,document_th,document_en\n";
    let faulty = format!("{head}tax,ภาษี,Tax,Deed,โฉนด,Deed\n");
    let Err(CatalogueError::Rows(faults)) = preview(store, "new.csv", faulty.as_bytes()).await
    else {
        panic!("a faulty catalogue was read");
    };
    assert_eq!(
        (faults.0[0].row, faults.0[0].column.as_str()),
        (2, "document")
    );
    // Waste collection keeps one document and gains one; all else goes.
    let new = format!(
        "{head}waste_collection,ขอรับบริการเก็บขนมูลฝอย,Waste collection,identity_card,สำเนาบัตรประจำตัวประชาชน,Copy of identity card\n\
         waste_collection,,,invoice,สำเนาใบแจ้งหนี้,Copy of invoice\n"
    );
    let shown = preview(store, "new.csv", new.as_bytes()).await.unwrap();
    assert_eq!(shown.current, 1);
    assert_eq!(shown.changes.documents.added.len(), 1);
    assert_eq!(shown.changes.pairs_added.len(), 1);
    assert_eq!(shown.changes.pairs_removed.len(), 117);
    assert_eq!(publish(store, &shown.catalogue).await.unwrap(), 2);
    let seen = view(&world, &phone, office).await;
    assert_eq!(
        (
            &seen["progress"]["stopped"],
            &seen["progress"]["undeclared"]
        ),
        (&json!(1), &json!(1))
    );
    let officer = world.sign_in("officer").await;
    let all = progress(&world, &officer).await;
    assert_eq!(
        (&all["catalogue"], &all["starting_set"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(
        all["whole"]["due"],
        all["whole"]["counters"].as_u64().unwrap() * 2
    );
    let changes = world.pull(&phone, Some(&pulled.cursor)).await;
    assert_eq!(
        changes.of("catalogue").next().unwrap()["body"]["version"],
        2
    );
    // A phone that was offline meanwhile declares by the catalogue it had.
    let of_desk = |item: &&Envelope| item.payload.get().contains("complaint_desk");
    let seen_before = sent.iter().find(of_desk).unwrap().id;
    let late = json!({
        "counter": office, "service": "complaint_desk", "document": "identity_card",
        "catalogue": 1, "practice": "asked",
    });
    push_all(
        &world,
        &phone,
        &[phone.item(Kind::DECLARATION, 9, &[seen_before], &late)],
    )
    .await;
    let mut unknown = late.clone();
    unknown["catalogue"] = json!(2);
    let result = world
        .push(&phone, &[phone.item(Kind::DECLARATION, 9, &[], &unknown)])
        .await;
    assert_eq!(result[0].code.as_deref(), Some("unknown_service"));
    assert_eq!(view(&world, &phone, office).await["progress"]["due"], 2);
}

async fn pages_say_what_need_not_be_brought_and_how_far_all_are(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let copies = format!("/counters/{office}/copies");
    let page = world.get(&copies, None).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("ยังไม่แจ้ง"), "{}", page.text());
    let drafts = everything(office, &starting_catalogue().unwrap());
    push_all(&world, &phone, &items(&phone, 1_000, &drafts)).await;
    let thai = world.get(&copies, None).await;
    assert!(thai.text().contains("ไม่ต้องนำสำเนา") && thai.text().contains("แจ้งเกิด"));
    assert!(thai.body.len() < 30_000 && !thai.text().contains("<script"));
    let english = world.get(&format!("{copies}?lang=en"), None).await;
    assert!(
        english.text().contains("Copy of identity card") && !english.text().contains("สำเนาบัตร")
    );
    let mut browser = world.browse("department").await;
    let country = browser.text("/zero-copy").await;
    assert!(country.contains("/provinces/50/zero-copy") && country.contains("ชุดข้อมูลเริ่มต้น"));
    let province = browser.text("/provinces/50/zero-copy?lang=en").await;
    assert!(
        province.contains("Not declared") && province.contains(">118 ("),
        "{province}"
    );
    // Counter by counter, for the LAO itself too; and on the sheet to check with.
    let lao = world.lao_id(LAO_A).await;
    let of_lao = format!("/laos/{lao}/zero-copy?lang=en");
    let mut staff = world.browse("staff-a").await;
    for browser in [&mut browser, &mut staff] {
        let text = browser.text(&of_lao).await;
        assert!(
            text.contains("118 (100 %)") && text.contains("too few answers"),
            "{text}"
        );
        assert!(text.contains("Fewer than 5 answers"), "{text}");
    }
    let mut other = world.browse("staff-b").await;
    assert_eq!(other.get(&of_lao).await.status, 404);
    let sheet = browser.text(&format!("/laos/{lao}/sheet?lang=en")).await;
    assert!(
        sheet.contains("118 of 118 declared, 118 stopped"),
        "{sheet}"
    );
    let nowhere = format!("/counters/{}/copies", Uuid::now_v7());
    world
        .get(&nowhere, None)
        .await
        .expect_problem(404, "counter_unknown");
}

async fn files_hold_progress_and_contradictions_and_never_fewer_than_five_answers(over: Over) {
    let world = World::new(over).await;
    let (of_a, of_b) = (
        world.main_office(LAO_A).await,
        world.main_office(LAO_B).await,
    );
    let catalogue = starting_catalogue().unwrap();
    for (user, office) in [("staff-a", of_a), ("staff-b", of_b)] {
        let phone = world.sign_in(user).await;
        let drafts = everything(office, &catalogue);
        push_all(&world, &phone, &items(&phone, 1_000, &drafts)).await;
    }
    // Six of A's visitors were asked for a copy all the same, four of B's.
    answer(&world, LAO_A, &[answers(true, 6)]).await;
    answer(&world, LAO_B, &[answers(true, 4)]).await;
    let mut officer = world.browse("officer").await;
    let at = "/provinces/50/zero-copy/export";
    let progress = officer.text(&format!("{at}/progress.csv?lang=en")).await;
    assert!(progress.starts_with('\u{feff}'));
    let mut read = world.server.store().read().await.unwrap();
    let mut line = async |code: &str| {
        let (_, no) = read
            .counter_laos(&[world.main_office(code).await])
            .await
            .unwrap()[0];
        let name = read.lao_by_no(no).await.unwrap().unwrap().name_th;
        let found = progress.lines().find(|line| line.contains(&name));
        found.unwrap().to_owned()
    };
    let (a, b) = (line(LAO_A).await, line(LAO_B).await);
    assert!(a.contains(",6,6,1,"), "{a}");
    assert!(b.ends_with(",,,,,"), "{b}");
    let listed = officer
        .text(&format!("{at}/contradicted.csv?lang=en"))
        .await;
    assert!(listed.contains(&of_a.to_string()) && !listed.contains(&of_b.to_string()));
    for file in ["progress.xlsx", "contradicted.xlsx"] {
        let xlsx = officer.get(&format!("{at}/{file}")).await;
        assert_eq!(xlsx.status, 200);
        assert!(xlsx.body.starts_with(b"PK"));
    }
    for path in [
        format!("{at}/else.csv"),
        format!("{at}/progress.pdf"),
        "/provinces/51/zero-copy/export/progress.csv".to_owned(),
    ] {
        assert_eq!(officer.get(&path).await.status, 404, "{path}");
    }
    let page = officer.text("/provinces/50/zero-copy?lang=en").await;
    assert!(page.contains("6 of 6 answers contradict"), "{page}");
    let follow_up = officer.text("/provinces/50/follow-up?lang=en").await;
    assert!(
        follow_up.contains("One counter is contradicted"),
        "{follow_up}"
    );
}

async fn a_merge_takes_declarations_and_additions_along(over: Over) {
    let world = World::new(over).await;
    let store = world.server.store();
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let own = json!({
        "lao": world.lao_id(LAO_A).await,
        "service": {"code": "own_pier", "name_th": "ขอใช้ท่าเรือ", "name_en": "Use of the pier"},
        "asks": ["identity_card"],
    });
    let own = phone.item(Kind::OWN_SERVICE, 1, &[], &own);
    push_all(
        &world,
        &phone,
        &[own, one(&phone, office, 2, &[], "stopped")],
    )
    .await;
    let list = lao_list(&["50", "51"]);
    let kept: Vec<&str> = list
        .text
        .lines()
        .filter(|l| !l.starts_with(LAO_A))
        .collect();
    let list = Source {
        name: list.name,
        text: kept.join("\n"),
    };
    let fates = Source {
        name: "successors.csv".into(),
        text: format!("code,fate,successor,date\n{LAO_A},merged,{LAO_B},2026-01-01\n"),
    };
    import::import_laos(store, &list, Some(&fates))
        .await
        .unwrap();
    recount(&world).await;
    let successor = world.sign_in("staff-b").await;
    let seen = view(&world, &successor, office).await;
    assert_eq!(
        (&seen["progress"]["stopped"], &seen["progress"]["due"]),
        (&json!(1), &json!(119))
    );
    // The successor's other office has the addition now, too.
    let officer = world.sign_in("officer").await;
    let lao = world.lao_id(LAO_B).await.to_string();
    let all = progress(&world, &officer).await;
    let line = all["parts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|l| l["lao"] == lao.as_str())
        .cloned();
    assert_eq!(line.unwrap()["progress"]["due"], 238);
    assert_eq!(all["whole"]["stopped"], 1);
    let pulled = world.pull(&successor, None).await;
    assert_eq!(
        (
            pulled.of("declaration").count(),
            pulled.of("own_service").count()
        ),
        (1, 1)
    );
}
