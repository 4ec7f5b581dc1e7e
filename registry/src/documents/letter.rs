//! The follow-up letter to each LAO that is behind, in the official form (the
//! Prime Minister's Office's rules on correspondence, B.E. 2526, form 1), all in
//! one DOCX (ECMA-376): Thai numerals, Buddhist dates, TH SarabunPSK 16.

use std::io::{Cursor, Write};

use pakmut_domain::calendar::{DateStyle, date_text, thai_digits};
use pakmut_domain::round::Round;
use pakmut_domain::words::Lang;
use pakmut_domain::zero_copy::Day;
use thiserror::Error;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::geo::escape;
use super::table::head_of;
use crate::follow_up::Behind;
use crate::page::office::gap_words;

/// What all letters of one sending have in common.
#[derive(Debug, Clone, Default)]
pub struct Letter {
    /// The number, `ชม ๐๐๒๓.๓/ว ๑๒๓`.
    pub number: String,
    /// The sending office.
    pub office: String,
    /// Its address, one line.
    pub address: String,
    /// What it refers to (อ้างถึง); none where empty.
    pub refers_to: String,
    /// Who signs.
    pub signer: String,
    /// Their position.
    pub position: String,
    /// The office's telephone.
    pub phone: String,
}

/// Why no file came about.
#[derive(Debug, Error)]
pub enum LetterError {
    /// The file could not be packed.
    #[error("DOCX: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// It could not be written.
    #[error("DOCX: {0}")]
    Io(#[from] std::io::Error),
}

/// Twips from the left at which the date and the closing stand: 7.5 cm.
const MIDDLE: u32 = 4252;

/// Twips of a paragraph's first line: 2.5 cm.
const INDENT: u32 = 1417;

/// One file with a letter to each of these LAOs, dated `today`.
///
/// # Errors
/// [`LetterError`].
pub fn letters(
    letter: &Letter,
    round: Option<&Round>,
    today: Day,
    behind: &[Behind],
) -> Result<Vec<u8>, LetterError> {
    let mut body = String::new();
    for (n, one) in behind.iter().enumerate() {
        if n > 0 {
            body.push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>");
        }
        body.push_str(&page(letter, round, today, one));
    }
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body>{body}<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"850\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1701\" \
         w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>"
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/_rels/document.xml.rels", DOCUMENT_RELATIONS),
        ("word/styles.xml", STYLES),
        ("word/document.xml", document.as_str()),
    ] {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn run(text: &str) -> String {
    format!(
        "<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>",
        escape(&thai_digits(text))
    )
}

/// A paragraph with properties.
fn paragraph(properties: &str, runs: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>")
}

fn plain(text: &str) -> String {
    paragraph("", &run(text))
}

fn indented(text: &str) -> String {
    paragraph(
        &format!(
            "<w:spacing w:before=\"120\"/><w:ind w:firstLine=\"{INDENT}\"/><w:jc w:val=\"thaiDistribute\"/>"
        ),
        &run(text),
    )
}

fn from_middle(text: &str, before: u32) -> String {
    paragraph(
        &format!("<w:spacing w:before=\"{before}\"/><w:ind w:left=\"{MIDDLE}\"/>"),
        &run(text),
    )
}

/// A word such as เรื่อง and what follows it, hanging.
fn headed(head: &str, text: &str) -> String {
    paragraph(
        "<w:spacing w:before=\"120\"/><w:tabs><w:tab w:val=\"left\" w:pos=\"851\"/></w:tabs>\
         <w:ind w:left=\"851\" w:hanging=\"851\"/>",
        &format!("{}<w:r><w:tab/></w:r>{}", run(head), run(text)),
    )
}

fn page(letter: &Letter, round: Option<&Round>, today: Day, one: &Behind) -> String {
    let date = |day: Day| date_text(day.date(), Lang::Th, DateStyle::Long);
    let missing: Vec<String> = one
        .gaps
        .iter()
        .map(|(gap, _)| gap_words(Lang::Th, *gap))
        .collect();
    let name = &one.lao.name_th;
    // Room for the emblem: it is printed on the paper.
    let mut out = paragraph("<w:spacing w:before=\"1200\"/>", "");
    out.push_str(&paragraph(
        "<w:tabs><w:tab w:val=\"left\" w:pos=\"5103\"/></w:tabs>",
        &format!(
            "{}<w:r><w:tab/></w:r>{}",
            run(&format!("ที่ {}", letter.number)),
            run(&letter.office)
        ),
    ));
    if !letter.address.is_empty() {
        out.push_str(&paragraph(
            "<w:ind w:left=\"5103\"/>",
            &run(&letter.address),
        ));
    }
    out.push_str(&from_middle(&date(today), 120));
    out.push_str(&headed("เรื่อง", "ขอให้เร่งดำเนินการปักหมุดพิกัดจุดให้บริการประชาชน"));
    out.push_str(&headed("เรียน", &head_of(one.lao.lao_type, name)));
    if !letter.refers_to.is_empty() {
        out.push_str(&headed("อ้างถึง", &letter.refers_to));
    }
    let asked = match round {
        Some(round) => format!(
            "ตามที่กรมส่งเสริมการปกครองท้องถิ่นกำหนดให้องค์กรปกครองส่วนท้องถิ่นดำเนินการ{} \
             ให้แล้วเสร็จภายในวันที่ {} นั้น",
            round.name,
            date(round.last_day())
        ),
        None => "ตามที่กรมส่งเสริมการปกครองท้องถิ่นกำหนดให้องค์กรปกครองส่วนท้องถิ่นปักหมุดพิกัด\
                 จุดให้บริการประชาชน นั้น"
            .to_owned(),
    };
    out.push_str(&indented(&asked));
    out.push_str(&indented(&format!(
        "{} ได้ตรวจสอบข้อมูล ณ วันที่ {} แล้วพบว่า {name} ยังดำเนินการไม่ครบถ้วน ดังนี้",
        letter.office,
        date(today)
    )));
    for (n, gap) in missing.iter().enumerate() {
        out.push_str(&indented(&format!("{}. {gap}", n + 1)));
    }
    let by = round.map_or_else(String::new, |round| {
        format!(" ภายในวันที่ {}", date(round.last_day()))
    });
    out.push_str(&indented(&format!(
        "จึงเรียนมาเพื่อโปรดเร่งดำเนินการให้แล้วเสร็จ{by} หากมีข้อขัดข้อง โปรดแจ้ง{}",
        letter.office
    )));
    out.push_str(&from_middle("ขอแสดงความนับถือ", 240));
    out.push_str(&from_middle(&format!("({})", letter.signer), 960));
    out.push_str(&from_middle(&letter.position, 0));
    out.push_str(&paragraph(
        "<w:spacing w:before=\"480\"/>",
        &run(&letter.office),
    ));
    if !letter.phone.is_empty() {
        out.push_str(&plain(&format!("โทร. {}", letter.phone)));
    }
    out
}

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
</Types>";

const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
</Relationships>";

const DOCUMENT_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
</Relationships>";

/// 16 points in half points. The Thai runs take the complex script's font and size.
const STYLES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:docDefaults><w:rPrDefault><w:rPr>\
<w:rFonts w:ascii=\"TH SarabunPSK\" w:hAnsi=\"TH SarabunPSK\" w:cs=\"TH SarabunPSK\" w:eastAsia=\"TH SarabunPSK\"/>\
<w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/><w:lang w:val=\"th-TH\" w:bidi=\"th-TH\"/></w:rPr></w:rPrDefault>\
<w:pPrDefault><w:pPr><w:spacing w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults></w:styles>";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::io::Read;

    use pakmut_domain::model::LaoType;
    use pakmut_domain::roster::Tally;
    use pakmut_domain::round::Task;
    use uuid::Uuid;

    use super::*;
    use crate::follow_up::Gap;
    use crate::store::{Contact, FollowedLao};

    #[test]
    fn each_lao_has_its_page_with_thai_numerals_and_buddhist_years() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let round = Round {
            id: Uuid::nil(),
            name: "ปักหมุดรอบที่ 1".to_owned(),
            from: day("2018-05-07"),
            to: day("2018-05-31"),
            extended_to: Some(day("2018-08-10")),
            due: vec![Task::Pinned],
        };
        let lao = FollowedLao {
            no: 1,
            id: Uuid::nil(),
            lao_type: LaoType::SubdistrictMunicipality,
            name_th: "เทศบาลตำบล<จอมทอง>".to_owned(),
            district: None,
            district_name: None,
            roster_complete: false,
            tally: Tally::default(),
        };
        let one = Behind {
            lao,
            gaps: vec![(Gap::NotPinned(3), None)],
            contact: Contact::default(),
            reminders: Vec::new(),
            unsent_since: None,
        };
        let letter = Letter {
            number: "ชม 0023.3/ว 12".to_owned(),
            office: "สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัดเชียงใหม่".to_owned(),
            ..Letter::default()
        };
        let file = letters(
            &letter,
            Some(&round),
            day("2018-08-01"),
            &[one.clone(), one],
        )
        .unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
        let mut text = String::new();
        archive
            .by_name("word/document.xml")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        for part in [
            "ที่ ชม ๐๐๒๓.๓/ว ๑๒",
            "๑ สิงหาคม ๒๕๖๑",
            "๑๐ สิงหาคม ๒๕๖๑",
            "นายกเทศมนตรีตำบล&lt;จอมทอง&gt;",
            "ยังไม่ปัก ๓ จุด",
        ] {
            assert!(text.matches(part).count() > 1, "{part}");
        }
        assert_eq!(text.matches("w:type=\"page\"").count(), 1);
    }
}
