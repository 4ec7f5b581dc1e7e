//! A capture: fixes and a clock in, readings out. Pure: no clock, no disk, no receiver.
//!
//! ```text
//! fix → sound? → in order? → do providers agree? → moving? → jumping? → window → estimate → state
//! ```
//!
//! Push every fix as it comes, tick once a second or so in between, and finish when the
//! person says so; the capture never takes a pin by itself. Time is the monotonic
//! clock's. Memory is bounded whatever is pushed.

mod findings;
mod gates;
mod motion;
mod reading;
mod standing;
mod window;

use std::collections::{BTreeMap, VecDeque};

use crate::accuracy::{Estimate, FLOOR_M, estimate};
use crate::model::{Fix, Monotonic, Position, Provider, Stamp};
use crate::plane::{self, LocalPlane, Offset};
use crate::policy::{
    BELIEVE_JUMP, COMPARE_S, CapturePolicy, DISAGREE_FACTOR, FORGET_S, JUMP_FACTOR,
    MOTION_LOOK_BACK_S, WALK_MPS,
};

pub use gates::Refusal;
pub use reading::{CaptureError, CaptureState, Captured, Hint, Reading};

use findings::Facts;
use gates::Sound;
use motion::{Motion, Track};
use window::{Accepted, PROVIDERS, Window, index};

/// The last fix of one provider.
#[derive(Debug, Clone, Copy)]
struct Last {
    at: Monotonic,
    position: Position,
    accuracy_m: f64,
}

/// One point of the capture's own course, for judging whether it is stable.
#[derive(Debug, Clone, Copy)]
struct Milestone {
    at: Monotonic,
    place: Offset,
    radius95_m: f64,
}

/// The state machine.
#[derive(Debug, Clone)]
pub struct Capture {
    policy: CapturePolicy,
    /// First push or tick.
    began: Option<Monotonic>,
    /// First fix since the capture began, or began anew.
    segment_began: Option<Monotonic>,
    now: Monotonic,
    plane: Option<LocalPlane>,
    window: Window,
    /// The session's first fix is in the window and not yet trusted.
    first_is_provisional: bool,
    pending: Vec<Accepted>,
    track: Track,
    track_provider: Option<(Provider, Monotonic)>,
    last: [Option<Last>; 4],
    milestones: VecDeque<Milestone>,
    estimate: Option<Estimate>,
    moving: Option<Motion>,
    seen: u32,
    refusals: [u32; Refusal::ALL.len()],
    last_refusal: Option<(Refusal, Monotonic)>,
    facts: Facts,
}

impl Capture {
    /// A capture that has seen nothing yet. Limits that make no sense are
    /// replaced by their defaults ([`CapturePolicy::sane`]).
    #[must_use]
    pub fn new(policy: CapturePolicy) -> Self {
        Self {
            policy: policy.sane().0,
            began: None,
            segment_began: None,
            now: Monotonic(i64::MIN),
            plane: None,
            window: Window::default(),
            first_is_provisional: false,
            pending: Vec::with_capacity(BELIEVE_JUMP),
            track: Track::default(),
            track_provider: None,
            last: [None; 4],
            milestones: VecDeque::with_capacity(16),
            estimate: None,
            moving: None,
            seen: 0,
            refusals: [0; Refusal::ALL.len()],
            last_refusal: None,
            facts: Facts::default(),
        }
    }

    /// Takes a fix that arrived at `now`, and says where the capture stands.
    ///
    /// A `now` before an earlier one is taken as that earlier one.
    pub fn push(&mut self, fix: &Fix, now: Monotonic) -> Reading {
        self.advance(now);
        self.seen = self.seen.saturating_add(1);
        self.facts.note(fix);
        let refused = self.take(fix).err();
        if let Some(refusal) = refused {
            self.count(refusal, 1);
            self.last_refusal = Some((refusal, self.now));
        }
        self.reading(refused)
    }

    /// Says where the capture stands at `now`, when no fix came.
    pub fn tick(&mut self, now: Monotonic) -> Reading {
        self.advance(now);
        self.reading(None)
    }

    /// Ends the capture. It can go on afterwards.
    ///
    /// # Errors
    /// [`CaptureError::NoUsableFix`] where there is no position.
    pub fn finish(&mut self, stamp: Stamp) -> Result<Captured, CaptureError> {
        let reading = self.tick(stamp.monotonic);
        let (Some(position), Some(estimate)) = (reading.position, self.estimate) else {
            return Err(CaptureError::NoUsableFix {
                seen: self.seen,
                refusals: self.refusals_by_code(),
                hint: reading.hint,
            });
        };
        let state = match reading.state {
            CaptureState::Improving | CaptureState::Searching => self.grade(&estimate),
            other => other,
        };
        let (_, any_stated) = self.window.stated();
        Ok(Captured {
            position,
            radius68_m: reading.radius68_m,
            radius95_m: reading.radius95_m,
            state,
            seen: self.seen,
            used: reading.used,
            distinct: reading.distinct,
            refusals: self.refusals_by_code(),
            findings: self.findings(&reading, state, &estimate, &stamp),
            provider: self.window.provider(),
            scatter_m: Some(estimate.scatter_m),
            stated_accuracy_m: any_stated.then_some(estimate.stated_m),
            gnss: self.facts.gnss.map(|(time, _)| time),
            last_fix: self.window.last_fix(),
            duration_s: self.began.map_or(0.0, |began| self.now.since(began)),
            stamp,
        })
    }

