//! What crosses the walls between the crates.

pub mod places;
