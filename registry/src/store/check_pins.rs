//! Check pins: what was drawn to be measured once more, and what that said.

use std::collections::HashSet;

use pakmut_domain::check_pin::{Quality, Verdict, Why};
use pakmut_domain::model::Address;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::feed::Scope;
use super::items::{Fact, facts_where};
use super::sql::{Columns, Dialect, MAX_LIST, Sql};
use super::{Read, StoreError, Write};

/// A pin as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnPin {
    /// The check's id.
    pub id: Uuid,
    /// The province that draws it, by its code.
    pub province: String,
    /// The counter.
    pub counter: Uuid,
    /// The pin that is shown for it.
    pub pin: Uuid,
    /// Why it is drawn.
    pub why: Why,
    /// When, milliseconds since 1970 UTC.
    pub drawn: i64,
}

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
    /// Where it is, in words; empty where that is not known.
    pub address: String,
    /// The counter's LAO, by its number.
    pub lao: i64,
    /// The LAO's id.
    pub lao_id: Uuid,
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
    /// Its revision.
    pub revision: i64,
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

pub(super) const COLUMNS: &str = "k.id, k.province, k.counter, c.name, c.lao, l.name_th, k.pin, \
     k.why, k.drawn, k.measured, k.measured_by, a.username, k.verdict, k.body, c.address, l.id, \
     k.revision";

pub(super) const FROM: &str = "check_pins k JOIN counters c ON c.id = k.counter \
     JOIN laos l ON l.no = c.lao LEFT JOIN accounts a ON a.id = k.measured_by";

impl CheckPin {
    /// Who of its province may measure: officers, and whoever is of another LAO
    /// than the counter's own. The one place that says so, beside [`in_province`]:
    /// of the page, of the items that arrive and of what phones pull.
    #[must_use]
    pub fn is_open_to(&self, scope: &Scope) -> bool {
        *scope != Scope::Lao(self.lao)
    }
}

/// The checks of the provinces that lie in the scope, or that it lies in.
pub(super) fn in_province(sql: Sql, scope: &Scope) -> Sql {
    match scope {
        Scope::Lao(no) => sql
            .push("k.province = (SELECT province FROM laos WHERE no = ")
            .arg(*no)
            .push(")"),
        Scope::Province(code) => sql.push("k.province = ").arg(code.clone()),
        Scope::Country => sql.push("1 = 1"),
    }
}

pub(super) fn check_pin(row: &AnyRow) -> Result<CheckPin, StoreError> {
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
        address: serde_json::from_str::<Address>(&row.text(14)?)
            .map_err(|_| StoreError::Corrupt("an address that is no JSON of ours"))?
            .text,
        lao_id: row.id(15)?,
        revision: row.int(16)?,
    })
}

fn verdict_of(name: &str) -> Result<Verdict, StoreError> {
    Verdict::of_name(name).ok_or(StoreError::Corrupt("a verdict that is none of ours"))
}

fn select(dialect: Dialect) -> Sql {
    Sql::new(dialect, "SELECT ")
        .push(COLUMNS)
        .push(" FROM ")
        .push(FROM)
        .push(" WHERE ")
}

/// One that was drawn; for a scope, only where it may measure it.
async fn one(
    dialect: Dialect,
    db: &mut AnyConnection,
    id: Uuid,
    scope: Option<&Scope>,
) -> Result<Option<CheckPin>, StoreError> {
    let sql = select(dialect).push("k.id = ").id(id);
    let sql = match scope {
        Some(scope) => in_province(sql.push(" AND "), scope),
        None => sql,
    };
    let found = sql.row(db).await?.as_ref().map(check_pin).transpose()?;
    Ok(found.filter(|check| scope.is_none_or(|scope| check.is_open_to(scope))))
}

async fn knows(
    dialect: Dialect,
    db: &mut AnyConnection,
    account: Uuid,
    counter: Uuid,
    at: i64,
) -> Result<bool, StoreError> {
    // [`pakmut_domain::wire::Saved::best_ms`].
    let found = Sql::new(
        dialect,
        "SELECT 1 FROM items p JOIN devices d ON d.no = p.device \
         WHERE COALESCE(p.gnss, p.wall + COALESCE(p.clock_offset, 0)) <= ",
    )
    .arg(at)
    .push(" AND p.kind = 'pin' AND p.subject = ")
    .id(counter)
    .push(" AND d.account = ")
    .id(account)
    .push(
        " UNION ALL SELECT 1 FROM items p JOIN items r ON r.subject = p.id AND r.kind = 'review' \
         JOIN devices d ON d.no = r.device \
         WHERE COALESCE(r.gnss, r.wall + COALESCE(r.clock_offset, 0)) <= ",
    )
    .arg(at)
    .push(" AND p.kind = 'pin' AND p.subject = ")
    .id(counter)
    .push(" AND d.account = ")
    .id(account)
    .push(" LIMIT 1")
    .row(db)
    .await?;
    Ok(found.is_some())
}

