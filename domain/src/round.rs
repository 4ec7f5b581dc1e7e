//! A round: what must be done, by when; and what the department tells of it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::zero_copy::Day;

/// What a round may ask of an LAO or of a province.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Somebody of the LAO can sign in.
    Enrolled,
    /// Each due counter has a pin that was not sent back.
    Pinned,
    /// At least one trial survey arrived from the LAO.
    TrialSurvey,
    /// Each document of each service is declared.
    ZeroCopy,
    /// The provincial office's own counters are pinned.
    OwnCounters,
}

impl Task {
    /// All, in the order in which they are done.
    pub const ALL: [Self; 5] = [
        Self::Enrolled,
        Self::Pinned,
        Self::TrialSurvey,
        Self::ZeroCopy,
        Self::OwnCounters,
    ];

    /// The name on the wire and in a form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enrolled => "enrolled",
            Self::Pinned => "pinned",
            Self::TrialSurvey => "trial_survey",
            Self::ZeroCopy => "zero_copy",
            Self::OwnCounters => "own_counters",
        }
    }
}

/// A round, pulled as [`crate::wire::pull::record::ROUND`] under its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Its id.
    pub id: Uuid,
    /// Its name, in Thai.
    pub name: String,
    /// The first day, Bangkok.
    pub from: Day,
    /// The last day as first set.
    pub to: Day,
    /// The last day since it was extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_to: Option<Day>,
    /// What is due.
    pub due: Vec<Task>,
}

/// Where a round stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It begins in so many days, 1 or more.
    Begins(i64),
    /// It runs, with so many days left after this one; 0 on the last day.
    Runs(i64),
    /// It has been over for so many days, 1 or more.
    Over(i64),
}

/// Why a round cannot be opened as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoundError {
    /// It has no name, or one too long.
    #[error("a round's name has 1 to {MAX_NAME} characters")]
    Name,
    /// It ends before it begins.
    #[error("the last day lies before the first")]
    EndsBeforeItBegins,
    /// It is extended to a day before its end.
    #[error("a round is extended to a day after its last")]
    ExtendedToEarlier,
    /// Nothing is due.
    #[error("a round asks for at least one thing")]
    NothingDue,
}

/// The most characters of a round's name.
pub const MAX_NAME: usize = 200;

impl RoundError {
    /// Every code that [`RoundError::code`] can give.
    pub const CODES: [&'static str; 4] = [
        "round_name",
        "round_ends_before_it_begins",
        "round_extended_to_earlier",
        "round_nothing_due",
    ];

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name => Self::CODES[0],
            Self::EndsBeforeItBegins => Self::CODES[1],
            Self::ExtendedToEarlier => Self::CODES[2],
            Self::NothingDue => Self::CODES[3],
        }
    }
}

impl Round {
    /// Whether it may be opened so.
    ///
    /// # Errors
    /// The first [`RoundError`].
    pub fn check(&self) -> Result<(), RoundError> {
        let length = self.name.trim().chars().count();
        if length == 0 || length > MAX_NAME {
            return Err(RoundError::Name);
        }
        if self.to < self.from {
            return Err(RoundError::EndsBeforeItBegins);
        }
        if self.extended_to.is_some_and(|day| day <= self.to) {
            return Err(RoundError::ExtendedToEarlier);
        }
        if self.due.is_empty() {
            return Err(RoundError::NothingDue);
        }
        Ok(())
    }

    /// The last day as it holds now.
    #[must_use]
    pub fn last_day(&self) -> Day {
        self.extended_to.unwrap_or(self.to)
    }

    /// Where it stands on a day.
    #[must_use]
    pub fn on(&self, today: Day) -> Standing {
        let days = |from: Day, to: Day| (to.date() - from.date()).whole_days();
        if today < self.from {
            Standing::Begins(days(today, self.from))
        } else if today <= self.last_day() {
            Standing::Runs(days(today, self.last_day()))
        } else {
            Standing::Over(days(self.last_day(), today))
        }
    }

    /// Whether it asks for this.
    #[must_use]
    pub fn asks(&self, task: Task) -> bool {
        self.due.contains(&task)
    }

    /// The round that counts on a day: of those that run the one that ends
    /// first, else the one that was over last, else the one that begins next.
    #[must_use]
    pub fn current(rounds: &[Self], today: Day) -> Option<&Self> {
        rounds.iter().min_by_key(|round| match round.on(today) {
            Standing::Runs(left) => (0, left, round.id),
            Standing::Over(ago) => (1, ago, round.id),
            Standing::Begins(until) => (2, until, round.id),
        })
    }
}

/// What an announcement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnnouncementKind {
    /// News of the department.
    Notice,
    /// A meeting, with a time and a place.
    Meeting,
    /// The province reminds an LAO.
    Reminder,
}

/// An announcement, pulled as [`crate::wire::pull::record::ANNOUNCEMENT`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// What it is.
    pub kind: AnnouncementKind,
    /// One line, in Thai.
    pub title: String,
    /// The text, in Thai.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// When it was published, milliseconds since 1970 UTC.
    pub published_ms: i64,
    /// When a meeting begins, milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins_ms: Option<i64>,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_ms: Option<i64>,
    /// Where a meeting is, an address on the web say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What a reminder misses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Task>,
}

