//! `/provinces/CODE/review`: what waits, the most suspicious first; and the
//! approval of clean pins together, once a drawn sample was looked at.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::finding::Severity;
use pakmut_domain::wire::payload::{Decision, Review};
use pakmut_domain::words::{self, Lang, text};
use serde::Deserialize;
use uuid::Uuid;

use super::{name_of, on_day, province, round_line, w};
use crate::app::App;
use crate::audit::Origin;
use crate::page::ROWS;
use crate::page::form::Posted;
use crate::page::frame::Ask;
use crate::page::tabs::{self, Tab};
use crate::page::visitor::{Officer, role_not_allowed};
use crate::problem::Failure;
use crate::review::{SAMPLE_OF, Waiting, decide_all, is_drawn, queue};
use crate::store::{LaoRow, Of};

/// What the queue's address may ask.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// How many were just approved together.
    approved: Option<u32>,
}

/// The queue.
pub async fn show(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let province = province(&mut read, &visitor, &code).await?;
    let of = Of::Province(code.clone());
    let waiting = queue(&mut read, &of).await?;
    let laos = laos(read.laos_in(&of).await?);
    let round = super::current_round(&mut read).await?;
    let clean = waiting.iter().filter(|one| one.is_clean()).count();
    let shown = ask.part(&waiting);
    let content = html! {
        (tabs::of_province(lang, &code, Tab::Review))
        (round_line(lang, round.as_ref()))
        @if let Some(count) = asked.approved {
            p.told role="status" { (text(lang, "review-approved-together", &[("count", count.into())])) }
        }
        p.quiet { a href={ "/provinces/" (code) "/checks?lang=" (lang.tag()) } { (w(lang, "check-to")) } }
        @if waiting.is_empty() {
            p.empty { (w(lang, "review-nothing-waits")) }
        } @else {
            p { (text(lang, "review-order", &[("count", waiting.len().into())])) }
            p.actions {
                @if let Some(first) = waiting.first() {
                    a.button href={ "/review/" (first.counter.id) "?lang=" (lang.tag()) } { (w(lang, "review-start")) }
                }
                @if clean > 0 {
                    a.button.second href={ "/provinces/" (code) "/review/clean?lang=" (lang.tag()) } {
                        (text(lang, "review-clean-ones", &[("count", clean.into())]))
                    }
                }
            }
            (table(lang, shown, &laos))
            (pages(&ask, waiting.len()))
        }
    };
    let title = format!("{}: {}", w(lang, "office-review"), name_of(lang, &province));
    Ok(visitor.frame(&ask, &title, None, &content))
}

/// LAOs by number.
pub fn laos(rows: Vec<LaoRow>) -> HashMap<i64, LaoRow> {
    rows.into_iter().map(|row| (row.no, row)).collect()
}

/// The way to the pages of a table before and after, with where one is.
pub fn pages(ask: &Ask, rows: usize) -> Markup {
    let lang = ask.lang();
    let last = rows.saturating_sub(1) / ROWS as usize;
    if last == 0 {
        return html! {};
    }
    let link = |page: u32, id: &str| {
        html! { a href={ "?lang=" (lang.tag()) "&page=" (page) } { (w(lang, id)) } }
    };
    let here = ask.page as usize;
    html! {
        p.pages {
            @if let Some(before) = ask.page.checked_sub(1) { (link(before, "office-page-before")) " " }
            (text(lang, "office-page-of", &[("page", (here + 1).into()), ("pages", (last + 1).into())]))
            @if here < last { " " (link(ask.page + 1, "office-page-next")) }
        }
    }
}

fn table(lang: Lang, waiting: &[Waiting], laos: &HashMap<i64, LaoRow>) -> Markup {
    html! {
        div.wide { table.stack {
            thead { tr {
                th scope="col" { (w(lang, "office-counter")) }
                th scope="col" { (w(lang, "review-reasons")) }
                th.n scope="col" { (w(lang, "review-within")) }
                th.n scope="col" { (w(lang, "review-saved")) }
            } }
            tbody {
                @for one in waiting {
                    tr {
                        th scope="row" lang="th" {
                            a href={ "/review/" (one.counter.id) "?lang=" (lang.tag()) } { (one.counter.definition.name) }
                            @if let Some(lao) = laos.get(&one.counter.definition.lao) { br; span.quiet { (lao.name_th) } }
                        }
                        td { (reasons(lang, one)) }
                        td.n data-head=(w(lang, "review-within")) { (radius(lang, one.pin.pin.radius95_m)) }
                        td.n data-head=(w(lang, "review-saved")) { (on_day(lang, one.pin.best_ms)) }
                    }
                }
            }
        } }
    }
}

