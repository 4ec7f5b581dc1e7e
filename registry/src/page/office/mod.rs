//! The officer's pages: how far a province is, who is late, what waits; the
//! review of pins; rounds; documents to check with.

mod bar;
mod check;
mod checks;
mod choropleth;
mod counters;
mod decision;
mod follow_up;
mod map;
mod meetings;
mod papers;
mod queue;
mod rounds;
mod sheet;
mod trend;
mod zero_copy_files;

use axum::http::StatusCode;
use axum::routing::{get, post};
use maud::{Markup, html};
use pakmut_domain::calendar::{DateStyle, date_text, moment_text};
use pakmut_domain::model::Role;
use pakmut_domain::round::{Round, Standing};
use pakmut_domain::words::{Lang, text};
use pakmut_domain::zero_copy::Day;
use uuid::Uuid;

use super::visitor::Visitor;
use crate::api::not_found;
use crate::clock::now_ms;
use crate::problem::Failure;
use crate::routes::{OpenTo, Route};
use crate::store::{LaoRow, ProvinceLine, Read, StoreError};

pub use bar::{bar, three_answers};
pub use checks::quality_words;
pub use choropleth::{Part, choropleth};
pub use follow_up::{gap_words, list as behind_of, way};
pub use meetings::invitations;
pub use trend::trend;

/// The officers' pages.
pub const ROUTES: &[Route] = &[
    Route::new(
        "GET",
        "/provinces/{code}/follow-up",
        OpenTo::OFFICERS,
        || get(follow_up::show),
    ),
    Route::new(
        "POST",
        "/provinces/{code}/reminders",
        OpenTo::OFFICERS,
        || post(follow_up::remind),
    ),
    Route::new("GET", "/laos/{id}/contact", OpenTo::OFFICERS, || {
        get(follow_up::contact)
    }),
    Route::new("POST", "/laos/{id}/contact", OpenTo::OFFICERS, || {
        post(follow_up::keep_contact)
    }),
    Route::new("GET", "/provinces/{code}/review", OpenTo::OFFICERS, || {
        get(queue::show)
    }),
    Route::new(
        "GET",
        "/provinces/{code}/review/clean",
        OpenTo::OFFICERS,
        || get(queue::clean),
    ),
    Route::new(
        "POST",
        "/provinces/{code}/review/clean",
        OpenTo::OFFICERS,
        || post(queue::approve_clean),
    ),
    Route::new("GET", "/provinces/{code}/checks", OpenTo::OFFICERS, || {
        get(checks::show)
    }),
    Route::new("POST", "/provinces/{code}/checks", OpenTo::OFFICERS, || {
        post(checks::draw_more)
    }),
    Route::new("GET", "/checks/{id}", OpenTo::VISITORS, || get(check::show)),
    Route::new("POST", "/checks/{id}", OpenTo::VISITORS, || {
        post(check::measure)
    }),
    Route::new("GET", "/check.js", OpenTo::Everybody, || get(check::script)),
    Route::new("GET", "/review/{id}", OpenTo::OFFICERS, || {
        get(decision::show)
    }),
    Route::new("POST", "/review/{id}", OpenTo::OFFICERS, || {
        post(decision::take)
    }),
    Route::new("POST", "/counters/{id}/exempt", OpenTo::OFFICERS, || {
        post(decision::exempt)
    }),
    Route::new("GET", "/provinces/{code}/papers", OpenTo::OFFICERS, || {
        get(papers::show)
    }),
    Route::new(
        "GET",
        "/provinces/{code}/export/{kind}",
        OpenTo::OFFICERS,
        || get(papers::province_file),
    ),
    Route::new("GET", "/laos/{id}/export/{kind}", OpenTo::OFFICERS, || {
        get(papers::lao_file)
    }),
    Route::new(
        "GET",
        "/provinces/{code}/calls/{kind}",
        OpenTo::OFFICERS,
        || get(papers::calls),
    ),
    Route::new(
        "POST",
        "/provinces/{code}/letters",
        OpenTo::OFFICERS,
        || post(papers::all_letters),
    ),
    Route::new("GET", "/provinces/{code}/sheets", OpenTo::OFFICERS, || {
        get(sheet::of_province)
    }),
    Route::new("GET", "/laos/{id}/counters", OpenTo::MANAGERS, || {
        get(counters::of_lao)
    }),
    Route::new("POST", "/laos/{id}/counters", OpenTo::MANAGERS, || {
        post(counters::one)
    }),
    Route::new(
        "GET",
        "/laos/{id}/counters/{what}",
        OpenTo::MANAGERS,
        || get(counters::file_of_lao),
    ),
    Route::new(
        "POST",
        "/laos/{id}/counters/{what}",
        OpenTo::MANAGERS,
        || post(counters::look_at_lao),
    ),
    Route::new(
        "GET",
        "/provinces/{code}/counters",
        OpenTo::OFFICERS,
        || get(counters::of_province),
    ),
    Route::new(
        "GET",
        "/provinces/{code}/counters/{what}",
        OpenTo::OFFICERS,
        || get(counters::file_of_province),
    ),
    Route::new(
        "POST",
        "/provinces/{code}/counters/{what}",
        OpenTo::OFFICERS,
        || post(counters::look_at_province),
    ),
    Route::new("GET", "/zero-copy/export/{file}", OpenTo::OFFICERS, || {
        get(zero_copy_files::country)
    }),
    Route::new(
        "GET",
        "/provinces/{code}/zero-copy/export/{file}",
        OpenTo::OFFICERS,
        || get(zero_copy_files::of_province),
    ),
    Route::new("GET", "/laos/{id}/sheet", OpenTo::OFFICERS, || {
        get(sheet::of_lao)
    }),
    Route::new("GET", "/meetings/{key}", OpenTo::VISITORS, || {
        get(meetings::show)
    }),
    Route::new(
        "POST",
        "/meetings/{key}",
        OpenTo::Visitors(&[Role::Lao]),
        || post(meetings::answer),
    ),
    Route::new(
        "GET",
        "/provinces/{code}/meetings/{key}",
        OpenTo::OFFICERS,
        || get(meetings::of_province),
    ),
    Route::new(
        "POST",
        "/provinces/{code}/meetings/{key}",
        OpenTo::OFFICERS,
        || post(meetings::note),
    ),
    Route::new("GET", "/rounds", OpenTo::OFFICERS, || get(rounds::show)),
    Route::new("POST", "/rounds", OpenTo::OFFICERS, || post(rounds::change)),
];

