//! `/rate/COUNTER`: what the counter's QR code opens. The citizens' short form
//! in Thai or English, on any phone: no script, no cookie, no name, a few
//! kilobytes. One answer a visit.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maud::{Markup, html};
use pakmut_domain::form::expr::Now;
use pakmut_domain::form::{
    Answer, AnswerCode, AnswerProblem, Filling, Form, Item, Kind, Opening, Program, Question, Tick,
};
use pakmut_domain::model::Role;
use pakmut_domain::wire::envelope::{Envelope, Kind as ItemKind, Saved};
use pakmut_domain::wire::push::Outcome;
use pakmut_domain::words::{Figure, Lang, text};
use ring::hmac;
use serde::Deserialize;
use serde_json::value::to_raw_value;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::plain::{other, plain};
use crate::api::not_found;
use crate::app::App;
use crate::arrival::{Arrival, Effect, Filled};
use crate::audit::Origin;
use crate::auth::Who;
use crate::clock::now_ms;
use crate::http::read_body;
use crate::page::frame::Ask;
use crate::problem::Failure;
use crate::store::Scope;
use crate::surveys;
use crate::writer::Job;

/// The form that citizens fill in.
pub const FORM: &str = "citizen";

/// The most bytes of a filled form: the longest comment, percent-encoded Thai.
const MAX_FORM: usize = 64 * 1024;

/// How long a page may lie open before it is sent, milliseconds: a day.
const VISIT_MS: i64 = 24 * 3_600_000;

/// The most answers at one counter in [`WINDOW_MS`]: nobody serves people faster.
const COUNTER_ANSWERS: usize = 40;

/// The most answers in all in [`WINDOW_MS`].
const ALL_ANSWERS: usize = 20_000;

/// The stretch over which answers are counted, milliseconds: ten minutes.
const WINDOW_MS: i64 = 600_000;

/// From this many choices on a list is one line to choose from.
const MANY_CHOICES: usize = 8;

/// Thailand's offset from UTC in minutes.
const THAILAND_MINUTES: i16 = 420;

/// What the public's pages share: the key of their visits, and how many answers
/// came lately. Nothing of who sent them.
#[derive(Debug)]
pub struct Public {
    key: hmac::Key,
    lately: Mutex<VecDeque<(i64, Uuid)>>,
}

impl Public {
    /// A key of its own for this process. A page that was opened before the
    /// registry was started anew is sent a second time by its reader.
    pub fn new() -> Self {
        let mut bytes = [0; 32];
        // Without entropy the ids of visits are all that guards: a flood is
        // still held by its numbers.
        let _ = getrandom::fill(&mut bytes);
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &bytes),
            lately: Mutex::new(VecDeque::new()),
        }
    }

    /// A fresh visit of a counter's page: the id that its answer will have, so
    /// that it counts once however often it is sent, and our mark on it.
    fn visit(&self, counter: Uuid) -> String {
        let id = Uuid::now_v7();
        let mark = hmac::sign(&self.key, &[*counter.as_bytes(), *id.as_bytes()].concat());
        format!("{id}.{}", URL_SAFE_NO_PAD.encode(mark.as_ref()))
    }

    /// The id of a visit that we gave out, and when; none where we did not, or
    /// too long ago.
    fn visited(&self, counter: Uuid, visit: &str, now: i64) -> Option<(Uuid, i64)> {
        let (id, mark) = visit.split_once('.')?;
        let id = Uuid::parse_str(id).ok()?;
        let mark = URL_SAFE_NO_PAD.decode(mark).ok()?;
        let said = [*counter.as_bytes(), *id.as_bytes()].concat();
        hmac::verify(&self.key, &said, &mark).ok()?;
        let (seconds, nanos) = id.get_timestamp()?.to_unix();
        let begun = i64::try_from(seconds).ok()? * 1000 + i64::from(nanos / 1_000_000);
        (now.saturating_sub(begun) <= VISIT_MS).then_some((id, begun))
    }

    /// Whether one more answer at this counter is no flood; it is counted then.
    fn admit(&self, counter: Uuid, now: i64) -> bool {
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        while lately.front().is_some_and(|(at, _)| now - at > WINDOW_MS) {
            lately.pop_front();
        }
        let here = lately.iter().filter(|(_, of)| *of == counter).count();
        let fine = here < COUNTER_ANSWERS && lately.len() < ALL_ANSWERS;
        if fine {
            lately.push_back((now, counter));
        }
        fine
    }
}

/// What is said above the form.
enum Notice {
    None,
    /// Answers are to be mended.
    Mend(usize),
    /// The visit is too old.
    Again,
    /// Too many send at once.
    Busy,
    /// It could not be stored.
    Failed,
}

/// The counter that is rated.
struct Counter {
    id: Uuid,
    name: String,
    lao_name: String,
}

