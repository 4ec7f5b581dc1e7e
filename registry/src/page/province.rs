//! `/provinces/CODE`: an officer's first page: how far the province is, who is
//! late, what waits; then its districts and LAOs. With `district=CODE` the same of
//! one of its districts.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use maud::{Markup, html};
use pakmut_domain::check_pin::{Quality, Why};
use pakmut_domain::place::AreaCode;
use pakmut_domain::words::{Lang, text};
use serde::Deserialize;

use super::ROWS;
use super::frame::{Ask, cells, heads};
use super::office::{
    self, Part, bar, choropleth, current_round, gap_words, name_of, quality_words, round_line,
    three_answers, trend, w,
};
use super::tabs::{self, Tab};
use super::visitor::Officer;
use crate::app::App;
use crate::follow_up::Behind;
use crate::problem::Failure;
use crate::review::rank;
use crate::store::{DistrictLine, LaoLine, Of, Scope};

/// How many names each answer shows.
const NAMES: usize = 3;

/// What the address may ask.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// Of this district alone.
    district: Option<String>,
}

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let province = office::province(&mut read, &visitor, &code).await?;
    let round = current_round(&mut read).await?;
    let mut late = office::behind_of(&app, &mut read, &code, round.as_ref()).await?;
    let counters = read.pinned_counters(&Of::Province(code.clone())).await?;
    let mut waiting = rank(&mut read, counters).await?;
    let quality = read.checked_quality(&code, Why::Chance).await?;
    let districts = read.districts(&code).await?;
    let chosen = districts
        .iter()
        .find(|line| line.code.is_some() && line.code == asked.district);
    let district = chosen.and_then(|line| line.code.as_deref());
    let (tally, total) = match chosen {
        Some(line) => (line.tally, line.laos),
        None => (province.tally, province.laos),
    };
    let scope = Scope::Province(code.clone());
    let saved = read.done_by_day(&scope, district).await?;
    let laos = read
        .laos_of(&code, visitor.scope(), district, ask.offset(), ROWS)
        .await?;
    let reference = app.reference.fresh(&app.store).await?;
    let places = reference.places(&app.store).await?;
    let parts: Vec<Part<'_>> = districts
        .iter()
        .filter_map(|line| {
            let district = line.code.as_deref()?;
            Some(Part {
                code: district,
                name: district_name(lang, line),
                path: district_path(lang, &code, district),
                tally: &line.tally,
            })
        })
        .collect();
    if let Some(district) = district {
        let area = district.parse::<AreaCode>().ok();
        late.retain(|one| one.lao.district.as_deref() == Some(district));
        waiting.retain(|one| {
            let lao = reference.lao(one.counter.definition.lao);
            lao.is_some_and(|lao| lao.area == area)
        });
    }
    let path = |what: &str| format!("/provinces/{code}/{what}?lang={}", lang.tag());
    let first: Vec<(String, String)> = waiting
        .iter()
        .take(NAMES)
        .map(|one| {
            (
                format!("/review/{}?lang={}", one.counter.id, lang.tag()),
                one.counter.definition.name.clone(),
            )
        })
        .collect();
    let content = html! {
        (tabs::of_province(lang, &code, Tab::Overview))
        (round_line(lang, round.as_ref()))
        (three_answers(
            lang,
            &tally,
            Some((late.len() as u64, Some(path("follow-up")), names_late(lang, &late))),
            Some((Some(path("review")), names_waiting(&first))),
        ))
        (trend(lang, &saved, tally.due(), round.as_ref()))
        @if chosen.is_none() {
            (checked(lang, &path("checks"), &quality))
            h2 { (w(lang, "office-districts")) }
            div.mapped {
                (district_table(lang, &code, &districts))
                (choropleth(lang, &w(lang, "map-province"), &parts, &places))
            }
        }
        h2 #laos { (w(lang, "office-all-laos")) }
        (lao_table(lang, &laos))
        (turn(&ask, district, total))
    };
    if let Some(line) = chosen {
        let up = Some((format!("/provinces/{code}"), name_of(lang, &province)));
        return Ok(visitor.frame(&ask, district_name(lang, line), up, &content));
    }
    let country = w(lang, "office-country");
    let up = (*visitor.scope() == Scope::Country).then(|| ("/".to_owned(), country.as_str()));
    Ok(visitor.frame(&ask, name_of(lang, &province), up, &content))
}

