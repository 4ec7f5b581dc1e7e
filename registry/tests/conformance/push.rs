//! Items up.

use pakmut_domain::wire::envelope::Kind;
use pakmut_domain::wire::push::Outcome;
use pakmut_registry::store::Scope;
use serde_json::json;
use uuid::Uuid;

use crate::common::{CHOM_THONG, LAO_A, LAO_B, Over, World, gzip};

over_both!(
    the_same_item_eight_times_at_once_is_accepted_once,
    the_same_id_with_other_bytes_is_refused,
    one_bad_item_does_not_spoil_its_batch,
    an_lao_pins_only_its_own_counters,
    a_pin_may_come_before_its_counter,
    any_order_of_arrival_ends_in_the_same_state,
    reviews_decide_and_only_officers_send_them,
    a_batch_too_large_or_a_bomb_is_refused,
    placement_is_checked_against_the_lao,
    a_roster_is_declared_complete_and_opened_again,
    reconcile_names_what_is_missing,
    attachments_arrive_piece_by_piece,
);

async fn the_same_item_eight_times_at_once_is_accepted_once(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let item = phone.pin(office, 1_000, &[]);
    let mut tries = Vec::new();
    for _ in 0..8 {
        tries.push(async {
            world
                .push(&phone, std::slice::from_ref(&item))
                .await
                .remove(0)
        });
    }
    let results = futures(tries).await;
    let accepted = results
        .iter()
        .filter(|r| r.result == Outcome::Accepted)
        .count();
    let duplicate = results
        .iter()
        .filter(|r| r.result == Outcome::Duplicate)
        .count();
    assert_eq!((accepted, duplicate), (1, 7));
    assert!(results.iter().all(|r| r.hash == Some(item.hash())));
    // And within one batch.
    let twice = phone.pin(office, 2_000, &[item.id]);
    let results = world.push(&phone, &[twice.clone(), twice.clone()]).await;
    assert_eq!(results[0].result, Outcome::Accepted);
    assert_eq!(results[1].result, Outcome::Duplicate);
    assert_eq!(results[1].hash, Some(twice.hash()));
    assert_eq!(
        world
            .server
            .store()
            .read()
            .await
            .unwrap()
            .count_items()
            .await
            .unwrap(),
        [("pin".to_owned(), 2)]
    );
}

/// All of these at once.
async fn futures<F: Future>(all: Vec<F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.into_iter().map(|f| (Box::pin(f), None)).collect();
    std::future::poll_fn(|context| {
        let mut open = false;
        for (future, done) in &mut all {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(output) => *done = Some(output),
                    std::task::Poll::Pending => open = true,
                }
            }
        }
        if open {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(())
        }
    })
    .await;
    all.into_iter().map(|(_, done)| done.unwrap()).collect()
}

async fn the_same_id_with_other_bytes_is_refused(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let first = phone.pin(office, 1_000, &[]);
    let mut other = phone.pin(office, 2_000, &[]);
    other.id = first.id;
    let results = world.push(&phone, &[first.clone(), other.clone()]).await;
    assert_eq!(results[0].result, Outcome::Accepted);
    assert_eq!(
        (results[1].result, results[1].code.as_deref()),
        (Outcome::Refused, Some("id_reused"))
    );
    let again = world.push(&phone, &[other, first.clone()]).await;
    assert_eq!(again[0].code.as_deref(), Some("id_reused"));
    assert_eq!(
        (again[1].result, again[1].hash),
        (Outcome::Duplicate, Some(first.hash()))
    );
}

