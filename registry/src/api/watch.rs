//! For those who run the registry.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use crate::app::App;
use crate::http::{Answer, bytes_response};
use crate::problem::Failure;

/// That the registry and its database answer.
#[derive(Debug, Serialize)]
pub struct Health {
    status: &'static str,
    version: &'static str,
}

/// `GET /healthz`.
pub async fn health(State(app): State<Arc<App>>) -> Result<Answer<Health>, Failure> {
    app.store.read().await?.ping().await?;
    Ok(Answer(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    }))
}

/// `GET /metrics`, in the Prometheus text format.
pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    bytes_response("text/plain; version=0.0.4", app.metrics.text())
}
