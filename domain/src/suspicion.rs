//! In which order pins are looked at: the more there is about one, the sooner.
//!
//! Each reason is a [`Finding`], so that it is shown in words with its figures;
//! the order follows from them alone.

use crate::finding::{Finding, FindingCode, Severity};

/// From how many LAOs that one phone pinned it is a reason to look: a phone that
/// is lent to the neighbour is common, one that pins three LAOs is not.
pub const MANY_LAOS: u64 = 3;

/// How many counters within [`ONE_PLACE_M`] of each other, from one phone, look
/// as if they had been pinned from one chair.
pub const ONE_PLACE_COUNTERS: u64 = 3;

/// How near to each other, metres: the length of an office building, as for
/// [`crate::place::Limits::far_from_superseded_m`].
pub const ONE_PLACE_M: f64 = 50.0;

/// How far from an earlier pin of the same counter a new one is asked about,
/// both radii allowed for, metres. An earlier pin that was never verified may
/// have been wrong, so only what another building would explain: 200 m.
pub const MOVED_M: f64 = 200.0;

/// How suspicious a pin is; the greater, the sooner it is looked at. 0 where
/// nothing was found.
///
/// The worst finding decides (a block before any number of warnings), then how
/// many others there are, then how large their figures are.
#[must_use]
pub fn score(findings: &[Finding]) -> f64 {
    findings.iter().map(weight).sum()
}

/// Whether a pin may be approved without being looked at by itself: nothing was
/// found that a person should look at.
#[must_use]
pub fn is_clean(findings: &[Finding]) -> bool {
    findings
        .iter()
        .all(|finding| finding.severity == Severity::Info)
}

fn weight(finding: &Finding) -> f64 {
    let base = match finding.severity {
        Severity::Info => 0.0,
        Severity::Warn => 10.0,
        Severity::Block => 1_000.0,
    };
    // What makes some warnings more than others: that somebody tried to deceive,
    // before what the building explains.
    let kind = match finding.code {
        FindingCode::Mock => 500.0,
        FindingCode::DeviceOfManyLaos | FindingCode::ManyInOnePlace => 60.0,
        FindingCode::OutsideArea | FindingCode::WrongProvince | FindingCode::WrongDistrict => 50.0,
        FindingCode::NearOtherCounter | FindingCode::SeveralPins => 40.0,
        FindingCode::FarFromSuperseded
        | FindingCode::FarFromEarlier
        | FindingCode::PhotoElsewhere => 30.0,
        FindingCode::PlacedByHand | FindingCode::TooWeak => 25.0,
        _ => 0.0,
    };
    // Ten times further counts one more, at most eight; of a distance that is the
    // worse the smaller it is, the other way round.
    let figure = |name: &str| finding.figures.get(name).copied();
    let size = match finding.code {
        FindingCode::NearOtherCounter => {
            figure("distance_m").map(|m| 3.0 - (m.max(0.0) + 1.0).log10())
        }
        _ => figure("distance_m")
            .or_else(|| figure("radius95_m"))
            .map(|m| (m.max(0.0) + 1.0).log10()),
    };
    if finding.severity == Severity::Info {
        return 0.0;
    }
    base + kind + size.unwrap_or(0.0).clamp(0.0, 8.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    fn warn(code: FindingCode) -> Finding {
        Finding::new(code, Severity::Warn)
    }

    #[test]
    fn a_block_comes_before_warnings_and_the_further_before_the_nearer() {
        let blocked = [Finding::new(FindingCode::Mock, Severity::Block)];
        let warned = [
            warn(FindingCode::Weak).with("radius95_m", 80.0),
            warn(FindingCode::OutsideArea).with("distance_m", 9_000.0),
        ];
        assert!(score(&blocked) > score(&warned));
        let near = [warn(FindingCode::OutsideArea).with("distance_m", 40.0)];
        let far = [warn(FindingCode::OutsideArea).with("distance_m", 40_000.0)];
        assert!(score(&far) > score(&near));
        let same_spot = [warn(FindingCode::NearOtherCounter).with("distance_m", 0.0)];
        let next_door = [warn(FindingCode::NearOtherCounter).with("distance_m", 19.0)];
        assert!(score(&same_spot) > score(&next_door));
    }

    #[test]
    fn information_alone_is_clean() {
        let info = [Finding::new(FindingCode::SingleSource, Severity::Info)];
        assert!(is_clean(&info) && is_clean(&[]));
        assert!(score(&info).abs() < f64::EPSILON);
        assert!(!is_clean(&[warn(FindingCode::Weak)]));
    }

    proptest! {
        /// What is not clean always comes before what is, and one more reason never
        /// makes a pin less suspicious.
        #[test]
        fn more_reasons_never_weigh_less(
            codes in proptest::collection::vec((0usize..FindingCode::KNOWN.len(), 0u8..3, 0.0f64..1e7), 1..6),
        ) {
            let findings: Vec<Finding> = codes.iter().map(|(code, severity, metres)| {
                let severity = [Severity::Info, Severity::Warn, Severity::Block][usize::from(*severity)];
                Finding::new(FindingCode::KNOWN[*code].clone(), severity).with("distance_m", *metres)
            }).collect();
            for upto in 1..=findings.len() {
                prop_assert!(score(&findings[..upto]) >= score(&findings[..upto - 1]));
            }
            prop_assert_eq!(is_clean(&findings), score(&findings) < 10.0);
        }
    }
}
