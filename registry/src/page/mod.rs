//! The registry's first pages: how far the country is, a province's LAOs, an
//! LAO's counters with their pins. Thai, or English by `?lang=en`; no script,
//! no outside host, nobody's name.

mod assets;
mod country;
mod frame;
mod lao;
mod province;
mod words;
mod zero_copy;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// Rows of a table on one page.
const ROWS: i64 = 50;

/// All pages.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(country::show))
        .route("/provinces/{code}", get(province::show))
        .route("/laos/{id}", get(lao::show))
        .route("/zero-copy", get(zero_copy::country))
        .route("/provinces/{code}/zero-copy", get(zero_copy::province))
        .route("/counters/{id}/copies", get(zero_copy::copies))
        .merge(assets::router())
}
