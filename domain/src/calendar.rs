//! Dates and times for people: Asia/Bangkok, Buddhist years in Thai, common-era
//! years in English, Thai numerals where asked.
//!
//! Nothing here asks the system for a locale: a Thai phone's own formatting
//! turns 2018 into 2561 where it should not and reads 2561 back as it stands.
//! What crosses a boundary is UTC milliseconds or `YYYY-MM-DD`, never this text.

use thiserror::Error;
use time::{Date, Month, OffsetDateTime, UtcOffset};

use crate::words::Lang;

/// Buddhist year less common-era year. The same all year round since 1 January
/// 2484; before, the Thai year began in April, so earlier dates are not read.
pub const BUDDHIST_YEARS: i32 = 543;

/// The first Buddhist year that began on 1 January (the Calendar Year Act, B.E. 2483).
const FIRST_JANUARY_YEAR: i32 = 2484;

/// The last Buddhist year that is read as one: far beyond any round, and short
/// of every mistaken sum (a year converted twice is 3104).
const LAST_BUDDHIST_YEAR: i32 = 2699;

/// The common-era years that are read as such.
const COMMON_ERA: std::ops::RangeInclusive<i32> = 1941..=2156;

/// Asia/Bangkok has been UTC+7 since 1920, with no summer time.
const BANGKOK_SECONDS: i32 = 7 * 3600;

const THAI_MONTHS: [(&str, &str); 12] = [
    ("มกราคม", "ม.ค."),
    ("กุมภาพันธ์", "ก.พ."),
    ("มีนาคม", "มี.ค."),
    ("เมษายน", "เม.ย."),
    ("พฤษภาคม", "พ.ค."),
    ("มิถุนายน", "มิ.ย."),
    ("กรกฎาคม", "ก.ค."),
    ("สิงหาคม", "ส.ค."),
    ("กันยายน", "ก.ย."),
    ("ตุลาคม", "ต.ค."),
    ("พฤศจิกายน", "พ.ย."),
    ("ธันวาคม", "ธ.ค."),
];

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Which digits a text for people has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Digits {
    /// 0 to 9.
    #[default]
    Arabic,
    /// ๐ to ๙, in Thai text.
    Thai,
}

impl Digits {
    /// The text in these digits.
    #[must_use]
    pub fn write(self, text: &str) -> String {
        match self {
            Self::Arabic => arabic_digits(text),
            Self::Thai => thai_digits(text),
        }
    }
}

/// The text with ๐–๙ for 0–9. Only for people to read.
#[must_use]
pub fn thai_digits(text: &str) -> String {
    swap_digits(text, '0', '๐')
}

/// The text with 0–9 for ๐–๙ and for full-width digits; anything that a person
/// typed goes through this before it is read.
#[must_use]
pub fn arabic_digits(text: &str) -> String {
    swap_digits(&swap_digits(text, '๐', '0'), '０', '0')
}

