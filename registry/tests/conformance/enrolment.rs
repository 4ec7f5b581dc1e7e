//! One-time codes: issued by the office above, used once, by phone and page;
//! who looks after whom.

use pakmut_domain::model::Role;
use pakmut_domain::one_time_code::OneTimeCode;
use pakmut_registry::audit::Origin;
use pakmut_registry::enrolment::{self, IssueError, post};
use pakmut_registry::store::{Manager, Post, Scope};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::browser::Browser;
use crate::common::{LAO_A, LAO_B, Over, Phone, Reply, World};

over_both!(
    a_code_counts_once_and_makes_the_account_that_it_is_for,
    what_is_wrong_is_named_and_uses_nothing_up,
    from_the_first_start_to_an_lao_s_first_pin_on_the_pages,
    a_forgotten_password_is_reset_and_ends_all_sessions,
    somebody_who_leaves_is_disabled_and_their_pins_stay,
    who_looks_after_whom_is_the_same_in_rule_and_query,
    a_person_sees_takes_and_ends_what_is_theirs,
    what_is_kept_too_long_is_erased,
    no_code_is_stored_as_it_is,
);

const NEW_PASSWORD: &str = "mango and sticky rice";

async fn lao_post(world: &World, code: &str, role: Role, leads: bool) -> Post {
    let id = world.lao_id(code).await;
    let mut read = world.server.store().read().await.unwrap();
    let lao = read.lao_in(id, &Scope::Country).await.unwrap().unwrap();
    post(role, Some((lao.no, lao.province)), leads)
}

pub async fn code_for(world: &World, lao: &str) -> String {
    let post = lao_post(world, lao, Role::Lao, true).await;
    let store = world.server.store();
    let issued = enrolment::issue(
        store,
        &Manager::command_line(),
        &[post],
        30,
        Origin::CommandLine,
    )
    .await;
    issued.unwrap()[0].code.to_string()
}

pub fn enrolment(code: &str, username: &str) -> Value {
    json!({
        "code": code, "username": username, "password": NEW_PASSWORD,
        "contact": {"name": "ผู้ติดต่อ", "phone": "053 000000 ต่อ 1"}, "device": Uuid::now_v7(),
    })
}

async fn enrol(world: &World, code: &str, username: &str) -> Reply {
    world
        .post("/v1/enrolments", None, &enrolment(code, username))
        .await
}

fn phone_of(reply: &Reply, asked: &Value) -> Phone {
    Phone {
        session: reply.as_type(),
        device: asked["device"].as_str().unwrap().parse().unwrap(),
        boot: Uuid::now_v7(),
        key: None,
    }
}

async fn a_code_counts_once_and_makes_the_account_that_it_is_for(over: Over) {
    let world = World::new(over).await;
    let code = code_for(&world, LAO_A).await;
    let typed = code.to_lowercase().replace('-', " ");
    let answer = world
        .post("/v1/enrolments/preview", None, &json!({"code": typed}))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(
        (&answer["purpose"], &answer["role"], &answer["province"]),
        (&json!("enrol"), &json!("lao"), &json!("50"))
    );
    assert!(
        answer["lao"].as_str().unwrap().contains("จอมทอง"),
        "{answer}"
    );
    let asked = enrolment(&typed, " Somchai.A ");
    let answer = world.post("/v1/enrolments", None, &asked).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.headers["cache-control"], "no-store");
    let phone = phone_of(&answer, &asked);
    assert_eq!(phone.session.account.username, "somchai.a");
    assert_eq!(phone.session.account.lao, Some(world.lao_id(LAO_A).await));
    // They work at once, and sign in later however they type the name.
    let office = world.main_office(LAO_A).await;
    world.push(&phone, &[phone.pin(office, 1, &[])]).await;
    let again =
        json!({"username": "SOMCHAI.A", "password": NEW_PASSWORD, "device": Uuid::now_v7()});
    assert_eq!(world.post("/v1/sessions", None, &again).await.status, 200);
    for path in ["/v1/enrolments/preview", "/v1/enrolments"] {
        world
            .post(path, None, &enrolment(&code, "another"))
            .await
            .expect_problem(422, "code_used");
    }
    // Of many at once, one gets it.
    let code = code_for(&world, LAO_B).await;
    let names: Vec<String> = (0..6).map(|n| format!("racer-{n}")).collect();
    let mut won = 0;
    let races = names.iter().map(|name| enrol(&world, &code, name));
    for reply in futures(races).await {
        match reply.status {
            200 => won += 1,
            _ => reply.expect_problem(422, "code_used"),
        }
    }
    assert_eq!(won, 1);
}

