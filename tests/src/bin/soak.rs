//! The fault matrix in its long form, bounded by 20 minutes: `make soak`.
//! `soak [--short] [FAULT…]` goes through some of it.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use pakmut_tests::faults::{FAULTS, Size, check};
use pakmut_tests::report::Report;

/// What is not begun by then is begun no more, and counts as not gone through.
const LONGEST: Duration = Duration::from_secs(20 * 60);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let size = if arguments.iter().any(|a| a == "--short") {
        Size::Short
    } else {
        Size::Long
    };
    let wanted: Vec<&String> = arguments.iter().filter(|a| !a.starts_with("--")).collect();
    let begun = Instant::now();
    let mut report = Report::new();
    let mut failed = false;
    for fault in FAULTS {
        if !wanted.is_empty() && !wanted.iter().any(|name| *name == fault.name) {
            continue;
        }
        if begun.elapsed() > LONGEST {
            eprintln!("fault {}: no time left", fault.name);
            failed = true;
            continue;
        }
        let at = Instant::now();
        let least = size.pick(fault.least.0, fault.least.1);
        // A room that panics must not take the others with it.
        let done = std::panic::catch_unwind(|| check(fault, size));
        let row = |report: &mut Report, what: &str, value: u64, goal: &str| {
            report.row(&format!("{}: {what}", fault.name), value as f64, "", goal);
        };
        match done {
            Ok(Ok(tally)) => {
                row(&mut report, "cases", tally.cases, &format!(">= {least}"));
                row(&mut report, "lost", tally.lost, "= 0");
                row(&mut report, "duplicated", tally.duplicated, "= 0");
            }
            Ok(Err(said)) => {
                eprintln!("{said}");
                row(&mut report, "failed", 1, "= 0");
                failed = true;
            }
            Err(_) => {
                eprintln!("fault {}: it does not hold", fault.name);
                row(&mut report, "failed", 1, "= 0");
                failed = true;
            }
        }
        let seconds = at.elapsed().as_secs_f64();
        eprintln!("  {seconds:.0} s");
        report.row(&format!("{}: time", fault.name), seconds, "s", "");
    }
    let seconds = begun.elapsed().as_secs_f64();
    report.row("all", seconds, "s", "<= 1200");
    print!("{}", report.table());
    if wanted.is_empty()
        && let Err(error) = report.write("soak")
    {
        eprintln!("the report was not written: {error}");
        failed = true;
    }
    if failed || !report.all_met() {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
