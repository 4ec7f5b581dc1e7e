//! Zero Copy from end to end: real cores declare offline and sync over HTTP,
//! answers contradict some of them, and the officer's list has those and no others.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pakmut_core::engine::{Phone, Ports};
use pakmut_core::http::HttpTransport;
use pakmut_core::ports::{MemorySecrets, SystemClock, SystemRandom};
use pakmut_core::sync::{Options, Outcome};
use pakmut_domain::model::{Counter, CounterKind};
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::pull::record;
use pakmut_domain::zero_copy::declaration::RULE_IN_EFFECT;
use pakmut_domain::zero_copy::entry::{Answer, Choice};
use pakmut_domain::zero_copy::{Basis, Named, OwnService, starting_catalogue};
use pakmut_registry::import::{self, Source};
use pakmut_registry::{Guard, Server, ServerConfig};
use pakmut_tests::zero_copy::{ANSWERS, Officer, Practice, compare, declare, responses, tally};
use serde_json::Value;
use uuid::Uuid;

const OFFICES: usize = 20;
const PASSWORD: &str = "correct horse";
const SYNC: Options = Options {
    deadline: Duration::from_secs(60),
    urgent: true,
};

/// The real LAOs of Chiang Mai.
fn laos() -> (Source, Vec<String>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/places/laos.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let mut kept = vec![lines.next().unwrap()];
    kept.extend(lines.filter(|line| line.split(',').nth(4) == Some("50")));
    let codes = kept[1..]
        .iter()
        .map(|line| line.split(',').next().unwrap().to_owned())
        .collect();
    let name = "laos.csv".to_owned();
    let text = kept.join("\n");
    (Source { name, text }, codes)
}

/// The areas of Chiang Mai: the province and its districts.
fn places() -> [Source; 2] {
    ["provinces.geojson", "districts.geojson"].map(|name| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/places/");
        let text = std::fs::read_to_string(format!("{folder}{name}")).unwrap();
        let mut all: Value = serde_json::from_str(&text).unwrap();
        let features = all["features"].as_array_mut().unwrap();
        features.retain(|f| f["properties"]["code"].as_str().unwrap().starts_with("50"));
        Source {
            name: name.to_owned(),
            text: all.to_string(),
        }
    })
}

struct World {
    runtime: tokio::runtime::Runtime,
    server: Server,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let server = runtime.block_on(async {
            let url = format!("sqlite:{}", folder.path().join("registry.db").display());
            let listen = "127.0.0.1:0".parse().unwrap();
            let config = ServerConfig {
                https: false,
                database_url: url,
                listen,
                guard: Guard::default(),
                tiles: None,
            };
            let server = Server::start(&config).await.unwrap();
            let (list, codes) = laos();
            import::import_places(server.store(), &places())
                .await
                .unwrap();
            import::import_laos(server.store(), &list, None)
                .await
                .unwrap();
            let mut users = "username,role,dla_code,province_code,password\n".to_owned();
            for (n, code) in codes.iter().take(OFFICES).enumerate() {
                users += &format!("staff{n},lao,{code},,{PASSWORD}\n");
            }
            users += &format!("officer,province,,50,{PASSWORD}\n");
            let users = Source {
                name: "users.csv".to_owned(),
                text: users,
            };
            import::import_users(server.store(), &[users])
                .await
                .unwrap();
            server
        });
        Self {
            runtime,
            server,
            folder,
        }
    }

    fn phone(&self, number: usize, name: &str) -> Phone {
        let url = format!("http://{}", self.server.address());
        let clock = Arc::new(SystemClock::new().unwrap());
        let transport = HttpTransport::new(&url, None, clock.clone()).unwrap();
        let ports = Ports {
            clock,
            random: Arc::new(SystemRandom),
            secrets: Arc::new(MemorySecrets::default()),
            transport: Arc::new(transport),
        };
        let phone = Phone::open(self.folder.path().join(name), &url, ports).unwrap();
        phone.sign_in(&format!("staff{number}"), PASSWORD).unwrap();
        sync(&phone);
        phone
    }
}

