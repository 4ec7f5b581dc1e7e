//! The frame of what citizens open with a phone on a slow network: one small
//! style, the phone's own font, nothing else to load.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use pakmut_domain::words::{Lang, text};

/// As on all pages, nothing but our own may be loaded.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A whole page. `other` is its address in the other language; `script` one of
/// ours that helps where there is one, and without which all works.
pub fn plain(
    lang: Lang,
    title: &str,
    other: &str,
    script: Option<&str>,
    content: &Markup,
) -> Response {
    let switch = match lang {
        Lang::Th => ("en", "English"),
        Lang::En => ("th", "ไทย"),
    };
    let page = html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href="/plain.css";
                @if let Some(script) = script { script src=(script) defer {} }
            }
            body {
                nav { span { (text(lang, "rate-project", &[])) } " " a href=(other) lang=(switch.0) { (switch.1) } }
                main { h1 { (title) } (content) }
            }
        }
    };
    let mut response = page.into_string().into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        // Each opening is a visit of its own.
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The other language's tag.
pub fn other(lang: Lang) -> &'static str {
    match lang {
        Lang::Th => Lang::En.tag(),
        Lang::En => Lang::Th.tag(),
    }
}

/// `/plain.css`.
pub async fn style() -> Response {
    let kind = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=86400"),
    ];
    (kind, include_str!("plain.css")).into_response()
}
