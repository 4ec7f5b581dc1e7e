//! Places over the areas of the whole country, against answers found by other
//! means: brute force with the `geo` crate over the file's own coordinates, and
//! points whose areas are known.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::sync::LazyLock;

use geo::{Contains, Point, Polygon};
use pakmut_domain::finding::{Finding, FindingCode};
use pakmut_domain::model::{Lao, LaoType};
use pakmut_domain::place::*;
use pakmut_domain::position::{Datum, Position, THAILAND, Utm, Zone};
use pakmut_tests::places;
use proptest::prelude::*;

static COUNTRY: LazyLock<Places> = LazyLock::new(|| places::country(&places::folder()).unwrap());

fn code(text: &str) -> AreaCode {
    text.parse().unwrap()
}

fn position(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}

/// The polygons of a file as `geo` has them, read without any of our own code.
fn polygons_by_geo(name: &str) -> Vec<(String, Vec<Polygon>)> {
    let text = fs::read_to_string(places::folder().join(name)).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let ring = |ring: &serde_json::Value| -> Vec<(f64, f64)> {
        let number = |value: &serde_json::Value| value.as_f64().unwrap();
        let vertices = ring.as_array().unwrap().iter();
        vertices.map(|v| (number(&v[0]), number(&v[1]))).collect()
    };
    let polygon = |rings: &serde_json::Value| {
        let mut rings = rings.as_array().unwrap().iter().map(|r| ring(r).into());
        Polygon::new(rings.next().unwrap(), rings.collect())
    };
    let features = file["features"].as_array().unwrap().iter();
    features
        .map(|feature| {
            let coordinates = &feature["geometry"]["coordinates"];
            let polygons = match feature["geometry"]["type"].as_str().unwrap() {
                "Polygon" => vec![polygon(coordinates)],
                _ => coordinates
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(polygon)
                    .collect(),
            };
            let code = feature["properties"]["code"].as_str().unwrap();
            (code.to_owned(), polygons)
        })
        .collect()
}

/// Points spread over the box round Thailand without clumps or a pattern: the
/// additive recurrence of the plastic number (M. Roberts, 2018).
fn spread(count: u32) -> impl Iterator<Item = Position> {
    const PLASTIC: f64 = 1.324_717_957_244_746;
    (1..=count).map(|n| {
        let u = (f64::from(n) / PLASTIC).fract();
        let v = (f64::from(n) / (PLASTIC * PLASTIC)).fract();
        position(
            THAILAND.south + u * (THAILAND.north - THAILAND.south),
            THAILAND.west + v * (THAILAND.east - THAILAND.west),
        )
    })
}

#[test]
fn ten_thousand_points_resolve_as_brute_force_does() {
    let by_geo: Vec<_> = polygons_by_geo("subdistricts.geojson")
        .into_iter()
        .map(|(code, polygons)| {
            let bounds: Vec<_> = polygons
                .iter()
                .map(|p| geo::BoundingRect::bounding_rect(p).unwrap())
                .collect();
            (code, polygons, bounds)
        })
        .collect();
    let (mut inside, mut points) = (0, 0);
    // A third of the box is Thailand: enough for 10,000 points in it.
    for point in spread(30_000) {
        let geo_point = Point::new(point.lon(), point.lat());
        let expected = by_geo
            .iter()
            .filter(|(_, polygons, bounds)| {
                let mut both = polygons.iter().zip(bounds);
                both.any(|(p, b)| b.contains(&geo_point) && p.contains(&geo_point))
            })
            .map(|(code, ..)| code.clone())
            .min();
        let found = COUNTRY.at(Level::Subdistrict, &point);
        assert_eq!(
            found.map(|area| area.code.to_string()),
            expected,
            "{point:?}"
        );
        points += 1;
        inside += usize::from(found.is_some());
    }
    assert!(inside >= 10_000, "{inside} of {points} in Thailand");
}

#[test]
fn known_points_are_in_their_areas() {
    let mut reader = csv::Reader::from_path(places::folder().join("known_points.csv")).unwrap();
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let point = position(row[1].parse().unwrap(), row[2].parse().unwrap());
        let address = COUNTRY.address(&point).unwrap();
        assert_eq!(address.province, code(&row[3]), "{}", &row[0]);
        assert_eq!(address.district, Some(code(&row[4])), "{}", &row[0]);
        assert_eq!(address.subdistrict, Some(code(&row[5])), "{}", &row[0]);
        for (level, column) in [(Level::Province, 3), (Level::District, 4)] {
            assert_eq!(COUNTRY.at(level, &point).unwrap().code, code(&row[column]));
        }
        rows += 1;
    }
    assert_eq!(rows, 12);
}

