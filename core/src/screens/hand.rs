//! A position placed by hand: typed in degrees, in UTM with zone and datum, or
//! as a Plus Code. What is missing is asked, never guessed.

use pakmut_domain::position::{Asked, Datum, Position, TypedError, Zone, read_typed};

use super::findings::{Choice, position_lines};
use super::{Spot, Style};

/// A position as it is typed.
#[derive(Debug, Clone, PartialEq)]
pub struct HandScreen {
    /// What to type, with an example.
    pub example: String,
    /// The position that was read.
    pub position: Option<Spot>,
    /// The same as people read it, to compare.
    pub lines: Vec<String>,
    /// How far off what was typed may be by its own precision.
    pub resolution: Option<String>,
    /// The question for the zone, where it is open.
    pub ask_zone: Option<String>,
    /// The zones to choose from.
    pub zones: Vec<Choice>,
    /// The question for the datum, where it is open.
    pub ask_datum: Option<String>,
    /// The datums to choose from.
    pub datums: Vec<Choice>,
    /// What is wrong with the text, where something is.
    pub problem: Option<String>,
    /// The code of the same.
    pub problem_code: Option<String>,
}

/// Reads what was typed so far. `zone` is `47N` or `48N`, `datum` `wgs84` or
/// `indian_1975`, as chosen; anything else counts as not chosen.
#[must_use]
pub fn read_hand(text: &str, zone: Option<&str>, datum: Option<&str>, style: Style) -> HandScreen {
    let asked = Asked {
        zone: zone.and_then(|zone| match zone {
            "47N" => Some(Zone::N47),
            "48N" => Some(Zone::N48),
            _ => None,
        }),
        datum: datum.and_then(|datum| match datum {
            "wgs84" => Some(Datum::Wgs84),
            "indian_1975" => Some(Datum::Indian1975),
            _ => None,
        }),
        near: None,
    };
    let mut screen = HandScreen {
        example: style.say("position-example", &[]),
        position: None,
        lines: Vec::new(),
        resolution: None,
        ask_zone: None,
        zones: [Zone::N47, Zone::N48]
            .into_iter()
            .map(|zone| Choice {
                code: zone.to_string(),
                text: zone.to_string(),
            })
            .collect(),
        ask_datum: None,
        datums: [(Datum::Wgs84, "wgs84"), (Datum::Indian1975, "indian_1975")]
            .into_iter()
            .map(|(datum, code)| Choice {
                code: code.to_owned(),
                text: datum.name().to_owned(),
            })
            .collect(),
        problem: None,
        problem_code: None,
    };
    match read_typed(text, &asked) {
        Ok(typed) => {
            let (lat, lon) = (typed.position.lat(), typed.position.lon());
            screen.position = Some(Spot { lat, lon });
            screen.lines = position_lines(lat, lon);
            screen.resolution = Some(style.say(
                "position-resolution",
                &[("resolution_m", typed.resolution_m.into())],
            ));
        }
        Err(TypedError::Empty) => {}
        Err(error) => {
            let open = [TypedError::ZoneMissing, TypedError::DatumMissing];
            if open.contains(&error) {
                // Both are asked at once: one question after the other is a trap.
                screen.ask_zone = asked
                    .zone
                    .is_none()
                    .then(|| style.say("position-ask-zone", &[]));
                screen.ask_datum = asked
                    .datum
                    .is_none()
                    .then(|| style.say("position-ask-datum", &[]));
            } else {
                screen.problem = Some(style.error(error.code()));
            }
            screen.problem_code = Some(error.code().to_owned());
        }
    }
    screen
}

impl HandScreen {
    /// The position as the domain has it.
    #[must_use]
    pub fn place(&self) -> Option<Position> {
        let Spot { lat, lon } = self.position?;
        Position::new(lat, lon).ok()
    }
}
