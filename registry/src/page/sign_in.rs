//! `/sign-in` and `/sign-out`.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::words::{Figure, Lang, Topic, coded, text};
use serde::Deserialize;

use super::cookie::Cookie;
use super::form::{Guest, Posted, PostedByGuest};
use super::frame::{Ask, frame};
use super::visitor::IDLE_MS;
use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::auth::new_token;
use crate::clock::now_ms;
use crate::problem::Failure;
use crate::sign_in::{self, Credentials};

/// What the address of the sign-in page may ask.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `en`; anything else is Thai.
    #[serde(default)]
    lang: String,
    /// Where to go afterwards: an address of ours.
    #[serde(default)]
    next: String,
}

impl Asked {
    fn ask(&self) -> Ask {
        Ask {
            lang: self.lang.clone(),
            page: 0,
        }
    }
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
    Query(asked): Query<Asked>,
    guest: Guest,
) -> Response {
    page(&app, &asked.ask(), &guest, &asked.next, "", None)
}

/// The form, sent.
pub async fn enter(
    State(app): State<Arc<App>>,
    Query(ask): Query<Ask>,
    origin: Origin,
    guest: Guest,
    posted: PostedByGuest,
) -> Result<Response, Failure> {
    let fields = posted.fields;
    let next = fields.get("next").to_owned();
    let username = fields.get("username").to_owned();
    let given = Credentials {
        username: username.clone(),
        password: fields.as_typed("password").to_owned(),
    };
    let account = match sign_in::check(&app, given, origin).await {
        Ok(account) => account,
        Err(failure) if failure.problem.status < 500 => {
            let status = StatusCode::from_u16(failure.problem.status);
            let page = page(&app, &ask, &guest, &next, &username, Some(&failure));
            return Ok((status.unwrap_or(StatusCode::UNAUTHORIZED), page).into_response());
        }
        Err(failure) => return Err(failure),
    };
    // A new token each time: one that was planted before counts for nothing.
    let (token, hash) = new_token()?;
    let now = now_ms();
    let mut write = app.store.write().await?;
    let what = serde_json::json!({"page": true});
    audit::record(&mut write, Some(account.id), Act::SignIn, what, origin).await?;
    write
        .put_web_session(&hash, account.id, now, now - IDLE_MS)
        .await?;
    write.commit().await?;
    let to = local(&next).map_or_else(|| format!("/?lang={}", ask.lang().tag()), str::to_owned);
    let mut response = Redirect::to(&to).into_response();
    Cookie::Session.set(&mut response, &token, app.https);
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
    let to = format!("/sign-in?lang={}", ask.lang().tag());
    let mut response = Redirect::to(&to).into_response();
    Cookie::Session.set(&mut response, "", app.https);
    no_store(&mut response);
    Ok(response)
}

fn no_store(response: &mut Response) {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

fn page(
    app: &App,
    ask: &Ask,
    guest: &Guest,
    next: &str,
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
            input type="hidden" name="next" value=(next);
            label for="username" { (say("account-username")) }
            input #username name="username" value=(username) autocomplete="username"
                autocapitalize="none" spellcheck="false" required autofocus;
            label for="password" { (say("account-password")) }
            input #password name="password" type="password" autocomplete="current-password" required;
            button type="submit" { (say("account-sign-in")) }
        }
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
