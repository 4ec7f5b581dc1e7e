//! `/laos/ID`: an LAO's counters, each with its pin and what was found about it.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use maud::{Markup, html};
use pakmut_domain::finding::Finding;
use pakmut_domain::place::{Limits, Subject, Surroundings, check_placement};
use pakmut_domain::position::Position;
use pakmut_domain::wire::payload::Pin;
use pakmut_domain::words::{self, Lang};
use uuid::Uuid;

use super::ROWS;
use super::frame::{Ask, frame, turn};
use super::words::{
    BY_HAND, CONFLICT, COUNTER, FINDINGS, POSITION, PROVINCE, SAMPLE, STATUS, WITHIN, say, status,
};
use crate::api::not_found;
use crate::app::App;
use crate::neighbours::cells_around;
use crate::problem::Failure;
use crate::store::{CounterLine, Read, StoreError};

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let Some(lao) = read.lao_by_id(id).await? else {
        return Err(not_found().await);
    };
    let lines = read.counters_of(lao.no, ask.offset(), ROWS).await?;
    let mut rows = Vec::with_capacity(lines.len());
    for line in &lines {
        let pin: Option<Pin> = line
            .pin
            .as_deref()
            .and_then(|p| serde_json::from_slice(p).ok());
        let findings = findings(&mut read, line, pin.as_ref()).await?;
        rows.push(row(lang, line, pin.as_ref(), &findings));
    }
    let content = html! {
        div.wide { table {
            thead { tr {
                @for head in [COUNTER, STATUS, POSITION] { th scope="col" { (say(lang, head)) } }
                th.n scope="col" { (say(lang, WITHIN)) }
                th scope="col" { (say(lang, FINDINGS)) }
            } }
            tbody { @for row in &rows { (row) } }
        } }
        (turn(&ask, lines.len()))
    };
    let up = (format!("/provinces/{}", lao.province), say(lang, PROVINCE));
    Ok(frame(&ask, &lao.name_th, Some(up), &content))
}

fn row(lang: Lang, line: &CounterLine, pin: Option<&Pin>, findings: &[Finding]) -> Markup {
    let counter = &line.counter.definition;
    let (icon, word) = status(lang, line.counter.state.status);
    html! {
        tr {
            th scope="row" lang="th" {
                (counter.name)
                @if counter.sample { " " span.tag { (say(lang, SAMPLE)) } }
            }
            td {
                (icon) " " (word)
                @if line.counter.state.conflict { br; span.quiet { (say(lang, CONFLICT)) } }
            }
            @match pin {
                Some(pin) => {
                    td { (format!("{:.6}, {:.6}", pin.lat, pin.lon)) }
                    td.n {
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

/// What the phone found, what the registry found when the pin came, and what
/// its neighbours show now; each code once.
async fn findings(
    read: &mut Read,
    line: &CounterLine,
    pin: Option<&Pin>,
) -> Result<Vec<Finding>, StoreError> {
    let Some(pin) = pin else {
        return Ok(Vec::new());
    };
    let mut all = pin.findings.clone();
    let own: Vec<Finding> = line
        .findings
        .as_deref()
        .and_then(|f| serde_json::from_str(f).ok())
        .unwrap_or_default();
    let near = near(read, line, pin).await?;
    for finding in own.into_iter().chain(near) {
        if !all.iter().any(|known| known.code == finding.code) {
            all.push(finding);
        }
    }
    all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Ok(all)
}

async fn near(read: &mut Read, line: &CounterLine, pin: &Pin) -> Result<Vec<Finding>, StoreError> {
    let Ok(position) = Position::new(pin.lat, pin.lon) else {
        return Ok(Vec::new());
    };
    let limits = Limits::default();
    let counters = read
        .counters_in_cells(&cells_around(&position, limits.near_counter_m))
        .await?;
    let shown: Vec<Uuid> = counters
        .iter()
        .filter(|counter| counter.id != line.counter.id)
        .filter_map(|counter| counter.state.shown)
        .collect();
    let others: Vec<Subject> = read
        .items_by_id(&shown)
        .await?
        .iter()
        .filter_map(|item| subject(&serde_json::from_slice(&item.payload).ok()?))
        .collect();
    let around = Surroundings {
        others: &others,
        ..Surroundings::default()
    };
    Ok(subject(pin)
        .map(|pin| check_placement(&pin, &around, &limits))
        .unwrap_or_default())
}

fn subject(pin: &Pin) -> Option<Subject> {
    Some(Subject {
        position: Position::new(pin.lat, pin.lon).ok()?,
        radius95_m: pin.radius95_m.unwrap_or(0.0),
    })
}
