//! Benchmark of the results' pages with a million responses on SQLite.
//!
//! The responses are written as the registry writes them, items and tallies
//! both, but in bulk: what is measured is reading. That the two agree is what
//! the registry's own tests hold; here a recount of all responses checks it too.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use fastrand::Rng;
use pakmut_domain::form::{Program, Response, Tally};
use pakmut_registry::forms_import;
use pakmut_registry::surveys::counting::period_of;
use rusqlite::{Connection, Statement, params};
use uuid::Uuid;

use super::recount::recount;
use crate::registry_process::{RegistryProcess, run};
use crate::report::Report;

/// How many responses there are.
const RESPONSES: usize = 1_000_000;

/// How many different responses they are made of.
const KINDS: usize = 500;

/// 2026-12-31 in Bangkok; the responses lie in the two years before.
const END_MS: i64 = 1_798_650_000_000;

/// Days of them.
const DAYS: i64 = 730;

/// How often each page is asked for.
const TIMES: usize = 15;

/// Measures and adds the figures to the report.
///
/// # Errors
/// What went wrong, in words.
pub fn measure(report: &mut Report, folder: &Path) -> Result<(), String> {
    let database = folder.join("results.db");
    let data = crate::places::folder();
    let path = |name: &str| data.join(name).display().to_string();
    run(
        &database,
        &[
            "import",
            "places",
            &path("provinces.geojson"),
            &path("districts.geojson"),
        ],
    )?;
    run(&database, &["import", "laos", &path("laos.csv")])?;
    let form = Path::new(env!("CARGO_MANIFEST_DIR")).join("../forms/citizen.xlsx");
    run(
        &database,
        &[
            "import",
            "form",
            &form.display().to_string(),
            "--publish",
            "real",
        ],
    )?;
    // Whoever waits, or ends it, sees how far it is.
    eprintln!("results: writing {RESPONSES} responses");
    let begun = Instant::now();
    let program = program().map_err(|e| e.to_string())?;
    let shown = fill(&database, &program).map_err(|e| e.to_string())?;
    report.row(
        "writing 1,000,000 responses in bulk",
        begun.elapsed().as_secs_f64(),
        "s",
        "",
    );
    eprintln!("results: counting them anew");
    let begun = Instant::now();
    let (tallies, differ) = Connection::open(&database)
        .map_err(|e| e.to_string())
        .and_then(|db| recount(&db, &program).map_err(|e| e.to_string()))?;
    report.row("recounting them", begun.elapsed().as_secs_f64(), "s", "");
    report.row("tallies recounted", tallies as f64, "", "");
    report.row(
        "tallies that differ from the recount",
        differ as f64,
        "",
        "= 0",
    );

    eprintln!("results: asking for the pages");
    let mut registry = RegistryProcess::start(&database, 0)?;
    let address = registry.address();
    let at = "form=citizen&lang=en&period=2026";
    let (lao, counter) = busiest(&database).map_err(|e| e.to_string())?;
    let pages = [
        ("the country", format!("/results?{at}")),
        ("the country, CSV", format!("/results?{at}&as=csv")),
        ("a province", format!("/provinces/30/results?{at}")),
        ("an LAO", format!("/laos/{lao}/results?{at}")),
        ("a counter", format!("/counters/{counter}/results?{at}")),
    ];
    let mut all = Vec::new();
    for (name, path) in &pages {
        let mut times = Vec::with_capacity(TIMES);
        for round in 0..=TIMES {
            let begun = Instant::now();
            let answer = get(address, path)?;
            let took = begun.elapsed().as_secs_f64() * 1e3;
            // Its thousands stand apart by commas.
            let count = format!("<b>{shown}</b>");
            if round == 0 && *name == "the country" && !answer.replace(',', "").contains(&count) {
                return Err(format!(
                    "the country's page does not show {shown} responses"
                ));
            }
            // The first one fills caches that stay full from then on.
            if round > 0 {
                times.push(took);
            }
        }
        all.extend_from_slice(&times);
        let row = format!("results of {name}, 1,000,000 responses, median");
        report.row(&row, median(&mut times), "ms", "<= 200");
    }
    report.row(
        "results pages, all of these, median",
        median(&mut all),
        "ms",
        "<= 200",
    );
    registry.stop();
    Ok(())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The form that is answered.
fn program() -> Result<Program, Box<dyn std::error::Error>> {
    let (_, bytes) = forms_import::SHIPPED
        .iter()
        .find(|(id, _)| *id == "citizen")
        .ok_or("no such form")?;
    let form = forms_import::import(bytes).map_err(|problems| format!("{problems:?}"))?;
    Ok(form.program)
}

/// Writes the responses; how many of 2026 are shown of the country.
fn fill(database: &Path, program: &Program) -> Result<u64, Box<dyn std::error::Error>> {
    let mut rng = Rng::with_seed(8);
    let kinds: Vec<(String, Tally)> = (0..KINDS)
        .map(|_| {
            let response = response(&mut rng)?;
            let tally = Tally::of(program, &response);
            Ok((serde_json::to_string(&response)?, tally))
        })
        .collect::<Result<_, serde_json::Error>>()?;
    let mut db = Connection::open(database)?;
    db.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;")?;
    let counters: Vec<(Vec<u8>, i64, String)> = db
        .prepare("SELECT c.id, c.lao, l.province FROM counters c JOIN laos l ON l.no = c.lao ORDER BY c.id")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let keys: Vec<String> = counters
        .iter()
        .map(|(id, ..)| Ok(format!("counter:{}", Uuid::from_slice(id)?)))
        .collect::<Result<_, uuid::Error>>()?;
    let mut shown = Shown::default();
    let mut held: HashMap<usize, Tally> = HashMap::new();
    let mut revision: i64 =
        db.query_row("SELECT revision FROM registry_state", [], |r| r.get(0))?;
    let tx = db.transaction()?;
    tx.execute(
        "INSERT INTO devices (account, device) VALUES (zeroblob(16), zeroblob(16))",
        [],
    )?;
    let device = tx.last_insert_rowid();
    {
        let mut insert = tx.prepare(
            "INSERT INTO items (revision, id, kind, version, device, wall, mono, boot, clock_offset,
             hash, subject, lao, conflict, payload)
             VALUES (?1, ?2, 'response', 1, ?3, ?4, 0, zeroblob(16), 0, ?5, ?6, ?7, 0, ?8)",
        )?;
        let mut put = tx.prepare(
            "INSERT INTO results (place, form, trial, period, body) VALUES (?1, 1, 0, ?2, ?3)",
        )?;
        for n in 0..RESPONSES {
            // From the oldest to the newest, as they come in.
            let at = END_MS - DAYS * 86_400_000
                + DAYS * 86_400_000 * i64::try_from(n)? / i64::try_from(RESPONSES)?;
            let which = rng.usize(..counters.len());
            let (id, lao, province) = &counters[which];
            let (payload, tally) = &kinds[rng.usize(..KINDS)];
            revision += 1;
            let item = uuid::Builder::from_unix_timestamp_millis(
                u64::try_from(at)?,
                &rng.u128(..).to_le_bytes()[..10].try_into()?,
            )
            .into_uuid();
            let hash = [rng.u128(..).to_le_bytes(), rng.u128(..).to_le_bytes()].concat();
            insert.execute(params![
                revision,
                item.as_bytes().as_slice(),
                device,
                at,
                hash,
                id,
                lao,
                payload.as_bytes()
            ])?;
            let ripe = held.entry(which).or_default().hold(tally);
            if ripe.questions.is_empty() {
                continue;
            }
            if shown.period != period_of(at) {
                shown.write(&mut put)?;
                shown.period = period_of(at);
            }
            for place in [
                "country".to_owned(),
                format!("province:{province}"),
                format!("lao:{lao}"),
                keys[which].clone(),
            ] {
                shown.of.entry(place).or_default().add(&ripe);
            }
        }
        shown.write(&mut put)?;
        let mut put =
            tx.prepare("INSERT INTO results_held (form, place, body) VALUES (1, ?1, ?2)")?;
        for (which, tally) in &held {
            put.execute(params![keys[*which], serde_json::to_string(tally)?])?;
        }
    }
    tx.execute("UPDATE registry_state SET revision = ?1", [revision])?;
    tx.commit()?;
    // Nothing was lost on the way: what is shown and what is held is all.
    let all: u64 = shown.responses.values().sum();
    let waiting: u64 = held.values().map(Tally::responses).sum();
    if all + waiting != RESPONSES as u64 {
        return Err(format!("{all} shown and {waiting} held of {RESPONSES}").into());
    }
    Ok(shown.responses.get(&2026).copied().unwrap_or_default())
}