/// How long a meeting lasts whose end is not announced, milliseconds: a working day.
const MEETING_MS: i64 = 8 * 3_600_000;

impl Announcement {
    /// Whether it is a meeting with a time.
    #[must_use]
    pub fn is_meeting(&self) -> bool {
        self.kind == AnnouncementKind::Meeting && self.begins_ms.is_some()
    }

    /// Whether one may still say that one will come: until a meeting is over.
    /// `now` is milliseconds since 1970 UTC.
    #[must_use]
    pub fn takes_answers(&self, now: i64) -> bool {
        let end = self
            .ends_ms
            .or_else(|| Some(self.begins_ms?.saturating_add(MEETING_MS)));
        self.is_meeting() && end.is_some_and(|end| now < end)
    }

    /// Whether somebody can have come: from a meeting's beginning on. `now` is
    /// milliseconds since 1970 UTC.
    #[must_use]
    pub fn has_begun(&self, now: i64) -> bool {
        self.is_meeting() && self.begins_ms.is_some_and(|begins| begins <= now)
    }
}

/// Whom to ask and what to read, pulled as
/// [`crate::wire::pull::record::GUIDANCE`] and read offline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guidance {
    /// One line, in Thai.
    pub title: String,
    /// The text, in Thai.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Telephone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// E-mail.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// When it was published, milliseconds since 1970 UTC.
    pub published_ms: i64,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_meeting_takes_answers_until_its_end_and_attendance_from_its_beginning() {
        let meeting = |begins_ms, ends_ms| Announcement {
            kind: AnnouncementKind::Meeting,
            title: "ประชุม".to_owned(),
            text: String::new(),
            published_ms: 0,
            begins_ms,
            ends_ms,
            place: String::new(),
            missing: Vec::new(),
        };
        let at = |said: &Announcement, now| (said.takes_answers(now), said.has_begun(now));
        let usual = meeting(Some(1_000), Some(3_000));
        assert_eq!(at(&usual, 999), (true, false));
        assert_eq!(at(&usual, 1_000), (true, true));
        assert_eq!(at(&usual, 3_000), (false, true));
        let endless = meeting(Some(1_000), None);
        assert_eq!(at(&endless, MEETING_MS), (true, true));
        assert_eq!(at(&endless, MEETING_MS + 1_000), (false, true));
        let notice = Announcement {
            kind: AnnouncementKind::Notice,
            ..usual
        };
        assert_eq!(at(&notice, 2_000), (false, false));
        assert_eq!(at(&meeting(None, None), 2_000), (false, false));
    }

    fn round(id: u128, from: &str, to: &str, extended_to: Option<&str>) -> Round {
        Round {
            id: Uuid::from_u128(id),
            name: "รอบที่ 1".to_owned(),
            from: day(from),
            to: day(to),
            extended_to: extended_to.map(day),
            due: vec![Task::Enrolled, Task::Pinned],
        }
    }

    #[test]
    fn an_extended_round_runs_to_its_new_last_day() {
        let round = round(1, "2018-05-07", "2018-05-31", Some("2018-08-10"));
        assert_eq!(round.check(), Ok(()));
        assert_eq!(round.on(day("2018-05-06")), Standing::Begins(1));
        assert_eq!(round.on(day("2018-05-07")), Standing::Runs(95));
        assert_eq!(round.on(day("2018-08-10")), Standing::Runs(0));
        assert_eq!(round.on(day("2018-08-11")), Standing::Over(1));
    }

    #[test]
    fn the_round_that_runs_counts_else_the_last_one() {
        let first = round(1, "2018-05-07", "2018-05-31", None);
        let second = round(2, "2018-07-01", "2018-08-10", None);
        let all = [first.clone(), second.clone()];
        assert_eq!(Round::current(&all, day("2018-05-10")), Some(&first));
        assert_eq!(Round::current(&all, day("2018-06-10")), Some(&first));
        assert_eq!(Round::current(&all, day("2018-07-10")), Some(&second));
        assert_eq!(Round::current(&all, day("2018-01-10")), Some(&first));
        assert_eq!(Round::current(&[], day("2018-01-10")), None);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let good = round(1, "2018-05-07", "2018-05-31", None);
        let mut bad = good.clone();
        bad.name = " ".to_owned();
        assert_eq!(bad.check(), Err(RoundError::Name));
        let mut bad = good.clone();
        bad.to = day("2018-05-06");
        assert_eq!(bad.check(), Err(RoundError::EndsBeforeItBegins));
        let mut bad = good.clone();
        bad.extended_to = Some(day("2018-05-31"));
        assert_eq!(bad.check(), Err(RoundError::ExtendedToEarlier));
        let mut bad = good;
        bad.due.clear();
        assert_eq!(bad.check(), Err(RoundError::NothingDue));
    }
}
