//! `/people`: the accounts below a visitor: a new password by a one-time code,
//! disabled when somebody leaves, erased for good.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::calendar::{DateStyle, moment_text};
use pakmut_domain::words::{Lang, text};
use serde::Deserialize;
use uuid::Uuid;

use super::ROWS;
use super::codes::{Printed, manager, printed_page};
use super::form::Posted;
use super::frame::{Ask, turn};
use super::visitor::Visitor;
use super::words::role;
use crate::api::not_found;
use crate::app::App;
use crate::audit::Origin;
use crate::enrolment;
use crate::people;
use crate::problem::Failure;
use crate::store::Person;

/// What the address may ask.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// What a username, an office or a name must hold.
    #[serde(default)]
    q: String,
}

/// The list.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(ask): Query<Ask>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let manager = manager(&visitor)?;
    let lang = ask.lang();
    let say = |id: &str| text(lang, id, &[]);
    let holding = asked.q.trim();
    let people = app
        .store
        .read()
        .await?
        .people_below(&manager, holding, ask.offset(), ROWS)
        .await?;
    let content = html! {
        form.search method="get" action="/people" {
            input type="hidden" name="lang" value=(lang.tag());
            label for="q" { (say("account-find")) }
            input #q type="search" name="q" value=(holding);
            button type="submit" { (say("account-find-button")) }
        }
        p { a href={ "/codes?lang=" (lang.tag()) } { (say("account-codes")) } }
        @if people.is_empty() { p { (say("account-people-none")) } }
        @else {
            div.wide { table.stack {
                thead { tr {
                    @for head in ["account-username", "account-role", "account-for", "account-contact", "account-last", "account-state"] {
                        th scope="col" { (say(head)) }
                    }
                    th {}
                } }
                tbody { @for person in &people { (row(lang, &visitor, person)) } }
            } }
            (turn(&ask, people.len(), ""))
        }
    };
    let start = say("account-to-start");
    Ok(visitor.frame(
        &ask,
        &say("account-people"),
        Some(("/".to_owned(), &start)),
        &content,
    ))
}

fn row(lang: Lang, visitor: &Visitor, person: &Person) -> Markup {
    let say = |id: &str| text(lang, id, &[]);
    let action = |verb: &str, label: &str| {
        html! {
            form method="post" action={ "/people/" (person.id) "/" (verb) "?lang=" (lang.tag()) } {
                (visitor.csrf_field())
                button.second type="submit" { (say(label)) }
            }
        }
    };
    let state = match (person.disabled, person.erased) {
        (_, true) => "account-erased",
        (Some(_), _) => "account-disabled",
        _ => "account-active",
    };
    html! {
        tr {
            th scope="row" { (person.username) }
            td data-head=(say("account-role")) { (role(lang, person.post.role)) }
            td lang="th" { (person.lao_name.as_deref().unwrap_or("–")) }
            td data-head=(say("account-contact")) { (if person.contact.name.is_empty() { "–" } else { person.contact.name.as_str() }) @if !person.contact.phone.is_empty() { br; (person.contact.phone) } }
            td data-head=(say("account-last")) { @if person.signed_in > 0 { (moment_text(person.signed_in, lang, DateStyle::Short)) } @else { "–" } }
            td data-head=(say("account-state")) { (say(state)) }
            td.actions {
                @if person.erased {}
                @else if person.disabled.is_some() {
                    (action("enable", "account-enable"))
                    (action("erase", "account-erase"))
                } @else {
                    (action("reset", "account-reset"))
                    (action("disable", "account-disable"))
                }
            }
        }
    }
}

/// Issues a code for a new password, and shows it, this once.
pub async fn reset(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    origin: Origin,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Failure> {
    let manager = manager(&posted.visitor)?;
    let Some((to, issued)) = enrolment::issue_reset(&app.store, &manager, id, origin).await? else {
        return Err(not_found().await);
    };
    let what = text(ask.lang(), "account-reset", &[]);
    let printed = [Printed { to, what, issued }];
    Ok(printed_page(
        &posted.visitor,
        &ask,
        &headers,
        &printed,
        false,
        app.https,
    ))
}

/// Somebody left: the account may no longer sign in. Its pins stay.
pub async fn disable(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    origin: Origin,
    posted: Posted,
) -> Result<Response, Failure> {
    let manager = manager(&posted.visitor)?;
    done(people::disable(&app, &manager, id, origin).await?, &ask).await
}

/// Somebody is back.
pub async fn enable(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    origin: Origin,
    posted: Posted,
) -> Result<Response, Failure> {
    let manager = manager(&posted.visitor)?;
    done(
        people::enable(&app.store, &manager, id, origin).await?,
        &ask,
    )
    .await
}

/// Erases what is known about somebody who left.
pub async fn erase(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    origin: Origin,
    posted: Posted,
) -> Result<Response, Failure> {
    let manager = manager(&posted.visitor)?;
    done(people::erase(&app.store, &manager, id, origin).await?, &ask).await
}

async fn done(found: bool, ask: &Ask) -> Result<Response, Failure> {
    if found {
        Ok(Redirect::to(&format!("/people?lang={}", ask.lang().tag())).into_response())
    } else {
        Err(not_found().await)
    }
}
