//! Bars as SVG that a screen reader reads: the title and description say all
//! that the colours show, and every number stands in the table beside.

use maud::{Markup, html};

/// ColorBrewer BrBG, five classes from best to worst, told apart by the
/// colour-blind; grey for "no opinion" and what else has no score.
const SCALE: [&str; 5] = ["#018571", "#80cdc1", "#f5f5f5", "#dfc27d", "#a6611a"];
const GREY: &str = "#b8b8b8";

/// The accent of all pages.
const ACCENT: &str = "#1f5fa8";

/// Width and height of a bar, in the chart's units.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 18.0;

/// A part of a bar.
pub struct Part {
    /// How many.
    pub count: u64,
    /// The score, where it has one.
    pub score: Option<f64>,
}

fn colour(score: Option<f64>) -> &'static str {
    match score {
        Some(score) if (1.0..=5.0).contains(&score) => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let index = (5.0 - score).round() as usize;
            SCALE.get(index).copied().unwrap_or(GREY)
        }
        _ => GREY,
    }
}

/// One bar of all parts side by side; `said` is what it shows, in words.
pub fn stacked(title: &str, said: &str, parts: &[Part]) -> Markup {
    let total: u64 = parts.iter().map(|part| part.count).sum();
    let mut at = 0.0;
    let rects: Vec<(f64, f64, &str)> = parts
        .iter()
        .filter(|part| part.count > 0)
        .map(|part| {
            let width = WIDTH * part.count as f64 / total.max(1) as f64;
            let from = at;
            at += width;
            (from, width, colour(part.score))
        })
        .collect();
    html! {
        svg role="img" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } width=(WIDTH) height=(HEIGHT) preserveAspectRatio="none" {
            title { (title) }
            desc { (said) }
            @for (from, width, fill) in rects {
                rect x=(format!("{from:.1}")) y="0" width=(format!("{width:.1}")) height=(HEIGHT)
                    fill=(fill) stroke="#52606d" stroke-width="0.5" {}
            }
        }
    }
}

/// One bar of a share from 0 to 1.
pub fn share(said: &str, share: f64) -> Markup {
    html! {
        svg role="img" viewBox={ "0 0 " (WIDTH / 3.0) " " (HEIGHT) } width=(WIDTH / 3.0) height=(HEIGHT) {
            title { (said) }
            rect x="0" y="0" width=(WIDTH / 3.0) height=(HEIGHT) fill="#fff" stroke="#52606d" stroke-width="1" {}
            rect x="0" y="0" width=(format!("{:.1}", WIDTH / 3.0 * share.clamp(0.0, 1.0))) height=(HEIGHT) fill=(ACCENT) {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_says_what_it_shows_and_its_parts_fill_it() {
        let parts =
            [(3, Some(5.0)), (1, None), (0, Some(1.0))].map(|(count, score)| Part { count, score });
        let svg = stacked("Overall <b>", "5: 3, none: 1", &parts).into_string();
        assert!(svg.contains("role=\"img\"") && svg.contains("<title>Overall &lt;b&gt;</title>"));
        assert!(svg.contains("<desc>5: 3, none: 1</desc>"));
        assert!(svg.contains("width=\"225.0\"") && svg.contains("width=\"75.0\""));
        assert_eq!(svg.matches("<rect").count(), 2);
        assert!(!svg.contains("style="), "the policy forbids inline styles");
        // Nothing to show is no fault.
        assert!(!stacked("t", "d", &[]).into_string().contains("NaN"));
    }
}
