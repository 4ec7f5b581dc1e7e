//! The pages: how far the country is, a province's LAOs, an LAO's counters with
//! their pins, for those who signed in and within their scope; what a citizen
//! need not bring to a counter, for everybody. Thai, or English by `?lang=en`;
//! they work without a script, and no outside host is asked.

mod assets;
mod cookie;
mod country;
mod form;
mod frame;
mod lao;
pub mod office;
mod problem;
mod province;
mod sign_in;
pub mod survey;
mod visitor;
mod words;
mod zero_copy;

use axum::routing::{get, post};

use crate::routes::{OpenTo, Route};

pub use assets::ROUTES as ASSETS;
pub use problem::as_page;

/// Rows of a table on one page.
const ROWS: i64 = 50;

/// All pages.
pub const ROUTES: &[Route] = &[
    Route::new("GET", "/", OpenTo::VISITORS, || get(country::show)),
    Route::new("GET", "/provinces/{code}", OpenTo::OFFICERS, || {
        get(province::show)
    }),
    Route::new("GET", "/laos/{id}", OpenTo::VISITORS, || get(lao::show)),
    Route::new("GET", "/zero-copy", OpenTo::OFFICERS, || {
        get(zero_copy::country)
    }),
    Route::new(
        "GET",
        "/provinces/{code}/zero-copy",
        OpenTo::OFFICERS,
        || get(zero_copy::province),
    ),
    Route::new("GET", "/counters/{id}/copies", OpenTo::Everybody, || {
        get(zero_copy::copies)
    }),
    Route::new("GET", "/sign-in", OpenTo::Everybody, || get(sign_in::show)),
    Route::new("POST", "/sign-in", OpenTo::Everybody, || {
        post(sign_in::enter)
    }),
    Route::new("POST", "/sign-out", OpenTo::VISITORS, || {
        post(sign_in::leave)
    }),
];
