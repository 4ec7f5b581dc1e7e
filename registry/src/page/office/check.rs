//! `/checks/ID`: a counter is measured once more, by somebody who is not shown
//! where its pin lies before they sent what they measured.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::calendar::arabic_digits;
use pakmut_domain::check_pin::{Measured, WEAKEST_CHECK_M, compare};
use pakmut_domain::position::{self, Position};
use pakmut_domain::words::{Lang, text};
use serde_json::json;
use uuid::Uuid;

use super::checks::result_words;
use super::{w, when};
use crate::api::not_found;
use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::clock::now_ms;
use crate::page::form::{Fields, Posted};
use crate::page::frame::Ask;
use crate::page::visitor::Visitor;
use crate::problem::Failure;
use crate::store::{CheckMeasure, CheckPin, CheckResult, CounterRow, PinRow, Read, Scope};

/// The script that fills the position in.
pub async fn script() -> Response {
    let kind = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (kind, include_str!("check.js")).into_response()
}

/// A check with its counter, for those who may measure it: officers of the
/// province and of the department, and staff of the province's other LAOs.
///
/// # Errors
/// 404 for everybody else, the counter's own LAO among them.
async fn open(
    read: &mut Read,
    visitor: &Visitor,
    id: Uuid,
) -> Result<(CheckPin, CounterRow), Failure> {
    let Some(check) = read.check_pin(id).await? else {
        return Err(not_found().await);
    };
    let may = match visitor.scope() {
        Scope::Country => true,
        Scope::Province(code) => *code == check.province,
        Scope::Lao(no) => {
            *no != check.lao
                && read
                    .lao_by_no(*no)
                    .await?
                    .is_some_and(|lao| lao.province == check.province)
        }
    };
    let counter = read.counters(&[check.counter]).await?.pop();
    match counter.filter(|_| may) {
        Some(counter) => Ok((check, counter)),
        None => Err(not_found().await),
    }
}

/// The pin that is to be checked now.
async fn shown_pin(read: &mut Read, counter: &CounterRow) -> Result<Option<PinRow>, Failure> {
    let pins = read.pins_of(counter.id).await?;
    Ok(pins
        .into_iter()
        .find(|pin| Some(pin.id) == counter.state.shown))
}

/// Whether somebody saved a pin of the counter or decided on one: then they know
/// where it lies.
async fn knows(read: &mut Read, account: Uuid, counter: Uuid) -> Result<bool, Failure> {
    let pins = read.pins_of(counter).await?;
    if pins.iter().any(|pin| pin.account == account) {
        return Ok(true);
    }
    let ids: Vec<Uuid> = pins.iter().map(|pin| pin.id).collect();
    let reviews = read.reviews_of(&ids).await?;
    Ok(reviews.iter().any(|review| review.account == account))
}

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let (check, counter) = open(&mut read, &visitor, id).await?;
    let knows = knows(&mut read, visitor.who.account, counter.id).await?;
    let address = &counter.definition.address;
    let content = html! {
        p.where lang="th" { (check.lao_name) @if !address.text.is_empty() { " · " (address.text) } }
        @if let Some(result) = &check.result {
            p.told role="status" { (result_words(lang, result)) }
            p.quiet { (when(lang, result.measured)) }
            @if visitor.is_officer() {
                p { a href={ "/review/" (counter.id) "?lang=" (lang.tag()) } { (w(lang, "check-look")) } }
            }
        } @else if knows {
            p.empty { (w(lang, "error-check-not-blind")) }
        } @else {
            (form(lang, &visitor, id))
        }
    };
    let up = visitor
        .is_officer()
        .then(|| format!("/provinces/{}/checks", check.province));
    let up_text = w(lang, "check-title");
    let up = up.map(|path| (path, up_text.as_str()));
    let title = text(
        lang,
        "check-of",
        &[("counter", counter.definition.name.as_str().into())],
    );
    Ok(visitor.frame(&ask, &title, up, &content))
}

fn form(lang: Lang, visitor: &Visitor, id: Uuid) -> Markup {
    html! {
        form.one method="post" action={ "/checks/" (id) "?lang=" (lang.tag()) } {
            (visitor.csrf_field())
            p { (w(lang, "check-measure-how")) }
            p { button.second #here type="button" hidden { (w(lang, "check-here")) } }
            p #denied.told.warn role="status" hidden { (w(lang, "check-here-denied")) }
            label for="position" { (w(lang, "check-position")) }
            input #position name="position" type="text" required maxlength="200" autocomplete="off" aria-describedby="example";
            p.quiet #example { (w(lang, "position-example")) }
            label for="radius" { (w(lang, "check-radius")) }
            input #radius name="radius" type="text" inputmode="decimal" required maxlength="10" autocomplete="off";
            p { button type="submit" { (w(lang, "check-send")) } }
        }
        script src="/check.js" defer {}
    }
}

/// What the form brings: where, and within how many metres.
fn read_form(fields: &Fields) -> Result<(Position, f64), Failure> {
    let typed = position::read_typed(fields.get("position"), &position::Asked::default())
        .map_err(|error| super::bad(error.code()))?;
    let radius: f64 = arabic_digits(fields.get("radius"))
        .replace(',', ".")
        .parse()
        .ok()
        .filter(|radius: &f64| radius.is_finite() && *radius > 0.0)
        .ok_or_else(|| super::bad("check_radius_unreadable"))?;
    // What the digits leave open counts too.
    let radius95_m = radius.hypot(typed.resolution_m);
    if radius95_m > WEAKEST_CHECK_M {
        return Err(super::bad("check_too_weak"));
    }
    Ok((typed.position, radius95_m))
}

/// Takes what was measured, and says what it means.
pub async fn measure(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let visitor = &posted.visitor;
    let mut read = app.store.read().await?;
    let (check, counter) = open(&mut read, visitor, id).await?;
    if check.result.is_some() {
        return Err(super::bad("check_done"));
    }
    let account = visitor.who.account;
    if knows(&mut read, account, counter.id).await? {
        return Err(super::bad("check_not_blind"));
    }
    let (here, radius95_m) = read_form(&posted.fields)?;
    let pin = shown_pin(&mut read, &counter).await?;
    let placed = pin
        .as_ref()
        .and_then(|pin| Position::new(pin.pin.lat, pin.pin.lon).ok());
    let (Some(pin), Some(placed)) = (pin, placed) else {
        return Err(super::bad("check_pin_gone"));
    };
    drop(read);
    let said = compare(
        &Measured {
            position: placed,
            radius95_m: pin.pin.radius95_m,
        },
        &Measured {
            position: here,
            radius95_m: Some(radius95_m),
        },
    );
    let result = CheckResult {
        measured: now_ms(),
        account,
        username: None,
        verdict: said.verdict,
        body: CheckMeasure {
            lat: here.lat(),
            lon: here.lon(),
            radius95_m,
            distance_m: said.distance_m,
            agree_m: said.agree_m,
        },
    };
    let mut write = app.store.write().await?;
    if !write.measure_check_pin(id, pin.id, &result).await? {
        return Err(super::bad("check_done"));
    }
    let what = json!({ "check": id, "verdict": said.verdict.as_str() });
    audit::record(&mut write, Some(account), Act::CheckMeasured, what, origin).await?;
    write.commit().await?;
    let lang = ask.lang();
    Ok(Redirect::to(&format!("/checks/{id}?lang={}", lang.tag())).into_response())
}
