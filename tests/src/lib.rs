//! What crosses the walls between the crates.
