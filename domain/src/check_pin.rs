//! Check pins: how good a province's pins are, measured. Some are drawn, somebody
//! else measures those counters without seeing the first pin, and the distance of
//! the two says whether the first one holds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::position::Position;
use crate::statistics::{Share, wilson};

/// How far from each other two people stand at one counter, metres: the length of
/// its desk. The radii say nothing of it.
pub const ONE_SPOT_M: f64 = 3.0;

/// The largest 95 % radius of a check, metres: half of what a pin may have at
/// most ([`crate::policy::CapturePolicy::weakest_radius95_m`]), since one that is
/// weaker confirms pins of the house next door.
pub const WEAKEST_CHECK_M: f64 = 50.0;

/// The most pins of one draw.
pub const MOST_DRAWN: usize = 100;

/// What a check says of a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The two agree as far as both radii promise: of 100 right pins, 95 do.
    Confirmed,
    /// Further apart than that, up to twice as far: somebody looks at the place.
    Doubtful,
    /// Further apart still: of a million right pins, six are.
    Wrong,
}

impl Verdict {
    /// All, the best first.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::Doubtful, Self::Wrong];

    /// The name in the storage and in texts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Doubtful => "doubtful",
            Self::Wrong => "wrong",
        }
    }

    /// The verdict of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// A position with its radius.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Where.
    pub position: Position,
    /// Within how many metres of it the place lies with 95 %; none of a pin that
    /// was placed by hand, which promises to be exact.
    pub radius95_m: Option<f64>,
}

/// A pin held against its check.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How far apart they are, metres.
    pub distance_m: f64,
    /// Up to how far apart they agree, metres.
    pub agree_m: f64,
    /// What that says.
    pub verdict: Verdict,
}

/// Holds a pin against its check.
///
/// Where both errors spread alike in all directions, their difference lies with
/// 95 % within the root of the sum of the squared radii; twice as far, within all
/// but 0.05⁴ (Rayleigh). [`ONE_SPOT_M`] is allowed for besides.
#[must_use]
pub fn compare(pin: &Measured, check: &Measured) -> Comparison {
    let radius = |one: &Measured| one.radius95_m.filter(|m| m.is_finite()).unwrap_or(0.0);
    let distance_m = pin.position.distance_m(&check.position);
    let agree_m = radius(pin).hypot(radius(check)) + ONE_SPOT_M;
    Comparison {
        distance_m,
        agree_m,
        verdict: if distance_m <= agree_m {
            Verdict::Confirmed
        } else if distance_m <= 2.0 * agree_m {
            Verdict::Doubtful
        } else {
            Verdict::Wrong
        },
    }
}

/// Why a pin was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// By chance: these say how good all are.
    Chance,
    /// It was the most suspicious one left; these say nothing of the others.
    Suspicion,
}

impl Why {
    /// The name in the storage and in texts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chance => "chance",
            Self::Suspicion => "suspicion",
        }
    }

    /// The reason of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Chance, Self::Suspicion]
            .into_iter()
            .find(|one| one.as_str() == name)
    }
}

/// A pin that may be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Its id.
    pub pin: Uuid,
    /// [`crate::suspicion::score`] of what was found about it.
    pub score: f64,
}

/// Draws so many pins, each once: half of them by chance (of an odd number the
/// greater half), then the most suspicious of the others, then by chance again
/// where too few are suspicious. By chance is by the hash of `seed` and id, so a
/// seed that nobody knew before leaves nobody a choice.
#[must_use]
pub fn draw(candidates: &[Candidate], seed: &[u8; 32], wanted: usize) -> Vec<(Uuid, Why)> {
    let mut by_chance: Vec<([u8; 32], Uuid)> = candidates
        .iter()
        .map(|one| {
            let hash = Sha256::new()
                .chain_update(seed)
                .chain_update(one.pin.as_bytes())
                .finalize();
            (hash.into(), one.pin)
        })
        .collect();
    by_chance.sort_unstable();
    by_chance.dedup();
    let wanted = wanted.min(by_chance.len());
    let mut suspects: Vec<&Candidate> = candidates.iter().filter(|one| one.score > 0.0).collect();
    suspects.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.pin.cmp(&b.pin)));
    let mut taken = BTreeSet::new();
    let mut drawn = Vec::with_capacity(wanted);
    let chance = by_chance.iter().map(|(_, pin)| (*pin, Why::Chance));
    let suspicion = suspects.iter().map(|one| (one.pin, Why::Suspicion));
    for (pin, why) in chance
        .clone()
        .take(wanted.div_ceil(2))
        .chain(suspicion)
        .chain(chance)
    {
        if drawn.len() == wanted {
            break;
        }
        if taken.insert(pin) {
            drawn.push((pin, why));
        }
    }
    drawn
}