async fn one_bad_item_does_not_spoil_its_batch(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let good = phone.pin(office, 1_000, &[]);
    let mut bad = Vec::new();
    let mut of_other = phone.pin(office, 1, &[]);
    of_other.account = Uuid::now_v7();
    bad.push((of_other, "account_mismatch"));
    bad.push((phone.item("horoscope", 1, &[], &json!({})), "kind_unknown"));
    bad.push((
        phone.item(Kind::PIN, 1, &[], &json!({"counter": office})),
        "payload_malformed",
    ));
    bad.push((
        phone.item(Kind::PIN, 1, &[], &json!({"note": "a\u{0}b"})),
        "payload_nul",
    ));
    let lone = r#"{"counter":"00000000-0000-0000-0000-000000000000","note":"\ud800"}"#;
    let mut surrogate = phone.pin(office, 1, &[]);
    surrogate.payload = serde_json::value::RawValue::from_string(lone.to_owned()).unwrap();
    bad.push((surrogate, "payload_malformed"));
    bad.push((phone.pin_at(office, 1, &[], 0.0, 0.0), "zero_zero"));
    bad.push((phone.pin_at(office, 1, &[], 91.0, 0.0), "out_of_range"));
    let mut newer = phone.pin(office, 1, &[]);
    newer.version = 9;
    bad.push((newer, "payload_version_unknown"));
    let mut signed = phone.pin(office, 1, &[]);
    signed.sig = Some("a\u{0}".to_owned());
    bad.push((signed, "sig_malformed"));
    let mut items: Vec<_> = bad.iter().map(|(item, _)| item.clone()).collect();
    items.push(good.clone());
    let results = world.push(&phone, &items).await;
    for (result, (_, code)) in results.iter().zip(&bad) {
        assert_eq!(
            (result.result, result.code.as_deref()),
            (Outcome::Refused, Some(*code))
        );
        assert!(result.hash.is_none() && result.detail.is_some());
    }
    assert_eq!(results.last().unwrap().result, Outcome::Accepted);
    // An envelope that is none, with an id.
    let id = Uuid::now_v7();
    let good = phone.signed(&good);
    let batch = json!({"batch_id": Uuid::now_v7(), "items": [{"id": id, "kind": 7}, good]});
    let answer = world.post("/v1/push", Some(&phone), &batch).await;
    assert_eq!(answer.status, 200);
    let answer = answer.json();
    assert_eq!(answer["results"][0]["code"], "envelope_malformed");
    assert_eq!(answer["results"][1]["result"], "duplicate");
    let batch = json!({"batch_id": Uuid::now_v7(), "items": [{"kind": 7}]});
    world
        .post("/v1/push", Some(&phone), &batch)
        .await
        .expect_problem(400, "item_without_id");
}

async fn an_lao_pins_only_its_own_counters(over: Over) {
    let world = World::new(over).await;
    let office_a = world.main_office(LAO_A).await;
    let office_b = world.main_office(LAO_B).await;
    for (user, allowed_b) in [
        ("staff-a", false),
        ("tester-a", false),
        ("officer", true),
        ("department", true),
    ] {
        let phone = world.sign_in(user).await;
        let results = world
            .push(
                &phone,
                &[phone.pin(office_a, 1, &[]), phone.pin(office_b, 1, &[])],
            )
            .await;
        assert!(results[0].result.is_stored(), "{user}");
        assert_eq!(results[1].result.is_stored(), allowed_b, "{user}");
        if !allowed_b {
            assert_eq!(results[1].code.as_deref(), Some("out_of_scope"));
        }
    }
    let phone = world.sign_in("officer-51").await;
    let results = world.push(&phone, &[phone.pin(office_a, 1, &[])]).await;
    assert_eq!(results[0].code.as_deref(), Some("out_of_scope"));
    let phone = world.sign_in("tester-a").await;
    let counter = json!({"counter": Uuid::now_v7(), "lao": world.lao_id(LAO_A).await, "name": "จุดบริการ", "kind": "branch", "status": "active"});
    let results = world
        .push(&phone, &[phone.item(Kind::COUNTER, 1, &[], &counter)])
        .await;
    assert_eq!(results[0].code.as_deref(), Some("role_not_allowed"));
}

