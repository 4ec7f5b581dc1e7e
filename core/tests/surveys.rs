//! Surveys on the phone: drafts that no crash takes, responses that go once.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use pakmut_core::store::State;
use pakmut_core::surveys::{Begin, DayLine, SurveyError};
use pakmut_domain::form::trial::Check;
use pakmut_domain::form::{Answer, Moved, Point, Response};
use pakmut_domain::words::Lang;
use serde_json::json;
use support::{Reply, Set, change};
use uuid::Uuid;

const OFFICE: Uuid = Uuid::from_u128(9);

fn published(version: &str, real: bool) -> String {
    let question = |name: &str, more: serde_json::Value| {
        let mut question = json!({
            "item": "question", "name": name, "label": {"th": name, "en": name},
        });
        let object = question.as_object_mut().unwrap();
        object.extend(more.as_object().unwrap().clone());
        question
    };
    json!({"real": real, "form": {
        "format": 1, "id": "trial", "version": version, "title": {"th": "ทดสอบ"},
        "items": [
            question("overall", json!({"type": "select_one", "list": "scale", "required": "true()"})),
            question("why", json!({"type": "text", "relevant": "${overall} = '1'"})),
            question("people", json!({"type": "integer", "constraint": ". >= 0"})),
        ],
        "lists": {"scale": [
            {"name": "5", "label": {"th": "มาก"}, "score": 5.0},
            {"name": "1", "label": {"th": "น้อย"}, "score": 1.0},
        ]},
    }})
    .to_string()
}

fn set(real: bool) -> Set {
    let set = Set::new();
    set.registry.world().changes = vec![change("form", "trial", Some(&published("1", real)))];
    set.sync();
    set
}

fn begin(trial: bool) -> Begin {
    Begin {
        trial,
        counter: Some(OFFICE),
        language: Lang::Th,
        place: None,
    }
}

fn text(answer: &str) -> Option<Answer> {
    Some(Answer::Text(answer.to_owned()))
}

/// One finished response.
fn fill(set: &Set, overall: &str, language: Lang) -> Uuid {
    let surveys = set.phone.surveys();
    let mut survey = surveys
        .begin(
            "trial",
            &Begin {
                language,
                ..begin(true)
            },
        )
        .unwrap();
    survey.answer("overall", text(overall)).unwrap();
    if overall == "1" {
        survey.answer("why", text("รอนาน")).unwrap();
    }
    survey.typed("people", "๓").unwrap_err();
    survey.go_to("people").unwrap();
    survey.typed("people", "๓").unwrap();
    survey.finish(None).unwrap()
}

#[test]
fn each_answer_is_on_the_disk_and_the_draft_goes_on_where_it_was_left() {
    let mut set = set(false);
    let draft = {
        let surveys = set.phone.surveys();
        let mut survey = surveys.begin("trial", &begin(true)).unwrap();
        assert!(matches!(
            survey.next_page(),
            Err(SurveyError::Incomplete(_))
        ));
        survey.answer("overall", text("1")).unwrap();
        set.clock.pass(4_000);
        assert_eq!(survey.next_page().unwrap(), Moved::Page);
        survey.answer("why", text("รอนาน 😀")).unwrap();
        survey.draft()
    };
    // The app is killed; another form was open at the same time.
    let other = set
        .phone
        .surveys()
        .begin("trial", &begin(true))
        .unwrap()
        .draft();
    set.restart();
    // Meanwhile the form was replaced.
    set.registry
        .world()
        .changes
        .push(change("form", "trial", Some(&published("2", true))));
    set.sync();
    let surveys = set.phone.surveys();
    assert_eq!(surveys.forms().unwrap()[0].version, "2");
    let drafts = surveys.drafts().unwrap();
    assert_eq!(drafts.len(), 2);
    assert!(drafts.iter().all(|d| d.version == "1" && d.trial));
    let mut survey = surveys.open(draft).unwrap();
    assert_eq!(survey.view().unwrap().path, "why");
    assert_eq!(survey.filling().answer_at("why"), text("รอนาน 😀"));
    survey.back().unwrap();
    assert_eq!(survey.view().unwrap().path, "overall");
    survey.go_to("people").unwrap();
    survey.answer("people", Some(Answer::Number(-1.0))).unwrap();
    let problems = survey.problems();
    assert_eq!(problems[0].question, "people");
    assert!(matches!(
        survey.finish(None),
        Err(SurveyError::Incomplete(_))
    ));
    survey.answer("people", Some(Answer::Number(2.0))).unwrap();
    let place = Point {
        lat: 18.4,
        lon: 98.6,
        altitude_m: None,
        radius95_m: Some(9.0),
    };
    let id = survey.finish(Some(place)).unwrap();
    assert!(matches!(survey.back(), Err(SurveyError::NoDraft)));
    // Under the version that it was begun with.
    let item = set.phone.item(id).unwrap().unwrap();
    let response: Response = serde_json::from_str(item.envelope.payload.get()).unwrap();
    assert_eq!((response.version.as_str(), response.trial), ("1", true));
    assert_eq!(response.ended.place, Some(place));
    assert!(response.started.place.is_none());
    assert!(response.page_ms["overall"] >= 4_000);
    surveys.discard(other).unwrap();
    assert!(matches!(surveys.discard(other), Err(SurveyError::NoDraft)));
    assert!(surveys.drafts().unwrap().is_empty());
}

