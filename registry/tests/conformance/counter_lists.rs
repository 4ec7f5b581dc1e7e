//! Lists of counters changed on the pages: from a file, shown first, and one by
//! one.

use pakmut_domain::model::Counter;
use serde_json::Value;

use crate::common::browser::Browser;
use crate::common::{LAO_A, LAO_B, Over, Reply, World};

over_both!(
    a_file_is_shown_before_anything_changes_and_changes_just_that,
    what_is_wrong_is_told_with_its_row_and_nothing_changes,
    a_list_that_changed_meanwhile_is_shown_again,
    one_counter_is_added_renamed_and_closed_by_a_form,
);

async fn counters(world: &World) -> Vec<Counter> {
    let phone = world.sign_in("staff-a").await;
    let pulled = world.pull(&phone, None).await;
    let mut all: Vec<Counter> = pulled
        .of("counter")
        .filter_map(|change| serde_json::from_value::<Counter>(change["body"].clone()).ok())
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Sends a file as a browser does.
async fn upload(browser: &mut Browser, at: &str, file: &str) -> Reply {
    browser.open(at).await;
    browser
        .send_file(&format!("{at}/preview?lang=en"), "list.csv", file)
        .await
}

/// A hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let from = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&from).unwrap_or_else(|| panic!("{page}"));
    rest.split('"').next().unwrap().to_owned()
}

async fn confirm(browser: &mut Browser, at: &str, page: &str) -> Reply {
    let (bytes, mark) = (hidden(page, "bytes"), hidden(page, "mark"));
    let fields = [("bytes", bytes.as_str()), ("mark", mark.as_str())];
    browser.page = page.to_owned();
    browser.send(&format!("{at}/take?lang=en"), &fields).await
}

async fn a_file_is_shown_before_anything_changes_and_changes_just_that(over: Over) {
    let world = World::new(over).await;
    let mut staff = world.browse("staff-a").await;
    let at = format!("/laos/{}/counters", world.lao_id(LAO_A).await);
    // The list as it is comes back as it is, in either language.
    for lang in ["th", "en"] {
        let list = staff.text(&format!("{at}/list.csv?lang={lang}")).await;
        let page = upload(&mut staff, &at, &list).await.text();
        assert!(page.contains("Nothing would change"), "{page}");
    }
    let office = world.main_office(LAO_A).await;
    let file = format!(
        "id,name,kind,address,postcode\n\
         {office},สำนักงานใหม่,,๑ หมู่ ๒,๕๐๑๖๐\n\
         ,จุดบริการตลาด,สาขา,,\n"
    );
    let page = upload(&mut staff, &at, &file).await;
    assert_eq!(page.status, 200);
    let page = page.text();
    assert!(page.contains("1 new, 1 to change, 0 as they are"), "{page}");
    assert!(page.contains("<ins lang=\"th\">สำนักงานใหม่</ins>"), "{page}");
    let before = counters(&world).await;
    assert_eq!(before.len(), 1);
    let done = confirm(&mut staff, &at, &page).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let after = counters(&world).await;
    let names: Vec<&str> = after.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["จุดบริการตลาด", "สำนักงานใหม่"]);
    assert_eq!(after[1].id, office);
    assert_eq!(after[1].address.postcode.as_deref(), Some("50160"));
    assert_eq!(after[1].kind, before[0].kind);
    // The province does the same for all its LAOs, by their codes.
    let mut officer = world.browse("officer").await;
    let file =
        format!("dla_code,name,kind\n{LAO_B},รถเคลื่อนที่,mobile\n{LAO_A},จุดบริการตลาด,one_stop\n");
    let page = upload(&mut officer, "/provinces/50/counters", &file)
        .await
        .text();
    assert!(page.contains("1 new, 1 to change"), "{page}");
    assert_eq!(
        confirm(&mut officer, "/provinces/50/counters", &page)
            .await
            .status,
        303
    );
    let listed = officer
        .text("/provinces/50/counters/list.csv?lang=en")
        .await;
    assert!(
        listed.contains("รถเคลื่อนที่,Mobile service")
            && listed.contains("จุดบริการตลาด,One-stop service")
    );
}

