//! Captures over recorded receivers: what a person at the counter would see.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::PathBuf;

use pakmut_core::capture::{Capture, CaptureError, CaptureState, Captured, Hint, Reading, Refusal};
use pakmut_core::model::{BootMark, Fix, Mock, Monotonic, Position, Provider, Stamp, UnixMillis};
use pakmut_core::policy::CapturePolicy;
use pakmut_core::recording::{RecordedFix, Recording, replay};
use pakmut_domain::finding::{FindingCode, Severity};

fn open(file: &str) -> Recording {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(file);
    Recording::open(path).unwrap()
}

fn stamp(at: Monotonic) -> Stamp {
    Stamp {
        monotonic: at,
        boot: BootMark("7".into()),
        wall: None,
        registry_offset_ms: None,
    }
}

fn first_seconds(fixes: &[RecordedFix], seconds: f64) -> Vec<RecordedFix> {
    let begin = fixes[0].arrived;
    fixes
        .iter()
        .copied()
        .filter(|f| f.session == fixes[0].session && f.arrived.since(begin) < seconds)
        .collect()
}

fn run(fixes: &[RecordedFix]) -> (Vec<Reading>, Result<Captured, CaptureError>) {
    let mut capture = Capture::new(CapturePolicy::default());
    let readings: Vec<Reading> = replay(fixes, &mut capture).collect();
    let end = fixes.last().map_or(Monotonic(0), |f| f.arrived);
    (readings, capture.finish(stamp(end)))
}

fn good(seconds: f64, lat: f64, lon: f64) -> Fix {
    Fix {
        accuracy_m: Some(4.0),
        mock: Mock::No,
        provider: Provider::Satellite,
        speed_mps: Some(0.0),
        ..Fix::bare(Monotonic::from_secs(seconds), lat, lon)
    }
}

fn push(capture: &mut Capture, fix: Fix) -> Reading {
    capture.push(&fix, fix.at)
}

fn codes(captured: &Captured) -> Vec<&str> {
    captured.findings.iter().map(|f| f.code.as_str()).collect()
}

#[test]
fn a_phone_under_the_sky_is_ready_after_ten_seconds_and_not_before() {
    for file in [
        "receivers/phone-2016-06-30.csv",
        "receivers/phone-gsdc-2020-05-14-pixel4-1.csv",
        "receivers/phone-gsdc-2020-05-14-pixel4-2.csv",
        "receivers/ublox-roof-1.csv",
    ] {
        let recording = open(file);
        let (readings, _) = run(&recording.fixes);
        let ready = readings
            .iter()
            .position(|r| r.state == CaptureState::Ready)
            .unwrap();
        let after = recording.fixes[ready]
            .arrived
            .since(recording.fixes[0].arrived);
        assert!((10.0..=12.0).contains(&after), "{file}: {after} s");
        assert_eq!(readings[ready].hint, Hint::Save);
    }
}

#[test]
fn the_first_minute_before_the_drive_gives_a_pin() {
    let (readings, captured) = run(&first_seconds(
        &open("receivers/phone-drive.nmea").fixes,
        60.0,
    ));
    let captured = captured.unwrap();
    assert_eq!(captured.state, CaptureState::Ready);
    assert!(readings.iter().all(|r| !r.moved));
    assert!(!codes(&captured).contains(&"moving"));
    assert!(captured.gnss.is_some());
}

#[test]
fn a_capture_that_runs_into_the_drive_sees_it_and_says_so() {
    let recording = open("receivers/phone-drive.nmea");
    let begin = recording.fixes[0].arrived;
    let (readings, captured) = run(&first_seconds(&recording.fixes, 100.0));
    let seen = readings
        .iter()
        .position(|r| r.state == CaptureState::Moving)
        .unwrap();
    let after = recording.fixes[seen].arrived.since(begin);
    // It drives off in its 69th second.
    assert!((69.0..76.0).contains(&after), "{after} s");
    assert_eq!(readings[seen].hint, Hint::HoldStill);
    assert_eq!(readings[seen].refused, Some(Refusal::Moving));
    let captured = captured.unwrap();
    assert_eq!(captured.state, CaptureState::Moving);
    let moving = captured
        .findings
        .iter()
        .find(|f| f.code == FindingCode::Moving)
        .unwrap();
    assert_eq!(moving.severity, Severity::Block);
    assert!(moving.figures["speed_mps"] >= 1.0);
}

#[test]
fn the_drive_is_seen_by_its_positions_alone_too() {
    let mut recording = open("receivers/phone-drive.nmea");
    for f in &mut recording.fixes {
        f.fix.speed_mps = None;
    }
    let (readings, _) = run(&first_seconds(&recording.fixes, 110.0));
    let seen = readings
        .iter()
        .position(|r| r.state == CaptureState::Moving)
        .unwrap();
    assert!(
        recording.fixes[seen]
            .arrived
            .since(recording.fixes[0].arrived)
            < 90.0
    );
}

