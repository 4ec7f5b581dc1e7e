//! A small map without any script or outside host: an SVG of the LAO's area and
//! one of what lies round the pin, drawn from the shipped polygons. Where a script
//! runs (`ui/src/map.ts`), a map to pan and zoom in takes their place.

use maud::{Markup, html};
use pakmut_domain::place::Area;
use pakmut_domain::position::Position;
use pakmut_domain::words::{Lang, text};
use serde_json::{Value, json};

use crate::page::map_script;
use crate::tiles::Tiles;

/// A circle on the map.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Where.
    pub at: Position,
    /// The radius of its 95 % circle, metres; none where placed by hand.
    pub radius_m: Option<f64>,
    /// What it is.
    pub kind: MarkKind,
    /// What it is called, for who points at it.
    pub label: String,
}

impl Mark {
    /// As the script reads it.
    fn live(&self, lang: Lang) -> Value {
        json!({
            "lat": self.at.lat(),
            "lon": self.at.lon(),
            "radius_m": self.radius_m,
            "kind": self.kind.name(),
            "label": self.words(lang),
        })
    }

    fn words(&self, lang: Lang) -> String {
        format!("{}: {}", self.kind.words(lang), self.label)
    }
}

/// What a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// The pin under review.
    Shown,
    /// Another pin of the counter that stands beside it.
    Beside,
    /// An earlier pin of the counter.
    Earlier,
    /// Another counter's pin.
    Other,
}

impl MarkKind {
    fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Beside => "beside",
            Self::Earlier => "earlier",
            Self::Other => "other",
        }
    }

    fn words(self, lang: Lang) -> String {
        text(lang, &format!("map-{}", self.name()), &[])
    }
}

/// The side of the picture in its own units.
const SIDE: f64 = 400.0;

/// What the close-up shows at least, metres from the middle to the edge.
const LEAST_M: f64 = 60.0;

/// What it shows at most: what lies further is on the other picture.
const MOST_M: f64 = 2_000.0;

/// An equirectangular plane round a place: good to a metre within a district.
struct Plane {
    lat: f64,
    lon: f64,
    units_per_m: f64,
}

impl Plane {
    fn at(middle: (f64, f64), half_m: f64) -> Self {
        Self {
            lat: middle.0,
            lon: middle.1,
            units_per_m: SIDE / 2.0 / half_m,
        }
    }

    /// Metres east and north of the middle.
    fn metres(&self, lat: f64, lon: f64) -> (f64, f64) {
        const DEGREE_M: f64 = 111_320.0;
        let east = (lon - self.lon) * DEGREE_M * self.lat.to_radians().cos();
        (east, (lat - self.lat) * DEGREE_M)
    }

    fn units(&self, lat: f64, lon: f64) -> (f64, f64) {
        let (east, north) = self.metres(lat, lon);
        (
            SIDE / 2.0 + east * self.units_per_m,
            SIDE / 2.0 - north * self.units_per_m,
        )
    }

    fn path(&self, area: &Area) -> String {
        use std::fmt::Write as _;
        let mut path = String::new();
        for ring in area.shape.to_degrees().iter().flatten() {
            for (n, [lon, lat]) in ring.iter().enumerate() {
                let (x, y) = self.units(*lat, *lon);
                // Far outside the picture any place will do; SVG readers choke on millions.
                let (x, y) = (x.clamp(-1e5, 1e5), y.clamp(-1e5, 1e5));
                let _ = write!(path, "{}{x:.1} {y:.1}", if n == 0 { 'M' } else { 'L' });
            }
            path.push('Z');
        }
        path
    }
}

/// Both pictures: what lies round the pin, and where in its area it lies; and all
/// that the map in their place needs.
pub fn pictures(lang: Lang, area: Option<&Area>, marks: &[Mark], tiles: Option<&Tiles>) -> Markup {
    let Some(shown) = marks.iter().find(|mark| mark.kind == MarkKind::Shown) else {
        return html! {};
    };
    html! {
        div.maps #maps {
            (close(lang, shown, area, marks))
            @if let Some(area) = area { (whole(lang, shown, area, marks)) }
            (live(lang, shown, area, marks, tiles))
            (legend(lang, marks))
        }
        // Whenever it is here: the review's keys do not wait for it.
        script src=(map_script()) type="module" async {}
    }
}

