//! Zero Copy's pages: progress by province and LAO, and what a citizen need not
//! bring to a counter. Whom answers contradict is for officers who signed in,
//! by the API.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::words::{Lang, text};
use pakmut_domain::zero_copy::progress::Progress;
use pakmut_domain::zero_copy::wording::{label, name};
use pakmut_domain::zero_copy::{Code, Day};
use uuid::Uuid;

use super::ROWS;
use super::frame::{Ask, frame, turn};
use super::visitor::Officer;
use super::words::{COUNTRY, LAOS, PROVINCE, say};
use crate::api::not_found;
use crate::app::App;
use crate::clock::now_ms;
use crate::problem::Failure;
use crate::store::{ProvinceLine, Scope};
use crate::zero_copy::overview::{By, CounterView, Line, Overview, counter_view, overview};

/// `/zero-copy`: the country, province by province; a province's officer goes
/// to their own.
pub async fn country(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let scope = visitor.scope();
    if let Scope::Province(code) = scope {
        let own = format!("/provinces/{code}/zero-copy?lang={}", lang.tag());
        return Ok(Redirect::to(&own).into_response());
    }
    let found = overview(&mut read, reference.catalogues(), scope, By::Province).await?;
    let provinces = read.provinces(scope).await?;
    let names: HashMap<&str, &str> = provinces
        .iter()
        .map(|province| (province.code.as_str(), name_of(lang, province)))
        .collect();
    let first = |line: &Line| {
        let code = line.province.as_str();
        html! {
            a href={ "/provinces/" (code) "/zero-copy?lang=" (lang.tag()) } {
                (names.get(code).copied().unwrap_or(code))
            }
        }
    };
    let content = table(lang, &found, &found.parts, say(lang, PROVINCE), first);
    let up = Some(("/".to_owned(), say(lang, COUNTRY)));
    Ok(visitor.frame(&ask, &label(lang, "title"), up, &content))
}

/// `/provinces/CODE/zero-copy`: a province, LAO by LAO.
pub async fn province(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let provinces = read.provinces(visitor.scope()).await?;
    let Some(province) = provinces.iter().find(|province| province.code == code) else {
        return Err(not_found().await);
    };
    let scope = Scope::Province(code);
    let found = overview(&mut read, reference.catalogues(), &scope, By::Lao).await?;
    let first = |line: &Line| {
        html! {
            a href={ "/laos/" (line.lao.unwrap_or_default()) "?lang=" (lang.tag()) } lang="th" {
                (line.name_th.as_deref().unwrap_or("–"))
            }
        }
    };
    let shown = found
        .parts
        .chunks(ROWS as usize)
        .nth(ask.page as usize)
        .unwrap_or_default();
    let content = html! {
        (table(lang, &found, shown, say(lang, LAOS), first))
        (turn(&ask, shown.len()))
    };
    let title = format!("{}: {}", label(lang, "title"), name_of(lang, province));
    let up = Some(("/zero-copy".to_owned(), say(lang, COUNTRY)));
    let up = up.filter(|_| *visitor.scope() == Scope::Country);
    Ok(visitor.frame(&ask, &title, up, &content))
}

fn name_of(lang: Lang, province: &ProvinceLine) -> &str {
    match lang {
        Lang::Th => &province.th,
        Lang::En => &province.en,
    }
}

/// What stands over the columns that [`cells`] fills.
const HEADS: [&str; 7] = [
    "due",
    "declared",
    "stopped",
    "asked",
    "undeclared",
    "contradicted",
    "counters-unknown",
];

fn table(
    lang: Lang,
    found: &Overview,
    parts: &[Line],
    what: &str,
    first: impl Fn(&Line) -> Markup,
) -> Markup {
    let version = [("version", found.catalogue.into())];
    html! {
        p.quiet {
            (text(lang, "zero-copy-catalogue", &version))
            @if found.starting_set { " · " span.tag { (label(lang, "starting-set")) } }
        }
        div.wide { table {
            thead { tr { th scope="col" { (what) } @for head in HEADS { th.n scope="col" { (label(lang, head)) } } } }
            tbody {
                tr { th scope="row" { (label(lang, "whole")) } (cells(&found.whole)) }
                @for line in parts {
                    tr { th scope="row" { (first(line)) } (cells(&line.progress)) }
                }
            }
        } }
    }
}

/// The counts of a line, those of pairs with their share.
fn cells(progress: &Progress) -> Markup {
    let counts = [
        progress.declared(),
        progress.stopped,
        progress.asked,
        progress.undeclared,
    ];
    let cell = |count: u64, share: Option<f64>| {
        html! {
            td.n { (count) @if let Some(share) = share { " (" (format!("{:.0} %", share * 100.0)) ")" } }
        }
    };
    html! {
        td.n { (progress.due) }
        @for count in counts { (cell(count, progress.share_of_due(count))) }
        (cell(progress.contradicted, progress.share_contradicted()))
        td.n { (progress.counters_unknown) " / " (progress.counters) }
    }
}

/// `/counters/ID/copies`: what a citizen need not bring.
pub async fn copies(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let unknown = || {
        Failure::new(
            StatusCode::NOT_FOUND,
            "counter_unknown",
            "There is no counter of this id",
        )
    };
    let lang = ask.lang();
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let counter = read.counters(&[id]).await?.pop().ok_or_else(unknown)?;
    let today = Day::in_bangkok(now_ms()).ok_or_else(unknown)?;
    let lao = counter.definition.lao;
    let view = counter_view(&mut read, reference.catalogues(), id, lao, today).await?;
    Ok(frame(
        &ask,
        &counter.definition.name,
        None,
        &need_not_bring(lang, &view),
    ))
}

/// Which copies need not be brought: a part of a counter's public page.
pub fn need_not_bring(lang: Lang, view: &CounterView) -> Markup {
    let service = |code: &Code| {
        let known = view.catalogue.service(code);
        known.map_or_else(|| code.to_string(), |named| name(lang, named).to_owned())
    };
    let document = |code: &Code| {
        let known = view.catalogue.document(code);
        known.map_or_else(|| code.to_string(), |named| name(lang, named).to_owned())
    };
    html! {
        @if view.need_not_bring.is_empty() {
            p { (label(lang, "nothing-declared")) }
        } @else {
            h2 { (label(lang, "need-not-bring")) }
            dl {
                @for of in &view.need_not_bring {
                    dt { b { (service(&of.service)) } }
                    @for code in &of.documents {
                        dd {
                            (document(code))
                            @if of.unless_proxy.contains(code) { " (" (label(lang, "unless-proxy")) ")" }
                        }
                    }
                }
            }
        }
    }
}
