//! The surveys' pages: results for everybody, and what citizens fill in.

mod chart;
pub mod nearest;
pub mod plain;
pub mod rate;
pub mod results;
pub mod sheet;

use std::sync::Arc;

use axum::Extension;

/// What is kept of citizens' visits, for every route that asks for it.
pub fn visits() -> Extension<Arc<rate::Public>> {
    Extension(Arc::new(rate::Public::new()))
}
