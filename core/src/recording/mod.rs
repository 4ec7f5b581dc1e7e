//! Recordings of receivers: what a tester brings home, read for replay.
//!
//! Three formats, told apart by their content: CSV, of this project
//! (`t_s,lat,lon,accuracy_m`, with the source, licence, receiver and truth in
//! `#` lines), of other loggers by the names of their columns, and of Android's
//! GnssLogger (its `Fix,` rows); NMEA 0183 (GGA, RMC, GST); and GPX. A reader takes any bytes to their end: what cannot be
//! used becomes a typed refusal with its line, never a panic, and memory is bounded
//! whatever comes in. Readers refuse what cannot be read; whether a fix is any good is
//! the capture's to say, so a NaN or a 0, 0 passes through.

mod columns;
mod csv;
mod gpx;
mod lines;
mod nmea;
mod replay;

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use crate::model::{Fix, Monotonic, Position};

pub use lines::MAX_LINE;
pub use replay::{Reference, replay};

/// Most fixes that [`Recording::read`] keeps: a day at 10 Hz, 100 MB.
pub const MAX_FIXES: usize = 864_000;

/// Most refusals kept with their line; all are counted.
pub const MAX_REFUSALS_KEPT: usize = 50;

/// A fix and when it arrived.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecordedFix {
    /// The fix; its time counts from the start of the recording.
    pub fix: Fix,
    /// When it reached the app; where the file does not say, when the newest
    /// fix so far was measured.
    pub arrived: Monotonic,
    /// Which session of the receiver it belongs to, from 0.
    pub session: u32,
}

/// Why a line, a sentence or a point could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unread {
    /// Longer than [`MAX_LINE`] (a line) or 1 MiB (a piece of markup).
    TooLong,
    /// Not UTF-8.
    NotText,
    /// Neither a sentence nor a comment.
    NotASentence,
    /// A sentence without its checksum.
    ChecksumMissing,
    /// The checksum is not that of the sentence.
    ChecksumWrong,
    /// A sentence that is not as its type wants it.
    Malformed,
    /// The receiver says that it has no position.
    NoFix,
    /// A field that is needed is missing.
    FieldMissing,
    /// A field is not a number.
    NotANumber,
    /// No time, or none that can be read.
    TimeMissing,
    /// Not well-formed XML; the rest of the file is not read.
    MarkupBroken,
}

impl Unread {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::NotText => "not_text",
            Self::NotASentence => "not_a_sentence",
            Self::ChecksumMissing => "checksum_missing",
            Self::ChecksumWrong => "checksum_wrong",
            Self::Malformed => "malformed",
            Self::NoFix => "no_fix",
            Self::FieldMissing => "field_missing",
            Self::NotANumber => "not_a_number",
            Self::TimeMissing => "time_missing",
            Self::MarkupBroken => "markup_broken",
        }
    }
}

/// What a reader gives, one after the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Entry {
    /// A fix.
    Fix(RecordedFix),
    /// Something that could not be read.
    Unread {
        /// Line (CSV, NMEA) or byte (GPX) of the file, from 1.
        at: u64,
        /// Why.
        why: Unread,
    },
}

/// What the first lines of a recording say about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Header {
    /// Where it comes from.
    pub source: Option<String>,
    /// Under which licence.
    pub licence: Option<String>,
    /// Which receiver made it.
    pub receiver: Option<String>,
    /// Where the receiver truly stood.
    pub truth: Option<Position>,
    /// The stated accuracies are 95 % radii (gpsd's eph); they are divided by
    /// [`crate::accuracy::RAYLEIGH_95_OVER_68`] on reading.
    pub accuracy_is_95: bool,
}

/// How a recording is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Values separated by commas, semicolons or tabs, by the names of their columns.
    Csv,
    /// NMEA 0183.
    Nmea,
    /// GPS Exchange Format.
    Gpx,
}

