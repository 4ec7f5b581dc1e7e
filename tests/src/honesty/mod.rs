//! Is the radius honest? Captures over recordings, against where the receiver stood.
//!
//! A 30 s capture every 5 s through each recording, by the real state machine with all
//! its gates; every window counts, and one without a pin counts as a miss. All logs weigh the
//! same, however long they are.

pub mod rules;
pub mod stats;

use std::collections::BTreeMap;

use pakmut_core::capture::{Capture, CaptureState, Captured};
use pakmut_core::model::{BootMark, Fix, Monotonic, Position, Stamp};
use pakmut_core::policy::CapturePolicy;
use pakmut_core::recording::{RecordedFix, Recording, Reference, replay};

use rules::Claim;
use stats::{mean, plain_quantile};

/// Length of a capture, seconds.
pub const CAPTURE_S: f64 = 30.0;
/// From one capture's start to the next one's, seconds.
pub const STEP_S: f64 = 5.0;
/// Seconds without a fix after which a recording begins anew: the logger was off, for no
/// policy lets a capture last longer (`longest_s` ends at 600).
const OFF_S: f64 = 600.0;
/// Most captures a session is cut into; a recording of days is not needed whole.
const MOST_WINDOWS: usize = 20_000;

/// What one rule made of one window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shot {
    /// Distance from where the receiver stood, metres.
    pub error_m: f64,
    /// Claimed 68 % radius, metres.
    pub radius68_m: f64,
    /// Claimed 95 % radius, metres.
    pub radius95_m: f64,
}

/// What one rule made of one recording.
#[derive(Debug, Clone, Default)]
pub struct Shots {
    /// One a window that gave a pin.
    pub shots: Vec<Shot>,
    /// Windows, with and without a pin.
    pub windows: usize,
}

impl Shots {
    fn add(&mut self, truth: Position, claim: Option<Claim>) {
        self.windows += 1;
        if let Some(claim) = claim {
            self.shots.push(Shot {
                error_m: claim.position.distance_m(&truth),
                radius68_m: claim.radius68_m,
                radius95_m: claim.radius95_m,
            });
        }
    }

    /// A quantile of the error, metres.
    #[must_use]
    pub fn error(&self, q: f64) -> f64 {
        plain_quantile(&self.each(|s| s.error_m), q)
    }

    /// The median claimed radius, metres: of 68 % and of 95 %.
    #[must_use]
    pub fn median_radii(&self) -> (f64, f64) {
        (
            plain_quantile(&self.each(|s| s.radius68_m), 0.5),
            plain_quantile(&self.each(|s| s.radius95_m), 0.5),
        )
    }

    /// Share of all windows whose pin lies within its claimed radius: of 68 % and of 95 %.
    #[must_use]
    pub fn shares(&self) -> (f64, f64) {
        let share = |within: &dyn Fn(&Shot) -> bool| {
            self.shots.iter().filter(|s| within(s)).count() as f64 / self.windows as f64
        };
        (
            share(&|s| s.error_m <= s.radius68_m),
            share(&|s| s.error_m <= s.radius95_m),
        )
    }

    /// Share of the pins given that lie within their claimed 95 % radius; NaN without a pin.
    #[must_use]
    pub fn share_of_pins(&self) -> f64 {
        let within = self.shots.iter().filter(|s| s.error_m <= s.radius95_m);
        within.count() as f64 / self.shots.len() as f64
    }

    fn each(&self, value: impl Fn(&Shot) -> f64) -> Vec<f64> {
        self.shots.iter().map(value).collect()
    }
}

/// A difference of two rules' errors below this is none, metres: recordings write degrees to
/// six decimals, steps of 0.11 m, which alone have a standard deviation of 0.11/√12 m.
pub const NO_DIFFERENCE_M: f64 = 0.03;

/// The first seconds of a recording by each rule: the error in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    /// Our capture.
    pub capture: f64,
    /// The Huber mean.
    pub huber: f64,
    /// The best stated accuracy.
    pub best: f64,
    /// The first fix.
    pub first: f64,
    /// The plain mean.
    pub mean: f64,
}

