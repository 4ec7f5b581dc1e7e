//! `/rounds`: what must be done by when, and what is announced. The department
//! opens and extends rounds and announces; everybody else reads.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::calendar::{self, DateStyle, date_text};
use pakmut_domain::model::Role;
use pakmut_domain::round::{Announcement, AnnouncementKind, Guidance, Round, Standing, Task};
use pakmut_domain::wire::pull::record;
use pakmut_domain::words::{Lang, text};
use pakmut_domain::zero_copy::Day;
use serde::Serialize;
use serde_json::json;
use time::{PrimitiveDateTime, Time};
use uuid::Uuid;

use super::{w, when};
use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::clock::now_ms;
use crate::page::form::{Fields, Posted};
use crate::page::frame::Ask;
use crate::page::tabs::{self, Tab};
use crate::page::visitor::{Officer, Visitor, role_not_allowed};
use crate::problem::Failure;
use crate::store::Scope;

/// The most characters of an announcement's title, and of its text.
const MAX_TITLE: usize = 200;
const MAX_TEXT: usize = 4_000;

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let mut rounds = read.rounds().await?;
    rounds.sort_by_key(|round| std::cmp::Reverse((round.from, round.id)));
    let announcements = read.announcements().await?;
    let guidance = read.guidance().await?;
    let may_change = visitor.who.role == Role::Department;
    let content = html! {
        @if let Scope::Province(code) = visitor.scope() { (tabs::of_province(lang, code, Tab::Rounds)) }
        @else { (tabs::of_country(lang, Tab::Rounds)) }
        @if rounds.is_empty() { p.empty { (w(lang, "round-none")) } }
        @for round in &rounds { (one(lang, &visitor, round, may_change)) }
        h2 { (w(lang, "round-announcements")) }
        @if announcements.is_empty() { p.empty { (w(lang, "round-no-announcements")) } }
        @for (key, said) in &announcements {
            @let path = match visitor.scope() {
                Scope::Province(code) => format!("/provinces/{code}/meetings/{key}"),
                _ => format!("/meetings/{key}"),
            };
            (told(lang, said, Some(&path)))
        }
        h2 { (w(lang, "round-guidance")) }
        @if guidance.is_empty() { p.empty { (w(lang, "round-no-guidance")) } }
        @for (key, said) in &guidance { (guide(lang, &visitor, key, said, may_change)) }
        @if may_change {
            (open_form(lang, &visitor))
            (announce_form(lang, &visitor))
            (guidance_form(lang, &visitor))
        }
    };
    Ok(visitor.frame(&ask, &w(lang, "office-rounds"), None, &content))
}

fn one(lang: Lang, visitor: &Visitor, round: &Round, may_change: bool) -> Markup {
    let day = |day: Day| date_text(day.date(), lang, DateStyle::Long);
    let standing = Day::in_bangkok(now_ms()).map(|today| round.on(today));
    let id = round.id;
    html! {
        section.card {
            h2 lang="th" { (round.name) }
            p {
                (day(round.from)) " – " (day(round.to))
                @if let Some(extended) = round.extended_to { " · " b { (text(lang, "round-extended", &[("day", day(extended).into())])) } }
                @match standing {
                    Some(Standing::Runs(days)) => { " · " (text(lang, if days == 0 { "round-last-day" } else { "round-runs" }, &[("days", (days as f64).into())])) }
                    Some(Standing::Begins(days)) => { " · " (text(lang, "round-begins", &[("days", (days as f64).into())])) }
                    Some(Standing::Over(days)) => { " · " (text(lang, "round-over", &[("days", (days as f64).into())])) }
                    None => {}
                }
            }
            ul { @for task in &round.due { li { (task_words(lang, *task)) } } }
            @if may_change {
                form.line method="post" action={ "/rounds?lang=" (lang.tag()) } {
                    (visitor.csrf_field())
                    input type="hidden" name="action" value="extend";
                    input type="hidden" name="round" value=(id);
                    label for={ "extend-" (id) } { (w(lang, "round-extend-to")) }
                    input id={ "extend-" (id) } name="extended_to" type="text" inputmode="numeric" required placeholder=(w(lang, "round-day-example"));
                    button.second type="submit" { (w(lang, "round-extend")) }
                }
            }
        }
    }
}

/// A task in words.
pub fn task_words(lang: Lang, task: Task) -> String {
    w(lang, &format!("task-{}", task.as_str().replace('_', "-")))
}

/// When a meeting is, from when to when.
pub fn meeting_time(lang: Lang, begins: i64, said: &Announcement) -> String {
    match said.ends_ms.and_then(calendar::in_bangkok) {
        // One "น." stands for both times.
        Some(ends) => format!(
            "{}–{}",
            when(lang, begins).trim_end_matches(" น."),
            calendar::time_text(ends.time(), lang)
        ),
        None => when(lang, begins),
    }
}

