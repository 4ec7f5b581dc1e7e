//! The registry's description of itself holds for its real answers.

use std::collections::BTreeSet;

use pakmut_domain::wire::envelope::Kind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{LAO_A, Over, PASSWORD, Phone, Reply, World};
use crate::{checks, enrolment, photos};

over_both!(real_answers_are_as_the_document_says);

/// The document as the registry serves it.
struct Document {
    json: Value,
    /// Endpoints whose answers were held against it, `METHOD path status`.
    seen: BTreeSet<String>,
}

impl Document {
    async fn of(world: &World) -> Self {
        let json = world.get("/v1/openapi.json", None).await.json();
        assert_eq!(json["openapi"], "3.1.0");
        Self {
            json,
            seen: BTreeSet::new(),
        }
    }

    /// The schema of a pointer, with all components at hand for its references.
    fn validator(&self, pointer: &str) -> jsonschema::Validator {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#{pointer}"),
            "components": self.json["components"],
            "paths": self.json["paths"],
        });
        jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap()
    }

    /// Holds a body against a named schema.
    fn holds(&self, schema: &str, body: &Value) {
        let validator = self.validator(&format!("/components/schemas/{schema}"));
        let errors: Vec<String> = validator
            .iter_errors(body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{schema}: {errors:#?}\n{body:#}");
    }

    /// Holds an answer against what the document says of its endpoint.
    fn answered(&mut self, method: &str, path: &str, reply: &Reply) {
        let operation = &self.json["paths"][path][method];
        assert!(
            operation.is_object(),
            "{method} {path} is not in the document"
        );
        let status = reply.status.to_string();
        let said = if reply.status >= 400 {
            &self.json["components"]["responses"]["Problem"]
        } else {
            &operation["responses"][&status]
        };
        assert!(said.is_object(), "{method} {path} never answers {status}");
        let Some(content) = said["content"].as_object() else {
            assert!(reply.body.is_empty());
            self.seen.insert(format!("{method} {path} {status}"));
            return;
        };
        let kind = reply.headers["content-type"].to_str().unwrap();
        let kind = kind.split(';').next().unwrap();
        let schema = content
            .get(kind)
            .unwrap_or_else(|| panic!("{method} {path} answers {kind}"));
        if let Some(name) = schema["schema"]["$ref"].as_str() {
            self.holds(name.rsplit('/').next().unwrap(), &reply.json());
        }
        self.seen.insert(format!("{method} {path} {status}"));
    }
}

async fn real_answers_are_as_the_document_says(over: Over) {
    let world = World::new(over).await;
    let mut document = Document::of(&world).await;

    // A schema that refuses nothing would hold for everything.
    for name in ["Config", "Session", "PushAnswer", "PullAnswer", "Problem"] {
        let validator = document.validator(&format!("/components/schemas/{name}"));
        assert!(!validator.is_valid(&json!({})), "{name}");
    }

    for path in ["/v1/config", "/v1/openapi.json", "/healthz", "/metrics"] {
        document.answered("get", path, &world.get(path, None).await);
    }
    document.answered("get", "/v1/pull", &world.get("/v1/pull", None).await);

    let sign_in = json!({"username": "staff-a", "password": PASSWORD, "device": Uuid::now_v7()});
    document.holds("SignIn", &sign_in);
    let answer = world.post("/v1/sessions", None, &sign_in).await;
    document.answered("post", "/v1/sessions", &answer);
    let session = answer.json();
    let refresh = json!({"refresh_token": session["refresh_token"], "device": sign_in["device"]});
    document.holds("Refresh", &refresh);
    let mut unknown = refresh.clone();
    unknown["refresh_token"] = json!("A".repeat(43));
    for (refresh, status) in [(refresh, 200), (unknown, 401)] {
        let answer = world.post("/v1/sessions/refresh", None, &refresh).await;
        assert_eq!(answer.status, status);
        document.answered("post", "/v1/sessions/refresh", &answer);
    }

    let phone = world.sign_in("staff-a").await;
    let officer = world.sign_in("officer").await;
    let department = world.sign_in("department").await;
    let office = world.main_office(LAO_A).await;
    let lao = world.lao_id(LAO_A).await;
    let pin = phone.pin_at(office, 1_000, &[], 13.75, 100.5);
    let beside = phone.pin(office, 2_000, &[]);
    let proposal = json!({
        "counter": Uuid::now_v7(), "lao": lao, "name": "จุดบริการเคลื่อนที่", "kind": "mobile",
        "status": "active", "address": {"text": "ตลาด", "postcode": "50160", "extension": "12"},
    });
    let roster = json!({"lao": lao, "complete": true, "counters": 2});
    let review = officer.review(pin.id, "sent_back", &[]);
    document.holds("Pin", &payload(&pin));
    document.holds("CounterProposal", &proposal);
    document.holds("RosterStatement", &roster);
    document.holds("Review", &payload(&review));
    let comes = json!({"meeting": "a-meeting", "lao": lao, "will": true, "people": 2});
    document.holds("Attendance", &comes);
    let measured = json!({
        "check": Uuid::now_v7(), "counter": office, "lat": 13.75, "lon": 100.5, "radius68_m": 4.2,
        "radius95_m": 9.5, "method": "gnss", "fixes": 11, "seconds": 10.0,
    });
    document.holds("CheckMeasurement", &measured);
    let mut refused = phone.pin(office, 3_000, &[]);
    refused.account = Uuid::now_v7();
    let items = [
        pin.clone(),
        pin.clone(),
        beside,
        phone.item(Kind::COUNTER, 5, &[pin.id], &proposal),
        phone.item(Kind::ROSTER, 6, &[], &roster),
        refused,
    ];
    for (from, items) in [(&phone, &items[..]), (&officer, &[review][..])] {
        let items: Vec<_> = items.iter().map(|item| from.signed(item)).collect();
        let batch = json!({"batch_id": Uuid::now_v7(), "items": items});
        document.holds("PushRequest", &batch);
        let answer = world.post("/v1/push", Some(from), &batch).await;
        document.answered("post", "/v1/push", &answer);
        if items.len() > 1 {
            let outcomes: Vec<Value> = answer.json()["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|result| result["result"].clone())
                .collect();
            let expected = json!([
                "accepted",
                "duplicate",
                "conflict",
                "accepted",
                "accepted",
                "refused"
            ]);
            assert_eq!(json!(outcomes), expected);
        }
    }
    let answer = world.post("/v1/push", Some(&phone), &json!({})).await;
    document.answered("post", "/v1/push", &answer);

    let mut page = world.browse("officer").await;
    assert_eq!(checks::draw(&mut page, "5").await, "1");

    // Every sort of record is there to be held against its schema.
    let mut records = BTreeSet::new();
    for who in [&phone, &officer, &department] {
        let answer = world.get("/v1/pull", Some(who)).await;
        document.answered("get", "/v1/pull", &answer);
        for change in answer.json()["changes"].as_array().unwrap() {
            records.insert(change["record"].as_str().unwrap().to_owned());
        }
    }
    let all = [
        "account",
        "area",
        "catalogue",
        "check",
        "counter",
        "lao",
        "pin",
        "review",
    ];
    assert_eq!(records.into_iter().collect::<Vec<_>>(), all);

    let ask = json!({"items": [[pin.id, pin.hash()], [Uuid::now_v7(), pin.hash()]], "attachments": [pin.hash()]});
    document.holds("ReconcileRequest", &ask);
    let answer = world.post("/v1/reconcile", Some(&phone), &ask).await;
    document.answered("post", "/v1/reconcile", &answer);

    for (path, asked) in [
        (
            "/v1/zero-copy/progress",
            "/v1/zero-copy/progress".to_owned(),
        ),
        (
            "/v1/zero-copy/contradictions",
            "/v1/zero-copy/contradictions?offset=0".to_owned(),
        ),
        (
            "/v1/zero-copy/counters/{id}",
            format!("/v1/zero-copy/counters/{office}"),
        ),
    ] {
        let answer = world.get(&asked, Some(&officer)).await;
        document.answered("get", path, &answer);
    }

    attachments(&world, &mut document, &phone, office).await;
    let request = world.http.delete(format!("{}/v1/sessions", world.base));
    let request = request.bearer_auth(&phone.session.access_token);
    let answer = Reply::of(request.send().await.unwrap()).await;
    document.answered("delete", "/v1/sessions", &answer);

    accounts(&world, &mut document).await;

    // Nothing that is routed is missing in it, and nothing that it promises was left out.
    for route in pakmut_registry::routes().filter(|route| route.path.starts_with("/v1/")) {
        let operation = &document.json["paths"][route.path][route.method.to_lowercase()];
        assert!(operation.is_object(), "{} {}", route.method, route.path);
    }
    for (path, methods) in document.json["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for status in operation["responses"].as_object().unwrap().keys() {
                let case = format!("{method} {path} {status}");
                assert!(
                    status == "default" || document.seen.contains(&case),
                    "{case} was not tried"
                );
            }
        }
    }
}