/// One recording, measured.
#[derive(Debug, Clone)]
pub struct Log {
    /// Its name.
    pub name: String,
    /// What it is measured against.
    pub reference: Reference,
    /// Median stated accuracy (68 %), metres; `None` where none is stated.
    pub stated_m: Option<f64>,
    /// Accuracies were 95 % ones, converted.
    pub stated_was_95: bool,
    /// Seconds of the standing start that were judged, where the rest moves.
    pub standing_s: Option<f64>,
    /// Our capture.
    pub capture: Shots,
    /// The best single fix.
    pub best: Shots,
    /// The plain mean with its textbook radius.
    pub mean: Shots,
    /// Windows without a pin.
    pub refused: usize,
    /// Those of them in which no fix came at all.
    pub silent: usize,
    /// Fixes refused in all windows, by code.
    pub refusals: BTreeMap<&'static str, u64>,
    /// Windows by the state the capture ended in.
    pub states: BTreeMap<&'static str, usize>,
    /// The first 10 s and the first 30 s.
    pub starts: [Option<Start>; 2],
}

impl Log {
    /// Whether it states 3–4 m itself, as a good phone does.
    #[must_use]
    pub fn states_3_to_4_m(&self) -> bool {
        !self.stated_was_95 && self.stated_m.is_some_and(|a| (2.95..=4.05).contains(&a))
    }
}

fn stamp(at: Monotonic) -> Stamp {
    Stamp {
        monotonic: at,
        boot: BootMark(String::new()),
        wall: None,
        registry_offset_ms: None,
    }
}

/// A capture over some fixes, ended at `end`.
fn capture(
    fixes: &[RecordedFix],
    end: Monotonic,
) -> (Option<Captured>, BTreeMap<&'static str, u32>) {
    let mut capture = Capture::new(CapturePolicy::default());
    replay(fixes, &mut capture).for_each(drop);
    let captured = capture.finish(stamp(end)).ok();
    (captured, capture.refusals_by_code())
}

fn claim(captured: &Captured) -> Option<Claim> {
    Some(Claim {
        position: captured.position,
        radius68_m: captured.radius68_m?,
        radius95_m: captured.radius95_m?,
    })
}

/// The recording up to where it drives off, if it does: standing logs are
/// left as they are, however they wander.
fn standing_part(recording: &mut Recording) -> Option<f64> {
    let here = recording.reference()?.position();
    let far = recording
        .fixes
        .iter()
        .filter_map(|f| Position::new(f.fix.lat, f.fix.lon).ok())
        .filter(|p| p.distance_m(&here) > 200.0)
        .count();
    if far * 20 < recording.fixes.len() {
        return None;
    }
    let mut capture = Capture::new(CapturePolicy::default());
    let moves = replay(&recording.fixes, &mut capture)
        .position(|reading| reading.state == CaptureState::Moving)?;
    let begins = recording.fixes[moves].arrived;
    let first = recording.fixes[0].arrived;
    // What gave the movement away lies in the seconds before it was seen.
    recording
        .fixes
        .retain(|f| begins.since(f.arrived) > pakmut_core::policy::MOTION_LOOK_BACK_S);
    Some((begins.since(first) - pakmut_core::policy::MOTION_LOOK_BACK_S).max(0.0))
}

/// Why a recording cannot be measured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmeasured {
    /// Nothing in it is a position.
    #[error("no usable fix of {read} read")]
    NoPosition {
        /// Fixes that were read.
        read: usize,
        /// Why a capture refuses them, by code.
        refusals: BTreeMap<&'static str, u32>,
    },
    /// It moves from its beginning.
    #[error("it moves from its beginning, and no part of it stands")]
    NeverStands,
}

