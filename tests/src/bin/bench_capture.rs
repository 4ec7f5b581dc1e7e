//! Measures what one fix through the capture costs.

use std::process::ExitCode;

use pakmut_tests::bench::capture;
use pakmut_tests::report::Report;

fn main() -> ExitCode {
    let mut report = Report::new();
    capture::run(&mut report);
    print!("{}", report.table());
    match report.write("bench_capture") {
        Ok(path) => {
            println!("{}", path.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the report could not be written: {error}");
            ExitCode::FAILURE
        }
    }
}
