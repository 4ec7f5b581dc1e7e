//! People and their accounts on real phones against the real registry.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use pakmut_core::engine::{Phone, PhoneError, Ports, SessionState};
use pakmut_core::http::HttpTransport;
use pakmut_core::ports::{
    Cancel, Clock, MemorySecrets, Request, Response, SystemClock, SystemRandom, Transport,
    TransportError,
};
use pakmut_core::sync::{Options, Outcome, Report};
use pakmut_core::trusted_time::Known;
use pakmut_domain::model::{Counter, Role};
use pakmut_domain::wire::enrolment::Contact;
use pakmut_domain::wire::pull::record;
use pakmut_tests::bench::pins;
use pakmut_tests::registry_process::{RegistryProcess, run};
use uuid::Uuid;

const LAO: &str = "5810401";
const PASSWORD: &str = "a-long-test-password";

/// A clock that a test turns on.
struct TurnedClock {
    inner: SystemClock,
    by_ms: AtomicI64,
}

impl Clock for TurnedClock {
    fn wall_ms(&self) -> i64 {
        self.inner.wall_ms() + self.by_ms.load(Ordering::SeqCst)
    }
    fn mono_ms(&self) -> i64 {
        self.inner.mono_ms() + self.by_ms.load(Ordering::SeqCst)
    }
    fn boot(&self) -> Uuid {
        self.inner.boot()
    }
}

/// The real transport, over a network that loses the answers to calls of one
/// address: the registry did what was asked, the phone never hears of it.
struct Lossy {
    inner: HttpTransport,
    path: &'static str,
    lose: AtomicU32,
}

impl Transport for Lossy {
    fn send(&self, request: &Request, cancel: &Cancel) -> Result<Response, TransportError> {
        let answer = self.inner.send(request, cancel);
        let lost = request.path == self.path
            && self
                .lose
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                    left.checked_sub(1)
                })
                .is_ok();
        if lost {
            assert!(
                answer.is_ok(),
                "it was to be lost on its way back: {answer:?}"
            );
            return Err(TransportError::Broken("lost".to_owned()));
        }
        answer
    }

    fn trust_time(&self, known: Option<Known>) {
        self.inner.trust_time(known);
    }
}

struct Office {
    dir: tempfile::TempDir,
    database: PathBuf,
    registry: RegistryProcess,
}

impl Office {
    /// A registry with the real LAOs and two users of one of them.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let database = dir.path().join("registry.db");
        let data = pakmut_tests::places::folder();
        let path = |name: &str| data.join(name).display().to_string();
        let areas = [path("provinces.geojson"), path("districts.geojson")];
        run(&database, &["import", "places", &areas[0], &areas[1]]).unwrap();
        run(&database, &["import", "laos", &path("laos.csv")]).unwrap();
        let users = dir.path().join("users.csv");
        let list = format!(
            "username,role,dla_code,province_code,password\nfirst,lao,{LAO},,{PASSWORD}\n\
             second,lao,{LAO},,{PASSWORD}\ndepartment,department,,,{PASSWORD}\n"
        );
        std::fs::write(&users, list).unwrap();
        run(
            &database,
            &["import", "users", &users.display().to_string()],
        )
        .unwrap();
        let registry = RegistryProcess::start(&database, 0).unwrap();
        Self {
            dir,
            database,
            registry,
        }
    }

    fn phone(&self, name: &str, path: &'static str) -> (Phone, Arc<TurnedClock>, Arc<Lossy>) {
        let clock = Arc::new(TurnedClock {
            inner: SystemClock::new().unwrap(),
            by_ms: AtomicI64::new(0),
        });
        let url = format!("http://{}", self.registry.address());
        let transport = Arc::new(Lossy {
            inner: HttpTransport::new(&url, None, clock.clone()).unwrap(),
            path,
            lose: AtomicU32::new(0),
        });
        let ports = Ports {
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            secrets: Arc::new(MemorySecrets::default()),
            transport: transport.clone(),
        };
        let phone = Phone::open(self.dir.path().join(name), &url, ports).unwrap();
        (phone, clock, transport)
    }

    /// A code, as the command line prints it.
    fn code(&self, arguments: &[&str]) -> String {
        let printed = pakmut_tests::registry_process::print(&self.database, arguments).unwrap();
        let line = printed.lines().nth(1).unwrap();
        line.split(',').nth(1).unwrap().to_owned()
    }

    /// Who saved the items that the registry has, by username.
    fn authors(&self) -> Vec<String> {
        let conn = rusqlite::Connection::open(&self.database).unwrap();
        let mut query = conn
            .prepare(
                "SELECT a.username FROM items i JOIN devices d ON d.no = i.device
                 JOIN accounts a ON a.id = d.account ORDER BY i.revision",
            )
            .unwrap();
        let rows = query.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }
}

