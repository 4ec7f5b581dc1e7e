//! NMEA 0183 recordings: GGA, RMC and GST, one fix an epoch.

use std::io::{self, BufRead};

use nmea::ParseResult;
use nmea::sentences::rmc::RmcStatusOfFix;
use nmea::sentences::{FaaMode, FixType, GgaData, GstData, RmcData};

use super::lines::{Line, next_line};
use super::{Arrivals, Entry, Header, RecordedFix, Unread, read_comment};
use crate::accuracy::RADIUS68_PER_SIGMA;
use crate::model::{Fix, Mock, Monotonic, Provider, UnixMillis};

/// Metres a second in a knot (1,852 m an hour).
const KNOT_MPS: f64 = 1852.0 / 3600.0;
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// What the sentences of one epoch said together.
#[derive(Debug, Clone, Copy, Default)]
struct Epoch {
    /// Milliseconds of the day, UTC.
    time_of_day: i64,
    line: u64,
    place: Option<(f64, f64)>,
    from_gga: bool,
    hdop: Option<f64>,
    speed_mps: Option<f64>,
    accuracy_m: Option<f64>,
    date_ms: Option<i64>,
    no_fix: bool,
    simulated: bool,
}

pub(super) struct NmeaReader<R> {
    input: R,
    header: Header,
    buffer: Vec<u8>,
    line: u64,
    epoch: Option<Epoch>,
    /// Days' turns are unrolled: time of day and time since the start of the last epoch.
    clock: Option<(i64, i64)>,
    arrivals: Arrivals,
    ended: bool,
}

