//! `/counters/ID/copies`: which copies a citizen need not bring to a counter.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use pakmut_domain::words::{Lang, text};
use pakmut_domain::zero_copy::wording::{label, name};
use pakmut_domain::zero_copy::{Code, Day};
use uuid::Uuid;

use super::frame::{Ask, frame};
use crate::app::App;
use crate::clock::now_ms;
use crate::problem::Failure;
use crate::zero_copy::overview::{CounterView, counter_view};

fn unknown() -> Failure {
    Failure::new(
        StatusCode::NOT_FOUND,
        "counter_unknown",
        "There is no counter of this id",
    )
}

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let counter = read.counters(&[id]).await?.pop().ok_or_else(unknown)?;
    let today = Day::in_bangkok(now_ms()).ok_or_else(unknown)?;
    let lao = counter.definition.lao;
    let view = counter_view(&mut read, reference.catalogues(), id, lao, today).await?;
    let content = html! {
        (need_not_bring(lang, &view))
        p { a href={ "/rate/" (id) "?lang=" (lang.tag()) } { (text(lang, "rate-rate", &[])) } }
    };
    Ok(frame(&ask, &counter.definition.name, None, &content))
}

/// Which copies need not be brought: a part of a counter's public page.
fn need_not_bring(lang: Lang, view: &CounterView) -> Markup {
    let service = |code: &Code| {
        let known = view.catalogue.service(code);
        known.map_or_else(|| code.to_string(), |named| name(lang, named).to_owned())
    };
    let document = |code: &Code| {
        let known = view.catalogue.document(code);
        known.map_or_else(|| code.to_string(), |named| name(lang, named).to_owned())
    };
    html! {
        @if view.need_not_bring.is_empty() {
            p { (label(lang, "nothing-declared")) }
        } @else {
            h2 { (label(lang, "need-not-bring")) }
            dl {
                @for of in &view.need_not_bring {
                    dt { b { (service(&of.service)) } }
                    @for code in &of.documents {
                        dd {
                            (document(code))
                            @if of.unless_proxy.contains(code) { " (" (label(lang, "unless-proxy")) ")" }
                        }
                    }
                }
            }
        }
    }
}
