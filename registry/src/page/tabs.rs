//! The way between the pages of one place: the country, a province, an LAO.

use maud::{Markup, html};
use pakmut_domain::model::Role;
use pakmut_domain::words::{Lang, text};
use uuid::Uuid;

use super::visitor::Visitor;
use crate::store::Scope;

/// Which of a place's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// How far it is; of an LAO its counters.
    Overview,
    /// Who is late.
    FollowUp,
    /// What waits.
    Review,
    /// Documents.
    Papers,
    /// Zero Copy.
    ZeroCopy,
    /// What the surveys say.
    Results,
    /// What citizens wrote.
    Comments,
    /// Changes of counters from a file.
    Counters,
    /// The rounds.
    Rounds,
}

/// A place that has pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of<'a> {
    /// The country.
    Country,
    /// A province, by its code.
    Province(&'a str),
    /// An LAO: id, number and its province's code.
    Lao(Uuid, i64, &'a str),
}

/// One page: which, where, and the id of its name.
type Page = (Tab, String, &'static str);

/// The pages of the country.
pub fn of_country(lang: Lang, here: Tab) -> Markup {
    let all = [
        (Tab::Overview, "/".to_owned(), "office-country"),
        (Tab::ZeroCopy, "/zero-copy".to_owned(), "tab-zero-copy"),
        (Tab::Results, "/results".to_owned(), "tab-results"),
        (Tab::Rounds, "/rounds".to_owned(), "office-rounds"),
    ];
    row(lang, &all, here)
}

/// The pages of a province.
pub fn of_province(lang: Lang, code: &str, here: Tab) -> Markup {
    let at = |page: &str| format!("/provinces/{code}{page}");
    let all = [
        (Tab::Overview, at(""), "office-overview"),
        (Tab::FollowUp, at("/follow-up"), "office-follow-up"),
        (Tab::Review, at("/review"), "office-review"),
        (Tab::Papers, at("/papers"), "office-papers"),
        (Tab::ZeroCopy, at("/zero-copy"), "tab-zero-copy"),
        (Tab::Results, at("/results"), "tab-results"),
        (Tab::Rounds, "/rounds".to_owned(), "office-rounds"),
    ];
    row(lang, &all, here)
}

/// The pages of an LAO, those that this visitor may open.
pub fn of_lao(lang: Lang, id: Uuid, visitor: &Visitor, here: Tab) -> Markup {
    let at = |page: &str| format!("/laos/{id}{page}");
    let mut all = vec![
        (Tab::Overview, at(""), "tab-counters"),
        (Tab::ZeroCopy, at("/zero-copy"), "tab-zero-copy"),
        (Tab::Results, at("/results"), "tab-results"),
    ];
    if visitor.who.role != Role::Tester {
        all.push((Tab::Comments, at("/comments"), "tab-comments"));
        all.push((Tab::Counters, at("/counters"), "tab-edit-counters"));
    }
    if visitor.is_officer() {
        all.push((Tab::Papers, at("/sheet"), "paper-sheet"));
    }
    row(lang, &all, here)
}

/// The pages of a place for somebody who looks at one that is open to everybody:
/// nothing where the others are not theirs.
pub fn of(lang: Lang, visitor: Option<&Visitor>, place: &Of<'_>, here: Tab) -> Markup {
    let Some(visitor) = visitor else {
        return html! {};
    };
    match (place, visitor.scope()) {
        (Of::Country, Scope::Country) => of_country(lang, here),
        (Of::Province(code), Scope::Country) => of_province(lang, code, here),
        (Of::Province(code), Scope::Province(own)) if code == own => of_province(lang, code, here),
        (Of::Lao(id, ..), Scope::Country) => of_lao(lang, *id, visitor, here),
        (Of::Lao(id, _, province), Scope::Province(own)) if province == own => {
            of_lao(lang, *id, visitor, here)
        }
        (Of::Lao(id, no, _), Scope::Lao(own)) if no == own => of_lao(lang, *id, visitor, here),
        _ => html! {},
    }
}

fn row(lang: Lang, all: &[Page], here: Tab) -> Markup {
    html! {
        ul.tabs {
            @for (tab, path, id) in all {
                li {
                    a href={ (path) "?lang=" (lang.tag()) } aria-current=[(*tab == here).then_some("page")] {
                        (text(lang, id, &[]))
                    }
                }
            }
        }
    }
}
