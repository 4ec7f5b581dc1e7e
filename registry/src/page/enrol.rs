//! `/enrol`: a person enrols, or sets a new password, with a one-time code. The
//! first form takes the code, the second what it is for.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use pakmut_domain::one_time_code::OneTimeCode;
use pakmut_domain::sign_in::MIN_PASSWORD;
use pakmut_domain::wire::enrolment::{CodeAnswer, Contact, Purpose};
use pakmut_domain::words::{Lang, text};

use super::form::{Fields, Guest, PostedByGuest};
use super::frame::{Ask, frame};
use super::sign_in::{begin, no_store, said, status_of};
use super::words::role;
use crate::app::App;
use crate::enrolment;
use crate::problem::Failure;
use crate::sign_in::Came;

/// The form for the code.
pub async fn show(State(app): State<Arc<App>>, Query(ask): Query<Ask>, guest: Guest) -> Response {
    code_page(&app, &ask, &guest, "", None)
}

/// The code was sent: the form for what it is for.
pub async fn preview(
    State(app): State<Arc<App>>,
    Query(ask): Query<Ask>,
    guest: Guest,
    posted: PostedByGuest,
) -> Result<Response, Failure> {
    let typed = posted.fields.get("code");
    match enrolment::preview(&app, typed).await {
        Ok(answer) => {
            let code =
                OneTimeCode::parse(typed).map_or_else(|_| typed.to_owned(), |c| c.to_string());
            Ok(person_page(
                &app,
                &ask,
                &guest,
                &answer,
                &code,
                &Fields::default(),
                None,
            ))
        }
        Err(failure) if failure.problem.status < 500 => {
            Ok(code_page(&app, &ask, &guest, typed, Some(&failure)))
        }
        Err(failure) => Err(failure),
    }
}

/// Everything was sent: the account is made and signed in.
pub async fn enrol(
    State(app): State<Arc<App>>,
    Query(ask): Query<Ask>,
    guest: Guest,
    came: Came,
    posted: PostedByGuest,
) -> Result<Response, Failure> {
    let fields = posted.fields;
    let code = fields.get("code");
    let answer = match enrolment::preview(&app, code).await {
        Ok(answer) => answer,
        Err(failure) if failure.problem.status < 500 => {
            return Ok(code_page(&app, &ask, &guest, code, Some(&failure)));
        }
        Err(failure) => return Err(failure),
    };
    let password = fields.as_typed("password").to_owned();
    let done = if password != fields.as_typed("again") {
        Err(Failure::bad_request(
            "password_differs",
            "The two passwords differ",
        ))
    } else if answer.purpose == Purpose::Reset {
        enrolment::reset(&app, code, password, came.origin).await
    } else {
        let contact = Contact {
            name: fields.get("name").to_owned(),
            phone: fields.get("phone").to_owned(),
        };
        {
            let username = fields.get("username");
            enrolment::enrol(&app, code, username, password, &contact, came.origin).await
        }
    };
    match done {
        Ok(account) => {
            begin(
                &app,
                &came,
                account.id,
                &format!("/?lang={}", ask.lang().tag()),
            )
            .await
        }
        Err(failure) if failure.problem.status < 500 => Ok(person_page(
            &app,
            &ask,
            &guest,
            &answer,
            code,
            &fields,
            Some(&failure),
        )),
        Err(failure) => Err(failure),
    }
}

fn code_page(
    app: &App,
    ask: &Ask,
    guest: &Guest,
    typed: &str,
    failure: Option<&Failure>,
) -> Response {
    let lang = ask.lang();
    let say = |id: &str| text(lang, id, &[]);
    let content = html! {
        (wrong(lang, failure))
        p { (say("account-code-hint")) }
        form.entry method="post" action={ "/enrol?lang=" (lang.tag()) } {
            (guest.csrf_field())
            label for="code" { (say("account-code")) }
            input #code name="code" value=(typed) autocomplete="one-time-code" autocapitalize="characters"
                spellcheck="false" placeholder="XXXX-XXXX-XXXX-XXXX" required autofocus;
            button type="submit" { (say("account-go-on")) }
        }
    };
    finish(
        app,
        guest,
        frame(ask, &say("account-enrol"), None, &content),
        failure,
    )
}

fn person_page(
    app: &App,
    ask: &Ask,
    guest: &Guest,
    answer: &CodeAnswer,
    code: &str,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Response {
    let lang = ask.lang();
    let say = |id: &str| text(lang, id, &[]);
    let is_reset = answer.purpose == Purpose::Reset;
    let title = if is_reset {
        "account-reset"
    } else {
        "account-enrol"
    };
    let content = html! {
        (wrong(lang, failure))
        p {
            @if let Some(lao) = &answer.lao { b lang="th" { (lao) } " · " }
            (role(lang, answer.role))
            @if let Some(username) = &answer.username { " · " (username) }
        }
        form.entry method="post" action={ "/enrol/account?lang=" (lang.tag()) } {
            (guest.csrf_field())
            input type="hidden" name="code" value=(code);
            @if is_reset {
                // For the browser's store of passwords.
                input type="hidden" name="username" autocomplete="username" value=(answer.username.as_deref().unwrap_or_default());
            } @else {
                (field(lang, "name", "account-name", typed, "name"))
                (field(lang, "phone", "account-phone", typed, "tel"))
                label for="username" { (say("account-username")) }
                input #username name="username" value=(typed.get("username")) autocomplete="username"
                    autocapitalize="none" spellcheck="false" minlength="3" maxlength="50" required;
                span.quiet { (say("account-username-hint")) }
            }
            (new_password(lang))
            button type="submit" { (say(if is_reset { "account-set-password" } else { "account-enrol" })) }
        }
    };
    finish(app, guest, frame(ask, &say(title), None, &content), failure)
}

/// The two fields of a new password.
pub fn new_password(lang: Lang) -> Markup {
    let hint = text(
        lang,
        "account-password-hint",
        &[("fewest", MIN_PASSWORD.into())],
    );
    html! {
        label for="password" { (text(lang, "account-new-password", &[])) }
        input #password name="password" type="password" autocomplete="new-password" minlength=(MIN_PASSWORD) maxlength="128" required;
        span.quiet { (hint) }
        label for="again" { (text(lang, "account-password-again", &[])) }
        input #again name="again" type="password" autocomplete="new-password" required;
    }
}

/// A field of a contact.
pub fn field(lang: Lang, name: &str, label: &str, typed: &Fields, autocomplete: &str) -> Markup {
    html! {
        label for=(name) { (text(lang, label, &[])) }
        input id=(name) name=(name) value=(typed.get(name)) autocomplete=(autocomplete) maxlength="100" required;
    }
}

/// What went wrong, above a form.
pub fn wrong(lang: Lang, failure: Option<&Failure>) -> Markup {
    html! {
        @if let Some(failure) = failure { p.wrong role="alert" { (said(lang, failure)) } }
    }
}

fn finish(app: &App, guest: &Guest, mut page: Response, failure: Option<&Failure>) -> Response {
    no_store(&mut page);
    let page = guest.with_cookie(page, app.https);
    match failure {
        Some(failure) => (status_of(failure), page).into_response(),
        None => page,
    }
}
