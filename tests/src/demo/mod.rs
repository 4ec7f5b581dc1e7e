//! The main job, shown: a registry on SQLite and 300 simulated phones, each the
//! real core with its own file, in three provinces.
//!
//! Real recordings are moved to the counters' places with their errors kept, so
//! a demo phone errs as the recorded receiver did. Half of the phones have a
//! fault. All pin offline first, then over a network that cuts connections,
//! then over a sound one.

pub mod compare;
pub mod copies;
pub mod phone;
pub mod places;
pub mod summary;
pub mod trial;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use pakmut_core::ports::{Clock, SystemClock};
use pakmut_core::sync::Options;

use crate::network::{DOWN, Network};
use crate::registry_process::{RegistryProcess, run};
use phone::{DemoPhone, PinMade, Recordings};
use places::User;
use summary::Summary;

/// How many phones.
pub const PHONES: usize = 300;

/// Simulated phones that work at once.
const WORKERS: usize = 8;

/// How long one sync may take.
const SYNC: Options = Options {
    deadline: std::time::Duration::from_secs(60),
    urgent: true,
};

/// Rounds of sync over the flaky network.
const FLAKY_ROUNDS: usize = 2;

/// What there is to see at the end.
pub struct Shown {
    /// The figures.
    pub summary: Summary,
    /// The registry, which still serves.
    pub registry: RegistryProcess,
    /// Sample officers, of a province and of the department, who may look at its pages.
    pub officers: [User; 2],
}

/// Runs the demo in this folder, with the registry on this port (0: a free one).
///
/// # Errors
/// What went wrong, in words.
pub fn run_demo(folder: &Path, port: u16, quiet: bool) -> Result<Shown, String> {
    let begun = Instant::now();
    let database = folder.join("registry.db");
    let data = crate::places::folder();
    let offices = places::offices(&data, PHONES)?;
    let users = places::write_lists(folder, &offices)?;
    let bar = |what: &'static str, length: usize| bar(what, length, quiet);

    let lists = bar("the registry takes in the country's places and LAOs", 4);
    let path = |p: &Path| p.display().to_string();
    let areas = ["provinces", "districts", "subdistricts"]
        .map(|name| path(&data.join(name).with_extension("geojson")));
    for import in [
        vec!["places", &areas[0], &areas[1], &areas[2]],
        vec!["laos", &path(&data.join("laos.csv"))],
        vec!["counters", &path(&folder.join("counters.csv"))],
        vec!["users", &path(&folder.join("users.csv"))],
    ] {
        run(&database, &[vec!["import"], import].concat())?;
        lists.inc(1);
    }
    lists.finish();

    let registry = RegistryProcess::start(&database, port)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
    let network = runtime
        .block_on(Network::start(registry.address()))
        .map_err(|e| e.to_string())?;

    let recordings = Recordings::read(&data.join("..")).map_err(|e| e.to_string())?;
    let phones: Vec<DemoPhone> = offices
        .iter()
        .zip(users.staff)
        .enumerate()
        .map(|(n, (office, user))| DemoPhone::new(n, folder, &network.url(), office, user))
        .collect::<Result<_, String>>()?;

    let signing = bar("phones sign in and pull their scope, at the office", PHONES);
    each(&phones, &signing, |phone| phone.sign_in_and_pull())?;

    network.cut(DOWN);
    let made = Mutex::new(Vec::new());
    let saving = bar("phones pin their counters, with no network", PHONES);
    each(&phones, &saving, |phone| {
        let pins = phone.pin_counters(&recordings)?;
        phone.expect_offline(SYNC)?;
        made.lock().map_err(|e| e.to_string())?.extend(pins);
        Ok(())
    })?;
    let made: Vec<PinMade> = made.into_inner().map_err(|e| e.to_string())?;

    let before = network.bytes();
    let duplicates = AtomicU64::new(0);
    network.cut(400);
    let flaky = bar(
        "phones sync over a network that cuts every third connection",
        PHONES,
    );
    each(&phones, &flaky, |phone| {
        for _ in 0..FLAKY_ROUNDS {
            let report = phone.sync(SYNC)?;
            duplicates.fetch_add(report.duplicates, Ordering::Relaxed);
        }
        Ok(())
    })?;
    network.cut(0);
    let sound = bar("phones sync over a sound network", PHONES);
    each(&phones, &sound, |phone| {
        duplicates.fetch_add(phone.sync_wholly(SYNC)?, Ordering::Relaxed);
        Ok(())
    })?;
    let bytes = network.bytes() - before;

    let testers = trial::prepare(folder, &database, &network.url(), &offices)?;
    let copies = Mutex::new(copies::Copies::default());
    let forms = bar("phones bring the forms", PHONES);
    each(&phones, &forms, |phone| phone.sync_wholly(SYNC).map(|_| ()))?;
    network.cut(DOWN);
    let saying = bar(
        "offices declare what they copy no more, citizens say what they saw",
        PHONES,
    );
    let now = SystemClock::new().map_err(|e| e.to_string())?.wall_ms();
    each(&phones, &saying, |phone| {
        copies::declare_at(phone, &copies)?;
        copies::answer_at(phone, &copies, now)
    })?;
    network.cut(0);
    let sent = bar("both are sent", PHONES);
    each(&phones, &sent, |phone| phone.sync_wholly(SYNC).map(|_| ()))?;
    let copies = copies.into_inner().map_err(|e| e.to_string())?;

    let trial = bar("testers bring the survey's forms", testers.len());
    for tester in &testers {
        tester.sign_in_and_pull()?;
        trial.inc(1);
    }
    trial.finish();
    network.cut(DOWN);
    let filling = bar("testers fill the survey in, with no network", testers.len());
    for tester in &testers {
        tester.fill_in()?;
        filling.inc(1);
    }
    filling.finish();
    network.cut(400);
    for tester in &testers {
        // Cut in the middle; what counts is what the sound network brings after.
        let _ = tester.core().sync(SYNC, &mut |_| {});
    }
    network.cut(0);
    let sending = bar("testers send their responses", testers.len());
    for tester in &testers {
        tester.sync_wholly()?;
        sending.inc(1);
    }
    sending.finish();

    let cores = phones.iter().map(DemoPhone::core);
    let cores = cores.chain(testers.iter().map(trial::Tester::core));
    let compared = compare::compare(&database, cores)?;
    let summary = Summary::of(
        &phones,
        &made,
        &compared,
        summary::Traffic {
            bytes,
            cuts: network.cuts(),
            answered_again: duplicates.into_inner(),
        },
        copies::look(&copies, registry.address(), &users.officers[1])?,
        begun.elapsed().as_secs_f64(),
    );
    Ok(Shown {
        summary,
        registry,
        officers: users.officers,
    })
}

/// Does the same with each phone, on a few threads; the first failure ends it.
fn each(
    phones: &[DemoPhone],
    bar: &ProgressBar,
    work: impl Fn(&DemoPhone) -> Result<(), String> + Sync,
) -> Result<(), String> {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(phone) = phones.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = work(phone) {
                        if let Ok(mut failed) = failed.lock() {
                            failed.get_or_insert(format!("phone {}: {why}", phone.number));
                        }
                        return;
                    }
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish();
    match failed.into_inner().map_err(|e| e.to_string())? {
        Some(why) => Err(why),
        None => Ok(()),
    }
}

fn bar(what: &'static str, length: usize, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length as u64).with_message(what);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos:>4}/{len:4} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar
}