#[test]
fn the_country_is_all_there_and_every_area_survives_column_and_wire() {
    let count = |level| {
        let levels = COUNTRY.areas().iter().map(|area| area.code.level());
        levels.filter(|l| *l == level).count()
    };
    assert_eq!(count(Level::Province), 77);
    assert_eq!(count(Level::District), 928);
    assert_eq!(count(Level::Subdistrict), 7_425);
    let (mut column, mut vertices) = (0, 0);
    for area in COUNTRY.areas() {
        let bytes = area.shape.to_bytes();
        column += bytes.len();
        vertices += area.shape.vertex_count();
        assert_eq!(Shape::from_bytes(&bytes).unwrap(), area.shape);
        if area.code.level() != Level::Subdistrict {
            let wire = serde_json::to_string(area).unwrap();
            assert_eq!(&serde_json::from_str::<Area>(&wire).unwrap(), area);
        }
    }
    // The figures in the doc comments.
    assert!(
        column < 5 * vertices,
        "{column} bytes for {vertices} vertices"
    );
}

#[test]
fn an_lao_s_area_is_its_district_and_a_pao_s_its_province() {
    let lao = |lao_type, district: Option<&str>| Lao {
        id: uuid::Uuid::nil(),
        codes: Vec::new(),
        lao_type,
        name_th: String::new(),
        province: "50".into(),
        district: district.map(Into::into),
        successor_ids: Vec::new(),
    };
    let area = |lao_type, district| {
        let area = COUNTRY.area_of(&lao(lao_type, district));
        area.map(|area| area.code.to_string())
    };
    assert_eq!(area(LaoType::Sao, Some("5001")).as_deref(), Some("5001"));
    assert_eq!(area(LaoType::Pao, Some("5001")).as_deref(), Some("50"));
    assert_eq!(area(LaoType::ProvincialOffice, None).as_deref(), Some("50"));
    assert_eq!(area(LaoType::Sao, Some("5099")), None);
    assert_eq!(area(LaoType::Sao, Some("ก")), None);
    assert_eq!(area(LaoType::Sao, None), None);
}

#[test]
fn the_district_that_crosses_itself_still_has_an_inside() {
    let don_sak = COUNTRY.get(code("8403")).unwrap();
    assert!(don_sak.shape.contains(&position(9.16, 99.69)));
    assert!(!don_sak.shape.contains(&position(9.0, 99.2)));
}

#[test]
fn utm_in_both_datums_is_as_proj_has_it() {
    let mut reader = csv::Reader::from_path(places::folder().join("utm_datum.csv")).unwrap();
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        let point = position(number(1), number(2));
        let zone = Zone::of(&point).unwrap();
        assert_eq!(zone.number().to_string(), row[3]);
        let mut both = [Datum::Wgs84, Datum::Indian1975]
            .into_iter()
            .zip([4, 6])
            .map(|(datum, column)| {
                let utm = Utm::from_position(&point, zone, datum).unwrap();
                let off =
                    (utm.easting_m - number(column)).hypot(utm.northing_m - number(column + 1));
                assert!(off < 1.0, "{}: {utm} is {off} m off", &row[0]);
                let given = Utm {
                    zone,
                    datum,
                    easting_m: number(column),
                    northing_m: number(column + 1),
                };
                assert!(
                    given.to_position().unwrap().distance_m(&point) < 1.0,
                    "{}",
                    &row[0]
                );
                utm
            });
        let (new, old) = (both.next().unwrap(), both.next().unwrap());
        // Taken for the other datum, a place lies where the brief says.
        let shift = (new.easting_m - old.easting_m).hypot(new.northing_m - old.northing_m);
        assert!((600.0..=720.0).contains(&shift), "{shift}");
        rows += 1;
    }
    assert_eq!(rows, 4);
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

