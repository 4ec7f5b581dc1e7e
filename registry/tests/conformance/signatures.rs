//! Who saved an item: what is signed, what is not, and what was forged.

use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::envelope::{Envelope, Kind};
use pakmut_domain::wire::push::{ItemResult, Outcome};
use pakmut_domain::wire::signature::SigningKey;
use serde_json::json;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::common::{LAO_A, LAO_B, Over, Phone, World};

over_both!(
    any_session_carries_what_its_author_signed,
    what_was_altered_or_stripped_is_refused,
    another_device_cannot_use_a_copied_token,
    an_older_phone_is_kept_with_a_finding,
    a_lost_key_leaves_a_finding,
    a_disabled_author_leaves_a_finding,
    a_finding_about_its_author_outlasts_its_counter,
    a_key_that_anybody_could_sign_for_is_refused,
);

fn told(result: &ItemResult) -> (Outcome, Option<&str>) {
    (result.result, result.code.as_deref())
}

/// The codes that the department sees at a pin.
async fn findings(world: &World, pin: Uuid) -> Vec<String> {
    let department = world.sign_in("department").await;
    let pulled = world.pull(&department, None).await;
    let body = pulled.body("pin", pin).unwrap();
    let found = body["findings"].as_array().cloned().unwrap_or_default();
    found
        .iter()
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect()
}

async fn one(world: &World, phone: &Phone, item: &Envelope) -> ItemResult {
    let mut results = world.push_as_is(phone, std::slice::from_ref(item)).await;
    results.remove(0)
}

async fn any_session_carries_what_its_author_signed(over: Over) {
    let world = World::new(over).await;
    let author = world.sign_in("staff-a").await;
    let carrier = world.sign_in("staff-b").await;
    let (a, b) = (
        world.main_office(LAO_A).await,
        world.main_office(LAO_B).await,
    );
    let pin = author.signed(&author.pin(a, 1_000, &[]));
    assert_eq!(one(&world, &carrier, &pin).await.result, Outcome::Accepted);
    assert_eq!(one(&world, &author, &pin).await.result, Outcome::Duplicate);
    assert!(findings(&world, pin.id).await.is_empty());
    // With its author's rights, never with the carrier's.
    let beyond = author.signed(&author.pin(b, 2_000, &[]));
    assert_eq!(
        told(&one(&world, &carrier, &beyond).await),
        (Outcome::Refused, Some("out_of_scope"))
    );
    // Unsigned it is nobody's but its author's to bring.
    let bare = author.pin(a, 3_000, &[pin.id]);
    assert_eq!(
        told(&one(&world, &carrier, &bare).await),
        (Outcome::Refused, Some("sig_missing"))
    );
    // An account that this registry does not know may be enrolled again.
    let mut stranger = author.pin(a, 4_000, &[]);
    stranger.account = Uuid::now_v7();
    let key = SigningKey::from_seed(&[3; 32]).unwrap();
    assert_eq!(
        told(&one(&world, &carrier, &stranger).await),
        (Outcome::Refused, Some("account_mismatch"))
    );
    key.sign_envelope(&mut stranger);
    assert_eq!(
        told(&one(&world, &carrier, &stranger).await),
        (Outcome::Refused, Some("account_mismatch"))
    );
}

async fn what_was_altered_or_stripped_is_refused(over: Over) {
    let world = World::new(over).await;
    let author = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let pin = author.signed(&author.pin(office, 1_000, &[]));
    let changes: [fn(&mut Envelope); 5] = [
        |pin| {
            let moved = pin.payload.get().replace("18.4171234", "18.4271234");
            assert_ne!(moved, pin.payload.get());
            pin.payload = RawValue::from_string(moved).unwrap();
        },
        |pin| pin.saved.wall += 1,
        |pin| pin.id = Uuid::now_v7(),
        |pin| pin.seen = vec![Uuid::now_v7()],
        |pin| pin.kind = Kind::new("of_tomorrow").unwrap(),
    ];
    for (place, change) in changes.iter().enumerate() {
        let mut altered = pin.clone();
        change(&mut altered);
        let result = one(&world, &author, &altered).await;
        // A kind that this registry does not take never gets as far.
        if result.code.as_deref() != Some("kind_unknown") {
            assert_eq!(
                told(&result),
                (Outcome::Refused, Some("sig_wrong")),
                "{place}"
            );
        }
        altered.sig = None;
        let result = one(&world, &author, &altered).await;
        assert_eq!(result.result, Outcome::Refused, "{place}");
    }
    let other = SigningKey::from_seed(&[9; 32]).unwrap();
    let mut forged = pin.clone();
    other.sign_envelope(&mut forged);
    assert_eq!(
        told(&one(&world, &author, &forged).await),
        (Outcome::Refused, Some("sig_wrong"))
    );
    // None of them was stored, and none stands in the way of the real one.
    assert_eq!(one(&world, &author, &pin).await.result, Outcome::Accepted);
}

async fn another_device_cannot_use_a_copied_token(over: Over) {
    let world = World::new(over).await;
    let owner = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let thief = Phone {
        session: owner.session.clone(),
        device: Uuid::now_v7(),
        boot: Uuid::now_v7(),
        key: Some(SigningKey::from_seed(&[5; 32]).unwrap()),
    };
    let pin = thief.pin(office, 1_000, &[]);
    for item in [pin.clone(), thief.signed(&pin)] {
        assert_eq!(
            told(&one(&world, &thief, &item).await),
            (Outcome::Refused, Some("device_mismatch"))
        );
    }
    let as_owner = Phone {
        device: owner.device,
        ..thief
    };
    let pin = as_owner.pin(office, 2_000, &[]);
    assert_eq!(
        told(&one(&world, &as_owner, &as_owner.signed(&pin)).await),
        (Outcome::Refused, Some("sig_wrong"))
    );
    assert_eq!(
        told(&one(&world, &as_owner, &pin).await),
        (Outcome::Refused, Some("sig_missing"))
    );
}

