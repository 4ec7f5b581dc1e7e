//! Where a capture stands, and what to do next. Pure.

use super::{Capture, CaptureState, Hint, Milestone, Reading, Refusal};
use crate::accuracy::Estimate;
use crate::policy::{MOTION_LOOK_BACK_S, PLATEAU_SHARE, QUIET_S, STABLE_S, STABLE_SHARE};

impl Capture {
    pub(super) fn elapsed_s(&self) -> f64 {
        self.segment_began
            .map_or(0.0, |began| self.now.since(began))
    }

    fn milestone(&self, seconds_ago: f64) -> Option<&Milestone> {
        self.milestones
            .iter()
            .rev()
            .find(|m| self.now.since(m.at) >= seconds_ago)
    }

    fn stable(&self, estimate: &Estimate) -> bool {
        self.milestone(STABLE_S).is_some_and(|then| {
            then.place.distance(estimate.at) <= STABLE_SHARE * estimate.radius95_m
        })
    }

    pub(super) fn grade(&self, estimate: &Estimate) -> CaptureState {
        if estimate.radius95_m > self.policy.weakest_radius95_m {
            CaptureState::TooWeak
        } else if estimate.radius95_m > self.policy.target_radius95_m
            || self.window.fixes() < self.policy.least_fixes
        {
            CaptureState::Weak
        } else {
            CaptureState::Ready
        }
    }

    fn state(&self) -> CaptureState {
        if self.moving.is_some() {
            return CaptureState::Moving;
        }
        let Some(estimate) = self.estimate else {
            return CaptureState::Searching;
        };
        let elapsed = self.elapsed_s();
        let grade = self.grade(&estimate);
        if elapsed < self.policy.settle_s {
            return CaptureState::Improving;
        }
        if elapsed >= self.policy.longest_s {
            return grade;
        }
        let done = if grade == CaptureState::Ready {
            self.stable(&estimate)
        } else {
            // It may still shrink; but not where it stopped shrinking.
            elapsed >= 2.0 * self.policy.settle_s
                && self.milestone(MOTION_LOOK_BACK_S).is_some_and(|then| {
                    estimate.radius95_m >= (1.0 - PLATEAU_SHARE) * then.radius95_m
                })
        };
        if done { grade } else { CaptureState::Improving }
    }

    fn hint(&self, state: CaptureState) -> Hint {
        let recent = self
            .last_refusal
            .filter(|(_, at)| self.now.since(*at) <= QUIET_S)
            .map(|(refusal, _)| refusal);
        let quiet = self
            .window
            .last_fix()
            .is_none_or(|last| self.now.since(last) > QUIET_S);
        match (state, recent) {
            (CaptureState::Moving, _) => Hint::HoldStill,
            (_, Some(Refusal::Mock)) if quiet => Hint::TurnOffMock,
            (CaptureState::Searching, Some(Refusal::Hopeless)) => Hint::StepToEntrance,
            (
                CaptureState::Searching,
                Some(
                    Refusal::NotFinite
                    | Refusal::OutOfRange
                    | Refusal::ZeroZero
                    | Refusal::AccuracyInvalid
                    | Refusal::AccuracyNotGiven,
                ),
            ) => Hint::CheckReceiver,
            (CaptureState::Searching, _) => {
                let waited = self.began.map_or(0.0, |began| self.now.since(began));
                if waited >= self.policy.longest_s {
                    Hint::StepToEntrance
                } else {
                    Hint::Wait
                }
            }
            (_, Some(Refusal::Moving | Refusal::Jump)) => Hint::HoldStill,
            (CaptureState::Improving, _) => Hint::Wait,
            (CaptureState::Weak | CaptureState::TooWeak, _) => Hint::StepToEntrance,
            (CaptureState::Ready | CaptureState::PlacedByHand, _) => Hint::Save,
        }
    }

    pub(super) fn reading(&self, refused: Option<Refusal>) -> Reading {
        let state = self.state();
        Reading {
            state,
            hint: self.hint(state),
            position: self
                .estimate
                .and_then(|e| self.plane.map(|plane| plane.position(e.at))),
            radius68_m: self.estimate.map(|e| e.radius68_m),
            radius95_m: self.estimate.map(|e| e.radius95_m),
            refused,
            used: self.window.fixes(),
            distinct: self.window.distinct(),
            elapsed_s: self.elapsed_s(),
            moved: self.facts.moved(),
        }
    }
}
