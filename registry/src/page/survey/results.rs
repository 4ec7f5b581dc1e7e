//! Results of a place: the country, a province, an LAO, a counter. For
//! everybody, as a page, CSV and XLSX; the counter's may be shown at it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use maud::{Markup, html};
use pakmut_domain::form::tally::{SHOWN_FROM, Scale, questions};
use pakmut_domain::form::{Form, Kind};
use pakmut_domain::words::{Figure, Lang, text};
use serde::Deserialize;
use uuid::Uuid;

use super::chart::{self, Part};
use crate::api::not_found;
use crate::app::App;
use crate::audit::{self, Origin};
use crate::clock::now_ms;
use crate::export::{Cell, FileKind, Table};
use crate::page::frame::Ask;
use crate::page::tabs::{self, Of, Tab};
use crate::page::visitor::{Visitor, framed};
use crate::page::words::{COUNTRY, LAOS, PROVINCE, grouped, say};
use crate::problem::Failure;
use crate::store::{CommentRow, Place, Read, Scope};
use crate::surveys::Forms;
use crate::surveys::period::Period;
use crate::surveys::results::{
    PartLine, QuestionResult, Results, Wanted, leading, parts, results, versions,
};

/// The most comments of a page.
const COMMENTS: i64 = 50;

/// The form that is shown where none is asked for.
const FIRST_FORM: &str = "citizen";

/// What an address asks beyond [`Ask`].
#[derive(Debug, Default, Clone, Deserialize)]
pub struct Filter {
    /// The form's id.
    #[serde(default)]
    form: String,
    /// One of its versions; all where empty.
    #[serde(default)]
    version: String,
    /// A [`Period`].
    #[serde(default)]
    period: String,
    /// `1` for trial responses.
    #[serde(default)]
    trial: String,
    /// `csv` or `xlsx` for a file.
    #[serde(default, rename = "as")]
    file: String,
}

/// Who asks, where they are signed in, and from where.
type By = (Option<Visitor>, Origin);

/// A place with what its page needs around it.
struct Here {
    place: Place,
    name: String,
    address: String,
    up: Option<(String, String)>,
    /// The LAO's id and its province's code, where it is one.
    lao: Option<(Uuid, String)>,
    /// The places within: key, name, address.
    within: Vec<(String, String, String)>,
}

impl Here {
    /// The place whose other pages hang beside this one.
    fn of(&self) -> Option<Of<'_>> {
        match (&self.place, &self.lao) {
            (Place::Country, _) => Some(Of::Country),
            (Place::Province(code), _) => Some(Of::Province(code)),
            (Place::Lao(no), Some((id, province))) => Some(Of::Lao(*id, *no, province)),
            (Place::Lao(_) | Place::Counter(_), _) => None,
        }
    }
}

/// `/results`: the country.
pub async fn country(
    State(app): State<Arc<App>>,
    by: By,
    Query(ask): Query<Ask>,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let provinces = read.province_names().await?;
    let within = provinces.into_iter().map(|(code, th, en)| {
        let name = if lang == Lang::Th { th } else { en };
        let address = format!("/provinces/{code}/results");
        (format!("province:{code}"), name, address)
    });
    let here = Here {
        place: Place::Country,
        name: say(lang, COUNTRY).to_owned(),
        address: "/results".to_owned(),
        up: Some(("/".to_owned(), say(lang, COUNTRY).to_owned())),
        within: within.collect(),
        lao: None,
    };
    show(&app, &mut read, &by, (&ask, &filter), here).await
}

/// `/provinces/CODE/results`.
pub async fn province(
    State(app): State<Arc<App>>,
    by: By,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let provinces = read.province_names().await?;
    let Some((_, th, en)) = provinces.into_iter().find(|(of, ..)| *of == code) else {
        return Err(not_found().await);
    };
    let within = read.lao_names(&code).await?.into_iter().map(|lao| {
        let address = format!("/laos/{}/results", lao.1);
        (format!("lao:{}", lao.0), lao.2, address)
    });
    let here = Here {
        name: if lang == Lang::Th { th } else { en },
        address: format!("/provinces/{code}/results"),
        up: Some(("/results".to_owned(), say(lang, COUNTRY).to_owned())),
        within: within.collect(),
        lao: None,
        place: Place::Province(code),
    };
    show(&app, &mut read, &by, (&ask, &filter), here).await
}