/// Waits for all at once.
async fn futures<F: Future<Output = Reply>>(of: impl Iterator<Item = F>) -> Vec<Reply> {
    use std::pin::Pin;
    use std::task::Poll;
    let mut running: Vec<Pin<Box<F>>> = of.map(Box::pin).collect();
    let mut done: Vec<Option<Reply>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, slot) in running.iter_mut().zip(&mut done) {
            if slot.is_none()
                && let Poll::Ready(reply) = future.as_mut().poll(context)
            {
                *slot = Some(reply);
            }
        }
        if done.iter().all(Option::is_some) {
            Poll::Ready(done.iter_mut().filter_map(Option::take).collect())
        } else {
            Poll::Pending
        }
    })
    .await
}

async fn what_is_wrong_is_named_and_uses_nothing_up(over: Over) {
    let world = World::new(over).await;
    let code = code_for(&world, LAO_A).await;
    let wrong_code = {
        let mut text = code.clone().into_bytes();
        text[0] = if text[0] == b'7' { b'8' } else { b'7' };
        String::from_utf8(text).unwrap()
    };
    let unknown = OneTimeCode::from_random([9; 15]).to_string();
    for (field, value, status, told) in [
        ("code", wrong_code.as_str(), 422, "code_check"),
        ("code", "123", 422, "code_length"),
        ("code", "ก", 422, "code_character"),
        ("code", &unknown, 422, "code_unknown"),
        ("username", "a b", 422, "username_malformed"),
        (
            "username",
            "'; DROP TABLE accounts",
            422,
            "username_malformed",
        ),
        ("username", "Staff-A", 409, "username_taken"),
        ("password", "short", 422, "password_short"),
        ("password", "password1234", 422, "password_common"),
        (
            "password",
            "my newcomer 2561",
            422,
            "password_holds_username",
        ),
    ] {
        let mut asked = enrolment(&code, "newcomer");
        asked[field] = json!(value);
        world
            .post("/v1/enrolments", None, &asked)
            .await
            .expect_problem(status, told);
    }
    let mut asked = enrolment(&code, "newcomer");
    asked["contact"]["phone"] = json!(" ");
    let answer = world.post("/v1/enrolments", None, &asked).await;
    answer.expect_problem(422, "contact_malformed");
    assert_eq!(enrol(&world, &code, "newcomer").await.status, 200);
    // Issued anew, the old one ends; taken back or too old, neither counts.
    let first = code_for(&world, LAO_B).await;
    let second = code_for(&world, LAO_B).await;
    enrol(&world, &first, "late")
        .await
        .expect_problem(422, "code_revoked");
    world
        .sql("UPDATE one_time_codes SET expires = 1 WHERE used IS NULL")
        .await;
    enrol(&world, &second, "late")
        .await
        .expect_problem(422, "code_expired");
}

/// The code that a page shows.
pub fn shown_code(page: &str) -> String {
    let (_, rest) = page
        .split_once("class=\"code\"")
        .unwrap_or_else(|| panic!("{page}"));
    let start = rest
        .find(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase())
        .unwrap();
    let code = &rest[start..start + 19];
    OneTimeCode::parse(code).unwrap().to_string()
}

