//! Looking after accounts: disabled, back again, erased. One rule for the pages
//! and the command line.

use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::clock::now_ms;
use crate::store::{Manager, Store, StoreError};

/// How long the contact of somebody who left is kept, days; after that it is
/// erased by itself. PRIVACY.md says so.
pub const KEPT_DAYS: i64 = 90;

/// How long a code is kept after its end, days, for whoever issued it to look up.
pub const CODES_KEPT_DAYS: i64 = 365;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// An account may no longer sign in: its pages end now, its phones are told at
/// their next contact, its open codes are taken back. False where none lies
/// below the manager.
///
/// # Errors
/// [`StoreError`].
pub async fn disable(
    app: &App,
    manager: &Manager,
    account: Uuid,
    origin: Origin,
) -> Result<bool, StoreError> {
    let done = disable_in(&app.store, manager, account, origin).await?;
    if done {
        app.authors.forget(account);
    }
    Ok(done)
}

/// The same where no server runs in this process.
///
/// # Errors
/// [`StoreError`].
pub async fn disable_in(
    store: &Store,
    manager: &Manager,
    account: Uuid,
    origin: Origin,
) -> Result<bool, StoreError> {
    let now = now_ms();
    let mut write = store.write().await?;
    if write.person_below(account, manager).await?.is_none() || manager.account == Some(account) {
        return Ok(false);
    }
    write.set_disabled(account, true, now).await?;
    write.revoke_codes_of(account, now).await?;
    write.end_web_sessions_of(account).await?;
    let what = json!({"account": account});
    audit::record(&mut write, manager.account, Act::UserDisabled, what, origin).await?;
    write.commit().await?;
    Ok(true)
}

/// An account may sign in again, unless it was erased. False where there is none.
///
/// # Errors
/// [`StoreError`].
pub async fn enable(
    store: &Store,
    manager: &Manager,
    account: Uuid,
    origin: Origin,
) -> Result<bool, StoreError> {
    let mut write = store.write().await?;
    let person = write.person_below(account, manager).await?;
    if person.is_none_or(|person| person.erased) {
        return Ok(false);
    }
    write.set_disabled(account, false, 0).await?;
    let what = json!({"account": account});
    audit::record(&mut write, manager.account, Act::UserEnabled, what, origin).await?;
    write.commit().await?;
    Ok(true)
}

/// Erases what is known about the person of a disabled account. False where
/// there is none.
///
/// # Errors
/// [`StoreError`].
pub async fn erase(
    store: &Store,
    manager: &Manager,
    account: Uuid,
    origin: Origin,
) -> Result<bool, StoreError> {
    let mut write = store.write().await?;
    let person = write.person_below(account, manager).await?;
    if person.is_none_or(|person| person.disabled.is_none()) {
        return Ok(false);
    }
    write.erase_person(account).await?;
    let what = json!({"account": account});
    audit::record(&mut write, manager.account, Act::UserErased, what, origin).await?;
    write.commit().await?;
    Ok(true)
}

/// Erases what has been kept long enough; how many persons were erased.
///
/// # Errors
/// [`StoreError`].
pub async fn keep_house(store: &Store, now: i64) -> Result<usize, StoreError> {
    let mut write = store.write().await?;
    let over = write.to_erase(now - KEPT_DAYS * DAY_MS).await?;
    for account in &over {
        write.erase_person(*account).await?;
        let what = json!({"account": account, "after_days": KEPT_DAYS});
        audit::record(&mut write, None, Act::UserErased, what, Origin::CommandLine).await?;
    }
    write.forget_codes(now - CODES_KEPT_DAYS * DAY_MS).await?;
    write.commit().await?;
    Ok(over.len())
}
