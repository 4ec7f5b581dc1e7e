//! The phone's library: capture, accuracy, outbox and sync.

pub mod accuracy;
pub mod capture;
pub mod model;
pub mod plane;
pub mod policy;
pub mod recording;
