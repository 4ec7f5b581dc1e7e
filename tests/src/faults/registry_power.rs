//! The registry's power goes (`registry-power`): what its process writes and
//! syncs while two clients push, and what it answers them, is recorded (strace),
//! and the states that its disk might then be in are rebuilt ([`super::disk`]).
//! In each, its database is whole and holds every item that was answered before.
//!
//! Threads overlap in the record: a sync counts from where it began, a write from
//! where it ended, an answer from where it began, so that nothing looks safer
//! than it was. The same states without the syncs of the log must lose something,
//! or this test proves nothing.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::disk::Op;
use super::power::{self, Reader, Run, each_state};
use super::proxy;
use super::world::{PASSWORD, World, in_memory, pin_payload};
use super::{Size, Tally};
use crate::registry_process::{self, RegistryProcess};

/// Calls by which an answer leaves.
const ANSWERS: [&str; 4] = ["write", "writev", "sendto", "sendmsg"];

/// Pushes of each client, in two halves: between them the log is brought into
/// the file, which the registry does after a second without work.
const PUSHES: usize = 16;

/// The name of the states that must lose something.
const WITHOUT: &str = "without the log's syncs";

/// The fault `registry-power`.
#[must_use]
pub fn loss(size: Size) -> Tally {
    let mut world = World::start();
    world.stop();
    let folder = world.folder().to_owned();
    let before = files(&folder);
    let beside = in_memory();
    let record = beside.path().join("calls");
    let registry = serve(&world, &record);
    let pushed: usize = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..2)
            .map(|n| {
                let port = registry.address().port();
                scope.spawn(move || push(port, &format!("staff{n}")))
            })
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .sum()
    });
    let ops = operations(&folder, &before, &record, registry);
    let answered = ops.iter().filter(|op| matches!(op, Op::Say(_))).count();
    // A socket that was full is written to twice.
    assert!(answered >= 2 * PUSHES, "an answer is not in the record");
    let syncs = ops.iter().filter(|op| is_log_sync(op)).count();
    let without: Vec<Op> = ops.iter().filter(|op| !is_log_sync(op)).cloned().collect();
    let run = |name, ops| Run {
        name,
        ops,
        before: before.clone(),
        saved: Vec::new(),
    };
    let calls = ops.len();
    let mut tally = each_state(&run("pushes", ops), size.pick(600, 5_000), check);
    assert!(
        each_state(&run(WITHOUT, without), 200, check).lost > 0,
        "answers before the sync survive every power cut: this test finds nothing"
    );
    tally.notes.push(format!(
        "{pushed} items answered in {calls} calls, {syncs} syncs of the log"
    ));
    tally
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .filter(|(name, _)| name.starts_with("registry.db"))
        .collect()
}

/// The registry under strace, which must not stand between it and its signals.
fn serve(world: &World, record: &Path) -> RegistryProcess {
    let mut command = Command::new("strace");
    command
        .args(["-D", "-f", "-q", "-e", "signal=none", "-o"])
        .arg(record)
        .args(["-e", &format!("trace={},sendto,sendmsg", power::CALLS)])
        .args(power::WHOLE)
        .arg(registry_process::program().unwrap());
    RegistryProcess::start_by(command, &world.database(), 0, &[], false).unwrap()
}

/// Signs in and pushes as a phone of wire version 1, which signs nothing.
fn push(port: u16, user: &str) -> usize {
    let ask = |method: &str, path: &str, token: &str, body: Value| -> Value {
        let body = body.to_string();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\npakmut-wire: 1\r\n\
             content-type: application/vnd.pakmut+json\r\nauthorization: Bearer {token}\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = proxy::ask(port, request.as_bytes()).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        serde_json::from_str(body).unwrap()
    };
    let device = Uuid::now_v7();
    let who = json!({"username": user, "password": PASSWORD, "device": device});
    let session = ask("POST", "/v1/sessions", "", who);
    let token = session["access_token"].as_str().unwrap();
    let mut pushed = 0;
    for n in 0..PUSHES {
        if n == PUSHES / 2 {
            std::thread::sleep(Duration::from_millis(1_600));
        }
        let items: Vec<Value> = (0..3)
            .map(|_| {
                let payload = pin_payload(Uuid::now_v7(), "power");
                json!({
                    "id": Uuid::now_v7(), "kind": "pin", "version": 1,
                    "account": session["account"]["id"], "device": device,
                    "saved": {"wall": 1_790_000_000_000_i64, "mono": 1, "boot": device},
                    "payload": serde_json::from_str::<Value>(&payload).unwrap(),
                })
            })
            .collect();
        pushed += items.len();
        let batch = json!({"batch_id": Uuid::now_v7(), "items": items});
        let answer = ask("POST", "/v1/push", token, batch);
        for result in answer["results"].as_array().unwrap() {
            assert_eq!(result["result"], "accepted", "{result}");
        }
    }
    pushed
}

