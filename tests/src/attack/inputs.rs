//! Strings and sizes that no honest client sends, in every input there is.

use std::time::Duration;

use pakmut_registry::routes;
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::{Answer, gzip};
use super::items::count;
use super::world::{Phone, World};
use crate::report::Report;

/// What is put where something else belongs.
const STRINGS: [&str; 12] = [
    "' OR '1'='1",
    "'; DROP TABLE items; --",
    "\" OR \"\"=\"",
    "1; SELECT pg_sleep(5)",
    "1' UNION SELECT password FROM accounts --",
    "%' AND 1=0 UNION ALL SELECT NULL --",
    "\u{0}",
    "../../../../etc/passwd",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "<script>alert(1)</script>",
    "\u{202e}\u{feff}ก\u{0e33}\u{0e33}\u{0e33}",
    "-1e309",
];

/// What of [`STRINGS`] reads like a database's own words, whatever is escaped.
const OWN_SQL: [&str; 3] = [
    "SELECT pg_sleep(5)",
    "SELECT password FROM accounts",
    "SELECT NULL",
];

/// Paths that want to lead elsewhere.
const PATHS: [&str; 16] = [
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2f..%2fetc%2fpasswd",
    "/style.css/../../../etc/passwd",
    "/style.css%00.html",
    "//etc/passwd",
    "/v1/../metrics/../v1/pull",
    "/v1//pull",
    "/v1/pull/",
    "/V1/PULL",
    "/v1/attachments/..%2f..%2fattacked.db",
    "/v1/attachments/attacked.db",
    "/attacked.db",
    "/%c0%ae%c0%ae/etc/passwd",
    "/v1/%70ull",
    "http://169.254.169.254/latest/meta-data/",
];

/// The longest that any answer may take.
const LONGEST: Duration = Duration::from_secs(8);

/// What went wrong so far.
#[derive(Default)]
struct Tally {
    tried: usize,
    failed: usize,
    leaked: usize,
    slow: usize,
}

impl Tally {
    fn take(&mut self, what: &str, answer: &Answer) {
        self.tried += 1;
        let mut text = answer.text();
        if answer.status == 0 || answer.status >= 500 {
            eprintln!("attack: {what} was answered {} {text}", answer.status);
            self.failed += 1;
        }
        // What was sent may be shown again, escaped; that is no secret.
        for own in OWN_SQL {
            text = text.replace(own, "");
        }
        let told = [
            "root:x:",
            "SQLite format",
            "argon2id",
            "SELECT ",
            "panicked at",
            "sqlx",
        ];
        if let Some(word) = told.iter().find(|word| text.contains(*word)) {
            eprintln!("attack: {what} told {word}");
            self.leaked += 1;
        }
        if answer.took > LONGEST {
            eprintln!("attack: {what} took {:?}", answer.took);
            self.slow += 1;
        }
    }

    fn rows(&self, report: &mut Report, name: &str) {
        report.row(&format!("{name}: tried"), count(self.tried), "", "> 0");
        report.row(
            &format!("{name}: failed inside"),
            count(self.failed),
            "",
            "= 0",
        );
        report.row(
            &format!("{name}: told something"),
            count(self.leaked),
            "",
            "= 0",
        );
        report.row(
            &format!("{name}: slower than 8 s"),
            count(self.slow),
            "",
            "= 0",
        );
    }
}

/// The addresses that the registry names itself, and its pages.
fn addresses(world: &World) -> Result<Vec<(String, String, Vec<String>)>, String> {
    let document = world.client.get("/v1/openapi.json", None)?.json();
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let mut all = Vec::new();
    for (path, methods) in paths {
        for (method, what) in methods.as_object().cloned().unwrap_or_default() {
            if method == "parameters" {
                continue;
            }
            let queries = what["parameters"].as_array().cloned().unwrap_or_default();
            let queries = queries
                .iter()
                .filter(|parameter| parameter["in"] == "query")
                .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned))
                .collect();
            all.push((method.to_uppercase(), path.clone(), queries));
        }
    }
    for route in routes() {
        if !all.iter().any(|(_, path, _)| path == route.path) {
            let queries = ["lang", "page", "q", "next"].map(str::to_owned).to_vec();
            all.push((route.method.to_owned(), route.path.to_owned(), queries));
        }
    }
    if all.len() < 15 {
        return Err("the registry names too few addresses".to_owned());
    }
    Ok(all)
}

