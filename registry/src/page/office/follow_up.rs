//! `/provinces/CODE/follow-up`: the LAOs that are behind, by what they miss and
//! since when, whom to call, and who was reminded.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::round::{Announcement, AnnouncementKind, Round, Task};
use pakmut_domain::wire::pull::record;
use pakmut_domain::words::{Lang, text};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::queue::pages;
use super::{current_round, lao_of, name_of, on_day, province, round_line, w};
use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::clock::now_ms;
use crate::follow_up::{Behind, Gap, Known, behind};
use crate::page::form::Posted;
use crate::page::frame::Ask;
use crate::page::tabs::{self, Tab};
use crate::page::visitor::Officer;
use crate::problem::Failure;
use crate::store::{Contact, Read, Reminder, Scope};
use crate::zero_copy::overview::{By, overview};

/// How an LAO was reminded.
const WAYS: [&str; 3] = ["phone", "letter", "in_person"];

/// The most characters of a note, a name or an address.
const MAX_TEXT: usize = 200;

/// What the list's address may ask.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// Only those that miss this, a [`Gap::code`].
    #[serde(default)]
    missing: String,
    /// How many were just marked as reminded.
    reminded: Option<u32>,
}

/// Who is behind in a province.
///
/// # Errors
/// A [`Failure`] where the storage cannot be read.
pub async fn list(
    app: &App,
    read: &mut Read,
    code: &str,
    round: Option<&Round>,
) -> Result<Vec<Behind>, Failure> {
    let mut known = Known::default();
    if round.is_some_and(|round| round.asks(Task::ZeroCopy)) {
        let reference = app.reference.fresh(&app.store).await?;
        let scope = Scope::Province(code.to_owned());
        let found = overview(read, reference.catalogues(), &scope, By::Lao).await?;
        for line in found.parts {
            if let Some(lao) = line.lao.and_then(|id| reference.lao_by_id(id)) {
                known.undeclared.insert(lao.no, line.progress.undeclared);
            }
        }
    }
    Ok(behind(read, code, round, &known).await?)
}

/// The list.
pub async fn show(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let province = province(&mut read, &visitor, &code).await?;
    let round = current_round(&mut read).await?;
    let all = list(&app, &mut read, &code, round.as_ref()).await?;
    let contradicted = read
        .count_contradicted(&Scope::Province(code.clone()))
        .await?;
    let filter = Gap::CODES.into_iter().find(|gap| *gap == asked.missing);
    let chosen: Vec<&Behind> = all
        .iter()
        .filter(|one| filter.is_none_or(|gap| one.misses(gap)))
        .collect();
    let shown = ask.part(&chosen);
    let content = html! {
        (tabs::of_province(lang, &code, Tab::FollowUp))
        (round_line(lang, round.as_ref()))
        @if let Some(count) = asked.reminded {
            p.told role="status" { (text(lang, "follow-reminded", &[("count", count.into())])) }
        }
        @if contradicted > 0 {
            p { a href={ "/provinces/" (code) "/zero-copy?lang=" (lang.tag()) "#contradicted" } {
                (text(lang, "follow-contradicted", &[("count", (contradicted as f64).into())]))
            } }
        }
        @if all.is_empty() {
            p.empty { (w(lang, "follow-nobody")) }
        } @else {
            (filters(lang, &code, &all, filter))
            form method="post" action={ "/provinces/" (code) "/reminders?lang=" (lang.tag()) } {
                (visitor.csrf_field())
                (table(lang, shown))
                (pages(&ask, chosen.len()))
                (remind_form(lang))
            }
        }
    };
    let title = format!(
        "{}: {}",
        w(lang, "office-follow-up"),
        name_of(lang, &province)
    );
    Ok(visitor.frame(&ask, &title, None, &content))
}

/// One link for each thing that somebody misses, with how many do.
fn filters(lang: Lang, code: &str, all: &[Behind], chosen: Option<&str>) -> Markup {
    let path = format!("/provinces/{code}/follow-up?lang={}", lang.tag());
    html! {
        ul.filters {
            li { a href=(path) aria-current=[chosen.is_none().then_some("true")] { (text(lang, "follow-all", &[("count", all.len().into())])) } }
            @for gap in Gap::CODES {
                @let count = all.iter().filter(|one| one.misses(gap)).count();
                @if count > 0 {
                    li {
                        a href={ (path) "&missing=" (gap) } aria-current=[(chosen == Some(gap)).then_some("true")] {
                            (w(lang, &format!("gap-name-{}", gap.replace('_', "-")))) " " (count)
                        }
                    }
                }
            }
        }
    }
}

