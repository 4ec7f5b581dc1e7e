//! Changes down.

use pakmut_domain::wire::push::Outcome;
use pakmut_registry::import;

use crate::common::{LAO_A, LAO_B, Over, World, lao_list};

over_both!(
    each_role_pulls_its_scope,
    a_cursor_brings_only_what_changed,
    a_cursor_of_another_person_epoch_or_future_begins_anew,
    a_full_pull_of_the_country_comes_in_pages,
    what_was_stored_survives_a_restart,
    a_merge_and_a_renumbering_move_everything,
    what_goes_to_another_province_ends_in_the_first,
);

async fn each_role_pulls_its_scope(over: Over) {
    let world = World::new(over).await;
    let lao_a = world.lao_id(LAO_A).await;
    for (user, laos, provinces) in [
        ("staff-a", 1, 1),
        ("tester-a", 1, 1),
        ("officer", 0, 1),
        ("department", 0, 2),
    ] {
        let phone = world.sign_in(user).await;
        let pulled = world.pull(&phone, None).await;
        assert!(pulled.reset);
        let found = pulled.of("lao").count();
        let offices = pulled.of("counter").count();
        assert_eq!(found, offices, "a main office each");
        if laos == 1 {
            assert_eq!(found, 1);
            let lao = pulled.body("lao", lao_a).unwrap();
            assert_eq!(lao["codes"][0]["code"], LAO_A);
            assert_eq!(lao["name_th"], "เทศบาลตำบลจอมทอง");
            let areas: Vec<_> = pulled
                .of("area")
                .map(|a| a["key"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(areas, ["5002"]);
        } else {
            assert!(found > 200, "{found}");
        }
        let mut seen: Vec<_> = pulled
            .of("lao")
            .map(|l| l["body"]["province"].as_str().unwrap().to_owned())
            .collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), provinces);
        assert_eq!(pulled.of("account").count(), 1);
        assert_eq!(
            pulled.of("account").next().unwrap()["body"]["username"],
            user
        );
    }
}

async fn a_cursor_brings_only_what_changed(over: Over) {
    let world = World::new(over).await;
    let a = world.sign_in("staff-a").await;
    let b = world.sign_in("staff-b").await;
    let (office_a, office_b) = (
        world.main_office(LAO_A).await,
        world.main_office(LAO_B).await,
    );
    let first = world.pull(&a, None).await;
    let nothing = world.pull(&a, Some(&first.cursor)).await;
    assert!(nothing.changes.is_empty() && !nothing.reset);
    world.push(&b, &[b.pin(office_b, 1, &[])]).await;
    assert!(
        world
            .pull(&a, Some(&nothing.cursor))
            .await
            .changes
            .is_empty()
    );
    let pin = a.pin(office_a, 1, &[]);
    world.push(&a, std::slice::from_ref(&pin)).await;
    let news = world.pull(&a, Some(&nothing.cursor)).await;
    assert_eq!(news.changes.len(), 2);
    assert_eq!(
        news.body("counter", office_a).unwrap()["state"]["shown"],
        pin.id.to_string()
    );
    let body = news.body("pin", pin.id).unwrap();
    assert_eq!(body["payload"]["note"], "หน้าอาคารสำนักงาน ใต้ต้นมะขามใหญ่");
    assert_eq!(body["account"], a.session.account.id.to_string());
}

async fn a_cursor_of_another_person_epoch_or_future_begins_anew(over: Over) {
    let world = World::new(over).await;
    let a = world.sign_in("staff-a").await;
    let b = world.sign_in("staff-b").await;
    let of_a = world.pull(&a, None).await.cursor;
    assert!(world.pull(&b, Some(&of_a)).await.reset);
    for rubbish in ["", "x", "AAAA", &"A".repeat(43), &"A".repeat(5000)] {
        assert!(world.pull(&a, Some(rubbish)).await.reset);
    }
    assert!(!world.pull(&a, Some(&of_a)).await.reset);
    // A cursor ahead of the registry, as after a disk was rolled back: the same
    // with a greater revision in its bytes 24 to 32.
    let ahead = format!("{}zzzzzzzzzz{}", &of_a[..32], &of_a[42..]);
    assert_eq!(ahead.len(), of_a.len());
    assert!(world.pull(&a, Some(&ahead)).await.reset);
    let before = world.get("/v1/config", None).await.json();
    let mut write = world.server.store().write().await.unwrap();
    write.new_epoch().await.unwrap();
    write.commit().await.unwrap();
    let after = world.get("/v1/config", None).await.json();
    assert_eq!(before["registry"], after["registry"]);
    assert_ne!(before["epoch"], after["epoch"]);
    assert!(world.pull(&a, Some(&of_a)).await.reset);
}

async fn a_full_pull_of_the_country_comes_in_pages(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("department").await;
    let pulled = world.pull(&phone, None).await;
    assert!(pulled.changes.len() > 500, "{}", pulled.changes.len());
    let mut keys: Vec<_> = pulled
        .changes
        .iter()
        .map(|c| format!("{} {}", c["record"], c["key"]))
        .collect();
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all);
    let mut read = world.server.store().read().await.unwrap();
    assert_eq!(
        pulled.of("lao").count(),
        read.all_laos().await.unwrap().len()
    );
}

async fn what_was_stored_survives_a_restart(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let pin = phone.pin(world.main_office(LAO_A).await, 1, &[]);
    world.push(&phone, std::slice::from_ref(&pin)).await;
    let cursor = world.pull(&phone, None).await.cursor;
    let world = world.restart().await;
    assert_eq!(
        world.push(&phone, std::slice::from_ref(&pin)).await[0].result,
        Outcome::Duplicate
    );
    assert!(!world.pull(&phone, Some(&cursor)).await.reset);
}

