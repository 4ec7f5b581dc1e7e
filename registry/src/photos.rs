//! The photos of pins: taken back by their LAO while nobody has decided on them.

use axum::http::StatusCode;
use pakmut_domain::model::Role;
use serde_json::json;
use uuid::Uuid;

use crate::api::not_found;
use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::auth::Who;
use crate::clock::now_ms;
use crate::problem::Failure;

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
