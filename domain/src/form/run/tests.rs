//! Tests of a form being filled in.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::form::check::Program;
use crate::form::model::Form;
use crate::form::problem::FormProblem;
use crate::words::Lang;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn form(items: &Json) -> Form {
    serde_json::from_value(json!({
        "format": 1, "id": "t", "version": "1", "title": {"th": "ทดสอบ", "en": "Test"},
        "items": items,
        "lists": {
            "yn": [
                {"name": "yes", "label": {"th": "ใช่", "en": "Yes"}},
                {"name": "no", "label": {"th": "ไม่ใช่", "en": "No"}}
            ],
            "province": [
                {"name": "50", "label": {"th": "เชียงใหม่"}},
                {"name": "51", "label": {"th": "ลำพูน"}}
            ],
            "district": [
                {"name": "5001", "label": {"th": "เมืองเชียงใหม่"}, "columns": {"province": "50"}},
                {"name": "5101", "label": {"th": "เมืองลำพูน"}, "columns": {"province": "51"}}
            ]
        }
    }))
    .unwrap()
}

fn program(items: &Json) -> Arc<Program> {
    Arc::new(Program::new(form(items)).unwrap())
}

fn question(name: &str, kind: &str, more: Json) -> Json {
    let mut made = json!({
        "item": "question", "type": kind, "name": name,
        "label": {"th": "คำถาม", "en": "Question"}
    });
    for (key, value) in more.as_object().unwrap() {
        made[key] = value.clone();
    }
    made
}

fn tick(monotonic_ms: u64) -> Tick {
    Tick {
        now: Now {
            utc_ms: 1_525_683_600_000,
            offset_minutes: 420,
        },
        monotonic_ms,
    }
}

fn start(program: &Arc<Program>) -> Filling {
    let opening = Opening {
        trial: true,
        counter: None,
        language: Lang::Th,
        place: None,
        seed: 9,
    };
    Filling::start(Arc::clone(program), &opening, tick(0))
}

fn text(text: &str) -> Option<Answer> {
    Some(Answer::Text(text.to_owned()))
}

fn number(n: f64) -> Option<Answer> {
    Some(Answer::Number(n))
}

fn put(filling: &mut Filling, path: &str, answer: Option<Answer>) {
    filling.answer(path, answer, tick(0).now).unwrap();
}

#[test]
fn what_is_not_relevant_is_neither_asked_nor_sent() {
    let program = program(&json!([
        question("copy", "yes_no", json!({"required": "true()"})),
        question(
            "which",
            "text",
            json!({"relevant": "${copy} = 'yes'", "required": "true()"})
        ),
    ]));
    let mut filling = start(&program);
    assert_eq!(filling.view().unwrap().count, 1);
    let refused = filling.answer("which", text("x"), tick(0).now).unwrap_err();
    assert_eq!(refused.code, AnswerCode::AnswerNotRelevant);
    put(&mut filling, "copy", text("yes"));
    assert_eq!(filling.view().unwrap().count, 2);
    let problems = filling.finish(tick(0), None).unwrap_err();
    assert_eq!(problems[0].question, "which");
    put(&mut filling, "which", text("ทะเบียนบ้าน"));
    put(&mut filling, "copy", text("no"));
    let response = filling.finish(tick(0), None).unwrap();
    assert_eq!(response.answers.len(), 1);
    // The hidden answer is still there when its question comes back.
    put(&mut filling, "copy", text("yes"));
    assert_eq!(filling.answer_at("which"), text("ทะเบียนบ้าน"));
}

#[test]
fn a_failed_constraint_says_the_form_s_own_words() {
    let program = program(&json!([question(
        "age",
        "integer",
        json!({
            "constraint": ". >= 18 and . <= 120",
            "constraint_message": {"th": "อายุ ${age} ไม่ได้", "en": "${age} is not an age"}
        })
    )]));
    let mut filling = start(&program);
    put(&mut filling, "age", number(7.0));
    let problems = filling.next(tick(10)).unwrap_err();
    assert_eq!(problems[0].code, AnswerCode::AnswerConstraint);
    assert_eq!(problems[0].message, "อายุ 7 ไม่ได้");
    put(&mut filling, "age", number(70.0));
    assert_eq!(filling.next(tick(20)).unwrap(), Moved::End);
}