async fn an_older_phone_is_kept_with_a_finding(over: Over) {
    let world = World::new(over).await;
    let office = world.main_office(LAO_A).await;
    let device = Uuid::now_v7();
    let mut phone = world.sign_in_on("staff-a", device, None).await;
    let first = phone.pin(office, 1_000, &[]);
    assert_eq!(one(&world, &phone, &first).await.result, Outcome::Accepted);
    assert_eq!(findings(&world, first.id).await, ["unsigned"]);
    // Updated, and signed in still: it signs, and nobody knows its key yet.
    phone.key = Some(SigningKey::from_seed(&[4; 32]).unwrap());
    let second = phone.pin(office, 2_000, &[first.id]);
    let results = world.push(&phone, std::slice::from_ref(&second)).await;
    assert_eq!(results[0].result, Outcome::Accepted);
    assert_eq!(findings(&world, second.id).await, ["key_unregistered"]);
    // Nobody else carries such items.
    let carrier = world.sign_in("tester-a").await;
    let third = phone.signed(&phone.pin(office, 3_000, &[second.id]));
    assert_eq!(
        told(&one(&world, &carrier, &third).await),
        (Outcome::Refused, Some("account_mismatch"))
    );
    // Registered, all is well at once.
    let phone = world.sign_in_on("staff-a", device, phone.key).await;
    assert_eq!(
        one(&world, &carrier, &third).await.result,
        Outcome::Accepted
    );
    assert!(findings(&world, third.id).await.is_empty());
    let fourth = phone.pin(office, 4_000, &[third.id]);
    let results = world.push(&phone, &[fourth]).await;
    assert_eq!(results[0].result, Outcome::Accepted);
}

async fn a_lost_key_leaves_a_finding(over: Over) {
    let world = World::new(over).await;
    let office = world.main_office(LAO_A).await;
    let before = world.sign_in("staff-a").await;
    let old = before.signed(&before.pin(office, 1_000, &[]));
    let key = SigningKey::from_seed(&[6; 32]).unwrap();
    let after = world.sign_in_on("staff-a", before.device, Some(key)).await;
    let new = after.signed(&after.pin(office, 2_000, &[old.id]));
    assert_eq!(one(&world, &after, &new).await.result, Outcome::Accepted);
    assert!(findings(&world, new.id).await.is_empty());
    assert_eq!(one(&world, &after, &old).await.result, Outcome::Accepted);
    assert_eq!(findings(&world, old.id).await, ["key_replaced"]);
    // The device's own id was lost: the same person's key of this one counts.
    let mut elsewhere = after.pin(office, 3_000, &[new.id]);
    elsewhere.device = Uuid::now_v7();
    let elsewhere = after.signed(&elsewhere);
    assert_eq!(
        one(&world, &after, &elsewhere).await.result,
        Outcome::Accepted
    );
    assert_eq!(findings(&world, elsewhere.id).await, ["signed_elsewhere"]);
}

async fn a_disabled_author_leaves_a_finding(over: Over) {
    let world = World::new(over).await;
    let office = world.main_office(LAO_A).await;
    let author = world.sign_in("staff-a").await;
    let carrier = world.sign_in("tester-a").await;
    let pin = author.signed(&author.pin(office, 1_000, &[]));
    world
        .execute("UPDATE accounts SET disabled = 1 WHERE username = 'staff-a'")
        .await;
    assert_eq!(one(&world, &carrier, &pin).await.result, Outcome::Accepted);
    assert_eq!(findings(&world, pin.id).await, ["author_disabled"]);
}

async fn a_finding_about_its_author_outlasts_its_counter(over: Over) {
    let world = World::new(over).await;
    let lao = world.lao_id(LAO_A).await;
    let phone = world.sign_in_on("staff-a", Uuid::now_v7(), None).await;
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    let proposal = |counter: Uuid| {
        let body = json!({"counter": counter, "lao": lao, "name": "สาขาตลาด", "kind": "branch", "status": "active"});
        phone.item(Kind::COUNTER, 900, &[], &body)
    };
    // Its counter comes later, in the same batch and in another.
    let early = phone.pin(first, 1_000, &[]);
    let results = world.push(&phone, &[early.clone(), proposal(first)]).await;
    assert!(results.iter().all(|r| r.result.is_stored()));
    assert_eq!(findings(&world, early.id).await, ["unsigned"]);
    let early = phone.pin(second, 1_000, &[]);
    assert!(one(&world, &phone, &early).await.result.is_stored());
    assert!(
        one(&world, &phone, &proposal(second))
            .await
            .result
            .is_stored()
    );
    assert_eq!(findings(&world, early.id).await, ["unsigned"]);
}

async fn a_key_that_anybody_could_sign_for_is_refused(over: Over) {
    let world = World::new(over).await;
    let zeros = ItemHash::from_slice(&[0; 32]).unwrap().to_string();
    for key in [zeros.as_str(), "abc", ""] {
        let body = json!({
            "username": "staff-a", "password": crate::common::PASSWORD,
            "device": Uuid::now_v7(), "device_key": key,
        });
        world
            .post("/v1/sessions", None, &body)
            .await
            .expect_problem(400, "device_key_malformed");
    }
}
