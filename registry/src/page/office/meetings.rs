//! `/meetings/KEY`: who will come to an announced meeting, and who did. An LAO
//! says it for itself; officers note who came.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::model::Role;
use pakmut_domain::round::Announcement;
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::payload::Attendance;
use pakmut_domain::wire::push::Outcome;
use pakmut_domain::words::{Figure, Lang, text};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::rounds::{meeting_time, told};
use super::{name_of, province, w};
use crate::api::not_found;
use crate::api::push::store;
use crate::app::App;
use crate::arrival;
use crate::audit::{self, Act, Origin};
use crate::clock::now_ms;
use crate::made_here;
use crate::page::form::Posted;
use crate::page::frame::Ask;
use crate::page::visitor::{Officer, Visitor, role_not_allowed};
use crate::page::words::grouped;
use crate::problem::Failure;
use crate::store::{AttendanceSums, Attending, Read, Scope};

/// What the address may ask.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// Whether something was just written down.
    #[serde(default)]
    said: String,
}

/// The meeting that is announced under a key.
///
/// # Errors
/// 404 where there is none.
async fn meeting(read: &mut Read, key: &str) -> Result<Announcement, Failure> {
    let all = read.announcements().await?;
    let found = all
        .into_iter()
        .find(|(known, said)| known == key && said.is_meeting());
    match found {
        Some((_, said)) => Ok(said),
        None => Err(not_found().await),
    }
}

/// The meetings that are not over, for an LAO's own people to answer.
///
/// # Errors
/// A [`Failure`] where the storage cannot be read.
pub async fn invitations(read: &mut Read, lang: Lang) -> Result<Markup, Failure> {
    let all = read.announcements().await?;
    let now = now_ms();
    Ok(html! {
        @for (key, said) in all.iter().filter(|(_, said)| said.takes_answers(now)) {
            p.told {
                a href={ "/meetings/" (key) "?lang=" (lang.tag()) } lang="th" { (said.title) }
                @if let Some(begins) = said.begins_ms { " · " (meeting_time(lang, begins, said)) }
            }
        }
    })
}

/// The meeting; for an LAO its own answer, for officers how many come.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(key): Path<String>,
    Query(ask): Query<Ask>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let said = meeting(&mut read, &key).await?;
    let content = html! {
        @if asked.said == "yes" { p.told role="status" { (w(lang, "meeting-kept")) } }
        (told(lang, &said, None))
        @match visitor.scope() {
            Scope::Lao(no) => {
                @let before = read.said_of_meeting(&key, *no).await?;
                @if visitor.who.role == Role::Lao && said.takes_answers(now_ms()) {
                    (answer_form(lang, &visitor, &key, before))
                } @else if let Some(before) = before {
                    p { (answer_words(lang, Some(before.0), before.1)) }
                }
            }
            Scope::Province(code) => { (sums(lang, &mut read, &key, Some(code)).await?) }
            Scope::Country => { (sums(lang, &mut read, &key, None).await?) }
        }
    };
    let up_text = w(lang, "office-rounds");
    let up = visitor
        .is_officer()
        .then(|| ("/rounds".to_owned(), up_text.as_str()));
    Ok(visitor.frame(&ask, &w(lang, "meeting-title"), up, &content))
}

fn answer_form(lang: Lang, visitor: &Visitor, key: &str, before: Option<(bool, i64)>) -> Markup {
    let people = before.map_or(1, |(_, people)| people.max(1));
    html! {
        form.one method="post" action={ "/meetings/" (key) "?lang=" (lang.tag()) } {
            (visitor.csrf_field())
            fieldset {
                legend { (w(lang, "meeting-question")) }
                @for (value, will, id) in [("yes", true, "meeting-will"), ("no", false, "meeting-will-not")] {
                    label { input type="radio" name="will" value=(value) required checked[before.is_some_and(|(said, _)| said == will)]; " " (w(lang, id)) } " "
                }
            }
            label for="people" { (w(lang, "meeting-people")) }
            input #people name="people" type="text" inputmode="numeric" maxlength="3" value=(people);
            p { button type="submit" { (w(lang, "meeting-send")) } }
        }
    }
}