/// What is missed, in words with its figure.
pub fn gap_words(lang: Lang, gap: Gap) -> String {
    let id = format!("gap-{}", gap.code().replace('_', "-"));
    match gap.count() {
        Some(count) => text(lang, &id, &[("count", (count as f64).into())]),
        None => w(lang, &id),
    }
}

fn table(lang: Lang, shown: &[&Behind]) -> Markup {
    html! {
        div.wide { table.stack {
            thead { tr {
                th scope="col" { span.hidden { (w(lang, "follow-choose")) } }
                th scope="col" { (w(lang, "office-lao")) }
                th scope="col" { (w(lang, "follow-missing")) }
                th scope="col" { (w(lang, "follow-contact")) }
                th scope="col" { (w(lang, "follow-last-reminder")) }
            } }
            tbody {
                @for one in shown {
                    tr {
                        td.pick {
                            input type="checkbox" name="lao" value=(one.lao.id) aria-label=(one.lao.name_th);
                        }
                        th scope="row" lang="th" {
                            a href={ "/laos/" (one.lao.id) "?lang=" (lang.tag()) } { (one.lao.name_th) }
                            @if let Some((th, _)) = &one.lao.district_name { br; span.quiet { (th) } }
                        }
                        td { ul.reasons {
                            @for (gap, since) in &one.gaps {
                                li {
                                    (gap_words(lang, *gap))
                                    @if let Some(since) = since { span.quiet { " · " (text(lang, "follow-since", &[("day", on_day(lang, *since).into())])) } }
                                }
                            }
                            @if let Some(since) = one.unsent_since { li.f-info { (text(lang, "follow-unsent", &[("day", on_day(lang, since).into())])) } }
                        } }
                        td data-head=(w(lang, "follow-contact")) { (contact_cell(lang, one)) }
                        td data-head=(w(lang, "follow-last-reminder")) {
                            @match one.reminders.last() {
                                Some(last) => {
                                    (on_day(lang, last.at)) " · " (way(lang, &last.way))
                                    @if !last.note.is_empty() { br; span.quiet lang="th" { (last.note) } }
                                }
                                None => { "–" }
                            }
                        }
                    }
                }
            }
        } }
    }
}

fn contact_cell(lang: Lang, one: &Behind) -> Markup {
    let contact = &one.contact;
    html! {
        @if !contact.person.is_empty() { span lang="th" { (contact.person) } br; }
        @if !contact.phone.is_empty() { (contact.phone) br; }
        @if !contact.email.is_empty() { (contact.email) br; }
        a.quiet href={ "/laos/" (one.lao.id) "/contact?lang=" (lang.tag()) } {
            (w(lang, "follow-edit-contact")) span.hidden { " " (one.lao.name_th) }
        }
    }
}

/// How somebody was reminded, in words.
pub fn way(lang: Lang, way: &str) -> String {
    w(lang, &format!("way-{}", way.replace('_', "-")))
}

fn remind_form(lang: Lang) -> Markup {
    html! {
        fieldset.remind {
            legend { (w(lang, "follow-mark")) }
            p {
                @for (n, known) in WAYS.into_iter().enumerate() {
                    label { input type="radio" name="way" value=(known) checked[n == 0]; " " (way(lang, known)) } " "
                }
            }
            label for="note" { (w(lang, "follow-note")) }
            input #note type="text" name="note" maxlength=(MAX_TEXT) lang="th";
            p.quiet { (w(lang, "follow-reaches-phones")) }
            button type="submit" { (w(lang, "follow-mark-button")) }
        }
    }
}

