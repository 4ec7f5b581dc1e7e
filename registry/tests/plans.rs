//! How SQLite runs what the officers' pages ask: no page of a province, an LAO
//! or a pin reads a whole table.
#![allow(clippy::unwrap_used, clippy::expect_used, dead_code, missing_docs)]

mod common;

use common::{LAO_A, Over, World};
use pakmut_registry::store::plans;
use sqlx::{Connection, Row};

/// Tables that grow with the country. Of the others, each has few rows.
const LARGE: [&str; 12] = [
    "attendance",
    "items",
    "counters",
    "laos",
    "areas",
    "accounts",
    "devices",
    "reminders",
    "lao_codes",
    "lao_contacts",
    "check_pins",
    "zero_copy",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_of_a_province_reads_a_whole_table() {
    let world = World::new(Over::Sqlite).await;
    let phone = world.sign_in("staff-a").await;
    let office = world.main_office(LAO_A).await;
    let lao = world.lao_id(LAO_A).await;
    let first = phone.pin(office, 1_000, &[]);
    let second = phone.pin(office, 2_000, &[first.id]);
    world.push(&phone, &[first, second]).await;
    let mut officer = world.browse("officer").await;
    let pages = [
        "/provinces/50".to_owned(),
        "/provinces/50?district=5002".to_owned(),
        "/provinces/50/follow-up".to_owned(),
        "/provinces/50/review".to_owned(),
        "/provinces/50/review/clean".to_owned(),
        "/provinces/50/checks".to_owned(),
        "/provinces/50/zero-copy".to_owned(),
        "/provinces/50/papers".to_owned(),
        "/provinces/50/export/csv".to_owned(),
        "/provinces/50/calls/csv".to_owned(),
        format!("/review/{office}"),
        format!("/laos/{lao}"),
        format!("/laos/{lao}/zero-copy"),
        format!("/laos/{lao}/sheet"),
        format!("/laos/{lao}/contact"),
        "/rounds".to_owned(),
    ];
    // Once before, so that what is read but once (areas, say) is read.
    for path in &pages {
        assert_eq!(officer.open(path).await.status, 200, "{path}");
    }
    plans::begin();
    for path in &pages {
        officer.open(path).await;
    }
    let statements = plans::noted();
    assert!(statements.len() > 20, "{}", statements.len());
    let mut db = sqlx::AnyConnection::connect(&world.url).await.unwrap();
    let mut scans = Vec::new();
    for text in &statements {
        if !text.trim_start().starts_with("SELECT") {
            continue;
        }
        let asked = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
        for row in sqlx::query(asked).fetch_all(&mut db).await.unwrap() {
            let detail: String = row.get(3);
            let Some(scanned) = detail.strip_prefix("SCAN ") else {
                continue;
            };
            let alias = scanned.split(' ').next().unwrap();
            let is_large = LARGE.iter().any(|table| {
                *table == alias
                    || text.contains(&format!("{table} {alias} "))
                    || text.contains(&format!("{table} {alias},"))
            });
            if is_large {
                scans.push(format!("{detail}: {text}"));
            }
        }
    }
    db.close().await.unwrap();
    assert!(scans.is_empty(), "{}", scans.join("\n"));
}
