//! The phone's library: capture, accuracy, outbox and sync.

pub mod ports;
pub mod retry;
pub mod store;
pub mod trusted_time;
