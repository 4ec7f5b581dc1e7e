//! How far the province's LAOs are, for its officers; and for everybody the
//! round and what was announced.

use pakmut_domain::collate::thai_key;
use pakmut_domain::model::LaoType;
use pakmut_domain::round::{Announcement, AnnouncementKind, Standing, Task};
use pakmut_domain::zero_copy::{Day, wording};
use uuid::Uuid;

use super::Screens;
use crate::attendance::Answer;
use crate::engine::PhoneError;
use crate::review::{LaoTally, ReviewError};

/// One LAO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpRow {
    /// The LAO.
    pub lao: Uuid,
    /// Its name in Thai.
    pub name: String,
    /// How far it is.
    pub line: String,
    /// What is missing, in words; empty where nothing is.
    pub missing: Vec<String>,
}

/// How far the LAOs are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpScreen {
    /// How many counters are pinned, of how many.
    pub line: String,
    /// How many LAOs are behind, or that none is.
    pub behind: String,
    /// The LAOs, those that are behind first.
    pub rows: Vec<FollowUpRow>,
    /// What will be here, where nothing is yet.
    pub empty: Option<String>,
}

/// What may be said of an announced meeting, and what was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingRow {
    /// Its key.
    pub meeting: String,
    /// Whether it may be answered here and now.
    pub asks: bool,
    /// What was said last, and whether it is sent; absent where nothing was.
    pub answer: Option<String>,
    /// Whether the LAO comes, as was said last.
    pub will: Option<bool>,
    /// With how many, to begin with.
    pub people: String,
}

/// Something announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsRow {
    /// Whether the province reminds the LAO.
    pub reminds: bool,
    /// One line.
    pub title: String,
    /// The text and what is missing; empty where nothing was written.
    pub text: String,
    /// When it was published, or when and where a meeting is.
    pub when: String,
    /// Of a meeting, whether one's LAO comes; absent for those who answer for none.
    pub meeting: Option<MeetingRow>,
}

