//! What a form brings. Only [`Posted`] and [`PostedByGuest`] read one, and both
//! refuse it without its token: no page of another site can send a form in a
//! visitor's name.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;

use super::cookie::{CSRF, Cookie, csrf_field, csrf_of};
use super::sign_in;
use super::visitor::{Visitor, role_not_allowed};
use crate::app::App;
use crate::auth::new_token;
use crate::http::read_body;
use crate::problem::Failure;

/// The most bytes of a form.
const MAX_FORM: usize = 256 * 1024;

/// The most bytes of a form with a file.
const MAX_FILE_FORM: usize = 1024 * 1024;

/// The fields of a form, as they came.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// These, as if they had been typed.
    pub fn of(fields: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self(fields.iter().map(own).collect())
    }

    /// The first value of a field, trimmed; empty where the form has none.
    pub fn get(&self, name: &str) -> &str {
        self.as_typed(name).trim()
    }

    /// All values of a field, trimmed.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.trim())
    }

    /// All fields with their values.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value as it was typed, a password say.
    pub fn as_typed(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(field, _)| field == name)
            .map_or("", |(_, value)| value)
    }
}

/// A form of a signed-in visitor.
#[derive(Debug)]
pub struct Posted {
    /// Whose it is.
    pub visitor: Visitor,
    /// What it brought.
    pub fields: Fields,
}

impl Posted {
    /// Whose it is.
    ///
    /// # Errors
    /// `role_not_allowed` where that is no officer.
    pub fn officer(&self) -> Result<&Visitor, Failure> {
        let visitor = &self.visitor;
        visitor
            .is_officer()
            .then_some(visitor)
            .ok_or_else(role_not_allowed)
    }
}

/// A form of a signed-in visitor that brings a file.
#[derive(Debug)]
pub struct PostedFile {
    /// Whose it is.
    pub visitor: Visitor,
    /// The file's name and its bytes; none where none was chosen.
    pub file: Option<(String, Vec<u8>)>,
}

/// A form of somebody who is not signed in.
#[derive(Debug)]
pub struct PostedByGuest {
    /// What it brought.
    pub fields: Fields,
}

/// 403: the form lacks its token, or has that of another session.
fn csrf_wrong() -> Failure {
    Failure::new(
        StatusCode::FORBIDDEN,
        "form_stale",
        "The form is not of this session: open the page again",
    )
}

impl FromRequest<Arc<App>> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let visitor = Visitor::of(&parts, app).await;
        let visitor = visitor.map_err(IntoResponse::into_response)?;
        let request = Request::from_parts(parts, body);
        let Some(visitor) = visitor else {
            return Err(sign_in_first(request, app).await);
        };
        let fields = read(request, &visitor.csrf)
            .await
            .map_err(IntoResponse::into_response)?;
        Ok(Self { visitor, fields })
    }
}

impl FromRequest<Arc<App>> for PostedFile {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let visitor = Visitor::of(&parts, app).await;
        let visitor = visitor.map_err(IntoResponse::into_response)?;
        // A file does not go along to the sign-in page: it is chosen again.
        let Some(visitor) = visitor else {
            return Err(Redirect::to("/sign-in").into_response());
        };
        let file = read_file(Request::from_parts(parts, body), &visitor.csrf)
            .await
            .map_err(IntoResponse::into_response)?;
        Ok(Self { visitor, file })
    }
}

impl FromRequest<Arc<App>> for PostedByGuest {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let expected = Cookie::Form
            .read(request.headers(), app.https)
            .map(csrf_of)
            .ok_or_else(csrf_wrong)?;
        let fields = read(request, &expected).await?;
        Ok(Self { fields })
    }
}

