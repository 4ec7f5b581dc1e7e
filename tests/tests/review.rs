//! A province's review on phones alone, offline in between: a pin sent back
//! becomes a task, and a new pin answers it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use pakmut_core::engine::{Phone, Ports};
use pakmut_core::http::HttpTransport;
use pakmut_core::ports::{Clock, MemorySecrets, SystemClock, SystemRandom};
use pakmut_core::review::ReviewError;
use pakmut_core::sync::{Options, Outcome};
use pakmut_domain::model::Counter;
use pakmut_domain::wire::payload::Decision;
use pakmut_domain::wire::pull::record;
use pakmut_tests::bench::pins;
use pakmut_tests::registry_process::{RegistryProcess, run};
use uuid::Uuid;

const PASSWORD: &str = "a-long-test-password";

fn phone(dir: &Path, url: &str, user: &str) -> Phone {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new().unwrap());
    let transport = HttpTransport::new(url, None, clock.clone()).unwrap();
    let ports = Ports {
        clock,
        random: Arc::new(SystemRandom),
        secrets: Arc::new(MemorySecrets::default()),
        transport: Arc::new(transport),
    };
    let phone = Phone::open(dir.join(user), url, ports).unwrap();
    phone.sign_in(user, PASSWORD).unwrap();
    sync(&phone);
    phone
}

fn sync(phone: &Phone) {
    let options = Options {
        deadline: Duration::from_secs(60),
        urgent: true,
    };
    let done = phone.sync(options, &mut |_| {}).unwrap();
    assert_eq!(done.outcome, Outcome::Done, "{done:?}");
}

#[test]
fn a_pin_sent_back_offline_becomes_a_task_and_a_new_pin_answers_it() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("registry.db");
    let data = pakmut_tests::places::folder();
    let path = |name: &str| data.join(name).display().to_string();
    let files = ["provinces", "districts", "subdistricts"].map(|n| path(&format!("{n}.geojson")));
    run(
        &database,
        &["import", "places", &files[0], &files[1], &files[2]],
    )
    .unwrap();
    run(&database, &["import", "laos", &path("laos.csv")]).unwrap();
    let users = dir.path().join("users.csv");
    std::fs::write(
        &users,
        format!(
            "username,role,dla_code,province_code,password\n\
             staff,lao,5810401,,{PASSWORD}\nofficer,province,,81,{PASSWORD}\n"
        ),
    )
    .unwrap();
    run(
        &database,
        &["import", "users", &users.display().to_string()],
    )
    .unwrap();
    let mut registry = RegistryProcess::start(&database, 0).unwrap();
    let url = format!("http://{}", registry.address());
    let staff = phone(dir.path(), &url, "staff");
    let officer = phone(dir.path(), &url, "officer");

    let office: Counter = staff.pulled(record::COUNTER).unwrap().remove(0);
    let mut first = pins::pin(office.id, &mut Rng::with_seed(1));
    // In another province: the registry says so.
    (first.lat, first.lon) = (18.417_123_4, 98.676_543_2);
    let first = staff.save_pin(&first, &[], None).unwrap();
    sync(&staff);
    assert!(officer.reviews().queue().unwrap().is_empty());
    sync(&officer);
    let queue = officer.reviews().queue().unwrap();
    assert_eq!(queue.iter().map(|one| one.id).collect::<Vec<_>>(), [first]);
    assert!(!queue[0].findings.is_empty());

    // Offline: decided, gone from the queue, not yet sent.
    let review = officer.reviews();
    assert_eq!(
        review.decide(first, Decision::SentBack, Some("nonsense"), None),
        Err(ReviewError::ReasonMissing)
    );
    assert_eq!(
        review.decide(Uuid::now_v7(), Decision::Approved, None, None),
        Err(ReviewError::NoSuchPin)
    );
    review
        .decide(
            first,
            Decision::SentBack,
            Some("wrong_district"),
            Some(" อยู่อีกอำเภอ "),
        )
        .unwrap();
    assert!(review.queue().unwrap().is_empty());
    assert!(staff.reviews().tasks().unwrap().is_empty());
    sync(&officer);
    sync(&staff);
    let tasks = staff.reviews().tasks().unwrap();
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0].counter.id, office.id);
    assert_eq!(tasks[0].review.reason.as_deref(), Some("wrong_district"));
    assert_eq!(tasks[0].review.note.as_deref(), Some("อยู่อีกอำเภอ"));

    // A new pin answers it at once, offline.
    let second = pins::pin(office.id, &mut Rng::with_seed(2));
    let second = staff.save_pin(&second, &tasks[0].seen, None).unwrap();
    assert!(staff.reviews().tasks().unwrap().is_empty());
    sync(&staff);
    sync(&officer);
    let queue = officer.reviews().queue().unwrap();
    assert_eq!(queue.iter().map(|one| one.id).collect::<Vec<_>>(), [second]);
    officer
        .reviews()
        .decide(second, Decision::Approved, None, None)
        .unwrap();
    sync(&officer);
    sync(&staff);
    let own: Vec<_> = staff.reviews().progress().unwrap();
    assert_eq!((own.len(), own[0].tally.approved), (1, 1));
    let province = officer.reviews().progress().unwrap();
    assert!(province.len() > 10);
    assert_eq!(
        province.iter().map(|lao| lao.tally.approved).sum::<u64>(),
        1
    );
    registry.stop();
}
