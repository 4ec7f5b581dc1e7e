//! Pins that wait for a decision, and all that is known of one counter.

use pakmut_domain::finding::Finding;
use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::envelope::Saved;
use pakmut_domain::wire::payload::{Pin, Review};
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::counters::{COLUMNS, CounterRow, counter};
use super::feed::{Scope, lao_in_scope};
use super::items::unpack;
use super::laos::{self, LaoRow};
use super::sql::{Columns, MAX_LIST};
use super::{Read, StoreError, Write};

/// A pin as it is reviewed.
#[derive(Debug, Clone, PartialEq)]
pub struct PinRow {
    /// Its id.
    pub id: Uuid,
    /// What was pinned.
    pub pin: Pin,
    /// What the registry's checks found when it came.
    pub findings: Vec<Finding>,
    /// When it was saved, [`Saved::best_ms`].
    pub best_ms: i64,
    /// The number of the phone and account that saved it.
    pub device: i64,
    /// The account.
    pub account: Uuid,
    /// What its author had seen.
    pub seen: Vec<Uuid>,
}

/// A decision on a pin.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRow {
    /// Its id.
    pub id: Uuid,
    /// What was decided.
    pub review: Review,
    /// When, [`Saved::best_ms`].
    pub best_ms: i64,
    /// Who decided.
    pub account: Uuid,
    /// The name that they sign in with, where the account is still there.
    pub username: Option<String>,
    /// What they had seen.
    pub seen: Vec<Uuid>,
}

/// A counter with the pin that is shown for it.
#[derive(Debug, Clone, PartialEq)]
pub struct PinnedCounter {
    /// The counter.
    pub counter: CounterRow,
    /// Its shown pin; none where there is none, or none that can be read.
    pub pin: Option<PinRow>,
}

const PIN: &str = "i.id, i.payload, i.findings, i.wall, i.clock_offset, i.gnss, i.device, \
     d.account, i.seen";

fn best_ms(row: &AnyRow, wall: usize) -> Result<i64, StoreError> {
    let saved = Saved {
        wall: row.int(wall)?,
        mono: 0,
        boot: Uuid::nil(),
        offset: row.opt_int(wall + 1)?,
        gnss: row.opt_int(wall + 2)?,
    };
    Ok(saved.best_ms())
}

/// The pin whose columns begin at a place.
fn pin(row: &AnyRow, from: usize) -> Result<PinRow, StoreError> {
    Ok(PinRow {
        id: row.id(from)?,
        pin: serde_json::from_slice(&row.bytes(from + 1)?)
            .map_err(|_| StoreError::Corrupt("a pin that is no JSON of ours"))?,
        findings: row.findings(from + 2)?,
        best_ms: best_ms(row, from + 3)?,
        device: row.int(from + 6)?,
        account: row.id(from + 7)?,
        seen: unpack(&row.opt_bytes(from + 8)?.unwrap_or_default()),
    })
}

/// Whose counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// Of a province.
    Province(String),
    /// Of one LAO, by its number.
    Lao(i64),
}