/// A text of these pages.
pub fn w(lang: Lang, id: &str) -> String {
    text(lang, id, &[])
}

/// The province of a code, where the visitor may see it.
///
/// # Errors
/// 404 where there is none, or it is not in the visitor's scope: who may not see
/// it is not told whether it is there.
pub async fn province(
    read: &mut Read,
    visitor: &Visitor,
    code: &str,
) -> Result<ProvinceLine, Failure> {
    match read.province(code, visitor.scope()).await? {
        Some(province) => Ok(province),
        None => Err(not_found().await),
    }
}

/// A province's name in the language.
pub fn name_of(lang: Lang, province: &ProvinceLine) -> &str {
    match lang {
        Lang::Th => &province.th,
        Lang::En => &province.en,
    }
}

/// An LAO in the visitor's scope.
///
/// # Errors
/// 404 where there is none, or it is not in the scope.
pub async fn lao_of(read: &mut Read, visitor: &Visitor, id: Uuid) -> Result<LaoRow, Failure> {
    match read.lao_in(id, visitor.scope()).await? {
        Some(lao) => Ok(lao),
        None => Err(not_found().await),
    }
}

/// The round that counts now.
///
/// # Errors
/// [`StoreError`].
pub async fn current_round(read: &mut Read) -> Result<Option<Round>, StoreError> {
    let rounds = read.rounds().await?;
    let today = Day::in_bangkok(now_ms());
    Ok(today.and_then(|today| Round::current(&rounds, today).cloned()))
}

/// A round's name, its last day and how many days are left.
pub fn round_line(lang: Lang, round: Option<&Round>) -> Markup {
    let today = Day::in_bangkok(now_ms());
    let Some((round, today)) = round.zip(today) else {
        return html! { p.quiet { (w(lang, "office-no-round")) } };
    };
    let (id, days) = match round.on(today) {
        Standing::Begins(days) => ("round-begins", days),
        Standing::Runs(0) => ("round-last-day", 0),
        Standing::Runs(days) => ("round-runs", days),
        Standing::Over(days) => ("round-over", days),
    };
    let last = date_text(round.last_day().date(), lang, DateStyle::Long);
    let days = text(lang, id, &[("days", (days as f64).into())]);
    html! {
        p.round {
            b lang="th" { (round.name) }
            " · "
            (text(lang, "round-until", &[("day", last.into())]))
            " · " (days)
        }
    }
}

/// When, for people.
pub fn when(lang: Lang, ms: i64) -> String {
    moment_text(ms, lang, DateStyle::Short)
}

/// The day, for people.
pub fn on_day(lang: Lang, ms: i64) -> String {
    Day::in_bangkok(ms).map_or_else(
        || "–".to_owned(),
        |day| date_text(day.date(), lang, DateStyle::Short),
    )
}

/// 400 with a code whose words the page shows.
pub fn bad(code: &'static str) -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        code,
        "The form has something that cannot be taken",
    )
}