/// Where the map will be, with what is to be on it and its buttons.
fn live(
    lang: Lang,
    shown: &Mark,
    area: Option<&Area>,
    marks: &[Mark],
    tiles: Option<&Tiles>,
) -> Markup {
    let all: Vec<_> = marks.iter().map(|mark| mark.live(lang)).collect();
    let shape = area.map_or_else(Vec::new, |area| area.shape.to_degrees());
    let word = |id: &str| text(lang, id, &[]);
    let ways = [
        ("in", "+", "map-zoom-in"),
        ("out", "−", "map-zoom-out"),
        ("pin", "", "map-to-pin"),
        ("area", "", "map-to-area"),
    ];
    html! {
        div.live data-marks=(json!(all)) data-area=(json!(shape)) data-half=(one(half_m(shown, marks)))
            data-tiles=[tiles.map(|tiles| tiles.address.as_str())] data-title=(word("map-live"))
            data-metres=(word("map-metres")) data-kilometres=(word("map-kilometres"))
            data-wheel=(word("map-wheel")) data-fingers=(word("map-fingers")) {
            div.canvas {}
            p.tools {
                @for (way, sign, id) in ways.into_iter().filter(|(way, ..)| *way != "area" || area.is_some()) {
                    button.second type="button" data-way=(way) {
                        @if sign.is_empty() { (word(id)) }
                        @else { span aria-hidden="true" { (sign) } span.hidden { (word(id)) } }
                    }
                }
                @if let Some(tiles) = tiles { span.quiet { (tiles.attribution) } }
            }
        }
    }
}

/// The picture round the pin alone: for a printed sheet.
pub fn extract(lang: Lang, area: Option<&Area>, marks: &[Mark]) -> Markup {
    match marks.iter().find(|mark| mark.kind == MarkKind::Shown) {
        Some(shown) => close(lang, shown, area, marks),
        None => html! {},
    }
}

/// What is shown round the pin, metres from the middle to the edge.
fn half_m(shown: &Mark, marks: &[Mark]) -> f64 {
    let furthest = marks
        .iter()
        .map(|mark| shown.at.distance_m(&mark.at) + mark.radius_m.unwrap_or(0.0))
        .filter(|metres| *metres <= MOST_M)
        .fold(0.0, f64::max);
    let wanted = (furthest * 1.15).max(shown.radius_m.unwrap_or(0.0) * 2.5);
    wanted.clamp(LEAST_M, MOST_M)
}

fn close(lang: Lang, shown: &Mark, area: Option<&Area>, marks: &[Mark]) -> Markup {
    let middle = (shown.at.lat(), shown.at.lon());
    let half = half_m(shown, marks);
    let plane = Plane::at(middle, half);
    // What lies beyond the picture's corners is on the other picture.
    let seen = |mark: &&Mark| shown.at.distance_m(&mark.at) <= half * std::f64::consts::SQRT_2;
    let (bar_m, bar) = scale_bar(&plane);
    let title = text(lang, "map-close", &[]);
    html! {
        svg.map viewBox={ "0 0 " (SIDE) " " (SIDE) } role="img" aria-label=(title) {
            rect.m-outside width=(SIDE) height=(SIDE) {}
            @if let Some(area) = area { path.m-area d=(plane.path(area)) {} }
            @for mark in marks.iter().rev().filter(seen) { (draw(lang, &plane, mark)) }
            (scale(lang, bar_m, bar))
        }
    }
}

fn whole(lang: Lang, shown: &Mark, area: &Area, marks: &[Mark]) -> Markup {
    let ([west, south], [east, north]) = area.shape.bounds();
    let (lat, lon) = (shown.at.lat(), shown.at.lon());
    // A pin far away may not make its area a dot: it is then shown at the edge.
    let (south, north) = (
        south.min(lat.max(south - 1.0)),
        north.max(lat.min(north + 1.0)),
    );
    let (west, east) = (west.min(lon.max(west - 1.0)), east.max(lon.min(east + 1.0)));
    let middle = ((south + north) / 2.0, (west + east) / 2.0);
    let (half_east, half_north) = Plane::at(middle, 1.0).metres(north, east);
    let plane = Plane::at(middle, half_east.max(half_north).max(100.0) * 1.08);
    let (bar_m, bar) = scale_bar(&plane);
    let title = text(lang, "map-whole", &[]);
    html! {
        svg.map viewBox={ "0 0 " (SIDE) " " (SIDE) } role="img" aria-label=(title) {
            rect.m-outside width=(SIDE) height=(SIDE) {}
            path.m-area d=(plane.path(area)) {}
            @for mark in marks.iter().rev() { (dot(lang, &plane, mark)) }
            (scale(lang, bar_m, bar))
        }
    }
}

