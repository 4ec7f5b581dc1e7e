//! Web pages.
use std::sync::Arc;
use axum::Router;
use crate::app::App;
/// All pages.
pub fn router() -> Router<Arc<App>> {
    Router::new()
}