/// `/laos/ID/results`.
pub async fn lao(
    State(app): State<Arc<App>>,
    by: By,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let Some(lao) = read.lao_in(id, &Scope::Country).await? else {
        return Err(not_found().await);
    };
    let within = read
        .counter_names(lao.no)
        .await?
        .into_iter()
        .map(|(id, name)| {
            let address = format!("/counters/{id}/results");
            (format!("counter:{id}"), name, address)
        });
    let up = format!("/provinces/{}/results", lao.province);
    let here = Here {
        place: Place::Lao(lao.no),
        address: format!("/laos/{id}/results"),
        up: Some((up, say(ask.lang(), PROVINCE).to_owned())),
        within: within.collect(),
        lao: Some((id, lao.province)),
        name: lao.name_th,
    };
    show(&app, &mut read, &by, (&ask, &filter), here).await
}

/// `/counters/ID/results`: what staff may show at the counter.
pub async fn counter(
    State(app): State<Arc<App>>,
    by: By,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let Some((name, lao)) = read.counter_and_lao(id).await? else {
        return Err(not_found().await);
    };
    let here = Here {
        place: Place::Counter(id),
        name: format!("{name} · {}", lao.1),
        address: format!("/counters/{id}/results"),
        up: Some((
            format!("/laos/{}/results", lao.0),
            say(ask.lang(), LAOS).to_owned(),
        )),
        within: Vec::new(),
        lao: None,
    };
    show(&app, &mut read, &by, (&ask, &filter), here).await
}

async fn show(
    app: &App,
    read: &mut Read,
    (visitor, origin): &By,
    (ask, filter): (&Ask, &Filter),
    here: Here,
) -> Result<Response, Failure> {
    let visitor = visitor.as_ref();
    let lang = ask.lang();
    let reference = app.reference.fresh(&app.store).await?;
    let forms = reference.forms();
    let id = chosen_form(forms, &filter.form);
    let version = (!filter.version.is_empty()).then_some(filter.version.as_str());
    let kept = id.map_or_else(Vec::new, |id| versions(forms, id, version));
    let newest = kept.last().and_then(|form| form.program());
    let (Some(id), Some(program)) = (id, newest) else {
        let empty = html! { p { (text(lang, "results-no-form", &[])) } };
        return Ok(page(ask, visitor, &here, &empty));
    };
    let form = program.form();
    let period = match filter.period.as_str() {
        "" => Period::year_of(now_ms()),
        text => text
            .parse()
            .map_err(|error: crate::surveys::period::NotAPeriod| {
                Failure::bad_request("period_malformed", "The period is none")
                    .detail(error.to_string())
            })?,
    };
    let wanted = Wanted {
        versions: kept.iter().map(|form| form.no).collect(),
        trial: filter.trial == "1",
        period,
    };
    let found = results(read, form, &here.place, &wanted).await?;
    let within = if here.within.is_empty() {
        HashMap::new()
    } else {
        parts(read, form, &here.place, &wanted).await?
    };
    if let Some(kind) = FileKind::of_ending(&filter.file) {
        let table = table(form, &here, &wanted, &found, &within);
        if let Some(visitor) = visitor {
            let who = visitor.who.account;
            audit::file_taken(&app.store, who, &table.name, &filter.file, *origin).await?;
        }
        return table.answer(kind).map_err(|error| {
            tracing::error!(%error, "results could not be written to a file");
            Failure::busy("export_failed", "The file could not be written")
        });
    }
    let comments = read
        .shown_comments(&here.place, &wanted.versions, wanted.trial, COMMENTS)
        .await?;
    let link = Link {
        lang,
        form: id,
        version: version.unwrap_or(""),
        trial: wanted.trial,
    };
    let content = html! {
        (choices(lang, forms, &here, &link, period))
        (summary(lang, form, &wanted, &found))
        @if !found.questions.is_empty() { (asked(lang, &found)) }
        @if !here.within.is_empty() { (places(lang, &here, &link, period, &within)) }
        @if matches!(here.place, Place::Lao(_) | Place::Counter(_)) { (said(lang, &comments)) }
        (files(&here, &link, period))
    };
    Ok(page(ask, visitor, &here, &content))
}

