//! Results as they are shown: a place's, and those of the places within it.
//!
//! Everything here comes from what was counted to be shown
//! ([`super::counting`]): real responses in batches of at least
//! [`SHOWN_FROM`](pakmut_domain::form::tally::SHOWN_FROM). No view, no
//! difference of two views and no export can tell of fewer.

use std::collections::{BTreeMap, HashMap};

use pakmut_domain::form::tally::{Count, Scale, is_scale, questions};
use pakmut_domain::form::{Form, Kind, Label, Question, Tally};

use super::period::Period;
use super::{FormRef, Forms};
use crate::store::{Place, Read, StoreError};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The form's versions, the newest last.
    pub versions: Vec<i64>,
    /// Whether trial responses: never together with real ones.
    pub trial: bool,
    /// The period.
    pub period: Period,
}

/// One question's results.
#[derive(Debug, Clone)]
pub struct QuestionResult {
    /// Its name.
    pub name: String,
    /// Its words.
    pub label: Label,
    /// Its choices in the form's order: name, words, how often chosen.
    pub choices: Vec<(String, Label, u64)>,
    /// The counts.
    pub count: Count,
    /// Whether it asks for a number.
    pub number: bool,
    /// What a scale comes to.
    pub scale: Option<Scale>,
    /// The same of the period before.
    pub before: Option<Scale>,
}

/// A place's results.
#[derive(Debug, Clone)]
pub struct Results {
    /// Responses that are shown.
    pub responses: u64,
    /// Those of the period before.
    pub responses_before: u64,
    /// The questions that anybody answered, in the form's order.
    pub questions: Vec<QuestionResult>,
}

/// A line of a list of places.
#[derive(Debug, Clone)]
pub struct PartLine {
    /// The place's name in the storage.
    pub key: String,
    /// Responses that are shown; 0 where there are fewer than can be.
    pub responses: u64,
    /// What the leading question comes to.
    pub scale: Option<Scale>,
    /// The same of the period before.
    pub before: Option<Scale>,
}

/// The question that lists are about: `overall`, else the first scale.
#[must_use]
pub fn leading(form: &Form) -> Option<&Question> {
    let scales: Vec<&Question> = questions(form)
        .into_iter()
        .filter(|question| is_scale(form, question))
        .collect();
    let overall = scales.iter().find(|question| question.name == "overall");
    overall.or(scales.first()).copied()
}

/// The versions that a filter leaves; all without one.
#[must_use]
pub fn versions<'f>(forms: &'f Forms, id: &str, version: Option<&str>) -> Vec<&'f FormRef> {
    match version {
        Some(version) => forms.get(id, version).map(|f| &**f).into_iter().collect(),
        None => forms.versions(id).iter().map(|f| &**f).collect(),
    }
}

/// A place's results in a period, and the change against the one before.
///
/// # Errors
/// [`StoreError`].
pub async fn results(
    read: &mut Read,
    form: &Form,
    place: &Place,
    wanted: &Wanted,
) -> Result<Results, StoreError> {
    let (now, before) = two_periods(read, &place.key(), wanted).await?;
    let asked = questions(form).into_iter();
    Ok(Results {
        responses: now.responses(),
        responses_before: before.responses(),
        questions: asked
            .filter_map(|question| of_question(form, question, &now, &before))
            .collect(),
    })
}

async fn two_periods(
    read: &mut Read,
    place: &str,
    wanted: &Wanted,
) -> Result<(Tally, Tally), StoreError> {
    let (middle, end) = wanted.period.months();
    let (start, _) = wanted.period.before().months();
    let (mut now, mut before) = (Tally::default(), Tally::default());
    let rows = read
        .results_of(place, &wanted.versions, wanted.trial, start, end)
        .await?;
    for (period, tally) in rows {
        if period < middle {
            before.add(&tally);
        } else {
            now.add(&tally);
        }
    }
    Ok((now, before))
}

fn of_question(
    form: &Form,
    question: &Question,
    now: &Tally,
    before: &Tally,
) -> Option<QuestionResult> {
    let count = now.question(&question.name)?.clone();
    let yes_no = || {
        [("yes", "ใช่", "Yes"), ("no", "ไม่ใช่", "No")].map(|(name, th, en)| {
            let label = Label {
                th: th.to_owned(),
                en: en.to_owned(),
            };
            (name.to_owned(), label)
        })
    };
    let mut offered: Vec<(String, Label)> = match &question.kind {
        Kind::YesNo => yes_no().to_vec(),
        kind => kind
            .choices()
            .and_then(|(list, _)| form.lists.get(list))
            .into_iter()
            .flatten()
            .map(|choice| (choice.name.clone(), choice.label.clone()))
            .collect(),
    };
    // What an earlier version offered and this one does no longer.
    for name in count.choices.keys() {
        if !offered.iter().any(|(known, _)| known == name) {
            let label = Label {
                th: name.clone(),
                en: name.clone(),
            };
            offered.push((name.clone(), label));
        }
    }
    let choices = offered
        .into_iter()
        .map(|(name, label)| {
            let chosen = count.choices.get(&name).copied().unwrap_or(0);
            (name, label, chosen)
        })
        .collect();
    Some(QuestionResult {
        name: question.name.clone(),
        label: question.label.clone(),
        choices,
        number: matches!(question.kind, Kind::Integer | Kind::Decimal),
        scale: now.scale(form, question),
        before: before.scale(form, question),
        count,
    })
}

/// The places within a place that have anything to show, by their keys.
///
/// # Errors
/// [`StoreError`].
pub async fn parts(
    read: &mut Read,
    form: &Form,
    place: &Place,
    wanted: &Wanted,
) -> Result<HashMap<String, PartLine>, StoreError> {
    let (middle, end) = wanted.period.months();
    let (start, _) = wanted.period.before().months();
    let rows = read
        .results_within(place, &wanted.versions, wanted.trial, start, end)
        .await?;
    let mut tallies: BTreeMap<String, (Tally, Tally)> = BTreeMap::new();
    for (key, period, tally) in rows {
        let (now, before) = tallies.entry(key).or_default();
        if period < middle {
            before.add(&tally);
        } else {
            now.add(&tally);
        }
    }
    let leading = leading(form);
    let scale = |tally: &Tally| leading.and_then(|question| tally.scale(form, question));
    Ok(tallies
        .into_iter()
        .map(|(key, (now, before))| {
            let line = PartLine {
                responses: now.responses(),
                scale: scale(&now),
                before: scale(&before),
                key: key.clone(),
            };
            (key, line)
        })
        .collect())
}