#[test]
fn indoors_every_session_of_both_phones_gives_a_pin_that_can_be_saved() {
    for (file, bound_m) in [
        ("indoors/sfba_hf__android-1.csv", 100.0),
        ("indoors/sfba_hf__ios-1.csv", 500.0),
    ] {
        let recording = open(file);
        let sessions: Vec<&[RecordedFix]> = recording
            .fixes
            .chunk_by(|a, b| a.session == b.session)
            .collect();
        assert!(sessions.len() >= 7);
        for session in sessions {
            let mut capture = Capture::new(CapturePolicy::default());
            let begin = session[0].arrived;
            let part: Vec<RecordedFix> = session
                .iter()
                .copied()
                .filter(|f| f.arrived.since(begin) < 40.0)
                .collect();
            replay(&part, &mut capture).for_each(drop);
            let end = Monotonic(begin.0 + 40_000);
            let captured = capture.finish(stamp(end)).unwrap();
            assert!(
                matches!(captured.state, CaptureState::Weak | CaptureState::TooWeak),
                "{file}: {:?}",
                captured.state
            );
            assert!(captured.radius95_m.unwrap() <= bound_m);
            assert_eq!(capture.tick(end).hint, Hint::StepToEntrance);
        }
    }
}

#[test]
fn the_week_old_first_fix_of_an_iphone_is_dropped_and_mentioned() {
    let recording = open("indoors/sfba_hf__ios-1.csv");
    let (readings, captured) = run(&first_seconds(&recording.fixes, 30.0));
    assert_eq!(readings[0].refused, Some(Refusal::Stale));
    assert_eq!(readings[0].position, None);
    assert!(codes(&captured.unwrap()).contains(&"cached_first_fix"));
}

#[test]
fn a_week_old_fix_that_claims_to_be_new_is_set_aside_when_others_come() {
    let mut capture = Capture::new(CapturePolicy::default());
    push(&mut capture, good(0.0, 13.80, 100.5));
    for i in 1..15 {
        push(
            &mut capture,
            good(f64::from(i), 13.75 + f64::from(i % 3) * 1e-6, 100.5),
        );
    }
    let captured = capture.finish(stamp(Monotonic(14_000))).unwrap();
    let here = Position::new(13.75, 100.5).unwrap();
    assert!(captured.position.distance_m(&here) < 1.0);
    assert_eq!(captured.refusals["first_fix"], 1);
    assert!(codes(&captured).contains(&"cached_first_fix"));
}

#[test]
fn a_mock_position_is_never_used() {
    let mut capture = Capture::new(CapturePolicy::default());
    for i in 0..15 {
        let reading = push(
            &mut capture,
            Fix {
                mock: Mock::Yes,
                accuracy_m: Some(0.0),
                ..good(f64::from(i), 13.75, 100.5)
            },
        );
        assert_eq!(reading.refused, Some(Refusal::Mock));
        assert_eq!(reading.hint, Hint::TurnOffMock);
        assert_eq!(reading.position, None);
    }
    let CaptureError::NoUsableFix {
        seen,
        refusals,
        hint,
    } = capture.finish(stamp(Monotonic(15_000))).unwrap_err();
    assert_eq!((seen, refusals["mock"], hint), (15, 15, Hint::TurnOffMock));
    // The app is turned off: the capture goes on, and remembers.
    for i in 20..35 {
        push(&mut capture, good(f64::from(i), 13.75, 100.5));
    }
    let captured = capture.finish(stamp(Monotonic(35_000))).unwrap();
    assert_eq!(captured.state, CaptureState::Ready);
    assert!(codes(&captured).contains(&"mock"));
}

#[test]
fn a_missing_mock_field_is_not_a_no() {
    let mut capture = Capture::new(CapturePolicy::default());
    for i in 0..12 {
        push(
            &mut capture,
            Fix {
                mock: Mock::Unknown,
                ..good(f64::from(i), 13.75, 100.5)
            },
        );
    }
    let captured = capture.finish(stamp(Monotonic(12_000))).unwrap();
    assert!(codes(&captured).contains(&"mock_unknown"));
}

#[test]
fn a_spoofed_receiver_is_given_away_by_the_network() {
    let mut capture = Capture::new(CapturePolicy::default());
    for i in 0..15 {
        let t = f64::from(i);
        push(&mut capture, good(t, 13.75 + t * 1e-6, 100.5));
        if i % 5 == 0 {
            let network = Fix {
                provider: Provider::Network,
                accuracy_m: Some(20.0),
                ..good(t, 17.4, 100.5)
            };
            let reading = push(&mut capture, network);
            assert_eq!(reading.refused, Some(Refusal::OtherProvider));
        }
    }
    let captured = capture.finish(stamp(Monotonic(15_000))).unwrap();
    let finding = captured
        .findings
        .iter()
        .find(|f| f.code == FindingCode::ProvidersDisagree)
        .unwrap();
    assert!(finding.figures["distance_m"] > 400_000.0);
    assert!(finding.figures["allowed_m"] < 1000.0);
}

