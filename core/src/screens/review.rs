//! Review on the phone: the pins that wait. What waits and what may be decided is
//! told by [`crate::review`].

use std::collections::HashMap;

use pakmut_domain::model::Lao;
use pakmut_domain::wire::payload::{Decision, SENT_BACK_REASONS};
use pakmut_domain::wire::pull::record;
use pakmut_domain::words::{self, Topic};
use uuid::Uuid;

use super::findings::{Choice, position_lines};
use super::{Screens, Spot, reason_words};
use crate::review::{ReviewError, WaitingPin};

/// One pin that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRow {
    /// The pin.
    pub pin: Uuid,
    /// The counter.
    pub counter: Uuid,
    /// The counter's name.
    pub name: String,
    /// Whose counter it is.
    pub lao: String,
    /// Where it is.
    pub place: Spot,
    /// The position as people read it.
    pub position: Vec<String>,
    /// Its accuracy, or that it was placed by hand.
    pub headline: String,
    /// When it was saved.
    pub saved: String,
    /// What phone and registry found, in words.
    pub findings: Vec<String>,
    /// Why its author saved it all the same, and the author's note.
    pub reason: Option<String>,
    /// The decision of this officer that is saved here and not yet sent.
    pub decided: Option<String>,
    /// That several people pinned it.
    pub conflict: Option<String>,
}

/// The pins that wait.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewScreen {
    /// The pins, the most suspicious first; those decided on this phone last.
    pub rows: Vec<ReviewRow>,
    /// How many wait.
    pub line: String,
    /// The ready reasons for sending one back.
    pub reasons: Vec<Choice>,
    /// What will be here, where nothing is.
    pub empty: Option<String>,
}

impl Screens<'_> {
    /// The pins that wait for a decision in the officer's scope, the most
    /// suspicious first, and after them those decided here and not yet sent.
    ///
    /// # Errors
    /// [`ReviewError::Phone`].
    pub fn review(&self) -> Result<ReviewScreen, ReviewError> {
        let laos: HashMap<Uuid, String> = self
            .phone
            .pulled::<Lao>(record::LAO)?
            .into_iter()
            .map(|lao| (lao.id, lao.name_th))
            .collect();
        let reviews = self.phone.reviews();
        let waiting = reviews.queue()?;
        let count = waiting.len();
        let mut rows: Vec<ReviewRow> = waiting
            .into_iter()
            .map(|pin| self.review_row(pin, None, &laos))
            .collect();
        for (pin, review) in reviews.decided_here()? {
            rows.push(self.review_row(pin, Some(review.decision), &laos));
        }
        Ok(ReviewScreen {
            line: self
                .style
                .say("screen-review-line", &[("count", count.into())]),
            reasons: SENT_BACK_REASONS
                .iter()
                .map(|code| Choice {
                    code: (*code).to_owned(),
                    text: self.style.coded(Topic::SentBack, code, &[]),
                })
                .collect(),
            empty: rows
                .is_empty()
                .then(|| self.style.say("screen-review-empty", &[])),
            rows,
        })
    }

    fn review_row(
        &self,
        waiting: WaitingPin,
        decided: Option<Decision>,
        laos: &HashMap<Uuid, String>,
    ) -> ReviewRow {
        let WaitingPin {
            counter, id, pin, ..
        } = waiting;
        let style = self.style;
        let reason = pin.reason.as_deref();
        let reason = reason.map(|code| reason_words(style, Topic::Weak, code));
        let why: Vec<String> = reason.into_iter().chain(pin.note).collect();
        ReviewRow {
            pin: id,
            counter: counter.id,
            lao: laos.get(&counter.lao).cloned().unwrap_or_default(),
            name: counter.name,
            place: Spot {
                lat: pin.lat,
                lon: pin.lon,
            },
            position: position_lines(pin.lat, pin.lon),
            headline: match pin.radius95_m {
                Some(radius) => style.say("radius-within", &[("radius95_m", radius.into())]),
                None => style.say("capture-placed-by-hand", &[]),
            },
            saved: style.moment(waiting.saved_ms),
            findings: waiting
                .findings
                .iter()
                .map(|found| style.write(words::finding(style.lang, found)))
                .collect(),
            reason: (!why.is_empty()).then(|| why.join(" · ")),
            decided: decided.map(|decision| {
                style.say(
                    match decision {
                        Decision::Approved => "item-approved",
                        Decision::SentBack => "item-sent-back",
                    },
                    &[],
                )
            }),
            conflict: waiting.conflict.then(|| style.say("pin-conflict", &[])),
        }
    }
}
