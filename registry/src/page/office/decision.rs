//! `/review/COUNTER`: one counter's pin, what is known of it, and the decision.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::position::{Datum, PlusCode, Position, Utm, Zone};
use pakmut_domain::resolve::PinStatus;
use pakmut_domain::wire::payload::{Decision, Method, Review, SENT_BACK_REASONS};
use pakmut_domain::words::{self, Lang, Topic, coded, text};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::map::{self, Mark, MarkKind};
use super::queue::{radius, severity_class, severity_icon};
use super::{w, when};
use crate::api::not_found;
use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::clock::now_ms;
use crate::page::form::Posted;
use crate::page::frame::{Ask, with_map};
use crate::page::photo;
use crate::page::tabs::{self, Tab};
use crate::page::visitor::{Officer, Visitor};
use crate::page::words::status;
use crate::problem::Failure;
use crate::reference::Reference;
use crate::review::{Case, Decided, PinStory, case, decide, queue};
use crate::store::{Of, PinRow, ReviewRow};

/// The most characters of a note.
const MAX_NOTE: usize = 500;

/// What the address may ask.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// What to say about the decision that was just made.
    #[serde(default)]
    said: String,
    /// Of which counter that is.
    of: Option<Uuid>,
}

/// What there is of the pins' photos.
type Photos = HashMap<Uuid, photo::View>;

/// What may be said about a decision that was made.
const SAID: [&str; 5] = ["approved", "sent_back", "beside", "overtaken", "superseded"];

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let Some(case) = case(&mut read, id).await? else {
        return Err(not_found().await);
    };
    seen(&visitor, &reference, &case).await?;
    let waiting = queue(&mut read, &Of::Province(case.lao.province.clone())).await?;
    let order: Vec<Uuid> = waiting.iter().map(|one| one.counter.id).collect();
    let told = told(lang, &asked, &mut read).await?;
    let pins: Vec<&PinRow> = case.pins.iter().map(|story| &story.pin).collect();
    let photos = photo::views(&mut read, &pins).await?;
    drop(read);
    let places = reference.places(&app.store).await?;
    let area = reference
        .lao(case.lao.no)
        .and_then(|lao| Reference::area(lao, &places));
    let tiles = app.tiles.as_ref();
    let maps = map::pictures(lang, area, &marks(lang, &case), tiles);
    let content = page(lang, &visitor, &case, &maps, &order, told, &photos);
    let up = format!("/provinces/{}/review", case.lao.province);
    let up_text = w(lang, "office-review");
    let up = Some((up, up_text.as_str()));
    let page = visitor.frame(&ask, &case.counter.definition.name, up, &content);
    Ok(with_map(page, tiles))
}

/// 404 for a counter that is not in the visitor's scope.
async fn seen(visitor: &Visitor, reference: &Reference, case: &Case) -> Result<(), Failure> {
    let within = reference
        .lao(case.lao.no)
        .is_some_and(|lao| lao.is_in(visitor.scope()));
    if within {
        Ok(())
    } else {
        Err(not_found().await)
    }
}

async fn told(
    lang: Lang,
    asked: &Asked,
    read: &mut crate::store::Read,
) -> Result<Option<Markup>, Failure> {
    if !SAID.contains(&asked.said.as_str()) {
        return Ok(None);
    }
    let Some(of) = asked.of else { return Ok(None) };
    let Some(counter) = read.counters(&[of]).await?.pop() else {
        return Ok(None);
    };
    let id = format!("review-said-{}", asked.said.replace('_', "-"));
    let words = text(
        lang,
        &id,
        &[("counter", counter.definition.name.as_str().into())],
    );
    let is_warning = !["approved", "sent_back"].contains(&asked.said.as_str());
    Ok(Some(html! {
        p.told.warn[is_warning] role="status" {
            (words) " "
            a href={ "/review/" (of) "?lang=" (lang.tag()) } { (w(lang, "review-look-again")) }
        }
    }))
}

