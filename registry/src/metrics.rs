//! Counts of what the registry did, in the Prometheus text format.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use pakmut_domain::wire::push::{ItemResult, Outcome};

/// Counters since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers by the first digit of their status: 1xx to 5xx.
    answers: [AtomicU64; 5],
    /// Items by outcome, in the order of [`OUTCOMES`].
    items: [AtomicU64; 5],
    groups: AtomicU64,
    group_items: AtomicU64,
    group_micros: AtomicU64,
    commit_micros: AtomicU64,
}

const OUTCOMES: [(Outcome, &str); 5] = [
    (Outcome::Accepted, "accepted"),
    (Outcome::Duplicate, "duplicate"),
    (Outcome::Conflict, "conflict"),
    (Outcome::Refused, "refused"),
    (Outcome::Retry, "retry"),
];

impl Metrics {
    /// An answer was given.
    pub fn answered(&self, status: u16) {
        if let Some(count) = self.answers.get(usize::from(status / 100).wrapping_sub(1)) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// Items were answered.
    pub fn results(&self, results: &[ItemResult]) {
        for (count, (outcome, _)) in self.items.iter().zip(OUTCOMES) {
            let those = results.iter().filter(|r| r.result == outcome).count();
            count.fetch_add(those as u64, Relaxed);
        }
    }

    /// A group of items was stored, in this time altogether.
    pub fn group(&self, items: usize, took: Duration) {
        self.groups.fetch_add(1, Relaxed);
        self.group_items.fetch_add(items as u64, Relaxed);
        self.group_micros.fetch_add(micros(took), Relaxed);
    }

    /// A commit took this time.
    pub fn commit(&self, took: Duration) {
        self.commit_micros.fetch_add(micros(took), Relaxed);
    }

    /// Everything as text.
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(1_200);
        let head = |out: &mut String, name: &str, help: &str| {
            let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} counter\n");
        };
        head(
            &mut out,
            "pakmut_answers_total",
            "HTTP answers by class of status.",
        );
        for (class, count) in self.answers.iter().enumerate() {
            let _ = writeln!(
                out,
                "pakmut_answers_total{{class=\"{}xx\"}} {}",
                class + 1,
                count.load(Relaxed)
            );
        }
        head(&mut out, "pakmut_items_total", "Pushed items by outcome.");
        for (count, (_, name)) in self.items.iter().zip(OUTCOMES) {
            let _ = writeln!(
                out,
                "pakmut_items_total{{outcome=\"{name}\"}} {}",
                count.load(Relaxed)
            );
        }
        let seconds = |count: &AtomicU64| count.load(Relaxed) as f64 / 1e6;
        for (name, help, value) in [
            (
                "pakmut_groups_total",
                "Group commits.",
                self.groups.load(Relaxed) as f64,
            ),
            (
                "pakmut_group_items_total",
                "Items in group commits.",
                self.group_items.load(Relaxed) as f64,
            ),
            (
                "pakmut_group_seconds_total",
                "Time spent storing groups, commits included.",
                seconds(&self.group_micros),
            ),
            (
                "pakmut_commit_seconds_total",
                "Time spent in commits alone.",
                seconds(&self.commit_micros),
            ),
        ] {
            head(&mut out, name, help);
            let _ = writeln!(out, "{name} {value}");
        }
        out
    }
}

fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