impl<R: BufRead> NmeaReader<R> {
    pub fn new(input: R) -> Self {
        Self {
            input,
            header: Header::default(),
            buffer: Vec::new(),
            line: 0,
            epoch: None,
            clock: None,
            arrivals: Arrivals::default(),
            ended: false,
        }
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    pub fn next(&mut self) -> Option<io::Result<Entry>> {
        while !self.ended {
            let line = next_line(&mut self.input, &mut self.buffer);
            self.line = self.line.saturating_add(1);
            let at = self.line;
            match line {
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
                Ok(Line::End) => self.ended = true,
                Ok(Line::TooLong) => {
                    return Some(Ok(Entry::Unread {
                        at,
                        why: Unread::TooLong,
                    }));
                }
                Ok(Line::Read) => {
                    let buffer = std::mem::take(&mut self.buffer);
                    let outcome = self.take(&buffer);
                    self.buffer = buffer;
                    match outcome {
                        Ok(None) => {}
                        Ok(Some(entry)) => return Some(Ok(entry)),
                        Err(why) => return Some(Ok(Entry::Unread { at, why })),
                    }
                }
            }
        }
        let last = self.epoch.take()?;
        Some(Ok(self.close(last)))
    }

    fn take(&mut self, line: &[u8]) -> Result<Option<Entry>, Unread> {
        if line.is_ascii() && line.trim_ascii().is_empty() {
            return Ok(None);
        }
        if line.first() == Some(&b'#') {
            if let Ok(text) = std::str::from_utf8(line) {
                read_comment(&mut self.header, text);
            }
            return Ok(None);
        }
        // Loggers write things before ("NMEA,$GP…") and after (a time stamp), and a torn
        // line may hold the start of another: the last sentence of a line counts.
        let Some(start) = line.iter().rposition(|b| *b == b'$') else {
            return Err(if line.first() == Some(&b'!') {
                return Ok(None); // AIS: a sentence, and none of ours.
            } else if line.is_ascii() {
                Unread::NotASentence
            } else {
                Unread::NotText
            });
        };
        let sentence = std::str::from_utf8(&line[start..])
            .ok()
            .filter(|s| s.is_ascii())
            .ok_or(Unread::NotText)?;
        let kind = sentence.get(3..6).unwrap_or_default();
        if !matches!(kind, "GGA" | "RMC" | "GST") {
            return Ok(None);
        }
        let star = sentence.find('*').ok_or(Unread::ChecksumMissing)?;
        let sentence = sentence.get(..star + 3).ok_or(Unread::ChecksumMissing)?;
        match nmea::parse_str(sentence) {
            Ok(ParseResult::GGA(gga)) => self.gga(&gga),
            Ok(ParseResult::RMC(rmc)) => self.rmc(&rmc),
            Ok(ParseResult::GST(gst)) => self.gst(&gst),
            Ok(_) => Ok(None),
            Err(nmea::Error::ChecksumMismatch { .. }) => Err(Unread::ChecksumWrong),
            Err(_) => Err(Unread::Malformed),
        }
    }

    /// The epoch of this time, and the entry of the one before, if that is over.
    fn at(&mut self, time: Option<chrono_time::Time>) -> Result<Option<Entry>, Unread> {
        let time_of_day = time.map(chrono_time::millis);
        match (self.epoch, time_of_day) {
            (Some(epoch), Some(time)) if epoch.time_of_day == time => Ok(None),
            (previous, Some(time_of_day)) => {
                self.epoch = Some(Epoch {
                    time_of_day,
                    line: self.line,
                    ..Epoch::default()
                });
                Ok(previous.map(|epoch| self.close(epoch)))
            }
            (_, None) => Err(Unread::TimeMissing),
        }
    }

    fn gga(&mut self, gga: &GgaData) -> Result<Option<Entry>, Unread> {
        let entry = match self.at(gga.fix_time) {
            Err(Unread::TimeMissing) if gga.fix_type == Some(FixType::Invalid) => {
                return Err(Unread::NoFix);
            }
            other => other?,
        };
        if let Some(epoch) = &mut self.epoch {
            epoch.hdop = gga.hdop.map(f64::from);
            match (gga.fix_type, gga.latitude, gga.longitude) {
                (Some(FixType::Invalid) | None, ..) => epoch.no_fix = true,
                (Some(kind), Some(lat), Some(lon)) => {
                    epoch.place = Some((lat, lon));
                    epoch.from_gga = true;
                    epoch.simulated |= kind == FixType::Simulation;
                }
                _ => epoch.no_fix = true,
            }
        }
        Ok(entry)
    }

    fn rmc(&mut self, rmc: &RmcData) -> Result<Option<Entry>, Unread> {
        let entry = match self.at(rmc.fix_time) {
            Err(Unread::TimeMissing) if rmc.status_of_fix == RmcStatusOfFix::Invalid => {
                return Err(Unread::NoFix);
            }
            other => other?,
        };
        if let Some(epoch) = &mut self.epoch {
            epoch.simulated |= rmc.faa_mode == Some(FaaMode::Simulator);
            epoch.date_ms = rmc.fix_date.map(chrono_time::day_millis);
            epoch.speed_mps = rmc
                .speed_over_ground
                .map(|knots| f64::from(knots) * KNOT_MPS);
            match (rmc.status_of_fix, rmc.lat, rmc.lon) {
                (RmcStatusOfFix::Invalid, ..) => epoch.no_fix = true,
                (_, Some(lat), Some(lon)) if !epoch.from_gga => epoch.place = Some((lat, lon)),
                _ => {}
            }
        }
        Ok(entry)
    }

    fn gst(&mut self, gst: &GstData) -> Result<Option<Entry>, Unread> {
        let entry = self.at(gst.time)?;
        if let (Some(epoch), Some(lat), Some(lon)) = (&mut self.epoch, gst.lat_sd, gst.long_sd) {
            // GST has standard deviations per axis: 68 % lie within 1.51 of them.
            let (lat, lon) = (f64::from(lat), f64::from(lon));
            let sigma = ((lat * lat + lon * lon) / 2.0).sqrt();
            epoch.accuracy_m = (sigma > 0.0).then_some(RADIUS68_PER_SIGMA * sigma);
        }
        Ok(entry)
    }

    fn close(&mut self, epoch: Epoch) -> Entry {
        let place = epoch.place.filter(|_| !epoch.no_fix);
        let (last_tod, last_ms) = self.clock.unwrap_or((epoch.time_of_day, 0));
        // The shorter way round the day, so that midnight does not run backwards.
        let mut step = (epoch.time_of_day - last_tod).rem_euclid(DAY_MS);
        if step > DAY_MS / 2 {
            step -= DAY_MS;
        }
        let now_ms = last_ms.saturating_add(step);
        self.clock = Some((epoch.time_of_day, now_ms));
        let Some((lat, lon)) = place else {
            return Entry::Unread {
                at: epoch.line,
                why: Unread::NoFix,
            };
        };
        let at = Monotonic(now_ms);
        Entry::Fix(RecordedFix {
            fix: Fix {
                accuracy_m: epoch.accuracy_m,
                hdop: epoch.hdop,
                speed_mps: epoch.speed_mps,
                provider: Provider::Satellite,
                mock: if epoch.simulated {
                    Mock::Yes
                } else {
                    Mock::Unknown
                },
                gnss: epoch.date_ms.map(|day| UnixMillis(day + epoch.time_of_day)),
                ..Fix::bare(at, lat, lon)
            },
            arrived: self.arrivals.arrive(at),
            session: 0,
        })
    }
}

/// The few bits of `chrono` that the sentence parser hands out.
mod chrono_time {
    pub(super) use chrono::NaiveTime as Time;
    use chrono::{NaiveDate, Timelike};

