//! Zero Copy's progress and the counters that answers contradict, as files.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use pakmut_domain::words::Lang;

use super::papers::unwritable;
use super::province;
use crate::api::not_found;
use crate::app::App;
use crate::audit::{self, Origin};
use crate::documents::{contradicted_table, progress_table};
use crate::export::FileKind;
use crate::page::frame::Ask;
use crate::page::visitor::{Officer, Visitor};
use crate::problem::Failure;
use crate::store::Scope;
use crate::zero_copy::overview::{By, contradictions, overview};

/// `/zero-copy/export/FILE`: of all that the visitor may see.
pub async fn country(
    State(app): State<Arc<App>>,
    origin: Origin,
    Officer(visitor): Officer,
    Path(file): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let scope = visitor.scope().clone();
    let by = match scope {
        Scope::Country => By::Province,
        Scope::Province(_) | Scope::Lao(_) => By::Lao,
    };
    let wanted = Wanted {
        lang: ask.lang(),
        scope,
        by,
        name: "zero-copy".to_owned(),
        file,
    };
    export(&app, &visitor, wanted, origin).await
}

/// `/provinces/CODE/zero-copy/export/FILE`: of a province.
pub async fn of_province(
    State(app): State<Arc<App>>,
    origin: Origin,
    Officer(visitor): Officer,
    Path((code, file)): Path<(String, String)>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let mut read = app.store.read().await?;
    province(&mut read, &visitor, &code).await?;
    drop(read);
    let wanted = Wanted {
        lang: ask.lang(),
        name: format!("zero-copy-{code}"),
        scope: Scope::Province(code),
        by: By::Lao,
        file,
    };
    export(&app, &visitor, wanted, origin).await
}

/// Which file of which scope.
struct Wanted {
    lang: Lang,
    scope: Scope,
    by: By,
    /// What the file's name begins with.
    name: String,
    /// What and in which format, as `progress.csv`.
    file: String,
}

async fn export(
    app: &App,
    visitor: &Visitor,
    wanted: Wanted,
    origin: Origin,
) -> Result<Response, Failure> {
    let lang = wanted.lang;
    let Some((what, kind)) = wanted
        .file
        .split_once('.')
        .and_then(|(what, ending)| Some((what, FileKind::of_ending(ending)?)))
    else {
        return Err(not_found().await);
    };
    let mut read = app.store.read().await?;
    let name = format!("{}-{what}", wanted.name);
    let table = match what {
        "progress" => {
            let reference = app.reference.fresh(&app.store).await?;
            let found =
                overview(&mut read, reference.catalogues(), &wanted.scope, wanted.by).await?;
            let provinces: HashMap<String, String> = read
                .province_names()
                .await?
                .into_iter()
                .map(|(code, th, en)| (code, if lang == Lang::Th { th } else { en }))
                .collect();
            progress_table(lang, &name, &found, |line| match &line.name_th {
                Some(lao) => lao.clone(),
                None => provinces.get(&line.province).cloned().unwrap_or_default(),
            })
        }
        "contradicted" => {
            let found = contradictions(&mut read, &wanted.scope, 0, i64::MAX).await?;
            contradicted_table(lang, &name, &found)
        }
        _ => return Err(not_found().await),
    };
    drop(read);
    audit::file_taken(&app.store, visitor.who.account, &name, &wanted.file, origin).await?;
    table.answer(kind).map_err(|_| unwritable())
}
