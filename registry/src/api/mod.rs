//! The endpoints of Sync, version 1, and those that watch over the registry.

mod attachments;
mod openapi;
mod pull;
mod push;
mod sessions;
mod watch;
mod zero_copy;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use pakmut_domain::wire::config::Config;
use pakmut_domain::wire::{MAX_PUSH_BYTES, MAX_PUSH_ITEMS, OLDEST_WIRE_VERSION, WIRE_VERSION};

use crate::app::App;
use crate::clock::now_ms;
use crate::http::Answer;
use crate::problem::Failure;

pub use openapi::DOCUMENT as OPENAPI;

/// All endpoints.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/config", get(config))
        .route(
            "/v1/sessions",
            post(sessions::sign_in).delete(sessions::sign_out),
        )
        .route("/v1/sessions/refresh", post(sessions::refresh))
        .route("/v1/push", post(push::push))
        .route("/v1/pull", get(pull::pull))
        .route("/v1/reconcile", post(push::reconcile))
        .route(
            "/v1/attachments/{sha256}",
            get(attachments::read)
                .head(attachments::state)
                .put(attachments::write),
        )
        .route("/v1/zero-copy/progress", get(zero_copy::progress))
        .route("/v1/zero-copy/contradictions", get(zero_copy::list))
        .route("/v1/zero-copy/counters/{id}", get(zero_copy::counter))
        .route("/v1/openapi.json", get(openapi::document))
        .route("/healthz", get(watch::health))
        .route("/metrics", get(watch::metrics))
}

async fn config(State(app): State<Arc<App>>) -> Result<Answer<Config>, Failure> {
    let state = app.store.state().await?;
    Ok(Answer(Config {
        registry: state.registry,
        epoch: state.epoch,
        server_time: now_ms(),
        oldest_wire: OLDEST_WIRE_VERSION,
        newest_wire: WIRE_VERSION,
        max_push_items: MAX_PUSH_ITEMS,
        max_push_bytes: MAX_PUSH_BYTES,
    }))
}

/// 404 as a problem document.
pub async fn not_found() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here")
}

/// 405 as a problem document.
pub async fn method_not_allowed() -> Failure {
    Failure::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address does not take this method",
    )
}
