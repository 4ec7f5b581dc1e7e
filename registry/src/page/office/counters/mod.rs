//! `/laos/ID/counters`, `/provinces/CODE/counters`: lists of counters changed from
//! a file, with what would change shown first; and one counter by a form.

mod from_file;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::model::{CounterKind, CounterStatus, Role};
use pakmut_domain::words::{Lang, Topic, coded, text};
use pakmut_domain::zero_copy::import::Sheet;
use serde::Deserialize;
use uuid::Uuid;

use super::papers::unwritable;
use super::{lao_of, name_of, province, w};
use crate::api::not_found;
use crate::app::App;
use crate::audit::{self, Origin};
use crate::counter_list::{Fault, columns, preview, table, take};
use crate::export::FileKind;
use crate::page::form::{Fields, Posted};
use crate::page::frame::Ask;
use crate::page::tabs::{self, Of as Place, Tab};
use crate::page::visitor::{Officer, Visitor, role_not_allowed};
use crate::problem::Failure;
use crate::store::{CounterRow, Of, Read};

pub use from_file::{look_at_lao, look_at_province};

/// What the address of a list may ask.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The counter that is changed by the form.
    edit: Option<Uuid>,
    /// How many were just changed.
    taken: Option<u32>,
}

/// Whose list it is.
struct Here {
    of: Of,
    /// Its name in the visitor's language.
    name: String,
    /// Its address, without `/counters`.
    at: String,
    lao: Option<(Uuid, i64, String)>,
}

impl Here {
    async fn lao(read: &mut Read, visitor: &Visitor, id: Uuid) -> Result<Self, Failure> {
        // A tester tries forms; what counters there are is not theirs to say.
        if visitor.who.role == Role::Tester {
            return Err(role_not_allowed());
        }
        let lao = lao_of(read, visitor, id).await?;
        Ok(Self {
            of: Of::Lao(lao.no),
            name: lao.name_th,
            at: format!("/laos/{id}"),
            lao: Some((id, lao.no, lao.province)),
        })
    }

    async fn province(
        read: &mut Read,
        visitor: &Visitor,
        lang: Lang,
        code: &str,
    ) -> Result<Self, Failure> {
        if !visitor.is_officer() {
            return Err(role_not_allowed());
        }
        let province = province(read, visitor, code).await?;
        Ok(Self {
            of: Of::Province(code.to_owned()),
            name: name_of(lang, &province).to_owned(),
            at: format!("/provinces/{code}"),
            lao: None,
        })
    }

    fn tabs(&self, lang: Lang, visitor: &Visitor) -> Markup {
        match (&self.of, &self.lao) {
            (Of::Province(code), _) => tabs::of_province(lang, code, Tab::Counters),
            (Of::Lao(_), Some((id, no, province))) => {
                let place = Place::Lao(*id, *no, province);
                tabs::of(lang, Some(visitor), &place, Tab::Counters)
            }
            (Of::Lao(_), None) => html! {},
        }
    }

    fn file_name(&self) -> String {
        match &self.of {
            Of::Province(code) => format!("counter-list-{code}"),
            Of::Lao(no) => format!("counter-list-lao-{no}"),
        }
    }
}

/// `GET /laos/ID/counters`.
pub async fn of_lao(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let here = Here::lao(&mut read, &visitor, id).await?;
    let counters = read.pinned_counters(&here.of).await?;
    let counters: Vec<CounterRow> = counters.into_iter().map(|one| one.counter).collect();
    let chosen = counters.iter().find(|one| Some(one.id) == asked.edit);
    let typed = Typed::of(chosen);
    Ok(start(
        &ask,
        asked.taken,
        &visitor,
        &here,
        &counters,
        &typed,
        &[],
    ))
}

/// `GET /provinces/CODE/counters`.
pub async fn of_province(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let here = Here::province(&mut read, &visitor, ask.lang(), &code).await?;
    Ok(start(
        &ask,
        asked.taken,
        &visitor,
        &here,
        &[],
        &Typed::default(),
        &[],
    ))
}

/// `GET /laos/ID/counters/list.KIND`.
pub async fn file_of_lao(
    State(app): State<Arc<App>>,
    origin: Origin,
    visitor: Visitor,
    Path((id, what)): Path<(Uuid, String)>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let here = Here::lao(&mut read, &visitor, id).await?;
    file(&app, read, &visitor, ask.lang(), &here, &what, origin).await
}

