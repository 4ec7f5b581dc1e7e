//! Zero Copy read over the API: progress, contradictions, one counter.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use pakmut_domain::zero_copy::Day;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::auth::{Caller, Who};
use crate::clock::now_ms;
use crate::http::Answer;
use crate::problem::Failure;
use crate::store::Scope;
use crate::zero_copy::overview::{
    By, ContradictedCounter, CounterView, Overview, contradictions, counter_view, overview,
};

/// The most counters of one answer.
const PAGE: i64 = 200;

/// What is asked of the progress or the list.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// A province's code, to narrow the country to it.
    province: Option<String>,
    /// Where to go on in the list, from 0.
    #[serde(default)]
    offset: u32,
}

/// A page of the follow-up list.
#[derive(Debug, Serialize)]
pub struct Contradictions {
    /// Counters, the worst first.
    counters: Vec<ContradictedCounter>,
    /// Where to go on; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u32>,
}

/// The scope, narrowed to a province where one is asked for that lies in it.
fn narrowed(who: &Who, asked: &Asked) -> Result<Scope, Failure> {
    match (&asked.province, &who.scope) {
        (None, scope) => Ok(scope.clone()),
        (Some(province), Scope::Country) => Ok(Scope::Province(province.clone())),
        (Some(province), Scope::Province(own)) if own == province => Ok(who.scope.clone()),
        _ => Err(Failure::new(
            StatusCode::FORBIDDEN,
            "out_of_scope",
            "The province is not in the scope of this account",
        )),
    }
}

/// `GET /v1/zero-copy/progress`: of the country by province, else by LAO.
pub async fn progress(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Query(asked): Query<Asked>,
) -> Result<Answer<Overview>, Failure> {
    let scope = narrowed(&who, &asked)?;
    let by = match scope {
        Scope::Country => By::Province,
        _ => By::Lao,
    };
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let overview = overview(&mut read, reference.catalogues(), &scope, by).await?;
    Ok(Answer(overview))
}

/// `GET /v1/zero-copy/contradictions`: the follow-up list.
pub async fn list(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Query(asked): Query<Asked>,
) -> Result<Answer<Contradictions>, Failure> {
    let scope = narrowed(&who, &asked)?;
    let mut read = app.store.read().await?;
    let offset = i64::from(asked.offset);
    let mut counters = contradictions(&mut read, &scope, offset, PAGE + 1).await?;
    let more = counters.len() as i64 > PAGE;
    counters.truncate(PAGE as usize);
    Ok(Answer(Contradictions {
        counters,
        next: more.then(|| asked.offset.saturating_add(PAGE as u32)),
    }))
}

/// `GET /v1/zero-copy/counters/{id}`: one counter whole.
pub async fn counter(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer<CounterView>, Failure> {
    let unknown = || {
        Failure::new(
            StatusCode::NOT_FOUND,
            "counter_unknown",
            "No counter of this scope has this id",
        )
    };
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let found = read.counter_laos(&[id]).await?;
    let (_, lao) = found.first().copied().ok_or_else(unknown)?;
    if !reference.lao(lao).is_some_and(|lao| lao.is_in(&who.scope)) {
        return Err(unknown());
    }
    let today = Day::in_bangkok(now_ms()).ok_or_else(unknown)?;
    let view = counter_view(&mut read, reference.catalogues(), id, lao, today).await?;
    Ok(Answer(view))
}
