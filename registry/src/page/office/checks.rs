//! `/provinces/CODE/checks`: pins that were drawn to be measured once more, what
//! that said, and how good the province's pins are by it.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::calendar::arabic_digits;
use pakmut_domain::check_pin::{Candidate, MOST_DRAWN, Quality, Verdict, Why, draw};
use pakmut_domain::resolve::PinStatus;
use pakmut_domain::suspicion;
use pakmut_domain::words::{Figure, Lang, text};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{name_of, on_day, province, w};
use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::clock::now_ms;
use crate::page::form::Posted;
use crate::page::frame::Ask;
use crate::page::tabs::{self, Tab};
use crate::page::visitor::{Officer, Visitor};
use crate::problem::Failure;
use crate::review::reasons;
use crate::store::{CheckPin, CheckResult, CounterRow, DrawnPin, Of, PinnedCounter, Read};

/// How many are drawn where nobody says otherwise: of ten confirmed by chance all
/// ten, the interval begins at 72 %.
const DRAWN: usize = 20;

/// What the address may ask.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// How many were just drawn.
    drawn: Option<u32>,
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
    let province = province(&mut read, &visitor, &code).await?;
    let by_chance = read.checked_quality(&code, Why::Chance).await?;
    let suspected = read.checked_quality(&code, Why::Suspicion).await?;
    let all = read.check_pins(&code).await?;
    let shown = ask.part(&all);
    let content = html! {
        (tabs::of_province(lang, &code, Tab::Review))
        @if let Some(count) = asked.drawn {
            p.told.warn[count == 0] role="status" {
                @if count == 0 { (w(lang, "check-none-left")) }
                @else { (text(lang, "check-drawn", &[("count", count.into())])) }
            }
        }
        p { (w(lang, "check-how")) }
        @if let Some(said) = quality_words(lang, &by_chance) { p { b { (said) } } }
        @if suspected.measured() > 0 {
            p { (text(lang, "check-suspected", &counts(&suspected))) }
        }
        @if all.is_empty() {
            p.empty { (w(lang, "check-none")) }
        } @else {
            (table(lang, shown))
            (super::queue::pages(&ask, all.len()))
        }
        (draw_form(lang, &visitor, &code))
    };
    let up = (
        format!("/provinces/{code}/review"),
        name_of(lang, &province),
    );
    Ok(visitor.frame(&ask, &w(lang, "check-title"), Some(up), &content))
}

