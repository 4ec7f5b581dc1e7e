//! Zero Copy's pages: progress by province and LAO, and what a citizen need not
//! bring to a counter. Who contradicts whom is for officers who signed in, by
//! the API.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use pakmut_domain::words::Lang;
use pakmut_domain::zero_copy::progress::Progress;
use pakmut_domain::zero_copy::wording::{label, name};
use pakmut_domain::zero_copy::{Code, Day};
use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::clock::now_ms;
use crate::problem::Failure;
use crate::store::Scope;
use crate::zero_copy::overview::{By, CounterView, Overview, counter_view, overview};

/// Which language a page is in.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    lang: Option<String>,
}

impl Asked {
    fn lang(&self) -> Lang {
        self.lang.as_deref().map_or(Lang::Th, Lang::from_tag)
    }
}

/// `GET /zero-copy`: the country by province.
///
/// # Errors
/// The storage's.
pub async fn country(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    progress(&app, asked.lang(), &Scope::Country, By::Province).await
}

/// `GET /zero-copy/{province}`: a province by LAO.
///
/// # Errors
/// The storage's.
pub async fn province(
    State(app): State<Arc<App>>,
    Path(province): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    progress(&app, asked.lang(), &Scope::Province(province), By::Lao).await
}

async fn progress(app: &App, lang: Lang, scope: &Scope, by: By) -> Result<Response, Failure> {
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let found = overview(&mut read, reference.catalogues(), scope, by).await?;
    let mut names = std::collections::HashMap::new();
    if by == By::Province {
        for province in read.provinces().await? {
            let name = match lang {
                Lang::Th => province.th,
                Lang::En => province.en,
            };
            names.insert(province.code, name);
        }
    }
    let body = overview_body(lang, &found, by, |code| names.get(code).map(String::as_str));
    Ok(page(lang, &label(lang, "title"), &body))
}

fn overview_body<'n>(
    lang: Lang,
    found: &Overview,
    by: By,
    province: impl Fn(&str) -> Option<&'n str>,
) -> Markup {
    let heads = [
        "due",
        "declared",
        "stopped",
        "asked",
        "undeclared",
        "contradicted",
        "counters-unknown",
    ];
    let version = pakmut_domain::words::text(
        lang,
        "zero-copy-catalogue",
        &[("version", found.catalogue.into())],
    );
    html! {
        p { (version) @if found.starting_set { " · " (label(lang, "starting-set")) } }
        table {
            thead { tr { th {} @for head in heads { th scope="col" { (label(lang, head)) } } } }
            tbody {
                tr { th scope="row" { (label(lang, "whole")) } (figures(&found.whole)) }
                @for line in &found.parts {
                    tr {
                        th scope="row" {
                            @match (by, &line.name_th) {
                                (By::Lao, Some(name)) => (name),
                                _ => a href=(format!("/zero-copy/{}?lang={}", line.province, lang.tag())) {
                                    (province(&line.province).unwrap_or(&line.province))
                                },
                            }
                        }
                        (figures(&line.progress))
                    }
                }
            }
        }
    }
}

/// The counts of a line, those of pairs with their share of what is due.
fn figures(progress: &Progress) -> Markup {
    let counts = [
        progress.declared(),
        progress.stopped,
        progress.asked,
        progress.undeclared,
    ];
    html! {
        td { (progress.due) }
        @for count in counts {
            td { (count) @if let Some(share) = progress.share_of_due(count) { " (" (percent(share)) ")" } }
        }
        td { (progress.contradicted) @if let Some(share) = progress.share_contradicted() { " (" (percent(share)) ")" } }
        td { (progress.counters_unknown) " / " (progress.counters) }
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// `GET /counters/{id}/copies`: what a citizen need not bring.
///
/// # Errors
/// 404 where there is no such counter.
pub async fn copies(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let unknown = || {
        Failure::new(
            StatusCode::NOT_FOUND,
            "counter_unknown",
            "There is no counter of this id",
        )
    };
    let lang = asked.lang();
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let counter = read.counters(&[id]).await?.pop().ok_or_else(unknown)?;
    let today = Day::in_bangkok(now_ms()).ok_or_else(unknown)?;
    let lao = counter.definition.lao;
    let view = counter_view(&mut read, reference.catalogues(), id, lao, today).await?;
    Ok(page(
        lang,
        &counter.definition.name,
        &copies_body(lang, &view),
    ))
}

/// What need not be brought, for the counter's public page.
pub fn copies_body(lang: Lang, view: &CounterView) -> Markup {
    let named = |code: &Code, is_service: bool| {
        let found = if is_service {
            view.catalogue.service(code)
        } else {
            view.catalogue.document(code)
        };
        found.map_or_else(|| code.to_string(), |named| name(lang, named).to_owned())
    };
    html! {
        @if view.need_not_bring.is_empty() {
            p { (label(lang, "nothing-declared")) }
        } @else {
            h2 { (label(lang, "need-not-bring")) }
            dl {
                @for of in &view.need_not_bring {
                    dt { (named(&of.service, true)) }
                    @for document in &of.documents {
                        dd {
                            (named(document, false))
                            @if of.unless_proxy.contains(document) { " (" (label(lang, "unless-proxy")) ")" }
                        }
                    }
                }
            }
        }
    }
}

/// A page without scripts, styles or outside hosts: the browser's own look.
fn page(lang: Lang, title: &str, body: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
            }
            body { main { h1 { (title) } (body) } }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            HeaderName::from_static("content-security-policy"),
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let mut response = page.into_string().into_response();
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