async fn what_is_wrong_is_told_with_its_row_and_nothing_changes(over: Over) {
    let world = World::new(over).await;
    let mut staff = world.browse("staff-a").await;
    let at = format!("/laos/{}/counters", world.lao_id(LAO_A).await);
    let other = world.main_office(LAO_B).await;
    let file = format!(
        "id,name,kind,status,subdistrict,postcode\n\
         ,ดี,branch,,,\n\
         x,ก,,,,\n\
         {other},ข,,,,\n\
         ,,,,,\n\
         ,ค,shop,,,\n\
         ,ง,,gone,,\n\
         ,จ,,,100101,\n\
         ,ฉ,,,,5016\n\
         ,ดี,,,,\n"
    );
    let page = upload(&mut staff, &at, &file).await.text();
    assert!(page.contains("7 things are wrong"), "{page}");
    for (line, what) in [
        (3, "The id is not valid"),
        (4, "This counter is not there"),
        (6, "This kind of counter is not known"),
        (7, "This status is not known"),
        (8, "another province"),
        (9, "wrong number of digits"),
        (10, "in the file twice"),
    ] {
        let row = format!("<th class=\"n\" scope=\"row\">{line}</th>");
        let (_, rest) = page
            .split_once(&row)
            .unwrap_or_else(|| panic!("{line}: {page}"));
        let row = rest.split("</tr>").next().unwrap();
        assert!(row.contains(what), "{line}: {row}");
    }
    assert!(!page.contains("name=\"mark\""));
    for (file, what) in [
        ("", "no rows"),
        ("name\n", "no rows"),
        ("kind\nbranch\n", "needed column is missing"),
        ("name,name\nก,ข\n", "twice"),
    ] {
        let reply = upload(&mut staff, &at, file).await.text();
        let none = reply.contains("Choose a file first");
        assert!(
            reply.contains(what) || (file.is_empty() && none),
            "{file:?}: {reply}"
        );
    }
    let large = format!("name\n{}", "ก\n".repeat(60_000));
    assert_eq!(upload(&mut staff, &at, &large).await.status, 400);
    assert_eq!(counters(&world).await.len(), 1);
    // Nobody else's list, and no file in another's name.
    let theirs = format!("/laos/{}/counters", world.lao_id(LAO_B).await);
    staff.open(&at).await;
    let file = "name\nก\n";
    let reply = staff
        .send_file(&format!("{theirs}/preview"), "a.csv", file)
        .await;
    assert_eq!(reply.status, 404);
    staff.page = String::new();
    let reply = staff
        .send_file(&format!("{at}/preview"), "a.csv", file)
        .await;
    assert_eq!(reply.status, 403);
}

async fn a_list_that_changed_meanwhile_is_shown_again(over: Over) {
    let world = World::new(over).await;
    let mut staff = world.browse("staff-a").await;
    let at = format!("/laos/{}/counters", world.lao_id(LAO_A).await);
    let office = world.main_office(LAO_A).await;
    let file = format!("id,name\n{office},ชื่อจากแฟ้ม\n");
    let page = upload(&mut staff, &at, &file).await.text();
    // Somebody renames it before the first says yes.
    let mut officer = world.browse("officer").await;
    officer.open(&at).await;
    let id = office.to_string();
    let fields = [
        ("id", id.as_str()),
        ("name", "ชื่อจากจังหวัด"),
        ("kind", "main_office"),
    ];
    assert_eq!(officer.send(&at, &fields).await.status, 303);
    let again = confirm(&mut staff, &at, &page).await;
    assert_eq!(again.status, 200);
    let again = again.text();
    assert!(
        again.contains("changed since you looked") || again.contains("เปลี่ยนไปหลังจาก"),
        "{again}"
    );
    assert!(
        again.contains("<del lang=\"th\">ชื่อจากจังหวัด</del>"),
        "{again}"
    );
    assert_eq!(counters(&world).await[0].name, "ชื่อจากจังหวัด");
    assert_eq!(confirm(&mut staff, &at, &again).await.status, 303);
    assert_eq!(counters(&world).await[0].name, "ชื่อจากแฟ้ม");
}

async fn one_counter_is_added_renamed_and_closed_by_a_form(over: Over) {
    let world = World::new(over).await;
    let mut staff = world.browse("staff-a").await;
    let at = format!("/laos/{}/counters?lang=en", world.lao_id(LAO_A).await);
    staff.open(&at).await;
    let fields = [
        ("id", ""),
        ("name", "จุดใหม่"),
        ("kind", "one_stop"),
        ("postcode", "5"),
    ];
    let wrong = staff.send(&at, &fields).await;
    assert_eq!(wrong.status, 200);
    // What was typed is there still.
    assert!(wrong.text().contains("value=\"จุดใหม่\"") && wrong.text().contains("digits"));
    staff.open(&at).await;
    let fields = [
        ("id", ""),
        ("name", "จุดใหม่"),
        ("kind", "one_stop"),
        ("phone", "053 1"),
    ];
    assert_eq!(staff.send(&at, &fields).await.status, 303);
    let all = counters(&world).await;
    assert_eq!(all.len(), 2);
    let made = &all[0];
    assert_eq!(
        (made.name.as_str(), made.address.phone.as_deref()),
        ("จุดใหม่", Some("053 1"))
    );
    // Once more by its name alone is a mistake, not a change.
    staff.open(&at).await;
    let twice = staff.send(&at, &[("id", ""), ("name", "จุดใหม่")]).await;
    assert!(
        twice.text().contains("in the file twice"),
        "{}",
        twice.text()
    );
    let id = made.id.to_string();
    let edit = staff.text(&format!("{at}&edit={id}")).await;
    assert!(edit.contains("Change จุดใหม่") && edit.contains("value=\"053 1\""));
    staff.open(&at).await;
    let fields = [("id", id.as_str()), ("name", "จุดใหม่"), ("status", "closed")];
    assert_eq!(staff.send(&at, &fields).await.status, 303);
    let closed = counters(&world).await;
    let told: Value = serde_json::to_value(&closed[0]).unwrap();
    assert_eq!((closed.len(), &told["status"]), (2, &"closed".into()));
    assert_eq!(told["kind"], "one_stop");
}
