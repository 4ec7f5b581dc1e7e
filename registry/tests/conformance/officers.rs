//! The officers' pages: decisions, follow-up, rounds, documents.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::browser::Browser;
use crate::common::{CHOM_THONG, LAO_A, LAO_B, Over, World};

over_both!(
    a_decision_reaches_the_phone_and_a_new_pin_answers_it,
    the_second_of_two_officers_is_told,
    of_two_pins_side_by_side_the_officer_chooses,
    clean_pins_are_approved_together_once_the_drawn_ones_are_decided,
    the_most_suspicious_pin_comes_first_with_its_reasons,
    a_reminder_reaches_the_phones_of_its_lao_alone,
    the_department_opens_rounds_and_everybody_is_told,
    documents_hold_every_counter,
    officers_see_their_own_province_alone,
);

/// A value of a form's hidden field, the first of that name.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("no field {name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

async fn decide(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let pin = hidden(&browser.page, "pin");
    let mut all = vec![("pin", pin.as_str())];
    let seen: Vec<String> = browser
        .page
        .split("name=\"seen\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    all.extend(seen.iter().map(|id| ("seen", id.as_str())));
    all.extend(fields);
    let reply = browser.send(path, &all).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.headers["location"].to_str().unwrap().to_owned()
}

async fn a_decision_reaches_the_phone_and_a_new_pin_answers_it(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let first = phone.pin(office, 1_000, &[]);
    world.push(&phone, std::slice::from_ref(&first)).await;
    let mut officer = world.browse("officer").await;
    let path = format!("/review/{office}?lang=en");
    officer.text(&path).await;
    let fields = [
        ("decision", "sent_back"),
        ("reason", "not_on_building"),
        ("note", "อยู่กลางถนน"),
    ];
    let to = decide(&mut officer, &path, &fields).await;
    assert!(to.contains("said=sent_back"), "{to}");
    let pulled = world.pull(&phone, None).await;
    let counter = pulled.body("counter", office).unwrap();
    assert_eq!(counter["state"]["status"], "sent_back");
    let review: Uuid = counter["state"]["review"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let said = pulled.body("review", review).unwrap();
    assert_eq!(said["payload"]["reason"], "not_on_building");
    assert_eq!(said["payload"]["note"], "อยู่กลางถนน");
    // A new pin answers it, and is approved.
    let second = phone.pin(office, 2_000, &[first.id, review]);
    world.push(&phone, std::slice::from_ref(&second)).await;
    let page = officer.text(&path).await;
    assert_eq!(hidden(&page, "pin"), second.id.to_string());
    assert!(page.contains("Not on the building"), "{page}");
    let to = decide(&mut officer, &path, &[("decision", "approved")]).await;
    assert!(to.contains("said=approved"), "{to}");
    let pulled = world.pull(&phone, Some(&pulled.cursor)).await;
    let counter = pulled.body("counter", office).unwrap();
    assert_eq!(counter["state"]["status"], "approved");
    assert_eq!(counter["state"]["verified"], second.id.to_string());
}

async fn the_second_of_two_officers_is_told(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    world.push(&phone, &[phone.pin(office, 1_000, &[])]).await;
    let path = format!("/review/{office}?lang=en");
    let mut one = world.browse("officer").await;
    let mut other = world.browse("department").await;
    one.text(&path).await;
    other.text(&path).await;
    let to = decide(&mut one, &path, &[("decision", "approved")]).await;
    assert!(to.contains("said=approved"), "{to}");
    let back = [("decision", "sent_back"), ("reason", "too_weak")];
    let to = decide(&mut other, &path, &back).await;
    assert!(to.contains("said=overtaken"), "{to}");
    // Nothing was recorded, and the page says who decided what.
    let page = other.text(&to).await;
    assert!(page.contains("was not recorded") && page.contains("officer"));
    let counter = world
        .server
        .store()
        .read()
        .await
        .unwrap()
        .counters(&[office])
        .await;
    assert_eq!(counter.unwrap()[0].state.status.as_str(), "approved");
    // Knowing of it, they may decide again.
    let to = decide(&mut other, &path, &back).await;
    assert!(to.contains("said=sent_back"), "{to}");
    let counter = world
        .server
        .store()
        .read()
        .await
        .unwrap()
        .counters(&[office])
        .await;
    assert_eq!(counter.unwrap()[0].state.status.as_str(), "sent_back");
}

async fn of_two_pins_side_by_side_the_officer_chooses(over: Over) {
    let world = World::new(over).await;
    let (a, b) = (
        world.sign_in("staff-a").await,
        world.sign_in("tester-a").await,
    );
    let office = world.main_office(LAO_A).await;
    let left = a.pin(office, 1_000, &[]);
    let right = b.pin_at(office, 2_000, &[], CHOM_THONG.0 + 0.001, CHOM_THONG.1);
    world.push(&a, std::slice::from_ref(&left)).await;
    world.push(&b, std::slice::from_ref(&right)).await;
    let mut officer = world.browse("officer").await;
    let path = format!("/review/{office}?lang=en");
    let page = officer.text(&path).await;
    assert!(page.contains("More than one pin"), "{page}");
    for pin in [left.id, right.id] {
        assert!(page.contains(&format!("name=\"pin\" value=\"{pin}\"")));
    }
    let pin = left.id.to_string();
    let fields = [("pin", pin.as_str()), ("decision", "approved")];
    assert_eq!(officer.send(&path, &fields).await.status, 303);
    let counter = world
        .server
        .store()
        .read()
        .await
        .unwrap()
        .counters(&[office])
        .await;
    assert_eq!(counter.unwrap()[0].state.shown, Some(left.id));
}

async fn clean_pins_are_approved_together_once_the_drawn_ones_are_decided(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let lao = world.lao_id(LAO_A).await;
    // Branches far enough apart that nothing is found about them.
    let mut items = Vec::new();
    for n in 0..24_u32 {
        let counter = Uuid::now_v7();
        let proposal = json!({
            "counter": counter, "lao": lao, "name": format!("สาขา {n}"), "kind": "branch",
            "status": "active",
        });
        items.push(phone.item("counter", 10, &[], &proposal));
        let lat = CHOM_THONG.0 + f64::from(n) * 0.001_013_7;
        items.push(phone.pin_at(counter, 1_000, &[], lat, CHOM_THONG.1));
    }
    world.push(&phone, &items).await;
    let mut officer = world.browse("officer").await;
    let path = "/provinces/50/review/clean?lang=en";
    let mut looked_at = 0;
    // The drawn ones first, each by itself.
    loop {
        let page = officer.text(path).await;
        if page.contains("Approve these") {
            break;
        }
        let (_, rest) = page.split_once("drawn: look at each").unwrap();
        let (_, rest) = rest.split_once("href=\"/review/").unwrap();
        let review = format!(
            "/review/{}",
            rest.split('"').next().unwrap().replace("&amp;", "&")
        );
        officer.text(&review).await;
        decide(&mut officer, &review, &[("decision", "approved")]).await;
        looked_at += 1;
        assert!(looked_at <= 24);
    }
    let page = officer.page.clone();
    let rest: Vec<String> = page
        .split("name=\"pin\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(rest.len() + looked_at, 24);
    let fields: Vec<(&str, &str)> = rest.iter().map(|pin| ("pin", pin.as_str())).collect();
    let reply = officer
        .send("/provinces/50/review/clean?lang=en", &fields)
        .await;
    let to = reply.headers["location"].to_str().unwrap();
    assert!(to.ends_with(&format!("approved={}", rest.len())), "{to}");
    let mut read = world.server.store().read().await.unwrap();
    let of = pakmut_registry::store::Scope::Province("50".to_owned());
    assert_eq!(read.tally(&of).await.unwrap().approved, 24);
}

async fn the_most_suspicious_pin_comes_first_with_its_reasons(over: Over) {
    let world = World::new(over).await;
    let (a, b) = (
        world.sign_in("staff-a").await,
        world.sign_in("staff-b").await,
    );
    let (office_a, office_b) = (
        world.main_office(LAO_A).await,
        world.main_office(LAO_B).await,
    );
    world.push(&a, &[a.pin(office_a, 1_000, &[])]).await;
    // LAO B's office, pinned in LAO A's district.
    let far = b.pin_at(office_b, 2_000, &[], CHOM_THONG.0 + 0.02, CHOM_THONG.1);
    world.push(&b, &[far]).await;
    let mut officer = world.browse("officer").await;
    let page = officer.text("/provinces/50/review?lang=en").await;
    let at = |id: Uuid| page.rfind(&format!("/review/{id}")).unwrap();
    assert!(at(office_b) < at(office_a), "{page}");
    assert!(
        page.contains("outside the LAO") && page.contains(" km"),
        "{page}"
    );
    assert!(page.contains("Nothing was found"));
}

async fn a_reminder_reaches_the_phones_of_its_lao_alone(over: Over) {
    let world = World::new(over).await;
    let (a, b) = (
        world.sign_in("staff-a").await,
        world.sign_in("staff-b").await,
    );
    let mut officer = world.browse("officer").await;
    let page = officer
        .text("/provinces/50/follow-up?lang=en&missing=not_pinned")
        .await;
    assert!(
        page.contains("1 not pinned") && page.contains("Not enrolled"),
        "{page}"
    );
    // What a phone says it could not send is told, until it is sent.
    let told = "unsent items since 10 Aug 2018";
    let path = "/v1/pull?unsent=1533859200000";
    assert_eq!(world.get(path, Some(&b)).await.status, 200);
    let mut found = false;
    for page in 0..6 {
        let path = format!("/provinces/50/follow-up?lang=en&missing=not_pinned&page={page}");
        found |= officer.text(&path).await.contains(told);
    }
    assert!(found);
    let lao = world.lao_id(LAO_A).await.to_string();
    let fields = [
        ("lao", lao.as_str()),
        ("way", "phone"),
        ("note", "ไม่มีผู้รับสาย"),
    ];
    let reply = officer
        .send("/provinces/50/reminders?lang=en", &fields)
        .await;
    assert_eq!(
        reply.headers["location"],
        "/provinces/50/follow-up?lang=en&reminded=1"
    );
    let pulled = world.pull(&a, None).await;
    let told: Vec<&Value> = pulled.of("announcement").collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["body"]["kind"], "reminder");
    assert_eq!(told[0]["body"]["missing"], json!(["pinned"]));
    // The officer's note is theirs.
    assert!(!told[0].to_string().contains("ไม่มีผู้รับสาย"));
    assert_eq!(world.pull(&b, None).await.of("announcement").count(), 0);
    // The list of all shows it, whatever page the LAO stands on.
    let mut found = false;
    for page in 0..6 {
        let path = format!("/provinces/50/follow-up?lang=en&missing=not_pinned&page={page}");
        found |= officer.text(&path).await.contains("ไม่มีผู้รับสาย");
    }
    assert!(found);
    let reply = officer
        .send("/provinces/50/reminders?lang=en", &[("way", "phone")])
        .await;
    assert_eq!(reply.status, 400);
    assert!(
        reply.text().contains("No LAO is chosen"),
        "{}",
        reply.text()
    );
}

async fn the_department_opens_rounds_and_everybody_is_told(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let mut department = world.browse("department").await;
    department.text("/rounds?lang=en").await;
    let round = [
        ("action", "open"),
        ("name", "ปักหมุดรอบที่ 1"),
        ("from", "7 พ.ค. 2561"),
        ("to", "๓๑ พฤษภาคม ๒๕๖๑"),
        ("due", "enrolled"),
        ("due", "pinned"),
    ];
    assert_eq!(department.send("/rounds?lang=en", &round).await.status, 303);
    let page = department.text("/rounds?lang=en").await;
    assert!(page.contains("7 May 2018 – 31 May 2018"), "{page}");
    let pulled = world.pull(&phone, None).await;
    let told = pulled.of("round").next().unwrap()["body"].clone();
    assert_eq!(told["to"], "2018-05-31");
    assert_eq!(told["due"], json!(["enrolled", "pinned"]));
    let id = told["id"].as_str().unwrap();
    let extend = [
        ("action", "extend"),
        ("round", id),
        ("extended_to", "10/8/2561"),
    ];
    assert_eq!(
        department.send("/rounds?lang=en", &extend).await.status,
        303
    );
    let meeting = [
        ("action", "announce"),
        ("title", "ประชุมทางไกล"),
        ("day", "7 สิงหาคม 2561"),
        ("begins", "10.00"),
        ("ends", "12:00"),
        ("place", "ระบบประชุมทางไกล"),
    ];
    assert_eq!(
        department.send("/rounds?lang=en", &meeting).await.status,
        303
    );
    let page = department.text("/rounds?lang=th").await;
    assert!(page.contains("ขยายถึง 10 สิงหาคม 2561"), "{page}");
    assert!(page.contains("7 ส.ค. 2561 10.00"), "{page}");
    let pulled = world.pull(&phone, Some(&pulled.cursor)).await;
    assert_eq!(
        pulled.of("round").next().unwrap()["body"]["extended_to"],
        "2018-08-10"
    );
    // 7 August 2018, 03:00 UTC.
    let told = &pulled.of("announcement").next().unwrap()["body"];
    assert_eq!(told["begins_ms"], 1_533_610_800_000_i64);
    // Guidance is pulled, and its end once it is withdrawn.
    let guide = [
        ("action", "guide"),
        ("title", "คู่มือปักหมุด"),
        ("phone", "02 241 9000"),
    ];
    assert_eq!(department.send("/rounds?lang=en", &guide).await.status, 303);
    let pulled = world.pull(&phone, Some(&pulled.cursor)).await;
    let told = pulled.of("guidance").next().unwrap();
    assert_eq!(told["body"]["title"], "คู่มือปักหมุด");
    let key = told["key"].as_str().unwrap();
    let withdraw = [("action", "withdraw"), ("key", key)];
    assert_eq!(
        department.send("/rounds?lang=en", &withdraw).await.status,
        303
    );
    let gone = world.pull(&phone, Some(&pulled.cursor)).await;
    assert!(
        gone.of("guidance")
            .all(|change| change.get("body").is_none())
    );
    // What cannot be is refused with what was wrong.
    let mut wrong = extend;
    wrong[2].1 = "1 พ.ค. 2561";
    let reply = department.send("/rounds?lang=en", &wrong).await;
    assert_eq!(reply.status, 400);
    assert!(
        reply.text().contains("a day after its last"),
        "{}",
        reply.text()
    );
    // And an officer of a province may read, not write.
    let mut officer = world.browse("officer").await;
    assert!(
        officer
            .text("/rounds?lang=en")
            .await
            .contains("ปักหมุดรอบที่ 1")
    );
    let csrf = officer.csrf();
    let mut forged = vec![("csrf", csrf.as_str())];
    forged.extend(round);
    assert_eq!(officer.post("/rounds?lang=en", &forged).await.status, 403);
}

async fn documents_hold_every_counter(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let lao = world.lao_id(LAO_A).await;
    world.push(&phone, &[phone.pin(office, 1_000, &[])]).await;
    let mut officer = world.browse("officer").await;
    let csv = officer.text("/provinces/50/export/csv?lang=en").await;
    assert!(csv.starts_with('\u{feff}'));
    let counters = {
        let mut read = world.server.store().read().await.unwrap();
        let of = pakmut_registry::store::Scope::Province("50".to_owned());
        read.tally(&of).await.unwrap().roster()
    };
    assert_eq!(csv.lines().count() as u64, counters + 1);
    let line = csv
        .lines()
        .find(|line| line.contains("18.4171234"))
        .unwrap();
    assert!(line.contains("47N") && line.contains(LAO_A), "{line}");
    let reply = officer.get("/provinces/50/export/xlsx").await;
    assert!(reply.body.starts_with(b"PK"));
    let reply = officer.get("/provinces/50/export/geojson").await;
    assert_eq!(reply.headers["content-type"], "application/geo+json");
    let geojson = reply.json();
    assert_eq!(geojson["features"].as_array().unwrap().len(), 1);
    let point = &geojson["features"][0]["geometry"]["coordinates"];
    assert_eq!(point, &json!([CHOM_THONG.1, CHOM_THONG.0]));
    let kml = officer.text(&format!("/laos/{lao}/export/kml")).await;
    assert_eq!(kml.matches("<Placemark").count(), 1);
    assert_eq!(officer.get("/provinces/50/export/exe").await.status, 404);
    let page = officer.text(&format!("/laos/{lao}/sheet?lang=en")).await;
    assert!(page.contains("47N") && page.contains("Signed"), "{page}");
    assert!(
        officer
            .text("/provinces/50/sheets")
            .await
            .contains("<article")
    );
    officer.text("/provinces/50/papers?lang=en").await;
    let fields = [("number", "ชม 0023/1"), ("office", "สถจ."), ("signer", "ก")];
    let reply = officer.send("/provinces/50/letters", &fields).await;
    assert_eq!(reply.status, 200);
    assert!(reply.body.starts_with(b"PK"));
    assert_eq!(officer.get("/provinces/50/calls/xlsx").await.status, 200);
}

async fn officers_see_their_own_province_alone(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let lao = world.lao_id(LAO_A).await;
    let pin = phone.pin(office, 1_000, &[]);
    world.push(&phone, std::slice::from_ref(&pin)).await;
    let mut other = world.browse("officer-51").await;
    other.text("/provinces/51/review").await;
    for path in [
        "/provinces/50/review".to_owned(),
        "/provinces/50/review/clean".to_owned(),
        "/provinces/50/follow-up".to_owned(),
        "/provinces/50/papers".to_owned(),
        "/provinces/50/sheets".to_owned(),
        "/provinces/50/export/csv".to_owned(),
        "/provinces/50/calls/csv".to_owned(),
        format!("/review/{office}"),
        format!("/laos/{lao}/sheet"),
        format!("/laos/{lao}/contact"),
        format!("/laos/{lao}/export/csv"),
    ] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
    }
    other.text("/rounds").await;
    let pin = pin.id.to_string();
    let id = lao.to_string();
    for (path, fields) in [
        (
            format!("/review/{office}"),
            vec![("pin", pin.as_str()), ("decision", "approved")],
        ),
        (
            "/provinces/50/review/clean".to_owned(),
            vec![("pin", pin.as_str())],
        ),
        (
            "/provinces/50/reminders".to_owned(),
            vec![("lao", id.as_str()), ("way", "phone")],
        ),
        (format!("/laos/{lao}/contact"), vec![("phone", "1")]),
        ("/provinces/50/letters".to_owned(), vec![("number", "1")]),
    ] {
        assert_eq!(other.send(&path, &fields).await.status, 404, "{path}");
    }
    // Nor may staff or testers open any of it.
    let mut staff = world.browse("staff-a").await;
    for path in [
        format!("/review/{office}"),
        "/provinces/50/review".to_owned(),
        "/rounds".to_owned(),
    ] {
        assert_eq!(staff.get(&path).await.status, 403, "{path}");
    }
}