    /// How many fixes were refused so far, by code.
    #[must_use]
    pub fn refusals_by_code(&self) -> BTreeMap<&'static str, u32> {
        Refusal::ALL
            .iter()
            .zip(self.refusals)
            .filter(|(_, count)| *count > 0)
            .map(|(refusal, count)| (refusal.code(), count))
            .collect()
    }

    fn count(&mut self, refusal: Refusal, fixes: u32) {
        let slot = &mut self.refusals[refusal as usize];
        *slot = slot.saturating_add(fixes);
    }

    fn advance(&mut self, now: Monotonic) {
        self.now = self.now.max(now);
        self.began.get_or_insert(self.now);
        if let Some(last) = self.window.last_fix()
            && self.now.since(last) > FORGET_S
        {
            self.begin_anew(None);
        }
    }

    /// Forgets the readings, and not what was found on the way.
    fn begin_anew(&mut self, from: Option<Monotonic>) {
        self.window.clear();
        self.pending.clear();
        self.milestones.clear();
        self.estimate = None;
        self.first_is_provisional = false;
        self.segment_began = from;
        self.moving = None;
    }

    fn take(&mut self, fix: &Fix) -> Result<(), Refusal> {
        let sound = match gates::sound(fix, self.now, &self.policy) {
            Ok(sound) => sound,
            Err(refusal) => {
                if refusal == Refusal::Stale && self.estimate.is_none() {
                    self.facts.stored_first = true;
                }
                return Err(refusal);
            }
        };
        self.in_order(fix, &sound)?;
        self.agreeing(fix, &sound)?;

        if self.window.samples().is_empty() {
            // A fresh start: the plane touches the earth here.
            self.plane = Some(LocalPlane::at(sound.position));
            self.track.clear();
            if self.segment_began.is_none() {
                self.segment_began = Some(self.now);
                self.first_is_provisional = !self.facts.moved();
            }
        }
        let plane = *self
            .plane
            .get_or_insert_with(|| LocalPlane::at(sound.position));
        let accepted = Accepted {
            at: fix.at,
            place: plane.offset(sound.position),
            accuracy_m: sound.accuracy_m,
            stated: sound.stated,
            provider: fix.provider,
        };
        self.standing(fix, accepted)?;
        self.near(accepted)?;
        self.window.push(accepted);
        let networks = self.window.set_networks_aside();
        self.count(Refusal::OtherProvider, networks);
        self.set_first_aside();
        self.facts.note_used(fix);
        self.reckon();
        Ok(())
    }

    /// Gate: newer than this provider's last one.
    fn in_order(&mut self, fix: &Fix, sound: &Sound) -> Result<(), Refusal> {
        let last = &mut self.last[index(fix.provider)];
        if let Some(last) = last
            && fix.at <= last.at
        {
            return Err(if fix.at == last.at && sound.position == last.position {
                Refusal::Repeated
            } else {
                Refusal::OutOfOrder
            });
        }
        *last = Some(Last {
            at: fix.at,
            position: sound.position,
            accuracy_m: sound.accuracy_m,
        });
        Ok(())
    }

    /// Gate: providers that disagree are not mixed, the most trusted stays; and a
    /// network adds nothing to better fixes.
    fn agreeing(&mut self, fix: &Fix, sound: &Sound) -> Result<(), Refusal> {
        let mine = index(fix.provider);
        let mut overruled = false;
        let mut overrules = false;
        for (other, last) in self.last.iter().enumerate() {
            let Some(last) = last.filter(|_| other != mine) else {
                continue;
            };
            let apart_s = fix.at.since(last.at).abs();
            if apart_s > COMPARE_S {
                continue;
            }
            let gap_m = plane::distance_m(sound.position, last.position);
            let allowed_m = DISAGREE_FACTOR
                * (sound.accuracy_m.max(FLOOR_M) + last.accuracy_m.max(FLOOR_M))
                + WALK_MPS * apart_s;
            if gap_m > allowed_m {
                self.facts.disagree(gap_m, allowed_m);
                overruled |= other < mine;
                overrules |= mine < other;
            }
        }
        let outclassed = fix.provider == Provider::Network
            && self
                .window
                .better_than_networks()
                .is_some_and(|better| sound.accuracy_m > better);
        if overruled || outclassed {
            return Err(Refusal::OtherProvider);
        }
        if overrules {
            let dropped = self.window.keep_only(PROVIDERS[mine]);
            self.count(Refusal::OtherProvider, dropped);
            self.first_is_provisional &= dropped == 0;
        }
        Ok(())
    }

    /// Gate: the phone stands.
    fn standing(&mut self, fix: &Fix, accepted: Accepted) -> Result<(), Refusal> {
        // One provider makes the track: network fixes between satellite ones are no steps.
        let follows = match self.track_provider {
            None => true,
            Some((provider, at)) if provider == fix.provider => fix.at >= at,
            Some((provider, at)) => {
                let takes_over =
                    index(fix.provider) < index(provider) || fix.at.since(at) > MOTION_LOOK_BACK_S;
                if takes_over {
                    self.track.clear();
                }
                takes_over
            }
        };
        if !follows {
            return if self.moving.is_some() {
                Err(Refusal::Moving)
            } else {
                Ok(())
            };
        }
        self.track_provider = Some((fix.provider, fix.at));
        self.track
            .push(fix.at, accepted.place, accepted.accuracy_m, fix.speed_mps);
        let limit = self.policy.moving_speed_mps;
        if self.moving.is_some() && self.track.still(limit) {
            self.begin_anew(Some(self.now));
            self.track.clear();
            return Ok(());
        }
        if let Some(motion) = self.track.motion(limit).or(self.moving) {
            self.begin_anew(None);
            self.moving = Some(motion);
            self.facts.note_motion(motion);
            // Where it is now, for the screen and for a person who insists.
            self.window.push(accepted);
            self.segment_began = Some(self.now);
            self.reckon();
            if let Some(estimate) = &mut self.estimate {
                // A fix describes where the phone was a second ago.
                estimate.radius68_m += motion.speed_mps;
                estimate.radius95_m += motion.speed_mps * crate::accuracy::TAIL;
            }
            return Err(Refusal::Moving);
        }
        match fix.speed_mps {
            Some(speed) if speed >= limit => Err(Refusal::Moving),
            _ => Ok(()),
        }
    }

    /// Gate: no further from the others than accuracies and a walk explain;
    /// but where the next ones agree with it, the capture follows them.
    fn near(&mut self, accepted: Accepted) -> Result<(), Refusal> {
        let Some(estimate) = self.estimate else {
            return Ok(());
        };
        let walked_m = self
            .window
            .last_fix()
            .map_or(0.0, |last| accepted.at.since(last).max(0.0) * WALK_MPS);
        let mine = accepted.accuracy_m.max(FLOOR_M);
        let gap_m = accepted.place.distance(estimate.at);
        if gap_m <= JUMP_FACTOR * (mine + estimate.stated_m.max(FLOOR_M)) + walked_m {
            self.pending.clear();
            return Ok(());
        }
        if self.first_is_provisional && self.window.distinct() == 1 {
            // Only the session's first fix speaks against it.
            let dropped = self.window.drop_first();
            self.count(Refusal::First, dropped);
            self.first_is_provisional = false;
            self.facts.stored_first = true;
            return Ok(());
        }
        self.facts.note_jump(gap_m);
        let agrees = self.pending.first().is_none_or(|first| {
            first.place.distance(accepted.place)
                <= JUMP_FACTOR * (mine + first.accuracy_m.max(FLOOR_M))
        });
        if !agrees {
            self.pending.clear();
        }
        match self.pending.last_mut() {
            Some(last) if last.at.0.div_euclid(1000) == accepted.at.0.div_euclid(1000) => {
                *last = accepted;
            }
            _ => self.pending.push(accepted),
        }
        if self.pending.len() < BELIEVE_JUMP {
            return Err(Refusal::Jump);
        }
        let believed = std::mem::take(&mut self.pending);
        self.begin_anew(Some(self.now));
        for fix in &believed[..believed.len() - 1] {
            self.window.push(*fix);
        }
        // They were counted as refused when they came; they count as used now.
        let slot = &mut self.refusals[Refusal::Jump as usize];
        *slot = slot.saturating_sub(u32::try_from(believed.len() - 1).unwrap_or(0));
        Ok(())
    }

    /// Drops the session's first fix once two others speak for themselves.
    fn set_first_aside(&mut self) {
        if !self.first_is_provisional || self.window.distinct() < 3 {
            return;
        }
        self.first_is_provisional = false;
        if self.window.first().is_some_and(|first| first.seconds > 1.0) {
            // It repeats itself: not a lone stored one.
            return;
        }
        let dropped = self.window.drop_first();
        self.count(Refusal::First, dropped);
    }

    fn reckon(&mut self) {
        self.estimate = estimate(self.window.samples());
        let Some(estimate) = self.estimate else {
            return;
        };
        let milestone = Milestone {
            at: self.now,
            place: estimate.at,
            radius95_m: estimate.radius95_m,
        };
        match self.milestones.back() {
            Some(last) if self.now.since(last.at) < 1.0 => {}
            _ => self.milestones.push_back(milestone),
        }
        while self.milestones.len() > 2
            && self
                .milestones
                .get(1)
                .is_some_and(|second| self.now.since(second.at) >= MOTION_LOOK_BACK_S)
        {
            self.milestones.pop_front();
        }
    }
}
