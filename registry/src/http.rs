//! What goes over HTTP whatever the endpoint: bodies and their compression,
//! media types, wire versions, time limits.

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use pakmut_domain::wire::problem::Problem;
use pakmut_domain::wire::{
    MEDIA_TYPE, OLDEST_WIRE_VERSION, PROBLEM_MEDIA_TYPE, WIRE_VERSION, WIRE_VERSION_HEADER,
};
use pakmut_domain::words::Lang;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::audit::Origin;
use crate::bodies::{self, BodyError};
use crate::page;
use crate::problem::Failure;

/// The longest that a request may take, reading its body included.
const REQUEST_TIME: Duration = Duration::from_secs(120);

/// Answers below this many bytes are not worth compressing.
const COMPRESS_FROM: usize = 256;

/// An answer of the API: our media type, compact JSON.
#[derive(Debug)]
pub struct Answer<T>(pub T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => bytes_response(MEDIA_TYPE, body),
            Err(_) => Failure::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "answer_failed",
                "The answer could not be written",
            )
            .into_response(),
        }
    }
}

/// An answer of these bytes.
pub fn bytes_response(media_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Body::from(body.into()));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// Reads a request's body, gzip or plain, of at most `limit` bytes either way.
///
/// # Errors
/// 413 above the limit (a bomb is read no further), 415 for another encoding,
/// 400 where it breaks off.
pub async fn read_body(request: Request, limit: usize) -> Result<Bytes, Failure> {
    let too_large = || {
        Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "The body is too large",
        )
        .detail(format!("the most is {limit} bytes before compression"))
    };
    let (parts, body) = request.into_parts();
    let stated = parts
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if stated.is_some_and(|stated| stated > limit) {
        bodies::discard(body).await;
        return Err(too_large());
    }
    let gzip = match parts.headers.get(header::CONTENT_ENCODING) {
        None => false,
        Some(value) if value == "identity" => false,
        Some(value) if value == "gzip" => true,
        Some(_) => {
            return Err(Failure::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "content_encoding_unknown",
                "Send gzip or nothing as Content-Encoding",
            ));
        }
    };
    let body = bodies::whole(body, limit)
        .await
        .map_err(|error| match error {
            BodyError::TooLarge => too_large(),
            BodyError::Broken => Failure::bad_request("body_broken", "The body broke off"),
            BodyError::Slow => Failure::new(
                StatusCode::REQUEST_TIMEOUT,
                "body_slow",
                "The body stood still for too long",
            ),
            BodyError::Full => Failure::busy("bodies_busy", "Too much is arriving at once"),
        })?;
    if !gzip {
        return Ok(body);
    }
    let mut plain = Vec::with_capacity(body.len().saturating_mul(4).min(limit));
    MultiGzDecoder::new(body.as_ref())
        .take(limit as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|_| Failure::bad_request("body_not_gzip", "The body is not whole gzip"))?;
    if plain.len() > limit {
        return Err(too_large());
    }
    Ok(plain.into())
}

/// Whether a body is stated to be JSON.
///
/// # Errors
/// 415 where it is stated to be something else or nothing.
pub fn expect_json(headers: &HeaderMap) -> Result<(), Failure> {
    let stated = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim();
    if stated.eq_ignore_ascii_case(MEDIA_TYPE) || stated.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Failure::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "media_type_unknown",
        "Send JSON",
    )
    .detail(format!(
        "Content-Type must be {MEDIA_TYPE} or application/json"
    )))
}

/// Reads a request's JSON body.
///
/// # Errors
/// Those of [`read_body`] and [`expect_json`]; 400 where it is not what is expected.
pub async fn read_json<T: DeserializeOwned>(request: Request, limit: usize) -> Result<T, Failure> {
    expect_json(request.headers())?;
    let body = read_body(request, limit).await?;
    serde_json::from_slice(&body).map_err(|error| {
        // Its text names fields and places, never values of ours.
        Failure::bad_request("body_malformed", "The body is not what this endpoint takes")
            .detail(format!("line {}, column {}", error.line(), error.column()))
    })
}

