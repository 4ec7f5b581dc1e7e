//! The pages: how far the country is, a province's LAOs, an LAO's counters with
//! their pins, for those who signed in and within their scope; what a citizen
//! need not bring to a counter, for everybody. Thai, or English by `?lang=en`;
//! they work without a script, and no outside host is asked.

mod account;
mod assets;
mod codes;
mod cookie;
mod copies;
mod country;
mod enrol;
mod form;
mod frame;
mod lao;
pub mod office;
mod people;
mod photo;
mod problem;
mod province;
mod sign_in;
pub mod survey;
mod tabs;
mod visitor;
mod words;
mod zero_copy;

use axum::routing::{get, post};
use pakmut_domain::model::Role;

use crate::routes::{OpenTo, Route};

pub use assets::{ROUTES as ASSETS, map_script};
pub use cookie::Cookie;
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
    Route::new("GET", "/pins/{id}/photo", OpenTo::VISITORS, || {
        get(photo::show)
    }),
    Route::new("GET", "/declarations/{id}/photo", OpenTo::VISITORS, || {
        get(photo::of_notice)
    }),
    Route::new(
        "POST",
        "/pins/{id}/photo/remove",
        OpenTo::Visitors(&[Role::Lao]),
        || post(photo::remove),
    ),
    Route::new("GET", "/zero-copy", OpenTo::OFFICERS, || {
        get(zero_copy::country)
    }),
    Route::new(
        "GET",
        "/provinces/{code}/zero-copy",
        OpenTo::OFFICERS,
        || get(zero_copy::province),
    ),
    Route::new("GET", "/laos/{id}/zero-copy", OpenTo::VISITORS, || {
        get(zero_copy::lao)
    }),
    Route::new("GET", "/counters/{id}/copies", OpenTo::Everybody, || {
        get(copies::show)
    }),
    Route::new("GET", "/sign-in", OpenTo::Everybody, || get(sign_in::show)),
    Route::new("POST", "/sign-in", OpenTo::Everybody, || {
        post(sign_in::enter)
    }),
    Route::new("GET", "/enrol", OpenTo::Everybody, || get(enrol::show)),
    Route::new("POST", "/enrol", OpenTo::Everybody, || post(enrol::preview)),
    Route::new("POST", "/enrol/account", OpenTo::Everybody, || {
        post(enrol::enrol)
    }),
    Route::new("GET", "/account", OpenTo::VISITORS, || get(account::show)),
    Route::new("GET", "/account/export", OpenTo::VISITORS, || {
        get(account::export)
    }),
    Route::new("POST", "/account/contact", OpenTo::VISITORS, || {
        post(account::set_contact)
    }),
    Route::new("POST", "/account/password", OpenTo::VISITORS, || {
        post(account::set_password)
    }),
    Route::new("POST", "/account/sessions/{id}", OpenTo::VISITORS, || {
        post(account::end_session)
    }),
    Route::new("POST", "/account/everywhere", OpenTo::VISITORS, || {
        post(account::everywhere)
    }),
    Route::new("GET", "/codes", OpenTo::MANAGERS, || get(codes::show)),
    Route::new("POST", "/codes", OpenTo::MANAGERS, || post(codes::issue)),
    Route::new("POST", "/codes/{id}/revoke", OpenTo::MANAGERS, || {
        post(codes::revoke)
    }),
    Route::new("GET", "/people", OpenTo::MANAGERS, || get(people::show)),
    Route::new("POST", "/people/{id}/reset", OpenTo::MANAGERS, || {
        post(people::reset)
    }),
    Route::new("POST", "/people/{id}/disable", OpenTo::MANAGERS, || {
        post(people::disable)
    }),
    Route::new("POST", "/people/{id}/enable", OpenTo::MANAGERS, || {
        post(people::enable)
    }),
    Route::new("POST", "/people/{id}/erase", OpenTo::MANAGERS, || {
        post(people::erase)
    }),
    Route::new("POST", "/sign-out", OpenTo::VISITORS, || {
        post(sign_in::leave)
    }),
];
