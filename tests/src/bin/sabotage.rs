//! Are the fault tests worth anything? `make sabotage` builds the core with the
//! feature `sabotage`, turns off one safeguard at a time and expects the fault
//! that guards it to notice; with none turned off, the same faults must hold.

use std::process::{Command, ExitCode, Stdio};

use pakmut_core::sabotage as safeguard;
use pakmut_tests::report::Report;

/// Each safeguard, and the fault that must notice.
const CASES: [(&str, &str); 6] = [
    (safeguard::SYNC_OFF, "power-loss"),
    (safeguard::SYNC_NORMAL, "power-loss"),
    (safeguard::SENT_BEFORE_ANSWER, "push-cut"),
    (safeguard::NEW_IDS, "push-cut"),
    (safeguard::NO_EPOCH_CHECK, "registry-back"),
    (safeguard::ANY_RECEIPT, "wire-tricks"),
];

fn main() -> ExitCode {
    if !cfg!(feature = "sabotage") {
        eprintln!("build it with --features sabotage");
        return ExitCode::FAILURE;
    }
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, String> {
    for name in safeguard::ALL {
        if !CASES.iter().any(|(case, _)| case == name) {
            return Err(format!("nothing is said of {name}"));
        }
    }
    let mut report = Report::new();
    let mut faults: Vec<&str> = CASES.iter().map(|(_, fault)| *fault).collect();
    faults.dedup();
    for fault in faults {
        let (held, said) = hold(fault, None)?;
        println!("with every safeguard, {fault}: {said}");
        report.row(
            &format!("{fault} holds with every safeguard"),
            f64::from(u8::from(held)),
            "",
            "= 1",
        );
    }
    for (off, fault) in CASES {
        let (held, said) = hold(fault, Some(off))?;
        println!("without {off}, {fault}: {said}");
        report.row(
            &format!("{fault} notices {off}"),
            f64::from(u8::from(!held)),
            "",
            "= 1",
        );
    }
    print!("{}", report.table());
    report.write("sabotage").map_err(|e| e.to_string())?;
    Ok(report.all_met())
}

/// Whether a fault's short form holds, and what it said of that.
fn hold(fault: &str, off: Option<&str>) -> Result<(bool, String), String> {
    let me = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut command = Command::new(me.with_file_name("soak"));
    command
        .args(["--short", fault])
        .env_remove("PAKMUT_SABOTAGE")
        .stdout(Stdio::null());
    if let Some(off) = off {
        command.env("PAKMUT_SABOTAGE", off);
    }
    let output = command.output().map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said
        .lines()
        .find(|line| line.starts_with(&format!("fault {fault}:")))
        .or_else(|| said.lines().find(|line| line.contains("panicked at")))
        .unwrap_or_default();
    // What a panic says stands in the line after it.
    let why = said
        .lines()
        .skip_while(|line| !line.contains("panicked at"))
        .nth(1)
        .unwrap_or_default();
    Ok((output.status.success(), format!("{line} {why}")))
}
