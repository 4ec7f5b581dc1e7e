//! What went wrong, as a page: for a browser that asked for one.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use maud::html;
use pakmut_domain::wire::problem::Problem;
use pakmut_domain::words::{Figure, Lang, Topic, coded, text};

use super::frame::{Ask, frame};

/// The page of a problem; `headers` are those of the answer that it replaces.
pub fn as_page(lang: Lang, problem: &Problem, headers: &HeaderMap) -> Response {
    let ask = Ask {
        lang: lang.tag().to_owned(),
        page: 0,
    };
    let wait: f64 = headers
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .unwrap_or_default();
    let figures = [("wait_s", Figure::Number(wait))];
    let content = html! {
        p role="alert" { (coded(lang, Topic::Error, &problem.code, &figures)) }
        p { a href={ "/?lang=" (lang.tag()) } { (text(lang, "account-to-start", &[])) } }
    };
    let title = text(lang, "account-not-done", &[]);
    let mut page = frame(&ask, &title, None, &content);
    *page.status_mut() =
        StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = headers.get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}