/// Enrols on the pages; the browser is signed in then.
async fn enrol_on_page(world: &World, code: &str, username: &str) -> Browser {
    let mut browser = world.guest();
    browser.open("/sign-in").await;
    assert!(browser.page.contains("/enrol"));
    browser.open("/enrol?lang=en").await;
    let wrong = browser.send("/enrol?lang=en", &[("code", "12 34")]).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("value=\"12 34\""),
        "what was typed stays"
    );
    browser.page = browser
        .send("/enrol?lang=en", &[("code", code)])
        .await
        .text();
    let filled = [
        ("code", code),
        ("name", "Somebody"),
        ("phone", "053 000000"),
        ("username", username),
        ("password", NEW_PASSWORD),
        ("again", "mango and sticky rye"),
    ];
    let differs = browser.send("/enrol/account?lang=en", &filled).await;
    assert_eq!(differs.status, 400);
    let page = differs.text();
    assert!(
        page.contains("value=\"Somebody\"") && !page.contains(NEW_PASSWORD),
        "{page}"
    );
    let mut filled = filled;
    filled[5].1 = NEW_PASSWORD;
    let done = browser.send("/enrol/account?lang=en", &filled).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(browser.cookies.contains_key("pakmut"));
    browser
}

async fn from_the_first_start_to_an_lao_s_first_pin_on_the_pages(over: Over) {
    let world = World::empty(over).await;
    crate::common::import_country(world.server.store()).await;
    // First start: the command line makes the department's first code.
    let first = enrolment::first_code(world.server.store())
        .await
        .unwrap()
        .unwrap();
    let mut department = enrol_on_page(&world, &first.code.to_string(), "dla-1").await;
    assert!(
        enrolment::first_code(world.server.store())
            .await
            .unwrap()
            .is_none()
    );
    // The department makes the province's first officer.
    department.open("/codes?lang=en").await;
    let page = department
        .send(
            "/codes?lang=en",
            &[("kind", "province"), ("place", "50"), ("as", "letters")],
        )
        .await
        .text();
    let mut officer = enrol_on_page(&world, &shown_code(&page), "chiangmai-1").await;
    officer.text("/").await;
    assert!(officer.path.starts_with("/provinces/50"));
    // The officer prints a letter for every LAO of the province.
    let page = officer.text("/codes?lang=en").await;
    assert!(page.contains("kind") && page.contains("value=\"all\""));
    let letters = officer
        .send("/codes?lang=en", &[("kind", "all"), ("as", "letters")])
        .await;
    assert_eq!(letters.headers["cache-control"], "no-store");
    let letters = letters.text();
    let count = letters.matches("<article class=\"letter\">").count();
    assert!(count > 200, "{count}");
    assert!(letters.contains(&format!("{}/enrol", world.base)));
    let list = officer.text("/codes?lang=en").await;
    assert!(!list.contains("value=\"all\""), "each has a code now");
    assert!(
        !list.contains(&shown_code(&letters)),
        "no code is shown twice"
    );
    // One of its LAOs enrols, adds a colleague, and pins by phone.
    let id = world.lao_id(LAO_A).await;
    officer.open("/codes?lang=en").await;
    let place = id.to_string();
    let page = officer
        .send(
            "/codes?lang=en",
            &[("kind", "lao"), ("place", &place), ("as", "list")],
        )
        .await
        .text();
    let mut lead = enrol_on_page(&world, &shown_code(&page), "chomthong-1").await;
    lead.text("/").await;
    assert_eq!(lead.path.split('?').next().unwrap(), format!("/laos/{id}"));
    lead.open("/codes?lang=en").await;
    let page = lead
        .send(
            "/codes?lang=en",
            &[("kind", "colleague"), ("as", "letters")],
        )
        .await
        .text();
    let asked = enrolment(&shown_code(&page), "chomthong-2");
    let answer = world.post("/v1/enrolments", None, &asked).await;
    let phone = phone_of(&answer, &asked);
    let office = world.main_office(LAO_A).await;
    let result = world.push(&phone, &[phone.pin(office, 1, &[])]).await;
    assert!(result[0].code.is_none(), "{result:?}");
    assert!(
        lead.text(&format!("/laos/{id}"))
            .await
            .contains("18.417123")
    );
    // The colleague adds nobody.
    let mut colleague = world.guest();
    colleague.sign_in("chomthong-2", NEW_PASSWORD).await;
    assert_eq!(colleague.get("/codes").await.status, 403);
    // Nobody issues beyond what is theirs.
    let other = world.lao_id(LAO_B).await.to_string();
    officer.open("/codes?lang=en").await;
    let beyond = [("kind", "province"), ("place", "51")];
    assert_eq!(officer.send("/codes", &beyond).await.status, 400);
    lead.open("/codes?lang=en").await;
    let beyond = [("kind", "lao"), ("place", other.as_str())];
    assert_eq!(lead.send("/codes", &beyond).await.status, 400);
}

