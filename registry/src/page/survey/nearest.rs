//! `/nearest`: counters near a position or a place's name, from verified pins.
//! The position is asked for by nobody but the person's own tap, and kept
//! nowhere.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use pakmut_domain::place::{Area, Level, Places};
use pakmut_domain::position::Position;
use pakmut_domain::wire::payload::Pin;
use pakmut_domain::words::{Figure, Lang, text};
use pakmut_domain::zero_copy::Day;
use pakmut_domain::zero_copy::declaration::Practice;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::plain::{other, plain};
use crate::app::App;
use crate::clock::now_ms;
use crate::neighbours::{CELL_DEG, row_and_column};
use crate::page::frame::Ask;
use crate::problem::Failure;
use crate::store::{Read, StoreError, VerifiedCounter};
use crate::zero_copy::overview::counter_view;

/// How many counters are shown.
const SHOWN: usize = 10;

/// How many places of a name are offered.
const PLACES: usize = 12;

/// Half the side of the box that is looked through, degrees: wider and wider
/// until there are enough. 0.1° are 11 km.
const BOXES: [f64; 4] = [0.1, 0.5, 2.0, 20.0];

/// What the address asks.
#[derive(Debug, Default, Deserialize)]
pub struct Where {
    #[serde(default)]
    q: String,
    #[serde(default)]
    lat: String,
    #[serde(default)]
    lon: String,
}

/// The script.
pub async fn script() -> Response {
    let kind = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=86400"),
    ];
    (kind, include_str!("nearest.js")).into_response()
}

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    Query(ask): Query<Ask>,
    Query(asked): Query<Where>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let typed = asked.q.trim();
    let given = asked
        .lat
        .parse()
        .ok()
        .zip(asked.lon.parse().ok())
        .and_then(|(lat, lon): (f64, f64)| Position::new(lat, lon).ok());
    let answer = if let Some(position) = given {
        found(&app, lang, &position).await?
    } else if typed.is_empty() {
        html! {}
    } else {
        let reference = app.reference.get(&app.store, None).await?;
        let places = reference.places(&app.store).await?;
        match named(&places, typed).as_slice() {
            [] => html! { p role="alert" { (text(lang, "nearest-unknown", &[])) } },
            [(_, only)] => found(&app, lang, only).await?,
            several => html! {
                p { (text(lang, "nearest-which", &[])) }
                ul { @for (area, at) in several {
                    li { a href=(to(lang, at)) { (name(lang, &places, area)) } }
                } }
            },
        }
    };
    let content = html! {
        form method="get" action="/nearest" {
            input type="hidden" name="lang" value=(lang.tag());
            p { label { (text(lang, "nearest-ask", &[])) br; input type="text" name="q" value=(typed) maxlength="100"; } }
            p {
                button type="submit" { (text(lang, "nearest-search", &[])) } " "
                button type="button" id="here" hidden { (text(lang, "nearest-here", &[])) }
            }
            p id="denied" role="alert" hidden { (text(lang, "nearest-denied", &[])) }
        }
        (answer)
        p.quiet { (text(lang, "nearest-only", &[])) }
    };
    let title = text(lang, "nearest-title", &[]);
    let switch = format!("/nearest?lang={}", other(lang));
    Ok(plain(lang, &title, &switch, Some("/nearest.js"), &content))
}

fn to(lang: Lang, at: &Position) -> String {
    format!(
        "/nearest?lang={}&lat={:.4}&lon={:.4}",
        lang.tag(),
        at.lat(),
        at.lon()
    )
}

/// The places of a name, the larger first, each with its middle. A name that is
/// one wholly goes before names that only begin with it.
fn named<'p>(places: &'p Places, typed: &str) -> Vec<(&'p Area, Position)> {
    let wanted = plain_name(typed);
    if wanted.is_empty() {
        return Vec::new();
    }
    let wanted = &wanted;
    let hit = |whole: bool| {
        let names = move |area: &&Area| {
            let names = [plain_name(&area.th), plain_name(&area.en)];
            names.iter().any(|name| {
                if whole {
                    name == wanted
                } else {
                    name.starts_with(wanted)
                }
            })
        };
        let areas = places.areas().iter().filter(names);
        areas
            .filter_map(|area| Some((area, middle(area)?)))
            .collect::<Vec<_>>()
    };
    let mut found = hit(true);
    if found.is_empty() {
        found = hit(false);
    }
    found.sort_by_key(|(area, _)| match area.code.level() {
        Level::Province => 0,
        Level::District => 1,
        Level::Subdistrict => 2,
    });
    found.truncate(PLACES);
    found
}

