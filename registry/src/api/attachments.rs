//! Photos, by their SHA-256, resumable.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pakmut_domain::photo::{self, MAX_PHOTO_BYTES};
use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::attachment::AttachmentState;
use uuid::Uuid;

use crate::app::App;
use crate::audit::Origin;
use crate::auth::Caller;
use crate::http::{Answer, bytes_response, read_body};
use crate::photos;
use crate::problem::Failure;
use crate::store::{Attachment, PutChunk};

/// The most bytes of one piece: of the whole, since that is no larger.
const MAX_CHUNK: usize = MAX_PHOTO_BYTES;

/// How many bytes are here, in decimal: where the next piece begins.
const OFFSET_HEADER: &str = "upload-offset";

/// How many bytes the whole has.
const LENGTH_HEADER: &str = "upload-length";

fn hash_of(text: &str) -> Result<ItemHash, Failure> {
    text.parse().map_err(|_| {
        Failure::bad_request(
            "hash_malformed",
            "The address must end in a SHA-256, base64url without padding",
        )
    })
}

fn unknown() -> Failure {
    Failure::new(
        StatusCode::NOT_FOUND,
        "attachment_unknown",
        "No attachment of this scope has this hash",
    )
}

fn with_state(mut response: Response, state: Attachment) -> Response {
    let headers = response.headers_mut();
    headers.insert(OFFSET_HEADER, HeaderValue::from(state.received));
    headers.insert(LENGTH_HEADER, HeaderValue::from(state.size));
    response
}

/// `HEAD`: how far it has come. 200 when whole, 202 on the way, 404 when unknown.
pub async fn state(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(hash): Path<String>,
) -> Result<Response, Failure> {
    let hash = hash_of(&hash)?;
    let mut read = app.store.read().await?;
    let found = read
        .attachment(&hash, &who.scope, who.account)
        .await?
        .ok_or_else(unknown)?;
    if found.removed {
        return Err(unknown());
    }
    let status = if found.complete {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    Ok(with_state(status.into_response(), found))
}

/// `GET`: the whole.
pub async fn read(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(hash): Path<String>,
) -> Result<Response, Failure> {
    let hash = hash_of(&hash)?;
    let mut read = app.store.read().await?;
    read.attachment(&hash, &who.scope, who.account)
        .await?
        .filter(|found| found.complete)
        .ok_or_else(unknown)?;
    let mut response = bytes_response(
        "application/octet-stream",
        read.attachment_body(&hash).await?,
    );
    // What somebody sent is never run or rendered under this address.
    response.headers_mut().insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    Ok(response)
}

/// `GET /v1/pins/ID/photo`: the photo of a pin that one may see.
pub async fn of_pin(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(pin): Path<Uuid>,
) -> Result<Response, Failure> {
    photos::of_pin(&app, &who, pin).await
}

/// `DELETE /v1/pins/ID/photo`: its LAO takes a pin's photo back while the pin
/// waits. 204, again too.
pub async fn remove(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    origin: Origin,
    Path(pin): Path<Uuid>,
) -> Result<Response, Failure> {
    photos::remove(&app, &who, origin, pin).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `PUT`: a piece, `Content-Range: bytes FIRST-LAST/SIZE`, or the whole without
/// that header, or nothing with `bytes */SIZE`, which asks. 200 with how far it
/// is: complete once it is whole and its hash is right. 409 where the piece does
/// not follow what is here.
pub async fn write(
    State(app): State<Arc<App>>,
    Caller(who): Caller,
    Path(hash): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let hash = hash_of(&hash)?;
    let range = content_range(request.headers())?;
    let body = read_body(request, MAX_CHUNK).await?;
    let (at, size) = match range {
        Some(Asked::Piece { first, last, size }) if last - first + 1 == body.len() as i64 => {
            (first, size)
        }
        Some(Asked::State { size }) if body.is_empty() => (0, size),
        None => (0, body.len() as i64),
        Some(_) => return Err(range_malformed()),
    };
    if !(1..=MAX_PHOTO_BYTES as i64).contains(&size) {
        return Err(Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "attachment_too_large",
            "An attachment has 1 byte to 400 kB",
        ));
    }
    if body.is_empty() {
        let here = app.store.read().await?.attachment_here(&hash).await?;
        // Of another size it is begun anew with the first piece.
        let now = here
            .filter(|now| now.complete || now.removed || now.size == size)
            .unwrap_or(Attachment {
                size,
                received: 0,
                complete: false,
                removed: false,
            });
        return Ok(Answer(state_of(hash, now, size)).into_response());
    }
    let mut write = app.store.write().await?;
    let chunk = PutChunk {
        hash,
        size,
        at,
        body: body.to_vec(),
        lao: who.lao,
        account: who.account,
    };
    let mut now = write.put_chunk(&chunk).await?;
    if !now.complete && !now.removed && now.received == now.size {
        let whole = write.attachment_body(&hash).await?;
        if let Some(failure) = wrong(&hash, &whole) {
            write.drop_attachment(&hash).await?;
            write.commit().await?;
            return Err(failure);
        }
        write.complete_attachment(&hash).await?;
        now.complete = true;
    }
    write.commit().await?;
    if !now.complete && !now.removed && now.received != at + chunk.body.len() as i64 {
        let failure = Failure::new(
            StatusCode::CONFLICT,
            "attachment_offset",
            "The piece does not follow what is here",
        )
        .detail(format!("{} bytes are here", now.received));
        return Ok(with_state(failure.into_response(), now));
    }
    Ok(with_state(
        Answer(state_of(hash, now, size)).into_response(),
        now,
    ))
}

/// Why a whole is not kept: it hashes to something else, or it is no photo
/// without anything beside the picture.
fn wrong(hash: &ItemHash, whole: &[u8]) -> Option<Failure> {
    if ItemHash::of(whole) != *hash {
        return Some(Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "attachment_hash_wrong",
            "The bytes hash to something else: begin again",
        ));
    }
    photo::check(whole).err().map(|error| {
        Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            error.code(),
            "This is no photo as it must be to be kept",
        )
        .detail(error.to_string())
    })
}

fn state_of(hash: ItemHash, now: Attachment, size: i64) -> AttachmentState {
    AttachmentState {
        hash,
        // What a removed one had is gone with it.
        size: size.unsigned_abs(),
        received: now.received.min(size).unsigned_abs(),
        complete: now.complete,
        removed: now.removed,
    }
}

/// What a `Content-Range` says.
enum Asked {
    Piece { first: i64, last: i64, size: i64 },
    State { size: i64 },
}

fn range_malformed() -> Failure {
    Failure::bad_request(
        "range_malformed",
        "Content-Range must be bytes FIRST-LAST/SIZE and fit the body, or bytes */SIZE without one",
    )
}

fn content_range(headers: &HeaderMap) -> Result<Option<Asked>, Failure> {
    let Some(value) = headers.get(header::CONTENT_RANGE) else {
        return Ok(None);
    };
    let parse = || {
        let (range, size) = value
            .to_str()
            .ok()?
            .strip_prefix("bytes ")?
            .split_once('/')?;
        let number = |text: &str| text.trim().parse::<u32>().ok().map(i64::from);
        let size = number(size)?;
        if range == "*" {
            return Some(Asked::State { size });
        }
        let (first, last) = range.split_once('-')?;
        let (first, last) = (number(first)?, number(last)?);
        (first <= last && last < size).then_some(Asked::Piece { first, last, size })
    };
    parse().map(Some).ok_or_else(range_malformed)
}
