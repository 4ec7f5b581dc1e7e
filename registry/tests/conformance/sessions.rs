//! Signing in and out, and what every endpoint answers to nonsense.

use serde_json::json;
use uuid::Uuid;

use crate::common::{Over, PASSWORD, Phone, World};

over_both!(
    a_wrong_password_and_an_unknown_name_are_told_the_same,
    a_refresh_token_counts_once_and_its_reuse_ends_the_family,
    signing_out_ends_the_session,
    nonsense_gets_a_problem_document,
    no_token_is_stored_as_it_is,
);

async fn refresh(world: &World, phone: &Phone) -> crate::common::Reply {
    let body = json!({"refresh_token": phone.session.refresh_token, "device": phone.device});
    world.post("/v1/sessions/refresh", None, &body).await
}

async fn a_wrong_password_and_an_unknown_name_are_told_the_same(over: Over) {
    let world = World::new(over).await;
    let mut told = Vec::new();
    for (username, password) in [
        ("staff-a", "wrong horse"),
        ("nobody", PASSWORD),
        ("a\u{0}", PASSWORD),
    ] {
        let body = json!({"username": username, "password": password, "device": Uuid::now_v7()});
        let answer = world.post("/v1/sessions", None, &body).await;
        answer.expect_problem(401, "credentials_wrong");
        told.push(answer.body);
    }
    assert!(told.iter().all(|body| *body == told[0]));
    let phone = world.sign_in("staff-a").await;
    assert_eq!(phone.session.account.username, "staff-a");
    assert_eq!(phone.session.account.province.as_deref(), Some("50"));
    assert_eq!(phone.session.expires_in, 900);
}

async fn a_refresh_token_counts_once_and_its_reuse_ends_the_family(over: Over) {
    let world = World::new(over).await;
    let mut phone = world.sign_in("staff-a").await;
    let other = world.sign_in("staff-a").await;
    assert_eq!(world.get("/v1/pull", Some(&phone)).await.status, 200);
    let stolen = json!({"refresh_token": phone.session.refresh_token, "device": Uuid::now_v7()});
    world
        .post("/v1/sessions/refresh", None, &stolen)
        .await
        .expect_problem(401, "token_invalid");
    let answer = refresh(&world, &phone).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let old = Phone {
        session: phone.session.clone(),
        ..world.sign_in("staff-a").await
    };
    let spent = json!({"refresh_token": old.session.refresh_token, "device": phone.device});
    phone.session = answer.as_type();
    world
        .get("/v1/pull", Some(&old))
        .await
        .expect_problem(401, "token_invalid");
    assert_eq!(world.get("/v1/pull", Some(&phone)).await.status, 200);
    world
        .post("/v1/sessions/refresh", None, &spent)
        .await
        .expect_problem(401, "token_reused");
    world
        .get("/v1/pull", Some(&phone))
        .await
        .expect_problem(401, "token_invalid");
    refresh(&world, &phone)
        .await
        .expect_problem(401, "token_invalid");
    // Another sign-in of the same person is another family.
    assert_eq!(world.get("/v1/pull", Some(&other)).await.status, 200);
}

async fn signing_out_ends_the_session(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("officer").await;
    let request = world.http.delete(format!("{}/v1/sessions", world.base));
    let answer = request
        .bearer_auth(&phone.session.access_token)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 204);
    world
        .get("/v1/pull", Some(&phone))
        .await
        .expect_problem(401, "token_invalid");
    refresh(&world, &phone)
        .await
        .expect_problem(401, "token_invalid");
}

async fn nonsense_gets_a_problem_document(over: Over) {
    let world = World::empty(over).await;
    world
        .get("/v1/nothing", None)
        .await
        .expect_problem(404, "not_found");
    world
        .get("/v1/push", None)
        .await
        .expect_problem(405, "method_not_allowed");
    world
        .get("/v1/pull", None)
        .await
        .expect_problem(401, "token_missing");
    let get = async |version: &str| {
        let request = world
            .http
            .get(format!("{}/v1/config", world.base))
            .header("pakmut-wire", version);
        crate::common::Reply::of(request.send().await.unwrap()).await
    };
    get("0").await.expect_problem(426, "wire_too_old");
    get("99").await.expect_problem(400, "wire_too_new");
    get("x").await.expect_problem(400, "wire_malformed");
    assert_eq!(get("1").await.status, 200);
    let request = world
        .http
        .post(format!("{}/v1/sessions", world.base))
        .header("content-type", "text/html")
        .body("{}");
    crate::common::Reply::of(request.send().await.unwrap())
        .await
        .expect_problem(415, "media_type_unknown");
    let request = world
        .http
        .post(format!("{}/v1/sessions", world.base))
        .header("content-type", "application/json")
        .header("content-encoding", "br")
        .body("{}");
    crate::common::Reply::of(request.send().await.unwrap())
        .await
        .expect_problem(415, "content_encoding_unknown");
    let health = world.get("/healthz", None).await;
    assert_eq!(
        (health.status, &health.json()["status"]),
        (200, &json!("ok"))
    );
    let metrics = world.get("/metrics", None).await.text();
    assert!(
        metrics.contains("pakmut_answers_total{class=\"4xx\"}"),
        "{metrics}"
    );
}

async fn no_token_is_stored_as_it_is(over: Over) {
    if over == Over::Postgres {
        return;
    }
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    world.server.store().checkpoint().await.unwrap();
    for entry in std::fs::read_dir(world.dir()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in [
            &phone.session.access_token,
            &phone.session.refresh_token,
            &PASSWORD.to_owned(),
        ] {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()));
        }
    }
}