fn page(
    lang: Lang,
    visitor: &Visitor,
    case: &Case,
    maps: &Markup,
    order: &[Uuid],
    told: Option<Markup>,
    photos: &Photos,
) -> Markup {
    let id = case.counter.id;
    let place = order.iter().position(|other| *other == id);
    let next = match place {
        Some(at) => order.get(at + 1),
        None => order.first(),
    };
    let before = place.and_then(|at| order.get(at.checked_sub(1)?));
    let (icon, word) = status(lang, case.counter.state.status);
    html! {
        (tabs::of_province(lang, &case.lao.province, Tab::Review))
        @if let Some(told) = told { (told) }
        p.where {
            a href={ "/laos/" (case.lao.id) "?lang=" (lang.tag()) } lang="th" { (case.lao.name_th) }
            " · " (icon) " " (word)
            @if let Some(at) = place {
                " · " (text(lang, "review-place", &[("place", (at + 1).into()), ("count", order.len().into())]))
            }
        }
        p.turn {
            @if let Some(before) = before { a #before href={ "/review/" (before) "?lang=" (lang.tag()) } { "← " (w(lang, "review-before")) } }
            @if let Some(next) = next { a #next href={ "/review/" (next) "?lang=" (lang.tag()) } { (w(lang, "review-next")) " →" } }
        }
        @match case.shown() {
            None => { p.empty { (w(lang, "review-no-pin")) } }
            Some(shown) => {
                div.review {
                    div { (maps) }
                    div {
                        (findings(lang, case))
                        (photo::figure(lang, shown.pin.id, &case.counter.definition.name, photos.get(&shown.pin.id)))
                        (facts(lang, case, shown))
                        (history(lang, case))
                    }
                }
                @if case.standing().count() > 1 { (choose(lang, visitor, case, photos)) }
                @else { (decision(lang, visitor, case, shown, next)) }
            }
        }
        (exempt_form(lang, visitor, case))
        (help(lang))
        script src="/review.js" defer {}
    }
}

/// Everything to draw.
pub fn marks(lang: Lang, case: &Case) -> Vec<Mark> {
    let mark = |pin: &PinRow, kind: MarkKind, label: String| {
        Case::position(pin).map(|at| Mark {
            at,
            radius_m: pin.pin.radius95_m,
            kind,
            label,
        })
    };
    let shown = case.counter.state.shown;
    let mut marks: Vec<Mark> = case
        .pins
        .iter()
        .filter_map(|story| {
            let kind = if Some(story.pin.id) == shown {
                MarkKind::Shown
            } else if story.superseded {
                MarkKind::Earlier
            } else {
                MarkKind::Beside
            };
            mark(&story.pin, kind, when(lang, story.pin.best_ms))
        })
        .collect();
    marks.sort_by_key(|mark| mark.kind != MarkKind::Shown);
    marks.extend(case.others.iter().filter_map(|other| {
        let name = other.counter.definition.name.clone();
        mark(other.pin.as_ref()?, MarkKind::Other, name)
    }));
    marks
}

fn findings(lang: Lang, case: &Case) -> Markup {
    html! {
        h2 { (w(lang, "review-reasons")) }
        @if case.findings.is_empty() {
            p { "✓ " (w(lang, "review-nothing-found")) }
        } @else {
            ul.reasons {
                @for finding in &case.findings {
                    li class=(severity_class(finding.severity)) {
                        (severity_icon(finding.severity)) " " (words::finding(lang, finding))
                    }
                }
            }
        }
    }
}

/// A position in the three ways in which people read it.
pub fn position_texts(at: &Position) -> (String, String, String) {
    (
        format!("{:.6}, {:.6}", at.lat(), at.lon()),
        Zone::of(at)
            .and_then(|zone| Utm::from_position(at, zone, Datum::Wgs84).ok())
            .map_or_else(|| "–".to_owned(), |utm| utm.to_string()),
        PlusCode::of(at, 11).as_str().to_owned(),
    )
}

fn facts(lang: Lang, case: &Case, shown: &PinStory) -> Markup {
    let pin = &shown.pin.pin;
    let address = &case.counter.definition.address;
    let row = |id: &str, value: Markup| html! { dt { (w(lang, id)) } dd { (value) } };
    let at = Case::position(&shown.pin).map(|at| position_texts(&at));
    let method = match pin.method {
        Method::Gnss => "method-gnss",
        Method::Fused => "method-fused",
        Method::Hand => "method-hand",
    };
    html! {
        h2 { (w(lang, "review-facts")) }
        dl.facts {
            @match at {
                Some((degrees, utm, code)) => {
                    (row("review-degrees", html! { (degrees) }))
                    (row("review-utm", html! { (utm) }))
                    (row("review-plus-code", html! { (code) }))
                }
                None => { (row("review-degrees", html! { (pin.lat) ", " (pin.lon) })) }
            }
            (row("review-within", html! { (radius(lang, pin.radius95_m)) }))
            (row("review-how", html! {
                (w(lang, method))
                @if pin.fixes > 0 { " · " (text(lang, "review-fixes", &[("fixes", f64::from(pin.fixes).into()), ("seconds", pin.seconds.round().into())])) }
            }))
            (row("review-saved", html! { (when(lang, shown.pin.best_ms)) }))
            (row("review-who", html! { (shown.username.as_deref().unwrap_or("–")) }))
            @if let Some(reason) = &pin.reason { (row("review-reason-given", html! { span lang="th" { (weak_reason(lang, reason)) } })) }
            @if let Some(note) = &pin.note { (row("review-note", html! { span lang="th" { (note) } })) }
            @if !address.text.is_empty() { (row("office-address", html! { span lang="th" { (address.text) @if let Some(code) = &address.postcode { " " (code) } } })) }
            @if let Some(phone) = &address.phone { (row("office-phone", html! { (phone) @if let Some(more) = &address.extension { " " (text(lang, "office-extension", &[("extension", more.as_str().into())])) } })) }
        }
    }
}

/// Why a weak pin was saved: a ready reason's words, or the person's own.
fn weak_reason(lang: Lang, reason: &str) -> String {
    words::find(lang, &Topic::Weak.id(reason), &[]).unwrap_or_else(|| reason.to_owned())
}

fn history(lang: Lang, case: &Case) -> Markup {
    let many = case.pins.len() > 1 || case.pins.iter().any(|story| !story.reviews.is_empty());
    if !many {
        return html! {};
    }
    html! {
        h2 { (w(lang, "review-history")) }
        ol.history reversed {
            @for story in &case.pins {
                li {
                    (when(lang, story.pin.best_ms)) " · " (radius(lang, story.pin.pin.radius95_m))
                    @if let Some(who) = &story.username { " · " (who) }
                    @for review in &story.reviews { br; (decided(lang, review)) }
                }
            }
        }
    }
}

/// A decision in words: what, why, who and when.
pub fn decided(lang: Lang, review: &ReviewRow) -> Markup {
    let of = match review.review.decision {
        Decision::Approved => PinStatus::Approved,
        Decision::SentBack => PinStatus::SentBack,
    };
    let (icon, word) = status(lang, of);
    html! {
        span.quiet {
            (icon) " " (word)
            @if let Some(reason) = &review.review.reason { ": " (coded(lang, Topic::SentBack, reason, &[])) }
            @if let Some(note) = &review.review.note { " – " span lang="th" { (note) } }
            " · " (review.username.as_deref().unwrap_or("–")) " · " (when(lang, review.best_ms))
        }
    }
}

/// The hidden fields that say what the officer saw.
fn knew(visitor: &Visitor, story: &PinStory, next: Option<&Uuid>) -> Markup {
    html! {
        (visitor.csrf_field())
        input type="hidden" name="pin" value=(story.pin.id);
        @for review in &story.reviews { input type="hidden" name="seen" value=(review.id); }
        @if let Some(next) = next { input type="hidden" name="next" value=(next); }
    }
}

fn decision(
    lang: Lang,
    visitor: &Visitor,
    case: &Case,
    shown: &PinStory,
    next: Option<&Uuid>,
) -> Markup {
    let action = format!("/review/{}?lang={}", case.counter.id, lang.tag());
    html! {
        section.decide {
            h2 { (w(lang, "review-decision")) }
            @if let Some(review) = shown.decision() { p { (decided(lang, review)) } }
            div.ways {
                form #approve method="post" action=(action) {
                    (knew(visitor, shown, next))
                    button type="submit" name="decision" value="approved" { "✓ " (w(lang, "review-approve")) " " kbd { "A" } }
                }
                form #send-back method="post" action=(action) {
                    (knew(visitor, shown, next))
                    fieldset {
                        legend { (w(lang, "review-why")) }
                        @for reason in SENT_BACK_REASONS {
                            label { input type="radio" name="reason" value=(reason) required; " " (coded(lang, Topic::SentBack, reason, &[])) }
                        }
                    }
                    label for="note" { (w(lang, "review-note-to-lao")) }
                    textarea #note name="note" rows="2" maxlength=(MAX_NOTE) lang="th" {}
                    button.second type="submit" name="decision" value="sent_back" { "↩ " (w(lang, "review-send-back")) " " kbd { "R" } }
                }
            }
        }
    }
}

