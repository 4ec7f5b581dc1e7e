//! Tests of the grammar and the evaluator: bounds, totality, references. What
//! each function gives is in `tests/data/expressions`.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::form::instance::{Instance, NodeRef};
use proptest::prelude::*;
use std::cell::Cell;

fn evaluate(source: &str, answers: &Instance) -> Result<Value, EvalError> {
    let parsed = Expression::parse(source).unwrap();
    let random = Cell::new(3);
    let root = NodeRef::answer(Instance::ROOT);
    Evaluator::new(Scope {
        answers,
        lists: &[],
        origin: root,
        context: root,
        now: Now::default(),
        words: None,
        thai: true,
        version: "",
        random: &random,
    })
    .evaluate(parsed.root())
}

#[test]
fn thai_months_and_days_are_written_in_thai() {
    let value = evaluate(
        "format-date('2018-05-07', '%a %e %b')",
        &Instance::new("data"),
    );
    assert_eq!(value.unwrap().write(), "จ. 7 พ.ค.");
}

#[test]
fn nesting_is_bounded() {
    let deep = |n: usize| format!("{}1{}", "(".repeat(n), ")".repeat(n));
    assert!(Expression::parse(&deep(60)).is_ok());
    let refused = Expression::parse(&deep(20_000)).unwrap_err();
    assert_eq!(refused, ParseError::TooDeep { limit: DEPTH_LIMIT });
    let calls = format!("{}1{}", "not(".repeat(9_000), ")".repeat(9_000));
    assert!(Expression::parse(&calls).is_err());
    let conditions = format!("a{}", "[a".repeat(9_000));
    assert!(Expression::parse(&conditions).is_err());
    let minuses = format!("{}1", "-".repeat(60_000));
    assert!(Expression::parse(&minuses).is_ok());
}

#[test]
fn the_deepest_expression_fits_a_phone_s_smallest_thread() {
    let source = format!(
        "{}1{}",
        "if(1 + 1 = 2 or 3 > 2 * 1, (".repeat(63),
        "), 0)".repeat(63)
    );
    let worker = std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || evaluate(&source, &Instance::new("data")))
        .unwrap();
    assert!(worker.join().is_ok());
}

#[test]
fn long_chains_are_flat() {
    let sum = vec!["1"; 10_000].join(" + ");
    let value = evaluate(&sum, &Instance::new("data")).unwrap();
    assert_eq!(value, Value::Number(10_000.0));
}

#[test]
fn length_is_bounded() {
    let long = format!("'{}'", "ก".repeat(LENGTH_LIMIT));
    assert!(matches!(
        Expression::parse(&long),
        Err(ParseError::TooLong { .. })
    ));
}

#[test]
fn an_error_says_where() {
    for (source, at) in [("1 +", 4), ("${a} = = 2", 8), ("'ก' ข", 5), ("", 1)] {
        assert_eq!(
            Expression::parse(source).unwrap_err(),
            ParseError::Syntax { at },
            "{source}"
        );
    }
}

#[test]
fn texts_cannot_grow_without_end() {
    let mut answers = Instance::new("data");
    let big = "x".repeat(TEXT_LIMIT / 2 + 1);
    answers.add(Instance::ROOT, "a".into(), Value::text(&big), false);
    let refused = evaluate("concat(${a}, ${a})", &answers).unwrap_err();
    assert_eq!(refused.code(), "expression_text_too_long");
}

#[test]
fn work_is_bounded() {
    let mut answers = Instance::new("data");
    for _ in 0..3_000 {
        answers.add(Instance::ROOT, "a".into(), Value::empty(), false);
    }
    let refused = evaluate("count(//*[count(//*[count(//*) > 0]) > 0])", &answers).unwrap_err();
    assert_eq!(refused.code(), "expression_too_much_work");
}

#[test]
fn what_is_not_relevant_is_not_seen() {
    let mut answers = Instance::new("data");
    let a = answers.add(Instance::ROOT, "a".into(), Value::text("hidden"), false);
    answers.set_relevant(a, false);
    for source in ["${a}", "/data/a", "//a"] {
        assert_eq!(
            evaluate(&format!("string({source})"), &answers)
                .unwrap()
                .write(),
            ""
        );
        let count = evaluate(&format!("count({source})"), &answers).unwrap();
        assert_eq!(count, Value::Number(0.0));
    }
}

#[test]
fn a_name_means_the_question_of_the_same_repetition() {
    let mut answers = Instance::new("data");
    for age in ["3", "40"] {
        let person = answers.add(Instance::ROOT, "person".into(), Value::empty(), true);
        answers.add(person, "age".into(), Value::text(age), false);
        answers.add(person, "adult".into(), Value::empty(), false);
    }
    let adults = answers.named("adult").to_vec();
    assert_eq!(
        answers.resolve("age", adults[1]),
        vec![answers.named("age")[1]]
    );
    assert_eq!(answers.resolve("age", Instance::ROOT).len(), 2);
}

#[test]
fn references_are_found() {
    let parsed = Expression::parse(
        "if(${a} > 1, jr:choice-name(${b}, '${c}'), count(/data/d[. = ${e}])) + today()",
    )
    .unwrap();
    let found = parsed.references();
    let names: Vec<&str> = found.variables.iter().map(|n| &**n).collect();
    assert_eq!(names, ["a", "b", "c", "e"]);
    assert!(found.steps.contains("d") && found.volatile && found.structure);
    assert!(found.itself && !found.anything);
    assert!(
        Expression::parse("sum(../*)")
            .unwrap()
            .references()
            .anything
    );
}

#[test]
fn every_function_has_its_own_name() {
    for function in Function::ALL {
        assert_eq!(Function::from_name(function.name()), Some(*function));
    }
}

/// Something that looks like an expression.
fn source() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("1".to_owned()),
        Just("${a}".to_owned()),
        Just("'ก่า'".to_owned()),
        Just(".".to_owned()),
        Just("//*".to_owned()),
        Just("'2018-05-07T10:00:00+07:00'".to_owned()),
        Just("1 div 0".to_owned()),
        Just("'-99999999999999999999'".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let names: Vec<&str> = Function::ALL.iter().map(|f| f.name()).collect();
        prop_oneof![
            (
                proptest::sample::select(names),
                prop::collection::vec(inner.clone(), 0..5)
            )
                .prop_map(|(name, args)| format!("{name}({})", args.join(","))),
            (
                inner.clone(),
                proptest::sample::select(vec![
                    "+", "-", "*", " div ", " mod ", "=", "<", " and ", "|"
                ]),
                inner.clone()
            )
                .prop_map(|(a, op, b)| format!("({a}{op}{b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a})[{b}]/..")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn parsing_never_panics(text in "\\PC{0,60}") {
        let _ = Expression::parse(&text);
    }

    #[test]
    fn parsing_of_near_expressions_never_panics(
        text in "[-+*/()\\[\\]{}$'\"|.,a-c0-9 :@=<>!]{0,60}"
    ) {
        let _ = Expression::parse(&text);
    }

    #[test]
    fn evaluation_is_total(text in source(), a in "\\PC{0,12}") {
        let mut answers = Instance::new("data");
        answers.add(Instance::ROOT, "a".into(), Value::text(&a), false);
        answers.add(Instance::ROOT, "a".into(), Value::Number(f64::MAX), false);
        let _ = evaluate(&text, &answers);
    }

    #[test]
    fn numbers_survive_being_written(n in proptest::num::f64::NORMAL) {
        prop_assert_eq!(number_from_text(&write_number(n)), n);
    }
}