#[test]
fn calculations_follow_their_sources_in_any_order_of_the_form() {
    let program = program(&json!([
        question("c", "calculate", json!({"calculation": "${b} * 2"})),
        question("b", "calculate", json!({"calculation": "${a} + 1"})),
        question("a", "integer", json!({})),
        question("n", "note", json!({"label": {"th": "ได้ ${c}"}})),
    ]));
    let mut filling = start(&program);
    put(&mut filling, "a", number(4.0));
    assert_eq!(filling.answer_at("c"), number(10.0));
    assert!(filling.go_to("n", tick(0)));
    let page = filling.view().unwrap();
    let ItemView::Question(note) = &page.items[0] else {
        panic!("a question");
    };
    assert_eq!(note.label, "ได้ 10");
}

#[test]
fn a_choice_that_is_no_longer_offered_is_dropped() {
    let program = program(&json!([
        question("province", "select_one", json!({"list": "province"})),
        question(
            "district",
            "select_one",
            json!({
                "list": "district", "filter": "province = ${province}"
            })
        ),
    ]));
    let mut filling = start(&program);
    put(&mut filling, "province", text("50"));
    let refused = filling.answer("district", text("5101"), tick(0).now);
    assert_eq!(refused.unwrap_err().code, AnswerCode::AnswerChoice);
    put(&mut filling, "district", text("5001"));
    put(&mut filling, "province", text("51"));
    assert_eq!(filling.answer_at("district"), None);
    assert!(filling.go_to("district", tick(0)));
    let page = filling.view().unwrap();
    let ItemView::Question(district) = &page.items[0] else {
        panic!("a question");
    };
    assert_eq!(district.choices.len(), 1);
    assert_eq!(district.choices[0].label, "เมืองลำพูน");
}

#[test]
fn presets_come_first_and_do_not_come_back() {
    let program = program(&json!([
        question("day", "date", json!({"default": {"expression": "today()"}})),
        question("n", "integer", json!({"default": {"value": "๓"}})),
        question("id", "calculate", json!({"calculation": "once(uuid())"})),
    ]));
    let mut filling = start(&program);
    assert_eq!(filling.answer_at("day"), text("2018-05-07"));
    assert_eq!(filling.answer_at("n"), number(3.0));
    let id = filling.answer_at("id").unwrap();
    put(&mut filling, "n", None);
    let draft = filling.draft(tick(0));
    let resumed = Filling::resume(program, &draft, tick(0));
    assert_eq!(resumed.answer_at("n"), None);
    assert_eq!(resumed.answer_at("id"), Some(id));
    assert_eq!(resumed.draft(tick(0)), draft);
}

fn household() -> Arc<Program> {
    program(&json!([
        {
            "item": "repeat", "name": "member", "page": true,
            "label": {"th": "สมาชิก"},
            "items": [
                question("age", "integer", json!({"constraint": ". < 130"})),
                question("adult", "calculate", json!({"calculation": "if(${age} >= 18, 1, 0)"})),
                question("job", "text", json!({"relevant": "${adult} = 1"})),
                question("number", "calculate", json!({"calculation": "position(..)"})),
            ]
        },
        question("adults", "calculate", json!({"calculation": "sum(${adult})"})),
        question("size", "calculate", json!({"calculation": "count(${member})"})),
        question("vote", "note", json!({"relevant": "${adults} > 0"})),
    ]))
}

