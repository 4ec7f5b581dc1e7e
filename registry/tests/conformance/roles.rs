//! Every role tries every address with data of an LAO of Chiang Mai. The table
//! has a row for each route; a route without one fails the test, so whoever adds
//! an address says here who gets what.

use std::collections::BTreeSet;

use pakmut_domain::check_pin::Why;
use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::pull::record;
use pakmut_registry::store::DrawnPin;
use pakmut_registry::surveys::publish::publish_shipped;
use pakmut_registry::{OpenTo, map_script, routes};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::browser::Browser;
use crate::common::{CHOM_THONG, LAO_A, Over, PASSWORD, Phone, Reply, World};
use crate::photos;

over_both!(every_role_gets_from_every_address_what_is_its_own);

/// Who tries: nobody who signed in; staff of the LAO, its tester; staff of
/// another LAO of its province; the officer of its province and of another; the
/// department.
const WHO: [&str; 7] = [
    "",
    "staff-a",
    "tester-a",
    "staff-b",
    "officer",
    "officer-51",
    "department",
];

/// The statuses that each of [`WHO`] gets.
type Statuses = [u16; 7];

const ALL: Statuses = [200; 7];
const BEARERS: Statuses = [401, 200, 200, 200, 200, 200, 200];
const VISITORS: Statuses = [303, 200, 200, 200, 200, 200, 200];
/// The LAO's own, and those above it.
const OWN_API: Statuses = [401, 200, 200, 404, 200, 404, 200];
const OWN_PAGE: Statuses = [303, 200, 200, 404, 200, 404, 200];
const COMMENTS: Statuses = [303, 200, 403, 404, 200, 404, 200];
const OFFICERS_OF_50: Statuses = [303, 403, 403, 403, 200, 404, 200];

/// After these one signs in again for the next row.
const ENDS_THE_SESSION: [&str; 3] = [
    "DELETE /v1/sessions",
    "POST /account/everywhere",
    "POST /sign-out",
];

