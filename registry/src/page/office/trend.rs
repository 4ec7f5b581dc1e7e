//! How the work went, day by day: of the counters that are done now, how many
//! had their pin by each day.

use maud::{Markup, html};
use pakmut_domain::calendar::{DateStyle, date_text};
use pakmut_domain::round::Round;
use pakmut_domain::words::{Lang, text};
use pakmut_domain::zero_copy::Day;
use time::Date;

use super::w;
use crate::clock::now_ms;

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 120.0;

/// The Julian day of 1970-01-01.
const JULIAN_1970: i64 = 2_440_588;

/// The longest that is drawn, days.
const LONGEST: i64 = 400;

/// The line of the days on which pins were saved, each with how many, against
/// the counters that are due; with the round's last day, where there is one.
pub fn trend(lang: Lang, saved: &[(i64, u64)], due: u64, round: Option<&Round>) -> Markup {
    let days: Vec<(Date, u64)> = saved
        .iter()
        .filter_map(|(day, pins)| {
            let julian = i32::try_from(day.checked_add(JULIAN_1970)?).ok()?;
            Some((Date::from_julian_day(julian).ok()?, *pins))
        })
        .collect();
    let (Some(today), Some((first, _))) = (Day::in_bangkok(now_ms()), days.first().copied()) else {
        return html! {};
    };
    let today = today.date();
    let from = round.map_or(first, |round| round.from.date().min(first));
    let until = round.map_or(today, |round| round.last_day().date().max(today));
    // A phone whose clock was wrong by years would make the rest a dot.
    let from = from.max(today - time::Duration::days(LONGEST));
    let until = until.min(today + time::Duration::days(LONGEST)).max(today);
    let span = (until - from).whole_days().max(1) as f64;
    let x = |day: Date| ((day - from).whole_days() as f64 / span).clamp(0.0, 1.0) * WIDTH;
    let done: u64 = days.iter().map(|(_, pins)| pins).sum();
    let top = due.max(done).max(1) as f64;
    let y = |count: u64| HEIGHT - count as f64 / top * HEIGHT;
    let before = days.iter().filter(|(day, _)| *day < from);
    let mut count: u64 = before.map(|(_, pins)| pins).sum();
    let mut path = format!("M0 {:.1}", y(count));
    for (day, pins) in days.iter().filter(|(day, _)| *day >= from) {
        count += pins;
        path += &format!("H{:.1}V{:.1}", x((*day).min(until)), y(count));
    }
    path += &format!("H{:.1}", x(today).max(0.0));
    let day = |day: Date| date_text(day, lang, DateStyle::Short);
    let words = text(
        lang,
        "trend-words",
        &[
            ("done", (done as f64).into()),
            ("due", (due as f64).into()),
            ("first", day(first).into()),
            ("today", day(today).into()),
        ],
    );
    html! {
        figure.trend {
            figcaption { (w(lang, "trend-title")) }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT + 4.0) } preserveAspectRatio="none" role="img" aria-label=(words) {
                path.t-due d={ "M0 " (format!("{:.1}", HEIGHT - due as f64 / top * HEIGHT)) "H" (WIDTH) } {}
                path.t-today d={ "M" (format!("{:.1}", x(today))) " 0V" (HEIGHT) } {}
                path.t-done d=(path) {}
            }
            p.quiet { span { (day(from)) } span { (words) } span { (day(until)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::store::day_of;

    #[test]
    fn the_line_rises_to_what_is_done_and_nothing_is_drawn_of_nothing() {
        assert_eq!(trend(Lang::En, &[], 10, None).into_string(), "");
        let today = day_of(now_ms());
        let page = trend(Lang::En, &[(today - 10, 1), (today, 2)], 4, None).into_string();
        // Of 4 due: one after the first day, three today.
        assert!(
            page.contains("H0.0V90.0") && page.contains("H600.0V30.0"),
            "{page}"
        );
    }
}