#[test]
fn repetitions_are_added_removed_and_counted() {
    let program = household();
    let mut filling = start(&program);
    assert_eq!(filling.view().unwrap().repeats[0].count, 1);
    put(&mut filling, "member[1]/age", number(40.0));
    assert_eq!(
        filling.add_repetition("member", tick(0).now).unwrap(),
        "member[2]"
    );
    put(&mut filling, "member[2]/age", number(8.0));
    assert_eq!(
        filling.add_repetition("member", tick(0).now).unwrap(),
        "member[3]"
    );
    put(&mut filling, "member[3]/age", number(20.0));
    assert_eq!(filling.answer_at("adults"), number(2.0));
    assert_eq!(filling.answer_at("size"), number(3.0));
    put(&mut filling, "member[1]/job", text("ครู"));
    assert!(
        filling
            .answer("member[2]/job", text("x"), tick(0).now)
            .is_err()
    );
    let draft = filling.draft(tick(0));
    let same = Filling::resume(Arc::clone(&program), &draft, tick(0));
    assert_eq!(same.draft(tick(0)), draft);
    filling.remove_repetition("member[1]", tick(0).now).unwrap();
    assert_eq!(filling.answer_at("adults"), number(1.0));
    assert_eq!(filling.answer_at("member[1]/age"), number(8.0));
    assert_eq!(filling.answer_at("member[2]/number"), number(2.0));
    let response = filling.finish(tick(0), None).unwrap();
    assert_eq!(validate(&program, &response), vec![]);
    let reopened = Filling::resume(program, &Draft::reopened(&response), tick(0));
    assert_eq!(reopened.answer_at("size"), number(2.0));
}

#[test]
fn a_calculated_number_of_repetitions_follows_its_source() {
    let program = program(&json!([
        question("n", "integer", json!({})),
        {
            "item": "repeat", "name": "visit", "count": "${n}",
            "items": [question("note", "text", json!({"default": {"value": "-"}}))]
        },
        question("all", "calculate", json!({"calculation": "join('', ${note})"})),
    ]));
    let mut filling = start(&program);
    put(&mut filling, "n", number(3.0));
    put(&mut filling, "visit[2]/note", text("b"));
    assert_eq!(filling.answer_at("all"), text("-b-"));
    put(&mut filling, "n", number(2.0));
    assert_eq!(filling.answer_at("all"), text("-b"));
    put(&mut filling, "n", number(1e9));
    let count = filling.draft(tick(0)).repetitions["visit"];
    assert_eq!(count, REPETITION_LIMIT);
    assert!(filling.add_repetition("visit", tick(0).now).is_err());
}

#[test]
fn pages_are_walked_and_their_time_counted() {
    let program = program(&json!([
        question("a", "text", json!({"required": "true()", "required_message": {"th": "กรุณาตอบ"}})),
        {
            "item": "group", "name": "g", "page": true, "label": {"th": "หมวด"},
            "items": [question("b", "text", json!({})), question("c", "text", json!({}))]
        },
        question("d", "text", json!({})),
    ]));
    let mut filling = start(&program);
    assert_eq!(filling.back(tick(100)), Moved::Stayed);
    let missing = filling.next(tick(1_000)).unwrap_err();
    assert_eq!(missing[0].message, "กรุณาตอบ");
    put(&mut filling, "a", text("1"));
    assert_eq!(filling.next(tick(1_500)).unwrap(), Moved::Page);
    let page = filling.view().unwrap();
    assert_eq!((page.path.as_str(), page.number, page.count), ("g", 2, 3));
    assert_eq!(page.items.len(), 3);
    assert_eq!(filling.next(tick(4_000)).unwrap(), Moved::Page);
    assert_eq!(filling.next(tick(4_500)).unwrap(), Moved::End);
    assert_eq!(filling.view(), None);
    assert_eq!(filling.back(tick(4_500)), Moved::Page);
    assert!(filling.go_to("g/c", tick(5_000)));
    assert_eq!(filling.view().unwrap().path, "g");
    let response = filling.finish(tick(6_000), None).unwrap();
    assert_eq!(response.page_ms["a"], 1_500);
    assert_eq!(response.page_ms["g"], 3_500);
    assert!(response.trial);
}