/// Injected strings and oversized fields in paths, queries, headers and bodies.
///
/// # Errors
/// What failed, in words.
pub fn inject(report: &mut Report, world: &World, short: bool) -> Result<(), String> {
    let phone = world.sign_in("department")?;
    let bearer = format!("Bearer {}", phone.session.access_token);
    let long = "ก".repeat(3_000);
    let mut strings: Vec<&str> = STRINGS.to_vec();
    strings.push(&long);
    if short {
        strings.truncate(3);
        strings.push(&long);
    }
    let mut tally = Tally::default();
    for (method, path, queries) in addresses(world)? {
        let mut targets = Vec::new();
        for text in &strings {
            let text = encode(text);
            if path.contains('{') {
                targets.push(fill(&path, &text));
            }
            for query in &queries {
                targets.push(format!("{}?{query}={text}", fill(&path, "50")));
            }
        }
        for target in targets {
            let headers = [("authorization", bearer.as_str())];
            let answer = world.client.ask(&method, &target, &headers, b"")?;
            tally.take(&format!("{method} {}", clip(&target)), &answer);
        }
    }
    for (path, body) in bodies(&phone)? {
        for changed in replaced(&body, &strings) {
            let headers = [
                ("authorization", bearer.as_str()),
                ("content-type", "application/json"),
            ];
            let bytes = changed.to_string();
            let answer = world
                .client
                .ask("POST", &path, &headers, bytes.as_bytes())?;
            tally.take(&format!("POST {path} {}", clip(&bytes)), &answer);
        }
    }
    for name in [
        "authorization",
        "cookie",
        "accept-language",
        "accept-encoding",
        "content-type",
        "content-range",
        "range",
        "if-none-match",
        "pakmut-wire",
        "x-forwarded-for",
    ] {
        for text in &strings {
            if text.contains('\u{0}') {
                continue;
            }
            let answer = world.client.ask("GET", "/v1/pull", &[(name, text)], b"")?;
            tally.take(&format!("header {name}"), &answer);
        }
    }
    tally.rows(report, "injected strings");
    Ok(())
}

/// A body that each endpoint takes, to be changed place by place.
fn bodies(phone: &Phone) -> Result<Vec<(String, Value)>, String> {
    let item = serde_json::to_value(phone.pin(Uuid::now_v7(), 1)?).map_err(|e| e.to_string())?;
    let counter = json!({"id": Uuid::now_v7(), "kind": "counter", "version": 1,
        "account": phone.session.account.id, "device": phone.device,
        "saved": item["saved"], "payload": {"counter": Uuid::now_v7(), "lao": Uuid::now_v7(),
        "name": "จุดบริการ", "kind": "branch", "status": "active",
        "address": {"text": "1 หมู่ 2", "phone": "053", "extension": "1"}}});
    let batch = json!({"batch_id": Uuid::now_v7(), "items": [item, counter]});
    Ok(vec![
        (
            "/v1/sessions".to_owned(),
            json!({"username": "nobody", "password": "x", "device": Uuid::now_v7(), "device_key": "x"}),
        ),
        (
            "/v1/sessions/refresh".to_owned(),
            json!({"refresh_token": "x", "device": Uuid::now_v7()}),
        ),
        ("/v1/push".to_owned(), batch),
        (
            "/v1/reconcile".to_owned(),
            json!({"items": [[Uuid::now_v7(), "x"]], "attachments": ["x"]}),
        ),
    ])
}

/// The body with each of its values by turns replaced by each string, by null,
/// by a deep nest and by a huge number.
fn replaced(body: &Value, strings: &[&str]) -> Vec<Value> {
    let mut places = Vec::new();
    collect(body, String::new(), &mut places);
    let mut nest = json!(null);
    for _ in 0..60 {
        nest = json!([nest]);
    }
    let mut all = Vec::new();
    for place in places {
        let others = [json!(null), nest.clone(), json!(1e300), json!({"a": "b"})];
        let texts = strings.iter().map(|text| json!(text));
        for value in texts.chain(others) {
            let mut changed = body.clone();
            if let Some(here) = changed.pointer_mut(&place) {
                *here = value;
                all.push(changed);
            }
        }
    }
    all
}

