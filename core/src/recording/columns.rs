//! What the columns of a CSV recording are called, and what stands in them. Pure.
//!
//! Loggers name the same thing in many ways (`lat`, `latDeg`, `LatitudeDegrees`,
//! `latitude (deg)`), so names are compared by their letters and digits alone.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// Seconds from the start of the recording.
    Seconds,
    /// When the fix was measured: a date and time, or a count since 1970.
    Measured,
    /// Milliseconds since the GPS epoch when the fix was measured.
    GpsMillis,
    /// When it was written down, that is, arrived; as [`Column::Measured`].
    Written,
    /// When the session began; as [`Column::Measured`].
    Session,
    /// Degrees to the north.
    Lat,
    /// Degrees to the east.
    Lon,
    /// The stated accuracy, metres.
    Accuracy,
    /// The horizontal dilution of precision.
    Hdop,
    /// Metres a second.
    Speed,
    /// Who measured it.
    Provider,
    /// Whether an app made it up.
    Mock,
    /// Anything else.
    Other,
}

impl Column {
    /// What a column of this name holds.
    pub fn named(name: &str) -> Self {
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(40)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match plain.as_str() {
            // `t_s` counts from the start, `ts` is a time stamp.
            "ts" if name.contains('_') => Self::Seconds,
            "t"
            | "times"
            | "seconds"
            | "elapseds"
            | "secondselapsed"
            | "timesincefirstfixseconds" => Self::Seconds,
            "ts" | "unixs" | "unixms" | "timestamp" | "time" | "timeutc" | "utctime"
            | "datetime" | "unixtimemillis" | "utctimemillis" | "utctimeinms" => Self::Measured,
            "millissincegpsepoch" => Self::GpsMillis,
            "writets" | "arriveds" => Self::Written,
            "runstart" | "sessionstart" => Self::Session,
            "lat" | "latitude" | "latdeg" | "latitudedeg" | "latitudedegrees" => Self::Lat,
            "lon" | "lng" | "long" | "longitude" | "londeg" | "lngdeg" | "longitudedeg"
            | "longitudedegrees" => Self::Lon,
            "accuracy"
            | "accuracym"
            | "accuracymeters"
            | "hacc"
            | "haccm"
            | "horizontalaccuracy"
            | "horizontalaccuracym" => Self::Accuracy,
            "hdop" => Self::Hdop,
            "speed" | "speedmps" | "speedms" => Self::Speed,
            "provider" => Self::Provider,
            "mock" | "ismock" | "mocklocation" | "isfrommockprovider" => Self::Mock,
            _ => Self::Other,
        }
    }

    /// The columns of a heading.
    pub fn of_heading(line: &str, delimiter: char) -> Vec<Self> {
        fields(line, delimiter).map(Self::named).collect()
    }
}

/// What a file without a heading holds: the columns of this project, in their order.
pub(super) const OURS: [Column; 4] = [Column::Seconds, Column::Lat, Column::Lon, Column::Accuracy];

/// Android's GnssLogger before its version 2, by its heading
/// `Fix,Provider,Latitude,Longitude,Altitude,Speed,Accuracy,(UTC)TimeInMs`.
pub(super) const GNSS_LOGGER_1: [Column; 8] = [
    Column::Other,
    Column::Provider,
    Column::Lat,
    Column::Lon,
    Column::Other,
    Column::Speed,
    Column::Accuracy,
    Column::Measured,
];

/// Android's GnssLogger since, where the bearing stands before the time.
pub(super) const GNSS_LOGGER: [Column; 9] = [
    Column::Other,
    Column::Provider,
    Column::Lat,
    Column::Lon,
    Column::Other,
    Column::Speed,
    Column::Accuracy,
    Column::Other,
    Column::Measured,
];

/// What separates the fields of a first line: whichever makes a heading or numbers of it.
pub(super) fn delimiter(line: &str) -> Option<char> {
    [',', ';', '\t'].into_iter().find(|delimiter| {
        let columns = Column::of_heading(line, *delimiter);
        let named = columns.contains(&Column::Lat) || columns.contains(&Column::Lon);
        let numbers = columns.len() >= 3
            && fields(line, *delimiter)
                .take(3)
                .all(|f| f.parse::<f64>().is_ok());
        named || numbers
    })
}

