//! `/sign-in` and `/sign-out`.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::words::{Figure, Lang, Topic, coded, text};
use serde::Deserialize;
use uuid::Uuid;

use super::cookie::{Cookie, KNOWN_SECONDS, csrf_field, csrf_of};
use super::form::{Fields, Guest, Posted, PostedByGuest};
use super::frame::{Ask, frame};
use super::visitor::IDLE_MS;
use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::auth::{new_token, unauthorized};
use crate::clock::now_ms;
use crate::problem::Failure;
use crate::sign_in::{self, At, Came, Credentials};

/// What the address of the sign-in page may ask.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// Where to go afterwards: an address of ours.
    #[serde(default)]
    next: String,
}

/// An address on this host: a path, and no `//host` in disguise.
fn local(next: &str) -> Option<&str> {
    let rest = next.strip_prefix('/')?;
    let plain = !rest.starts_with(['/', '\\']) && next.bytes().all(|b| b > 0x20 && b != 0x7f);
    plain.then_some(next)
}

/// The form, empty.
pub async fn show(
    State(app): State<Arc<App>>,
    Query(ask): Query<Ask>,
    Query(asked): Query<Asked>,
    guest: Guest,
) -> Response {
    page(&app, &ask, &guest, &Goes::on(&asked.next), "", None)
}

/// What goes along through the sign-in.
struct Goes<'a> {
    /// Where to go afterwards.
    next: &'a str,
    /// What was typed into a form whose session had ended.
    kept: Vec<(&'a str, &'a str)>,
}

impl<'a> Goes<'a> {
    fn on(next: &'a str) -> Self {
        Self {
            next,
            kept: Vec::new(),
        }
    }
}

/// What names of kept fields begin with.
const KEPT: &str = "kept.";

/// The sign-in page for somebody whose session ended over a form: `path` is
/// where it was going.
pub fn keeping(app: &App, guest: &Guest, path: &str, fields: &Fields) -> Response {
    let goes = Goes {
        next: path,
        kept: fields.pairs().collect(),
    };
    let failure = unauthorized("session_over", "The session ended over this form");
    let ask = Ask {
        lang: fields.get("lang").to_owned(),
        page: 0,
    };
    let page = page(app, &ask, guest, &goes, "", Some(&failure));
    (StatusCode::UNAUTHORIZED, page).into_response()
}

/// The form, sent.
pub async fn enter(
    State(app): State<Arc<App>>,
    Query(ask): Query<Ask>,
    guest: Guest,
    came: Came,
    posted: PostedByGuest,
) -> Result<Response, Failure> {
    let fields = posted.fields;
    let goes = Goes {
        next: fields.get("next"),
        kept: fields
            .pairs()
            .filter_map(|(name, value)| Some((name.strip_prefix(KEPT)?, value)))
            .collect(),
    };
    let username = fields.get("username").to_owned();
    let given = Credentials {
        username: username.clone(),
        password: fields.as_typed("password").to_owned(),
    };
    let account = match sign_in::check(&app, given, &came).await {
        Ok(account) => account,
        Err(failure) if failure.problem.status < 500 => {
            let page = page(&app, &ask, &guest, &goes, &username, Some(&failure));
            return Ok((status_of(&failure), page).into_response());
        }
        Err(failure) => return Err(failure),
    };
    let next = local(goes.next);
    if let Some(path) = next.filter(|_| !goes.kept.is_empty()) {
        let send_again = |csrf: &str| again_page(&ask, path, &goes.kept, csrf);
        return begin_with(&app, &came, account.id, send_again).await;
    }
    let to = next.map_or_else(|| format!("/?lang={}", ask.lang().tag()), str::to_owned);
    begin(&app, &came, account.id, &to).await
}

/// What was typed before the session ended, to be sent once more by the person
/// themselves.
fn again_page(ask: &Ask, path: &str, kept: &[(&str, &str)], csrf: &str) -> Response {
    let lang = ask.lang();
    let content = html! {
        p role="status" { (text(lang, "account-still-there", &[])) }
        dl {
            @for (name, value) in kept.iter().filter(|(name, _)| *name != "lang") {
                dt { (name) } dd { (value) }
            }
        }
        form.entry method="post" action=(path) {
            (csrf_field(csrf))
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            button type="submit" { (text(lang, "account-send-again", &[])) }
        }
    };
    frame(ask, &text(lang, "account-signed-in", &[]), None, &content)
}

/// Begins a session, remembers the browser, and goes on.
pub async fn begin(app: &App, came: &Came, account: Uuid, to: &str) -> Result<Response, Failure> {
    begin_with(app, came, account, |_| Redirect::to(to).into_response()).await
}

