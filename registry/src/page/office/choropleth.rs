//! A country or a province as a map: each part in the colour of how far it is.
//! Five steps of ColorBrewer's YlGnBu, which the colour-blind can read; each part
//! says its name and share.

use maud::{Markup, html};
use pakmut_domain::place::{Area, AreaCode, Places};
use pakmut_domain::roster::Tally;
use pakmut_domain::words::{Lang, text};

/// The longer side of a map, units.
const SIDE: f64 = 720.0;

/// A vertex nearer to the last than this many units is left out.
const STEP: f64 = 0.8;

/// A province or a district.
pub struct Part<'a> {
    /// The code of its area.
    pub code: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// Where its progress is shown.
    pub path: String,
    /// How far its counters are.
    pub tally: &'a Tally,
}

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

/// The map of these parts with its key; nothing where no area of them is known.
pub fn choropleth(lang: Lang, title: &str, parts: &[Part<'_>], places: &Places) -> Markup {
    let known: Vec<(&Part<'_>, &Area)> = parts
        .iter()
        .filter_map(|part| Some((part, places.get(part.code.parse::<AreaCode>().ok()?)?)))
        .collect();
    let Some(view) = View::of(known.iter().map(|(_, area)| *area)) else {
        return html! {};
    };
    html! {
        figure {
            svg.choropleth viewBox={ "0 0 " (format!("{:.0} {:.0}", view.width, view.height)) } role="group" aria-label=(title) {
                @for (part, area) in known {
                    @let share = part.tally.share_done().map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", (share * 100.0).floor()));
                    a href=(part.path) aria-label={ (part.name) " " (share) } {
                        path class={ "c" (class(part.tally)) } d=(view.path(area)) { title { (part.name) " " (share) } }
                    }
                }
            }
            figcaption {
                ul.legend {
                    @for (n, range) in ["0–19 %", "20–39 %", "40–59 %", "60–79 %", "80–100 %"].into_iter().enumerate() {
                        li { svg.swatch viewBox="0 0 10 10" aria-hidden="true" { rect class={ "c" (n + 1) } width="10" height="10" {} } (range) }
                    }
                }
                (text(lang, "map-key", &[]))
            }
        }
    }
}

/// From degrees to the units of the map.
struct View {
    west: f64,
    north: f64,
    /// Units a degree of longitude and of latitude.
    scale: (f64, f64),
    width: f64,
    height: f64,
}

impl View {
    /// The map that holds these areas; none where there are none.
    fn of<'a>(areas: impl Iterator<Item = &'a Area>) -> Option<Self> {
        let ([west, south], [east, north]) = areas.map(|area| area.shape.bounds()).reduce(
            |([w1, s1], [e1, n1]), ([w2, s2], [e2, n2])| {
                ([w1.min(w2), s1.min(s2)], [e1.max(e2), n1.max(n2)])
            },
        )?;
        // A degree of longitude is shorter, by the latitude in the middle.
        let cosine = ((south + north) / 2.0).to_radians().cos();
        let (wide, tall) = ((east - west) * cosine, north - south);
        let unit = SIDE / wide.max(tall);
        Some(Self {
            west,
            north,
            scale: (unit * cosine, unit),
            width: wide * unit,
            height: tall * unit,
        })
    }

    fn path(&self, area: &Area) -> String {
        use std::fmt::Write as _;
        let mut path = String::new();
        for ring in area.shape.to_degrees().iter().flatten() {
            let mut points: Vec<(f64, f64)> = Vec::new();
            for [lon, lat] in ring {
                let x = (lon - self.west) * self.scale.0;
                let y = (self.north - lat) * self.scale.1;
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
}
