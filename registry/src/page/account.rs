//! `/account`: one's own: contact, password, where one is signed in, and
//! everything that is kept about one.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::calendar::{DateStyle, moment_text};
use pakmut_domain::sign_in::{SignInError, contact};
use pakmut_domain::wire::enrolment::Contact;
use pakmut_domain::words::text;
use serde_json::json;
use uuid::Uuid;

use super::enrol::{field, new_password, wrong};
use super::form::{Fields, Posted};
use super::frame::Ask;
use super::sign_in::status_of;
use super::visitor::Visitor;
use super::words::role;
use crate::api::not_found;
use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::enrolment::field_wrong;
use crate::http::bytes_response;
use crate::password;
use crate::problem::Failure;
use crate::sign_in::{self, Came, Credentials};
use crate::store::{Person, SignedIn};

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    page(&app, &visitor, &ask, None, None).await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    ask: &Ask,
    typed: Option<&Fields>,
    failure: Option<&Failure>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let say = |id: &str| text(lang, id, &[]);
    let mut read = app.store.read().await?;
    let Some(person) = read.person(visitor.who.account).await? else {
        return Err(not_found().await);
    };
    let signed_in = read.signed_in(visitor.who.account).await?;
    let kept = Fields::of(&[
        ("name", &person.contact.name),
        ("phone", &person.contact.phone),
    ]);
    let typed = typed.unwrap_or(&kept);
    let to = |verb: &str| format!("/account/{verb}?lang={}", lang.tag());
    let content = html! {
        (wrong(lang, failure))
        p { (role(lang, person.post.role)) @if let Some(lao) = &person.lao_name { " · " span lang="th" { (lao) } } }
        @if visitor.who.manager().looks_after_anybody() {
            p { a href={ "/people?lang=" (lang.tag()) } { (say("account-people")) } }
        }
        h2 { (say("account-contact")) }
        form.entry method="post" action=(to("contact")) {
            (visitor.csrf_field())
            (field(lang, "name", "account-name", typed, "name"))
            (field(lang, "phone", "account-phone", typed, "tel"))
            button type="submit" { (say("account-keep")) }
        }
        h2 { (say("account-change-password")) }
        form.entry method="post" action=(to("password")) {
            (visitor.csrf_field())
            input type="hidden" name="username" autocomplete="username" value=(visitor.username);
            label for="old" { (say("account-old-password")) }
            input #old name="old" type="password" autocomplete="current-password" required;
            (new_password(lang))
            button type="submit" { (say("account-set-password")) }
        }
        h2 { (say("account-where")) }
        div.wide { table.stack {
            thead { tr {
                @for head in ["account-what", "account-since", "account-last"] { th scope="col" { (say(head)) } }
                th {}
            } }
            tbody { @for one in &signed_in { (session(lang, visitor, one)) } }
        } }
        form method="post" action=(to("everywhere")) {
            (visitor.csrf_field())
            button type="submit" { (say("account-sign-out-everywhere")) }
        }
        h2 { (say("account-kept")) }
        p { (say("account-kept-hint")) }
        p { a href="/account/export" download="pakmut-account.json" { (say("account-export")) } }
    };
    let start = say("account-to-start");
    let mut response = visitor.frame(
        ask,
        &say("account-own"),
        Some(("/".to_owned(), &start)),
        &content,
    );
    if let Some(failure) = failure {
        *response.status_mut() = status_of(failure);
    }
    Ok(response)
}

fn session(lang: pakmut_domain::words::Lang, visitor: &Visitor, one: &SignedIn) -> Markup {
    let say = |id: &str| text(lang, id, &[]);
    let when = |ms: i64| {
        if ms > 0 {
            moment_text(ms, lang, DateStyle::Short)
        } else {
            "–".to_owned()
        }
    };
    let is_this = one.id == visitor.who.family;
    html! {
        tr {
            th scope="row" {
                (say(if one.phone { "account-phone-device" } else { "account-browser" }))
                @if is_this { " (" (say("account-this")) ")" }
            }
            td data-head=(say("account-since")) { (when(one.began)) }
            td data-head=(say("account-last")) { (when(one.seen)) }
            td { @if !is_this {
                form method="post" action={ "/account/sessions/" (one.id) "?lang=" (lang.tag()) } {
                    (visitor.csrf_field())
                    button.second type="submit" { (say("account-sign-out")) }
                }
            } }
        }
    }
}