#[test]
fn network_fixes_that_agree_are_no_finding() {
    let mut capture = Capture::new(CapturePolicy::default());
    for i in 0..15 {
        let t = f64::from(i);
        push(&mut capture, good(t, 13.75 + t * 1e-6, 100.5));
        if i % 5 == 0 {
            let network = Fix {
                provider: Provider::Network,
                accuracy_m: Some(40.0),
                ..good(t, 13.7502, 100.5)
            };
            push(&mut capture, network);
        }
    }
    let captured = capture.finish(stamp(Monotonic(15_000))).unwrap();
    assert!(!codes(&captured).contains(&"providers_disagree"));
    assert!(!codes(&captured).contains(&"single_source"));
    let here = Position::new(13.750_007, 100.5).unwrap();
    assert!(captured.position.distance_m(&here) < 3.0);
}

#[test]
fn buddhist_years_on_the_wall_clock_change_nothing_and_are_shown() {
    let gnss = 1_533_862_923_000i64;
    let wall = gnss + 543 * 365 * 86_400_000i64;
    let run = |wall: i64| {
        let mut capture = Capture::new(CapturePolicy::default());
        for i in 0..12 {
            let fix = Fix {
                gnss: Some(UnixMillis(gnss + i64::from(i) * 1000)),
                wall: Some(UnixMillis(wall)),
                ..good(f64::from(i), 13.75, 100.5)
            };
            push(&mut capture, fix);
        }
        let end = Stamp {
            wall: Some(UnixMillis(wall + 11_000)),
            ..stamp(Monotonic(11_000))
        };
        capture.finish(end).unwrap()
    };
    let (wrong, right) = (run(wall), run(gnss));
    assert_eq!((wrong.position, wrong.state), (right.position, right.state));
    assert!(!codes(&right).contains(&"clock_skew"));
    let skew = wrong
        .findings
        .iter()
        .find(|f| f.code == FindingCode::ClockSkew)
        .unwrap();
    assert!((skew.figures["skew_s"] / (543.0 * 365.0 * 86_400.0) - 1.0).abs() < 1e-6);
    assert_eq!(wrong.gnss, Some(UnixMillis(gnss + 11_000)));
}

#[test]
fn bursts_at_ten_hertz_are_ready_no_sooner_and_no_surer() {
    let at = |hz: f64| {
        let mut capture = Capture::new(CapturePolicy::default());
        let mut ready = None;
        for i in 0..(30.0 * hz) as i64 {
            let t = i as f64 / hz;
            let reading = push(&mut capture, good(t, 13.75 + (t * 7.0).sin() * 3e-6, 100.5));
            if reading.state == CaptureState::Ready && ready.is_none() {
                ready = Some(t);
            }
        }
        (
            ready.unwrap(),
            capture
                .finish(stamp(Monotonic(30_000)))
                .unwrap()
                .radius95_m
                .unwrap(),
        )
    };
    let (slow, fast) = (at(1.0), at(10.0));
    assert!((slow.0 - fast.0).abs() <= 1.0);
    assert!((slow.1 - fast.1).abs() < 0.5, "{slow:?} {fast:?}");
}

#[test]
fn a_walk_to_the_counter_begins_anew_where_it_ends() {
    let mut capture = Capture::new(CapturePolicy::default());
    let mut states = Vec::new();
    for i in 0..40 {
        let t = f64::from(i);
        // Twenty seconds of walking north at 1.3 m/s, then standing.
        let north = 1.3 * t.min(20.0);
        let fix = Fix {
            speed_mps: None,
            ..good(t, 13.75 + north / 110_620.0, 100.5)
        };
        states.push(push(&mut capture, fix).state);
    }
    assert!(states.contains(&CaptureState::Moving));
    assert_eq!(*states.last().unwrap(), CaptureState::Ready);
    let captured = capture.finish(stamp(Monotonic(39_000))).unwrap();
    let counter = Position::new(13.75 + 26.0 / 110_620.0, 100.5).unwrap();
    assert!(captured.position.distance_m(&counter) < 2.0);
    let moving = captured
        .findings
        .iter()
        .find(|f| f.code == FindingCode::Moving)
        .unwrap();
    assert_eq!(moving.severity, Severity::Info);
}

