//! The capture as it runs: the radius, where it stands, one line of advice.

use pakmut_domain::check_pin::WEAKEST_CHECK_M;
use pakmut_domain::words::Topic;

use super::Style;
use crate::capture::{CaptureState, Hint, Reading};
use crate::policy::CapturePolicy;

/// A radius is spoken again once it changed by more than this share.
const SPEAK_SHARE: f64 = 1.0 / 3.0;

/// The capture as it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct CaptureScreen {
    /// The counter's name.
    pub counter_name: String,
    /// Where it stands.
    pub state: CaptureState,
    /// The same in words.
    pub state_text: String,
    /// The one thing to do.
    pub advice: String,
    /// The radius within which the truth lies in 95 % of captures, metres.
    pub radius95_m: Option<f64>,
    /// The same with its unit, for within the circle.
    pub radius_number: Option<String>,
    /// The same in words, with its unit and what it means.
    pub radius_text: Option<String>,
    /// The radius to reach, metres.
    pub target_m: f64,
    /// The same in words.
    pub target_text: String,
    /// How long it has been measuring.
    pub elapsed_text: String,
    /// Why the last reading was not used.
    pub refused: Option<String>,
    /// What a screen reader says now: the radius, when it changed by more than a
    /// third, and each new state.
    pub spoken: Option<String>,
    /// Whether the person may end it and look at what was found.
    pub can_save: bool,
    /// The button's words.
    pub save_text: String,
    /// Whether the position may be placed by hand instead.
    pub can_place: bool,
}

/// What is measured for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A pin, which can be saved however weak it is.
    Pin,
    /// The check of one: no reason is asked, and what is weaker than
    /// [`WEAKEST_CHECK_M`] checks nothing.
    Check,
}

impl Purpose {
    /// Whether a position of this radius serves it.
    fn is_served(self, reading: &Reading) -> bool {
        let fits = |radius| radius <= WEAKEST_CHECK_M;
        self == Self::Pin || reading.radius95_m.is_some_and(fits)
    }

    /// The code of where it stands.
    fn state(self, reading: &Reading) -> &'static str {
        let is_served = self.is_served(reading);
        match reading.state {
            CaptureState::Ready | CaptureState::Weak | CaptureState::TooWeak if !is_served => {
                "check_too_weak"
            }
            CaptureState::Weak | CaptureState::TooWeak if self == Self::Check => "check_weak",
            state => state.code(),
        }
    }

    /// The code of the one thing to do.
    fn hint(self, reading: &Reading) -> &'static str {
        let is_too_weak = reading.position.is_some() && !self.is_served(reading);
        match reading.hint {
            Hint::Wait | Hint::StepToEntrance | Hint::Save if is_too_weak => "check_too_weak",
            Hint::Save if self == Self::Check => "check_save",
            hint => hint.code(),
        }
    }
}

/// What was spoken last.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Spoken {
    radius95_m: Option<f64>,
    state: Option<&'static str>,
}

impl Spoken {
    /// What a screen reader says of this reading.
    fn next(&mut self, reading: &Reading, state: &'static str, style: Style) -> Option<String> {
        let mut words = Vec::new();
        if self.state != Some(state) {
            self.state = Some(state);
            words.push(style.coded(Topic::Capture, state, &[]));
        }
        if let Some(radius) = reading.radius95_m {
            let changed = self
                .radius95_m
                .is_none_or(|last| (radius - last).abs() > last * SPEAK_SHARE);
            if changed {
                self.radius95_m = Some(radius);
                words.push(style.say("radius-spoken", &[("radius95_m", radius.into())]));
            }
        }
        (!words.is_empty()).then(|| words.join(". "))
    }
}

/// The screen of one reading.
pub(super) fn screen(
    counter_name: &str,
    reading: &Reading,
    purpose: Purpose,
    policy: &CapturePolicy,
    spoken: &mut Spoken,
    style: Style,
) -> CaptureScreen {
    let has_position = reading.position.is_some() && reading.state != CaptureState::Moving;
    let state = purpose.state(reading);
    let target = policy.target_radius95_m;
    let (target_m, target_id, save) = match (purpose, reading.state) {
        (Purpose::Check, _) => (
            target.min(WEAKEST_CHECK_M),
            "radius-target-check",
            "screen-take-check",
        ),
        (Purpose::Pin, CaptureState::Ready) => (target, "radius-target", "screen-take-pin"),
        (Purpose::Pin, _) => (target, "radius-target", "screen-take-pin-anyway"),
    };
    let most = || ("most_m", WEAKEST_CHECK_M.into());
    let length = |id: &str, name: &str, metres: f64| style.say(id, &[(name, metres.into())]);
    CaptureScreen {
        counter_name: counter_name.to_owned(),
        state: reading.state,
        state_text: style.coded(Topic::Capture, state, &[]),
        advice: style.coded(Topic::Hint, purpose.hint(reading), &[most()]),
        radius95_m: reading.radius95_m,
        radius_number: reading
            .radius95_m
            .map(|radius| length("radius-number", "radius95_m", radius)),
        radius_text: reading
            .radius95_m
            .map(|radius| length("radius-within", "radius95_m", radius)),
        target_m,
        target_text: style.say(target_id, &[("limit_m", target_m.into()), most()]),
        elapsed_text: length("capture-elapsed", "elapsed_s", reading.elapsed_s),
        refused: reading
            .refused
            .map(|why| style.coded(Topic::Refusal, why.code(), &[])),
        spoken: spoken.next(reading, state, style),
        can_save: has_position && purpose.is_served(reading),
        save_text: style.say(save, &[]),
        can_place: purpose == Purpose::Pin,
    }
}
