//! The photos of pins: shown to whoever may see the pin, taken back by their LAO
//! while nobody has decided on them.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use pakmut_domain::model::Role;
use pakmut_domain::photo::check;
use pakmut_domain::wire::ItemHash;
use serde_json::json;
use uuid::Uuid;

use crate::api::not_found;
use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::auth::Who;
use crate::clock::now_ms;
use crate::http::bytes_response;
use crate::problem::Failure;
use crate::store::Read;

/// A picture is shown and does nothing, wherever it is opened.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// What there is of a pin's photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// It is on its way.
    Coming,
    /// It is here.
    Here,
    /// Its LAO took it back.
    Removed,
}

/// What there is of a photo.
///
/// # Errors
/// What the database says.
pub async fn view(read: &mut Read, photo: &ItemHash) -> Result<View, Failure> {
    Ok(match read.attachment_here(photo).await? {
        Some(here) if here.removed => View::Removed,
        Some(here) if here.complete => View::Here,
        _ => View::Coming,
    })
}

/// A photo's bytes, for who may see what names it.
///
/// # Errors
/// 404 where there is none, or it is not here.
pub async fn picture(read: &mut Read, photo: Option<ItemHash>) -> Result<Response, Failure> {
    let Some(photo) = photo else {
        return Err(not_found().await);
    };
    if view(read, &photo).await? != View::Here {
        return Err(not_found().await);
    }
    let bytes = read.attachment_body(&photo).await?;
    // One of before photos were looked at when they came is not shown.
    if check(&bytes).is_err() {
        return Err(not_found().await);
    }
    let mut response = bytes_response("image/jpeg", bytes);
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename=\"photo.jpg\"",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// The photo of a pin, for a phone: as on the page, and said why where it is not
/// here.
///
/// # Errors
/// 404 where the pin is not of this scope or has none (`not_found`), where it is on
/// its way (`photo_coming`), and where its LAO took it back (`photo_removed`).
pub async fn of_pin(app: &App, who: &Who, pin: Uuid) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let found = read.pin_in(pin, &who.scope).await?;
    let photo = found.and_then(|(row, _)| row.pin.photo);
    if let Some(photo) = &photo {
        let missing = |code, title| Err(Failure::new(StatusCode::NOT_FOUND, code, title));
        match view(&mut read, photo).await? {
            View::Here => {}
            View::Coming => return missing("photo_coming", "The photo has not arrived yet"),
            View::Removed => return missing("photo_removed", "The LAO took the photo out"),
        }
    }
    picture(&mut read, photo).await
}

/// Takes the photo of a pin back: its bytes go for good, that it was there stays.
/// Taken back twice it is as once.
///
/// # Errors
/// 403 for who is not of an LAO and once somebody decided on a pin that names it,
/// 404 for a pin of another's or without a photo.
pub async fn remove(app: &App, who: &Who, origin: Origin, pin: Uuid) -> Result<(), Failure> {
    if who.role != Role::Lao {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "role_not_allowed",
            "This account may not do this",
        ));
    }
    let mut read = app.store.read().await?;
    let Some((row, Some(lao))) = read.pin_in(pin, &who.scope).await? else {
        return Err(not_found().await);
    };
    let Some(photo) = row.pin.photo else {
        return Err(not_found().await);
    };
    if read
        .attachment_here(&photo)
        .await?
        .is_some_and(|here| here.removed)
    {
        return Ok(());
    }
    let pins = read.pins_with_photo(lao, &photo).await?;
    drop(read);
    let mut write = app.store.write().await?;
    // In the transaction that takes it back: an officer may be deciding now.
    if write.is_reviewed(&pins).await? {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "photo_decided",
            "Somebody decided on this pin: its photo stays",
        ));
    }
    write
        .remove_attachment(&photo, Some(lao), who.account, now_ms())
        .await?;
    let what = json!({ "pin": pin, "photo": photo.to_string() });
    let account = Some(who.account);
    audit::record(&mut write, account, Act::PhotoRemoved, what, origin).await?;
    write.commit().await?;
    Ok(())
}
