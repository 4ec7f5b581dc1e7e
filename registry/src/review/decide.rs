//! A decision that an officer makes on a page: an item like those from phones,
//! so that the same rules order it among them.

use std::sync::Arc;

use pakmut_domain::wire::envelope::{Envelope, Kind};
use pakmut_domain::wire::payload::Review;
use pakmut_domain::wire::push::Outcome;
use uuid::Uuid;

use crate::api::push::store;
use crate::app::App;
use crate::arrival;
use crate::audit::Origin;
use crate::auth::Who;
use crate::made_here;
use crate::problem::Failure;

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It holds.
    Recorded,
    /// Somebody decided on the pin since the page was shown: nothing was
    /// recorded.
    Overtaken,
    /// Both came at the same moment: both are kept, and sent back holds over
    /// approved.
    Beside,
    /// The pin is no longer one to decide on: a newer one answers it.
    Superseded,
}

/// Records a decision, made by somebody who knew of the reviews `seen`.
///
/// # Errors
/// A [`Failure`] where the pin is not in their scope, or the registry is busy.
pub async fn decide(
    app: &App,
    who: &Arc<Who>,
    origin: Origin,
    counter: Uuid,
    review: Review,
    seen: &[Uuid],
) -> Result<Decided, Failure> {
    let mut read = app.store.read().await?;
    let pins = read.pins_of(counter).await?;
    if pins
        .iter()
        .any(|other| other.id != review.pin && other.seen.contains(&review.pin))
    {
        return Ok(Decided::Superseded);
    }
    let known = read.reviews_of(&[review.pin]).await?;
    if known.iter().any(|known| !seen.contains(&known.id)) {
        return Ok(Decided::Overtaken);
    }
    drop(read);
    let mut knew: Vec<Uuid> = known.iter().map(|review| review.id).collect();
    knew.push(review.pin);
    let arrival = arrival::made_here(envelope(who, &review, knew)?, who, origin)
        .map_err(|refusal| Failure::bad_request(refusal.code, "The decision cannot be recorded"))?;
    let mut results = store(app, vec![arrival]).await?;
    let result = results.pop().ok_or_else(busy)?;
    match result.result {
        Outcome::Accepted | Outcome::Duplicate => Ok(Decided::Recorded),
        Outcome::Conflict => Ok(Decided::Beside),
        Outcome::Refused => Err(Failure::bad_request(
            "decision_refused",
            "The decision cannot be recorded",
        )
        .detail(result.code.unwrap_or_default())),
        Outcome::Retry => Err(busy()),
    }
}

/// Records many decisions of one kind at once; how many hold. Those on which
/// somebody decided meanwhile are left out.
///
/// # Errors
/// A [`Failure`] where the registry is busy.
pub async fn decide_all(
    app: &App,
    who: &Arc<Who>,
    origin: Origin,
    reviews: Vec<Review>,
) -> Result<usize, Failure> {
    let ids: Vec<Uuid> = reviews.iter().map(|review| review.pin).collect();
    let mut read = app.store.read().await?;
    let known = read.reviews_of(&ids).await?;
    drop(read);
    let mut items = Vec::with_capacity(reviews.len());
    for review in reviews {
        if known.iter().any(|known| known.review.pin == review.pin) {
            continue;
        }
        let pin = review.pin;
        let made = arrival::made_here(envelope(who, &review, vec![pin])?, who, origin);
        items.extend(made.ok());
    }
    if items.is_empty() {
        return Ok(0);
    }
    let results = store(app, items).await?;
    Ok(results
        .iter()
        .filter(|result| matches!(result.result, Outcome::Accepted | Outcome::Conflict))
        .count())
}

fn busy() -> Failure {
    Failure::busy("decision_busy", "The registry is busy: decide again")
}

fn envelope(who: &Who, review: &Review, seen: Vec<Uuid>) -> Result<Envelope, Failure> {
    made_here::envelope(who, Kind::REVIEW, review, seen)
}
