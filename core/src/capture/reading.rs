//! What a capture says of itself: its state, its advice, its result.

use std::collections::BTreeMap;

use pakmut_domain::finding::Finding;
use serde::{Deserialize, Serialize};

use super::gates::Refusal;
use crate::model::{Monotonic, Position, Provider, Stamp, UnixMillis};

/// Where a capture stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureState {
    /// No usable fix yet.
    Searching,
    /// There is a position, and waiting may make it better.
    Improving,
    /// The radius is within the target and the position is stable.
    Ready,
    /// The radius is above the target, within the weakest accepted, and
    /// waiting will not help: a reason is wanted.
    Weak,
    /// The radius is beyond the weakest accepted: it can be saved, and the province judges.
    TooWeak,
    /// The phone moves; the capture begins anew when it stands.
    Moving,
    /// A person placed the position; nothing was measured.
    PlacedByHand,
}

impl CaptureState {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Searching => "searching",
            Self::Improving => "improving",
            Self::Ready => "ready",
            Self::Weak => "weak",
            Self::TooWeak => "too_weak",
            Self::Moving => "moving",
            Self::PlacedByHand => "placed_by_hand",
        }
    }
}

/// The one thing to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// Wait; it is getting better.
    Wait,
    /// Stand still at the counter.
    HoldStill,
    /// Step to the entrance, where more of the sky is seen.
    StepToEntrance,
    /// Turn off the app that makes positions up.
    TurnOffMock,
    /// Allow the app the precise position, or turn the receiver on: fixes
    /// come without one that can be used.
    CheckReceiver,
    /// Nothing; it can be saved.
    Save,
}

impl Hint {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::HoldStill => "hold_still",
            Self::StepToEntrance => "step_to_entrance",
            Self::TurnOffMock => "turn_off_mock",
            Self::CheckReceiver => "check_receiver",
            Self::Save => "save",
        }
    }
}

/// What a capture says after a fix or a tick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Where it stands.
    pub state: CaptureState,
    /// What to do.
    pub hint: Hint,
    /// The position so far, unless searching.
    pub position: Option<Position>,
    /// At least 68 % of captures lie within this distance of the truth, metres; with a position.
    pub radius68_m: Option<f64>,
    /// At least 95 % of captures lie within this distance of the truth, metres; with a position.
    pub radius95_m: Option<f64>,
    /// Why the fix just pushed was not used; `None` where it was, and after a tick.
    pub refused: Option<Refusal>,
    /// Fixes that the position rests on.
    pub used: u32,
    /// Readings among them: up to a second of fixes, or a run of one coordinate, each.
    pub distinct: u32,
    /// Seconds since the capture began, or began anew after a movement.
    pub elapsed_s: f64,
    /// Whether a movement was seen at any time.
    pub moved: bool,
}

/// The result of a capture: all that a pin keeps of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Captured {
    /// Where.
    pub position: Position,
    /// At least 68 % of captures lie within this distance, metres; `None` where placed by hand.
    pub radius68_m: Option<f64>,
    /// At least 95 % of captures lie within this distance, metres; `None` where placed by hand.
    pub radius95_m: Option<f64>,
    /// Where the capture stood when it ended.
    pub state: CaptureState,
    /// Fixes that came.
    pub seen: u32,
    /// Fixes that the position rests on.
    pub used: u32,
    /// Readings among them (see [`Reading::distinct`]).
    pub distinct: u32,
    /// Fixes that were not used, by code.
    pub refusals: BTreeMap<&'static str, u32>,
    /// What was found; the same code at most once.
    pub findings: Vec<Finding>,
    /// Who measured it; `None` where placed by hand.
    pub provider: Option<Provider>,
    /// Scatter per axis of the readings, metres; `None` where placed by hand.
    pub scatter_m: Option<f64>,
    /// The stated accuracy (68 %) that the radius rests on, metres; `None` where
    /// placed by hand or where none was stated. Never 0.
    pub stated_accuracy_m: Option<f64>,
    /// Satellite time of the last fix used that had one.
    pub gnss: Option<UnixMillis>,
    /// Monotonic time of the last fix used; `None` where placed by hand.
    pub last_fix: Option<Monotonic>,
    /// Seconds from the first push to the end.
    pub duration_s: f64,
    /// All clocks at the end.
    pub stamp: Stamp,
}

/// Why a capture has no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CaptureError {
    /// No fix could be used. Code `no_usable_fix`.
    #[error("none of {seen} fixes could be used")]
    NoUsableFix {
        /// Fixes that came.
        seen: u32,
        /// How many were not used, by code.
        refusals: BTreeMap<&'static str, u32>,
        /// What to do.
        hint: Hint,
    },
}

impl CaptureError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoUsableFix { .. } => "no_usable_fix",
        }
    }
}
