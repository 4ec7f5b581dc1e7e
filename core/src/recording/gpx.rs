//! GPX recordings: the points of its tracks.
//!
//! Waypoints and routes are places that somebody chose, not readings of a
//! receiver, and are passed over.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use quick_xml::events::{BytesStart, Event};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Arrivals, Entry, RecordedFix, Unread};
use crate::model::{Fix, Monotonic, Provider, UnixMillis};

/// Longest piece of markup between two tags, bytes: a comment, a text, a tag.
const MAX_PIECE: usize = 1 << 20;

/// Input that ends with an error when one piece of markup takes more than
/// [`MAX_PIECE`], since the XML reader would keep it whole.
struct Bounded<R> {
    input: R,
    since: Rc<Cell<usize>>,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(out.len());
        out[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.since.get() > MAX_PIECE {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "piece too long"));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.since.set(self.since.get().saturating_add(n));
        self.input.consume(n);
    }
}

/// A track point being read.
#[derive(Debug, Default)]
struct Point {
    byte: u64,
    lat: Option<f64>,
    lon: Option<f64>,
    bad_number: bool,
    time: Option<OffsetDateTime>,
    hdop: Option<f64>,
    accuracy_m: Option<f64>,
    speed_mps: Option<f64>,
}

/// Which text is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Time,
    Hdop,
    Accuracy,
    Speed,
}

pub(super) struct GpxReader<R: BufRead> {
    xml: quick_xml::Reader<Bounded<R>>,
    since: Rc<Cell<usize>>,
    buffer: Vec<u8>,
    point: Option<Point>,
    field: Option<Field>,
    text: String,
    epoch: Option<OffsetDateTime>,
    arrivals: Arrivals,
    session: u32,
    ended: bool,
}

