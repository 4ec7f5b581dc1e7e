//! The registry's description of itself, kept by hand beside the wire types;
//! a test holds real answers against it.

use axum::response::Response;

use crate::http::bytes_response;

/// The OpenAPI 3.1 document.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// `GET /v1/openapi.json`.
pub async fn document() -> Response {
    bytes_response("application/json", DOCUMENT)
}
