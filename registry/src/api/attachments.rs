//! Photos, by their SHA-256, resumable.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pakmut_domain::wire::ItemHash;

use crate::app::App;
use crate::auth::Caller;
use crate::http::{bytes_response, read_body};
use crate::problem::Failure;
use crate::store::{Attachment, PutChunk};

/// The most bytes of one attachment.
const MAX_SIZE: i64 = 10 * 1024 * 1024;

/// The most bytes of one piece.
const MAX_CHUNK: usize = 1024 * 1024;

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

/// `PUT`: a piece, `Content-Range: bytes FIRST-LAST/SIZE`, or the whole without
/// that header. 201 when it is whole and its hash is right, 202 when more is
/// awaited, 409 with the offset where the piece does not follow what is here.
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
        Some((first, last, size)) if last - first + 1 == body.len() as i64 => (first, size),
        None => (0, body.len() as i64),
        Some(_) => return Err(range_malformed()),
    };
    if !(1..=MAX_SIZE).contains(&size) {
        return Err(Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "attachment_too_large",
            "An attachment has 1 byte to 10 MiB",
        ));
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
    if !now.complete && now.received == now.size {
        let whole = write.attachment_body(&hash).await?;
        if ItemHash::of(&whole) != hash {
            write.drop_attachment(&hash).await?;
            write.commit().await?;
            return Err(Failure::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "attachment_hash_wrong",
                "The bytes hash to something else: begin again",
            ));
        }
        write.complete_attachment(&hash).await?;
        now.complete = true;
    }
    write.commit().await?;
    let status = if now.complete {
        StatusCode::CREATED
    } else if now.received != at + chunk.body.len() as i64 {
        let failure = Failure::new(
            StatusCode::CONFLICT,
            "attachment_offset",
            "The piece does not follow what is here",
        )
        .detail(format!("{} bytes are here", now.received));
        return Ok(with_state(failure.into_response(), now));
    } else {
        StatusCode::ACCEPTED
    };
    Ok(with_state((status, Body::empty()).into_response(), now))
}

fn range_malformed() -> Failure {
    Failure::bad_request(
        "range_malformed",
        "Content-Range must be bytes FIRST-LAST/SIZE and fit the body",
    )
}

fn content_range(headers: &HeaderMap) -> Result<Option<(i64, i64, i64)>, Failure> {
    let Some(value) = headers.get(header::CONTENT_RANGE) else {
        return Ok(None);
    };
    let parse = || {
        let (range, size) = value
            .to_str()
            .ok()?
            .strip_prefix("bytes ")?
            .split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let number = |text: &str| text.trim().parse::<u32>().ok().map(i64::from);
        let (first, last, size) = (number(first)?, number(last)?, number(size)?);
        (first <= last && last < size).then_some((first, last, size))
    };
    parse().map(Some).ok_or_else(range_malformed)
}
