//! The pages, and what anybody may see on them.

use pakmut_domain::words::{Lang, text};

use pakmut_registry::store::{Scope, day_of};

use crate::common::{CHOM_THONG, LAO_A, LAO_B, Over, World};

over_both!(
    pages_show_progress_and_pins_without_names_or_scripts,
    two_counters_in_one_place_are_told_on_both_pages,
    addresses_that_cannot_be_read_get_a_problem_document_or_page,
    the_line_of_each_level_counts_what_is_done_by_its_day,
);

async fn pages_show_progress_and_pins_without_names_or_scripts(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let lao = world.lao_id(LAO_A).await;
    let pin = phone.pin(world.main_office(LAO_A).await, 1_000, &[]);
    world.push(&phone, &[pin]).await;
    let mut officer = world.browse("department").await;
    for path in [
        "/".to_owned(),
        "/?lang=en".to_owned(),
        "/provinces/50".to_owned(),
        "/provinces/50?page=1".to_owned(),
        format!("/laos/{lao}"),
        format!("/laos/{lao}?lang=en"),
    ] {
        let answer = officer.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        let page = answer.text();
        assert!(!page.contains("staff-a") && !page.contains("<script"));
        assert!(
            !page.contains("http://") && !page.contains("https://"),
            "{path}"
        );
        let lang = if path.contains("lang=en") { "en" } else { "th" };
        assert!(page.contains(&format!("<html lang=\"{lang}\"")), "{path}");
    }
    let page = officer.text(&format!("/laos/{lao}")).await;
    assert!(page.contains("18.417123, 98.676543"), "{page}");
    // Its district is known and it lies there: nothing to look at.
    let unknown = text(Lang::Th, "finding-area-unknown", &[]);
    assert!(!page.contains(&unknown));
}

async fn two_counters_in_one_place_are_told_on_both_pages(over: Over) {
    let world = World::new(over).await;
    let told = text(Lang::En, "finding-near-other-counter", &[]);
    let told = told.split('–').next().unwrap();
    let a = world.sign_in("staff-a").await;
    let b = world.sign_in("staff-b").await;
    let office_a = world.main_office(LAO_A).await;
    let office_b = world.main_office(LAO_B).await;
    let paths = [LAO_A, LAO_B].map(async |code| {
        let lao = world.lao_id(code).await;
        format!("/laos/{lao}?lang=en")
    });
    let mut pages = Vec::new();
    for path in paths {
        pages.push(path.await);
    }
    let mut browser = world.browse("officer").await;
    let here = a.pin(office_a, 1, &[]);
    world.push(&a, std::slice::from_ref(&here)).await;
    assert!(!browser.text(&pages[0]).await.contains(told));
    // Some five metres away.
    let beside = b.pin_at(office_b, 2, &[], CHOM_THONG.0 + 0.000_045, CHOM_THONG.1);
    world.push(&b, std::slice::from_ref(&beside)).await;
    for page in &pages {
        assert!(browser.text(page).await.contains(told), "{page}");
    }
    // Neither is said once they stand apart.
    let apart = b.pin_at(office_b, 3, &[beside.id], CHOM_THONG.0 + 0.01, CHOM_THONG.1);
    world.push(&b, &[apart]).await;
    for page in &pages {
        assert!(!browser.text(page).await.contains(told), "{page}");
    }
    // A later pin far from the approved one that it supersedes.
    let officer = world.sign_in("officer").await;
    world
        .push(&officer, &[officer.review(here.id, "approved", &[])])
        .await;
    let far = a.pin_at(office_a, 4, &[here.id], CHOM_THONG.0 + 0.002, CHOM_THONG.1);
    world.push(&a, &[far]).await;
    let told = text(Lang::En, "finding-far-from-superseded", &[]);
    let told = told.split('–').next().unwrap();
    assert!(browser.text(&pages[0]).await.contains(told));
}

async fn addresses_that_cannot_be_read_get_a_problem_document_or_page(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    world
        .get("/v1/pull?cursor=a&cursor=b", Some(&phone))
        .await
        .expect_problem(400, "request_unreadable");
    let mut browser = world.browse("department").await;
    for path in ["/laos/x", "/provinces/50?page=-1", "/?page=x", "/%ff"] {
        let answer = browser.get(path).await;
        assert!((400..500).contains(&answer.status), "{path}");
        assert!(answer.text().contains("role=\"alert\""), "{path}");
    }
    let copies = "/counters/x/copies";
    let answer = world.get(copies, None).await;
    assert!((400..500).contains(&answer.status));
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    for path in [
        "/provinces/99",
        "/laos/01890a5d-ac96-774b-bcce-000000000002",
    ] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
}

async fn the_line_of_each_level_counts_what_is_done_by_its_day(over: Over) {
    const DAY: i64 = 86_400_000;
    let world = World::new(over).await;
    let a = world.sign_in("staff-a").await;
    let b = world.sign_in("staff-b").await;
    let office = world.main_office(LAO_A).await;
    let days = async |scope: Scope, district: Option<&str>| {
        let mut read = world.server.store().read().await.unwrap();
        read.done_by_day(&scope, district).await.unwrap()
    };
    let first = a.pin(office, 10 * DAY, &[]);
    // An hour before midnight in Bangkok, and one after.
    let other = b.pin(
        world.main_office(LAO_B).await,
        11 * DAY - 8 * 3_600_000,
        &[],
    );
    assert_eq!(
        (day_of(10 * DAY), day_of(11 * DAY - 6 * 3_600_000)),
        (10, 11)
    );
    world.push(&a, std::slice::from_ref(&first)).await;
    world.push(&b, &[other]).await;
    assert_eq!(days(Scope::Country, None).await, [(10, 2)]);
    let province = || Scope::Province("50".to_owned());
    assert_eq!(days(province(), None).await, [(10, 2)]);
    assert_eq!(days(province(), Some("5002")).await, [(10, 1)]);
    assert_eq!(days(Scope::Province("10".to_owned()), None).await, []);
    // Sent back it is done no more; pinned anew it is, on the new day.
    let officer = world.sign_in("officer").await;
    let back = officer.review(first.id, "sent_back", &[]);
    world.push(&officer, std::slice::from_ref(&back)).await;
    assert_eq!(days(province(), None).await, [(10, 1)]);
    let second = a.pin(office, 12 * DAY, &[first.id, back.id]);
    world.push(&a, &[second]).await;
    assert_eq!(days(province(), None).await, [(10, 1), (12, 1)]);
    let mut browser = world.browse("department").await;
    for path in ["/", "/provinces/50", "/provinces/50?district=5002"] {
        let page = browser
            .text(&format!(
                "{path}{}lang=en",
                if path.contains('?') { "&" } else { "?" }
            ))
            .await;
        assert!(page.contains("class=\"trend\""), "{path}");
        for head in ["To be pinned", "Pinned", "Approved", "Sent back", "Late"] {
            assert!(
                page.contains(&format!("<th class=\"n\" scope=\"col\">{head}</th>")),
                "{path}: {head}"
            );
        }
    }
}
