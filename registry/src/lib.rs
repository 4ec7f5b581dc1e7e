//! The central registry: HTTP API, web pages and storage.

pub mod sheets;
