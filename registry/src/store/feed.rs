//! What changed in a scope since a revision: each record from its own table,
//! merged by revision. A new kind of record is one more source.

use pakmut_domain::finding::Finding;
use pakmut_domain::place::Area;
use pakmut_domain::wire::envelope::Saved;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::accounts::{self, AccountRow, account};
use super::areas::{self, area};
use super::check_pins::{self, CheckPin, check_pin};
use super::counters::{self, CounterRow, counter};
use super::items::unpack;
use super::laos::{self, LaoRow, lao};
use super::sql::{Columns, Sql};
use super::{Read, StoreError};

/// What a person may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One LAO, by its number.
    Lao(i64),
    /// A province, by its code.
    Province(String),
    /// Everything.
    Country,
}

/// A changed record.
#[derive(Debug, Clone)]
pub enum FeedRow {
    /// An LAO.
    Lao(LaoRow),
    /// An area and its revision.
    Area(Area, i64),
    /// A counter.
    Counter(CounterRow),
    /// A pin, a review or what else is passed on as its author sent it.
    Item {
        /// Its revision.
        revision: i64,
        /// Its kind.
        kind: String,
        /// Its id.
        id: Uuid,
        /// Who saved it.
        account: Uuid,
        /// [`Saved::best_ms`].
        best_ms: i64,
        /// What its author had seen.
        seen: Vec<Uuid>,
        /// Its payload, byte for byte.
        payload: Vec<u8>,
        /// What the registry's checks found.
        findings: Vec<Finding>,
    },
    /// A pin that was drawn to be checked.
    Check(CheckPin),
    /// What the department publishes; without a body, the end of a record.
    Document {
        /// Its revision.
        revision: i64,
        /// What it is.
        record: String,
        /// Its key.
        key: String,
        /// The record as JSON.
        body: Option<String>,
    },
    /// The person's own account.
    Account(AccountRow),
}

impl FeedRow {
    /// Its revision.
    pub fn revision(&self) -> i64 {
        match self {
            Self::Lao(row) => row.revision,
            Self::Area(_, revision) => *revision,
            Self::Counter(row) => row.revision,
            Self::Check(row) => row.revision,
            Self::Item { revision, .. } | Self::Document { revision, .. } => *revision,
            Self::Account(row) => row.revision,
        }
    }
}

/// A table that feeds the pull.
struct Source {
    /// Its columns, in the order in which `read` takes them.
    columns: &'static str,
    from: &'static str,
    /// Its revision column.
    revision: &'static str,
    scoped: fn(Sql, &Scope, Uuid) -> Sql,
    read: fn(&AnyRow) -> Result<FeedRow, StoreError>,
}

/// `lao`, a column with an LAO's number, lies in the scope.
pub(super) fn lao_in_scope(sql: Sql, column: &str, scope: &Scope) -> Sql {
    match scope {
        Scope::Lao(no) => sql.push(column).push(" = ").arg(*no),
        Scope::Province(province) => sql
            .push(column)
            .push(" IN (SELECT no FROM laos WHERE province = ")
            .arg(province.clone())
            .push(")"),
        Scope::Country => sql.push("1 = 1"),
    }
}

