//! Every odd file of public NMEA and GPX tools is read to its end, and so is anything else.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use pakmut_core::capture::{Capture, CaptureState};
use pakmut_core::policy::CapturePolicy;
use pakmut_core::recording::{Entry, Format, Reader, Recording, Unread, replay};
use pakmut_tests::honesty::{Unmeasured, measure};

fn data(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(folder)
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push(path);
        }
    }
}

#[test]
fn every_file_is_read_to_its_end_in_every_format() {
    let mut all = Vec::new();
    files(&data("malformed"), &mut all);
    assert!(all.len() > 250, "{}", all.len());
    for path in all {
        let bytes = std::fs::read(&path).unwrap();
        for format in [Format::Csv, Format::Nmea, Format::Gpx] {
            let mut rest = &bytes[..];
            let mut entries = 0u64;
            for entry in Reader::with_format(&mut rest, format) {
                entry.unwrap();
                entries += 1;
                assert!(entries <= bytes.len() as u64, "{}: no end", path.display());
            }
            // GPX that is not well-formed ends where that is found out.
            assert!(
                format == Format::Gpx || rest.is_empty(),
                "{}",
                path.display()
            );
        }
        let recording = Recording::read(&bytes[..]).unwrap();
        let mut capture = Capture::new(CapturePolicy::default());
        replay(&recording.fixes, &mut capture).for_each(drop);
    }
}

#[test]
fn honesty_measures_whatever_is_read_of_every_file() {
    let mut all = Vec::new();
    files(&data("malformed"), &mut all);
    files(&data("corpus"), &mut all);
    files(&data("indoors"), &mut all);
    let mut measured = 0;
    for path in all {
        let mut recording = Recording::open(&path).unwrap();
        // The longest would take the most of a minute and show nothing more.
        recording.fixes.truncate(2000);
        let any = recording.reference().is_some();
        let log = match measure(&path.to_string_lossy(), recording) {
            Ok(log) => log,
            Err(why) => {
                let expected = !any || why == Unmeasured::NeverStands;
                assert!(expected, "{}: {why}", path.display());
                continue;
            }
        };
        assert!(any && log.capture.windows > 0, "{}", path.display());
        assert!(log.refused <= log.capture.windows && log.silent <= log.refused);
        for shot in &log.capture.shots {
            assert!(shot.error_m.is_finite() && shot.radius95_m > shot.radius68_m);
        }
        measured += 1;
    }
    assert!(measured >= 100, "{measured}");
}

#[test]
fn the_sentences_of_the_regression_logs_come_through() {
    let mut all = Vec::new();
    files(&data("malformed/gpsd_test_daemon"), &mut all);
    let mut unread: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut fixes, mut with_fixes) = (0, 0);
    for path in &all {
        let recording = Recording::open(path).unwrap();
        assert_eq!(recording.format, Format::Nmea, "{}", path.display());
        fixes += recording.fixes.len();
        with_fixes += usize::from(!recording.fixes.is_empty());
        for (code, count) in recording.unread {
            *unread.entry(code).or_default() += count;
        }
    }
    assert!(
        with_fixes >= 100 && fixes >= 2100,
        "{with_fixes} files, {fixes} fixes"
    );
    for code in ["checksum_wrong", "no_fix", "not_text", "malformed"] {
        assert!(unread.contains_key(code), "{code}: {unread:?}");
    }
}

#[test]
fn tracks_come_through_and_what_has_no_time_is_said() {
    let read = |file: &str| Recording::open(data("malformed").join(file)).unwrap();
    let track = read("gpxpy_test_files/cerknicko-jezero.gpx");
    assert_eq!(track.format, Format::Gpx);
    assert!(track.fixes.len() > 100 && track.unread.is_empty());
    let timeless = read("gpxpy_test_files/cerknicko-without-times.gpx");
    assert!(timeless.fixes.len() == 5 && timeless.unread["time_missing"] == 291);
    let speed = read("gpxpy_test_files/track_with_speed.gpx");
    assert_eq!(speed.fixes[0].fix.speed_mps, Some(1.2));
    let good = read("gnss_lib_py_nmea/nmea_w_correct_checksum.nmea");
    let wrong = read("gnss_lib_py_nmea/nmea_w_wrong_checksum.nmea");
    assert!(!good.fixes.is_empty());
    assert!(wrong.unread.contains_key("checksum_wrong"));
}

#[test]
fn a_gigabyte_in_one_line_takes_no_memory_in_any_format() {
    for (format, fill) in [
        (Format::Csv, b'1'),
        (Format::Nmea, b'$'),
        (Format::Gpx, b'x'),
    ] {
        let head = match format {
            Format::Csv => &b"t_s,lat,lon,accuracy_m\n0,13,100,4\n"[..],
            Format::Nmea => &b"$GPGGA,"[..],
            Format::Gpx => &b"<gpx><trk><trkseg><trkpt lat=\"13\" lon=\"100\"><time>"[..],
        };
        let before = resident_kib();
        let input = head.chain(BufReader::with_capacity(
            65_536,
            io::repeat(fill).take(1 << 30),
        ));
        let refused = Reader::with_format(input, format)
            .map(Result::unwrap)
            .filter(|entry| {
                matches!(
                    entry,
                    Entry::Unread {
                        why: Unread::TooLong,
                        ..
                    }
                )
            })
            .count();
        assert_eq!(refused, 1, "{format:?}");
        let grown = resident_kib().saturating_sub(before);
        // Other tests of this file run beside this one.
        assert!(grown < 100 * 1024, "{format:?}: {grown} KiB");
    }
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").trim().parse().ok())
        .unwrap_or(0)
}

#[test]
fn a_recording_of_every_fault_still_gives_a_pin() {
    let mut text = String::from("# truth: 13.75,100.5\nprovider,t_s,lat,lon,accuracy_m\n");
    for i in 0..300 {
        let t = f64::from(i) / 10.0;
        text += &match i % 10 {
            0 => format!("gps,{t},NaN,100.5,4\n"),
            1 => format!("gps,{t},100.5,13.75,4\n"),
            2 => format!("gps,-{t},13.75,100.5,4\n"),
            3 => format!("gps,{t},0,0,4\n"),
            4 => format!("gps,{t},13.75,100.5,\n"),
            5 => format!("gps,{t},13.75\n"),
            6 => format!("network,{t},13.7501,100.5,60\n"),
            7 => format!("gps,{t},13.75,100.5,-1\n"),
            8 => "\u{1}\u{2}rubbish\n".to_owned(),
            _ => format!("gps,{t},13.75,100.5,4\n"),
        };
    }
    let recording = Recording::read(text.as_bytes()).unwrap();
    let mut capture = Capture::new(CapturePolicy::default());
    let last = replay(&recording.fixes, &mut capture).last().unwrap();
    assert_eq!(last.state, CaptureState::Ready);
    let refusals = capture.refusals_by_code();
    for code in [
        "not_finite",
        "out_of_range",
        "zero_zero",
        "accuracy_invalid",
    ] {
        assert!(refusals[code] >= 29, "{refusals:?}");
    }
}
