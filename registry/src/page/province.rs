//! `/provinces/CODE`: a province's LAOs.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use maud::html;
use pakmut_domain::words::Lang;

use super::ROWS;
use super::frame::{Ask, cells, heads, sums, turn};
use super::visitor::Officer;
use super::words::{COUNTRY, DISTRICT, LAOS, say};
use crate::api::not_found;
use crate::app::App;
use crate::problem::Failure;
use crate::store::Scope;

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    Officer(visitor): Officer,
    Path(code): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let provinces = read.provinces(visitor.scope()).await?;
    let Some(province) = provinces.into_iter().find(|province| province.code == code) else {
        return Err(not_found().await);
    };
    let name = if lang == Lang::Th {
        province.th
    } else {
        province.en
    };
    let tally = province.tally;
    let laos = read
        .laos_of(&code, visitor.scope(), ask.offset(), ROWS)
        .await?;
    let content = html! {
        (sums(lang, &tally))
        div.wide { table {
            thead { tr { th scope="col" { (say(lang, LAOS)) } th scope="col" { (say(lang, DISTRICT)) } (heads(lang)) } }
            tbody {
                @for lao in &laos {
                    tr {
                        th scope="row" { a href={ "/laos/" (lao.id) "?lang=" (lang.tag()) } lang="th" { (lao.name_th) } }
                        td lang="th" { (lao.district.as_deref().unwrap_or("–")) }
                        (cells(&lao.tally))
                    }
                }
            }
        } }
        (turn(&ask, laos.len()))
    };
    let up = (*visitor.scope() == Scope::Country).then(|| ("/".to_owned(), say(lang, COUNTRY)));
    Ok(visitor.frame(&ask, &name, up, &content))
}