async fn a_merge_and_a_renumbering_move_everything(over: Over) {
    let world = World::new(over).await;
    let store = world.server.store();
    let a = world.sign_in("staff-a").await;
    let b = world.sign_in("staff-b").await;
    let officer = world.sign_in("officer").await;
    let (office_a, office_b) = (
        world.main_office(LAO_A).await,
        world.main_office(LAO_B).await,
    );
    let (lao_a, lao_b) = (world.lao_id(LAO_A).await, world.lao_id(LAO_B).await);
    let pin = a.pin(office_a, 1, &[]);
    world.push(&a, std::slice::from_ref(&pin)).await;
    let cursor_a = world.pull(&a, None).await.cursor;
    let cursor_b = world.pull(&b, None).await.cursor;
    let cursor_officer = world.pull(&officer, None).await.cursor;
    // The same list again changes nothing.
    let list = lao_list(&["50", "51"]);
    let again = import::import_laos(store, &list, None).await.unwrap();
    assert_eq!((again.added, again.changed), (0, 0));
    // A list without Chom Thong needs a word on it.
    let without: Vec<_> = list
        .text
        .lines()
        .filter(|line| !line.starts_with(LAO_A))
        .collect();
    let mut later = list.clone();
    later.text = without.join("\n").replace(LAO_B, "5599501");
    let error = import::import_laos(store, &later, None).await.unwrap_err();
    assert_eq!(error.code(), "lao_missing", "{error}");
    let successors = import::Source {
        name: "successors.csv".into(),
        text: format!(
            "code,fate,successor,date\n{LAO_B},renumbered,5599501,2026-01-01\n{LAO_A},merged,5599501,2026-01-01\n"
        ),
    };
    let done = import::import_laos(store, &later, Some(&successors))
        .await
        .unwrap();
    assert_eq!((done.added, done.changed), (0, 2));
    let again = import::import_laos(store, &later, Some(&successors))
        .await
        .unwrap();
    assert_eq!((again.added, again.changed), (0, 0));
    // The renumbered one is the same LAO, with both codes.
    assert_eq!(world.lao_id("5599501").await, lao_b);
    let pulled = world.pull(&officer, Some(&cursor_officer)).await;
    assert!(!pulled.reset);
    let codes = &pulled.body("lao", lao_b).unwrap()["codes"];
    assert_eq!(codes[0]["code"], LAO_B);
    assert_eq!(codes[0]["to"], "2025-12-31");
    assert_eq!(codes[1]["code"], "5599501");
    assert_eq!(codes[1]["from"], "2026-01-01");
    let gone = pulled.body("lao", lao_a).unwrap();
    assert_eq!(gone["successor_ids"][0], lao_b.to_string());
    assert_eq!(
        pulled.body("counter", office_a).unwrap()["lao"],
        lao_b.to_string()
    );
    // Those of the merged one now see the other's counters, from the beginning;
    // those of the other find the new ones by their cursor.
    let a = world.sign_in("staff-a").await;
    let moved = world.pull(&a, Some(&cursor_a)).await;
    assert!(moved.reset);
    assert!(moved.body("counter", office_b).is_some());
    let grown = world.pull(&b, Some(&cursor_b)).await;
    assert!(!grown.reset);
    assert!(grown.body("counter", office_a).is_some());
    assert!(grown.body("pin", pin.id).is_some());
    assert_eq!(
        world.push(&a, &[a.pin(office_b, 1, &[])]).await[0].result,
        Outcome::Accepted
    );
}

async fn what_goes_to_another_province_ends_in_the_first(over: Over) {
    let world = World::new(over).await;
    let a = world.sign_in("staff-a").await;
    let officer = world.sign_in("officer").await;
    let neighbour = world.sign_in("officer-51").await;
    let office = world.main_office(LAO_A).await;
    let pin = a.pin(office, 1, &[]);
    world.push(&a, std::slice::from_ref(&pin)).await;
    let cursor = world.pull(&officer, None).await.cursor;
    let cursor_51 = world.pull(&neighbour, None).await.cursor;
    let list = lao_list(&["50", "51"]);
    let heir = list
        .text
        .lines()
        .find(|line| line.split(',').nth(4) == Some("51") && line.contains("municipality"))
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    let without: Vec<_> = list
        .text
        .lines()
        .filter(|line| !line.starts_with(LAO_A))
        .collect();
    let later = import::Source {
        name: "later.csv".into(),
        text: without.join("\n"),
    };
    let successors = import::Source {
        name: "successors.csv".into(),
        text: format!("code,fate,successor,date\n{LAO_A},merged,{heir},2026-01-01\n"),
    };
    let store = world.server.store();
    import::import_laos(store, &later, Some(&successors))
        .await
        .unwrap();
    let pulled = world.pull(&officer, Some(&cursor)).await;
    assert!(!pulled.reset);
    for (record, key) in [("counter", office), ("pin", pin.id)] {
        let ends: Vec<_> = pulled
            .of(record)
            .filter(|change| change["key"] == key.to_string())
            .collect();
        assert_eq!(ends.len(), 1, "{record}");
        assert!(ends[0].get("body").is_none(), "{record}");
    }
    let gained = world.pull(&neighbour, Some(&cursor_51)).await;
    assert!(gained.body("counter", office).unwrap().is_object());
    assert!(gained.body("pin", pin.id).unwrap().is_object());
}
