//! `/`: the country, province by province.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use maud::html;
use pakmut_domain::words::Lang;

use super::frame::{Ask, cells, frame, heads, sums};
use super::words::{COUNTRY, EMPTY, LAOS, PROVINCE, say};
use crate::app::App;
use crate::problem::Failure;
use crate::store::Scope;

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    let lang = ask.lang();
    let mut read = app.store.read().await?;
    let tally = read.tally(&Scope::Country).await?;
    let provinces = read.provinces().await?;
    let content = html! {
        (sums(lang, &tally))
        @if provinces.is_empty() { p { (say(lang, EMPTY)) } }
        @else {
            div.wide { table {
                thead { tr { th scope="col" { (say(lang, PROVINCE)) } th.n scope="col" { (say(lang, LAOS)) } (heads(lang)) } }
                tbody {
                    @for province in &provinces {
                        tr {
                            th scope="row" {
                                a href={ "/provinces/" (province.code) "?lang=" (lang.tag()) } {
                                    (if lang == Lang::Th { &province.th } else { &province.en })
                                }
                            }
                            td.n { (province.laos) }
                            (cells(&province.tally))
                        }
                    }
                }
            } }
        }
    };
    Ok(frame(&ask, say(lang, COUNTRY), None, &content))
}
