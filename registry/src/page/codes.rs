//! `/codes`: one-time codes for those below, issued as a list or as letters,
//! and taken back. A code is on the page that issued it and on none after.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::calendar::{DateStyle, moment_text};
use pakmut_domain::model::Role;
use pakmut_domain::wire::enrolment::Purpose;
use pakmut_domain::words::{Lang, text};
use serde_json::json;
use uuid::Uuid;

use super::ROWS;
use super::form::{Fields, Posted};
use super::frame::{Ask, turn};
use super::visitor::{Visitor, role_not_allowed};
use super::words::role;
use crate::api::not_found;
use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::clock::now_ms;
use crate::enrolment::{self, ENROL_DAYS, Issued, post};
use crate::problem::Failure;
use crate::store::{IssuedCode, LaoRow, Manager, Post, Read, Scope};

/// One code with whom it is for, to be printed.
pub struct Printed {
    /// The LAO, office or person.
    pub to: String,
    /// What it is for.
    pub what: String,
    /// The code.
    pub issued: Issued,
}

/// The codes that were issued, and the form for more.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let manager = manager(&visitor)?;
    let lang = ask.lang();
    let now = now_ms();
    let mut read = app.store.read().await?;
    let codes = read.codes_below(&manager, ask.offset(), ROWS).await?;
    let form = issue_form(&mut read, &visitor, lang).await?;
    let content = html! {
        (form)
        h2 { (text(lang, "account-codes-issued", &[])) }
        @if codes.is_empty() { p { (text(lang, "account-codes-none", &[])) } }
        @else {
            div.wide { table.stack {
                thead { tr {
                    @for head in ["account-for", "account-role", "account-issued", "account-ends", "account-state"] {
                        th scope="col" { (text(lang, head, &[])) }
                    }
                    th {}
                } }
                tbody { @for code in &codes { (row(lang, &visitor, code, now)) } }
            } }
            (turn(&ask, codes.len(), ""))
        }
    };
    let title = text(lang, "account-codes", &[]);
    Ok(visitor.frame(
        &ask,
        &title,
        Some(("/".to_owned(), &text(lang, "account-to-start", &[]))),
        &content,
    ))
}

fn row(lang: Lang, visitor: &Visitor, code: &IssuedCode, now: i64) -> Markup {
    let state = if code.used.is_some() {
        "account-code-used"
    } else if code.revoked.is_some() {
        "account-code-revoked"
    } else if code.is_open(now) {
        "account-code-open"
    } else {
        "account-code-over"
    };
    html! {
        tr {
            th scope="row" lang="th" {
                (code.lao_name.as_deref().unwrap_or("–"))
                @if let Some(username) = &code.username { " · " (username) }
            }
            td data-head=(text(lang, "account-role", &[])) {
                @if code.purpose == Purpose::Reset { (text(lang, "account-reset", &[])) }
                @else { (role(lang, code.post.role)) }
            }
            td data-head=(text(lang, "account-issued", &[])) { (moment_text(code.issued, lang, DateStyle::Short)) }
            td data-head=(text(lang, "account-ends", &[])) { (moment_text(code.expires, lang, DateStyle::Short)) }
            td data-head=(text(lang, "account-state", &[])) { (text(lang, state, &[])) }
            td { @if code.is_open(now) {
                form method="post" action={ "/codes/" (code.id) "/revoke?lang=" (lang.tag()) } {
                    (visitor.csrf_field())
                    button.second type="submit" { (text(lang, "account-revoke", &[])) }
                }
            } }
        }
    }
}

/// What a visitor may issue codes for.
async fn issue_form(read: &mut Read, visitor: &Visitor, lang: Lang) -> Result<Markup, Failure> {
    let say = |id: &str| text(lang, id, &[]);
    let option = |value: &str, label: &str| html! { option value=(value) { (say(label)) } };
    let (kinds, places) = match visitor.scope() {
        Scope::Country => {
            let provinces = read.provinces(visitor.scope()).await?;
            let kinds = html! { (option("province", "account-issue-province")) };
            let places = html! {
                label for="place" { (say("account-issue-for")) }
                select #place name="place" {
                    @for province in &provinces {
                        option value=(province.code) { (if lang == Lang::Th { &province.th } else { &province.en }) }
                    }
                }
            };
            (kinds, places)
        }
        Scope::Province(code) => {
            let waiting = read.not_enrolled(code, true, now_ms()).await?;
            let laos = read
                .laos_of(code, visitor.scope(), None, 0, i64::from(u16::MAX))
                .await?;
            let all = text(
                lang,
                "account-issue-all",
                &[("count", waiting.len().into())],
            );
            let kinds = html! {
                @if !waiting.is_empty() { option value="all" { (all) } }
                (option("lao", "account-issue-lao"))
                (option("tester", "account-issue-tester"))
                @if visitor.who.leads { (option("colleague", "account-issue-colleague")) }
            };
            let places = html! {
                label for="place" { (say("account-issue-for")) }
                select #place name="place" {
                    @for lao in &laos { option value=(lao.id) lang="th" { (lao.name_th) } }
                }
            };
            (kinds, places)
        }
        Scope::Lao(_) => {
            let kinds = html! {
                (option("colleague", "account-issue-colleague"))
                (option("tester", "account-issue-tester"))
            };
            (kinds, html! {})
        }
    };
    Ok(html! {
        form.entry method="post" action={ "/codes?lang=" (lang.tag()) } {
            (visitor.csrf_field())
            label for="kind" { (say("account-issue-what")) }
            select #kind name="kind" { (kinds) }
            (places)
            label for="as" { (say("account-issue-as")) }
            select #as name="as" {
                (option("letters", "account-as-letters"))
                (option("list", "account-as-list"))
            }
            button type="submit" { (say("account-issue")) }
        }
        p.quiet { (text(lang, "account-issue-hint", &[("days", ENROL_DAYS.into())])) }
    })
}

