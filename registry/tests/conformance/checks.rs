//! Check pins: drawn by the province, measured blind by somebody else.

use pakmut_domain::check_pin::Why;
use uuid::Uuid;

use crate::common::browser::Browser;
use crate::common::{CHOM_THONG, LAO_A, LAO_B, Over, World};

over_both!(
    drawn_pins_are_measured_blind_and_stand_on_the_province_s_page,
    who_knows_where_the_pin_lies_cannot_measure,
    a_new_pin_takes_the_drawn_one_s_place,
);

/// Both LAOs' main offices, each pinned at the same place.
async fn pinned(over: Over) -> (World, Uuid, Uuid) {
    let world = World::new(over).await;
    let (a, b) = (
        world.sign_in("staff-a").await,
        world.sign_in("staff-b").await,
    );
    let offices = (
        world.main_office(LAO_A).await,
        world.main_office(LAO_B).await,
    );
    world.push(&a, &[a.pin(offices.0, 1_000, &[])]).await;
    world.push(&b, &[b.pin(offices.1, 1_000, &[])]).await;
    (world, offices.0, offices.1)
}

/// Draws so many in Chiang Mai; how many there were.
async fn draw(officer: &mut Browser, count: &str) -> String {
    officer.text("/provinces/50/checks?lang=en").await;
    let reply = officer
        .send("/provinces/50/checks?lang=en", &[("count", count)])
        .await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let to = reply.headers["location"].to_str().unwrap();
    to.rsplit_once("drawn=").unwrap().1.to_owned()
}

/// The check of a counter.
async fn check_of(world: &World, counter: Uuid) -> String {
    let mut read = world.server.store().read().await.unwrap();
    let all = read.check_pins("50").await.unwrap();
    let one = all.iter().find(|one| one.counter == counter).unwrap();
    format!("/checks/{}?lang=en", one.id)
}

/// Sends a measurement: the status and what is said.
async fn measure(browser: &mut Browser, path: &str, position: &str, radius: &str) -> (u16, String) {
    browser.text(path).await;
    let fields = [("position", position), ("radius", radius)];
    let reply = browser.send(path, &fields).await;
    (reply.status, reply.text())
}

fn place(north: f64) -> String {
    format!("{:.6}, {:.6}", CHOM_THONG.0 + north, CHOM_THONG.1)
}

async fn drawn_pins_are_measured_blind_and_stand_on_the_province_s_page(over: Over) {
    let (world, a, b) = pinned(over).await;
    let mut officer = world.browse("officer").await;
    let page = officer.text("/provinces/50?lang=en").await;
    assert!(page.contains("No pin was measured once more yet"), "{page}");
    officer.text("/provinces/50/checks?lang=en").await;
    for count in ["", "0", "101", "many"] {
        let reply = officer
            .send("/provinces/50/checks?lang=en", &[("count", count)])
            .await;
        assert_eq!(reply.status, 400, "{count}");
    }
    // Two pins are there; each is drawn once.
    assert_eq!(draw(&mut officer, "5").await, "2");
    assert_eq!(draw(&mut officer, "5").await, "0");
    let (of_a, of_b) = (check_of(&world, a).await, check_of(&world, b).await);

    // Who measures is not shown the pin, and may not be of the counter's own LAO.
    let mut staff_b = world.browse("staff-b").await;
    let page = staff_b.text(&of_a).await;
    assert!(!page.contains("18.4") && !page.contains("98.67"), "{page}");
    assert_eq!(staff_b.get(&of_b).await.status, 404);
    for (username, path) in [
        ("staff-a", &of_a),
        ("tester-a", &of_a),
        ("officer-51", &of_b),
    ] {
        let mut other = world.browse(username).await;
        assert_eq!(other.get(path).await.status, 404, "{username}");
    }

    for (position, radius, why) in [
        ("", "9", "enter a position"),
        ("somewhere", "9", "cannot be read"),
        (place(0.0).as_str(), "", "within how many metres"),
        (place(0.0).as_str(), "-3", "within how many metres"),
        (place(0.0).as_str(), "50.5", "too weak"),
        // Two digits leave half a kilometre open.
        ("18.41, 98.67", "9", "too weak"),
    ] {
        let (status, said) = measure(&mut staff_b, &of_a, position, radius).await;
        assert_eq!(status, 400, "{position} {radius}");
        assert!(said.contains(why), "{position} {radius}: {said}");
    }
    // 11 m off, with 9.5 m and 9 m promised.
    let (status, said) = measure(&mut staff_b, &of_a, &place(0.000_1), "๙").await;
    assert_eq!(status, 303, "{said}");
    let page = staff_b.text(&of_a).await;
    assert!(
        page.contains("confirmed") && page.contains("apart"),
        "{page}"
    );

    // The other lies half a kilometre off.
    let mut department = world.browse("department").await;
    let (status, said) = measure(&mut department, &of_b, &place(0.005), "9").await;
    assert_eq!(status, 303, "{said}");
    assert!(department.text(&of_b).await.contains("wrong"));

    // Nobody measures twice.
    let again = [("position", "18.417123, 98.676543"), ("radius", "9")];
    let reply = department.send(&of_b, &again).await;
    assert_eq!(reply.status, 400);
    assert!(reply.text().contains("measured this counter already"));

    let mut read = world.server.store().read().await.unwrap();
    let chance = read.checked_quality("50", Why::Chance).await.unwrap();
    let suspicion = read.checked_quality("50", Why::Suspicion).await.unwrap();
    assert_eq!(chance.confirmed + suspicion.confirmed, 1);
    assert_eq!(chance.wrong + suspicion.wrong, 1);
    assert!(chance.measured() >= 1);
    assert_eq!(
        read.checked_quality("51", Why::Chance)
            .await
            .unwrap()
            .measured(),
        0
    );
    drop(read);
    // One in two was drawn by chance, at least.
    let page = officer.text("/provinces/50?lang=en").await;
    let said = format!(
        "{} of {} pins drawn by chance",
        chance.confirmed,
        chance.measured()
    );
    assert!(
        page.contains(&said) && page.contains("95 % interval"),
        "{page}"
    );
}