/// The form asked for; without one the citizens', else the first.
fn chosen_form<'f>(forms: &'f Forms, asked: &'f str) -> Option<&'f str> {
    if !asked.is_empty() {
        return (!forms.versions(asked).is_empty()).then_some(asked);
    }
    let mut ids = forms.ids();
    ids.sort_by_key(|id| (*id != FIRST_FORM, *id));
    ids.first().copied()
}

fn page(ask: &Ask, visitor: Option<&Visitor>, here: &Here, content: &Markup) -> Response {
    let lang = ask.lang();
    let content = html! {
        @if let Some(of) = here.of() { (tabs::of(lang, visitor, &of, Tab::Results)) }
        (content)
    };
    let title = text(
        lang,
        "results-title",
        &[("place", here.name.as_str().into())],
    );
    let up = here
        .up
        .as_ref()
        .map(|(to, name)| (to.clone(), name.as_str()));
    framed(visitor, ask, &title, up, &content)
}

/// What stays the same in the links of a page.
struct Link<'a> {
    lang: Lang,
    form: &'a str,
    version: &'a str,
    trial: bool,
}

impl Link<'_> {
    fn to(&self, address: &str, period: Period) -> String {
        let mut to = format!("{address}?lang={}&form={}", self.lang.tag(), self.form);
        if !self.version.is_empty() {
            to.push_str(&format!("&version={}", escaped(self.version)));
        }
        if self.trial {
            to.push_str("&trial=1");
        }
        to.push_str(&format!("&period={period}"));
        to
    }
}

/// A query's value, percent-encoded.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(b).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

fn choices(lang: Lang, forms: &Forms, here: &Here, link: &Link<'_>, period: Period) -> Markup {
    let mut ids = forms.ids();
    ids.sort_unstable();
    let title = |id: &str| {
        let newest = forms.versions(id).last().and_then(|form| form.program());
        newest.map_or_else(|| id.to_owned(), |p| p.form().title.get(lang).to_owned())
    };
    let all = forms.versions(link.form);
    html! {
        form.choose method="get" action=(here.address) {
            input type="hidden" name="lang" value=(lang.tag());
            label { (text(lang, "results-form", &[])) " "
                select name="form" {
                    @for id in &ids { option value=(id) selected[*id == link.form] { (title(id)) } }
                }
            } " "
            @if all.len() > 1 {
                label { select name="version" aria-label=(text(lang, "results-version", &[("version", "".into())])) {
                    option value="" selected[link.version.is_empty()] { (text(lang, "results-all-versions", &[])) }
                    @for form in all {
                        @if let Some(version) = form.program().map(|p| p.form().version.as_str()) {
                            option value=(version) selected[version == link.version] {
                                (text(lang, "results-version", &[("version", version.into())]))
                            }
                        }
                    }
                } } " "
            }
            label { (text(lang, "results-period", &[])) " "
                select name="period" {
                    @for choice in [period.before().before(), period.before(), period, period.after()]
                        .into_iter().chain(period.kinds().into_iter().filter(|k| *k != period)) {
                        option value=(choice.to_string()) selected[choice == period] { (choice.text(lang)) }
                    }
                }
            } " "
            label { select name="trial" aria-label=(text(lang, "results-responses", &[])) {
                option value="0" selected[!link.trial] { (text(lang, "results-real", &[])) }
                option value="1" selected[link.trial] { (text(lang, "results-trial", &[])) }
            } } " "
            button type="submit" { (text(lang, "results-show", &[])) }
        }
    }
}

