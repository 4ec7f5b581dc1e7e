//! The photos of pins: shown to who may see the pin, taken back by their LAO
//! while nobody decided.

use pakmut_domain::wire::push::Outcome;
use pakmut_domain::wire::{Envelope, ItemHash, Kind};
use pakmut_registry::surveys::publish::publish_shipped;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{LAO_A, Over, Phone, Reply, World, jpeg};

over_both!(
    a_photo_is_shown_with_its_pin_and_to_nobody_else,
    an_officer_s_phone_gets_a_pin_s_photo_as_the_page_does,
    its_lao_takes_a_photo_back_while_the_pin_waits,
    the_posted_notice_is_linked_where_its_counter_is_listed,
    a_responses_photos_are_seen_by_its_lao_and_officers_once_there_are_five,
);

/// The payload of a pin with a photo.
pub fn with_photo(pin: &Envelope, photo: &ItemHash) -> Box<RawValue> {
    let mut payload: Value = serde_json::from_str(pin.payload.get()).unwrap();
    payload["photo"] = json!(photo);
    RawValue::from_string(payload.to_string()).unwrap()
}

/// A declaration that names the photo of the posted notice.
pub fn notice(phone: &Phone, counter: Uuid, photo: &ItemHash) -> Envelope {
    let payload = json!({
        "counter": counter, "service": "waste_collection", "document": "identity_card",
        "catalogue": 1, "practice": "stopped", "since": "2018-11-05",
        "before": "asked_for", "after": "views_original", "photo": photo,
    });
    phone.item(Kind::DECLARATION, 3_000, &[], &payload)
}

/// In October 2018.
const ANSWERED: i64 = 1_540_000_000_000;

/// A response to the readiness form with a photo and these remarks.
pub fn response(phone: &Phone, counter: Uuid, trial: bool, photo: &[u8], said: &str) -> Envelope {
    let payload = json!({
        "form": "readiness", "version": "1", "trial": trial, "counter": counter,
        "started": {"at": ANSWERED}, "ended": {"at": ANSWERED},
        "answers": {
            "counter/surveyed_on": "2018-05-08", "counter/staff": 3, "counter/has_reader": "no",
            "counter/linked": "no", "end_page/notice_photo": ItemHash::of(photo),
            "end_page/remarks": said,
        },
    });
    phone.item(Kind::RESPONSE, ANSWERED, &[], &payload)
}

async fn upload(world: &World, phone: &Phone, photo: &[u8]) -> Reply {
    let address = format!("{}/v1/attachments/{}", world.base, ItemHash::of(photo));
    let request = world.http.put(address).body(photo.to_vec());
    let request = request.bearer_auth(&phone.session.access_token);
    Reply::of(request.send().await.unwrap()).await
}

async fn remove(world: &World, phone: &Phone, pin: &Envelope) -> Reply {
    let address = format!("{}/v1/pins/{}/photo", world.base, pin.id);
    let request = world.http.delete(address);
    let request = request.bearer_auth(&phone.session.access_token);
    Reply::of(request.send().await.unwrap()).await
}

/// A pin of LAO A with a photo that is not here yet.
async fn pinned(world: &World, phone: &Phone, photo: &[u8], seen: &[&Envelope]) -> Envelope {
    let office = world.main_office(LAO_A).await;
    let seen: Vec<_> = seen.iter().map(|item| item.id).collect();
    let mut pin = phone.pin(office, 1_000 + seen.len() as i64, &seen);
    pin.payload = with_photo(&pin, &ItemHash::of(photo));
    world.push(phone, std::slice::from_ref(&pin)).await;
    pin
}

async fn a_photo_is_shown_with_its_pin_and_to_nobody_else(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let photo = jpeg(5_000, 3);
    let pin = pinned(&world, &phone, &photo, &[]).await;
    let office = world.main_office(LAO_A).await;
    let address = format!("/pins/{}/photo", pin.id);
    let review = format!("/review/{office}?lang=en");

    let mut officer = world.browse("officer").await;
    let page = officer.text(&review).await;
    assert!(page.contains("has not arrived yet") && !page.contains(&address));
    assert_eq!(officer.get(&address).await.status, 404);

    assert_eq!(upload(&world, &phone, &photo).await.status, 200);
    let page = officer.text(&review).await;
    assert!(page.contains(&format!("<img src=\"{address}\"")), "{page}");
    let shown = officer.get(&address).await;
    assert_eq!(shown.body, photo);
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        (
            "content-security-policy",
            "default-src 'none'; sandbox; frame-ancestors 'none'",
        ),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(shown.headers[name], value);
    }
    let sheet = officer.text("/provinces/50/sheets?lang=en").await;
    assert!(sheet.contains(&address));
    for (user, status) in [("staff-a", 200), ("staff-b", 404), ("officer-51", 404)] {
        let mut browser = world.browse(user).await;
        assert_eq!(browser.get(&address).await.status, status, "{user}");
    }
}