impl<R: BufRead> GpxReader<R> {
    pub fn new(input: R) -> Self {
        let since = Rc::new(Cell::new(0));
        let mut xml = quick_xml::Reader::from_reader(Bounded {
            input,
            since: Rc::clone(&since),
        });
        let config = xml.config_mut();
        config.expand_empty_elements = true;
        // Points are wanted, not a verdict on the document.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self {
            xml,
            since,
            buffer: Vec::new(),
            point: None,
            field: None,
            text: String::new(),
            epoch: None,
            arrivals: Arrivals::default(),
            session: 0,
            ended: false,
        }
    }

    pub fn next(&mut self) -> Option<io::Result<Entry>> {
        while !self.ended {
            self.since.set(0);
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            let at = self.xml.buffer_position().saturating_add(1);
            let outcome = match self.xml.read_event_into(&mut buffer) {
                Ok(Event::Eof) => {
                    self.ended = true;
                    // A file that was cut off inside a point.
                    self.point.take().map(|_| Entry::Unread {
                        at,
                        why: Unread::MarkupBroken,
                    })
                }
                Ok(event) => self.take(&event, at),
                Err(quick_xml::Error::Io(error)) => {
                    self.ended = true;
                    if self.since.get() <= MAX_PIECE {
                        return Some(Err(io::Error::new(error.kind(), error.to_string())));
                    }
                    Some(Entry::Unread {
                        at,
                        why: Unread::TooLong,
                    })
                }
                Err(_) => {
                    self.ended = true;
                    Some(Entry::Unread {
                        at,
                        why: Unread::MarkupBroken,
                    })
                }
            };
            self.buffer = buffer;
            if let Some(entry) = outcome {
                return Some(Ok(entry));
            }
        }
        None
    }

    fn take(&mut self, event: &Event<'_>, at: u64) -> Option<Entry> {
        match event {
            Event::Start(tag) => self.open(tag, at),
            Event::Text(text) if self.field.is_some() => {
                let room = 64usize.saturating_sub(self.text.len());
                self.text.extend(text.xml10_content().chars().take(room));
            }
            Event::End(tag) => {
                if tag.local_name().as_ref() == "trkpt" {
                    return self.point.take().map(|point| self.close(&point));
                }
                self.end_field();
            }
            _ => {}
        }
        None
    }

    fn open(&mut self, tag: &BytesStart<'_>, byte: u64) {
        let name = tag.local_name();
        match name.as_ref() {
            // Each track is a session of its own; its segments are gaps within it.
            "trk" if self.epoch.is_some() => {
                self.session = self.session.saturating_add(1);
            }
            "trkpt" => {
                let mut point = Point {
                    byte,
                    ..Point::default()
                };
                for attribute in tag.attributes().with_checks(false).flatten() {
                    let slot = match attribute.key.local_name().as_ref() {
                        "lat" => &mut point.lat,
                        "lon" => &mut point.lon,
                        _ => continue,
                    };
                    match attribute.value.trim().parse() {
                        Ok(number) => *slot = Some(number),
                        Err(_) => point.bad_number = true,
                    }
                }
                self.point = Some(point);
            }
            field if self.point.is_some() => {
                self.field = match field.to_ascii_lowercase().as_str() {
                    "time" => Some(Field::Time),
                    "hdop" => Some(Field::Hdop),
                    "accuracy" | "hacc" | "horizontalaccuracy" => Some(Field::Accuracy),
                    "speed" => Some(Field::Speed),
                    _ => None,
                };
                self.text.clear();
            }
            _ => {}
        }
    }

    fn end_field(&mut self) {
        let (Some(field), Some(point)) = (self.field.take(), &mut self.point) else {
            return;
        };
        let text = self.text.trim();
        let number = || text.parse::<f64>().ok().filter(|n| n.is_finite());
        match field {
            // GPX times are UTC; some writers leave the Z out.
            Field::Time => {
                point.time = OffsetDateTime::parse(text, &Rfc3339)
                    .or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339))
                    .ok();
            }
            Field::Hdop => point.hdop = number(),
            Field::Accuracy => point.accuracy_m = number().filter(|a| *a != 0.0),
            Field::Speed => point.speed_mps = number().filter(|s| *s >= 0.0),
        }
    }

    fn close(&mut self, point: &Point) -> Entry {
        let unread = |why| Entry::Unread {
            at: point.byte,
            why,
        };
        let (Some(lat), Some(lon)) = (point.lat, point.lon) else {
            return unread(if point.bad_number {
                Unread::NotANumber
            } else {
                Unread::FieldMissing
            });
        };
        let Some(time) = point.time else {
            return unread(Unread::TimeMissing);
        };
        let epoch = *self.epoch.get_or_insert(time);
        let millis = |time: OffsetDateTime| (time.unix_timestamp_nanos() / 1_000_000) as i64;
        let at = Monotonic(millis(time).saturating_sub(millis(epoch)));
        Entry::Fix(RecordedFix {
            fix: Fix {
                accuracy_m: point.accuracy_m,
                hdop: point.hdop,
                speed_mps: point.speed_mps,
                provider: Provider::Unknown,
                gnss: Some(UnixMillis(millis(time))),
                ..Fix::bare(at, lat, lon)
            },
            arrived: self.arrivals.arrive(at),
            session: self.session,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::{Recording, Unread};
    use super::*;

    const POINT: &str = r#"<trkpt lat="13.75" lon="100.5"><time>2018-08-10T01:02:03Z</time><hdop>1.5</hdop><extensions><a:accuracy>6</a:accuracy></extensions></trkpt>"#;

    fn read(body: &str) -> Recording {
        Recording::read(
            format!("<?xml version=\"1.0\"?><gpx><trk><trkseg>{body}</trkseg></trk></gpx>")
                .as_bytes(),
        )
        .unwrap()
    }

    #[test]
    fn a_track_point_is_a_fix() {
        let recording = read(POINT);
        let fix = recording.fixes[0].fix;
        assert_eq!((fix.lat, fix.lon), (13.75, 100.5));
        assert_eq!((fix.hdop, fix.accuracy_m), (Some(1.5), Some(6.0)));
        assert_eq!(fix.gnss, Some(UnixMillis(1_533_862_923_000)));
    }

    #[test]
    fn bad_points_are_refused_and_the_good_ones_stay() {
        let recording = read(&format!(
            r#"<trkpt lat="x" lon="1"><time>2018-08-10T01:02:03Z</time></trkpt><trkpt lon="1"/><trkpt lat="1" lon="1"/>{POINT}"#
        ));
        assert_eq!(recording.fixes.len(), 1);
        let whys: Vec<Unread> = recording.first_unread.iter().map(|(_, why)| *why).collect();
        assert_eq!(
            whys,
            [
                Unread::NotANumber,
                Unread::FieldMissing,
                Unread::TimeMissing
            ]
        );
    }

    #[test]
    fn broken_markup_ends_the_file_and_keeps_what_came_before() {
        let recording = Recording::read(format!("<gpx>{POINT}<trkpt lat=").as_bytes()).unwrap();
        assert_eq!(recording.fixes.len(), 1);
        assert_eq!(recording.unread["markup_broken"], 1);
    }

    #[test]
    fn a_gigabyte_of_comment_is_a_refusal_and_no_memory() {
        let input = (&b"<gpx><!--"[..]).chain(io::BufReader::new(io::repeat(b'>').take(1 << 30)));
        let mut reader = GpxReader::new(input);
        let mut whys = Vec::new();
        while let Some(Ok(Entry::Unread { why, .. })) = reader.next() {
            whys.push(why);
        }
        assert_eq!(whys, [Unread::TooLong]);
        assert!(reader.buffer.capacity() < 4 * MAX_PIECE);
    }
}
