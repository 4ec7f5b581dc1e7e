//! Days, times and points in time, read and written in ISO 8601 only: a
//! phone's locale never takes part, so 2569 never becomes a Christian year.

use time::{Date, Month};

/// A day in milliseconds.
pub(super) const DAY_MS: i64 = 86_400_000;

/// The Julian day of 1970-01-01.
const EPOCH_JULIAN: i64 = 2_440_588;

/// A point in time as seen at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970-01-01T00:00Z.
    pub utc_ms: i64,
    /// The place's offset from UTC in minutes, −1439 to 1439.
    pub offset_minutes: i16,
}

impl Moment {
    /// Days since the epoch by the clock on the wall, with the time of day as
    /// a fraction.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn local_days(self) -> f64 {
        self.local_ms() as f64 / DAY_MS as f64
    }

    /// The day by the clock on the wall, as days since the epoch.
    #[must_use]
    pub fn local_date(self) -> i64 {
        self.local_ms().div_euclid(DAY_MS)
    }

    /// Milliseconds since local midnight, 0 to 86,399,999.
    #[must_use]
    pub fn time_of_day_ms(self) -> i64 {
        self.local_ms().rem_euclid(DAY_MS)
    }

    fn local_ms(self) -> i64 {
        self.utc_ms
            .saturating_add(i64::from(self.offset_minutes) * 60_000)
    }

    /// `2018-01-02T10:20:30.123+07:00`.
    #[must_use]
    pub fn write(self) -> String {
        let ms = self.time_of_day_ms();
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let offset = self.offset_minutes.unsigned_abs();
        format!(
            "{}T{:02}:{:02}:{:02}.{:03}{sign}{:02}:{:02}",
            write_date(self.local_date()),
            ms / 3_600_000,
            ms / 60_000 % 60,
            ms / 1000 % 60,
            ms % 1000,
            offset / 60,
            offset % 60
        )
    }
}

/// The calendar's day, if it lies in the years −9999 to 9999.
pub(super) fn calendar(days: i64) -> Option<Date> {
    let julian = days.checked_add(EPOCH_JULIAN)?;
    Date::from_julian_day(i32::try_from(julian).ok()?).ok()
}

/// `2018-01-02`; the empty text for a day outside the years −9999 to 9999.
#[must_use]
pub fn write_date(days: i64) -> String {
    calendar(days).map_or_else(String::new, |date| {
        format!(
            "{:04}-{:02}-{:02}",
            date.year(),
            u8::from(date.month()),
            date.day()
        )
    })
}

/// Reads `2018-01-02` (single digits are taken too) as days since the epoch.
#[must_use]
pub fn parse_date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4, 4)?;
    let month = digits(parts.next()?, 1, 2)?;
    let day = digits(parts.next()?, 1, 2)?;
    if parts.next().is_some() {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?);
    Some(i64::from(date.ok()?.to_julian_day()) - EPOCH_JULIAN)
}

/// Reads `10:20`, `10:20:30`, `10:20:30.123`, each with an optional offset
/// (`Z`, `+07`, `+0700`, `+07:00`): milliseconds since midnight, and the
/// offset in minutes if one was given.
#[must_use]
pub fn parse_time(text: &str) -> Option<(i64, Option<i16>)> {
    let (clock, offset) = match text.find(['Z', '+', '-']) {
        Some(at) => (text.get(..at)?, Some(parse_offset(text.get(at..)?)?)),
        None => (text, None),
    };
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2, 2)?;
    let minute = digits(parts.next()?, 2, 2)?;
    let second_ms = match parts.next() {
        None => 0,
        Some(seconds) => {
            let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            let ms: String = fraction.chars().chain("00".chars()).take(3).collect();
            digits(fraction, 1, 9)?;
            let whole = digits(whole, 2, 2)?;
            if whole > 59 {
                return None;
            }
            whole * 1000 + digits(&ms, 3, 3)?
        }
    };
    if parts.next().is_some() || hour > 23 || minute > 59 {
        return None;
    }
    Some((hour * 3_600_000 + minute * 60_000 + second_ms, offset))
}

/// Reads a date with or without a time. A time without an offset is taken at
/// `offset_minutes`; the result is seen from there.
#[must_use]
pub fn parse_moment(text: &str, offset_minutes: i16) -> Option<Moment> {
    let (date, clock) = match text.split_once(['T', ' ']) {
        Some((date, clock)) => (date, Some(clock)),
        None => (text, None),
    };
    let days = parse_date(date)?;
    let (ms, offset) = clock.map_or(Some((0, None)), parse_time)?;
    let offset_ms = i64::from(offset.unwrap_or(offset_minutes)) * 60_000;
    Some(Moment {
        utc_ms: days * DAY_MS + ms - offset_ms,
        offset_minutes,
    })
}

fn parse_offset(text: &str) -> Option<i16> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let rest = text.get(1..)?;
    let (hours, minutes) = match rest.split_once(':') {
        Some(pair) => pair,
        None if rest.len() == 4 && rest.is_ascii() => rest.split_at(2),
        None => (rest, "00"),
    };
    let hours = digits(hours, 2, 2)?;
    let minutes = digits(minutes, 2, 2)?;
    if hours > 23 || minutes > 59 {
        return None;
    }
    i16::try_from(sign * (hours * 60 + minutes)).ok()
}

fn digits(text: &str, least: usize, most: usize) -> Option<i64> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn days_count_from_1970() {
        assert_eq!(parse_date("1970-01-01"), Some(0));
        assert_eq!(parse_date("2008-09-05"), Some(14127));
        assert_eq!(parse_date("1941-12-07"), Some(-10252));
        assert_eq!(parse_date("2018-2-30"), None);
        assert_eq!(parse_date("๒๕๖๑-๐๑-๐๑"), None);
        assert_eq!(write_date(-1), "1969-12-31");
        assert_eq!(write_date(i64::MAX), "");
    }

    #[test]
    fn a_moment_is_seen_from_the_place() {
        let noon = parse_moment("2018-05-07T12:00:00.5Z", 420).unwrap();
        assert_eq!(noon.write(), "2018-05-07T19:00:00.500+07:00");
        let bare = parse_moment("2018-05-07", 420).unwrap();
        assert_eq!(bare.write(), "2018-05-07T00:00:00.000+07:00");
        assert_eq!(parse_moment("2018-05-07T24:00:00", 0), None);
        assert_eq!(parse_moment("2018-05-07T10:00+07:60", 0), None);
    }
}