/// What an LAO said, in words.
fn answer_words(lang: Lang, will: Option<bool>, people: i64) -> Markup {
    html! {
        @match will {
            Some(true) => { "✓ " (text(lang, "meeting-comes", &[("people", (people as f64).into())])) }
            Some(false) => { "✕ " (w(lang, "meeting-will-not")) }
            None => { span.quiet { "○ " (w(lang, "meeting-no-answer")) } }
        }
    }
}

/// The columns of [`sums`] that are numbers.
const HEADS: [&str; 5] = [
    "meeting-laos",
    "meeting-will",
    "meeting-people-short",
    "meeting-will-not",
    "meeting-came",
];

/// How many come, by province.
async fn sums(
    lang: Lang,
    read: &mut Read,
    key: &str,
    only: Option<&String>,
) -> Result<Markup, Failure> {
    let all: Vec<AttendanceSums> = read
        .attendance_sums(key)
        .await?
        .into_iter()
        .filter(|one| only.is_none_or(|code| *code == one.province))
        .collect();
    let sum =
        |of: fn(&AttendanceSums) -> i64| Figure::Number(all.iter().map(of).sum::<i64>() as f64);
    let figures = [
        ("laos", sum(|one| one.laos)),
        ("will", sum(|one| one.will)),
        ("willnot", sum(|one| one.will_not)),
        ("came", sum(|one| one.came)),
    ];
    Ok(html! {
        p { (text(lang, "meeting-sums", &figures)) }
        div.wide { table.stack {
            thead { tr {
                th scope="col" { (w(lang, "meeting-province")) }
                @for id in HEADS {
                    th.n scope="col" { (w(lang, id)) }
                }
            } }
            tbody {
                @for one in &all {
                    tr {
                        th scope="row" { a href={ "/provinces/" (one.province) "/meetings/" (key) "?lang=" (lang.tag()) } { (if lang == Lang::Th { &one.th } else { &one.en }) } }
                        @for (id, count) in HEADS.into_iter().zip([one.laos, one.will, one.people, one.will_not, one.came]) {
                            td.n data-head=(w(lang, id)) { (grouped(u64::try_from(count).unwrap_or(0))) }
                        }
                    }
                }
            }
        } }
    })
}

/// An LAO says whether it will come.
pub async fn answer(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(key): Path<String>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let visitor = &posted.visitor;
    let (Role::Lao, Scope::Lao(no)) = (visitor.who.role, visitor.scope()) else {
        return Err(role_not_allowed());
    };
    let mut read = app.store.read().await?;
    meeting(&mut read, &key).await?;
    let lao = read.lao_by_no(*no).await?;
    drop(read);
    let Some(lao) = lao else {
        return Err(not_found().await);
    };
    let will = match posted.fields.get("will") {
        "yes" => true,
        "no" => false,
        _ => return Err(super::bad("meeting_unanswered")),
    };
    let said = Attendance::typed(&key, lao.id, will, posted.fields.get("people"));
    let envelope = made_here::envelope(&visitor.who, Kind::ATTENDANCE, &said, Vec::new())?;
    let who = Arc::new(visitor.who.clone());
    let made =
        arrival::made_here(envelope, &who, origin).map_err(|refusal| super::bad(refusal.code))?;
    let refused = store(&app, vec![made]).await?.pop();
    match refused.map(|result| (result.result, result.code)) {
        Some((Outcome::Accepted | Outcome::Duplicate | Outcome::Conflict, _)) => {}
        Some((Outcome::Refused, Some(code))) if code == "meeting_over" => {
            return Err(super::bad("meeting_over"));
        }
        Some((Outcome::Refused, _)) => return Err(role_not_allowed()),
        Some((Outcome::Retry, _)) | None => {
            return Err(Failure::busy("decision_busy", "The registry is busy"));
        }
    }
    let to = format!("/meetings/{key}?lang={}&said=yes", ask.lang().tag());
    Ok(Redirect::to(&to).into_response())
}

