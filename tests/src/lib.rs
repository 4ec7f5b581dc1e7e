//! What crosses the walls between the crates.

pub mod attack;
pub mod bench;
pub mod demo;
pub mod expression_cases;
pub mod faults;
pub mod honesty;
pub mod network;
pub mod places;
pub mod registry_process;
pub mod report;
pub mod shipped_forms;
pub mod zero_copy;
