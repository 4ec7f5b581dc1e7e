//! Attacks on a real registry in a process of its own. Every row is what an
//! attacker got, and its goal is what they may get.

pub mod client;
pub mod connections;
pub mod inputs;
pub mod items;
pub mod pages;
pub mod world;

use std::path::Path;

use crate::report::Report;
use world::World;

/// How many guesses at one password are made.
const GUESSES: usize = 1_000;

/// The most memory that the registry may ever use, bytes.
const MOST_MEMORY: f64 = 120e6;

/// Attacks a registry whose files are in this folder. The short form takes
/// seconds; the whole holds connections open until they are closed.
///
/// # Errors
/// What failed, in words.
pub fn run(report: &mut Report, folder: &Path, short: bool) -> Result<(), String> {
    let mut world = World::start(folder)?;
    items::forge(report, &world)?;
    items::reuse_token(report, &world)?;
    items::disabled(report, &world)?;
    items::old_cursors(report, &world)?;
    pages::fixation(report, &world)?;
    pages::forged_forms(report, &world)?;
    pages::timing(report, &world)?;
    inputs::paths(report, &world)?;
    inputs::inject(report, &world, short)?;
    inputs::bombs(report, &world, short)?;
    connections::slowloris(report, &world, short)?;
    connections::flood(report, &world)?;
    pages::brute_force(report, &world, GUESSES)?;
    // After all of it the registry is whole, and small.
    let after = world.sign_in("staff-a")?;
    let counter = world.counter(&after)?;
    let results = world.push(&after.session.access_token, &[after.pin(counter, 9_000)?])?;
    let stored = usize::from(results[0].result.is_stored());
    report.row(
        "afterwards an honest pin is stored",
        items::count(stored),
        "",
        "= 1",
    );
    #[allow(clippy::cast_precision_loss)]
    let most = world.served.memory()?.1 as f64;
    report.row(
        "registry, at most under attack",
        most / 1e6,
        "MB",
        &format!("<= {}", MOST_MEMORY / 1e6),
    );
    let lines = world.served.log().lines().count();
    report.row(
        "log, at its most talkative: lines",
        items::count(lines),
        "",
        "> 100",
    );
    let told = world.told_in_log();
    if !told.is_empty() {
        eprintln!("attack: {} secrets are in the log", told.len());
    }
    report.row(
        "log: secrets and personal data",
        items::count(told.len()),
        "",
        "= 0",
    );
    world.served.stop();
    Ok(())
}