fn swap_digits(text: &str, from_zero: char, to_zero: char) -> String {
    text.chars()
        .map(|c| match (c as u32).wrapping_sub(from_zero as u32) {
            digit @ 0..=9 => char::from_u32(to_zero as u32 + digit).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateStyle {
    /// 10 สิงหาคม 2561; 10 August 2018.
    Long,
    /// 10 ส.ค. 2561; 10 Aug 2018.
    Short,
    /// 10/08/2561; 2018-08-10.
    Numeric,
}

/// The date and time of day in Bangkok of UTC milliseconds since 1970; none
/// beyond the years −9999 to 9999.
#[must_use]
pub fn in_bangkok(unix_ms: i64) -> Option<OffsetDateTime> {
    let utc = OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000).ok()?;
    let offset = UtcOffset::from_whole_seconds(BANGKOK_SECONDS).ok()?;
    utc.checked_to_offset(offset)
}

/// The Buddhist year of a date.
#[must_use]
pub fn buddhist_year(date: Date) -> i32 {
    date.year() + BUDDHIST_YEARS
}

/// A date as people of a language write it.
#[must_use]
pub fn date_text(date: Date, lang: Lang, style: DateStyle) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let index = usize::from(u8::from(month)) - 1;
    match (lang, style) {
        (Lang::Th, DateStyle::Long) => {
            format!("{day} {} {}", THAI_MONTHS[index].0, buddhist_year(date))
        }
        (Lang::Th, DateStyle::Short) => {
            format!("{day} {} {}", THAI_MONTHS[index].1, buddhist_year(date))
        }
        (Lang::Th, DateStyle::Numeric) => {
            format!("{day:02}/{:02}/{}", u8::from(month), buddhist_year(date))
        }
        (Lang::En, DateStyle::Long) => format!("{day} {} {year}", ENGLISH_MONTHS[index]),
        (Lang::En, DateStyle::Short) => format!("{day} {} {year}", &ENGLISH_MONTHS[index][..3]),
        (Lang::En, DateStyle::Numeric) => iso_date(date),
    }
}

/// A month of a year of the common era, its number from 0: `กรกฎาคม 2569`,
/// `July 2026`.
#[must_use]
pub fn month_text(year: i64, month: i64, lang: Lang) -> String {
    let index = usize::try_from(month.rem_euclid(12)).unwrap_or(0);
    match lang {
        Lang::Th => format!(
            "{} {}",
            THAI_MONTHS[index].0,
            year + i64::from(BUDDHIST_YEARS)
        ),
        Lang::En => format!("{} {year}", ENGLISH_MONTHS[index]),
    }
}

/// A time of day, 24 hours: `14.05 น.` in Thai, `14:05` in English.
#[must_use]
pub fn time_text(time: time::Time, lang: Lang) -> String {
    let (hour, minute, _) = time.as_hms();
    match lang {
        Lang::Th => format!("{hour:02}.{minute:02} น."),
        Lang::En => format!("{hour:02}:{minute:02}"),
    }
}

/// Date and time in Bangkok of UTC milliseconds since 1970; a dash where there is none.
#[must_use]
pub fn moment_text(unix_ms: i64, lang: Lang, style: DateStyle) -> String {
    in_bangkok(unix_ms).map_or_else(
        || "-".to_owned(),
        |local| {
            let date = date_text(local.date(), lang, style);
            format!("{date} {}", time_text(local.time(), lang))
        },
    )
}

/// `YYYY-MM-DD`, common era: the form in which dates cross boundaries.
#[must_use]
pub fn iso_date(date: Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}

/// Why text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DateError {
    /// It is not a day, a month and a year in a known order.
    #[error("the text is not a day, a month and a year")]
    Unclear,
    /// The year is neither a common-era year from 1941 nor a Buddhist year from 2484.
    #[error("{year} is neither a common-era nor a Buddhist year that can be read")]
    Year {
        /// The year as given.
        year: i32,
    },
    /// There is no such day in that month.
    #[error("there is no such day in that month")]
    NoSuchDay,
}

impl DateError {
    /// Every code that [`DateError::code`] can give.
    pub const CODES: &'static [&'static str] = &["date_unclear", "date_year", "date_no_such_day"];

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unclear => "date_unclear",
            Self::Year { .. } => "date_year",
            Self::NoSuchDay => "date_no_such_day",
        }
    }
}

