//! `make demo`: the main job on real recordings. `--exit` ends it, `--json`
//! prints the summary as one JSON object on the last line, `--port N` names the
//! registry's port.

use std::process::ExitCode;

use pakmut_tests::demo::{Shown, run_demo};

fn main() -> ExitCode {
    match show() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("demo: {why}");
            ExitCode::FAILURE
        }
    }
}

fn show() -> Result<bool, String> {
    let (mut exit, mut json, mut port) = (false, false, 0);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--exit" => exit = true,
            "--json" => json = true,
            "--port" => {
                port = arguments
                    .next()
                    .and_then(|n| n.parse().ok())
                    .ok_or("--port wants a number from 0 to 65535")?;
            }
            other => return Err(format!("'{other}' is unknown: --exit, --json, --port N")),
        }
    }
    let folder = tempfile::Builder::new()
        .prefix("pakmut-demo-")
        .tempdir()
        .map_err(|e| e.to_string())?;
    let Shown {
        summary,
        mut registry,
        officers,
    } = run_demo(folder.path(), port, json)?;
    let report = summary.report();
    report.write("demo").map_err(|e| e.to_string())?;
    if !json {
        println!("{}", report.table());
        println!(
            "Recordings of real receivers were moved to places inside the LAOs' areas, errors kept. \
             Branch counters are samples."
        );
    }
    if !exit {
        println!(
            "The registry's page: http://{}/  (Ctrl-C ends it)",
            registry.address()
        );
        for officer in &officers {
            println!(
                "  sign in as {} with {} (made for this demo)",
                officer.username, officer.password
            );
        }
    }
    if json {
        println!(
            "{}",
            serde_json::to_string(&summary).map_err(|e| e.to_string())?
        );
    }
    if !exit {
        loop {
            std::thread::park();
        }
    }
    registry.stop();
    Ok(report.all_met())
}