/// The form as it is open for real answers now.
async fn open_form(app: &App) -> Result<Option<Arc<Program>>, Failure> {
    let reference = app.reference.fresh(&app.store).await?;
    let open = reference.forms().versions(FORM).iter().rev();
    let newest = open.into_iter().find(|form| form.real);
    Ok(newest.and_then(|form| form.program().cloned()))
}

async fn counter_of(app: &App, id: Uuid) -> Result<Counter, Failure> {
    let mut read = app.store.read().await?;
    let Some((name, (_, lao_name))) = read.counter_and_lao(id).await? else {
        return Err(not_found().await);
    };
    Ok(Counter { id, name, lao_name })
}

/// `GET`: the form.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let counter = counter_of(&app, id).await?;
    let Some(program) = open_form(&app).await? else {
        return Ok(closed(&ask, &counter));
    };
    let visit = app.public.visit(id);
    let form = program.form();
    Ok(page(&ask, form, &counter, &visit, &[], &[], &Notice::None))
}

/// `POST`: an answer.
pub async fn answer(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    request: Request,
) -> Result<Response, Failure> {
    let origin = Origin::of(request.extensions());
    let body = read_body(request, MAX_FORM).await?;
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let counter = counter_of(&app, id).await?;
    let Some(program) = open_form(&app).await? else {
        return Ok(closed(&ask, &counter));
    };
    let now = now_ms();
    let visit = fields.iter().find(|(name, _)| name == "visit");
    let visit = visit.map_or("", |(_, value)| value.as_str());
    let again = |visit: &str, problems: &[AnswerProblem], notice: Notice| {
        page(
            &ask,
            program.form(),
            &counter,
            visit,
            &fields,
            problems,
            &notice,
        )
    };
    let Some((item, begun)) = app.public.visited(id, visit, now) else {
        return Ok(again(&app.public.visit(id), &[], Notice::Again));
    };
    let filled = match fill(&program, id, ask.lang(), &fields, (begun, now)) {
        Ok(response) => response,
        Err(problems) => return Ok(again(visit, &problems, Notice::Mend(problems.len()))),
    };
    if !app.public.admit(id, now) {
        let mut response = again(visit, &[], Notice::Busy);
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        let wait = HeaderValue::from(WINDOW_MS / 10 / 1000);
        response.headers_mut().insert(header::RETRY_AFTER, wait);
        return Ok(response);
    }
    match store(&app, item, now, filled, origin).await? {
        Some(first) => {
            let once = if first { "" } else { "&once=1" };
            let to = format!("/rate/{id}/thanks?lang={}{once}", ask.lang().tag());
            Ok(Redirect::to(&to).into_response())
        }
        None => {
            let mut response = again(visit, &[], Notice::Failed);
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            Ok(response)
        }
    }
}

/// Fills the form in with what was sent. Answers to questions that are not
/// asked after the others are left out.
fn fill(
    program: &Arc<Program>,
    counter: Uuid,
    language: Lang,
    fields: &[(String, String)],
    (begun, ended): (i64, i64),
) -> Result<pakmut_domain::form::Response, Vec<AnswerProblem>> {
    let now = |utc_ms| Now {
        utc_ms,
        offset_minutes: THAILAND_MINUTES,
    };
    let tick = |utc_ms: i64| Tick {
        now: now(utc_ms),
        monotonic_ms: u64::try_from(utc_ms - begun).unwrap_or(0),
    };
    let opening = Opening {
        trial: false,
        counter: Some(counter),
        language,
        place: None,
        seed: 0,
    };
    let mut filling = Filling::start(Arc::clone(program), &opening, tick(begun));
    let mut problems = Vec::new();
    for (path, question) in paths(program.form()) {
        let typed = typed(fields, &path);
        let answer = match Answer::typed(&question.kind, &typed) {
            Ok(answer) => answer,
            Err(error) => {
                problems.push(AnswerProblem::of(&path, error));
                continue;
            }
        };
        if let Some(answer) = answer
            && let Err(problem) = filling.answer(&path, Some(answer), now(ended))
            && problem.code != AnswerCode::AnswerNotRelevant
        {
            problems.push(problem);
        }
    }
    let finished = filling.finish(tick(ended), None);
    match finished {
        Ok(response) if problems.is_empty() => Ok(response),
        Ok(_) => Err(problems),
        Err(found) => {
            problems.extend(found);
            problems.dedup_by(|a, b| a.path == b.path);
            Err(problems)
        }
    }
}

/// What was sent for a question; several choices with blanks between them.
fn typed(fields: &[(String, String)], path: &str) -> String {
    let values: Vec<&str> = fields
        .iter()
        .filter(|(name, _)| name == path)
        .map(|(_, value)| value.as_str())
        .collect();
    values.join(" ")
}

