//! The central registry: HTTP API, web pages and storage.

#![forbid(unsafe_code)]

mod api;
mod app;
mod arrival;
pub mod audit;
mod auth;
mod authors;
pub mod backup;
mod bodies;
pub mod clock;
mod counter_list;
mod documents;
pub mod enrolment;
pub mod export;
mod follow_up;
pub mod forms_import;
mod http;
pub mod import;
mod ledger;
mod listen;
mod lockout;
mod made_here;
mod metrics;
mod neighbours;
mod page;
mod password;
pub mod people;
mod photos;
mod problem;
mod rates;
mod reference;
mod review;
mod routes;
mod server;
pub mod sheets;
mod sign_in;
pub mod store;
pub mod surveys;
pub mod tiles;
mod tls;
mod verify;
mod writer;
pub mod zero_copy;

pub use api::OPENAPI;
pub use page::map_script;
pub use rates::DEFAULT_RATE;
pub use routes::{OpenTo, Route, routes};
pub use server::{Guard, Server, ServerConfig, ServerError};
pub use tls::{TlsError, TlsFiles};
