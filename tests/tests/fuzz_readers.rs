//! Anything may come in: the readers and the capture end, and do not panic.
//!
//! proptest makes bytes, pieces of real formats put together wrongly, and
//! mutations of the corpus in `data/corpus`. What ever failed is kept there
//! (and its seed beside this file), and is tried first.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use pakmut_core::capture::Capture;
use pakmut_core::model::{Fix, Mock, Monotonic, Provider};
use pakmut_core::policy::CapturePolicy;
use pakmut_core::recording::{Format, Reader, Recording, replay};
use proptest::prelude::*;

fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/corpus");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|e| e != "md"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// Reads to the end in every format, and pushes what comes out through a capture.
fn take(bytes: &[u8]) {
    for format in [Format::Csv, Format::Nmea, Format::Gpx] {
        let entries = Reader::with_format(bytes, format)
            .map(Result::unwrap)
            .count();
        assert!(entries <= bytes.len() + 1);
    }
    let recording = Recording::read(bytes).unwrap();
    let mut capture = Capture::new(CapturePolicy::default());
    for reading in replay(&recording.fixes, &mut capture) {
        assert_eq!(reading.position.is_some(), reading.radius95_m.is_some());
        assert!(reading.radius95_m.is_none_or(|r| r.is_finite() && r > 0.0));
    }
    let _ = recording.reference();
}

#[test]
fn the_corpus_is_read_to_its_end() {
    let corpus = corpus();
    assert!(corpus.len() >= 10);
    corpus.iter().for_each(|bytes| take(bytes));
}

/// A sentence with its right checksum around any fields, so that the fuzz gets past it.
fn sentence() -> impl Strategy<Value = Vec<u8>> {
    let field = prop_oneof![
        4 => Just(String::new()),
        4 => "[0-9]{1,9}(\\.[0-9]{0,9})?",
        2 => "[NSEWAVMD]",
        1 => "(nan|inf|-inf|1e999|-0|\\+|\\.|--)",
        1 => "[ -)+-~]{0,12}",
        2 => "[0-9]{6}\\.[0-9]{2}",
    ];
    (
        "(GP|GN|BD|XX)(GGA|RMC|GST)",
        prop::collection::vec(field, 0..18),
    )
        .prop_map(|(kind, fields)| {
            let body = std::iter::once(kind)
                .chain(fields)
                .collect::<Vec<_>>()
                .join(",");
            let sum = body.bytes().fold(0u8, |sum, b| sum ^ b);
            format!("${body}*{sum:02X}\r\n").into_bytes()
        })
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        sentence(),
        prop::collection::vec(any::<u8>(), 0..40),
        prop::sample::select(vec![
            "<gpx>",
            "<trk>",
            "<trkseg>",
            "<trkpt lat=\"13\" lon=\"100\">",
            "<trkpt lat='x' lon=\"",
            "<time>",
            "2018-08-10T01:02:03Z",
            "9999-99-99T99:99:99Z",
            "</time>",
            "</trkpt>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "&amp;",
            "&",
            "<?xml version=\"1.0\" encoding=\"utf-16\"?>",
            "t_s,lat,lon,accuracy_m\n",
            "1,13,100,4\n",
            "nan,nan,nan,nan\n",
            "1e308,90,180,1e-308\n",
            "# truth: 13,100\n",
            "run_start,ts,lat,lon,accuracy_m,speed,filter,write_ts\n",
            "1,1e18,13,100,4,0,x,-1e18\n",
            "# Fix,Provider,LatitudeDegrees,LongitudeDegrees,UnixTimeMillis\n",
            "Fix,gps,13,100,0,0,3,1533862923500\n",
            "Fix,NLP,13,100,,,,,1533862923500\n",
            "Raw,1,2\n",
            "millisSinceGpsEpoch;latDeg;lngDeg\n",
            "1e300;13;100\n",
            "time\tlat\tlon\taccuracy\n",
            "9999-12-31T23:59:60+99:99\t13\t100\t4\n",
            "\"",
            "\n",
            "\r",
            ",",
            "$",
            "*",
        ])
        .prop_map(|s| s.as_bytes().to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        take(&bytes);
    }

    #[test]
    fn pieces_of_formats(pieces in prop::collection::vec(piece(), 0..40)) {
        take(&pieces.concat());
    }

    #[test]
    fn mutated_corpus(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..12),
    ) {
        let corpus = corpus();
        let mut bytes = which.get(&corpus).clone();
        for (at, byte, how) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                _ => bytes.insert(at, byte),
            }
        }
        take(&bytes);
    }

    #[test]
    fn any_fixes_through_a_capture(
        fixes in prop::collection::vec(
            (any::<i64>(), -2000i64..200_000, prop_oneof![any::<f64>(), 13.7..13.8f64],
             prop_oneof![any::<f64>(), 100.4..100.6f64], any::<Option<f64>>(), any::<Option<f64>>(), 0..12usize),
            0..200),
        wild in any::<bool>(),
    ) {
        let mut capture = Capture::new(CapturePolicy::default());
        for (any_time, near_time, lat, lon, accuracy_m, speed_mps, kind) in fixes {
            let at = Monotonic(if wild { any_time } else { near_time });
            let fix = Fix {
                accuracy_m, speed_mps,
                provider: [Provider::Satellite, Provider::Fused, Provider::Network, Provider::Unknown][kind % 4],
                mock: [Mock::Yes, Mock::No, Mock::Unknown][kind / 4],
                ..Fix::bare(at, lat, lon)
            };
            let reading = capture.push(&fix, at);
            prop_assert!(reading.radius95_m.is_none_or(|r| r.is_finite()));
            prop_assert!(reading.distinct <= 64);
        }
        let total: u32 = capture.refusals_by_code().values().sum();
        prop_assert!(total <= 201);
    }
}
