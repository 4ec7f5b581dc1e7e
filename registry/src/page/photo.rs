//! `/pins/ID/photo`: the photo of a pin, for whoever may see the pin; and its
//! LAO's way to take it back. `/declarations/ID/photo`: that of a posted notice.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::payload::Pin;
use pakmut_domain::words::{Lang, text};
use pakmut_domain::zero_copy::Declaration;
use uuid::Uuid;

use super::form::Posted;
use super::frame::Ask;
use super::office::w;
use super::visitor::Visitor;
use crate::app::App;
use crate::audit::Origin;
use crate::photos;
pub use crate::photos::{View, picture, view};
use crate::problem::Failure;
use crate::store::{PinRow, Read};

/// What there is of the photos of these pins; those without one are left out.
///
/// # Errors
/// What the database says.
pub async fn views(read: &mut Read, pins: &[&PinRow]) -> Result<HashMap<Uuid, View>, Failure> {
    let mut found = HashMap::new();
    for row in pins {
        if let Some(view) = of(read, &row.pin).await? {
            found.insert(row.id, view);
        }
    }
    Ok(found)
}

/// What there is of a pin's photo; none where it has none.
///
/// # Errors
/// What the database says.
pub async fn of(read: &mut Read, pin: &Pin) -> Result<Option<View>, Failure> {
    let Some(photo) = &pin.photo else {
        return Ok(None);
    };
    Ok(Some(view(read, photo).await?))
}

/// A pin's photo, or what became of it.
pub fn figure(lang: Lang, pin: Uuid, counter: &str, view: Option<&View>) -> Markup {
    html! {
        @match view {
            None => {}
            Some(View::Here) => {
                figure.photo {
                    a href={ "/pins/" (pin) "/photo" } {
                        img src={ "/pins/" (pin) "/photo" } alt=(text(lang, "review-photo-of", &[("counter", counter.into())]));
                    }
                }
            }
            Some(View::Coming) => { p.quiet { (w(lang, "review-photo-coming")) } }
            Some(View::Removed) => { p.quiet { (w(lang, "review-photo-removed")) } }
        }
    }
}

/// The link to a pin's photo in a table, and the way to take it back.
pub fn in_row(lang: Lang, visitor: &Visitor, pin: Uuid, view: View, waits: bool) -> Markup {
    html! {
        br;
        @match view {
            View::Here => { a href={ "/pins/" (pin) "/photo" } { (w(lang, "review-photo")) } }
            View::Coming => { span.quiet { (w(lang, "review-photo-coming")) } }
            View::Removed => { span.quiet { (w(lang, "review-photo-removed")) } }
        }
        @if waits && view != View::Removed && !visitor.is_officer() {
            form method="post" action={ "/pins/" (pin) "/photo/remove?lang=" (lang.tag()) } {
                (visitor.csrf_field())
                button.second type="submit" { (w(lang, "photo-remove")) }
            }
        }
    }
}

/// The picture.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let photo = read
        .pin_in(id, visitor.scope())
        .await?
        .and_then(|(row, _)| row.pin.photo);
    picture(&mut read, photo).await
}

/// The photo of a posted notice: `/declarations/ID/photo`.
pub async fn of_notice(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let photo = read
        .declaration_in(id, visitor.scope())
        .await?
        .and_then(|payload| notice(&payload));
    picture(&mut read, photo).await
}

/// The photo that a declaration names.
fn notice(payload: &[u8]) -> Option<ItemHash> {
    serde_json::from_slice::<Declaration>(payload).ok()?.photo
}

/// The declarations about these counters whose photo of the notice is here, by
/// counter: of each photo the last, newest first.
///
/// # Errors
/// What the database says.
pub async fn notices(
    read: &mut Read,
    counters: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Uuid>>, Failure> {
    let mut facts = read.declarations(counters).await?;
    facts.sort_by_key(|fact| Reverse((fact.best_ms, fact.id)));
    let mut seen = HashSet::new();
    let mut found: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for fact in facts {
        if let Some(photo) = notice(&fact.payload)
            && seen.insert((fact.subject, photo))
            && let Some(here) = read.attachment_here(&photo).await?
            && here.complete
            && !here.removed
        {
            found.entry(fact.subject).or_default().push(fact.id);
        }
    }
    Ok(found)
}

/// Takes it back, and leads to the LAO's page.
pub async fn remove(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let who = &posted.visitor.who;
    photos::remove(&app, who, origin, id).await?;
    let mut read = app.store.read().await?;
    let lao = match who.lao {
        Some(no) => read.lao_by_no(no).await?,
        None => None,
    };
    let to = lao.map_or_else(|| "/".to_owned(), |lao| format!("/laos/{}", lao.id));
    Ok(Redirect::to(&format!("{to}?lang={}", ask.lang().tag())).into_response())
}
