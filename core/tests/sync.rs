//! The phone against a registry that behaves, and one that does not: after each
//! fault nothing is lost, nothing is there twice, and all arrives once things
//! are well.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::atomic::Ordering;
use std::time::Duration;

use pakmut_core::engine::{PhoneError, SessionState};
use pakmut_core::store::State;
use pakmut_core::sync::{Options, Outcome};
use pakmut_domain::wire::MEDIA_TYPE;
use pakmut_domain::wire::push::{PushAnswer, PushRequest};
use support::*;
use uuid::Uuid;

#[test]
fn what_was_saved_arrives_once_in_order_with_its_receipt() {
    let set = Set::new();
    let ids: Vec<Uuid> = (0..250).map(|n| set.save(&format!("{n}"))).collect();
    let mut seen = Vec::new();
    let report = set
        .phone
        .sync(urgent(), &mut |p| seen.push((p.sent, p.left)))
        .unwrap();
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!((report.sent, report.duplicates), (250, 0));
    assert_eq!(seen[..3], [(100, 150), (200, 50), (250, 0)]);
    assert_eq!(set.registry.world().order, ids);
    assert_eq!(set.phone.queue().unwrap().counts.sent, 250);
    assert_eq!(set.sync().sent, 0);
}

#[test]
fn one_lone_item_takes_one_round_trip() {
    let set = Set::new();
    set.sync();
    set.registry.world().calls.clear();
    set.save("one");
    set.sync();
    let calls: Vec<String> = set.registry.world().calls.iter().cloned().collect();
    assert_eq!(calls[0], "POST /v1/push");
    assert_eq!(calls.len(), 2, "a push and a pull: {calls:?}");
}

