//! The phone's library: capture, accuracy, outbox and sync.
