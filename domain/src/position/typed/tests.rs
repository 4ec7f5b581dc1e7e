#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;

fn asked() -> Asked {
    Asked {
        zone: Some(Zone::N47),
        datum: Some(Datum::Wgs84),
        near: Some(Position::new(18.79, 98.98).unwrap()),
    }
}

#[test]
fn the_ways_in_which_people_write_one_place() {
    let gate = Position::new(18.7877, 98.9933).unwrap();
    for (text, within_m) in [
        ("18.7877, 98.9933", 0.1),
        ("18.7877 98.9933", 0.1),
        ("18.7877/98.9933", 0.1),
        ("(18.7877, 98.9933)", 0.1),
        ("๑๘.๗๘๗๗, ๙๘.๙๙๓๓", 0.1),
        ("18.7877°N, 98.9933°E", 0.1),
        ("N18.7877 E98.9933", 0.1),
        ("E 98.9933 N 18.7877", 0.1),
        ("98.9933E 18.7877N", 0.1),
        ("lat: 18.7877 lon: 98.9933", 0.1),
        ("Longitude=98.9933; Latitude=18.7877", 0.1),
        ("ละติจูด ๑๘.๗๘๗๗ ลองจิจูด ๙๘.๙๙๓๓", 0.1),
        ("18°47'15.72\"N 98°59'35.88\"E", 0.2),
        ("18° 47′ 15.72″ N, 98° 59′ 35.88″ E", 0.2),
        ("18 47 15.72 98 59 35.88", 0.2),
        ("18 47 15.72 N 98 59 35.88 E", 0.2),
        ("N 18 47.262 E 98 59.598", 0.2),
        ("18°47'15.72'' 98°59'35.88''", 0.2),
        (
            "๑๘ องศา ๔๗ ลิปดา ๑๕.๗๒ ฟิลิปดา เหนือ ๙๘ องศา ๕๙ ลิปดา ๓๕.๘๘ ฟิลิปดา ตะวันออก",
            0.2,
        ),
        ("18.7877\u{00a0}\u{200b}98.9933", 0.1),
        ("47N 499294 2077337", 1.0),
        ("47Q 499294 2077337", 1.0),
        ("47 499294 2077337", 1.0),
        ("499294, 2077337", 1.0),
        ("499294mE 2077337mN", 1.0),
        ("47N 499294 E 2077337 N (WGS 84)", 1.0),
        ("N 2077337 E 499294", 1.0),
        ("UTM zone 47 N 2077337 E 499294", 1.0),
        ("โซน ๔๗ ๔๙๙๒๙๔ ๒๐๗๗๓๓๗", 1.0),
        ("7MCWQXQV+38", 10.0),
        ("7mcwqxqv+38", 10.0),
        ("QXQV+38 ศรีภูมิ เมืองเชียงใหม่", 10.0),
    ] {
        let typed = read_typed(text, &asked()).unwrap_or_else(|error| panic!("{text}: {error}"));
        let off = typed.position.distance_m(&gate);
        assert!(off <= within_m, "{text}: {off} m");
    }
}

#[test]
fn what_the_form_leaves_open_is_stated() {
    for (text, metres) in [
        ("18.79, 98.99", 664.2),
        ("18.8, 98.99", 664.2),
        ("18.7877000, 98.9933", 0.0066),
        ("18 47 N 98 59 E", 1107.0),
        ("18 47 15 N 98 59 35 E", 18.45),
        ("47N 499294 2077337", 0.6),
        ("7MCWQXQV+38", 9.55),
    ] {
        let typed = read_typed(text, &asked()).unwrap();
        let off = (typed.resolution_m - metres).abs() / metres;
        assert!(off < 0.01, "{text}: {}", typed.resolution_m);
    }
}

#[test]
fn what_cannot_be_read_in_one_way_is_refused_with_its_code() {
    for (text, code) in [
        ("", "position_text_empty"),
        (" \u{200b} ", "position_text_empty"),
        (&"1".repeat(301), "position_text_too_long"),
        ("18.7877", "position_text_unclear"),
        ("18,7877 98,9933", "position_text_unclear"),
        ("18,7877, 98,9933", "position_text_unclear"),
        ("18.7877 98.9933 12", "position_text_unclear"),
        ("18.7877N 98.9933N", "position_text_unclear"),
        ("18.7877N 98.9933", "position_text_unclear"),
        ("-18.7877S 98.9933E", "position_text_unclear"),
        ("18'47° 98'59°", "position_text_unclear"),
        ("18.5°30' 98.5°30'", "position_text_unclear"),
        ("ที่ว่าการอำเภอ", "position_text_unclear"),
        ("18 77 0 98 59 0", "sixty_or_more"),
        ("98.9933, 18.7877", "swapped_coordinates"),
        ("98°59'35.88\" 18°47'15.72\"", "swapped_coordinates"),
        ("118.7877, 8.9933", "out_of_range"),
        ("0, 0", "zero_zero"),
        ("46N 499294 2077337", "position_text_unclear"),
        ("47N 999999 2077337", "utm_off_grid"),
        ("48N 499294 2077337", "utm_contradiction"),
        ("47N 499294 2077337 Indian 1975", "utm_contradiction"),
        ("7MCWQXQV+3", "plus_code_malformed"),
        ("ABCDEFGH+IJ", "plus_code_malformed"),
    ] {
        let error = read_typed(text, &asked()).expect_err(text);
        assert_eq!(error.code(), code, "{text}");
        assert!(TypedError::CODES.contains(&error.code()));
    }
}

#[test]
fn zone_datum_and_place_are_asked_and_never_guessed() {
    let nothing = Asked::default();
    let code = |text| read_typed(text, &nothing).unwrap_err().code();
    assert_eq!(code("499294 2077337"), "utm_zone_missing");
    assert_eq!(code("47N 499294 2077337"), "utm_datum_missing");
    assert_eq!(code("QXQV+38"), "plus_code_short");
    let old = read_typed("47N 499811 2076984 Indian 1975", &nothing).unwrap();
    let gate = Position::new(18.7877, 98.9933).unwrap();
    assert!(old.position.distance_m(&gate) < 1.0);
    assert!(old.resolution_m > 3.0);
}

#[test]
fn south_and_west_are_negative_and_minus_zero_counts() {
    let read = |text| read_typed(text, &asked()).unwrap().position;
    let buenos_aires = read("34°36'S 58°22'W");
    assert!((buenos_aires.lat() + 34.6).abs() < 1e-9 && buenos_aires.lon() < -58.0);
    assert!((read("-0 30 0, 100 0 0").lat() + 0.5).abs() < 1e-9);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(
        text in "\\PC{0,40}|[-+0-9.,°'\"nsewNSEWpq ๐-๙]{0,40}|[0-9]{1,7}[NEWSPQ, ]{0,3}[0-9.]{1,9} ?[0-9.]{0,9}",
    ) {
        let _ = read_typed(&text, &asked());
        let _ = read_typed(&text, &Asked::default());
    }

    #[test]
    fn degrees_survive_being_written(lat in 5.6f64..20.4, lon in 97.4f64..105.6) {
        let position = Position::new(lat, lon).unwrap();
        let typed = read_typed(&format!("{lat:.7}, {lon:.7}"), &Asked::default()).unwrap();
        prop_assert!(typed.position.distance_m(&position) < 0.02);
        prop_assert_eq!(typed.form, Form::Degrees);
    }
}
