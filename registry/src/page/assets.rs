//! What pages load besides themselves: all of it within the program.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::api::not_found;
use crate::routes::{OpenTo, Route};

/// Sarabun (SIL Open Font License, `fonts/OFL.txt`): Thai and Latin, two weights.
const FONTS: [(&str, &[u8]); 4] = [
    (
        "sarabun-thai-400.woff2",
        include_bytes!("fonts/sarabun-thai-400.woff2"),
    ),
    (
        "sarabun-thai-700.woff2",
        include_bytes!("fonts/sarabun-thai-700.woff2"),
    ),
    (
        "sarabun-latin-400.woff2",
        include_bytes!("fonts/sarabun-latin-400.woff2"),
    ),
    (
        "sarabun-latin-700.woff2",
        include_bytes!("fonts/sarabun-latin-700.woff2"),
    ),
];

/// Their addresses.
pub const ROUTES: &[Route] = &[
    Route::new("GET", "/style.css", OpenTo::Everybody, || get(style)),
    Route::new("GET", "/icon.svg", OpenTo::Everybody, || get(icon)),
    Route::new("GET", "/review.js", OpenTo::Everybody, || get(review)),
    Route::new("GET", "/fonts/{name}", OpenTo::Everybody, || get(font)),
];

async fn style() -> Response {
    asset(
        "text/css; charset=utf-8",
        "max-age=3600",
        concat!(include_str!("style.css"), include_str!("office.css")),
    )
}

async fn icon() -> Response {
    asset("image/svg+xml", "max-age=86400", include_str!("icon.svg"))
}

async fn review() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        "max-age=3600",
        include_str!("review.js"),
    )
}

async fn font(Path(name): Path<String>) -> Response {
    match FONTS.iter().find(|(known, _)| *known == name) {
        Some((_, body)) => asset("font/woff2", "max-age=31536000, immutable", *body),
        None => not_found().await.into_response(),
    }
}

fn asset(kind: &'static str, cache: &'static str, body: impl IntoResponse) -> Response {
    let head = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)];
    (head, body).into_response()
}
