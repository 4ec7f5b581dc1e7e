//! What every page has round its content, and the pieces that pages share.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use pakmut_domain::resolve::PinStatus;
use pakmut_domain::words::{Lang, text};
use serde::Deserialize;

use super::ROWS;
use super::words::{self, BEFORE, Both, DONE, DUE, LATE, NAME, NEXT, say};
use crate::tiles::Tiles;
use pakmut_domain::roster::Tally;

/// Nothing but our own style, scripts, fonts and images may be loaded, and nobody
/// may frame us.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Lets a page's map have its worker, and its tiles of the one host that the
/// registry is told of.
pub fn with_map(mut page: Response, tiles: Option<&Tiles>) -> Response {
    let mut policy = format!("{POLICY}; worker-src 'self'");
    if let Some(tiles) = tiles {
        let origin = tiles.address.origin();
        policy = policy.replace("img-src 'self'", &format!("img-src 'self' {origin}"));
        policy += &format!("; connect-src {origin}");
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        page.headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    page
}

/// What an address of a page may ask.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    /// `en`; anything else is Thai.
    #[serde(default)]
    pub lang: String,
    /// Which page of a table, from 0.
    #[serde(default)]
    pub page: u32,
}

impl Ask {
    /// The language.
    pub fn lang(&self) -> Lang {
        Lang::from_tag(&self.lang)
    }

    /// The first row of the page.
    pub fn offset(&self) -> i64 {
        i64::from(self.page) * ROWS
    }

    /// The page's part of all rows; none where there is no such page.
    pub fn part<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let rest = usize::try_from(self.offset()).ok();
        let rest = rest.and_then(|offset| all.get(offset..)).unwrap_or(&[]);
        &rest[..rest.len().min(ROWS as usize)]
    }
}

/// A whole page that everybody may see. `up` is where it hangs: address and text.
/// A visitor's page is [`super::visitor::Visitor::frame`].
pub fn frame(ask: &Ask, title: &str, up: Option<(String, &str)>, content: &Markup) -> Response {
    let lang = ask.lang();
    let strip = html! {
        a href={ "/sign-in?lang=" (lang.tag()) } { (text(lang, "account-sign-in", &[])) }
    };
    whole(ask, title, up, &strip, content)
}

/// A whole page; `strip` says who is signed in.
pub(super) fn whole(
    ask: &Ask,
    title: &str,
    up: Option<(String, &str)>,
    strip: &Markup,
    content: &Markup,
) -> Response {
    let lang = ask.lang();
    let other = if lang == Lang::Th {
        ("en", "English")
    } else {
        ("th", "ไทย")
    };
    let page = html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (say(lang, NAME)) }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="/icon.svg" type="image/svg+xml";
            }
            body {
                nav {
                    span {
                        @match up {
                            Some((address, text)) => { a href={ (address) "?lang=" (lang.tag()) } { "← " (text) } }
                            None => { (say(lang, NAME)) }
                        }
                    }
                    (strip)
                    a href={ "?lang=" (other.0) } lang=(other.0) { (other.1) }
                }
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
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The heads of the columns that [`cells`] fills.
pub fn heads(lang: Lang) -> Markup {
    let of = |status| words::status(lang, status).1;
    html! {
        @for head in [say(lang, DUE), say(lang, DONE), of(PinStatus::Approved), of(PinStatus::SentBack), say(lang, LATE)] {
            th.n scope="col" { (head) }
        }
    }
}

/// A row's tally: what is due is done or late; of the done some are approved, of
/// the late some were sent back.
pub fn cells(tally: &Tally) -> Markup {
    html! {
        @for count in [tally.due(), tally.done(), tally.approved, tally.sent_back, tally.missing()] {
            td.n { (words::grouped(count)) }
        }
    }
}

/// Links to the pages of a table before and after; `shown` rows are on this one.
/// `kept` is what else of the address stays, with its `&`.
pub fn turn(ask: &Ask, shown: usize, kept: &str) -> Markup {
    let lang = ask.lang();
    let link = |page: u32, text: Both| {
        html! { a href={ "?lang=" (lang.tag()) "&page=" (page) (kept) } { (say(lang, text)) } " " }
    };
    html! {
        p {
            @if let Some(before) = ask.page.checked_sub(1) { (link(before, BEFORE)) }
            @if shown as i64 == ROWS { (link(ask.page.saturating_add(1), NEXT)) }
        }
    }
}
