//! Signing in on the pages: cookies, forms, ends.

use pakmut_domain::words::{Lang, text};
use pakmut_registry::routes;

use crate::common::{LAO_A, LAO_B, Over, PASSWORD, World};

over_both!(
    a_person_signs_in_looks_and_signs_out,
    a_form_without_its_token_is_refused_at_every_address,
    a_planted_cookie_counts_for_nothing,
    everybody_sees_their_own_scope_alone,
    what_was_typed_when_the_session_ended_comes_back,
    a_session_ends_when_idle_when_old_and_when_its_account_is_disabled,
);

async fn a_person_signs_in_looks_and_signs_out(over: Over) {
    let world = World::new(over).await;
    let mut browser = world.guest();
    let asked = browser.get("/provinces/50?page=1").await;
    assert_eq!(asked.status, 303);
    assert_eq!(
        asked.headers["location"],
        "/sign-in?next=%2Fprovinces%2F50%3Fpage%3D1"
    );
    let page = browser
        .text(asked.headers["location"].to_str().unwrap())
        .await;
    assert!(page.contains("name=\"next\" value=\"/provinces/50?page=1\""));
    let next = ("next", "/provinces/50?page=1");
    let wrong = [("username", "officer"), ("password", "wrong horse"), next];
    let reply = browser.send("/sign-in?lang=en", &wrong).await;
    assert_eq!(reply.status, 401);
    assert!(
        reply
            .text()
            .contains(&text(Lang::En, "error-credentials-wrong", &[]))
    );
    // What was typed is still there, the password is not.
    assert!(reply.text().contains("value=\"officer\"") && !reply.text().contains("wrong horse"));
    let right = [("username", " officer "), ("password", PASSWORD), next];
    let reply = browser.send("/sign-in", &right).await;
    assert_eq!(
        (reply.status, &reply.headers["location"]),
        (303, &"/provinces/50?page=1".parse().unwrap())
    );
    let cookie = reply.headers.get_all("set-cookie").iter().next().unwrap();
    let cookie = cookie.to_str().unwrap();
    assert!(cookie.starts_with("pakmut=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"));
    let reply = browser.open("/provinces/50?page=1").await;
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert!(reply.text().contains("lang=th\">officer</a>"));
    let before = browser.cookies.clone();
    let reply = browser.send("/sign-out", &[]).await;
    assert_eq!(reply.status, 303);
    assert!(!browser.cookies.contains_key("pakmut"));
    browser.cookies = before;
    assert_eq!(browser.get("/provinces/50").await.status, 303);
}

async fn a_form_without_its_token_is_refused_at_every_address(over: Over) {
    let world = World::new(over).await;
    let mut browser = world.browse("department").await;
    let mut other = world.browse("officer").await;
    browser.open("/").await;
    other.open("/").await;
    let mut tried = 0;
    // A citizen's answer is nobody's: the mark of its own page is tried with it.
    let forms = routes().filter(|route| {
        route.method == "POST"
            && !route.path.starts_with("/v1/")
            && !route.path.starts_with("/rate/")
    });
    for route in forms {
        let path = route
            .path
            .replace("{code}", "50")
            .replace("{what}", "preview")
            .replace("{id}", "01890a5d-ac96-774b-bcce-000000000002");
        let theirs = other.csrf();
        for fields in [&[][..], &[("csrf", "")], &[("csrf", theirs.as_str())]] {
            let reply = browser.post(&path, fields).await;
            assert_eq!(reply.status, 403, "{path}: {}", reply.text());
            assert!(reply.headers.get("set-cookie").is_none(), "{path}");
        }
        tried += 1;
    }
    assert!(tried >= 2);
    // The session is as it was.
    browser.text("/").await;
}

async fn a_planted_cookie_counts_for_nothing(over: Over) {
    let world = World::new(over).await;
    let mut browser = world.guest();
    browser
        .cookies
        .insert("pakmut".to_owned(), "planted".to_owned());
    assert_eq!(browser.get("/").await.status, 303);
    browser.sign_in("officer", PASSWORD).await;
    assert_ne!(browser.cookies["pakmut"], "planted");
    let first = browser.cookies["pakmut"].clone();
    browser.sign_in("officer", PASSWORD).await;
    assert_ne!(browser.cookies["pakmut"], first);
    // One goes on to this host alone.
    browser.open("/sign-in").await;
    let fields = [
        ("username", "officer"),
        ("password", PASSWORD),
        ("next", "//elsewhere.example/"),
    ];
    let reply = browser.send("/sign-in", &fields).await;
    assert_eq!(reply.headers["location"], "/?lang=th");
}

