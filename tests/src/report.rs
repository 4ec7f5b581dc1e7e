//! Figures of a measuring command: a table for people, JSON for programs.
//!
//! Every command that measures prints through this, and leaves
//! `target/reports/NAME.json`: a list of `{name, value, unit, goal}`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{fs, io};

use serde::Serialize;

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// The figure; `null` in JSON where it is not finite.
    pub value: f64,
    /// Its unit, such as `m`, `µs`, `%`, or empty.
    pub unit: String,
    /// What it should be, such as `<= 120` or `>= 0.95`; empty for a figure without a goal.
    pub goal: String,
}

impl Row {
    /// Whether the goal is met; `None` without a goal, or with one that cannot be read.
    #[must_use]
    pub fn met(&self) -> Option<bool> {
        let (sign, number) = self.goal.trim().split_once(' ')?;
        let limit: f64 = number.trim().replace(',', "").parse().ok()?;
        match sign {
            "<=" => Some(self.value <= limit),
            ">=" => Some(self.value >= limit),
            "<" => Some(self.value < limit),
            ">" => Some(self.value > limit),
            "=" | "==" => Some(self.value == limit),
            _ => None,
        }
    }
}

/// The figures of one command.
#[derive(Debug, Clone, Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// An empty report.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a figure.
    pub fn row(&mut self, name: &str, value: f64, unit: &str, goal: &str) {
        self.rows.push(Row {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            goal: goal.to_owned(),
        });
    }

    /// The figures so far.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Whether every goal is met.
    #[must_use]
    pub fn all_met(&self) -> bool {
        self.rows.iter().all(|row| row.met() != Some(false))
    }

    /// The table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let width = |f: &dyn Fn(&Row) -> usize| self.rows.iter().map(f).max().unwrap_or(0);
        let name = width(&|r| r.name.chars().count());
        let value = width(&|r| number(r.value).chars().count());
        let unit = width(&|r| r.unit.chars().count());
        let mut table = String::new();
        for r in &self.rows {
            let verdict = match r.met() {
                Some(true) => "met",
                Some(false) => "MISSED",
                None => "",
            };
            let line = format!(
                "{:<name$}  {:>value$} {:<unit$}  {} {}",
                r.name,
                number(r.value),
                r.unit,
                r.goal,
                verdict
            );
            let _ = writeln!(table, "{}", line.trim_end());
        }
        table
    }

    /// Writes `target/reports/NAME.json` (under `CARGO_TARGET_DIR` if set) and returns where.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, name: &str) -> io::Result<PathBuf> {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"),
            PathBuf::from,
        );
        let folder = target.join("reports");
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.json"));
        let json = serde_json::to_string_pretty(&self.rows).map_err(io::Error::other)?;
        fs::write(&path, json + "\n")?;
        Ok(path)
    }
}

/// Three significant digits or so, as people read them.
fn number(value: f64) -> String {
    if !value.is_finite() {
        "-".to_owned()
    } else if value == value.trunc() && value.abs() < 1e15 {
        format!("{value:.0}")
    } else if value.abs() >= 100.0 {
        format!("{value:.1}")
    } else if value.abs() >= 1.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.3}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn goals_are_judged() {
        let mut report = Report::new();
        report.row("memory", 119.5, "MB", "<= 120");
        report.row("coverage", 0.94, "", ">= 0.95");
        report.row("logs", 8.0, "", "");
        report.row("pins", 10_500.0, "1/s", ">= 10,000");
        let met: Vec<_> = report.rows().iter().map(Row::met).collect();
        assert_eq!(met, [Some(true), Some(false), None, Some(true)]);
        assert!(!report.all_met());
        assert!(report.table().contains("MISSED"));
    }

    #[test]
    fn what_is_not_finite_is_null_in_json() {
        let mut report = Report::new();
        report.row("none", f64::NAN, "", ">= 1");
        assert!(
            serde_json::to_string(report.rows())
                .unwrap()
                .contains("null")
        );
        assert_eq!(report.rows()[0].met(), Some(false));
    }
}
