//! The expression cases of the repository all agree.
#![allow(clippy::unwrap_used)]

use pakmut_tests::expression_cases::{Case, differs};
use std::path::Path;

#[test]
fn every_case_agrees() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/expressions");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for case in serde_json::from_str::<Vec<Case>>(&text).unwrap() {
            count += 1;
            assert_eq!(
                differs(&case),
                None,
                "{} → {}",
                case.expression,
                case.expect
            );
        }
    }
    assert!(count > 500, "{count} cases");
}