async fn an_officer_s_phone_gets_a_pin_s_photo_as_the_page_does(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let photo = jpeg(5_000, 3);
    let pin = pinned(&world, &phone, &photo, &[]).await;
    let path = format!("/v1/pins/{}/photo", pin.id);
    let officer = world.sign_in("officer").await;
    let coming = world.get(&path, Some(&officer)).await;
    coming.expect_problem(404, "photo_coming");
    // Half of it is none of it.
    let address = format!("{}/v1/attachments/{}", world.base, ItemHash::of(&photo));
    let request = world.http.put(address).body(photo[..2_000].to_vec());
    let request = request.header("content-range", "bytes 0-1999/5000");
    let half = request.bearer_auth(&phone.session.access_token).send();
    assert_eq!(half.await.unwrap().status(), 200);
    let coming = world.get(&path, Some(&officer)).await;
    coming.expect_problem(404, "photo_coming");
    assert_eq!(upload(&world, &phone, &photo).await.status, 409);
    let request = world.http.put(format!(
        "{}/v1/attachments/{}",
        world.base,
        ItemHash::of(&photo)
    ));
    let request = request.header("content-range", "bytes 2000-4999/5000");
    let request = request.body(photo[2_000..].to_vec());
    let rest = request.bearer_auth(&phone.session.access_token).send();
    assert_eq!(rest.await.unwrap().status(), 200);

    let shown = world.get(&path, Some(&officer)).await;
    assert_eq!((shown.status, shown.body), (200, photo.clone()));
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(shown.headers[name], value);
    }
    // The hash, too, is the photo's name for its own people alone.
    for (user, status) in [
        ("staff-a", 200),
        ("department", 200),
        ("staff-b", 404),
        ("officer-51", 404),
    ] {
        let other = world.sign_in(user).await;
        assert_eq!(
            world.get(&path, Some(&other)).await.status,
            status,
            "{user}"
        );
    }
    assert_eq!(world.get(&path, None).await.status, 401);
    let plain = phone.pin(world.main_office(LAO_A).await, 9_000, &[pin.id]);
    world.push(&phone, std::slice::from_ref(&plain)).await;
    let none = format!("/v1/pins/{}/photo", plain.id);
    let none = world.get(&none, Some(&officer)).await;
    none.expect_problem(404, "not_found");
    assert_eq!(remove(&world, &phone, &pin).await.status, 204);
    let removed = world.get(&path, Some(&officer)).await;
    removed.expect_problem(404, "photo_removed");
}

async fn its_lao_takes_a_photo_back_while_the_pin_waits(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let photo = jpeg(5_000, 3);
    let hash = ItemHash::of(&photo);
    let pin = pinned(&world, &phone, &photo, &[]).await;
    assert_eq!(upload(&world, &phone, &photo).await.status, 200);

    // On the page, by its own staff.
    let mut staff = world.browse("staff-a").await;
    let lao = world.lao_id(LAO_A).await;
    let page = staff.text(&format!("/laos/{lao}?lang=en")).await;
    let form = format!("/pins/{}/photo/remove", pin.id);
    assert!(page.contains(&form), "{page}");
    let done = staff.send(&format!("{form}?lang=en"), &[]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let page = staff.text(&format!("/laos/{lao}?lang=en")).await;
    assert!(page.contains("took the photo out") && !page.contains(&form));
    assert_eq!(
        staff.get(&format!("/pins/{}/photo", pin.id)).await.status,
        404
    );
    // Nobody is asked for it again, and whoever brings it is told so.
    let ask = json!({"items": [], "attachments": [hash]});
    let answer = world.post("/v1/reconcile", Some(&phone), &ask).await;
    assert_eq!(answer.json()["missing_attachments"], json!([]));
    let again = upload(&world, &phone, &photo).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.json()["removed"], true);
    assert_eq!(again.json()["complete"], false);
    let path = format!("/v1/attachments/{hash}");
    world
        .get(&path, Some(&phone))
        .await
        .expect_problem(404, "attachment_unknown");
    assert_eq!(remove(&world, &phone, &pin).await.status, 204);

    // From a phone; of a pin that was decided on it stays.
    let second = jpeg(6_000, 5);
    let next = pinned(&world, &phone, &second, &[&pin]).await;
    assert_eq!(upload(&world, &phone, &second).await.status, 200);
    for (user, status, code) in [
        ("staff-b", 404, "not_found"),
        ("officer", 403, "role_not_allowed"),
        ("tester-a", 403, "role_not_allowed"),
    ] {
        let other = world.sign_in(user).await;
        remove(&world, &other, &next)
            .await
            .expect_problem(status, code);
    }
    let officer = world.sign_in("officer").await;
    let review = officer.review(next.id, "approved", &[next.id]);
    world.push(&officer, &[review]).await;
    remove(&world, &phone, &next)
        .await
        .expect_problem(403, "photo_decided");
    let mut browser = world.browse("officer").await;
    let shown = browser.get(&format!("/pins/{}/photo", next.id)).await;
    assert_eq!(shown.body, second);

    // The log says who did it.
    let removed = world
        .sql(
            "UPDATE attachments SET size = size
             WHERE (SELECT count(*) FROM audit WHERE act = 'photo_removed') = 1",
        )
        .await;
    assert_eq!(removed, 2);
}