#[test]
fn each_placement_check_finds_what_it_is_for() {
    let area = COUNTRY.get(code("5001")).unwrap();
    let at = |lat, lon| Subject {
        position: position(lat, lon),
        radius95_m: 12.0,
    };
    let around = Surroundings {
        area: Some(area),
        country: Some(&COUNTRY),
        ..Default::default()
    };
    let limits = Limits::default();
    let check = |pin: &Subject, around| check_placement(pin, around, &limits);

    let gate = at(18.7877123, 98.9933456);
    assert!(check(&gate, &around).is_empty());
    // In the next district, in the next province, in the sea, abroad.
    assert_eq!(
        codes(&check(&at(18.8483123, 99.0493456), &around)),
        ["outside_area"]
    );
    assert_eq!(
        codes(&check(&at(18.5744123, 99.0087456), &around)),
        ["outside_area"]
    );
    assert_eq!(
        codes(&check(&at(9.2000123, 100.5000456), &around)),
        ["outside_country"]
    );
    assert_eq!(
        codes(&check(&at(17.9757123, 102.6331456), &around)),
        ["outside_country"]
    );
    // A phone knows the box only: the sea passes for Thailand, but not for the area.
    let phone = Surroundings {
        country: None,
        ..around
    };
    assert_eq!(
        codes(&check(&at(9.2000123, 100.5000456), &phone)),
        ["outside_area"]
    );
    assert_eq!(
        codes(&check(&at(35.6812123, 139.7671456), &phone)),
        ["outside_country"]
    );
    // A radius wider than the area decides nothing; neither does no radius.
    for radius95_m in [30_000.0, f64::NAN, f64::INFINITY] {
        let findings = check(&Subject { radius95_m, ..gate }, &around);
        assert_eq!(codes(&findings), ["area_undecidable"]);
    }
    // Rounding is what is known of a radius that is not a number: still nothing.
    let rounded = Subject {
        radius95_m: f64::NAN,
        ..at(18.79, 98.99)
    };
    assert_eq!(
        codes(&check(&rounded, &around)),
        ["rounded_coordinates", "area_undecidable"]
    );
    let unknown = Surroundings {
        area: None,
        ..around
    };
    assert_eq!(codes(&check(&gate, &unknown)), ["area_unknown"]);
    assert_eq!(
        codes(&check(&at(18.79, 98.99), &around)),
        ["rounded_coordinates"]
    );

    let others = [at(18.7878123, 98.9933456), at(18.7897123, 98.9933456)];
    let crowded = Surroundings {
        others: &others,
        ..around
    };
    let findings = check(&gate, &crowded);
    assert_eq!(codes(&findings), ["near_other_counter"]);
    assert!((findings[0].figures["distance_m"] - 11.07).abs() < 0.05);
    assert_eq!(findings[0].figures["counters"], 1.0);

    let moved = Surroundings {
        superseded: Some(at(18.7897123, 98.9933456)),
        ..around
    };
    assert_eq!(codes(&check(&gate, &moved)), ["far_from_superseded"]);
    let vague = Subject {
        radius95_m: 200.0,
        ..others[1]
    };
    let moved = Surroundings {
        superseded: Some(vague),
        ..around
    };
    assert!(check(&gate, &moved).is_empty());

    let swapped = Position::new(98.9933, 18.7877)
        .unwrap_err()
        .finding()
        .unwrap();
    assert_eq!(swapped.code, FindingCode::SwappedCoordinates);
}

#[test]
fn an_address_in_another_province_or_district_is_found() {
    let pin = Subject {
        position: position(18.7877123, 98.9933456),
        radius95_m: 12.0,
    };
    let found = |address: &str| check_address(&pin, code(address), &COUNTRY).map(|f| f.code);
    assert_eq!(found("500105"), None);
    assert_eq!(found("510101"), Some(FindingCode::WrongProvince));
    assert_eq!(found("500901"), Some(FindingCode::WrongDistrict));
    // An older code is looked up as far as it is known.
    assert_eq!(found("500199"), None);
    assert_eq!(found("509901"), None);
}

fn judged(serves: Serves, lat: &str, lon: &str) -> Judged {
    let office = Office {
        serves,
        province: Some(code("50")),
        district: Some(code("5001")),
        lat,
        lon,
    };
    judge(&office, &COUNTRY)
}

#[test]
fn every_judgement_has_its_case() {
    use Judgement::*;
    for (lat, lon, expected) in [
        ("", "", Missing),
        (" ", "98.99", Missing),
        ("18.7877", "", Missing),
        ("18.7877", "98.9933", Fine),
        (" +18.7877 ", "98.9933", Fine),
        ("18.79", "98.99", Fine),
        ("18.8", "99", Undecidable),
        ("19", "99", Rubbish),
        ("98.9933", "18.7877", Rubbish),
        ("0", "0", Rubbish),
        ("0.0", "0.00", Rubbish),
        ("NaN", "98.9933", Rubbish),
        ("inf", "98.9933", Rubbish),
        ("1.87877e1", "98.9933", Rubbish),
        ("18,7877", "98.9933", Rubbish),
        ("18.7877.1", "98.9933", Rubbish),
        ("-", "98.9933", Rubbish),
        ("18.7877", "198.9933", Rubbish),
        ("ไม่มี", "98.9933", Rubbish),
        ("17.9757", "102.6331", OutsideCountry),
        ("-18.7877", "98.9933", OutsideCountry),
        ("18.5744", "99.0087", WrongProvince),
        ("18.9119", "98.9410", WrongDistrict),
    ] {
        let found = judged(Serves::District, lat, lon);
        assert_eq!(found.judgement, expected, "{lat} {lon}");
        assert_eq!(
            found.distance_m.is_none(),
            matches!(expected, Missing | Rubbish)
        );
    }
    // A PAO serves the whole province, wherever its seat is.
    assert_eq!(
        judged(Serves::Province, "18.9119", "98.9410").judgement,
        Fine
    );
    assert_eq!(
        judged(Serves::Province, "18.5744", "99.0087").judgement,
        WrongProvince
    );
}

