//! Signing in and out, and what every endpoint answers to nonsense.

use serde_json::json;
use uuid::Uuid;

use crate::common::{Over, PASSWORD, Phone, World};

over_both!(
    a_wrong_password_and_an_unknown_name_are_told_the_same,
    a_refresh_token_counts_once_and_its_reuse_ends_the_family,
    an_older_refresh_token_and_one_whose_answer_came_late_are_copies,
    guesses_are_few_and_the_owner_gets_in,
    an_old_hash_is_renewed_at_sign_in,
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
    let old = Phone {
        session: phone.session.clone(),
        device: phone.device,
        boot: phone.boot,
        key: None,
    };
    // The answer is lost three times: the same token brings another session.
    for _ in 0..3 {
        let answer = refresh(&world, &old).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.headers["cache-control"], "no-store");
        phone.session = answer.as_type();
    }
    world
        .get("/v1/pull", Some(&old))
        .await
        .expect_problem(401, "token_invalid");
    // What it brought is used: from now on the old one is a copy.
    assert_eq!(world.get("/v1/pull", Some(&phone)).await.status, 200);
    refresh(&world, &old)
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

async fn an_older_refresh_token_and_one_whose_answer_came_late_are_copies(over: Over) {
    let world = World::new(over).await;
    let first = world.sign_in("staff-a").await;
    let next = async |phone: &Phone| Phone {
        session: refresh(&world, phone).await.as_type(),
        device: phone.device,
        boot: phone.boot,
        key: None,
    };
    // Refreshed twice: the first one is too old to be repeated.
    let second = next(&first).await;
    let third = next(&second).await;
    refresh(&world, &first)
        .await
        .expect_problem(401, "token_reused");
    refresh(&world, &third)
        .await
        .expect_problem(401, "token_invalid");
    // The lost answer comes after all, once another took its place: a copy.
    let first = world.sign_in("staff-a").await;
    let lost = next(&first).await;
    let again = next(&first).await;
    refresh(&world, &lost)
        .await
        .expect_problem(401, "token_reused");
    refresh(&world, &again)
        .await
        .expect_problem(401, "token_invalid");
}

async fn guesses_are_few_and_the_owner_gets_in(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let mut browser = world.browse("staff-a").await;
    let sign_in = async |username: &str, password: &str, device: Uuid| {
        let body = json!({"username": username, "password": password, "device": device});
        world.post("/v1/sessions", None, &body).await
    };
    for name in ["staff-a", "nobody"] {
        let (mut evaluated, mut locked) = (0, 0);
        for guess in 0..50 {
            let answer = sign_in(name, &format!("guess {guess}"), Uuid::now_v7()).await;
            match answer.status {
                401 => evaluated += 1,
                _ => {
                    answer.expect_problem(429, "sign_in_locked");
                    assert!(
                        answer.headers["retry-after"]
                            .to_str()
                            .unwrap()
                            .parse::<u32>()
                            .unwrap()
                            > 0
                    );
                    locked += 1;
                }
            }
        }
        assert_eq!((evaluated, locked), (5, 45), "{name}");
    }
    // Even the right password waits, from a device that nobody knows.
    sign_in("staff-a", PASSWORD, Uuid::now_v7())
        .await
        .expect_problem(429, "sign_in_locked");
    // The owner's phone and browser are known.
    assert_eq!(sign_in("staff-a", PASSWORD, phone.device).await.status, 200);
    browser.cookies.remove("pakmut");
    assert_eq!(browser.sign_in("staff-a", PASSWORD).await.status, 303);
    // A colleague behind the same address gets in with a new phone.
    assert_eq!(
        sign_in("staff-b", PASSWORD, Uuid::now_v7()).await.status,
        200
    );
    // A known device may not guess on and on either.
    for _ in 0..5 {
        sign_in("staff-a", "wrong and wrong", phone.device)
            .await
            .expect_problem(401, "credentials_wrong");
    }
    sign_in("staff-a", PASSWORD, phone.device)
        .await
        .expect_problem(429, "sign_in_locked");
}

async fn an_old_hash_is_renewed_at_sign_in(over: Over) {
    let world = World::new(over).await;
    // argon2id with 8 MiB, made by another program.
    let weak = weak_hash(PASSWORD);
    world
        .sql(&format!(
            "UPDATE accounts SET password = '{weak}' WHERE username = 'staff-a'"
        ))
        .await;
    assert_eq!(
        world
            .sql("UPDATE accounts SET leads = leads WHERE password LIKE '%m=8192%'")
            .await,
        1
    );
    for _ in 0..2 {
        world.sign_in("staff-a").await;
        assert_eq!(
            world
                .sql("UPDATE accounts SET leads = leads WHERE password LIKE '%m=8192%'")
                .await,
            0
        );
    }
    assert_eq!(world.sql("UPDATE accounts SET leads = leads WHERE password LIKE '$argon2id$v=19$m=47104,t=1,p=1$%'").await, 6);
}

fn weak_hash(password: &str) -> String {
    use argon2::PasswordHasher;
    let params = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let salt = argon2::password_hash::SaltString::encode_b64(&[7; 16]).unwrap();
    argon2
        .hash_password(password.as_bytes(), &salt)
        .unwrap()
        .to_string()
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
