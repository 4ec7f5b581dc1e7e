//! Replaying a recording, here or at another place.

use crate::accuracy::UNSTATED_M;
use crate::capture::{Capture, Reading};
use crate::model::Position;
use crate::plane::LocalPlane;

use super::{RecordedFix, Recording};

/// What a recording is measured against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reference {
    /// The truth that the file gives.
    Truth(Position),
    /// The median of its fixes: it hides the receiver's constant bias, so only
    /// stability can be judged by it.
    Median(Position),
}

impl Reference {
    /// The place itself.
    #[must_use]
    pub fn position(self) -> Position {
        match self {
            Self::Truth(position) | Self::Median(position) => position,
        }
    }
}

/// Pushes the fixes through a capture in the order of their arrival and gives each reading.
pub fn replay<'a>(
    fixes: impl IntoIterator<Item = &'a RecordedFix> + 'a,
    capture: &'a mut Capture,
) -> impl Iterator<Item = Reading> + 'a {
    fixes
        .into_iter()
        .map(|recorded| capture.push(&recorded.fix, recorded.arrived))
}

impl Recording {
    /// What to measure this recording against; `None` without a usable fix.
    #[must_use]
    pub fn reference(&self) -> Option<Reference> {
        if let Some(truth) = self.header.truth {
            return Some(Reference::Truth(truth));
        }
        let mut places: Vec<Position> = self
            .fixes
            .iter()
            .filter_map(|f| Position::new(f.fix.lat, f.fix.lon).ok())
            .collect();
        let middle = places.len() / 2;
        if places.is_empty() {
            return None;
        }
        let lat = places
            .select_nth_unstable_by(middle, |a, b| a.lat().total_cmp(&b.lat()))
            .1
            .lat();
        let lon = places
            .select_nth_unstable_by(middle, |a, b| a.lon().total_cmp(&b.lon()))
            .1
            .lon();
        Position::new(lat, lon).ok().map(Reference::Median)
    }

    /// The same recording as if it had been made at `to` instead of `from`: each
    /// fix keeps its error in metres, to the east and to the north. Fixes that are no
    /// position stay as they are.
    #[must_use]
    pub fn moved(&self, from: Position, to: Position) -> Self {
        let (here, there) = (LocalPlane::at(from), LocalPlane::at(to));
        let mut moved = self.clone();
        if self.header.truth.is_some() {
            moved.header.truth = Some(to);
        }
        for recorded in &mut moved.fixes {
            if let Ok(position) = Position::new(recorded.fix.lat, recorded.fix.lon) {
                let position = there.position(here.offset(position));
                recorded.fix.lat = position.lat();
                recorded.fix.lon = position.lon();
            }
        }
        moved
    }

    /// Whether no fix states an accuracy, so that all radii rest on the stand-in
    /// ([`UNSTATED_M`], or HDOP).
    #[must_use]
    pub fn rests_on_fallback(&self) -> Option<f64> {
        let none = self
            .fixes
            .iter()
            .all(|f| f.fix.accuracy_m.is_none_or(|a| a == 0.0));
        none.then_some(UNSTATED_M)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_moved_recording_keeps_its_errors() {
        let text =
            "# truth: 37.5,-122.25\nt_s,lat,lon,accuracy_m\n0,37.50003,-122.25002,4\n1,nan,1,4\n";
        let recording = Recording::read(text.as_bytes()).unwrap();
        let from = recording.reference().unwrap().position();
        let to = Position::new(18.79, 98.98).unwrap();
        let moved = recording.moved(from, to);
        let place = |r: &Recording| Position::new(r.fixes[0].fix.lat, r.fixes[0].fix.lon).unwrap();
        let error_here = place(&recording).distance_m(&from);
        let error_there = place(&moved).distance_m(&to);
        assert!(
            (error_here - error_there).abs() < 1e-3,
            "{error_here} {error_there}"
        );
        assert!(moved.fixes[1].fix.lat.is_nan());
        assert_eq!(moved.header.truth, Some(to));
    }

    #[test]
    fn without_a_truth_the_median_stands_in_and_is_called_so() {
        let text = "t_s,lat,lon\n0,13,100\n1,13.1,100\n2,13.2,100.5\n";
        let recording = Recording::read(text.as_bytes()).unwrap();
        assert_eq!(
            recording.reference(),
            Some(Reference::Median(Position::new(13.1, 100.0).unwrap()))
        );
    }
}