impl Read {
    /// All that a province drew: first what is to be measured, the oldest first,
    /// then what was, the latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check_pins(&mut self, province: &str) -> Result<Vec<CheckPin>, StoreError> {
        let rows = select(self.dialect)
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

    /// One that was drawn, where somebody of this scope may measure it: officers of
    /// the province and of the department, and people of the province's other LAOs.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check_pin(
        &mut self,
        id: Uuid,
        scope: &Scope,
    ) -> Result<Option<CheckPin>, StoreError> {
        one(self.dialect, self.db(), id, Some(scope)).await
    }

    /// Whether somebody saved a pin of the counter or decided on one, up to this
    /// moment, milliseconds since 1970 UTC: then they know where it lies.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn knows_pin(
        &mut self,
        account: Uuid,
        counter: Uuid,
        at: i64,
    ) -> Result<bool, StoreError> {
        knows(self.dialect, self.db(), account, counter, at).await
    }

    /// Those of these checks that this account sent a measurement for, whether it
    /// was the first or not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn checks_tried_by(
        &mut self,
        checks: &[Uuid],
        account: Uuid,
    ) -> Result<HashSet<Uuid>, StoreError> {
        let mut tried = HashSet::new();
        for checks in checks.chunks(MAX_LIST) {
            let rows = self
                .sql(
                    "SELECT i.subject FROM items i JOIN devices d ON d.no = i.device \
                     WHERE i.kind = 'check_pin' AND d.account = ",
                )
                .id(account)
                .push(" AND i.subject IN ")
                .list(checks)
                .rows(self.db())
                .await?;
            for row in &rows {
                tried.insert(row.id(0)?);
            }
        }
        Ok(tried)
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
    /// As [`Read::check_pin`]; without a scope, whoever asks.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check_pin(
        &mut self,
        id: Uuid,
        scope: Option<&Scope>,
    ) -> Result<Option<CheckPin>, StoreError> {
        one(self.dialect, self.db(), id, scope).await
    }

    /// As [`Read::knows_pin`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn knows_pin(
        &mut self,
        account: Uuid,
        counter: Uuid,
        at: i64,
    ) -> Result<bool, StoreError> {
        knows(self.dialect, self.db(), account, counter, at).await
    }

    /// What was measured for checks that are not known here: those of a registry
    /// that was set back since. Few ever are, and they have an index of their own.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn measurements_waiting(&mut self) -> Result<Vec<Fact>, StoreError> {
        const WAITING: &str = " WHERE i.kind = 'check_pin' AND i.lao IS NULL";
        facts_where(self.dialect, self.db(), WAITING).await
    }

    /// Writes down that a pin was drawn, and by whom.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_check_pin(&mut self, one: &DrawnPin, by: Uuid) -> Result<(), StoreError> {
        let revision = self.next_revision();
        self.sql(
            "INSERT INTO check_pins (id, province, counter, pin, why, drawn, drawn_by, revision) \
             VALUES (",
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
        .push(", ")
        .arg(revision)
        .push(")")
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Writes down what was measured: of the pin that was shown then. Nobody may
    /// have been before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn measure_check_pin(
        &mut self,
        id: Uuid,
        pin: Uuid,
        result: &CheckResult,
    ) -> Result<(), StoreError> {
        let body = serde_json::to_string(&result.body)
            .map_err(|_| StoreError::Corrupt("a check that cannot be written"))?;
        let revision = self.next_revision();
        self.sql("UPDATE check_pins SET pin = ")
            .id(pin)
            .push(", measured = ")
            .arg(result.measured)
            .push(", measured_by = ")
            .id(result.account)
            .push(", verdict = ")
            .arg(result.verdict.as_str())
            .push(", body = ")
            .arg(body)
            .push(", revision = ")
            .arg(revision)
            .push(" WHERE measured IS NULL AND id = ")
            .id(id)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// The checks of these counters that nobody measured yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn waiting_checks(&mut self, counters: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        let mut found = Vec::new();
        for counters in counters.chunks(MAX_LIST) {
            let rows = self
                .sql("SELECT id FROM check_pins WHERE measured IS NULL AND counter IN ")
                .list(counters)
                .rows(self.db())
                .await?;
            for row in &rows {
                found.push(row.id(0)?);
            }
        }
        Ok(found)
    }

    /// Lets phones pull a check once more: it now says something else to somebody.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn retell_check(&mut self, id: Uuid) -> Result<(), StoreError> {
        let revision = self.next_revision();
        self.sql("UPDATE check_pins SET revision = ")
            .arg(revision)
            .push(" WHERE id = ")
            .id(id)
            .execute(self.db())
            .await?;
        Ok(())
    }
}
