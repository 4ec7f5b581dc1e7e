//! What the public sees of surveys: results, the counter's page, its print
//! sheet.

use pakmut_domain::wire::envelope::Kind;
use pakmut_registry::surveys::publish::publish_shipped;
use serde_json::json;
use uuid::Uuid;

use crate::common::{LAO_A, LAO_B, Over, Phone, Reply, World};

over_both!(
    results_show_five_and_never_four_on_any_page_or_file,
    a_citizen_answers_once_without_script_on_a_small_page,
    a_flood_at_a_counter_is_held_off,
    the_public_page_is_closed_until_the_form_is_open,
    the_print_sheet_carries_the_counters_address,
    nearest_counters_are_found_by_position_and_by_name,
    a_comment_is_public_once_a_person_of_the_lao_has_read_it,
);

/// 2026-07-01 12:00 in Bangkok.
const NOON: i64 = 1_782_882_000_000;

async fn real(world: &World, phone: &Phone, counter: Uuid, count: usize, overall: &str) {
    let items: Vec<_> = (0..count)
        .map(|_| {
            let response = json!({
                "form": "citizen", "version": "1", "trial": false, "counter": counter,
                "started": {"at": NOON}, "ended": {"at": NOON},
                "answers": {
                    "rating/overall": overall, "rating/process_time": "4",
                    "rating/process_equal": "5", "rating/process_order": "no_opinion",
                    "rating/staff_polite": "3",
                },
            });
            phone.item(Kind::RESPONSE, NOON, &[], &response)
        })
        .collect();
    world.push(phone, &items).await;
}

async fn page(world: &World, path: &str) -> String {
    let reply = world.get(path, None).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.text()
}

async fn results_show_five_and_never_four_on_any_page_or_file(over: Over) {
    let world = World::new(over).await;
    publish_shipped(world.server.store(), "citizen", true)
        .await
        .unwrap();
    let (a, b) = (
        world.sign_in("tester-a").await,
        world.sign_in("staff-b").await,
    );
    let (of_a, of_b) = (
        world.main_office(LAO_A).await,
        world.main_office(LAO_B).await,
    );
    real(&world, &a, of_a, 7, "5").await;
    real(&world, &b, of_b, 4, "1").await;
    let (lao_a, lao_b) = (world.lao_id(LAO_A).await, world.lao_id(LAO_B).await);
    let at = "lang=en&form=citizen&period=2026-07";
    let shown = |page: &str, count: u64| page.contains(&format!("<b>{count}</b>responses"));
    for path in [
        "/results".to_owned(),
        "/provinces/50/results".to_owned(),
        format!("/laos/{lao_a}/results"),
        format!("/counters/{of_a}/results"),
    ] {
        let html = page(&world, &format!("{path}?{at}")).await;
        // Five of seven: the other two wait.
        assert!(shown(&html, 5), "{path}: {html}");
        assert!(html.contains("<svg") && html.contains("<title>Overall, how satisfied"));
        assert!(!html.contains("<script") && !html.contains("style=\""));
        assert!(html.contains("5.00"), "{path}");
        // The version and the longer periods hold no more, and no other difference.
        for other in ["2026-q3", "2026"] {
            let at = at.replace("2026-07", other);
            assert!(shown(
                &page(&world, &format!("{path}?{at}&version=1")).await,
                5
            ));
        }
        let csv = page(&world, &format!("{path}?{at}&as=csv")).await;
        assert!(
            csv.contains(",citizen,real,2026-07,overall,5,5,5,"),
            "{csv}"
        );
        assert!(!csv.contains(",overall,1,4,"), "{csv}");
        let xlsx = world.get(&format!("{path}?{at}&as=xlsx"), None).await;
        assert!(xlsx.body.starts_with(b"PK"));
        // Trial responses are shown apart: there are none.
        let trial = page(&world, &format!("{path}?{at}&trial=1")).await;
        assert!(trial.contains("No trial responses"), "{path}");
    }
    for path in [
        format!("/laos/{lao_b}/results"),
        format!("/counters/{of_b}/results"),
    ] {
        let html = page(&world, &format!("{path}?{at}")).await;
        assert!(html.contains("from 5 responses on"), "{html}");
        let csv = page(&world, &format!("{path}?{at}&as=csv")).await;
        assert_eq!(csv.lines().count(), 1, "{csv}");
    }
    // The month before had none: no change is shown, and the one after tells it.
    let after = page(&world, &format!("/results?{}", at.replace("07", "08"))).await;
    assert!(after.contains("from 5 responses on"));
    let codebook = page(&world, "/forms/citizen/codebook.csv").await;
    assert!(codebook.contains("citizen,1,overall,select_one,5,มากที่สุด,Very satisfied,5"));
    let bad = world.get("/results?period=2569-13", None).await;
    assert_eq!(bad.status, 400);
    let unknown = world
        .get(&format!("/counters/{}/results", Uuid::nil()), None)
        .await;
    assert_eq!(unknown.status, 404);
}