/// Reads a date that a person typed: `10 สิงหาคม 2561`, `๑๐ ส.ค. ๒๕๖๑`,
/// `10/8/2561`, `10 Aug 2018`, `2018-08-10`. The day comes first unless the year
/// does. Years of two digits are refused: 61 may be either era's.
///
/// # Errors
/// [`DateError`]; a number of the wrong era is never bent to fit.
pub fn read_date(text: &str) -> Result<Date, DateError> {
    if text.len() > 100 {
        return Err(DateError::Unclear);
    }
    let plain = arabic_digits(text).to_lowercase().replace("วันที่", " ");
    let (era, plain) = take_era(&plain);
    let mut numbers = Vec::new();
    let mut month_name = String::new();
    let mut in_number = false;
    for c in plain.chars() {
        match c {
            '0'..='9' => {
                if !in_number {
                    numbers.push(String::new());
                }
                if let Some(number) = numbers.last_mut() {
                    number.push(c);
                }
            }
            ' ' | '/' | '-' | '.' | ',' | '\u{a0}' => {}
            // A month's name in two pieces or before the day is none.
            _ if numbers.len() != 1 => return Err(DateError::Unclear),
            c => month_name.push(c),
        }
        in_number = c.is_ascii_digit();
    }
    let number = |index: usize| -> Result<i32, DateError> {
        let text: &String = numbers.get(index).ok_or(DateError::Unclear)?;
        if text.len() > 4 {
            return Err(DateError::Unclear);
        }
        text.parse().map_err(|_| DateError::Unclear)
    };
    let (day, month, year) = match (numbers.len(), month_name.is_empty()) {
        (2, false) => (number(0)?, month_of(&month_name)?, number(1)?),
        (3, true) if numbers[0].len() == 4 => (number(2)?, number(1)?, number(0)?),
        (3, true) => (number(0)?, number(1)?, number(2)?),
        _ => return Err(DateError::Unclear),
    };
    let is_buddhist = (FIRST_JANUARY_YEAR..=LAST_BUDDHIST_YEAR).contains(&year);
    let year = match era {
        Some(Era::Buddhist) | None if is_buddhist => year - BUDDHIST_YEARS,
        Some(Era::Common) | None if COMMON_ERA.contains(&year) => year,
        _ => return Err(DateError::Year { year }),
    };
    let day = u8::try_from(day).map_err(|_| DateError::NoSuchDay)?;
    let month = u8::try_from(month).map_err(|_| DateError::Unclear)?;
    let month = Month::try_from(month).map_err(|_| DateError::Unclear)?;
    Date::from_calendar_date(year, month, day).map_err(|_| DateError::NoSuchDay)
}

#[derive(Clone, Copy)]
enum Era {
    Buddhist,
    Common,
}

/// The era that the text names, and the text without it.
fn take_era(text: &str) -> (Option<Era>, String) {
    for (name, era) in [
        ("พ.ศ.", Era::Buddhist),
        ("พ.ศ", Era::Buddhist),
        ("พศ", Era::Buddhist),
        ("b.e.", Era::Buddhist),
        ("ค.ศ.", Era::Common),
        ("ค.ศ", Era::Common),
        ("คศ", Era::Common),
        ("a.d.", Era::Common),
    ] {
        if text.contains(name) {
            return (Some(era), text.replacen(name, " ", 1));
        }
    }
    (None, text.to_owned())
}

