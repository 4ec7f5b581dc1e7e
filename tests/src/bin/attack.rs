//! `make attack`: attacks on a real registry, and what they got. `--short` in
//! seconds.

use std::process::ExitCode;

use pakmut_tests::attack;
use pakmut_tests::report::Report;

fn main() -> ExitCode {
    let short = std::env::args().any(|argument| argument == "--short");
    let mut report = Report::new();
    let done = tempfile::tempdir()
        .map_err(|e| e.to_string())
        .and_then(|folder| attack::run(&mut report, folder.path(), short));
    println!("{}", report.table());
    let written = report.write("attack").map_err(|e| e.to_string());
    match done.and(written) {
        Ok(_) if report.all_met() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("attack: {why}");
            ExitCode::FAILURE
        }
    }
}
