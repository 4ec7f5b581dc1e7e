//! How far the work is, as the web page shows it.

use pakmut_domain::finding::Finding;
use pakmut_domain::roster::Tally;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::counters::{COLUMNS, CounterRow, counter};
use super::feed::{Scope, lao_in_scope};
use super::sql::Columns;
use super::{Read, StoreError};

/// A province with its progress.
#[derive(Debug, Clone)]
pub struct ProvinceLine {
    /// Its code.
    pub code: String,
    /// Its Thai name.
    pub th: String,
    /// Its English name.
    pub en: String,
    /// How many LAOs it has, its provincial office among them.
    pub laos: i64,
    /// How many of them have a due counter without a pin that stands.
    pub late: u64,
    /// How far their counters are.
    pub tally: Tally,
}

/// A district with its progress.
#[derive(Debug, Clone)]
pub struct DistrictLine {
    /// Its code; none for the LAOs that serve the whole province.
    pub code: Option<String>,
    /// Its names in Thai and in English, where they are known.
    pub name: Option<(String, String)>,
    /// How many LAOs it has.
    pub laos: i64,
    /// How far their counters are.
    pub tally: Tally,
}

/// An LAO with its progress.
#[derive(Debug, Clone)]
pub struct LaoLine {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name_th: String,
    /// Its district's Thai name.
    pub district: Option<String>,
    /// How far it is.
    pub tally: Tally,
}

/// A counter with its shown pin.
#[derive(Debug, Clone)]
pub struct CounterLine {
    /// The counter.
    pub counter: CounterRow,
    /// The payload of its shown pin.
    pub pin: Option<Vec<u8>>,
    /// What the registry's checks found about that pin.
    pub findings: Vec<Finding>,
}

/// The five parts of the roster's account, in the order of [`tally`].
pub(super) const TALLY: &str = "COUNT(CASE WHEN c.due = 1 AND c.pin_status = 'not_pinned' THEN 1 END), \
     COUNT(CASE WHEN c.due = 1 AND c.pin_status = 'waiting' THEN 1 END), \
     COUNT(CASE WHEN c.due = 1 AND c.pin_status = 'approved' THEN 1 END), \
     COUNT(CASE WHEN c.due = 1 AND c.pin_status = 'sent_back' THEN 1 END), \
     COUNT(CASE WHEN c.due = 0 THEN 1 END)";

/// The LAOs that somebody must still stand at a counter of.
const LATE: &str = "COUNT(DISTINCT CASE WHEN c.due = 1 AND c.pin_status IN ('not_pinned', 'sent_back') THEN c.lao END), ";

/// Counters that are on the roster.
pub(super) const LIVE: &str = "c.status <> 'closed'";

/// What [`TALLY`] counted, from a column on.
pub(super) fn tally(row: &AnyRow, from: usize) -> Result<Tally, StoreError> {
    let count = |place: usize| {
        u64::try_from(row.int(from + place)?)
            .map_err(|_| StoreError::Corrupt("a count below nothing"))
    };
    Ok(Tally {
        not_pinned: count(0)?,
        waiting: count(1)?,
        approved: count(2)?,
        sent_back: count(3)?,
        exempt: count(4)?,
    })
}

fn province(row: &AnyRow) -> Result<ProvinceLine, StoreError> {
    Ok(ProvinceLine {
        code: row.text(0)?,
        th: row.text(1)?,
        en: row.text(2)?,
        laos: row.int(3)?,
        late: row.int(4)?.unsigned_abs(),
        tally: tally(row, 5)?,
    })
}