async fn who_knows_where_the_pin_lies_cannot_measure(over: Over) {
    let (world, a, _) = pinned(over).await;
    let mut officer = world.browse("officer").await;
    assert_eq!(draw(&mut officer, "2").await, "2");
    let review = format!("/review/{a}?lang=en");
    let page = officer.text(&review).await;
    let pin = page.split("name=\"pin\" value=\"").nth(1).unwrap();
    let pin = pin.split('"').next().unwrap().to_owned();
    let fields = [("pin", pin.as_str()), ("decision", "approved")];
    assert_eq!(officer.send(&review, &fields).await.status, 303);
    let path = check_of(&world, a).await;
    let page = officer.text(&path).await;
    assert!(page.contains("somebody else must measure it"), "{page}");
    let fields = [("position", "18.417123, 98.676543"), ("radius", "9")];
    let reply = officer.send(&path, &fields).await;
    assert_eq!(reply.status, 400);
    assert!(reply.text().contains("somebody else must measure it"));
    // Somebody else may.
    let mut staff_b = world.browse("staff-b").await;
    let (status, said) = measure(&mut staff_b, &path, &place(0.0), "9").await;
    assert_eq!(status, 303, "{said}");
}

async fn a_new_pin_takes_the_drawn_one_s_place(over: Over) {
    let (world, a, _) = pinned(over).await;
    let mut officer = world.browse("officer").await;
    assert_eq!(draw(&mut officer, "2").await, "2");
    let phone = world.sign_in("staff-a").await;
    let mut read = world.server.store().read().await.unwrap();
    let first = read.counters(&[a]).await.unwrap()[0].state.shown.unwrap();
    drop(read);
    let second = phone.pin_at(a, 2_000, &[first], CHOM_THONG.0 + 0.01, CHOM_THONG.1);
    world.push(&phone, std::slice::from_ref(&second)).await;
    let path = check_of(&world, a).await;
    let mut staff_b = world.browse("staff-b").await;
    let (status, said) = measure(&mut staff_b, &path, &place(0.01), "9").await;
    assert_eq!(status, 303, "{said}");
    assert!(staff_b.text(&path).await.contains("confirmed"));
    let mut read = world.server.store().read().await.unwrap();
    let all = read.check_pins("50").await.unwrap();
    let one = all.iter().find(|one| one.counter == a).unwrap();
    assert_eq!(one.pin, second.id);
    drop(read);
    // What was checked is not drawn again, what came since is.
    assert_eq!(draw(&mut officer, "5").await, "0");
    let third = phone.pin_at(a, 3_000, &[second.id], CHOM_THONG.0, CHOM_THONG.1);
    world.push(&phone, std::slice::from_ref(&third)).await;
    assert_eq!(draw(&mut officer, "5").await, "1");
}
