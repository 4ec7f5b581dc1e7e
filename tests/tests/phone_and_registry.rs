//! The real phone against the real registry, in one process, over loopback.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use pakmut_core::engine::{Phone, Ports};
use pakmut_core::http::HttpTransport;
use pakmut_core::ports::{Clock, MemorySecrets, SystemClock, SystemRandom};
use pakmut_core::store::State;
use pakmut_core::sync::{Options, Outcome, Report};
use pakmut_domain::model::{Counter, CounterKind, CounterStatus};
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::payload::CounterProposal;
use pakmut_domain::wire::pull::record;
use pakmut_tests::bench::pins;
use pakmut_tests::registry_process::{RegistryProcess, run};
use uuid::Uuid;

fn phone(dir: &Path, url: &str) -> Phone {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new().unwrap());
    let transport = HttpTransport::new(url, None, clock.clone()).unwrap();
    let ports = Ports {
        clock,
        random: Arc::new(SystemRandom),
        secrets: Arc::new(MemorySecrets::default()),
        transport: Arc::new(transport),
    };
    Phone::open(dir, url, ports).unwrap()
}

fn sync(phone: &Phone) -> Report {
    let options = Options {
        deadline: Duration::from_secs(60),
        urgent: true,
    };
    phone.sync(options, &mut |_| {}).unwrap()
}

/// A phone pushes to a registry, which is then restored from last night's copy:
/// it gets again what it lost, and nothing twice.
#[test]
fn pins_arrive_once_and_again_after_a_restore_from_an_older_copy() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("registry.db");
    let data = pakmut_tests::places::folder();
    let path = |name: &str| data.join(name).display().to_string();
    run(
        &database,
        &[
            "import",
            "places",
            &path("provinces.geojson"),
            &path("districts.geojson"),
            &path("subdistricts.geojson"),
        ],
    )
    .unwrap();
    run(&database, &["import", "laos", &path("laos.csv")]).unwrap();
    let users = dir.path().join("users.csv");
    std::fs::write(
        &users,
        "username,role,dla_code,province_code,password\nstaff,lao,5810401,,a-long-test-password\n",
    )
    .unwrap();
    run(
        &database,
        &["import", "users", &users.display().to_string()],
    )
    .unwrap();

    let mut registry = RegistryProcess::start(&database, 0).unwrap();
    let port = registry.address().port();
    let url = format!("http://{}", registry.address());
    let phone = phone(&dir.path().join("phone"), &url);
    let wrong = phone.sign_in("staff", "wrong").unwrap_err();
    assert_eq!(wrong.code(), "credentials_wrong");
    let account = phone.sign_in("staff", "a-long-test-password").unwrap();
    assert_eq!(sync(&phone).outcome, Outcome::Done);
    let counters: Vec<Counter> = phone.pulled(record::COUNTER).unwrap();
    assert_eq!(counters.len(), 1, "a due main office from the start");

    let mut rng = fastrand::Rng::with_seed(3);
    let first = phone
        .save_pin(&pins::pin(counters[0].id, &mut rng), &[], None)
        .unwrap();
    let poison = phone
        .save(Kind::PIN, 1, "{\"counter\":1}", &[], None)
        .unwrap();
    let report = sync(&phone);
    assert_eq!((report.sent, report.wedged), (1, 1), "{report:?}");
    let wedged = phone.items(Some(State::Wedged), 0, 9).unwrap();
    assert_eq!(wedged[0].envelope.id, poison);
    assert_eq!(wedged[0].reason.as_deref(), Some("payload_malformed"));
    phone.discard(poison).unwrap();

    // Last night's copy; today a counter is proposed and pinned.
    let copy = dir.path().join("copy.db");
    run(&database, &["backup", &copy.display().to_string()]).unwrap();
    let proposed = Uuid::now_v7();
    let proposal = CounterProposal {
        counter: proposed,
        lao: account.lao.unwrap(),
        name: "จุดบริการใหม่".to_owned(),
        kind: CounterKind::Branch,
        status: CounterStatus::Active,
        address: Default::default(),
    };
    let payload = serde_json::to_string(&proposal).unwrap();
    phone.save(Kind::COUNTER, 1, &payload, &[], None).unwrap();
    phone
        .save_pin(&pins::pin(proposed, &mut rng), &[], None)
        .unwrap();
    phone
        .save_pin(&pins::pin(counters[0].id, &mut rng), &[first], None)
        .unwrap();
    let report = sync(&phone);
    assert_eq!((report.sent, report.conflicts), (3, 0), "{report:?}");
    assert_eq!(phone.pulled::<Counter>(record::COUNTER).unwrap().len(), 2);

    registry.stop();
    drop(registry);
    run(&database, &["restore", &copy.display().to_string()]).unwrap();
    let _registry = RegistryProcess::start(&database, port).unwrap();
    let report = sync(&phone);
    assert_eq!(report.outcome, Outcome::Done, "{report:?}");
    assert_eq!((report.pushed_again, report.sent), (3, 3), "{report:?}");
    assert_eq!(phone.pulled::<Counter>(record::COUNTER).unwrap().len(), 2);
    let again = sync(&phone);
    assert_eq!((again.sent, again.pushed_again), (0, 0));
    assert_eq!(phone.queue().unwrap().counts.sent, 4);
    let conn = rusqlite::Connection::open(&database).unwrap();
    let items: i64 = conn
        .query_row("SELECT count(*) FROM items", [], |row| row.get(0))
        .unwrap();
    assert_eq!(items, 4, "none twice");
}