/// What is shown of one month; a month after the other, as they come in.
#[derive(Default)]
struct Shown {
    period: i64,
    of: HashMap<String, Tally>,
    /// Of the country, by year.
    responses: HashMap<i64, u64>,
}

impl Shown {
    /// Writes the month down.
    fn write(&mut self, put: &mut Statement<'_>) -> Result<(), Box<dyn std::error::Error>> {
        for (place, tally) in self.of.drain() {
            if place == "country" {
                *self.responses.entry(self.period / 12).or_default() += tally.responses();
            }
            put.execute(params![place, self.period, serde_json::to_string(&tally)?])?;
        }
        Ok(())
    }
}

fn response(rng: &mut Rng) -> Result<Response, serde_json::Error> {
    let mut score = || match rng.u8(..12) {
        0 => "no_opinion",
        1 => "1",
        2 => "2",
        3 => "3",
        4..=7 => "4",
        _ => "5",
    };
    let answers = serde_json::json!({
        "rating/overall": score(), "rating/process_time": score(),
        "rating/process_equal": score(), "rating/process_order": score(),
        "rating/staff_polite": score(), "rating/service": "water_supply",
        "rating/copy_asked": if score() == "5" { "no" } else { "yes" },
    });
    let json = serde_json::json!({
        "form": "citizen", "version": "1", "trial": false, "started": {"at": 1}, "ended": {"at": 2},
        "answers": answers,
    });
    serde_json::from_value(json)
}

/// The LAO with the most counters, and one of them.
fn busiest(database: &Path) -> Result<(Uuid, Uuid), Box<dyn std::error::Error>> {
    let db = Connection::open(database)?;
    let found: (Vec<u8>, Vec<u8>) = db.query_row(
        "SELECT l.id, MIN(c.id) FROM counters c JOIN laos l ON l.no = c.lao
         GROUP BY l.no ORDER BY COUNT(*) DESC, l.no LIMIT 1",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok((Uuid::from_slice(&found.0)?, Uuid::from_slice(&found.1)?))
}

/// One page over HTTP, whole.
fn get(registry: SocketAddr, path: &str) -> Result<String, String> {
    let said = |e: std::io::Error| e.to_string();
    let mut stream = TcpStream::connect(registry).map_err(said)?;
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .map_err(said)?;
    let request = format!("GET {path} HTTP/1.0\r\nhost: {registry}\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(said)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(said)?;
    if answer.split(' ').nth(1) == Some("200") {
        Ok(answer)
    } else {
        Err(format!(
            "{path}: {}",
            answer.lines().next().unwrap_or("nothing")
        ))
    }
}
