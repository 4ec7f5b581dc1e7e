//! `/provinces/CODE/papers`: documents to check with, to send and to hand on.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use pakmut_domain::words::Lang;
use pakmut_domain::zero_copy::Day;
use uuid::Uuid;

use super::{current_round, name_of, province, w};
use crate::api::not_found;
use crate::app::App;
use crate::audit::{self, Origin};
use crate::clock::now_ms;
use crate::documents::{Letter, call_list, counters_table, geojson, kml, letters, lines};
use crate::export::FileKind;
use crate::page::form::Posted;
use crate::page::frame::Ask;
use crate::page::tabs::{self, Tab};
use crate::page::visitor::{Officer, role_not_allowed};
use crate::problem::Failure;
use crate::store::Of;

/// The most characters of a letter's field.
const MAX_FIELD: usize = 300;

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let province = province(&mut read, &visitor, &code).await?;
    let link = |path: String, id: &str| {
        html! { li { a href={ (path) "?lang=" (lang.tag()) } { (w(lang, id)) } } }
    };
    let office = format!("สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด{}", province.th);
    let field = |name: &str, id: &str, value: &str| {
        html! {
            label for=(name) { (w(lang, id)) }
            input id=(name) name=(name) type="text" value=(value) maxlength=(MAX_FIELD) lang="th";
        }
    };
    let content = html! {
        (tabs::of_province(lang, &code, Tab::Papers))
        h2 { (w(lang, "paper-to-check")) }
        ul {
            (link(format!("/provinces/{code}/sheets"), "paper-sheets"))
            (link(format!("/provinces/{code}/export/xlsx"), "paper-xlsx"))
            (link(format!("/provinces/{code}/export/csv"), "paper-csv"))
            (link(format!("/provinces/{code}/export/geojson"), "paper-geojson"))
            (link(format!("/provinces/{code}/export/kml"), "paper-kml"))
        }
        h2 { (w(lang, "tab-edit-counters")) }
        ul { (link(format!("/provinces/{code}/counters"), "counters-file")) }
        h2 { (w(lang, "zero-copy-title")) }
        ul {
            (link(format!("/provinces/{code}/zero-copy/export/progress.xlsx"), "paper-zero-copy"))
            (link(format!("/provinces/{code}/zero-copy/export/contradicted.xlsx"), "paper-contradicted"))
        }
        h2 { (w(lang, "paper-to-follow-up")) }
        ul { (link(format!("/provinces/{code}/calls/xlsx"), "paper-calls")) }
        form.one method="post" action={ "/provinces/" (code) "/letters?lang=" (lang.tag()) } {
            h3 { (w(lang, "paper-letters")) }
            p.quiet { (w(lang, "paper-letters-how")) }
            (visitor.csrf_field())
            (field("number", "paper-number", ""))
            (field("office", "paper-office", &office))
            (field("address", "office-address", ""))
            (field("refers_to", "paper-refers-to", ""))
            (field("signer", "paper-signer", ""))
            (field("position", "paper-position", &format!("ท้องถิ่นจังหวัด{}", province.th)))
            (field("phone", "office-phone", ""))
            p { button type="submit" { (w(lang, "paper-letters-button")) } }
        }
    };
    let title = format!("{}: {}", w(lang, "office-papers"), name_of(lang, &province));
    Ok(visitor.frame(&ask, &title, None, &content))
}

/// 500: the file could not be made.
pub(super) fn unwritable() -> Failure {
    Failure::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "file_unwritable",
        "The file could not be written",
    )
}

/// A file to save.
fn file(media: &'static str, name: &str, bytes: impl IntoResponse) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(named) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    response
}

