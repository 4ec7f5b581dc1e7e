//! What crosses the walls between the crates.

pub mod bench;
pub mod honesty;
pub mod report;