async fn a_pin_may_come_before_its_counter(over: Over) {
    let world = World::new(over).await;
    let lao = world.lao_id(LAO_A).await;
    let a = world.sign_in("staff-a").await;
    let b = world.sign_in("staff-b").await;
    let counter = Uuid::now_v7();
    let early = a.pin(counter, 1_000, &[]);
    let foreign = b.pin(counter, 9_000, &[]);
    assert_eq!(
        world.push(&a, std::slice::from_ref(&early)).await[0].result,
        Outcome::Accepted
    );
    // Nobody knows yet whose the counter is: kept.
    assert!(
        world.push(&b, std::slice::from_ref(&foreign)).await[0]
            .result
            .is_stored()
    );
    let before = world.pull(&a, None).await;
    assert!(before.body("counter", counter).is_none());
    let proposal = json!({"counter": counter, "lao": lao, "name": "ศูนย์บริการร่วม ตลาดจอมทอง", "kind": "one_stop", "status": "active"});
    let proposal = a.item(Kind::COUNTER, 900, &[], &proposal);
    assert_eq!(
        world.push(&a, &[proposal]).await[0].result,
        Outcome::Accepted
    );
    let after = world.pull(&a, Some(&before.cursor)).await;
    assert!(!after.reset);
    let found = after.body("counter", counter).unwrap();
    assert_eq!(found["state"]["shown"], early.id.to_string());
    assert_eq!(found["state"]["status"], "waiting");
    assert!(found["state"].get("conflict").is_none());
    assert_eq!(found["name"], "ศูนย์บริการร่วม ตลาดจอมทอง");
    // The stranger's pin is kept with a finding, and does not count.
    let department = world.sign_in("department").await;
    let all = world.pull(&department, None).await;
    let kept = all.body("pin", foreign.id).unwrap();
    let codes: Vec<_> = kept["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"out_of_scope"), "{codes:?}");
    assert!(world.pull(&a, None).await.body("pin", foreign.id).is_none());
}

async fn any_order_of_arrival_ends_in_the_same_state(over: Over) {
    let mut states = Vec::new();
    for turn in 0..6 {
        let world = World::new(over).await;
        let a = world.sign_in("staff-a").await;
        let officer = world.sign_in("officer").await;
        let lao = world.lao_id(LAO_A).await;
        let counter = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
        let id = |n: u128| Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0100 + n);
        let named = |name: &str| json!({"counter": counter, "lao": lao, "name": name, "kind": "branch", "status": "active"});
        let mut items = vec![
            (a.item(Kind::COUNTER, 10, &[], &named("สาขาหนึ่ง")), &a),
            (a.item(Kind::COUNTER, 20, &[id(0)], &named("สาขาสอง")), &a),
            (a.pin(counter, 1_000, &[]), &a),
            (a.pin(counter, 500, &[id(2)]), &a),
            (a.pin(counter, 9_000, &[]), &a),
            (officer.review(id(3), "approved", &[]), &officer),
            (officer.review(id(3), "sent_back", &[id(5)]), &officer),
        ];
        for (n, (item, _)) in (0..).zip(&mut items) {
            item.id = id(n);
        }
        let length = items.len();
        items.rotate_left(turn * 3 % length);
        if turn % 2 == 1 {
            items.reverse();
        }
        for (item, phone) in items {
            let results = world.push(phone, &[item]).await;
            assert!(results[0].result.is_stored(), "{results:?}");
        }
        let department = world.sign_in("department").await;
        let pulled = world.pull(&department, None).await;
        let mut state = pulled.body("counter", counter).unwrap().clone();
        state["lao"] = json!(null);
        states.push(state);
    }
    assert_eq!(states[0]["name"], "สาขาสอง");
    assert_eq!(states[0]["state"]["conflict"], true);
    assert_eq!(states[0]["state"]["status"], "waiting");
    assert!(
        states.iter().all(|state| *state == states[0]),
        "{states:#?}"
    );
}

async fn reviews_decide_and_only_officers_send_them(over: Over) {
    let world = World::new(over).await;
    let a = world.sign_in("staff-a").await;
    let officer = world.sign_in("officer").await;
    let stranger = world.sign_in("officer-51").await;
    let office = world.main_office(LAO_A).await;
    let pin = a.pin(office, 1_000, &[]);
    world.push(&a, std::slice::from_ref(&pin)).await;
    assert_eq!(
        world.push(&a, &[a.review(pin.id, "approved", &[])]).await[0]
            .code
            .as_deref(),
        Some("role_not_allowed")
    );
    assert_eq!(
        world
            .push(&stranger, &[stranger.review(pin.id, "approved", &[])])
            .await[0]
            .code
            .as_deref(),
        Some("out_of_scope")
    );
    let approve = officer.review(pin.id, "approved", &[]);
    assert_eq!(
        world.push(&officer, std::slice::from_ref(&approve)).await[0].result,
        Outcome::Accepted
    );
    let back = officer.review(pin.id, "sent_back", &[]);
    assert_eq!(
        world.push(&officer, &[back]).await[0].result,
        Outcome::Conflict
    );
    let pulled = world.pull(&a, None).await;
    assert_eq!(
        pulled.body("counter", office).unwrap()["state"]["status"],
        "sent_back"
    );
    assert_eq!(pulled.of("review").count(), 2);
    let again = a.pin(office, 2_000, &[pin.id]);
    assert_eq!(world.push(&a, &[again]).await[0].result, Outcome::Accepted);
    let pulled = world.pull(&a, Some(&pulled.cursor)).await;
    assert_eq!(
        pulled.body("counter", office).unwrap()["state"]["status"],
        "waiting"
    );
    // One that did not know of it stands beside it.
    assert_eq!(
        world.push(&a, &[a.pin(office, 3_000, &[])]).await[0].result,
        Outcome::Conflict
    );
}

