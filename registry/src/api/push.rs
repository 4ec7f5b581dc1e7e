//! Items up.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use pakmut_domain::wire::push::{
    ItemResult, MAX_RECONCILE, PushAnswer, ReconcileAnswer, ReconcileRequest,
};
use pakmut_domain::wire::{MAX_PUSH_BYTES, MAX_PUSH_ITEMS};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::point::{self, Point};
use crate::app::App;
use crate::arrival::{self, Arrival, Effect};
use crate::audit::Origin;
use crate::auth::Caller;
use crate::authors::Brought;
use crate::clock::now_ms;
use crate::http::{Answer, expect_json, read_body, read_json};
use crate::problem::Failure;
use crate::store::StoreError;
use crate::surveys;
use crate::writer::Job;

/// A batch whose items are not looked at yet, so that a bad one spoils nothing.
#[derive(Deserialize)]
struct Batch<'a> {
    batch_id: Uuid,
    #[serde(default)]
    since: Option<String>,
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

/// `POST /v1/push`.
pub async fn push(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    origin: Origin,
    request: Request,
) -> Result<Answer<PushAnswer>, Failure> {
    expect_json(request.headers())?;
    let body = read_body(request, MAX_PUSH_BYTES).await?;
    let batch: Batch<'_> = serde_json::from_slice(&body).map_err(|error| {
        Failure::bad_request("body_malformed", "The body is no batch").detail(format!(
            "line {}, column {}",
            error.line(),
            error.column()
        ))
    })?;
    if batch.items.len() > MAX_PUSH_ITEMS {
        return Err(Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_many_items",
            "The batch has too many items",
        )
        .detail(format!(
            "{} items, the most is {MAX_PUSH_ITEMS}",
            batch.items.len()
        )));
    }
    let mut results: Vec<Option<ItemResult>> = Vec::with_capacity(batch.items.len());
    let mut drafts = Vec::with_capacity(batch.items.len());
    for (place, raw) in batch.items.iter().enumerate() {
        match arrival::read(raw) {
            Ok(draft) => {
                drafts.push(draft);
                results.push(None);
            }
            Err(Some(refused)) => results.push(Some(refused)),
            Err(None) => {
                return Err(Failure::bad_request(
                    "item_without_id",
                    "An item has no id that could be answered",
                )
                .detail(format!("item {}", place + 1)));
            }
        }
    }
    let mut read = app.store.read().await?;
    let state = read.state().await?;
    let forgot = point::forgot(&mut read, &state, batch.since.as_deref()).await?;
    drop(read);
    app.authors.verify(&mut drafts, &app.store).await?;
    let mut brought = Brought::new(&app.store, who, origin);
    let mut arrivals: Vec<Arrival> = Vec::with_capacity(drafts.len());
    let open = results.iter_mut().filter(|result| result.is_none());
    for (draft, result) in drafts.into_iter().zip(open) {
        match app.authors.attribute(draft, &mut brought).await? {
            Ok(arrival) => arrivals.push(arrival),
            Err(refused) => *result = Some(refused),
        }
    }
    brought.audit().await?;
    let batch_id = batch.batch_id;
    if !arrivals.is_empty() {
        check_placement(&app, &mut arrivals).await?;
        check_responses(&app, &mut arrivals).await?;
        let mut stored = store(&app, arrivals).await?.into_iter();
        for result in results.iter_mut().filter(|result| result.is_none()) {
            *result = stored.next();
        }
    }
    let results: Vec<ItemResult> = results.into_iter().flatten().collect();
    app.metrics.results(&results);
    let mut read = app.store.read().await?;
    // Asked now: a registry that was given a new epoch meanwhile says so.
    let state = read.state().await?;
    let point = Point::at(&mut read, state.epoch, state.revision).await?;
    Ok(Answer(PushAnswer {
        batch_id,
        epoch: state.epoch,
        server_time: now_ms(),
        point: Some(point.write()),
        forgot,
        results,
    }))
}

