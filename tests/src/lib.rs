//! What crosses the walls between the crates.

pub mod honesty;
pub mod places;
pub mod report;
pub mod bench_forms;
pub mod expression_cases;
pub mod report;
pub mod shipped_forms;