#[test]
fn a_hand_made_response_is_refused_with_the_question_s_name() {
    let program = program(&json!([
        question("age", "integer", json!({"constraint": ". < 130"})),
        question("sex", "select_one", json!({"list": "yn"})),
        question("why", "text", json!({"relevant": "${sex} = 'no'"})),
        question("day", "date", json!({"constraint": ". <= today()"})),
        question("must", "text", json!({"required": "true()"})),
    ]));
    let made = |answers: Json| -> Response {
        serde_json::from_value(json!({
            "form": "t", "version": "1", "trial": false,
            "started": {"at": 1_525_683_600_000_i64}, "ended": {"at": 1_525_683_600_000_i64},
            "answers": answers
        }))
        .unwrap()
    };
    let found = |answers: Json| -> Vec<(String, AnswerCode)> {
        let problems = validate(&program, &made(answers)).into_iter();
        problems.map(|p| (p.question, p.code)).collect()
    };
    assert_eq!(
        found(json!({"age": 30, "sex": "yes", "day": "2018-05-07", "must": "x"})),
        []
    );
    use AnswerCode::*;
    for (answers, question, code) in [
        (json!({"age": 300, "must": "x"}), "age", AnswerConstraint),
        (json!({"age": 3.5, "must": "x"}), "age", AnswerType),
        (json!({"age": "30", "must": "x"}), "age", AnswerType),
        (json!({"sex": "maybe", "must": "x"}), "sex", AnswerChoice),
        (json!({"sex": ["yes"], "must": "x"}), "sex", AnswerType),
        (
            json!({"sex": "yes", "why": "x", "must": "x"}),
            "why",
            AnswerNotRelevant,
        ),
        (
            json!({"day": "2018-05-08", "must": "x"}),
            "day",
            AnswerConstraint,
        ),
        (json!({"name": "x", "must": "x"}), "name", AnswerUnknown),
        (json!({"age[7]": 3, "must": "x"}), "age", AnswerRepetitions),
        (json!({}), "must", AnswerRequired),
        (json!({"must": "x".repeat(10_001)}), "must", AnswerText),
    ] {
        assert_eq!(
            found(answers.clone()),
            [(question.to_owned(), code)],
            "{answers}"
        );
    }
    let mut other = made(json!({}));
    other.version = "2".into();
    assert_eq!(validate(&program, &other)[0].code, AnswerForm);
}

#[test]
fn repetitions_of_a_hand_made_response_are_bounded() {
    let program = household();
    let mut answers = serde_json::Map::new();
    for n in [1_usize, 199, 5_000, usize::MAX] {
        answers.insert(format!("member[{n}]/age"), json!(3));
    }
    let response: Response = serde_json::from_value(json!({
        "form": "t", "version": "1", "trial": false,
        "started": {"at": 0}, "ended": {"at": 0}, "answers": answers
    }))
    .unwrap();
    let problems = validate(&program, &response);
    assert_eq!(problems.len(), 2);
    assert!(
        problems
            .iter()
            .all(|p| p.code == AnswerCode::AnswerRepetitions)
    );
}

#[test]
fn any_text_is_kept_as_it_was_written() {
    let program = program(&json!([question("t", "text", json!({}))]));
    let mut filling = start(&program);
    for written in [
        "🙏🏽 ขอบคุณ",
        "\u{202e}مرحبا",
        "กํ่า",
        "ก็\u{0e48}\u{0e49}",
        "a\nb",
    ] {
        put(&mut filling, "t", text(written));
        let draft = serde_json::to_string(&filling.draft(tick(0))).unwrap();
        let again = Filling::resume(
            Arc::clone(&program),
            &serde_json::from_str(&draft).unwrap(),
            tick(0),
        );
        assert_eq!(again.answer_at("t"), text(written));
    }
    put(&mut filling, "t", text("e\u{301}"));
    assert_eq!(filling.answer_at("t"), text("é"));
}

