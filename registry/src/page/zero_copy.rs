//! Zero Copy's pages: progress by province, LAO and counter, and the counters
//! that answers contradict.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::words::{Lang, text};
use pakmut_domain::zero_copy::progress::Progress;
use pakmut_domain::zero_copy::reality::{MIN_SHOWN, Tested, Verdict};
use pakmut_domain::zero_copy::wording::{self, label, verdict};
use uuid::Uuid;

use super::ROWS;
use super::frame::{Ask, turn};
use super::office::{self, name_of};
use super::photo;
use super::tabs::{self, Of as Place, Tab};
use super::visitor::{Officer, Visitor};
use super::words::{COUNTER, COUNTRY, LAOS, PROVINCE, STATUS, grouped, say};
use crate::app::App;
use crate::problem::Failure;
use crate::store::Scope;
use crate::zero_copy::overview::{
    By, ContradictedCounter, CounterLine, Line, Overview, Shown, contradictions, of_lao, overview,
};

/// How many contradicted counters a page shows; the file has all.
const WORST: i64 = 20;

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
    let worst = contradictions(&mut read, scope, 0, WORST).await?;
    let provinces = read.province_names().await?;
    let names: HashMap<&str, &str> = provinces
        .iter()
        .map(|(code, th, en)| {
            let name = if lang == Lang::Th { th } else { en };
            (code.as_str(), name.as_str())
        })
        .collect();
    let first = |line: &Line| {
        let code = line.province.as_str();
        html! {
            a href={ "/provinces/" (code) "/zero-copy?lang=" (lang.tag()) } {
                (names.get(code).copied().unwrap_or(code))
            }
        }
    };
    let content = html! {
        (tabs::of_country(lang, Tab::ZeroCopy))
        (about(lang, &found))
        (table(lang, &found, &found.parts, say(lang, PROVINCE), first))
        (contradicted(lang, &worst))
        (files(lang, "/zero-copy"))
    };
    Ok(visitor.frame(&ask, &label(lang, "title"), None, &content))
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
    let province = office::province(&mut read, &visitor, &code).await?;
    let scope = Scope::Province(code.clone());
    let found = overview(&mut read, reference.catalogues(), &scope, By::Lao).await?;
    let worst = contradictions(&mut read, &scope, 0, WORST).await?;
    let first = |line: &Line| {
        html! {
            a href={ "/laos/" (line.lao.unwrap_or_default()) "/zero-copy?lang=" (lang.tag()) } lang="th" {
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
        (tabs::of_province(lang, &code, Tab::ZeroCopy))
        (about(lang, &found))
        (contradicted(lang, &worst))
        (table(lang, &found, shown, say(lang, LAOS), first))
        (turn(&ask, shown.len(), ""))
        (files(lang, &format!("/provinces/{code}/zero-copy")))
    };
    let title = format!("{}: {}", label(lang, "title"), name_of(lang, &province));
    let up = Some(("/zero-copy".to_owned(), say(lang, COUNTRY)));
    let up = up.filter(|_| *visitor.scope() == Scope::Country);
    Ok(visitor.frame(&ask, &title, up, &content))
}

/// `/laos/ID/zero-copy`: an LAO, counter by counter.
pub async fn lao(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let lao = office::lao_of(&mut read, &visitor, id).await?;
    let lines = of_lao(&mut read, reference.catalogues(), lao.no).await?;
    let shown = lines
        .chunks(ROWS as usize)
        .nth(ask.page as usize)
        .unwrap_or_default();
    let ids: Vec<Uuid> = shown.iter().map(|line| line.counter).collect();
    let notices = photo::notices(&mut read, &ids).await?;
    let content = html! {
        (tabs::of(lang, Some(&visitor), &Place::Lao(id, lao.no, &lao.province), Tab::ZeroCopy))
        @if lines.is_empty() { p.empty { (text(lang, "lao-no-counters", &[])) } }
        @else { (counters(lang, shown, &notices)) }
        (turn(&ask, shown.len(), ""))
    };
    let title = format!("{}: {}", label(lang, "title"), lao.name_th);
    let up = (
        format!("/provinces/{}/zero-copy", lao.province),
        say(lang, PROVINCE),
    );
    let up = visitor.is_officer().then_some(up);
    Ok(visitor.frame(&ask, &title, up, &content))
}

fn about(lang: Lang, found: &Overview) -> Markup {
    let version = [("version", found.catalogue.into())];
    html! {
        p.quiet {
            (text(lang, "zero-copy-catalogue", &version))
            @if found.starting_set { " · " span.tag { (label(lang, "starting-set")) } }
        }
    }
}

/// What stands over the columns that [`cells`] fills, but for the counters.
const HEADS: [&str; 6] = [
    "due",
    "declared",
    "stopped",
    "asked",
    "undeclared",
    "contradicted",
];

fn heads(lang: Lang, what: &str, last: &Markup) -> Markup {
    html! {
        thead { tr {
            th scope="col" { (what) }
            @for head in HEADS { th.n scope="col" { (label(lang, head)) } }
            (last)
        } }
    }
}

fn table(
    lang: Lang,
    found: &Overview,
    parts: &[Line],
    what: &str,
    first: impl Fn(&Line) -> Markup,
) -> Markup {
    let unknown = |progress: &Progress| {
        html! { td.n data-head=(label(lang, "counters-unknown")) { (grouped(u64::from(progress.counters_unknown))) " / " (grouped(u64::from(progress.counters))) } }
    };
    html! {
        div.wide { table.stack {
            (heads(lang, what, &html! { th.n scope="col" { (label(lang, "counters-unknown")) } }))
            tbody {
                tr { th scope="row" { (label(lang, "whole")) } (cells(lang, &found.whole)) (unknown(&found.whole)) }
                @for line in parts {
                    tr { th scope="row" { (first(line)) } (cells(lang, &line.progress)) (unknown(&line.progress)) }
                }
            }
        } }
    }
}

/// The counts of a line, those of pairs with their share.
fn cells(lang: Lang, progress: &Progress) -> Markup {
    let of_due = |count: u64| (count, progress.share_of_due(count));
    let counts = [
        (progress.due, None),
        of_due(progress.declared()),
        of_due(progress.stopped),
        of_due(progress.asked),
        of_due(progress.undeclared),
        (progress.contradicted, progress.share_contradicted()),
    ];
    html! {
        @for (head, (count, share)) in HEADS.iter().zip(counts) {
            td.n data-head=(label(lang, head)) {
                (grouped(count)) @if let Some(share) = share { " (" (format!("{:.0} %", share * 100.0)) ")" }
            }
        }
    }
}

fn counters(lang: Lang, lines: &[CounterLine], notices: &HashMap<Uuid, Vec<Uuid>>) -> Markup {
    html! {
        div.wide { table.stack {
            (heads(lang, say(lang, COUNTER), &html! { th scope="col" { (say(lang, STATUS)) } }))
            tbody {
                @for line in lines {
                    tr {
                        th scope="row" lang="th" { a href={ "/counters/" (line.counter) "/copies?lang=" (lang.tag()) } { (line.name) }
                            @for notice in notices.get(&line.counter).into_iter().flatten() {
                                br; a href={ "/declarations/" (notice) "/photo" } lang=(lang.tag()) { (label(lang, "notice-photo")) }
                            }
                        }
                        (cells(lang, &line.progress))
                        td {
                            (verdict(lang, line.verdict))
                            @if line.verdict != Verdict::Unknown { br; span.quiet { (against(lang, line.contradictions)) } }
                        }
                    }
                }
            }
        } }
    }
}

/// How many answers contradict, with the interval.
fn against(lang: Lang, shown: Option<Shown>) -> String {
    let tested = shown.map(|shown| Tested {
        answers: shown.answers,
        contradicting: shown.contradicting,
    });
    tested
        .and_then(|tested| wording::contradictions(lang, tested))
        .unwrap_or_else(|| {
            let least = [("least", MIN_SHOWN.into())];
            text(lang, "zero-copy-few-answers", &least)
        })
}

/// The counters that answers contradict, the worst first.
fn contradicted(lang: Lang, worst: &[ContradictedCounter]) -> Markup {
    html! {
        h2 #contradicted { (label(lang, "list-title")) }
        @if worst.is_empty() { p.quiet { (label(lang, "list-none")) } }
        @else {
            ul.reasons {
                @for one in worst {
                    li {
                        a href={ "/counters/" (one.counter) "/copies?lang=" (lang.tag()) } lang="th" { (one.counter_name) }
                        " · " span lang="th" { (one.lao_name) } br;
                        span.quiet { (verdict(lang, one.verdict)) " · " (against(lang, Some(one.contradictions))) }
                    }
                }
            }
            @if worst.len() as i64 == WORST { p.quiet { (label(lang, "list-more")) } }
        }
    }
}

/// The same as files.
fn files(lang: Lang, address: &str) -> Markup {
    let link = |what: &str, ending: &str| {
        html! {
            a href={ (address) "/export/" (what) "." (ending) "?lang=" (lang.tag()) } {
                span.hidden { (label(lang, &format!("file-{what}"))) " " } (ending.to_uppercase())
            }
        }
    };
    html! {
        h2 { (text(lang, "results-files", &[])) }
        ul {
            @for what in ["progress", "contradicted"] {
                li { (label(lang, &format!("file-{what}"))) ": " (link(what, "csv")) " " (link(what, "xlsx")) }
            }
        }
    }
}