async fn export(
    app: &App,
    lang: Lang,
    province: &str,
    of: &Of,
    name: &str,
    kind: &str,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let lines = lines(&mut read, province, of).await?;
    drop(read);
    match kind {
        "geojson" => {
            let bytes = serde_json::to_vec(&geojson(lang, &lines)).map_err(|_| unwritable())?;
            Ok(file(
                "application/geo+json",
                &format!("{name}.geojson"),
                bytes,
            ))
        }
        "kml" => Ok(file(
            "application/vnd.google-earth.kml+xml",
            &format!("{name}.kml"),
            kml(lang, &w(lang, "office-counter"), &lines),
        )),
        other => match FileKind::of_ending(other) {
            Some(kind) => counters_table(lang, name, &lines)
                .answer(kind)
                .map_err(|_| unwritable()),
            None => Err(not_found().await),
        },
    }
}

/// `/provinces/CODE/export/KIND`: all counters of a province as a file.
pub async fn province_file(
    State(app): State<Arc<App>>,
    origin: Origin,
    Officer(visitor): Officer,
    Path((code, kind)): Path<(String, String)>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    province(&mut read, &visitor, &code).await?;
    drop(read);
    let of = Of::Province(code.clone());
    let name = format!("counters-{code}");
    audit::file_taken(&app.store, visitor.who.account, &name, &kind, origin).await?;
    export(&app, ask.lang(), &code, &of, &name, &kind).await
}

/// `/laos/ID/export/KIND`: an LAO's counters as a file.
pub async fn lao_file(
    State(app): State<Arc<App>>,
    origin: Origin,
    Officer(visitor): Officer,
    Path((id, kind)): Path<(Uuid, String)>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let lao = super::lao_of(&mut read, &visitor, id).await?;
    drop(read);
    let of = Of::Lao(lao.no);
    let name = format!("counters-lao-{}", lao.no);
    audit::file_taken(&app.store, visitor.who.account, &name, &kind, origin).await?;
    export(&app, ask.lang(), &lao.province, &of, &name, &kind).await
}

/// `/provinces/CODE/calls/KIND`: whom to call.
pub async fn calls(
    State(app): State<Arc<App>>,
    origin: Origin,
    Officer(visitor): Officer,
    Path((code, kind)): Path<(String, String)>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let Some(of_kind) = FileKind::of_ending(&kind) else {
        return Err(not_found().await);
    };
    let mut read = app.store.read().await?;
    province(&mut read, &visitor, &code).await?;
    let round = current_round(&mut read).await?;
    let behind = super::follow_up::list(&app, &mut read, &code, round.as_ref()).await?;
    drop(read);
    let name = format!("calls-{code}");
    audit::file_taken(&app.store, visitor.who.account, &name, &kind, origin).await?;
    call_list(ask.lang(), &name, &behind)
        .answer(of_kind)
        .map_err(|_| unwritable())
}

/// `/provinces/CODE/letters`: the letter to each LAO that is behind, in one file.
pub async fn all_letters(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    if !posted.visitor.is_officer() {
        return Err(role_not_allowed());
    }
    let mut read = app.store.read().await?;
    province(&mut read, &posted.visitor, &code).await?;
    let round = current_round(&mut read).await?;
    let behind = super::follow_up::list(&app, &mut read, &code, round.as_ref()).await?;
    drop(read);
    if behind.is_empty() {
        return Err(super::bad("nobody_behind"));
    }
    let name = format!("letters-{code}");
    audit::file_taken(
        &app.store,
        posted.visitor.who.account,
        &name,
        "docx",
        origin,
    )
    .await?;
    let field = |name: &str| posted.fields.get(name).chars().take(MAX_FIELD).collect();
    let letter = Letter {
        number: field("number"),
        office: field("office"),
        address: field("address"),
        refers_to: field("refers_to"),
        signer: field("signer"),
        position: field("position"),
        phone: field("phone"),
    };
    let today = Day::in_bangkok(now_ms()).ok_or_else(unwritable)?;
    let bytes = letters(&letter, round.as_ref(), today, &behind).map_err(|_| unwritable())?;
    Ok(file(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &format!("letters-{code}.docx"),
        bytes,
    ))
}