#[test]
fn poison_is_wedged_with_its_reason_and_all_others_arrive() {
    let set = Set::new();
    for n in 0..10_000 {
        set.save(&if n % 100 == 7 {
            format!("poison {n}")
        } else {
            format!("{n}")
        });
    }
    let report = set.sync();
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!((report.sent, report.wedged), (9_900, 100));
    assert_eq!(set.registry.world().items.len(), 9_900);
    let wedged = set.phone.items(Some(State::Wedged), 0, 1_000).unwrap();
    assert_eq!(wedged.len(), 100);
    for item in &wedged {
        assert_eq!(item.reason.as_deref(), Some("payload_malformed"));
    }
    // A person mends one, discards one and tries one again as it is.
    let old = wedged[0].envelope.id;
    let new = set.phone.mend(old, r#"{"note":"mended"}"#).unwrap();
    assert_ne!(new, old);
    set.phone.discard(wedged[1].envelope.id).unwrap();
    set.phone.queue_again(wedged[2].envelope.id).unwrap();
    let again = set.phone.discard(wedged[1].envelope.id).unwrap_err();
    assert_eq!(again.code(), "item_not_wedged");
    let report = set.sync();
    assert_eq!((report.sent, report.wedged), (1, 1));
    let counts = set.phone.queue().unwrap().counts;
    assert_eq!((counts.wedged, counts.discarded), (98, 2));
    assert!(set.registry.world().items.contains_key(&new));
}

/// Each answer that does not count, and what the sync says of it. Afterwards
/// the queue is whole and arrives.
#[test]
fn answers_that_do_not_count_leave_the_queue_whole() {
    let html = |status| {
        Reply::Whole(
            status,
            vec![],
            "text/html".to_owned(),
            b"<html>log in</html>".to_vec(),
        )
    };
    let empty = Reply::Whole(200, vec![], MEDIA_TYPE.to_owned(), b"{}".to_vec());
    let rubbish = Reply::Whole(200, vec![], MEDIA_TYPE.to_owned(), vec![0xff; 300]);
    let endless = Reply::Whole(200, vec![], MEDIA_TYPE.to_owned(), vec![b' '; 40 << 20]);
    for (name, reply, outcome) in [
        ("captive portal", html(200), "offline"),
        (
            "redirect",
            html(302).with("location", "http://127.0.0.1:9/"),
            "offline",
        ),
        ("cut", Reply::Cut, "offline"),
        ("empty", empty, "offline"),
        ("rubbish", rubbish, "offline"),
        ("endless", endless, "offline"),
        ("401 of a portal", html(401), "offline"),
        ("403", Reply::problem(403, "forbidden"), "forbidden"),
        ("404", Reply::problem(404, "not_found"), "later"),
        ("408", Reply::problem(408, "timeout"), "later"),
        ("426", Reply::problem(426, "wire_too_old"), "upgrade_needed"),
        ("429", Reply::problem(429, "busy"), "later"),
        ("500", Reply::problem(500, "oops"), "later"),
        ("502", html(502), "later"),
        ("503", html(503), "later"),
    ] {
        let set = Set::new();
        for n in 0..20 {
            set.save(&format!("{n}"));
        }
        set.registry.fail_pushes(1, reply);
        let report = set.sync();
        assert_eq!(report.outcome.code(), outcome, "{name}: {report:?}");
        assert!(report.next_try_ms.is_some(), "{name}");
        assert_eq!(set.phone.queue().unwrap().counts.pending, 20, "{name}");
        set.registry.well();
        assert_eq!(set.sync().outcome, Outcome::Done, "{name}");
        assert_eq!(set.registry.world().items.len(), 20, "{name}");
        assert_eq!(set.phone.queue().unwrap().counts.sent, 20, "{name}");
    }
}

/// The answer is cut at every tenth byte after the items were stored: they are
/// told apart as duplicates the next time.
#[test]
fn an_answer_cut_anywhere_gives_duplicates_and_no_second_item() {
    for at in (0..900).step_by(40) {
        let set = Set::new();
        for n in 0..20 {
            set.save(&format!("{n}"));
        }
        set.registry.hook(move |asked, world| {
            (asked.path == "/v1/push").then(|| Reply::CutAt(Box::new(push(asked, world)), at))
        });
        let first = set.sync();
        set.registry.well();
        let second = set.sync();
        assert_eq!(second.outcome, Outcome::Done);
        assert_eq!(first.sent + second.sent, 20, "at {at}");
        assert_eq!(set.registry.world().order.len(), 20, "at {at}");
    }
}

#[test]
fn an_answer_without_its_batch_or_with_an_item_missing_does_not_count() {
    let set = Set::new();
    set.save("a");
    set.save("b");
    set.registry.hook(|asked, world| {
        let request: PushRequest = serde_json::from_slice(&asked.body).ok()?;
        let Reply::Whole(_, _, _, body) = push(asked, world) else {
            return None;
        };
        let mut answer: PushAnswer = serde_json::from_slice(&body).unwrap();
        if request.items.len() == 2 {
            answer.results.pop();
        }
        Some(Reply::json(&answer))
    });
    assert_eq!(set.sync().outcome.cause(), Some("foreign_answer"));
    assert_eq!(set.phone.queue().unwrap().counts.pending, 2);
    set.registry.hook(|asked, world| {
        let Reply::Whole(_, _, _, body) = push(asked, world) else {
            return None;
        };
        let mut answer: PushAnswer = serde_json::from_slice(&body).unwrap();
        answer.batch_id = Uuid::nil();
        Some(Reply::json(&answer))
    });
    assert_eq!(set.sync().outcome.cause(), Some("foreign_answer"));
    assert_eq!(set.phone.queue().unwrap().counts.pending, 2);
}

#[test]
fn a_receipt_that_does_not_match_leaves_the_item_pending_and_says_so() {
    let set = Set::new();
    let id = set.save("a");
    set.save("b");
    set.registry.hook(move |asked, world| {
        if asked.path != "/v1/push" {
            return None;
        }
        let Reply::Whole(_, _, _, body) = push(asked, world) else {
            return None;
        };
        let mut answer: PushAnswer = serde_json::from_slice(&body).unwrap();
        for result in &mut answer.results {
            if result.id == id {
                result.hash = Some(pakmut_domain::wire::ItemHash::of(b"another"));
            }
        }
        Some(Reply::json(&answer))
    });
    let report = set.sync();
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!((report.sent, report.mismatched), (1, 1));
    assert!(report.next_try_ms.is_some_and(|ms| ms > 0));
    let item = set.phone.item(id).unwrap().unwrap();
    assert_eq!(item.state, State::Pending);
    assert_eq!(item.reason.as_deref(), Some("receipt_mismatch"));
    set.registry.well();
    set.clock.pass(60_000);
    assert_eq!(set.sync().sent, 1);
}

#[test]
fn a_session_that_is_over_is_refreshed_once_and_then_the_password_is_asked_for() {
    let set = Set::new();
    set.save("a");
    set.registry.world().access = "revoked".to_owned();
    let report = set.sync();
    assert_eq!((report.outcome, report.sent), (Outcome::Done, 1));
    // In the middle of a push.
    for n in 0..150 {
        set.save(&format!("{n}"));
    }
    let mut pushes = 0;
    set.registry.hook(move |asked, world| {
        if asked.path == "/v1/push" {
            pushes += 1;
            if pushes == 2 {
                world.access = "expired".to_owned();
            }
        }
        None
    });
    assert_eq!(set.sync().sent, 150);
    // Both tokens are worth nothing.
    set.save("c");
    set.registry.world().access = "revoked".to_owned();
    set.registry.world().refresh = "revoked".to_owned();
    assert_eq!(set.sync().outcome, Outcome::NeedsPassword);
    assert_eq!(set.phone.session().unwrap(), SessionState::NeedsPassword);
    set.save("saving goes on");
    assert_eq!(set.phone.queue().unwrap().counts.pending, 2);
    assert_eq!(set.sync().outcome, Outcome::NeedsPassword);
    let wrong = set.phone.sign_in("somchai", "wrong").unwrap_err();
    assert_eq!(wrong.code(), "credentials_wrong");
    set.phone.sign_in("somchai", "right").unwrap();
    assert_eq!(set.sync().sent, 2);
}

#[test]
fn a_token_known_to_be_over_costs_no_refused_call() {
    let set = Set::new();
    set.save("a");
    set.clock.pass(901_000);
    set.registry.world().calls.clear();
    assert_eq!(set.sync().sent, 1);
    let calls: Vec<String> = set.registry.world().calls.iter().cloned().collect();
    assert_eq!(calls[..2], ["POST /v1/sessions/refresh", "POST /v1/push"]);
}

#[test]
fn a_batch_too_large_is_halved_and_a_lone_item_wedged() {
    let set = Set::new();
    for n in 0..40 {
        set.save(&if n == 13 {
            "huge".to_owned()
        } else {
            format!("{n}")
        });
    }
    for (status, code) in [(413, "body_too_large"), (422, "body_malformed")] {
        set.registry.hook(move |asked, _| {
            let huge = String::from_utf8_lossy(&asked.body).contains("huge");
            (asked.path == "/v1/push" && huge).then(|| Reply::problem(status, code))
        });
        let report = set.sync();
        assert_eq!(report.outcome, Outcome::Done, "{status}");
        assert_eq!(report.wedged, 1, "{status}");
        let wedged = set.phone.items(Some(State::Wedged), 0, 9).unwrap();
        assert_eq!(wedged[0].reason.as_deref(), Some(code));
        set.phone.queue_again(wedged[0].envelope.id).unwrap();
    }
    assert_eq!(set.phone.queue().unwrap().counts.sent, 39);
}

/// One item trips the registry (500 whenever it is in the batch): the others
/// arrive all the same, over a few syncs, and it is not wedged.
#[test]
fn an_item_that_trips_the_registry_does_not_hold_up_the_others() {
    let set = Set::new();
    for n in 0..50 {
        set.save(&if n == 20 {
            "trip".to_owned()
        } else {
            format!("{n}")
        });
    }
    set.registry.hook(|asked, _| {
        let trip = String::from_utf8_lossy(&asked.body).contains("trip");
        (asked.path == "/v1/push" && trip).then(|| Reply::problem(500, "oops"))
    });
    let mut syncs = 0;
    while set.registry.world().items.len() < 49 {
        set.clock.pass(1_000);
        set.sync();
        syncs += 1;
        assert!(syncs < 30, "{:?}", set.phone.queue());
    }
    let left = set.phone.items(Some(State::Pending), 0, 9).unwrap();
    assert_eq!(left.len(), 1);
    set.registry.well();
    set.clock.pass(3_600_000);
    assert_eq!(set.sync().outcome, Outcome::Done);
    assert_eq!(set.registry.world().items.len(), 50);
}

#[test]
fn backoff_grows_is_kept_across_restarts_and_ends_with_success() {
    let mut set = Set::new();
    set.save("a");
    set.registry.fail_pushes(usize::MAX, Reply::Cut);
    let mut waits = Vec::new();
    for _ in 0..14 {
        let report = set.phone.sync(urgent(), &mut |_| {}).unwrap();
        assert_eq!(report.outcome.code(), "offline");
        waits.push(report.next_try_ms.unwrap());
    }
    assert!(waits[0] <= 1_000);
    assert!(waits.iter().all(|ms| *ms <= 15 * 60_000));
    assert!(waits[8..].iter().any(|ms| *ms > 60_000), "{waits:?}");
    set.restart();
    set.registry.well();
    let early = set.phone.sync(background(), &mut |_| {}).unwrap();
    let last = *waits.last().unwrap();
    if last > 0 {
        assert_eq!(early.outcome, Outcome::Waiting);
        assert_eq!(early.next_try_ms, Some(last));
    }
    // A reboot that sets the wall clock back to 1970 does not make it endless.
    *set.clock.boot.lock().unwrap() = Uuid::from_u128(78);
    set.clock.mono.store(5, Ordering::SeqCst);
    set.clock.wall.store(0, Ordering::SeqCst);
    set.phone.sync(background(), &mut |_| {}).unwrap();
    set.clock.pass(15 * 60_000);
    let report = set.phone.sync(background(), &mut |_| {}).unwrap();
    assert_eq!(report.outcome, Outcome::Done);
    assert!(report.clock_is_off());
    assert_eq!(set.phone.queue().unwrap().next_try_ms, None);
}

#[test]
fn retry_after_is_obeyed_even_when_urgent_and_on_a_200_too() {
    for reply in [
        Reply::problem(429, "busy").with("retry-after", "120"),
        Reply::problem(503, "stopping")
            .with("date", "Wed, 21 Oct 2015 07:28:00 GMT")
            .with("retry-after", "Wed, 21 Oct 2015 07:30:00 GMT"),
    ] {
        let set = Set::new();
        set.save("a");
        set.registry.fail_pushes(1, reply);
        let report = set.sync();
        assert!(report.next_try_ms.unwrap() >= 120_000);
        assert_eq!(set.sync().outcome, Outcome::Waiting);
        set.clock.pass(205_000);
        assert_eq!(set.sync().sent, 1);
    }
    let set = Set::new();
    for n in 0..150 {
        set.save(&format!("{n}"));
    }
    set.registry.hook(|asked, world| {
        (asked.path == "/v1/push").then(|| push(asked, world).with("retry-after", "60"))
    });
    let report = set.sync();
    assert_eq!(report.sent, 100, "what was answered counts");
    assert_eq!(report.outcome.cause(), Some("asked_to_wait"));
    assert_eq!(set.sync().outcome, Outcome::Waiting);
}

#[test]
fn after_a_restore_from_a_backup_what_is_missing_is_pushed_again() {
    let set = Set::new();
    let ids: Vec<Uuid> = (0..120).map(|n| set.save(&format!("{n}"))).collect();
    set.registry.world().changes = vec![change("lao", "1", Some("{\"a\":1}"))];
    set.sync();
    {
        let mut world = set.registry.world();
        world.epoch = Uuid::from_u128(99);
        for id in &ids[50..] {
            world.items.remove(id);
        }
        world.changes = vec![change("lao", "2", Some("{\"a\":2}"))];
    }
    // Found out by the pull.
    let report = set.sync();
    assert_eq!(report.outcome, Outcome::Done, "{report:?}");
    assert_eq!((report.pushed_again, report.sent), (70, 70));
    assert_eq!(set.registry.world().items.len(), 120);
    assert!(set.phone.record("lao", "1").unwrap().is_none());
    assert!(set.phone.record("lao", "2").unwrap().is_some());
    // And by a push.
    {
        let mut world = set.registry.world();
        world.epoch = Uuid::from_u128(100);
        world.items.clear();
    }
    set.save("one more");
    let report = set.sync();
    assert_eq!((report.pushed_again, report.sent), (120, 121));
    assert_eq!(set.registry.world().items.len(), 121);
    assert_eq!(set.sync().sent, 0);
}

/// A disk snapshot was rolled back and nobody noticed: same epoch, but the
/// phone's cursor is ahead of the registry.
#[test]
fn a_registry_rolled_back_unnoticed_gets_again_what_it_forgot() {
    let set = Set::new();
    set.registry.world().changes = (0..10)
        .map(|n| change("lao", &n.to_string(), Some("{}")))
        .collect();
    for n in 0..10 {
        set.save(&format!("{n}"));
    }
    set.sync();
    {
        let mut world = set.registry.world();
        world.items.clear();
        world.changes.truncate(3);
    }
    let report = set.sync();
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!(report.pushed_again, 10);
    assert_eq!(set.registry.world().items.len(), 10);
    assert_eq!(set.phone.records("lao", "", 100).unwrap().len(), 3);
}

#[test]
fn a_reconcile_cut_off_starts_over_and_nothing_is_missed() {
    let set = Set::new();
    for n in 0..30 {
        set.save(&format!("{n}"));
    }
    set.sync();
    {
        let mut world = set.registry.world();
        world.epoch = Uuid::from_u128(99);
        world.items.clear();
    }
    set.registry
        .hook(|asked, _| (asked.path == "/v1/reconcile").then_some(Reply::Cut));
    assert_eq!(set.sync().outcome.code(), "offline");
    set.registry.well();
    assert_eq!(set.sync().pushed_again, 30);
    assert_eq!(set.registry.world().items.len(), 30);
}

#[test]
fn pulled_data_comes_in_pages_with_tombstones_and_a_reset_replaces_it() {
    let set = Set::new();
    {
        let mut world = set.registry.world();
        world.page = 7;
        world.changes = (0..30)
            .map(|n| change("counter", &format!("{n:02}"), Some("{\"name\":\"ก\"}")))
            .collect();
        world.changes.push(change("counter", "03", None));
    }
    set.save("kept");
    assert_eq!(set.sync().pulled, 31);
    assert_eq!(set.phone.records("counter", "", 100).unwrap().len(), 29);
    let page = set.phone.records("counter", "04", 2).unwrap();
    assert_eq!(page[0].key, "05");
    assert_eq!(page[0].body, "{\"name\":\"ก\"}");
    assert_eq!(set.sync().pulled, 0);
    // The connection breaks in the middle of a reset: the old data stay until
    // the new are whole.
    {
        let mut world = set.registry.world();
        world.epoch = Uuid::from_u128(9);
        world.changes = (40..60)
            .map(|n| change("counter", &format!("{n:02}"), Some("{}")))
            .collect();
    }
    let mut pages = 0;
    set.registry.hook(move |asked, _| {
        if asked.path.starts_with("/v1/pull") {
            pages += 1;
        }
        (pages == 4).then_some(Reply::Cut)
    });
    set.sync();
    assert!(set.phone.record("counter", "05").unwrap().is_some());
    set.registry.well();
    set.sync();
    let records = set.phone.records("counter", "", 100).unwrap();
    assert_eq!(records.len(), 20);
    assert_eq!(set.phone.queue().unwrap().counts.sent, 1);
}

#[test]
fn a_sync_can_be_cancelled_and_goes_on_where_it_was() {
    let set = Set::new();
    for n in 0..500 {
        set.save(&format!("{n}"));
    }
    let phone = &set.phone;
    let report = phone
        .sync(urgent(), &mut |p| {
            if p.sent == 200 {
                phone.cancel();
            }
        })
        .unwrap();
    assert_eq!((report.outcome, report.sent), (Outcome::Cancelled, 200));
    // And while a call waits for its answer.
    set.registry.hook(|asked, world| {
        (asked.path == "/v1/push")
            .then(|| Reply::Trickle(Box::new(push(asked, world)), Duration::from_millis(50)))
    });
    std::thread::scope(|scope| {
        let sync = scope.spawn(|| set.sync());
        std::thread::sleep(Duration::from_millis(300));
        let begun = std::time::Instant::now();
        set.phone.cancel();
        assert_eq!(sync.join().unwrap().outcome, Outcome::Cancelled);
        assert!(begun.elapsed() < Duration::from_secs(1));
    });
    set.registry.well();
    assert_eq!(set.sync().outcome, Outcome::Done);
    assert_eq!(set.registry.world().order.len(), 500);
}

#[test]
fn a_deadline_ends_a_call_that_trickles() {
    let set = Set::new();
    let dir = tempfile::tempdir().unwrap();
    let clock = std::sync::Arc::new(pakmut_core::ports::SystemClock::new().unwrap());
    let phone = open(dir.path(), &set.registry.url, clock, set.secrets.clone());
    phone.sign_in("somchai", "right").unwrap();
    phone.save("pin", 1, "{}", &[], None).unwrap();
    set.registry.hook(|asked, world| {
        (asked.path == "/v1/push")
            .then(|| Reply::Trickle(Box::new(push(asked, world)), Duration::from_millis(50)))
    });
    let report = phone
        .sync(
            Options {
                deadline: Duration::from_millis(500),
                urgent: true,
            },
            &mut |_| {},
        )
        .unwrap();
    assert_eq!(report.outcome, Outcome::OutOfTime);
    set.registry.well();
    assert_eq!(sync(&phone).duplicates, 1);
}

#[test]
fn two_processes_sync_one_at_a_time_and_a_killed_one_is_waited_out() {
    let set = Set::new();
    for n in 0..200 {
        set.save(&format!("{n}"));
    }
    // The background job has the same files and secrets open.
    let job = open(
        set.dir.path(),
        &set.registry.url,
        set.clock.clone(),
        set.secrets.clone(),
    );
    let mut saved = false;
    let report = set
        .phone
        .sync(urgent(), &mut |_| {
            let other = job.sync(urgent(), &mut |_| {}).unwrap();
            assert_eq!(other.outcome, Outcome::Busy);
            // Capture while syncing.
            if !std::mem::replace(&mut saved, true) {
                job.save("pin", 1, "{\"by\":\"job\"}", &[], None).unwrap();
            }
        })
        .unwrap();
    assert_eq!((report.outcome, report.sent), (Outcome::Done, 201));
    // A process that was killed in a sync leaves its lease.
    let path = pakmut_core::store::naming::queue_file(
        set.dir.path(),
        &set.registry.url,
        set.phone.account().unwrap().id,
    );
    let store = pakmut_core::store::Store::open(path).unwrap();
    let now = pakmut_core::ports::Clock::now(&*set.clock);
    assert!(store.take_lease(Uuid::from_u128(5), &now).unwrap());
    assert_eq!(set.sync().outcome, Outcome::Busy);
    set.clock.pass(pakmut_core::store::lease::LEASE_MS + 1);
    assert_eq!(set.sync().outcome, Outcome::Done);
    // One of an earlier boot is over at once, whatever its time.
    let now = pakmut_core::ports::Clock::now(&*set.clock);
    assert!(store.take_lease(Uuid::from_u128(5), &now).unwrap());
    *set.clock.boot.lock().unwrap() = Uuid::from_u128(78);
    set.clock.mono.store(1, Ordering::SeqCst);
    assert_eq!(set.sync().outcome, Outcome::Done);
}

#[test]
fn nobody_sees_another_persons_queue_and_each_goes_out_under_its_own_name() {
    let mut set = Set::new();
    set.save("by somchai");
    set.phone.sign_out().unwrap();
    assert_eq!(set.phone.session().unwrap(), SessionState::SignedOut);
    let refused = set.phone.save("pin", 1, "{}", &[], None).unwrap_err();
    assert_eq!(refused, PhoneError::SignedOut);
    let somchai = set.registry.world().account.clone();
    set.registry.world().account.id = Uuid::from_u128(33);
    set.phone.sign_in("malee", "right").unwrap();
    assert_eq!(set.phone.items(None, 0, 9).unwrap().len(), 0);
    set.save("by malee");
    let report = set.sync();
    assert_eq!((report.sent, report.carried), (1, 1));
    let queues = set.phone.queues().unwrap();
    assert_eq!(queues.len(), 2);
    let left = queues.iter().find(|(id, _)| *id == somchai.id).unwrap();
    assert_eq!((left.1.pending, left.1.sent), (0, 1));
    // The app starts anew with malee signed in; then somchai comes back.
    set.restart();
    assert_eq!(set.phone.account().unwrap().id, Uuid::from_u128(33));
    set.registry.world().account = somchai;
    set.phone.sign_in("somchai", "right").unwrap();
    assert_eq!(set.sync().sent, 0);
    assert_eq!(set.registry.world().items.len(), 2);
}

#[test]
fn another_registry_at_the_same_address_gets_nothing() {
    let set = Set::new();
    set.save("a");
    set.registry.world().registry = Uuid::from_u128(22);
    let refused = set.phone.sign_in("somchai", "right").unwrap_err();
    assert_eq!(refused, PhoneError::OtherRegistry);
    assert_eq!(set.phone.queue().unwrap().counts.pending, 1);
}

#[test]
fn pause_closes_the_file_and_resume_goes_on() {
    let set = Set::new();
    set.save("a");
    set.phone.pause().unwrap();
    let paused = set.phone.save("pin", 1, "{}", &[], None).unwrap_err();
    assert_eq!(paused.code(), "file_paused");
    let mut names: Vec<String> = std::fs::read_dir(set.dir.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 2, "no log is left: {names:?}");
    set.phone.resume().unwrap();
    assert_eq!(set.sync().sent, 1);
}

#[test]
fn a_skewed_clock_is_told() {
    let set = Set::new();
    assert!(!set.sync().clock_is_off());
    set.registry.world().time_offset_ms = 6 * 60_000;
    let report = set.sync();
    assert!(report.clock_is_off());
    let id = set.save("a");
    let saved = set.phone.item(id).unwrap().unwrap().envelope.saved;
    assert!((saved.offset.unwrap() - 6 * 60_000).abs() < 10_000);
}