fn sync(phone: &Phone) {
    assert_eq!(
        phone.sync(SYNC, &mut |_| {}).unwrap().outcome,
        Outcome::Done
    );
}

fn counters(phone: &Phone) -> Vec<Uuid> {
    let mut counters: Vec<Counter> = phone
        .records(record::COUNTER, "", 100)
        .unwrap()
        .iter()
        .map(|record| serde_json::from_str(&record.body).unwrap())
        .collect();
    counters.sort_by_key(|c| (c.kind != CounterKind::MainOffice, c.id));
    counters.iter().map(|c| c.id).collect()
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

#[test]
fn what_phones_declare_and_answers_contradict_is_found_and_listed() {
    let world = World::new();
    let (mut saved, mut given, mut untrue) = (0, Vec::new(), BTreeSet::new());
    for number in 0..OFFICES {
        let phone = world.phone(number, &format!("phone-{number}"));
        let offices = counters(&phone);
        let declared = declare(&phone, &offices, number).unwrap();
        assert_eq!(declared.refused.get("since_in_future"), Some(&1));
        // Saved on the phone, and seen there before anything was sent.
        assert_eq!(phone.queue().unwrap().counts.pending, declared.saved);
        let screen = phone.zero_copy().screen(offices[0]).unwrap();
        let nothing = Practice::of(number) == Practice::Nothing;
        assert_eq!(screen.declared().0 == 0, nothing);
        assert!(
            screen
                .lines
                .iter()
                .all(|l| l.waits == l.declaration.is_some())
        );
        sync(&phone);
        let queue = phone.queue().unwrap().counts;
        assert_eq!(
            (queue.pending, queue.wedged, queue.sent),
            (0, 0, declared.saved)
        );
        let after = phone.zero_copy().screen(offices[0]).unwrap();
        assert_eq!(after.declared(), screen.declared());
        assert!(after.lines.iter().all(|line| !line.waits));
        saved += declared.saved;
        for office in offices {
            given.extend(responses(office, number, now_ms()));
            if Practice::is_untrue(number) {
                untrue.insert(office);
            }
        }
    }
    let stored = world.runtime.block_on(async {
        let mut read = world.server.store().read().await.unwrap();
        read.count_items().await.unwrap()
    });
    let stored: i64 = stored
        .iter()
        .filter(|(kind, _)| kind == Kind::DECLARATION)
        .map(|k| k.1)
        .sum();
    assert_eq!(u64::try_from(stored).unwrap(), saved);
    assert!(saved > 1_000, "{saved}");
    let tallied = world
        .runtime
        .block_on(tally(world.server.store(), &given))
        .unwrap();
    assert_eq!(tallied as usize, given.len());
    let officer = Officer::sign_in(world.server.address(), "officer", PASSWORD).unwrap();
    let listed = officer.contradictions().unwrap();
    assert!(!untrue.is_empty());
    assert_eq!(
        compare(&listed, &untrue),
        (untrue.len() as u64, 0),
        "{listed:#?}"
    );
    for counter in &listed {
        assert_eq!(counter["verdict"], "contradicted");
        assert_eq!(counter["contradictions"]["answers"], ANSWERS);
        assert_eq!(counter["contradictions"]["contradicting"], ANSWERS / 3);
        assert!(counter["contradictions"]["share"]["low"].as_f64().unwrap() > 0.1);
    }
    // Nothing declared and nothing answered is unknown; answers alone are not.
    let whole = &officer.progress().unwrap()["whole"];
    let all = whole["counters"].as_u64().unwrap();
    let answered: BTreeSet<_> = given.iter().filter_map(|r| r.counter).collect();
    assert_eq!(
        whole["counters_unknown"].as_u64().unwrap(),
        all - answered.len() as u64
    );
    assert_eq!(
        whole["counters_contradicted"].as_u64().unwrap(),
        untrue.len() as u64
    );
}

#[test]
fn two_phones_offline_conflict_and_either_settles_it() {
    let world = World::new();
    let (first, second) = (world.phone(0, "first"), world.phone(0, "second"));
    let office = counters(&first)[0];
    let choice = Choice {
        services: BTreeSet::from(["complaint_desk".parse().unwrap()]),
        ..Choice::default()
    };
    let stopped = Answer::stopped(RULE_IN_EFFECT, Basis::ViewsOriginal);
    first
        .zero_copy()
        .declare_all(office, &choice, &stopped)
        .unwrap();
    second
        .zero_copy()
        .declare_all(office, &choice, &Answer::asked())
        .unwrap();
    for phone in [&first, &second, &first] {
        sync(phone);
    }
    let line = |phone: &Phone| {
        let screen = phone.zero_copy().screen(office).unwrap();
        let of = |l: &pakmut_core::zero_copy::Line| l.pair.service.as_str() == "complaint_desk";
        screen.lines.into_iter().find(of).unwrap()
    };
    assert!(line(&first).conflict && line(&second).conflict);
    assert_eq!(line(&first).item, line(&second).item);
    // Saying again what stands is not idle while there is a conflict.
    let saved = first
        .zero_copy()
        .declare_all(office, &choice, &stopped)
        .unwrap();
    assert_eq!(saved.len(), 1);
    sync(&first);
    sync(&second);
    assert!(!line(&first).conflict && !line(&second).conflict);
    assert_eq!(line(&second).item, Some(saved[0]));
    let idle = second.zero_copy().declare_all(office, &choice, &stopped);
    assert!(idle.unwrap().is_empty());
}

#[test]
fn an_office_adds_its_own_service_offline_and_its_colleague_sees_it() {
    let world = World::new();
    let (first, second) = (world.phone(1, "first"), world.phone(1, "second"));
    let office = counters(&first)[0];
    let code = pakmut_domain::zero_copy::Code::own(Uuid::now_v7());
    let lao = first.account().unwrap().lao.unwrap();
    let mut own = OwnService {
        lao,
        service: Named {
            code: code.clone(),
            name_th: "ขอใช้ท่าเรือ".to_owned(),
            name_en: "Use of the pier".to_owned(),
        },
        documents: Vec::new(),
        asks: BTreeSet::from(["identity_card".parse().unwrap()]),
        withdrawn: false,
    };
    first.zero_copy().add_service(&own).unwrap();
    let choice = Choice {
        services: BTreeSet::from([code.clone()]),
        ..Choice::default()
    };
    let saved = first
        .zero_copy()
        .declare_all(office, &choice, &Answer::asked())
        .unwrap();
    assert_eq!(saved.len(), 1);
    sync(&first);
    assert_eq!(first.queue().unwrap().counts.wedged, 0);
    sync(&second);
    assert!(
        second
            .zero_copy()
            .catalogue()
            .unwrap()
            .service(&code)
            .is_some()
    );
    own.withdrawn = true;
    second.zero_copy().add_service(&own).unwrap();
    sync(&second);
    sync(&first);
    assert_eq!(
        first.zero_copy().catalogue().unwrap(),
        starting_catalogue().unwrap()
    );
}

#[test]
fn forms_that_ask_of_copies_choose_from_the_catalogue() {
    let catalogue = starting_catalogue().unwrap();
    for form in pakmut_tests::shipped_forms::all() {
        for (list, choices) in form.choices() {
            let known = |code: &str| match list {
                "service" => catalogue.service(&code.parse().unwrap()).is_some(),
                "document" => catalogue.document(&code.parse().unwrap()).is_some(),
                _ => true,
            };
            for choice in choices {
                assert!(
                    choice == "other" || known(choice),
                    "{}: {list}: {choice}",
                    form.id
                );
            }
        }
    }
}