impl Format {
    /// The format of a file by its first bytes (a few kilobytes suffice).
    /// What nothing fits is read as NMEA: line by line, each refused.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let text = String::from_utf8_lossy(head);
        if text.trim_start().starts_with('<') {
            return Self::Gpx;
        }
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if csv::announces_fixes(line) {
                return Self::Csv;
            }
            if !line.starts_with('#') {
                return if csv::looks_like(line) {
                    Self::Csv
                } else {
                    Self::Nmea
                };
            }
        }
        Self::Nmea
    }
}

/// A stream of entries out of any bytes, in bounded memory.
pub struct Reader<R: BufRead> {
    kind: Kind<R>,
}

enum Kind<R: BufRead> {
    Csv(csv::CsvReader<R>),
    Nmea(nmea::NmeaReader<R>),
    Gpx(Box<gpx::GpxReader<R>>),
}

impl<R: BufRead> Reader<R> {
    /// A reader that finds the format out by itself.
    ///
    /// # Errors
    /// Those of the input.
    pub fn new(mut input: R) -> io::Result<Self> {
        let format = Format::of(input.fill_buf()?);
        Ok(Self::with_format(input, format))
    }

    /// A reader of a known format.
    pub fn with_format(input: R, format: Format) -> Self {
        let kind = match format {
            Format::Csv => Kind::Csv(csv::CsvReader::new(input)),
            Format::Nmea => Kind::Nmea(nmea::NmeaReader::new(input)),
            Format::Gpx => Kind::Gpx(Box::new(gpx::GpxReader::new(input))),
        };
        Self { kind }
    }

    /// What the file said about itself so far.
    #[must_use]
    pub fn header(&self) -> Header {
        match &self.kind {
            Kind::Csv(reader) => reader.header().clone(),
            Kind::Nmea(reader) => reader.header().clone(),
            Kind::Gpx(_) => Header::default(),
        }
    }

    /// The format it reads.
    #[must_use]
    pub fn format(&self) -> Format {
        match &self.kind {
            Kind::Csv(_) => Format::Csv,
            Kind::Nmea(_) => Format::Nmea,
            Kind::Gpx(_) => Format::Gpx,
        }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.kind {
            Kind::Csv(reader) => reader.next(),
            Kind::Nmea(reader) => reader.next(),
            Kind::Gpx(reader) => reader.next(),
        }
    }
}

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file could not be read. Code `input`.
    #[error("the file could not be read: {0}")]
    Input(#[from] io::Error),
    /// More fixes than are kept. Code `too_many_fixes`.
    #[error("more than {MAX_FIXES} fixes")]
    TooManyFixes,
}

impl RecordingError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input(_) => "input",
            Self::TooManyFixes => "too_many_fixes",
        }
    }
}

/// A whole recording in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// What the file said about itself.
    pub header: Header,
    /// How it was written.
    pub format: Format,
    /// Its fixes, in the order of the file.
    pub fixes: Vec<RecordedFix>,
    /// How many entries could not be read, by code.
    pub unread: BTreeMap<&'static str, u64>,
    /// The first [`MAX_REFUSALS_KEPT`] of them, with line (or byte).
    pub first_unread: Vec<(u64, Unread)>,
}