fn counts(quality: &Quality) -> [(&'static str, Figure); 4] {
    [
        ("confirmed", (quality.confirmed as f64).into()),
        ("doubtful", (quality.doubtful as f64).into()),
        ("wrong", (quality.wrong as f64).into()),
        ("measured", (quality.measured() as f64).into()),
    ]
}

/// How many of the pins drawn by chance were confirmed, with the interval; none
/// before one was measured.
pub fn quality_words(lang: Lang, quality: &Quality) -> Option<String> {
    let share = quality.share()?;
    let per_cent = |share: f64| Figure::Number((share * 100.0).round());
    let mut figures = counts(quality).to_vec();
    figures.extend([
        ("share", per_cent(share.share)),
        ("low", per_cent(share.low)),
        ("high", per_cent(share.high)),
    ]);
    Some(text(lang, "check-quality", &figures))
}

fn table(lang: Lang, shown: &[CheckPin]) -> Markup {
    html! {
        div.wide { table.stack {
            thead { tr {
                th scope="col" { (w(lang, "office-counter")) }
                th scope="col" { (w(lang, "check-why")) }
                th scope="col" { (w(lang, "check-result")) }
                th scope="col" { (w(lang, "check-who")) }
            } }
            tbody {
                @for one in shown {
                    tr {
                        th scope="row" lang="th" {
                            a href={ "/checks/" (one.id) "?lang=" (lang.tag()) } { (one.counter_name) }
                            br; span.quiet { (one.lao_name) }
                        }
                        td data-head=(w(lang, "check-why")) { (w(lang, &format!("check-why-{}", one.why.as_str()))) }
                        td data-head=(w(lang, "check-result")) {
                            @match &one.result {
                                None => { span.quiet { "○ " (w(lang, "check-waits")) } }
                                Some(result) => { (result_words(lang, result)) }
                            }
                        }
                        td data-head=(w(lang, "check-who")) {
                            @match &one.result {
                                None => { (on_day(lang, one.drawn)) }
                                Some(result) => { (on_day(lang, result.measured)) " · " (result.username.as_deref().unwrap_or("–")) }
                            }
                        }
                    }
                }
            }
        } }
    }
}

/// What a check said, with its figures.
pub fn result_words(lang: Lang, result: &CheckResult) -> Markup {
    let icon = match result.verdict {
        Verdict::Confirmed => "✓",
        Verdict::Doubtful => "▲",
        Verdict::Wrong => "■",
    };
    let figures = [
        ("distance_m", result.body.distance_m.into()),
        ("agree_m", result.body.agree_m.into()),
    ];
    html! {
        (icon) " " (w(lang, &format!("check-verdict-{}", result.verdict.as_str())))
        br; span.quiet { (text(lang, "check-distance", &figures)) }
    }
}

fn draw_form(lang: Lang, visitor: &Visitor, code: &str) -> Markup {
    html! {
        form.one method="post" action={ "/provinces/" (code) "/checks?lang=" (lang.tag()) } {
            h2 { (w(lang, "check-draw")) }
            (visitor.csrf_field())
            label for="count" { (w(lang, "check-count")) }
            input #count name="count" type="text" inputmode="numeric" maxlength="3" value=(DRAWN) required;
            p { button type="submit" { (w(lang, "check-draw-button")) } }
        }
    }
}

/// Draws more. What was drawn stays drawn: nobody draws until the sample suits.
pub async fn draw_more(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let visitor = posted.officer()?;
    let mut read = app.store.read().await?;
    province(&mut read, visitor, &code).await?;
    let count: usize = arabic_digits(posted.fields.get("count"))
        .parse()
        .ok()
        .filter(|count| (1..=MOST_DRAWN).contains(count))
        .ok_or_else(|| super::bad("check_count_wrong"))?;
    let (open, candidates) = candidates(&mut read, &code).await?;
    drop(read);
    // Unknown to everybody before this moment, so nobody chose a pin's id by it.
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| super::bad("check_no_chance"))?;
    let drawn = draw(&candidates, &seed, count);
    let now = now_ms();
    let by = visitor.who.account;
    let mut write = app.store.write().await?;
    let laos = open.iter().map(|one| (one.id, one.definition.lao));
    let waiting = write.waiting_for_draw(&laos.collect()).await?;
    for (pin, why) in &drawn {
        let Some(of) = open.iter().find(|one| one.state.shown == Some(*pin)) else {
            continue;
        };
        let measured = waiting.get(&of.id);
        let one = DrawnPin {
            id: measured.map_or_else(Uuid::now_v7, |waiting| waiting.check),
            province: code.clone(),
            counter: of.id,
            pin: *pin,
            why: *why,
            drawn: now,
        };
        write.put_check_pin(&one, by).await?;
        if let Some(measured) = measured {
            write
                .take_waiting(measured, of.definition.lao, origin)
                .await?;
        }
    }
    if !drawn.is_empty() {
        let seed: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
        let pins: Vec<Uuid> = drawn.iter().map(|(pin, _)| *pin).collect();
        let what = json!({ "province": code, "seed": seed, "pins": pins });
        audit::record(&mut write, Some(by), Act::ChecksDrawn, what, origin).await?;
    }
    write.commit().await?;
    let lang = ask.lang();
    let count = drawn.len();
    let to = format!("/provinces/{code}/checks?lang={}&drawn={count}", lang.tag());
    Ok(Redirect::to(&to).into_response())
}

/// The counters whose pin may be drawn, and their pins: those that nobody sent
/// back, that do not wait for a check and were not checked already.
async fn candidates(
    read: &mut Read,
    code: &str,
) -> Result<(Vec<CounterRow>, Vec<Candidate>), Failure> {
    let all = read.pinned_counters(&Of::Province(code.to_owned())).await?;
    let before = read.check_pins(code).await?;
    let waits: HashSet<Uuid> = before
        .iter()
        .filter(|one| one.result.is_none())
        .map(|one| one.counter)
        .collect();
    let checked: HashSet<Uuid> = before.iter().map(|one| one.pin).collect();
    let may = |one: &&PinnedCounter| {
        let status = one.counter.state.status;
        matches!(status, PinStatus::Waiting | PinStatus::Approved)
            && !waits.contains(&one.counter.id)
            && one
                .pin
                .as_ref()
                .is_some_and(|pin| !checked.contains(&pin.id))
    };
    let open: Vec<CounterRow> = all
        .iter()
        .filter(may)
        .map(|one| one.counter.clone())
        .collect();
    let found = reasons(read, &all, &open).await?;
    let candidates = open
        .iter()
        .filter_map(|counter| {
            Some(Candidate {
                pin: counter.state.shown?,
                score: found
                    .get(&counter.id)
                    .map_or(0.0, |findings| suspicion::score(findings)),
            })
        })
        .collect();
    Ok((open, candidates))
}
