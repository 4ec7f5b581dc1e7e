//! One line for each counter of a province or an LAO, with all that a document
//! says about it.

use std::collections::{HashMap, HashSet};

use pakmut_domain::finding::Finding;
use pakmut_domain::position::{Datum, PlusCode, Position, Utm, Zone};
use uuid::Uuid;

use crate::review::reasons;
use crate::store::{CounterRow, LaoRow, Of, PinRow, Read, ReviewRow, StoreError, ZeroCopyRow};

/// A counter in a document.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its LAO.
    pub lao: LaoRow,
    /// The code that the LAO bears now.
    pub lao_code: Option<String>,
    /// The counter.
    pub counter: CounterRow,
    /// Its shown pin.
    pub pin: Option<PinRow>,
    /// Where that lies, where its coordinates are any.
    pub at: Option<Position>,
    /// Who saved it.
    pub username: Option<String>,
    /// Every reason to look at it.
    pub findings: Vec<Finding>,
    /// The decision that holds.
    pub review: Option<ReviewRow>,
    /// Where Zero Copy stands at it; none where nothing is declared or answered.
    pub zero_copy: Option<ZeroCopyRow>,
}

impl Line {
    /// The grid coordinates on WGS 84, in the zone in which it lies.
    pub fn utm(&self) -> Option<Utm> {
        let at = self.at.as_ref()?;
        Utm::from_position(at, Zone::of(at)?, Datum::Wgs84).ok()
    }

    /// The Plus Code of 11 digits: a cell of 3 m.
    pub fn plus_code(&self) -> Option<String> {
        let at = self.at.as_ref()?;
        Some(PlusCode::of(at, 11).as_str().to_owned())
    }
}

/// The lines of all counters on the roster, by LAO.
///
/// # Errors
/// [`StoreError`].
pub async fn lines(read: &mut Read, province: &str, of: &Of) -> Result<Vec<Line>, StoreError> {
    // Phones are compared within the province, whatever is asked for.
    let all = read
        .pinned_counters(&Of::Province(province.to_owned()))
        .await?;
    let wanted: Vec<&_> = all
        .iter()
        .filter(|one| match of {
            Of::Province(_) => true,
            Of::Lao(no) => one.counter.definition.lao == *no,
        })
        .collect();
    let counters: Vec<CounterRow> = wanted.iter().map(|one| one.counter.clone()).collect();
    let mut findings = reasons(read, &all, &counters).await?;
    let rows = read.laos_in(of).await?;
    let described = read.describe_laos(&rows).await?;
    let codes: HashMap<Uuid, Option<String>> = described
        .into_iter()
        .map(|lao| (lao.id, lao.codes.last().map(|code| code.code.clone())))
        .collect();
    let laos: HashMap<i64, LaoRow> = rows.into_iter().map(|row| (row.no, row)).collect();
    let accounts: HashSet<Uuid> = wanted
        .iter()
        .filter_map(|one| Some(one.pin.as_ref()?.account))
        .collect();
    let mut usernames = HashMap::new();
    for account in accounts {
        if let Some(name) = read.username(account).await? {
            usernames.insert(account, name);
        }
    }
    let pins: Vec<Uuid> = wanted
        .iter()
        .filter_map(|one| one.counter.state.review.and(one.counter.state.shown))
        .collect();
    let mut reviews: HashMap<Uuid, ReviewRow> = read
        .reviews_of(&pins)
        .await?
        .into_iter()
        .map(|review| (review.id, review))
        .collect();
    let mut declared: HashMap<Uuid, ZeroCopyRow> = read
        .zero_copy_of(of)
        .await?
        .into_iter()
        .map(|row| (row.counter, row))
        .collect();
    Ok(wanted
        .into_iter()
        .filter_map(|one| {
            let lao = laos.get(&one.counter.definition.lao)?.clone();
            let pin = one.pin.clone();
            Some(Line {
                lao_code: codes.get(&lao.id).cloned().flatten(),
                lao,
                at: pin
                    .as_ref()
                    .and_then(|row| Position::new(row.pin.lat, row.pin.lon).ok()),
                username: pin
                    .as_ref()
                    .and_then(|row| usernames.get(&row.account).cloned()),
                findings: findings.remove(&one.counter.id).unwrap_or_default(),
                review: one.counter.state.review.and_then(|id| reviews.remove(&id)),
                zero_copy: declared.remove(&one.counter.id),
                counter: one.counter.clone(),
                pin,
            })
        })
        .collect())
}