/// The session ended while the form was filled in: what was typed goes along to
/// the sign-in page and comes back after it. Only where the browser says that
/// the form was ours; no password goes along.
async fn sign_in_first(request: Request, app: &Arc<App>) -> Response {
    let (parts, body) = request.into_parts();
    let ours = parts.headers.get("sec-fetch-site");
    let is_ours = ours.is_some_and(|site| site == "same-origin");
    let path = parts.uri.path_and_query().map(ToString::to_string);
    let path = path.filter(|_| is_ours && parts.uri.path() != "/sign-out");
    let Some(path) = path else {
        return Redirect::to("/sign-in").into_response();
    };
    let guest = match Guest::of(&parts.headers, app.https) {
        Ok(guest) => guest,
        Err(failure) => return failure.into_response(),
    };
    match fields(Request::from_parts(parts, body)).await {
        Ok(mut fields) => {
            let is_kept = |name: &str| !matches!(name, CSRF | "password" | "again" | "old");
            fields.0.retain(|(name, _)| is_kept(name));
            sign_in::keeping(app, &guest, &path, &fields)
        }
        Err(failure) => failure.into_response(),
    }
}

async fn read(request: Request, expected: &str) -> Result<Fields, Failure> {
    if is_from_elsewhere(request.headers()) {
        return Err(csrf_wrong());
    }
    let fields = fields(request).await?;
    if !same(fields.as_typed(CSRF), expected) {
        return Err(csrf_wrong());
    }
    Ok(fields)
}

/// Reads a form of parts (RFC 7578): its token, and the part `file`.
async fn read_file(request: Request, expected: &str) -> Result<Option<(String, Vec<u8>)>, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let boundary = kind
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| multer::parse_boundary(kind).ok());
    let Some(boundary) = boundary else {
        // A form without a file: nothing of it is taken, token or not.
        read(request, expected).await?;
        return Ok(None);
    };
    if is_from_elsewhere(request.headers()) {
        return Err(csrf_wrong());
    }
    let broken = |_| Failure::bad_request("body_broken", "The form cannot be read");
    let body = read_body(request, MAX_FILE_FORM).await?;
    let whole = Body::from(body).into_data_stream();
    let mut parts = multer::Multipart::new(whole, boundary);
    let (mut token, mut file) = (String::new(), None);
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some(CSRF) => token = part.text().await.map_err(broken)?,
            Some("file") => {
                let name = part.file_name().unwrap_or_default().to_owned();
                let bytes = part.bytes().await.map_err(broken)?;
                file = (!bytes.is_empty()).then(|| (name, bytes.to_vec()));
            }
            _ => {}
        }
    }
    if !same(&token, expected) {
        return Err(csrf_wrong());
    }
    Ok(file)
}

async fn fields(request: Request) -> Result<Fields, Failure> {
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok()?.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
    if !is_form {
        return Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media_type_unknown",
            "Send a form",
        ));
    }
    let body = read_body(request, MAX_FORM).await?;
    let fields = Fields(form_urlencoded::parse(&body).into_owned().collect());
    if fields.0.iter().any(|(_, value)| value.contains('\0')) {
        return Err(Failure::bad_request(
            "character_nul",
            "A field has a character that cannot be stored (U+0000)",
        ));
    }
    Ok(fields)
}

/// Whether the browser says that another site sends this.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "same-origin" && site != "none")
}

/// Whether two tokens are the same, in a time that does not tell where they differ.
fn same(given: &str, expected: &str) -> bool {
    given.len() == expected.len()
        && given
            .bytes()
            .zip(expected.bytes())
            .fold(0, |differ, (a, b)| differ | (a ^ b))
            == 0
}

/// What the forms of somebody who is not signed in are tied to.
#[derive(Debug)]
pub struct Guest {
    cookie: String,
    is_new: bool,
}

impl FromRequestParts<Arc<App>> for Guest {
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Self::Rejection> {
        Self::of(&parts.headers, app.https)
    }
}

impl Guest {
    fn of(headers: &HeaderMap, https: bool) -> Result<Self, Failure> {
        match Cookie::Form.read(headers, https) {
            Some(cookie) => Ok(Self {
                cookie: cookie.to_owned(),
                is_new: false,
            }),
            None => Ok(Self {
                cookie: new_token()?.0,
                is_new: true,
            }),
        }
    }

    /// The hidden field that each form must have.
    pub fn csrf_field(&self) -> Markup {
        csrf_field(&csrf_of(&self.cookie))
    }

    /// The page with the cookie that its form needs.
    pub fn with_cookie(&self, mut page: Response, https: bool) -> Response {
        if self.is_new {
            Cookie::Form.set(&mut page, &self.cookie, https);
        }
        page
    }
}
