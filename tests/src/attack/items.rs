//! Forged, altered and replayed items, stolen sessions, old cursors.

use pakmut_domain::wire::Envelope;
use pakmut_domain::wire::push::Outcome;
use pakmut_domain::wire::session::Session;
use pakmut_domain::wire::signature::SigningKey;
use serde_json::json;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::world::{LAO_B, World};
use crate::registry_process::run as registry;
use crate::report::Report;

/// How many copies of one pin are sent.
const REPLAYS: usize = 50;

/// Pins that are forged in one way or another.
///
/// # Errors
/// What failed, in words.
pub fn forge(report: &mut Report, world: &World) -> Result<(), String> {
    let author = world.sign_in("staff-a")?;
    let other = world.sign_in("staff-b")?;
    let token = &author.session.access_token;
    let counter = world.counter(&author)?;
    let pin = author.pin(counter, 1_000)?;

    let altered = variants(&pin)?;
    let mut accepted = 0;
    let mut audited = 0;
    for batch in altered.chunks(100) {
        for carrier in [token, &other.session.access_token] {
            for result in world.push(carrier, batch)? {
                accepted += usize::from(result.result.is_stored());
                audited += usize::from(result.result == Outcome::Refused);
            }
        }
    }
    report.row(
        &format!("altered pin: accepted of {}", 2 * altered.len()),
        count(accepted),
        "",
        "= 0",
    );
    report.row(
        "altered pin: refused",
        count(audited),
        "",
        &format!("= {}", 2 * altered.len()),
    );

    let mut stored = 0;
    for n in 0..REPLAYS {
        let carrier = if n % 2 == 0 {
            token
        } else {
            &other.session.access_token
        };
        let results = world.push(carrier, &[pin.clone(), pin.clone()])?;
        stored += results
            .iter()
            .filter(|result| matches!(result.result, Outcome::Accepted | Outcome::Conflict))
            .count();
    }
    report.row(
        &format!("replayed pin: stored of {}", 2 * REPLAYS),
        count(stored),
        "",
        "= 1",
    );

    // A copied token on a device with another key, under either's device id.
    let mut accepted = 0;
    let thief = SigningKey::from_seed(&[7; 32]).map_err(|e| e.to_string())?;
    for device in [author.device, Uuid::now_v7()] {
        for signed in [true, false] {
            let mut item = author.pin(counter, 2_000)?;
            item.device = device;
            item.sig = None;
            if signed {
                thief.sign_envelope(&mut item);
            }
            accepted += usize::from(world.push(token, &[item])?[0].result.is_stored());
        }
    }
    // And one account's pin under another's name.
    let mut item = author.pin(counter, 3_000)?;
    item.account = other.session.account.id;
    author.key.sign_envelope(&mut item);
    accepted += usize::from(world.push(token, &[item])?[0].result.is_stored());
    report.row("copied token: accepted of 5", count(accepted), "", "= 0");

    let verified = registry(&world.database, &["audit", "verify"]);
    let export = registry(&world.database, &["audit", "export", "-"]);
    report.row(
        "audit log after it: broken",
        count(usize::from(verified.is_err() || export.is_err())),
        "",
        "= 0",
    );
    Ok(())
}

/// The pin with one thing changed and its signature as it was, or none.
fn variants(pin: &Envelope) -> Result<Vec<Envelope>, String> {
    let mut all = Vec::new();
    let raw = pin.payload.get();
    // Each digit of the payload by another.
    for (at, byte) in raw.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()) {
        let mut text = raw.as_bytes().to_vec();
        text[at] = if byte == b'1' { b'2' } else { b'1' };
        let text = String::from_utf8(text).map_err(|e| e.to_string())?;
        if let Ok(payload) = RawValue::from_string(text) {
            let mut item = pin.clone();
            item.payload = payload;
            all.push(item);
        }
    }
    let changes: [fn(&mut Envelope); 7] = [
        |item| item.id = Uuid::now_v7(),
        |item| item.saved.wall += 1,
        |item| item.saved.mono += 1,
        |item| item.saved.offset = None,
        |item| item.saved.gnss = Some(1),
        |item| item.seen = vec![Uuid::now_v7()],
        |item| item.saved.boot = Uuid::now_v7(),
    ];
    for change in changes {
        let mut item = pin.clone();
        change(&mut item);
        all.push(item.clone());
        item.sig = None;
        all.push(item);
    }
    // Space that changes no meaning changes the bytes.
    let mut item = pin.clone();
    item.payload = RawValue::from_string(raw.replacen(':', ": ", 1)).map_err(|e| e.to_string())?;
    all.push(item);
    Ok(all)
}

