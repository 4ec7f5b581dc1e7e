//! Who will come to an announced meeting, and who did.

use pakmut_domain::wire::Kind;
use pakmut_domain::wire::push::Outcome;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::browser::Browser;
use crate::common::{LAO_A, LAO_B, Over, World};

over_both!(
    an_lao_says_whether_it_comes_and_officers_note_who_came,
    a_phone_says_whether_its_lao_comes,
);

/// Announces a meeting on a day; its key.
async fn announce(department: &mut Browser, title: &str, day: &str) -> String {
    department.text("/rounds?lang=en").await;
    let fields = [
        ("action", "announce"),
        ("title", title),
        ("day", day),
        ("begins", "10.00"),
        ("ends", "12.00"),
    ];
    let reply = department.send("/rounds?lang=en", &fields).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let page = department.text("/rounds?lang=en").await;
    let card = page
        .split("<section")
        .find(|card| card.contains(title))
        .unwrap();
    let (_, rest) = card.split_once("href=\"/meetings/").unwrap();
    rest.split('?').next().unwrap().to_owned()
}

async fn answer(browser: &mut Browser, key: &str, will: &str, people: &str) -> u16 {
    let fields = [("will", will), ("people", people)];
    let path = format!("/meetings/{key}?lang=en");
    browser.send(&path, &fields).await.status
}

async fn an_lao_says_whether_it_comes_and_officers_note_who_came(over: Over) {
    let world = World::new(over).await;
    let mut department = world.browse("department").await;
    let to_come = announce(&mut department, "ประชุมครั้งหน้า", "7 ส.ค. 2580").await;
    let past = announce(&mut department, "ประชุมครั้งก่อน", "7 ส.ค. 2561").await;

    // Its own people are told of the one that is not over, and answer it.
    let (a, b) = (world.lao_id(LAO_A).await, world.lao_id(LAO_B).await);
    let mut staff_a = world.browse("staff-a").await;
    let page = staff_a.text(&format!("/laos/{a}?lang=en")).await;
    assert!(page.contains(&format!("/meetings/{to_come}")), "{page}");
    assert!(!page.contains(&past), "{page}");
    staff_a.text(&format!("/meetings/{to_come}?lang=en")).await;
    for (will, people) in [("", "1"), ("yes", "0"), ("yes", "51"), ("yes", "many")] {
        assert_eq!(answer(&mut staff_a, &to_come, will, people).await, 400);
    }
    assert_eq!(answer(&mut staff_a, &to_come, "yes", "๓").await, 303);
    assert_eq!(answer(&mut staff_a, &past, "yes", "3").await, 400);
    let mut staff_b = world.browse("staff-b").await;
    staff_b.text(&format!("/meetings/{to_come}?lang=en")).await;
    assert_eq!(answer(&mut staff_b, &to_come, "yes", "2").await, 303);
    // They may change their mind.
    assert_eq!(answer(&mut staff_b, &to_come, "no", "2").await, 303);
    let mut tester = world.browse("tester-a").await;
    let page = tester.text(&format!("/meetings/{to_come}?lang=en")).await;
    assert!(page.contains("Will come, 3 people"), "{page}");

    // The province sees it, and notes who came once the meeting has begun.
    let mut officer = world.browse("officer").await;
    let path = |key: &str| format!("/provinces/50/meetings/{key}?lang=en");
    let page = officer.text(&path(&to_come)).await;
    assert!(page.contains("1 will come, 1 will not; 0 came"), "{page}");
    assert!(!page.contains("name=\"came\""), "{page}");
    let (a, b) = (a.to_string(), b.to_string());
    let both = [
        ("lao", a.as_str()),
        ("lao", b.as_str()),
        ("came", a.as_str()),
    ];
    let reply = officer.send(&path(&to_come), &both).await;
    assert_eq!(reply.status, 400, "it has not begun");
    officer.text(&path(&past)).await;
    assert_eq!(officer.send(&path(&past), &both).await.status, 303);
    let page = officer.text(&path(&past)).await;
    assert!(page.contains("0 will come, 0 will not; 1 came"), "{page}");
    // What the form does not show stays as it is; what it shows unticked is off.
    let other = [("lao", b.as_str()), ("came", b.as_str())];
    assert_eq!(officer.send(&path(&past), &other).await.status, 303);
    assert!(officer.text(&path(&past)).await.contains("2 came"));
    let off = [("lao", b.as_str())];
    assert_eq!(officer.send(&path(&past), &off).await.status, 303);
    assert!(officer.text(&path(&past)).await.contains("1 came"));
    let mut other = world.browse("officer-51").await;
    assert_eq!(other.get(&path(&past)).await.status, 404);
    assert_eq!(officer.get(&path("no-such-meeting")).await.status, 404);

    // The department sees every province.
    let page = department
        .text(&format!("/meetings/{to_come}?lang=en"))
        .await;
    for province in ["/provinces/50/meetings", "/provinces/51/meetings"] {
        assert!(page.contains(province), "{page}");
    }
    let mut read = world.server.store().read().await.unwrap();
    let sums = read.attendance_sums(&to_come).await.unwrap();
    let chiang_mai = sums.iter().find(|one| one.province == "50").unwrap();
    assert_eq!(
        (
            chiang_mai.will,
            chiang_mai.will_not,
            chiang_mai.people,
            chiang_mai.came
        ),
        (1, 1, 3, 0)
    );
    assert_eq!(chiang_mai.en, "Chiang Mai");
    assert!(sums.iter().all(|one| one.laos > 1));
}