/// An announcement; of a meeting with the way to who will come, where there is one.
pub fn told(lang: Lang, said: &Announcement, who_comes: Option<&str>) -> Markup {
    html! {
        section.card {
            h3 lang="th" { (said.title) }
            @if let Some(begins) = said.begins_ms {
                p {
                    (meeting_time(lang, begins, said))
                    @if !said.place.is_empty() { " · " span lang="th" { (said.place) } }
                }
            }
            @if !said.text.is_empty() { p lang="th" { (said.text) } }
            @if let Some(path) = who_comes.filter(|_| said.is_meeting()) {
                p { a href={ (path) "?lang=" (lang.tag()) } { (w(lang, "meeting-title")) span.hidden lang="th" { " " (said.title) } } }
            }
            p.quiet { (when(lang, said.published_ms)) }
        }
    }
}

fn open_form(lang: Lang, visitor: &Visitor) -> Markup {
    let day = |name: &str, id: &str| {
        html! {
            label for=(name) { (w(lang, id)) }
            input id=(name) name=(name) type="text" inputmode="numeric" required placeholder=(w(lang, "round-day-example"));
        }
    };
    html! {
        form.one method="post" action={ "/rounds?lang=" (lang.tag()) } {
            h2 { (w(lang, "round-open")) }
            (visitor.csrf_field())
            input type="hidden" name="action" value="open";
            label for="name" { (w(lang, "round-name")) }
            input #name name="name" type="text" required maxlength=(pakmut_domain::round::MAX_NAME) lang="th";
            (day("from", "round-from"))
            (day("to", "round-to"))
            fieldset {
                legend { (w(lang, "round-due")) }
                @for task in Task::ALL {
                    label { input type="checkbox" name="due" value=(task.as_str()) checked[matches!(task, Task::Enrolled | Task::Pinned)]; " " (task_words(lang, task)) }
                }
            }
            p { button type="submit" { (w(lang, "round-open-button")) } }
        }
    }
}

fn announce_form(lang: Lang, visitor: &Visitor) -> Markup {
    html! {
        form.one method="post" action={ "/rounds?lang=" (lang.tag()) } {
            h2 { (w(lang, "round-announce")) }
            (visitor.csrf_field())
            input type="hidden" name="action" value="announce";
            label for="title" { (w(lang, "round-title")) }
            input #title name="title" type="text" required maxlength=(MAX_TITLE) lang="th";
            label for="text" { (w(lang, "round-text")) }
            textarea #text name="text" rows="3" maxlength=(MAX_TEXT) lang="th" {}
            fieldset {
                legend { (w(lang, "round-meeting")) }
                label for="day" { (w(lang, "round-meeting-day")) }
                input #day name="day" type="text" inputmode="numeric" placeholder=(w(lang, "round-day-example"));
                label for="begins" { (w(lang, "round-meeting-begins")) }
                input #begins name="begins" type="text" inputmode="numeric" placeholder="10.00";
                label for="ends" { (w(lang, "round-meeting-ends")) }
                input #ends name="ends" type="text" inputmode="numeric" placeholder="12.00";
                label for="place" { (w(lang, "round-meeting-place")) }
                input #place name="place" type="text" maxlength=(MAX_TITLE);
            }
            p { button type="submit" { (w(lang, "round-announce-button")) } }
        }
    }
}

fn guide(lang: Lang, visitor: &Visitor, key: &str, said: &Guidance, may_change: bool) -> Markup {
    html! {
        section.card {
            h3 lang="th" { (said.title) }
            @if !said.text.is_empty() { p lang="th" { (said.text) } }
            @if !said.phone.is_empty() { p { (w(lang, "office-phone")) " " (said.phone) } }
            @if !said.email.is_empty() { p { a href={ "mailto:" (said.email) } { (said.email) } } }
            @if may_change {
                form method="post" action={ "/rounds?lang=" (lang.tag()) } {
                    (visitor.csrf_field())
                    input type="hidden" name="action" value="withdraw";
                    input type="hidden" name="key" value=(key);
                    button.second type="submit" { (w(lang, "round-withdraw")) span.hidden lang="th" { " " (said.title) } }
                }
            }
        }
    }
}

fn guidance_form(lang: Lang, visitor: &Visitor) -> Markup {
    html! {
        form.one method="post" action={ "/rounds?lang=" (lang.tag()) } {
            h2 { (w(lang, "round-publish")) }
            (visitor.csrf_field())
            input type="hidden" name="action" value="guide";
            label for="guide-title" { (w(lang, "round-title")) }
            input #guide-title name="title" type="text" required maxlength=(MAX_TITLE) lang="th";
            label for="guide-text" { (w(lang, "round-text")) }
            textarea #guide-text name="text" rows="4" maxlength=(MAX_TEXT) lang="th" {}
            label for="guide-phone" { (w(lang, "office-phone")) }
            input #guide-phone name="phone" type="tel" maxlength=(MAX_TITLE);
            label for="guide-email" { (w(lang, "follow-email")) }
            input #guide-email name="email" type="email" maxlength=(MAX_TITLE);
            p { button type="submit" { (w(lang, "round-publish-button")) } }
        }
    }
}