fn sync(phone: &Phone) -> Report {
    let options = Options {
        deadline: Duration::from_secs(60),
        urgent: true,
    };
    phone.sync(options, &mut |_| {}).unwrap()
}

fn save_a_pin(phone: &Phone) -> Uuid {
    let counters: Vec<Counter> = phone.pulled(record::COUNTER).unwrap();
    let mut rng = fastrand::Rng::with_seed(3);
    phone
        .save_pin(&pins::pin(counters[0].id, &mut rng), &[], None)
        .unwrap()
}

fn contact() -> Contact {
    Contact {
        name: "ผู้ติดต่อ".to_owned(),
        phone: "053 000000".to_owned(),
    }
}

fn files_hold(dir: &Path, text: &str) -> bool {
    std::fs::read_dir(dir).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        bytes.windows(text.len()).any(|w| w == text.as_bytes())
    })
}

#[test]
fn a_person_enrols_on_the_phone_and_a_lost_answer_costs_no_code() {
    let office = Office::new();
    let (phone, _, network) = office.phone("phone", "/v1/enrolments");
    let code = office.code(&["codes", "issue", "--role", "lao", "--lao", LAO]);
    // What can be said offline is said offline.
    let told = |result: Result<_, PhoneError>| result.map(|_| ()).unwrap_err().code().to_owned();
    assert_eq!(told(phone.preview_code("12 34")), "code_length");
    for (username, password, expected) in [
        ("a b", PASSWORD, "username_malformed"),
        ("enrolled", "short", "password_short"),
        ("enrolled", "password1234", "password_common"),
        ("first", PASSWORD, "username_taken"),
    ] {
        assert_eq!(
            told(
                phone
                    .enrol(&code, username, password, &contact())
                    .map(drop_account)
            ),
            expected
        );
    }
    let answer = phone.preview_code(&code).unwrap();
    assert_eq!(answer.role, Role::Lao);
    assert!(answer.lao.is_some());
    network.lose.store(1, Ordering::SeqCst);
    let lost = phone
        .enrol(&code, "enrolled", PASSWORD, &contact())
        .unwrap_err();
    assert!(matches!(lost, PhoneError::Offline { .. }), "{lost:?}");
    let account = phone
        .enrol(&code, "Enrolled", PASSWORD, &contact())
        .unwrap();
    assert_eq!(account.username, "enrolled");
    assert_eq!(sync(&phone).outcome, Outcome::Done);
    save_a_pin(&phone);
    assert_eq!(sync(&phone).sent, 1);
    // Somebody else with the same code is told so.
    let (other, ..) = office.phone("other", "");
    let refused = other
        .enrol(&code, "somebody", PASSWORD, &contact())
        .unwrap_err();
    assert_eq!(refused.code(), "code_used");
    // Forgotten: reset by a code.
    let code = office.code(&["users", "reset", "enrolled"]);
    let again = phone
        .reset_password(&code, "quite another password")
        .unwrap();
    assert_eq!(again.id, account.id);
    assert_eq!(sync(&phone).outcome, Outcome::Done);
    assert_eq!(office.authors(), ["enrolled"]);
}

fn drop_account<T>(_: T) -> pakmut_domain::wire::enrolment::CodeAnswer {
    unreachable!("it was to be refused")
}

#[test]
fn a_refresh_whose_answer_was_lost_ends_no_session() {
    let office = Office::new();
    let (phone, clock, network) = office.phone("phone", "/v1/sessions/refresh");
    phone.sign_in("first", PASSWORD).unwrap();
    assert_eq!(sync(&phone).outcome, Outcome::Done);
    for lose in [3, 1, 0] {
        // The access token is over.
        clock.by_ms.fetch_add(20 * 60_000, Ordering::SeqCst);
        network.lose.store(lose, Ordering::SeqCst);
        for _ in 0..lose {
            let report = sync(&phone);
            assert!(
                matches!(report.outcome, Outcome::Offline { .. }),
                "{report:?}"
            );
        }
        assert_eq!(sync(&phone).outcome, Outcome::Done);
        assert_eq!(phone.session().unwrap(), SessionState::Active);
    }
}