/// Two pins side by side: the officer says which one is right.
fn choose(lang: Lang, visitor: &Visitor, case: &Case, photos: &Photos) -> Markup {
    let action = format!("/review/{}?lang={}", case.counter.id, lang.tag());
    html! {
        section.decide {
            h2 { (w(lang, "review-choose")) }
            p { (w(lang, "review-choose-how")) }
            div.ways {
                @for (n, story) in case.standing().enumerate() {
                    form method="post" action=(action) {
                        (knew(visitor, story, None))
                        h3 { (text(lang, "review-pin-number", &[("number", (n + 1).into())])) }
                        p {
                            (when(lang, story.pin.best_ms)) " · " (radius(lang, story.pin.pin.radius95_m))
                            @if let Some(who) = &story.username { " · " (who) }
                            @if let Some(at) = Case::position(&story.pin) { br; (position_texts(&at).0) }
                            @if let Some(review) = story.decision() { br; (decided(lang, review)) }
                        }
                        (photo::figure(lang, story.pin.id, &case.counter.definition.name, photos.get(&story.pin.id)))
                        button type="submit" name="decision" value="approved" { "✓ " (w(lang, "review-this-one")) }
                        " "
                        button.second type="submit" name="decision" value="sent_back" { "↩ " (w(lang, "review-not-this-one")) }
                        input type="hidden" name="reason" value="other";
                    }
                }
            }
        }
    }
}