impl Screens<'_> {
    /// How far the LAOs in the officer's scope are; what waits on this phone is
    /// counted in.
    ///
    /// # Errors
    /// [`ReviewError::Phone`].
    pub fn follow_up(&self) -> Result<FollowUpScreen, ReviewError> {
        let mut laos = self.phone.reviews().progress()?;
        laos.retain(|one| one.lao.lao_type != LaoType::ProvincialOffice || one.tally.roster() > 0);
        laos.sort_by_cached_key(|one| (one.tally.missing() == 0, thai_key(&one.lao.name_th)));
        let whole: pakmut_domain::roster::Tally = laos.iter().map(|one| one.tally).sum();
        let behind = laos.iter().filter(|one| one.tally.missing() > 0).count();
        let rows: Vec<FollowUpRow> = laos.iter().map(|one| self.follow_up_row(one)).collect();
        Ok(FollowUpScreen {
            line: self.done_of(whole.done(), whole.due()),
            behind: if behind == 0 {
                self.style.say("follow-nobody", &[])
            } else {
                self.style
                    .say("screen-follow-behind", &[("count", behind.into())])
            },
            empty: rows
                .is_empty()
                .then(|| self.style.say("screen-follow-empty", &[])),
            rows,
        })
    }

    fn follow_up_row(&self, one: &LaoTally) -> FollowUpRow {
        let tally = one.tally;
        let missing = [
            ("gap-sent-back", tally.sent_back),
            ("gap-not-pinned", tally.not_pinned),
            ("screen-follow-waiting", tally.waiting),
        ];
        FollowUpRow {
            lao: one.lao.id,
            name: one.lao.name_th.clone(),
            line: self.done_of(tally.done(), tally.due()),
            missing: missing
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(id, count)| self.style.say(id, &[("count", (count as f64).into())]))
                .collect(),
        }
    }

    fn done_of(&self, done: u64, due: u64) -> String {
        let figures = [("done", (done as f64).into()), ("due", (due as f64).into())];
        self.style.say("office-done-of", &figures)
    }

    /// The round that counts today, in one line; absent where none is known.
    pub(super) fn round_line(&self) -> Result<Option<String>, PhoneError> {
        let Some(today) = Day::in_bangkok(self.phone.now_ms()?) else {
            return Ok(None);
        };
        let round = match self.phone.reviews().round(today) {
            Ok(round) => round,
            Err(ReviewError::Phone(error)) => return Err(error),
            Err(_) => None,
        };
        Ok(round.map(|round| {
            let (id, days) = match round.on(today) {
                Standing::Begins(days) => ("round-begins", days),
                Standing::Runs(0) => ("round-last-day", 0),
                Standing::Runs(days) => ("round-runs", days),
                Standing::Over(days) => ("round-over", days),
            };
            let standing = self.style.say(id, &[("days", (days as f64).into())]);
            let day = wording::day(self.style.lang, round.last_day()).into();
            let until = self.style.say("round-until", &[("day", day)]);
            format!("{} · {standing} · {until}", round.name)
        }))
    }

    /// The newest announcements and reminders, and all meetings that can still be
    /// answered.
    pub(super) fn news(&self, most: usize) -> Result<Vec<NewsRow>, PhoneError> {
        let all = match self.phone.reviews().announcements() {
            Ok(all) => all,
            Err(ReviewError::Phone(error)) => return Err(error),
            Err(_) => Vec::new(),
        };
        let now = self.phone.now_ms()?;
        let last = match self.phone.answers_for()? {
            Some(_) => Some(self.phone.meeting_answers()?),
            None => None,
        };
        let row = |(place, (key, said)): (usize, (String, Announcement))| {
            let asks = last.is_some() && said.takes_answers(now);
            (place < most || asks).then(|| {
                let last = last.as_ref().filter(|_| said.is_meeting());
                let meeting = last.map(|last| self.meeting_row(last.get(&key), key, asks));
                self.news_row(said, meeting)
            })
        };
        Ok(all.into_iter().enumerate().filter_map(row).collect())
    }

    fn news_row(&self, said: Announcement, meeting: Option<MeetingRow>) -> NewsRow {
        let style = self.style;
        let at = style.moment(said.begins_ms.unwrap_or(said.published_ms));
        let when = if said.place.is_empty() {
            at
        } else {
            format!("{at} · {}", said.place)
        };
        let reminds = said.kind == AnnouncementKind::Reminder;
        // A reminder is the programme's own words, so it is said in either
        // language; the rest is Thai as it was written.
        let (title, text) = if reminds {
            let missing: Vec<String> = said
                .missing
                .iter()
                .map(|task| style.say(task_id(*task), &[]))
                .collect();
            (style.say("reminder-title", &[]), missing.join(" · "))
        } else {
            (said.title, said.text)
        };
        NewsRow {
            reminds,
            title,
            text,
            when,
            meeting,
        }
    }

    fn meeting_row(&self, last: Option<&Answer>, meeting: String, asks: bool) -> MeetingRow {
        let answer = last.map(|last| {
            let people = f64::from(last.said.people).into();
            let said = match last.said.will {
                true => self.style.say("meeting-comes", &[("people", people)]),
                false => self.style.say("meeting-will-not", &[]),
            };
            let state = match last.waits {
                true => "item-saved",
                false => "item-sent",
            };
            format!("{said} · {}", self.style.say(state, &[]))
        });
        let said = last.map(|last| &last.said);
        MeetingRow {
            meeting,
            asks,
            answer,
            will: said.map(|said| said.will),
            people: said.map_or(1, |said| said.people.max(1)).to_string(),
        }
    }
}

fn task_id(task: Task) -> &'static str {
    match task {
        Task::Enrolled => "task-enrolled",
        Task::Pinned => "task-pinned",
        Task::TrialSurvey => "task-trial-survey",
        Task::ZeroCopy => "task-zero-copy",
        Task::OwnCounters => "task-own-counters",
    }
}
