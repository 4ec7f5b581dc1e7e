//! The forms that ship: read from their XLSX files, filled in, judged, and
//! kept within what they promise.
#![allow(clippy::unwrap_used)]

use pakmut_domain::form::expr::Now;
use pakmut_domain::form::{
    Answer, Filling, Form, Item, ItemView, Kind, Moved, Opening, Program, QuestionView, Tick,
    validate,
};
use pakmut_domain::words::Lang;
use pakmut_registry::forms_import::{SHIPPED, import};
use pakmut_tests::{bench::forms as bench_forms, report::Report, shipped_forms};
use std::sync::Arc;

fn tick() -> Tick {
    Tick {
        now: Now {
            utc_ms: 1_525_683_600_000,
            offset_minutes: 420,
        },
        monotonic_ms: 0,
    }
}

fn program(id: &str) -> Arc<Program> {
    let bytes = SHIPPED.iter().find(|(known, _)| *known == id).unwrap().1;
    Arc::new(import(bytes).unwrap().program)
}

fn start(program: &Arc<Program>, language: Lang) -> Filling {
    let opening = Opening {
        trial: true,
        counter: None,
        language,
        place: None,
        seed: 5,
    };
    Filling::start(Arc::clone(program), &opening, tick())
}

fn questions(form: &Form) -> Vec<&Item> {
    let mut found = Vec::new();
    let mut left: Vec<&Item> = form.items.iter().rev().collect();
    while let Some(item) = left.pop() {
        match item {
            Item::Question(_) => found.push(item),
            Item::Group(group) => left.extend(group.items.iter().rev()),
            Item::Repeat(repeat) => left.extend(repeat.group.items.iter().rev()),
        }
    }
    found
}

#[test]
fn the_files_say_what_their_source_says_and_nothing_is_left_out() {
    for form in shipped_forms::all() {
        let (_, bytes) = SHIPPED.iter().find(|(id, _)| *id == form.id).unwrap();
        let file = import(bytes).unwrap();
        assert_eq!(file.unsupported, []);
        assert_eq!(file.missing_words, []);
        let source = import(&form.write().unwrap()).unwrap();
        assert_eq!(file.form(), source.form(), "{}", form.id);
        let json = serde_json::to_string(file.form()).unwrap();
        assert_eq!(&serde_json::from_str::<Form>(&json).unwrap(), file.form());
    }
}

#[test]
fn nobody_is_asked_for_a_name_or_a_number() {
    for (id, _) in SHIPPED {
        let program = program(id);
        for item in questions(program.form()) {
            let Item::Question(q) = item else { continue };
            let words = q.label.th.clone() + &q.label.en.to_lowercase();
            for asked in [
                "ชื่อผู้",
                "ชื่อ-",
                "ชื่อของ",
                "นามสกุล",
                "เลขประจำตัว",
                "โทรศัพท์",
                "your name",
                "id number",
                "telephone",
            ] {
                assert!(!words.contains(asked), "{id}: {}", q.name);
            }
            if q.kind == Kind::Text && ["comment", "remarks"].contains(&q.name.as_str()) {
                assert!(q.hint.th.contains("โปรดอย่าเขียนชื่อ"), "{id}: {}", q.name);
            }
        }
    }
}

#[test]
fn the_scale_goes_from_most_to_least_with_no_opinion() {
    for id in ["satisfaction", "citizen"] {
        let program = program(id);
        let scale = &program.form().lists["scale"];
        let scores: Vec<Option<f64>> = scale.iter().map(|c| c.score).collect();
        let expected = [Some(5.0), Some(4.0), Some(3.0), Some(2.0), Some(1.0), None];
        assert_eq!(scores, expected);
        assert_eq!(scale[0].label.th, "มากที่สุด");
        assert_eq!(scale[4].label.th, "น้อยที่สุด");
    }
}