/// Measures a recording.
///
/// # Errors
/// [`Unmeasured`] where it has no position, or never stands.
pub fn measure(name: &str, mut recording: Recording) -> Result<Log, Unmeasured> {
    if recording
        .fixes
        .iter()
        .all(|f| Position::new(f.fix.lat, f.fix.lon).is_err())
    {
        let last = recording.fixes.last().map_or(Monotonic(0), |f| f.arrived);
        return Err(Unmeasured::NoPosition {
            read: recording.fixes.len(),
            refusals: capture(&recording.fixes, last).1,
        });
    }
    let standing_s = standing_part(&mut recording);
    let reference = recording.reference().ok_or(Unmeasured::NeverStands)?;
    let truth = reference.position();
    let stated: Vec<f64> = recording
        .fixes
        .iter()
        .filter_map(|f| f.fix.accuracy_m)
        .filter(|a| a.is_finite() && *a > 0.0)
        .collect();
    let mut log = Log {
        name: name.to_owned(),
        reference,
        stated_m: (!stated.is_empty()).then(|| plain_quantile(&stated, 0.5)),
        stated_was_95: recording.header.accuracy_is_95,
        standing_s,
        capture: Shots::default(),
        best: Shots::default(),
        mean: Shots::default(),
        refused: 0,
        silent: 0,
        refusals: BTreeMap::new(),
        states: BTreeMap::new(),
        starts: [
            start(&recording.fixes, truth, 10.0),
            start(&recording.fixes, truth, CAPTURE_S),
        ],
    };
    for session in sessions(&recording.fixes) {
        for (fixes, end) in windows(session) {
            let (captured, refusals) = capture(fixes, end);
            for (code, count) in refusals {
                *log.refusals.entry(code).or_default() += u64::from(count);
            }
            let state = captured.as_ref().map_or("refused", |c| c.state.code());
            *log.states.entry(state).or_default() += 1;
            log.refused += usize::from(captured.is_none());
            log.silent += usize::from(fixes.is_empty());
            let plain: Vec<Fix> = fixes.iter().map(|f| f.fix).collect();
            log.capture.add(truth, captured.as_ref().and_then(claim));
            log.best.add(truth, rules::best_fix(&plain));
            log.mean.add(truth, rules::plain_mean(&plain));
        }
    }
    Ok(log)
}

fn start(fixes: &[RecordedFix], truth: Position, seconds: f64) -> Option<Start> {
    let begin = fixes.first()?.arrived;
    let end = Monotonic(begin.0.saturating_add((seconds * 1000.0) as i64));
    let part: Vec<RecordedFix> = fixes
        .iter()
        .copied()
        .filter(|f| f.session == fixes[0].session && f.arrived < end)
        .collect();
    let plain: Vec<Fix> = part.iter().map(|f| f.fix).collect();
    let error = |p: Position| p.distance_m(&truth);
    Some(Start {
        capture: capture(&part, end).0.map(|c| error(c.position))?,
        huber: rules::huber_mean(&plain).map(error)?,
        best: rules::best_fix(&plain).map(|c| error(c.position))?,
        first: rules::first_fix(&plain).map(|c| error(c.position))?,
        mean: rules::plain_mean(&plain).map(|c| error(c.position))?,
    })
}

fn sessions(fixes: &[RecordedFix]) -> impl Iterator<Item = &[RecordedFix]> {
    fixes.chunk_by(|a, b| a.session == b.session && b.arrived.since(a.arrived) <= OFF_S)
}

/// The windows of a session and their ends; arrival never runs backwards, so
/// each is a slice. A session shorter than a capture is one window.
fn windows(session: &[RecordedFix]) -> Vec<(&[RecordedFix], Monotonic)> {
    let (Some(first), Some(last)) = (session.first(), session.last()) else {
        return Vec::new();
    };
    let ms = |seconds: f64| (seconds * 1000.0) as i64;
    let mut all = Vec::new();
    let mut begin = first.arrived;
    while all.len() < MOST_WINDOWS {
        let end = Monotonic(begin.0.saturating_add(ms(CAPTURE_S)));
        let from = session.partition_point(|f| f.arrived < begin);
        let to = session.partition_point(|f| f.arrived < end);
        all.push((&session[from..to], end));
        begin = Monotonic(begin.0.saturating_add(ms(STEP_S)));
        // The last fix stands for its second.
        if begin.0.saturating_add(ms(CAPTURE_S)) > last.arrived.0.saturating_add(1000) {
            break;
        }
    }
    all
}