/// Holds the pins against the areas of their LAOs, before anything is locked.
/// A counter that is not known here is looked up again when the pin is stored.
async fn check_placement(app: &App, arrivals: &mut [Arrival]) -> Result<(), StoreError> {
    let counters: HashSet<Uuid> = arrivals
        .iter()
        .filter_map(|arrival| match &arrival.effect {
            Effect::Pin(pin) => Some(pin.counter),
            _ => None,
        })
        .collect();
    if counters.is_empty() {
        return Ok(());
    }
    let (mut laos, unknown) = app.reference.counter_laos(&counters);
    if !unknown.is_empty() {
        let found = app.store.read().await?.counter_laos(&unknown).await?;
        app.reference.remember_counters(&found);
        laos.extend(found);
    }
    let reference = app.reference.get(&app.store, None).await?;
    let places = reference.places(&app.store).await?;
    for arrival in arrivals {
        if let Effect::Pin(pin) = &arrival.effect
            && let Some(no) = laos.get(&pin.counter)
            && let Some(lao) = reference.lao(*no)
        {
            arrival.placement = Some((*no, arrival::placement(pin, Some(lao), &places)));
        }
    }
    Ok(())
}

/// Holds the responses against their forms, before anything is locked. What is
/// refused here is looked at again when it is stored: its form may be new.
async fn check_responses(app: &App, arrivals: &mut [Arrival]) -> Result<(), StoreError> {
    let mut reference = None;
    for arrival in arrivals {
        if let Effect::Response(filled) = &mut arrival.effect {
            let reference = match &reference {
                Some(reference) => reference,
                None => reference.insert(app.reference.get(&app.store, None).await?),
            };
            filled.checked = Some(surveys::check(reference.forms(), &filled.response));
        }
    }
    Ok(())
}

/// Hands items to the writer and waits for their results.
///
/// # Errors
/// 503 where too many wait, or the registry is stopping.
pub(crate) async fn store(app: &App, items: Vec<Arrival>) -> Result<Vec<ItemResult>, Failure> {
    let (answer, results) = oneshot::channel();
    app.jobs
        .try_send(Job { items, answer })
        .map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                Failure::busy("push_busy", "Too many batches wait to be stored")
            }
            mpsc::error::TrySendError::Closed(_) => stopping(),
        })?;
    results.await.map_err(|_| stopping())
}

fn stopping() -> Failure {
    Failure::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "registry_stopping",
        "The registry is stopping",
    )
    .retry_after(5)
}

/// `POST /v1/reconcile`.
pub async fn reconcile(
    State(app): State<Arc<App>>,
    _who: Caller,
    request: Request,
) -> Result<Answer<ReconcileAnswer>, Failure> {
    let asked: ReconcileRequest = read_json(request, 1024 * 1024).await?;
    if asked.items.len() + asked.attachments.len() > MAX_RECONCILE {
        return Err(Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_many_items",
            "Too many items at once",
        )
        .detail(format!("the most is {MAX_RECONCILE}")));
    }
    let ids: Vec<Uuid> = asked.items.iter().map(|(id, _)| *id).collect();
    let mut read = app.store.read().await?;
    let state = read.state().await?;
    let point = Point::at(&mut read, state.epoch, state.revision).await?;
    let held: HashMap<Uuid, _> = read
        .stored(&ids)
        .await?
        .into_iter()
        .map(|item| (item.id, item.hash))
        .collect();
    let whole: HashSet<_> = read
        .whole_attachments(&asked.attachments)
        .await?
        .into_iter()
        .collect();
    Ok(Answer(ReconcileAnswer {
        epoch: state.epoch,
        point: Some(point.write()),
        missing_items: asked
            .items
            .iter()
            .filter(|(id, hash)| held.get(id) != Some(hash))
            .map(|(id, _)| *id)
            .collect(),
        missing_attachments: asked
            .attachments
            .into_iter()
            .filter(|hash| !whole.contains(hash))
            .collect(),
    }))
}
