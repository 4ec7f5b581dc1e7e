//! `/checks/ID`: a counter is measured once more, by somebody who is not shown
//! where its pin lies before they sent what they measured.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::calendar::arabic_digits;
use pakmut_domain::position::{self, Position};
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::payload::CheckMeasurement;
use pakmut_domain::wire::push::Outcome;
use pakmut_domain::words::{Lang, text};
use uuid::Uuid;

use super::checks::result_words;
use super::{w, when};
use crate::api::not_found;
use crate::api::push::store;
use crate::app::App;
use crate::arrival;
use crate::audit::Origin;
use crate::clock::now_ms;
use crate::made_here;
use crate::page::form::{Fields, Posted};
use crate::page::frame::Ask;
use crate::page::visitor::{Visitor, role_not_allowed};
use crate::problem::Failure;
use crate::store::{CheckPin, CounterRow, Read};

/// The script that fills the position in.
pub async fn script() -> Response {
    let kind = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (kind, include_str!("check.js")).into_response()
}

/// A check with its counter, for those who may measure it.
///
/// # Errors
/// 404 for everybody else, the counter's own LAO among them.
async fn open(
    read: &mut Read,
    visitor: &Visitor,
    id: Uuid,
) -> Result<(CheckPin, CounterRow), Failure> {
    let Some(check) = read.check_pin(id, visitor.scope()).await? else {
        return Err(not_found().await);
    };
    match read.counters(&[check.counter]).await?.pop() {
        Some(counter) => Ok((check, counter)),
        None => Err(not_found().await),
    }
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
    let knows = read
        .knows_pin(visitor.who.account, counter.id, now_ms())
        .await?;
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
    Ok((typed.position, radius.hypot(typed.resolution_m)))
}

/// What an item that somebody measured here may be refused for, as the ledger says.
const REFUSALS: [&str; 4] = [
    "check_not_blind",
    "check_pin_gone",
    "check_own_lao",
    "check_unknown",
];

/// Takes what was measured, and says what it means. It is an item like a phone's,
/// and judged as one.
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
    drop(read);
    if check.result.is_some() {
        return Err(super::bad("check_done"));
    }
    let (here, radius95_m) = read_form(&posted.fields)?;
    let measured = CheckMeasurement {
        check: id,
        counter: counter.id,
        lat: here.lat(),
        lon: here.lon(),
        radius68_m: None,
        radius95_m,
        method: None,
        fixes: 0,
        seconds: 0.0,
        findings: Vec::new(),
        note: None,
    };
    let envelope = made_here::envelope(&visitor.who, Kind::CHECK_PIN, &measured, Vec::new())?;
    let who = Arc::new(visitor.who.clone());
    let made =
        arrival::made_here(envelope, &who, origin).map_err(|refusal| super::bad(refusal.code))?;
    let judged = store(&app, vec![made]).await?.pop();
    match judged.map(|result| (result.result, result.code)) {
        Some((Outcome::Accepted | Outcome::Duplicate, _)) => {}
        Some((Outcome::Conflict, _)) => return Err(super::bad("check_done")),
        Some((Outcome::Refused, code)) => {
            let known = REFUSALS
                .into_iter()
                .find(|known| code.as_deref() == Some(*known));
            return Err(known.map_or_else(role_not_allowed, super::bad));
        }
        Some((Outcome::Retry, _)) | None => {
            return Err(Failure::busy("decision_busy", "The registry is busy"));
        }
    }
    let lang = ask.lang();
    Ok(Redirect::to(&format!("/checks/{id}?lang={}", lang.tag())).into_response())
}
