//! The phone's library: capture, accuracy, outbox and sync.

pub mod accuracy;
pub mod attendance;
pub mod capture;
pub mod checks;
pub mod engine;
mod enrolling;
pub mod http;
pub mod model;
pub mod photo;
pub mod placing;
pub mod plane;
pub mod policy;
pub mod ports;
pub mod recording;
pub mod retry;
pub mod review;
pub mod roster;
pub mod sabotage;
pub mod screens;
pub mod session;
pub mod signing;
pub mod store;
pub mod surveys;
pub mod sync;
pub mod trusted_time;
pub mod zero_copy;