fn said(meeting: &str, lao: Uuid, people: u16) -> Value {
    json!({"meeting": meeting, "lao": lao, "will": people > 0, "people": people})
}

async fn a_phone_says_whether_its_lao_comes(over: Over) {
    let world = World::new(over).await;
    let mut department = world.browse("department").await;
    let key = announce(&mut department, "ประชุมครั้งหน้า", "7 ส.ค. 2580").await;
    let past = announce(&mut department, "ประชุมครั้งก่อน", "7 ส.ค. 2561").await;
    let (a, b) = (world.lao_id(LAO_A).await, world.lao_id(LAO_B).await);
    let phone = world.sign_in("staff-a").await;
    let holds = async || {
        let mut read = world.server.store().read().await.unwrap();
        let all = read.attendance(&key, "50").await.unwrap();
        let one = all.into_iter().find(|one| one.id == a).unwrap();
        (one.will, one.people)
    };

    // What was said last holds, in whichever order it arrives.
    let item = |wall, payload: &Value| phone.item(Kind::ATTENDANCE, wall, &[], payload);
    for (wall, people, after) in [(5_000, 3, 3), (4_000, 0, 3), (6_000, 2, 2)] {
        let results = world
            .push(&phone, &[item(wall, &said(&key, a, people))])
            .await;
        assert_eq!(results[0].result, Outcome::Accepted, "{results:?}");
        assert_eq!(holds().await, (Some(true), after));
    }
    // A meeting that is over can still be answered by who did so in time.
    let in_time = item(1_000, &said(&past, a, 1));
    assert_eq!(
        world.push(&phone, &[in_time]).await[0].result,
        Outcome::Accepted
    );

    let now = 2_000_000_000_000;
    let none = json!({"meeting": key, "lao": a, "will": true, "people": 0});
    for (wall, payload, code) in [
        (now, said(&past, a, 1), "meeting_over"),
        (1, said("no-such-meeting", a, 1), "meeting_unknown"),
        (1, said(&key, b, 1), "out_of_scope"),
        (1, said(&key, Uuid::now_v7(), 1), "lao_unknown"),
        (1, said(&key, a, 51), "meeting_people_wrong"),
        (1, none, "meeting_people_wrong"),
    ] {
        let results = world.push(&phone, &[item(wall, &payload)]).await;
        assert_eq!(results[0].code.as_deref(), Some(code));
    }
    for other in ["tester-a", "officer", "department"] {
        let other = world.sign_in(other).await;
        let item = other.item(Kind::ATTENDANCE, 7_000, &[], &said(&key, a, 9));
        let results = world.push(&other, &[item]).await;
        assert_eq!(results[0].code.as_deref(), Some("role_not_allowed"));
    }
    assert_eq!(holds().await, (Some(true), 2));

    // The page's answer is one of them: every phone of the LAO hears of it.
    let mut staff = world.browse("staff-a").await;
    staff.text(&format!("/meetings/{key}?lang=en")).await;
    assert_eq!(answer(&mut staff, &key, "no", "").await, 303);
    assert_eq!(holds().await, (Some(false), 0));
    let colleague = world.sign_in("staff-a").await;
    let pulled = world.pull(&colleague, None).await;
    let last = pulled
        .of("attendance")
        .map(|change| &change["body"])
        .max_by_key(|said| said["best_ms"].as_i64())
        .unwrap();
    assert_eq!(last["payload"], said(&key, a, 0));
    assert_eq!(pulled.of("attendance").count(), 5);
}
