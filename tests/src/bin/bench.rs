//! `make bench`: what the core, the forms and a push to a real registry cost.
//! Arguments name the parts to measure, `capture`, `forms`, `store`, `push`,
//! `results`; none measures all.

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
    let measured = measure(&mut report, &arguments);
    // What was measured before a failure is shown all the same.
    println!("{}", report.table());
    // Parts alone have reports of their own: the whole one stays as it is.
    let name = [&["bench".to_owned()], arguments.as_slice()]
        .concat()
        .join("-");
    let written = report.write(&name).map_err(|e| e.to_string());
    match measured.and(written) {
        Ok(_) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

fn measure(report: &mut Report, parts: &[String]) -> Result<(), String> {
    const PARTS: [&str; 5] = ["capture", "forms", "store", "push", "results"];
    if let Some(other) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        return Err(format!(
            "there is no part {other}, only {}",
            PARTS.join(", ")
        ));
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    if wanted("capture") {
        capture::run(report);
    }
    if wanted("forms") {
        forms::measure(report)?;
    }
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    if wanted("store") {
        store::run(report, folder.path())?;
    }
    if wanted("push") {
        push::run(report, folder.path())?;
    }
    if wanted("results") {
        results::measure(report, folder.path())?;
    }
    Ok(())
}