#[test]
fn a_lasting_jump_is_followed_and_a_passing_one_is_not() {
    let jump = |lasting: bool| {
        let mut capture = Capture::new(CapturePolicy::default());
        for i in 0..30 {
            let there = if lasting {
                i >= 15
            } else {
                (15..18).contains(&i)
            };
            let lat = if there { 13.751 } else { 13.75 };
            push(
                &mut capture,
                good(f64::from(i), lat + f64::from(i % 3) * 1e-6, 100.5),
            );
        }
        capture.finish(stamp(Monotonic(30_000))).unwrap()
    };
    let (lasting, passing) = (jump(true), jump(false));
    assert!((lasting.position.lat() - 13.751).abs() < 1e-5);
    assert!((passing.position.lat() - 13.75).abs() < 1e-5);
    assert!(codes(&lasting).contains(&"jump") && codes(&passing).contains(&"jump"));
    assert_eq!(passing.refusals["jump"], 3);
}

#[test]
fn reversed_and_repeated_time_is_refused_and_the_rest_counts() {
    let mut capture = Capture::new(CapturePolicy::default());
    for i in 0..12 {
        push(&mut capture, good(f64::from(i), 13.75, 100.5));
    }
    let again = good(11.0, 13.75, 100.5);
    assert_eq!(push(&mut capture, again).refused, Some(Refusal::Repeated));
    let back = good(5.0, 13.75, 100.5);
    assert_eq!(
        capture.push(&back, Monotonic(12_000)).refused,
        Some(Refusal::OutOfOrder)
    );
    assert_eq!(push(&mut capture, good(12.0, 13.75, 100.5)).refused, None);
}

#[test]
fn every_kind_of_rubbish_is_refused_and_nothing_is_remembered_of_it() {
    let mut capture = Capture::new(CapturePolicy::default());
    let rubbish = [
        (
            Fix {
                lat: f64::NAN,
                ..good(0.0, 0.0, 0.0)
            },
            Refusal::NotFinite,
        ),
        (
            Fix {
                lat: 1e300,
                ..good(1.0, 0.0, 0.0)
            },
            Refusal::OutOfRange,
        ),
        (good(2.0, 0.0, 0.0), Refusal::ZeroZero),
        (good(3.0, 100.5, 13.75), Refusal::OutOfRange),
        (
            Fix {
                accuracy_m: Some(f64::INFINITY),
                ..good(4.0, 13.0, 100.0)
            },
            Refusal::AccuracyInvalid,
        ),
        (
            Fix {
                accuracy_m: Some(2000.0),
                ..good(5.0, 13.0, 100.0)
            },
            Refusal::Hopeless,
        ),
    ];
    for (fix, refusal) in rubbish {
        let reading = push(&mut capture, fix);
        assert_eq!(
            (reading.refused, reading.state),
            (Some(refusal), CaptureState::Searching)
        );
    }
    let total: u32 = capture.refusals_by_code().values().sum();
    assert_eq!(total, 6);
}

#[test]
fn silence_ends_in_advice_and_in_forgetting() {
    let mut capture = Capture::new(CapturePolicy::default());
    assert_eq!(capture.tick(Monotonic(0)).hint, Hint::Wait);
    assert_eq!(capture.tick(Monotonic(31_000)).hint, Hint::StepToEntrance);
    for i in 40..52 {
        push(&mut capture, good(f64::from(i), 13.75, 100.5));
    }
    assert_eq!(capture.tick(Monotonic(52_000)).state, CaptureState::Ready);
    let later = capture.tick(Monotonic(52_000 + 121_000));
    assert_eq!(
        (later.state, later.position),
        (CaptureState::Searching, None)
    );
}

#[test]
fn a_position_placed_by_hand_has_no_radius_and_says_what_it_is() {
    let captured =
        Captured::placed_by_hand(Position::new(13.75, 100.5).unwrap(), stamp(Monotonic(0)));
    assert_eq!((captured.radius68_m, captured.radius95_m), (None, None));
    assert_eq!(captured.state, CaptureState::PlacedByHand);
    assert_eq!(captured.findings[0].code, FindingCode::PlacedByHand);
    assert_eq!(captured.provider, None);
}

#[test]
fn a_moved_recording_gives_the_same_errors_at_the_counter_s_place() {
    let recording = open("receivers/phone-2016-06-30.csv");
    let from = recording.reference().unwrap().position();
    let counter = Position::new(18.7883, 98.9853).unwrap();
    let there = recording.moved(from, counter);
    let part = |r: &Recording| run(&first_seconds(&r.fixes, 30.0)).1.unwrap();
    let (a, b) = (part(&recording), part(&there));
    assert!((a.position.distance_m(&from) - b.position.distance_m(&counter)).abs() < 0.05);
    assert!((a.radius95_m.unwrap() - b.radius95_m.unwrap()).abs() < 0.05);
}