/// `GET /provinces/CODE/counters/list.KIND`.
pub async fn file_of_province(
    State(app): State<Arc<App>>,
    origin: Origin,
    Officer(visitor): Officer,
    Path((code, what)): Path<(String, String)>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let here = Here::province(&mut read, &visitor, lang, &code).await?;
    file(&app, read, &visitor, lang, &here, &what, origin).await
}

async fn file(
    app: &App,
    mut read: Read,
    visitor: &Visitor,
    lang: Lang,
    here: &Here,
    what: &str,
    origin: Origin,
) -> Result<Response, Failure> {
    let Some(kind) = what.strip_prefix("list.").and_then(FileKind::of_ending) else {
        return Err(not_found().await);
    };
    let name = here.file_name();
    let list = table(&mut read, lang, &name, &here.of).await?;
    drop(read);
    audit::file_taken(&app.store, visitor.who.account, &name, what, origin).await?;
    list.answer(kind).map_err(|_| unwritable())
}

/// What a form about one counter holds.
#[derive(Debug, Default)]
struct Typed {
    id: String,
    name: String,
    kind: String,
    status: String,
    address: String,
    subdistrict: String,
    postcode: String,
    phone: String,
    extension: String,
}

impl Typed {
    fn of(counter: Option<&CounterRow>) -> Self {
        let Some(row) = counter else {
            return Self::default();
        };
        let is = &row.definition;
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        let kind = columns::KINDS.iter().find(|(of, ..)| *of == is.kind);
        let status = columns::STATUSES.iter().find(|(of, ..)| *of == is.status);
        Self {
            id: row.id.to_string(),
            name: is.name.clone(),
            kind: kind.map_or("", |(_, name, _)| name).to_owned(),
            status: status.map_or("", |(_, name, _)| name).to_owned(),
            address: is.address.text.clone(),
            subdistrict: or_empty(&is.address.subdistrict),
            postcode: or_empty(&is.address.postcode),
            phone: or_empty(&is.address.phone),
            extension: or_empty(&is.address.extension),
        }
    }

    fn posted(fields: &Fields) -> Self {
        let get = |name: &str| fields.get(name).to_owned();
        Self {
            id: get("id"),
            name: get("name"),
            kind: get("kind"),
            status: get("status"),
            address: get("address"),
            subdistrict: get("subdistrict"),
            postcode: get("postcode"),
            phone: get("phone"),
            extension: get("extension"),
        }
    }

    /// The same as a list of one row.
    fn sheet(&self) -> Sheet {
        let heads = [
            "id",
            "name",
            "kind",
            "status",
            "address",
            "subdistrict",
            "postcode",
            "phone",
            "extension",
        ];
        let row = [
            &self.id,
            &self.name,
            &self.kind,
            &self.status,
            &self.address,
            &self.subdistrict,
            &self.postcode,
            &self.phone,
            &self.extension,
        ];
        Sheet {
            name: String::new(),
            first_row: 1,
            rows: vec![
                heads.map(str::to_owned).to_vec(),
                row.map(Clone::clone).to_vec(),
            ],
        }
    }
}

/// `POST /laos/ID/counters`: one counter, new or changed.
pub async fn one(
    State(app): State<Arc<App>>,
    origin: Origin,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    Query(asked): Query<Asked>,
    Posted { visitor, fields }: Posted,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    let here = Here::lao(&mut read, &visitor, id).await?;
    let typed = Typed::posted(&fields);
    let mut found = preview(&mut read, &here.of, &typed.sheet()).await?;
    // The form says whether it is new: no other counter is changed by its name.
    if typed.id.is_empty() && found.changes.iter().any(|change| change.before.is_some()) {
        found.faults.push(Fault {
            line: 2,
            column: "name",
            code: "counter_duplicate",
        });
    }
    if !found.faults.is_empty() {
        let counters = read.pinned_counters(&here.of).await?;
        let counters: Vec<CounterRow> = counters.into_iter().map(|one| one.counter).collect();
        return Ok(start(
            &ask,
            asked.taken,
            &visitor,
            &here,
            &counters,
            &typed,
            &found.faults,
        ));
    }
    drop(read);
    let who = Arc::new(visitor.who.clone());
    let taken = take(&app, &who, origin, &found.changes).await?;
    Ok(done(ask.lang(), &here, taken))
}

