//! The periods of results: months, quarters and years, as they stand in an
//! address and as people read them.

use std::fmt;
use std::str::FromStr;

use pakmut_domain::calendar;
use pakmut_domain::words::{self, Lang};

use super::counting::period_of;

/// A stretch of whole months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A month: year of the common era × 12 + month from 0.
    Month(i64),
    /// A quarter: year × 4 + quarter from 0.
    Quarter(i64),
    /// A year of the common era.
    Year(i64),
}

/// A text that names no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period is YYYY, YYYY-MM or YYYY-qN")]
pub struct NotAPeriod;

impl Period {
    /// The year of a moment, by Bangkok's calendar.
    #[must_use]
    pub fn year_of(ms: i64) -> Self {
        Self::Year(period_of(ms) / 12)
    }

    /// Its first month and the first after it.
    #[must_use]
    pub const fn months(self) -> (i64, i64) {
        let (from, many) = match self {
            Self::Month(at) => (at, 1),
            Self::Quarter(at) => (at * 3, 3),
            Self::Year(at) => (at * 12, 12),
        };
        (from, from + many)
    }

    /// The one before.
    #[must_use]
    pub const fn before(self) -> Self {
        match self {
            Self::Month(at) => Self::Month(at - 1),
            Self::Quarter(at) => Self::Quarter(at - 1),
            Self::Year(at) => Self::Year(at - 1),
        }
    }

    /// The one after.
    #[must_use]
    pub const fn after(self) -> Self {
        match self {
            Self::Month(at) => Self::Month(at + 1),
            Self::Quarter(at) => Self::Quarter(at + 1),
            Self::Year(at) => Self::Year(at + 1),
        }
    }

    /// The same moment's month, quarter and year, to choose from.
    #[must_use]
    pub const fn kinds(self) -> [Self; 3] {
        let (_, end) = self.months();
        let last = end - 1;
        [
            Self::Month(last),
            Self::Quarter(last / 3),
            Self::Year(last / 12),
        ]
    }

    /// As people read it; years are Buddhist in Thai.
    #[must_use]
    pub fn text(self, lang: Lang) -> String {
        let year = |year: i64| match lang {
            Lang::Th => year + i64::from(calendar::BUDDHIST_YEARS),
            Lang::En => year,
        };
        match self {
            Self::Month(at) => calendar::month_text(at / 12, at % 12, lang),
            Self::Quarter(at) => {
                let figures = [
                    ("quarter", (at % 4 + 1).to_string().as_str().into()),
                    ("year", year(at / 4).to_string().as_str().into()),
                ];
                words::text(lang, "results-quarter", &figures)
            }
            Self::Year(at) => {
                let figures = [("year", year(at).to_string().as_str().into())];
                words::text(lang, "results-year", &figures)
            }
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(at) => write!(f, "{:04}-{:02}", at / 12, at % 12 + 1),
            Self::Quarter(at) => write!(f, "{:04}-q{}", at / 4, at % 4 + 1),
            Self::Year(at) => write!(f, "{at:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let (year, part) = match text.split_once('-') {
            Some((year, part)) => (year, Some(part)),
            None => (text, None),
        };
        let number = |text: &str, digits: usize| {
            let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| text.parse::<i64>().ok()).flatten()
        };
        let year = number(year, 4).ok_or(NotAPeriod)?;
        let found = match part {
            None => Some(Self::Year(year)),
            Some(part) => match part.strip_prefix('q') {
                Some(quarter) => number(quarter, 1)
                    .filter(|q| (1..=4).contains(q))
                    .map(|q| Self::Quarter(year * 4 + q - 1)),
                None => number(part, 2)
                    .filter(|m| (1..=12).contains(m))
                    .map(|m| Self::Month(year * 12 + m - 1)),
            },
        };
        found.ok_or(NotAPeriod)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_written_is_read_alike() {
        for text in ["2026", "2026-07", "2026-q3"] {
            let period: Period = text.parse().unwrap();
            assert_eq!(period.to_string(), text);
            assert_eq!(period.before().after(), period);
            assert_eq!(period.before().months().1, period.months().0);
        }
        let kinds = "2026".parse::<Period>().unwrap().kinds();
        assert_eq!(kinds.map(|k| k.to_string()), ["2026-12", "2026-q4", "2026"]);
        for bad in [
            "",
            "26",
            "2026-13",
            "2026-00",
            "2026-q5",
            "2026-7",
            "๒๕๖๙",
            "2026-07-01",
        ] {
            assert_eq!(bad.parse::<Period>(), Err(NotAPeriod), "{bad}");
        }
    }

    #[test]
    fn people_read_buddhist_years_in_thai() {
        let text = |period: &str, lang| period.parse::<Period>().unwrap().text(lang);
        assert_eq!(text("2026-07", Lang::Th), "กรกฎาคม 2569");
        assert_eq!(text("2026-07", Lang::En), "July 2026");
        assert_eq!(text("2026-q3", Lang::Th), "ไตรมาส 3 ปี 2569");
        assert_eq!(text("2026", Lang::En), "2026");
    }
}
