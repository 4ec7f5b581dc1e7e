//! Zero Copy's codes and figures in Thai and English.

use super::catalogue::Named;
use super::day::Day;
use super::declaration::{Basis, LegalReason, Practice};
use super::reality::{Tested, Verdict};
use crate::calendar::{DateStyle, date_text};
use crate::words::{Figure, Lang, Topic, coded, text};

/// A message of this topic: `zero-copy-NAME`.
pub fn label(lang: Lang, name: &str) -> String {
    text(lang, &format!("zero-copy-{name}"), &[])
}

/// The words of a practice; none stands for a pair that is not declared.
pub fn practice(lang: Lang, practice: Option<Practice>) -> String {
    let code = practice.map_or("undeclared", Practice::as_str);
    label(lang, &format!("practice-{}", code.replace('_', "-")))
}

/// The words of a basis.
pub fn basis(lang: Lang, basis: Basis) -> String {
    label(lang, &format!("basis-{}", basis.as_str().replace('_', "-")))
}

/// The words of a reason for keeping a copy.
pub fn reason(lang: Lang, reason: LegalReason) -> String {
    label(lang, &format!("reason-{}", reason.as_str()))
}

/// The words of a verdict.
pub fn verdict(lang: Lang, verdict: Verdict) -> String {
    let code = verdict.as_str().replace('_', "-");
    label(lang, &format!("verdict-{code}"))
}

/// What must be mended, by the code of an error of this topic.
pub fn problem(lang: Lang, code: &str) -> String {
    coded(lang, Topic::Error, code, &[])
}

/// A day, with the Buddhist year in Thai.
pub fn day(lang: Lang, day: Day) -> String {
    date_text(day.date(), lang, DateStyle::Short)
}

/// The name of a service or a document.
pub fn name(lang: Lang, named: &Named) -> &str {
    match lang {
        Lang::Th => &named.name_th,
        Lang::En => &named.name_en,
    }
}

/// How many answers contradict, with the share and its interval in percent;
/// none where too few were given to be shown.
pub fn contradictions(lang: Lang, tested: Tested) -> Option<String> {
    let shown = tested.shown()?;
    let percent = |share: f64| Figure::Number((share * 1_000.0).round() / 10.0);
    Some(text(
        lang,
        "zero-copy-contradictions",
        &[
            ("count", tested.contradicting.into()),
            ("of", tested.answers.into()),
            ("share", percent(shown.share)),
            ("low", percent(shown.low)),
            ("high", percent(shown.high)),
        ],
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::super::DeclarationError;
    use super::super::catalogue::OwnServiceError;
    use super::super::declaration::RULE_IN_EFFECT;
    use super::*;
    use crate::words::find;

    #[test]
    fn every_code_has_its_words_in_both_languages() {
        for lang in Lang::ALL {
            let mut said = vec![practice(lang, None)];
            said.extend(Practice::ALL.map(|p| practice(lang, Some(p))));
            said.extend(Basis::ALL.map(|b| basis(lang, b)));
            said.extend(LegalReason::ALL.map(|r| reason(lang, r)));
            said.extend(Verdict::ALL.map(|v| verdict(lang, v)));
            let codes = DeclarationError::CODES.iter();
            let own = OwnServiceError::NothingAsked.code();
            said.extend(codes.chain([&own]).map(|code| problem(lang, code)));
            for code in ["zero-copy-title", "kind-own-service", "error-no-catalogue"] {
                assert!(find(lang, code, &[]).is_some(), "{code}");
            }
            let unknown = problem(lang, "no_such_code");
            let unknown = unknown.split("no_such_code").next().unwrap();
            for text in said {
                assert!(!text.starts_with(unknown), "{text}");
                let thai = text.chars().any(|c| ('\u{e00}'..='\u{e7f}').contains(&c));
                assert_eq!(thai, lang == Lang::Th, "{text}");
            }
        }
    }

    #[test]
    fn a_contradiction_is_said_with_number_and_interval() {
        let tested = Tested {
            answers: 20,
            contradicting: 4,
        };
        assert_eq!(
            contradictions(Lang::En, tested).unwrap(),
            "4 of 20 answers contradict (20 %, 95 % interval 8.1–42 %)"
        );
        assert_eq!(
            contradictions(Lang::Th, tested).unwrap(),
            "ขัดแย้ง 4 จาก 20 คำตอบ (20 %, ช่วงความเชื่อมั่น 95 % 8.1–42 %)"
        );
        let few = Tested {
            answers: 4,
            contradicting: 4,
        };
        assert_eq!(contradictions(Lang::Th, few), None);
    }

    #[test]
    fn a_day_has_its_buddhist_year_in_thai() {
        assert!(day(Lang::Th, RULE_IN_EFFECT).contains("2561"));
        assert!(day(Lang::En, RULE_IN_EFFECT).contains("2018"));
    }
}
