//! `/counters/ID/sheet`: what is printed and put up at a counter, with the QR
//! code of its public page.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use maud::{Markup, html};
use pakmut_domain::words::{Lang, text};
use qrcode::{Color, EcLevel, QrCode};
use uuid::Uuid;

use crate::api::not_found;
use crate::app::App;
use crate::page::frame::{Ask, frame};
use crate::problem::Failure;

/// The quiet zone round a code, modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// The longest host that is printed.
const MAX_HOST: usize = 255;

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let Some((name, (lao, lao_name))) = read.counter_and_lao(id).await? else {
        return Err(not_found().await);
    };
    let address = address(&headers, id);
    let code = QrCode::with_error_correction_level(address.as_bytes(), EcLevel::M)
        .map_err(|_| Failure::bad_request("address_too_long", "The address is too long"))?;
    let alt = text(lang, "sheet-alt", &[("address", address.as_str().into())]);
    let content = html! {
        div.poster {
            p.place lang="th" { (lao_name) br; (name) }
            p.ask lang="th" { (text(Lang::Th, "sheet-ask", &[])) }
            p.ask lang="en" { (text(Lang::En, "sheet-ask", &[])) }
            (svg(&code, &alt))
            p.address { (address) }
            p lang="th" { (text(Lang::Th, "sheet-promise", &[])) }
            p lang="en" { (text(Lang::En, "sheet-promise", &[])) }
        }
    };
    let title = text(lang, "sheet-title", &[("place", name.as_str().into())]);
    let up = (format!("/laos/{lao}"), lao_name.as_str());
    Ok(frame(&ask, &title, Some(up), &content))
}

/// The public address of a counter's page, as this request came here.
fn address(headers: &HeaderMap, id: Uuid) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .filter(|host| host.len() <= MAX_HOST)
        .unwrap_or("localhost");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let local = name == "localhost" || name.starts_with("127.") || name.starts_with('[');
    let scheme = if local { "http" } else { "https" };
    format!("{scheme}://{host}/rate/{id}")
}

/// A code as one path: sharp at any size, black on white.
fn svg(code: &QrCode, alt: &str) -> Markup {
    let width = code.width();
    let mut path = String::new();
    for (at, colour) in code.to_colors().into_iter().enumerate() {
        if colour == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    let size = width + 2 * QUIET;
    html! {
        svg.qr role="img" viewBox={ "0 0 " (size) " " (size) } width="320" height="320" shape-rendering="crispEdges" {
            title { (alt) }
            rect width=(size) height=(size) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_address_is_https_but_on_this_machine() {
        let id = Uuid::nil();
        let of = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            address(&headers, id)
        };
        assert_eq!(
            of("pakmut.example"),
            format!("https://pakmut.example/rate/{id}")
        );
        assert_eq!(
            of("127.0.0.1:8080"),
            format!("http://127.0.0.1:8080/rate/{id}")
        );
    }

    #[test]
    fn the_code_has_its_quiet_zone() {
        let code = QrCode::new("https://pakmut.example").unwrap();
        let svg = svg(&code, "คิวอาร์โค้ด").into_string();
        let size = code.width() + 8;
        assert!(svg.contains(&format!("viewBox=\"0 0 {size} {size}\"")));
        // The finder pattern begins inside the quiet zone.
        assert!(svg.contains("M4 4h1v1h-1z") && !svg.contains("M3 "));
        assert!(svg.contains("<title>คิวอาร์โค้ด</title>"));
    }
}