/// An answer that fits a question, if the form needs one.
fn some_answer(q: &QuestionView) -> Option<Answer> {
    match &q.kind {
        Kind::YesNo => Some(Answer::Text("yes".into())),
        Kind::SelectOne { .. } => Some(Answer::Text(q.choices.last()?.name.clone())),
        Kind::SelectMultiple { .. } => Some(Answer::Many(vec![q.choices.first()?.name.clone()])),
        Kind::Integer => Some(Answer::Number(2.0)),
        Kind::Text => Some(Answer::Text("ขอบคุณครับ 🙏".into())),
        _ => None,
    }
}

#[test]
fn each_form_can_be_filled_in_sent_and_judged_in_both_languages() {
    for (id, _) in SHIPPED {
        for language in Lang::ALL {
            let program = program(id);
            let mut filling = start(&program, language);
            let mut pages = 0;
            loop {
                let mut asked = 0;
                // Answers on a page may bring up more questions on it.
                while let Some(page) = filling.view() {
                    let open = page.items.iter().find_map(|item| match item {
                        ItemView::Question(q) if q.answer.is_none() => {
                            some_answer(q).map(|a| (q.path.clone(), a))
                        }
                        _ => None,
                    });
                    let Some((path, answer)) = open else { break };
                    filling.answer(&path, Some(answer), tick().now).unwrap();
                    asked += 1;
                    assert!(asked < 100, "{id}");
                }
                pages += 1;
                if filling.next(tick()).unwrap() == Moved::End {
                    break;
                }
            }
            assert!(pages >= 1);
            let response = filling.finish(tick(), None).unwrap();
            assert_eq!(validate(&program, &response), vec![], "{id}");
            assert!(response.answers.len() > 5);
            let bytes = serde_json::to_vec(&response).unwrap();
            assert!(bytes.len() < pakmut_domain::wire::envelope::MAX_PAYLOAD_BYTES);
        }
    }
}

#[test]
fn documents_are_asked_for_only_after_a_copy_was() {
    let program = program("satisfaction");
    let mut filling = start(&program, Lang::Th);
    let documents = "copies/copy_documents";
    let none = Some(Answer::Many(vec!["identity_card".into()]));
    assert!(filling.answer(documents, none.clone(), tick().now).is_err());
    let yes = Some(Answer::Text("yes".into()));
    filling
        .answer("copies/copy_asked", yes, tick().now)
        .unwrap();
    filling.answer(documents, none, tick().now).unwrap();
}

#[test]
fn the_readiness_form_counts_what_still_asks_for_copies() {
    let program = program("readiness");
    let mut filling = start(&program, Lang::Th);
    filling.add_repetition("process", tick().now).unwrap();
    for (path, answer) in [
        (
            "process[1]/uses",
            Answer::Many(vec!["identity_card".into()]),
        ),
        (
            "process[1]/card_ways",
            Answer::Many(vec!["asks_copy".into()]),
        ),
        ("process[2]/uses", Answer::Many(vec!["none".into()])),
    ] {
        filling.answer(path, Some(answer), tick().now).unwrap();
    }
    assert!(filling.go_to("end_page/summary", tick()));
    let page = filling.view().unwrap();
    let Some(ItemView::Question(note)) = page
        .items
        .iter()
        .find(|i| matches!(i, ItemView::Question(q) if q.name == "summary"))
    else {
        panic!("the summary");
    };
    assert_eq!(
        note.label,
        "บันทึกแล้ว 2 กระบวนงาน ยังขอสำเนาจากผู้รับบริการ 1 กระบวนงาน"
    );
}

#[test]
fn the_short_form_is_one_page() {
    let mut filling = start(&program("citizen"), Lang::Th);
    let page = filling.view().unwrap();
    assert_eq!(page.count, 1);
    assert!(page.items.len() <= 10);
    assert!(!filling.next(tick()).unwrap_err().is_empty());
}

#[test]
fn the_benchmark_runs() {
    let mut report = Report::new();
    bench_forms::measure(&mut report).unwrap();
    println!("{}", report.table());
    assert_eq!(report.rows().len(), 8);
}