impl Read {
    /// How far a scope is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tally(&mut self, scope: &Scope) -> Result<Tally, StoreError> {
        let sql = self
            .sql("SELECT ")
            .push(TALLY)
            .push(" FROM counters c WHERE ")
            .push(LIVE)
            .push(" AND ");
        let row = lao_in_scope(sql, "c.lao", scope)
            .row(self.db())
            .await?
            .ok_or(StoreError::Corrupt("no count where one was asked for"))?;
        tally(&row, 0)
    }

    /// How many of the counters that are done had their pin by which day: the days,
    /// [`super::day_of`], in order, each with its pins. Of a district of the scope
    /// where one is named.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn done_by_day(
        &mut self,
        scope: &Scope,
        district: Option<&str>,
    ) -> Result<Vec<(i64, u64)>, StoreError> {
        // As the index has it, so that no counter is read.
        let sql = self.sql(
            "SELECT c.shown_day, COUNT(*) FROM counters c WHERE c.status <> 'closed' \
             AND c.due = 1 AND c.pin_status IN ('waiting', 'approved') \
             AND c.shown_day IS NOT NULL AND ",
        );
        let mut sql = lao_in_scope(sql, "c.lao", scope);
        if let Some(district) = district {
            sql = sql
                .push(" AND EXISTS (SELECT 1 FROM laos l WHERE l.no = c.lao AND l.district = ")
                .arg(district.to_owned())
                .push(")");
        }
        sql.push(" GROUP BY c.shown_day ORDER BY c.shown_day")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.int(0)?, row.int(1)?.unsigned_abs())))
            .collect()
    }

    /// All provinces that have LAOs in the scope, by their codes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn provinces(&mut self, scope: &Scope) -> Result<Vec<ProvinceLine>, StoreError> {
        let sql = self.sql("SELECT l.province, MIN(COALESCE(a.th, '')), MIN(COALESCE(a.en, '')), COUNT(DISTINCT l.no), ")
            .push(LATE)
            .push(TALLY)
            .push(" FROM laos l LEFT JOIN areas a ON a.code = l.province LEFT JOIN counters c ON c.lao = l.no AND ")
            .push(LIVE)
            .push(" WHERE ");
        lao_in_scope(sql, "l.no", scope)
            .push(" GROUP BY l.province ORDER BY l.province")
            .rows(self.db())
            .await?
            .iter()
            .map(province)
            .collect()
    }

    /// The districts of a province that have LAOs, by their codes; those LAOs
    /// that serve the whole province come first, without a district.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn districts(&mut self, province: &str) -> Result<Vec<DistrictLine>, StoreError> {
        self.sql("SELECT l.district, MIN(a.th), MIN(a.en), COUNT(DISTINCT l.no), ")
            .push(TALLY)
            .push(" FROM laos l LEFT JOIN areas a ON a.code = l.district LEFT JOIN counters c ON c.lao = l.no AND ")
            .push(LIVE)
            .push(" WHERE l.province = ")
            .arg(province.to_owned())
            .push(" GROUP BY l.district ORDER BY COALESCE(l.district, '')")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                Ok(DistrictLine {
                    code: row.opt_text(0)?,
                    name: row.opt_text(1)?.zip(row.opt_text(2)?),
                    laos: row.int(3)?,
                    tally: tally(row, 4)?,
                })
            })
            .collect()
    }

    /// One province of the scope; none where it has no LAOs there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn province(
        &mut self,
        code: &str,
        scope: &Scope,
    ) -> Result<Option<ProvinceLine>, StoreError> {
        let sql = self.sql("SELECT l.province, MIN(COALESCE(a.th, '')), MIN(COALESCE(a.en, '')), COUNT(DISTINCT l.no), ")
            .push(LATE)
            .push(TALLY)
            .push(" FROM laos l LEFT JOIN areas a ON a.code = l.province LEFT JOIN counters c ON c.lao = l.no AND ")
            .push(LIVE)
            .push(" WHERE l.province = ")
            .arg(code.to_owned())
            .push(" AND ");
        lao_in_scope(sql, "l.no", scope)
            .push(" GROUP BY l.province")
            .row(self.db())
            .await?
            .as_ref()
            .map(province)
            .transpose()
    }

    /// A page of a province's LAOs that lie in the scope, of one of its
    /// districts where that is named.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn laos_of(
        &mut self,
        province: &str,
        scope: &Scope,
        district: Option<&str>,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<LaoLine>, StoreError> {
        let sql = self
            .sql("SELECT l.id, l.name_th, MIN(a.th), ")
            .push(TALLY)
            .push(" FROM laos l LEFT JOIN areas a ON a.code = l.district LEFT JOIN counters c ON c.lao = l.no AND ")
            .push(LIVE)
            .push(" WHERE l.province = ")
            .arg(province.to_owned())
            .push(" AND ");
        let mut sql = lao_in_scope(sql, "l.no", scope);
        if let Some(district) = district {
            sql = sql.push(" AND l.district = ").arg(district.to_owned());
        }
        sql.push(" GROUP BY l.no, l.id, l.name_th, l.district ORDER BY COALESCE(l.district, ''), l.no LIMIT ")
            .arg(limit)
            .push(" OFFSET ")
            .arg(offset)
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                Ok(LaoLine {
                    id: row.id(0)?,
                    name_th: row.text(1)?,
                    district: row.opt_text(2)?,
                    tally: tally(row, 3)?,
                })
            })
            .collect()
    }

    /// A page of an LAO's counters, each with its shown pin.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counters_of(
        &mut self,
        lao: i64,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<CounterLine>, StoreError> {
        self.sql("SELECT ")
            .push(COLUMNS)
            .push(", i.payload, i.findings FROM counters c LEFT JOIN items i ON i.id = c.shown WHERE c.lao = ")
            .arg(lao)
            .push(" ORDER BY c.due DESC, c.id LIMIT ")
            .arg(limit)
            .push(" OFFSET ")
            .arg(offset)
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                Ok(CounterLine {
                    counter: counter(row)?,
                    pin: row.opt_bytes(16)?,
                    findings: row.findings(17)?,
                })
            })
            .collect()
    }
}
