//! Signing in and out.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pakmut_domain::wire::session::{Refresh, Session, SignIn};
use pakmut_domain::wire::signature::PublicKey;
use uuid::Uuid;

use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::auth::{ACCESS_SECONDS, Caller, REFRESH_SECONDS, new_token, token_hash, unauthorized};
use crate::clock::now_ms;
use crate::http::{Answer, read_json};
use crate::problem::Failure;
use crate::sign_in::{self, Came, Credentials, account_disabled};
use crate::store::{AccountRow, NewSession, RefreshFound, Scope, Write, random_id};

/// The most bytes of a sign-in.
const MAX_BODY: usize = 8 * 1024;

/// `POST /v1/sessions`.
pub async fn sign_in(
    State(app): State<Arc<App>>,
    came: Came,
    request: Request,
) -> Result<Response, Failure> {
    let SignIn {
        username,
        password,
        device,
        device_key: key,
    } = read_json(request, MAX_BODY).await?;
    let key = device_key(key.as_deref())?;
    let given = Credentials { username, password };
    let account = sign_in::check(&app, given, &came.by_phone(device)).await?;
    open(&app, account, device, key, came.origin).await
}

/// Signs an account in on a phone: the first session of a new family.
pub async fn open(
    app: &App,
    account: AccountRow,
    device: Uuid,
    key: Option<Vec<u8>>,
    origin: Origin,
) -> Result<Response, Failure> {
    let mut write = app.store.write().await?;
    let what = serde_json::json!({"device": device, "key": key.is_some()});
    audit::record(&mut write, Some(account.id), Act::SignIn, what, origin).await?;
    write.device(account.id, device, key).await?;
    write.note_sign_in(account.id, now_ms()).await?;
    let session = begin(&mut write, random_id(), account, device, None).await?;
    write.commit().await?;
    app.authors.forget(session.account.id);
    Ok(no_store(session))
}

/// `POST /v1/sessions/refresh`. A refresh token counts once, and again while
/// nobody has used what it brought, for then that answer was lost. One that
/// comes after that was copied, and ends its whole family.
pub async fn refresh(
    State(app): State<Arc<App>>,
    origin: Origin,
    request: Request,
) -> Result<Response, Failure> {
    let Refresh {
        refresh_token,
        device,
    } = read_json(request, MAX_BODY).await?;
    let hash = token_hash(&refresh_token);
    let now = now_ms();
    let mut write = app.store.write().await?;
    match write.refresh(&hash).await? {
        RefreshFound::Current {
            family,
            account,
            device: of,
            expires,
        } => {
            if of != device {
                return Err(unauthorized(
                    "token_invalid",
                    "This refresh token belongs to another device",
                ));
            }
            let account = write
                .account(account)
                .await?
                .filter(|account| !account.disabled && Scope::of(account).is_some())
                .ok_or_else(account_disabled)?;
            if expires <= now {
                write.end_family(family, now).await?;
                write.commit().await?;
                return Err(unauthorized("token_expired", "Sign in again"));
            }
            write.spend_refresh(family, now).await?;
            let session = begin(&mut write, family, account, device, Some(hash)).await?;
            write.commit().await?;
            Ok(no_store(session))
        }
        RefreshFound::Spent { family } => {
            write.end_family(family, now).await?;
            let what = serde_json::json!({"family": family, "device": device});
            audit::record(&mut write, None, Act::TokenReused, what, origin).await?;
            write.commit().await?;
            tracing::warn!("a refresh token came twice; its sessions ended");
            Err(unauthorized(
                "token_reused",
                "This refresh token was used before: sign in again",
            ))
        }
        RefreshFound::Unknown => Err(unauthorized(
            "token_invalid",
            "This refresh token is none of ours",
        )),
    }
}

/// `DELETE /v1/sessions`.
pub async fn sign_out(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    origin: Origin,
) -> Result<StatusCode, Failure> {
    let mut write = app.store.write().await?;
    let what = serde_json::json!({"device": who.device});
    audit::record(&mut write, Some(who.account), Act::SignOut, what, origin).await?;
    write.end_family(who.family, now_ms()).await?;
    write.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn begin(
    write: &mut Write,
    family: Uuid,
    account: AccountRow,
    device: Uuid,
    previous: Option<[u8; 32]>,
) -> Result<Session, Failure> {
    let now = now_ms();
    let (access_token, access) = new_token()?;
    let (refresh_token, refresh) = new_token()?;
    write
        .put_session(&NewSession {
            family,
            account: account.id,
            device,
            access,
            access_expires: now + i64::from(ACCESS_SECONDS) * 1000,
            refresh,
            refresh_expires: now + REFRESH_SECONDS * 1000,
            previous,
            now,
        })
        .await?;
    Ok(Session {
        access_token,
        expires_in: ACCESS_SECONDS,
        refresh_token,
        account: account.wire(),
        server_time: now,
    })
}

/// The public key that a phone sent, where it sent one.
pub fn device_key(key: Option<&str>) -> Result<Option<Vec<u8>>, Failure> {
    key.map(device_key_bytes).transpose()
}

fn device_key_bytes(key: &str) -> Result<Vec<u8>, Failure> {
    key.parse::<PublicKey>()
        .map(|key| key.as_bytes().to_vec())
        .map_err(|error| {
            Failure::bad_request("device_key_malformed", "device_key is no public key")
                .detail(error.to_string())
        })
}

fn no_store(session: Session) -> Response {
    let mut response = Answer(session).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