impl Read {
    /// The counters of a province or an LAO that did not close, each with its
    /// shown pin, by LAO and id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pinned_counters(&mut self, of: &Of) -> Result<Vec<PinnedCounter>, StoreError> {
        let sql = self.sql("SELECT ").push(COLUMNS).push(", ").push(PIN).push(
            " FROM laos l JOIN counters c ON c.lao = l.no AND c.status <> 'closed' \
                 LEFT JOIN items i ON i.id = c.shown LEFT JOIN devices d ON d.no = i.device WHERE ",
        );
        let sql = match of {
            Of::Province(code) => sql.push("l.province = ").arg(code.clone()),
            Of::Lao(no) => sql.push("l.no = ").arg(*no),
        };
        sql.push(" ORDER BY c.lao, c.due DESC, c.id")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                Ok(PinnedCounter {
                    counter: counter(row)?,
                    pin: row.opt_id(16)?.map(|_| pin(row, 16)).transpose()?,
                })
            })
            .collect()
    }

    /// The LAOs of a province, or one, by number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn laos_in(&mut self, of: &Of) -> Result<Vec<LaoRow>, StoreError> {
        let sql = self
            .sql("SELECT ")
            .push(laos::COLUMNS)
            .push(" FROM laos l WHERE ");
        let sql = match of {
            Of::Province(code) => sql.push("l.province = ").arg(code.clone()),
            Of::Lao(no) => sql.push("l.no = ").arg(*no),
        };
        sql.push(" ORDER BY l.no")
            .rows(self.db())
            .await?
            .iter()
            .map(laos::lao)
            .collect()
    }

    /// All pins of a counter, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pins_of(&mut self, counter: Uuid) -> Result<Vec<PinRow>, StoreError> {
        let rows = self
            .sql("SELECT ")
            .push(PIN)
            .push(
                " FROM items i JOIN devices d ON d.no = i.device \
                 WHERE i.kind = 'pin' AND i.subject = ",
            )
            .id(counter)
            .rows(self.db())
            .await?;
        let mut pins = rows
            .iter()
            .map(|row| pin(row, 0))
            .collect::<Result<Vec<_>, _>>()?;
        pins.sort_by_key(|pin| (pin.best_ms, pin.id));
        Ok(pins)
    }

    /// A pin of the scope, and the number of its LAO.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pin_in(
        &mut self,
        id: Uuid,
        scope: &Scope,
    ) -> Result<Option<(PinRow, Option<i64>)>, StoreError> {
        let sql = self.sql("SELECT ").push(PIN).push(
            ", i.lao FROM items i JOIN devices d ON d.no = i.device WHERE i.kind = 'pin' AND i.id = ",
        );
        let sql = sql.id(id).push(" AND ");
        lao_in_scope(sql, "i.lao", scope)
            .row(self.db())
            .await?
            .map(|row| Ok((pin(&row, 0)?, row.opt_int(9)?)))
            .transpose()
    }

    /// The pins of an LAO that name a photo.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pins_with_photo(
        &mut self,
        lao: i64,
        photo: &ItemHash,
    ) -> Result<Vec<Uuid>, StoreError> {
        // Few have more than a hundred, and this is asked when one is taken back.
        let rows = self
            .sql("SELECT id, payload FROM items WHERE kind = 'pin' AND lao = ")
            .arg(lao)
            .rows(self.db())
            .await?;
        let mut found = Vec::new();
        for row in &rows {
            let pin: Option<Pin> = serde_json::from_slice(&row.bytes(1)?).ok();
            if pin.is_some_and(|pin| pin.photo.as_ref() == Some(photo)) {
                found.push(row.id(0)?);
            }
        }
        Ok(found)
    }

    /// All decisions on these pins, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reviews_of(&mut self, pins: &[Uuid]) -> Result<Vec<ReviewRow>, StoreError> {
        let mut found = Vec::new();
        for pins in pins.chunks(MAX_LIST) {
            let rows = self
                .sql(
                    "SELECT i.id, i.payload, i.wall, i.clock_offset, i.gnss, d.account, \
                     a.username, i.seen FROM items i JOIN devices d ON d.no = i.device \
                     LEFT JOIN accounts a ON a.id = d.account \
                     WHERE i.kind = 'review' AND i.subject IN ",
                )
                .list(pins)
                .rows(self.db())
                .await?;
            for row in &rows {
                found.push(ReviewRow {
                    id: row.id(0)?,
                    review: serde_json::from_slice(&row.bytes(1)?)
                        .map_err(|_| StoreError::Corrupt("a review that is no JSON of ours"))?,
                    best_ms: best_ms(row, 2)?,
                    account: row.id(5)?,
                    username: row.opt_text(6)?,
                    seen: unpack(&row.opt_bytes(7)?.unwrap_or_default()),
                });
            }
        }
        found.sort_by_key(|row| (row.best_ms, row.id));
        Ok(found)
    }

    /// The name that an account signs in with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn username(&mut self, account: Uuid) -> Result<Option<String>, StoreError> {
        self.sql("SELECT username FROM accounts WHERE id = ")
            .id(account)
            .row(self.db())
            .await?
            .map(|row| row.text(0))
            .transpose()
    }
}

impl Write {
    /// Whether somebody decided on one of these pins, as this transaction sees it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_reviewed(&mut self, pins: &[Uuid]) -> Result<bool, StoreError> {
        for pins in pins.chunks(MAX_LIST) {
            let found = self
                .sql("SELECT 1 FROM items WHERE kind = 'review' AND subject IN ")
                .list(pins)
                .push(" LIMIT 1")
                .row(self.db())
                .await?;
            if found.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
