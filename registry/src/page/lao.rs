//! `/laos/ID`: an LAO's counters, each with its pin and what was found about it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use maud::{Markup, html};
use pakmut_domain::finding::Finding;
use pakmut_domain::model::CounterStatus;
use pakmut_domain::resolve::PinStatus;
use pakmut_domain::wire::payload::Pin;
use pakmut_domain::words::{self, Lang};
use uuid::Uuid;

use super::ROWS;
use super::frame::{Ask, turn};
use super::office::{current_round, invitations, lao_of, round_line, three_answers, trend, w};
use super::photo::{self, View};
use super::tabs::{self, Tab};
use super::visitor::Visitor;
use super::words::{
    BY_HAND, CONFLICT, COUNTER, FINDINGS, POSITION, PROVINCE, SAMPLE, STATUS, WITHIN, say, status,
};
use crate::app::App;
use crate::neighbours;
use crate::problem::Failure;
use crate::store::{CounterLine, CounterRow, Scope};

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let lao = lao_of(&mut read, &visitor, id).await?;
    let lines = read.counters_of(lao.no, ask.offset(), ROWS).await?;
    let counters: Vec<CounterRow> = lines.iter().map(|line| line.counter.clone()).collect();
    let beside = neighbours::findings(&mut read, &counters, HashMap::new()).await?;
    let mut rows = Vec::with_capacity(lines.len());
    for line in &lines {
        let pin: Option<Pin> = line
            .pin
            .as_deref()
            .and_then(|p| serde_json::from_slice(p).ok());
        let photo = match (&pin, line.counter.state.shown) {
            (Some(pin), Some(shown)) => photo::of(&mut read, pin).await?.map(|view| (shown, view)),
            _ => None,
        };
        let beside = beside.get(&line.counter.id).map_or(&[][..], Vec::as_slice);
        let findings = findings(line, pin.as_ref(), beside);
        rows.push(row(lang, &visitor, line, pin.as_ref(), photo, &findings));
    }
    let scope = Scope::Lao(lao.no);
    let tally = read.tally(&scope).await?;
    let saved = read.done_by_day(&scope, None).await?;
    let round = current_round(&mut read).await?;
    let invited = if visitor.is_officer() {
        html! {}
    } else {
        invitations(&mut read, lang).await?
    };
    let content = html! {
        (tabs::of_lao(lang, id, &visitor, Tab::Overview))
        (round_line(lang, round.as_ref()))
        (invited)
        (three_answers(lang, &tally, None, None))
        // One step is no line.
        @if tally.due() > 1 { (trend(lang, &saved, tally.due(), round.as_ref())) }
        @if visitor.is_officer() {
            p.actions {
                a href={ "/laos/" (id) "/contact?lang=" (lang.tag()) } { (w(lang, "follow-contact")) }
                a href={ "/laos/" (id) "/export/xlsx?lang=" (lang.tag()) } { (w(lang, "paper-xlsx")) }
            }
        }
        div.wide { table.stack {
            thead { tr {
                @for head in [COUNTER, STATUS, POSITION] { th scope="col" { (say(lang, head)) } }
                th.n scope="col" { (say(lang, WITHIN)) }
                th scope="col" { (say(lang, FINDINGS)) }
            } }
            tbody { @for row in &rows { (row) } }
        } }
        (turn(&ask, lines.len(), ""))
    };
    let up = visitor
        .is_officer()
        .then(|| (format!("/provinces/{}", lao.province), say(lang, PROVINCE)));
    Ok(visitor.frame(&ask, &lao.name_th, up, &content))
}

fn row(
    lang: Lang,
    visitor: &Visitor,
    line: &CounterLine,
    pin: Option<&Pin>,
    photo: Option<(Uuid, View)>,
    findings: &[Finding],
) -> Markup {
    let counter = &line.counter.definition;
    let (icon, word) = status(lang, line.counter.state.status);
    let waits = line.counter.state.status == PinStatus::Waiting;
    html! {
        tr {
            th scope="row" lang="th" {
                @if visitor.is_officer() { a href={ "/review/" (line.counter.id) "?lang=" (lang.tag()) } { (counter.name) } }
                @else { (counter.name) }
                @if counter.sample { " " span.tag { (say(lang, SAMPLE)) } }
                @if counter.status != CounterStatus::Closed { (public_pages(lang, line)) }
            }
            td {
                (icon) " " (word)
                @if line.counter.state.conflict { br; span.quiet { (say(lang, CONFLICT)) } }
                @if let Some((pin, view)) = photo { (photo::in_row(lang, visitor, pin, view, waits)) }
            }
            @match pin {
                Some(pin) => {
                    td data-head=(say(lang, POSITION)) { (format!("{:.6}, {:.6}", pin.lat, pin.lon)) }
                    td.n data-head=(say(lang, WITHIN)) {
                        @match pin.radius95_m {
                            Some(radius) => { (format!("{radius:.0}")) @if lang == Lang::Th { " ม." } @else { " m" } }
                            None => { (say(lang, BY_HAND)) }
                        }
                    }
                }
                None => { td { "–" } td.n { "–" } }
            }
            td { @if !findings.is_empty() {
                ul.findings { @for finding in findings { li { (words::finding(lang, finding)) } } }
            } }
        }
    }
}

/// What of the counter everybody may open: its QR code to print, what its
/// visitors said, what they need not bring.
fn public_pages(lang: Lang, line: &CounterLine) -> Markup {
    let id = line.counter.id;
    let link = |page: &str, word: &str| {
        html! {
            a href={ "/counters/" (id) "/" (page) "?lang=" (lang.tag()) } {
                (w(lang, word)) span.hidden { " " (line.counter.definition.name) }
            }
        }
    };
    html! {
        p.public lang=(lang.tag()) {
            (link("sheet", "lao-qr-sheet")) (link("results", "tab-results")) (link("copies", "tab-zero-copy"))
        }
    }
}

/// What the phone found, what the registry found when the pin came, and what
/// its neighbours show now; each code once.
fn findings(line: &CounterLine, pin: Option<&Pin>, beside: &[Finding]) -> Vec<Finding> {
    let Some(pin) = pin else {
        return Vec::new();
    };
    let mut all = pin.findings.clone();
    for finding in line.findings.iter().chain(beside) {
        if !all.iter().any(|known| known.code == finding.code) {
            all.push(finding.clone());
        }
    }
    all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    all
}
