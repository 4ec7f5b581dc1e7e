//! `make bench-pages`: what the officers' pages cost with the whole country in.

use std::process::ExitCode;

use pakmut_tests::bench::pages;
use pakmut_tests::report::Report;

fn main() -> ExitCode {
    let mut report = Report::new();
    let measured = tempfile::tempdir()
        .map_err(|e| e.to_string())
        .and_then(|folder| pages::run(&mut report, folder.path()));
    // What was measured before a failure is shown all the same.
    println!("{}", report.table());
    let written = report.write("pages").map_err(|e| e.to_string());
    match measured.and(written) {
        Ok(_) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench-pages: {why}");
            ExitCode::FAILURE
        }
    }
}
