//! The roster's account over whatever history arrives, in whatever order.

use pakmut_domain::roster::{Part, Tally};
use pakmut_registry::store::{Of, Scope};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use uuid::Uuid;

use crate::common::{CHOM_THONG, LAO_A, Over, Phone, World};

over_both!(any_order_of_arrival_ends_in_the_same_account);

/// What happens to one counter; places of others are by number.
#[derive(Debug, Clone)]
struct History {
    closed: bool,
    /// Minute, and which earlier pin its author saw.
    pins: Vec<(i64, Option<usize>)>,
    /// Which pin, approved or not, and which earlier review its author saw.
    reviews: Vec<(usize, bool, Option<usize>)>,
}

fn history() -> impl Strategy<Value = History> {
    let pins = proptest::collection::vec((0i64..4, proptest::option::of(0usize..3)), 0..4);
    let review = (0usize..3, any::<bool>(), proptest::option::of(0usize..3));
    let reviews = proptest::collection::vec(review, 0..4);
    (proptest::bool::weighted(0.2), pins, reviews).prop_map(|(closed, pins, reviews)| History {
        closed,
        pins,
        reviews,
    })
}

/// A counter's items with fresh ids in the order of the history: of two such
/// sets one is like the other, whatever the ids.
struct Items {
    counter: Uuid,
    staff: Vec<pakmut_domain::wire::Envelope>,
    officer: Vec<pakmut_domain::wire::Envelope>,
}

fn items(history: &History, lao: Uuid, staff: &Phone, officer: &Phone) -> Items {
    let counter = Uuid::now_v7();
    let proposal = |status: &str| json!({"counter": counter, "lao": lao, "name": "สาขา", "kind": "branch", "status": status});
    let first = staff.item("counter", 1, &[], &proposal("active"));
    let mut by_staff = vec![first.clone()];
    if history.closed {
        by_staff.push(staff.item("counter", 2, &[first.id], &proposal("closed")));
    }
    let mut pins: Vec<Uuid> = Vec::new();
    for (minute, saw) in &history.pins {
        let seen: Vec<Uuid> = saw.and_then(|n| pins.get(n)).copied().into_iter().collect();
        let pin = staff.pin_at(counter, minute * 60_000, &seen, CHOM_THONG.0, CHOM_THONG.1);
        pins.push(pin.id);
        by_staff.push(pin);
    }
    let mut reviews: Vec<Uuid> = Vec::new();
    let mut by_officer = Vec::new();
    for (pin, approved, saw) in &history.reviews {
        let Some(pin) = pins.get(*pin) else { continue };
        let seen: Vec<Uuid> = saw
            .and_then(|n| reviews.get(n))
            .copied()
            .into_iter()
            .collect();
        let decision = if *approved { "approved" } else { "sent_back" };
        let review = officer.review(*pin, decision, &seen);
        reviews.push(review.id);
        by_officer.push(review);
    }
    Items {
        counter,
        staff: by_staff,
        officer: by_officer,
    }
}

async fn any_order_of_arrival_ends_in_the_same_account(over: Over) {
    let world = World::new(over).await;
    let staff = world.sign_in("staff-a").await;
    let officer = world.sign_in("officer").await;
    let lao = world.lao_id(LAO_A).await;
    let mut runner = TestRunner::deterministic();
    let mut expected = Tally::default();
    let mut pairs = Vec::new();
    for _ in 0..40 {
        let history = history().new_tree(&mut runner).unwrap().current();
        let order = proptest::collection::vec(any::<u16>(), 12)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let first = items(&history, lao, &staff, &officer);
        world.push(&staff, &first.staff).await;
        world.push(&officer, &first.officer).await;
        // The same again, in another order and one by one, some of it twice.
        let second = items(&history, lao, &staff, &officer);
        let mut shuffled: Vec<_> = second
            .staff
            .iter()
            .map(|item| (&staff, item))
            .chain(second.officer.iter().map(|item| (&officer, item)))
            .zip(order.iter().cycle())
            .collect();
        shuffled.sort_by_key(|(_, rank)| **rank);
        for ((phone, item), rank) in shuffled {
            world.push(phone, std::slice::from_ref(item)).await;
            if rank.is_multiple_of(3) {
                world.push(phone, std::slice::from_ref(item)).await;
            }
        }
        pairs.push((history, first.counter, second.counter));
    }
    let mut read = world.server.store().read().await.unwrap();
    for (history, first, second) in pairs {
        let found = read.counters(&[first, second]).await.unwrap();
        let state = |id: Uuid| found.iter().find(|c| c.id == id).unwrap();
        let (one, two) = (state(first), state(second));
        assert_eq!(
            (one.definition.status, one.state.status, one.state.conflict),
            (two.definition.status, two.state.status, two.state.conflict),
            "{history:?}"
        );
        for row in [one, two] {
            let part = Part::of(row.definition.due, row.definition.status, row.state.status);
            if let Some(part) = part {
                expected.count(part);
            }
        }
    }
    // The main office was there before.
    expected.count(Part::NotPinned);
    let number = read.lao_in(lao, &Scope::Country).await.unwrap().unwrap().no;
    let of_lao = read.tally(&Scope::Lao(number)).await.unwrap();
    assert_eq!(of_lao, expected);
    // Level by level the parts add up to the next.
    let province = Scope::Province("50".to_owned());
    let whole = read.tally(&province).await.unwrap();
    let districts = read.districts("50").await.unwrap();
    assert_eq!(districts.iter().map(|d| d.tally).sum::<Tally>(), whole);
    let mut laos = Vec::new();
    for page in 0.. {
        let more = read
            .laos_of("50", &province, None, page * 50, 50)
            .await
            .unwrap();
        if more.is_empty() {
            break;
        }
        laos.extend(more);
    }
    assert_eq!(laos.iter().map(|l| l.tally).sum::<Tally>(), whole);
    let country = read.tally(&Scope::Country).await.unwrap();
    let provinces = read.provinces(&Scope::Country).await.unwrap();
    assert_eq!(provinces.iter().map(|p| p.tally).sum::<Tally>(), country);
    // Every counter that did not close is in exactly one part.
    let all = read.pinned_counters(&Of::Province("50".to_owned())).await;
    assert_eq!(all.unwrap().len() as u64, whole.roster());
}