async fn a_forgotten_password_is_reset_and_ends_all_sessions(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let mut officer = world.browse("officer").await;
    let mut stranger = world.browse("officer-51").await;
    let id = phone.session.account.id;
    let page = officer.text("/people?lang=en&q=staff-a").await;
    assert!(page.contains(&format!("/people/{id}/reset")) && !page.contains("staff-b"));
    let path = format!("/people/{id}/reset?lang=en");
    assert!(!stranger.text("/people").await.contains(&id.to_string()));
    assert_eq!(stranger.send(&path, &[]).await.status, 404);
    let code = shown_code(&officer.send(&path, &[]).await.text());
    // A reset code makes no account.
    enrol(&world, &code, "another")
        .await
        .expect_problem(422, "code_unknown");
    let answer = world
        .post("/v1/enrolments/preview", None, &json!({"code": code}))
        .await
        .json();
    assert_eq!(
        (&answer["purpose"], &answer["username"]),
        (&json!("reset"), &json!("staff-a"))
    );
    let ask = json!({"code": code, "password": NEW_PASSWORD, "device": Uuid::now_v7()});
    let answer = world.post("/v1/password-resets", None, &ask).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let fresh = phone_of(&answer, &ask);
    assert_eq!(fresh.session.account.id, id);
    world
        .get("/v1/pull", Some(&phone))
        .await
        .expect_problem(401, "token_invalid");
    assert_eq!(world.get("/v1/pull", Some(&fresh)).await.status, 200);
    world
        .post("/v1/password-resets", None, &ask)
        .await
        .expect_problem(422, "code_used");
    let mut browser = world.guest();
    assert_eq!(
        browser
            .sign_in("staff-a", crate::common::PASSWORD)
            .await
            .status,
        401
    );
    assert_eq!(browser.sign_in("staff-a", NEW_PASSWORD).await.status, 303);
}

