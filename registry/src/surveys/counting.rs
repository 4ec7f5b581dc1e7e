//! Counts responses: results by place and month, in the transaction that
//! stores them.

use std::collections::{BTreeMap, HashMap};

use pakmut_domain::calendar;
use pakmut_domain::form::Tally;
use pakmut_domain::wire::ItemHash;
use uuid::Uuid;

use crate::reference::Reference;
use crate::store::{NewComment, ResultKey, StoreError, Write};

/// A response that was found sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Its item's id.
    pub id: Uuid,
    /// The form's number.
    pub form: i64,
    /// Whether it is a trial.
    pub trial: bool,
    /// The counter it is about.
    pub counter: Option<Uuid>,
    /// The counter's LAO, else its author's.
    pub lao: Option<i64>,
    /// When it was finished, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// It counted.
    pub tally: Tally,
    /// What was written.
    pub comment: Option<String>,
    /// The photos that were taken.
    pub photos: Vec<ItemHash>,
}

/// The places that a response counts for, from the country to the finest.
pub fn places_of(reference: &Reference, counter: Option<Uuid>, lao: Option<i64>) -> Vec<String> {
    let mut places = vec!["country".to_owned()];
    if let Some(lao) = lao.and_then(|no| reference.lao(no)) {
        places.push(format!("province:{}", lao.province));
        places.push(format!("lao:{}", lao.no));
    }
    places.extend(counter.map(|id| format!("counter:{id}")));
    places
}

/// The month in Bangkok, counted from year 0 of the common era; 0 for a moment
/// in no year that is written.
pub fn period_of(at_ms: i64) -> i64 {
    calendar::in_bangkok(at_ms).map_or(0, |moment| {
        i64::from(moment.year()) * 12 + i64::from(u8::from(moment.month())) - 1
    })
}

/// Counts responses. Real ones of one form and finest place are held back until
/// they are enough to be shown ([`Tally::hold`]), one after the other.
///
/// # Errors
/// [`StoreError`].
pub async fn count(
    write: &mut Write,
    reference: &Reference,
    responses: &[Answered],
) -> Result<(), StoreError> {
    let mut shown: BTreeMap<ResultKey, Tally> = BTreeMap::new();
    let mut held: HashMap<(i64, String), Tally> = HashMap::new();
    for response in responses {
        let places = places_of(reference, response.counter, response.lao);
        let period = period_of(response.at_ms);
        let finest = places.last().cloned().unwrap_or_default();
        if response.comment.is_some() || !response.photos.is_empty() {
            write
                .insert_comment(&NewComment {
                    item: response.id,
                    form: response.form,
                    trial: response.trial,
                    place: &finest,
                    lao: response.lao,
                    period,
                    body: response.comment.as_deref().unwrap_or_default(),
                    photos: &response.photos,
                })
                .await?;
        }
        let ripe = if response.trial {
            response.tally.clone()
        } else {
            let key = (response.form, finest.clone());
            if !held.contains_key(&key) {
                let before = write.held(response.form, &finest).await?;
                held.insert(key.clone(), before);
            }
            let ripe = held
                .get_mut(&key)
                .map_or_else(Tally::default, |held| held.hold(&response.tally));
            if ripe.responses() > 0 {
                write.release_comments(response.form, &finest).await?;
            }
            ripe
        };
        if ripe.questions.is_empty() {
            continue;
        }
        for place in places {
            let key = ResultKey {
                place,
                form: response.form,
                trial: response.trial,
                period,
            };
            shown.entry(key).or_default().add(&ripe);
        }
    }
    for ((form, place), held) in &held {
        write.put_held(*form, place, held).await?;
    }
    for (key, more) in &shown {
        let mut all = write.result(key).await?;
        all.add(more);
        write.put_result(key, &all).await?;
    }
    Ok(())
}
