//! `make bench`: what the core and the forms cost.

use std::process::ExitCode;

use pakmut_tests::bench::{capture, forms};
use pakmut_tests::report::Report;

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(), String> {
    let mut report = Report::new();
    capture::run(&mut report);
    forms::measure(&mut report)?;
    println!("{}", report.table());
    report.write("bench").map_err(|e| e.to_string())?;
    Ok(())
}