async fn a_batch_too_large_or_a_bomb_is_refused(over: Over) {
    // Made first: nothing else runs meanwhile, and the server ends idle connections.
    let large = gzip(&vec![b' '; 300 * 1024 * 1024]);
    let bomb = gzip(&vec![b' '; 20 * 1024 * 1024]);
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let items: Vec<_> = (0..101).map(|n| phone.pin(office, n, &[])).collect();
    let batch = json!({"batch_id": Uuid::now_v7(), "items": items});
    world
        .post("/v1/push", Some(&phone), &batch)
        .await
        .expect_problem(413, "too_many_items");
    assert!(large.len() > 256 * 1024);
    world
        .post_raw("/v1/push", Some(&phone), large, true)
        .await
        .expect_problem(413, "body_too_large");
    assert!(bomb.len() < 256 * 1024);
    world
        .post_raw("/v1/push", Some(&phone), bomb, true)
        .await
        .expect_problem(413, "body_too_large");
    world
        .post_raw("/v1/push", Some(&phone), vec![b' '; 300 * 1024], false)
        .await
        .expect_problem(413, "body_too_large");
    world
        .post_raw("/v1/push", Some(&phone), b"no gzip".to_vec(), true)
        .await
        .expect_problem(400, "body_not_gzip");
    world
        .post_raw("/v1/push", Some(&phone), b"{".to_vec(), false)
        .await
        .expect_problem(400, "body_malformed");
}

async fn placement_is_checked_against_the_lao(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let inside = phone.pin(office, 1, &[]);
    let swapped = phone.pin_at(office, 2, &[], CHOM_THONG.1, CHOM_THONG.0);
    let elsewhere = phone.pin_at(office, 3, &[], 18.872_123_4, 99.137_543_2);
    let abroad = phone.pin_at(office, 4, &[], 51.501_234_5, -0.123_456_7);
    let rounded = phone.pin_at(office, 5, &[], 18.41, 98.67);
    let items = [inside, swapped, elsewhere, abroad, rounded];
    let results = world.push(&phone, &items).await;
    assert!(results.iter().all(|r| r.result.is_stored()), "{results:?}");
    let pulled = world.pull(&phone, None).await;
    let found: Vec<Vec<String>> = items
        .iter()
        .map(|item| {
            let body = pulled.body("pin", item.id).unwrap();
            assert_eq!(
                body["payload"].to_string().len(),
                serde_json::from_str::<serde_json::Value>(item.payload.get())
                    .unwrap()
                    .to_string()
                    .len()
            );
            let findings = body["findings"].as_array().cloned().unwrap_or_default();
            findings
                .iter()
                .map(|f| f["code"].as_str().unwrap().to_owned())
                .collect()
        })
        .collect();
    assert!(found[0].is_empty(), "{found:?}");
    assert_eq!(found[1], ["swapped_coordinates"]);
    assert_eq!(found[2], ["outside_area"]);
    assert_eq!(found[3], ["outside_country"]);
    assert!(found[4].contains(&"rounded_coordinates".to_owned()));
}

async fn a_roster_is_declared_complete_and_opened_again(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let lao = world.lao_id(LAO_A).await;
    let complete = async || {
        let mut read = world.server.store().read().await.unwrap();
        read.lao_in(lao, &Scope::Country)
            .await
            .unwrap()
            .unwrap()
            .roster_complete
    };
    let said = phone.item(
        Kind::ROSTER,
        9_000,
        &[],
        &json!({"lao": lao, "complete": true, "counters": 1}),
    );
    world.push(&phone, std::slice::from_ref(&said)).await;
    assert!(complete().await);
    // Having seen it, whatever the clock says.
    let unsaid = phone.item(
        Kind::ROSTER,
        10,
        &[said.id],
        &json!({"lao": lao, "complete": false, "counters": 2}),
    );
    world.push(&phone, &[unsaid]).await;
    assert!(!complete().await);
    let other = world.lao_id(LAO_B).await;
    let foreign = phone.item(
        Kind::ROSTER,
        1,
        &[],
        &json!({"lao": other, "complete": true, "counters": 1}),
    );
    assert_eq!(
        world.push(&phone, &[foreign]).await[0].code.as_deref(),
        Some("out_of_scope")
    );
}