/// Takes a counter off what must be pinned, with the reason, or puts it back on.
fn exempt_form(lang: Lang, visitor: &Visitor, case: &Case) -> Markup {
    let due = case.counter.definition.due;
    html! {
        details.more {
            summary { (w(lang, if due { "exempt-title" } else { "exempt-back-title" })) }
            form method="post" action={ "/counters/" (case.counter.id) "/exempt?lang=" (lang.tag()) } {
                (visitor.csrf_field())
                @if due {
                    label for="exempt-reason" { (w(lang, "exempt-reason")) }
                    input #exempt-reason name="reason" type="text" required maxlength=(MAX_NOTE) lang="th";
                    button.second type="submit" name="due" value="no" { (w(lang, "exempt-button")) }
                } @else {
                    button.second type="submit" name="due" value="yes" { (w(lang, "exempt-back-button")) }
                }
            }
        }
    }
}

/// `/counters/ID/exempt`: whether a counter must be pinned.
pub async fn exempt(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let visitor = posted.officer()?;
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let Some(case) = case(&mut read, id).await? else {
        return Err(not_found().await);
    };
    drop(read);
    seen(visitor, &reference, &case).await?;
    let due = posted.fields.get("due") == "yes";
    let reason: String = posted.fields.get("reason").chars().take(MAX_NOTE).collect();
    if !due && reason.is_empty() {
        return Err(super::bad("exempt_reason_missing"));
    }
    let mut write = app.store.write().await?;
    let reason = (!due).then_some(reason.as_str());
    write
        .set_exempt(id, reason, now_ms(), visitor.who.account)
        .await?;
    let what = json!({ "counter": id, "due": due });
    let who = Some(visitor.who.account);
    audit::record(&mut write, who, Act::Exempted, what, origin).await?;
    write.commit().await?;
    let lang = ask.lang();
    Ok(Redirect::to(&format!("/review/{id}?lang={}", lang.tag())).into_response())
}