const SOURCES: [Source; 7] = [
    Source {
        columns: laos::COLUMNS,
        from: "laos l",
        revision: "l.revision",
        scoped: |sql, scope, _| lao_in_scope(sql, "l.no", scope),
        read: |row| Ok(FeedRow::Lao(lao(row)?)),
    },
    Source {
        columns: areas::COLUMNS,
        from: "areas a",
        revision: "a.revision",
        // Subdistricts are many and no phone needs them: not in any scope.
        scoped: |sql, scope, _| match scope {
            Scope::Lao(no) => sql
                .push("a.code = (SELECT COALESCE(district, province) FROM laos WHERE no = ")
                .arg(*no)
                .push(")"),
            Scope::Province(province) => sql
                .push("LENGTH(a.code) < 6 AND SUBSTR(a.code, 1, 2) = ")
                .arg(province.clone()),
            Scope::Country => sql.push("LENGTH(a.code) < 6"),
        },
        read: |row| Ok(FeedRow::Area(area(row)?, row.int(5)?)),
    },
    Source {
        columns: counters::COLUMNS,
        from: "counters c",
        revision: "c.revision",
        scoped: |sql, scope, _| lao_in_scope(sql, "c.lao", scope),
        read: |row| Ok(FeedRow::Counter(counter(row)?)),
    },
    Source {
        columns: "i.revision, i.kind, i.id, d.account, i.wall, i.clock_offset, i.gnss, i.seen, \
                  i.payload, i.findings",
        from: "items i JOIN devices d ON d.no = i.device",
        revision: "i.revision",
        scoped: |sql, scope, _| {
            // A province has more declarations than a phone has a use for.
            let kinds = match scope {
                Scope::Lao(_) => {
                    "i.kind IN ('pin', 'review', 'declaration', 'own_service', 'attendance') AND "
                }
                _ => "i.kind IN ('pin', 'review') AND ",
            };
            lao_in_scope(sql.push(kinds), "i.lao", scope)
        },
        read: item,
    },
    Source {
        columns: check_pins::COLUMNS,
        from: check_pins::FROM,
        revision: "k.revision",
        // One's own LAO's too: they end where it took the counter over.
        scoped: |sql, scope, _| check_pins::in_province(sql, scope),
        read: |row| Ok(FeedRow::Check(check_pin(row)?)),
    },
    Source {
        columns: "d.revision, d.record, d.key, d.body",
        from: "documents d",
        revision: "d.revision",
        scoped: |sql, scope, _| match scope {
            Scope::Lao(no) => sql
                .push("d.scope IN ('country', ")
                .arg(format!("lao:{no}"))
                .push(", (SELECT 'province:' || province FROM laos WHERE no = ")
                .arg(*no)
                .push("))"),
            Scope::Province(province) => sql
                .push("(d.scope IN ('country', ")
                .arg(format!("province:{province}"))
                .push(") OR d.scope IN (SELECT 'lao:' || no FROM laos WHERE province = ")
                .arg(province.clone())
                .push("))"),
            Scope::Country => sql.push("1 = 1"),
        },
        read: |row| {
            Ok(FeedRow::Document {
                revision: row.int(0)?,
                record: row.text(1)?,
                key: row.text(2)?,
                body: row.opt_text(3)?,
            })
        },
    },
    Source {
        columns: accounts::COLUMNS,
        from: "accounts a LEFT JOIN laos l ON l.no = a.lao",
        revision: "a.revision",
        scoped: |sql, _, account| sql.push("a.id = ").id(account),
        read: |row| Ok(FeedRow::Account(account(row)?)),
    },
];

fn item(row: &AnyRow) -> Result<FeedRow, StoreError> {
    let saved = Saved {
        wall: row.int(4)?,
        mono: 0,
        boot: Uuid::nil(),
        offset: row.opt_int(5)?,
        gnss: row.opt_int(6)?,
    };
    Ok(FeedRow::Item {
        revision: row.int(0)?,
        kind: row.text(1)?,
        id: row.id(2)?,
        account: row.id(3)?,
        best_ms: saved.best_ms(),
        seen: unpack(&row.opt_bytes(7)?.unwrap_or_default()),
        payload: row.bytes(8)?,
        findings: row.findings(9)?,
    })
}

impl Read {
    /// What changed in a scope after one revision and up to another, oldest
    /// first, at most `limit` records.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn changes(
        &mut self,
        scope: &Scope,
        account: Uuid,
        after: i64,
        up_to: i64,
        limit: usize,
    ) -> Result<Vec<FeedRow>, StoreError> {
        let mut found = Vec::new();
        for source in &SOURCES {
            let sql = self
                .sql("SELECT ")
                .push(source.columns)
                .push(" FROM ")
                .push(source.from)
                .push(" WHERE ")
                .push(source.revision)
                .push(" > ")
                .arg(after)
                .push(" AND ")
                .push(source.revision)
                .push(" <= ")
                .arg(up_to)
                .push(" AND ");
            let sql = (source.scoped)(sql, scope, account)
                .push(" ORDER BY ")
                .push(source.revision)
                .push(" LIMIT ")
                .arg(limit as i64);
            for row in &sql.rows(self.db()).await? {
                found.push((source.read)(row)?);
            }
        }
        found.sort_by_key(FeedRow::revision);
        found.truncate(limit);
        Ok(found)
    }
}
