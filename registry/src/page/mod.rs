//! Web pages.

mod zero_copy;

use crate::app::App;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;
/// All pages.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/zero-copy", get(zero_copy::country))
        .route("/zero-copy/{province}", get(zero_copy::province))
        .route("/counters/{id}/copies", get(zero_copy::copies))
}