#[test]
fn trial_or_real_is_fixed_when_it_is_begun() {
    let set = set(false);
    let surveys = set.phone.surveys();
    assert!(matches!(
        surveys.begin("trial", &begin(false)),
        Err(SurveyError::TrialOnly)
    ));
    assert!(matches!(
        surveys.begin("none", &begin(true)),
        Err(SurveyError::NoForm)
    ));
    let survey = surveys.begin("trial", &begin(true)).unwrap();
    assert!(survey.filling().is_trial());
}

#[test]
fn a_response_can_be_changed_until_a_sync_reached_the_registry_and_goes_once() {
    let set = set(true);
    let first = fill(&set, "5", Lang::Th);
    // Offline, a sync takes nothing away.
    set.registry.hook(|_, _| Some(Reply::Cut));
    set.sync();
    let surveys = set.phone.surveys();
    assert!(surveys.can_reopen(first).unwrap());
    let draft = surveys.reopen(first).unwrap();
    assert!(matches!(
        surveys.reopen(first),
        Err(SurveyError::GoneAlready)
    ));
    let mut survey = surveys.open(draft).unwrap();
    survey.answer("overall", text("1")).unwrap();
    let changed = survey.finish(None).unwrap();
    assert_ne!(changed, first);
    assert_eq!(set.phone.queue().unwrap().counts.pending, 1);
    // The registry takes it, and the answer is lost on the way.
    set.registry.hook(|asked, world| {
        (asked.path == "/v1/push").then(|| {
            support::push(asked, world);
            Reply::Cut
        })
    });
    set.sync();
    // It may be there: it can be changed no longer.
    assert!(matches!(
        surveys.reopen(changed),
        Err(SurveyError::GoneAlready)
    ));
    set.registry.well();
    set.sync();
    assert_eq!(set.phone.item(changed).unwrap().unwrap().state, State::Sent);
    assert_eq!(set.registry.world().order, [changed]);
}

#[test]
fn the_tester_sees_how_many_and_what_is_still_to_be_tried() {
    let set = set(true);
    fill(&set, "5", Lang::Th);
    let surveys = set.phone.surveys();
    let line = |queued, arrived, refused| DayLine {
        counter: Some(OFFICE),
        form: "trial".to_owned(),
        trial: true,
        queued,
        arrived,
        refused,
    };
    assert_eq!(surveys.today().unwrap(), [line(1, 0, 0)]);
    set.sync();
    assert_eq!(surveys.today().unwrap(), [line(0, 1, 0)]);
    let open = |set: &Set| {
        let lines = set
            .phone
            .surveys()
            .checklist("trial", Some(OFFICE), 2)
            .unwrap();
        let open = lines.into_iter().filter(|l| !l.is_done());
        open.map(|l| l.check).collect::<Vec<_>>()
    };
    let all = [
        Check::EnoughResponses,
        Check::EveryQuestion,
        Check::EveryChoice,
        Check::BothLanguages,
    ];
    assert_eq!(open(&set), all);
    fill(&set, "1", Lang::En);
    assert_eq!(open(&set), [Check::AllArrived]);
    set.sync();
    assert!(open(&set).is_empty());
    // A day later nothing was finished today.
    set.clock.pass(24 * 3_600_000);
    assert!(surveys.today().unwrap().is_empty());
}