/// What is sent.
enum Send {
    /// Nothing.
    Nothing,
    /// JSON, with an access token where there is one.
    Json(Value),
    /// A form, with its token.
    Form(Vec<(&'static str, String)>),
}

struct Row {
    /// `METHOD /path/{with}/parameters`, as the route has it.
    route: &'static str,
    /// The address with the LAO's data in it.
    path: String,
    send: Send,
    statuses: Statuses,
}

/// Something that only the LAO and those above it may read.
const SECRET: &str = "ใต้ต้นมะขามใหญ่";

/// A meeting's key.
const MEETING: &str = "meeting-1";

struct Data {
    world: World,
    lao: Uuid,
    office: Uuid,
    photo: ItemHash,
    /// A pin with that photo, and one whose photo may be taken back.
    pins: [Uuid; 2],
    /// A trial response with that photo.
    response: Uuid,
    /// A declaration with that photo.
    declaration: Uuid,
    staff: Uuid,
    code: Uuid,
    check: Uuid,
}

impl Data {
    async fn new(over: Over) -> Self {
        let world = World::new(over).await;
        publish_shipped(world.server.store(), "citizen", true)
            .await
            .unwrap();
        let phone = world.sign_in("staff-a").await;
        let office = world.main_office(LAO_A).await;
        // Outside its area: a clean pin may be drawn for the sample, by its random id.
        let photo = crate::common::jpeg(100, 0);
        let hash = ItemHash::of(&photo);
        let mut pin = phone.pin_at(office, 1_000, &[], CHOM_THONG.0, 99.137_543_2);
        pin.payload = photos::with_photo(&pin, &hash);
        let mut other = phone.pin_at(office, 2_000, &[pin.id], CHOM_THONG.0, 99.137_543_2);
        other.payload = photos::with_photo(&other, &ItemHash::of(b"not here"));
        let pins = [pin.id, other.id];
        publish_shipped(world.server.store(), "readiness", true)
            .await
            .unwrap();
        let response = photos::response(&phone, office, true, &photo, "");
        let notice = photos::notice(&phone, office, &hash);
        let declaration = notice.id;
        let answered = response.id;
        world.push(&phone, &[pin, other, notice, response]).await;
        let drawn = DrawnPin {
            id: Uuid::now_v7(),
            province: "50".to_owned(),
            counter: office,
            pin: pins[0],
            why: Why::Chance,
            drawn: 1_000,
        };
        let mut write = world.server.store().write().await.unwrap();
        write.put_check_pin(&drawn, Uuid::now_v7()).await.unwrap();
        // In 2037.
        let meeting = json!({
            "kind": "meeting", "title": "ประชุม", "published_ms": 1, "begins_ms": 2_133_000_000_000_i64,
        });
        write
            .put_document(
                record::ANNOUNCEMENT,
                MEETING,
                "country",
                Some(meeting.to_string()),
            )
            .await
            .unwrap();
        write.commit().await.unwrap();
        let request = world
            .http
            .put(format!("{}/v1/attachments/{hash}", world.base))
            .bearer_auth(&phone.session.access_token)
            .body(photo);
        assert_eq!(request.send().await.unwrap().status(), 200);
        Self {
            lao: world.lao_id(LAO_A).await,
            office,
            photo: hash,
            pins,
            response: answered,
            declaration,
            staff: phone.session.account.id,
            code: Uuid::now_v7(),
            check: drawn.id,
            world,
        }
    }

    /// The table.
    fn rows(&self) -> Vec<Row> {
        let row = |route, path: String, send, statuses| Row {
            route,
            path,
            send,
            statuses,
        };
        let get = |route, path: String, statuses| row(route, path, Send::Nothing, statuses);
        let plain = |route: &'static str, statuses| {
            let path = route.split(' ').nth(1).unwrap().to_owned();
            row(route, path, Send::Nothing, statuses)
        };
        let form =
            |route, path: String, fields, statuses| row(route, path, Send::Form(fields), statuses);
        let (lao, office, photo) = (self.lao, self.office, self.photo);
        let (staff, code) = (self.staff, self.code);
        let device = Uuid::now_v7();
        let wrong = json!({"username": "nobody\u{0}", "password": PASSWORD, "device": device});
        let no_code = json!({
            "code": "0000-0000-0000-0000", "username": "nobody", "password": PASSWORD,
            "contact": {"name": "x", "phone": "x"}, "device": device,
        });
        let pull = |statuses| plain("GET /v1/pull", statuses);
        vec![
            // Everybody.
            plain("GET /v1/config", ALL),
            plain("GET /v1/openapi.json", ALL),
            plain("GET /healthz", ALL),
            plain("GET /metrics", ALL),
            plain("GET /style.css", ALL),
            get(
                "GET /fonts/{name}",
                "/fonts/sarabun-thai-400.woff2".to_owned(),
                ALL,
            ),
            get("GET /map/{folder}/{name}", map_script(), ALL),
            plain("GET /sign-in", ALL),
            plain("GET /plain.css", ALL),
            plain("GET /icon.svg", ALL),
            plain("GET /review.js", ALL),
            plain("GET /check.js", ALL),
            plain("GET /nearest", ALL),
            plain("GET /nearest.js", ALL),
            plain("GET /results", ALL),
            get(
                "GET /provinces/{code}/results",
                "/provinces/50/results".to_owned(),
                ALL,
            ),
            get(
                "GET /laos/{id}/results",
                format!("/laos/{lao}/results"),
                ALL,
            ),
            get(
                "GET /counters/{id}/results",
                format!("/counters/{office}/results"),
                ALL,
            ),
            get(
                "GET /forms/{id}/codebook.csv",
                "/forms/citizen/codebook.csv".to_owned(),
                ALL,
            ),
            get(
                "GET /counters/{id}/sheet",
                format!("/counters/{office}/sheet"),
                ALL,
            ),
            get("GET /rate/{id}", format!("/rate/{office}"), ALL),
            get(
                "GET /rate/{id}/thanks",
                format!("/rate/{office}/thanks"),
                ALL,
            ),
            // Without the visit that its page begins it is shown again.
            form("POST /rate/{id}", format!("/rate/{office}"), vec![], ALL),
            plain("GET /enrol", ALL),
            get(
                "GET /counters/{id}/copies",
                format!("/counters/{office}/copies"),
                ALL,
            ),
            row(
                "POST /v1/sessions",
                "/v1/sessions".to_owned(),
                Send::Json(wrong),
                [401; 7],
            ),
            row(
                "POST /v1/sessions/refresh",
                "/v1/sessions/refresh".to_owned(),
                Send::Json(json!({"refresh_token": "x", "device": device})),
                [401; 7],
            ),
            row(
                "POST /v1/enrolments/preview",
                "/v1/enrolments/preview".to_owned(),
                Send::Json(no_code.clone()),
                [422; 7],
            ),
            row(
                "POST /v1/enrolments",
                "/v1/enrolments".to_owned(),
                Send::Json(no_code.clone()),
                [422; 7],
            ),
            row(
                "POST /v1/password-resets",
                "/v1/password-resets".to_owned(),
                Send::Json(no_code),
                [422; 7],
            ),
            // A form of somebody who is not signed in has a token of its own.
            form(
                "POST /sign-in",
                "/sign-in".to_owned(),
                vec![],
                [401, 403, 403, 403, 403, 403, 403],
            ),
            form(
                "POST /enrol",
                "/enrol".to_owned(),
                vec![],
                [422, 403, 403, 403, 403, 403, 403],
            ),
            form(
                "POST /enrol/account",
                "/enrol/account".to_owned(),
                vec![],
                [422, 403, 403, 403, 403, 403, 403],
            ),
            // Phones.
            pull(BEARERS),
            row(
                "POST /v1/push",
                "/v1/push".to_owned(),
                Send::Json(json!({"batch_id": device, "items": []})),
                BEARERS,
            ),
            row(
                "POST /v1/reconcile",
                "/v1/reconcile".to_owned(),
                Send::Json(json!({"items": [], "attachments": []})),
                BEARERS,
            ),
            get(
                "GET /v1/attachments/{sha256}",
                format!("/v1/attachments/{photo}"),
                OWN_API,
            ),
            get(
                "HEAD /v1/attachments/{sha256}",
                format!("/v1/attachments/{photo}"),
                OWN_API,
            ),
            // Whoever brings the bytes may store them: they are named by their hash.
            row(
                "PUT /v1/attachments/{sha256}",
                format!("/v1/attachments/{photo}"),
                Send::Nothing,
                [401, 413, 413, 413, 413, 413, 413],
            ),
            get(
                "GET /v1/pins/{id}/photo",
                format!("/v1/pins/{}/photo", self.pins[0]),
                OWN_API,
            ),
            row(
                "DELETE /v1/pins/{id}/photo",
                format!("/v1/pins/{}/photo", self.pins[1]),
                Send::Nothing,
                [401, 204, 403, 404, 403, 403, 403],
            ),
            plain("GET /v1/zero-copy/progress", BEARERS),
            plain("GET /v1/zero-copy/contradictions", BEARERS),
            get(
                "GET /v1/zero-copy/counters/{id}",
                format!("/v1/zero-copy/counters/{office}"),
                OWN_API,
            ),
            plain("DELETE /v1/sessions", [401, 204, 204, 204, 204, 204, 204]),
            // Pages. Whoever has a page of their own is led there.
            plain("GET /", [303, 303, 303, 303, 303, 303, 200]),
            get("GET /laos/{id}", format!("/laos/{lao}"), OWN_PAGE),
            get(
                "GET /provinces/{code}",
                "/provinces/50".to_owned(),
                OFFICERS_OF_50,
            ),
            get(
                "GET /pins/{id}/photo",
                format!("/pins/{}/photo", self.pins[0]),
                OWN_PAGE,
            ),
            get(
                "GET /declarations/{id}/photo",
                format!("/declarations/{}/photo", self.declaration),
                OWN_PAGE,
            ),
            form(
                "POST /pins/{id}/photo/remove",
                format!("/pins/{}/photo/remove", self.pins[1]),
                vec![],
                [303, 303, 403, 404, 403, 403, 403],
            ),
            plain("GET /zero-copy", [303, 403, 403, 403, 303, 303, 200]),
            get(
                "GET /provinces/{code}/zero-copy",
                "/provinces/50/zero-copy".to_owned(),
                OFFICERS_OF_50,
            ),
            get(
                "GET /laos/{id}/zero-copy",
                format!("/laos/{lao}/zero-copy"),
                OWN_PAGE,
            ),
            get(
                "GET /zero-copy/export/{file}",
                "/zero-copy/export/progress.csv".to_owned(),
                [303, 403, 403, 403, 200, 200, 200],
            ),
            get(
                "GET /provinces/{code}/zero-copy/export/{file}",
                "/provinces/50/zero-copy/export/contradicted.csv".to_owned(),
                OFFICERS_OF_50,
            ),
            // Changing lists of counters.
            get(
                "GET /laos/{id}/counters",
                format!("/laos/{lao}/counters"),
                COMMENTS,
            ),
            form(
                "POST /laos/{id}/counters",
                format!("/laos/{lao}/counters"),
                vec![("name", "".to_owned())],
                [303, 200, 403, 404, 200, 404, 200],
            ),
            get(
                "GET /laos/{id}/counters/{what}",
                format!("/laos/{lao}/counters/list.csv"),
                COMMENTS,
            ),
            form(
                "POST /laos/{id}/counters/{what}",
                format!("/laos/{lao}/counters/preview"),
                vec![],
                [303, 400, 403, 404, 400, 404, 400],
            ),
            get(
                "GET /provinces/{code}/counters",
                "/provinces/50/counters".to_owned(),
                OFFICERS_OF_50,
            ),
            get(
                "GET /provinces/{code}/counters/{what}",
                "/provinces/50/counters/list.csv".to_owned(),
                OFFICERS_OF_50,
            ),
            form(
                "POST /provinces/{code}/counters/{what}",
                "/provinces/50/counters/preview".to_owned(),
                vec![],
                [303, 403, 403, 403, 400, 404, 400],
            ),
            // Following up and reviewing.
            get(
                "GET /provinces/{code}/follow-up",
                "/provinces/50/follow-up".to_owned(),
                OFFICERS_OF_50,
            ),
            form(
                "POST /provinces/{code}/reminders",
                "/provinces/50/reminders".to_owned(),
                vec![("way", "phone".to_owned()), ("lao", lao.to_string())],
                [303, 403, 403, 403, 303, 404, 303],
            ),
            get(
                "GET /laos/{id}/contact",
                format!("/laos/{lao}/contact"),
                OFFICERS_OF_50,
            ),
            form(
                "POST /laos/{id}/contact",
                format!("/laos/{lao}/contact"),
                vec![],
                [303, 403, 403, 403, 303, 404, 303],
            ),
            get(
                "GET /provinces/{code}/review",
                "/provinces/50/review".to_owned(),
                OFFICERS_OF_50,
            ),
            get(
                "GET /provinces/{code}/review/clean",
                "/provinces/50/review/clean".to_owned(),
                OFFICERS_OF_50,
            ),
            form(
                "POST /provinces/{code}/review/clean",
                "/provinces/50/review/clean".to_owned(),
                vec![],
                [303, 403, 403, 403, 303, 404, 303],
            ),
            get(
                "GET /provinces/{code}/checks",
                "/provinces/50/checks".to_owned(),
                OFFICERS_OF_50,
            ),
            form(
                "POST /provinces/{code}/checks",
                "/provinces/50/checks".to_owned(),
                vec![],
                [303, 403, 403, 403, 400, 404, 400],
            ),
            get(
                "GET /meetings/{key}",
                format!("/meetings/{MEETING}"),
                VISITORS,
            ),
            form(
                "POST /meetings/{key}",
                format!("/meetings/{MEETING}"),
                vec![],
                [303, 400, 403, 400, 403, 403, 403],
            ),
            get(
                "GET /provinces/{code}/meetings/{key}",
                format!("/provinces/50/meetings/{MEETING}"),
                OFFICERS_OF_50,
            ),
            form(
                "POST /provinces/{code}/meetings/{key}",
                format!("/provinces/50/meetings/{MEETING}"),
                vec![],
                [303, 403, 403, 403, 400, 404, 400],
            ),
            // Somebody else measures: not the counter's own LAO.
            get(
                "GET /checks/{id}",
                format!("/checks/{}", self.check),
                [303, 404, 404, 200, 200, 404, 200],
            ),
            form(
                "POST /checks/{id}",
                format!("/checks/{}", self.check),
                vec![],
                [303, 404, 404, 400, 400, 404, 400],
            ),
            get(
                "GET /review/{id}",
                format!("/review/{office}"),
                OFFICERS_OF_50,
            ),
            form(
                "POST /review/{id}",
                format!("/review/{office}"),
                vec![],
                [303, 403, 403, 403, 400, 404, 400],
            ),
            form(
                "POST /counters/{id}/exempt",
                format!("/counters/{office}/exempt"),
                vec![],
                [303, 403, 403, 403, 400, 404, 400],
            ),
            get(
                "GET /provinces/{code}/papers",
                "/provinces/50/papers".to_owned(),
                OFFICERS_OF_50,
            ),
            get(
                "GET /provinces/{code}/export/{kind}",
                "/provinces/50/export/csv".to_owned(),
                OFFICERS_OF_50,
            ),
            get(
                "GET /laos/{id}/export/{kind}",
                format!("/laos/{lao}/export/csv"),
                OFFICERS_OF_50,
            ),
            get(
                "GET /provinces/{code}/calls/{kind}",
                "/provinces/50/calls/csv".to_owned(),
                OFFICERS_OF_50,
            ),
            form(
                "POST /provinces/{code}/letters",
                "/provinces/50/letters".to_owned(),
                vec![],
                [303, 403, 403, 403, 200, 404, 200],
            ),
            get(
                "GET /provinces/{code}/sheets",
                "/provinces/50/sheets".to_owned(),
                OFFICERS_OF_50,
            ),
            get(
                "GET /laos/{id}/sheet",
                format!("/laos/{lao}/sheet"),
                OFFICERS_OF_50,
            ),
            plain("GET /rounds", [303, 403, 403, 403, 200, 200, 200]),
            form(
                "POST /rounds",
                "/rounds".to_owned(),
                vec![],
                [303, 403, 403, 403, 403, 403, 400],
            ),
            // What citizens wrote is read by the LAO's own people.
            get(
                "GET /laos/{id}/comments",
                format!("/laos/{lao}/comments"),
                COMMENTS,
            ),
            form(
                "POST /laos/{id}/comments",
                format!("/laos/{lao}/comments"),
                vec![],
                [303, 400, 403, 404, 403, 403, 403],
            ),
            get(
                "GET /responses/{id}/photos/{n}",
                format!("/responses/{}/photos/1", self.response),
                COMMENTS,
            ),
            // One's own account.
            plain("GET /account", VISITORS),
            plain("GET /account/export", VISITORS),
            form(
                "POST /account/contact",
                "/account/contact".to_owned(),
                vec![("name", "x".to_owned()), ("phone", "1".to_owned())],
                [303; 7],
            ),
            form(
                "POST /account/password",
                "/account/password".to_owned(),
                vec![],
                [303, 422, 422, 422, 422, 422, 422],
            ),
            form(
                "POST /account/sessions/{id}",
                format!("/account/sessions/{device}"),
                vec![],
                [303; 7],
            ),
            // Those below.
            plain("GET /people", [303, 403, 403, 403, 200, 200, 200]),
            plain("GET /codes", [303, 403, 403, 403, 200, 200, 200]),
            form(
                "POST /codes",
                "/codes".to_owned(),
                vec![("kind", "lao".to_owned()), ("place", lao.to_string())],
                // The department issues to provinces.
                [303, 403, 403, 403, 200, 400, 400],
            ),
            form(
                "POST /codes/{id}/revoke",
                format!("/codes/{code}/revoke"),
                vec![],
                [303, 403, 403, 403, 404, 404, 404],
            ),
            form(
                "POST /people/{id}/reset",
                format!("/people/{staff}/reset"),
                vec![],
                [303, 403, 403, 403, 200, 404, 200],
            ),
            form(
                "POST /people/{id}/enable",
                format!("/people/{staff}/enable"),
                vec![],
                [303, 403, 403, 403, 303, 404, 303],
            ),
            form(
                "POST /people/{id}/erase",
                format!("/people/{staff}/erase"),
                vec![],
                [303, 403, 403, 403, 404, 404, 404],
            ),
            form(
                "POST /people/{id}/disable",
                format!("/people/{staff}/disable"),
                vec![],
                [303, 403, 403, 403, 303, 404, 303],
            ),
            form(
                "POST /account/everywhere",
                "/account/everywhere".to_owned(),
                vec![],
                [303; 7],
            ),
            form("POST /sign-out", "/sign-out".to_owned(), vec![], [303; 7]),
        ]
    }

    async fn phone(&self, row: &Row, phone: Option<&Phone>) -> Reply {
        let method: Method = row.route.split(' ').next().unwrap().parse().unwrap();
        let mut request = self
            .world
            .http
            .request(method, format!("{}{}", self.world.base, row.path));
        if let Some(phone) = phone {
            request = request.bearer_auth(&phone.session.access_token);
        }
        if let Send::Json(body) = &row.send {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        Reply::of(request.send().await.unwrap()).await
    }

    async fn page(&self, row: &Row, browser: &mut Browser) -> Reply {
        let Send::Form(fields) = &row.send else {
            return browser.get(&row.path).await;
        };
        let mut all: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let csrf = browser.csrf();
        all.push(("csrf", &csrf));
        browser.post(&row.path, &all).await
    }
}

async fn every_role_gets_from_every_address_what_is_its_own(over: Over) {
    let data = Data::new(over).await;
    let rows = data.rows();
    let known: BTreeSet<String> = routes()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let tried: BTreeSet<String> = rows.iter().map(|row| row.route.to_owned()).collect();
    let without: Vec<_> = known.difference(&tried).collect();
    let gone: Vec<_> = tried.difference(&known).collect();
    assert!(
        without.is_empty(),
        "say in this table who gets what from {without:#?}"
    );
    assert!(gone.is_empty(), "no such routes: {gone:#?}");
    assert_eq!(rows.len(), known.len());

    let mut tries = 0;
    let mut wrong = Vec::new();
    for (place, username) in WHO.into_iter().enumerate() {
        let may_see = !matches!(username, "" | "staff-b" | "officer-51");
        let mut saw = false;
        let (mut phone, mut browser) = data.signed_in(username).await;
        for row in &rows {
            let route = routes()
                .find(|route| row.route == format!("{} {}", route.method, route.path))
                .unwrap();
            let is_page =
                matches!(route.open_to, OpenTo::Visitors(_)) || matches!(row.send, Send::Form(_));
            let reply = if is_page {
                data.page(row, &mut browser).await
            } else {
                data.phone(row, phone.as_ref()).await
            };
            if ENDS_THE_SESSION.contains(&row.route) {
                (phone, browser) = data.signed_in(username).await;
            }
            tries += 1;
            if reply.status != row.statuses[place] {
                wrong.push(format!(
                    "{username:?} {}: {} instead of {}",
                    row.route, reply.status, row.statuses[place]
                ));
            }
            // As the route itself states.
            let stated = match route.open_to {
                OpenTo::Everybody => true,
                OpenTo::Bearers(roles) | OpenTo::Visitors(roles) => {
                    roles.iter().any(|role| Some(*role) == role_of(username))
                }
            };
            let shut_out =
                matches!(reply.status, 401 | 403) || (reply.status == 303 && username.is_empty());
            if !stated && !shut_out {
                wrong.push(format!(
                    "{username:?} {}: {} though it is shut",
                    row.route, reply.status
                ));
            }
            let text = reply.text();
            let sees = text.contains(SECRET) || text.contains("18.417123");
            saw |= sees;
            if sees && !may_see {
                wrong.push(format!(
                    "{username:?} {} shows what is not theirs",
                    row.route
                ));
            }
            data.undo().await;
        }
        assert_eq!(
            saw, may_see,
            "{username:?}: a test that never sees it shows nothing"
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!(
        "{} addresses, {} roles: {tries} tries",
        rows.len(),
        WHO.len()
    );
    assert_eq!(tries, rows.len() * WHO.len());
}

fn role_of(username: &str) -> Option<pakmut_domain::model::Role> {
    use pakmut_domain::model::Role;
    match username.split('-').next()? {
        "staff" => Some(Role::Lao),
        "tester" => Some(Role::Tester),
        "officer" => Some(Role::Province),
        "department" => Some(Role::Department),
        _ => None,
    }
}

impl Data {
    /// A phone and a browser of theirs, a page open that has a form.
    async fn signed_in(&self, username: &str) -> (Option<Phone>, Browser) {
        if username.is_empty() {
            let mut browser = self.world.guest();
            browser.open("/sign-in").await;
            return (None, browser);
        }
        let mut browser = self.world.browse(username).await;
        browser.open("/account").await;
        (Some(self.world.sign_in(username).await), browser)
    }

    /// Takes back what a try that was allowed did.
    async fn undo(&self) {
        self.world
            .sql("UPDATE accounts SET disabled = 0 WHERE disabled = 1")
            .await;
    }
}