/// `/provinces/CODE/meetings/KEY`: LAO by LAO.
pub async fn of_province(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path((code, key)): Path<(String, String)>,
    Query(ask): Query<Ask>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let province = province(&mut read, &visitor, &code).await?;
    let said = meeting(&mut read, &key).await?;
    let all = read.attendance(&key, &code).await?;
    drop(read);
    let count = |of: fn(&Attending) -> bool| all.iter().filter(|one| of(one)).count();
    let figures = [
        ("laos", all.len().into()),
        ("will", count(|one| one.will == Some(true)).into()),
        ("willnot", count(|one| one.will == Some(false)).into()),
        ("came", count(|one| one.came == Some(true)).into()),
    ];
    let shown = ask.part(&all);
    let begun = said.has_begun(now_ms());
    let action = format!(
        "/provinces/{code}/meetings/{key}?lang={}&page={}",
        lang.tag(),
        ask.page
    );
    let content = html! {
        @if asked.said == "yes" { p.told role="status" { (w(lang, "meeting-kept")) } }
        (told(lang, &said, None))
        p { (text(lang, "meeting-sums", &figures)) }
        @if begun {
            form method="post" action=(action) {
                (visitor.csrf_field())
                (table(lang, shown, true))
                p { button type="submit" { (w(lang, "meeting-note")) } }
            }
        } @else {
            (table(lang, shown, false))
            p.quiet { (w(lang, "meeting-note-later")) }
        }
        (super::queue::pages(&ask, all.len()))
    };
    let title = format!("{}: {}", w(lang, "meeting-title"), name_of(lang, &province));
    let up_text = w(lang, "office-rounds");
    let up = Some(("/rounds".to_owned(), up_text.as_str()));
    Ok(visitor.frame(&ask, &title, up, &content))
}

fn table(lang: Lang, shown: &[Attending], begun: bool) -> Markup {
    html! {
        div.wide { table.stack {
            thead { tr {
                th scope="col" { (w(lang, "office-lao")) }
                th scope="col" { (w(lang, "meeting-answer")) }
                @if begun { th scope="col" { (w(lang, "meeting-came")) } }
            } }
            tbody {
                @for one in shown {
                    tr {
                        th scope="row" lang="th" { a href={ "/laos/" (one.id) "?lang=" (lang.tag()) } { (one.name_th) } }
                        td data-head=(w(lang, "meeting-answer")) { (answer_words(lang, one.will, one.people)) }
                        @if begun {
                            td data-head=(w(lang, "meeting-came")) {
                                input type="hidden" name="lao" value=(one.id);
                                input type="checkbox" name="came" value=(one.id) checked[one.came == Some(true)]
                                    aria-label={ (w(lang, "meeting-came")) " " (one.name_th) };
                            }
                        }
                    }
                }
            }
        } }
    }
}

/// Notes who came, of the LAOs that the form shows.
pub async fn note(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path((code, key)): Path<(String, String)>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let visitor = &posted.visitor;
    if !visitor.is_officer() {
        return Err(role_not_allowed());
    }
    let mut read = app.store.read().await?;
    province(&mut read, visitor, &code).await?;
    let said = meeting(&mut read, &key).await?;
    let all = read.attendance(&key, &code).await?;
    drop(read);
    let now = now_ms();
    if !said.has_begun(now) {
        return Err(super::bad("meeting_not_begun"));
    }
    let ids = |name: &str| -> HashSet<Uuid> {
        posted
            .fields
            .all(name)
            .filter_map(|id| id.parse().ok())
            .collect()
    };
    let (shown, came) = (ids("lao"), ids("came"));
    let account = visitor.who.account;
    let mut write = app.store.write().await?;
    let mut changed = Vec::new();
    for one in all.iter().filter(|one| shown.contains(&one.id)) {
        let here = came.contains(&one.id);
        if one.came != Some(here) {
            write
                .note_at_meeting(&key, one.lao, here, now, account)
                .await?;
            changed.push(json!({ "lao": one.lao, "came": here }));
        }
    }
    if !changed.is_empty() {
        let what = json!({ "meeting": key, "laos": changed });
        audit::record(&mut write, Some(account), Act::MeetingNoted, what, origin).await?;
    }
    write.commit().await?;
    let to = format!(
        "/provinces/{code}/meetings/{key}?lang={}&page={}&said=yes",
        ask.lang().tag(),
        ask.page
    );
    Ok(Redirect::to(&to).into_response())
}
