//! All that an officer sees of one counter: its pins with their decisions, what
//! was found about the shown one, and what lies round it.

use pakmut_domain::finding::Finding;
use pakmut_domain::position::Position;
use pakmut_domain::wire::payload::Decision;
use uuid::Uuid;

use super::queue::reasons;
use crate::store::{CounterRow, LaoRow, Of, PinRow, PinnedCounter, Read, ReviewRow, StoreError};

/// A pin and what was decided on it.
#[derive(Debug, Clone)]
pub struct PinStory {
    /// The pin.
    pub pin: PinRow,
    /// Who saved it, where the account is still there.
    pub username: Option<String>,
    /// All decisions on it, oldest first.
    pub reviews: Vec<ReviewRow>,
    /// Whether another pin supersedes it.
    pub superseded: bool,
}

impl PinStory {
    /// The decisions that no later one answers.
    pub fn standing_reviews(&self) -> impl Iterator<Item = &ReviewRow> {
        self.reviews.iter().filter(|review| {
            !self
                .reviews
                .iter()
                .any(|other| other.id != review.id && other.seen.contains(&review.id))
        })
    }

    /// The decision that holds: sent back beats approved.
    pub fn decision(&self) -> Option<&ReviewRow> {
        self.standing_reviews()
            .max_by_key(|review| (review.review.decision == Decision::SentBack, review.id))
    }
}

/// A counter under review.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its LAO.
    pub lao: LaoRow,
    /// The counter.
    pub counter: CounterRow,
    /// Its pins, newest first.
    pub pins: Vec<PinStory>,
    /// Every reason to look at the shown one.
    pub findings: Vec<Finding>,
    /// The LAO's other counters that have a pin.
    pub others: Vec<PinnedCounter>,
}

impl Case {
    /// The pin that is shown for the counter.
    pub fn shown(&self) -> Option<&PinStory> {
        let shown = self.counter.state.shown?;
        self.pins.iter().find(|story| story.pin.id == shown)
    }

    /// The pins that stand side by side.
    pub fn standing(&self) -> impl Iterator<Item = &PinStory> {
        self.pins.iter().filter(|story| !story.superseded)
    }

    /// Where a pin lies, where its coordinates are any.
    pub fn position(pin: &PinRow) -> Option<Position> {
        Position::new(pin.pin.lat, pin.pin.lon).ok()
    }
}

/// All about one counter; none where there is none of this id.
///
/// # Errors
/// [`StoreError`].
pub async fn case(read: &mut Read, id: Uuid) -> Result<Option<Case>, StoreError> {
    let Some(counter) = read.counters(&[id]).await?.pop() else {
        return Ok(None);
    };
    let Some(lao) = read.lao_by_no(counter.definition.lao).await? else {
        return Ok(None);
    };
    let rows = read.pins_of(id).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let reviews = read.reviews_of(&ids).await?;
    let mut pins = Vec::with_capacity(rows.len());
    for row in &rows {
        let superseded = rows
            .iter()
            .any(|other| other.id != row.id && other.seen.contains(&row.id));
        pins.push(PinStory {
            username: read.username(row.account).await?,
            reviews: reviews
                .iter()
                .filter(|review| review.review.pin == row.id)
                .cloned()
                .collect(),
            superseded,
            pin: row.clone(),
        });
    }
    pins.reverse();
    let all = read
        .pinned_counters(&Of::Province(lao.province.clone()))
        .await?;
    let findings = reasons(read, &all, std::slice::from_ref(&counter))
        .await?
        .remove(&id)
        .unwrap_or_default();
    let others = all
        .into_iter()
        .filter(|one| one.counter.id != id && one.counter.definition.lao == lao.no)
        .filter(|one| one.pin.is_some())
        .collect();
    Ok(Some(Case {
        lao,
        counter,
        pins,
        findings,
        others,
    }))
}
