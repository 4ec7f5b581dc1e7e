//! The country as a map: each province in the colour of how far it is. Five
//! steps of ColorBrewer's YlGnBu, which the colour-blind can read; each province
//! says its name and share.

use maud::{Markup, html};
use pakmut_domain::place::{Area, AreaCode, Places};
use pakmut_domain::roster::Tally;
use pakmut_domain::words::{Lang, text};

use super::{name_of, w};
use crate::store::ProvinceLine;

/// West, south, east and north of Thailand, degrees.
const WEST: f64 = 97.2;
const SOUTH: f64 = 5.5;
const EAST: f64 = 105.8;
const NORTH: f64 = 20.6;

/// Units a degree of latitude.
const SCALE: f64 = 48.0;

/// The cosine of 13.5°, in whose middle the country lies.
const COSINE: f64 = 0.972_37;

/// A vertex nearer to the last than this many units is left out.
const STEP: f64 = 0.8;

/// The class of a share: 0 where nothing is due, else 1 to 5.
fn class(tally: &Tally) -> usize {
    match tally.share_done() {
        None => 0,
        Some(share) if share < 0.2 => 1,
        Some(share) if share < 0.4 => 2,
        Some(share) if share < 0.6 => 3,
        Some(share) if share < 0.8 => 4,
        Some(_) => 5,
    }
}

/// The map of these provinces with its key.
pub fn choropleth(lang: Lang, provinces: &[ProvinceLine], places: &Places) -> Markup {
    let (width, height) = ((EAST - WEST) * SCALE * COSINE, (NORTH - SOUTH) * SCALE);
    html! {
        figure {
            svg.choropleth viewBox={ "0 0 " (format!("{width:.0} {height:.0}")) } role="group" aria-label=(w(lang, "map-country")) {
                @for line in provinces {
                    @if let Some(area) = line.code.parse::<AreaCode>().ok().and_then(|code| places.get(code)) {
                        @let share = line.tally.share_done().map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", (share * 100.0).floor()));
                        @let name = name_of(lang, line);
                        a href={ "/provinces/" (line.code) "?lang=" (lang.tag()) } aria-label={ (name) " " (share) } {
                            path class={ "c" (class(&line.tally)) } d=(path(area)) { title { (name) " " (share) } }
                        }
                    }
                }
            }
            figcaption {
                ul.legend {
                    @for (n, range) in ["0–19 %", "20–39 %", "40–59 %", "60–79 %", "80–100 %"].into_iter().enumerate() {
                        li { svg.swatch viewBox="0 0 10 10" aria-hidden="true" { rect class={ "c" (n + 1) } width="10" height="10" {} } (range) }
                    }
                }
                (text(lang, "map-country-key", &[]))
            }
        }
    }
}

fn path(area: &Area) -> String {
    use std::fmt::Write as _;
    let mut path = String::new();
    for ring in area.shape.to_degrees().iter().flatten() {
        let mut points: Vec<(f64, f64)> = Vec::new();
        for [lon, lat] in ring {
            let (x, y) = ((lon - WEST) * SCALE * COSINE, (NORTH - lat) * SCALE);
            let far = points
                .last()
                .is_none_or(|(px, py)| (x - px).abs() + (y - py).abs() >= STEP);
            if far {
                points.push((x, y));
            }
        }
        // Islands of less than a pixel.
        if points.len() < 3 {
            continue;
        }
        for (n, (x, y)) in points.iter().enumerate() {
            let _ = write!(path, "{}{x:.1} {y:.1}", if n == 0 { 'M' } else { 'L' });
        }
        path.push('Z');
    }
    path
}