async fn reconcile_names_what_is_missing(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let here = phone.pin(office, 1, &[]);
    let missing = phone.pin(office, 2, &[here.id]);
    world.push(&phone, std::slice::from_ref(&here)).await;
    let ask = json!({"items": [[here.id, here.hash()], [missing.id, missing.hash()], [here.id, missing.hash()]], "attachments": [here.hash()]});
    let answer = world.post("/v1/reconcile", Some(&phone), &ask).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["missing_items"], json!([missing.id, here.id]));
    assert_eq!(answer.json()["missing_attachments"], json!([here.hash()]));
}

async fn attachments_arrive_piece_by_piece(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let photo = crate::common::jpeg(300_000, 0);
    let hash = pakmut_domain::wire::ItemHash::of(&photo);
    let url = format!("{}/v1/attachments/{hash}", world.base);
    let put = async |range: std::ops::Range<usize>| {
        let last = range.end - 1;
        let request = world
            .http
            .put(&url)
            .bearer_auth(&phone.session.access_token)
            .header(
                "content-range",
                format!("bytes {}-{last}/{}", range.start, photo.len()),
            )
            .body(photo[range].to_vec());
        crate::common::Reply::of(request.send().await.unwrap()).await
    };
    let head = async |phone: &crate::common::Phone| {
        world
            .http
            .head(&url)
            .bearer_auth(&phone.session.access_token)
            .send()
            .await
            .unwrap()
    };
    assert_eq!(head(&phone).await.status(), 404);
    let asked = async |size: usize| {
        let request = world
            .http
            .put(&url)
            .bearer_auth(&phone.session.access_token)
            .header("content-range", format!("bytes */{size}"));
        let reply = crate::common::Reply::of(request.send().await.unwrap()).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.headers["content-type"], "application/vnd.pakmut+json");
        reply.as_type::<pakmut_domain::wire::attachment::AttachmentState>()
    };
    assert_eq!(asked(300_000).await.received, 0);
    // One that was begun with another size is begun anew.
    let request = world
        .http
        .put(&url)
        .bearer_auth(&phone.session.access_token);
    let request = request.header("content-range", "bytes 0-3/9").body("what");
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(asked(300_000).await.received, 0);
    let began = put(0..100_000).await;
    assert_eq!(began.status, 200);
    assert_eq!(began.json()["received"], 100_000);
    assert_eq!(began.json()["complete"], false);
    assert_eq!(asked(300_000).await.received, 100_000);
    assert_eq!(head(&phone).await.status(), 202);
    assert_eq!(head(&phone).await.headers()["upload-offset"], "100000");
    // Its answer was lost: the same piece again changes nothing.
    assert_eq!(put(0..100_000).await.status, 200);
    let gap = put(200_000..300_000).await;
    gap.expect_problem(409, "attachment_offset");
    assert_eq!(gap.headers["upload-offset"], "100000");
    for _ in 0..2 {
        let done = put(100_000..300_000).await;
        assert_eq!(done.status, 200);
        assert_eq!(done.json()["complete"], true);
        assert_eq!(done.json()["hash"], hash.to_string());
    }
    assert!(asked(300_000).await.complete);
    assert_eq!(head(&phone).await.status(), 200);
    let whole = world
        .get(&format!("/v1/attachments/{hash}"), Some(&phone))
        .await;
    assert_eq!(whole.body, photo);
    let stranger = world.sign_in("staff-b").await;
    assert_eq!(head(&stranger).await.status(), 404);
    world
        .get(&format!("/v1/attachments/{hash}"), None)
        .await
        .expect_problem(401, "token_missing");
    // Bytes that hash to something else do not stay.
    let wrong = pakmut_domain::wire::ItemHash::of(b"other");
    let request = world
        .http
        .put(format!("{}/v1/attachments/{wrong}", world.base))
        .bearer_auth(&phone.session.access_token)
        .body("not other");
    crate::common::Reply::of(request.send().await.unwrap())
        .await
        .expect_problem(422, "attachment_hash_wrong");
    // Nor what is no photo, or says more than it shows.
    let mut told = crate::common::jpeg(1_000, 1);
    told.splice(2..2, *b"\xff\xe1\x00\x0aExif\0\0MM");
    for (bytes, code) in [
        (b"<svg/>".to_vec(), "photo_not_jpeg"),
        (told, "photo_has_metadata"),
    ] {
        let hash = pakmut_domain::wire::ItemHash::of(&bytes);
        let address = format!("{}/v1/attachments/{hash}", world.base);
        let request = world.http.put(address);
        let request = request.bearer_auth(&phone.session.access_token).body(bytes);
        crate::common::Reply::of(request.send().await.unwrap())
            .await
            .expect_problem(422, code);
    }
}
