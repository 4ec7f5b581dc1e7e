//! Who looks at a page. A page takes a [`Visitor`] or an [`Officer`] and asks
//! the storage within its scope; a form takes [`super::form::Posted`].

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use form_urlencoded::byte_serialize;
use maud::{Markup, html};
use pakmut_domain::model::Role;
use pakmut_domain::words::text;

use super::cookie::{Cookie, csrf_field, csrf_of};
use super::frame::{Ask, frame, whole};
use crate::app::App;
use crate::auth::{Who, token_hash};
use crate::clock::now_ms;
use crate::problem::Failure;
use crate::store::Scope;

/// After this long without a page a session is over, milliseconds: 30 minutes
/// (OWASP ASVS 3.3.2, level 2).
pub const IDLE_MS: i64 = 30 * 60 * 1000;

/// After this long it is over however busy, milliseconds: 12 hours (the same).
pub const WHOLE_MS: i64 = 12 * 3600 * 1000;

/// A page of the same minute is not written down again.
const TOUCH_MS: i64 = 60 * 1000;

/// Somebody who signed in, and what they may see.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The account; `family` is the session's id.
    pub who: Who,
    /// The name that they sign in with.
    pub username: String,
    /// What each form of theirs must bring back.
    pub csrf: String,
}

/// A visitor who is an officer of a province or of the department.
#[derive(Debug, Clone)]
pub struct Officer(pub Visitor);

impl Visitor {
    /// What they may see and change.
    pub fn scope(&self) -> &Scope {
        &self.who.scope
    }

    /// Whether they are an officer of a province or of the department.
    pub fn is_officer(&self) -> bool {
        matches!(self.who.role, Role::Province | Role::Department)
    }

    /// The hidden field that each of their forms must have.
    pub fn csrf_field(&self) -> Markup {
        csrf_field(&self.csrf)
    }

    /// A whole page of theirs, which no cache keeps. `up` is where it hangs:
    /// address and text.
    pub fn frame(
        &self,
        ask: &Ask,
        title: &str,
        up: Option<(String, &str)>,
        content: &Markup,
    ) -> Response {
        let lang = ask.lang();
        let strip = html! {
            form.account method="post" action="/sign-out" {
                @if self.who.manager().looks_after_anybody() {
                    a href={ "/people?lang=" (lang.tag()) } { (text(lang, "account-people", &[])) }
                }
                a href={ "/account?lang=" (lang.tag()) } { (self.username) }
                (self.csrf_field())
                input type="hidden" name="lang" value=(lang.tag());
                button type="submit" { (text(lang, "account-sign-out", &[])) }
            }
        };
        let mut response = whole(ask, title, up, &strip, content);
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// The visitor of a request's cookie; none where there is no session, or it
    /// ended, or the account may no longer sign in.
    pub(super) async fn of(parts: &Parts, app: &App) -> Result<Option<Self>, Failure> {
        let Some(token) = Cookie::Session.read(&parts.headers, app.https) else {
            return Ok(None);
        };
        let found = app
            .store
            .read()
            .await?
            .web_session(&token_hash(token))
            .await?;
        let now = now_ms();
        let Some(session) =
            found.filter(|session| now < session.began + WHOLE_MS && now < session.seen + IDLE_MS)
        else {
            return Ok(None);
        };
        if now > session.seen + TOUCH_MS {
            let mut write = app.store.write().await?;
            write.touch_web_session(session.id, now).await?;
            write.commit().await?;
        }
        Ok(
            Who::of(&session.account, session.id, session.id).map(|who| Self {
                who,
                username: session.account.username,
                csrf: csrf_of(token),
            }),
        )
    }
}

/// A page that everybody may see, as this visitor sees it.
pub fn framed(
    visitor: Option<&Visitor>,
    ask: &Ask,
    title: &str,
    up: Option<(String, &str)>,
    content: &Markup,
) -> Response {
    match visitor {
        Some(visitor) => visitor.frame(ask, title, up, content),
        None => frame(ask, title, up, content),
    }
}

/// To the sign-in page, and from there back to what was asked for.
fn to_sign_in(parts: &Parts) -> Response {
    let asked = parts
        .uri
        .path_and_query()
        .filter(|_| parts.method == Method::GET && parts.uri.path() != "/");
    let to = match asked {
        Some(asked) => {
            let next: String = byte_serialize(asked.as_str().as_bytes()).collect();
            format!("/sign-in?next={next}")
        }
        None => "/sign-in".to_owned(),
    };
    Redirect::to(&to).into_response()
}

/// 403: the account is not one that may do this.
pub fn role_not_allowed() -> Failure {
    Failure::new(
        StatusCode::FORBIDDEN,
        "role_not_allowed",
        "This account may not do this",
    )
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Self::Rejection> {
        match Self::of(parts, app).await {
            Ok(Some(visitor)) => Ok(visitor),
            Ok(None) => Err(to_sign_in(parts)),
            Err(failure) => Err(failure.into_response()),
        }
    }
}

/// A page that everybody sees may still greet a visitor.
impl OptionalFromRequestParts<Arc<App>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Self::Rejection> {
        Ok(Self::of(parts, app).await.ok().flatten())
    }
}

impl FromRequestParts<Arc<App>> for Officer {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Self::Rejection> {
        let visitor =
            <Visitor as FromRequestParts<Arc<App>>>::from_request_parts(parts, app).await?;
        if visitor.is_officer() {
            Ok(Self(visitor))
        } else {
            Err(role_not_allowed().into_response())
        }
    }
}