/// Opens or extends a round, announces, publishes guidance or withdraws it.
pub async fn change(
    State(app): State<Arc<App>>,
    origin: Origin,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    if posted.visitor.who.role != Role::Department {
        return Err(role_not_allowed());
    }
    let fields = &posted.fields;
    let (record, key, body) = match fields.get("action") {
        "open" => {
            let round = Round {
                id: Uuid::now_v7(),
                name: fields.get("name").to_owned(),
                from: day(fields.get("from"))?,
                to: day(fields.get("to"))?,
                extended_to: None,
                due: Task::ALL
                    .into_iter()
                    .filter(|task| fields.all("due").any(|name| name == task.as_str()))
                    .collect(),
            };
            round.check().map_err(|error| super::bad(error.code()))?;
            (record::ROUND, round.id.to_string(), Some(written(&round)?))
        }
        "extend" => {
            let id: Uuid = fields
                .get("round")
                .parse()
                .map_err(|_| super::bad("round_unknown"))?;
            let rounds = app.store.read().await?.rounds().await?;
            let mut round = rounds
                .into_iter()
                .find(|round| round.id == id)
                .ok_or_else(|| super::bad("round_unknown"))?;
            round.extended_to = Some(day(fields.get("extended_to"))?);
            round.check().map_err(|error| super::bad(error.code()))?;
            (record::ROUND, id.to_string(), Some(written(&round)?))
        }
        "announce" => {
            let said = announcement(fields)?;
            (
                record::ANNOUNCEMENT,
                Uuid::now_v7().to_string(),
                Some(written(&said)?),
            )
        }
        "guide" => {
            let field = |name: &str, most: usize| fields.get(name).chars().take(most).collect();
            let said = Guidance {
                title: field("title", MAX_TITLE),
                text: field("text", MAX_TEXT),
                phone: field("phone", MAX_TITLE),
                email: field("email", MAX_TITLE),
                published_ms: now_ms(),
            };
            if said.title.is_empty() {
                return Err(super::bad("title_missing"));
            }
            let key = Uuid::now_v7().to_string();
            (record::GUIDANCE, key, Some(written(&said)?))
        }
        "withdraw" => {
            let guidance = app.store.read().await?.guidance().await?;
            let key = fields.get("key");
            if !guidance.iter().any(|(known, _)| known == key) {
                return Err(super::bad("action_unknown"));
            }
            (record::GUIDANCE, key.to_owned(), None)
        }
        _ => return Err(super::bad("action_unknown")),
    };
    let mut write = app.store.write().await?;
    write.put_document(record, &key, "country", body).await?;
    let what = json!({ "record": record, "key": key, "action": fields.get("action") });
    let who = Some(posted.visitor.who.account);
    audit::record(&mut write, who, Act::Published, what, origin).await?;
    write.commit().await?;
    Ok(Redirect::to(&format!("/rounds?lang={}", ask.lang().tag())).into_response())
}

fn written<T: Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|_| super::bad("record_unwritable"))
}

/// A day as people type it, Buddhist or common era.
fn day(typed: &str) -> Result<Day, Failure> {
    let date = calendar::read_date(typed).map_err(|error| super::bad(error.code()))?;
    Day::new(date.year(), date.month(), date.day()).ok_or_else(|| super::bad("date_unreadable"))
}

/// A time of day as people type it: `10.00`, `10:00`.
fn clock(typed: &str) -> Result<Time, Failure> {
    let typed = calendar::arabic_digits(typed);
    let (hour, minute) = typed
        .trim()
        .split_once(['.', ':'])
        .ok_or_else(|| super::bad("time_unreadable"))?;
    let number = |text: &str| {
        text.parse::<u8>()
            .map_err(|_| super::bad("time_unreadable"))
    };
    Time::from_hms(number(hour)?, number(minute)?, 0).map_err(|_| super::bad("time_unreadable"))
}

fn announcement(fields: &Fields) -> Result<Announcement, Failure> {
    let title: String = fields.get("title").chars().take(MAX_TITLE).collect();
    if title.is_empty() {
        return Err(super::bad("title_missing"));
    }
    let at = |time: &str| -> Result<Option<i64>, Failure> {
        if fields.get("day").is_empty() || time.is_empty() {
            return Ok(None);
        }
        let day = day(fields.get("day"))?;
        let midnight = crate::follow_up::begin_of(day);
        let within = PrimitiveDateTime::new(day.date(), clock(time)?)
            - PrimitiveDateTime::new(day.date(), Time::MIDNIGHT);
        Ok(Some(midnight + within.whole_milliseconds() as i64))
    };
    let begins_ms = at(fields.get("begins"))?;
    let ends_ms = at(fields.get("ends"))?;
    if begins_ms.zip(ends_ms).is_some_and(|(from, to)| to <= from) {
        return Err(super::bad("meeting_ends_before_it_begins"));
    }
    Ok(Announcement {
        kind: if begins_ms.is_some() {
            AnnouncementKind::Meeting
        } else {
            AnnouncementKind::Notice
        },
        title,
        text: fields.get("text").chars().take(MAX_TEXT).collect(),
        published_ms: now_ms(),
        begins_ms,
        ends_ms,
        place: fields.get("place").chars().take(MAX_TITLE).collect(),
        missing: Vec::new(),
    })
}