/// Stops the registry, and reads what it did until then.
fn operations(
    folder: &Path,
    before: &BTreeMap<String, Vec<u8>>,
    record: &Path,
    mut registry: RegistryProcess,
) -> Vec<Op> {
    let process = registry.id().to_string();
    // It exited, or was killed where its stop took too long.
    let ended = |text: &str| {
        text.lines().rev().take(20).any(|line| {
            line.split_once(' ')
                .is_some_and(|(id, rest)| id == process && rest.trim_start().starts_with("+++"))
        })
    };
    registry.stop();
    let text = (0..5_000)
        .find_map(|_| {
            std::thread::sleep(Duration::from_millis(20));
            let text = fs::read_to_string(record).unwrap_or_default();
            ended(&text).then_some(text)
        })
        .expect("strace did not end");
    let mut reader = Reader::new(folder, before);
    let mut halves: HashMap<&str, &str> = HashMap::new();
    for line in text.lines() {
        let Some((thread, line)) = line.split_once(' ') else {
            continue;
        };
        let line = line.trim_start();
        if let Some(half) = line.strip_suffix(" <unfinished ...>") {
            if counts_from_its_begin(name(half)) {
                one(&mut reader, &format!("{half}) = 0"));
            } else {
                halves.insert(thread, half);
            }
        } else if let Some((_, rest)) = line.split_once(" resumed>") {
            if let Some(half) = halves.remove(thread) {
                one(&mut reader, &format!("{half}{rest}"));
            }
        } else if line.contains('(') {
            one(&mut reader, line);
        }
    }
    reader.ops
}

fn name(line: &str) -> &str {
    line.split_once('(').map_or("", |(name, _)| name)
}

/// A write to a file has its result; to a socket it is an answer, which some
/// thread's unfinished line may be too: what is said of it is the same twice.
fn counts_from_its_begin(name: &str) -> bool {
    matches!(
        name,
        "fsync" | "fdatasync" | "close" | "sendto" | "writev" | "sendmsg"
    )
}

fn one(reader: &mut Reader, line: &str) {
    let name = name(line);
    if ANSWERS.contains(&name) {
        let bytes: Vec<u8> = line
            .split('"')
            .skip(1)
            .step_by(2)
            .flat_map(|text| power::unquote(&format!("\"{text}\"")).unwrap_or_default())
            .collect();
        if bytes.starts_with(b"HTTP/1.1 200") {
            if let Some(said) = answered(&bytes) {
                reader.ops.push(Op::Say(said));
            }
            return;
        }
    }
    if !matches!(name, "sendto" | "sendmsg" | "writev") {
        reader.read(name, line);
    }
}

/// A line for each item that the answer says is stored.
fn answered(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let (_, body) = text.split_once("\r\n\r\n")?;
    let answer: Value = serde_json::from_str(body).ok()?;
    let lines: Vec<String> = answer["results"]
        .as_array()?
        .iter()
        .filter_map(|result| Some(format!("saved {}\n", result["id"].as_str()?)))
        .collect();
    Some(lines.concat())
}

fn is_log_sync(op: &Op) -> bool {
    matches!(op, Op::Sync(name) if name.ends_with("-wal"))
}

fn check(folder: &Path, saved: &[Uuid], _: &[String], name: &str) -> Tally {
    let conn = rusqlite::Connection::open(folder.join("registry.db")).unwrap();
    let whole: String = conn
        .query_row("PRAGMA quick_check", [], |row| row.get(0))
        .unwrap_or_else(|error| error.to_string());
    // Without the log's syncs a checkpoint may tear the file: that is its loss.
    let torn = whole != "ok";
    assert!(!torn || name.starts_with(WITHOUT), "{name}: {whole}");
    let is_there = |id: &Uuid| {
        conn.prepare_cached("SELECT 1 FROM items WHERE id = ?1")
            .and_then(|mut query| query.exists([id]))
            .unwrap_or(false)
    };
    Tally {
        cases: 1,
        lost: u64::from(torn || !saved.iter().all(is_there)),
        ..Tally::default()
    }
}
