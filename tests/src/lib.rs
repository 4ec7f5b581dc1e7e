//! What crosses the walls between the crates.

pub mod honesty;
pub mod places;
pub mod report;
