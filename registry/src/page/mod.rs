//! Web pages.
use crate::app::App;
use axum::Router;
use std::sync::Arc;
/// All pages.
pub fn router() -> Router<Arc<App>> {
    Router::new()
}
