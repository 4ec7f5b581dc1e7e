//! What a capture found on its way, put into findings at its end. Pure.

use pakmut_domain::finding::{Finding, FindingCode, Severity};

use super::motion::Motion;
use super::reading::{CaptureState, Captured, Reading};
use super::window::index;
use super::{Capture, Refusal};
use crate::accuracy::Estimate;
use crate::model::{Fix, Mock, Monotonic, Position, Stamp, UnixMillis};

/// What was seen on the way; outlives every fresh start.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// A stored fix came before any usable one, or the first one was far off.
    pub stored_first: bool,
    /// Satellite time of the last used fix that had one, and when that was.
    pub gnss: Option<(UnixMillis, Monotonic)>,
    mock_yes: u32,
    used_with_mock_unknown: u32,
    sources: [bool; 4],
    motion: Option<Motion>,
    jumps: u32,
    largest_jump_m: f64,
    disagreement: Option<(f64, f64)>,
}

impl Facts {
    pub fn note(&mut self, fix: &Fix) {
        if fix.mock == Mock::Yes {
            self.mock_yes = self.mock_yes.saturating_add(1);
        }
        self.sources[index(fix.provider)] = true;
    }

    pub fn note_used(&mut self, fix: &Fix) {
        if fix.mock == Mock::Unknown {
            self.used_with_mock_unknown = self.used_with_mock_unknown.saturating_add(1);
        }
        if let Some(gnss) = fix.gnss {
            self.gnss = Some((gnss, fix.at));
        }
    }

    pub fn note_motion(&mut self, motion: Motion) {
        let faster = self.motion.is_none_or(|m| motion.speed_mps > m.speed_mps);
        if faster {
            self.motion = Some(motion);
        }
    }

    pub fn note_jump(&mut self, gap_m: f64) {
        self.jumps = self.jumps.saturating_add(1);
        self.largest_jump_m = self.largest_jump_m.max(gap_m);
    }

    pub fn disagree(&mut self, gap_m: f64, allowed_m: f64) {
        if self.disagreement.is_none_or(|(gap, _)| gap_m > gap) {
            self.disagreement = Some((gap_m, allowed_m));
        }
    }

    pub fn moved(&self) -> bool {
        self.motion.is_some()
    }
}

impl Capture {
    pub(super) fn findings(
        &self,
        reading: &Reading,
        state: CaptureState,
        estimate: &Estimate,
        stamp: &Stamp,
    ) -> Vec<Finding> {
        let facts = &self.facts;
        let mut found = Vec::new();
        let radius = |code, limit_m: f64| {
            Finding::new(code, Severity::Warn)
                .with("radius95_m", estimate.radius95_m)
                .with("limit_m", limit_m)
        };
        match state {
            CaptureState::Weak if estimate.radius95_m > self.policy.target_radius95_m => {
                found.push(radius(FindingCode::Weak, self.policy.target_radius95_m));
            }
            CaptureState::TooWeak => {
                found.push(radius(FindingCode::TooWeak, self.policy.weakest_radius95_m));
            }
            _ => {}
        }
        if self.window.fixes() < self.policy.least_fixes {
            found.push(
                Finding::new(FindingCode::FewFixes, Severity::Warn)
                    .with("fixes", f64::from(self.window.fixes())),
            );
        }
        if reading.state == CaptureState::Improving {
            found.push(
                Finding::new(FindingCode::EndedEarly, Severity::Info)
                    .with("elapsed_s", reading.elapsed_s),
            );
        }
        if let Some(motion) = facts.motion {
            // A movement that ended leaves a fresh measurement behind it.
            let severity = if state == CaptureState::Moving {
                Severity::Block
            } else {
                Severity::Info
            };
            found.push(
                Finding::new(FindingCode::Moving, severity)
                    .with("speed_mps", motion.speed_mps)
                    .with("way_m", motion.way_m),
            );
        }
        if facts.jumps > 0 {
            found.push(
                Finding::new(FindingCode::Jump, Severity::Warn)
                    .with("fixes", f64::from(facts.jumps))
                    .with("distance_m", facts.largest_jump_m),
            );
        }
        if let Some((gap_m, allowed_m)) = facts.disagreement {
            found.push(
                Finding::new(FindingCode::ProvidersDisagree, Severity::Warn)
                    .with("distance_m", gap_m)
                    .with("allowed_m", allowed_m),
            );
        }
        if facts.mock_yes > 0 {
            found.push(
                Finding::new(FindingCode::Mock, Severity::Warn)
                    .with("fixes", f64::from(facts.mock_yes)),
            );
        }
        if facts.used_with_mock_unknown > 0 {
            found.push(
                Finding::new(FindingCode::MockUnknown, Severity::Warn)
                    .with("fixes", f64::from(facts.used_with_mock_unknown)),
            );
        }
        if self.window.stated().0 {
            found.push(
                Finding::new(FindingCode::AccuracyNotGiven, Severity::Warn)
                    .with("fallback_m", estimate.stated_m),
            );
        }
        if self.window.distinct() == 1 && self.window.fixes() >= 5 {
            found.push(
                Finding::new(FindingCode::RepeatedCoordinate, Severity::Info)
                    .with("fixes", f64::from(self.window.fixes())),
            );
        }
        if facts.stored_first {
            found.push(
                Finding::new(FindingCode::CachedFirstFix, Severity::Info)
                    .with("stale", f64::from(self.refusals[Refusal::Stale as usize])),
            );
        }
        if facts.sources.iter().filter(|seen| **seen).count() == 1 {
            found.push(Finding::new(FindingCode::SingleSource, Severity::Info));
        }
        if let Some(skew_s) = self.skew_s(stamp)
            && skew_s.abs() > self.policy.clock_skew_s
        {
            found.push(Finding::new(FindingCode::ClockSkew, Severity::Warn).with("skew_s", skew_s));
        }
        found
    }

    /// Wall clock minus true time, seconds: by satellite time where there is
    /// one, else by the last known offset to the registry.
    fn skew_s(&self, stamp: &Stamp) -> Option<f64> {
        match (stamp.wall, self.facts.gnss, stamp.registry_offset_ms) {
            (Some(wall), Some((gnss, at)), _) => {
                let true_ms = gnss.0 as f64 + stamp.monotonic.since(at) * 1000.0;
                Some((wall.0 as f64 - true_ms) / 1000.0)
            }
            (_, None, Some(offset_ms)) => Some(-(offset_ms as f64) / 1000.0),
            _ => None,
        }
    }
}

impl Captured {
    /// A position that a person placed: as a last resort, always reviewed. It
    /// has no radius, since nothing was measured.
    #[must_use]
    pub fn placed_by_hand(position: Position, stamp: Stamp) -> Self {
        Self {
            position,
            radius68_m: None,
            radius95_m: None,
            state: CaptureState::PlacedByHand,
            seen: 0,
            used: 0,
            distinct: 0,
            refusals: std::collections::BTreeMap::new(),
            findings: vec![Finding::new(FindingCode::PlacedByHand, Severity::Warn)],
            provider: None,
            scatter_m: None,
            stated_accuracy_m: None,
            gnss: None,
            last_fix: None,
            duration_s: 0.0,
            stamp,
        }
    }
}
