//! The surveys' pages: results for everybody, and what citizens fill in.

mod chart;
mod nearest;
mod plain;
mod rate;
mod results;
mod sheet;

use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};

use crate::app::App;

/// Their addresses.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/results", get(results::country))
        .route("/provinces/{code}/results", get(results::province))
        .route("/laos/{id}/results", get(results::lao))
        .route("/counters/{id}/results", get(results::counter))
        .route("/forms/{id}/codebook.csv", get(results::codebook))
        .route("/counters/{id}/sheet", get(sheet::show))
        .route("/rate/{id}", get(rate::show).post(rate::answer))
        .route("/rate/{id}/thanks", get(rate::thanks))
        .route("/nearest", get(nearest::show))
        .route("/nearest.js", get(nearest::script))
        .route("/plain.css", get(plain::style))
        .layer(Extension(Arc::new(rate::Public::new())))
}
