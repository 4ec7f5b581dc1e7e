//! The order in which Thai names are listed.
//!
//! In Thai a vowel written before its consonant is sorted after it, and tone
//! marks count only between words that are otherwise alike: the order of the
//! Royal Institute's dictionary, which ICU's Thai collation follows.

/// A key by which Thai and other text sorts as in a dictionary: compare keys
/// instead of texts.
#[must_use]
pub fn thai_key(text: &str) -> (String, String) {
    let mut first = String::with_capacity(text.len());
    let mut marks = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            // เ แ โ ใ ไ stand before the consonant that they are spoken after.
            '\u{0e40}'..='\u{0e44}' => {
                if let Some(consonant) = letters.next_if(|c| ('ก'..='ฮ').contains(c)) {
                    first.push(consonant);
                }
                first.push(letter);
            }
            // ็ ่ ้ ๊ ๋ ์
            '\u{0e47}'..='\u{0e4c}' => marks.push(letter),
            other => {
                first.extend(other.to_lowercase());
                // Where a mark stands decides between words alike but for marks.
                marks.push(' ');
            }
        }
    }
    (first, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thai_names_sort_as_in_a_dictionary() {
        // The order of the Royal Institute's dictionary.
        let sorted = [
            "กบ",
            "เก",
            "เกม",
            "แก",
            "แก่",
            "แก้ว",
            "ไก่",
            "ขา",
            "ข่า",
            "ข้า",
            "เขา",
            "โคก",
            "นา",
            "หนอง",
            "หมู่",
            "อำเภอ",
        ];
        let mut shuffled = sorted;
        shuffled.reverse();
        shuffled.sort_by_key(|text| thai_key(text));
        assert_eq!(shuffled, sorted);
    }

    #[test]
    fn other_text_sorts_by_its_letters() {
        assert!(thai_key("abc") < thai_key("ABD"));
        assert!(thai_key("") < thai_key("a"));
        // A vowel with no consonant after it is kept.
        assert_eq!(thai_key("เ").0, "เ");
    }
}