async fn the_posted_notice_is_linked_where_its_counter_is_listed(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let photo = jpeg(200, 0);
    let item = notice(&phone, office, &ItemHash::of(&photo));
    let address = format!("/declarations/{}/photo", item.id);
    world.push(&phone, std::slice::from_ref(&item)).await;
    let lao = world.lao_id(LAO_A).await;
    let page = format!("/laos/{lao}/zero-copy?lang=en");
    let mut officer = world.browse("officer").await;
    assert!(!officer.text(&page).await.contains(&address), "on its way");
    assert_eq!(officer.get(&address).await.status, 404);
    assert_eq!(upload(&world, &phone, &photo).await.status, 200);
    assert!(officer.text(&page).await.contains(&address));
    let shown = officer.get(&address).await;
    assert_eq!(
        (shown.status, shown.body.as_slice()),
        (200, photo.as_slice())
    );
}

async fn a_responses_photos_are_seen_by_its_lao_and_officers_once_there_are_five(over: Over) {
    let world = World::new(over).await;
    publish_shipped(world.server.store(), "readiness", true)
        .await
        .unwrap();
    let phone = world.sign_in("tester-a").await;
    let office = world.main_office(LAO_A).await;
    let lao = world.lao_id(LAO_A).await;
    let photos: Vec<Vec<u8>> = (0..7).map(|seed| jpeg(500, seed)).collect();
    let real: Vec<Envelope> = photos[..6]
        .iter()
        .map(|photo| response(&phone, office, false, photo, ""))
        .collect();
    let trial = response(&phone, office, true, &photos[6], "");
    let at = |item: &Envelope| format!("/responses/{}/photos/1", item.id);
    let path = format!("/laos/{lao}/comments?lang=en");
    let trials = format!("{path}&trial=1");
    let mut staff = world.browse("staff-a").await;
    for photo in &photos {
        assert_eq!(upload(&world, &phone, photo).await.status, 200);
    }
    // Of four nothing is told; a trial's is seen at once, and apart.
    world.push(&phone, &real[..4]).await;
    let taken = world.push(&phone, std::slice::from_ref(&trial)).await;
    assert_eq!(taken[0].result, Outcome::Accepted, "{taken:?}");
    assert!(!staff.text(&path).await.contains("/photos/"));
    for item in &real[..4] {
        assert_eq!(staff.get(&at(item)).await.status, 404);
    }
    assert!(staff.text(&trials).await.contains(&at(&trial)));
    assert_eq!(staff.get(&at(&trial)).await.body, photos[6]);
    // The fifth lets all five be seen; the sixth waits.
    world.push(&phone, &real[4..]).await;
    let listed = staff.text(&path).await;
    for (item, photo) in real[..5].iter().zip(&photos) {
        assert!(listed.contains(&at(item)), "{listed}");
        let shown = staff.get(&at(item)).await;
        assert_eq!(shown.body, *photo);
        assert_eq!(shown.headers["cache-control"], "no-store");
    }
    assert!(!listed.contains(&at(&real[5])) && !listed.contains(&at(&trial)));
    assert_eq!(staff.get(&at(&real[5])).await.status, 404);
    for n in ["0", "2", "x"] {
        let none = format!("/responses/{}/photos/{n}", real[0].id);
        assert!([400, 404].contains(&staff.get(&none).await.status), "{n}");
    }
    for (who, status) in [
        ("officer", 200),
        ("department", 200),
        ("staff-b", 404),
        ("officer-51", 404),
        ("tester-a", 403),
    ] {
        let mut browser = world.browse(who).await;
        assert_eq!(browser.get(&at(&real[0])).await.status, status, "{who}");
    }
    // Nothing of them is public, and a photo without words is none to let be shown.
    let public = format!("/laos/{lao}/results?lang=en&form=readiness");
    let page = world.get(&public, None).await.text();
    assert!(!page.contains("/photos/") && !page.contains("<blockquote"));
    let item = real[0].id.to_string();
    staff.open(&path).await;
    let fields = [("item", item.as_str()), ("shown", "1")];
    assert_eq!(staff.send(&path, &fields).await.status, 404);
    assert!(
        !world
            .get(&public, None)
            .await
            .text()
            .contains("<blockquote")
    );
}
