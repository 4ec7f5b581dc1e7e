//! The list of counters on the phone, the round and the news, without a device.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use pakmut_core::roster::CounterEntry;
use pakmut_core::screens::{CodeScreen, Style};
use pakmut_domain::calendar::Digits;
use pakmut_domain::model::{CounterKind, CounterStatus, Lao, LaoType, Role};
use pakmut_domain::round::{Announcement, AnnouncementKind, Round, Task};
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::enrolment::{CodeAnswer, Purpose};
use pakmut_domain::wire::payload::{CounterProposal, RosterStatement};
use pakmut_domain::words::Lang;
use support::{Set, change};
use uuid::Uuid;

const EN: Style = Style {
    lang: Lang::En,
    digits: Digits::Arabic,
};

fn tell(set: &Set, record: &str, key: &str, body: &impl serde::Serialize) {
    let body = serde_json::to_string(body).unwrap();
    set.registry
        .world()
        .changes
        .push(change(record, key, Some(&body)));
}

fn entry(counter: Option<Uuid>, name: &str) -> CounterEntry {
    CounterEntry {
        counter,
        name: name.to_owned(),
        kind: CounterKind::OneStop,
        status: CounterStatus::Active,
        address: " ๑๒ ม.๓ ".to_owned(),
        postcode: "๕๐๑๐๐".to_owned(),
        phone: String::new(),
        extension: String::new(),
    }
}

#[test]
fn a_counter_is_proposed_changed_and_counted_in_the_statement() {
    let set = Set::new();
    for name in ["", "  ", &"ก".repeat(201)] {
        let refused = set.phone.propose_counter(&entry(None, name)).unwrap_err();
        assert_eq!(refused.code(), "counter_name_length");
    }
    let unknown = entry(Some(Uuid::from_u128(99)), "สาขา");
    let refused = set.phone.propose_counter(&unknown).unwrap_err();
    assert_eq!(refused.code(), "counter_unknown");

    let counter = set.phone.propose_counter(&entry(None, " สาขา ")).unwrap();
    let form = set.phone.screens(EN).counter_form(Some(counter)).unwrap();
    assert_eq!(form.entry.name, "สาขา");
    assert_eq!(form.entry.postcode, "50100");
    assert_eq!((form.kinds.len(), form.statuses.len()), (4, 3));
    set.phone
        .propose_counter(&entry(Some(counter), "สาขาตลาด"))
        .unwrap();
    let items = set.phone.items(None, 0, 10).unwrap();
    let said: CounterProposal = serde_json::from_str(items[1].envelope.payload.get()).unwrap();
    assert_eq!((said.counter, said.name.as_str()), (counter, "สาขาตลาด"));
    // The change has seen what it changes.
    assert_eq!(items[1].envelope.seen, [items[0].envelope.id]);

    set.phone.state_roster(true).unwrap();
    let screen = set.phone.screens(EN).counters().unwrap();
    assert!(screen.keeps_list && screen.complete);
    assert!(screen.stated.unwrap().contains("not yet sent: one counter"));
    let items = set.phone.items(None, 0, 10).unwrap();
    assert_eq!(items[2].envelope.kind.as_str(), Kind::ROSTER);
    let said: RosterStatement = serde_json::from_str(items[2].envelope.payload.get()).unwrap();
    assert_eq!((said.complete, said.counters), (true, 1));
}

#[test]
fn a_tester_keeps_no_list() {
    let set = Set::new();
    set.registry.world().account.role = Role::Tester;
    set.phone.sign_in("somchai", "right").unwrap();
    let refused = set.phone.propose_counter(&entry(None, "สาขา")).unwrap_err();
    assert_eq!(refused.code(), "role_not_allowed");
    assert!(!set.phone.screens(EN).counters().unwrap().keeps_list);
}

#[test]
fn the_round_and_the_reminder_stand_where_a_person_begins() {
    let set = Set::new();
    let round = Round {
        id: Uuid::from_u128(7),
        name: "รอบที่ 1".to_owned(),
        from: "2018-05-07".parse().unwrap(),
        to: "2018-05-31".parse().unwrap(),
        extended_to: Some("2018-08-10".parse().unwrap()),
        due: vec![Task::Pinned],
    };
    tell(&set, "round", &round.id.to_string(), &round);
    let reminder = Announcement {
        kind: AnnouncementKind::Reminder,
        title: "จังหวัดขอให้เร่งดำเนินการ".to_owned(),
        text: "ยังไม่ปัก 1 จุด".to_owned(),
        published_ms: 1_533_872_000_000,
        begins_ms: None,
        ends_ms: None,
        place: String::new(),
        missing: vec![Task::Pinned, Task::ZeroCopy],
    };
    tell(&set, "announcement", "reminder-1", &reminder);
    assert_eq!(set.sync().outcome.code(), "done");
    let home = set.phone.screens(EN).home().unwrap();
    let line = home.round.unwrap();
    assert!(
        line.starts_with("รอบที่ 1 · ") && line.ends_with("until 10 Aug 2018"),
        "{line}"
    );
    assert_eq!(home.news.len(), 1);
    assert!(home.news[0].reminds);
    assert_eq!(home.news[0].title, "The province asks you to hurry");
    assert_eq!(
        home.news[0].text,
        "Every counter pinned · Zero Copy declared"
    );
}

