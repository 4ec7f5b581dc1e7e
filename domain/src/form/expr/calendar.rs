//! The functions on dates and times.

use super::EvalError;
use super::eval::Evaluator;
use super::moment::{DAY_MS, Moment, calendar, parse_date, parse_moment, parse_time};
use super::text::append;
use super::value::Value;

/// The months and days as `%b` and `%a` write them.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const THAI_MONTHS: [&str; 12] = [
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
];
const THAI_DAYS: [&str; 7] = ["อา.", "จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส."];

impl Evaluator<'_> {
    pub(super) fn date(&self, value: &Value, keep_time: bool) -> Value {
        let offset_minutes = self.scope.now.offset_minutes;
        match self.single(value) {
            Value::Number(days) if keep_time && days.abs() < 3e6 => Value::Moment(Moment {
                utc_ms: (days * DAY_MS as f64) as i64,
                offset_minutes,
            }),
            Value::Number(days) if calendar(days.trunc() as i64).is_some() && !days.is_nan() => {
                Value::Date(days.trunc() as i64)
            }
            Value::Moment(moment) if !keep_time => Value::Date(moment.local_date()),
            same @ (Value::Date(_) | Value::Moment(_)) => same,
            Value::Text(text) => {
                if let Some(days) = parse_date(text.trim()) {
                    return Value::Date(days);
                }
                let number = super::value::number_from_text(&text);
                match parse_moment(text.trim(), offset_minutes) {
                    Some(moment) if keep_time => Value::Moment(moment),
                    Some(moment) => Value::Date(moment.local_date()),
                    None if number.is_nan() => Value::empty(),
                    None => self.date(&number.into(), keep_time),
                }
            }
            // Neither a number nor a date: no date.
            _ => Value::empty(),
        }
    }

    pub(super) fn decimal_date_time(&self, value: &Value) -> Value {
        let offset = i64::from(self.scope.now.offset_minutes) * 60_000;
        let utc_ms = match self.single(value) {
            Value::Number(days) => return days.into(),
            Value::Text(text) if text.is_empty() => return Value::empty(),
            Value::Text(text) => match parse_moment(text.trim(), self.scope.now.offset_minutes) {
                Some(moment) => moment.utc_ms,
                None => return f64::NAN.into(),
            },
            Value::Date(days) => days.saturating_mul(DAY_MS) - offset,
            Value::Moment(moment) => moment.utc_ms,
            _ => return f64::NAN.into(),
        };
        (utc_ms as f64 / DAY_MS as f64).into()
    }

    pub(super) fn decimal_time(&self, value: &Value) -> Value {
        let offset_minutes = self.scope.now.offset_minutes;
        let ms = match self.single(value) {
            Value::Number(days) => return (days - days.floor()).into(),
            Value::Text(text) if text.is_empty() => return Value::empty(),
            Value::Text(text) => match parse_time(text.trim()) {
                Some((ms, offset)) => {
                    let shift = offset.map_or(0, |o| i64::from(offset_minutes - o) * 60_000);
                    (ms + shift).rem_euclid(DAY_MS)
                }
                None => match parse_moment(text.trim(), offset_minutes) {
                    Some(moment) => moment.time_of_day_ms(),
                    None => return f64::NAN.into(),
                },
            },
            Value::Date(_) => 0,
            Value::Moment(moment) => moment.time_of_day_ms(),
            _ => return f64::NAN.into(),
        };
        (ms as f64 / DAY_MS as f64).into()
    }

    pub(super) fn format_date(&self, value: &Value, format: &str) -> Result<Value, EvalError> {
        let single = self.single(value);
        let (days, ms) = match self.date(&single, true) {
            Value::Date(days) => (days, 0),
            Value::Moment(moment) => (moment.local_date(), moment.time_of_day_ms()),
            _ => match parse_time(single.write().trim()) {
                // A time of day has no date to show, but its hours do.
                Some((ms, _)) => (0, ms),
                None => return Ok(Value::empty()),
            },
        };
        let Some(date) = calendar(days) else {
            return Ok(Value::empty());
        };
        let month = usize::from(u8::from(date.month())) - 1;
        let weekday = usize::from(date.weekday().number_days_from_sunday());
        let (months, weekdays) = if self.scope.thai {
            (&THAI_MONTHS, &THAI_DAYS)
        } else {
            (&MONTHS, &DAYS)
        };
        let mut out = String::new();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            let piece = if c == '%' {
                match chars.next() {
                    Some('Y') => format!("{:04}", date.year()),
                    Some('y') => format!("{:02}", date.year().rem_euclid(100)),
                    Some('m') => format!("{:02}", month + 1),
                    Some('n') => (month + 1).to_string(),
                    Some('b') => months[month].to_owned(),
                    Some('d') => format!("{:02}", date.day()),
                    Some('e') => date.day().to_string(),
                    Some('a') => weekdays[weekday].to_owned(),
                    Some('W') => format!("{:02}", date.iso_week()),
                    Some('H') => format!("{:02}", ms / 3_600_000),
                    Some('h') => (ms / 3_600_000).to_string(),
                    Some('M') => format!("{:02}", ms / 60_000 % 60),
                    Some('S') => format!("{:02}", ms / 1000 % 60),
                    Some('3') => format!("{:03}", ms % 1000),
                    Some('%') | None => "%".to_owned(),
                    Some(other) => format!("%{other}"),
                }
            } else {
                c.to_string()
            };
            append(&mut out, &piece)?;
        }
        Ok(out.into())
    }
}
