//! The payloads of the kinds that the main job needs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::arabic_digits;
use crate::check_pin::WEAKEST_CHECK_M;
use crate::finding::{Finding, FindingCode};
use crate::model::{Address, CounterKind, CounterStatus};
use crate::position::{Position, PositionError};

/// How a position came about. A fact of its own, never an accuracy of 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// From satellite fixes.
    Gnss,
    /// From the phone's fused or network provider.
    Fused,
    /// Placed by hand; always reviewed.
    Hand,
}

/// One captured position of one counter. Immutable; a later pin supersedes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pin {
    /// The counter.
    pub counter: Uuid,
    /// Latitude, degrees WGS 84, north positive.
    pub lat: f64,
    /// Longitude, degrees WGS 84, east positive.
    pub lon: f64,
    /// The radius in metres within which the truth lies in 68 % of captures;
    /// absent where placed by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius68_m: Option<f64>,
    /// The radius in metres within which the truth lies in 95 % of captures;
    /// absent where placed by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius95_m: Option<f64>,
    /// How the position came about.
    pub method: Method,
    /// How many fixes the position rests on.
    pub fixes: u32,
    /// Seconds from the first to the last of them.
    pub seconds: f64,
    /// What the phone's checks found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Why the person saved it all the same, a ready reason's code or their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// A note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// SHA-256 of the photo, base64url, which travels apart from the pin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<super::ItemHash>,
}

/// A counter that staff propose, rename, move or close. The same id again,
/// having seen the earlier proposal, changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterProposal {
    /// The counter's id, made on the phone for a new one.
    pub counter: Uuid,
    /// Whose it is.
    pub lao: Uuid,
    /// Its name in Thai.
    pub name: String,
    /// What it is.
    pub kind: CounterKind,
    /// Whether it serves.
    pub status: CounterStatus,
    /// Where it is, in words.
    #[serde(default)]
    pub address: Address,
}

/// The most characters of a counter's name.
pub const MAX_COUNTER_NAME: usize = 200;

/// A counter's name is empty or longer than [`MAX_COUNTER_NAME`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a counter's name has 1 to {MAX_COUNTER_NAME} characters, not {0}")]
pub struct CounterNameLength(pub usize);

impl CounterNameLength {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        "counter_name_length"
    }
}

impl CounterProposal {
    /// Whether it may be saved and stored.
    ///
    /// # Errors
    /// [`CounterNameLength`].
    pub fn check(&self) -> Result<(), CounterNameLength> {
        counter_name_fits(&self.name)
    }
}

fn counter_name_fits(name: &str) -> Result<(), CounterNameLength> {
    let length = name.trim().chars().count();
    if (1..=MAX_COUNTER_NAME).contains(&length) {
        Ok(())
    } else {
        Err(CounterNameLength(length))
    }
}

/// "This LAO's list of counters is complete", or no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterStatement {
    /// The LAO.
    pub lao: Uuid,
    /// Whether the list is complete.
    pub complete: bool,
    /// How many counters the author saw in it.
    pub counters: u32,
}

/// Whether an LAO comes to a meeting, and with how many people. What was said
/// last holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// The meeting: its announcement's key.
    pub meeting: String,
    /// The LAO.
    pub lao: Uuid,
    /// Whether somebody comes.
    pub will: bool,
    /// How many people; none where nobody comes.
    pub people: u16,
}

/// The most people of one LAO at a meeting.
pub const MOST_AT_MEETING: u16 = 50;

/// Whoever comes to a meeting is 1 to [`MOST_AT_MEETING`] people, and whoever does
/// not is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("1 to {MOST_AT_MEETING} people come to a meeting, not {0}")]
pub struct PeopleAtMeeting(pub u16);

impl PeopleAtMeeting {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        "meeting_people_wrong"
    }
}

impl Attendance {
    /// As it was typed, in digits of either kind. What is no number of people is
    /// found to be nobody; it is not looked at where nobody comes.
    #[must_use]
    pub fn typed(meeting: &str, lao: Uuid, will: bool, people: &str) -> Self {
        let people = will.then(|| arabic_digits(people.trim()).parse().ok());
        Self {
            meeting: meeting.to_owned(),
            lao,
            will,
            people: people.flatten().unwrap_or(0),
        }
    }