#[test]
fn a_meeting_is_answered_offline_and_the_answer_is_sent() {
    const DAY: i64 = 24 * 3_600_000;
    let set = Set::new();
    let now = set.clock.wall.load(std::sync::atomic::Ordering::SeqCst);
    let meeting = Announcement {
        kind: AnnouncementKind::Meeting,
        title: "ประชุมทางไกล".to_owned(),
        text: String::new(),
        published_ms: now - DAY,
        begins_ms: Some(now + DAY),
        ends_ms: None,
        place: "ห้องประชุม ๑".to_owned(),
        missing: vec![],
    };
    tell(&set, "announcement", "meeting-1", &meeting);
    set.sync();
    let row = || {
        let home = set.phone.screens(EN).home().unwrap();
        home.news[0].meeting.clone()
    };
    let asked = row().unwrap();
    assert!(asked.asks && asked.answer.is_none() && asked.will.is_none());
    assert_eq!(
        (asked.meeting.as_str(), asked.people.as_str()),
        ("meeting-1", "1")
    );
    for (meeting, will, people, code) in [
        ("meeting-1", None, "1", "meeting_unanswered"),
        ("meeting-1", Some(true), "๐", "meeting_people_wrong"),
        ("meeting-1", Some(true), "many", "meeting_people_wrong"),
        ("meeting-1", Some(true), "51", "meeting_people_wrong"),
        ("meeting-2", Some(true), "1", "meeting_unknown"),
    ] {
        let refused = set.phone.answer_meeting(meeting, will, people).unwrap_err();
        assert_eq!(refused.code(), code);
        assert_ne!(EN.error(code), code);
    }
    assert!(set.phone.screens(EN).queue().unwrap().rows.is_empty());

    let item = set
        .phone
        .answer_meeting("meeting-1", Some(true), " ๓ ")
        .unwrap();
    assert_eq!(
        row().unwrap().answer.unwrap(),
        "Will come, 3 people · Saved here"
    );
    assert_eq!(set.phone.screens(EN).queue().unwrap().rows[0].item, item);
    set.sync();
    let sent = row().unwrap();
    assert_eq!(sent.answer.unwrap(), "Will come, 3 people · Sent");
    assert_eq!((sent.will, sent.people.as_str()), (Some(true), "3"));

    // Of what was said elsewhere too, the last holds.
    set.clock.pass(1_000);
    set.phone
        .answer_meeting("meeting-1", Some(false), "")
        .unwrap();
    assert_eq!(row().unwrap().answer.unwrap(), "Will not come · Saved here");
    set.clock.pass(2 * DAY);
    assert!(!row().unwrap().asks);
    let late = set.phone.answer_meeting("meeting-1", Some(true), "1");
    assert_eq!(late.unwrap_err().code(), "meeting_over");
}

#[test]
fn who_answers_for_no_lao_is_not_asked() {
    let set = Set::new();
    set.registry.world().account.role = Role::Province;
    set.phone.sign_in("somchai", "right").unwrap();
    let refused = set.phone.answer_meeting("meeting-1", Some(true), "1");
    assert_eq!(refused.unwrap_err().code(), "role_not_allowed");
}

#[test]
fn an_officer_sees_who_is_behind_first() {
    let set = Set::new();
    set.registry.world().account.role = Role::Province;
    set.phone.sign_in("somchai", "right").unwrap();
    for (n, name) in [(1, "เทศบาล ข"), (2, "เทศบาล ก")] {
        let lao = Lao {
            id: Uuid::from_u128(n),
            codes: vec![],
            lao_type: LaoType::TownMunicipality,
            name_th: name.to_owned(),
            province: "50".to_owned(),
            district: None,
            successor_ids: vec![],
        };
        tell(&set, "lao", &lao.id.to_string(), &lao);
    }
    let counter = pakmut_domain::model::Counter {
        id: Uuid::from_u128(11),
        lao: Uuid::from_u128(1),
        name: "สำนักงาน".to_owned(),
        kind: CounterKind::MainOffice,
        status: CounterStatus::Active,
        address: Default::default(),
        due: true,
        sample: false,
        state: None,
    };
    tell(&set, "counter", &counter.id.to_string(), &counter);
    set.sync();
    let screen = set.phone.screens(EN).follow_up().unwrap();
    assert_eq!(screen.line, "0 of 1 counters pinned");
    assert_eq!(screen.behind, "One LAO is behind");
    let rows: Vec<&str> = screen.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(rows, ["เทศบาล ข", "เทศบาล ก"]);
    assert_eq!(screen.rows[0].missing, ["1 not pinned"]);
    assert!(screen.rows[1].missing.is_empty());
}

#[test]
fn a_code_says_what_it_is_for() {
    let answer = CodeAnswer {
        purpose: Purpose::Reset,
        role: Role::Lao,
        lao: Some("อบต.สันผีเสื้อ".to_owned()),
        province: Some("50".to_owned()),
        username: Some("somchai".to_owned()),
        expires: 1_533_872_000_000,
    };
    let screen = CodeScreen::of(&answer, EN);
    assert_eq!(screen.who, "LAO staff · somchai");
    assert!(!screen.asks_name && screen.password_hint.contains("12"));
    let enrols = CodeAnswer {
        purpose: Purpose::Enrol,
        username: None,
        ..answer
    };
    let screen = CodeScreen::of(&enrols, EN);
    assert!(screen.asks_name && screen.ends.contains("10 Aug 2018"));
}
