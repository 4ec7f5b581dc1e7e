//! The short form of `make attack`: every goal is met.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use pakmut_tests::attack;
use pakmut_tests::report::Report;

#[test]
fn no_attack_gets_more_than_it_may() {
    let folder = tempfile::tempdir().unwrap();
    let mut report = Report::new();
    attack::run(&mut report, folder.path(), true).unwrap();
    println!("{}", report.table());
    assert!(report.all_met(), "{}", report.table());
}