proptest! {
    #[test]
    fn any_text_is_judged(lat in "\\PC{0,12}|[-+0-9.๐-๙e]{0,12}", lon in "\\PC{0,12}|[-+0-9.]{0,12}") {
        let found = judged(Serves::District, &lat, &lon);
        prop_assert!(found.distance_m.is_none_or(|metres| metres.is_finite() && metres >= 0.0));
    }

    #[test]
    fn more_radius_never_turns_one_verdict_into_the_other(
        lat in 18.0f64..19.5, lon in 98.0f64..99.9, a in 0.0f64..5_000.0, b in 0.0f64..5_000.0,
    ) {
        let shape = &COUNTRY.get(code("5001")).unwrap().shape;
        let point = position(lat, lon);
        let (sure, vague) = (a.min(b), a.max(b));
        let of = |radius| AreaVerdict::of(shape, &point, radius, 500.0);
        match of(vague) {
            AreaVerdict::Undecidable { .. } => {}
            decided => prop_assert_eq!(of(sure), decided),
        }
    }

    #[test]
    fn the_distance_to_an_edge_changes_no_faster_than_one_walks(
        lat in 18.0f64..19.5, lon in 98.0f64..99.9, d_lat in -0.02f64..0.02, d_lon in -0.02f64..0.02,
    ) {
        let shape = &COUNTRY.get(code("5001")).unwrap().shape;
        let (a, b) = (position(lat, lon), position(lat + d_lat, lon + d_lon));
        let change = (shape.signed_distance_m(&a) - shape.signed_distance_m(&b)).abs();
        // A thousandth of the distance for measuring on a plane.
        let far = shape.signed_distance_m(&a).abs();
        prop_assert!(change <= a.distance_m(&b) + 0.001 * far + 0.01, "{}", change);
    }

    #[test]
    fn inside_and_distance_agree(
        lat in 5.0f64..21.0, lon in 97.0f64..106.0, metres in 0.0f64..5_000.0,
    ) {
        let point = position(lat, lon);
        let is_near = |area: &&Area| {
            let (south_west, north_east) = area.shape.bounds();
            area.code.level() == Level::District
                && (south_west[0] - 0.1..north_east[0] + 0.1).contains(&lon)
                && (south_west[1] - 0.1..north_east[1] + 0.1).contains(&lat)
        };
        let mut is_within = false;
        for area in COUNTRY.areas().iter().filter(is_near) {
            let distance_m = area.shape.signed_distance_m(&point);
            prop_assert_eq!(distance_m <= 0.0, area.shape.contains(&point));
            // On both sides of where the plane gives way to the geodesic.
            for metres in [metres, metres / 10.0] {
                prop_assert_eq!(distance_m <= metres, area.shape.is_within(&point, metres));
            }
            is_within |= distance_m <= metres;
        }
        prop_assert_eq!(COUNTRY.is_within(Level::District, &point, metres), is_within);
    }
}

#[test]
fn distances_agree_with_geo() {
    use geo::{Closest, ClosestPoint, Distance, Geodesic};
    let (_, polygons) = polygons_by_geo("districts.geojson")
        .into_iter()
        .find(|(code, _)| code == "5001")
        .unwrap();
    let shape = &COUNTRY.get(code("5001")).unwrap().shape;
    for point in spread(400) {
        let geo_point = Point::new(point.lon(), point.lat());
        let ours = shape.signed_distance_m(&point);
        // geo finds the nearest point in plain degrees, so it is never nearer.
        let theirs = match polygons[0].exterior().closest_point(&geo_point) {
            Closest::SinglePoint(p) | Closest::Intersection(p) => Geodesic.distance(p, geo_point),
            Closest::Indeterminate => unreachable!(),
        };
        let slack = 0.002 * theirs + 0.01;
        assert!(ours.abs() <= theirs + slack, "{ours} {theirs}");
        assert!(ours.abs() >= 0.93 * theirs - slack, "{ours} {theirs}");
    }
}
