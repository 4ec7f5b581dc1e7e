//! The counters to be measured once more. Neither this screen nor those of the
//! measuring show a pin: staff's phones have none of them, and an officer's, which
//! holds the province's for the review, is not asked for it.

use pakmut_domain::check_pin::Verdict;
use pakmut_domain::finding::Severity;
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::payload::{CheckMeasurement, Pin};
use pakmut_domain::words::Topic;
use uuid::Uuid;

use super::findings::{self, FindingRow, FindingsScreen};
use super::{Screens, Style};
use crate::capture::CaptureState;
use crate::checks::{CheckStanding, KnownCheck};
use crate::engine::PhoneError;

/// One counter to be measured once more, or measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow {
    /// The check.
    pub check: Uuid,
    /// The counter's name.
    pub name: String,
    /// Whose counter it is; empty where that is told no longer.
    pub lao: String,
    /// Where it is, in words; empty where not known.
    pub address: String,
    /// Where it stands, with its mark.
    pub standing: String,
    /// What its result means in figures, or why it cannot be measured or sent.
    pub detail: Option<String>,
    /// Whether it can be measured here and now.
    pub can_measure: bool,
}

/// The counters to be measured once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecksScreen {
    /// How many are to be measured.
    pub line: String,
    /// How it is done.
    pub how: String,
    /// The counters, what needs doing first.
    pub rows: Vec<CheckRow>,
    /// What will be here, where nothing is.
    pub empty: Option<String>,
}

impl Screens<'_> {
    /// The counters to be measured once more.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn checks(&self) -> Result<ChecksScreen, PhoneError> {
        let all = self.phone.checks()?;
        let rows: Vec<CheckRow> = all.into_iter().map(|one| self.check_row(one)).collect();
        let count = rows.iter().filter(|row| row.can_measure).count();
        Ok(ChecksScreen {
            line: self
                .style
                .say("screen-checks-line", &[("count", count.into())]),
            how: self.style.say("screen-checks-how", &[]),
            empty: rows
                .is_empty()
                .then(|| self.style.say("screen-checks-empty", &[])),
            rows,
        })
    }

    fn check_row(&self, one: KnownCheck) -> CheckRow {
        let style = self.style;
        let mut detail = None;
        let (mark, id) = match &one.standing {
            CheckStanding::ToMeasure => ("○", "screen-check-to-measure"),
            CheckStanding::NotBlind => {
                detail = Some(style.error("check_not_blind"));
                ("—", "screen-check-not-yours")
            }
            CheckStanding::Saved => ("▣", "item-saved"),
            CheckStanding::Sent => ("↑", "item-sent"),
            CheckStanding::Wedged(reason) => {
                detail = Some(style.error(reason));
                ("⚠", "item-wedged")
            }
            CheckStanding::Taken => {
                detail = Some(style.say("screen-check-second", &[]));
                ("↑", "item-sent")
            }
            CheckStanding::Said(said) => {
                let figures = [
                    ("distance_m", said.distance_m.into()),
                    ("agree_m", said.agree_m.into()),
                ];
                detail = Some(style.say("check-distance", &figures));
                match said.verdict {
                    Verdict::Confirmed => ("✓", "check-verdict-confirmed"),
                    Verdict::Doubtful => ("▲", "check-verdict-doubtful"),
                    Verdict::Wrong => ("■", "check-verdict-wrong"),
                }
            }
        };
        let name = match one.name.is_empty() {
            false => one.name,
            // Saved before names were, and no longer told.
            true => style.coded(Topic::Kind, Kind::CHECK_PIN, &[]),
        };
        CheckRow {
            check: one.id,
            name,
            lao: one.lao_name,
            address: one.address,
            standing: format!("{mark} {}", style.say(id, &[])),
            detail,
            can_measure: one.standing == CheckStanding::ToMeasure,
        }
    }
}

/// What was found about a measurement that checks a pin. Nothing is overridden
/// with a reason: it is good enough, or it is measured again.
pub(super) fn found(
    counter_name: &str,
    pin: &Pin,
    measured: &CheckMeasurement,
    state: CaptureState,
    style: Style,
) -> FindingsScreen {
    let mut screen = findings::screen(counter_name, pin, state, style);
    screen.takes_photo = false;
    screen.reason_asked = None;
    screen.reasons.clear();
    // What these say of a pin does not hold here: this is good enough, or it is not.
    let said_else = |row: &FindingRow| matches!(row.code.as_str(), "too_weak" | "mock");
    screen.findings.retain(|row| !said_else(row));
    if let Err(unfit) = measured.check() {
        screen.findings.insert(
            0,
            FindingRow {
                code: unfit.code().to_owned(),
                severity: Severity::Block,
                severity_text: style.say("severity-block", &[]),
                text: style.error(unfit.code()),
            },
        );
        screen.can_save = false;
    }
    let button = match screen.can_save {
        true => "screen-save-check",
        false => "screen-measure-again",
    };
    screen.button = style.say(button, &[]);
    screen
}