/// The questions with their paths, those of repeats apart: this page has none.
fn paths(form: &Form) -> Vec<(String, &Question)> {
    fn walk<'f>(items: &'f [Item], above: &str, found: &mut Vec<(String, &'f Question)>) {
        for item in items {
            match item {
                Item::Question(question) => {
                    if !matches!(question.kind, Kind::Note | Kind::Calculate) {
                        found.push((format!("{above}{}", question.name), question));
                    }
                }
                Item::Group(group) => {
                    walk(&group.items, &format!("{above}{}/", group.name), found);
                }
                Item::Repeat(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    walk(&form.items, "", &mut found);
    found
}

/// Stores an answer as an item of nobody's: true where it came first, false
/// where it was there already, none where it could not be stored now.
async fn store(
    app: &App,
    id: Uuid,
    now: i64,
    response: pakmut_domain::form::Response,
    origin: Origin,
) -> Result<Option<bool>, Failure> {
    let failed = |_| Failure::busy("answer_unwritable", "The answer could not be written");
    let envelope = Envelope {
        id,
        kind: ItemKind::new(ItemKind::RESPONSE)
            .map_err(|_| Failure::busy("answer_unwritable", "The answer could not be written"))?,
        version: 1,
        account: Uuid::nil(),
        device: Uuid::nil(),
        saved: Saved {
            wall: now,
            mono: 0,
            boot: Uuid::nil(),
            offset: Some(0),
            gnss: None,
        },
        seen: Vec::new(),
        payload: to_raw_value(&response).map_err(failed)?,
        sig: None,
    };
    let reference = app.reference.get(&app.store, None).await?;
    let checked = surveys::check(reference.forms(), &response);
    let arrival = Arrival {
        hash: envelope.hash(),
        sig: None,
        effect: Effect::Response(Box::new(Filled {
            response,
            checked: Some(checked),
        })),
        who: Arc::new(public_person()),
        origin,
        authorship: Vec::new(),
        placement: None,
        envelope,
    };
    let (answer, results) = oneshot::channel();
    let job = Job {
        items: vec![arrival],
        answer,
    };
    if app.jobs.try_send(job).is_err() {
        return Ok(None);
    }
    let Ok(results) = results.await else {
        return Ok(None);
    };
    app.metrics.results(&results);
    Ok(results.first().and_then(|result| match result.result {
        Outcome::Accepted | Outcome::Conflict => Some(true),
        Outcome::Duplicate => Some(false),
        // The same page sent twice differs by its moment.
        Outcome::Refused if result.code.as_deref() == Some("id_reused") => Some(false),
        _ => None,
    }))
}

/// The public: answers at any counter and does nothing else.
fn public_person() -> Who {
    Who {
        account: Uuid::nil(),
        device: Uuid::nil(),
        role: Role::Tester,
        lao: None,
        scope: Scope::Country,
        leads: false,
        scope_version: 0,
        family: Uuid::nil(),
    }
}

/// Which thanks.
#[derive(Debug, Default, Deserialize)]
pub struct Thanked {
    /// `1` where the answer had arrived before.
    #[serde(default)]
    once: String,
}

/// `/rate/COUNTER/thanks`.
pub async fn thanks(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    Query(thanked): Query<Thanked>,
) -> Result<Response, Failure> {
    let counter = counter_of(&app, id).await?;
    let lang = ask.lang();
    let word = if thanked.once == "1" {
        "rate-thanks-once"
    } else {
        "rate-thanks"
    };
    let content = html! {
        p { (counter.name) " · " (counter.lao_name) }
        ul {
            li { a href={ "/counters/" (id) "/results?lang=" (lang.tag()) } { (text(lang, "rate-results", &[])) } }
            li { a href={ "/counters/" (id) "/copies?lang=" (lang.tag()) } { (text(lang, "rate-copies", &[])) } }
            li { a href={ "/nearest?lang=" (lang.tag()) } { (text(lang, "rate-nearest", &[])) } }
        }
    };
    let to = format!("?lang={}", other(lang));
    Ok(plain(lang, &text(lang, word, &[]), &to, None, &content))
}

fn closed(ask: &Ask, counter: &Counter) -> Response {
    let lang = ask.lang();
    let content = html! { p { (text(lang, "rate-closed", &[])) } };
    let to = format!("?lang={}", other(lang));
    plain(lang, &counter.name, &to, None, &content)
}

fn page(
    ask: &Ask,
    form: &Form,
    counter: &Counter,
    visit: &str,
    fields: &[(String, String)],
    problems: &[AnswerProblem],
    notice: &Notice,
) -> Response {
    let lang = ask.lang();
    let say = |id: &str| text(lang, id, &[]);
    let warning = match notice {
        Notice::None => None,
        #[allow(clippy::cast_precision_loss)]
        Notice::Mend(count) => {
            let count = [("count", Figure::Number(*count as f64))];
            Some(text(lang, "rate-mend", &count))
        }
        Notice::Again => Some(say("rate-again")),
        Notice::Busy => Some(say("rate-busy")),
        Notice::Failed => Some(say("rate-failed")),
    };
    let content = html! {
        p { (counter.name) " · " (counter.lao_name) }
        @if let Some(warning) = warning { p role="alert" { "⚠ " (warning) } }
        p.quiet { (say("rate-intro")) }
        p { a href={ "/counters/" (counter.id) "/copies?lang=" (lang.tag()) } { (say("rate-copies")) } }
        form method="post" action={ "/rate/" (counter.id) "?lang=" (lang.tag()) } {
            input type="hidden" name="visit" value=(visit);
            @for (path, question) in paths(form) {
                @let problem = problems.iter().find(|problem| problem.path == path);
                (field(lang, form, &path, question, &typed(fields, &path), problem))
            }
            p { button type="submit" { (say("rate-send")) } }
        }
    };
    let to = format!("/rate/{}?lang={}", counter.id, other(lang));
    plain(lang, form.title.get(lang), &to, None, &content)
}

fn field(
    lang: Lang,
    form: &Form,
    path: &str,
    question: &Question,
    value: &str,
    problem: Option<&AnswerProblem>,
) -> Markup {
    let yes_no = [("yes", ("ใช่", "Yes")), ("no", ("ไม่ใช่", "No"))];
    let choices: Vec<(&str, &str)> = match &question.kind {
        Kind::YesNo => yes_no
            .into_iter()
            .map(|(name, (th, en))| (name, if lang == Lang::Th { th } else { en }))
            .collect(),
        kind => kind
            .choices()
            .and_then(|(list, _)| form.lists.get(list))
            .into_iter()
            .flatten()
            .map(|choice| (choice.name.as_str(), choice.label.get(lang)))
            .collect(),
    };
    let many = matches!(question.kind, Kind::SelectMultiple { .. });
    let chosen: Vec<&str> = value.split_whitespace().collect();
    let hint = question.hint.get(lang);
    let told = problem.map(|problem| problem.say(lang));
    let legend = html! {
        (question.label.get(lang))
        @if question.required.is_some() { span.quiet { " (" (text(lang, "rate-required", &[])) ")" } }
        @else if question.relevant.is_some() { span.quiet { " (" (text(lang, "rate-only-if", &[])) ")" } }
        @if let Some(told) = told { br; strong { "⚠ " (told) } }
        @if !hint.is_empty() { br; span.quiet { (hint) } }
    };
    html! {
        @if choices.is_empty() {
            p { label {
                (legend) br;
                @match &question.kind {
                    Kind::Text => { textarea name=(path) rows="3" cols="30" maxlength="2000" dir="auto" { (value) } }
                    Kind::Date => { input type="date" name=(path) value=(value); }
                    Kind::Time => { input type="time" name=(path) value=(value); }
                    _ => { input type="text" inputmode="decimal" name=(path) value=(value); }
                }
            } }
        } @else if !many && choices.len() >= MANY_CHOICES {
            p { label {
                (legend) br;
                select name=(path) {
                    option value="" { (text(lang, "rate-choose", &[])) }
                    @for (name, words) in &choices {
                        option value=(name) selected[value == *name] { (words) }
                    }
                }
            } }
        } @else {
            fieldset {
                legend { (legend) }
                @for (name, words) in &choices {
                    label.choice {
                        input type=(if many { "checkbox" } else { "radio" }) name=(path) value=(name) checked[chosen.contains(name)];
                        " " (words)
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_visit_is_ours_for_its_counter_and_for_a_day() {
        let public = Public::new();
        let (counter, now) = (Uuid::now_v7(), now_ms());
        let visit = public.visit(counter);
        let (id, begun) = public.visited(counter, &visit, now).unwrap();
        assert!(visit.starts_with(&id.to_string()) && (begun - now).abs() < 10_000);
        assert!(public.visited(Uuid::now_v7(), &visit, now).is_none());
        assert!(
            public
                .visited(counter, &visit, now + 2 * VISIT_MS)
                .is_none()
        );
        assert!(Public::new().visited(counter, &visit, now).is_none());
        for made in ["", ".", &format!("{}.AAAA", Uuid::now_v7()), "ก.ข"] {
            assert!(public.visited(counter, made, now).is_none(), "{made}");
        }
    }

    #[test]
    fn a_flood_at_one_counter_leaves_the_others_open() {
        let public = Public::new();
        let (here, there) = (Uuid::now_v7(), Uuid::now_v7());
        let taken = (0..1_000).filter(|_| public.admit(here, 5_000)).count();
        assert_eq!(taken, COUNTER_ANSWERS);
        assert!(public.admit(there, 5_000));
        assert!(public.admit(here, 5_001 + WINDOW_MS));
    }
}
