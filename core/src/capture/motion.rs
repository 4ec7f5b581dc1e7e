//! Does the phone move? Judged on stated speeds and on the track. Pure.

use std::collections::VecDeque;

use crate::model::Monotonic;
use crate::plane::Offset;
use crate::policy::{
    BIN_MS, MOTION_FACTOR, MOTION_LARGEST_STEP, MOTION_LOOK_BACK_S, MOTION_NET_MPS,
    MOTION_STRAIGHTNESS, MOTION_SUSTAINED_S, STILL_S,
};

/// One point of the track: the last fix of its second.
#[derive(Debug, Clone, Copy)]
struct Point {
    at: Monotonic,
    place: Offset,
    accuracy_m: f64,
    speed_mps: Option<f64>,
}

/// A movement seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Motion {
    /// Metres a second.
    pub speed_mps: f64,
    /// Net way over the track looked back on, metres.
    pub way_m: f64,
}

/// The last seconds of fixes, whatever the other gates thought of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Track {
    points: VecDeque<Point>,
}

impl Track {
    /// Adds a fix; its time must not lie before the last one's.
    pub fn push(&mut self, at: Monotonic, place: Offset, accuracy_m: f64, speed_mps: Option<f64>) {
        let speed_mps = speed_mps.filter(|s| s.is_finite() && *s >= 0.0);
        let point = Point {
            at,
            place,
            accuracy_m,
            speed_mps,
        };
        match self.points.back_mut() {
            Some(last) if last.at.0.div_euclid(BIN_MS) == at.0.div_euclid(BIN_MS) => *last = point,
            _ => self.points.push_back(point),
        }
        while let Some(first) = self.points.front() {
            // One point before the look-back stays, so that sparse fixes have two ends.
            let second = self.points.get(1).map_or(0.0, |p| at.since(p.at));
            if at.since(first.at) > MOTION_LOOK_BACK_S && second >= MOTION_LOOK_BACK_S {
                self.points.pop_front();
            } else {
                break;
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.points.clear();
    }

    /// The movement that the track shows, if any.
    pub fn motion(&self, limit_mps: f64) -> Option<Motion> {
        self.by_stated_speed(limit_mps).or_else(|| self.by_place())
    }

    /// Whether the last seconds show no movement: for ending one.
    pub fn still(&self, limit_mps: f64) -> bool {
        let Some(last) = self.points.back() else {
            return false;
        };
        let recent: Vec<&Point> = self
            .points
            .iter()
            .filter(|p| last.at.since(p.at) <= STILL_S + 0.5)
            .collect();
        let Some(first) = recent.first() else {
            return false;
        };
        let span = last.at.since(first.at);
        span >= STILL_S - 0.5
            && recent
                .iter()
                .all(|p| p.speed_mps.is_none_or(|s| s < limit_mps / 2.0))
            && first.place.distance(last.place) / span < MOTION_NET_MPS
    }

    fn by_stated_speed(&self, limit_mps: f64) -> Option<Motion> {
        let last = self.points.back()?;
        let mut since = last.at;
        let mut speeds = (0.0, 0u32);
        for point in self.points.iter().rev() {
            match point.speed_mps {
                Some(speed) if speed >= limit_mps => {
                    since = point.at;
                    speeds = (speeds.0 + speed, speeds.1 + 1);
                }
                _ => break,
            }
        }
        let span = last.at.since(since);
        // Three fixes at least: two sparse ones do not show what lay between.
        (speeds.1 >= 3 && span >= MOTION_SUSTAINED_S - 0.5).then(|| Motion {
            speed_mps: speeds.0 / f64::from(speeds.1),
            way_m: self
                .points
                .front()
                .map_or(0.0, |first| first.place.distance(last.place)),
        })
    }

    fn by_place(&self) -> Option<Motion> {
        let (first, last) = (self.points.front()?, self.points.back()?);
        let span = last.at.since(first.at);
        if self.points.len() < 5 || span < MOTION_LOOK_BACK_S / 2.0 {
            return None;
        }
        let way_m = first.place.distance(last.place);
        let (mut length, mut largest, mut accuracy) = (0.0, 0.0f64, 0.0);
        for (a, b) in self.points.iter().zip(self.points.iter().skip(1)) {
            let step = a.place.distance(b.place);
            length += step;
            largest = largest.max(step);
            accuracy += b.accuracy_m;
        }
        let accuracy = (accuracy / (self.points.len() - 1) as f64).max(crate::accuracy::FLOOR_M);
        let moves = way_m / span >= MOTION_NET_MPS
            && way_m >= MOTION_FACTOR * accuracy
            && largest <= MOTION_LARGEST_STEP * way_m
            && way_m >= MOTION_STRAIGHTNESS * length;
        moves.then_some(Motion {
            speed_mps: way_m / span,
            way_m,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn track(points: impl IntoIterator<Item = (f64, f64, Option<f64>)>) -> Track {
        let mut track = Track::default();
        for (t, east, speed) in points {
            track.push(
                Monotonic::from_secs(t),
                Offset { east, north: 0.0 },
                4.0,
                speed,
            );
        }
        track
    }

    #[test]
    fn a_walk_is_a_movement_even_where_no_speed_is_stated() {
        let t = track((0..11).map(|i| (f64::from(i), f64::from(i) * 1.3, None)));
        let motion = t.motion(1.0).unwrap();
        assert!((motion.speed_mps - 1.3).abs() < 0.01);
        assert!(!t.still(1.0));
    }

    #[test]
    fn a_jump_is_no_walk() {
        let t = track((0..11).map(|i| (f64::from(i), if i < 5 { 60.0 } else { 0.0 }, None)));
        assert!(t.motion(1.0).is_none());
    }

    #[test]
    fn wandering_within_the_accuracy_is_no_walk() {
        let t = track((0..11).map(|i| (f64::from(i), f64::from(i) * 0.6, None)));
        assert!(t.motion(1.0).is_none());
    }

    #[test]
    fn one_stray_speed_is_no_movement_but_three_seconds_of_it_are() {
        let t = track((0..5).map(|i| (f64::from(i), 0.0, Some(if i == 4 { 2.4 } else { 0.0 }))));
        assert!(t.motion(1.0).is_none());
        let t = track((0..5).map(|i| (f64::from(i), 0.0, Some(if i >= 1 { 1.4 } else { 0.0 }))));
        assert!(t.motion(1.0).is_some());
    }

    #[test]
    fn standing_after_a_walk_is_still_again() {
        let t = track((0..16).map(|i| (f64::from(i), f64::from(i.min(10)) * 1.3, None)));
        assert!(t.still(1.0));
    }

    #[test]
    fn memory_is_bounded_at_any_rate() {
        let t = track((0..100_000).map(|i| (f64::from(i) * 0.1, 0.0, None)));
        assert!(t.points.len() <= 13, "{}", t.points.len());
    }
}
