//! A calendar day as it crosses every boundary: `YYYY-MM-DD`, common era.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::{Date, Month};

use crate::calendar;

/// A day of the common era, years 1 to 9999; on the wire `YYYY-MM-DD` in ASCII
/// digits. What people read in Buddhist years is made from it elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

/// A text that is no [`Day`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a day: YYYY-MM-DD in the common era")]
pub struct NotADay;

impl Day {
    /// A day from a date that is known to lie in the years 1 to 9999: a constant.
    pub(super) const fn of(date: Date) -> Self {
        Self(date)
    }

    /// A day by its numbers, where there is one.
    pub const fn new(year: i32, month: Month, day: u8) -> Option<Self> {
        match Date::from_calendar_date(year, month, day) {
            Ok(date) if date.year() >= 1 && date.year() <= 9999 => Some(Self(date)),
            _ => None,
        }
    }

    /// The day in Bangkok at this moment, milliseconds
    /// since 1970 UTC; absent outside the years 1 to 9999.
    pub fn in_bangkok(ms: i64) -> Option<Self> {
        let date = calendar::in_bangkok(ms)?.date();
        (1..=9999).contains(&date.year()).then_some(Self(date))
    }

    /// The year, common era.
    pub const fn year(self) -> i32 {
        self.0.year()
    }

    /// The day as the `time` crate has it.
    pub const fn date(self) -> Date {
        self.0
    }
}

impl FromStr for Day {
    type Err = NotADay;
    fn from_str(text: &str) -> Result<Self, NotADay> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, b)| match at {
                4 | 7 => *b == b'-',
                _ => b.is_ascii_digit(),
            });
        if !shaped {
            return Err(NotADay);
        }
        let year = text[..4].parse().map_err(|_| NotADay)?;
        let month: u8 = text[5..7].parse().map_err(|_| NotADay)?;
        let day = text[8..].parse().map_err(|_| NotADay)?;
        Self::new(year, Month::try_from(month).map_err(|_| NotADay)?, day).ok_or(NotADay)
    }
}

impl TryFrom<String> for Day {
    type Error = NotADay;
    fn try_from(text: String) -> Result<Self, NotADay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            u8::from(self.0.month()),
            self.0.day()
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_one_form_is_read() {
        assert_eq!(
            "2018-11-05".parse::<Day>().unwrap().to_string(),
            "2018-11-05"
        );
        for bad in [
            "2018-02-30",
            "2018-2-3",
            "๒๕๖๑-11-05",
            "05/11/2561",
            "0000-01-01",
            "",
            "2018-11-05T00",
        ] {
            assert_eq!(bad.parse::<Day>(), Err(NotADay), "{bad}");
        }
    }

    #[test]
    fn bangkok_is_seven_hours_ahead() {
        // 2018-11-04 17:00 UTC is midnight in Bangkok.
        let midnight = 1_541_350_800_000;
        assert_eq!(Day::in_bangkok(midnight).unwrap().to_string(), "2018-11-05");
        assert_eq!(
            Day::in_bangkok(midnight - 1).unwrap().to_string(),
            "2018-11-04"
        );
        assert_eq!(Day::in_bangkok(i64::MAX), None);
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_what_is_read_is_written_alike(text in "\\PC{0,12}|[0-9]{4}-[0-9]{2}-[0-9]{2}") {
            if let Ok(day) = text.parse::<Day>() {
                prop_assert_eq!(day.to_string(), text);
            }
        }
    }
}
