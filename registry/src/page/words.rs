//! The pages' own words, in both languages.

use pakmut_domain::model::Role;
use pakmut_domain::resolve::PinStatus;
use pakmut_domain::words::{Lang, text};

/// One text in both languages.
pub type Both = (&'static str, &'static str);

/// The text in the language.
pub fn say(lang: Lang, both: Both) -> &'static str {
    match lang {
        Lang::Th => both.0,
        Lang::En => both.1,
    }
}

/// The project's name.
pub const NAME: Both = ("ปักหมุด: จุดให้บริการประชาชน", "Pakmut: public-service counters");
/// The country.
pub const COUNTRY: Both = ("ทั้งประเทศ", "The country");
/// A province.
pub const PROVINCE: Both = ("จังหวัด", "Province");
/// LAOs.
pub const LAOS: Both = ("อปท.", "LAOs");
/// Counter.
pub const COUNTER: Both = ("จุดให้บริการ", "Counter");
/// Counters that must be pinned.
pub const DUE: Both = ("ต้องปักหมุด", "To be pinned");
/// Counters with a pin that was not sent back.
pub const DONE: Both = ("ปักแล้ว", "Pinned");
/// Counters that somebody must still stand at: not pinned, or sent back.
pub const LATE: Both = ("ยังค้าง", "Late");
/// Position.
pub const POSITION: Both = ("พิกัด (WGS 84)", "Position (WGS 84)");
/// Accuracy.
pub const WITHIN: Both = ("อยู่ภายใน (95\u{a0}%)", "Within (95\u{a0}%)");
/// Status.
pub const STATUS: Both = ("สถานะ", "Status");
/// Findings.
pub const FINDINGS: Both = ("ข้อสังเกต", "Findings");
/// Sample data.
pub const SAMPLE: Both = ("ตัวอย่าง", "sample");
/// Pins beside each other.
pub const CONFLICT: Both = (
    "มีหมุดมากกว่าหนึ่ง รอจังหวัดเลือก",
    "More than one pin: the province decides",
);
/// Placed by hand.
pub const BY_HAND: Both = ("วางด้วยมือ", "placed by hand");
/// Nothing there.
pub const EMPTY: Both = (
    "ยังไม่มีข้อมูล เมื่อผู้ดูแลนำเข้ารายชื่อ อปท. แล้ว จะแสดงที่นี่",
    "Nothing here yet: it shows once the list of LAOs is imported",
);
/// The next page of a table.
pub const NEXT: Both = ("หน้าถัดไป", "Next page");
/// The page before.
pub const BEFORE: Both = ("หน้าก่อน", "Page before");

/// A status as icon and word: the same everywhere.
pub fn status(lang: Lang, status: PinStatus) -> (&'static str, &'static str) {
    match status {
        PinStatus::NotPinned => ("○", say(lang, ("ยังไม่ปักหมุด", "Not pinned"))),
        PinStatus::Waiting => ("◔", say(lang, ("ส่งแล้ว รอตรวจ", "Sent"))),
        PinStatus::Approved => ("✓", say(lang, ("ตรวจแล้ว ถูกต้อง", "Approved"))),
        PinStatus::SentBack => ("↩", say(lang, ("ส่งกลับแก้ไข", "Sent back"))),
    }
}

/// What an account may do.
pub fn role(lang: Lang, role: Role) -> String {
    text(lang, &format!("role-{}", role.as_str()), &[])
}

/// A count with its thousands apart, as both languages write it.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        let all = [0, 999, 1_000, 25_000, 1_234_567].map(grouped);
        assert_eq!(all, ["0", "999", "1,000", "25,000", "1,234,567"]);
    }
}
