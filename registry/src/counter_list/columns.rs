//! The columns of a list of counters, and the words that stand in them.

use pakmut_domain::model::{CounterKind, CounterStatus};
use pakmut_domain::words::{Lang, text};

/// A column: its name for programs, and the id of its name for people.
pub type Column = (&'static str, &'static str);

/// All columns, in their order.
pub const COLUMNS: [Column; 10] = [
    ("dla_code", "paper-lao-code"),
    ("id", "paper-counter-id"),
    ("name", "office-counter"),
    ("kind", "counter-kind"),
    ("status", "counter-status"),
    ("address", "office-address"),
    ("subdistrict", "counter-subdistrict"),
    ("postcode", "counter-postcode"),
    ("phone", "office-phone"),
    ("extension", "counter-extension"),
];

/// The kinds with their names.
pub const KINDS: [(CounterKind, &str, &str); 4] = [
    (
        CounterKind::MainOffice,
        "main_office",
        "counter-kind-main-office",
    ),
    (CounterKind::Branch, "branch", "counter-kind-branch"),
    (CounterKind::OneStop, "one_stop", "counter-kind-one-stop"),
    (CounterKind::Mobile, "mobile", "counter-kind-mobile"),
];

/// The states with their names.
pub const STATUSES: [(CounterStatus, &str, &str); 3] = [
    (CounterStatus::Active, "active", "counter-status-active"),
    (CounterStatus::Moved, "moved", "counter-status-moved"),
    (CounterStatus::Closed, "closed", "counter-status-closed"),
];

/// Whether a word in a file is the one of a name: that for programs, or that
/// for people in either language.
fn is(word: &str, name: &str, id: &str) -> bool {
    let word = word.trim();
    word.eq_ignore_ascii_case(name)
        || [Lang::Th, Lang::En]
            .iter()
            .any(|lang| text(*lang, id, &[]).to_lowercase() == word.to_lowercase())
}

/// The column of a heading.
pub fn column(heading: &str) -> Option<&'static str> {
    COLUMNS
        .iter()
        .find(|(name, id)| is(heading, name, id))
        .map(|(name, _)| *name)
}

/// The kind of a word.
pub fn kind(word: &str) -> Option<CounterKind> {
    let mut all = KINDS.iter();
    all.find(|(_, name, id)| is(word, name, id))
        .map(|(kind, ..)| *kind)
}

/// The state of a word.
pub fn status(word: &str) -> Option<CounterStatus> {
    let mut all = STATUSES.iter();
    all.find(|(_, name, id)| is(word, name, id))
        .map(|(status, ..)| *status)
}

/// A kind in words.
pub fn kind_words(lang: Lang, kind: CounterKind) -> String {
    let id = KINDS.iter().find(|(of, ..)| *of == kind);
    text(lang, id.map_or("unknown-code", |(.., id)| id), &[])
}

/// A state in words.
pub fn status_words(lang: Lang, status: CounterStatus) -> String {
    let id = STATUSES.iter().find(|(of, ..)| *of == status);
    text(lang, id.map_or("unknown-code", |(.., id)| id), &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_words_are_taken_in_either_language() {
        for (name, id) in COLUMNS {
            for heading in [
                name.to_owned(),
                text(Lang::Th, id, &[]),
                format!(" {} ", text(Lang::En, id, &[]).to_uppercase()),
            ] {
                assert_eq!(column(&heading), Some(name), "{heading}");
            }
        }
        for (of, name, _) in KINDS {
            assert_eq!(kind(name), Some(of));
            assert_eq!(kind(&kind_words(Lang::Th, of)), Some(of));
        }
        for (of, name, _) in STATUSES {
            assert_eq!(status(name), Some(of));
            assert_eq!(status(&status_words(Lang::En, of)), Some(of));
        }
        assert_eq!((column("x"), kind("x"), status("")), (None, None, None));
    }
}