impl Recording {
    /// Reads all of `input`; one without a usable fix is an empty recording.
    ///
    /// # Errors
    /// [`RecordingError`] where the input fails or holds more than [`MAX_FIXES`].
    pub fn read(input: impl BufRead) -> Result<Self, RecordingError> {
        let mut reader = Reader::new(input)?;
        let mut recording = Self {
            header: Header::default(),
            format: reader.format(),
            fixes: Vec::new(),
            unread: BTreeMap::new(),
            first_unread: Vec::new(),
        };
        for entry in &mut reader {
            match entry? {
                Entry::Fix(_) if recording.fixes.len() >= MAX_FIXES => {
                    return Err(RecordingError::TooManyFixes);
                }
                Entry::Fix(fix) => recording.fixes.push(fix),
                Entry::Unread { at, why } => {
                    *recording.unread.entry(why.code()).or_default() += 1;
                    if recording.first_unread.len() < MAX_REFUSALS_KEPT {
                        recording.first_unread.push((at, why));
                    }
                }
            }
        }
        recording.header = reader.header();
        Ok(recording)
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    /// As [`Recording::read`].
    pub fn open(path: impl AsRef<std::path::Path>) -> Result<Self, RecordingError> {
        Self::read(io::BufReader::with_capacity(
            64 * 1024,
            std::fs::File::open(path)?,
        ))
    }
}

/// Arrival times where a file has none: never running backwards.
#[derive(Debug, Clone, Copy, Default)]
struct Arrivals(Option<Monotonic>);

impl Arrivals {
    fn arrive(&mut self, at: Monotonic) -> Monotonic {
        let arrived = self.0.map_or(at, |last| last.max(at));
        self.0 = Some(arrived);
        arrived
    }
}

/// Reads a `# key: value` line into the header.
fn read_comment(header: &mut Header, line: &str) {
    let comment = line.trim_start_matches('#').trim();
    let Some((key, value)) = comment.split_once(':') else {
        return;
    };
    let value = value.trim();
    // Comments are shown to people, not kept as memory for whoever writes long ones.
    let text = || Some(value.chars().take(200).collect::<String>());
    match key.trim().to_ascii_lowercase().as_str() {
        "source" => header.source = text(),
        "licence" | "license" => header.licence = text(),
        "receiver" => header.receiver = text(),
        "truth" => {
            let mut numbers = value
                .split(['(', ' ', '\t'])
                .next()
                .unwrap_or_default()
                .trim()
                .split(',');
            // "lat,lon" or "lat, lon": the space after the comma is allowed too.
            let lat = numbers.next().and_then(|n| n.trim().parse().ok());
            let lon = numbers
                .next()
                .filter(|n| !n.trim().is_empty())
                .or_else(|| value.split_once(',').map(|(_, rest)| rest))
                .and_then(|n| {
                    n.trim()
                        .split(['(', ' ', ',', '\t'])
                        .next()
                        .and_then(|n| n.parse().ok())
                });
            if let (Some(lat), Some(lon)) = (lat, lon) {
                header.truth = Position::new(lat, lon).ok();
            }
        }
        "note" | "accuracy" => {
            let value = value.to_ascii_lowercase().replace(' ', "");
            header.accuracy_is_95 |= value.contains("95%");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_format_is_known_by_its_content() {
        assert_eq!(
            Format::of(b"# source: x\nt_s,lat,lon,accuracy_m\n"),
            Format::Csv
        );
        assert_eq!(Format::of(b"0.0,13.75,100.5,4\n"), Format::Csv);
        assert_eq!(
            Format::of(b"run_start,ts,lat,lon,accuracy_m\n"),
            Format::Csv
        );
        assert_eq!(Format::of(b"# Name: x\r\n$GPGGA,1"), Format::Nmea);
        assert_eq!(Format::of(b"\xef\xbb\xbf<?xml version"), Format::Gpx);
        assert_eq!(Format::of(b" \n<gpx>"), Format::Gpx);
        assert_eq!(Format::of(b""), Format::Nmea);
        assert_eq!(Format::of(&[0xff; 100]), Format::Nmea);
    }

    #[test]
    fn the_truth_is_read_with_and_without_a_space() {
        for line in [
            "# truth: 37.5,-122.25 (a test site)",
            "# truth: 37.5, -122.25",
            "#truth:37.5,-122.25(x)",
        ] {
            let mut header = Header::default();
            read_comment(&mut header, line);
            assert_eq!(
                header.truth,
                Some(Position::new(37.5, -122.25).unwrap()),
                "{line}"
            );
        }
        let mut header = Header::default();
        read_comment(&mut header, "# truth: unknown (median of the log)");
        assert_eq!(header.truth, None);
    }

    #[test]
    fn gpsd_says_95_percent() {
        let mut header = Header::default();
        read_comment(&mut header, "# note: accuracy is gpsd eph, 95 %");
        assert!(header.accuracy_is_95);
        let mut header = Header::default();
        read_comment(&mut header, "# note: accuracy not reported (0)");
        assert!(!header.accuracy_is_95);
    }

    #[test]
    fn nothing_is_an_empty_recording() {
        let recording = Recording::read(&b""[..]).unwrap();
        assert!(recording.fixes.is_empty() && recording.unread.is_empty());
    }
}