/// How good the pins are, as far as somebody measured.
fn checked(lang: Lang, path: &str, quality: &Quality) -> Markup {
    html! {
        p {
            @match quality_words(lang, quality) {
                Some(said) => { (said) }
                None => { span.quiet { (w(lang, "check-not-yet")) } }
            }
            " · " a href=(path) { (w(lang, "check-to")) }
        }
    }
}

fn names_late(lang: Lang, late: &[Behind]) -> Markup {
    html! {
        ul.names {
            @for one in late.iter().take(NAMES) {
                li {
                    a href={ "/laos/" (one.lao.id) "?lang=" (lang.tag()) } lang="th" { (one.lao.name_th) }
                    @if let Some((gap, _)) = one.gaps.first() { " " span.quiet { (gap_words(lang, *gap)) } }
                }
            }
        }
    }
}

fn names_waiting(first: &[(String, String)]) -> Markup {
    html! {
        ul.names { @for (path, name) in first { li { a href=(path) lang="th" { (name) } } } }
    }
}

fn district_path(lang: Lang, code: &str, district: &str) -> String {
    format!("/provinces/{code}?lang={}&district={district}", lang.tag())
}

/// A district's name, or its code where that is not known.
fn district_name(lang: Lang, line: &DistrictLine) -> &str {
    match (&line.name, lang) {
        (Some((th, _)), Lang::Th) => th,
        (Some((_, en)), Lang::En) => en,
        (None, _) => line.code.as_deref().unwrap_or_default(),
    }
}

fn district_table(lang: Lang, code: &str, districts: &[DistrictLine]) -> Markup {
    html! {
        div.wide { table.few {
            thead { tr {
                th scope="col" { (w(lang, "office-district")) }
                th scope="col" { (w(lang, "office-progress")) }
                (heads(lang))
            } }
            tbody {
                @for line in districts {
                    tr {
                        th scope="row" {
                            @match &line.code {
                                Some(district) => {
                                    a href=(district_path(lang, code, district)) { (district_name(lang, line)) }
                                }
                                None => { (w(lang, "office-whole-province")) }
                            }
                        }
                        td { (bar(lang, &line.tally)) }
                        (cells(&line.tally))
                    }
                }
            }
        } }
    }
}

fn lao_table(lang: Lang, laos: &[LaoLine]) -> Markup {
    html! {
        div.wide { table.few {
            thead { tr {
                th scope="col" { (w(lang, "office-lao")) }
                th scope="col" { (w(lang, "office-progress")) }
                (heads(lang))
            } }
            tbody {
                @for lao in laos {
                    tr {
                        th scope="row" lang="th" {
                            a href={ "/laos/" (lao.id) "?lang=" (lang.tag()) } { (lao.name_th) }
                            @if let Some(district) = &lao.district { br; span.quiet { (district) } }
                        }
                        td { (bar(lang, &lao.tally)) }
                        (cells(&lao.tally))
                    }
                }
            }
        } }
    }
}

/// The pages of the LAOs, keeping the district.
fn turn(ask: &Ask, district: Option<&str>, total: i64) -> Markup {
    let lang = ask.lang();
    let last = (total - 1).max(0) / ROWS;
    if last == 0 {
        return html! {};
    }
    let kept = district.map_or_else(String::new, |code| format!("&district={code}"));
    let link = |page: u32, id: &str| {
        html! { a href={ "?lang=" (lang.tag()) "&page=" (page) (kept) "#laos" } { (w(lang, id)) } }
    };
    let here = i64::from(ask.page);
    html! {
        p.pages {
            @if let Some(before) = ask.page.checked_sub(1) { (link(before, "office-page-before")) " " }
            (text(lang, "office-page-of", &[("page", ((here + 1) as f64).into()), ("pages", ((last + 1) as f64).into())]))
            @if here < last { " " (link(ask.page + 1, "office-page-next")) }
        }
    }
}