fn reasons(lang: Lang, one: &Waiting) -> Markup {
    if one.is_clean() {
        return html! { span.quiet { "✓ " (w(lang, "review-nothing-found")) } };
    }
    html! {
        ul.reasons {
            @for finding in one.findings.iter().filter(|f| f.severity > Severity::Info) {
                li class=(severity_class(finding.severity)) { (severity_icon(finding.severity)) " " (words::finding(lang, finding)) }
            }
        }
    }
}

/// The icon of a severity; the words beside it say the rest.
pub fn severity_icon(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "ⓘ",
        Severity::Warn => "▲",
        Severity::Block => "■",
    }
}

/// The class of a severity.
pub fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "f-info",
        Severity::Warn => "f-warn",
        Severity::Block => "f-block",
    }
}

/// A radius in words.
pub fn radius(lang: Lang, metres: Option<f64>) -> String {
    match metres {
        Some(metres) => text(lang, "review-metres", &[("metres", metres.ceil().into())]),
        None => w(lang, "method-hand"),
    }
}

/// The clean ones: those drawn to be looked at by themselves, and the rest.
struct Clean {
    drawn: Vec<Waiting>,
    rest: Vec<Waiting>,
}

impl Clean {
    fn of(waiting: Vec<Waiting>, registry: Uuid) -> Self {
        let (drawn, rest) = waiting
            .into_iter()
            .filter(Waiting::is_clean)
            .partition(|one| is_drawn(one.pin.id, registry));
        Self { drawn, rest }
    }
}

/// `/provinces/CODE/review/clean`.
pub async fn clean(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let province = province(&mut read, &visitor, &code).await?;
    let of = Of::Province(code.clone());
    let registry = read.state().await?.registry;
    let clean = Clean::of(queue(&mut read, &of).await?, registry);
    let laos = laos(read.laos_in(&of).await?);
    // What was approved together makes room for the next.
    let rest = &clean.rest[..clean.rest.len().min(ROWS as usize)];
    let drawn = &clean.drawn;
    let content = html! {
        (tabs::of_province(lang, &code, Tab::Review))
        p { (text(lang, "review-clean-how", &[("one", (SAMPLE_OF as f64).into())])) }
        @if !drawn.is_empty() {
            h2 { (text(lang, "review-sample", &[("count", drawn.len().into())])) }
            (table(lang, drawn, &laos))
        }
        @if rest.is_empty() && drawn.is_empty() {
            p.empty { (w(lang, "review-no-clean")) }
        } @else if !rest.is_empty() {
            h2 { (w(lang, "review-together")) }
            @if drawn.is_empty() {
                form method="post" action={ "/provinces/" (code) "/review/clean?lang=" (lang.tag()) } {
                    (visitor.csrf_field())
                    @for one in rest { input type="hidden" name="pin" value=(one.pin.id); }
                    p { button type="submit" { (text(lang, "review-approve-together", &[("count", rest.len().into())])) } }
                }
            } @else {
                p.quiet { (w(lang, "review-sample-first")) }
            }
            (table(lang, rest, &laos))
        }
    };
    let up = (
        format!("/provinces/{code}/review"),
        name_of(lang, &province),
    );
    Ok(visitor.frame(&ask, &w(lang, "review-clean-title"), Some(up), &content))
}

/// Approves the pins that the form lists, as far as they are clean still and
/// were not drawn.
pub async fn approve_clean(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let visitor = &posted.visitor;
    if !visitor.is_officer() {
        return Err(role_not_allowed());
    }
    let mut read = app.store.read().await?;
    province(&mut read, visitor, &code).await?;
    let registry = read.state().await?.registry;
    let clean = Clean::of(
        queue(&mut read, &Of::Province(code.clone())).await?,
        registry,
    );
    drop(read);
    if !clean.drawn.is_empty() {
        return Err(super::bad("sample_not_looked_at"));
    }
    let asked_for: BTreeSet<Uuid> = posted
        .fields
        .all("pin")
        .filter_map(|id| id.parse().ok())
        .collect();
    let reviews: Vec<Review> = clean
        .rest
        .iter()
        .filter(|one| asked_for.contains(&one.pin.id))
        .map(|one| Review {
            pin: one.pin.id,
            decision: Decision::Approved,
            reason: None,
            note: None,
        })
        .collect();
    let who = Arc::new(visitor.who.clone());
    let count = decide_all(&app, &who, origin, reviews).await?;
    let lang = ask.lang();
    Ok(Redirect::to(&format!(
        "/provinces/{code}/review?lang={}&approved={count}",
        lang.tag()
    ))
    .into_response())
}
