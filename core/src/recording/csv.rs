//! CSV recordings, by the names of their columns, and the fixes of Android's GnssLogger.

use std::io::{self, BufRead};

use super::columns::{
    Column, GNSS_LOGGER, GNSS_LOGGER_1, OURS, delimiter, fields, from_gps_millis, instant,
};
use super::lines::{Line, next_line};
use super::{Arrivals, Entry, Header, RecordedFix, Unread, read_comment};
use crate::accuracy::RAYLEIGH_95_OVER_68;
use crate::model::{Fix, Mock, Monotonic, Provider, UnixMillis};

/// Whether a first line is one of ours: a heading with a coordinate, numbers, or a
/// row of Android's GnssLogger.
pub(super) fn looks_like(line: &str) -> bool {
    line.starts_with(FIX) || delimiter(line).is_some()
}

/// Whether a comment is the heading with which Android's GnssLogger announces its fixes.
pub(super) fn announces_fixes(comment: &str) -> bool {
    comment.trim_start_matches(['#', ' ']).starts_with(FIX)
}

/// How Android's GnssLogger begins a row with a fix; rows of other things (`Raw,`,
/// `Status,`, `NMEA,`) stand between them.
const FIX: &str = "Fix,";

pub(super) struct CsvReader<R> {
    input: R,
    header: Header,
    columns: Option<Vec<Column>>,
    delimiter: char,
    /// The columns of GnssLogger's fixes, once a comment or a row shows that it is one.
    fix_columns: Option<Vec<Column>>,
    buffer: Vec<u8>,
    line: u64,
    arrivals: Arrivals,
    /// Seconds since 1970 that the recording counts from.
    epoch: Option<f64>,
    session: Option<(f64, u32)>,
}