fn draw(lang: Lang, plane: &Plane, mark: &Mark) -> Markup {
    let (x, y) = plane.units(mark.at.lat(), mark.at.lon());
    html! {
        @if let Some(radius) = mark.radius_m {
            circle class={ "m-circle m-" (mark.kind.name()) } cx=(one(x)) cy=(one(y)) r=(one(radius * plane.units_per_m)) {}
        }
        (dot(lang, plane, mark))
    }
}

fn dot(lang: Lang, plane: &Plane, mark: &Mark) -> Markup {
    let (x, y) = plane.units(mark.at.lat(), mark.at.lon());
    let (x, y) = (x.clamp(4.0, SIDE - 4.0), y.clamp(4.0, SIDE - 4.0));
    let size = if mark.kind == MarkKind::Shown {
        6.0
    } else {
        4.5
    };
    html! {
        circle class={ "m-dot m-" (mark.kind.name()) } cx=(one(x)) cy=(one(y)) r=(size) {
            title { (mark.words(lang)) }
        }
    }
}

fn one(value: f64) -> String {
    format!("{value:.1}")
}

/// The bar's length in metres, 1, 2 or 5 times a power of ten, and in units:
/// about a quarter of the picture.
fn scale_bar(plane: &Plane) -> (f64, f64) {
    let wanted = SIDE / 4.0 / plane.units_per_m;
    let power = 10_f64.powf(wanted.log10().floor());
    let metres = [5.0, 2.0, 1.0]
        .into_iter()
        .map(|n| n * power)
        .find(|metres| *metres <= wanted)
        .unwrap_or(power);
    (metres, metres * plane.units_per_m)
}

fn scale(lang: Lang, metres: f64, units: f64) -> Markup {
    let words = if metres < 1_000.0 {
        format!("{metres:.0} {}", text(lang, "map-metres", &[]))
    } else {
        format!(
            "{:.0} {}",
            metres / 1_000.0,
            text(lang, "map-kilometres", &[])
        )
    };
    html! {
        path.m-scale d={ "M12 " (SIDE - 12.0) "h" (one(units)) } {}
        text.m-scale-text x="12" y=(SIDE - 18.0) { (words) }
    }
}

fn legend(lang: Lang, marks: &[Mark]) -> Markup {
    let kinds = [
        MarkKind::Shown,
        MarkKind::Beside,
        MarkKind::Earlier,
        MarkKind::Other,
    ];
    html! {
        ul.legend {
            @for kind in kinds.into_iter().filter(|kind| marks.iter().any(|m| m.kind == *kind)) {
                li {
                    svg.key viewBox="0 0 12 12" aria-hidden="true" { circle class={ "m-dot m-" (kind.name()) } cx="6" cy="6" r="5" {} }
                    (kind.words(lang))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_circle_is_drawn_to_scale_and_the_bar_fits() {
        let mark = Mark {
            at: Position::new(18.417_123, 98.676_543).unwrap(),
            radius_m: Some(9.5),
            kind: MarkKind::Shown,
            label: "x".to_owned(),
        };
        let page = pictures(Lang::En, None, std::slice::from_ref(&mark), None).into_string();
        // 60 m from the middle to the edge, 200 units: 9.5 m are 31.7 units.
        assert!(page.contains(r#"r="31.7""#), "{page}");
        for half in [60.0, 333.0, 45_000.0] {
            let (metres, units) = scale_bar(&Plane::at((18.0, 98.0), half));
            assert!(
                units > SIDE / 12.0 && units <= SIDE / 4.0,
                "{half}: {metres}"
            );
        }
    }
}
