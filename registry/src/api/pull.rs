//! Changes down, a page at a time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::extract::{Query, State};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pakmut_domain::check_pin::Comparison;
use pakmut_domain::model::Counter;
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::pull::{Change, CheckTask, ItemRecord, PAGE_CHANGES, PullAnswer, record};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::point::{self, Point};
use crate::app::App;
use crate::auth::{Caller, Who};
use crate::clock::now_ms;
use crate::http::Answer;
use crate::problem::Failure;
use crate::store::{CheckPin, CounterRow, FeedRow, LaoRow, Read, Scope, StoreError};

/// The query of a pull.
#[derive(Debug, Deserialize)]
pub struct Asked {
    cursor: Option<String>,
    /// The point of the last answer that confirmed an item of this phone.
    point: Option<String>,
    /// When the oldest item that this phone could not send yet was saved,
    /// milliseconds since 1970 UTC.
    unsent: Option<i64>,
}

/// Where a phone stands: a point of the history, and whose view of it. Opaque to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    point: Point,
    scope: [u8; 8],
}

impl Cursor {
    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode([self.point.bytes().as_slice(), &self.scope].concat())
    }

    fn read(text: &str) -> Option<Self> {
        let bytes: [u8; 40] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (point, scope) = bytes.split_first_chunk()?;
        Some(Self {
            point: Point::from_bytes(point)?,
            scope: scope.try_into().ok()?,
        })
    }
}

/// A mark of whose view it is and of which version.
fn scope_mark(who: &Who) -> [u8; 8] {
    let scope = match &who.scope {
        Scope::Lao(no) => format!("lao:{no}"),
        Scope::Province(province) => format!("province:{province}"),
        Scope::Country => "country".to_owned(),
    };
    let text = format!("{} {scope} {}", who.account, who.scope_version);
    let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let mut mark = [0; 8];
    mark.copy_from_slice(&hash[..8]);
    mark
}

/// `GET /v1/pull`.
pub async fn pull(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Query(asked): Query<Asked>,
) -> Result<Answer<PullAnswer>, Failure> {
    let mut read = app.store.read().await?;
    let state = read.state().await?;
    let scope = scope_mark(&who);
    // A cursor of another epoch or scope, of a history that a disk which was rolled
    // back no longer has, or that nobody can read, is worth nothing.
    let known = asked
        .cursor
        .as_deref()
        .and_then(Cursor::read)
        .filter(|cursor| cursor.scope == scope);
    let from = match known {
        Some(cursor) if cursor.point.is_known(&mut read, &state).await? => {
            Some(cursor.point.revision)
        }
        _ => None,
    };
    let forgot = point::forgot(&mut read, &state, asked.point.as_deref()).await?;
    let rows = read
        .changes(
            &who.scope,
            who.account,
            from.unwrap_or(0),
            state.revision,
            PAGE_CHANGES + 1,
        )
        .await?;
    let more = rows.len() > PAGE_CHANGES;
    let page = &rows[..rows.len().min(PAGE_CHANGES)];
    // What was asked for up to the registry's revision is all that there is.
    let revision = match page.last() {
        Some(last) if more => last.revision(),
        _ => state.revision,
    };
    let changes = describe(&mut read, page, &who).await?;
    let point = Point::at(&mut read, state.epoch, revision).await?;
    let reported = read.unsent_since(who.account).await?;
    drop(read);
    if reported != asked.unsent {
        let mut write = app.store.write().await?;
        write
            .set_unsent_since(who.account, asked.unsent, now_ms())
            .await?;
        write.commit().await?;
    }
    Ok(Answer(PullAnswer {
        epoch: state.epoch,
        server_time: now_ms(),
        cursor: Cursor { point, scope }.write(),
        more,
        reset: from.is_none(),
        forgot,
        changes,
    }))
}

