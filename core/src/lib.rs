//! The phone's library: capture, accuracy, outbox and sync.

pub mod engine;
pub mod http;
pub mod ports;
pub mod retry;
pub mod session;
pub mod store;
pub mod sync;
pub mod trusted_time;
pub mod zero_copy;