#[test]
fn an_expired_session_never_blocks_saving() {
    let office = Office::new();
    let (phone, clock, _) = office.phone("phone", "");
    phone.sign_in("first", PASSWORD).unwrap();
    sync(&phone);
    let conn = rusqlite::Connection::open(&office.database).unwrap();
    conn.execute("DELETE FROM sessions", []).unwrap();
    save_a_pin(&phone);
    clock.by_ms.fetch_add(20 * 60_000, Ordering::SeqCst);
    let report = sync(&phone);
    assert_eq!(report.outcome, Outcome::NeedsPassword);
    assert_eq!(phone.session().unwrap(), SessionState::NeedsPassword);
    save_a_pin(&phone);
    assert_eq!(phone.queue().unwrap().counts.pending, 2);
    phone.sign_in("first", PASSWORD).unwrap();
    let report = sync(&phone);
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!(phone.queue().unwrap().counts.pending, 0);
}

#[test]
fn two_people_share_a_phone_and_each_item_goes_under_its_author() {
    let office = Office::new();
    let (phone, ..) = office.phone("phone", "");
    let first = phone.sign_in("first", PASSWORD).unwrap();
    sync(&phone);
    let of_first = [save_a_pin(&phone), save_a_pin(&phone)];
    phone.sign_out().unwrap();
    // The second sees nothing of the first one's.
    phone.sign_in("second", PASSWORD).unwrap();
    assert!(phone.items(None, 0, 9).unwrap().is_empty());
    assert!(
        phone
            .record(record::ACCOUNT, &first.id.to_string())
            .unwrap()
            .is_none()
    );
    assert_eq!(phone.queue().unwrap().counts.pending, 0);
    assert!(phone.item(of_first[0]).unwrap().is_none());
    let report = sync(&phone);
    assert_eq!(report.outcome, Outcome::Done);
    let of_second = save_a_pin(&phone);
    let report = sync(&phone);
    assert_eq!((report.sent, report.carried), (1, 0), "{report:?}");
    // What the first one left went along with the second one's first sync,
    // under the name of the first.
    assert_eq!(office.authors(), ["first", "first", "second"]);
    assert_eq!(phone.items(None, 0, 9).unwrap()[0].envelope.id, of_second);
    phone.sign_out().unwrap();
    phone.sign_in("first", PASSWORD).unwrap();
    let counts = phone.queue().unwrap().counts;
    assert_eq!((counts.pending, counts.sent), (0, 2));
}

#[test]
fn a_disabled_person_s_phone_drops_what_it_pulled_and_keeps_its_queue() {
    let office = Office::new();
    let (phone, clock, _) = office.phone("phone", "");
    let account = phone.sign_in("first", PASSWORD).unwrap();
    sync(&phone);
    let name = phone.pulled::<Counter>(record::COUNTER).unwrap()[0]
        .name
        .clone();
    let folder = office.dir.path().join("phone");
    assert!(files_hold(&folder, &name));
    let pin = save_a_pin(&phone);
    run(&office.database, &["users", "disable", "first"]).unwrap();
    // At the next contact; the access token is over by then.
    clock.by_ms.fetch_add(20 * 60_000, Ordering::SeqCst);
    let report = sync(&phone);
    let expected = Outcome::Forbidden {
        code: "account_disabled".to_owned(),
    };
    assert_eq!(report.outcome, expected);
    assert!(phone.pulled::<Counter>(record::COUNTER).unwrap().is_empty());
    assert!(
        !files_hold(&folder, &name),
        "nothing is left in the file either"
    );
    assert!(phone.item(pin).unwrap().is_some());
    assert_eq!(phone.queue().unwrap().counts.pending, 1);
    assert_eq!(phone.session().unwrap(), SessionState::NeedsPassword);
    let refused = phone.sign_in("first", PASSWORD).unwrap_err();
    assert_eq!(refused.code(), "account_disabled");
    // Back again, everything comes back and the queue goes out.
    run(&office.database, &["users", "enable", "first"]).unwrap();
    assert_eq!(phone.sign_in("first", PASSWORD).unwrap().id, account.id);
    assert_eq!(sync(&phone).outcome, Outcome::Done);
    assert!(!phone.pulled::<Counter>(record::COUNTER).unwrap().is_empty());
    assert_eq!(phone.queue().unwrap().counts.pending, 0);
}