/// Goes round every request: wire version, time limit, compression, counts and
/// one line of log without anybody's data.
pub async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let gzip = request
        .headers()
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(accepts_gzip);
    let method = request.method().clone();
    // The pattern, not the path: a path may name a place or a person.
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let is_api = request.uri().path().starts_with("/v1/");
    let as_page = reads_pages(request.headers()).then(|| lang_of(request.uri()));
    let refused = match Origin::of(request.extensions()) {
        Origin::Address(address) => app.rates.take(address, started).err(),
        Origin::CommandLine => None,
    };
    let verdict = match refused {
        Some(seconds) => Err(
            Failure::busy("rate_limited", "Too many requests from this address")
                .retry_after(seconds),
        ),
        None => wire_version(request.headers()),
    };
    let response = match verdict {
        Err(failure) if is_api || refused.is_some() => failure.into_response(),
        _ => tokio::time::timeout(REQUEST_TIME, next.run(request))
            .await
            .unwrap_or_else(|_| {
                Failure::new(
                    StatusCode::REQUEST_TIMEOUT,
                    "request_timeout",
                    "The request took too long",
                )
                .into_response()
            }),
    };
    let response = as_problem(response);
    let response = match (as_page, response.extensions().get::<Problem>()) {
        (Some(lang), Some(problem)) => page::as_page(lang, problem, response.headers()),
        _ => response,
    };
    let response = if gzip {
        compress(response).await
    } else {
        response
    };
    app.metrics.answered(response.status().as_u16());
    tracing::info!(
        %method,
        path = path.as_deref().unwrap_or("none"),
        status = response.status().as_u16(),
        micros = started.elapsed().as_micros() as u64,
        "answered"
    );
    response
}

/// An error that the framework itself answered, a query that cannot be read
/// say, as a problem document like all others. A page that says so stays.
fn as_problem(response: Response) -> Response {
    let status = response.status();
    let is_ours = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind == PROBLEM_MEDIA_TYPE || kind.starts_with("text/html"));
    if is_ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    Failure::new(
        status,
        "request_unreadable",
        "The request is not what this address takes",
    )
    .into_response()
}

/// Whether a browser asks for a page, not a program for data.
fn reads_pages(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}

/// The language that a page's address asks for.
fn lang_of(uri: &Uri) -> Lang {
    let query = uri.query().unwrap_or_default();
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "lang");
    Lang::from_tag(asked.as_ref().map_or("", |(_, tag)| tag))
}

fn accepts_gzip(value: &str) -> bool {
    value.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        (name.eq_ignore_ascii_case("gzip") || name == "*") && !refused
    })
}

/// The wire version that a phone states.
fn wire_version(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(value) = headers.get(WIRE_VERSION_HEADER) else {
        return Ok(());
    };
    let version = value
        .to_str()
        .ok()
        .and_then(|v| v.trim().parse::<u16>().ok());
    match version {
        Some(version) if version < OLDEST_WIRE_VERSION => Err(Failure::new(
            StatusCode::UPGRADE_REQUIRED,
            "wire_too_old",
            "This version of the app is too old for this registry",
        )
        .detail(format!(
            "wire {version} is stated, {OLDEST_WIRE_VERSION} to {WIRE_VERSION} are accepted; nothing queued is lost"
        ))),
        Some(version) if version > WIRE_VERSION => Err(Failure::bad_request(
            "wire_too_new",
            "This registry is too old for this version of the app",
        )
        .detail(format!(
            "wire {version} is stated, {OLDEST_WIRE_VERSION} to {WIRE_VERSION} are accepted"
        ))),
        Some(_) => Ok(()),
        None => Err(Failure::bad_request(
            "wire_malformed",
            "The wire version must be a number",
        )),
    }
}

async fn compress(response: Response) -> Response {
    let text = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| {
            kind.starts_with(MEDIA_TYPE)
                || kind.starts_with(PROBLEM_MEDIA_TYPE)
                || kind.starts_with("text/")
                || kind.starts_with("application/json")
        });
    if !text || response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if body.len() < COMPRESS_FROM {
        return Response::from_parts(parts, Body::from(body));
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 2), Compression::new(6));
    match encoder.write_all(&body).and_then(|()| encoder.finish()) {
        Ok(packed) => {
            parts.headers.remove(header::CONTENT_LENGTH);
            parts
                .headers
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Response::from_parts(parts, Body::from(packed))
        }
        Err(_) => Response::from_parts(parts, Body::from(body)),
    }
}