    /// Milliseconds since midnight.
    pub(super) fn millis(time: Time) -> i64 {
        i64::from(time.num_seconds_from_midnight()) * 1000
            + i64::from(time.nanosecond() / 1_000_000)
    }

    /// Milliseconds from 1970 to the start of that day.
    pub(super) fn day_millis(date: NaiveDate) -> i64 {
        date.signed_duration_since(NaiveDate::default())
            .num_milliseconds()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::{Recording, Unread};
    use super::*;

    fn with_checksum(body: &str) -> String {
        let sum = body.bytes().fold(0u8, |sum, b| sum ^ b);
        format!("${body}*{sum:02X}\r\n")
    }

    fn read(sentences: &[&str]) -> Recording {
        let text: String = sentences.iter().map(|s| with_checksum(s)).collect();
        Recording::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn one_epoch_is_one_fix_of_all_its_sentences() {
        let recording = read(&[
            "GPGGA,221046.00,1345.0000,N,10030.0000,E,1,07,0.90,10.0,M,0.0,M,,",
            "GPRMC,221046.00,A,1345.0000,N,10030.0000,E,2.0,0.0,310561,,,A",
            "GPGST,221046.00,5.0,,,,3.0,4.0,9.0",
            "GPGGA,221047.00,1345.0000,N,10030.0000,E,1,07,0.90,10.0,M,0.0,M,,",
        ]);
        assert_eq!(recording.fixes.len(), 2);
        let fix = recording.fixes[0].fix;
        assert_eq!(
            (fix.lat, fix.lon, fix.hdop.map(|h| (h * 10.0).round())),
            (13.75, 100.5, Some(9.0))
        );
        assert!((fix.speed_mps.unwrap() - 1.0289).abs() < 1e-3);
        assert!((fix.accuracy_m.unwrap() - 1.5096 * 12.5f64.sqrt()).abs() < 1e-6);
        assert!(fix.gnss.is_some());
        assert_eq!(recording.fixes[1].fix.at, Monotonic(1000));
    }

    #[test]
    fn midnight_does_not_run_backwards() {
        let recording = read(&[
            "GPGGA,235959.00,1345.0000,N,10030.0000,E,1,07,0.90,10.0,M,0.0,M,,",
            "GPGGA,000001.00,1345.0000,N,10030.0000,E,1,07,0.90,10.0,M,0.0,M,,",
        ]);
        assert_eq!(recording.fixes[1].fix.at, Monotonic(2000));
    }

    #[test]
    fn a_simulator_says_so() {
        let recording =
            read(&["GPGGA,000001.00,1345.0000,N,10030.0000,E,8,07,0.90,10.0,M,0.0,M,,"]);
        assert_eq!(recording.fixes[0].fix.mock, Mock::Yes);
    }

    #[test]
    fn what_cannot_be_used_is_refused_by_name() {
        let text = "garbage\n$GPGGA,1,2,3\n$GPGGA,221046.00,1345.0,N,10030.0,E,1,07,0.9,1.0,M,0.0,M,,*00\n\u{fffd}\n!AIVDM,1\n";
        let recording = Recording::read(text.as_bytes()).unwrap();
        assert_eq!(
            recording.first_unread,
            [
                (1, Unread::NotASentence),
                (2, Unread::ChecksumMissing),
                (3, Unread::ChecksumWrong),
                (4, Unread::NotText)
            ]
        );
        let recording = read(&[
            "GPGGA,221046.00,,,,,0,00,99.9,,M,,M,,",
            "GPGGA,x,,,,,,,,,,,,,",
        ]);
        assert_eq!(recording.unread["no_fix"], 1);
        assert_eq!(recording.unread["malformed"], 1);
    }

    #[test]
    fn a_logger_s_prefix_and_stamp_are_passed_over() {
        let line = format!(
            "NMEA,{},1589494246000",
            with_checksum("GPGGA,221046.00,1345.0000,N,10030.0000,E,1,07,0.90,10.0,M,0.0,M,,")
                .trim()
        );
        let recording = NmeaReader::new(line.as_bytes()).next();
        assert!(matches!(recording, Some(Ok(Entry::Fix(_)))));
    }
}
