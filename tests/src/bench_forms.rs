//! Benchmark of running a form: answering one question in a form of 300
//! questions with relevance everywhere.

use crate::report::Report;
use pakmut_domain::form::expr::Now;
use pakmut_domain::form::{
    Answer, Filling, Form, Item, Kind, Label, Language, Opening, Program, Question, Tick,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// How many questions the form has.
const QUESTIONS: usize = 300;

const TICK: Tick = Tick {
    now: Now {
        utc_ms: 1_525_683_600_000,
        offset_minutes: 420,
    },
    monotonic_ms: 0,
};

/// Measures and adds the figures to the report.
///
/// # Errors
/// A sentence if the form made for it is not sound.
pub fn measure(report: &mut Report) -> Result<(), String> {
    let relevant = |n: usize| (n > 0).then(|| format!("${{q{}}} != '' or ${{q0}} > 0", n - 1));
    // All of them hang on the first: answering it shows or hides the rest.
    let star = |n: usize| (n > 0).then(|| format!("${{q0}} mod 2 = {}", n % 2));
    run(
        report,
        "answer one of 300, each relevant by the one before",
        &relevant,
    )?;
    run(report, "answer the one that 299 hang on", &star)
}

fn run(
    report: &mut Report,
    name: &str,
    relevant: &dyn Fn(usize) -> Option<String>,
) -> Result<(), String> {
    let items = (0..QUESTIONS).map(|n| {
        Item::Question(Box::new(Question {
            name: format!("q{n}"),
            kind: Kind::Integer,
            label: Label {
                th: format!("ข้อ {n}"),
                en: format!("Question {n}"),
            },
            hint: Label::default(),
            relevant: relevant(n),
            required: None,
            required_message: Label::default(),
            constraint: Some(". >= 0 and . < 1000".to_owned()),
            constraint_message: Label::default(),
            calculation: None,
            default: None,
            read_only: false,
            appearance: Vec::new(),
        }))
    });
    let form = Form {
        format: pakmut_domain::form::model::FORMAT,
        id: "bench".to_owned(),
        version: "1".to_owned(),
        title: Label {
            th: "วัดความเร็ว".to_owned(),
            en: "Benchmark".to_owned(),
        },
        default_language: Language::Thai,
        items: items.collect(),
        lists: BTreeMap::new(),
    };
    let program = Program::new(form).map_err(|p| format!("{p:?}"))?;
    let opening = Opening {
        trial: true,
        counter: None,
        language: Language::Thai,
        place: None,
        seed: 1,
    };
    let mut filling = Filling::start(Arc::new(program), &opening, TICK);
    let mut times_us = Vec::new();
    for round in 0..200_u32 {
        // The first question is the one that most hangs on.
        let answer = Answer::Number(f64::from(round % 7));
        let begun = Instant::now();
        filling
            .answer("q0", Some(answer), TICK.now)
            .map_err(|p| p.to_string())?;
        times_us.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    times_us.sort_by(f64::total_cmp);
    let at = |share: f64| {
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss
        )]
        let index = ((times_us.len() - 1) as f64 * share) as usize;
        times_us[index]
    };
    report.row(&format!("{name}, median"), at(0.5), "µs", "<= 1000");
    report.row(&format!("{name}, 99 %"), at(0.99), "µs", "<= 1000");
    Ok(())
}
