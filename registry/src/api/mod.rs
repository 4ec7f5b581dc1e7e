//! The endpoints of Sync, version 1, and those that watch over the registry.

mod attachments;
mod enrolments;
mod openapi;
mod point;
mod pull;
pub(crate) mod push;
mod sessions;
mod watch;
mod zero_copy;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, head, post, put};
use pakmut_domain::model::Role;
use pakmut_domain::wire::config::Config;
use pakmut_domain::wire::{MAX_PUSH_BYTES, MAX_PUSH_ITEMS, OLDEST_WIRE_VERSION, WIRE_VERSION};

use crate::app::App;
use crate::clock::now_ms;
use crate::http::Answer;
use crate::problem::Failure;
use crate::routes::{OpenTo, Route};

pub use openapi::DOCUMENT as OPENAPI;

/// All endpoints.
pub const ROUTES: &[Route] = &[
    Route::new("GET", "/v1/config", OpenTo::Everybody, || get(config)),
    Route::new("POST", "/v1/enrolments/preview", OpenTo::Everybody, || {
        post(enrolments::preview)
    }),
    Route::new("POST", "/v1/enrolments", OpenTo::Everybody, || {
        post(enrolments::enrol)
    }),
    Route::new("POST", "/v1/password-resets", OpenTo::Everybody, || {
        post(enrolments::reset)
    }),
    Route::new("POST", "/v1/sessions", OpenTo::Everybody, || {
        post(sessions::sign_in)
    }),
    Route::new("DELETE", "/v1/sessions", OpenTo::BEARERS, || {
        delete(sessions::sign_out)
    }),
    Route::new("POST", "/v1/sessions/refresh", OpenTo::Everybody, || {
        post(sessions::refresh)
    }),
    Route::new("POST", "/v1/push", OpenTo::BEARERS, || post(push::push)),
    Route::new("GET", "/v1/pull", OpenTo::BEARERS, || get(pull::pull)),
    Route::new("POST", "/v1/reconcile", OpenTo::BEARERS, || {
        post(push::reconcile)
    }),
    Route::new("GET", ATTACHMENT, OpenTo::BEARERS, || {
        get(attachments::read)
    }),
    Route::new("HEAD", ATTACHMENT, OpenTo::BEARERS, || {
        head(attachments::state)
    }),
    Route::new("PUT", ATTACHMENT, OpenTo::BEARERS, || {
        put(attachments::write)
    }),
    Route::new("GET", "/v1/pins/{id}/photo", OpenTo::BEARERS, || {
        get(attachments::of_pin)
    }),
    Route::new(
        "DELETE",
        "/v1/pins/{id}/photo",
        OpenTo::Bearers(&[Role::Lao]),
        || delete(attachments::remove),
    ),
    Route::new("GET", "/v1/zero-copy/progress", OpenTo::BEARERS, || {
        get(zero_copy::progress)
    }),
    Route::new(
        "GET",
        "/v1/zero-copy/contradictions",
        OpenTo::BEARERS,
        || get(zero_copy::list),
    ),
    Route::new(
        "GET",
        "/v1/zero-copy/counters/{id}",
        OpenTo::BEARERS,
        || get(zero_copy::counter),
    ),
    Route::new("GET", "/v1/openapi.json", OpenTo::Everybody, || {
        get(openapi::document)
    }),
    Route::new("GET", "/healthz", OpenTo::Everybody, || get(watch::health)),
    Route::new("GET", "/metrics", OpenTo::Everybody, || get(watch::metrics)),
];

const ATTACHMENT: &str = "/v1/attachments/{sha256}";

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
