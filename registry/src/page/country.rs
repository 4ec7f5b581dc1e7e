//! `/`: the country, province by province; whoever sees less goes to their own page.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::roster::Tally;
use pakmut_domain::words::Lang;

use super::frame::{Ask, cells, heads};
use super::office::{
    Part, bar, choropleth, current_round, name_of, round_line, three_answers, trend, w,
};
use super::tabs::{self, Tab};
use super::visitor::Visitor;
use super::words::{COUNTRY, EMPTY, PROVINCE, grouped, say};
use crate::app::App;
use crate::problem::Failure;
use crate::store::{ProvinceLine, Scope};

/// How many names each answer shows.
const NAMES: usize = 3;

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let own = match visitor.scope() {
        Scope::Country => None,
        Scope::Province(code) => Some(format!("/provinces/{code}")),
        Scope::Lao(no) => read
            .lao_by_no(*no)
            .await?
            .map(|lao| format!("/laos/{}", lao.id)),
    };
    if let Some(own) = own {
        return Ok(Redirect::to(&format!("{own}?lang={}", lang.tag())).into_response());
    }
    let provinces = read.provinces(visitor.scope()).await?;
    let saved = read.done_by_day(visitor.scope(), None).await?;
    let round = current_round(&mut read).await?;
    drop(read);
    let reference = app.reference.fresh(&app.store).await?;
    let places = reference.places(&app.store).await?;
    let tally: Tally = provinces.iter().map(|line| line.tally).sum();
    let late = provinces.iter().map(|line| line.late).sum();
    let parts: Vec<Part<'_>> = provinces
        .iter()
        .map(|line| Part {
            code: &line.code,
            name: name_of(lang, line),
            path: format!("/provinces/{}?lang={}", line.code, lang.tag()),
            tally: &line.tally,
        })
        .collect();
    let content = html! {
        (tabs::of_country(lang, Tab::Overview))
        (round_line(lang, round.as_ref()))
        @if provinces.is_empty() { p.empty { (say(lang, EMPTY)) } }
        @else {
            (three_answers(
                lang,
                &tally,
                Some((late, None, most(lang, &provinces, "", |line| line.late))),
                Some((None, most(lang, &provinces, "/review", |line| line.tally.waiting))),
            ))
            (trend(lang, &saved, tally.due(), round.as_ref()))
            div.mapped {
                div.wide { table.few {
                    thead { tr {
                        th scope="col" { (say(lang, PROVINCE)) }
                        th scope="col" { (w(lang, "office-progress")) }
                        (heads(lang))
                    } }
                    tbody {
                        @for province in &provinces {
                            tr {
                                th scope="row" {
                                    a href={ "/provinces/" (province.code) "?lang=" (lang.tag()) } {
                                        (name_of(lang, province))
                                    }
                                }
                                td { (bar(lang, &province.tally)) }
                                (cells(&province.tally))
                            }
                        }
                    }
                } }
                (choropleth(lang, &w(lang, "map-country"), &parts, &places))
            }
        }
    };
    Ok(visitor.frame(&ask, say(lang, COUNTRY), None, &content))
}

/// The provinces that have the most of something, and how much, each with the way
/// to one of its pages.
fn most(
    lang: Lang,
    provinces: &[ProvinceLine],
    page: &str,
    of: impl Fn(&ProvinceLine) -> u64,
) -> Markup {
    let mut found: Vec<&ProvinceLine> = provinces.iter().filter(|line| of(line) > 0).collect();
    found.sort_by_key(|line| std::cmp::Reverse(of(line)));
    html! {
        ul.names {
            @for line in found.into_iter().take(NAMES) {
                li {
                    a href={ "/provinces/" (line.code) (page) "?lang=" (lang.tag()) } { (name_of(lang, line)) }
                    " " span.quiet { (grouped(of(line))) }
                }
            }
        }
    }
}
