#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::calendar::DateError;
use crate::finding::{FindingCode, Severity};
use crate::place::Judgement;
use crate::position::{PositionError, TypedError};
use crate::wire::Kind;

/// Each message of a source: its id and the figures it names, branches and all.
fn figures_of(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, _)) = line
            .split_once(" =")
            .filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
        {
            current = id.to_owned();
            assert!(
                messages.insert(current.clone(), BTreeSet::new()).is_none(),
                "{id} twice"
            );
        }
        for rest in line.split('$').skip(1) {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            messages
                .get_mut(&current)
                .unwrap()
                .insert(rest[..end].to_owned());
        }
    }
    messages
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_figures() {
    let [thai, english] = Lang::ALL.map(|lang| figures_of(&messages(lang)));
    assert_eq!(thai, english);
    assert!(thai.len() > 150);
}

#[test]
fn every_message_is_read_and_formatted_whole() {
    for lang in Lang::ALL {
        let source = messages(lang);
        let read = FluentResource::try_new(source.clone());
        assert!(
            read.is_ok(),
            "{lang:?}: {:?}",
            read.err().map(|(_, errors)| errors)
        );
        for (id, wanted) in figures_of(&source) {
            for number in [0.0, 1.0, 2.0, 1_234.5] {
                let figures: Vec<(&str, Figure)> = wanted
                    .iter()
                    .map(|name| (name.as_str(), number.into()))
                    .collect();
                let text = find(lang, &id, &figures).unwrap();
                let is_whole = !text.contains(['{', '}', '\u{2068}']) && !text.contains(" –");
                assert!(is_whole && !text.is_empty(), "{id}: {text}");
                assert_eq!(text.trim(), text, "{id}");
            }
            // Without its figures it still is a sentence.
            assert!(!find(lang, &id, &[]).unwrap().contains(['{', '}']), "{id}");
        }
    }
}

/// Whether a message has no word to translate: figures, marks, and names that
/// are the same in every language.
fn is_names_and_figures(line: &str) -> bool {
    let (_, text) = line.split_once(" = ").unwrap();
    let mut rest = String::new();
    for part in text.split('{') {
        rest.push_str(part.split_once('}').map_or(part, |(_, after)| after));
    }
    let rest = rest.replace("Plus Code", "").replace("UTM", "");
    !rest.contains(char::is_alphabetic)
}

#[test]
fn thai_is_thai_and_english_is_english() {
    let is_thai = |c: char| ('\u{0e00}'..='\u{0e7f}').contains(&c);
    assert!(!messages(Lang::En).contains(is_thai));
    for line in messages(Lang::Th).lines().filter(|l| l.contains(" = ")) {
        assert!(
            line.contains(is_thai) || is_names_and_figures(line),
            "{line}"
        );
    }
}

#[test]
fn every_code_of_the_domain_has_its_words() {
    let has = |id: String| {
        for lang in Lang::ALL {
            assert!(
                find(lang, &id, &[]).is_some(),
                "{id} has no words in {lang:?}"
            );
        }
    };
    FindingCode::KNOWN
        .iter()
        .for_each(|code| has(Topic::Finding.id(code.as_str())));
    Judgement::ALL
        .iter()
        .for_each(|judgement| has(Topic::Judgement.id(judgement.code())));
    let errors = [
        PositionError::CODES,
        TypedError::CODES,
        DateError::CODES,
        crate::place::CODES,
        crate::one_time_code::CodeError::CODES,
        crate::sign_in::SignInError::CODES,
    ];
    errors
        .concat()
        .iter()
        .for_each(|code| has(Topic::Error.id(code)));
    for code in [
        "envelope_kind",
        "envelope_id",
        "envelope_seen",
        "payload_not_an_object",
        "payload_too_large",
        "payload_nul",
    ] {
        has(Topic::Error.id(code));
    }
    for kind in [
        Kind::PIN,
        Kind::CHECK_PIN,
        Kind::COUNTER,
        Kind::ROSTER,
        Kind::ATTENDANCE,
        Kind::REVIEW,
        Kind::RESPONSE,
        Kind::DECLARATION,
    ] {
        has(Topic::Kind.id(kind));
    }
    for status in ["not_pinned", "waiting", "approved", "sent_back"] {
        has(Topic::Pin.id(status));
    }
    for severity in ["info", "warn", "block"] {
        has(format!("severity-{severity}"));
    }
}

#[test]
fn a_finding_is_said_with_its_figures() {
    let outside =
        Finding::new(FindingCode::OutsideArea, Severity::Warn).with("distance_m", 12_345.6);
    assert_eq!(
        finding(Lang::Th, &outside),
        "พิกัดอยู่นอกเขต อปท. 12.3 กม. โปรดตรวจว่าเลือกจุดให้บริการถูกต้อง"
    );
    assert_eq!(
        finding(Lang::En, &outside),
        "The position is outside the LAO's area by 12.3 km. Check that the right counter was chosen."
    );
    let few = |fixes| {
        finding(
            Lang::En,
            &Finding::new(FindingCode::FewFixes, Severity::Warn).with("fixes", fixes),
        )
    };
    assert_eq!(
        few(1.0),
        "Only one reading, too few to be sure. Wait longer next time."
    );
    assert_eq!(
        few(3.0),
        "Only 3 readings, too few to be sure. Wait longer next time."
    );
}

#[test]
fn what_is_missing_or_unknown_still_is_a_sentence() {
    let without = Finding::new(FindingCode::OutsideArea, Severity::Warn);
    assert_eq!(
        finding(Lang::En, &without),
        "The position is outside the LAO's area by –. Check that the right counter was chosen."
    );
    let newer = Finding::new(FindingCode::from("invented_in_2570"), Severity::Warn);
    assert_eq!(
        finding(Lang::En, &newer),
        "This version has no words for invented_in_2570. Please update the app."
    );
    assert!(text(Lang::Th, "no-such-id", &[]).contains("no-such-id"));
    assert!(coded(Lang::En, Topic::Error, "http_503", &[]).contains("(503)"));
    // No id or figure, however odd, makes it panic.
    for id in ["", "-", "1", "ก", "a.b", "{", "finding-mock.x"] {
        let _ = text(Lang::Th, id, &[("{", Figure::Number(f64::NAN))]);
    }
}

#[test]
fn languages_are_told_by_their_tags() {
    assert_eq!(Lang::from_tag("en-GB"), Lang::En);
    assert_eq!(Lang::from_tag("th_TH_TH_#u-nu-thai"), Lang::Th);
    assert_eq!(Lang::from_tag("xx"), Lang::Th);
    assert_eq!(serde_json::to_string(&Lang::En).unwrap(), "\"en\"");
}