fn back(ask: &Ask) -> Response {
    Redirect::to(&format!("/account?lang={}", ask.lang().tag())).into_response()
}

/// How one is reached.
pub async fn set_contact(
    State(app): State<Arc<App>>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let Posted { visitor, fields } = posted;
    let read = || -> Result<Contact, SignInError> {
        Ok(Contact {
            name: contact(fields.get("name"))?,
            phone: contact(fields.get("phone"))?,
        })
    };
    let given = match read().map_err(field_wrong) {
        Ok(given) => given,
        Err(failure) => return page(&app, &visitor, &ask, Some(&fields), Some(&failure)).await,
    };
    let mut write = app.store.write().await?;
    write.set_contact(visitor.who.account, &given).await?;
    write.commit().await?;
    Ok(back(&ask))
}

/// Another password: the old one is asked for, and every other session ends.
pub async fn set_password(
    State(app): State<Arc<App>>,
    Query(ask): Query<Ask>,
    came: Came,
    posted: Posted,
) -> Result<Response, Failure> {
    let Posted { visitor, fields } = posted;
    let new = fields.as_typed("password").to_owned();
    let check = async {
        if new != fields.as_typed("again") {
            return Err(Failure::bad_request(
                "password_differs",
                "The two passwords differ",
            ));
        }
        password::check(&new, &visitor.username).map_err(field_wrong)?;
        let old = Credentials {
            username: visitor.username.clone(),
            password: fields.as_typed("old").to_owned(),
        };
        sign_in::check(&app, old, &came).await?;
        app.gate.hash(new.clone()).await
    };
    let hash = match check.await {
        Ok(hash) => hash,
        Err(failure) if failure.problem.status < 500 => {
            return page(&app, &visitor, &ask, None, Some(&failure)).await;
        }
        Err(failure) => return Err(failure),
    };
    let account = visitor.who.account;
    let mut write = app.store.write().await?;
    write.set_password(account, &hash).await?;
    write
        .end_other_sessions(account, visitor.who.family)
        .await?;
    let what = json!({});
    audit::record(
        &mut write,
        Some(account),
        Act::PasswordChanged,
        what,
        came.origin,
    )
    .await?;
    write.commit().await?;
    Ok(back(&ask))
}

/// Ends one of one's sessions.
pub async fn end_session(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let mut write = app.store.write().await?;
    write.end_session_of(posted.visitor.who.account, id).await?;
    write.commit().await?;
    Ok(back(&ask))
}

/// Signs out everywhere, here too.
pub async fn everywhere(
    State(app): State<Arc<App>>,
    Query(ask): Query<Ask>,
    origin: Origin,
    posted: Posted,
) -> Result<Response, Failure> {
    let account = posted.visitor.who.account;
    let mut write = app.store.write().await?;
    write.end_all_sessions(account).await?;
    let what = json!({"everywhere": true});
    audit::record(&mut write, Some(account), Act::SignOut, what, origin).await?;
    write.commit().await?;
    Ok(super::sign_in::signed_out(&app, &ask))
}

/// `/account/export`: everything that is kept about one, as JSON.
pub async fn export(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let account = visitor.who.account;
    let Some(person) = read.person(account).await? else {
        return Err(not_found().await);
    };
    let signed_in = read.signed_in(account).await?;
    let items = read.items_of(account).await?;
    let body = serde_json::to_vec_pretty(&export_of(&person, &signed_in, items))
        .map_err(|_| crate::store::StoreError::Corrupt("an account that cannot be written"))?;
    let mut response = bytes_response("application/json", body);
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"pakmut-account.json\"",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

fn export_of(person: &Person, signed_in: &[SignedIn], items: i64) -> serde_json::Value {
    let sessions: Vec<_> = signed_in
        .iter()
        .map(|one| {
            json!({
                "on": if one.phone { "phone" } else { "browser" },
                "began_ms": one.began,
                "seen_ms": one.seen,
            })
        })
        .collect();
    json!({
        "account": person.id,
        "username": person.username,
        "role": person.post.role,
        "office": person.lao_name,
        "province": person.post.province,
        "leads": person.post.leads,
        "contact": person.contact,
        "made_ms": person.made,
        "signed_in_ms": person.signed_in,
        "signed_in_on": sessions,
        "items_sent": items,
    })
}