fn visit_of(html: &str) -> String {
    let (_, rest) = html.split_once("name=\"visit\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Posts a form as a browser without script does.
async fn post(world: &World, path: &str, fields: &[(&str, &str)]) -> Reply {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let body: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = client
        .post(format!("{}{path}", world.base))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    Reply::of(request.send().await.unwrap()).await
}

const GOOD: [(&str, &str); 6] = [
    ("rating/overall", "4"),
    ("rating/process_time", "5"),
    ("rating/process_equal", "5"),
    ("rating/process_order", "no_opinion"),
    ("rating/staff_polite", "5"),
    ("rating/comment", "ดีมาก 😀 \u{202e}abc"),
];

async fn a_citizen_answers_once_without_script_on_a_small_page(over: Over) {
    let world = World::new(over).await;
    publish_shipped(world.server.store(), "citizen", true)
        .await
        .unwrap();
    let office = world.main_office(LAO_A).await;
    let path = format!("/rate/{office}?lang=en");
    let html = page(&world, &path).await;
    let style = page(&world, "/plain.css").await;
    assert!(
        html.len() + style.len() < 30_000,
        "{}",
        html.len() + style.len()
    );
    assert!(!html.contains("<script") && !html.contains("@font-face"));
    assert!(
        page(&world, &format!("/rate/{office}"))
            .await
            .contains("ส่งคำตอบ")
    );
    let visit = visit_of(&html);
    // Something is missing: what was typed is kept, and what is wrong is told.
    let mut fields = vec![("visit", visit.as_str())];
    fields.extend(&GOOD[1..]);
    fields.push(("rating/copy_asked", "yes"));
    let mend = post(&world, &path, &fields).await;
    assert_eq!(mend.status, 200);
    let text = mend.text();
    assert!(text.contains("One answer is to be mended"), "{text}");
    assert!(text.contains("ดีมาก 😀") && visit_of(&text) == visit);
    let mut fields = vec![("visit", visit.as_str())];
    fields.extend(GOOD);
    // An answer to what is not asked after the others is left out.
    fields.push(("rating/copy_asked", "no"));
    fields.push(("rating/copy_documents", "photo"));
    let sent = post(&world, &path, &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let thanks = sent.headers["location"].to_str().unwrap().to_owned();
    assert!(page(&world, &thanks).await.contains("Thank you"));
    // Sent again, pressed twice or after going back: it counts once.
    let again = post(&world, &path, &fields).await;
    assert!(
        again.headers["location"]
            .to_str()
            .unwrap()
            .ends_with("once=1")
    );
    // What nobody gave out, or for another counter, is asked for again.
    let other = format!("/rate/{}", world.main_office(LAO_B).await);
    assert!(visit_of(&post(&world, &other, &fields).await.text()) != visit);
    fields[0].1 = "made.up";
    let made = post(&world, &path, &fields).await.text();
    assert!(made.contains("open for too long") && made.contains("ดีมาก"));
    let mut write = world.server.store().write().await.unwrap();
    let stored = write.payloads_of_kind(Kind::RESPONSE).await.unwrap();
    assert_eq!(stored.len(), 1);
    let stored: serde_json::Value = serde_json::from_slice(&stored[0]).unwrap();
    assert_eq!(stored["counter"], office.to_string());
    assert_eq!(stored["answers"]["rating/overall"], "4");
    assert!(stored["answers"]["rating/copy_documents"].is_null());
    assert_eq!(stored["trial"], false);
}

async fn a_flood_at_a_counter_is_held_off(over: Over) {
    let world = World::new(over).await;
    publish_shipped(world.server.store(), "citizen", true)
        .await
        .unwrap();
    let office = world.main_office(LAO_A).await;
    let path = format!("/rate/{office}");
    let mut statuses = Vec::new();
    for _ in 0..45 {
        let visit = visit_of(&page(&world, &path).await);
        let mut fields = vec![("visit", visit.as_str())];
        fields.extend(GOOD);
        let reply = post(&world, &path, &fields).await;
        if reply.status == 429 {
            assert!(reply.headers.contains_key("retry-after"));
            assert!(reply.text().contains("ดีมาก"), "what was typed is kept");
        }
        statuses.push(reply.status);
    }
    assert_eq!(statuses.iter().filter(|s| **s == 303).count(), 40);
    assert_eq!(statuses.iter().filter(|s| **s == 429).count(), 5);
}

async fn the_public_page_is_closed_until_the_form_is_open(over: Over) {
    let world = World::new(over).await;
    let office = world.main_office(LAO_A).await;
    let path = format!("/rate/{office}?lang=en");
    assert!(page(&world, &path).await.contains("No answers are taken"));
    publish_shipped(world.server.store(), "citizen", false)
        .await
        .unwrap();
    assert!(page(&world, &path).await.contains("No answers are taken"));
    let posted = post(&world, &path, &GOOD).await;
    assert!(posted.text().contains("No answers are taken"));
    let nobody = world.get(&format!("/rate/{}", Uuid::nil()), None).await;
    assert_eq!(nobody.status, 404);
}

async fn the_print_sheet_carries_the_counters_address(over: Over) {
    let world = World::new(over).await;
    let office = world.main_office(LAO_A).await;
    let html = page(&world, &format!("/counters/{office}/sheet?lang=en")).await;
    let address = format!("{}/rate/{office}", world.base);
    assert!(html.contains(&address), "{html}");
    assert!(html.contains("<svg class=\"qr\"") && html.contains("สแกนเพื่อให้คะแนน"));
}

async fn nearest_counters_are_found_by_position_and_by_name(over: Over) {
    let world = World::new(over).await;
    let staff = world.sign_in("staff-a").await;
    let officer = world.sign_in("officer").await;
    let office = world.main_office(LAO_A).await;
    let pin = staff.pin(office, 1_000, &[]);
    let at = "/nearest?lang=en&lat=18.42&lon=98.68";
    world.push(&staff, std::slice::from_ref(&pin)).await;
    assert!(
        page(&world, at)
            .await
            .contains("No counter with a checked position")
    );
    let approved = officer.review(pin.id, "approved", &[pin.id]);
    world.push(&officer, &[approved]).await;
    let html = page(&world, at).await;
    assert!(html.contains(&format!("/rate/{office}")), "{html}");
    assert!(html.contains("485"), "{html}");
    let named = page(
        &world,
        "/nearest?lang=en&q=%E0%B8%88%E0%B8%AD%E0%B8%A1%E0%B8%97%E0%B8%AD%E0%B8%87",
    )
    .await;
    assert!(named.contains(&format!("/rate/{office}")), "{named}");
    let unknown = page(&world, "/nearest?lang=en&q=zzz").await;
    assert!(unknown.contains("No place of this name"));
    for bad in ["lat=ก&lon=1", "lat=95&lon=200", "lat=NaN&lon=1"] {
        let html = page(&world, &format!("/nearest?lang=en&{bad}")).await;
        assert!(html.contains("name=\"q\""), "{bad}");
    }
}

async fn a_comment_is_public_once_a_person_of_the_lao_has_read_it(over: Over) {
    let world = World::new(over).await;
    publish_shipped(world.server.store(), "citizen", true)
        .await
        .unwrap();
    let tester = world.sign_in("tester-a").await;
    let office = world.main_office(LAO_A).await;
    let lao = world.lao_id(LAO_A).await;
    let with_comment = |comment: &str| {
        let response = json!({
            "form": "citizen", "version": "1", "trial": false, "counter": office,
            "started": {"at": NOON}, "ended": {"at": NOON},
            "answers": {
                "rating/overall": "5", "rating/process_time": "4", "rating/process_equal": "5",
                "rating/process_order": "4", "rating/staff_polite": "3", "rating/comment": comment,
            },
        });
        tester.item(Kind::RESPONSE, NOON, &[], &response)
    };
    let path = format!("/laos/{lao}/comments?lang=en");
    let public = format!("/counters/{office}/results?lang=en&form=citizen&period=2026");
    let mut staff = world.browse("staff-a").await;
    world
        .push(&tester, &[with_comment("ที่จอดรถ <b>น้อย</b>")])
        .await;
    // One response of a counter is not shown, and so is not its comment.
    assert!(!staff.text(&path).await.contains("ที่จอดรถ"));
    real(&world, &tester, office, 4, "5").await;
    let listed = staff.text(&path).await;
    assert!(listed.contains("ที่จอดรถ &lt;b&gt;น้อย"), "{listed}");
    assert!(listed.contains("Not read"));
    assert!(!page(&world, &public).await.contains("ที่จอดรถ"));
    let (_, rest) = listed.split_once("name=\"item\" value=\"").unwrap();
    let item = rest.split('"').next().unwrap().to_owned();
    let read = |shown| [("item", item.as_str()), ("shown", shown)];
    // Others may not: another LAO does not even see it, an officer looks only.
    let mut other = world.browse("staff-b").await;
    assert_eq!(other.get(&path).await.status, 404);
    let mut officer = world.browse("officer").await;
    assert!(officer.text(&path).await.contains("ที่จอดรถ"));
    assert_eq!(officer.send(&path, &read("1")).await.status, 403);
    assert!(!page(&world, &public).await.contains("ที่จอดรถ"));
    staff.open(&path).await;
    assert_eq!(staff.send(&path, &read("1")).await.status, 303);
    assert!(page(&world, &public).await.contains("ที่จอดรถ &lt;b&gt;น้อย"));
    assert_eq!(staff.send(&path, &read("0")).await.status, 303);
    assert!(!page(&world, &public).await.contains("ที่จอดรถ"));
}