async fn everybody_sees_their_own_scope_alone(over: Over) {
    let world = World::new(over).await;
    let (a, b) = (world.lao_id(LAO_A).await, world.lao_id(LAO_B).await);
    let (page_a, page_b) = (format!("/laos/{a}"), format!("/laos/{b}"));
    let others = ["/provinces/51", "/provinces/51/zero-copy"];
    for (username, home, open, shut) in [
        (
            "staff-a",
            page_a.as_str(),
            vec![page_a.as_str()],
            vec![page_b.as_str()],
        ),
        ("tester-a", &page_a, vec![&page_a], vec![&page_b]),
        (
            "officer",
            "/provinces/50",
            vec![&page_a, &page_b, "/zero-copy"],
            others.to_vec(),
        ),
        (
            "officer-51",
            "/provinces/51",
            others.to_vec(),
            vec![&page_a, "/provinces/50"],
        ),
        (
            "department",
            "/",
            vec![&page_a, "/zero-copy", "/provinces/50"],
            vec![],
        ),
    ] {
        let mut browser = world.browse(username).await;
        browser.text("/").await;
        assert_eq!(browser.path.split('?').next(), Some(home), "{username}");
        for path in open {
            browser.text(path).await;
        }
        for path in shut {
            let reply = browser.get(path).await;
            assert_eq!(reply.status, 404, "{username} {path}");
            assert!(reply.text().contains("<html"));
        }
        let officers_only = browser.get("/provinces/50").await.status;
        if username.contains("-a") {
            assert_eq!(officers_only, 403, "{username}");
        }
    }
}

async fn a_session_ends_when_idle_when_old_and_when_its_account_is_disabled(over: Over) {
    let world = World::new(over).await;
    const HOUR: i64 = 3_600_000;
    // (began, seen) so long ago, and whether it still counts.
    for (began, seen, counts) in [
        (HOUR, HOUR * 29 / 60, true),
        (HOUR, HOUR * 31 / 60, false),
        (11 * HOUR, 0, true),
        (13 * HOUR, 0, false),
    ] {
        let mut browser = world.browse("officer").await;
        let aged = format!("UPDATE web_sessions SET began = began - {began}, seen = seen - {seen}");
        world.sql(&aged).await;
        let status = browser.get("/provinces/50").await.status;
        assert_eq!(status == 200, counts, "{began} {seen}: {status}");
        world.sql("DELETE FROM web_sessions").await;
    }
    let mut browser = world.browse("officer").await;
    browser.text("/provinces/50").await;
    world
        .sql("UPDATE accounts SET disabled = 1 WHERE username = 'officer'")
        .await;
    assert_eq!(browser.get("/provinces/50").await.status, 303);
    let reply = browser.sign_in("officer", PASSWORD).await;
    assert_eq!(reply.status, 403);
}

async fn what_was_typed_when_the_session_ended_comes_back(over: Over) {
    let world = World::new(over).await;
    let mut browser = world.browse("officer").await;
    browser.open("/account").await;
    world
        .sql("UPDATE web_sessions SET seen = seen - 3600000")
        .await;
    let typed = [
        ("name", "A new name"),
        ("phone", "053 222222"),
        ("old", "secret words"),
    ];
    // A browser that does not say so may be sent by another site: nothing is kept.
    let reply = browser.send("/account/contact?lang=en", &typed).await;
    assert_eq!((reply.status, reply.text()), (303, String::new()));
    browser.says_same_origin = true;
    let reply = browser.send("/account/contact?lang=en", &typed).await;
    assert_eq!(reply.status, 401);
    browser.page = reply.text();
    assert!(
        browser
            .page
            .contains("name=\"kept.name\" value=\"A new name\"")
    );
    assert!(!browser.page.contains("secret words"));
    let fields = [
        ("username", "officer"),
        ("password", PASSWORD),
        ("next", "/account/contact?lang=en"),
        ("kept.name", "A new name"),
        ("kept.phone", "053 222222"),
    ];
    let reply = browser.send("/sign-in?lang=en", &fields).await;
    assert_eq!(reply.status, 200);
    browser.page = reply.text();
    assert!(
        browser.page.contains("A new name")
            && browser.page.contains("action=\"/account/contact?lang=en\"")
    );
    let again = [("name", "A new name"), ("phone", "053 222222")];
    assert_eq!(
        browser
            .send("/account/contact?lang=en", &again)
            .await
            .status,
        303
    );
    assert!(
        browser
            .text("/account")
            .await
            .contains("value=\"053 222222\"")
    );
}