impl<R: BufRead> CsvReader<R> {
    pub fn new(input: R) -> Self {
        Self {
            input,
            header: Header::default(),
            columns: None,
            delimiter: ',',
            fix_columns: None,
            buffer: Vec::new(),
            line: 0,
            arrivals: Arrivals::default(),
            epoch: None,
            session: None,
        }
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    pub fn next(&mut self) -> Option<io::Result<Entry>> {
        loop {
            let line = next_line(&mut self.input, &mut self.buffer);
            self.line = self.line.saturating_add(1);
            let unread = |at, why| Some(Ok(Entry::Unread { at, why }));
            match line {
                Err(error) => return Some(Err(error)),
                Ok(Line::End) => return None,
                Ok(Line::TooLong) => return unread(self.line, Unread::TooLong),
                Ok(Line::Read) => {}
            }
            let buffer = std::mem::take(&mut self.buffer);
            let outcome = match std::str::from_utf8(&buffer) {
                Err(_) => Some(Err(Unread::NotText)),
                Ok(text) => self.take(text.trim_start_matches('\u{feff}').trim()),
            };
            self.buffer = buffer;
            match outcome {
                None => {}
                Some(Ok(fix)) => return Some(Ok(Entry::Fix(fix))),
                Some(Err(why)) => return unread(self.line, why),
            }
        }
    }

    fn take(&mut self, line: &str) -> Option<Result<RecordedFix, Unread>> {
        if line.is_empty() {
            return None;
        }
        if line.starts_with('#') {
            if announces_fixes(line) {
                self.fix_columns = Some(Column::of_heading(line, ','));
            } else {
                read_comment(&mut self.header, line);
            }
            return None;
        }
        if self.columns.is_none() {
            if line.starts_with(FIX) && self.fix_columns.is_none() {
                self.fix_columns = Some(match line.split(',').count() {
                    ..=8 => GNSS_LOGGER_1.to_vec(),
                    _ => GNSS_LOGGER.to_vec(),
                });
            }
            if let Some(columns) = self.fix_columns.take() {
                let outcome = line.starts_with(FIX).then(|| self.row(line, &columns));
                self.fix_columns = Some(columns);
                return outcome;
            }
            self.delimiter = delimiter(line).unwrap_or(',');
            let columns = Column::of_heading(line, self.delimiter);
            if columns.iter().any(|c| *c != Column::Other) {
                let whole = columns.contains(&Column::Lat) && columns.contains(&Column::Lon);
                self.columns = Some(columns);
                return (!whole).then_some(Err(Unread::FieldMissing));
            }
            self.columns = Some(OURS.to_vec());
        }
        let columns = self.columns.take()?;
        let outcome = self.row(line, &columns);
        self.columns = Some(columns);
        Some(outcome)
    }

    fn row(&mut self, line: &str, columns: &[Column]) -> Result<RecordedFix, Unread> {
        let mut row = Row::default();
        for (column, field) in columns.iter().zip(fields(line, self.delimiter)) {
            row.take(*column, field)?;
        }
        let (Some(lat), Some(lon)) = (row.lat, row.lon) else {
            return Err(Unread::FieldMissing);
        };
        let session = match (row.session, self.session) {
            (None, _) => 0,
            (Some(start), None) => {
                self.session = Some((start, 0));
                0
            }
            (Some(start), Some((last, number))) if start == last => number,
            (Some(start), Some((_, number))) => {
                let next = number.saturating_add(1);
                self.session = Some((start, next));
                next
            }
        };
        let mut gnss = None;
        let (at, arrived) = if let Some(seconds) = row.seconds {
            let at = Monotonic::from_secs(seconds);
            (at, self.arrivals.arrive(at))
        } else if let Some(measured) = row.measured {
            // Taken from when the session began, as a stored fix may be a week old.
            let epoch = *self
                .epoch
                .get_or_insert(row.session.unwrap_or(measured).floor());
            // A small number counts from the start, whatever its column is called.
            gnss =
                (measured >= LEAST_DATE_S).then(|| UnixMillis((measured * 1000.0).round() as i64));
            let at = Monotonic::from_secs(measured - epoch);
            let arrived = row
                .written
                .map_or(at, |written| Monotonic::from_secs(written - epoch));
            (at, self.arrivals.arrive(arrived))
        } else {
            return Err(Unread::TimeMissing);
        };
        let accuracy_m = row.accuracy.filter(|a| *a != 0.0).map(|a| {
            if self.header.accuracy_is_95 {
                a / RAYLEIGH_95_OVER_68
            } else {
                a
            }
        });
        Ok(RecordedFix {
            fix: Fix {
                accuracy_m,
                hdop: row.hdop,
                speed_mps: row.speed.filter(|s| *s >= 0.0),
                provider: row.provider.unwrap_or(if row.session.is_some() {
                    Provider::Fused
                } else {
                    Provider::Unknown
                }),
                mock: row.mock,
                gnss,
                ..Fix::bare(at, lat, lon)
            },
            arrived,
            session,
        })
    }
}

/// The least number that is a date, seconds since 1970: 1973. What is smaller counts
/// from the start of the recording.
const LEAST_DATE_S: f64 = 1e8;

#[derive(Default)]
struct Row {
    seconds: Option<f64>,
    measured: Option<f64>,
    written: Option<f64>,
    session: Option<f64>,
    lat: Option<f64>,
    lon: Option<f64>,
    accuracy: Option<f64>,
    hdop: Option<f64>,
    speed: Option<f64>,
    provider: Option<Provider>,
    mock: Mock,
}

impl Row {
    fn take(&mut self, column: Column, field: &str) -> Result<(), Unread> {
        // "NaN" is a number that the capture refuses; an empty field is none.
        let number = || -> Result<Option<f64>, Unread> {
            if field.is_empty() {
                return Ok(None);
            }
            field.parse().map(Some).map_err(|_| Unread::NotANumber)
        };
        match column {
            Column::Seconds => self.seconds = number()?.filter(|n| n.is_finite()),
            Column::Measured => self.measured = instant(field).or(self.measured),
            Column::GpsMillis => self.measured = from_gps_millis(field).or(self.measured),
            Column::Written => self.written = instant(field),
            Column::Session => self.session = instant(field),
            Column::Lat => self.lat = number()?,
            Column::Lon => self.lon = number()?,
            Column::Accuracy => self.accuracy = number()?,
            // What is beside the position must not cost the position.
            Column::Hdop => self.hdop = number().unwrap_or(None),
            Column::Speed => self.speed = number().unwrap_or(None),
            Column::Provider => {
                self.provider = Some(match field.to_ascii_lowercase().as_str() {
                    "gps" | "gnss" | "satellite" => Provider::Satellite,
                    "network" | "nlp" | "cell" | "wifi" => Provider::Network,
                    "fused" | "flp" => Provider::Fused,
                    _ => Provider::Unknown,
                });
            }
            Column::Mock => {
                self.mock = match field.to_ascii_lowercase().as_str() {
                    "1" | "true" | "yes" => Mock::Yes,
                    "0" | "false" | "no" => Mock::No,
                    _ => Mock::Unknown,
                }
            }
            Column::Other => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::{Entry, Recording, Unread};
    use super::*;

    #[test]
    fn columns_go_by_name_in_any_order() {
        let text = "provider,longitude,latitude,t_s,mock\ngps,100.5,13.75,2.5,true\n";
        let recording = Recording::read(text.as_bytes()).unwrap();
        let fix = recording.fixes[0].fix;
        assert_eq!((fix.lat, fix.lon, fix.at), (13.75, 100.5, Monotonic(2500)));
        assert_eq!((fix.provider, fix.mock), (Provider::Satellite, Mock::Yes));
        assert_eq!(fix.accuracy_m, None);
    }

    #[test]
    fn gnss_logger_gives_its_fixes_and_keeps_the_rest_to_itself() {
        let old = "# Fix,Provider,Latitude,Longitude,Altitude,Speed,Accuracy,(UTC)TimeInMs\n#\n\
            Raw,1,2,3\nFix,gps,13.75,100.5,-33.0,0.0,3.0,1533862923500\nNMEA,$GPGSV,1*00,5\n";
        let new = "# Header Description:\n# Fix,Provider,LatitudeDegrees,LongitudeDegrees,\
            AltitudeMeters,SpeedMps,AccuracyMeters,BearingDegrees,UnixTimeMillis,\
            SpeedAccuracyMps,BearingAccuracyDegrees,elapsedRealtimeNanos,VerticalAccuracyMeters,\
            MockLocation\nRaw,1\nStatus,,1\n\
            Fix,GPS,13.75,100.5,-33.0,0.0,3.0,12.5,1533862923500,0.1,,99,4.5,0\n\
            Fix,NLP,13.7,100.5,,,,,1533862924500,,,100,,1\nFix,GPS,13.7\n";
        let bare = "Fix,gps,13.75,100.5,-33.0,0.0,3.0,1533862923500\n";
        for text in [old, new, bare] {
            let recording = Recording::read(text.as_bytes()).unwrap();
            let fix = recording.fixes[0].fix;
            assert_eq!(
                (fix.lat, fix.lon, fix.accuracy_m),
                (13.75, 100.5, Some(3.0))
            );
            assert_eq!(fix.provider, Provider::Satellite);
            assert_eq!(fix.gnss, Some(UnixMillis(1_533_862_923_500)));
        }
        let recording = Recording::read(new.as_bytes()).unwrap();
        let network = recording.fixes[1].fix;
        assert_eq!(
            (network.provider, network.mock),
            (Provider::Network, Mock::Yes)
        );
        assert_eq!(recording.fixes[0].fix.mock, Mock::No);
        assert_eq!(network.at.since(recording.fixes[0].fix.at), 1.0);
        assert_eq!(network.accuracy_m, None);
        assert_eq!(recording.first_unread, [(7, Unread::FieldMissing)]);
    }

    #[test]
    fn other_loggers_headings_units_and_delimiters() {
        for text in [
            "collectionName,phoneName,millisSinceGpsEpoch,latDeg,lngDeg,hDop,speedMps\n\
             MTV-1,Pixel4,1273529463000,13.75,100.5,1.2,0.5\n\
             MTV-1,Pixel4,1273529464500,13.75,100.5,1.2,0.5\n",
            "MessageType,Provider,LatitudeDegrees,LongitudeDegrees,SpeedMps,UnixTimeMillis\n\
             Fix,fused,13.75,100.5,0.5,1533862923500\nFix,fused,13.75,100.5,0.5,1533862925000\n",
            "time;lat;lon;note;speed\n2018-08-10T01:02:03.500Z;13.75;100.5;\"a;b\";0.5\n\
             2018-08-10 01:02:05;13.75;100.5;;0.5\n",
            "time\tlongitude\tlatitude\tspeed\n0.5\t100.5\t13.75\t0.5\n2\t100.5\t13.75\t0.5\n",
        ] {
            let recording = Recording::read(text.as_bytes()).unwrap();
            assert!(recording.unread.is_empty(), "{text}: {recording:?}");
            let [a, b] = recording.fixes[..] else {
                panic!("{text}: {recording:?}");
            };
            assert_eq!((a.fix.lat, a.fix.lon), (13.75, 100.5));
            assert_eq!(b.fix.at.since(a.fix.at), 1.5, "{text}");
            assert_eq!(b.fix.speed_mps, Some(0.5));
        }
    }

    #[test]
    fn zero_accuracy_is_not_given_and_95_percent_becomes_68() {
        let text = "# note: accuracy is gpsd eph, 95 %\nt_s,lat,lon,accuracy_m\n0,13,100,0\n1,13,100,16.215\n";
        let fixes = Recording::read(text.as_bytes()).unwrap().fixes;
        assert_eq!(fixes[0].fix.accuracy_m, None);
        assert!((fixes[1].fix.accuracy_m.unwrap() - 10.0).abs() < 1e-9);
    }

    #[test]
    fn bad_rows_are_refused_one_by_one() {
        let text =
            "t_s,lat,lon,accuracy_m\n0,x,100,4\n1,13\nnan,13,100,4\n2,nan,100,4\n3,13,100,4\n";
        let recording = Recording::read(text.as_bytes()).unwrap();
        assert_eq!(
            recording.first_unread,
            [
                (2, Unread::NotANumber),
                (3, Unread::FieldMissing),
                (4, Unread::TimeMissing)
            ]
        );
        assert_eq!(
            recording.fixes.len(),
            2,
            "a NaN is for the capture to refuse"
        );
    }

    #[test]
    fn a_column_that_is_needed_and_missing_is_said_once_and_for_each_row() {
        let text = "t_s,lat,accuracy_m\n0,13,4\n";
        let recording = Recording::read(text.as_bytes()).unwrap();
        assert_eq!(recording.unread["field_missing"], 2);
        assert!(recording.fixes.is_empty());
    }

    #[test]
    fn a_week_old_fix_arrives_today() {
        let text = "run_start,ts,lat,lon,accuracy_m,speed,filter,write_ts\n\
            1560405345,1559810721.935,37.39,-122.08,65,-1,distance,1560405346.58\n\
            1560463418,1560463420.097,37.39,-122.08,65,0.5,distance,1560463420.17\n";
        let fixes = Recording::read(text.as_bytes()).unwrap().fixes;
        assert!(fixes[0].arrived.since(fixes[0].fix.at) > 500_000.0);
        assert_eq!(fixes[0].fix.speed_mps, None);
        assert_eq!((fixes[0].session, fixes[1].session), (0, 1));
    }

    #[test]
    fn time_running_backwards_is_kept_as_it_is_and_arrival_never_runs_back() {
        let text = "t_s,lat,lon\n5,13,100\n-3,13,100\n";
        let mut reader = CsvReader::new(text.as_bytes());
        let mut fixes = Vec::new();
        while let Some(Ok(Entry::Fix(fix))) = reader.next() {
            fixes.push(fix);
        }
        assert_eq!(fixes[1].fix.at, Monotonic(-3000));
        assert_eq!(fixes[1].arrived, Monotonic(5000));
    }
}