fn collect(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                collect(field, format!("{place}/{name}"), places);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                collect(item, format!("{place}/{at}"), places);
            }
        }
        _ => places.push(place),
    }
}

/// Paths that want to lead elsewhere, and heads that are none.
///
/// # Errors
/// What failed, in words.
pub fn paths(report: &mut Report, world: &World) -> Result<(), String> {
    let mut tally = Tally::default();
    let mut let_in = 0;
    for path in PATHS {
        for method in ["GET", "PUT", "DELETE", "PROPFIND"] {
            let answer = world.client.ask(method, path, &[], b"")?;
            tally.take(&format!("{method} {path}"), &answer);
            let_in += usize::from(answer.status < 400);
        }
    }
    tally.rows(report, "path tricks");
    report.row("path tricks: let in", count(let_in), "", "= 0");
    let host = world.client.address;
    let long = "a".repeat(200_000);
    let heads = [
        format!("GET /{long} HTTP/1.1\r\nhost: {host}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: {host}\r\nx: {long}\r\n\r\n"),
        format!(
            "GET / HTTP/1.1\r\nhost: {host}\r\n{}\r\n",
            "a: b\r\n".repeat(5_000)
        ),
        // Two lengths, and a length beside chunks: what a proxy could read otherwise.
        format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: {host}\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{{}}x"
        ),
        format!("POST /v1/sessions HTTP/1.1\r\nhost: {host}\r\ncontent-length: -1\r\n\r\n"),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "\u{0}\u{1}\u{2}\r\n\r\n".to_owned(),
    ];
    let mut let_in = 0;
    for head in &heads {
        let answer = world.client.raw(head.as_bytes())?;
        let_in += usize::from((200..300).contains(&answer.status));
    }
    report.row(
        &format!("heads that are none: let in of {}", heads.len()),
        count(let_in),
        "",
        "= 0",
    );
    Ok(())
}

/// Bodies that grow when they are unpacked, and bodies that are too large as
/// they are.
///
/// # Errors
/// What failed, in words.
pub fn bombs(report: &mut Report, world: &World, short: bool) -> Result<(), String> {
    let phone = world.sign_in("staff-a")?;
    let bearer = format!("Bearer {}", phone.session.access_token);
    let size = if short { 64 } else { 512 } * 1024 * 1024;
    let bomb = gzip(&vec![b' '; size])?;
    let twice = gzip(&bomb)?;
    let plain = vec![b'['; 20 * 1024 * 1024];
    let nested = vec![b'['; 200 * 1024];
    let mut taken = 0;
    let mut tried = 0;
    for (path, method) in [
        ("/v1/sessions", "POST"),
        ("/v1/sessions/refresh", "POST"),
        ("/v1/push", "POST"),
        ("/v1/reconcile", "POST"),
        (
            "/v1/attachments/47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
            "PUT",
        ),
    ] {
        for (body, packed) in [
            (&bomb, true),
            (&twice, true),
            (&plain, false),
            (&nested, false),
        ] {
            let mut headers = vec![
                ("authorization", bearer.as_str()),
                ("content-type", "application/json"),
            ];
            if packed {
                headers.push(("content-encoding", "gzip"));
            }
            let answer = world.client.ask(method, path, &headers, body)?;
            tried += 1;
            // Closed in the middle of the body is a refusal as well.
            if answer.status != 0 && !(400..500).contains(&answer.status) {
                eprintln!("attack: a bomb at {path} was answered {}", answer.status);
                taken += 1;
            }
        }
    }
    report.row(
        &format!("bombs: not refused of {tried}"),
        count(taken),
        "",
        "= 0",
    );
    Ok(())
}

fn fill(path: &str, text: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push_str(text);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    out + rest
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn clip(text: &str) -> String {
    text.chars().take(120).collect()
}