fn done(lang: Lang, here: &Here, taken: usize) -> Response {
    let to = format!("{}/counters?lang={}&taken={taken}", here.at, lang.tag());
    Redirect::to(&to).into_response()
}

/// The page from which a list is changed.
fn start(
    ask: &Ask,
    taken: Option<u32>,
    visitor: &Visitor,
    here: &Here,
    counters: &[CounterRow],
    typed: &Typed,
    faults: &[Fault],
) -> Response {
    let lang = ask.lang();
    let list = |kind: &str| {
        html! { a href={ (here.at) "/counters/list." (kind) "?lang=" (lang.tag()) } { (kind.to_uppercase()) } }
    };
    let content = html! {
        (here.tabs(lang, visitor))
        @if let Some(count) = taken {
            p.told role="status" { (text(lang, "counters-taken", &[("count", count.into())])) }
        }
        @if here.lao.is_some() { (form(lang, visitor, here, typed, faults)) }
        h2 { (w(lang, "counters-file")) }
        p { (w(lang, "counters-file-how")) }
        p { (w(lang, "counters-list")) " " (list("xlsx")) " " (list("csv")) }
        form.entry method="post" enctype="multipart/form-data" action={ (here.at) "/counters/preview?lang=" (lang.tag()) } {
            (visitor.csrf_field())
            label for="file" { (w(lang, "counters-choose")) }
            input #file type="file" name="file" required accept=".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            button type="submit" { (w(lang, "counters-look")) }
        }
        @if !counters.is_empty() {
            h2 { (w(lang, "counters-each")) }
            ul.names {
                @for counter in counters {
                    li { a href={ (here.at) "/counters?lang=" (lang.tag()) "&edit=" (counter.id) "#one" } lang="th" { (counter.definition.name) } }
                }
            }
        }
    };
    let title = text(
        lang,
        "counters-title",
        &[("place", here.name.as_str().into())],
    );
    visitor.frame(ask, &title, None, &content)
}

/// The form about one counter.
fn form(lang: Lang, visitor: &Visitor, here: &Here, typed: &Typed, faults: &[Fault]) -> Markup {
    let wrong = |column: &str| faults.iter().find(|fault| fault.column == column);
    let field = |name: &str, id: &str, value: &str, required: bool| {
        html! {
            label for=(name) { (w(lang, id)) }
            @if let Some(fault) = wrong(name) { p.wrong id={ (name) "-wrong" } role="alert" { (coded(lang, Topic::Error, fault.code, &[])) } }
            input id=(name) name=(name) type="text" value=(value) required[required] lang="th"
                aria-describedby=[wrong(name).map(|_| format!("{name}-wrong"))];
        }
    };
    let title = if typed.id.is_empty() {
        w(lang, "counters-add")
    } else {
        let counter = [("counter", typed.name.as_str().into())];
        text(lang, "counters-edit", &counter)
    };
    let kinds = columns::KINDS.map(|(of, name, id)| (of == CounterKind::Branch, name, id));
    let statuses = columns::STATUSES.map(|(of, name, id)| (of == CounterStatus::Active, name, id));
    let choice = |name: &str, id: &str, value: &str, all: &[(bool, &str, &str)]| {
        html! {
            label for=(name) { (w(lang, id)) }
            select id=(name) name=(name) {
                @for (first, of, id) in all {
                    option value=(of) selected[if value.is_empty() { *first } else { value == *of }] { (w(lang, id)) }
                }
            }
        }
    };
    html! {
        h2 #one { (title) }
        form.entry method="post" action={ (here.at) "/counters?lang=" (lang.tag()) } {
            (visitor.csrf_field())
            input type="hidden" name="id" value=(typed.id);
            @if let Some(fault) = wrong("id").or_else(|| wrong("")) { p.wrong role="alert" { (coded(lang, Topic::Error, fault.code, &[])) } }
            (field("name", "office-counter", &typed.name, true))
            (choice("kind", "counter-kind", &typed.kind, &kinds))
            @if !typed.id.is_empty() { (choice("status", "counter-status", &typed.status, &statuses)) }
            (field("address", "office-address", &typed.address, false))
            (field("subdistrict", "counter-subdistrict", &typed.subdistrict, false))
            (field("postcode", "counter-postcode", &typed.postcode, false))
            (field("phone", "office-phone", &typed.phone, false))
            (field("extension", "counter-extension", &typed.extension, false))
            button type="submit" { (w(lang, "counters-keep")) }
        }
    }
}