/// All logs together, each weighing the same.
#[derive(Debug, Clone)]
pub struct Together {
    /// Error at 50 and 95 %, metres.
    pub error: (f64, f64),
    /// Median radii, metres: of 68 % and of 95 %.
    pub radii: (f64, f64),
    /// Mean share within the radii: of 68 % and of 95 %.
    pub shares: (f64, f64),
    /// Bootstrap interval over logs of the share within the 95 % radius.
    pub interval: (f64, f64),
}

/// Puts one rule's results over all logs together.
#[must_use]
pub fn together(logs: &[Log], rule: impl Fn(&Log) -> &Shots) -> Together {
    let weighted = |value: &dyn Fn(&Shot) -> f64| -> Vec<(f64, f64)> {
        logs.iter()
            .flat_map(|log| {
                let shots = rule(log);
                let weight = 1.0 / shots.shots.len().max(1) as f64;
                shots.shots.iter().map(move |s| (value(s), weight))
            })
            .collect()
    };
    let shares: Vec<(f64, f64)> = logs.iter().map(|log| rule(log).shares()).collect();
    let within95: Vec<f64> = shares.iter().map(|s| s.1).collect();
    let errors = weighted(&|s| s.error_m);
    Together {
        error: (
            stats::quantile(&errors, 0.5),
            stats::quantile(&errors, 0.95),
        ),
        radii: (
            stats::quantile(&weighted(&|s| s.radius68_m), 0.5),
            stats::quantile(&weighted(&|s| s.radius95_m), 0.5),
        ),
        shares: (
            mean(&shares.iter().map(|s| s.0).collect::<Vec<_>>()),
            mean(&within95),
        ),
        interval: stats::bootstrap_mean(&within95),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn recording(text: &str) -> Recording {
        Recording::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn every_window_counts_also_one_without_a_fix() {
        let mut text = String::from("# truth: 13,100\nt_s,lat,lon,accuracy_m\n");
        for t in (0..40).chain(100..140) {
            text += &format!("{t},13.00001,100,4\n");
        }
        let log = measure("gap", recording(&text)).unwrap();
        assert_eq!(log.capture.windows, 23);
        assert!(log.refused > 0);
        assert_eq!(log.capture.windows - log.refused, log.capture.shots.len());
        let share = log.capture.shares().1;
        assert!(share < 1.0, "a window without a pin is a miss: {share}");
    }

    #[test]
    fn a_logger_that_was_off_is_not_waited_for() {
        let mut text = String::from("t_s,lat,lon,accuracy_m\n");
        for t in (0..40).chain(90_000..90_040) {
            text += &format!("{t},13,100,4\n");
        }
        let log = measure("two days", recording(&text)).unwrap();
        assert_eq!((log.capture.windows, log.refused), (6, 0));
    }

    #[test]
    fn a_drive_is_judged_where_it_stands_also_against_a_given_truth() {
        let mut text = String::from("# truth: 13,100\nt_s,lat,lon,accuracy_m\n");
        for t in 0..300 {
            let driven = f64::from((t - 60).max(0)) * 1e-4;
            text += &format!("{t},{},100,4\n", 13.0 + driven);
        }
        let log = measure("drive", recording(&text)).unwrap();
        assert!(log.standing_s.is_some_and(|s| (40.0..61.0).contains(&s)));
        assert!(log.capture.error(0.95) < 1.0 && log.capture.shares().1 == 1.0);
    }

    #[test]
    fn a_short_log_is_one_window() {
        let log = measure(
            "short",
            recording("t_s,lat,lon,accuracy_m\n0,13,100,4\n1,13,100,4\n"),
        )
        .unwrap();
        assert_eq!(log.capture.windows, 1);
    }

    #[test]
    fn what_cannot_be_measured_says_why() {
        assert_eq!(
            measure("empty", recording("")).unwrap_err(),
            Unmeasured::NoPosition {
                read: 0,
                refusals: BTreeMap::new()
            }
        );
        let minutes = "220134,3725.41,12205.64\n220135,3725.41,12205.64\n";
        assert_eq!(
            measure("minutes", recording(minutes)).unwrap_err(),
            Unmeasured::NoPosition {
                read: 2,
                refusals: BTreeMap::from([("out_of_range", 2)])
            }
        );
    }
}