    /// Whether it may be saved and stored.
    ///
    /// # Errors
    /// [`PeopleAtMeeting`].
    pub fn check(&self) -> Result<(), PeopleAtMeeting> {
        let fits = if self.will {
            (1..=MOST_AT_MEETING).contains(&self.people)
        } else {
            self.people == 0
        };
        if fits {
            Ok(())
        } else {
            Err(PeopleAtMeeting(self.people))
        }
    }
}

/// A provincial officer's decision on one pin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The pin.
    pub pin: Uuid,
    /// Approved, or sent back.
    pub decision: Decision,
    /// Why it was sent back, a ready reason's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The ready reasons for which a pin is sent back, as [`Review::reason`] has
/// them; a free text goes into [`Review::note`].
pub const SENT_BACK_REASONS: [&str; 8] = [
    "wrong_province",
    "wrong_district",
    "not_at_address",
    "duplicate",
    "not_on_building",
    "too_weak",
    "photo",
    "other",
];

/// What an officer decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The pin is right.
    Approved,
    /// The pin must be taken anew. Beats an approval that did not know of it.
    SentBack,
}

/// A counter whose pin was drawn, measured once more by somebody who was not shown
/// that pin. Of several people's, the first that arrives counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckMeasurement {
    /// The check: the key of its [`super::pull::record::CHECK`].
    pub check: Uuid,
    /// Its counter.
    pub counter: Uuid,
    /// Latitude, degrees WGS 84, north positive.
    pub lat: f64,
    /// Longitude, degrees WGS 84, east positive.
    pub lon: f64,
    /// The radius in metres within which the truth lies in 68 % of captures;
    /// absent where a person typed what a receiver showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius68_m: Option<f64>,
    /// The radius in metres within which the truth lies in 95 % of captures: above
    /// 0 and at most [`WEAKEST_CHECK_M`].
    pub radius95_m: f64,
    /// How the position came about; absent where a person typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// How many fixes the position rests on.
    #[serde(default)]
    pub fixes: u32,
    /// Seconds from the first to the last of them.
    #[serde(default)]
    pub seconds: f64,
    /// What the phone's checks found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// A note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A [`CheckMeasurement`] as a phone saves it: with the name of its counter, which is
/// told with the check alone and goes with it, while what was measured stays. The
/// registry, which has the name, does not look at it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedCheck {
    /// What was measured.
    #[serde(flatten)]
    pub measured: CheckMeasurement,
    /// The counter's name in Thai, of 1 to [`MAX_COUNTER_NAME`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter_name: Option<String>,
}

impl SavedCheck {
    /// With the name, unless it is none: that keeps no measurement back.
    #[must_use]
    pub fn new(measured: CheckMeasurement, counter_name: &str) -> Self {
        let name = counter_name.trim();
        Self {
            measured,
            counter_name: counter_name_fits(name).is_ok().then(|| name.to_owned()),
        }
    }

    /// Whether a pin can be held against it, and where it lies.
    ///
    /// # Errors
    /// [`CheckUnfit`].
    pub fn check(&self) -> Result<Position, CheckUnfit> {
        if let Some(name) = &self.counter_name {
            counter_name_fits(name)?;
        }
        self.measured.check()
    }
}

/// Why a measurement can check no pin.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CheckUnfit {
    /// Its numbers are no position.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// Its radii are none: 0 to radius95_m, and above 0.
    #[error("radius95_m must be above 0, radius68_m 0 to radius95_m")]
    Radius,
    /// It is weaker than [`WEAKEST_CHECK_M`].
    #[error("a check is within {WEAKEST_CHECK_M} m, not {0} m")]
    TooWeak(f64),
    /// An app made the position up.
    #[error("an app made the position up")]
    Mock,
    /// It was placed by hand, so nothing was measured.
    #[error("nothing was measured: the position was placed by hand")]
    ByHand,
    /// The name of its counter is none.
    #[error(transparent)]
    Name(#[from] CounterNameLength),
}

impl CheckUnfit {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Position(error) => error.code(),
            Self::Radius => "radius_out_of_range",
            Self::TooWeak(_) => "check_too_weak",
            Self::Mock => "check_mock",
            Self::ByHand => "check_by_hand",
            Self::Name(error) => error.code(),
        }
    }
}