/// The same, answering with a page that gets the token of the session's forms.
async fn begin_with(
    app: &App,
    came: &Came,
    account: Uuid,
    answer: impl FnOnce(&str) -> Response,
) -> Result<Response, Failure> {
    // A new token each time: one that was planted before counts for nothing.
    let (token, hash) = new_token()?;
    let (known, known_hash) = match came.at {
        At::Browser(hash) => (None, hash),
        _ => {
            let (token, hash) = new_token()?;
            (Some(token), hash)
        }
    };
    let now = now_ms();
    let mut write = app.store.write().await?;
    let what = serde_json::json!({"page": true});
    audit::record(&mut write, Some(account), Act::SignIn, what, came.origin).await?;
    write
        .put_web_session(&hash, account, now, now - IDLE_MS)
        .await?;
    write
        .remember_browser(account, &known_hash, now, now - KNOWN_SECONDS * 1000)
        .await?;
    write.note_sign_in(account, now).await?;
    write.commit().await?;
    let mut response = answer(&csrf_of(&token));
    Cookie::Session.set(&mut response, &token, app.https);
    if let Some(known) = known {
        Cookie::Known.set(&mut response, &known, app.https);
    }
    Cookie::Form.set(&mut response, "", app.https);
    no_store(&mut response);
    Ok(response)
}

/// Ends the session.
pub async fn leave(
    State(app): State<Arc<App>>,
    origin: Origin,
    posted: Posted,
) -> Result<Response, Failure> {
    let mut write = app.store.write().await?;
    let who = Some(posted.visitor.who.account);
    let what = serde_json::json!({"page": true});
    audit::record(&mut write, who, Act::SignOut, what, origin).await?;
    write.end_web_session(posted.visitor.who.family).await?;
    write.commit().await?;
    let ask = Ask {
        lang: posted.fields.get("lang").to_owned(),
        page: 0,
    };
    Ok(signed_out(&app, &ask))
}

/// To the sign-in page, the session's cookie taken away.
pub fn signed_out(app: &App, ask: &Ask) -> Response {
    let to = format!("/sign-in?lang={}", ask.lang().tag());
    let mut response = Redirect::to(&to).into_response();
    Cookie::Session.set(&mut response, "", app.https);
    no_store(&mut response);
    response
}

/// The status of a page that says what failed.
pub fn status_of(failure: &Failure) -> StatusCode {
    StatusCode::from_u16(failure.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A page that no cache keeps.
pub fn no_store(response: &mut Response) {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

fn page(
    app: &App,
    ask: &Ask,
    guest: &Guest,
    goes: &Goes<'_>,
    username: &str,
    failure: Option<&Failure>,
) -> Response {
    let lang = ask.lang();
    let say = |id: &str| text(lang, id, &[]);
    let content: Markup = html! {
        @if let Some(failure) = failure {
            p.wrong role="alert" { (said(lang, failure)) }
        }
        form.entry method="post" action={ "/sign-in?lang=" (lang.tag()) } {
            (guest.csrf_field())
            input type="hidden" name="next" value=(goes.next);
            @for (name, value) in &goes.kept {
                input type="hidden" name={ (KEPT) (name) } value=(value);
            }
            label for="username" { (say("account-username")) }
            input #username name="username" value=(username) autocomplete="username"
                autocapitalize="none" spellcheck="false" required autofocus;
            label for="password" { (say("account-password")) }
            input #password name="password" type="password" autocomplete="current-password" required;
            button type="submit" { (say("account-sign-in")) }
        }
        p { a href={ "/enrol?lang=" (lang.tag()) } { (say("account-have-code")) } }
        p.quiet { (say("account-forgotten")) }
    };
    let mut response = frame(ask, &say("account-sign-in"), None, &content);
    no_store(&mut response);
    guest.with_cookie(response, app.https)
}

/// What went wrong, for a person.
pub fn said(lang: Lang, failure: &Failure) -> String {
    let wait = failure.retry_after.unwrap_or_default();
    let figures = [("wait_s", Figure::Number(f64::from(wait)))];
    coded(lang, Topic::Error, &failure.problem.code, &figures)
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn one_goes_on_to_addresses_of_this_host_alone() {
        assert_eq!(local("/laos/1?lang=en"), Some("/laos/1?lang=en"));
        for next in [
            "",
            "//evil.example/",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\r\nset-cookie: x=1",
            "/ /evil",
        ] {
            assert_eq!(local(next), None, "{next}");
        }
    }
}
