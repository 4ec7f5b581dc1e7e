//! How far, as one bar with its figures in words; and the three answers that an
//! officer's first page gives without a click.

use maud::{Markup, html};
use pakmut_domain::resolve::PinStatus;
use pakmut_domain::roster::Tally;
use pakmut_domain::words::{Lang, text};

use super::w;
use crate::page::words::{grouped, status};

/// A bar of the roster's parts. It says in words what it shows.
pub fn bar(lang: Lang, tally: &Tally) -> Markup {
    let due = tally.due();
    let parts = [
        (PinStatus::Approved, tally.approved, "b-approved"),
        (PinStatus::Waiting, tally.waiting, "b-waiting"),
        (PinStatus::SentBack, tally.sent_back, "b-sent-back"),
        (PinStatus::NotPinned, tally.not_pinned, "b-not-pinned"),
    ];
    let words: Vec<String> = parts
        .iter()
        .map(|(of, count, _)| format!("{} {count}", status(lang, *of).1))
        .collect();
    let mut at = 0.0;
    html! {
        svg.bar viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label=(words.join(", ")) {
            @if due == 0 { rect.b-not-pinned width="100" height="8" {} }
            @else {
                @for (_, count, class) in parts {
                    @let width = count as f64 * 100.0 / due as f64;
                    @let x = { let x = at; at += width; x };
                    @if count > 0 { rect class=(class) x=(format!("{x:.2}")) width=(format!("{width:.2}")) height="8" {} }
                }
            }
        }
    }
}

/// How far, who is late, what waits: three figures, each with its first names
/// and, where there is a page for it, the way on.
pub fn three_answers(
    lang: Lang,
    tally: &Tally,
    late: Option<(u64, Option<String>, Markup)>,
    waiting: Option<(Option<String>, Markup)>,
) -> Markup {
    let share = tally.share_done().map_or_else(
        || "–".to_owned(),
        |share| format!("{:.0} %", (share * 100.0).floor()),
    );
    let of = text(
        lang,
        "office-done-of",
        &[
            ("done", (tally.done() as f64).into()),
            ("due", (tally.due() as f64).into()),
        ],
    );
    html! {
        div.answers {
            section {
                h2 { (w(lang, "office-how-far")) }
                b.big { (share) }
                p { (of) }
                (bar(lang, tally))
                (key(lang, tally))
            }
            @if let Some((count, path, names)) = late {
                section {
                    h2 { (w(lang, "office-who-is-late")) }
                    b.big { (grouped(count)) }
                    p { (w(lang, "office-laos-behind")) }
                    (names)
                    @if let Some(path) = path { a.button href=(path) { (w(lang, "office-to-follow-up")) } }
                }
            }
            @if let Some((path, names)) = waiting {
                section {
                    h2 { (w(lang, "office-what-waits")) }
                    b.big { (grouped(tally.waiting)) }
                    p { (w(lang, "office-pins-wait")) }
                    (names)
                    @if let Some(path) = path { a.button href=(path) { (w(lang, "office-to-review")) } }
                }
            }
        }
    }
}

/// The bar's parts in words, exempt ones too: together the roster.
fn key(lang: Lang, tally: &Tally) -> Markup {
    let parts = [
        (PinStatus::Approved, tally.approved, "b-approved"),
        (PinStatus::Waiting, tally.waiting, "b-waiting"),
        (PinStatus::SentBack, tally.sent_back, "b-sent-back"),
        (PinStatus::NotPinned, tally.not_pinned, "b-not-pinned"),
    ];
    html! {
        ul.key {
            @for (of, count, class) in parts {
                @let (icon, word) = status(lang, of);
                li { svg.swatch viewBox="0 0 10 10" aria-hidden="true" { rect class=(class) width="10" height="10" {} } (icon) " " (word) " " b { (grouped(count)) } }
            }
            @if tally.exempt > 0 { li { "– " (w(lang, "office-exempt")) " " b { (grouped(tally.exempt)) } } }
        }
    }
}