impl CheckMeasurement {
    /// Whether a pin can be held against it, and where it lies.
    ///
    /// # Errors
    /// [`CheckUnfit`].
    pub fn check(&self) -> Result<Position, CheckUnfit> {
        if self.method == Some(Method::Hand) {
            return Err(CheckUnfit::ByHand);
        }
        if self
            .findings
            .iter()
            .any(|one| one.code == FindingCode::Mock)
        {
            return Err(CheckUnfit::Mock);
        }
        let position = Position::new(self.lat, self.lon)?;
        let radius95_m = self.radius95_m;
        let inner = self.radius68_m.unwrap_or(0.0);
        if radius95_m.is_nan() || radius95_m <= 0.0 || !(0.0..=radius95_m).contains(&inner) {
            return Err(CheckUnfit::Radius);
        }
        if radius95_m > WEAKEST_CHECK_M {
            return Err(CheckUnfit::TooWeak(radius95_m));
        }
        Ok(position)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::finding::Severity;

    #[test]
    fn what_measured_nothing_or_too_weakly_checks_no_pin() {
        let good = CheckMeasurement {
            check: Uuid::from_u128(1),
            counter: Uuid::from_u128(2),
            lat: 18.417,
            lon: 98.676,
            radius68_m: Some(4.0),
            radius95_m: 9.5,
            method: Some(Method::Gnss),
            fixes: 11,
            seconds: 10.0,
            findings: vec![Finding::new(FindingCode::MockUnknown, Severity::Warn)],
            note: None,
        };
        let code = |change: &dyn Fn(&mut CheckMeasurement)| {
            let mut bad = good.clone();
            change(&mut bad);
            bad.check().map_err(|unfit| unfit.code())
        };
        assert_eq!(code(&|_| ()), Ok(Position::new(18.417, 98.676).unwrap()));
        assert!(code(&|m| m.radius95_m = 50.0).is_ok());
        assert_eq!(code(&|m| m.radius95_m = 50.1), Err("check_too_weak"));
        for radius in [0.0, -3.0, f64::NAN, 3.9] {
            let said = code(&|m| m.radius95_m = radius);
            assert_eq!(said, Err("radius_out_of_range"), "{radius}");
        }
        let swapped = code(&|m| (m.lat, m.lon) = (98.676, 18.417));
        assert_eq!(swapped, Err("swapped_coordinates"));
        assert_eq!(
            code(&|m| m.method = Some(Method::Hand)),
            Err("check_by_hand")
        );
        let mock = Finding::new(FindingCode::Mock, Severity::Warn);
        assert_eq!(code(&|m| m.findings.push(mock.clone())), Err("check_mock"));
        // As a page sends it: typed, with nothing but the radius.
        let typed = r#"{"check":"00000000-0000-0000-0000-000000000001",
            "counter":"00000000-0000-0000-0000-000000000002","lat":18.4,"lon":98.6,"radius95_m":9}"#;
        let typed: CheckMeasurement = serde_json::from_str(typed).unwrap();
        assert!(typed.check().is_ok() && typed.method.is_none());
    }

    #[test]
    fn a_saved_check_has_its_counter_s_name_beside_what_the_registry_reads() {
        let measured = CheckMeasurement {
            check: Uuid::from_u128(1),
            counter: Uuid::from_u128(2),
            lat: 18.417,
            lon: 98.676,
            radius68_m: None,
            radius95_m: 9.5,
            method: Some(Method::Gnss),
            fixes: 11,
            seconds: 10.0,
            findings: Vec::new(),
            note: None,
        };
        let saved = SavedCheck::new(measured.clone(), " ที่ทำการ ");
        assert_eq!(saved.counter_name.as_deref(), Some("ที่ทำการ"));
        assert!(saved.check().is_ok());
        let payload = serde_json::to_string(&saved).unwrap();
        assert!(payload.contains("\"counter_name\":\"ที่ทำการ\""));
        // One object: read with the name and without.
        assert_eq!(serde_json::from_str::<SavedCheck>(&payload).unwrap(), saved);
        assert_eq!(
            serde_json::from_str::<CheckMeasurement>(&payload).unwrap(),
            measured
        );
        let older = serde_json::to_string(&measured).unwrap();
        let older: SavedCheck = serde_json::from_str(&older).unwrap();
        assert!(older.check().is_ok() && older.counter_name.is_none());
        for name in ["", " ", &"ก".repeat(MAX_COUNTER_NAME + 1)] {
            assert_eq!(SavedCheck::new(measured.clone(), name).counter_name, None);
            let bad = SavedCheck {
                measured: measured.clone(),
                counter_name: Some(name.to_owned()),
            };
            assert_eq!(bad.check().unwrap_err().code(), "counter_name_length");
        }
    }
}
