//! Benchmark of running a form: answering one question in a form of 300
//! questions with relevance everywhere.

use crate::report::Report;
use pakmut_domain::form::expr::Now;
use pakmut_domain::form::{
    Answer, Filling, Form, Item, Kind, Label, Opening, Program, Question, Tick,
};
use pakmut_domain::words::Lang;
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
        default_language: Lang::Th,
        items: items.collect(),
        lists: BTreeMap::new(),
    };
    let program = Program::new(form).map_err(|p| format!("{p:?}"))?;
    let opening = Opening {
        trial: true,
        counter: None,
        language: Lang::Th,
        place: None,
        seed: 1,
    };
    let mut filling = Filling::start(Arc::new(program), &opening, TICK);
    // Each of seven answers many times: another program's turn on the machine
    // then lies in the tail of each, not in its median.
    let mut times_us = vec![Vec::new(); 7];
    let mut views_us = Vec::new();
    for round in 0..50 * times_us.len() {
        let which = round % times_us.len();
        #[allow(clippy::cast_precision_loss)]
        let answer = Answer::Number(which as f64);
        let begun = Instant::now();
        filling
            .answer("q0", Some(answer), TICK.now)
            .map_err(|p| p.to_string())?;
        times_us[which].push(begun.elapsed().as_secs_f64() * 1e6);
        let begun = Instant::now();
        let page = filling.view().ok_or("no page")?;
        views_us.push(begun.elapsed().as_secs_f64() * 1e6);
        if page.count == 0 {
            return Err("no pages".to_owned());
        }
    }
    let slowest = times_us
        .iter_mut()
        .map(|times| share(times, 0.5))
        .fold(0.0, f64::max);
    let mut all: Vec<f64> = times_us.concat();
    report.row(
        &format!("{name}, median"),
        share(&mut all, 0.5),
        "µs",
        "<= 1000",
    );
    report.row(
        &format!("{name}, slowest answer's median"),
        slowest,
        "µs",
        "<= 1000",
    );
    report.row(
        &format!("{name}, 99 % by the wall clock"),
        share(&mut all, 0.99),
        "µs",
        "",
    );
    report.row(
        &format!("{name}, the page after it, median"),
        share(&mut views_us, 0.5),
        "µs",
        "",
    );
    Ok(())
}

/// The value below which this share of them lies.
fn share(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )]
    let index = (values.len().saturating_sub(1) as f64 * share) as usize;
    values.get(index).copied().unwrap_or(f64::NAN)
}
