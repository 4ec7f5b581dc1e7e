//! What the demo showed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::compare::Compared;
use super::phone::{DemoPhone, Fault, PinMade};
use crate::honesty::stats::plain_quantile;
use crate::report::Report;
use crate::zero_copy::Shown;

/// What went over the network after the pins were saved.
#[derive(Debug, Clone, Copy)]
pub struct Traffic {
    /// Bytes both ways, headers, pulls and repeats included.
    pub bytes: u64,
    /// Connections that were cut.
    pub cuts: u64,
    /// Items sent again that the registry had already.
    pub answered_again: u64,
}

/// The summary, printed last as one JSON object.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Phones.
    pub phones: usize,
    /// Of these, with a fault.
    pub phones_with_a_fault: usize,
    /// Pins saved on phones.
    pub pins_saved: u64,
    /// Captures that gave no pin, by code.
    pub pins_refused: BTreeMap<String, u64>,
    /// Findings of the phones on the pins saved, by code.
    pub findings: BTreeMap<String, u64>,
    /// Pins in the registry's table.
    pub pins_in_registry: u64,
    /// Trial responses of the survey saved on phones.
    pub responses_saved: u64,
    /// Trial responses in the registry's table.
    pub responses_in_registry: u64,
    /// Real responses saved on phones.
    pub real_responses_saved: u64,
    /// Real responses in the registry's table.
    pub real_responses_in_registry: u64,
    /// Rows there that are there twice, or that nobody saved.
    pub duplicates_in_registry: u64,
    /// Saved items that the registry does not have.
    pub lost: u64,
    /// Items refused for good and shown to a person.
    pub wedged: u64,
    /// Zero Copy: declarations, and the answers that contradict some of them.
    pub zero_copy: Shown,
    /// Connections cut on the way.
    pub connections_cut: u64,
    /// Items that came again and were answered with their first receipt.
    pub answered_again: u64,
    /// Median error of a pin, metres.
    pub error_p50_m: f64,
    /// 95th percentile of the error, metres.
    pub error_p95_m: f64,
    /// Share of pins whose error is within their own 95 % radius.
    pub within_radius95: f64,
    /// Median 95 % radius, metres.
    pub radius95_p50_m: f64,
    /// Bytes over the network a pin, everything of this small demo counted.
    pub bytes_per_pin: f64,
    /// Seconds in all.
    pub seconds: f64,
}

impl Summary {
    /// Adds everything up.
    #[must_use]
    pub fn of(
        phones: &[DemoPhone],
        made: &[PinMade],
        compared: &Compared,
        traffic: Traffic,
        zero_copy: Shown,
        seconds: f64,
    ) -> Self {
        let each = |value: fn(&PinMade) -> f64| made.iter().map(value).collect::<Vec<f64>>();
        let errors = each(|p| p.error_m);
        let within = made.iter().filter(|p| p.error_m <= p.radius95_m).count();
        let sum = |maps: Vec<BTreeMap<String, u64>>| {
            let mut all = BTreeMap::new();
            for (code, n) in maps.into_iter().flatten() {
                *all.entry(code).or_default() += n;
            }
            all
        };
        let pins = made.len().max(1) as f64;
        Self {
            phones: phones.len(),
            phones_with_a_fault: phones.iter().filter(|p| p.fault != Fault::None).count(),
            pins_saved: compared.pins_on_phones,
            pins_refused: sum(phones.iter().map(DemoPhone::refused).collect()),
            findings: sum(phones.iter().map(DemoPhone::findings).collect()),
            pins_in_registry: compared.pins_in_registry,
            responses_saved: compared.responses_on_phones,
            responses_in_registry: compared.responses_in_registry,
            real_responses_saved: compared.real_on_phones,
            real_responses_in_registry: compared.real_in_registry,
            duplicates_in_registry: compared.duplicates_in_registry,
            lost: compared.lost,
            wedged: compared.wedged,
            zero_copy,
            connections_cut: traffic.cuts,
            answered_again: traffic.answered_again,
            error_p50_m: plain_quantile(&errors, 0.5),
            error_p95_m: plain_quantile(&errors, 0.95),
            within_radius95: within as f64 / pins,
            radius95_p50_m: plain_quantile(&each(|p| p.radius95_m), 0.5),
            bytes_per_pin: traffic.bytes as f64 / pins,
            seconds,
        }
    }

    /// The same as the rows of a report.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut report = Report::new();
        report.row("phones", self.phones as f64, "", "");
        report.row(
            "phones with a fault",
            self.phones_with_a_fault as f64,
            "",
            "",
        );
        report.row("pins_saved", self.pins_saved as f64, "", "");
        for (code, n) in &self.pins_refused {
            report.row(&format!("pins_refused: {code}"), *n as f64, "", "");
        }
        for (code, n) in &self.findings {
            report.row(&format!("findings: {code}"), *n as f64, "", "");
        }
        report.row("pins_in_registry", self.pins_in_registry as f64, "", "");
        for (name, count) in [
            ("responses_saved", self.responses_saved),
            ("responses_in_registry", self.responses_in_registry),
            ("real_responses_saved", self.real_responses_saved),
            (
                "real_responses_in_registry",
                self.real_responses_in_registry,
            ),
        ] {
            report.row(name, count as f64, "", "");
        }
        report.row(
            "duplicates_in_registry",
            self.duplicates_in_registry as f64,
            "",
            "= 0",
        );
        report.row("lost", self.lost as f64, "", "= 0");
        report.row("wedged", self.wedged as f64, "", "= 0");
        let zero_copy = &self.zero_copy;
        let all = format!("= {}", zero_copy.untrue_counters);
        for (name, count, goal) in [
            ("declarations saved", zero_copy.declarations_saved, ""),
            ("answers on copies", zero_copy.copy_answers, ""),
            (
                "untrue counters listed",
                zero_copy.untrue_listed,
                all.as_str(),
            ),
            ("counters wrongly listed", zero_copy.wrongly_listed, "= 0"),
            ("counters unknown", zero_copy.unknown_counters, ""),
        ] {
            report.row(name, count as f64, "", goal);
        }
        report.row("connections cut", self.connections_cut as f64, "", "");
        report.row("answered again", self.answered_again as f64, "", "");
        report.row("error_p50_m", self.error_p50_m, "m", "");
        report.row("error_p95_m", self.error_p95_m, "m", "");
        report.row("within_radius95", self.within_radius95, "", ">= 0.95");
        report.row("radius95_p50_m", self.radius95_p50_m, "m", "");
        report.row("bytes_per_pin", self.bytes_per_pin, "B", "");
        report.row("seconds", self.seconds, "s", "");
        report
    }
}
