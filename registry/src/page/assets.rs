//! What pages load besides themselves: all of it within the program.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::api::not_found;
use crate::routes::{OpenTo, Route};

/// Of what has another address once it is another.
const FOR_EVER: &str = "max-age=31536000, immutable";

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

/// The map that a pin's page loads, and what it loads itself: built from `ui` by
/// `make map`, which `make check` holds against its source.
const MAP: [(&str, &[u8]); 2] = [
    ("map.js", include_bytes!("../../ui/dist/map.js")),
    ("worker.js", include_bytes!("../../ui/dist/worker.js")),
];

/// The folder of [`MAP`]: named after what is in it, so that it may be kept for ever.
static MAP_FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for (_, body) in MAP {
        hash.update(body);
    }
    let hash = hash.finalize();
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
});

/// The address of the map's script, named after what is in it.
pub fn map_script() -> String {
    format!("/map/{}/map.js", *MAP_FOLDER)
}

/// Their addresses.
pub const ROUTES: &[Route] = &[
    Route::new("GET", "/style.css", OpenTo::Everybody, || get(style)),
    Route::new("GET", "/icon.svg", OpenTo::Everybody, || get(icon)),
    Route::new("GET", "/review.js", OpenTo::Everybody, || get(review)),
    Route::new("GET", "/map/{folder}/{name}", OpenTo::Everybody, || {
        get(map)
    }),
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

async fn map(Path((folder, name)): Path<(String, String)>) -> Response {
    let found = MAP.iter().find(|(known, _)| *known == name);
    match found.filter(|_| folder == *MAP_FOLDER) {
        Some((_, body)) => asset("text/javascript; charset=utf-8", FOR_EVER, *body),
        None => not_found().await.into_response(),
    }
}

async fn font(Path(name): Path<String>) -> Response {
    match FONTS.iter().find(|(known, _)| *known == name) {
        Some((_, body)) => asset("font/woff2", FOR_EVER, *body),
        None => not_found().await.into_response(),
    }
}

fn asset(kind: &'static str, cache: &'static str, body: impl IntoResponse) -> Response {
    let head = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)];
    (head, body).into_response()
}