/// The month of a name, long or short, its dots left out.
fn month_of(name: &str) -> Result<i32, DateError> {
    let same = |candidate: &str| candidate.replace('.', "").to_lowercase() == name;
    let thai = THAI_MONTHS
        .iter()
        .position(|(long, short)| same(long) || same(short));
    let english = || {
        let mut months = ENGLISH_MONTHS.iter();
        months.position(|long| same(long) || same(&long[..3]))
    };
    let index = thai.or_else(english).ok_or(DateError::Unclear)?;
    Ok(index as i32 + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;
    use time::macros::{date, time};

    #[test]
    fn dates_are_written_as_officials_write_them() {
        // The round of 2018 was extended to 10 August 2561.
        let extended = date!(2018 - 08 - 10);
        assert_eq!(
            date_text(extended, Lang::Th, DateStyle::Long),
            "10 สิงหาคม 2561"
        );
        assert_eq!(
            date_text(extended, Lang::Th, DateStyle::Short),
            "10 ส.ค. 2561"
        );
        assert_eq!(
            Digits::Thai.write(&date_text(extended, Lang::Th, DateStyle::Short)),
            "๑๐ ส.ค. ๒๕๖๑"
        );
        assert_eq!(
            date_text(extended, Lang::Th, DateStyle::Numeric),
            "10/08/2561"
        );
        assert_eq!(
            date_text(extended, Lang::En, DateStyle::Long),
            "10 August 2018"
        );
        assert_eq!(
            date_text(extended, Lang::En, DateStyle::Short),
            "10 Aug 2018"
        );
        assert_eq!(
            date_text(extended, Lang::En, DateStyle::Numeric),
            "2018-08-10"
        );
        assert_eq!(time_text(time!(14:05), Lang::Th), "14.05 น.");
        assert_eq!(time_text(time!(09:05), Lang::En), "09:05");
    }

    #[test]
    fn the_day_is_bangkok_s() {
        // 31 December 2018, 17:00 UTC: the year 2562 has begun in Bangkok.
        let unix_ms = 1_546_275_600_000;
        assert_eq!(
            moment_text(unix_ms, Lang::Th, DateStyle::Short),
            "1 ม.ค. 2562 00.00 น."
        );
        assert_eq!(
            moment_text(unix_ms - 60_000, Lang::En, DateStyle::Short),
            "31 Dec 2018 23:59"
        );
        for beyond in [i64::MIN, i64::MAX] {
            assert_eq!(moment_text(beyond, Lang::Th, DateStyle::Long), "-");
        }
    }

    #[test]
    fn dates_are_read_in_every_common_form() {
        for text in [
            "10 สิงหาคม 2561",
            "วันที่ 10 สิงหาคม พ.ศ. 2561",
            "๑๐ ส.ค. ๒๕๖๑",
            "10 สค 2561",
            "10ส.ค.2561",
            "10/8/2561",
            "10-08-2561",
            "10.8.2561",
            "2561-08-10",
            "2018-08-10",
            "10/08/2018",
            "10 Aug 2018",
            "10 August 2018",
            "10 AUGUST A.D. 2018",
            "10 สิงหาคม ค.ศ. 2018",
        ] {
            assert_eq!(read_date(text), Ok(date!(2018 - 08 - 10)), "{text}");
        }
        // A leap day of the common-era year, which 2567 is not divisible for.
        assert_eq!(read_date("29 ก.พ. 2567"), Ok(date!(2024 - 02 - 29)));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for (text, code) in [
            ("", "date_unclear"),
            ("สิงหาคม 2561", "date_unclear"),
            ("August 10 2018", "date_unclear"),
            ("10 ส.ม. 2561", "date_unclear"),
            ("10/13/2561", "date_unclear"),
            ("10/8", "date_unclear"),
            ("10 8 2561 7", "date_unclear"),
            ("99999999999 ส.ค. 2561", "date_unclear"),
            ("10/8/61", "date_year"),
            ("10/8/2483", "date_year"),
            ("10/8/3104", "date_year"),
            ("10/8/1475", "date_year"),
            ("10 ส.ค. ค.ศ. 2561", "date_year"),
            ("10 ส.ค. พ.ศ. 2018", "date_year"),
            ("29 ก.พ. 2566", "date_no_such_day"),
            ("31/4/2561", "date_no_such_day"),
            ("0/4/2561", "date_no_such_day"),
        ] {
            let error = read_date(text).expect_err(text);
            assert_eq!(error.code(), code, "{text}");
            assert!(DateError::CODES.contains(&code));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(days in 0i32..70_000, thai: bool, long: bool, thai_digits: bool) {
            let day = date!(1941 - 01 - 01) + time::Duration::days(i64::from(days));
            let lang = if thai { Lang::Th } else { Lang::En };
            for style in [if long { DateStyle::Long } else { DateStyle::Short }, DateStyle::Numeric] {
                let text = date_text(day, lang, style);
                let text = if thai_digits { super::thai_digits(&text) } else { text };
                prop_assert_eq!(read_date(&text), Ok(day), "{}", text);
            }
        }

        #[test]
        fn no_text_and_no_time_makes_it_panic(text in "\\PC*|[0-9๐-๙ ./ก-ฮ-]{0,20}", unix_ms: i64) {
            let _ = read_date(&text);
            let _ = moment_text(unix_ms, Lang::Th, DateStyle::Long);
            prop_assert_eq!(arabic_digits(&thai_digits(&text)), arabic_digits(&text));
        }
    }
}