async fn attachments(world: &World, document: &mut Document, phone: &Phone, office: Uuid) {
    const PATH: &str = "/v1/attachments/{sha256}";
    let photo = crate::common::jpeg(1_000, 0);
    let hash = pakmut_domain::wire::ItemHash::of(&photo);
    let url = format!("{}/v1/attachments/{hash}", world.base);
    for range in [0..600, 600..1_000] {
        let request = world
            .http
            .put(&url)
            .bearer_auth(&phone.session.access_token)
            .header(
                "content-range",
                format!("bytes {}-{}/1000", range.start, range.end - 1),
            )
            .body(photo[range].to_vec());
        let answer = Reply::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        document.answered("put", PATH, &answer);
        let request = world.http.head(&url);
        let request = request.bearer_auth(&phone.session.access_token);
        let answer = Reply::of(request.send().await.unwrap()).await;
        for header in ["upload-offset", "upload-length"] {
            assert!(answer.headers.contains_key(header));
        }
        document.answered("head", PATH, &answer);
    }
    let answer = world
        .get(&format!("/v1/attachments/{hash}"), Some(phone))
        .await;
    assert_eq!(answer.body, photo);
    document.answered("get", PATH, &answer);

    let mut pin = phone.pin(office, 3_000, &[]);
    pin.payload = photos::with_photo(&pin, &hash);
    world.push(phone, std::slice::from_ref(&pin)).await;
    let answer = world
        .get(&format!("/v1/pins/{}/photo", pin.id), Some(phone))
        .await;
    assert_eq!(answer.body, photo);
    document.answered("get", "/v1/pins/{id}/photo", &answer);
    let request = world
        .http
        .delete(format!("{}/v1/pins/{}/photo", world.base, pin.id));
    let request = request.bearer_auth(&phone.session.access_token);
    let answer = Reply::of(request.send().await.unwrap()).await;
    document.answered("delete", "/v1/pins/{id}/photo", &answer);
}

fn payload(item: &pakmut_domain::wire::Envelope) -> Value {
    serde_json::from_str(item.payload.get()).unwrap()
}

/// Enrolment with a one-time code, and a password forgotten and reset.
async fn accounts(world: &World, document: &mut Document) {
    let code = enrolment::code_for(world, LAO_A).await;
    let asked = json!({"code": code});
    let answer = world.post("/v1/enrolments/preview", None, &asked).await;
    document.answered("post", "/v1/enrolments/preview", &answer);
    let asked = enrolment::enrolment(&code, "clerk.new");
    let answer = world.post("/v1/enrolments", None, &asked).await;
    document.answered("post", "/v1/enrolments", &answer);
    let id = answer.json()["account"]["id"].as_str().unwrap().to_owned();
    let mut officer = world.browse("officer").await;
    officer.text("/people?lang=en&q=clerk").await;
    let path = format!("/people/{id}/reset?lang=en");
    let page = officer.send(&path, &[]).await;
    let code = enrolment::shown_code(&page.text());
    let asked = json!({
        "code": code, "password": "another long password", "device": Uuid::now_v7(),
    });
    let answer = world.post("/v1/password-resets", None, &asked).await;
    document.answered("post", "/v1/password-resets", &answer);
}
