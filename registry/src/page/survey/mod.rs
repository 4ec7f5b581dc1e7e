//! The surveys' pages: results for everybody, what citizens fill in, and what
//! staff read of it.

mod chart;
mod comments;
mod nearest;
mod plain;
mod rate;
mod results;
mod sheet;

use axum::routing::{get, post};
use pakmut_domain::model::Role;

use crate::routes::{OpenTo, Route};

pub use rate::Public;

/// What a person of an LAO reads and its officers may see.
const READERS: OpenTo = OpenTo::Visitors(&[Role::Lao, Role::Province, Role::Department]);

/// Their rows. What results show can be shown to everybody.
pub const ROUTES: &[Route] = &[
    Route::new("GET", "/results", OpenTo::Everybody, || {
        get(results::country)
    }),
    Route::new(
        "GET",
        "/provinces/{code}/results",
        OpenTo::Everybody,
        || get(results::province),
    ),
    Route::new("GET", "/laos/{id}/results", OpenTo::Everybody, || {
        get(results::lao)
    }),
    Route::new("GET", "/counters/{id}/results", OpenTo::Everybody, || {
        get(results::counter)
    }),
    Route::new("GET", "/forms/{id}/codebook.csv", OpenTo::Everybody, || {
        get(results::codebook)
    }),
    Route::new("GET", "/laos/{id}/comments", READERS, || {
        get(comments::show)
    }),
    Route::new(
        "POST",
        "/laos/{id}/comments",
        OpenTo::Visitors(&[Role::Lao]),
        || post(comments::mark),
    ),
    Route::new("GET", "/responses/{id}/photos/{n}", READERS, || {
        get(comments::photo)
    }),
    Route::new("GET", "/counters/{id}/sheet", OpenTo::Everybody, || {
        get(sheet::show)
    }),
    Route::new("GET", "/rate/{id}", OpenTo::Everybody, || get(rate::show)),
    Route::new("POST", "/rate/{id}", OpenTo::Everybody, || {
        post(rate::answer)
    }),
    Route::new("GET", "/rate/{id}/thanks", OpenTo::Everybody, || {
        get(rate::thanks)
    }),
    Route::new("GET", "/nearest", OpenTo::Everybody, || get(nearest::show)),
    Route::new("GET", "/nearest.js", OpenTo::Everybody, || {
        get(nearest::script)
    }),
    Route::new("GET", "/plain.css", OpenTo::Everybody, || get(plain::style)),
];