#[test]
fn a_position_is_sent_as_it_was_measured() {
    let program = program(&json!([
        question("p", "geopoint", json!({})),
        question(
            "far",
            "calculate",
            json!({"calculation": "distance(${p}, '18.79 98.98')"})
        ),
    ]));
    let mut filling = start(&program);
    let point = Point {
        lat: 18.79,
        lon: 98.98,
        altitude_m: None,
        radius95_m: Some(9.5),
    };
    put(&mut filling, "p", Some(Answer::Point(point)));
    assert_eq!(filling.answer_at("p"), Some(Answer::Point(point)));
    assert_eq!(filling.answer_at("far"), number(0.0));
    let again = Filling::resume(program, &filling.draft(tick(0)), tick(0));
    assert_eq!(again.answer_at("p"), Some(Answer::Point(point)));
}

fn problems(items: &Json) -> Vec<FormProblem> {
    Program::new(form(items)).unwrap_err()
}

#[test]
fn loops_are_refused_with_the_names_in_them() {
    let found = problems(&json!([
        question("free", "text", json!({"relevant": "${a} = 1"})),
        question("a", "calculate", json!({"calculation": "${b} + 1"})),
        question("b", "text", json!({"relevant": "${c} != ''"})),
        question("c", "text", json!({"relevant": "${a} > 0"})),
        question("self", "text", json!({"relevant": "${self} = ''"})),
        {
            "item": "group", "name": "g", "relevant": "${inside} = 1",
            "items": [question("inside", "integer", json!({}))]
        },
    ]));
    let loops: Vec<&FormProblem> = found.iter().collect();
    assert_eq!(loops.len(), 3, "{found:?}");
    let names: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(names[0].starts_with("a, b, c"), "{names:?}");
    assert!(names[1].starts_with("self "), "{names:?}");
    assert!(names[2].starts_with("g, inside"), "{names:?}");
}

#[test]
fn unsound_forms_are_refused_with_place_and_code() {
    for (items, code, column) in [
        (
            json!([question("1a", "text", json!({}))]),
            "form_name",
            "name",
        ),
        (
            json!([
                question("a", "text", json!({})),
                question("a", "note", json!({}))
            ]),
            "form_duplicate_name",
            "name",
        ),
        (
            json!([question("a", "text", json!({"label": {}}))]),
            "form_no_label",
            "label",
        ),
        (
            json!([question("a", "text", json!({"label": {"th": "${x}"}}))]),
            "form_unknown_name",
            "label",
        ),
        (
            json!([question("a", "text", json!({"relevant": "${x} = 1"}))]),
            "form_unknown_name",
            "relevant",
        ),
        (
            json!([question("a", "text", json!({"constraint": ". >"}))]),
            "expression_syntax",
            "constraint",
        ),
        (
            json!([question("a", "text", json!({"constraint": "explode(.)"}))]),
            "expression_unknown_function",
            "constraint",
        ),
        (
            json!([question("a", "text", json!({"constraint": "substr(.)"}))]),
            "expression_arguments",
            "constraint",
        ),
        (
            json!([question(
                "a",
                "text",
                json!({"constraint": "regex(., '[')"})
            )]),
            "expression_pattern",
            "constraint",
        ),
        (
            json!([question("a", "select_one", json!({"list": "gone"}))]),
            "form_no_list",
            "type",
        ),
        (
            json!([
                question("a", "text", json!({})),
                question("b", "calculate", json!({}))
            ]),
            "form_no_calculation",
            "calculation",
        ),
    ] {
        let found = problems(&items);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].code(), code, "{found:?}");
        let (_, at) = found[0].place().unwrap();
        assert_eq!(at.heading(), column);
    }
    assert_eq!(problems(&json!([]))[0].code(), "form_no_questions");
}

