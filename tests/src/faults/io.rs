//! The disk fails (`disk-full`): at every write, sync, truncate, open and
//! removal of a file's life the call fails with ENOSPC or EIO, once, for a
//! while, and for good (strace, `inject=…:error=…:when=N`).
//!
//! What must hold: a clear error and no panic; nothing that was acknowledged is
//! lost; where it failed once or for a while, the same process saves on; where
//! it failed for good, the next start does.

use super::kill::{check_file, each};
use super::world::in_memory;
use super::{Size, Tally, child, strace};

/// What is failed.
const FAILING: [&str; 9] = [
    "pwrite64",
    "write",
    "fdatasync",
    "fsync",
    "ftruncate",
    "openat",
    "unlink",
    "rename",
    "fallocate",
];

/// Saves of one life.
const SAVES: &str = "7";

/// The codes that a person is told.
const CLEAR: [&str; 3] = ["disk_full", "disk_io", "file_locked"];

struct Case {
    inject: String,
    for_good: bool,
}

/// The fault `disk-full`.
#[must_use]
pub fn every_write(size: Size) -> Tally {
    let folder = in_memory();
    let path = folder.path().join("q.sqlite3");
    let arguments = ["fill", path.to_str().unwrap(), SAVES];
    let calls = strace::calls(strace::CALLS, &[], folder.path(), &arguments);
    let mut cases = Vec::new();
    for call in calls {
        // The child's own words go through `write` too.
        if !FAILING.contains(&call.name.as_str()) || call.line.starts_with("write(1,") {
            continue;
        }
        let errors: &[&str] = match call.name.as_str() {
            "fsync" | "fdatasync" => &["EIO"],
            _ => &["ENOSPC", "EIO"],
        };
        for error in errors {
            let nth = call.nth;
            for (when, for_good) in [
                (nth.to_string(), false),
                (format!("{nth}..{}", nth + 4), false),
                (format!("{nth}+"), true),
            ] {
                // For good, `write` would silence the child itself.
                if for_good && call.name == "write" {
                    continue;
                }
                cases.push(Case {
                    inject: format!("inject={}:error={error}:when={when}", call.name),
                    for_good,
                });
            }
        }
    }
    let all = cases.len();
    let step = size.pick(all.div_ceil(240), 1).max(1);
    let cases: Vec<Case> = cases
        .into_iter()
        .skip(fastrand::usize(0..step))
        .step_by(step)
        .collect();
    let mut tally = each(&cases, |case| {
        let folder = in_memory();
        let path = folder.path().join("q.sqlite3");
        let arguments = ["fill", path.to_str().unwrap(), SAVES];
        let (said, status) = child::finish(strace::silent(&case.inject, &arguments));
        assert!(status.success(), "{}: {status}, {said:?}", case.inject);
        for line in &said {
            if let child::Said::Failed(code) = line {
                assert!(CLEAR.contains(&code.as_str()), "{}: {code}", case.inject);
            }
        }
        let saved = child::saved(&said);
        if !case.for_good {
            assert_eq!(
                saved.len().to_string(),
                SAVES,
                "{}: saving did not go on: {said:?}",
                case.inject
            );
        }
        check_file(&path, &saved, &case.inject)
    });
    tally.notes.push(format!("of {all} in all"));
    tally
}
