//! What was found about a position before it is saved, and the reason asked
//! where a warning is overridden.

use pakmut_domain::finding::Severity;
use pakmut_domain::position::{Datum, PlusCode, Position, Utm, Zone};
use pakmut_domain::wire::payload::Pin;
use pakmut_domain::words::{self, Topic};

use super::Style;
use super::pinning::is_about_measuring;
use crate::capture::CaptureState;

/// A choice with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is stored.
    pub code: String,
    /// What is shown.
    pub text: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// Its stable code.
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// The same in words.
    pub severity_text: String,
    /// What was found and what to do.
    pub text: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingsScreen {
    /// The counter's name.
    pub counter_name: String,
    /// Where the capture stood when it ended.
    pub state: CaptureState,
    /// The accuracy, or that it was placed by hand.
    pub headline: String,
    /// The position as people read it: degrees, UTM, Plus Code.
    pub position: Vec<String>,
    /// What was found, the gravest first.
    pub findings: Vec<FindingRow>,
    /// Whether it can be saved as it is.
    pub can_save: bool,
    /// Whether a photo goes with it.
    pub takes_photo: bool,
    /// Why a reason is asked, where it is.
    pub reason_asked: Option<String>,
    /// The ready reasons; own words are taken too.
    pub reasons: Vec<Choice>,
    /// The large button's words: save, or measure again.
    pub button: String,
}

/// The ready reasons for a weak measurement.
const MEASURING: &[&str] = &[
    "indoors",
    "tall_buildings",
    "trees",
    "weather",
    "urgent",
    "other",
];

/// The ready reasons for the other warnings.
const PLACING: &[&str] = &["checked_on_spot", "counter_moved", "other"];

/// The screen of a pin that is not saved yet.
pub(super) fn screen(
    counter_name: &str,
    pin: &Pin,
    state: CaptureState,
    style: Style,
) -> FindingsScreen {
    let worst = pin.findings.iter().map(|f| f.severity).max();
    let can_save = worst != Some(Severity::Block);
    let reason_wanted = worst == Some(Severity::Warn);
    let (mut measuring, mut placing) = (false, false);
    for found in pin.findings.iter().filter(|f| f.severity == Severity::Warn) {
        if is_about_measuring(&found.code) {
            measuring = true;
        } else {
            placing = true;
        }
    }
    let mut codes: Vec<&str> = Vec::new();
    for (wanted, ready) in [(measuring, MEASURING), (placing, PLACING)] {
        if wanted {
            codes.retain(|code| *code != "other");
            codes.extend(ready);
        }
    }
    let headline = match pin.radius95_m {
        Some(radius) => style.say("radius-within", &[("radius95_m", radius.into())]),
        None => style.coded(Topic::Capture, state.code(), &[]),
    };
    FindingsScreen {
        counter_name: counter_name.to_owned(),
        state,
        headline,
        position: position_lines(pin.lat, pin.lon),
        findings: pin
            .findings
            .iter()
            .map(|found| FindingRow {
                code: found.code.to_string(),
                severity: found.severity,
                severity_text: style.say(severity_id(found.severity), &[]),
                text: style.write(words::finding(style.lang, found)),
            })
            .collect(),
        can_save,
        takes_photo: true,
        reason_asked: reason_wanted.then(|| style.say("screen-reason-asked", &[])),
        reasons: codes
            .into_iter()
            .map(|code| Choice {
                code: code.to_owned(),
                text: style.coded(Topic::Weak, code, &[]),
            })
            .collect(),
        button: style.say(
            if can_save {
                "screen-save-pin"
            } else {
                "screen-measure-again"
            },
            &[],
        ),
    }
}

fn severity_id(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "severity-info",
        Severity::Warn => "severity-warn",
        Severity::Block => "severity-block",
    }
}

/// A position as people read it: degrees, UTM with its zone and datum, Plus Code.
/// Never in Thai digits: these are copied into other programs.
pub(super) fn position_lines(lat: f64, lon: f64) -> Vec<String> {
    let mut lines = vec![format!("{lat:.6}, {lon:.6}")];
    let Ok(position) = Position::new(lat, lon) else {
        return lines;
    };
    let utm =
        Zone::of(&position).and_then(|zone| Utm::from_position(&position, zone, Datum::Wgs84).ok());
    lines.extend(utm.map(|utm| utm.to_string()));
    lines.push(PlusCode::of(&position, 10).as_str().to_owned());
    lines
}
