//! What a check found about a pin: a code, a severity and its figures.
//!
//! Words for people are made from the code and its figures elsewhere, so a
//! finding crosses the wire and the years without any wording in it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How much a finding weighs.
///
/// Ordered: `Info < Warn < Block`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nobody has to act.
    Info,
    /// A person should look before the pin is approved.
    Warn,
    /// The pin must not be approved as it stands.
    Block,
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// How much it weighs.
    pub severity: Severity,
    /// The figures behind it, by name; a name ends in its unit (`distance_m`,
    /// `radius95_m`, `skew_s`). Never NaN or infinite: JSON has neither.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: BTreeMap<String, f64>,
}

impl Finding {
    /// A finding without figures.
    #[must_use]
    pub fn new(code: FindingCode, severity: Severity) -> Self {
        Self {
            code,
            severity,
            figures: BTreeMap::new(),
        }
    }

    /// Adds one figure; one that is not finite is left out, since JSON cannot
    /// carry it and a null would be read as zero by somebody.
    #[must_use]
    pub fn with(mut self, name: &str, value: f64) -> Self {
        if value.is_finite() {
            self.figures.insert(name.to_owned(), value);
        }
        self
    }
}

macro_rules! finding_codes {
    ($($(#[$doc:meta])* $variant:ident => $code:literal,)+) => {
        /// What a finding is about; on the wire a stable snake_case string.
        ///
        /// A code that this version does not know (a newer phone or registry
        /// wrote it) is kept as it came in [`FindingCode::Other`], so nothing
        /// is lost when the finding is passed on.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingCode {
            $($(#[$doc])* $variant,)+
            /// A code that this version does not know, as it came.
            Other(String),
        }

        impl FindingCode {
            /// Every code that this version knows, in the order of their declaration.
            pub const KNOWN: &'static [FindingCode] = &[$(FindingCode::$variant,)+];

            /// The stable code, such as `outside_country`.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Other(code) => code,
                }
            }
        }

        impl From<&str> for FindingCode {
            fn from(code: &str) -> Self {
                match code {
                    $($code => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

finding_codes! {
    // Placement: where the pin lies.
    /// The position is not in Thailand.
    OutsideCountry => "outside_country",
    /// The position is outside the area of its LAO, by more than radius and tolerance.
    OutsideArea => "outside_area",
    /// The radius and the tolerance of the area leave it open on which side the pin lies.
    AreaUndecidable => "area_undecidable",
    /// No area is known for this LAO, so nothing could be checked against it.
    AreaUnknown => "area_unknown",
    /// Another counter has a pin so near that both may be the same place.
    NearOtherCounter => "near_other_counter",
    /// The pin lies far from the verified pin that it supersedes.
    FarFromSuperseded => "far_from_superseded",
    /// Latitude and longitude look exchanged.
    SwappedCoordinates => "swapped_coordinates",
    /// The coordinates have too few decimals to have been measured.
    RoundedCoordinates => "rounded_coordinates",
    /// The position lies in another province than its address says.
    WrongProvince => "wrong_province",
    /// The position lies in another district than its address says.
    WrongDistrict => "wrong_district",
    /// The photo's own position lies far from the pin.
    PhotoElsewhere => "photo_elsewhere",
    /// The pin came before its counter, which turned out to be another LAO's:
    /// kept, and not counted.
    OutOfScope => "out_of_scope",

    // Authorship: who saved the item. Found by the registry when it arrives.
    /// The item is not signed, and its author's phone never registered a key.
    Unsigned => "unsigned",
    /// The item is signed with a key that was never registered.
    KeyUnregistered => "key_unregistered",
    /// The item is signed with a key that another has replaced since: the phone
    /// lost it.
    KeyReplaced => "key_replaced",
    /// The item is signed by its author's key of another device than it names.
    SignedElsewhere => "signed_elsewhere",
    /// The item came after its author's account was disabled.
    AuthorDisabled => "author_disabled",

    // Beside other pins: found when a pin is looked at, never stored.
    /// One phone pinned counters of several LAOs.
    DeviceOfManyLaos => "device_of_many_laos",
    /// One phone pinned several counters in one place.
    ManyInOnePlace => "many_in_one_place",
    /// The pin lies far from an earlier one of the same counter, never verified.
    FarFromEarlier => "far_from_earlier",
    /// Several pins of the counter stand side by side, and one must be chosen.
    SeveralPins => "several_pins",

    // Capture: how the position was measured.
    /// The phone says that an app made the position up.
    Mock => "mock",
    /// The phone did not say whether the position is made up; that is not a "no".
    MockUnknown => "mock_unknown",
    /// A person placed the position by hand; nothing was measured.
    PlacedByHand => "placed_by_hand",
    /// The receiver reported no accuracy; the radius rests on a stated fallback.
    AccuracyNotGiven => "accuracy_not_given",
    /// The radius is above the target and within the weakest accepted.
    Weak => "weak",
    /// The radius is beyond the weakest accepted; the province judges.
    TooWeak => "too_weak",
    /// The phone moved during the capture.
    Moving => "moving",
    /// The position jumped during the capture.
    Jump => "jump",
    /// Satellite and network positions lie further apart than both accuracies explain.
    ProvidersDisagree => "providers_disagree",
    /// The receiver repeated one coordinate; the repeats count as one sample.
    RepeatedCoordinate => "repeated_coordinate",
    /// The first fix was a stored one from before the capture and was dropped.
    CachedFirstFix => "cached_first_fix",
    /// The phone's wall clock differs from the satellites' or the registry's time.
    ClockSkew => "clock_skew",
    /// All fixes came from one kind of provider, so none could be compared.
    SingleSource => "single_source",
    /// The capture rests on fewer fixes than a stable one needs.
    FewFixes => "few_fixes",
    /// The capture was ended before the radius was stable.
    EndedEarly => "ended_early",
}

impl FindingCode {
    /// Whether it is about who saved the item, not about where it lies: such a
    /// one stands whatever is found of the place later.
    #[must_use]
    pub fn is_authorship(&self) -> bool {
        matches!(
            self,
            Self::Unsigned
                | Self::KeyUnregistered
                | Self::KeyReplaced
                | Self::SignedElsewhere
                | Self::AuthorDisabled
        )
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for FindingCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for FindingCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|code| Self::from(code.as_str()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn every_known_code_survives_the_wire_and_is_snake_case() {
        for code in FindingCode::KNOWN {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(&serde_json::from_str::<FindingCode>(&json).unwrap(), code);
            assert!(
                code.as_str()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{code}"
            );
        }
    }

    #[test]
    fn an_unknown_code_is_kept_as_it_came() {
        let json = r#"{"code":"invented_in_2570","severity":"warn","figures":{"distance_m":3.5}}"#;
        let finding: Finding = serde_json::from_str(json).unwrap();
        assert_eq!(finding.code, FindingCode::Other("invented_in_2570".into()));
        assert_eq!(serde_json::to_string(&finding).unwrap(), json);
    }

    #[test]
    fn a_figure_that_json_cannot_carry_is_left_out() {
        let finding = Finding::new(FindingCode::Jump, Severity::Info).with("distance_m", f64::NAN);
        assert!(finding.figures.is_empty());
    }

    #[test]
    fn block_outweighs_warn_outweighs_info() {
        assert!(Severity::Block > Severity::Warn && Severity::Warn > Severity::Info);
    }
}
