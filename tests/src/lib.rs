//! What crosses the walls between the crates.

pub mod demo;
pub mod bench;
pub mod honesty;
pub mod network;
pub mod places;
pub mod registry_process;
pub mod report;