/// What the checks of a province said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quality {
    /// How many were confirmed.
    pub confirmed: u64,
    /// How many are doubtful.
    pub doubtful: u64,
    /// How many are wrong.
    pub wrong: u64,
}

impl Quality {
    /// Counts one more.
    pub fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Confirmed => self.confirmed += 1,
            Verdict::Doubtful => self.doubtful += 1,
            Verdict::Wrong => self.wrong += 1,
        }
    }

    /// How many were measured.
    #[must_use]
    pub fn measured(&self) -> u64 {
        self.confirmed + self.doubtful + self.wrong
    }

    /// The share confirmed with its 95 % interval; none before the first one.
    #[must_use]
    pub fn share(&self) -> Option<Share> {
        wilson(self.confirmed, self.measured())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    fn at(lat: f64, lon: f64, radius95_m: impl Into<Option<f64>>) -> Measured {
        Measured {
            position: Position::new(lat, lon).unwrap(),
            radius95_m: radius95_m.into(),
        }
    }

    #[test]
    fn the_radii_of_both_decide() {
        // A hundred-thousandth of a degree of latitude is 1.107 m here.
        let pin = at(18.417, 98.676, 12.0);
        let said = |north: f64, radius: f64| compare(&pin, &at(18.417 + north, 98.676, radius));
        assert_eq!(said(0.0, 9.0).verdict, Verdict::Confirmed);
        assert!((said(0.0, 9.0).agree_m - 18.0).abs() < 1e-9);
        assert_eq!(said(0.000_16, 9.0).verdict, Verdict::Confirmed);
        assert_eq!(said(0.000_17, 9.0).verdict, Verdict::Doubtful);
        assert_eq!(said(0.000_32, 9.0).verdict, Verdict::Doubtful);
        assert_eq!(said(0.000_33, 9.0).verdict, Verdict::Wrong);
        assert_eq!(said(0.000_33, 30.0).verdict, Verdict::Doubtful);
        // Placed by hand: it must lie within the check's own circle.
        let by_hand = at(18.417, 98.676, None);
        let check = at(18.417_12, 98.676, 9.0);
        assert_eq!(compare(&by_hand, &check).verdict, Verdict::Doubtful);
    }

    #[test]
    fn of_right_pins_about_95_in_100_are_confirmed_and_none_is_wrong() {
        // Errors of both as their radii promise, from a fixed sequence.
        let mut state = 7_u64;
        let mut even = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
        };
        let per_degree = 110_700.0;
        let mut quality = Quality::default();
        for _ in 0..20_000 {
            let mut error = |radius95: f64| {
                // Rayleigh: 95 % lie within radius95.
                let far = radius95 * (even().ln() / 0.05_f64.ln()).sqrt();
                let (sin, cos) = (even() * std::f64::consts::TAU).sin_cos();
                (far * sin / per_degree, far * cos / per_degree)
            };
            let (a, b) = (error(20.0), error(35.0));
            // At the equator a degree is as long both ways, to half a per cent.
            let said = compare(
                &at(0.1 + a.0, 100.0 + a.1, 20.0),
                &at(0.1 + b.0, 100.0 + b.1, 35.0),
            );
            quality.add(said.verdict);
        }
        let share = quality.share().unwrap();
        assert!(share.low > 0.95 && share.high < 0.98, "{share:?}");
        assert!(quality.wrong <= 1, "{quality:?}");
    }

    #[test]
    fn names_go_there_and_back() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::of_name(verdict.as_str()), Some(verdict));
        }
        for why in [Why::Chance, Why::Suspicion] {
            assert_eq!(Why::of_name(why.as_str()), Some(why));
        }
        assert_eq!(Verdict::of_name(""), None);
        assert_eq!(Quality::default().share(), None);
    }

    prop_compose! {
        fn candidates()(scores in proptest::collection::vec(0u32..400, 0..60)) -> Vec<Candidate> {
            scores.iter().zip(1u128..).map(|(score, n)| Candidate {
                pin: Uuid::from_u128(n * 0x9e37_79b9_7f4a_7c15),
                // A third has nothing found about it.
                score: f64::from(*score) - 130.0,
            }).collect()
        }
    }

    proptest! {
        /// Whichever of the two came first, the verdict is the same; further apart
        /// or better measured, it is never better.
        #[test]
        fn it_is_even_handed_and_never_rewards_distance(
            lat in 6.0f64..20.0, lon in 98.0f64..105.0, north in 0.0f64..0.01,
            a in proptest::option::of(0.0f64..200.0), b in 0.0f64..50.0, more in 0.0f64..0.01,
        ) {
            let (pin, check) = (at(lat, lon, a), at(lat + north, lon, b));
            let said = compare(&pin, &check);
            prop_assert_eq!(said.verdict, compare(&check, &pin).verdict);
            let further = compare(&pin, &at(lat + north + more, lon, b));
            prop_assert!(further.verdict >= said.verdict);
            let weaker = compare(&pin, &at(lat + north, lon, b + 10.0));
            prop_assert!(weaker.verdict <= said.verdict);
        }

        /// A draw is of what there is, each once, as many as wanted, half of them
        /// by chance; in any order of the candidates it is the same.
        #[test]
        fn a_draw_is_fair(candidates in candidates(), seed in any::<[u8; 32]>(), wanted in 0usize..80) {
            let drawn = draw(&candidates, &seed, wanted);
            prop_assert_eq!(drawn.len(), wanted.min(candidates.len()));
            let once: BTreeSet<Uuid> = drawn.iter().map(|(pin, _)| *pin).collect();
            prop_assert_eq!(once.len(), drawn.len());
            prop_assert!(once.iter().all(|pin| candidates.iter().any(|one| one.pin == *pin)));
            let chance = drawn.iter().filter(|(_, why)| *why == Why::Chance).count();
            prop_assert!(chance >= drawn.len().div_ceil(2));
            // Nothing that is left is more suspicious than what was drawn for that.
            let score = |pin: &Uuid| candidates.iter().find(|one| one.pin == *pin).unwrap().score;
            let least = drawn.iter().filter(|(_, why)| *why == Why::Suspicion)
                .map(|(pin, _)| score(pin)).fold(f64::INFINITY, f64::min);
            prop_assert!(least > 0.0);
            if chance < drawn.len() {
                prop_assert!(candidates.iter().filter(|one| !once.contains(&one.pin)).all(|one| one.score <= least));
            }
            let mut turned = candidates;
            turned.reverse();
            prop_assert_eq!(draw(&turned, &seed, wanted), drawn);
        }
    }

    #[test]
    fn by_chance_everybody_is_drawn_as_often() {
        let candidates: Vec<Candidate> = (0..10)
            .map(|n| Candidate {
                pin: Uuid::from_u128(n),
                score: 0.0,
            })
            .collect();
        let mut times = [0_u32; 10];
        for n in 0..4_000_u32 {
            let mut seed = [0; 32];
            seed[..4].copy_from_slice(&n.to_le_bytes());
            for (pin, why) in draw(&candidates, &seed, 3) {
                assert_eq!(why, Why::Chance);
                times[usize::try_from(pin.as_u128()).unwrap()] += 1;
            }
        }
        // 1,200 each, give or take four standard deviations.
        assert!(
            times.iter().all(|n| (1_080..1_320).contains(n)),
            "{times:?}"
        );
    }
}
