//! What a file would change, and the change.

use std::sync::Arc;

use axum::extract::{FromRequest as _, Path, Query, Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maud::{Markup, html};
use pakmut_domain::words::{Lang, Topic, coded, text};
use uuid::Uuid;

use super::super::{bad, w};
use super::{Here, done};
use crate::app::App;
use crate::audit::Origin;
use crate::counter_list::{Change, Fault, Preview, columns, preview, take};
use crate::page::form::{Posted, PostedFile};
use crate::page::frame::Ask;
use crate::page::visitor::Visitor;
use crate::page::words::{COUNTER, LAOS, say};
use crate::problem::Failure;
use crate::sheets::read_sheets;

/// The most bytes of a file: what it would change goes along with the form that
/// confirms it.
const MAX_FILE: usize = 150 * 1024;

/// `POST /laos/ID/counters/preview`: what a file would change.
pub async fn look_at_lao(
    State(app): State<Arc<App>>,
    Path((id, what)): Path<(Uuid, String)>,
    Query(ask): Query<Ask>,
    origin: Origin,
    request: Request,
) -> Result<Response, Response> {
    step(&app, Whose::Lao(id), &what, &ask, origin, request).await
}

/// `POST /provinces/CODE/counters/preview`.
pub async fn look_at_province(
    State(app): State<Arc<App>>,
    Path((code, what)): Path<(String, String)>,
    Query(ask): Query<Ask>,
    origin: Origin,
    request: Request,
) -> Result<Response, Response> {
    step(&app, Whose::Province(code), &what, &ask, origin, request).await
}

/// Whose list an address names.
enum Whose {
    Lao(Uuid),
    Province(String),
}

impl Whose {
    async fn here(&self, app: &App, visitor: &Visitor, lang: Lang) -> Result<Here, Failure> {
        let mut read = app.store.read().await?;
        match self {
            Self::Lao(id) => Here::lao(&mut read, visitor, *id).await,
            Self::Province(code) => Here::province(&mut read, visitor, lang, code).await,
        }
    }
}

/// `preview` takes a file and shows what it would change; `take` takes it along
/// with the mark of what was shown, and changes just that.
async fn step(
    app: &Arc<App>,
    whose: Whose,
    what: &str,
    ask: &Ask,
    origin: Origin,
    request: Request,
) -> Result<Response, Response> {
    let lang = ask.lang();
    let failed = IntoResponse::into_response;
    if what != "take" {
        let PostedFile { visitor, file } = PostedFile::from_request(request, app).await?;
        let here = whose.here(app, &visitor, lang).await.map_err(failed)?;
        let (name, bytes) = file.ok_or_else(|| bad("file_missing").into_response())?;
        let (_, found) = look(app, &here, &name, &bytes).await.map_err(failed)?;
        return Ok(shown(ask, &visitor, &here, &bytes, &found, false));
    }
    let Posted { visitor, fields } = Posted::from_request(request, app).await?;
    let here = whose.here(app, &visitor, lang).await.map_err(failed)?;
    let bytes = URL_SAFE_NO_PAD
        .decode(fields.get("bytes"))
        .map_err(|_| bad("file_missing").into_response())?;
    let (mark, found) = look(app, &here, "", &bytes).await.map_err(failed)?;
    if !found.faults.is_empty() || mark != fields.get("mark") {
        return Ok(shown(ask, &visitor, &here, &bytes, &found, true));
    }
    let who = Arc::new(visitor.who.clone());
    let taken = take(app, &who, origin, &found.changes)
        .await
        .map_err(failed)?;
    Ok(done(lang, &here, taken))
}

/// What a file would change, with the mark of it.
async fn look(
    app: &App,
    here: &Here,
    name: &str,
    bytes: &[u8],
) -> Result<(String, Preview), Failure> {
    if bytes.len() > MAX_FILE {
        return Err(bad("file_too_large"));
    }
    let sheets = read_sheets(name, bytes).map_err(|error| {
        Failure::bad_request(error.code(), "The file cannot be read").detail(error.to_string())
    })?;
    let sheet = sheets.into_iter().next().ok_or_else(|| bad("file_empty"))?;
    let mut read = app.store.read().await?;
    let found = preview(&mut read, &here.of, &sheet).await?;
    Ok((found.mark(), found))
}

/// What a file would change: its faults, or its changes with the button that
/// makes them.
fn shown(
    ask: &Ask,
    visitor: &Visitor,
    here: &Here,
    bytes: &[u8],
    found: &Preview,
    again: bool,
) -> Response {
    let lang = ask.lang();
    let new = found.changes.iter().filter(|one| one.before.is_none());
    let new = new.count();
    let figures = [
        ("new", new.into()),
        ("changed", (found.changes.len() - new).into()),
        ("same", found.same.into()),
    ];
    let content = html! {
        (here.tabs(lang, visitor))
        @if again && found.faults.is_empty() { p.told.warn role="alert" { (w(lang, "counters-meanwhile")) } }
        @if !found.faults.is_empty() { (faults(lang, &found.faults)) }
        @else if found.changes.is_empty() { p { (w(lang, "counters-nothing")) } }
        @else {
            p { b { (text(lang, "counters-sum", &figures)) } }
            (changes(lang, &found.changes))
            form method="post" action={ (here.at) "/counters/take?lang=" (lang.tag()) } {
                (visitor.csrf_field())
                input type="hidden" name="bytes" value=(URL_SAFE_NO_PAD.encode(bytes));
                input type="hidden" name="mark" value=(found.mark());
                button type="submit" { (w(lang, "counters-take")) }
            }
        }
    };
    let title = text(
        lang,
        "counters-preview-title",
        &[("place", here.name.as_str().into())],
    );
    let up_text = w(lang, "tab-edit-counters");
    let up = (format!("{}/counters", here.at), up_text.as_str());
    visitor.frame(ask, &title, Some(up), &content)
}

fn faults(lang: Lang, faults: &[Fault]) -> Markup {
    let heading = |column: &str| {
        let known = columns::COLUMNS.iter().find(|(name, _)| *name == column);
        known.map_or_else(String::new, |(_, id)| w(lang, id))
    };
    html! {
        p.told.warn role="alert" { (text(lang, "counters-faults", &[("count", faults.len().into())])) }
        div.wide { table {
            thead { tr {
                th.n scope="col" { (w(lang, "counters-line")) }
                th scope="col" { (w(lang, "counters-column")) }
                th scope="col" { (w(lang, "counters-what")) }
            } }
            tbody { @for fault in faults { tr {
                th.n scope="row" { (fault.line) }
                td { (heading(fault.column)) }
                td { (coded(lang, Topic::Error, fault.code, &[])) }
            } } }
        } }
    }
}

fn changes(lang: Lang, changes: &[Change]) -> Markup {
    html! {
        div.wide { table.stack {
            thead { tr {
                th.n scope="col" { (w(lang, "counters-line")) }
                th scope="col" { (say(lang, COUNTER)) }
                th scope="col" { (say(lang, LAOS)) }
                th scope="col" { (w(lang, "counters-changed")) }
            } }
            tbody { @for change in changes { tr {
                td.n data-head=(w(lang, "counters-line")) { (change.line) }
                th scope="row" lang="th" { (change.before.as_ref().map_or(&change.after.name, |row| &row.definition.name)) }
                td lang="th" { (change.lao_name) }
                td {
                    @if change.before.is_none() { span.tag { (w(lang, "counters-new")) } " " }
                    ul.reasons { @for (id, before, after) in change.fields(lang) {
                        li {
                            span.quiet { (w(lang, id)) ": " }
                            @if !before.is_empty() { del lang="th" { (before) } " → " }
                            @if after.is_empty() { "–" } @else { ins lang="th" { (after) } }
                        }
                    } }
                }
            } } }
        } }
    }
}
