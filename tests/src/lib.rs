//! What crosses the walls between the crates.

pub mod demo;
pub mod bench;
pub mod honesty;
pub mod network;
pub mod places;
pub mod registry_process;
pub mod report;
pub mod bench_forms;
pub mod expression_cases;
pub mod report;
pub mod shipped_forms;
