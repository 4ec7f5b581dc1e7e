//! `make bench`: what the core, the forms and a push to a real registry cost.

use std::process::ExitCode;

use pakmut_tests::bench::{capture, forms, push, results, store};
use pakmut_tests::report::Report;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, rest @ ..] = arguments.as_slice()
        && first == push::LONG_QUEUE
    {
        return match push::long_queue(rest) {
            Ok(figures) => {
                println!("{figures}");
                ExitCode::SUCCESS
            }
            Err(why) => {
                eprintln!("bench: {why}");
                ExitCode::FAILURE
            }
        };
    }
    let mut report = Report::new();
    let alone = arguments.first().is_some_and(|first| first == "results");
    let measured = if alone {
        results_alone(&mut report)
    } else {
        measure(&mut report)
    };
    // What was measured before a failure is shown all the same.
    println!("{}", report.table());
    let name = if alone { "bench-results" } else { "bench" };
    let written = report.write(name).map_err(|e| e.to_string());
    match measured.and(written) {
        Ok(_) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The results' pages alone (`ARGS=results`): the rest takes minutes.
fn results_alone(report: &mut Report) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    results::measure(report, folder.path())
}

fn measure(report: &mut Report) -> Result<(), String> {
    capture::run(report);
    forms::measure(report)?;
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    store::run(report, folder.path())?;
    push::run(report, folder.path())?;
    results::measure(report, folder.path())
}