/// A refresh token that comes twice.
///
/// # Errors
/// What failed, in words.
pub fn reuse_token(report: &mut Report, world: &World) -> Result<(), String> {
    let phone = world.sign_in("staff-b")?;
    let refresh = |token: &str, device: Uuid| {
        let body = json!({"refresh_token": token, "device": device});
        world.client.post("/v1/sessions/refresh", None, &body)
    };
    let first = &phone.session.refresh_token;
    let elsewhere = refresh(first, Uuid::now_v7())?.status == 200;
    // The owner goes on: the first token's successor is used.
    let second: Session = refresh(first, phone.device)?.read()?;
    let third: Session = refresh(&second.refresh_token, phone.device)?.read()?;
    let mut open = usize::from(elsewhere);
    // The copy is used after its owner used the original: the family ends.
    open += usize::from(refresh(first, phone.device)?.status == 200);
    open += usize::from(refresh(&third.refresh_token, phone.device)?.status == 200);
    for token in [&second.access_token, &third.access_token] {
        open += usize::from(world.client.get("/v1/pull", Some(token))?.status == 200);
    }
    report.row("reused refresh token: let in of 5", count(open), "", "= 0");
    Ok(())
}

/// What a person tries who was disabled a moment ago, by the command line.
///
/// # Errors
/// What failed, in words.
pub fn disabled(report: &mut Report, world: &World) -> Result<(), String> {
    let leaving = world.sign_in("leaving")?;
    let token = &leaving.session.access_token;
    world.pull(token, None)?;
    registry(&world.database, &["users", "disable", "leaving"])?;
    let mut open = usize::from(world.client.get("/v1/pull", Some(token))?.status == 200);
    open += usize::from(world.push(token, &[]).is_ok());
    let body = json!({
        "refresh_token": leaving.session.refresh_token, "device": leaving.device,
    });
    let refreshed = world.client.post("/v1/sessions/refresh", None, &body)?;
    open += usize::from(refreshed.status == 200);
    open += usize::from(world.sign_in("leaving").is_ok());
    report.row("disabled a moment ago: let in of 4", count(open), "", "= 0");
    Ok(())
}

/// Cursors of another scope.
///
/// # Errors
/// What failed, in words.
pub fn old_cursors(report: &mut Report, world: &World) -> Result<(), String> {
    let (a, b) = (world.sign_in("staff-a")?, world.sign_in("staff-b")?);
    let department = world.sign_in("department")?;
    let pull = |token: &str, cursor: Option<&str>| world.pull(token, cursor);
    let (of_a, cursor_a, _) = pull(&a.session.access_token, None)?;
    let (_, cursor_all, _) = pull(&department.session.access_token, None)?;
    let keys: Vec<String> = of_a
        .iter()
        .filter(|record| record["record"] == "counter")
        .map(|record| record["key"].to_string())
        .collect();
    if keys.is_empty() {
        return Err("staff-a pulled no counter".to_owned());
    }
    let foreign = |records: &[serde_json::Value]| {
        let is_foreign = |record: &&serde_json::Value| {
            record["record"] == "counter"
                && !record["body"].is_null()
                && keys.contains(&record["key"].to_string())
        };
        records.iter().filter(is_foreign).count()
    };
    let mut seen = 0;
    for cursor in [&cursor_a, &cursor_all] {
        let (records, _, _) = pull(&b.session.access_token, Some(cursor))?;
        seen += foreign(&records);
    }
    // A person who was moved to another LAO, with the cursor and the token of before.
    let moving = world.sign_in("moving")?;
    let (_, before, _) = pull(&moving.session.access_token, None)?;
    let place = ["--role", "lao", "--lao", LAO_B];
    let arguments = [&["users", "add", "moving"][..], &place].concat();
    registry(&world.database, &arguments)?;
    let again = world.sign_in("moving")?;
    for (token, must_reset) in [
        (&again.session.access_token, true),
        (&moving.session.access_token, false),
    ] {
        match pull(token, Some(&before)) {
            Ok((records, _, reset)) => {
                seen += foreign(&records);
                seen += usize::from(must_reset && !reset);
            }
            // The token of before may count for nothing.
            Err(error) if must_reset => return Err(error),
            Err(_) => {}
        }
    }
    for cursor in ["", "AAAA", "%00", "%27%20OR%201%3D1--", &cursor_a[1..]] {
        let path = format!("/v1/pull?cursor={cursor}");
        let answer = world.client.get(&path, Some(&b.session.access_token))?;
        let records = answer.json()["changes"].as_array().cloned();
        seen += foreign(&records.unwrap_or_default());
        seen += usize::from(answer.status >= 500);
    }
    report.row(
        "old and foreign cursors: records of another's scope",
        count(seen),
        "",
        "= 0",
    );
    Ok(())
}

#[allow(clippy::cast_precision_loss)]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}