/// The fields of a line, trimmed and without their quotes; a delimiter between quotes
/// is none. (A doubled quote stays doubled: no field that is read holds one.)
pub(super) fn fields(line: &str, delimiter: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut quoted = false;
        let end = text.find(|c: char| {
            quoted ^= c == '"';
            c == delimiter && !quoted
        });
        let field = match end {
            Some(end) => {
                rest = text.get(end + delimiter.len_utf8()..);
                &text[..end]
            }
            None => {
                rest = None;
                text
            }
        };
        Some(field.trim().trim_matches('"').trim())
    })
}

/// Seconds since 1970 of a date and time (RFC 3339; a space for its `T` and a missing
/// zone, taken as UTC, pass) or of a number: seconds, milli-, micro- or nanoseconds, told
/// apart by size, since seconds reach 10^11 in the year 5138 only and milliseconds passed it in
/// 1973. A number that is not finite is no time.
pub(super) fn instant(field: &str) -> Option<f64> {
    if let Ok(number) = field.parse::<f64>() {
        let scale = match number.abs() {
            n if n < 1e11 => 1.0,
            n if n < 1e14 => 1e3,
            n if n < 1e17 => 1e6,
            _ => 1e9,
        };
        return number.is_finite().then_some(number / scale);
    }
    if field.len() > 40 || !field.is_ascii() {
        return None;
    }
    let mut text = field.replacen(' ', "T", 1);
    let zoned = text
        .get(19..)
        .is_some_and(|end| end.contains(['Z', 'z', '+', '-']));
    if !zoned {
        text.push('Z');
    }
    let at = OffsetDateTime::parse(&text, &Rfc3339).ok()?;
    Some(at.unix_timestamp() as f64 + f64::from(at.nanosecond()) / 1e9)
}

/// Seconds since 1970 of milliseconds since the GPS epoch (6 January 1980), with the 18 leap
/// seconds since 2017 (IERS Bulletin C).
pub(super) fn from_gps_millis(field: &str) -> Option<f64> {
    let millis: f64 = field.parse().ok().filter(|n: &f64| n.is_finite())?;
    Some(millis / 1000.0 + 315_964_800.0 - 18.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn names_go_by_their_letters() {
        for (name, column) in [
            ("t_s", Column::Seconds),
            ("ts", Column::Measured),
            ("latDeg", Column::Lat),
            ("LatitudeDegrees", Column::Lat),
            ("Longitude (deg)", Column::Lon),
            ("\"lng\"", Column::Lon),
            ("AccuracyMeters", Column::Accuracy),
            ("hAcc [m]", Column::Accuracy),
            ("(UTC)TimeInMs", Column::Measured),
            ("write_ts", Column::Written),
            ("VerticalAccuracyMeters", Column::Other),
            ("", Column::Other),
        ] {
            assert_eq!(Column::named(name), column, "{name}");
        }
    }

    #[test]
    fn a_delimiter_between_quotes_is_none() {
        let all: Vec<&str> = fields(r#"1;"a;b"; x ;"#, ';').collect();
        assert_eq!(all, ["1", "a;b", "x", ""]);
        assert_eq!(delimiter("lat;lon"), Some(';'));
        assert_eq!(delimiter("lat\tlon"), Some('\t'));
        assert_eq!(delimiter("1,2,3"), Some(','));
        assert_eq!(delimiter("a,b,c"), None);
    }

    #[test]
    fn one_instant_in_every_writing() {
        for text in [
            "1533862923.5",
            "1533862923500",
            "1533862923500000",
            "1533862923500000000",
            "2018-08-10T01:02:03.5Z",
            "2018-08-10 01:02:03.5",
            "2018-08-10T08:02:03.5+07:00",
        ] {
            assert_eq!(instant(text), Some(1_533_862_923.5), "{text}");
        }
        assert_eq!(from_gps_millis("1217898141500"), Some(1_533_862_923.5));
        for text in ["", "nan", "inf", "yesterday", "2018-08-10", "๑๒"] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