/// Marks LAOs as reminded; their phones are told with the next sync.
pub async fn remind(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let visitor = posted.officer()?;
    let fields = &posted.fields;
    let way = WAYS
        .into_iter()
        .find(|known| *known == fields.get("way"))
        .ok_or_else(|| super::bad("way_unknown"))?;
    let chosen: Vec<Uuid> = fields.all("lao").filter_map(|id| id.parse().ok()).collect();
    if chosen.is_empty() {
        return Err(super::bad("nobody_chosen"));
    }
    let mut read = app.store.read().await?;
    province(&mut read, visitor, &code).await?;
    let round = current_round(&mut read).await?;
    let all = list(&app, &mut read, &code, round.as_ref()).await?;
    drop(read);
    let at = now_ms();
    let note: String = fields.get("note").chars().take(MAX_TEXT).collect();
    let mut write = app.store.write().await?;
    let mut count = 0;
    for one in all.iter().filter(|one| chosen.contains(&one.lao.id)) {
        let reminder = Reminder {
            id: Uuid::now_v7(),
            lao: one.lao.no,
            at,
            way: way.to_owned(),
            note: note.clone(),
            account: visitor.who.account,
        };
        let body = serde_json::to_string(&announcement(one, round.as_ref(), at))
            .map_err(|_| super::bad("reminder_unwritable"))?;
        write.put_reminder(&reminder).await?;
        // One reminder an LAO: the newest says what is missing now.
        write
            .put_document(
                record::ANNOUNCEMENT,
                &format!("reminder-{}", one.lao.id),
                &format!("lao:{}", one.lao.no),
                Some(body),
            )
            .await?;
        let what = json!({ "lao": one.lao.id, "way": way });
        let who = Some(visitor.who.account);
        audit::record(&mut write, who, Act::Reminded, what, origin).await?;
        count += 1;
    }
    write.commit().await?;
    let lang = ask.lang();
    Ok(Redirect::to(&format!(
        "/provinces/{code}/follow-up?lang={}&reminded={count}",
        lang.tag()
    ))
    .into_response())
}

/// What the LAO's phones show: what is missing and by when, in Thai, as all
/// that the programme itself sends.
fn announcement(one: &Behind, round: Option<&Round>, at: i64) -> Announcement {
    let mut missing: Vec<Task> = one
        .gaps
        .iter()
        .map(|(gap, _)| gap.task(one.lao.lao_type))
        .collect();
    missing.dedup();
    let gaps: Vec<String> = one
        .gaps
        .iter()
        .map(|(gap, _)| gap_words(Lang::Th, *gap))
        .collect();
    let by = round.map(|round| {
        let day = pakmut_domain::calendar::date_text(
            round.last_day().date(),
            Lang::Th,
            pakmut_domain::calendar::DateStyle::Long,
        );
        text(Lang::Th, "reminder-by", &[("day", day.into())])
    });
    Announcement {
        kind: AnnouncementKind::Reminder,
        title: w(Lang::Th, "reminder-title"),
        text: gaps.into_iter().chain(by).collect::<Vec<_>>().join(" · "),
        published_ms: at,
        begins_ms: None,
        ends_ms: None,
        place: String::new(),
        missing,
    }
}

/// `/laos/ID/contact`: whom to call.
pub async fn contact(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let lao = lao_of(&mut read, &visitor, id).await?;
    let contact = read
        .contacts(&lao.province)
        .await?
        .remove(&lao.no)
        .unwrap_or_default();
    let field = |name: &str, id: &str, kind: &str, value: &str| {
        html! {
            label for=(name) { (w(lang, id)) }
            input id=(name) name=(name) type=(kind) value=(value) maxlength=(MAX_TEXT);
        }
    };
    let content = html! {
        form.one method="post" action={ "/laos/" (id) "/contact?lang=" (lang.tag()) } {
            (visitor.csrf_field())
            (field("person", "follow-person", "text", &contact.person))
            (field("phone", "office-phone", "tel", &contact.phone))
            (field("email", "follow-email", "email", &contact.email))
            p { button type="submit" { (w(lang, "office-save")) } }
        }
    };
    let up = format!("/provinces/{}/follow-up", lao.province);
    let up_text = w(lang, "office-follow-up");
    let title = format!("{}: {}", w(lang, "follow-contact"), lao.name_th);
    Ok(visitor.frame(&ask, &title, Some((up, up_text.as_str())), &content))
}

/// Writes down whom to call.
pub async fn keep_contact(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let visitor = posted.officer()?;
    let mut read = app.store.read().await?;
    let lao = lao_of(&mut read, visitor, id).await?;
    drop(read);
    let field = |name: &str| posted.fields.get(name).chars().take(MAX_TEXT).collect();
    let contact = Contact {
        person: field("person"),
        phone: field("phone"),
        email: field("email"),
    };
    let mut write = app.store.write().await?;
    write
        .put_contact(lao.no, &contact, now_ms(), visitor.who.account)
        .await?;
    let (who, what) = (Some(visitor.who.account), json!({ "lao": id }));
    audit::record(&mut write, who, Act::ContactChanged, what, origin).await?;
    write.commit().await?;
    let lang = ask.lang();
    Ok(Redirect::to(&format!(
        "/provinces/{}/follow-up?lang={}",
        lao.province,
        lang.tag()
    ))
    .into_response())
}
