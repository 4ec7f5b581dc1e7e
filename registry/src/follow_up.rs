//! Who is behind: what each LAO of a province still misses of a round, and
//! since when.

use std::collections::HashMap;

use pakmut_domain::calendar;
use pakmut_domain::model::LaoType;
use pakmut_domain::round::{Round, Task};
use pakmut_domain::zero_copy::Day;
use time::PrimitiveDateTime;

use crate::store::{Contact, FollowedLao, Read, Reminder, StoreError};

/// One thing that an LAO misses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// Nobody can sign in for it.
    NotEnrolled,
    /// Pins of so many counters were sent back and not taken anew.
    SentBack(u64),
    /// So many due counters have no pin.
    NotPinned(u64),
    /// No trial survey arrived.
    NoTrialSurvey,
    /// So many documents of its services are not declared.
    NotDeclared(u64),
    /// It has not declared its list of counters complete.
    RosterOpen,
}

impl Gap {
    /// Its name in addresses and words.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotEnrolled => "not_enrolled",
            Self::SentBack(_) => "sent_back",
            Self::NotPinned(_) => "not_pinned",
            Self::NoTrialSurvey => "no_trial_survey",
            Self::NotDeclared(_) => "not_declared",
            Self::RosterOpen => "roster_open",
        }
    }

    /// All codes, the gravest first.
    pub const CODES: [&'static str; 6] = [
        "not_enrolled",
        "sent_back",
        "not_pinned",
        "no_trial_survey",
        "not_declared",
        "roster_open",
    ];

    /// How many, where it is a matter of number.
    pub fn count(self) -> Option<u64> {
        match self {
            Self::SentBack(n) | Self::NotPinned(n) | Self::NotDeclared(n) => Some(n),
            Self::NotEnrolled | Self::NoTrialSurvey | Self::RosterOpen => None,
        }
    }

    /// Which task of the round it leaves open.
    pub fn task(self, lao: LaoType) -> Task {
        match self {
            Self::NotEnrolled => Task::Enrolled,
            Self::NotPinned(_) | Self::SentBack(_) | Self::RosterOpen
                if lao == LaoType::ProvincialOffice =>
            {
                Task::OwnCounters
            }
            Self::NotPinned(_) | Self::SentBack(_) | Self::RosterOpen => Task::Pinned,
            Self::NoTrialSurvey => Task::TrialSurvey,
            Self::NotDeclared(_) => Task::ZeroCopy,
        }
    }
}

/// An LAO that is behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Behind {
    /// The LAO.
    pub lao: FollowedLao,
    /// What it misses, the gravest first, and since when: milliseconds since
    /// 1970 UTC, where that is known.
    pub gaps: Vec<(Gap, Option<i64>)>,
    /// Whom to call.
    pub contact: Contact,
    /// When it was reminded, oldest first.
    pub reminders: Vec<Reminder>,
    /// Since when a phone of its could not send something, as it last said:
    /// milliseconds since 1970 UTC.
    pub unsent_since: Option<i64>,
}

impl Behind {
    /// Whether it misses this.
    pub fn misses(&self, code: &str) -> bool {
        self.gaps.iter().any(|(gap, _)| gap.code() == code)
    }

    /// Since when it misses the first of it.
    pub fn since(&self) -> Option<i64> {
        self.gaps.iter().filter_map(|(_, since)| *since).min()
    }
}

/// What is known besides the storage's own counts, by LAO number.
#[derive(Debug, Default)]
pub struct Known {
    /// How many documents are not declared; absent where the round does not ask.
    pub undeclared: HashMap<i64, u64>,
}

/// Midnight in Bangkok at which a day begins, milliseconds since 1970 UTC.
pub fn begin_of(day: Day) -> i64 {
    let midnight = PrimitiveDateTime::new(day.date(), time::Time::MIDNIGHT);
    let bangkok =
        calendar::in_bangkok(0).map_or(time::UtcOffset::UTC, time::OffsetDateTime::offset);
    (midnight.assume_offset(bangkok).unix_timestamp_nanos() / 1_000_000) as i64
}

/// The LAOs of a province that are behind: those that miss the gravest first,
/// of equals those that have missed it longest.
///
/// # Errors
/// [`StoreError`].
pub async fn behind(
    read: &mut Read,
    province: &str,
    round: Option<&Round>,
    known: &Known,
) -> Result<Vec<Behind>, StoreError> {
    let laos = read.followed_laos(province).await?;
    let enrolled = read.enrolled_laos(province).await?;
    let sent_back = read.sent_back_since(province).await?;
    let surveyed = match round {
        Some(round) if round.asks(Task::TrialSurvey) => Some(read.surveyed_laos(province).await?),
        _ => None,
    };
    let mut contacts = read.contacts(province).await?;
    let mut reminders: HashMap<i64, Vec<Reminder>> = HashMap::new();
    for reminder in read.reminders(province).await? {
        reminders.entry(reminder.lao).or_default().push(reminder);
    }
    let mut unsent = read.unsent_of(province).await?;
    let begun = round.map(|round| begin_of(round.from));
    let asks = |task: Task| round.is_none_or(|round| round.asks(task));
    let mut all = Vec::new();
    for lao in laos {
        let is_office = lao.lao_type == LaoType::ProvincialOffice;
        let pins = if is_office {
            round.is_some_and(|round| round.asks(Task::OwnCounters))
        } else {
            asks(Task::Pinned)
        };
        let mut gaps = Vec::new();
        if !is_office && asks(Task::Enrolled) && !enrolled.contains(&lao.no) {
            gaps.push((Gap::NotEnrolled, begun));
        }
        if pins && lao.tally.sent_back > 0 {
            let since = sent_back.get(&lao.no).copied();
            gaps.push((Gap::SentBack(lao.tally.sent_back), since));
        }
        if pins && lao.tally.not_pinned > 0 {
            gaps.push((Gap::NotPinned(lao.tally.not_pinned), begun));
        }
        if !is_office
            && surveyed
                .as_ref()
                .is_some_and(|done| !done.contains(&lao.no))
        {
            gaps.push((Gap::NoTrialSurvey, begun));
        }
        if let Some(open) = known.undeclared.get(&lao.no).filter(|open| **open > 0)
            && round.is_some_and(|round| round.asks(Task::ZeroCopy))
        {
            gaps.push((Gap::NotDeclared(*open), begun));
        }
        if pins && !lao.roster_complete && lao.tally.roster() == 0 {
            gaps.push((Gap::RosterOpen, begun));
        }
        if gaps.is_empty() {
            continue;
        }
        all.push(Behind {
            contact: contacts.remove(&lao.no).unwrap_or_default(),
            reminders: reminders.remove(&lao.no).unwrap_or_default(),
            unsent_since: unsent.remove(&lao.no),
            lao,
            gaps,
        });
    }
    all.sort_by_key(|one| {
        let gravest = one
            .gaps
            .iter()
            .filter_map(|(gap, _)| Gap::CODES.iter().position(|code| *code == gap.code()))
            .min();
        (gravest, one.since(), one.lao.district.clone(), one.lao.no)
    });
    Ok(all)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_bangkok() {
        let day: Day = "2018-05-07".parse().unwrap();
        // 6 May 2018 17:00 UTC.
        assert_eq!(begin_of(day), 1_525_626_000_000);
        assert_eq!(Day::in_bangkok(begin_of(day)), Some(day));
    }
}
