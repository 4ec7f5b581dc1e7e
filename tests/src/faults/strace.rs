//! strace(1): which calls a child makes, and faults put on one of them.

use std::path::Path;
use std::process::Command;

use super::child;

/// The calls of files, descriptors and sockets.
pub const CALLS: &str = "%file,%desc,%network";

/// One call of a child, after its `begin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Such as `pwrite64`.
    pub name: String,
    /// Which of this name since the start of the process, from 1.
    pub nth: u64,
    /// Its line as strace wrote it, without the process' number.
    pub line: String,
}

/// A child under strace with these options.
///
/// # Panics
/// Where strace is not there.
#[must_use]
pub fn command(options: &[&str], arguments: &[&str]) -> Command {
    let found = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join("strace").is_file())
    });
    assert!(found, "strace is not there: make strace");
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qqq", "-e", "signal=none"])
        .args(options)
        .arg(child::program())
        .args(arguments);
    command
}

/// The same that does not write what it sees.
#[must_use]
pub fn silent(inject: &str, arguments: &[&str]) -> Command {
    command(&["-o", "/dev/null", "-e", inject], arguments)
}

/// The calls that the child makes after `begin`, in its main thread.
///
/// # Panics
/// Where the child fails.
#[must_use]
pub fn calls(trace: &str, more: &[&str], folder: &Path, arguments: &[&str]) -> Vec<Call> {
    let record = folder.join("calls");
    let trace = format!("trace={trace}");
    let mut options = vec!["-o", record.to_str().unwrap(), "-e", &trace];
    options.extend(more);
    let (_, status) = child::finish(command(&options, arguments));
    assert!(status.success(), "the child ended {status}");
    let text = String::from_utf8_lossy(&std::fs::read(&record).unwrap()).into_owned();
    let _ = std::fs::remove_file(&record);
    let mut main = None;
    let mut counts = std::collections::HashMap::<String, u64>::new();
    let mut begun = false;
    let mut calls = Vec::new();
    for line in text.lines() {
        let Some((process, line)) = line.split_once(' ') else {
            continue;
        };
        if *main.get_or_insert(process) != process {
            continue;
        }
        let line = line.trim_start();
        let Some((name, _)) = line.split_once('(') else {
            continue;
        };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            continue;
        }
        let nth = counts.entry(name.to_owned()).or_default();
        *nth += 1;
        if begun {
            calls.push(Call {
                name: name.to_owned(),
                nth: *nth,
                line: line.to_owned(),
            });
        }
        // `begin\n`, plain or in hexadecimal.
        begun |= name == "write"
            && (line.contains("\"begin") || line.contains(r#""\x62\x65\x67\x69\x6e"#));
    }
    assert!(!calls.is_empty(), "strace recorded nothing");
    calls
}
