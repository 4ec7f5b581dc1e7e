//! Sheets to check with on paper: one for each counter, with room to sign.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use maud::{Markup, html};
use pakmut_domain::place::{Area, Places};
use pakmut_domain::words::{self, Lang, text};
use pakmut_domain::zero_copy::progress::Progress;
use uuid::Uuid;

use super::decision::decided;
use super::map::{self, Mark, MarkKind};
use super::queue::{pages, radius, severity_icon};
use super::{lao_of, name_of, on_day, province, w, when};
use crate::app::App;
use crate::clock::now_ms;
use crate::documents::{Line, lines, verdict_words};
use crate::page::frame::Ask;
use crate::page::photo;
use crate::page::visitor::Officer;
use crate::page::words::status;
use crate::problem::Failure;
use crate::reference::Reference;
use crate::store::{Of, PinRow, Read};

/// What there is of the pins' photos.
type Photos = HashMap<Uuid, photo::View>;

/// `/provinces/CODE/sheets`: of all counters of a province, 50 a page.
pub async fn of_province(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let reference = app.reference.fresh(&app.store).await?;
    let places = reference.places(&app.store).await?;
    let mut read = app.store.read().await?;
    let province = province(&mut read, &visitor, &code).await?;
    let all = lines(&mut read, &code, &Of::Province(code.clone())).await?;
    let shown = ask.part(&all);
    let photos = photos_of(&mut read, shown).await?;
    let name = name_of(lang, &province);
    let content = html! {
        p.no-print { (w(lang, "paper-print-how")) }
        (pages(&ask, all.len()))
        (sheets(lang, shown, &photos, &reference, &places))
    };
    let up = (format!("/provinces/{code}/papers"), name);
    let title = format!("{}: {name}", w(lang, "paper-sheet"));
    Ok(visitor.frame(&ask, &title, Some(up), &content))
}

/// `/laos/ID/sheet`: of one LAO's counters.
pub async fn of_lao(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let reference = app.reference.fresh(&app.store).await?;
    let places = reference.places(&app.store).await?;
    let mut read = app.store.read().await?;
    let lao = lao_of(&mut read, &visitor, id).await?;
    let all = lines(&mut read, &lao.province, &Of::Lao(lao.no)).await?;
    let photos = photos_of(&mut read, &all).await?;
    let content = html! {
        p.no-print { (w(lang, "paper-print-how")) }
        (sheets(lang, &all, &photos, &reference, &places))
    };
    let up = (format!("/laos/{id}"), lao.name_th.as_str());
    Ok(visitor.frame(&ask, &w(lang, "paper-sheet"), Some(up), &content))
}

async fn photos_of(read: &mut Read, lines: &[Line]) -> Result<Photos, Failure> {
    let pins: Vec<&PinRow> = lines.iter().filter_map(|line| line.pin.as_ref()).collect();
    photo::views(read, &pins).await
}

fn sheets(
    lang: Lang,
    lines: &[Line],
    photos: &Photos,
    reference: &Reference,
    places: &Places,
) -> Markup {
    html! {
        @for line in lines {
            @let area = reference.lao(line.lao.no).and_then(|lao| Reference::area(lao, places));
            (sheet(lang, line, photos, area))
        }
    }
}

/// What of a counter is declared, in words.
fn zero_copy_counts(lang: Lang, progress: &Progress) -> String {
    text(
        lang,
        "zero-copy-counts",
        &[
            ("declared", (progress.declared() as f64).into()),
            ("due", (progress.due as f64).into()),
            ("stopped", (progress.stopped as f64).into()),
        ],
    )
}

fn sheet(lang: Lang, line: &Line, photos: &Photos, area: Option<&Area>) -> Markup {
    let (icon, word) = status(lang, line.counter.state.status);
    let marks: Vec<Mark> = line
        .at
        .zip(line.pin.as_ref())
        .map(|(at, row)| Mark {
            at,
            radius_m: row.pin.radius95_m,
            kind: MarkKind::Shown,
            label: line.counter.definition.name.clone(),
        })
        .into_iter()
        .collect();
    html! {
        article.sheet {
            header lang="th" {
                b { (line.lao.name_th) } @if let Some(code) = &line.lao_code { " (" (code) ")" }
            }
            h2 lang="th" { (line.counter.definition.name) }
            div.sheet-parts {
                div { @if marks.is_empty() { p.empty { (w(lang, "review-no-pin")) } } @else { (map::extract(lang, area, &marks)) }
                    @if let Some(row) = &line.pin { (photo::figure(lang, row.id, &line.counter.definition.name, photos.get(&row.id))) }
                }
                dl.facts {
                    dt { (w(lang, "paper-status")) } dd { (icon) " " (word) }
                    @if let Some(at) = &line.at {
                        dt { (w(lang, "review-degrees")) } dd { (format!("{:.6}, {:.6}", at.lat(), at.lon())) }
                        @if let Some(utm) = line.utm() { dt { (w(lang, "review-utm")) } dd { (utm) } }
                        @if let Some(code) = line.plus_code() { dt { (w(lang, "review-plus-code")) } dd { (code) } }
                    }
                    @if let Some(row) = &line.pin {
                        dt { (w(lang, "review-within")) } dd { (radius(lang, row.pin.radius95_m)) }
                        dt { (w(lang, "review-saved")) } dd { (when(lang, row.best_ms)) }
                        dt { (w(lang, "review-who")) } dd { (line.username.as_deref().unwrap_or("–")) }
                    }
                    @if !line.counter.definition.address.text.is_empty() {
                        dt { (w(lang, "office-address")) } dd lang="th" { (line.counter.definition.address.text) }
                    }
                    dt { (w(lang, "review-reasons")) }
                    dd {
                        @if line.findings.is_empty() { (w(lang, "review-nothing-found")) }
                        @else { ul.reasons { @for finding in &line.findings { li { (severity_icon(finding.severity)) " " (words::finding(lang, finding)) } } } }
                    }
                    dt { (w(lang, "zero-copy-short")) }
                    dd {
                        (verdict_words(lang, line))
                        @if let Some(row) = &line.zero_copy {
                            br; (zero_copy_counts(lang, &row.progress))
                        }
                    }
                    @if let Some(review) = &line.review { dt { (w(lang, "review-decision")) } dd { (decided(lang, review)) } }
                }
            }
            p.sign {
                (w(lang, "paper-checked")) " ☐ " (w(lang, "paper-right")) " ☐ " (w(lang, "paper-wrong"))
                " " span.line {} " " (w(lang, "paper-signature")) " " span.line {} " " (w(lang, "paper-day")) " " span.line.short {}
            }
            footer { (text(lang, "paper-printed", &[("day", on_day(lang, now_ms()).into())])) }
        }
    }
}
