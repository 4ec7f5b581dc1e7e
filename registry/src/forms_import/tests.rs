//! Tests of reading XLSForms.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::sheets::xlsx::{FILE_LIMIT, UNPACKED_LIMIT};
use pakmut_domain::form::{Item, Kind};
use rust_xlsxwriter::Workbook;

/// A workbook of sheets of rows of cells.
fn book(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0u32..).zip(*rows) {
            for (column, cell) in (0u16..).zip(*cells).filter(|(_, c)| !c.is_empty()) {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

const SETTINGS: (&str, &[&[&str]]) = (
    "settings",
    &[
        &["form_title", "form_id", "version", "default_language"],
        &["ทดสอบ", "t", "1", "Thai (th)"],
    ],
);

const CHOICES: (&str, &[&[&str]]) = (
    "choices",
    &[
        &[
            "list_name",
            "name",
            "label::Thai (th)",
            "label::English (en)",
            "score",
            "zone",
        ],
        &["scale", "5", "มากที่สุด", "Very", "5", "a"],
        &["scale", "no_opinion", "ไม่มีความเห็น", "None", "", "b"],
        &["yes_no", "yes", "ใช่", "Yes"],
        &["yes_no", "no", "ไม่ใช่", "No"],
    ],
);

fn read(survey: &[&[&str]]) -> Result<Imported, Vec<ImportProblem>> {
    import(&book(&[("survey", survey), CHOICES, SETTINGS]))
}

/// The only problem: code, sheet, row, column.
fn refused(survey: &[&[&str]]) -> (&'static str, String, Option<usize>, String) {
    let problems = read(survey).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    let ImportProblem { place, code, .. } = problems.into_iter().next().unwrap();
    (code, place.sheet, place.row, place.column)
}

#[test]
fn a_form_is_read_with_its_languages() {
    let imported = read(&[
        &[
            "type",
            "name",
            "label::Thai (th)",
            "label::English (en)",
            "relevant",
            "appearance",
            "required",
            "default",
        ],
        &["begin group", "g", "หมวด", "Part", "", "field-list"],
        &[
            "select_one scale",
            "overall",
            "โดยรวม",
            "Overall",
            "",
            "likert",
            "yes",
        ],
        &["select_one yes_no", "copy", "ขอสำเนา", "Copy?"],
        &["end group"],
        &["begin_repeat", "r", "รอบ"],
        &["text", "why", "เพราะ", "Why", "${copy} = ‘yes’"],
        &["end_repeat"],
        &["date", "day", "วัน", "Day", "", "", "", "2018-05-07"],
        &["date", "now", "วันนี้", "Today", "", "", "", "today()"],
        &[
            "select_one_from_file counters.csv",
            "counter",
            "จุดบริการ",
            "Counter",
        ],
        &["deviceid", "device"],
    ])
    .unwrap();
    let form = imported.form();
    assert_eq!((form.id.as_str(), form.version.as_str()), ("t", "1"));
    assert_eq!(form.title.th, "ทดสอบ");
    assert_eq!(form.lists["scale"][0].score, Some(5.0));
    assert_eq!(form.lists["scale"][1].score, None);
    assert_eq!(form.lists["scale"][1].columns["zone"], "b");
    let Item::Group(group) = &form.items[0] else {
        panic!("a group");
    };
    assert!(group.page);
    let Item::Question(overall) = &group.items[0] else {
        panic!("a question");
    };
    assert!(matches!(&overall.kind, Kind::SelectOne { faces: true, list, .. } if list == "scale"));
    assert_eq!(overall.required.as_deref(), Some("true()"));
    let Item::Question(copy) = &group.items[1] else {
        panic!("a question");
    };
    assert_eq!(copy.kind, Kind::YesNo);
    let left_out: Vec<&str> = imported
        .unsupported
        .iter()
        .map(|u| u.what.as_str())
        .collect();
    assert_eq!(left_out, ["deviceid"]);
    assert_eq!(imported.unsupported[0].place.row, Some(12));
    assert!(imported.missing_words.contains(&(Lang::En, "r".to_owned())));
}

#[test]
fn what_is_wrong_is_refused_with_sheet_row_and_column() {
    let head: &[&str] = &[
        "type",
        "name",
        "label",
        "relevant",
        "calculation",
        "choice_filter",
    ];
    let at = |code, row, column: &str| (code, "survey".to_owned(), Some(row), column.to_owned());
    for (row, code, column) in [
        (
            ["hologram", "q", "ก", "", "", ""],
            "import_unknown_type",
            "type",
        ),
        (
            ["geotrace", "q", "ก", "", "", ""],
            "import_unsupported_type",
            "type",
        ),
        (
            ["select_one scale or_other", "q", "ก", "", "", ""],
            "import_unsupported_type",
            "type",
        ),
        (["", "q", "ก", "", "", ""], "import_no_type", "type"),
        (
            ["text", "first", "ก", "", "", ""],
            "form_duplicate_name",
            "name",
        ),
        (["text", "q q", "ก", "", "", ""], "form_name", "name"),
        (["text", "", "ก", "", "", ""], "form_name", "name"),
        (["text", "q", "", "", "", ""], "form_no_label", "label"),
        (
            ["text", "q", "ก", "${first", "", ""],
            "expression_syntax",
            "relevant",
        ),
        (
            ["text", "q", "ก", "${gone} = 1", "", ""],
            "form_unknown_name",
            "relevant",
        ),
        (
            ["text", "q", "ก", "pulldata('a','b')", "", ""],
            "expression_unknown_function",
            "relevant",
        ),
        (
            ["calculate", "q", "", "", "", ""],
            "form_no_calculation",
            "calculation",
        ),
        (
            ["calculate", "q", "", "", "${q} + 1", ""],
            "form_loop",
            "name",
        ),
        (
            ["select_one gone", "q", "ก", "", "", ""],
            "form_no_list",
            "type",
        ),
        (
            ["end group", "", "", "", "", ""],
            "import_wrong_end",
            "type",
        ),
        (
            ["begin group", "q", "ก", "", "", ""],
            "import_not_ended",
            "type",
        ),
    ] {
        let survey: &[&[&str]] = &[head, &["text", "first", "ก"], &[], &row];
        assert_eq!(refused(survey), at(code, 4, column), "{row:?}");
    }
    assert_eq!(
        refused(&[&["name", "label"], &["q", "ก"]]).0,
        "import_no_column"
    );
}

#[test]
fn problems_of_choices_and_settings_have_their_places() {
    let survey: (&str, &[&[&str]]) = (
        "survey",
        &[&["type", "name", "label"], &["select_multiple l", "q", "ก"]],
    );
    let choices: (&str, &[&[&str]]) = (
        "choices",
        &[
            &["list_name", "name", "label", "score"],
            &["l", "a", "ก"],
            &["l", "a", "ข"],
            &["l", "b c", "ค"],
            &["", "d", "ง"],
            &["l", "e", "จ", "high"],
        ],
    );
    let problems = import(&book(&[
        survey,
        choices,
        ("settings", &[&["version"], &["1"]]),
    ]))
    .unwrap_err();
    let found: Vec<(&str, &str, Option<usize>)> = problems
        .iter()
        .map(|p| (p.code, p.place.column.as_str(), p.place.row))
        .collect();
    for expected in [
        ("import_no_list_name", "list_name", Some(5)),
        ("import_score", "score", Some(6)),
        ("form_id", "form_id", None),
        ("form_no_title", "form_title", None),
    ] {
        assert!(found.contains(&expected), "{found:?}");
    }
    let problems = import(&book(&[survey, choices, SETTINGS])).unwrap_err();
    let found: Vec<(&str, Option<usize>)> =
        problems.iter().map(|p| (p.code, p.place.row)).collect();
    assert!(
        found.contains(&("form_duplicate_choice", Some(3))),
        "{found:?}"
    );
    assert!(found.contains(&("form_choice", Some(4))), "{found:?}");
}

#[test]
fn what_is_not_supported_is_listed() {
    let imported = import(&book(&[
        (
            "survey",
            &[
                &[
                    "type",
                    "name",
                    "label",
                    "label::French (fr)",
                    "media::image",
                    "parameters",
                    "trigger",
                ],
                &["text", "q", "ก", "bon", "a.png"],
            ],
        ),
        CHOICES,
        SETTINGS,
        ("entities", &[&["list_name"], &["trees"]]),
    ]))
    .unwrap();
    let what: Vec<&str> = imported
        .unsupported
        .iter()
        .map(|u| u.what.as_str())
        .collect();
    assert_eq!(what, ["label::French (fr)", "media::image", "entities"]);
}

#[test]
fn no_file_can_do_harm() {
    let code = |bytes: &[u8]| import(bytes).unwrap_err()[0].code;
    assert_eq!(code(b""), "import_not_xlsx");
    assert_eq!(code(b"PK\x03\x04 rubbish"), "import_not_xlsx");
    assert_eq!(code(&vec![0; FILE_LIMIT + 1]), "import_file_too_large");
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut archive = zip::ZipWriter::new(&mut bytes);
    let deflated = zip::write::SimpleFileOptions::default();
    archive.start_file("xl/workbook.xml", deflated).unwrap();
    let zeros = vec![0_u8; 1 << 20];
    for _ in 0..=UNPACKED_LIMIT >> 20 {
        std::io::Write::write_all(&mut archive, &zeros).unwrap();
    }
    archive.finish().unwrap();
    assert_eq!(code(bytes.get_ref()), "import_unpacks_too_large");
    let mut rows: Vec<Vec<String>> = vec![vec!["type".into(), "name".into(), "label".into()]];
    for n in 0..3_000 {
        rows.push(vec!["begin group".into(), format!("g{n}"), "ก".into()]);
    }
    let rows: Vec<Vec<&str>> = rows
        .iter()
        .map(|r| r.iter().map(String::as_str).collect())
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    assert_eq!(refused(&rows).0, "form_too_deep");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let whole = book(&[
        ("survey", &[&["type", "name", "label"], &["text", "q", "ก"]]),
        SETTINGS,
    ]);
    assert!(import(&whole).is_ok());
    for length in (0..whole.len()).step_by(97) {
        assert!(import(&whole[..length]).is_err(), "{length}");
    }
}

#[test]
fn five_thousand_questions_are_read_in_time_and_one_more_is_refused() {
    let file = |count: usize| {
        let names: Vec<String> = (0..count).map(|n| format!("q{n}")).collect();
        let relevant: Vec<String> = (0..count)
            .map(|n| {
                n.checked_sub(1)
                    .map_or_else(String::new, |n| format!("${{q{n}}} != ''"))
            })
            .collect();
        let rows: Vec<[&str; 4]> = names
            .iter()
            .zip(&relevant)
            .map(|(name, relevant)| ["integer", name.as_str(), "ข้อ", relevant.as_str()])
            .collect();
        let mut survey: Vec<&[&str]> = vec![&["type", "name", "label", "relevant"]];
        survey.extend(rows.iter().map(|row| &row[..]));
        import(&book(&[("survey", &survey), CHOICES, SETTINGS]))
    };
    let begun = std::time::Instant::now();
    let imported = file(5_000).unwrap();
    assert_eq!(imported.form().items.len(), 5_000);
    // A debug build on a busy machine; a release build takes a fraction.
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    let problems = file(5_001).unwrap_err();
    assert_eq!(problems[0].code, "form_too_many_items");
}

#[test]
fn words_of_any_script_are_kept_and_names_are_held_to_their_rules() {
    let odd = "ก่า\u{e4d}ำ 😀 \u{202e}עברית e\u{301}";
    let imported = read(&[
        &["type", "name", "label::Thai (th)", "hint::Thai (th)"],
        &["text", "ข้อ_หนึ่ง", odd, odd],
    ])
    .unwrap();
    let Item::Question(question) = &imported.form().items[0] else {
        panic!("no question");
    };
    assert_eq!(question.name, "ข้อ_หนึ่ง");
    assert_eq!(
        (question.label.th.as_str(), question.hint.th.as_str()),
        (odd, odd)
    );
    for name in ["a b", "😀", "\u{202e}a", "1a", "a/b", "a[1]"] {
        let (code, ..) = refused(&[&["type", "name", "label"], &["text", name, "x"]]);
        assert_eq!(code, "form_name", "{name}");
    }
}