fn help(lang: Lang) -> Markup {
    html! {
        details #keys {
            summary { (w(lang, "review-keys")) " " kbd { "?" } }
            dl.facts {
                @for (key, id) in [("A", "review-key-a"), ("R", "review-key-r"), ("J", "review-key-j"), ("K", "review-key-k")] {
                    dt { kbd { (key) } } dd { (w(lang, id)) }
                }
            }
        }
    }
}

/// Takes a decision.
pub async fn take(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    posted: Posted,
) -> Result<Response, Failure> {
    let visitor = posted.officer()?;
    let lang = ask.lang();
    let fields = &posted.fields;
    let reference = app.reference.fresh(&app.store).await?;
    let mut read = app.store.read().await?;
    let Some(case) = case(&mut read, id).await? else {
        return Err(not_found().await);
    };
    drop(read);
    seen(visitor, &reference, &case).await?;
    let pin: Uuid = fields
        .get("pin")
        .parse()
        .map_err(|_| super::bad("pin_malformed"))?;
    if !case.pins.iter().any(|story| story.pin.id == pin) {
        return Err(not_found().await);
    }
    let seen: Vec<Uuid> = fields
        .all("seen")
        .filter_map(|id| id.parse().ok())
        .collect();
    let review = review(
        pin,
        fields.get("decision"),
        fields.get("reason"),
        fields.get("note"),
    )?;
    let decision = review.decision;
    let who = Arc::new(visitor.who.clone());
    let said = match decide(&app, &who, origin, id, review, &seen).await? {
        Decided::Recorded if decision == Decision::Approved => "approved",
        Decided::Recorded => "sent_back",
        Decided::Beside => "beside",
        Decided::Overtaken => "overtaken",
        Decided::Superseded => "superseded",
    };
    // What did not go as meant is looked at again; else on to the next.
    let next = fields.get("next").parse::<Uuid>().ok();
    let to = match said {
        "approved" | "sent_back" => next.unwrap_or(id),
        _ => id,
    };
    Ok(Redirect::to(&format!(
        "/review/{to}?lang={}&said={said}&of={id}",
        lang.tag()
    ))
    .into_response())
}

fn review(pin: Uuid, decision: &str, reason: &str, note: &str) -> Result<Review, Failure> {
    let decision = match decision {
        "approved" => Decision::Approved,
        "sent_back" => Decision::SentBack,
        _ => return Err(super::bad("decision_unknown")),
    };
    let note: String = note.chars().take(MAX_NOTE).collect();
    let sent_back = decision == Decision::SentBack;
    let reason = SENT_BACK_REASONS.into_iter().find(|known| *known == reason);
    if sent_back && reason.is_none() {
        return Err(super::bad("reason_missing"));
    }
    Ok(Review {
        pin,
        decision,
        reason: reason.filter(|_| sent_back).map(str::to_owned),
        note: (sent_back && !note.is_empty()).then_some(note),
    })
}