async fn somebody_who_leaves_is_disabled_and_their_pins_stay(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let mut browser = world.browse("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let lao = world.lao_id(LAO_A).await;
    world.push(&phone, &[phone.pin(office, 1, &[])]).await;
    let mut officer = world.browse("officer").await;
    officer.open("/people").await;
    let id = phone.session.account.id;
    let reply = officer.send(&format!("/people/{id}/disable"), &[]).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    // The next call of a phone says why; of a page, that one must sign in.
    world
        .get("/v1/pull", Some(&phone))
        .await
        .expect_problem(403, "account_disabled");
    let refresh = json!({"refresh_token": phone.session.refresh_token, "device": phone.device});
    world
        .post("/v1/sessions/refresh", None, &refresh)
        .await
        .expect_problem(403, "account_disabled");
    assert_eq!(browser.get("/").await.status, 303);
    assert_eq!(
        browser
            .sign_in("staff-a", crate::common::PASSWORD)
            .await
            .status,
        403
    );
    assert_eq!(
        browser.sign_in("staff-a", "wrong and wrong").await.status,
        401
    );
    assert!(
        officer
            .text(&format!("/laos/{lao}"))
            .await
            .contains("18.417123")
    );
    // Back again.
    officer.open("/people").await;
    officer.send(&format!("/people/{id}/enable"), &[]).await;
    assert_eq!(world.get("/v1/pull", Some(&phone)).await.status, 200);
    // Nobody disables themselves or those above.
    let mut department = world.browse("department").await;
    department.open("/people").await;
    let own = world.sign_in("department").await.session.account.id;
    assert_eq!(
        department
            .send(&format!("/people/{own}/disable"), &[])
            .await
            .status,
        404
    );
    officer.open("/people").await;
    assert_eq!(
        officer
            .send(&format!("/people/{own}/disable"), &[])
            .await
            .status,
        404
    );
}

async fn who_looks_after_whom_is_the_same_in_rule_and_query(over: Over) {
    let world = World::new(over).await;
    let store = world.server.store();
    let mut posts = vec![
        post(Role::Department, None, false),
        post(Role::Department, None, true),
    ];
    for code in [LAO_A, LAO_B, "P51"] {
        for leads in [false, true] {
            let roles: &[Role] = if code == "P51" {
                &[Role::Province]
            } else {
                &[Role::Lao, Role::Tester]
            };
            for role in roles {
                posts.push(lao_post(&world, code, *role, leads).await);
            }
        }
    }
    let issued = enrolment::issue(
        store,
        &Manager::command_line(),
        &posts,
        30,
        Origin::CommandLine,
    )
    .await
    .unwrap();
    let lao = |index: usize| posts[index].lao.unwrap();
    let mut tried = 0;
    for (role, scope) in [
        (Role::Department, Scope::Country),
        (Role::Province, Scope::Province("50".to_owned())),
        (Role::Province, Scope::Province("51".to_owned())),
        (Role::Lao, Scope::Lao(lao(2))),
        (Role::Tester, Scope::Lao(lao(2))),
    ] {
        for leads in [false, true] {
            let manager = Manager {
                account: None,
                role,
                scope: scope.clone(),
                leads,
            };
            let mut read = store.read().await.unwrap();
            let seen: Vec<Post> = read
                .codes_below(&manager, 0, 1_000)
                .await
                .unwrap()
                .into_iter()
                .map(|code| code.post)
                .collect();
            for post in &posts {
                assert_eq!(
                    seen.contains(post),
                    manager.is_above(post),
                    "{manager:?} {post:?}"
                );
                tried += 1;
                let issued = enrolment::issue(
                    store,
                    &manager,
                    std::slice::from_ref(post),
                    1,
                    Origin::CommandLine,
                )
                .await;
                assert_eq!(issued.is_ok(), manager.is_above(post));
                if let Err(error) = issued {
                    assert!(matches!(error, IssueError::NotBelow));
                }
            }
        }
    }
    assert_eq!((issued.len(), tried), (posts.len(), posts.len() * 10));
}

async fn a_person_sees_takes_and_ends_what_is_theirs(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let mut here = world.browse("staff-a").await;
    let mut there = world.browse("staff-a").await;
    here.open("/account?lang=en").await;
    let contact = [("name", "Somebody"), ("phone", "053 111111")];
    assert_eq!(here.send("/account/contact", &contact).await.status, 303);
    let page = here.text("/account?lang=en").await;
    assert!(page.contains("value=\"053 111111\""));
    assert_eq!(page.matches("/account/sessions/").count(), 2, "{page}");
    let export = here.get("/account/export").await.json();
    assert_eq!(export["username"], "staff-a");
    assert_eq!(
        export["contact"],
        json!({"name": "Somebody", "phone": "053 111111"})
    );
    assert_eq!(export["signed_in_on"].as_array().unwrap().len(), 3);
    let body = export.to_string();
    assert!(!body.contains("argon2") && !body.contains("hash"), "{body}");
    // Another password: the old one is asked for, and the others end.
    let change = [
        ("old", "wrong and wrong"),
        ("password", NEW_PASSWORD),
        ("again", NEW_PASSWORD),
    ];
    assert_eq!(here.send("/account/password", &change).await.status, 401);
    let change = [
        ("old", crate::common::PASSWORD),
        ("password", "password1234"),
        ("again", "password1234"),
    ];
    assert_eq!(here.send("/account/password", &change).await.status, 422);
    let change = [
        ("old", crate::common::PASSWORD),
        ("password", NEW_PASSWORD),
        ("again", NEW_PASSWORD),
    ];
    assert_eq!(here.send("/account/password", &change).await.status, 303);
    assert_eq!(there.get("/account").await.status, 303);
    world
        .get("/v1/pull", Some(&phone))
        .await
        .expect_problem(401, "token_invalid");
    // Signing out everywhere.
    assert_eq!(there.sign_in("staff-a", NEW_PASSWORD).await.status, 303);
    here.open("/account?lang=en").await;
    assert_eq!(here.send("/account/everywhere", &[]).await.status, 303);
    assert_eq!(here.get("/account").await.status, 303);
    assert_eq!(there.get("/account").await.status, 303);
    // One session ends one; nobody ends another's.
    let other = world.browse("staff-b").await;
    let mut mine = world.guest();
    mine.sign_in("staff-a", NEW_PASSWORD).await;
    there.sign_in("staff-a", NEW_PASSWORD).await;
    let page = mine.text("/account?lang=en").await;
    let (_, rest) = page.split_once("/account/sessions/").unwrap();
    let id = rest[..36].to_owned();
    let mut other = other;
    other.open("/account").await;
    other.send(&format!("/account/sessions/{id}"), &[]).await;
    assert_eq!(there.get("/account").await.status, 200);
    mine.send(&format!("/account/sessions/{id}"), &[]).await;
    assert_eq!(there.get("/account").await.status, 303);
    assert_eq!(mine.get("/account").await.status, 200);
}

async fn what_is_kept_too_long_is_erased(over: Over) {
    let world = World::new(over).await;
    let phone = world.sign_in("staff-a").await;
    let id = phone.session.account.id;
    let office = world.main_office(LAO_A).await;
    let pin = phone.pin(office, 1, &[]);
    world.push(&phone, std::slice::from_ref(&pin)).await;
    let mut browser = world.browse("staff-a").await;
    browser.open("/account").await;
    browser
        .send(
            "/account/contact",
            &[("name", "Somebody"), ("phone", "053 111111")],
        )
        .await;
    let mut officer = world.browse("officer").await;
    officer.open("/people").await;
    // Whoever is still there is not erased.
    assert_eq!(
        officer
            .send(&format!("/people/{id}/erase"), &[])
            .await
            .status,
        404
    );
    officer.send(&format!("/people/{id}/disable"), &[]).await;
    let store = world.server.store();
    let day = 24 * 3_600_000;
    let now = pakmut_registry::clock::now_ms();
    assert_eq!(
        pakmut_registry::people::keep_house(store, now + 89 * day)
            .await
            .unwrap(),
        0
    );
    assert!(officer.text("/people").await.contains("053 111111"));
    assert_eq!(
        pakmut_registry::people::keep_house(store, now + 91 * day)
            .await
            .unwrap(),
        1
    );
    let page = officer.text("/people").await;
    assert!(!page.contains("053 111111") && !page.contains("staff-a") && page.contains("erased-"));
    assert_eq!(
        officer
            .send(&format!("/people/{id}/enable"), &[])
            .await
            .status,
        404
    );
    assert_eq!(
        browser
            .sign_in("staff-a", crate::common::PASSWORD)
            .await
            .status,
        401
    );
    // The pin stays, and still says who made it.
    let again = world.sign_in("staff-b").await;
    let officer = world.sign_in("officer").await;
    let pulled = world.pull(&officer, None).await;
    assert_eq!(pulled.body("pin", pin.id).unwrap()["account"], json!(id));
    drop(again);
}

async fn no_code_is_stored_as_it_is(over: Over) {
    if over == Over::Postgres {
        return;
    }
    let world = World::new(over).await;
    let code = code_for(&world, LAO_A).await;
    world.server.store().checkpoint().await.unwrap();
    for entry in std::fs::read_dir(world.dir()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for text in [code.clone(), code.replace('-', "")] {
            assert!(!bytes.windows(text.len()).any(|w| w == text.as_bytes()));
        }
    }
}