/// Issues codes and shows them, this once.
pub async fn issue(
    State(app): State<Arc<App>>,
    Query(ask): Query<Ask>,
    origin: Origin,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Failure> {
    let Posted { visitor, fields } = posted;
    let manager = manager(&visitor)?;
    let lang = ask.lang();
    let targets = {
        let mut read = app.store.read().await?;
        targets(&mut read, &visitor, &fields).await?
    };
    let posts: Vec<Post> = targets.iter().map(|(_, post)| post.clone()).collect();
    let issued = enrolment::issue(&app.store, &manager, &posts, ENROL_DAYS, origin).await?;
    let printed: Vec<Printed> = targets
        .into_iter()
        .zip(issued)
        .map(|((to, post), issued)| Printed {
            to,
            what: role(lang, post.role),
            issued,
        })
        .collect();
    Ok(printed_page(
        &visitor,
        &ask,
        &headers,
        &printed,
        fields.get("as") == "list",
        app.https,
    ))
}

/// Whom the form is for: the name to print, and the post.
async fn targets(
    read: &mut Read,
    visitor: &Visitor,
    fields: &Fields,
) -> Result<Vec<(String, Post)>, Failure> {
    let wrong = || Failure::bad_request("code_target", "The form names nobody to issue a code for");
    let kind = fields.get("kind");
    let place = fields.get("place");
    let scope = visitor.scope();
    let of = |role: Role, lao: LaoRow, leads: bool| {
        vec![(lao.name_th, post(role, Some((lao.no, lao.province)), leads))]
    };
    let lao_of_form = async |read: &mut Read| {
        let id: Uuid = place.parse().map_err(|_| wrong())?;
        read.lao_in(id, scope).await?.ok_or_else(wrong)
    };
    Ok(match (kind, scope) {
        ("province", Scope::Country) => {
            let office = read.provincial_office(place).await?.ok_or_else(wrong)?;
            of(Role::Province, office, true)
        }
        ("all", Scope::Province(code)) => read
            .not_enrolled(code, true, now_ms())
            .await?
            .into_iter()
            .map(|(no, name)| (name, post(Role::Lao, Some((no, code.clone())), true)))
            .collect(),
        ("lao", Scope::Province(_)) => of(Role::Lao, lao_of_form(read).await?, true),
        ("tester", Scope::Province(_)) => of(Role::Tester, lao_of_form(read).await?, false),
        ("colleague" | "tester", _) => {
            let no = visitor.who.lao.ok_or_else(wrong)?;
            let lao = read.lao_by_no(no).await?.ok_or_else(wrong)?;
            let role = if kind == "tester" {
                Role::Tester
            } else {
                visitor.who.role
            };
            of(role, lao, false)
        }
        _ => return Err(wrong()),
    })
}

/// Takes a code back.
pub async fn revoke(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    origin: Origin,
    posted: Posted,
) -> Result<Response, Failure> {
    let manager = manager(&posted.visitor)?;
    let mut write = app.store.write().await?;
    if !write.revoke_code(id, &manager, now_ms()).await? {
        return Err(not_found().await);
    }
    let what = json!({"code": id});
    audit::record(&mut write, manager.account, Act::CodesRevoked, what, origin).await?;
    write.commit().await?;
    Ok(Redirect::to(&format!("/codes?lang={}", ask.lang().tag())).into_response())
}

/// The visitor as one who looks after accounts; 403 for one who does not.
pub fn manager(visitor: &Visitor) -> Result<Manager, Failure> {
    let manager = visitor.who.manager();
    if manager.looks_after_anybody() {
        Ok(manager)
    } else {
        Err(role_not_allowed())
    }
}

/// Codes to be printed: a list, or a letter each.
pub fn printed_page(
    visitor: &Visitor,
    ask: &Ask,
    headers: &HeaderMap,
    printed: &[Printed],
    as_list: bool,
    https: bool,
) -> Response {
    let lang = ask.lang();
    let say = |id: &str| text(lang, id, &[]);
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let address = format!("{}://{host}/enrol", if https { "https" } else { "http" });
    let ends = |issued: &Issued| moment_text(issued.expires, lang, DateStyle::Long);
    let content = html! {
        p.screen role="status" { (say("account-codes-once")) }
        @if printed.is_empty() { p { (say("account-codes-nobody")) } }
        @if as_list {
            div.wide { table {
                thead { tr {
                    @for head in ["account-for", "account-role", "account-code", "account-ends", "account-received"] {
                        th scope="col" { (say(head)) }
                    }
                } }
                tbody { @for one in printed { tr {
                    th scope="row" lang="th" { (one.to) }
                    td { (one.what) }
                    td.code { (one.issued.code) }
                    td { (ends(&one.issued)) }
                    td {}
                } } }
            } }
        } @else {
            @for one in printed {
                article.letter {
                    h2 lang="th" { (one.to) }
                    p { (one.what) }
                    p { (say("account-letter-code")) }
                    p.code { b { (one.issued.code) } }
                    ol {
                        li { (text(lang, "account-letter-open", &[("address", address.as_str().into())])) }
                        li { (say("account-letter-choose")) }
                        li { (text(lang, "account-letter-ends", &[("when", ends(&one.issued).into())])) }
                    }
                    p.quiet { (say("account-letter-secret")) }
                }
            }
        }
    };
    let up = Some(("/codes".to_owned(), say("account-codes")));
    let up = up
        .as_ref()
        .map(|(address, text)| (address.clone(), text.as_str()));
    visitor.frame(ask, &say("account-codes"), up, &content)
}
