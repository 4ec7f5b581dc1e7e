//! Pins with varied data, random ids and Thai notes of 40 characters.

use fastrand::Rng;
use pakmut_domain::finding::{Finding, FindingCode, Severity};
use pakmut_domain::wire::payload::{Method, Pin};
use uuid::Uuid;

/// Words as people note them; two or three and a number make 40 characters.
const WORDS: [&str; 24] = [
    "หน้าอาคาร",
    "ข้างเสาธง",
    "ใกล้ประตูทางเข้า",
    "ชั้นสอง",
    "ห้องกองคลัง",
    "เคาน์เตอร์",
    "ศูนย์บริการร่วม",
    "ติดถนนใหญ่",
    "หลังใหม่",
    "ริมรั้ว",
    "ตรงข้ามวัด",
    "ใต้ต้นโพธิ์",
    "ลานจอดรถ",
    "สำนักปลัด",
    "กองช่าง",
    "จุดรับคำร้อง",
    "โรงเรียน",
    "ตลาดสด",
    "สถานีอนามัย",
    "ทะเบียนราษฎร",
    "ป้ายชื่อ",
    "ทิศเหนือ",
    "ซอยสาม",
    "อาคารเก่า",
];

/// A note of exactly 40 characters.
pub fn note(rng: &mut Rng) -> String {
    let mut note = String::new();
    while note.chars().count() < 40 {
        note.push_str(WORDS[rng.usize(0..WORDS.len())]);
        note.push(' ');
        if rng.u8(0..4) == 0 {
            note.push_str(&rng.u16(1..999).to_string());
        }
    }
    note.chars().take(40).collect()
}

/// The middle of the district of the list's first LAOs, latitude and longitude:
/// pins lie where they should, as nearly all do.
const KHLONG_THOM: (f64, f64) = (7.95, 99.15);

/// A pin of this counter.
pub fn pin(counter: Uuid, rng: &mut Rng) -> Pin {
    let round = |value: f64, steps: f64| (value * steps).round() / steps;
    let radius68 = 3.0 + rng.f64() * 6.0;
    let findings = if rng.u8(0..3) == 0 {
        vec![
            Finding::new(FindingCode::AreaUndecidable, Severity::Warn)
                .with("distance_m", round(rng.f64() * 80.0, 10.0)),
        ]
    } else {
        Vec::new()
    };
    Pin {
        counter,
        lat: round(KHLONG_THOM.0 + (rng.f64() - 0.5) * 0.06, 1e7),
        lon: round(KHLONG_THOM.1 + (rng.f64() - 0.5) * 0.06, 1e7),
        radius68_m: Some(round(radius68, 10.0)),
        radius95_m: Some(round(radius68 * (1.4 + rng.f64() * 0.6), 10.0)),
        method: Method::Gnss,
        fixes: rng.u32(8..60),
        seconds: round(8.0 + rng.f64() * 40.0, 10.0),
        findings,
        reason: None,
        note: Some(note(rng)),
        photo: None,
    }
}