#[test]
fn five_thousand_questions_run_and_one_more_is_refused() {
    let many = |count: usize| {
        let items: Vec<Json> = (0..count)
            .map(|n| {
                let relevant = if n == 0 {
                    "true()".into()
                } else {
                    format!("${{q{}}} = 1", n - 1)
                };
                question(&format!("q{n}"), "integer", json!({"relevant": relevant}))
            })
            .collect();
        json!(items)
    };
    let program = program(&many(5_000));
    let mut filling = start(&program);
    for n in 0..20 {
        put(&mut filling, &format!("q{n}"), number(1.0));
    }
    assert_eq!(filling.pages().len(), 21);
    assert_eq!(problems(&many(5_001))[0].code(), "form_too_many_items");
}

#[test]
fn groups_nested_too_deep_are_refused() {
    let mut item = question("q", "text", json!({}));
    for n in 0..30 {
        item = json!({"item": "group", "name": format!("g{n}"), "items": [item]});
    }
    assert_eq!(problems(&json!([item]))[0].code(), "form_too_deep");
}

#[test]
fn missing_translations_are_listed() {
    let program = program(&json!([question(
        "a",
        "text",
        json!({"label": {"th": "ก"}})
    )]));
    let missing = program.missing_words(Lang::En);
    assert!(missing.contains(&"a".to_owned()) && missing.contains(&"province/50".to_owned()));
    assert_eq!(program.missing_words(Lang::Th), Vec::<String>::new());
}

/// A form in which relevance and calculations are everywhere.
fn tangled() -> Arc<Program> {
    program(&json!([
        question("a", "integer", json!({})),
        {
            "item": "group", "name": "g", "relevant": "${a} mod 2 = 1",
            "items": [
                question("b", "integer", json!({"relevant": "${a} > 2"})),
                question("c", "calculate", json!({"calculation": "${a} + coalesce(${b}, 0)"})),
            ]
        },
        {
            "item": "repeat", "name": "r",
            "items": [
                question("x", "integer", json!({"relevant": "${c} != 3"})),
                question("y", "calculate", json!({"calculation": "${x} * ${a}"})),
                question("z", "calculate", json!({"calculation": "sum(${y}) + position(..)"})),
            ]
        },
        question("s", "calculate", json!({"calculation": "concat(sum(${y}), '/', join(',', ${z}), ${c})"})),
        question("w", "text", json!({"relevant": "string-length(${s}) > 5"})),
    ]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What an answer touches is found: looking at everything again changes
    /// nothing.
    #[test]
    fn up_to_date_after_each_answer(
        steps in prop::collection::vec((0_usize..6, 0_i32..6), 1..30)
    ) {
        let program = tangled();
        let mut filling = start(&program);
        for (what, n) in steps {
            let now = tick(0).now;
            let value = (n > 0).then_some(Answer::Number(f64::from(n)));
            let _ = match what {
                0 => filling.answer("a", value, now),
                1 => filling.answer("g/b", value, now),
                2 => filling.answer("r[1]/x", value, now),
                3 => filling.answer("r[2]/x", value, now),
                4 => filling.add_repetition("r", now).map(|_| ()),
                _ => filling.remove_repetition("r[1]", now),
            };
            let before = filling.draft(tick(0));
            let pages = filling.pages().len();
            filling.evaluate_all();
            prop_assert_eq!(&filling.draft(tick(0)), &before);
            prop_assert_eq!(filling.pages().len(), pages);
        }
    }

    /// Any response is judged without a panic.
    #[test]
    fn any_response_is_judged(
        answers in prop::collection::btree_map("[a-z\\[\\]/0-9]{0,12}|a|g/b|r\\[2\\]/x", "\\PC{0,8}", 0..8)
    ) {
        let program = tangled();
        let response = Response {
            form: "t".into(),
            version: "1".into(),
            trial: false,
            counter: None,
            language: Lang::En,
            started: Stamp { at: i64::MIN, place: None },
            ended: Stamp { at: i64::MAX, place: None },
            answers: answers.into_iter().map(|(k, v)| (k, Answer::Text(v))).collect(),
            page_ms: BTreeMap::new(),
        };
        let _ = validate(&program, &response);
    }
}