fn number(value: f64) -> Figure {
    Figure::Number(value)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn signed(change: f64, decimals: usize) -> String {
    // Nothing so small that it is shown as nothing has a sign.
    let shown = format!("{change:+.decimals$}");
    if shown.trim_start_matches(['+', '-', '0', '.']).is_empty() {
        format!("{:.decimals$}", 0.0)
    } else {
        shown
    }
}

fn summary(lang: Lang, form: &Form, wanted: &Wanted, found: &Results) -> Markup {
    let from = [("from", number(SHOWN_FROM as f64))];
    let kind = if wanted.trial {
        "results-trial"
    } else {
        "results-real"
    };
    if found.responses == 0 {
        let none = if wanted.trial {
            "results-none-trial"
        } else {
            "results-none"
        };
        return html! { p { span.tag { (text(lang, kind, &[])) } " " (text(lang, none, &from)) } };
    }
    let name = leading(form).map(|question| question.name.as_str());
    let main = found
        .questions
        .iter()
        .find(|q| Some(q.name.as_str()) == name);
    html! {
        p { span.tag { (text(lang, kind, &[])) } " " (form.title.get(lang)) ", " (wanted.period.text(lang)) }
        ul.sum {
            li { b { (grouped(found.responses)) } (text(lang, "results-responses", &[])) }
            @if let Some(scale) = main.and_then(|q| q.scale) {
                li { b { (format!("{:.2}", scale.mean)) } (text(lang, "results-mean", &[])) }
                li {
                    b { (percent(scale.satisfied.share)) }
                    (text(lang, "results-satisfied", &[])) " "
                    span.quiet { "(" (percent(scale.satisfied.low)) "–" (percent(scale.satisfied.high)) ")" }
                }
            }
        }
        @if found.responses_before > 0 {
            p.quiet { (text(lang, "results-before", &[("count", number(found.responses_before as f64))])) }
        }
        @if !wanted.trial { p.quiet { (text(lang, "results-how", &from)) } }
    }
}

fn change(lang: Lang, now: Option<Scale>, before: Option<Scale>) -> Markup {
    html! {
        @match (now, before) {
            (Some(now), Some(before)) => {
                (signed(now.mean - before.mean, 2)) " · "
                (text(lang, "results-points", &[("change", signed((now.satisfied.share - before.satisfied.share) * 100.0, 0).as_str().into())]))
            }
            _ => { "–" }
        }
    }
}

fn asked(lang: Lang, found: &Results) -> Markup {
    html! {
        div.wide { table {
            thead { tr {
                th scope="col" { (text(lang, "results-question", &[])) }
                th.n scope="col" { (text(lang, "results-answered", &[])) }
                th scope="col" { (text(lang, "results-choice", &[])) }
                th.n scope="col" { (text(lang, "results-mean", &[])) }
                th.n scope="col" { (text(lang, "results-satisfied", &[])) }
                th.n scope="col" { (text(lang, "results-change", &[])) }
            } }
            tbody { @for question in &found.questions { (row(lang, question)) } }
        } }
    }
}

fn row(lang: Lang, question: &QuestionResult) -> Markup {
    let label = question.label.get(lang);
    let chosen: Vec<&(String, pakmut_domain::form::Label, u64)> = question
        .choices
        .iter()
        .filter(|(_, _, count)| *count > 0)
        .collect();
    let values: Vec<String> = chosen
        .iter()
        .map(|(_, words, count)| format!("{} {count}", words.get(lang)))
        .collect();
    let said = values.join(", ");
    let figures = [("question", label.into()), ("values", said.as_str().into())];
    let title = text(lang, "results-chart", &figures);
    let bars: Vec<Part> = question
        .choices
        .iter()
        .map(|(name, _, count)| Part {
            count: *count,
            score: question.scale.and_then(|_| name.parse().ok()),
        })
        .collect();
    html! {
        tr {
            th scope="row" { (label) }
            td.n { (grouped(question.count.responses)) }
            td {
                @if !chosen.is_empty() {
                    (chart::stacked(&title, &said, &bars))
                    p.quiet { (said) }
                } @else if question.number {
                    (question.count.mean().map_or("–".to_owned(), |mean| format!("{mean:.1}")))
                } @else {
                    span.quiet { (text(lang, "results-text-answers", &[])) }
                }
            }
            @match question.scale {
                Some(scale) => {
                    td.n { (format!("{:.2}", scale.mean)) }
                    td.n { (percent(scale.satisfied.share)) br; span.quiet { (percent(scale.satisfied.low)) "–" (percent(scale.satisfied.high)) } }
                }
                None => { td.n { "–" } td.n { "–" } }
            }
            td.n { (change(lang, question.scale, question.before)) }
        }
    }
}

fn places(
    lang: Lang,
    here: &Here,
    link: &Link<'_>,
    period: Period,
    within: &HashMap<String, PartLine>,
) -> Markup {
    let shown = |key: &str| within.get(key).filter(|line| line.responses > 0);
    // Where most have nothing, the few that have would not be found among them.
    let (some, none): (Vec<_>, Vec<_>) = here
        .within
        .iter()
        .partition(|(key, ..)| shown(key).is_some());
    let count = [("count", number(none.len() as f64))];
    html! {
        h2 { (text(lang, "results-parts", &[])) }
        @if !some.is_empty() { div.wide { table {
            thead { tr {
                th scope="col" { (text(lang, "results-place", &[])) }
                th.n scope="col" { (text(lang, "results-responses", &[])) }
                th.n scope="col" { (text(lang, "results-mean", &[])) }
                th scope="col" { (text(lang, "results-satisfied", &[])) }
                th.n scope="col" { (text(lang, "results-change", &[])) }
            } }
            tbody {
                @for (key, name, address) in some {
                    tr {
                        th scope="row" { a href=(link.to(address, period)) { (name) } }
                        @if let Some(line) = shown(key) {
                                td.n { (grouped(line.responses)) }
                                td.n { (line.scale.map_or("–".to_owned(), |s| format!("{:.2}", s.mean))) }
                                td { @if let Some(scale) = line.scale {
                                    @let said = format!("{} ({}–{})", percent(scale.satisfied.share), percent(scale.satisfied.low), percent(scale.satisfied.high));
                                    (chart::share(&said, scale.satisfied.share)) " " (said)
                                } @else { "–" } }
                                td.n { (change(lang, line.scale, line.before)) }
                        }
                    }
                }
            }
        } } }
        @if !none.is_empty() {
            details.more {
                summary { (text(lang, "results-parts-none", &count)) }
                ul.columns { @for (_, name, address) in none { li { a href=(link.to(address, period)) { (name) } } } }
            }
        }
    }
}

fn said(lang: Lang, comments: &[CommentRow]) -> Markup {
    html! {
        h2 { (text(lang, "results-comments", &[])) }
        @if comments.is_empty() { p.quiet { (text(lang, "results-comments-none", &[])) } }
        @for comment in comments {
            blockquote {
                p dir="auto" { (comment.body) }
                p.quiet { (Period::Month(comment.period).text(lang)) }
            }
        }
    }
}

fn files(here: &Here, link: &Link<'_>, period: Period) -> Markup {
    let address = link.to(&here.address, period);
    html! {
        p {
            (text(link.lang, "results-files", &[])) " "
            a href={ (address) "&as=csv" } { "CSV" } " "
            a href={ (address) "&as=xlsx" } { "XLSX" } " "
            a href={ "/forms/" (link.form) "/codebook.csv?lang=" (link.lang.tag()) } { (text(link.lang, "results-codebook", &[])) }
        }
    }
}

/// The page's numbers as a table: one row a question's choice.
fn table(
    form: &Form,
    here: &Here,
    wanted: &Wanted,
    found: &Results,
    within: &HashMap<String, PartLine>,
) -> Table {
    let heads = [
        "place",
        "form",
        "trial",
        "period",
        "question",
        "choice",
        "count",
        "responses",
        "mean",
        "satisfied",
        "satisfied_low",
        "satisfied_high",
        "change_mean",
        "change_satisfied",
    ];
    let head = |place: &str| -> Vec<Cell> {
        vec![
            place.into(),
            form.id.as_str().into(),
            (if wanted.trial { "trial" } else { "real" }).into(),
            wanted.period.to_string().into(),
        ]
    };
    let scale = |now: Option<Scale>, before: Option<Scale>| -> Vec<Cell> {
        let both = now.zip(before);
        vec![
            now.map(|s| s.mean).into(),
            now.map(|s| s.satisfied.share).into(),
            now.map(|s| s.satisfied.low).into(),
            now.map(|s| s.satisfied.high).into(),
            both.map(|(now, before)| now.mean - before.mean).into(),
            both.map(|(now, before)| now.satisfied.share - before.satisfied.share)
                .into(),
        ]
    };
    let mut rows = Vec::new();
    if found.responses > 0 {
        let mut row = head(&here.name);
        row.extend([
            "".into(),
            "".into(),
            found.responses.into(),
            found.responses.into(),
        ]);
        row.extend(scale(None, None));
        rows.push(row);
    }
    for question in &found.questions {
        let responses = question.count.responses;
        let mut row = head(&here.name);
        let mean = question.number.then(|| question.count.mean()).flatten();
        row.extend([
            question.name.as_str().into(),
            "".into(),
            question.count.answers.into(),
            responses.into(),
        ]);
        let mut scaled = scale(question.scale, question.before);
        if question.scale.is_none() {
            scaled[0] = mean.into();
        }
        row.extend(scaled);
        rows.push(row);
        for (choice, _, count) in &question.choices {
            let mut row = head(&here.name);
            row.extend([
                question.name.as_str().into(),
                choice.as_str().into(),
                (*count).into(),
                responses.into(),
            ]);
            row.extend(scale(None, None));
            rows.push(row);
        }
    }
    let main = leading(form).map_or("", |question| question.name.as_str());
    for (key, name, _) in &here.within {
        let Some(line) = within.get(key).filter(|line| line.responses > 0) else {
            continue;
        };
        let mut row = head(name);
        row.extend([
            main.into(),
            "".into(),
            line.responses.into(),
            line.responses.into(),
        ]);
        row.extend(scale(line.scale, line.before));
        rows.push(row);
    }
    Table {
        name: format!("results-{}-{}", form.id, wanted.period),
        heads: heads.map(str::to_owned).to_vec(),
        rows,
    }
}

/// `/forms/ID/codebook.csv`: what the columns and choices of an export mean.
pub async fn codebook(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let reference = app.reference.fresh(&app.store).await?;
    let mut rows = Vec::new();
    for kept in reference.forms().versions(&id) {
        let Some(program) = kept.program() else {
            continue;
        };
        let form = program.form();
        for question in questions(form) {
            let mut push = |choice: &str, th: &str, en: &str, score: Option<f64>| {
                rows.push(vec![
                    form.id.as_str().into(),
                    form.version.as_str().into(),
                    question.name.as_str().into(),
                    kind_of(&question.kind).into(),
                    choice.into(),
                    th.into(),
                    en.into(),
                    score.into(),
                ]);
            };
            push("", &question.label.th, &question.label.en, None);
            let list = question
                .kind
                .choices()
                .and_then(|(list, _)| form.lists.get(list));
            for choice in list.into_iter().flatten() {
                push(
                    &choice.name,
                    &choice.label.th,
                    &choice.label.en,
                    choice.score,
                );
            }
        }
    }
    if rows.is_empty() {
        return Err(not_found().await);
    }
    let heads = [
        "form", "version", "question", "type", "choice", "label_th", "label_en", "score",
    ];
    let table = Table {
        name: format!("codebook-{id}"),
        heads: heads.map(str::to_owned).to_vec(),
        rows,
    };
    table.answer(FileKind::Csv).map_err(|error| {
        tracing::error!(%error, "a codebook could not be written");
        Failure::busy("export_failed", "The file could not be written")
    })
}

/// A kind's name in the inner form.
fn kind_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Note => "note",
        Kind::SelectOne { .. } => "select_one",
        Kind::SelectMultiple { .. } => "select_multiple",
        Kind::YesNo => "yes_no",
        Kind::Integer => "integer",
        Kind::Decimal => "decimal",
        Kind::Text => "text",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::DateTime => "date_time",
        Kind::Counter => "counter",
        Kind::Geopoint => "geopoint",
        Kind::Photo => "photo",
        Kind::Calculate => "calculate",
    }
}