/// A name without what says its level, in NFC and lower case.
fn plain_name(text: &str) -> String {
    let text: String = text.trim().nfc().collect::<String>().to_lowercase();
    for prefix in ["จังหวัด", "อำเภอ", "เขต", "ตำบล", "แขวง", "จ.", "อ.", "ต."]
    {
        if let Some(rest) = text.strip_prefix(prefix)
            && !rest.trim().is_empty()
        {
            return rest.trim().to_owned();
        }
    }
    text
}

fn middle(area: &Area) -> Option<Position> {
    let ([west, south], [east, north]) = area.shape.bounds();
    Position::new(f64::midpoint(south, north), f64::midpoint(west, east)).ok()
}

/// An area's name with those around it.
fn name(lang: Lang, places: &Places, area: &Area) -> String {
    let own = |area: &Area| match lang {
        Lang::En if !area.en.is_empty() => area.en.clone(),
        _ => area.th.clone(),
    };
    let mut name = own(area);
    let mut above = area.code.parent();
    while let Some(code) = above {
        if let Some(area) = places.get(code) {
            name.push_str(", ");
            name.push_str(&own(area));
        }
        above = code.parent();
    }
    name
}

/// The nearest counters as a list.
async fn found(app: &App, lang: Lang, position: &Position) -> Result<Markup, Failure> {
    let mut read = app.store.read().await?;
    let near = nearest(&mut read, position).await?;
    if near.is_empty() {
        return Ok(html! { p { (text(lang, "nearest-none", &[])) } });
    }
    let reference = app.reference.get(&app.store, None).await?;
    let today = Day::in_bangkok(now_ms());
    let mut lines = Vec::with_capacity(near.len());
    for (metres, counter) in near {
        let mut services: Vec<String> = Vec::new();
        if let Some(today) = today {
            let catalogues = reference.catalogues();
            let view = counter_view(&mut read, catalogues, counter.id, counter.lao, today).await?;
            for pair in &view.pairs {
                let offered = pair
                    .declaration
                    .as_ref()
                    .is_some_and(|said| said.practice != Practice::NotOffered);
                let code = pair.service.parse().ok();
                let Some(named) = code.and_then(|code| view.catalogue.service(&code)) else {
                    continue;
                };
                let words = if lang == Lang::Th {
                    &named.name_th
                } else {
                    &named.name_en
                };
                if offered && !services.contains(words) {
                    services.push(words.clone());
                }
            }
        }
        lines.push((metres, counter, services));
    }
    Ok(html! {
        ol { @for (metres, counter, services) in &lines {
            li {
                b lang="th" { (counter.name) } " · " span lang="th" { (counter.lao_name) } br;
                (text(lang, "nearest-away", &[("metres", Figure::Number(*metres))])) " · "
                a href={ "/rate/" (counter.id) "?lang=" (lang.tag()) } { (text(lang, "rate-rate", &[])) } " · "
                a href={ "/counters/" (counter.id) "/copies?lang=" (lang.tag()) } { (text(lang, "rate-copies", &[])) }
                @if !services.is_empty() { p.quiet { (text(lang, "nearest-services", &[])) ": " (services.join(", ")) } }
            }
        } }
    })
}

/// The counters with verified pins nearest to a position, each with its
/// distance in metres.
async fn nearest(
    read: &mut Read,
    position: &Position,
) -> Result<Vec<(f64, VerifiedCounter)>, StoreError> {
    let mut near = Vec::new();
    for half in BOXES {
        let corner = |lat: f64, lon: f64| {
            row_and_column(
                (position.lat() + lat).clamp(-90.0, 90.0 - CELL_DEG),
                (position.lon() + lon).clamp(-180.0, 180.0 - CELL_DEG),
            )
        };
        let ((south, west), (north, east)) = (corner(-half, -half), corner(half, half));
        near = read
            .verified_counters((south, north), (west, east))
            .await?
            .into_iter()
            .filter_map(|counter| {
                let pin: Pin = serde_json::from_slice(&counter.pin).ok()?;
                let at = Position::new(pin.lat, pin.lon).ok()?;
                Some((position.distance_m(&at), counter))
            })
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        near.truncate(SHOWN);
        // What lies beyond the box's sides could be nearer than its corners.
        let sure_m = half * 100_000.0;
        if near.len() == SHOWN && near.iter().all(|(metres, _)| *metres <= sure_m) {
            break;
        }
    }
    Ok(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_without_their_level() {
        assert_eq!(plain_name(" อำเภอจอมทอง "), "จอมทอง");
        assert_eq!(plain_name("อ.จอมทอง"), "จอมทอง");
        assert_eq!(plain_name("จังหวัด เชียงใหม่"), "เชียงใหม่");
        assert_eq!(plain_name("Chom Thong"), "chom thong");
        assert_eq!(plain_name("ตำบล"), "ตำบล");
    }
}
