//! Zero Copy as tables.

use pakmut_domain::words::{Lang, text};
use pakmut_domain::zero_copy::progress::Progress;
use pakmut_domain::zero_copy::wording::{label, verdict};

use crate::export::{Cell, Table};
use crate::zero_copy::overview::{ContradictedCounter, Line, Overview, Shown};

/// The columns that [`counts`] fills.
const COUNTS: [&str; 9] = [
    "counters",
    "counters-unknown",
    "counters-contradicted",
    "due",
    "declared",
    "stopped",
    "asked",
    "undeclared",
    "contradicted",
];

/// The columns that [`answers`] fills.
const ANSWERS: [&str; 5] = [
    "answers",
    "answers-contrary",
    "share-contrary",
    "share-low",
    "share-high",
];

fn counts(progress: &Progress) -> [Cell; 9] {
    [
        u64::from(progress.counters),
        u64::from(progress.counters_unknown),
        u64::from(progress.counters_contradicted),
        progress.due,
        progress.declared(),
        progress.stopped,
        progress.asked,
        progress.undeclared,
        progress.contradicted,
    ]
    .map(Cell::from)
}

/// Empty where too few answered to be shown.
fn answers(shown: Option<Shown>) -> [Cell; 5] {
    [
        shown.map(|s| u64::from(s.answers)).into(),
        shown.map(|s| u64::from(s.contradicting)).into(),
        shown.map(|s| s.share.share).into(),
        shown.map(|s| s.share.low).into(),
        shown.map(|s| s.share.high).into(),
    ]
}

/// The progress of the whole and of its parts; `name_of` is what a part is called.
pub fn progress_table(
    lang: Lang,
    name: &str,
    found: &Overview,
    name_of: impl Fn(&Line) -> String,
) -> Table {
    let mut heads = vec![
        text(lang, "paper-province-code", &[]),
        text(lang, "results-place", &[]),
    ];
    heads.extend(COUNTS.iter().chain(&ANSWERS).map(|id| label(lang, id)));
    let mut rows = vec![
        [Cell::Empty, label(lang, "whole").into()]
            .into_iter()
            .chain(counts(&found.whole))
            .chain(answers(None))
            .collect(),
    ];
    rows.extend(found.parts.iter().map(|line| {
        [line.province.as_str().into(), name_of(line).into()]
            .into_iter()
            .chain(counts(&line.progress))
            .chain(answers(line.contradictions))
            .collect()
    }));
    Table {
        name: name.to_owned(),
        heads,
        rows,
    }
}

/// The counters that answers contradict, the worst first.
pub fn contradicted_table(lang: Lang, name: &str, found: &[ContradictedCounter]) -> Table {
    let w = |id: &str| text(lang, id, &[]);
    let mut heads = vec![
        w("paper-province-code"),
        w("office-lao"),
        w("office-counter"),
        w("paper-status"),
    ];
    heads.extend(
        ["stopped", "contradicted"]
            .iter()
            .chain(&ANSWERS)
            .map(|id| label(lang, id)),
    );
    heads.extend([w("paper-counter-id"), w("paper-sample")]);
    let rows = found.iter().map(|one| {
        let mut row: Vec<Cell> = vec![
            one.province.as_str().into(),
            one.lao_name.as_str().into(),
            one.counter_name.as_str().into(),
            verdict(lang, one.verdict).into(),
            one.stopped.into(),
            one.contradicted.into(),
        ];
        row.extend(answers(Some(one.contradictions)));
        row.push(one.counter.to_string().into());
        row.push(one.sample.then(|| w("counter-sample")).into());
        row
    });
    Table {
        name: name.to_owned(),
        heads,
        rows: rows.collect(),
    }
}