/// The rows as they go over the wire, to this person.
async fn describe(read: &mut Read, rows: &[FeedRow], who: &Who) -> Result<Vec<Change>, StoreError> {
    let measured: Vec<Uuid> = rows
        .iter()
        .filter_map(|row| match row {
            FeedRow::Check(check) if check.result.is_some() => Some(check.id),
            _ => None,
        })
        .collect();
    let tried = read.checks_tried_by(&measured, who.account).await?;
    let laos: Vec<LaoRow> = rows
        .iter()
        .filter_map(|row| match row {
            FeedRow::Lao(lao) => Some(lao.clone()),
            _ => None,
        })
        .collect();
    let mut described = read.describe_laos(&laos).await?.into_iter();
    let mut lao_ids: HashMap<i64, Uuid> = HashMap::new();
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        let (name, key, body) = match row {
            FeedRow::Lao(lao) => (
                record::LAO.to_owned(),
                lao.id.to_string(),
                described.next().map(|lao| raw(&lao)).transpose()?,
            ),
            FeedRow::Area(area, _) => (
                record::AREA.to_owned(),
                area.code.to_string(),
                Some(raw(area)?),
            ),
            FeedRow::Counter(counter) => {
                let no = counter.definition.lao;
                let lao = match lao_ids.get(&no) {
                    Some(id) => *id,
                    None => {
                        let lao = read.lao_by_no(no).await?;
                        let id = lao.map(|lao| lao.id).unwrap_or_default();
                        lao_ids.insert(no, id);
                        id
                    }
                };
                (
                    record::COUNTER.to_owned(),
                    counter.id.to_string(),
                    Some(raw(&wire_counter(counter, lao))?),
                )
            }
            FeedRow::Item {
                kind,
                id,
                account,
                best_ms,
                seen,
                payload,
                findings,
                ..
            } => {
                let payload = String::from_utf8(payload.clone())
                    .ok()
                    .and_then(|text| RawValue::from_string(text).ok())
                    .ok_or(StoreError::Corrupt("a payload that is no JSON"))?;
                let body = ItemRecord {
                    account: *account,
                    best_ms: *best_ms,
                    seen: seen.clone(),
                    payload,
                    findings: findings.clone(),
                };
                (
                    record_of(kind).to_owned(),
                    id.to_string(),
                    Some(raw(&body)?),
                )
            }
            FeedRow::Check(check) => (
                record::CHECK.to_owned(),
                check.id.to_string(),
                task_of(check, who, &tried)
                    .map(|task| raw(&task))
                    .transpose()?,
            ),
            FeedRow::Document {
                record, key, body, ..
            } => {
                let body = body
                    .clone()
                    .map(RawValue::from_string)
                    .transpose()
                    .map_err(|_| StoreError::Corrupt("a document that is no JSON"))?;
                (record.clone(), key.clone(), body)
            }
            FeedRow::Account(account) => (
                record::ACCOUNT.to_owned(),
                account.id.to_string(),
                Some(raw(&account.wire())?),
            ),
        };
        changes.push(Change {
            record: name,
            key,
            body,
        });
    }
    Ok(changes)
}

/// A check as somebody who may measure it sees it: never where the pin lies. Once
/// it was measured, only whoever did is told what that said, and whoever did in
/// vain that somebody was before; for everybody else it is gone, as it is for those
/// whose LAO the counter belongs to by now.
fn task_of(check: &CheckPin, who: &Who, tried: &HashSet<Uuid>) -> Option<CheckTask> {
    let result = check.result.as_ref();
    let own = result.filter(|result| result.account == who.account);
    let taken = result.is_some() && own.is_none();
    let told = match result {
        Some(_) => !taken || tried.contains(&check.id),
        None => check.is_open_to(&who.scope),
    };
    told.then(|| CheckTask {
        counter: check.counter,
        name: check.counter_name.clone(),
        address: check.address.clone(),
        lao: check.lao_id,
        lao_name: check.lao_name.clone(),
        result: own.map(|result| Comparison {
            distance_m: result.body.distance_m,
            agree_m: result.body.agree_m,
            verdict: result.verdict,
        }),
        taken,
    })
}

/// The name of the record that an item of this kind is pulled as.
fn record_of(kind: &str) -> &str {
    match kind {
        Kind::PIN => record::PIN,
        Kind::REVIEW => record::REVIEW,
        other => other,
    }
}

fn raw<T: Serialize>(value: &T) -> Result<Box<RawValue>, StoreError> {
    to_raw_value(value).map_err(|_| StoreError::Corrupt("a record that cannot be written"))
}

/// A counter as it goes over the wire.
fn wire_counter(row: &CounterRow, lao: Uuid) -> Counter {
    let is = &row.definition;
    Counter {
        id: row.id,
        lao,
        name: is.name.clone(),
        kind: is.kind,
        status: is.status,
        address: is.address.clone(),
        due: is.due,
        sample: is.sample,
        state: Some(row.state),
    }
}
