//! Check pins: what was drawn to be measured once more, and what that said.

use pakmut_domain::check_pin::{Quality, Verdict, Why};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::sql::Columns;
use super::{Read, StoreError, Write};

/// A pin that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckPin {
    /// Its id.
    pub id: Uuid,
    /// The province that drew it, by its code.
    pub province: String,
    /// The counter.
    pub counter: Uuid,
    /// The counter's name, in Thai.
    pub counter_name: String,
    /// The counter's LAO, by its number.
    pub lao: i64,
    /// The LAO's name, in Thai.
    pub lao_name: String,
    /// The pin: the one that was shown when it was drawn, or, where another took
    /// its place before the counter was measured, that one.
    pub pin: Uuid,
    /// Why it was drawn.
    pub why: Why,
    /// When, milliseconds since 1970 UTC.
    pub drawn: i64,
    /// What was measured; none yet.
    pub result: Option<CheckResult>,
}

/// What a check said.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckResult {
    /// When, milliseconds since 1970 UTC.
    pub measured: i64,
    /// Who measured.
    pub account: Uuid,
    /// The name that they sign in with, where the account is still there.
    pub username: Option<String>,
    /// What it says of the pin.
    pub verdict: Verdict,
    /// What was measured.
    pub body: CheckMeasure,
}

/// What was measured at a counter, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CheckMeasure {
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// Within how many metres of it the counter lies with 95 %.
    pub radius95_m: f64,
    /// How far from the pin it lies, metres.
    pub distance_m: f64,
    /// Up to how far they agree, metres.
    pub agree_m: f64,
}

const COLUMNS: &str = "SELECT k.id, k.province, k.counter, c.name, c.lao, l.name_th, k.pin, k.why, \
     k.drawn, k.measured, k.measured_by, a.username, k.verdict, k.body FROM check_pins k \
     JOIN counters c ON c.id = k.counter JOIN laos l ON l.no = c.lao \
     LEFT JOIN accounts a ON a.id = k.measured_by WHERE ";

fn check_pin(row: &AnyRow) -> Result<CheckPin, StoreError> {
    let result = match (row.opt_int(9)?, row.opt_id(10)?, row.opt_text(12)?) {
        (Some(measured), Some(account), Some(verdict)) => Some(CheckResult {
            measured,
            account,
            username: row.opt_text(11)?,
            verdict: verdict_of(&verdict)?,
            body: serde_json::from_str(&row.opt_text(13)?.unwrap_or_default())
                .map_err(|_| StoreError::Corrupt("a check that is no JSON of ours"))?,
        }),
        _ => None,
    };
    Ok(CheckPin {
        id: row.id(0)?,
        province: row.text(1)?,
        counter: row.id(2)?,
        counter_name: row.text(3)?,
        lao: row.int(4)?,
        lao_name: row.text(5)?,
        pin: row.id(6)?,
        why: Why::of_name(&row.text(7)?)
            .ok_or(StoreError::Corrupt("a reason to draw that is none of ours"))?,
        drawn: row.int(8)?,
        result,
    })
}

fn verdict_of(name: &str) -> Result<Verdict, StoreError> {
    Verdict::of_name(name).ok_or(StoreError::Corrupt("a verdict that is none of ours"))
}

impl Read {
    /// All that a province drew: first what is to be measured, the oldest first,
    /// then what was, the latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check_pins(&mut self, province: &str) -> Result<Vec<CheckPin>, StoreError> {
        let rows = self
            .sql(COLUMNS)
            .push("k.province = ")
            .arg(province.to_owned())
            .rows(self.db())
            .await?;
        let mut all = rows.iter().map(check_pin).collect::<Result<Vec<_>, _>>()?;
        all.sort_by_key(|one| {
            let measured = one.result.as_ref().map(|result| result.measured);
            (
                measured.is_some(),
                std::cmp::Reverse(measured),
                one.drawn,
                one.id,
            )
        });
        Ok(all)
    }

    /// One that was drawn.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check_pin(&mut self, id: Uuid) -> Result<Option<CheckPin>, StoreError> {
        self.sql(COLUMNS)
            .push("k.id = ")
            .id(id)
            .row(self.db())
            .await?
            .as_ref()
            .map(check_pin)
            .transpose()
    }

    /// What the checks of a province said of the pins that were drawn for this
    /// reason.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn checked_quality(
        &mut self,
        province: &str,
        why: Why,
    ) -> Result<Quality, StoreError> {
        let rows = self
            .sql("SELECT verdict, COUNT(*) FROM check_pins WHERE verdict IS NOT NULL AND why = ")
            .arg(why.as_str())
            .push(" AND province = ")
            .arg(province.to_owned())
            .push(" GROUP BY verdict")
            .rows(self.db())
            .await?;
        let mut quality = Quality::default();
        for row in &rows {
            let count = u64::try_from(row.int(1)?).unwrap_or(0);
            match verdict_of(&row.text(0)?)? {
                Verdict::Confirmed => quality.confirmed = count,
                Verdict::Doubtful => quality.doubtful = count,
                Verdict::Wrong => quality.wrong = count,
            }
        }
        Ok(quality)
    }
}

impl Write {
    /// Writes down that a pin was drawn, and by whom.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_check_pin(&mut self, one: &CheckPin, by: Uuid) -> Result<(), StoreError> {
        self.sql(
            "INSERT INTO check_pins (id, province, counter, pin, why, drawn, drawn_by) VALUES (",
        )
        .id(one.id)
        .push(", ")
        .arg(one.province.clone())
        .push(", ")
        .id(one.counter)
        .push(", ")
        .id(one.pin)
        .push(", ")
        .arg(one.why.as_str())
        .push(", ")
        .arg(one.drawn)
        .push(", ")
        .id(by)
        .push(")")
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Writes down what was measured; false where somebody was before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn measure_check_pin(
        &mut self,
        id: Uuid,
        pin: Uuid,
        result: &CheckResult,
    ) -> Result<bool, StoreError> {
        let body = serde_json::to_string(&result.body)
            .map_err(|_| StoreError::Corrupt("a check that cannot be written"))?;
        let changed = self
            .sql("UPDATE check_pins SET pin = ")
            .id(pin)
            .push(", measured = ")
            .arg(result.measured)
            .push(", measured_by = ")
            .id(result.account)
            .push(", verdict = ")
            .arg(result.verdict.as_str())
            .push(", body = ")
            .arg(body)
            .push(" WHERE measured IS NULL AND id = ")
            .id(id)
            .execute(self.db())
            .await?;
        Ok(changed > 0)
    }
}
